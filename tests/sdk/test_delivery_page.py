"""The commands of docs/delivery.md say what the page says."""
import os
import re
import shutil
import subprocess

import pytest

from s3_servers import find_aws_cli, start_moto
from server import ROOT


def blocks_of(section):
    with open(os.path.join(ROOT, 'docs', 'delivery.md')) as file:
        page = file.read()
    (text,) = re.findall(rf'## {section}\n(.*?)(?=\n## |\Z)', page, re.DOTALL)
    return '\n'.join(re.findall(r'```sh\n(.*?)```', text, re.DOTALL))


def run(commands, tmp_path, **replaced):
    """Runs commands of the page, with other places; answers what they print."""
    (tmp_path / 'bin').mkdir()
    os.symlink(find_aws_cli(), tmp_path / 'bin' / 'aws')
    for before, after in {'http://127.0.0.1:4585': replaced['server'], 'http://127.0.0.1:5000': replaced.get('s3', ''),
                          '/tmp/s3': str(tmp_path / 's3')}.items():
        commands = commands.replace(before, after)
    environment = {'PATH': f"{tmp_path / 'bin'}:{os.environ['PATH']}", 'HOME': str(tmp_path), 'AWS_PAGER': '', 'AWS_EC2_METADATA_DISABLED': 'true',
                   **replaced.get('environment', {})}
    done = subprocess.run(['sh', '-e', '-c', commands], env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_folder(start_server, tmp_path):
    server = start_server('', '--export-dir', str(tmp_path / 's3'))
    said = run(blocks_of('A folder'), tmp_path, server=server.url)
    assert 'result_1.csv.gz\nresult_sign.json\n' in said and said.endswith('Successfully validated sign and query result files\n')


def test_an_s3_server(start_server, tmp_path):
    if not shutil.which('curl'):
        pytest.skip('curl is not installed')
    s3 = start_moto()
    try:
        server = start_server('', '--s3-endpoint', s3.url)
        environment = {'AWS_ENDPOINT_URL_CLOUDTRAIL': server.url, 'AWS_DEFAULT_REGION': 'us-east-1', 'AWS_ACCESS_KEY_ID': '123456789012',
                       'AWS_SECRET_ACCESS_KEY': 'any'}
        said = run(blocks_of('An S3 server'), tmp_path, server=server.url, s3=s3.url, environment=environment)
        assert '1/1 digest files valid' in said and '1/1 log files valid' in said, said
        assert int(said.split()[-1]) >= 1, 'the event, and recorded calls'
    finally:
        s3.stop()
