"""Faults on the wire: latency, resets, cut and malformed answers; chance by a seed, members, rates. What SDKs make of them:
botocore's documentation, "Retries" (connection errors, malformed answers and timeouts are retried in standard mode)."""
import http.client
import time

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, HTTPClientError, IncompleteReadError, ResponseStreamingError
from botocore.parsers import ResponseParserError

from test_faults import outcome, post

CUT = (ConnectionClosedError, HTTPClientError, IncompleteReadError, ResponseStreamingError, ResponseParserError)


def client_of(server, **retries):
    return boto3.client('cloudtrail', endpoint_url=server.url, region_name='us-east-1', aws_access_key_id='123456789012',
                        aws_secret_access_key='any', config=Config(retries={'mode': 'standard', **retries}))


def test_a_reset_is_an_error_of_the_client_and_retried(server):
    fault = {'match': {'operation': 'ListChannels', 'times': 1}, 'answer': 'reset'}
    post(server, fault)
    with pytest.raises(CUT):
        client_of(server, total_max_attempts=1).list_channels()
    server.reset()
    post(server, fault)
    done = client_of(server, max_attempts=4).list_channels()
    assert done['Channels'] == [] and done['ResponseMetadata']['RetryAttempts'] == 1


@pytest.mark.parametrize('answer', ['truncate', 'malformed'])
def test_an_answer_that_is_cut(server, answer):
    post(server, {'match': {'operation': 'ListChannels'}, 'answer': answer})
    # botocore takes half a JSON text of status 200 for an answer without members, and does not ask again: whoever reads its
    # members must be ready for that.
    assert 'Channels' not in client_of(server, max_attempts=4).list_channels()
    if answer == 'malformed':
        status, text, headers = server.call('ListChannels')
        assert (status, text) == (200, b'{"Chann') and headers['Content-Length'] == '7'
    else:
        with pytest.raises(http.client.IncompleteRead):
            server.call('ListChannels')


def test_a_timeout_of_the_client_is_retried(server):
    post(server, {'match': {'operation': 'ListChannels', 'times': 1}, 'delay': '3s'})
    client = boto3.client('cloudtrail', endpoint_url=server.url, region_name='us-east-1', aws_access_key_id='123456789012',
                          aws_secret_access_key='any', config=Config(read_timeout=0.5, retries={'mode': 'standard', 'max_attempts': 3}))
    assert client.list_channels()['ResponseMetadata']['RetryAttempts'] == 1


def test_an_answer_may_be_lost_after_the_operation_is_done(server):
    post(server, {'match': {'operation': 'CreateEventDataStore'}, 'answer': 'reset', 'when': 'after'})
    with pytest.raises(CUT):
        client_of(server, total_max_attempts=1).create_event_data_store(Name='made')
    assert 'made' in [store['Name'] for store in server.client().list_event_data_stores()['EventDataStores']]
    server.reset()
    post(server, {'match': {'operation': 'CreateEventDataStore'}, 'answer': 'reset'})
    with pytest.raises(CUT):
        client_of(server, total_max_attempts=1).create_event_data_store(Name='not-made')
    assert 'not-made' not in [store['Name'] for store in server.client().list_event_data_stores()['EventDataStores']]
    server.reset()
    post(server, {'match': {'operation': 'CreateEventDataStore'}, 'error': 'InternalFailure', 'when': 'after'})
    assert outcome(server.client().create_event_data_store, Name='made-too') == 'InternalFailure'
    assert 'made-too' in [store['Name'] for store in server.client().list_event_data_stores()['EventDataStores']]


def test_latency_holds_one_answer_back_and_no_other(server):
    post(server, {'match': {'operation': 'ListChannels'}, 'delay': '400ms'})
    before = time.monotonic()
    server.client().list_event_data_stores()
    assert time.monotonic() - before < 0.3
    before = time.monotonic()
    server.client().list_channels()
    assert 0.4 <= time.monotonic() - before < 5
    # A client that does not wait so long sees its own timeout.
    hasty = boto3.client('cloudtrail', endpoint_url=server.url, region_name='us-east-1', aws_access_key_id='123456789012',
                         aws_secret_access_key='any', config=Config(read_timeout=0.1, retries={'total_max_attempts': 1}))
    with pytest.raises(HTTPClientError):
        hasty.list_channels()


def test_delays_add_up_and_go_with_an_error(server):
    post(server, {'match': {'operation': 'ListChannels'}, 'delay': '100ms'},
         {'match': {'operation': 'ListChannels'}, 'delay_between': {'least': '100ms', 'most': '120ms'}},
         {'match': {'operation': 'ListChannels'}, 'error': 'ThrottlingException'})
    before = time.monotonic()
    assert outcome(server.client().list_channels) == 'ThrottlingException'
    assert time.monotonic() - before >= 0.2


def test_the_same_seed_gives_the_same_faults(server):
    def run(seed):
        server.reset()
        post(server, {'match': {'operation': 'ListChannels', 'probability': '30%', 'seed': seed}, 'error': 'ThrottlingException'})
        return ''.join('X' if outcome(server.client().list_channels) != 'done' else '.' for _ in range(60))
    first = run(7)
    assert first == run(7) != run(8)
    assert 8 <= first.count('X') <= 30  # 18 expected, with a standard deviation of 3.5


def test_members_decide(server):
    post(server, {'match': {'operation': 'StartQuery', 'members': {'QueryStatement': '*DROP*'}}, 'error': 'AccessDeniedException'},
         {'match': {'operation': 'ListQueries', 'members': {'MaxResults': '5'}}, 'error': 'ThrottlingException'})
    client = server.client()
    assert outcome(client.start_query, QueryStatement='DROP TABLE x') == 'AccessDeniedException'
    assert outcome(client.start_query, QueryStatement='SELECT 1 FROM x') == 'InvalidQueryStatementException'
    store = 'aaaaaaaa-0000-4000-8000-000000000001'
    assert outcome(client.list_queries, EventDataStore=store, MaxResults=5) == 'ThrottlingException'
    assert outcome(client.list_queries, EventDataStore=store, MaxResults=6) == 'done'


def test_calls_beyond_a_rate_are_throttled_by_the_clock_of_the_server(server):
    status, answer, _ = server.request('POST', '/_trailpond/scenario', {
        'clock': {'frozen': '2024-05-10T00:00:00Z'},
        'faults': [{'match': {'operation': 'ListChannels', 'beyond': {'per_second': 2, 'burst': 3}}, 'error': 'ThrottlingException'},
                   {'match': {'operation': 'LookupEvents', 'beyond': 'aws'}, 'error': 'ThrottlingException'}]})
    assert status == 200, answer
    client = server.client()
    assert [outcome(client.list_channels) for _ in range(5)] == ['done'] * 3 + ['ThrottlingException'] * 2
    server.advance('1s')
    assert [outcome(client.list_channels) for _ in range(3)] == ['done'] * 2 + ['ThrottlingException']
    # LookupEvents: two a second. Source: AWS API reference, LookupEvents.
    assert [outcome(client.lookup_events) for _ in range(3)] == ['done'] * 2 + ['ThrottlingException']
    # Another account has a bucket of its own.
    assert outcome(server.client(account='222222222222').list_channels) == 'done'


def test_faults_of_put_audit_events(server):
    post(server, {'match': {'operation': 'PutAuditEvents'}, 'error': 'ThrottlingException'})
    data = boto3.client('cloudtrail-data', endpoint_url=server.url, region_name='us-east-1', aws_access_key_id='123456789012',
                        aws_secret_access_key='any', config=Config(retries={'total_max_attempts': 1}))
    arn = 'arn:aws:cloudtrail:us-east-1:123456789012:channel/00000000-0000-4000-8000-000000000000'
    with pytest.raises(ClientError) as refusal:
        data.put_audit_events(auditEvents=[{'id': '1', 'eventData': '{}'}], channelArn=arn)
    assert refusal.value.response['Error']['Code'] == 'ThrottlingException'
