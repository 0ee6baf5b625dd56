#!/usr/bin/env python3
"""What a whole small query costs the server's processor: StartQuery, DescribeQuery and GetQueryResults over 300 events, one connection,
beside three requests of a bare Beast server that answers a constant (bare_server.cpp), both in the same run.

usage: small_query.py [BUILD_FOLDER]     default: build/release
"""
import itertools
import json
import os
import sys
import tempfile
import time

import wire

STORE = 'aaaaaaaa-0000-4000-8000-000000000001'
SERVICES = ['s3', 'ec2', 'iam', 'sts', 'kms']
NUMBERS = itertools.count()
EVENTS, QUERIES, ROUNDS = 300, 1_000, 3
LIMIT_MS = 0.35


def events():
    for number in range(EVENTS):
        service = SERVICES[number % len(SERVICES)]
        yield {'eventVersion': '1.08', 'eventID': f'{number:08}-0000-4000-8000-000000000000', 'eventTime': f'2024-05-{number % 28 + 1:02}T12:00:00Z',
               'eventSource': f'{service}.amazonaws.com', 'eventName': f'Get{service.title()}{number % 7}', 'awsRegion': 'us-east-1',
               'sourceIPAddress': f'192.0.2.{number % 200}', 'userAgent': 'aws-cli/2.15', 'eventType': 'AwsApiCall', 'readOnly': True,
               'managementEvent': True, 'recipientAccountId': '123456789012', 'eventCategory': 'Management',
               'userIdentity': {'type': 'IAMUser', 'userName': f'user{number % 12}', 'accountId': '123456789012'}}


def request(operation, members):
    body = json.dumps(members).encode()
    head = wire.REQUEST.split(b'Content-Length')[0].replace(b'DescribeQuery', operation.encode())
    return head + b'Content-Length: %d\r\n\r\n' % len(body) + body


def ask(connection, operation, **members):
    connection.sendall(request(operation, members))
    answer = connection.recv(65536)
    while not answer.endswith(b'}'):
        answer += connection.recv(65536)
    head, body = answer.split(b'\r\n\r\n', 1)
    if not head.startswith(b'HTTP/1.1 200'):
        raise SystemExit(f'not an answer: {answer[:300]}')
    return json.loads(body)


def post(port, path, body):
    connection = wire.connect(port)
    connection.sendall(b'POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n' % (path.encode(), len(body)) + body)
    answer = connection.recv(65536)
    if not answer.startswith(b'HTTP/1.1 20'):
        raise SystemExit(f'{path}: {answer[:500]}')


def next_statement():
    """The same work, but never the same text: nothing that is kept of a statement helps."""
    name = f'n{next(NUMBERS)}'
    return (f"SELECT eventName, count(*) AS {name} FROM {STORE} WHERE eventSource <> 'kms.amazonaws.com' GROUP BY eventName "
            f'ORDER BY {name} DESC, 1 LIMIT 10')


def whole_query(connection):
    query = ask(connection, 'StartQuery', QueryStatement=next_statement())['QueryId']
    state = 'QUEUED'
    while state in ('QUEUED', 'RUNNING'):
        time.sleep(0.003)  # mostly it is finished by then: one DescribeQuery is enough
        state = ask(connection, 'DescribeQuery', QueryId=query)['QueryStatus']
    rows = ask(connection, 'GetQueryResults', QueryId=query)['QueryResultRows']
    if state != 'FINISHED' or len(rows) != 10:
        raise SystemExit(f'{state}, {len(rows)} rows')


def measure():
    bare, bare_port = wire.start([wire.BARE, '0'])
    with tempfile.TemporaryDirectory() as folder:
        scenario = os.path.join(folder, 'small.yaml')
        with open(scenario, 'w') as file:
            json.dump({'event_data_stores': [{'id': STORE, 'name': 'small'}]}, file)
        ours, port = wire.start([wire.TRAILPOND, '--port', '0', '--threads', '1', '--scenario', scenario])
    post(port, f'/_trailpond/v1/event-data-stores/{STORE}/events', '\n'.join(json.dumps(event) for event in events()).encode())
    connections = wire.connect(port), wire.connect(bare_port)
    for _ in range(100):
        whole_query(connections[0])
    best, bare_best = float('inf'), float('inf')
    for _ in range(ROUNDS):
        before = wire.cpu_seconds(ours.pid)
        for _ in range(QUERIES):
            whole_query(connections[0])
        best = min(best, (wire.cpu_seconds(ours.pid) - before) / QUERIES * 1e3)
        bare_best = min(bare_best, wire.cost(bare, connections[1:], 3 * QUERIES)[0] * 3 / 1e3)
    for process in (ours, bare):
        process.terminate()
        process.wait()
    return wire.report('a whole small query, server CPU', f'{best:.3f} ms, three bare requests {bare_best:.3f} ms', best, LIMIT_MS, 'ms')


if __name__ == '__main__':
    sys.exit(0 if measure() else 1)
