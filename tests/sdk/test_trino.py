"""Stores that live in a Trino cluster: what is asked of it, and every trouble that it may make (a script stands for it)."""
import concurrent.futures
import glob
import gzip
import json
import os
import re
import subprocess
import sys
import time

import pytest
import yaml
from botocore.exceptions import ClientError

from fake_trino import FakeTrino, error
from server import BINARY, HERE, ROOT, get, rows_of, wait_for_end, wait_for_status
from test_s3_endpoint import make_certificate

sys.path.insert(0, os.path.join(ROOT, 'tests', 'oracle'))
import layouts

STORE = 'aaaaaaaa-0000-4000-8000-000000000001'
OTHER = 'aaaaaaaa-0000-4000-8000-000000000002'
COUNT = f'SELECT count(*) FROM {STORE}'
PATIENCE = {'TRAILPOND_TRINO_PATIENCE_SECONDS': '2'}


@pytest.fixture
def fake():
    """Makes clusters of a script, or of pages for all statements."""
    made = []

    def make(*pages, script=None, **more):
        made.append(FakeTrino(script or (lambda _: [dict(page) for page in pages]), **more))
        return made[-1]

    yield make
    for each in made:
        each.stop()


@pytest.fixture
def lake(start_server):
    """Starts a server whose stores are all in a cluster."""
    def start(trino, **environment):
        return start_server('trino.yaml', '--trino', trino.url if hasattr(trino, 'url') else trino,
                            environment={**PATIENCE, **environment}).client()
    return start


QUEUED, RUNNING = {'state': 'QUEUED'}, {'state': 'RUNNING'}


def ended(client, statement=COUNT, seconds=20):
    return wait_for_end(client, client.start_query(QueryStatement=statement)['QueryId'], seconds)


def test_rows_types_and_statistics(fake, lake):
    cluster = fake(QUEUED, RUNNING,
                   {'data': [['a', [['x', None], ['y"', {'k': None, 'l': 'm'}]], 1.0E7, True, None]]},
                   {'data': [['b', [], 'NaN', False, '2024-05-10 09:00:00.000']], 'state': 'FINISHED', 'scanned': 30, 'bytes': 600})
    client = lake(cluster)
    # Each column with a type of its own: varchar, array(row), double, boolean, timestamp.
    statement = (f"SELECT eventName, ARRAY[CAST(ROW('x', MAP()) AS row(n varchar, m map(varchar, varchar)))], 1e0, true, eventTime FROM {STORE}")
    query_id = client.start_query(QueryStatement=statement)['QueryId']
    answer = wait_for_end(client, query_id)
    assert answer['QueryStatus'] == 'FINISHED', answer
    statistics = answer['QueryStatistics']
    assert (statistics['EventsMatched'], statistics['EventsScanned'], statistics['BytesScanned']) == (2, 30, 600)
    rows = client.get_query_results(QueryId=query_id)['QueryResultRows']
    assert [[list(cell.values())[0] for cell in row] for row in rows] == [
        ['a', '[{n=x, m=null}, {n=y", m={k=null, l=m}}]', '10000000.0', 'true', ''],
        ['b', '[]', 'NaN', 'false', '2024-05-10 09:00:00.000']]
    assert cluster.headers[0]['X-Trino-User'] == 'trailpond' and cluster.headers[0]['X-Trino-Time-Zone'] == 'UTC'
    assert not cluster.deleted


def test_the_statement_is_plain_trino(fake, lake):
    cluster = fake({'data': [], 'state': 'FINISHED'})
    client = lake(cluster, TRAILPOND_TRINO_CATALOG='lake', TRAILPOND_TRINO_SCHEMA='s')
    for statement in [f"SELECT eventName FROM {STORE} WHERE eventTime > '2024-05-10' AND sessionCredentialFromConsole = true;",
                      f'SELECT a.eventName FROM {STORE} a JOIN {OTHER} b ON a.eventID = b.eventID']:
        assert ended(client, statement)['QueryStatus'] == 'FINISHED'
    first, second = cluster.statements
    assert """TIMESTAMP '2024-05-10 00:00:00.000'""" in first and """sessionCredentialFromConsole = 'true'""" in first
    assert """FROM "lake"."s"."main_events") AS "aaaaaaaa-0000-4000-8000-000000000001\"""" in first and ';' not in first
    assert '"lake"."s"."others") AS b' in second


def test_mistakes_are_found_before_trino_is_asked(fake, lake):
    cluster = fake(RUNNING)
    client = lake(cluster)
    with pytest.raises(ClientError, match='line 1:8: Column .wrong. cannot be resolved'):
        client.start_query(QueryStatement=f'SELECT wrong FROM {STORE}')
    assert not cluster.statements


def test_states_follow_trino(fake, lake):
    cluster = fake(QUEUED, {**QUEUED, 'wait': 0.6}, {'state': 'PLANNING'}, {'state': 'RUNNING'}, {**RUNNING, 'wait': 0.8},
                   {'data': [[1]], 'state': 'FINISHED'})
    client = lake(cluster)
    query_id = client.start_query(QueryStatement=COUNT)['QueryId']
    assert client.describe_query(QueryId=query_id)['QueryStatus'] == 'QUEUED'
    wait_for_status(client, query_id, 'RUNNING')
    assert wait_for_end(client, query_id)['QueryStatus'] == 'FINISHED'


@pytest.mark.parametrize('told, message', [
    (error('EXCEEDED_LOCAL_MEMORY_LIMIT', 'INSUFFICIENT_RESOURCES', 'Query exceeded per-node memory limit of 1MB'),
     'Query exhausted resources at this scale factor'),
    (error('DIVISION_BY_ZERO', 'USER_ERROR', 'Division by zero'), 'Division by zero'),
    (error('NO_NODES_AVAILABLE', 'INTERNAL_ERROR', 'No nodes available to run query'),
     'Trino failed: No nodes available to run query (NO_NODES_AVAILABLE)'),
    (error('REMOTE_TASK_ERROR', 'INTERNAL_ERROR', 'Worker has gone'), 'Trino failed: Worker has gone (REMOTE_TASK_ERROR)')])
def test_errors_of_trino(fake, lake, told, message):
    client = lake(fake(RUNNING, {'data': [[1]]}, {'state': 'FAILED', 'error': told}))
    answer = ended(client)
    assert (answer['QueryStatus'], answer['ErrorMessage']) == ('FAILED', message)


def test_a_place_points_into_the_users_text(fake, lake):
    def refuse(statement):
        return [{'state': 'FAILED', 'error': error('TABLE_NOT_FOUND', 'USER_ERROR', 'line 1:1: no such table', 1,
                                                   statement.index('(SELECT "event') + 1)}]
    answer = ended(lake(fake(script=refuse)), f'SELECT count(*)\n  FROM {STORE}')
    assert answer['ErrorMessage'] == 'line 2:8: no such table'


@pytest.mark.parametrize('pages, reason', [
    ([{'raw': b'<html>proxy</html>'}], 'it is no JSON'),
    ([RUNNING, {'raw': b'{"id": "q1", "data": [[1'}], 'ends before its time|no JSON'),
    ([RUNNING, {'raw': b'{"id": "q1", "data": [["one"], [2, 3]]}'}], 'another shape'),
    ([RUNNING, {'raw': b'{"id": "q1", "data": 7}{}'}], 'no JSON'),
    ([RUNNING, {'raw': b'{}'}], 'names no query'),
    ([RUNNING, {'raw': b'[' * 5000}], 'another shape'),
    ([RUNNING, {'raw': b'{"x": ' + b'[' * 5000}], 'no JSON'),
    ([{'status': 401, 'raw': b'Unauthorized'}], '401: it does not let the user in'),
    ([RUNNING, {'status': 404, 'raw': b''}], '404: it does not know the query'),
    ([RUNNING, {'status': 500, 'raw': b'boom'}], '500: boom'),
    ([{'status': 503, 'raw': b'', 'forever': True}], '503'),
    ([RUNNING, {'wait': 30}], 'timeout|timed out'),
])
def test_answers_that_are_none(fake, lake, pages, reason):
    start = time.time()
    answer = ended(lake(fake(*pages)))
    assert answer['QueryStatus'] == 'FAILED' and time.time() - start < 12
    assert re.search('Trino was lost: .*(' + reason + ')', answer['ErrorMessage']), answer


def test_busy_and_slow_clusters_are_waited_for(fake, lake):
    pages = [QUEUED, {'status': 503, 'raw': b'busy'}, {'status': 429, 'raw': b'busy'}, RUNNING,
             {'data': [[n] for n in range(300)], 'drip': 0.2}, {'state': 'FINISHED'}]
    cluster = fake(*pages)
    client = lake(cluster)
    # A page that is refused is asked for again: the script gives it out once.
    script = cluster.plans
    query_id = client.start_query(QueryStatement=f'SELECT 1 FROM {STORE}')['QueryId']
    time.sleep(0.3)
    script['q1'][1] = dict(QUEUED)
    time.sleep(0.3)
    script['q1'][2] = dict(QUEUED)
    answer = wait_for_end(client, query_id)
    assert answer['QueryStatus'] == 'FINISHED', answer
    assert answer['QueryStatistics']['EventsMatched'] == 300


def test_a_page_that_breaks_off_is_read_again_without_rows_twice(fake, lake):
    cluster = fake(RUNNING, {'data': [[n] for n in range(5000)], 'cut': 20_000}, {'data': [[7]]}, {'state': 'FINISHED'})
    client = lake(cluster)
    rows = rows_of(client, f'SELECT 1 FROM {STORE}')
    assert [row[0][1] for row in rows[:3]] == ['0', '1', '2']
    assert ended(client)['QueryStatus'] == 'FINISHED'
    query_id = client.start_query(QueryStatement=f'SELECT 1 FROM {STORE}')['QueryId']
    assert wait_for_end(client, query_id)['QueryStatistics']['EventsMatched'] == 5001


@pytest.mark.parametrize('page', [QUEUED, RUNNING, {'data': [[1]]}])
def test_a_coordinator_that_is_killed(fake, lake, page):
    cluster = fake(QUEUED, {**page, 'wait': 0.1, 'forever': True})
    client = lake(cluster)
    query_id = client.start_query(QueryStatement=f'SELECT 1 FROM {STORE}')['QueryId']
    time.sleep(0.5)
    cluster.stop()
    answer = wait_for_end(client, query_id, 12)
    assert answer['QueryStatus'] == 'FAILED' and answer['ErrorMessage'].startswith('Trino was lost: no connection to 127.0.0.1'), answer


def test_nobody_there(lake):
    answer = ended(lake('http://127.0.0.1:1'))
    assert (answer['QueryStatus'], answer['ErrorMessage'][:45]) == ('FAILED', 'Trino was lost: no connection to 127.0.0.1:1:')


def test_a_name_server_that_does_not_answer(start_server, tmp_path):
    shim = str(tmp_path / 'names.so')
    subprocess.run(['cc', '-shared', '-fPIC', '-o', shim, os.path.join(HERE, 'silent_names.c'), '-ldl'], check=True)
    server = start_server('trino.yaml', '--trino', 'http://cluster.example:8080', environment={**PATIENCE, 'LD_PRELOAD': shim})
    client = server.client()
    start = time.time()
    answer = ended(client)
    assert answer['QueryStatus'] == 'FAILED' and time.time() - start < 8
    assert answer['ErrorMessage'].startswith('Trino was lost: no connection to cluster.example:8080: '), answer
    cancelled = client.start_query(QueryStatement=COUNT)['QueryId']
    assert client.cancel_query(QueryId=cancelled)['QueryStatus'] == 'CANCELLED'
    client.start_query(QueryStatement=COUNT)
    start = time.time()
    assert server.stop() == 0 and time.time() - start < 8


def test_certificates(fake, lake, tmp_path):
    certificate = make_certificate(tmp_path)
    cluster = fake({'data': [[1]], 'state': 'FINISHED'}, certificate=certificate)
    assert ended(lake(cluster, TRAILPOND_TRINO_CA_BUNDLE=certificate[0]))['QueryStatus'] == 'FINISHED'
    answer = ended(lake(cluster))
    assert answer['QueryStatus'] == 'FAILED' and 'no secure connection' in answer['ErrorMessage'], answer


def test_who_asks(fake, lake):
    cluster = fake({'data': [[1]], 'state': 'FINISHED'})
    ended(lake(cluster, TRAILPOND_TRINO_USER='ana', TRAILPOND_TRINO_PASSWORD='secret'))
    ended(lake(cluster, TRAILPOND_TRINO_TOKEN='a.b.c'))
    assert cluster.headers[0]['Authorization'] == 'Basic YW5hOnNlY3JldA==' and cluster.headers[0]['X-Trino-User'] == 'ana'
    assert cluster.headers[1]['Authorization'] == 'Bearer a.b.c'


@pytest.mark.parametrize('page', [{**QUEUED, 'wait': 0.5}, {**RUNNING, 'wait': 0.5}, {'data': [[1]], 'wait': 0.5}])
def test_cancel(fake, lake, page):
    cluster = fake(QUEUED, {**page, 'forever': True})
    client = lake(cluster)
    query_id = client.start_query(QueryStatement=f'SELECT 1 FROM {STORE}')['QueryId']
    time.sleep(0.8)
    before = time.time()
    assert client.cancel_query(QueryId=query_id)['QueryStatus'] == 'CANCELLED'
    while 'q1' not in cluster.deleted and time.time() < before + 5:
        time.sleep(0.005)
    assert cluster.deleted['q1'] - before < 0.3
    assert client.describe_query(QueryId=query_id)['QueryStatus'] == 'CANCELLED'


def test_a_query_that_is_cancelled_before_trino_has_named_it(fake, lake):
    cluster = fake({**QUEUED, 'wait': 0.7}, {**RUNNING, 'forever': True})
    client = lake(cluster)
    query_id = client.start_query(QueryStatement=COUNT)['QueryId']
    time.sleep(0.2)
    client.cancel_query(QueryId=query_id)
    time.sleep(1.2)
    assert 'q1' in cluster.deleted and not cluster.asked


def test_ten_at_once_all_cancelled(fake, lake):
    cluster = fake(QUEUED, {'data': [[1]] * 50, 'wait': 0.05, 'forever': True})
    client = lake(cluster)
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        ids = list(pool.map(lambda _: client.start_query(QueryStatement=f'SELECT 1 FROM {STORE}')['QueryId'], range(10)))
        with pytest.raises(ClientError, match='MaxConcurrentQueries'):
            client.start_query(QueryStatement=COUNT)
        for query_id in ids:
            wait_for_status(client, query_id, 'RUNNING')
        list(pool.map(lambda query_id: client.cancel_query(QueryId=query_id), ids))
    end = time.time() + 5
    while len(cluster.deleted) < 10 and time.time() < end:
        time.sleep(0.02)
    assert len(cluster.deleted) == 10
    assert {client.describe_query(QueryId=query_id)['QueryStatus'] for query_id in ids} == {'CANCELLED'}


def test_a_query_that_takes_too_long_is_ended_there(fake, start_server):
    cluster = fake(QUEUED, {**RUNNING, 'wait': 0.1, 'forever': True})
    server = start_server('trino.yaml', '--trino', cluster.url, environment=PATIENCE)
    client = server.client()
    query_id = client.start_query(QueryStatement=COUNT)['QueryId']
    wait_for_status(client, query_id, 'RUNNING')
    server.advance('2h')
    assert wait_for_end(client, query_id)['QueryStatus'] == 'TIMED_OUT'
    time.sleep(0.5)
    assert 'q1' in cluster.deleted


def test_a_reset_and_an_end_leave_nothing_behind(fake, start_server):
    cluster = fake(QUEUED, {**RUNNING, 'wait': 0.1, 'forever': True})
    server = start_server('trino.yaml', '--trino', cluster.url, environment=PATIENCE)
    client = server.client()
    wait_for_status(client, client.start_query(QueryStatement=COUNT)['QueryId'], 'RUNNING')
    server.reset()
    wait_for_status(client, client.start_query(QueryStatement=COUNT)['QueryId'], 'RUNNING')
    assert server.stop() == 0
    time.sleep(0.3)
    assert set(cluster.deleted) == {'q1', 'q2'}


# Stores with a backend of their own

def scenario_of(folder, *backends):
    """A scenario of a store for each backend; None: it is here."""
    lines = ['event_data_stores:']
    for number, backend in enumerate(backends, 1):
        lines.append(f'  - {{name: store-{number}, id: aaaaaaaa-0000-4000-8000-00000000000{number}'
                     + (f', backend: {{trino: {{{backend}}}}}' if backend else '') + '}')
    path = folder / 'backends.yaml'
    path.write_text('\n'.join(lines))
    return str(path)


def test_a_store_of_its_own_cluster(fake, start_server, tmp_path):
    cluster = fake({'data': [['x']], 'state': 'FINISHED'})
    scenario = scenario_of(tmp_path, f'url: "{cluster.url}", catalog: lake, schema: s, table: t, user: ana, password_variable: TRAILPOND_TRINO_SECRET, '
                                     'columns: {eventtime: "from_unixtime(at)", eventname: upper(name)}', None)
    server = start_server(scenario, environment={'TRAILPOND_TRINO_SECRET': 'hunter2'})
    client = server.client()
    assert rows_of(client, f'SELECT eventName FROM {STORE}') == [[('eventName', 'x')]]
    assert '(from_unixtime(at)) AS "eventtime", "eventsource", (upper(name)) AS "eventname"' in cluster.statements[0]
    assert 'FROM "lake"."s"."t") AS' in cluster.statements[0]
    assert cluster.headers[0]['Authorization'] == 'Basic YW5hOmh1bnRlcjI='
    # The other store is here.
    assert rows_of(client, f'SELECT count(*) FROM {OTHER}') == [[('_col0', '0')]]
    assert len(cluster.statements) == 1
    # What was read is written back, and secrets are only named.
    text = server.request('GET', '/_trailpond/v1/scenario.yaml')[1].decode()
    assert 'password_variable: "TRAILPOND_TRINO_SECRET"' in text and 'eventname: "upper(name)"' in text and 'hunter2' not in text


def test_a_mixture_is_refused_by_name(fake, start_server, tmp_path):
    one, two = fake({'data': []}), fake({'data': []})
    scenario = scenario_of(tmp_path, f'url: "{one.url}"', f'url: "{two.url}"', f'url: "{one.url}", schema: another', None)
    client = start_server(scenario).client()
    ids = [f'aaaaaaaa-0000-4000-8000-00000000000{n}' for n in (1, 2, 3, 4)]
    for other, place in [(ids[1], 'in Trino at ' + two.url + ' as trailpond'), (ids[3], 'here')]:
        with pytest.raises(ClientError) as caught:
            client.start_query(QueryStatement=f'SELECT 1 FROM {ids[0]} a, {other} b')
        assert caught.value.response['Error'] == {
            'Code': 'InvalidQueryStatementException',
            'Message': 'A query reads event data stores of one backend only: '
                       f'{ids[0]} is in Trino at {one.url} as trailpond, {other} is {place}.'}
    assert ended(client, f'SELECT 1 FROM {ids[0]} a, {ids[2]} b')['QueryStatus'] == 'FINISHED'


def test_mistakes_in_a_backend_are_told_with_their_place(tmp_path):
    for backend, problem in [('url: "ftp://x"', 'url must be http'), ('table: t', 'url'), ('url: "http://x", patience_seconds: 0', 'patience_seconds'),
                             ('url: "http://x", pasword: x', 'pasword'),
                             ('url: "http://x", password_variable: AWS_SECRET_ACCESS_KEY', 'must begin with TRAILPOND_TRINO_')]:
        done = subprocess.run([BINARY, 'scenario', 'check', scenario_of(tmp_path, backend)], capture_output=True, text=True)
        assert done.returncode == 2 and re.search(r'backends.yaml:2:\d+: .*' + problem, done.stderr), done.stderr


def test_a_variable_that_is_missing_is_named(start_server, tmp_path):
    client = start_server(scenario_of(tmp_path, 'url: "http://127.0.0.1:1", token_variable: TRAILPOND_TRINO_NOTHING')).client()
    with pytest.raises(ClientError, match='the variable TRAILPOND_TRINO_NOTHING is not set'):
        client.start_query(QueryStatement=COUNT)


# Events

EVENT = {'eventVersion': '1.11', 'eventTime': '2024-05-10T09:00:00.5Z', 'eventName': 'One', 'eventID': 'e-1', 'readOnly': True,
         'requestParameters': {'a"': 'b\n', 'deep': {'x': [1, None]}, 'none': None},
         'userIdentity': {'type': 'Root', 'sessionContext': {'attributes': {'mfaAuthenticated': 'true'}}},
         'resources': [{'ARN': 'arn:x', 'type': 't'}, {}]}


def rows_in(pattern):
    rows = []
    for path in sorted(glob.glob(pattern)):
        rows += [json.loads(line) for line in gzip.open(path, 'rt', encoding='utf-8')]
    return rows


def test_posted_events_are_files_before_they_are_answered(fake, start_server, tmp_path):
    cluster = fake({'data': [], 'state': 'FINISHED'})
    scenario = scenario_of(tmp_path, f'url: "{cluster.url}", catalog: lake, schema: s, table: t, files: "s3://bucket/pre"')
    server = start_server(scenario, '--export-dir', str(tmp_path / 's3'))
    later = {**EVENT, 'eventID': 'e-2', 'eventTime': '2024-05-11T00:00:00Z'}
    timeless = {'eventID': 'e-3'}
    report = server.add_events(STORE, '\n'.join(map(json.dumps, [EVENT, later, timeless])) + '\n{broken')
    server.kill()
    assert (report['accepted'], report['rejected']) == (3, 1), report
    root = str(tmp_path / 's3/bucket/pre/t')
    assert sorted(os.listdir(root)) == ['calendarday=2024-05-10', 'calendarday=2024-05-11', 'calendarday=__HIVE_DEFAULT_PARTITION__']
    row, = rows_in(root + '/calendarday=2024-05-10/*.json.gz')
    assert json.loads(row.pop('eventjson')) == EVENT
    assert row == {'eventversion': '1.11', 'eventtime': '2024-05-10 09:00:00.500', 'eventname': 'One', 'eventid': 'e-1', 'readonly': True,
                   'requestparameters': {'a"': 'b\n', 'deep': '{"x":[1,null]}', 'none': None},
                   'useridentity': {'type': 'Root', 'sessioncontext': {'attributes': {'mfaauthenticated': 'true'}}},
                   'resources': [{'type': 't', 'arn': 'arn:x'}, {}]}
    assert [row['eventid'] for row in rows_in(root + '/calendarday=_*/*.json.gz')] == ['e-3']
    end = time.time() + 5
    while not cluster.statements and time.time() < end:
        time.sleep(0.02)


def test_a_new_day_is_told_to_trino_once(fake, start_server, tmp_path):
    cluster = fake({'data': [], 'state': 'FINISHED'})
    scenario = scenario_of(tmp_path, f'url: "{cluster.url}", catalog: lake, schema: s, table: t, files: "s3://bucket"')
    server = start_server(scenario, '--export-dir', str(tmp_path / 's3'))
    for number in range(3):
        server.add_events(STORE, json.dumps({**EVENT, 'eventID': f'e-{number}'}))
    time.sleep(0.5)
    assert cluster.statements == ['CALL "lake".system.sync_partition_metadata(\'s\', \'t\', \'ADD\')']
    assert len(rows_in(str(tmp_path / 's3/bucket/t/*/*.json.gz'))) == 3
    # Nothing of it stays in this process.
    assert get(server, '/event-data-stores')['event_data_stores'][0]['events'] == 0


def test_events_that_cannot_be_written_are_refused(fake, start_server, tmp_path):
    cluster = fake({'data': []})
    server = start_server(scenario_of(tmp_path, f'url: "{cluster.url}"', f'url: "{cluster.url}", files: "s3://bucket"'))
    for store, reason in [(STORE, 'names no files'), (OTHER, 'there is no S3')]:
        report = server.add_events(store, json.dumps(EVENT))
        assert (report['accepted'], report['rejected']) == (0, 1) and reason in json.dumps(report), report


def test_export_goes_on_where_it_broke_off(tmp_path):
    def export(*more):
        done = subprocess.run([BINARY, 'export', '--scenario', 'getting-started', '--to', str(tmp_path / 'lake'), *more], capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr
    status, text = export('--location', 's3://b/p', '--schema', 'trails')
    assert status == 0, text
    files = sorted(glob.glob(str(tmp_path / 'lake/getting_started/*/*.json.gz')))
    rows = rows_in(str(tmp_path / 'lake/getting_started/*/*.json.gz'))
    found = re.search(r'(\d+) events of (\d+) days', text)
    assert (len(rows), len(files)) == (int(found.group(1)), int(found.group(2))) and len(files) > 1
    statements = (tmp_path / 'lake/getting_started.sql').read_text()
    assert 'CREATE TABLE IF NOT EXISTS "hive"."trails"."getting_started"' in statements and "'s3://b/p/getting_started'" in statements
    before = {path: os.stat(path).st_mtime_ns for path in files}
    os.remove(files[0])
    hidden = os.path.join(os.path.dirname(files[0]), '.events-7-0.json.gz')
    open(hidden, 'w').close()
    status, text = export()
    assert status == 0 and f'{len(files) - 1} days were there' in text
    assert sorted(glob.glob(str(tmp_path / 'lake/getting_started/*/*.json.gz'))) == files and not os.path.exists(hidden)
    assert all(os.stat(path).st_mtime_ns == before[path] for path in files[1:])
    assert export('--store', 'nothing')[0] == 2


def test_check_asks_the_cluster(fake, tmp_path):
    def answer(statement):
        if '"eventname"' in statement:
            return [{'error': error('COLUMN_NOT_FOUND', 'USER_ERROR', "line 1:8: Column 'eventname' cannot be resolved"), 'state': 'FAILED'}]
        return [{'data': [['varchar(10)']], 'state': 'FINISHED'}]
    cluster = fake(script=answer)
    done = subprocess.run([BINARY, 'trino', 'check', '--scenario', scenario_of(tmp_path, f'url: "{cluster.url}", table: t')],
                          capture_output=True, text=True)
    assert done.returncode == 1
    assert "  eventname: Column 'eventname' cannot be resolved; expected varchar\n" in done.stdout
    assert '  eventtime: has the type varchar(10), expected timestamp(3)\n' in done.stdout and '  eventid' not in done.stdout
    assert subprocess.run([BINARY, 'trino', 'check', '--scenario', 'getting-started'], capture_output=True).returncode == 2


def test_the_containers_are_set_up_as_the_cluster_of_tools():
    docker = os.path.join(ROOT, 'docker')
    services = yaml.safe_load(open(os.path.join(docker, 'compose-trino.yaml'), encoding='utf-8'))['services']
    cluster = layouts.load_cluster()
    catalog = cluster.HIVE + cluster.FILES.format(root='local://', metastore='metastore') + cluster.LOCAL.format(lake='/lake')
    with open(os.path.join(docker, 'trino/catalog/lake.properties'), encoding='utf-8') as properties:
        assert sorted(properties) == sorted(catalog.splitlines(keepends=True))
    for name, service in services.items():
        assert service['image'] in ('trailpond:dev', 'trinodb/trino:' + cluster.VERSION)
        for volume in service.get('volumes', ()):
            source = volume.split(':')[0]
            assert source == 'lake' or os.path.exists(os.path.join(docker, source)), volume
        # Who waits for a service that ends must say so; `up --wait` fails for others.
        ends = [other for other in services.values() if other.get('depends_on', {}).get(name, {}).get('condition') == 'service_completed_successfully']
        assert bool(ends) == (name in ('owner', 'export', 'load'))
