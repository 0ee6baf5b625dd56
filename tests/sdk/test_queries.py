"""The life of a query. Sources: AWS API reference; shared/spec 3 and 4."""
import re
import time

import pytest
from botocore.exceptions import ClientError

from server import rows_of, wait_for_end, wait_for_status

STORE = 'aaaaaaaa-0000-4000-8000-000000000001'
FINISHED = 'cccccccc-0000-4000-8000-000000000001'
FAILED = 'cccccccc-0000-4000-8000-000000000002'
TIMED_OUT = 'cccccccc-0000-4000-8000-000000000004'


def start(client, words, **more):
    return client.start_query(QueryStatement=f'SELECT {words} FROM {STORE}', **more)['QueryId']


def code_of(error):
    return error.value.response['Error']['Code']


def test_a_query_from_start_to_rows(client):
    statement = f'SELECT eventName, count(*) AS n FROM {STORE} GROUP BY eventName ORDER BY n DESC, eventName'
    started = client.start_query(QueryStatement=statement)
    assert re.fullmatch('[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', started['QueryId'])
    ended = wait_for_end(client, started['QueryId'])
    assert ended['QueryStatus'] == 'FINISHED'
    assert ended['QueryString'] == statement
    statistics = ended['QueryStatistics']
    assert statistics['EventsMatched'] == 4
    assert statistics['EventsScanned'] == 5
    assert statistics['BytesScanned'] > 0
    assert statistics['ExecutionTimeInMillis'] >= 0
    assert abs(statistics['CreationTime'].timestamp() - time.time()) < 60
    page = client.get_query_results(QueryId=started['QueryId'])
    assert page['QueryStatus'] == 'FINISHED'
    assert page['QueryResultRows'][0] == [{'eventName': 'CreateBucket'}, {'n': '2'}]
    assert page['QueryStatistics']['ResultsCount'] == 4
    assert page['QueryStatistics']['TotalResultsCount'] == 4
    assert 'NextToken' not in page
    assert 'ErrorMessage' not in page


def test_the_request_id_is_a_header(client):
    answer = client.list_event_data_stores()
    assert re.fullmatch('[0-9a-f-]{36}', answer['ResponseMetadata']['HTTPHeaders']['x-amzn-requestid'])
    assert answer['ResponseMetadata']['HTTPHeaders']['content-type'] == 'application/x-amz-json-1.1'


def test_an_unaliased_count_is_col0(client):
    assert rows_of(client, f'SELECT count(*) FROM {STORE}') == [[('_col0', '5')]]


def test_null_is_empty_and_not_unequal(client):
    """Three-valued logic: errorCode != 'x' is not true for NULL."""
    rows = rows_of(client, f"SELECT errorCode FROM {STORE} ORDER BY eventTime")
    assert [row[0][1] for row in rows] == ['', 'AccessDenied', '', '', 'ThrottlingException']
    assert rows_of(client, f"SELECT count(*) AS n FROM {STORE} WHERE errorCode != 'AccessDenied'") == [[('n', '1')]]


def test_time_is_compared_as_time(client):
    """As text, 2024-05-10T23:00:00Z would be after 2024-05-10 23:30:00 (T is greater than a blank)."""
    count = f"SELECT count(*) AS n FROM {STORE} WHERE eventTime "
    assert rows_of(client, count + "< '2024-05-10 23:30:00'") == [[('n', '3')]]
    assert rows_of(client, count + ">= '2024-05-11'") == [[('n', '2')]]
    assert rows_of(client, count + "> TIMESTAMP '2024-05-10 10:30:00'") == [[('n', '3')]]
    assert rows_of(client, f'SELECT eventTime FROM {STORE} ORDER BY eventTime LIMIT 1') == [
        [('eventTime', '2024-05-10 09:00:00.000')]]


def test_element_at_of_a_map_is_a_value(client):
    rows = rows_of(client, f"SELECT element_at(requestParameters, 'bucketName') AS b, "
                           f"element_at(requestParameters, 'tags') AS t FROM {STORE} "
                           f"WHERE eventName = 'CreateBucket' ORDER BY b")
    assert rows == [[('b', 'a-bucket'), ('t', '[1,2]')], [('b', 'b-bucket'), ('t', '')]]


def test_comments_and_a_semicolon(client):
    statement = f"-- first\nSELECT /* which */ eventName FROM {STORE} -- last\nWHERE eventName = 'ListUsers';"
    assert rows_of(client, statement) == [[('eventName', 'ListUsers')]]


def test_text_survives_the_way(client):
    rows = rows_of(client, f"SELECT userIdentity.userName FROM {STORE} WHERE eventName = 'ListUsers'")
    assert rows == [[('userName', 'o\'"ünï')]]


def test_a_statement_is_bound_to_its_store(client):
    with pytest.raises(ClientError) as error:
        client.start_query(QueryStatement='SELECT eventName FROM 99999999-0000-4000-8000-000000000001')
    assert code_of(error) == 'InvalidQueryStatementException'


def test_other_accounts_events_are_not_seen(server, client):
    with pytest.raises(ClientError) as error:
        client.start_query(QueryStatement='SELECT * FROM bbbbbbbb-0000-4000-8000-000000000001')
    assert code_of(error) == 'InvalidQueryStatementException'
    theirs = server.client(account='222222222222')
    assert rows_of(theirs, 'SELECT eventName FROM bbbbbbbb-0000-4000-8000-000000000001') == [[('eventName', 'Secret')]]
    with pytest.raises(ClientError) as error:
        theirs.describe_query(QueryId=FINISHED)
    assert code_of(error) == 'QueryIdNotFoundException'


def test_a_granted_store_is_seen(client):
    rows = rows_of_shared(client)
    assert rows == [[{'eventName': 'Shared'}]]


def rows_of_shared(client):
    owner = {'EventDataStoreOwnerAccountId': '333333333333'}
    started = client.start_query(QueryStatement='SELECT eventName FROM bbbbbbbb-0000-4000-8000-000000000002', **owner)
    assert started['EventDataStoreOwnerAccountId'] == '333333333333'
    for _ in range(1000):
        described = client.describe_query(QueryId=started['QueryId'], **owner)
        if described['QueryStatus'] == 'FINISHED':
            break
    assert described['EventDataStoreOwnerAccountId'] == '333333333333'
    return client.get_query_results(QueryId=started['QueryId'], **owner)['QueryResultRows']


@pytest.mark.parametrize('wrong, place', [
    ('nowhere', "1:8"), ('eventName, count(*)', None), ('sum(eventName)', '1:8'), ('eventName,', None)])
def test_a_wrong_statement_never_finishes(client, wrong, place):
    with pytest.raises(ClientError) as error:
        start(client, wrong)
    assert code_of(error) == 'InvalidQueryStatementException'
    message = error.value.response['Error']['Message']
    assert re.search(r'line \d+:\d+', message), message
    if place:
        assert f'line {place}' in message
    assert not [q for q in client.list_queries(EventDataStore=STORE)['Queries'] if q['QueryStatus'] == 'QUEUED']


def test_describe_by_alias(client):
    described = client.describe_query(QueryAlias='an-alias')
    assert described['QueryId'] == FINISHED
    assert described['Prompt'] == 'What happened?'


def test_a_template_with_parameters(client):
    query_id = client.start_query(QueryAlias='top-events', QueryParameters=['ListUsers'])['QueryId']
    assert wait_for_end(client, query_id)['QueryString'].endswith("eventName = 'ListUsers'")
    assert client.get_query_results(QueryId=query_id)['QueryResultRows'] == [[{'eventName': 'ListUsers'}]]


def test_parameters_stand_for_question_marks_inside_quotes_and_out(client):
    """Textually, as Lake's dashboards need it: '?' in quotes, ? as a number, a name or an interval's length."""
    rows = rows_of(client, f"SELECT eventName, ? AS one FROM {STORE} WHERE eventName = '?' AND ? > 0 -- why?",
                   QueryParameters=['1', 'ListUsers', '7'])
    assert rows == [[('eventName', 'ListUsers'), ('one', '1')]]


def test_the_deprecated_store_member_is_taken(client):
    assert client.describe_query(EventDataStore=STORE, QueryId=FINISHED)['QueryStatus'] == 'FINISHED'
    assert client.get_query_results(EventDataStore=STORE, QueryId=FINISHED)['QueryStatistics']['ResultsCount'] == 3


def test_queued_then_running_then_released(server, client):
    query_id = start(client, "'stay queued' AS a")
    assert client.describe_query(QueryId=query_id)['QueryStatus'] == 'QUEUED'
    page = client.get_query_results(QueryId=query_id)
    assert page['QueryStatus'] == 'QUEUED' and page['QueryResultRows'] == []
    assert page['NextToken'], 'clients stop where there is no token'
    assert server.request('POST', f'/_trailpond/queries/{query_id}/release')[0] == 200
    wait_for_end(client, query_id)
    rows = client.get_query_results(QueryId=query_id, NextToken=page['NextToken'])['QueryResultRows']
    assert len(rows) == 5
    assert server.request('POST', f'/_trailpond/queries/{query_id}/release')[0] == 409
    assert server.request('POST', '/_trailpond/queries/99999999-0000-4000-8000-000000000001/release')[0] == 404


def test_partial_rows_while_running(client):
    query_id = start(client, "'stay running' AS a")
    wait_for_status(client, query_id, 'RUNNING')
    for _ in range(1000):
        page = client.get_query_results(QueryId=query_id)
        if page['QueryResultRows']:
            break
    assert len(page['QueryResultRows']) == 1
    assert page['NextToken']


def test_a_query_fails_times_out_is_canned(client):
    failed = wait_for_end(client, start(client, "'will fail'"))
    assert (failed['QueryStatus'], failed['ErrorMessage']) == ('FAILED', 'Query response is too large')
    page = client.get_query_results(QueryId=failed['QueryId'])
    assert (page['QueryStatus'], page['ErrorMessage']) == ('FAILED', 'Query response is too large')
    assert wait_for_end(client, start(client, "'will time out'"))['QueryStatus'] == 'TIMED_OUT'
    canned = wait_for_end(client, start(client, "'canned'"))
    assert canned['QueryStatistics']['EventsScanned'] == 7
    assert client.get_query_results(QueryId=canned['QueryId'])['QueryResultRows'] == [
        [{'a': '1'}, {'b': 'x'}], [{'a': '2'}, {'b': ''}]]
    assert wait_for_end(client, start(client, "'second fails'"))['QueryStatus'] == 'FINISHED'
    assert wait_for_end(client, start(client, "'second fails'"))['QueryStatus'] == 'FAILED'


def test_cancel_queued_and_running(client):
    for words, status in (("'stay queued'", 'QUEUED'), ("'stay running'", 'RUNNING')):
        query_id = start(client, words)
        wait_for_status(client, query_id, status)
        assert client.cancel_query(QueryId=query_id)['QueryStatus'] == 'CANCELLED'
        assert client.describe_query(QueryId=query_id)['QueryStatus'] == 'CANCELLED'
        with pytest.raises(ClientError) as error:
            client.cancel_query(QueryId=query_id)
        assert code_of(error) == 'InactiveQueryException'


@pytest.mark.parametrize('query_id', [FINISHED, FAILED, 'cccccccc-0000-4000-8000-000000000003', TIMED_OUT])
def test_cancelling_what_has_ended_is_refused(client, query_id):
    with pytest.raises(ClientError) as error:
        client.cancel_query(QueryId=query_id)
    assert code_of(error) == 'InactiveQueryException'


HUGE = ', '.join(f'{STORE} AS t{i}' for i in range(12))  # 5^12 rows


def cancel_a_running_statement(client):
    """Seconds from CancelQuery to CANCELLED."""
    statement = f'SELECT count(*) FROM {HUGE} WHERE t0.eventID < t11.eventID'
    query_id = client.start_query(QueryStatement=statement)['QueryId']
    wait_for_status(client, query_id, 'RUNNING')
    time.sleep(0.1)
    before = time.perf_counter()
    assert client.cancel_query(QueryId=query_id)['QueryStatus'] in ('CANCELLED', 'RUNNING')
    wait_for_status(client, query_id, 'CANCELLED')
    return time.perf_counter() - before


def test_a_cross_join_of_everything_is_cancelled_within_milliseconds(server, client):
    """The best of some attempts: a machine that is busy with other things only adds to it. Two requests of boto3 are in
    it, which take milliseconds themselves."""
    assert min(cancel_a_running_statement(client) for _ in range(6)) < 0.05
    # More than there are workers: each was free again.
    assert rows_of(client, f'SELECT count(*) FROM {STORE}') == [[('_col0', '5')]]


@pytest.mark.parametrize('words', ['cardinality(sequence(1, 1000000000))',
                                   "regexp_like(concat(eventID, rpad('', 60, 'a'), '!'), '(a+)+$')"])
def test_a_greedy_expression_ends_named(client, words):
    """Refused at once or FAILED with a message, or it may finish; never a server that is gone."""
    try:
        query_id = start(client, words)
    except ClientError as error:
        assert error.response['Error']['Code'] == 'InvalidQueryStatementException'
        return
    time.sleep(0.2)
    described = client.describe_query(QueryId=query_id)
    if described['QueryStatus'] in ('QUEUED', 'RUNNING'):
        client.cancel_query(QueryId=query_id)
        described = wait_for_end(client, query_id, seconds=2)
    assert described['QueryStatus'] in ('FINISHED', 'FAILED', 'CANCELLED')
    if described['QueryStatus'] == 'FAILED':
        assert described['ErrorMessage']


def test_ten_at_a_time(server, client):
    held = [start(client, "'stay queued'") for _ in range(5)] + [start(client, "'stay running'") for _ in range(5)]
    with pytest.raises(ClientError) as error:
        start(client, 'eventName')
    assert code_of(error) == 'MaxConcurrentQueriesException'
    # Other Regions and accounts count for themselves.
    theirs = server.client(account='222222222222')
    rows_of(theirs, 'SELECT eventName FROM bbbbbbbb-0000-4000-8000-000000000001')
    client.cancel_query(QueryId=held[0])
    wait_for_end(client, start(client, 'eventName'))


def test_pages_and_tokens(server, client):
    pages, token = [], {}
    while True:
        page = client.get_query_results(QueryId=FINISHED, MaxQueryResults=1, **token)
        pages.append(page['QueryResultRows'][0][0]['eventName'] if page['QueryResultRows'] else None)
        if 'NextToken' not in page:
            break
        token = {'NextToken': page['NextToken']}
    assert [text for text in pages if text] == ['A', 'B', 'C']
    first = client.get_query_results(QueryId=FINISHED, MaxQueryResults=1)['NextToken']
    # Readable again, and with another page size.
    for size in (1, 2):
        page = client.get_query_results(QueryId=FINISHED, MaxQueryResults=size, NextToken=first)
        assert page['QueryStatistics']['ResultsCount'] == size
    other = start(client, "eventName")
    wait_for_end(client, other)
    altered = first[:10] + ('A' if first[10] != 'A' else 'B') + first[11:]
    for query_id, token in ((FINISHED, altered), (other, first), (FINISHED, 'made up'), (FINISHED, first + 'A')):
        with pytest.raises(ClientError) as error:
            client.get_query_results(QueryId=query_id, NextToken=token)
        assert code_of(error) == 'InvalidNextTokenException'


def test_lists(server, client):
    queries = client.list_queries(EventDataStore=STORE)['Queries']
    assert {q['QueryStatus'] for q in queries} == {'FINISHED', 'FAILED', 'CANCELLED', 'TIMED_OUT'}
    assert client.list_queries(EventDataStore=STORE, QueryStatus='FAILED')['Queries'][0]['QueryId'] == FAILED
    seen, token = [], {}
    while True:
        page = client.list_queries(EventDataStore=STORE, MaxResults=1, **token)
        seen += [q['QueryId'] for q in page['Queries']]
        if 'NextToken' not in page:
            break
        token = {'NextToken': page['NextToken']}
    assert len(seen) == len(set(seen)) == len(queries)
    early = client.list_queries(EventDataStore=STORE, StartTime=time.time() - 8000, EndTime=time.time() - 7200)
    assert early['Queries'] == []


def test_the_clock_times_out_and_expires(start_server):
    server = start_server()
    client = server.client()
    assert server.request('POST', '/_trailpond/clock', {'frozen_at': '2030-01-01T00:00:00Z'})[0] == 200
    # Held until it is released, a query has no hour's end; held for two hours, it times out after one.
    released = start(client, "'stay running' AS a")
    script = {'query_scripts': [{'match': {'contains': 'two hours'}, 'running_for': '2h'}]}
    assert server.request('POST', '/_trailpond/scenario', script)[0] == 200
    query_id = start(client, "'two hours' AS a")
    for each in (released, query_id):
        wait_for_status(client, each, 'RUNNING')
    server.advance('59m')
    assert client.describe_query(QueryId=query_id)['QueryStatus'] == 'RUNNING'
    server.advance('1m1s')
    assert client.describe_query(QueryId=query_id)['QueryStatus'] == 'TIMED_OUT'
    assert client.describe_query(QueryId=released)['QueryStatus'] == 'RUNNING'
    done = start(client, "eventName")
    wait_for_end(client, done)
    server.advance('6d')
    assert client.get_query_results(QueryId=done)['QueryStatistics']['ResultsCount'] == 5
    server.advance('1d1s')
    with pytest.raises(ClientError) as error:
        client.get_query_results(QueryId=done)
    assert code_of(error) == 'QueryIdNotFoundException'


def test_the_clock_ends_a_statement_that_runs(start_server):
    server = start_server()
    client = server.client()
    query_id = client.start_query(QueryStatement=f'SELECT count(*) FROM {HUGE} WHERE t0.eventID < t11.eventID')['QueryId']
    wait_for_status(client, query_id, 'RUNNING')
    server.advance(3601)
    assert wait_for_end(client, query_id)['QueryStatus'] == 'TIMED_OUT'


def test_delivery_is_described(client):
    query_id = start(client, 'eventName', DeliveryS3Uri='s3://results-bucket/prefix')
    described = wait_for_end(client, query_id)
    assert described['DeliveryS3Uri'] == 's3://results-bucket/prefix'
    assert described['DeliveryStatus']


def resident_kib(server):
    with open(f'/proc/{server.process.pid}/status') as status:
        return next(int(line.split()[1]) for line in status if line.startswith('VmRSS'))


@pytest.mark.parametrize('statement', [
    # What groups keep, what one row's expression makes.
    'SELECT cardinality(array_agg({wide})) AS n FROM {rows}',
    'SELECT cardinality(transform(sequence(1, 10000), y -> rpad(eventName, 1000000, CAST(y AS varchar)))) AS n FROM {rows}'])
def test_memory_comes_back_after_a_limit(start_server, statement):
    """Issue 4, "Bad input": FAILED by name, and resident memory returns to within 10 % of before.

    The events are packed, so that "before" is small; what a thread's arena and the allocator keep of some 300 MB that the statement
    took is up to 20 MB, once: a second such statement adds nothing.
    """
    server = start_server()
    client = server.client()
    server.add_events(STORE, ''.join(f'{{"eventName": "Event{i}", "userAgent": "{"u" * 1000}{i}"}}\n' for i in range(50_000)))
    rows_of(client, f'SELECT count(*) AS n FROM {STORE}')
    before = resident_kib(server)
    statement = statement.format(wide='rpad(eventName, 1000000, userAgent)',
                                 rows=f'(SELECT eventName, userAgent, 1 AS x FROM {STORE} LIMIT 1200)')
    ended = wait_for_end(client, client.start_query(QueryStatement=statement)['QueryId'], seconds=120)
    assert (ended['QueryStatus'], ended.get('ErrorMessage')) == ('FAILED', 'Query exhausted resources at this scale factor')
    most = before * 1.1 + 20 * 1024
    end = time.time() + 5
    while resident_kib(server) > most and time.time() < end:
        time.sleep(0.05)
    assert resident_kib(server) <= most
