"""Faults of a scenario: errors in place of operations. SDKs retry what AWS says they should (botocore's documentation,
"Retries": throttling and 500, 502, 503, 504)."""
import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

STORE = 'aaaaaaaa-0000-4000-8000-000000000001'


def post(server, *faults):
    status, answer, _ = server.request('POST', '/_trailpond/scenario', {'faults': list(faults)})
    assert status == 200, answer


def outcome(call, **arguments):
    try:
        call(**arguments)
        return 'done'
    except ClientError as error:
        return error.response['Error']['Code']


def test_a_fault_matches_operation_account_and_region(server):
    post(server, {'match': {'operation': 'ListEventDataStores', 'account': '123456789012', 'region': 'us-east-1'},
                  'error': 'ThrottlingException'})
    assert outcome(server.client().list_event_data_stores) == 'ThrottlingException'
    assert outcome(server.client().list_channels) == 'done'
    assert outcome(server.client(account='222222222222').list_event_data_stores) == 'done'
    assert outcome(server.client(region='eu-west-1').list_event_data_stores) == 'done'
    server.reset()
    assert outcome(server.client().list_event_data_stores) == 'done'


@pytest.mark.parametrize('match, outcomes', [
    ({'nth': 2}, '.X..'), ({'times': 2}, 'XX..'), ({'every': 2}, '.X.X'), ({'every': 2, 'times': 3}, '.X..')])
def test_which_calls_a_fault_is_for(server, match, outcomes):
    post(server, {'match': {'operation': 'ListChannels', **match}, 'error': 'ServiceUnavailable'})
    call = server.client().list_channels
    assert ''.join('.' if outcome(call) == 'done' else 'X' for _ in range(4)) == outcomes


def test_every_operation_and_the_first_that_matches(server):
    post(server, {'error': 'InternalFailure', 'match': {'operation': 'GetEventDataStore'}}, {'error': 'AccessDenied'})
    client = server.client()
    assert outcome(client.get_event_data_store, EventDataStore=STORE) == 'InternalFailure'
    assert outcome(client.list_channels) == 'AccessDeniedException'


@pytest.mark.parametrize('error, status', [('ThrottlingException', 400), ('InternalFailure', 500), ('ServiceUnavailable', 503)])
def test_status_and_retries_of_botocore(server, error, status):
    post(server, {'match': {'operation': 'ListChannels', 'times': 2}, 'error': error})
    with pytest.raises(ClientError) as refusal:
        server.client().list_channels()
    assert refusal.value.response['ResponseMetadata']['HTTPStatusCode'] == status
    client = boto3.client('cloudtrail', endpoint_url=server.url, region_name='us-east-1', aws_access_key_id='123456789012',
                          aws_secret_access_key='any', config=Config(retries={'max_attempts': 3, 'mode': 'standard'}))
    assert client.list_channels()['ResponseMetadata']['RetryAttempts'] == 1


@pytest.mark.parametrize('fault, place, message', [
    ({'error': 'ThrotlingException'}, 11, 'did you mean "ThrottlingException"?'),
    ({'match': {'operation': 'StartQuerry'}, 'error': 'ThrottlingException'}, 1, 'did you mean "StartQuery"?'),
    ({'match': {'operation': 'StartQuery'}, 'error': 'TrailNotFoundException'}, 1,
     'StartQuery does not declare TrailNotFoundException'),
    ({'match': {'operation': 'StartQuery'}}, 1, 'a fault needs error, answer, delay or delay_between'),
])
def test_a_wrong_fault_is_told_and_changes_nothing(server, fault, place, message):
    status, answer, _ = server.request('POST', '/_trailpond/scenario', {
        'event_data_stores': [{'name': 'never'}], 'faults': [fault]})
    assert status == 400
    assert len(answer['problems']) == 1 and message in answer['problems'][0]['message'], answer
    assert answer['problems'][0]['line'] == 1 and answer['problems'][0]['column'] >= place
    assert 'never' not in [store['Name'] for store in server.client().list_event_data_stores()['EventDataStores']]
