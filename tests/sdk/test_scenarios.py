"""Scenarios by command and by HTTP: check, export, snapshots, an account's reset (issue 11, points 1 and 5)."""
import json
import os
import subprocess
import threading

import pytest

from server import BINARY, ROOT, rows_of

STORE = 'aaaaaaaa-0000-4000-8000-000000000001'
OTHERS = '222222222222'


def run(*arguments, **more):
    return subprocess.run([BINARY, 'scenario', *arguments], capture_output=True, text=True, timeout=60, **more)


def names(client):
    return sorted(store['Name'] for store in client.list_event_data_stores()['EventDataStores'])


def post(server, path, body=None):
    status, answer, _ = server.request('POST', '/_trailpond/v1/' + path, body)
    assert status == 200, answer
    return answer


def test_check_names_every_mistake_with_its_place(tmp_path):
    wrong = tmp_path / 'wrong.yaml'
    wrong.write_text('acount: "1"\nevent_data_stores:\n  - {name: a, kind: cloudtrial}\nfaults:\n'
                     '  - {match: {operation: StartQerry}, error: ThrottlingException}\n')
    done = run('check', str(wrong))
    assert done.returncode == 2
    assert f'{wrong}:1:1: unknown key "acount"; did you mean "account"?' in done.stderr
    assert f'{wrong}:3:21: kind: expected one of' in done.stderr and 'did you mean "cloudtrail"?' in done.stderr
    assert f'{wrong}:5:5: operation: there is no operation "StartQerry"; did you mean "StartQuery"?' in done.stderr
    right = tmp_path / 'right.yaml'
    right.write_text('event_data_stores: [{name: a}]\nquery_scripts: [{running_for: 1s}]\n')
    done = run('check', str(right), 'query-lifecycle')
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        f'{right}: 1 event data store, 0 trails, 0 channels, 0 dashboards, 0 imports, 0 queries, 1 script, 0 faults',
        'query-lifecycle: 1 event data store, 0 trails, 0 channels, 0 dashboards, 0 imports, 6 queries, 6 scripts, 0 faults']


def test_a_wrong_operation_is_a_mistake_too(tmp_path):
    wrong = tmp_path / 'wrong.yaml'
    wrong.write_text('faults:\n  - {match: {operation: StartQerry}, error: ThrottlingException}\n'
                     '  - {match: {operation: StartQuery}, error: ChannelNotFoundException}\n')
    done = run('check', str(wrong))
    assert done.returncode == 2
    assert 'did you mean "StartQuery"?' in done.stderr and 'StartQuery does not declare ChannelNotFoundException' in done.stderr


def test_the_schema_of_the_tree_is_that_of_the_binary():
    with open(os.path.join(ROOT, 'fixtures', 'scenario.schema.json')) as file:
        assert json.loads(run('schema').stdout) == json.load(file), 'tools/scenario_reference writes it'


def test_the_reference_in_docs_is_that_of_the_binary():
    with open(os.path.join(ROOT, 'docs', 'scenario-reference.md')) as file:
        assert run('reference').stdout in file.read(), 'tools/scenario_reference writes it'
    with open(os.path.join(ROOT, 'docs', 'generators.md')) as file:
        assert run('shapes').stdout in file.read(), 'tools/scenario_reference writes it'


@pytest.mark.parametrize('form', [[], ['--json']])
def test_what_is_exported_loads_to_the_same_state(start_server, tmp_path, form):
    first = start_server('service.yaml')
    first.client().create_trail(Name='made', S3BucketName='results-bucket')
    first.client().register_organization_delegated_admin(MemberAccountId='333333333333')
    exported = run('export', '--url', first.url, *form)
    assert exported.returncode == 0, exported.stderr
    assert '333333333333' in exported.stdout
    path = tmp_path / 'exported.yaml'
    path.write_text(exported.stdout)
    assert run('check', str(path)).returncode == 0
    second = start_server(str(path) if not form else None, *(['--scenario', str(path)] if form else []))
    assert run('export', '--url', second.url, *form).stdout == exported.stdout
    assert rows_of(second.client(), f'SELECT count(*) AS n FROM {STORE}') == [[('n', '5')]]
    assert [trail['Name'] for trail in second.client().describe_trails()['trailList']] == ['made']


def test_an_export_of_one_account_and_without_events(server):
    status, whole, _ = server.request('GET', '/_trailpond/v1/scenario?events=false')
    assert status == 200 and all('events' not in store for store in whole['event_data_stores'])
    status, one, _ = server.request('GET', f'/_trailpond/v1/scenario?account={OTHERS}')
    assert {store['account'] for store in one['event_data_stores']} == {OTHERS} and 'clock' not in one
    assert 'there is no server' in run('export', '--url', 'http://127.0.0.1:1').stderr


def test_a_posted_scenario_can_be_checked_alone(server):
    answer = post(server, 'scenario/check', {'event_data_stores': [{'name': 'x'}]})
    assert answer == {'valid': True, 'event_data_stores': 1, 'queries': 0}
    status, answer, _ = server.request('POST', '/_trailpond/v1/scenario/check', {'event_data_stores': [{'nam': 'x'}]})
    assert (status, answer['code']) == (400, 'invalid_scenario')
    assert len(answer['problems']) == 2
    assert 'x' not in names(server.client())


def test_faults_and_scripts_are_exchanged_as_a_whole(server):
    faults = post(server, 'faults', {'faults': [{'match': {'operation': 'ListChannels'}, 'error': 'ThrottlingException'}]})
    assert server.request('GET', '/_trailpond/v1/faults')[1] == faults
    assert post(server, 'faults', faults) == faults
    with pytest.raises(server.client().exceptions.ClientError):
        server.client().list_channels()
    assert post(server, 'faults', {'faults': []}) == {'faults': []}
    server.client().list_channels()
    scripts = post(server, 'query-scripts', {'query_scripts': [{'queued_for': 'until_released'}]})
    assert server.request('GET', '/_trailpond/v1/query-scripts')[1] == scripts
    status, answer, _ = server.request('POST', '/_trailpond/v1/faults', {'query_scripts': []})
    assert (status, answer['code']) == (400, 'invalid_member')


def test_faults_that_were_exchanged_survive_a_restart_and_end_with_a_reset(start_server, tmp_path):
    first = start_server('service.yaml', '--data', str(tmp_path))
    post(first, 'faults', {'faults': [{'match': {'operation': 'ListChannels'}, 'error': 'ThrottlingException'}]})
    first.stop()
    second = start_server('service.yaml', '--data', str(tmp_path))
    assert len(second.request('GET', '/_trailpond/v1/faults')[1]['faults']) == 1
    second.reset()
    assert second.request('GET', '/_trailpond/v1/faults')[1] == {'faults': []}


def test_the_reset_of_an_account_leaves_the_others_alone(server):
    mine, others = server.client(), server.client(account=OTHERS)
    mine.create_event_data_store(Name='mine-now')
    others.create_event_data_store(Name='theirs-now')
    query = others.start_query(QueryStatement='SELECT eventName FROM bbbbbbbb-0000-4000-8000-000000000001')['QueryId']
    server.add_events(STORE, '{"eventID":"x","eventName":"More"}')
    assert post(server, 'reset?account=123456789012') == {'status': 'reset'}
    assert 'mine-now' not in names(mine)
    assert 'theirs-now' in names(others)
    others.describe_query(QueryId=query)
    assert rows_of(mine, f'SELECT count(*) AS n FROM {STORE}') == [[('n', '5')]]


@pytest.mark.parametrize('durable', [False, True])
def test_a_snapshot_is_taken_and_restored(start_server, tmp_path, durable):
    server = start_server('service.yaml', *(['--data', str(tmp_path)] if durable else []))
    client, others = server.client(), server.client(account=OTHERS)
    server.add_events(STORE, '{"eventID":"x","eventName":"Kept"}')
    client.create_event_data_store(Name='kept')
    query = client.start_query(QueryStatement=f'SELECT eventName FROM {STORE} ORDER BY 1')['QueryId']
    rows = None
    while rows is None or rows['QueryStatus'] in ('QUEUED', 'RUNNING'):
        rows = client.get_query_results(QueryId=query)
    taken = post(server, 'snapshots/before')
    assert taken['name'] == 'before' and taken['records'] >= 10
    assert [one['name'] for one in server.request('GET', '/_trailpond/v1/snapshots')[1]['snapshots']] == ['before']
    for _ in range(2):
        server.add_events(STORE, '{"eventID":"y","eventName":"Gone"}')
        others.create_event_data_store(Name='gone')
        server.reset()
        with pytest.raises(client.exceptions.QueryIdNotFoundException):
            client.describe_query(QueryId=query)
        assert post(server, 'snapshots/before/restore') == {'status': 'restored'}
        assert 'kept' in names(client) and 'gone' not in names(others)
        assert rows_of(client, f'SELECT count(*) AS n FROM {STORE}') == [[('n', '6')]]
        assert client.get_query_results(QueryId=query)['QueryResultRows'] == rows['QueryResultRows']
    if durable:
        server.kill()
        server = start_server('service.yaml', '--data', str(tmp_path))
        assert 'kept' in names(server.client())
        assert rows_of(server.client(), f'SELECT count(*) AS n FROM {STORE}') == [[('n', '6')]]
    else:
        assert server.request('DELETE', '/_trailpond/v1/snapshots/before')[1] == {'status': 'forgotten'}
    status, answer, _ = server.request('POST', '/_trailpond/v1/snapshots/before/restore')
    assert (status, answer['code']) == (404, 'snapshot_not_found')


def test_a_snapshot_of_an_account_is_restored_while_others_work(server):
    client, others = server.client(), server.client(account=OTHERS)
    client.create_event_data_store(Name='kept')
    post(server, 'snapshots/mine?account=123456789012')
    failed, stop = [], threading.Event()

    def work():
        mine = server.client(account=OTHERS)
        while not stop.is_set():
            try:
                mine.list_event_data_stores()
                mine.start_query(QueryStatement='SELECT count(*) AS n FROM bbbbbbbb-0000-4000-8000-000000000001')
            except mine.exceptions.MaxConcurrentQueriesException:
                pass
            except Exception as error:  # noqa: BLE001
                failed.append(error)
                return
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for number in range(10):
            client.create_event_data_store(Name=f'new-{number}')
            post(server, 'snapshots/mine/restore')
            assert 'kept' in names(client) and f'new-{number}' not in names(client)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not failed, failed
    assert names(others) == names(server.client(account=OTHERS))


def test_the_clock_goes_faster_from_where_it_is(server):
    post(server, 'clock', {'frozen_at': '2024-05-10T00:00:00Z'})
    scaled = post(server, 'clock', {'scale': 3600})
    assert (scaled['mode'], scaled['scale']) == ('scaled', 3600) and scaled['now'].startswith('2024-05-10T00:')
    again = server.request('GET', '/_trailpond/v1/clock')[1]
    assert post(server, 'clock', again)['mode'] == 'scaled'
    status, answer, _ = server.request('POST', '/_trailpond/v1/clock', {'scale': 0})
    assert status == 400, answer
