"""Query scripts: which queries they are for, how these live and end (issue 11, point 2)."""
import time

import pytest

from server import rows_of, wait_for_end
from test_faults import outcome

STORE = 'aaaaaaaa-0000-4000-8000-000000000001'
SELECT = f'SELECT eventID FROM {STORE}'


def post(server, *scripts, **more):
    status, answer, _ = server.request('POST', '/_trailpond/scenario', {'query_scripts': list(scripts), **more})
    assert status == 200, answer


def start(client, comment='', **more):
    return client.start_query(QueryStatement=SELECT + comment, **more)['QueryId']


def status(client, query):
    return client.describe_query(QueryId=query)['QueryStatus']


@pytest.mark.parametrize('match, statement', [
    ({'regex': 'from\\s+\\S+\\s+where'}, f"SELECT eventID FROM {STORE} WHERE eventName = 'x'"),
    ({'normalized': f"select   eventid from {STORE} where (eventname = 'X')"}, f"SELECT eventID FROM {STORE} WHERE eventName = 'X' -- said"),
    ({'contains': 'EVENTid'}, SELECT)])
def test_what_a_script_matches(server, match, statement):
    post(server, {'match': match, 'columns': ['a'], 'rows': [['canned']]})
    assert rows_of(server.client(), statement) == [[('a', 'canned')]]
    assert rows_of(server.client(), f"SELECT 1 AS one FROM {STORE} WHERE eventName = 'nothing like it' AND 1 = 2") == \
        ([] if 'regex' not in match else [[('a', 'canned')]])


def test_text_in_quotes_is_compared_as_it_is(server):
    post(server, {'match': {'normalized': f"SELECT eventID FROM {STORE} WHERE eventName = 'X'"}, 'columns': ['a'], 'rows': [['canned']]})
    assert rows_of(server.client(), f"SELECT eventID FROM {STORE} WHERE eventName = 'x'") == []


def test_a_number_of_looks_decides(server):
    post(server, {'match': {'contains': 'polls'}, 'queued_polls': 2, 'running_polls': 3, 'partial_rows': 1})
    client = server.client()
    query = start(client, ' /* polls */')
    seen = [status(client, query) for _ in range(3)]
    seen += [client.get_query_results(QueryId=query)['QueryStatus'] for _ in range(2)]
    assert seen == ['QUEUED', 'QUEUED', 'RUNNING', 'RUNNING', 'RUNNING']
    assert wait_for_end(client, query)['QueryStatus'] == 'FINISHED'
    # A release ends the waiting at once; each state by its own.
    query = start(client, ' /* polls */')
    for expected in ('RUNNING', 'FINISHED'):
        assert server.request('POST', f'/_trailpond/queries/{query}/release')[0] == 200
    assert wait_for_end(client, query)['QueryStatus'] == 'FINISHED'


def test_a_cancel_may_be_refused(server):
    post(server, {'name': 'stubborn', 'running_for': 'until_released', 'cancel_error': 'ConflictException'})
    client = server.client()
    query = start(client)
    assert server.request('GET', f'/_trailpond/v1/queries/{query}')[1]['script'] == 'stubborn'
    entries = server.request('GET', '/_trailpond/v1/journal?operation=StartQuery&order=newest&limit=1')[1]['entries']
    assert entries[0]['script'] == 'stubborn'
    began = time.monotonic()
    assert server.request('GET', f'/_trailpond/v1/queries/{query}/wait?status=QUEUED&timeout=20s')[1]['reached'] is False
    assert time.monotonic() - began < 10
    assert outcome(client.cancel_query, QueryId=query) == 'ConflictException'
    assert status(client, query) == 'RUNNING'
    refused, answer, _ = server.request('POST', '/_trailpond/scenario', {'query_scripts': [{'cancel_error': 'ChannelNotFoundException'}]})
    assert refused == 400 and 'CancelQuery does not declare' in answer['problems'][0]['message']


def test_a_budget_fails_a_query_that_costs_more(server):
    post(server, {'match': {'contains': 'bytes'}, 'budget': {'bytes_scanned': 10}},
         {'match': {'contains': 'rows'}, 'budget': {'rows': 4}, 'error_message': 'Query response is too large'},
         {'match': {'contains': 'enough'}, 'budget': {'bytes_scanned': '10MB', 'rows': 5, 'events_scanned': 5}})
    client = server.client()
    ended = wait_for_end(client, start(client, ' -- bytes'))
    # Source of the message: AWS user guide, "Optimize CloudTrail Lake queries".
    assert (ended['QueryStatus'], ended['ErrorMessage']) == ('FAILED', 'Query exhausted resources at this scale factor')
    query = start(client, ' -- rows')
    ended = wait_for_end(client, query)
    assert (ended['QueryStatus'], ended['ErrorMessage']) == ('FAILED', 'Query response is too large')
    assert client.get_query_results(QueryId=query)['QueryResultRows'] == []
    assert wait_for_end(client, start(client, ' -- enough'))['QueryStatus'] == 'FINISHED'


def test_statistics_and_delivery_are_as_they_are_said(server):
    post(server, {'events_matched': 7, 'events_scanned': 8, 'bytes_scanned': '9kB', 'execution_time': '3s',
                  'delivery_status': 'ACCESS_DENIED_SIGNING_FILE'})
    client = server.client()
    query = start(client, DeliveryS3Uri='s3://results-bucket')
    wait_for_end(client, query)
    for _ in range(200):
        description = client.describe_query(QueryId=query)
        if description['DeliveryStatus'] != 'PENDING':
            break
    assert description['DeliveryStatus'] == 'ACCESS_DENIED_SIGNING_FILE'
    said = description['QueryStatistics']
    assert (said['EventsMatched'], said['EventsScanned'], said['BytesScanned'], said['ExecutionTimeInMillis']) == (7, 8, 9000, 3000)
    assert client.get_query_results(QueryId=query)['QueryStatistics']['BytesScanned'] == 9000
    assert len(client.get_query_results(QueryId=query)['QueryResultRows']) == 5


def test_a_clock_that_goes_faster(server):
    post(server, {'running_for': '10m'}, clock={'at': '2024-05-10T00:00:00Z', 'scale': 3600})
    client = server.client()
    query = start(client)
    assert status(client, query) == 'RUNNING'
    assert wait_for_end(client, query)['QueryStatus'] == 'FINISHED'  # ten minutes are 167 ms
    now = server.request('GET', '/_trailpond/clock')[1]['now']
    assert now.startswith('2024-05-10T')
