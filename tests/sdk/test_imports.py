"""Imports: trail events copied from a folder that stands for S3 (--export-dir). Sources: AWS API reference; AWS user guide,
"Copy trail events"; shared/spec 5.8."""
import gzip
import json
import os
import time

import pytest
from botocore.exceptions import ClientError

from errors_of_imports import source
from server import rows_of

STORE = 'aaaaaaaa-0000-4000-8000-000000000009'
SCENARIO = {'event_data_stores': [{'name': 'target', 'id': STORE, 'retention_days': 3653, 'termination_protection': False}]}
FOLDER = 'AWSLogs/123456789012/CloudTrail/us-east-1/2024/05/'


def event(number, day=10):
    return {'eventVersion': '1.11', 'eventID': f'event-{number:05}', 'eventTime': f'2024-05-{day:02}T12:00:00Z', 'eventName': 'ListBuckets',
            'eventSource': 's3.amazonaws.com', 'awsRegion': 'us-east-1', 'eventCategory': 'Management'}


def write(root, key, records, bucket='import-bucket'):
    path = os.path.join(root, bucket, key)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as file:
        file.write(records if isinstance(records, bytes) else gzip.compress(json.dumps({'Records': records}).encode()))


@pytest.fixture
def root(tmp_path):
    write(tmp_path, FOLDER + '10/a.json.gz', [event(i) for i in range(10)])
    write(tmp_path, FOLDER + '10/b.json.gz', [event(i) for i in range(10, 15)])
    write(tmp_path, FOLDER + '11/c.json.gz', [event(i, 11) for i in range(15, 20)])
    # What a trail puts beside its events, and what it does not deliver.
    write(tmp_path, FOLDER.replace('CloudTrail', 'CloudTrail-Digest') + '10/digest.json.gz', [event(90)])
    write(tmp_path, FOLDER + '10/notes.txt', b'not an event')
    write(tmp_path, 'elsewhere/d.json.gz', [event(91)])
    return str(tmp_path)


@pytest.fixture
def server(start_server, root):
    server = start_server('alone.yaml', '--export-dir', root)
    assert server.request('POST', '/_trailpond/scenario', SCENARIO)[0] == 200
    return server


def finished(client, import_id):
    while True:
        answer = client.get_import(ImportId=import_id)
        if answer['ImportStatus'] not in ('INITIALIZING', 'IN_PROGRESS'):
            return answer
        time.sleep(0.01)


def ids(client):
    rows = rows_of(client, f'SELECT eventID FROM {STORE} ORDER BY 1')
    return [int(text.split('-')[1]) for ((_, text),) in rows]


def test_an_import_copies_what_a_trail_delivered(server):
    client = server.client()
    started = client.start_import(Destinations=[STORE], ImportSource=source())
    assert started['ImportStatus'] == 'INITIALIZING' and started['ImportSource'] == source() and 'ImportStatistics' not in started
    done = finished(client, started['ImportId'])
    assert done['ImportStatus'] == 'COMPLETED'
    assert done['ImportStatistics'] == {
        'PrefixesFound': 2, 'PrefixesCompleted': 2, 'FilesCompleted': 3, 'EventsCompleted': 20, 'FailedEntries': 0}
    assert ids(client) == list(range(20))
    listed, = client.list_imports()['Imports']
    assert (listed['ImportId'], listed['ImportStatus']) == (started['ImportId'], 'COMPLETED')
    assert client.list_imports(ImportStatus='FAILED')['Imports'] == []
    assert len(client.list_imports(Destination=STORE)['Imports']) == 1
    assert client.list_import_failures(ImportId=started['ImportId'])['Failures'] == []
    assert server.client(account='222222222222').list_imports()['Imports'] == []


def test_a_prefix_and_a_time_range(server):
    client = server.client()
    first = client.start_import(Destinations=[STORE], ImportSource=source('s3://import-bucket/' + FOLDER + '11/'))
    assert finished(client, first['ImportId'])['ImportStatistics']['EventsCompleted'] == 5
    second = client.start_import(Destinations=[STORE], ImportSource=source(), EndEventTime='2024-05-11T00:00:00Z')
    done = finished(client, second['ImportId'])
    assert (done['ImportStatistics']['EventsCompleted'], done['ImportStatistics']['FilesCompleted']) == (15, 3)
    assert done['EndEventTime'].isoformat() == '2024-05-11T00:00:00+00:00' and 'StartEventTime' not in done
    assert ids(client) == list(range(20))


def test_events_older_than_the_retention_are_left_out(server):
    client = server.client()
    store = client.create_event_data_store(Name='young', RetentionPeriod=7)['EventDataStoreArn']
    client.get_event_data_store(EventDataStore=store)
    started = client.start_import(Destinations=[store], ImportSource=source())
    assert finished(client, started['ImportId'])['ImportStatistics']['EventsCompleted'] == 0


def test_broken_files_are_listed_and_tried_again(server, root):
    write(root, FOLDER + '10/aa.json.gz', b'not gzip')
    write(root, FOLDER + '11/z.json.gz', gzip.compress(b'{"Records": 1}'))
    client = server.client()
    import_id = client.start_import(Destinations=[STORE], ImportSource=source())['ImportId']
    done = finished(client, import_id)
    assert (done['ImportStatus'], done['ImportStatistics']['FailedEntries'], done['ImportStatistics']['FilesCompleted']) == ('FAILED', 2, 3)
    failures = client.list_import_failures(ImportId=import_id)['Failures']
    assert [(each['Location'], each['Status'], each['ErrorType']) for each in failures] == [
        ('s3://import-bucket/' + FOLDER + name, 'FAILED', 'InvalidFormat') for name in ('10/aa.json.gz', '11/z.json.gz')]
    assert all(each['ErrorMessage'] for each in failures)
    page = client.list_import_failures(ImportId=import_id, MaxResults=1)
    assert len(client.list_import_failures(ImportId=import_id, NextToken=page['NextToken'])['Failures']) == 1
    # Mended, they are taken; what is there is not taken twice.
    write(root, FOLDER + '10/aa.json.gz', [event(20)])
    client.start_import(ImportId=import_id)
    assert finished(client, import_id)['ImportStatistics']['FailedEntries'] == 1
    write(root, FOLDER + '11/z.json.gz', [event(21)])
    client.start_import(ImportId=import_id)
    assert finished(client, import_id)['ImportStatus'] == 'COMPLETED'
    assert [each['Status'] for each in client.list_import_failures(ImportId=import_id)['Failures']] == ['SUCCEEDED', 'SUCCEEDED']
    assert ids(client) == list(range(22))


def test_an_import_is_stopped_and_goes_on(server, root):
    for i in range(400):
        write(root, FOLDER + f'12/{i:04}.json.gz', [event(100 + i, 12)])
    client = server.client()
    import_id = client.start_import(Destinations=[STORE], ImportSource=source())['ImportId']
    with pytest.raises(ClientError) as error:
        client.start_import(Destinations=[STORE], ImportSource=source())
    assert error.value.response['Error']['Code'] == 'AccountHasOngoingImportException'
    stopped = client.stop_import(ImportId=import_id)
    assert stopped['ImportStatus'] == 'STOPPED'
    time.sleep(0.1)
    assert client.get_import(ImportId=import_id)['ImportStatistics']['FilesCompleted'] < 403
    with pytest.raises(ClientError) as error:
        client.stop_import(ImportId=import_id)
    assert error.value.response['Error']['Code'] == 'InvalidParameterException'
    client.start_import(ImportId=import_id)
    done = finished(client, import_id)
    assert (done['ImportStatus'], done['ImportStatistics']['FilesCompleted'], done['ImportStatistics']['PrefixesCompleted']) == ('COMPLETED', 403, 3)
    assert sorted(ids(client)) == [*range(20), *range(100, 500)]


def test_a_reset_ends_an_import(server, root):
    for i in range(300):
        write(root, FOLDER + f'12/{i:04}.json.gz', [event(100 + i, 12)])
    client = server.client()
    client.start_import(Destinations=[STORE], ImportSource=source())
    server.reset()
    assert client.list_imports()['Imports'] == []
    assert server.request('POST', '/_trailpond/scenario', SCENARIO)[0] == 200
    time.sleep(0.2)
    assert ids(client) == []


def test_a_restart_goes_on(start_server, root, tmp_path):
    for i in range(400):
        write(root, FOLDER + f'12/{i:04}.json.gz', [event(100 + i, 12)])
    arguments = ['--data', str(tmp_path / 'data'), '--export-dir', root]
    server = start_server('alone.yaml', *arguments)
    assert server.request('POST', '/_trailpond/scenario', SCENARIO)[0] == 200
    client = server.client()
    import_id = client.start_import(Destinations=[STORE], ImportSource=source())['ImportId']
    while client.get_import(ImportId=import_id)['ImportStatistics']['FilesCompleted'] < 20:
        pass
    server.kill()
    client = start_server('alone.yaml', *arguments).client()
    done = finished(client, import_id)
    assert done['ImportStatus'] == 'COMPLETED'
    assert sorted(ids(client)) == [*range(20), *range(100, 500)]


def test_a_kill_between_the_events_and_the_record(start_server, shim, root, tmp_path):
    """A slow disk makes that moment long: the events of a file are there, and the import does not know yet."""
    for i in range(5):
        write(root, FOLDER + f'12/{i:04}.json.gz', [event(100 + 10 * i + j, 12) for j in range(10)])
    arguments = ['--data', str(tmp_path / 'data'), '--export-dir', root]
    server = start_server('alone.yaml', *arguments, environment={'LD_PRELOAD': shim, 'SLOW_DISK_MS': '300'})
    assert server.request('POST', '/_trailpond/scenario', SCENARIO)[0] == 200
    client = server.client()
    import_id = client.start_import(Destinations=[STORE], ImportSource=source('s3://import-bucket/' + FOLDER + '12/'))['ImportId']
    counts = lambda: {each['id']: each['events'] for each in server.request('GET', '/_trailpond/event-data-stores')[1]['event_data_stores']}
    while counts()[STORE] < 20:
        pass
    server.kill()
    client = start_server('alone.yaml', *arguments).client()
    done = finished(client, import_id)
    assert (done['ImportStatus'], done['ImportStatistics']['EventsCompleted']) == ('COMPLETED', 50)
    assert sorted(ids(client)) == list(range(100, 150))
