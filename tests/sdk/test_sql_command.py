"""`trailpond sql`: statements without a server, over the events of a scenario."""
import csv
import io
import json
import os
import subprocess

import pytest

from server import BINARY, wait_for_end

STORE = 'aaaaaaaa-0000-4000-8000-000000000001'
EVENTS = [
    {'eventName': 'ConsoleLogin', 'awsRegion': 'us-east-1', 'eventTime': '2024-05-01T10:00:00Z',
     'requestParameters': {'k': 'a,"b"\n'}},
    {'eventName': 'ConsoleLogin', 'awsRegion': 'us-east-1', 'eventTime': '2024-05-02T10:00:00Z', 'errorCode': 'AccessDenied'},
    {'eventName': 'PutObject', 'awsRegion': 'eu-west-1', 'eventTime': '2024-05-03T10:00:00Z'},
]


@pytest.fixture(scope='module')
def scenario(tmp_path_factory):
    path = tmp_path_factory.mktemp('sql') / 'scenario.json'
    path.write_text(json.dumps({'event_data_stores': [
        {'name': 'events', 'id': STORE, 'events': [{'inline': EVENTS}]},
        {'name': 'nothing', 'id': STORE[:-1] + '2'}]}))
    return str(path)


@pytest.fixture
def sql(scenario):
    def run(*arguments, text=None):
        return subprocess.run([BINARY, 'sql', *arguments, '--scenario', scenario], capture_output=True, text=True,
                              timeout=60, input=text)
    return run


def test_a_table(sql):
    ended = sql('--query', f'SELECT eventName, count(*) AS n FROM {STORE} GROUP BY eventName ORDER BY n DESC')
    assert (ended.returncode, ended.stderr) == (0, '')
    assert ended.stdout.splitlines() == [' eventName    | n', '--------------+---', ' ConsoleLogin | 2', ' PutObject    | 1',
                                         '(2 rows)']


def test_csv(sql):
    ended = sql('--format', 'csv', '--query',
                f"SELECT eventName, element_at(requestParameters, 'k') AS k, errorCode FROM {STORE} ORDER BY eventTime")
    assert list(csv.reader(io.StringIO(ended.stdout, newline=''))) == [
        ['eventName', 'k', 'errorCode'], ['ConsoleLogin', 'a,"b"\n', ''], ['ConsoleLogin', '', 'AccessDenied'],
        ['PutObject', '', '']]


def test_json_lines(sql):
    ended = sql('--format', 'json', '--query', f'SELECT eventName, errorCode, requestParameters AS p, 1 AS n, 1.5e0 AS x, nan() AS y, '
                f"eventName = 'PutObject' AS b, eventTime AS t FROM {STORE} ORDER BY eventTime LIMIT 1")
    assert [json.loads(line) for line in ended.stdout.splitlines()] == [
        {'eventName': 'ConsoleLogin', 'errorCode': None, 'p': {'k': 'a,"b"\n'}, 'n': 1, 'x': 1.5, 'y': 'NaN', 'b': False,
         't': '2024-05-01 10:00:00.000'}]


def test_parameters(sql):
    ended = sql('--format', 'csv', '--parameter', 'PutObject', '--query', f"SELECT awsRegion FROM {STORE} WHERE eventName = '?'")
    assert ended.stdout.split() == ['awsRegion', 'eu-west-1']
    assert sql('--parameter', 'a', '--parameter', 'b', '--query', f"SELECT awsRegion FROM {STORE} WHERE eventName = '?'").returncode == 1


def test_a_mistake_has_a_caret(sql):
    ended = sql('--query', f'SELECT eventName,\n\tevntTime\nFROM {STORE}')
    assert ended.returncode == 1 and ended.stdout == ''
    assert ended.stderr.splitlines() == ["query:2:2: Column 'evnttime' cannot be resolved", '  \tevntTime', '  \t^']


def test_a_run_that_fails(sql):
    ended = sql('--query', f'SELECT 1 / (length(eventName) - length(eventName)) FROM {STORE}')
    assert ended.returncode == 1
    assert 'Division by zero' in ended.stderr


def test_check(sql, tmp_path):
    good, bad = tmp_path / 'good.sql', tmp_path / 'bad.sql'
    # A store that no scenario has: a repository names the stores of its account.
    good.write_text('-- logins\nSELECT eventName, count(*) AS n\nFROM 99999999-0000-4000-8000-000000000001 GROUP BY 1;\n')
    bad.write_text(f'SELECT eventName FROM {STORE}\nWHERE eventTme > now()\n')
    ended = sql('--check', str(good))
    assert ended.returncode == 0
    assert ended.stdout.splitlines() == [f'{good}: ok', '  eventName varchar', '  n bigint']
    ended = sql('--check', str(good), str(bad))
    assert ended.returncode == 1
    assert f'{good}: ok' in ended.stdout
    assert ended.stderr.splitlines() == [f"{bad}:2:7: Column 'eventtme' cannot be resolved", '  WHERE eventTme > now()', '        ^']
    assert sql('--check', '-', text=bad.read_text()).stderr.startswith('-:2:7: ')
    assert sql('--check', str(tmp_path / 'absent.sql')).returncode == 1


def test_explain(sql):
    ended = sql('--explain', '--query', f"SELECT eventName FROM {STORE} WHERE awsRegion = 'us-east-1'")
    assert ended.returncode == 0
    tree, sqlite, plan = ended.stdout.split('-- ')[1:]
    assert "'us-east-1': varchar" in tree and 'awsregion: varchar' in tree.lower()
    assert 'SELECT' in sqlite and 'VIRTUAL TABLE' in plan


JOINED = (f'WITH failed AS (SELECT awsRegion, eventName FROM {STORE} WHERE errorCode IS NOT NULL) SELECT f.eventName, count(*) AS n '
          f'FROM {STORE} e JOIN failed f ON e.awsRegion = f.awsRegion GROUP BY 1')


def test_explain_prints_the_operators_of_the_plan(sql):
    plan = sql('--explain', '--query', JOINED).stdout.split('-- ')[3].splitlines()
    assert plan[1] == 'OPERATOR o0'
    assert [line.strip().split(':')[0] for line in plan[2:6]] == [
        'GROUP BY s1_2, 1 aggregate', 'HASH JOIN s0_0 = s1_0', 'SCAN s0', 'SCAN s1']


def test_analyze_tells_what_each_step_did(sql):
    pairs = sum(int(line.split(',')[1]) for line in sql('--format', 'csv', '--query', JOINED).stdout.splitlines()[1:])
    ended = sql('--explain', '--analyze', '--query', JOINED)
    assert ended.returncode == 0
    steps = {line[:40].strip(): line[40:].split() for line in ended.stdout.split('-- the run\n')[1].splitlines()}
    assert list(steps) == ["all, with SQLite's part", 'o0 GROUP BY (with its input)', 'o0 HASH JOIN s0, s1', 'o0 SCAN s0']
    assert steps['o0 HASH JOIN s0, s1'][:2] == [str(pairs), 'rows'] and pairs > 0
    assert all(step[1] == 'rows' and step[3] == 'ms' and float(step[2]) >= 0 for step in steps.values())
    assert sql('--analyze', '--query', JOINED).returncode == 2  # it needs --explain


def why(sql, statement):
    ended = sql('--why', '--query', statement)
    assert (ended.returncode, ended.stderr) == (0, '')
    return ended.stdout


def test_why_counts_each_condition_and_names_the_first_that_empties(sql):
    shown = why(sql, f"SELECT * FROM {STORE} WHERE eventTime > '2024-05-01 12:00:00' AND eventName = 'Consolelogin '\n AND awsRegion = 'x'")
    lines = shown.splitlines()
    assert lines[0].endswith(': 3 rows')
    assert lines[1].split()[0] == '2' and '(line 1:' in lines[1]
    assert lines[2].split()[0] == '0' and 'nothing is left' in lines[2] and "eventName = 'Consolelogin '" in lines[2]
    assert '(line 2:6)' in lines[3] and 'nothing is left' not in lines[3]
    assert "'ConsoleLogin' exists: it differs only in case or blanks" in shown
    assert "'PutObject' in 1 row" in shown


@pytest.mark.parametrize('condition, hint', [
    ("eventName = 'ConsolLogin'", "'ConsoleLogin' exists: did you mean that?"),
    ("'consolelogin' = eventName", "'ConsoleLogin' exists"),
    ("awsRegion IN ('us-east-2', 'us-west-2')", "'us-east-1' exists: did you mean that?"),
    ("eventName LIKE 'console%'", "'ConsoleLogin' exists"),
    ("eventName = 'Zzzzzzzzzzzzzzzzzzzz'", 'no value there is like'),
    ("eventTime > '2025-01-01 00:00:00'", 'eventTime goes from 2024-05-01 10:00:00.000 to 2024-05-03 10:00:00.000'),
    ("eventTime BETWEEN '2020-01-01 00:00:00' AND '2020-02-01 00:00:00'", 'eventTime goes from'),
    ("errorMessage = 'x'", 'errorMessage is NULL in all 3 rows'),
    ("errorMessage <> 'x'", 'errorMessage is NULL in all 3 rows'),
    ('eventName = NULL', 'write IS NULL'),
    ('eventName IS NULL', 'eventName is not NULL in all 3 rows'),
    ('errorMessage IS NOT NULL', 'errorMessage is NULL in all 3 rows that reach it.'),
])
def test_why_hints(sql, condition, hint):
    assert hint in why(sql, f'SELECT eventName FROM {STORE} WHERE {condition}')


@pytest.mark.parametrize('statement, shown', [
    # Down into what is empty.
    (f"WITH a AS (SELECT eventName e FROM {STORE} WHERE eventName = 'putobject') SELECT e FROM a WHERE e <> ''", "'PutObject' exists"),
    (f"SELECT e FROM (SELECT eventName e FROM {STORE} WHERE eventName = 'putobject')", "'PutObject' exists"),
    (f'SELECT * FROM {STORE[:-1]}2', 'holds no events'),
    (f'SELECT a.eventName FROM {STORE} a JOIN {STORE} b ON a.eventName = b.awsRegion', 'no pair of 3 rows on the left and 3 rows'),
    (f"SELECT a.eventName FROM {STORE} a JOIN (SELECT * FROM {STORE} WHERE awsRegion = 'x') b ON a.eventName = b.eventName",
     'no value there is like'),
    (f'SELECT r.arn FROM {STORE} CROSS JOIN UNNEST(resources) AS r', 'it gives nothing for any of 3 rows'),
    (f'SELECT eventName FROM {STORE} GROUP BY eventName HAVING count(*) > 1 AND count(*) > 5', 'no group of 2 meets it'),
    (f'SELECT eventName FROM {STORE} LIMIT 0', 'LIMIT 0 takes no row'),
    (f'SELECT eventName FROM {STORE} OFFSET 5', 'OFFSET 5 passes over all 3 rows'),
    (f"SELECT eventName FROM {STORE} WHERE eventName = 'a' UNION SELECT eventName FROM {STORE} WHERE eventName = 'putobject'",
     "'PutObject' exists"),
])
def test_why_in_other_clauses(sql, statement, shown):
    assert shown in why(sql, statement)


def test_why_over_http(server, client):
    query = client.start_query(QueryStatement=f"SELECT eventName FROM {STORE} WHERE eventName = 'consolelogin'")['QueryId']
    wait_for_end(client, query)
    status, body, _ = server.request('GET', f'/_trailpond/queries/{query}/explain')
    assert status == 200
    assert (body['id'], body['status'], body['result_rows']) == (query, 'FINISHED', 0)
    assert body['columns'] == [{'name': 'eventName', 'type': 'varchar'}]
    clause = body['clauses'][0]
    assert clause['clause'] == 'WHERE' and clause['rows'] > 0
    assert clause['conditions'][0]['rows_left'] == 0 and clause['conditions'][0]['line'] == 1
    assert clause['emptied_by'] == clause['conditions'][0]['text'] == "eventName = 'consolelogin'"
    assert clause['hint'] and clause['existing_values']
    assert body['sqlite'].startswith('SELECT') and body['sqlite_plan'] and body['tree'] and body['summary']
    status, body, _ = server.request('GET', '/_trailpond/queries/99999999-0000-4000-8000-000000000001/explain')
    assert (status, body['__type']) == (404, 'QueryIdNotFoundException')


def test_why_of_a_query_that_a_scenario_scripts(server, client):
    _, body, _ = server.request('GET', '/_trailpond/queries')
    for query in body['queries']:
        status, explained, _ = server.request('GET', f"/_trailpond/queries/{query['id']}/explain")
        assert status == 200
        assert explained['problem'] == "The scenario decides how this query ends; no SQL is run for it."


@pytest.mark.parametrize('arguments', [
    [], ['--query', 'SELECT 1', '--batch'], ['--query', 'SELECT 1', '--explain', '--why'],
    ['--query', 'SELECT 1', '--format', 'xml']])
def test_mistakes_on_the_command_line(arguments):
    ended = subprocess.run([BINARY, 'sql', *arguments], capture_output=True, text=True, timeout=30, input='')
    assert ended.returncode == 2 and ended.stderr
