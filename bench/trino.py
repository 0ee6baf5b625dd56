#!/usr/bin/env python3
"""What the way through us costs where a Trino cluster computes: each number beside its limit.

  tools/trino_cluster start --workers 0
  bench/trino.py [--binary build/release/trailpond] [--events 500000] [--only groups]

Exports events of our own making into the cluster's lake, then asks the same texts of Trino by a bare reader of its client
protocol (its own Python client, where the package `trino` is installed, is shown beside it) and of us: StartQuery, a look every
10 ms until it has ended, all pages of GetQueryResults. The two take turns; the medians are compared. With TRINO_THREADS=1
`tools/trino_cluster start --workers 1` and `--workers 2` show what a worker more does: `--only groups` asks the GROUP BY alone.
"""
import argparse
import http.client
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STORE = '00000000-0000-4000-8000-00000000000b'
ACCOUNT = '123456789012'
SCENARIO = """
event_data_stores:
  - name: bench
    id: {store}
    events: [{events}]
"""
GROUPS = 'SELECT eventSource, eventName, count(*) AS n FROM {table} GROUP BY eventSource, eventName ORDER BY n DESC'
ROWS = 'SELECT eventID, eventName, eventTime FROM {table} CROSS JOIN UNNEST(sequence(1, {times})) AS t (i)'
LARGE = "SELECT eventID, rpad(eventName, 1000, 'x') AS wide FROM {table} CROSS JOIN UNNEST(sequence(1, {times})) AS t (i)"


class Bare:
    """Reads Trino's client protocol, and nothing else."""

    def __init__(self, url):
        parts = urllib.parse.urlparse(url)
        self.connection = http.client.HTTPConnection(parts.hostname, parts.port)

    def rows(self, sql):
        headers = {'X-Trino-User': 'bench', 'X-Trino-Time-Zone': 'UTC'}
        self.connection.request('POST', '/v1/statement', sql, headers)
        count = 0
        while True:
            answer = json.loads(self.connection.getresponse().read())
            if 'error' in answer:
                raise RuntimeError(answer['error']['message'])
            count += len(answer.get('data', ()))
            if 'nextUri' not in answer:
                return count
            self.connection.request('GET', urllib.parse.urlparse(answer['nextUri']).path, headers=headers)


def own_client(url):
    """Trino's own client for Python; None where it is not installed."""
    here = sys.path.pop(0)  # this file has the package's name
    try:
        import trino.dbapi as trino_client
    except ImportError:
        return None
    finally:
        sys.path.insert(0, here)
    parts = urllib.parse.urlparse(url)

    def rows(sql):
        cursor = trino_client.connect(host=parts.hostname, port=parts.port, user='bench').cursor()
        cursor.execute(sql)
        return sum(1 for _ in cursor)
    return rows


class Ours:
    def __init__(self, binary, scenario, url):
        environment = {**os.environ, 'TRAILPOND_TRINO_CATALOG': 'lake', 'TRAILPOND_TRINO_SCHEMA': 'bench'}
        self.process = subprocess.Popen([binary, '--port', '0', '--scenario', scenario, '--trino', url], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True, env=environment)
        self.port = int(re.search(r':(\d+) ', self.process.stdout.readline()).group(1))
        self.connection = http.client.HTTPConnection('127.0.0.1', self.port)

    def call(self, operation, body):
        self.connection.request('POST', '/', json.dumps(body), {
            'X-Amz-Target': 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.' + operation,
            'Content-Type': 'application/x-amz-json-1.1',
            'Authorization': f'AWS4-HMAC-SHA256 Credential={ACCOUNT}/20240101/us-east-1/cloudtrail/aws4_request, '
                             'SignedHeaders=host, Signature=0'})
        answer = json.loads(self.connection.getresponse().read())
        if '__type' in answer:
            raise RuntimeError(answer)
        return answer

    def rows(self, sql):
        self.connection.close()  # one that has waited may have been let go
        query = {'QueryId': self.call('StartQuery', {'QueryStatement': sql})['QueryId']}
        while True:
            state = self.call('DescribeQuery', query)
            if state['QueryStatus'] not in ('QUEUED', 'RUNNING'):
                break
            time.sleep(0.01)
        if state['QueryStatus'] != 'FINISHED':
            raise RuntimeError(state)
        count, page = 0, self.call('GetQueryResults', query)
        while True:
            count += len(page['QueryResultRows'])
            if 'NextToken' not in page:
                return count
            page = self.call('GetQueryResults', {**query, 'NextToken': page['NextToken']})

    def peak_memory_mb(self):
        text = Path(f'/proc/{self.process.pid}/status').read_text()
        return int(re.search(r'VmHWM:\s+(\d+)', text).group(1)) / 1000


def timed(call):
    start = time.perf_counter()
    rows = call()
    return time.perf_counter() - start, rows


def compare(name, ours, theirs, sql, table, limit, times):
    """Asks us and them in turn, times each; prints the medians and the best."""
    mine, other = [], []
    for turn in range(times):
        pair = [lambda: mine.append(timed(lambda: ours.rows(sql.replace('{table}', STORE)))),
                lambda: other.append(timed(lambda: theirs(sql.replace('{table}', table))))]
        for ask in pair if turn % 2 else reversed(pair):
            ask()
    assert {rows for _, rows in mine} == {rows for _, rows in other}, (mine, other)
    middle, best = (lambda taken: statistics.median(time for time, _ in taken)), (lambda taken: min(time for time, _ in taken))
    verdict = 'ok' if middle(mine) <= limit * middle(other) else 'MISSED'
    print(f'{name}: {mine[0][1]} rows, median of {times} {middle(mine):.3f} s, theirs {middle(other):.3f} s: {middle(mine) / middle(other):.3f} x '
          f'(limit {limit} x) {verdict}; best {best(mine):.3f} s, {best(other):.3f} s: {best(mine) / best(other):.3f} x; '
          f'load {os.getloadavg()[0]:.1f}', flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--binary', default=str(ROOT / 'build/release/trailpond'))
    parser.add_argument('--url', default='http://127.0.0.1:8086')
    parser.add_argument('--lake', default=os.environ.get('TRINO_LAKE', '/var/tmp/trino-476-lake'))
    parser.add_argument('--events', type=int, default=500_000)
    parser.add_argument('--runs', type=int, default=7, help='of the GROUP BY')
    parser.add_argument('--only', choices=['groups'])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        full, empty = Path(folder, 'full.yaml'), Path(folder, 'empty.yaml')
        full.write_text(SCENARIO.format(store=STORE, events=f'{{generate: {{shape: [list-buckets, create-bucket, console-login, assume-role, create-user], count: {options.events}, over: 10d, '
                                                            'until: "2024-05-11T00:00:00Z"}}'))
        empty.write_text(SCENARIO.format(store=STORE, events=''))
        start = time.perf_counter()
        subprocess.run([options.binary, 'export', '--scenario', full, '--to', options.lake + '/bench', '--catalog', 'lake',
                        '--schema', 'bench', '--location', 'local:///bench'], check=True)
        print(f'export of {options.events} events: {time.perf_counter() - start:.1f} s')
        subprocess.run([ROOT / 'tools/trino_cluster', 'load', options.lake + '/bench'], check=True)
        ours, bare = Ours(options.binary, str(empty), options.url), Bare(options.url)
        try:
            table = 'lake.bench.bench'
            bare.rows(GROUPS.format(table=table))  # the cluster is warm now
            client = own_client(options.url)
            compare('GROUP BY, a bare reader', ours, bare.rows, GROUPS, table, 1.05, options.runs)
            if client:
                compare('GROUP BY, the Python client of Trino', ours, client, GROUPS, table, 1.05, options.runs)
            if options.only == 'groups':
                return
            million = ROWS.replace('{times}', str(max(1, 1_000_000 // options.events)))
            compare('1,000,000 rows, a bare reader', ours, bare.rows, million, table, 1.2, 3)
            if client:
                compare('1,000,000 rows, the Python client of Trino', ours, client, million, table, 1.2, 3)
            giga = LARGE.replace('{times}', str(max(1, 1_000_000 // options.events)))
            taken, rows = timed(lambda: ours.rows(giga.replace('{table}', STORE)))
            peak = ours.peak_memory_mb()
            print(f'{rows} rows of 1 kB: {taken:.1f} s, memory at its peak {peak:.1f} MB (limit 60 MB) {"ok" if peak < 60 else "MISSED"}')
        finally:
            ours.process.terminate()
            ours.process.wait()


if __name__ == '__main__':
    sys.exit(main())
