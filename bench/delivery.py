#!/usr/bin/env python3
"""Delivery of a large result beside gzip: the processor's time, and the memory at its peak. Into a folder, and to a server that speaks
as S3 does and forgets what it gets. A number over its limit fails the run.

usage: delivery.py [--bytes 1000000000] [--binary FILE] [--folder FOLDER]

  --bytes N      about how many bytes of CSV the result has
  --binary FILE  default: build/release/trailpond
  --folder DIR   where the data goes, for the time of the run (4 GB); default: a temporary folder
"""
import argparse
import glob
import http.client
import http.server
import json
import multiprocessing
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
import zlib

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LEAST_SPEED = 0.7  # of gzip's
MOST_MEMORY = 100e6
TICKS = os.sysconf('SC_CLK_TCK')
CHUNK = 1 << 20


class Forgetful(http.server.BaseHTTPRequestHandler):
    """The part of S3 that takes objects, and forgets them."""
    protocol_version = 'HTTP/1.1'

    def answer_any(self):
        left = int(self.headers.get('Content-Length', 0))
        while left:
            left -= len(self.rfile.read(min(left, CHUNK)))
        text = b'<x><UploadId>1</UploadId></x>' if self.path.endswith('?uploads=') else b''
        self.send_response(200)
        self.send_header('ETag', '"0"')
        self.send_header('Content-Length', str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_PUT = do_POST = do_DELETE = answer_any

    def log_message(self, *ignored):
        pass


def forget(port):
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Forgetful)
    port.put(server.server_port)
    server.serve_forever()


class Server:
    def __init__(self, binary, *arguments):
        self.process = subprocess.Popen([binary, '--port', '0', '--no-record-calls', '--workers', '1', *arguments], stdout=subprocess.PIPE, text=True)
        self.port = int(re.search(r'http://[\d.]+:(\d+)', self.process.stdout.readline()).group(1))
        self.store = re.search(r'[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}', self.process.stdout.readline()).group(0)

    def call(self, operation, **arguments):
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=60)
        connection.request('POST', '/', json.dumps(arguments), {'X-Amz-Target': 'CloudTrail_20131101.' + operation, 'Content-Type': 'application/x-amz-json-1.1'})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        if answer.status != 200:
            raise SystemExit(f'{operation}: {text[:300]}')
        return json.loads(text)

    def seconds(self):
        """The processor's time so far."""
        with open(f'/proc/{self.process.pid}/stat') as file:
            fields = file.read().rsplit(')', 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def peak(self):
        with open(f'/proc/{self.process.pid}/status') as file:
            return int(re.search(r'VmHWM:\s+(\d+)', file.read()).group(1)) * 1024

    def stop(self):
        self.process.terminate()
        self.process.wait()


def statement(store, times):
    """Each event so many times."""
    return ('SELECT e.eventTime, e.eventName, e.eventSource, e.awsRegion, e.sourceIPAddress, e.userAgent, e.userIdentity.arn, '
            f'e.requestParameters, CAST(uuid() AS varchar) AS id FROM {store} AS e '
            f'CROSS JOIN UNNEST(sequence(1, {times // 10})) AS t(n) CROSS JOIN UNNEST(sequence(1, 10)) AS u(m)')


def deliver(server, times):
    """Runs the statement and waits for its delivery; answers the processor's and the wall's seconds."""
    query = server.call('StartQuery', QueryStatement=statement(server.store, times), DeliveryS3Uri='s3://results-bucket')['QueryId']
    while (state := server.call('DescribeQuery', QueryId=query))['QueryStatus'] in ('QUEUED', 'RUNNING'):
        time.sleep(0.02)
    began, used = time.perf_counter(), server.seconds()
    while (state := server.call('DescribeQuery', QueryId=query))['DeliveryStatus'] == 'PENDING':
        time.sleep(0.05)
    if state['DeliveryStatus'] != 'SUCCESS':
        raise SystemExit(f'not delivered: {state}')
    return server.seconds() - used, time.perf_counter() - began


def inflate_to(path, found):
    """Writes the files of a result as one text; answers its bytes."""
    total = 0
    with open(path, 'wb') as out:
        for each in found:
            with open(each, 'rb') as file:
                inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
                while piece := file.read(CHUNK):
                    total += out.write(inflater.decompress(piece))
    return total


def gzip_seconds(path):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    subprocess.run(['gzip', '-c', path], stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, time.perf_counter() - began


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--bytes', type=int, default=1_000_000_000)
    parser.add_argument('--binary', default=os.path.join(ROOT, 'build', 'release', 'trailpond'))
    parser.add_argument('--folder')
    given = parser.parse_args()
    port = multiprocessing.Queue()
    sink = multiprocessing.Process(target=forget, args=(port,), daemon=True)
    sink.start()
    missed = False
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        os.environ['TMPDIR'] = folder
        # A small result tells how many rows are needed.
        server = Server(given.binary, '--export-dir', os.path.join(folder, 'small'))
        deliver(server, 10)
        server.stop()
        small = inflate_to(os.path.join(folder, 'text'), glob.glob(os.path.join(folder, 'small', '**', '*.gz'), recursive=True))
        times = max(10, given.bytes * 10 // small)
        runs = []
        for what, arguments in (('into a folder', ('--export-dir', os.path.join(folder, 's3'))),
                                ('to a server', ('--s3-endpoint', f'http://127.0.0.1:{port.get()}'))):
            server = Server(given.binary, *arguments)
            runs.append((what, *deliver(server, times), server.peak()))
            server.stop()
        text = os.path.join(folder, 'text')
        total = inflate_to(text, sorted(glob.glob(os.path.join(folder, 's3', '**', '*.gz'), recursive=True)))
        alone, alone_wall = gzip_seconds(text)
    print(f'{total / 1e6:.0f} MB of CSV; gzip: {alone:.1f} s of the processor ({alone_wall:.1f} s)')
    for what, used, wall, peak in runs:
        speed = alone / used
        bad = speed < LEAST_SPEED or peak > MOST_MEMORY
        missed |= bad
        print(f'{what}: {used:.1f} s ({wall:.1f} s), {speed:.2f} x gzip\'s speed (limit {LEAST_SPEED}), peak {peak / 1e6:.0f} MB resident '
              f'(limit {MOST_MEMORY / 1e6:.0f}){"  MISSED" if bad else ""}')
    return 1 if missed else 0


if __name__ == '__main__':
    sys.exit(main())
