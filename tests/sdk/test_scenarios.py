"""Scenarios by command and by HTTP: check, export, snapshots, an account's reset (issue 11, points 1 and 5)."""
import json
import os
import subprocess
import threading

import pytest

from server import BINARY, ROOT, rows_of, wait_for_end, wait_for_status

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
    wrong.write_text('acount: "1"\nevent_data_stores:\n  - {name: abc, kind: cloudtrial}\nfaults:\n'
                     '  - {match: {operation: StartQerry}, error: ThrottlingException}\n')
    done = run('check', str(wrong))
    assert done.returncode == 2
    assert f'{wrong}:1:1: unknown key "acount"; did you mean "account"?' in done.stderr
    assert f'{wrong}:3:23: kind: expected one of' in done.stderr and 'did you mean "cloudtrail"?' in done.stderr
    assert f'{wrong}:5:5: operation: there is no operation "StartQerry"; did you mean "StartQuery"?' in done.stderr
    right = tmp_path / 'right.yaml'
    right.write_text('event_data_stores: [{name: abc}]\nquery_scripts: [{running_for: 1s}]\n')
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
    answer = post(server, 'scenario/check', {'event_data_stores': [{'name': 'xyz'}]})
    assert answer == {'valid': True, 'event_data_stores': 1, 'queries': 0}
    status, answer, _ = server.request('POST', '/_trailpond/v1/scenario/check', {'event_data_stores': [{'nam': 'x'}]})
    assert (status, answer['code']) == (400, 'invalid_scenario')
    assert len(answer['problems']) == 2
    assert 'xyz' not in names(server.client())


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
    # Without --data the small result lies in its query's record, the other one in SQLite.
    queries = [client.start_query(QueryStatement=f'SELECT {what} FROM {STORE} ORDER BY 1')['QueryId']
               for what in ('eventName', "rpad(eventName, 400, 'x')")]
    for query in queries:
        wait_for_end(client, query)
    rows = {query: client.get_query_results(QueryId=query)['QueryResultRows'] for query in queries}
    assert [len(found) for found in rows.values()] == [6, 6]
    taken = post(server, 'snapshots/before')
    assert taken['name'] == 'before' and taken['records'] >= 10
    assert [one['name'] for one in server.request('GET', '/_trailpond/v1/snapshots')[1]['snapshots']] == ['before']
    for _ in range(2):
        server.add_events(STORE, '{"eventID":"y","eventName":"Gone"}')
        others.create_event_data_store(Name='gone')
        server.reset()
        for query in queries:
            with pytest.raises(client.exceptions.QueryIdNotFoundException):
                client.describe_query(QueryId=query)
        assert post(server, 'snapshots/before/restore') == {'status': 'restored'}
        assert 'kept' in names(client) and 'gone' not in names(others)
        assert rows_of(client, f'SELECT count(*) AS n FROM {STORE}') == [[('n', '6')]]
        assert {query: client.get_query_results(QueryId=query)['QueryResultRows'] for query in queries} == rows
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


def test_queries_that_have_not_ended_end_in_the_copy_as_they_would_have(start_server, tmp_path):
    """Export writes what is left of a query's life: its script, its rows where they are fixed, a cancel that is under way."""
    select = f'SELECT eventID FROM {STORE}'
    scripts = [{'name': 'looks', 'match': {'contains': 'looks'}, 'queued_polls': 3, 'running_polls': 1, 'partial_rows': 2},
               {'match': {'contains': 'timed'}, 'running_for': '10m', 'execution_time': '7s'},
               {'match': {'contains': 'too dear'}, 'queued_for': '5m', 'budget': {'rows': 1}},
               {'match': {'contains': 'canned'}, 'running_for': '10m', 'columns': ['a'], 'rows': [['one'], ['two']],
                'end': 'TIMED_OUT', 'partial_rows': 1, 'error_message': 'It took too long'},
               {'match': {'contains': 'cancelled'}, 'running_for': 'until_released', 'cancel_takes': '10m'},
               {'match': {'contains': 'gone'}, 'queued_for': 'until_released'}]
    first = start_server('service.yaml')
    post(first, 'clock', {'frozen_at': '2031-01-01T00:00:00Z'})
    post(first, 'query-scripts', {'query_scripts': scripts})
    client = first.client()
    names_of = ('looks', 'timed', 'too dear', 'canned', 'cancelled', 'gone')
    queries = {name: client.start_query(QueryStatement=f'{select} /* {name} */')['QueryId'] for name in names_of}
    first.advance('1m')
    assert client.describe_query(QueryId=queries['looks'])['QueryStatus'] == 'QUEUED'
    client.cancel_query(QueryId=queries['cancelled'])
    client.cancel_query(QueryId=queries['gone'])
    everything = ', '.join(f'{STORE} AS t{i}' for i in range(14))
    endless = client.start_query(QueryStatement=f'SELECT count(*) FROM {everything} WHERE t0.eventID < t13.eventID')['QueryId']
    wait_for_status(client, endless, 'RUNNING')
    wait_for_rows(first, queries['timed'])
    exported = run('export', '--url', first.url)
    path = tmp_path / 'exported.yaml'
    path.write_text(exported.stdout)
    assert run('check', str(path)).returncode == 0, run('check', str(path)).stderr
    second = start_server(str(path))
    assert run('export', '--url', second.url).stdout == exported.stdout
    ends = []
    for server in (first, second):
        client, end = server.client(), {}
        end['looks'] = [client.describe_query(QueryId=queries['looks'])['QueryStatus'] for _ in range(3)]
        wait_for_end(client, queries['looks'])  # it takes no time by a clock that stands still
        server.advance('4m')
        wait_for_end(client, queries['too dear'])
        server.advance('10m')
        for name, query in queries.items():
            described = wait_for_end(client, query)
            end[name + ' ends'] = (described['QueryStatus'], described.get('ErrorMessage'), described['QueryStatistics'],
                                   client.get_query_results(QueryId=query)['QueryResultRows'])
        ends.append(end)
    assert ends[0] == ends[1]
    assert ends[0]['looks'] == ['QUEUED', 'QUEUED', 'RUNNING']
    assert {name: ends[1][f'{name} ends'][0] for name in names_of} == {
        'looks': 'FINISHED', 'timed': 'FINISHED', 'too dear': 'FAILED', 'canned': 'TIMED_OUT', 'cancelled': 'CANCELLED', 'gone': 'CANCELLED'}
    assert ends[1]['canned ends'][1] == 'It took too long' and len(ends[1]['canned ends'][3]) == 1
    assert ends[1]['timed ends'][2]['ExecutionTimeInMillis'] == 7000 and len(ends[1]['timed ends'][3]) == 5


def wait_for_rows(server, query):
    """Waits until the statement of a query that is held has been run."""
    for _ in range(1000):
        found = [one for one in server.request('GET', '/_trailpond/v1/scenario?events=false')[1]['queries'] if one['id'] == query]
        if found[0].get('rows'):
            return
    raise AssertionError('no rows')


def test_the_event_history_and_calls_that_wait_are_exported(start_server, tmp_path):
    first = start_server('service.yaml')
    post(first, 'clock', {'frozen_at': '2031-01-01T00:00:00Z'})
    first.client().create_trail(Name='looked-at', S3BucketName='results-bucket')
    first.advance('5m')
    first.client().create_trail(Name='waits', S3BucketName='results-bucket')

    def found(server):
        return sorted(event['EventId'] for event in server.client().lookup_events()['Events'] if event['EventName'] == 'CreateTrail')
    [known] = found(first)
    exported = run('export', '--url', first.url)
    assert 'event_history:' in exported.stdout and 'waiting_calls:' in exported.stdout
    assert run('export', '--url', first.url).stdout == exported.stdout
    path = tmp_path / 'exported.yaml'
    path.write_text(exported.stdout)
    second = start_server(str(path), '--data', str(tmp_path / 'data'))
    assert run('export', '--url', second.url).stdout == exported.stdout
    assert found(second) == [known]
    second.advance('5m')
    assert len(found(second)) == 2 and known in found(second)
    # Neither a restart nor the reset of an account makes more of them.
    second.stop()
    third = start_server(str(path), '--data', str(tmp_path / 'data'))
    assert len(found(third)) == 2
    third.advance('10m')
    assert len(found(third)) == 2
    third.reset()
    assert found(third) == [known]
    post(third, 'reset?account=123456789012')
    assert run('export', '--url', third.url).stdout == exported.stdout
    status, whole, _ = third.request('GET', '/_trailpond/v1/scenario?events=false')
    assert status == 200 and 'event_history' not in whole and 'waiting_calls' not in whole


def test_a_snapshot_brings_a_running_statement_back(server):
    client = server.client()
    everything = ', '.join(f'{STORE} AS t{i}' for i in range(12))
    query = client.start_query(QueryStatement=f'SELECT count(*) FROM {everything} WHERE t0.eventID < t11.eventID')['QueryId']
    wait_for_status(client, query, 'RUNNING')
    post(server, 'snapshots/while-running')
    client.cancel_query(QueryId=query)
    post(server, 'snapshots/while-running/restore')
    assert client.describe_query(QueryId=query)['QueryStatus'] == 'RUNNING'
    assert client.cancel_query(QueryId=query)['QueryStatus'] == 'CANCELLED'


def test_what_includes_what(tmp_path):
    (tmp_path / 'base.yaml').write_text('variables: {team: blue}\nevent_data_stores: [{name: events}]\n')
    (tmp_path / 'left.yaml').write_text('include: base.yaml\nbuckets: [{name: "{{ team }}-logs"}]\n')
    top = tmp_path / 'top.yaml'
    top.write_text('include: [left.yaml, base.yaml]\nevent_data_stores: [{name: events, retention_days: 7}, {name: "{{ team }}-events"}]\n')
    done = run('check', str(top))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f'{top}: 2 event data stores')
    (tmp_path / 'base.yaml').write_text('include: top.yaml\n')
    done = run('check', str(top))
    assert done.returncode == 2 and 'includes itself: top.yaml includes left.yaml includes base.yaml includes top.yaml' in done.stderr


def test_bodies_that_contradict_themselves_are_refused(server):
    def refused(path, body=None):
        status, answer, _ = server.request('POST' if body is not None else 'GET', '/_trailpond/v1/' + path, body)
        assert status == 400, answer
        return answer
    answer = refused('faults', {'fault': []})
    assert (answer['code'], answer['name'], answer['nearest']) == ('invalid_member', 'fault', 'faults')
    assert 'did you mean "faults"?' in answer['message']
    assert refused('query-scripts', {'query_scripts': [], 'nothing_like_it': 1})['name'] == 'nothing_like_it'
    assert refused('clock', {'advance': -5})['code'] == 'invalid_member'
    for other in ('at_least', 'at_most'):
        answer = refused('journal/verify', {'operation': 'ListTrails', 'times': {'exactly': 1, other: 1}})
        assert (answer['code'], answer['name']) == ('invalid_member', f'times.{other}')
    first = server.request('GET', '/_trailpond/v1/event-data-stores?limit=1')[1]['next']
    assert server.request('GET', f'/_trailpond/v1/event-data-stores?limit=2&next={first}')[0] == 200
    assert server.request('GET', '/_trailpond/v1/event-data-stores?limit=1&next=')[1]['next'] == first
    for query in ('event-data-stores?next=aaaaaaaa-0000-4000-8000-000000000001', f'event-data-stores?next={first}x',
                  f'event-data-stores?next={first}&account=123456789012', f'queries?next={first}', f'journal?next={first}'):
        answer = refused(query)
        assert (answer['code'], answer['name']) == ('invalid_parameter', 'next'), query
