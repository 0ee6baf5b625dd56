"""Stores in a real Trino: TRAILPOND_TRINO_TEST=http://127.0.0.1:8086 names a cluster that tools/trino_cluster has started on this
machine. Without it these tests are skipped. TRAILPOND_TRINO_KILL=1 also kills its nodes."""
import concurrent.futures
import importlib.machinery
import importlib.util
import json
import os
import shutil
import subprocess
import time

import pytest

from server import BINARY, ROOT, rows_of, wait_for_end, wait_for_status

URL = os.environ.get('TRAILPOND_TRINO_TEST')
pytestmark = pytest.mark.skipif(not URL, reason='TRAILPOND_TRINO_TEST names no cluster')
LAKE = os.environ.get('TRINO_LAKE', '/var/tmp/trino-476-lake')
STORE = 'a1b2c3d4-0000-4000-8000-000000000001'
BACKED = f"""
event_data_stores:
  - {{name: getting-started, id: {STORE}, backend: {{trino: {{url: "{URL}", catalog: lake, schema: sdk, files: "s3://sdk", PLACE}}}}}}
"""
# Some seconds of work for a small cluster.
LONG = f'SELECT count(*) FROM {STORE} a CROSS JOIN {STORE} b CROSS JOIN {STORE} c CROSS JOIN UNNEST(sequence(1, 500)) AS t (i)'
FAR = f'SELECT a.eventID, i FROM {STORE} a CROSS JOIN UNNEST(sequence(1, 10000)) AS t (i)'


def cluster():
    loader = importlib.machinery.SourceFileLoader('trino_cluster', os.path.join(ROOT, 'tools', 'trino_cluster'))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader('trino_cluster', loader))
    loader.exec_module(module)
    return module


@pytest.fixture(scope='module')
def lake():
    """The getting-started scenario as a table of the cluster."""
    shutil.rmtree(f'{LAKE}/sdk', ignore_errors=True)
    subprocess.run([BINARY, 'export', '--scenario', 'getting-started', '--to', f'{LAKE}/sdk', '--catalog', 'lake', '--schema', 'sdk',
                    '--location', 'local:///sdk'], check=True)
    cluster().load(f'{LAKE}/sdk')


@pytest.fixture
def backed(lake, start_server, tmp_path):
    def start(more='patience_seconds: 5'):
        (tmp_path / 'lake.yaml').write_text(BACKED.replace('PLACE', more))
        return start_server(str(tmp_path / 'lake.yaml'), '--export-dir', LAKE)
    return start


def test_the_same_rows_as_here(backed, start_server):
    there, here = backed().client(), start_server('getting-started').client()
    for statement in [f'SELECT eventName, count(*) AS n FROM {STORE} GROUP BY eventName ORDER BY n DESC, eventName',
                      f"SELECT * FROM {STORE} WHERE eventTime > '2000-01-01' ORDER BY eventTime, eventID LIMIT 200",
                      f"SELECT userIdentity.arn, element_at(requestParameters, 'bucketName') FROM {STORE} WHERE errorCode IS NOT NULL ORDER BY eventID"]:
        assert rows_of(there, statement) == rows_of(here, statement)


def test_mistakes_that_only_rows_show(backed):
    client = backed().client()
    query_id = client.start_query(QueryStatement=f'SELECT eventName,\n  1 / (count(*) - count(*)) FROM {STORE} GROUP BY eventName')['QueryId']
    answer = wait_for_end(client, query_id)
    assert (answer['QueryStatus'], answer['ErrorMessage'].split(': ')[-1]) == ('FAILED', 'Division by zero'), answer


def test_the_cluster_forgets_what_is_cancelled(backed):
    client = backed().client()
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        ids = list(pool.map(lambda _: client.start_query(QueryStatement=LONG)['QueryId'], range(10)))
        wait_for_status(client, ids[0], 'RUNNING', 30)
        list(pool.map(lambda query_id: client.cancel_query(QueryId=query_id), ids))
    end = time.time() + 20
    running = "SELECT query_id FROM system.runtime.queries WHERE source = 'trailpond' AND state NOT IN ('FINISHED', 'FAILED')"
    while (left := cluster().rows_of(running)) and time.time() < end:
        time.sleep(0.2)
    assert not left
    assert {client.describe_query(QueryId=query_id)['QueryStatus'] for query_id in ids} == {'CANCELLED'}


def test_events_that_are_posted_are_seen(backed):
    server = backed()
    client = server.client()
    event = {'eventVersion': '1.11', 'eventTime': '2031-05-10T09:00:00Z', 'eventName': 'Posted', 'eventID': 'e-1',
             'requestParameters': {'a': 'b', 'deep': {'x': [1, None]}, 'none': None}, 'userIdentity': {'arn': 'arn:x'}}
    report = server.add_events(STORE, json.dumps(event) + '\n' + json.dumps({**event, 'eventID': 'e-2', 'eventTime': '2031-05-11T09:00:00Z'}))
    assert report['accepted'] == 2, report
    statement = f"SELECT eventID, requestParameters, eventTime FROM {STORE} WHERE eventName = 'Posted' ORDER BY eventID"
    end = time.time() + 20
    while len(rows := rows_of(client, statement)) < 2 and time.time() < end:
        time.sleep(0.3)
    assert [cell[1] for cell in rows[0]] == ['e-1', '{a=b, deep={"x":[1,null]}, none=null}', '2031-05-10 09:00:00.000']
    # The same text again is there once.
    server.add_events(STORE, json.dumps(event) + '\n' + json.dumps({**event, 'eventID': 'e-2', 'eventTime': '2031-05-11T09:00:00Z'}))
    assert len(rows_of(client, statement)) == 2
    server.kill()
    assert len(rows_of(backed().client(), statement)) == 2


def test_check_says_what_a_table_lacks(lake, tmp_path):
    def check(place):
        (tmp_path / 'lake.yaml').write_text(BACKED.replace('PLACE', place))
        done = subprocess.run([BINARY, 'trino', 'check', '--scenario', str(tmp_path / 'lake.yaml')], capture_output=True, text=True)
        return done.returncode, done.stdout
    assert check('patience_seconds: 5')[0] == 0
    status, text = check('columns: {eventtime: eventname, eventname: nothing, wrong: "1"}')
    assert status == 1
    assert 'eventtime: has the type varchar, expected timestamp(3)' in text
    assert "eventname: Column 'nothing' cannot be resolved; expected varchar" in text
    assert 'wrong: is mapped, but the store has no such column' in text
    assert check('table: missing')[0] == 1


@pytest.mark.skipif(not os.environ.get('TRAILPOND_TRINO_KILL'), reason='TRAILPOND_TRINO_KILL is not set')
@pytest.mark.parametrize('node', ['worker1', 'coordinator'])
@pytest.mark.parametrize('statement', [LONG, FAR])
def test_nodes_that_are_killed(backed, node, statement):
    client = backed().client()
    query_id = client.start_query(QueryStatement=statement)['QueryId']
    wait_for_status(client, query_id, 'RUNNING', 30)
    nodes = cluster()
    nodes.kill(node)
    try:
        answer = wait_for_end(client, query_id, 120)
        assert answer['QueryStatus'] == 'FAILED', answer
        assert answer['ErrorMessage'].startswith(('Trino was lost: ', 'Trino failed: ')), answer
    finally:
        nodes.start(1)
