#!/usr/bin/env python3
"""What scenarios cost: DescribeQuery with 20 faults and 20 scripts beside a bare Beast server; reset, snapshot and restore of an
account with 500,000 events while 8 clients work in other accounts; seeding 100,000 events from a folder beside Boost.JSON's parse of
the same text (each in one run).

usage: scenarios.py [BUILD_FOLDER]     default: build/release
"""
import http.client
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time

from wire import BUILD, TRAILPOND, compare, first_answer, free_port, report, start

LIMIT_RULES, LIMIT_MS, LIMIT_SEED = 1.4, 5.0, 1.0
EVENTS, SEEDED, CLIENTS, TURNS = 500_000, 100_000, 8, 21
ACCOUNT = '123456789012'

RULES = {
    'faults': [{'name': f'f{n}', 'match': {'operation': ['StartQuery', 'ListQueries', 'DescribeQuery'][n % 3], 'account': f'{n:012}'},
                'error': 'ThrottlingException'} for n in range(20)],
    'query_scripts': [{'name': f's{n}', 'match': {'contains': f'/* {n} */'}, 'running_for': '1s'} for n in range(20)],
}


def post(port, path, body=None):
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=120)
    connection.request('POST', '/_trailpond/v1/' + path, None if body is None else json.dumps(body))
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != 200:
        raise SystemExit(f'{path}: {answer.status} {text[:300]}')
    connection.close()


def measure_rules():
    best = compare(lambda port: post(port, 'scenario', RULES))
    (bare, _), (ours, _) = best['bare'], best['trailpond']
    return report('DescribeQuery with 20 faults and 20 scripts, server CPU', f'{ours:.1f} us, bare {bare:.1f} us', ours / bare,
                  LIMIT_RULES, 'x')


def work(port, account, stop):
    """A client of another account: makes a store, asks for it, deletes it."""
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=60)

    def call(operation, **body):
        connection.request('POST', '/', json.dumps(body), {
            'X-Amz-Target': 'CloudTrail_20131101.' + operation, 'Content-Type': 'application/x-amz-json-1.1',
            'Authorization': f'AWS4-HMAC-SHA256 Credential={account}/20240510/us-east-1/cloudtrail/aws4_request, SignedHeaders=host, Signature=0'})
        return json.loads(connection.getresponse().read())
    number = 0
    while not stop.is_set():
        number += 1
        made = call('CreateEventDataStore', Name=f'store-{number}', TerminationProtectionEnabled=False)
        call('ListEventDataStores')
        if 'EventDataStoreArn' in made:
            call('DeleteEventDataStore', EventDataStore=made['EventDataStoreArn'])
        if number % 50 == 0:
            post(port, f'reset?account={account}')


def measure_isolation(folder):
    scenario = os.path.join(folder, 'large.yaml')
    with open(scenario, 'w') as file:
        json.dump({'event_data_stores': [{'name': 'large', 'events': [{'generate': {
            'shape': ['describe-instances', 'console-login', 'get-object'], 'count': EVENTS, 'over': '30d'}}]}]}, file)
    process, port = start([TRAILPOND, '--port', '0', '--scenario', scenario, '--no-record-calls'])
    stop = multiprocessing.Event()
    clients = [multiprocessing.Process(target=work, args=(port, f'{n + 1:012}', stop)) for n in range(CLIENTS)]
    results = []
    try:
        for busy in (False, True):
            if busy:
                for client in clients:
                    client.start()
                time.sleep(0.5)
            times = {'reset': [], 'snapshot': [], 'restore': []}
            for _ in range(TURNS):
                for what, path in (('snapshot', f'snapshots/a?account={ACCOUNT}'), ('restore', 'snapshots/a/restore'),
                                   ('reset', f'reset?account={ACCOUNT}')):
                    began = time.perf_counter()
                    post(port, path)
                    times[what].append((time.perf_counter() - began) * 1000)
            for what, found in times.items():
                median = statistics.median(found)
                where = f'{CLIENTS} clients in other accounts' if busy else 'nobody else'
                results.append(report(f'{what} of an account with {EVENTS:,} events, {where}',
                                      f'median of {TURNS}, {max(found):.1f} ms at most', median, LIMIT_MS, ' ms'))
    finally:
        stop.set()
        for client in clients:
            if client.is_alive():
                client.join()
        process.terminate()
        process.wait()
    return all(results)


def measure_seeding(folder):
    """The events as files of a folder that is mounted; parsed alone by Boost.JSON in events_bench."""
    events = os.path.join(folder, 'events.ndjson')
    scenario = os.path.join(folder, 'made.yaml')
    with open(scenario, 'w') as file:
        json.dump({'event_data_stores': [{'name': 'made', 'events': [{'generate': {
            'shape': ['describe-instances', 'console-login', 'get-object'], 'count': SEEDED, 'over': '30d'}}]}]}, file)
    exported = subprocess.Popen([TRAILPOND, '--port', str(port := free_port()), '--scenario', scenario], stdout=subprocess.PIPE, text=True)
    exported.stdout.readline()
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=120)
    connection.request('GET', '/_trailpond/v1/scenario')
    state = json.loads(connection.getresponse().read())
    exported.terminate()
    exported.wait()
    mounted = os.path.join(folder, 'scenarios.d')
    os.mkdir(mounted)
    with open(events, 'w') as file:
        file.write(state['event_data_stores'][0]['events'][0]['inline'])
    os.rename(events, os.path.join(mounted, 'events.ndjson'))
    with open(os.path.join(mounted, 'scenario.yaml'), 'w') as file:
        json.dump({'event_data_stores': [{'name': 'seeded', 'events': [{'files': 'events.ndjson'}]}]}, file)
    parsed = float(subprocess.run([os.path.join(BUILD, 'events_bench'), '--parse', os.path.join(mounted, 'events.ndjson')],
                                  capture_output=True, text=True, check=True).stdout)
    times = []
    for _ in range(5):
        port = free_port()
        times.append(first_answer([TRAILPOND, '--port', str(port), '--scenario', mounted], port, '/_trailpond/ready'))
    ready = statistics.median(times)
    return report(f'ready with {SEEDED:,} events of a folder', f'{ready * 1000:.0f} ms, Boost.JSON alone {parsed * 1000:.0f} ms',
                  ready - parsed, LIMIT_SEED, ' s more')


if __name__ == '__main__':
    with tempfile.TemporaryDirectory() as made:
        done = [measure_rules(), measure_isolation(made), measure_seeding(made)]
    sys.exit(0 if all(done) else 1)
