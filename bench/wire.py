#!/usr/bin/env python3
"""What a request costs, how long a start takes, how much memory an idle server has: each beside its limit, against a
bare Beast server that answers a constant (bare_server.cpp), both in the same run.

usage: wire.py [BUILD_FOLDER]     default: build/release
"""
import os
import re
import socket
import statistics
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else os.path.join(ROOT, 'build', 'release')
TRAILPOND, BARE = os.path.join(BUILD, 'trailpond'), os.path.join(BUILD, 'bare_server')
QUERY = '22222222-0000-4000-8000-000000000003'  # FINISHED in the scenario query-lifecycle
CONNECTIONS, REQUESTS, ROUNDS, STARTS = 16, 96_000, 3, 31
RECORDED, RECORDED_ROUNDS = 9_600, 12
LIMIT_CPU, LIMIT_START, LIMIT_MEMORY = 1.2, 3.0, 20.0

# As boto3 sends it.
BODY = b'{"QueryId": "%s"}' % QUERY.encode()
REQUEST = (b'POST / HTTP/1.1\r\nHost: 127.0.0.1:4585\r\nAccept-Encoding: identity\r\n'
           b'X-Amz-Target: com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.DescribeQuery\r\n'
           b'Content-Type: application/x-amz-json-1.1\r\n'
           b'User-Agent: Boto3/1.44.5 md/Botocore#1.44.5 ua/2.1 os/linux#6.1 md/arch#x86_64 lang/python#3.11.7\r\n'
           b'X-Amz-Date: 20240510T120000Z\r\n'
           b'Authorization: AWS4-HMAC-SHA256 Credential=123456789012/20240510/us-east-1/cloudtrail/aws4_request, '
           b'SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=' + b'0' * 64 + b'\r\n'
           b'amz-sdk-invocation-id: 6c3c8a5e-0f5e-4c8e-9a39-0a4a3c1d2e3f\r\namz-sdk-request: attempt=1\r\n'
           b'Content-Length: %d\r\n\r\n' % len(BODY)) + BODY


def start(command):
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    port = int(re.search(r'http://[\d.]+:(\d+)', process.stdout.readline()).group(1))
    return process, port


def cpu_seconds(pid):
    with open(f'/proc/{pid}/stat') as file:
        fields = file.read().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


def connect(port):
    connection = socket.create_connection(('127.0.0.1', port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def drive(connections, requests):
    for _ in range(requests // len(connections)):
        for connection in connections:
            connection.sendall(REQUEST)
        for connection in connections:
            answer = connection.recv(65536)
            if not answer.startswith(b'HTTP/1.1 200') or not answer.endswith(b'}'):
                raise SystemExit(f'not an answer: {answer[:300]}')


def cost(process, connections, requests=REQUESTS):
    """Microseconds of the server's CPU a request, and requests a second."""
    before, began = cpu_seconds(process.pid), time.time()
    drive(connections, requests)
    return (cpu_seconds(process.pid) - before) / requests * 1e6, requests / (time.time() - began)


def compare(prepare=lambda port: None):
    """The least CPU of a DescribeQuery by server, and requests a second; `prepare` is called with trailpond's port before."""
    servers = {'bare': start([BARE, '0']), 'trailpond': start([TRAILPOND, '--port', '0', '--threads', '1',
                                                             '--scenario', 'query-lifecycle'])}
    prepare(servers['trailpond'][1])
    connections = {name: [connect(port) for _ in range(CONNECTIONS)] for name, (_, port) in servers.items()}
    best = {}
    for name in servers:
        drive(connections[name], 4000)
    for _ in range(ROUNDS):
        for name, (process, _) in servers.items():
            found = cost(process, connections[name])
            best[name] = min(best.get(name, found), found)
    for process, _ in servers.values():
        process.terminate()
        process.wait()
    return best


def measure_cpu():
    best = compare()
    (bare, _), (ours, rate) = best['bare'], best['trailpond']
    return report('DescribeQuery, server CPU a request', f'{ours:.1f} us, bare {bare:.1f} us, {rate:.0f} a second',
                  ours / bare, LIMIT_CPU, 'x')


def measure_recording():
    """The same where each call is recorded as an event: a server records 10,000 calls that read at once, then fewer than come
    here, so that each round has a server of its own."""
    costs = {'bare': [], 'trailpond': []}
    for _ in range(RECORDED_ROUNDS):
        for name, command in (('bare', [BARE, '0']), ('trailpond', [TRAILPOND, '--port', '0', '--threads', '1', '--scenario', 'query-lifecycle'])):
            process, port = start(command)
            connections = [connect(port) for _ in range(CONNECTIONS)]
            drive(connections, 160)
            costs[name].append(cost(process, connections, RECORDED)[0])
            process.terminate()
            process.wait()
    bare, ours = (statistics.mean(costs[name]) for name in ('bare', 'trailpond'))
    return report('the same, each call recorded', f'{ours:.1f} us, bare {bare:.1f} us', ours / bare, LIMIT_CPU, 'x')


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def first_answer(command, port, path):
    """Seconds from exec to the first answer 200."""
    request = f'GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n'.encode()
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        while time.perf_counter() - began < 10:
            try:
                with socket.create_connection(('127.0.0.1', port), timeout=5) as connection:
                    connection.sendall(request)
                    if connection.recv(4096).startswith(b'HTTP/1.1 200'):
                        return time.perf_counter() - began
            except OSError:
                pass
            time.sleep(0.0001)
        raise SystemExit('no answer')
    finally:
        process.terminate()
        process.wait()


def measure_start():
    times = {'bare': [], 'trailpond': []}
    for _ in range(STARTS):
        port = free_port()
        times['bare'].append(first_answer([BARE, str(port)], port, '/'))
        port = free_port()
        times['trailpond'].append(first_answer([TRAILPOND, '--port', str(port)], port, '/_trailpond/ready'))
    bare, ours = (statistics.median(times[name]) * 1000 for name in ('bare', 'trailpond'))
    return report('exec to the first answered /_trailpond/ready', f'{ours:.1f} ms, bare {bare:.1f} ms', ours / bare,
                  LIMIT_START, 'x')


def measure_memory():
    process, _ = start([TRAILPOND, '--port', '0'])
    time.sleep(1)
    with open(f'/proc/{process.pid}/status') as file:
        kib = int(re.search(r'VmRSS:\s+(\d+)', file.read()).group(1))
    process.terminate()
    process.wait()
    return report('resident memory, idle, default scenario', f'{kib} KiB', kib / 1024, LIMIT_MEMORY, ' MiB')


def report(what, found, value, limit, unit):
    print(f'{what}: {found}: {value:.2f}{unit}, limit {limit}{unit}: {"ok" if value <= limit else "OVER"}', flush=True)
    return value <= limit


if __name__ == '__main__':
    results = [measure_cpu(), measure_recording(), measure_start(), measure_memory()]
    sys.exit(0 if all(results) else 1)
