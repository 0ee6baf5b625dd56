"""Our own API below /_trailpond/."""
import gzip
import json
import time

import pytest

from server import rows_of

STORE = 'aaaaaaaa-0000-4000-8000-000000000001'


def count(client, where='true', store=STORE):
    return int(rows_of(client, f'SELECT count(*) AS n FROM {store} WHERE {where}')[0][0][1])


def test_health_and_ready(server):
    for path in ('health', 'ready'):
        status, body, headers = server.request('GET', f'/_trailpond/{path}')
        assert (status, body) == (200, {'status': 'ready'})
        assert headers['Content-Type'] == 'application/json'


@pytest.mark.parametrize('host, status', [
    ('localhost', 200), ('localhost:4585', 200), ('127.0.0.1', 200), ('127.0.0.1:1', 200), ('[::1]:4585', 200), ('10.1.2.3', 200),
    ('trailpond:4585', 200), ('sub.localhost', 200), ('host.docker.internal', 200), ('LOCALHOST', 200),
    ('evil.example.com', 403), ('evil.example.com:4585', 403), ('localhost.evil.com', 403), ('127.0.0.1.evil.com', 403), ('', 403)])
def test_foreign_hosts_are_refused(server, host, status):
    assert server.request('GET', '/_trailpond/ready', headers={'Host': host})[0] == status


@pytest.mark.parametrize('origin, status', [
    ('http://localhost:3000', 200), ('http://127.0.0.1', 200), ('https://evil.example.com', 403), ('null', 403)])
def test_foreign_origins_are_refused(server, origin, status):
    assert server.request('POST', '/_trailpond/reset', headers={'Origin': origin})[0] == status


def test_the_cloudtrail_api_takes_any_host(server):
    assert server.call('ListEventDataStores', headers={'Host': 'cloudtrail.us-east-1.amazonaws.com'})[0] == 200


def test_allowed_hosts(start_server):
    server = start_server('empty', environment={'TRAILPOND_ALLOWED_HOSTS': 'pond.example.com,other.example.com'})
    assert server.request('GET', '/_trailpond/ready', headers={'Host': 'pond.example.com'})[0] == 200
    assert server.request('GET', '/_trailpond/ready', headers={'Host': 'evil.example.com'})[0] == 403


EVENTS = [{'eventName': f'New{i}', 'eventTime': '2024-06-01T00:00:00Z'} for i in range(3)]


@pytest.mark.parametrize('text', [
    '\n'.join(map(json.dumps, EVENTS)), json.dumps({'Records': EVENTS}), json.dumps(EVENTS), json.dumps(EVENTS, indent=2)])
@pytest.mark.parametrize('packed', [False, True])
def test_events_in_every_form(server, client, text, packed):
    assert server.add_events(STORE, text, packed) == {'accepted': 3, 'rejected': 0, 'bad': []}
    assert count(client, "eventName LIKE 'New%'") == 3


def test_bad_events_are_counted_with_their_line(server, client):
    report = server.add_events(STORE, '{"eventName": "Good"}\nnot json\n{"eventName": "Good"}\n[1]\n')
    assert (report['accepted'], report['rejected']) == (2, 2)
    assert [bad['line'] for bad in report['bad']] == [2, 4]
    assert all(bad['reason'] for bad in report['bad'])
    assert count(client, "eventName = 'Good'") == 2


def test_many_events_by_chunks(server, client):
    import http.client
    connection = http.client.HTTPConnection('127.0.0.1', server.port)
    lines = (json.dumps({'eventName': 'Bulk', 'eventID': str(i), 'filler': 'x' * 500}).encode() + b'\n' for i in range(20000))
    connection.request('POST', f'/_trailpond/event-data-stores/{STORE}/events', lines, encode_chunked=True,
                       headers={'Transfer-Encoding': 'chunked'})
    assert json.loads(connection.getresponse().read())['accepted'] == 20000
    assert count(client, "eventName = 'Bulk'") == 20000


def test_events_for_stores_of_others_and_of_none(server):
    theirs = 'bbbbbbbb-0000-4000-8000-000000000001'
    assert server.add_events(theirs, '{"eventName": "Mine"}')['accepted'] == 1
    assert count(server.client(account='222222222222'), store=theirs) == 2
    path = '/_trailpond/event-data-stores/99999999-0000-4000-8000-000000000001/events'
    status, body, _ = server.request('POST', path, '{}')
    assert (status, body['__type']) == (404, 'EventDataStoreNotFoundException')
    status, body, _ = server.request('POST', '/_trailpond/event-data-stores/aaaaaaaa-0000-4000-8000-000000000002/events', '{}')
    assert (status, body['__type']) == (409, 'InactiveEventDataStoreException')
    assert server.request('POST', f'/_trailpond/event-data-stores/{STORE}/events?account=222222222222', '{}')[0] == 404


def test_a_query_sees_what_was_there_at_its_start(server, client):
    query = client.start_query(QueryStatement=f"SELECT count(*) AS n, 'stay queued' AS q FROM {STORE}")['QueryId']
    server.add_events(STORE, '{"eventName": "Later"}')
    server.request('POST', f'/_trailpond/queries/{query}/release')
    while client.describe_query(QueryId=query)['QueryStatus'] != 'FINISHED':
        pass
    assert client.get_query_results(QueryId=query)['QueryResultRows'][0][0] == {'n': '5'}


def test_reset_goes_back_to_the_seed(server, client):
    server.add_events(STORE, '{"eventName": "New"}')
    client.create_event_data_store(Name='new-store')
    client.update_event_data_store(EventDataStore=STORE, Name='renamed')
    query = client.start_query(QueryStatement=f"SELECT 'stay running' FROM {STORE}")['QueryId']
    server.reset()
    assert count(client) == 5
    assert client.get_event_data_store(EventDataStore=STORE)['Name'] == 'events'
    assert len(client.list_event_data_stores()['EventDataStores']) == 7
    with pytest.raises(client.exceptions.QueryIdNotFoundException):
        client.describe_query(QueryId=query)


def test_a_scenario_beside_what_is_there(server, client):
    text = """
event_data_stores:
  - {name: added, id: ffffffff-0000-4000-8000-000000000001, events: [{inline: [{eventName: Added}]}]}
"""
    status, body, _ = server.request('POST', '/_trailpond/scenario', text)
    assert status == 200, body
    assert (body['stores_created'], body['events']['accepted']) == (1, 1)
    assert count(client, store='ffffffff-0000-4000-8000-000000000001') == 1
    assert count(client) == 5
    assert server.request('POST', '/_trailpond/scenario', text)[1]['stores_already_there'] == 1
    server.reset()
    assert len(client.list_event_data_stores()['EventDataStores']) == 7


def test_a_scenario_in_the_place_of_all(start_server):
    server = start_server()
    client = server.client()
    body = {'event_data_stores': [{'name': 'only', 'events': [{'inline': [{'eventName': 'A'}]}]}]}
    assert server.request('POST', '/_trailpond/scenario?replace=true', body)[0] == 200
    for _ in range(2):
        assert [store['Name'] for store in client.list_event_data_stores()['EventDataStores']] == ['only']
        server.reset()


def test_mistakes_in_a_scenario_are_all_told_and_nothing_is_applied(server, client):
    text = 'event_data_stores:\n  - {name: added}\n  - {nam: x}\nquerys: []\n'
    status, body, _ = server.request('POST', '/_trailpond/scenario', text)
    assert status == 400
    assert len(body['problems']) >= 2
    assert {problem['line'] for problem in body['problems']} >= {3, 4}
    assert all(problem['message'] for problem in body['problems'])
    assert len(client.list_event_data_stores()['EventDataStores']) == 7
    for bad in ('{', '[1, 2', 'a: b: c', '\0'):
        assert server.request('POST', '/_trailpond/scenario', bad)[0] == 400, bad
    assert server.request('POST', '/_trailpond/scenario', '')[0] == 200  # an empty map: nothing to apply


def test_the_clock(start_server):
    server = start_server('empty')
    assert server.request('GET', '/_trailpond/clock')[1]['mode'] == 'real'
    assert server.request('POST', '/_trailpond/clock', {'frozen_at': '2024-05-01T00:00:00Z'})[1] == {
        'now': '2024-05-01T00:00:00.000Z', 'mode': 'frozen'}
    for length, now in (('1h30m', '2024-05-01T01:30:00.000Z'), (90, '2024-05-01T01:31:30.000Z'), (0.5, '2024-05-01T01:31:30.500Z'),
                        ('1d', '2024-05-02T01:31:30.500Z'), (-60, '2024-05-02T01:30:30.500Z')):
        assert server.request('POST', '/_trailpond/clock', {'advance': length})[1]['now'] == now
    assert server.request('POST', '/_trailpond/clock', {'mode': 'real'})[1]['mode'] == 'real'
    for bad in ('', '[]', '{}', {'advance': 'soon'}, {'advance': 1e300}, {'frozen_at': 'x'}, {'mode': 'slow'}, {'advance': None}):
        assert server.request('POST', '/_trailpond/clock', bad)[0] == 400


def test_all_queries_are_listed(server):
    status, body, _ = server.request('GET', '/_trailpond/queries')
    assert status == 200
    assert len(body['queries']) == 6
    assert {'id', 'status', 'statement', 'account', 'region', 'rows', 'created'} <= set(body['queries'][0])


def test_all_stores_are_listed(server):
    _, body, _ = server.request('GET', '/_trailpond/event-data-stores')
    assert {store['account'] for store in body['event_data_stores']} == {'123456789012', '222222222222', '333333333333'}


def test_a_stream_is_read_as_it_comes(server, client):
    line = json.dumps({'eventName': 'Streamed', 'filler': 'x' * 1000}).encode() + b'\n'
    mebibyte = line * ((1 << 20) // len(line))
    each = len(mebibyte) // len(line)
    with server.connect() as connection:
        connection.sendall(f'POST /_trailpond/event-data-stores/{STORE}/events HTTP/1.1\r\nHost: a\r\n'
                           f'Content-Length: {40 * len(mebibyte)}\r\nConnection: close\r\n\r\n'.encode())
        for _ in range(30):
            connection.sendall(mebibyte)
        # What came is there before the rest is sent (parts of 16 MiB: events/intake.hpp).
        end = time.time() + 30
        while count(client, "eventName = 'Streamed'") == 0 and time.time() < end:
            time.sleep(0.05)
        assert 0 < count(client, "eventName = 'Streamed'") <= 30 * each
        for _ in range(10):
            connection.sendall(mebibyte)
        answer = b''.join(iter(lambda: connection.recv(65536), b''))
    assert json.loads(answer.split(b'\r\n\r\n', 1)[1])['accepted'] == 40 * each
    assert count(client, "eventName = 'Streamed'") == 40 * each


def test_a_stream_for_no_store_is_refused_before_its_end(server):
    with server.connect() as connection:
        connection.sendall(b'POST /_trailpond/event-data-stores/99999999-0000-4000-8000-000000000001/events HTTP/1.1\r\n'
                           b'Host: a\r\nContent-Length: 8000000000\r\n\r\n' + b'{}\n' * 1_000_000)
        assert connection.recv(12) == b'HTTP/1.1 404'
