"""PutAuditEvents of cloudtrail-data, which speaks REST-JSON. Sources: AWS API reference of CloudTrail Data Service; AWS user
guide, "CloudTrail Lake integrations event schema"; shared/spec 8."""
import base64
import hashlib
import json

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from server import rows_of

ACCOUNT = '123456789012'
MEMBER = '222222222222'


def data_client(server, account=ACCOUNT, region='us-east-1', validate=True):
    return boto3.client('cloudtrail-data', endpoint_url=server.url, region_name=region, aws_access_key_id=account,
                        aws_secret_access_key='any', config=Config(retries={'max_attempts': 0}, parameter_validation=validate))


@pytest.fixture
def store(client):
    arn = client.create_event_data_store(Name='audit', MultiRegionEnabled=False, AdvancedEventSelectors=[{'FieldSelectors': [
        {'Field': 'eventCategory', 'Equals': ['ActivityAuditLog']}]}])['EventDataStoreArn']
    client.get_event_data_store(EventDataStore=arn)
    return arn.split('/')[1]


@pytest.fixture
def channel(client, store):
    return client.create_channel(Name='my-channel', Source='Custom', Destinations=[
        {'Type': 'EVENT_DATA_STORE', 'Location': store}])['ChannelArn']


def data(without=None, **more):
    event = {'version': '1.0', 'userIdentity': {'type': 'CustomUserIdentity', 'principalId': 'ana', 'details': {'team': 'red'}},
             'eventSource': 'shop.example.com', 'eventName': 'Order', 'eventTime': '2024-05-10T12:00:00Z', 'UID': 'uid-1',
             'recipientAccountId': ACCOUNT, 'requestParameters': {'item': 'book'}, **more}
    event.pop(without, None)
    return json.dumps(event)


def put(server, channel, *events, account=ACCOUNT, **more):
    answer = data_client(server, account).put_audit_events(channelArn=channel, auditEvents=[
        {'id': f'event-{i}', 'eventData': event} for i, event in enumerate(events)], **more)
    return answer['successful'], answer['failed']


def rows(client, statement):
    return [[text for _, text in row] for row in rows_of(client, statement)]


def test_events_land_in_the_store_of_the_channel(server, client, store, channel):
    successful, failed = put(server, channel, data(), data(eventName='Refund', UID='uid-2'))
    assert failed == [] and [each['id'] for each in successful] == ['event-0', 'event-1']
    assert len({each['eventID'] for each in successful}) == 2
    found = rows(client, 'SELECT eventID, eventCategory, eventType, recipientAccountId, metadata.channelArn, eventData.eventName, '
                 "eventData.uid, eventData.userIdentity.principalId, element_at(eventData.requestParameters, 'item'), eventTime "
                 f'FROM {store} ORDER BY eventData.uid')
    assert found == [[each['eventID'], 'ActivityAuditLog', 'ActivityLog', ACCOUNT, channel, name, uid, 'ana', 'book',
                      '2024-05-10 12:00:00.000'] for each, name, uid in zip(successful, ('Order', 'Refund'), ('uid-1', 'uid-2'))]


def test_the_channel_tells_what_came_last(server, client, store, channel):
    assert 'IngestionStatus' not in client.get_channel(Channel=channel)
    successful, _ = put(server, channel, data(), 'no JSON')
    status = client.get_channel(Channel=channel)['IngestionStatus']
    assert status['LatestIngestionSuccessEventID'] == successful[0]['eventID'] == status['LatestIngestionAttemptEventID']
    assert status['LatestIngestionErrorCode'] == 'InvalidData'
    assert status['LatestIngestionSuccessTime'] == status['LatestIngestionAttemptTime']


@pytest.mark.parametrize('event, code', [
    ('no JSON', 'InvalidData'), ('[]', 'InvalidData'), (data(userIdentity='ana'), 'InvalidData'), (data(version=1), 'InvalidData'),
    (data(eventTime='yesterday'), 'InvalidData'), (data(userIdentity={'type': 'a', 'principalId': 'b', 'details': 'c'}), 'InvalidData'),
    *[(data(without=name), 'FieldNotFound') for name in (
        'version', 'userIdentity', 'eventSource', 'eventName', 'eventTime', 'UID', 'recipientAccountId')],
    (data(userIdentity={'type': 'a'}), 'FieldNotFound'), (data(userIdentity={'principalId': 'a'}), 'FieldNotFound'),
    (data(eventName=''), 'FieldNotFound'),
    (data(version='v' * 257), 'FieldTooLong'), (data(eventSource='s' * 1025), 'FieldTooLong'), (data(eventName='n' * 1025), 'FieldTooLong'),
    (data(UID='u' * 1025), 'FieldTooLong'), (data(userAgent='a' * 1025), 'FieldTooLong'), (data(errorCode='e' * 257), 'FieldTooLong'),
    (data(errorMessage='e' * 257), 'FieldTooLong'), (data(userIdentity={'type': 't' * 129, 'principalId': 'p'}), 'FieldTooLong'),
    (data(userIdentity={'type': 't', 'principalId': 'p' * 1025}), 'FieldTooLong'),
    (data(requestParameters={'a': 'r' * 102400}), 'FieldTooLong'), (data(additionalEventData={'a': 'r' * 28672}), 'FieldTooLong'),
    (data(recipientAccountId=MEMBER), 'InvalidRecipient'), (data(eventSource='s3.amazonaws.com'), 'InvalidEventSource')])
def test_what_is_wrong_with_an_event_fails_it_alone(server, client, store, channel, event, code):
    successful, failed = put(server, channel, data(), event)
    assert [each['id'] for each in successful] == ['event-0']
    assert [(each['id'], each['errorCode']) for each in failed] == [('event-1', code)] and failed[0]['errorMessage']
    assert rows(client, f'SELECT count(*) FROM {store}') == [['1']]


def test_checksums(server, channel):
    right = base64.b64encode(hashlib.sha256(data().encode()).digest()).decode()
    answer = data_client(server).put_audit_events(channelArn=channel, auditEvents=[
        {'id': 'right', 'eventData': data(), 'eventDataChecksum': right},
        {'id': 'wrong', 'eventData': data(UID='other'), 'eventDataChecksum': right}])
    assert [each['id'] for each in answer['successful']] == ['right']
    assert [(each['id'], each['errorCode']) for each in answer['failed']] == [('wrong', 'InvalidChecksum')]


def policy_of(channel, **more):
    return json.dumps({'Version': '2012-10-17', 'Statement': [{
        'Effect': 'Allow', 'Principal': {'AWS': MEMBER}, 'Action': 'cloudtrail-data:PutAuditEvents', 'Resource': channel, **more}]})


def test_another_account_needs_the_policy_of_the_channel(server, client, channel):
    def refused(**more):
        with pytest.raises(ClientError) as error:
            put(server, channel, data(), account=MEMBER, **more)
        return error.value.response['Error']['Code']
    assert refused() == 'ChannelInsufficientPermission'
    client.put_resource_policy(ResourceArn=channel, ResourcePolicy=policy_of(
        channel, Condition={'StringEquals': {'cloudtrail:ExternalId': 'my-id'}}))
    assert refused() == refused(externalId='other') == 'ChannelInsufficientPermission'
    assert len(put(server, channel, data(), account=MEMBER, externalId='my-id')[0]) == 1
    client.put_resource_policy(ResourceArn=channel, ResourcePolicy=policy_of(channel))
    assert len(put(server, channel, data(), account=MEMBER)[0]) == 1


@pytest.mark.parametrize('code, arguments, region', [
    ('InvalidChannelARN', {'channelArn': 'no-arn'}, 'us-east-1'),
    ('InvalidChannelARN', {'channelArn': 'arn:aws:s3:::bucket'}, 'us-east-1'),
    ('ChannelNotFound', {'channelArn': 'arn:aws:cloudtrail:us-east-1:123456789012:channel/99999999-0000-4000-8000-000000000001'}, 'us-east-1'),
    ('DuplicatedAuditEventId', {'auditEvents': [{'id': 'a', 'eventData': '{}'}] * 2}, 'us-east-1'),
    ('UnsupportedOperationException', {}, 'eu-west-9'),
    ('ValidationException', {'auditEvents': []}, 'us-east-1'),
    ('ValidationException', {'auditEvents': [{'id': f'a{i}', 'eventData': '{}'} for i in range(101)]}, 'us-east-1'),
    ('ValidationException', {'auditEvents': [{'id': 'not an id', 'eventData': '{}'}]}, 'us-east-1'),
    ('ValidationException', {'auditEvents': [{'id': 'a'}]}, 'us-east-1'),
    ('ValidationException', {'externalId': 'x'}, 'us-east-1')])
def test_errors_of_the_whole_request(server, client, store, channel, code, arguments, region):
    call = data_client(server, region=region, validate=False).put_audit_events
    with pytest.raises(ClientError) as error:
        call(**{'channelArn': channel, 'auditEvents': [{'id': 'a', 'eventData': data()}], **arguments})
    answer = error.value.response
    assert answer['Error']['Code'] == code and answer['Error']['Message']
    assert answer['ResponseMetadata']['HTTPStatusCode'] == 400
    assert rows(client, f'SELECT count(*) FROM {store}') == [['0']]


def test_faults_reach_it_too(server, channel):
    post = lambda fault: server.request('POST', '/_trailpond/scenario', {'faults': [fault]})[0]
    assert post({'match': {'operation': 'PutAuditEvents', 'times': 1}, 'error': 'ChannelUnsupportedSchema'}) == 200
    assert post({'match': {'operation': 'PutAuditEvents'}, 'error': 'TrailNotFound'}) == 400
    with pytest.raises(ClientError) as error:
        put(server, channel, data())
    assert error.value.response['Error']['Code'] == 'ChannelUnsupportedSchema'
    assert len(put(server, channel, data())[0]) == 1


def test_bad_bodies_and_methods(server, channel):
    path = '/PutAuditEvents?channelArn=' + channel
    for body, code in (('', 'ValidationException'), ('{', 'SerializationException'), ('[]', 'SerializationException'),
                       ('{"auditEvents": 1}', 'ValidationException'), ('{"auditEvents": [1]}', 'ValidationException')):
        status, answer, headers = server.request('POST', path, body)
        assert (status, headers['x-amzn-ErrorType']) == (400, code) and answer['message']
    assert server.request('GET', path)[0] == 405


def test_what_was_answered_is_there_after_a_kill(start_server, tmp_path):
    arguments = ['--data', str(tmp_path)]
    server = start_server('alone.yaml', *arguments)
    client = server.client()
    store = client.create_event_data_store(Name='audit', AdvancedEventSelectors=[{'FieldSelectors': [
        {'Field': 'eventCategory', 'Equals': ['ActivityAuditLog']}]}])['EventDataStoreArn'].split('/')[1]
    client.get_event_data_store(EventDataStore=store)
    channel = client.create_channel(Name='my-channel', Source='Custom', Destinations=[
        {'Type': 'EVENT_DATA_STORE', 'Location': store}])['ChannelArn']
    (made,), _ = put(server, channel, data())
    server.kill()
    client = start_server('alone.yaml', *arguments).client()
    assert rows(client, f'SELECT eventID FROM {store}') == [[made['eventID']]]
