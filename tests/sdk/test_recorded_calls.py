"""Calls to the server as events of their own. Sources: AWS user guide, "Logging AWS CloudTrail API calls with
CloudTrail" and "CloudTrail record contents"; shared/spec 8 for LookupEvents."""
import json
import os

import boto3
import pytest
from botocore.exceptions import ClientError

from conftest import reset_after
from server import ACCOUNT, rows_of

SEEDED = 'bbbbbbbb-0000-4000-8000-000000000001'
WATCHED = 'bbbbbbbb-0000-4000-8000-000000000002'
DELAY = '5m'


@pytest.fixture
def server(recording_server):
    yield from reset_after(recording_server)


def names(client, **attributes):
    more = {'LookupAttributes': [{'AttributeKey': k, 'AttributeValue': v} for k, v in attributes.items()]} if attributes else {}
    return [event['EventName'] for event in client.lookup_events(**more)['Events']]


def column(client, store, what='eventName', where='true'):
    return [row[0][1] for row in rows_of(client, f'SELECT {what} FROM {store} WHERE {where} ORDER BY eventTime, eventID')]


def event_of(client, name):
    found = client.lookup_events(LookupAttributes=[{'AttributeKey': 'EventName', 'AttributeValue': name}])['Events']
    return json.loads(found[0]['CloudTrailEvent'])


def test_who_stopped_logging(server, client):
    client.create_trail(Name='audit', S3BucketName='my-bucket')
    client.start_logging(Name='audit')
    server.client('AKIAMALLORY000000000').stop_logging(Name='audit')
    server.advance(DELAY)
    rows = rows_of(client, f"SELECT userIdentity.userName, element_at(requestParameters, 'name') FROM {WATCHED} "
                           "WHERE eventSource = 'cloudtrail.amazonaws.com' AND eventName = 'StopLogging'")
    assert [[text for _, text in row] for row in rows] == [['mallory', 'audit']]


def test_a_call_is_seen_after_the_delay_and_not_before(server, client):
    client.create_trail(Name='audit', S3BucketName='my-bucket')
    server.advance('299s')
    assert names(client) == [] and column(client, WATCHED) == []
    server.advance('1s')
    assert names(client) == ['CreateTrail'] and column(client, WATCHED) == ['CreateTrail']


def test_a_store_of_a_scenario_takes_none_unless_it_says_so(server, client):
    client.create_trail(Name='audit', S3BucketName='my-bucket')
    server.advance(DELAY)
    assert column(client, SEEDED) == [] and column(client, WATCHED) == ['CreateTrail']


def test_a_store_that_was_made_by_the_api_takes_those_since(server, client):
    client.list_tags(ResourceIdList=[f'arn:aws:cloudtrail:us-east-1:{ACCOUNT}:eventdatastore/{WATCHED}'])
    server.advance('10s')
    made = client.create_event_data_store(Name='later')['EventDataStoreArn']
    server.advance(DELAY)
    assert column(client, WATCHED) == ['ListTags', 'CreateEventDataStore']
    assert column(client, made.rsplit('/', 1)[1]) == ['CreateEventDataStore']


def test_the_members_of_the_event(server, client):
    arn = client.create_trail(Name='audit', S3BucketName='my-bucket', IsMultiRegionTrail=True)['TrailARN']
    answer = client.put_event_selectors(TrailName='audit', EventSelectors=[{'ReadWriteType': 'WriteOnly'}])
    server.advance(DELAY)
    event = event_of(client, 'CreateTrail')
    assert event['eventTime'] == '2024-05-10T12:00:00Z'
    assert (event['eventSource'], event['awsRegion'], event['recipientAccountId']) == ('cloudtrail.amazonaws.com', 'us-east-1', ACCOUNT)
    assert (event['eventType'], event['eventCategory'], event['managementEvent'], event['readOnly']) == (
        'AwsApiCall', 'Management', True, False)
    assert event['sourceIPAddress'] == '127.0.0.1' and event['userAgent'].startswith('Boto3/')
    assert event['requestParameters'] == {'name': 'audit', 's3BucketName': 'my-bucket', 'isMultiRegionTrail': True}
    assert event['responseElements']['trailARN'] == arn and 'errorCode' not in event
    event = event_of(client, 'PutEventSelectors')
    assert event['requestID'] == answer['ResponseMetadata']['RequestId'] and len(event['eventID']) == 36
    assert event['requestParameters']['eventSelectors'] == [{'readWriteType': 'WriteOnly'}]
    # Elements of the answer are there for calls that change something alone.
    client.get_trail(Name='audit')
    server.advance(DELAY)
    event = event_of(client, 'GetTrail')
    assert event['readOnly'] is True and event['responseElements'] is None


@pytest.mark.parametrize('key, expected', [
    (ACCOUNT, {'type': 'Root', 'arn': f'arn:aws:iam::{ACCOUNT}:root'}),
    ('AKIAMALLORY000000000', {'type': 'IAMUser', 'userName': 'mallory', 'arn': f'arn:aws:iam::{ACCOUNT}:user/mallory'}),
    ('AKIAOTHER', {'type': 'IAMUser', 'userName': 'AKIAOTHER'}),
    ('ASIATEMPORARY', {'type': 'AssumedRole', 'arn': f'arn:aws:sts::{ACCOUNT}:assumed-role/local/ASIATEMPORARY'})])
def test_who_asked(server, client, key, expected):
    server.client(key).list_trails()
    server.advance(DELAY)
    identity = event_of(client, 'ListTrails')['userIdentity']
    assert identity['accessKeyId'] == key and identity['accountId'] == ACCOUNT
    assert {name: identity[name] for name in expected} == expected


def test_a_call_that_fails_is_recorded_with_its_error(server, client):
    with pytest.raises(ClientError):
        client.stop_logging(Name='nowhere')
    server.advance(DELAY)
    event = event_of(client, 'StopLogging')
    assert event['errorCode'] == 'TrailNotFoundException' and 'nowhere' in event['errorMessage']
    assert event['responseElements'] is None and event['requestParameters'] == {'name': 'nowhere'}


def test_what_is_no_call_of_an_operation_is_not_recorded(server, client):
    server.call('NoSuchOperation')
    server.call('GetTrail', body='{"Name": 7}')
    server.call('GetTrail', body='{')
    server.advance(DELAY)
    assert names(client) == []


def test_members_that_are_not_known_are_not_recorded(server, client):
    server.call('ListTrails', '{"NextToken": "abc", "Surprise": "\\u0000"}')
    server.advance(DELAY)
    assert event_of(client, 'ListTrails')['requestParameters'] == {'nextToken': 'abc'}


def test_lookup_by_resource(server, client):
    client.create_trail(Name='audit', S3BucketName='my-bucket')
    server.advance(DELAY)
    assert names(client, ResourceName='audit') == ['CreateTrail']
    assert names(client, ResourceType='AWS::CloudTrail::Trail') == ['CreateTrail']


def test_accounts_and_regions_have_their_own(server, client):
    server.client('222222222222').list_trails()
    server.client(region='eu-west-1').list_channels()
    server.advance(DELAY)
    assert names(client) == [] and names(server.client('222222222222')) == ['ListTrails']
    assert names(server.client(region='eu-west-1')) == ['ListChannels']
    assert column(client, WATCHED) == ['ListChannels'], 'a store of all Regions takes those of all Regions'


def test_stores_of_one_region_and_of_the_organization(server, client):
    make = client.create_event_data_store
    here = make(Name='here', MultiRegionEnabled=False)['EventDataStoreArn'].rsplit('/', 1)[1]
    all_of_us = make(Name='all-of-us', OrganizationEnabled=True)['EventDataStoreArn'].rsplit('/', 1)[1]
    server.advance('10s')
    server.client('222222222222').list_trails()
    server.client(region='eu-west-1').list_channels()
    server.advance(DELAY)
    reads = 'readOnly'
    assert column(client, here, where=reads) == []
    assert sorted(column(client, all_of_us, where=reads)) == ['ListChannels', 'ListTrails']


def test_put_audit_events_is_a_data_event(server, client):
    log = client.create_event_data_store(Name='log', MultiRegionEnabled=False, AdvancedEventSelectors=[
        {'FieldSelectors': [{'Field': 'eventCategory', 'Equals': ['ActivityAuditLog']}]}])['EventDataStoreArn']
    data = client.create_event_data_store(Name='data', AdvancedEventSelectors=[
        {'FieldSelectors': [{'Field': 'eventCategory', 'Equals': ['Data']},
                            {'Field': 'resources.type', 'Equals': ['AWS::CloudTrail::Channel']}]}])['EventDataStoreArn']
    channel = client.create_channel(Name='app', Source='Custom', Destinations=[
        {'Type': 'EVENT_DATA_STORE', 'Location': log}])['ChannelArn']
    sender = boto3.client('cloudtrail-data', endpoint_url=server.url, region_name='us-east-1', aws_access_key_id=ACCOUNT,
                          aws_secret_access_key='x')
    sender.put_audit_events(channelArn=channel, auditEvents=[{'id': '1', 'eventData': '{}'}])
    server.advance(DELAY)
    rows = rows_of(client, f"SELECT eventName, eventSource, resources[1].arn FROM {data.rsplit('/', 1)[1]}")
    assert [[text for _, text in row] for row in rows] == [['PutAuditEvents', 'cloudtrail-data.amazonaws.com', channel]]
    assert 'PutAuditEvents' not in names(client), 'the event history has no data events'


def test_trails_tell_of_their_delivery(server, client):
    client.create_trail(Name='audit', S3BucketName='my-bucket')
    status = client.get_trail_status(Name='audit')
    assert 'LatestDeliveryTime' not in status and status['LatestDeliveryAttemptTime'] == ''
    client.start_logging(Name='audit')
    server.advance(DELAY)
    client.list_tags(ResourceIdList=[f'arn:aws:cloudtrail:us-east-1:{ACCOUNT}:eventdatastore/{WATCHED}'])
    status = client.get_trail_status(Name='audit')
    assert status['LatestDeliveryTime'].isoformat() == '2024-05-10T12:05:00+00:00'
    assert status['LatestDeliveryAttemptSucceeded'] == '2024-05-10T12:05:00Z'
    assert 'LatestDeliveryError' not in status


def test_recording_can_be_switched_off(start_server):
    for server in (start_server('calls.yaml', '--no-record-calls'),
                   start_server('calls.yaml', environment={'TRAILPOND_NO_RECORD_CALLS': 'true'})):
        server.client().list_trails()
        server.advance(DELAY)
        assert names(server.client()) == []
    server = start_server('calls.yaml')
    assert server.request('POST', '/_trailpond/scenario', {'calls': {'record': False}})[0] == 200
    server.client().list_trails()
    server.advance(DELAY)
    assert names(server.client()) == []


def test_the_delay_is_the_scenarios(server, client):
    assert server.request('POST', '/_trailpond/scenario', {'calls': {'delay': '0s'}})[0] == 200
    client.list_trails()
    assert names(client) == ['ListTrails']


def test_a_reset_forgets(server, client):
    client.list_trails()
    server.advance(DELAY)
    client.list_channels()
    server.reset()
    server.advance(DELAY)
    assert names(client) == []


def test_they_survive_a_stop_and_what_was_delivered_a_kill(start_server, tmp_path):
    server = start_server('calls.yaml', '--data', str(tmp_path))
    server.client().list_trails()
    assert server.stop() == 0
    server = start_server('calls.yaml', '--data', str(tmp_path))
    assert names(server.client()) == ['ListTrails'], 'a stop delivers what waits'
    server.client().list_channels()
    server.advance(DELAY)
    seen = names(server.client())
    assert seen[0] == 'ListChannels' or 'ListChannels' in seen
    server.kill()
    server = start_server('calls.yaml', '--data', str(tmp_path))
    assert set(names(server.client())) >= {'ListTrails', 'ListChannels'}
    server.reset()
    assert names(server.client()) == [] and not os.path.exists(tmp_path / 'history')


def test_polling_does_not_fill_the_memory(server, client):
    """More calls that read than AWS would take: 10,000 are recorded at once, then 100 a second."""
    connection = server.connect()
    head = ('POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: CloudTrail_20131101.ListTrails\r\n'
            'Content-Type: application/x-amz-json-1.1\r\nContent-Length: 2\r\n\r\n{}').encode()
    for _ in range(150):
        connection.sendall(head * 100)
        received = b''
        while received.count(b'HTTP/1.1 200') < 100:
            received += connection.recv(1 << 20)
    server.advance(DELAY)
    recorded = int(rows_of(client, f'SELECT count(*) FROM {WATCHED}')[0][0][1])
    assert 9_000 <= recorded < 15_000
