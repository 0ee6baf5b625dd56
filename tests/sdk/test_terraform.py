"""Terraform's AWS provider, as it is: apply, no difference, update, no difference, destroy. Runs where terraform and a folder of
its plugins are on the machine (TRAILPOND_TERRAFORM_PLUGINS, default /opt/tf-plugins): neither can be had from a registry."""
import json
import os
import shutil
import subprocess

import pytest

from server import HERE

PLUGINS = os.environ.get('TRAILPOND_TERRAFORM_PLUGINS', '/opt/tf-plugins')
NO_DIFFERENCE = 0  # of `terraform plan -detailed-exitcode`

pytestmark = pytest.mark.skipif(not shutil.which('terraform') or not os.path.isdir(PLUGINS),
                                reason='terraform or its AWS provider is not on this machine')


@pytest.fixture
def terraform(start_server, tmp_path):
    server = start_server('empty')
    shutil.copy(os.path.join(HERE, 'terraform', 'main.tf'), tmp_path)
    (tmp_path / 'settings').write_text(f'provider_installation {{\n  filesystem_mirror {{ path = "{PLUGINS}" }}\n}}\n')
    environment = {**os.environ, 'TF_CLI_CONFIG_FILE': str(tmp_path / 'settings'), 'CHECKPOINT_DISABLE': '1', 'TF_IN_AUTOMATION': '1',
                   'TF_VAR_url': server.url}

    def run(command, *arguments, expected=0, **variables):
        environment.update({'TF_VAR_' + name: json.dumps(value) for name, value in variables.items()})
        done = subprocess.run(['terraform', command, '-no-color', *arguments], cwd=tmp_path, env=environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
        assert done.returncode == expected, done.stdout[-4000:]
        return done.stdout

    run('init')
    return server, run


def test_apply_update_and_destroy(terraform):
    server, run = terraform
    client = server.client()
    run('apply', '-auto-approve')
    run('plan', '-detailed-exitcode', expected=NO_DIFFERENCE)
    assert {trail['Name'] for trail in client.list_trails()['Trails']} == {'audit', 'advanced'}
    assert client.get_trail_status(Name='audit')['IsLogging'] is True

    run('apply', '-auto-approve', retention=60, logging=False, trail_tag='two')
    run('plan', '-detailed-exitcode', expected=NO_DIFFERENCE)
    assert client.get_trail_status(Name='audit')['IsLogging'] is False
    store = client.list_event_data_stores()['EventDataStores'][0]['EventDataStoreArn']
    assert client.get_event_data_store(EventDataStore=store)['RetentionPeriod'] == 60

    run('destroy', '-auto-approve')
    assert client.list_trails()['Trails'] == []
    assert client.get_event_data_store(EventDataStore=store)['Status'] == 'PENDING_DELETION'
