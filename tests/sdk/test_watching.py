"""What can be seen: the journal and its verification, long polls, the stream of events, metrics, logs."""
import http.client
import json
import socket
import subprocess
import threading
import time

import pytest
from prometheus_client.parser import text_string_to_metric_families

from server import ACCOUNT, BINARY, REGION, V1, get, wait_for_end

STORE = 'aaaaaaaa-0000-4000-8000-000000000001'


def last_id(server):
    return get(server, '/journal?limit=1')['last_id']


def verify(server, **body):
    status, answer, _ = server.request('POST', V1 + '/journal/verify', body)
    assert status == 200, answer
    return answer


# The journal

def test_calls_are_in_the_journal(server, client):
    since = last_id(server)
    answer = client.start_query(QueryStatement=f'SELECT eventName FROM {STORE}')
    with pytest.raises(client.exceptions.QueryIdNotFoundException):
        client.describe_query(QueryId='99999999-0000-4000-8000-000000000001')
    server.call('Nonsense')
    server.call('ListQueries', '{')
    entries = get(server, f'/journal?since={since}')['entries']
    assert [(e['operation'], e['status'], e.get('error')) for e in entries] == [
        ('StartQuery', 200, None), ('DescribeQuery', 400, 'QueryIdNotFoundException'), ('', 400, 'UnknownOperationException'),
        ('ListQueries', 400, 'SerializationException')]
    started = entries[0]
    assert (started['account'], started['region']) == (ACCOUNT, REGION)
    assert started['request'] == {'QueryStatement': f'SELECT eventName FROM {STORE}'}
    assert started['answer']['QueryId'] == answer['QueryId']
    assert started['request_id'] == answer['ResponseMetadata']['RequestId']
    assert 0 < started['milliseconds'] < 5000
    assert entries[3]['request'] == '{'


@pytest.mark.parametrize('blanks', [0, 5_000])
def test_a_call_that_goes_to_another_thread_is_in_the_journal_once(server, client, blanks):
    """StartQuery and GetQueryResults begin on the thread of the connection, and go elsewhere where they would take long."""
    since = last_id(server)
    query = client.start_query(QueryStatement=f'SELECT eventName FROM {STORE}' + ' ' * blanks)['QueryId']
    wait_for_end(client, query)
    client.get_query_results(QueryId=query)
    operations = [entry['operation'] for entry in get(server, f'/journal?since={since}')['entries'] if entry['operation'] != 'DescribeQuery']
    assert operations == ['StartQuery', 'GetQueryResults']


def test_the_journal_is_filtered(server, client):
    since = last_id(server)
    other = server.client(account='222222222222', region='eu-west-1')
    client.list_event_data_stores()
    other.list_event_data_stores()
    other.list_queries
    client.list_channels()
    server.call('GetEventDataStore', json.dumps({'EventDataStore': 'Needle'}))

    def operations(query):
        return [entry['operation'] for entry in get(server, f'/journal?since={since}&{query}')['entries']]

    assert operations('account=222222222222') == operations('region=eu-west-1') == ['ListEventDataStores']
    assert operations('operation=ListChannels') == ['ListChannels']
    assert operations('error=EventDataStoreARNInvalidException') == operations('text=needle') == ['GetEventDataStore']
    assert operations('order=newest')[0] == 'GetEventDataStore'
    assert operations('order=newest&limit=1') == ['GetEventDataStore']
    page = get(server, f'/journal?since={since}&order=newest&limit=1')
    assert [e['operation'] for e in get(server, f'/journal?since={since}&order=newest&next={page["next"]}')['entries']][0] == 'ListChannels'


def test_a_cleared_journal_counts_on(server, client):
    client.list_channels()
    before = last_id(server)
    assert server.request('DELETE', V1 + '/journal')[1]['cleared'] >= 1
    assert get(server, '/journal')['entries'] == []
    client.list_channels()
    assert [entry['id'] for entry in get(server, '/journal')['entries']] == [before + 1]


def test_long_bodies_are_cut(server):
    since = last_id(server)
    server.call('ListQueries', json.dumps({'EventDataStore': 'x' * 20000}))
    entry = get(server, f'/journal?since={since}')['entries'][0]
    assert entry['cut'] == ['request'] and len(entry['request']) == 16384


def test_the_journal_has_bounds(start_server):
    server = start_server('empty', '--journal-entries', '5')
    for _ in range(12):
        server.call('ListChannels')
    journal = get(server, '/journal')
    assert (len(journal['entries']), journal['dropped'], journal['last_id']) == (5, 7, 12)
    none = start_server('empty', '--journal-entries', '0')
    none.call('ListChannels')
    assert get(none, '/journal')['entries'] == []


def test_faults_are_named(start_server, tmp_path):
    (tmp_path / 'faults.yaml').write_text("""
faults:
  - {match: {operation: ListChannels}, error: ThrottlingException}
  - {name: no trails, match: {operation: ListTrails}, error: ServiceUnavailable}
""")
    server = start_server(str(tmp_path / 'faults.yaml'))
    for operation in ('ListChannels', 'ListTrails', 'ListImports'):
        server.call(operation)
    entries = get(server, '/journal')['entries']
    assert [(entry.get('error'), entry.get('fault')) for entry in entries] == [
        ('ThrottlingException', 'fault 1'), ('ServiceUnavailable', 'no trails'), (None, None)]
    faults = metric(server, 'trailpond_faults_total')
    assert faults == {(('operation', 'ListChannels'),): 1, (('operation', 'ListTrails'),): 1}


# Verification

def test_verification(server, client):
    since = last_id(server)
    for statement in ('SELECT 1', 'SELECT 2', 'SELECT 1'):
        client.start_query(QueryStatement=f'{statement} FROM {STORE}', QueryAlias='an-alias')
    wanted = {'operation': 'StartQuery', 'members': {'QueryStatement': f'SELECT 1 FROM {STORE}'}, 'since': since}
    assert verify(server, **wanted)['verified']
    assert verify(server, **wanted, times={'exactly': 2})['verified']
    assert verify(server, **wanted, times={'at_most': 1})['verified'] is False
    assert verify(server, **wanted, times={'at_least': 1, 'at_most': 2})['verified']
    assert verify(server, **{**wanted, 'members': {}}, times={'exactly': 3})['count'] == 3
    assert verify(server, operation='CancelQuery', since=since, times={'exactly': 0})['verified']
    missed = verify(server, operation='StartQuery', since=since, account='222222222222', times={'at_least': 1},
                    members={'QueryStatement': f'SELECT 3 FROM {STORE}', 'QueryAlias': 'an-alias', 'DeliveryS3Uri': 's3://b'})
    assert (missed['verified'], missed['count'], len(missed['nearest'])) == (False, 0, 3)
    assert missed['message'] == 'StartQuery was called 0 times like that; it should be at least 1.'
    differences = {d['member']: (d['wanted'], d.get('given')) for d in missed['nearest'][0]['differences']}
    assert differences == {'account': ('222222222222', ACCOUNT), 'DeliveryS3Uri': ('s3://b', None),
                           'QueryStatement': (f'SELECT 3 FROM {STORE}', f'SELECT 1 FROM {STORE}')}


def test_verification_looks_into_objects_and_lists(server, client):
    since = last_id(server)
    client.create_event_data_store(Name='verified', TagsList=[{'Key': 'a', 'Value': 'b'}], RetentionPeriod=90)
    wanted = {'operation': 'CreateEventDataStore', 'since': since}
    assert verify(server, **wanted, members={'TagsList': [{'Key': 'a'}], 'RetentionPeriod': 90.0})['verified']
    missed = verify(server, **wanted, members={'TagsList': [{'Key': 'x'}]})
    assert missed['nearest'][0]['differences'] == [{'member': 'TagsList[0].Key', 'wanted': 'x', 'given': 'a'}]


def test_verification_of_an_operation_that_there_is_not(server):
    status, body, _ = server.request('POST', V1 + '/journal/verify', {'operation': 'StartQerry'})
    assert (status, body['code'], body['nearest']) == (404, 'unknown_operation', 'StartQuery')


# Long polls

def in_background(function):
    result = {}

    def run():
        begin = time.time()
        result['answer'] = function()
        result['seconds'] = time.time() - begin

    thread = threading.Thread(target=run)
    thread.start()
    return thread, result


def test_waiting_for_a_query(server, client):
    query = client.start_query(QueryStatement=f"SELECT 'stay queued' FROM {STORE}")['QueryId']
    assert get(server, f'/queries/{query}/wait?status=QUEUED')['reached']
    late = get(server, f'/queries/{query}/wait?status=RUNNING&timeout=50ms')
    assert (late['reached'], late['query']['status']) == (False, 'QUEUED')
    waiters = [in_background(lambda: get(server, f'/queries/{query}/wait?timeout=20s')) for _ in range(20)]
    time.sleep(0.2)
    server.request('POST', f'{V1}/queries/{query}/release')
    for thread, result in waiters:
        thread.join(20)
        assert result['answer']['reached'] and result['answer']['query']['status'] == 'FINISHED'
        assert result['seconds'] < 5
    gone_by = get(server, f'/queries/{query}/wait?status=RUNNING&timeout=20s')
    assert gone_by['reached'] is False and gone_by['query']['status'] == 'FINISHED'
    assert get(server, '/queries/none/wait', 404)['code'] == 'query_not_found'


def test_a_query_that_goes_while_it_is_waited_for(server, client):
    query = client.start_query(QueryStatement=f"SELECT 'stay queued' FROM {STORE}")['QueryId']
    thread, result = in_background(lambda: server.request('GET', f'{V1}/queries/{query}/wait?timeout=20s'))
    time.sleep(0.1)
    server.reset()
    thread.join(20)
    assert result['answer'][0] == 404 and result['seconds'] < 5


def test_waiting_for_a_store(server, client):
    store = client.create_event_data_store(Name='awaited', TerminationProtectionEnabled=False)['EventDataStoreArn'].rsplit('/', 1)[1]
    assert get(server, f'/event-data-stores/{store}/wait')['event_data_store']['status'] == 'ENABLED'
    thread, result = in_background(lambda: get(server, f'/event-data-stores/{store}/wait?status=PENDING_DELETION&timeout=20s'))
    time.sleep(0.1)
    client.delete_event_data_store(EventDataStore=store)
    thread.join(20)
    assert result['answer']['reached'] and result['seconds'] < 5


def test_waiting_for_calls(server, client):
    since = last_id(server)
    thread, result = in_background(
        lambda: get(server, f'/journal/wait?operation=ListChannels&count=3&since={since}&timeout=20s'))
    time.sleep(0.1)
    for _ in range(3):
        client.list_channels()
        client.list_queries
    thread.join(20)
    assert (result['answer']['reached'], result['answer']['count']) == (True, 3) and result['seconds'] < 5
    late = get(server, '/journal/wait?operation=StopImport&timeout=20ms')
    assert late == {'reached': False, 'count': 0, 'entries': []}


def test_waiters_do_not_hold_up_others_nor_the_end(start_server):
    server = start_server()
    query = server.client().start_query(QueryStatement=f"SELECT 'stay queued' FROM {STORE}")['QueryId']
    waiters = [server.connect() for _ in range(100)]
    for waiter in waiters:
        waiter.sendall(f'GET {V1}/queries/{query}/wait?timeout=600s HTTP/1.1\r\nHost: localhost\r\n\r\n'.encode())
    begin = time.time()
    for _ in range(20):
        server.ping()
        server.call('ListChannels')
    assert time.time() - begin < 2
    for waiter in waiters[:50]:
        waiter.close()
    begin = time.time()
    assert server.stop() == 0
    assert time.time() - begin < 4
    assert waiters[60].recv(12) == b'HTTP/1.1 503'


# The stream of events

class Stream:
    def __init__(self, server, query=''):
        self.connection = http.client.HTTPConnection('127.0.0.1', server.port, timeout=20)
        self.connection.request('GET', V1 + '/events' + query)
        self.answer = self.connection.getresponse()
        assert self.answer.status == 200 and self.answer.headers['Content-Type'] == 'text/event-stream'
        assert self.answer.readline().startswith(b':')

    def next(self):
        """Gives the next event as (type, data)."""
        kind = None
        while True:
            line = self.answer.readline().decode().rstrip('\n')
            if line.startswith('event: '):
                kind = line[7:]
            elif line.startswith('data: '):
                return kind, json.loads(line[6:])

    def until(self, kind, **members):
        while True:
            found, data = self.next()
            if found == kind and all(data.get(key) == value for key, value in members.items()):
                return data

    def close(self):
        self.connection.close()


def test_the_stream_tells_of_changes(server, client):
    stream = Stream(server)
    query = client.start_query(QueryStatement=f'SELECT eventName FROM {STORE}')['QueryId']
    assert stream.until('query', id=query)['status'] == 'QUEUED'
    assert stream.until('query', id=query)['previous'] == 'QUEUED'
    assert stream.until('query', id=query) == {'id': query, 'account': ACCOUNT, 'region': REGION, 'status': 'FINISHED',
                                               'previous': 'RUNNING'}
    server.request('POST', V1 + '/clock', {'frozen_at': '2024-05-01T00:00:00Z'})
    assert stream.until('clock') == {'now': '2024-05-01T00:00:00.000Z', 'mode': 'frozen', 'scale': 1}
    server.request('POST', V1 + '/clock', {'mode': 'real'})
    client.create_event_data_store(Name='streamed')
    assert stream.until('event_data_store', status='ENABLED')['account'] == ACCOUNT
    assert stream.until('journal')['operation'] == 'CreateEventDataStore'
    stream.close()


def test_the_stream_of_one_kind_and_account(server, client):
    stream = Stream(server, '?type=journal&account=222222222222')
    client.list_channels()
    server.client(account='222222222222').list_event_data_stores()
    assert stream.next() == ('journal', {'id': last_id(server), 'operation': 'ListEventDataStores', 'account': '222222222222',
                                         'region': REGION, 'status': 200})
    stream.close()


def metric(server, name):
    text = server.request('GET', '/_trailpond/metrics')[1].decode()
    return {tuple(sorted(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(text) for sample in family.samples if sample.name == name}


def test_clients_that_do_not_read_are_let_go(start_server):
    server = start_server('empty')
    memory = metric(server, 'process_resident_memory_bytes')[()]
    silent = []
    for _ in range(10):
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(('127.0.0.1', server.port))
        connection.sendall(f'GET {V1}/events HTTP/1.1\r\nHost: localhost\r\n\r\n'.encode())
        silent.append(connection)
    end = time.time() + 30
    connection = http.client.HTTPConnection('127.0.0.1', server.port)
    calls = 0
    while metric(server, 'trailpond_event_stream_let_go_total')[()] < 10:
        assert time.time() < end
        for _ in range(1000):
            calls += 1
            connection.request('POST', '/', '{}', {'X-Amz-Target': 'CloudTrail_20131101.ListChannels'})
            assert connection.getresponse().read()
    assert calls < 100_000
    assert metric(server, 'process_resident_memory_bytes')[()] - memory < 60 << 20


# Metrics

def test_metrics_are_read_by_prometheus(server, client):
    client.list_channels()
    with pytest.raises(client.exceptions.QueryIdNotFoundException):
        client.describe_query(QueryId='99999999-0000-4000-8000-000000000001')
    requests = metric(server, 'trailpond_requests_total')
    assert requests[('code', 'OK'), ('operation', 'ListChannels')] >= 1
    assert requests[('code', 'QueryIdNotFoundException'), ('operation', 'DescribeQuery')] >= 1
    buckets = metric(server, 'trailpond_request_duration_seconds_bucket')
    count = metric(server, 'trailpond_request_duration_seconds_count')[(('operation', 'ListChannels'),)]
    assert buckets[('le', '+Inf'), ('operation', 'ListChannels')] == count >= 1
    assert metric(server, 'trailpond_queries')[(('status', 'FINISHED'),)] >= 1
    assert metric(server, 'trailpond_events')[()] >= 5
    assert metric(server, 'process_resident_memory_bytes')[()] > 1 << 20
    status, text, headers = server.request('GET', V1 + '/metrics')
    assert status == 200 and headers['Content-Type'].startswith('text/plain; version=0.0.4')
    families = list(text_string_to_metric_families(text.decode()))
    assert all(family.documentation and family.type in ('counter', 'gauge', 'histogram') for family in families)


# Logs

def run_with_log(*arguments):
    """Runs a server for two calls; answers the lines on stderr."""
    process = subprocess.Popen([BINARY, '--port', '0', '--scenario', 'empty', *arguments], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    port = None
    while port is None:
        for line in process.stdout:
            if 'http://' in line:
                port = int(line.rsplit(':', 1)[1].strip(' \n/.').split()[0])
                break
    for target in ('ListChannels', 'Nonsense'):
        connection = http.client.HTTPConnection('127.0.0.1', port)
        connection.request('POST', '/', '{}', {'X-Amz-Target': 'CloudTrail_20131101.' + target})
        connection.getresponse().read()
    process.terminate()
    return process.communicate(timeout=20)[1].splitlines()


def test_logs_as_json():
    lines = [json.loads(line) for line in run_with_log('--log-level', 'debug', '--log-format', 'json')]
    assert [line['message'] for line in lines] == ['ready', 'answered', 'answered']
    assert lines[0]['level'] == 'info' and lines[0]['url'].startswith('http://')
    assert (lines[1]['level'], lines[1]['operation'], lines[1]['status'], lines[1]['error']) == ('debug', 'ListChannels', 200, '')
    assert lines[2]['error'] == 'UnknownOperationException'


def test_logs_as_text():
    assert run_with_log() == []
    first, second = run_with_log('--log-level', 'debug')
    assert ' debug trailpond: answered operation=ListChannels account=' in first


@pytest.mark.parametrize('arguments', [('--log-level', 'loud'), ('--log-format', 'xml'), ('--journal-entries', '-1')])
def test_wrong_options(arguments):
    done = subprocess.run([BINARY, *arguments], capture_output=True, text=True, timeout=20)
    assert done.returncode == 2 and arguments[0] in done.stderr
