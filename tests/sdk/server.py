"""The real binary on a free port, and clients for it."""
import gzip
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time

import boto3
from botocore.config import Config

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BINARY = os.environ.get('TRAILPOND_BINARY', os.path.join(ROOT, 'build', 'dev', 'trailpond'))
ACCOUNT = '123456789012'
REGION = 'us-east-1'
V1 = '/_trailpond/v1'


class Server:
    def __init__(self, scenario='service.yaml', *arguments, environment=None, wrapper=()):
        if scenario and scenario.endswith('.yaml'):
            scenario = os.path.join(HERE, 'scenarios', scenario)
        command = [*wrapper, BINARY, '--port', '0', *(['--scenario', scenario] if scenario else []), *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        env={**os.environ, **(environment or {})})
        self.lines = []
        line = self.process.stdout.readline()
        found = re.search(r'http://[\d.]+:(\d+)', line)
        if not found:
            raise RuntimeError(line + self.process.communicate(timeout=10)[1])
        self.lines = [line, self.process.stdout.readline(), self.process.stdout.readline()]
        self.port = int(found.group(1))
        self.url = f'http://127.0.0.1:{self.port}'
        # Nobody reads on: a full pipe must not hold the server up.
        for pipe in (self.process.stdout, self.process.stderr):
            threading.Thread(target=lambda p=pipe: [None for _ in p], daemon=True).start()

    def client(self, account=ACCOUNT, region=REGION, secret='any', validate=True, **config):
        return boto3.client('cloudtrail', endpoint_url=self.url, region_name=region, aws_access_key_id=account,
                            aws_secret_access_key=secret,
                            config=Config(retries={'max_attempts': 0}, parameter_validation=validate, **config))

    def request(self, method, path, body=None, headers=None):
        """Answers (status, JSON or text, headers)."""
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=60)
        try:
            if isinstance(body, (dict, list)):
                body = json.dumps(body)
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            text = answer.read()
            try:
                text = json.loads(text)
            except ValueError:
                pass
            return answer.status, text, answer.headers
        finally:
            connection.close()

    def call(self, operation, body='{}', target=None, headers=None):
        """Calls an operation without an SDK; answers (status, JSON, headers)."""
        target = target if target is not None else f'CloudTrail_20131101.{operation}'
        return self.request('POST', '/', body, {'X-Amz-Target': target,
                                                'Content-Type': 'application/x-amz-json-1.1', **(headers or {})})

    def connect(self):
        connection = socket.create_connection(('127.0.0.1', self.port), timeout=30)
        return connection

    def ping(self):
        status, body, _ = self.request('GET', '/_trailpond/health')
        assert status == 200, body

    def reset(self):
        assert self.request('POST', '/_trailpond/reset')[0] == 200

    def advance(self, length):
        status, body, _ = self.request('POST', '/_trailpond/clock', {'advance': length})
        assert status == 200, body

    def add_events(self, store, text, packed=False):
        body = gzip.compress(text.encode()) if packed else text.encode()
        status, report, _ = self.request('POST', f'/_trailpond/event-data-stores/{store}/events', body)
        assert status == 200, report
        return report

    def happen(self, events, query=''):
        """Lets events happen in an account; answers who took them."""
        status, report, _ = self.request('POST', '/_trailpond/events' + query, '\n'.join(json.dumps(event) for event in events))
        assert status == 200 and (report['accepted'], report['rejected']) == (len(events), 0), report
        return report

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                return self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.kill()
                raise
        return self.process.returncode


def get(server, path, status=200):
    """What our own API answers to a GET."""
    found, body, _ = server.request('GET', V1 + path)
    assert found == status, body
    return body


def plain(answer):
    """An answer without what boto3 adds."""
    return {key: value for key, value in answer.items() if key != 'ResponseMetadata'}


def wait_for_end(client, query_id=None, seconds=30, **by_alias):
    """Waits for a query that is named by its id, or as DescribeQuery does."""
    end = time.time() + seconds
    while time.time() < end:
        answer = client.describe_query(**({'QueryId': query_id} if query_id else by_alias))
        if answer['QueryStatus'] not in ('QUEUED', 'RUNNING'):
            return answer
    raise AssertionError('still ' + answer['QueryStatus'])


def wait_for_status(client, query_id, status, seconds=10):
    end = time.time() + seconds
    while time.time() < end:
        found = client.describe_query(QueryId=query_id)['QueryStatus']
        if found == status:
            return
    raise AssertionError(f'{found}, not {status}')


def rows_of(client, statement, **more):
    """Runs a statement to its end; answers its rows as lists of (key, text)."""
    query_id = client.start_query(QueryStatement=statement, **more)['QueryId']
    ended = wait_for_end(client, query_id)
    assert ended['QueryStatus'] == 'FINISHED', ended
    rows, token = [], {}
    while True:
        page = client.get_query_results(QueryId=query_id, **token)
        rows += [[item for cell in row for item in cell.items()] for row in page['QueryResultRows']]
        if 'NextToken' not in page:
            return rows
        token = {'NextToken': page['NextToken']}
