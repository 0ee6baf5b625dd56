"""The process: options, starting, ending."""
import json
import os
import signal
import subprocess
import time

import pytest

from server import BINARY, Server


def run(*arguments, environment=None, text=None):
    return subprocess.run([BINARY, *arguments], capture_output=True, text=True, timeout=30, input=text,
                          env={**os.environ, **(environment or {})})


def test_three_lines_and_a_query_to_paste(start_server):
    server = start_server('getting-started')
    assert server.url in server.lines[0] and 'ready' in server.lines[0]
    store = server.client().list_event_data_stores()['EventDataStores'][0]
    assert store['Name'] in server.lines[1] and store['EventDataStoreArn'].split('/')[1] in server.lines[1]
    assert 'start-query' in server.lines[2] and server.url in server.lines[2]
    statement = server.lines[2].split('--query-statement ')[1].split('"')[1]
    assert server.client().start_query(QueryStatement=statement)['QueryId']


@pytest.mark.parametrize('scenario', [None, 'getting-started', 'query-lifecycle', 'empty'])
def test_ready_made_scenarios(start_server, scenario):
    server = start_server(scenario)
    stores = server.client().list_event_data_stores()['EventDataStores']
    assert (len(stores) == 0) == (scenario == 'empty')


def test_version_and_help():
    assert run('--version').stdout.startswith('trailpond ')
    shown = run('--help')
    assert shown.returncode == 0
    for option in ('--host', '--port', '--scenario', '--data', '--threads', '--workers', '--verify-signatures', '--access-key',
                   '--log-level', '--allowed-host', '--healthcheck', 'sql'):
        assert option in shown.stdout
    assert 'TRAILPOND_PORT' in shown.stdout


@pytest.mark.parametrize('arguments', [
    ['--nonsense'], ['--port', 'x'], ['--port', '70000'], ['--threads', '0'], ['--access-key', 'x'], ['extra'],
    ['--log-level', 'loud'], ['sql']])
def test_mistakes_on_the_command_line(arguments):
    ended = run(*arguments)
    assert ended.returncode == 2
    assert ended.stderr


def test_mistakes_in_a_scenario_stop_the_start(tmp_path):
    path = tmp_path / 'scenario.yaml'
    path.write_text('event_data_stores:\n  - {name: okay}\n  - {nam: x}\nquerys: []\n')
    ended = run('--port', '0', '--scenario', str(path))
    assert ended.returncode == 2
    assert f'{path}:3:' in ended.stderr and f'{path}:4:' in ended.stderr
    assert ended.stdout == ''
    assert run('--port', '0', '--scenario', 'no-such-file.yaml').returncode == 2


def test_a_port_in_use(start_server):
    server = start_server('empty')
    ended = run('--port', str(server.port))
    assert ended.returncode == 1
    assert 'in use' in ended.stderr and '--port' in ended.stderr


def test_healthcheck(start_server):
    server = start_server('empty')
    assert run('--healthcheck', '--port', str(server.port)).returncode == 0
    assert run('--healthcheck', environment={'TRAILPOND_PORT': str(server.port), 'TRAILPOND_HOST': '0.0.0.0'}).returncode == 0
    server.stop()
    assert run('--healthcheck', '--port', str(server.port)).returncode == 1


def test_sql_batch():
    ended = run('sql', '--batch', text='{"id": "1", "sql": "SELECT 1 + 1"}\n')
    assert ended.returncode == 0
    assert json.loads(ended.stdout)['rows'] == [['2']]


def test_a_flag_wins_over_its_variable(start_server):
    server = start_server('empty', environment={'TRAILPOND_SCENARIO': 'getting-started', 'TRAILPOND_PORT': '1'})
    assert server.client().list_event_data_stores()['EventDataStores'] == []


@pytest.mark.parametrize('number', [signal.SIGTERM, signal.SIGINT])
def test_stops_at_a_signal(number):
    server = Server()
    idle = server.connect()
    client = server.client()
    client.start_query(QueryStatement="SELECT 'stay running' FROM aaaaaaaa-0000-4000-8000-000000000001")
    half = server.connect()
    half.sendall(b'POST / HT')
    before = time.time()
    server.process.send_signal(number)
    assert server.process.wait(timeout=20) == 0
    assert time.time() - before < 8  # half a request is waited for: 5 s at most
    idle.close()
    half.close()


def test_stops_at_once_when_idle():
    server = Server()
    server.client().list_event_data_stores()
    idle = server.connect()
    before = time.time()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(timeout=20) == 0
    assert time.time() - before < 1.5
    idle.close()


def test_several_io_threads(start_server):
    server = start_server('service.yaml', '--threads', '4', '--workers', '2')
    client = server.client()
    from concurrent.futures import ThreadPoolExecutor
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: client.list_event_data_stores(), range(400)))


def test_a_folder_of_scenarios(start_server, tmp_path):
    (tmp_path / 'a.yaml').write_text('event_data_stores: [{name: first}]')
    (tmp_path / 'b.json').write_text('{"event_data_stores": [{"name": "second"}]}')
    server = start_server(str(tmp_path))
    assert [s['Name'] for s in server.client().list_event_data_stores()['EventDataStores']] == ['first', 'second']
