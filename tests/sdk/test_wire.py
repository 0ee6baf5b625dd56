"""The raw wire: what no SDK sends, with a ping after each (the fixture's). Sources: RFC 9112; issue 3, "What bad
input gets"."""
import json
import socket
import time

import pytest

STORE = 'aaaaaaaa-0000-4000-8000-000000000001'
LONG = 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.'
SHORT = 'CloudTrail_20131101.'


def post(body, target=SHORT + 'ListEventDataStores', fields=''):
    return (f'POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: {target}\r\n{fields}'
            f'Content-Length: {len(body)}\r\n\r\n').encode() + body


def read_answer(connection, buffer=b''):
    """Answers (status, header text, body, what follows)."""
    while b'\r\n\r\n' not in buffer:
        piece = connection.recv(65536)
        if not piece:
            return None, buffer.decode(), b'', b''
        buffer += piece
    head, rest = buffer.split(b'\r\n\r\n', 1)
    head = head.decode()
    length = int(next((line.split(':')[1] for line in head.split('\r\n') if line.lower().startswith('content-length')), 0))
    while len(rest) < length:
        piece = connection.recv(65536)
        assert piece, 'the answer is cut off'
        rest += piece
    return int(head.split(' ')[1]), head, rest[:length], rest[length:]


def exchange(server, data):
    with server.connect() as connection:
        connection.sendall(data)
        return read_answer(connection)


@pytest.mark.parametrize('target', [LONG + 'ListEventDataStores', SHORT + 'ListEventDataStores'])
def test_both_targets(server, target):
    status, body, headers = server.call('', '{}', target=target)
    assert status == 200 and len(body['EventDataStores']) == 7
    assert headers['Content-Type'] == 'application/x-amz-json-1.1'
    assert len(headers['x-amzn-RequestId']) == 36


@pytest.mark.parametrize('target', [
    '', 'ListEventDataStores', SHORT, LONG, SHORT + 'NoSuchOperation', SHORT + 'listEventDataStores', 'X' + SHORT + 'StartQuery',
    'com.amazonaws.cloudtrail.v20131101.StartQuery', SHORT + 'StartQuery ' + 'x', 'Other_20131101.StartQuery',
    SHORT + 'ListEventDataStores.', '\u00e9'])
def test_unknown_targets(server, target):
    status, body, headers = server.call('', '{}', target=target.encode('latin-1'))
    assert status == 400
    assert body['__type'] == 'UnknownOperationException'
    assert body['message'] and body['Message'] == body['message']
    assert headers['x-amzn-RequestId']


BAD_BODIES = [b'not json', b'[]', b'"text"', b'1', b'null', b'{"a": 1', b'{} {}', b"{'a': 1}", b'\xff\xfe', b'{"a": "\xff"}',
              b'{"a": "\xed\xa0\x80"}', b'{"\0": 1}', b'\0', b'{"a": "\0"}', b'{"a": "\x01"}', b'{"a":' * 10000 + b'1' + b'}' * 10000,
              b'[' * 10000 + b']' * 10000, b'{"a":' * 100000, b'{"QueryId": 1e999999}', b'\xef\xbb\xbf{}']


@pytest.mark.parametrize('body', BAD_BODIES, ids=lambda body: repr(body[:16]))
def test_bodies_that_are_no_request(server, body):
    status, answer, _ = server.call('DescribeQuery', body)
    assert status == 400
    assert answer['__type'] == 'SerializationException'


@pytest.mark.parametrize('operation, body', [
    ('DescribeQuery', {'QueryId': 1}), ('DescribeQuery', {'QueryId': ['a']}), ('DescribeQuery', {'QueryId': {}}),
    ('GetQueryResults', {'QueryId': 'cccccccc-0000-4000-8000-000000000001', 'MaxQueryResults': '10'}),
    ('GetQueryResults', {'QueryId': 'cccccccc-0000-4000-8000-000000000001', 'MaxQueryResults': 1.5}),
    ('GetQueryResults', {'QueryId': 'cccccccc-0000-4000-8000-000000000001', 'MaxQueryResults': 2**63}),
    ('StartQuery', {'QueryStatement': f'SELECT 1 FROM {STORE}', 'QueryParameters': 'a'}),
    ('StartQuery', {'QueryStatement': f'SELECT 1 FROM {STORE}', 'QueryParameters': [1]}),
    ('CreateEventDataStore', {'Name': 'abc', 'MultiRegionEnabled': 'yes'}),
    ('CreateEventDataStore', {'Name': 'abc', 'AdvancedEventSelectors': {}}),
    ('CreateEventDataStore', {'Name': 'abc', 'AdvancedEventSelectors': [1]}),
    ('ListQueries', {'EventDataStore': STORE, 'StartTime': 'yesterday'})])
def test_wrong_types(server, operation, body):
    status, answer, _ = server.call(operation, json.dumps(body))
    assert (status, answer['__type']) == (400, 'SerializationException')
    assert 'Member' in answer['message']


def test_null_is_absent_and_unknown_members_are_passed_over(server):
    body = {'QueryId': 'cccccccc-0000-4000-8000-000000000001', 'EventDataStore': None, 'Unknown': {'a': [1]}}
    assert server.call('DescribeQuery', json.dumps(body))[0] == 200


def test_nul_in_a_member(server):
    body = {'QueryId': 'cccccccc-0000-4000-8000-00000000000\0'}
    assert server.call('DescribeQuery', json.dumps(body))[1]['__type'] == 'InvalidParameterException'


def test_an_empty_body_is_an_empty_request(server):
    assert server.call('ListEventDataStores', b'')[0] == 200


def test_escapes_are_read(server):
    body = '{"\\u0051ueryId": "cccccccc-0000-4000-8000-00000000000\\u0031"}'
    assert server.call('DescribeQuery', body)[1]['QueryString']


@pytest.mark.parametrize('method, path, status', [
    ('GET', '/', 405), ('PUT', '/', 405), ('DELETE', '/', 405), ('GET', '/nothing', 404), ('POST', '/nothing', 404),
    ('POST', '//', 404), ('POST', '/_trailpond/', 405), ('GET', '/_trailpond/nothing', 404),
    ('GET', '/index.html', 404), ('POST', '/_trailpond/health', 405), ('GET', '/_trailpond/reset', 405),
    ('POST', '/_trailpond/queries', 405), ('GET', '/_trailpond/event-data-stores//events', 404),
    ('BREW', '/', 405), ('GET', '/%00', 404)])
def test_wrong_methods_and_paths_are_json(server, method, path, status):
    found, body, headers = server.request(method, path, headers={'X-Amz-Target': SHORT + 'ListEventDataStores'})
    assert found == status
    assert headers['Content-Type'] == 'application/json'
    assert body['message'] and body['__type']
    if status == 405:
        assert headers['Allow']


def test_head(server):
    with server.connect() as connection:
        connection.sendall(b'HEAD /_trailpond/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
        text = b''
        while piece := connection.recv(65536):
            text += piece
    assert text.startswith(b'HTTP/1.1 200') and text.endswith(b'\r\n\r\n')


@pytest.mark.parametrize('data', [
    b'nonsense\r\n\r\n', b'\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', b'POST / HTTP/3.0\r\n\r\n', b'POST\r\n\r\n',
    b'POST / HTTP/1.1\r\nHost localhost\r\n\r\n', b'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: many\r\n\r\n',
    b'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n',
    b'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
    b'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    b'POST / HTTP/1.1\r\n\r\n', b'GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n'], ids=lambda data: repr(data[:40]))
def test_malformed_http(server, data):
    status, head, body, _ = exchange(server, data)
    assert status == 400
    assert json.loads(body)['message']
    assert 'connection: close' in head.lower()


def test_a_header_that_is_too_large(server):
    data = b'POST / HTTP/1.1\r\nHost: a\r\nX-Long: ' + b'x' * 17000 + b'\r\n\r\n'
    assert exchange(server, data)[0] == 431
    data = b'POST / HTTP/1.1\r\nHost: a\r\n' + b'A: b\r\n' * 101 + b'\r\n'
    assert exchange(server, data)[0] == 431
    # Just below is fine.
    assert exchange(server, post(b'{}', fields='X-Long: ' + 'x' * 15000 + '\r\n'))[0] == 200


def test_a_body_that_is_too_large(server):
    body = b'{"a": "' + b'x' * (1 << 20) + b'"}'
    status, head, answer, _ = exchange(server, post(body))
    assert status == 413
    assert json.loads(answer)['__type'] == 'RequestEntityTooLargeException'
    fitting = b'{"a": "' + b'x' * ((1 << 20) - 9) + b'"}'
    assert len(fitting) == 1 << 20
    assert exchange(server, post(fitting))[0] == 200
    # By chunks, without a length that says so.
    head = f'POST / HTTP/1.1\r\nHost: a\r\nX-Amz-Target: {SHORT}ListEventDataStores\r\nTransfer-Encoding: chunked\r\n\r\n'.encode()
    assert exchange(server, head + b'20000\r\n' + b'x' * 0x20000 + b'\r\n' + b'F0000\r\n' + b'x' * 0xF0000 + b'\r\n0\r\n\r\n')[0] == 413


def test_pipelining(server):
    one = post(b'{}')
    two = post(b'{"QueryId": "cccccccc-0000-4000-8000-000000000001"}', SHORT + 'DescribeQuery')
    three = post(b'{"QueryStatement": "SELECT"}', SHORT + 'StartQuery')
    with server.connect() as connection:
        connection.sendall((one + two + three) * 20)
        rest, kinds = b'', []
        for _ in range(60):
            status, _, body, rest = read_answer(connection, rest)
            kinds.append((status, sorted(json.loads(body))[0]))
    assert kinds == [(200, 'EventDataStores'), (200, 'Prompt'), (400, 'Message')] * 20


def test_byte_by_byte(server):
    with server.connect() as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in post(b'{"QueryId": "cccccccc-0000-4000-8000-000000000001"}', SHORT + 'DescribeQuery'):
            connection.sendall(bytes([byte]))
        assert read_answer(connection)[0] == 200


def test_chunked(server):
    head = f'POST / HTTP/1.1\r\nHost: a\r\nX-Amz-Target: {SHORT}DescribeQuery\r\nTransfer-Encoding: chunked\r\n\r\n'.encode()
    body = b'{"QueryId": "cccccccc-0000-4000-8000-000000000001"}'
    chunks = b''.join(b'1;x=y\r\n' + bytes([byte]) + b'\r\n' for byte in body) + b'0\r\nTrailer: x\r\n\r\n'
    with server.connect() as connection:
        connection.sendall(head + chunks + post(b'{}'))
        status, _, answer, rest = read_answer(connection)
        assert status == 200 and json.loads(answer)['QueryStatus'] == 'FINISHED'
        assert read_answer(connection, rest)[0] == 200


def test_expect_continue(server):
    with server.connect() as connection:
        body = b'{"QueryId": "cccccccc-0000-4000-8000-000000000001"}'
        whole = post(body, SHORT + 'DescribeQuery', 'Expect: 100-continue\r\n')
        connection.sendall(whole[:-len(body)])
        status, _, _, rest = read_answer(connection)
        assert status == 100 and rest == b''
        connection.sendall(body)
        assert read_answer(connection)[0] == 200
        # A body that came along needs no answer of its own.
        connection.sendall(whole)
        assert read_answer(connection)[0] == 200
    # Too large is said before the body is sent.
    with server.connect() as connection:
        connection.sendall(b'POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2000000\r\n\r\n')
        assert read_answer(connection)[0] == 413
    assert exchange(server, post(b'{}', fields='Expect: miracles\r\n'))[0] == 417


def test_http_1_0_and_close(server):
    with server.connect() as connection:
        connection.sendall(b'GET /_trailpond/health HTTP/1.0\r\nHost: a\r\n\r\n')
        assert read_answer(connection)[0] == 200
        assert connection.recv(10) == b''
    with server.connect() as connection:
        connection.sendall(b'GET /_trailpond/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
        status, head, _, _ = read_answer(connection)
        assert status == 200 and 'connection: close' in head.lower()
        assert connection.recv(10) == b''


def test_a_slow_header_is_timed_out(server):
    with server.connect() as connection:
        connection.sendall(b'POST / HTTP/1.1\r\nHost')
        before = time.time()
        status, _, body, _ = read_answer(connection)
        assert status == 408
        assert json.loads(body)['__type'] == 'RequestTimeoutException'
        assert 9 < time.time() - before < 15  # kHeader: 10 s


def test_clients_that_go_away(server):
    for data in (b'', b'POST', post(b'{}')[:-1], post(b'{}'), post(b'{}') * 100):
        for _ in range(5):
            connection = server.connect()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b'\1\0\0\0\0\0\0\0')  # resets
            connection.sendall(data)
            connection.close()


def test_many_connections(server):
    connections = [server.connect() for _ in range(300)]
    for connection in connections:
        connection.sendall(post(b'{}'))
    for connection in connections:
        assert read_answer(connection)[0] == 200
    for connection in connections:
        connection.close()


@pytest.mark.parametrize('expected, statement', [
    (400, 'SELECT ' + ' AND '.join(['true'] * 1500) + ' FROM ' + STORE),
    (400, 'SELECT ' + 'NOT ' * 2000 + 'true FROM ' + STORE),
    (400, 'SELECT ' + '-' * 9000 + '1 FROM ' + STORE),
    (400, 'SELECT ' + 'array[' * 1200 + '1' + ']' * 1200 + ' FROM ' + STORE),
    (400, 'SELECT * FROM ' + '(SELECT * FROM ' * 500 + STORE + ')' * 500),
    (200, 'SELECT ' + "'" * 9000 + ' FROM ' + STORE),  # a text of 4,499 quotes
    (400, 'SELECT ' + 'a.' * 4000 + 'b FROM ' + STORE),
    (400, 'SELECT eventName FROM ' + ' JOIN '.join([STORE] * 150)), (400, '\u0000'), (400, '\ud83d\ude00' * 5000)])
def test_statements_that_are_too_much(server, expected, statement):
    started = time.time()
    status, answer, _ = server.call('StartQuery', json.dumps({'QueryStatement': statement}))
    assert time.time() - started < 10
    assert status == expected
    if status == 400:
        assert answer['__type'] == 'InvalidQueryStatementException', answer
