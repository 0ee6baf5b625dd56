"""--data: what was answered is there after a kill at any moment, and a second start with the same seed works."""
import json
import threading

from botocore.exceptions import ClientError, EndpointConnectionError, ConnectionClosedError, HTTPClientError

from server import Server, rows_of, wait_for_end, wait_for_status

STORE = 'aaaaaaaa-0000-4000-8000-000000000001'


def test_everything_is_there_after_a_kill(tmp_path):
    server = Server('service.yaml', '--data', str(tmp_path))
    client = server.client()
    arn = client.create_event_data_store(Name='kept')['EventDataStoreArn']
    assert server.add_events(arn.split('/')[1], '{"eventName": "One"}\n{"eventName": "Two"}\n')['accepted'] == 2
    query = client.start_query(QueryStatement=f'SELECT eventName FROM {arn.split("/")[1]} ORDER BY 1')['QueryId']
    wait_for_end(client, query)
    first_page = client.get_query_results(QueryId=query, MaxQueryResults=1)
    held = client.start_query(QueryStatement=f"SELECT 'stay running' FROM {STORE}")['QueryId']
    everything = ', '.join(f'{STORE} AS t{i}' for i in range(12))
    running = client.start_query(QueryStatement=f'SELECT count(*) FROM {everything} WHERE t0.eventID < t11.eventID')['QueryId']
    for query_id in (held, running):
        wait_for_status(client, query_id, 'RUNNING')
    began = client.describe_query(QueryId=running)['QueryStatistics']['CreationTime']
    server.kill()
    server = Server('service.yaml', '--data', str(tmp_path))
    try:
        client = server.client()
        assert client.get_event_data_store(EventDataStore=arn)['Name'] == 'kept'
        rows = client.get_query_results(QueryId=query)['QueryResultRows']
        assert rows == [[{'eventName': 'One'}], [{'eventName': 'Two'}]]
        # Tokens that were given out are still good.
        page = client.get_query_results(QueryId=query, NextToken=first_page['NextToken'])
        assert page['QueryResultRows'] == [[{'eventName': 'Two'}]]
        assert rows_of(client, f'SELECT count(*) FROM {arn.split("/")[1]}') == [[('_col0', '2')]]
        # The seed is not there twice.
        names = [store['Name'] for store in client.list_event_data_stores()['EventDataStores']]
        assert len(names) == len(set(names)) == 8
        assert rows_of(client, f'SELECT count(*) FROM {STORE}') == [[('_col0', '5')]]
        # A statement that ran runs again, under its id.
        described = client.describe_query(QueryId=running)
        assert described['QueryStatus'] in ('RUNNING', 'FINISHED')
        assert described['QueryStatistics']['CreationTime'] == began
        if described['QueryStatus'] == 'RUNNING':
            assert client.cancel_query(QueryId=running)['QueryStatus'] == 'CANCELLED'
        # What only a script held, it still holds.
        assert client.describe_query(QueryId=held)['QueryStatus'] == 'RUNNING'
    finally:
        server.stop()


def test_kills_while_writing_lose_nothing_that_was_answered(tmp_path):
    answered, number = [], 0
    for _ in range(3):
        server = Server('service.yaml', '--data', str(tmp_path))
        client = server.client()
        have = {q['QueryId'] for q in client.list_queries(EventDataStore=STORE, MaxResults=1000)['Queries']}
        assert set(answered) <= have
        timer = threading.Timer(0.5, server.kill)
        timer.start()
        events = 0
        try:
            while True:
                answered.append(client.start_query(QueryStatement=f"SELECT 'canned', {number} FROM {STORE}")['QueryId'])
                number += 1
                if server.add_events(STORE, json.dumps({'eventName': f'Event{number}'}))['accepted'] == 1:
                    events = number
        except (EndpointConnectionError, ConnectionClosedError, HTTPClientError, ConnectionError, OSError):
            pass
        except ClientError as error:
            assert error.response['Error']['Code'] == 'MaxConcurrentQueriesException', error
        timer.join()
        server.process.wait()
    server = Server('service.yaml', '--data', str(tmp_path))
    try:
        client = server.client()
        have = {q['QueryId'] for q in client.list_queries(EventDataStore=STORE, MaxResults=1000)['Queries']}
        assert set(answered) <= have
        assert rows_of(client, f"SELECT count(*) FROM {STORE} WHERE eventName = 'Event{events}'") == [[('_col0', '1')]]
    finally:
        server.stop()


def test_two_servers_cannot_share_a_folder(tmp_path):
    server = Server('service.yaml', '--data', str(tmp_path))
    try:
        try:
            Server('service.yaml', '--data', str(tmp_path)).stop()
            raise AssertionError('started')
        except RuntimeError as error:
            assert 'another process' in str(error)
        server.ping()
    finally:
        server.stop()


def test_what_was_posted_is_there_after_a_kill(tmp_path):
    """Scripts, buckets, keys and the clock are as durable as what the API made."""
    server = Server('service.yaml', '--data', str(tmp_path))
    posted = {'query_scripts': [{'match': {'contains': 'posted'}, 'columns': ['a'], 'rows': [['from the script']]}],
              'buckets': [{'name': 'posted-bucket', 'policy': 'deny'}], 'event_data_stores': [{'name': 'posted'}]}
    assert server.request('POST', '/_trailpond/scenario', posted)[0] == 200
    assert server.request('POST', '/_trailpond/clock', {'frozen_at': '2031-01-01T00:00:00Z'})[0] == 200
    server.advance('1h')
    client = server.client()
    posted_store = [s for s in client.list_event_data_stores()['EventDataStores'] if s['Name'] == 'posted'][0]
    client.update_event_data_store(EventDataStore=posted_store['EventDataStoreArn'], TerminationProtectionEnabled=False)
    server.kill()
    server = Server('service.yaml', '--data', str(tmp_path))
    try:
        client = server.client()
        assert server.request('GET', '/_trailpond/clock')[1] == {'now': '2031-01-01T01:00:00.000Z', 'mode': 'frozen'}
        assert rows_of(client, f"SELECT 'posted' FROM {STORE}") == [[('a', 'from the script')]]
        with_bucket = {'QueryStatement': f'SELECT eventName FROM {STORE}', 'DeliveryS3Uri': 's3://posted-bucket'}
        try:
            client.start_query(**with_bucket)
            raise AssertionError('the bucket is closed')
        except ClientError as error:
            assert error.response['Error']['Code'] == 'InsufficientS3BucketPolicyException'
        # What the API changed since is not posted over again.
        assert client.get_event_data_store(EventDataStore=posted_store['EventDataStoreArn'])['TerminationProtectionEnabled'] is False
        server.reset()
        assert server.request('GET', '/_trailpond/clock')[1]['mode'] == 'real'
        assert rows_of(client, f"SELECT 'posted' AS b FROM {STORE} LIMIT 1") == [[('b', 'posted')]]
    finally:
        server.stop()


def test_a_seed_that_was_replaced_stays_replaced(tmp_path):
    server = Server('service.yaml', '--data', str(tmp_path))
    replacement = {'event_data_stores': [{'name': 'other', 'events': [{'inline': [{'eventID': '1'}]}]}]}
    assert server.request('POST', '/_trailpond/scenario?replace=true', replacement)[0] == 200
    server.kill()
    server = Server('service.yaml', '--data', str(tmp_path))
    try:
        def names():
            return [store['Name'] for store in server.client().list_event_data_stores()['EventDataStores']]
        assert names() == ['other']
        server.reset()
        assert names() == ['other']
    finally:
        server.stop()


def test_a_damaged_file_of_events_costs_what_it_held_and_is_told(tmp_path):
    server = Server('service.yaml', '--data', str(tmp_path), '--no-record-calls')
    arn = server.client().create_event_data_store(Name='hurt')['EventDataStoreArn']
    store = arn.split('/')[1]
    for name in ('One', 'Two', 'Three'):
        server.add_events(store, json.dumps({'eventName': name}))
    server.kill()
    [log] = [path for path in tmp_path.glob('events/*/*/*/events.log') if b'"Two"' in path.read_bytes()]
    damaged = log.read_bytes().replace(b'"Two"', b'"Tw!"')
    log.write_bytes(damaged)
    for again in (False, True):
        server = Server('service.yaml', '--data', str(tmp_path), '--no-record-calls')
        try:
            assert [row[0][1] for row in rows_of(server.client(), f'SELECT eventName FROM {store}')] == ['One', 'Three']
            _, listed, _ = server.request('GET', '/_trailpond/event-data-stores')
            [facts] = [each for each in listed['event_data_stores'] if each['id'] == store]
            if again:
                assert 'damages' not in facts
            else:
                assert [damage['lost_events'] for damage in facts['damages']] == [1]
                assert facts['damaged_file'] == str(log) + '.damaged-1'
            assert (log.parent / 'events.log.damaged-1').read_bytes() == damaged
        finally:
            server.stop()


def test_queries_go_on_after_a_kill(tmp_path):
    """Scripts, looks, releases and cancels that were under way: what was answered before a kill holds behind it."""
    select = f'SELECT eventID FROM {STORE}'
    scripts = [{'match': {'contains': 'looks'}, 'queued_polls': 2, 'running_polls': 2},
               {'match': {'contains': 'held'}, 'queued_for': 'until_released', 'running_for': 'until_released'},
               {'match': {'contains': 'cancelled'}, 'running_for': 'until_released', 'cancel_takes': '10m'}]
    server = Server('service.yaml', '--data', str(tmp_path))
    assert server.request('POST', '/_trailpond/v1/clock', {'frozen_at': '2031-01-01T00:00:00Z'})[0] == 200
    assert server.request('POST', '/_trailpond/v1/query-scripts', {'query_scripts': scripts})[0] == 200
    client = server.client()
    looks, held, cancelled = [client.start_query(QueryStatement=f'{select} /* {name} */')['QueryId'] for name in ('looks', 'held', 'cancelled')]
    wait_for_status(client, cancelled, 'RUNNING')
    assert client.describe_query(QueryId=looks)['QueryStatus'] == 'QUEUED'
    assert client.cancel_query(QueryId=cancelled)['QueryStatus'] == 'RUNNING'
    server.kill()
    server = Server('service.yaml', '--data', str(tmp_path))
    try:
        client = server.client()
        assert [client.describe_query(QueryId=looks)['QueryStatus'] for _ in range(3)] == ['QUEUED', 'RUNNING', 'RUNNING']
        assert wait_for_end(client, looks)['QueryStatus'] == 'FINISHED'
        assert len(client.get_query_results(QueryId=looks)['QueryResultRows']) == 5
        for expected in ('QUEUED', 'RUNNING'):
            assert client.describe_query(QueryId=held)['QueryStatus'] == expected
            assert server.request('POST', f'/_trailpond/v1/queries/{held}/release')[0] == 200
        assert wait_for_end(client, held)['QueryStatus'] == 'FINISHED'
        assert client.describe_query(QueryId=cancelled)['QueryStatus'] == 'RUNNING'
        server.advance('10m')
        assert client.describe_query(QueryId=cancelled)['QueryStatus'] == 'CANCELLED'
    finally:
        server.stop()
