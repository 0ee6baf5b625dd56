"""Stores in a real Trino: TRAILPOND_TRINO_TEST=http://127.0.0.1:8086 names a cluster that tools/trino_cluster has started on this
machine. Without it these tests are skipped. TRAILPOND_TRINO_KILL=1 also kills its nodes. Where the cluster was started with
TRINO_S3_ENDPOINT, that and the keys tell of an S3 server with the bucket `lake`."""
import concurrent.futures
import glob
import json
import os
import shutil
import subprocess
import sys
import time

import boto3
import pytest
from botocore.config import Config

from server import BINARY, ROOT, rows_of, wait_for_end, wait_for_status

sys.path.insert(0, os.path.join(ROOT, 'tests', 'oracle'))
import layouts

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


# What people ask of a lake, in the forms that only CloudTrail Lake takes where there are such.
ASKED = [
    'SELECT eventName, count(*) AS n FROM {store} GROUP BY eventName ORDER BY n DESC, eventName',
    "SELECT eventID, eventTime, CAST(eventTime AS varchar) FROM {store} WHERE eventTime BETWEEN '2024-05-15' AND '2024-05-15 23:59:59' ORDER BY eventID",
    "SELECT eventID, userIdentity, readOnly, managementEvent, resources, tlsDetails, eventCategory, addendum FROM {store} ORDER BY eventID",
    "SELECT eventID, userIdentity.sessionContext.attributes.creationDate FROM {store} WHERE userIdentity.sessionContext.attributes.creationDate > "
    "'2024-01-01' ORDER BY eventID",
    "SELECT element_at(requestParameters, 'bucketName') AS bucket, count(*) FROM {store} WHERE eventSource = 's3.amazonaws.com' GROUP BY 1 ORDER BY 1",
    "SELECT json_extract_scalar(element_at(requestParameters, 'encryptionContext'), '$.service'), count(*) FROM {store} "
    "WHERE eventName = 'Decrypt' GROUP BY 1 ORDER BY 1",
    'SELECT date(eventTime) AS day, count(DISTINCT userIdentity.arn) FROM {store} WHERE errorCode IS NULL GROUP BY date(eventTime) ORDER BY 1']


def cluster():
    return layouts.load_cluster()


def export(schema):
    """Makes the getting-started scenario a table of the cluster."""
    shutil.rmtree(f'{LAKE}/{schema}', ignore_errors=True)
    subprocess.run([BINARY, 'export', '--scenario', 'getting-started', '--to', f'{LAKE}/{schema}', '--catalog', 'lake', '--schema', schema,
                    '--location', f'local:///{schema}'], check=True)
    cluster().load(f'{LAKE}/{schema}')


@pytest.fixture(scope='module')
def lake():
    export('sdk')


@pytest.fixture(scope='module')
def untouched():
    """A table that no test posts events to; its schema."""
    export('untouched')
    return 'untouched'


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


@pytest.mark.parametrize('layout', layouts.LAYOUTS)
def test_tables_of_other_layouts(untouched, start_server, tmp_path, layout):
    backend = {**layouts.LAYOUTS[layout](cluster().rows_of, LAKE, untouched, 'getting_started'), 'url': URL}
    plain = {'url': URL, 'catalog': 'lake', 'schema': untouched, 'table': 'getting_started'}
    other = STORE[:-1] + '2'
    scenario = tmp_path / 'layouts.yaml'
    scenario.write_text(json.dumps({'event_data_stores': [{'name': 'plain', 'id': STORE, 'backend': {'trino': plain}},
                                                          {'name': layout, 'id': other, 'backend': {'trino': backend}}]}))
    done = subprocess.run([BINARY, 'trino', 'check', '--scenario', str(scenario)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    client = start_server(str(scenario)).client()
    for statement in ASKED:
        assert rows_of(client, statement.format(store=other)) == rows_of(client, statement.format(store=STORE))

    def scanned(condition):
        query_id = client.start_query(QueryStatement=f'SELECT count(*), max(eventName) FROM {other} WHERE {condition}')['QueryId']
        return wait_for_end(client, query_id)['QueryStatistics']['BytesScanned']
    # One of three days.
    if layout != 'parquet':  # a file of them all
        assert 0 < scanned("eventTime BETWEEN '2024-05-15' AND '2024-05-15 23:00:00'") < 0.8 * scanned("eventName <> ''")


def test_check_says_how_times_are_mapped(untouched, tmp_path):
    backend = layouts.make_iceberg(cluster().rows_of, LAKE, untouched, 'getting_started')
    del backend['columns']
    scenario = tmp_path / 'iceberg.yaml'
    scenario.write_text(json.dumps({'event_data_stores': [{'name': 'iceberg', 'backend': {'trino': {**backend, 'url': URL, 'day_column': 'eventtime'}}}]}))
    done = subprocess.run([BINARY, 'trino', 'check', '--scenario', str(scenario)], capture_output=True, text=True)
    assert done.returncode == 1
    assert 'eventtime: has the type timestamp(6), expected timestamp(3); map it as CAST("eventtime" AS timestamp(3))' in done.stdout
    assert 'map it as CAST("useridentity" AS row(type varchar' in done.stdout
    assert 'day_column: has the type timestamp(6), expected varchar' in done.stdout


def test_the_example():
    done = subprocess.run([os.path.join(ROOT, 'tools', 'trino_example')], capture_output=True, text=True, timeout=300,
                          env={**os.environ, 'TRAILPOND_BINARY': BINARY})
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count('DescribeInstances') == 2


@pytest.mark.skipif(not os.environ.get('TRINO_S3_ENDPOINT'), reason='TRINO_S3_ENDPOINT names no S3 of the cluster')
def test_a_lake_in_s3(start_server, tmp_path):
    endpoint = os.environ['TRINO_S3_ENDPOINT']
    s3 = boto3.client('s3', endpoint_url=endpoint, region_name='us-east-1', config=Config(s3={'addressing_style': 'path'}))
    subprocess.run([BINARY, 'export', '--scenario', 'getting-started', '--to', str(tmp_path / 'lake'), '--catalog', 's3', '--schema', 'sdk',
                    '--location', 's3://lake/sdk'], check=True)
    for path in glob.glob(str(tmp_path / 'lake/**/*.json.gz'), recursive=True):
        s3.upload_file(path, 'lake', 'sdk/' + os.path.relpath(path, tmp_path / 'lake'))
    cluster().load(tmp_path / 'lake')
    ask = cluster().rows_of
    ask('CREATE SCHEMA IF NOT EXISTS s3ice.sdk')
    ask('DROP TABLE IF EXISTS s3ice.sdk.getting_started')
    ask("CREATE TABLE s3ice.sdk.getting_started WITH (partitioning = ARRAY['day(eventtime)']) AS SELECT * FROM s3.sdk.getting_started")
    ids = [STORE[:-1] + digit for digit in '12']
    iceberg = {'url': URL, 'catalog': 's3ice', 'schema': 'sdk', 'table': 'getting_started', 'time_column': 'eventtime',
               'columns': {'eventtime': 'CAST(eventtime AS timestamp(3))', 'useridentity': f'CAST(useridentity AS {layouts.IDENTITY})'}}
    scenario = tmp_path / 's3.yaml'
    scenario.write_text(json.dumps({'event_data_stores': [
        {'name': 'getting_started', 'id': ids[0], 'backend': {'trino': {'url': URL, 'catalog': 's3', 'schema': 'sdk', 'files': 's3://lake/sdk'}}},
        {'name': 'iceberg', 'id': ids[1], 'backend': {'trino': iceberg}}]}))
    server = start_server(str(scenario), '--s3-endpoint', endpoint)
    client, here = server.client(), start_server('getting-started').client()
    for statement in ASKED:
        expected = rows_of(here, statement.format(store=STORE))
        for store in ids:
            assert rows_of(client, statement.format(store=store)) == expected
    # What is posted becomes an object, and is seen.
    event = {'eventVersion': '1.11', 'eventTime': '2031-05-10T09:00:00Z', 'eventName': 'Posted', 'eventID': 'e-1'}
    assert server.add_events(ids[0], json.dumps(event))['accepted'] == 1
    end = time.time() + 20
    while not (rows := rows_of(client, f"SELECT eventID FROM {ids[0]} WHERE eventName = 'Posted'")) and time.time() < end:
        time.sleep(0.3)
    assert rows == [[('eventID', 'e-1')]]
    for path in s3.list_objects_v2(Bucket='lake', Prefix='sdk/getting_started/calendarday=2031').get('Contents', []):
        s3.delete_object(Bucket='lake', Key=path['Key'])


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
