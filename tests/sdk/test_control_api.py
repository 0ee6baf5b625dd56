"""The versioned API /_trailpond/v1: strict, listed, described."""
import json
import subprocess
import sys

import pytest

from examples import run_examples
from server import ROOT, V1, get

STORE = 'aaaaaaaa-0000-4000-8000-000000000001'


def test_the_examples_of_the_page(server, tmp_path):
    assert run_examples('control-api.md', server, tmp_path) > 3


def test_the_reference_is_up_to_date(server):
    """After a change of the table: tools/control_reference URL."""
    assert subprocess.run([sys.executable, ROOT + '/tools/control_reference', '--check', server.url]).returncode == 0


@pytest.mark.parametrize('method, path, body, status, code, nearest', [
    ('GET', '/clock?nwo=1', None, 400, 'unknown_parameter', None),
    ('GET', '/queries?acount=123456789012', None, 400, 'unknown_parameter', 'account'),
    ('GET', '/queries?account=12', None, 400, 'invalid_parameter', None),
    ('GET', '/queries?region=US', None, 400, 'invalid_parameter', None),
    ('GET', '/queries?limit=0', None, 400, 'invalid_parameter', None),
    ('GET', '/queries?limit=1001', None, 400, 'invalid_parameter', None),
    ('GET', '/queries?limit=1&limit=1', None, 400, 'invalid_parameter', None),
    ('GET', '/queries?status=GONE', None, 400, 'invalid_parameter', None),
    ('POST', '/clock', '{"advanc": 1}', 400, 'unknown_member', 'advance'),
    ('POST', '/clock', '{"advance": "soon"}', 400, 'invalid_member', None),
    ('POST', '/clock', '{"advance": 1e300}', 400, 'invalid_member', None),
    ('POST', '/clock', '{"advance": "99999d"}', 400, 'invalid_member', None),
    ('POST', '/clock', '{"mode": "real", "advance": 1}', 400, 'invalid_member', None),
    ('POST', '/clock', '{}', 400, 'invalid_member', None),
    ('POST', '/clock', '[]', 400, 'invalid_json', None),
    ('POST', '/clock', '{', 400, 'invalid_json', None),
    ('POST', '/clock', '[' * 1000, 400, 'invalid_json', None),
    ('POST', '/clock', 'x' * 70_000, 413, 'body_too_large', None),
    ('POST', '/reset', '{"a": 1}', 400, 'unexpected_body', None),
    ('POST', '/scenario?replac=true', '', 400, 'unknown_parameter', 'replace'),
    ('POST', '/scenario?replace=yes', '', 400, 'invalid_parameter', None),
    ('POST', '/scenario', 'querys: []', 400, 'invalid_scenario', None),
    ('POST', '/events?acount=1', '{}', 400, 'unknown_parameter', 'account'),
    ('POST', '/event-data-stores/none/events', '{}', 404, 'event_data_store_not_found', None),
    ('POST', '/event-data-stores/aaaaaaaa-0000-4000-8000-000000000002/events', '{}', 409, 'wrong_state', None),
    ('GET', '/queries/none', None, 404, 'query_not_found', None),
    ('GET', '/queries/none/explain', None, 404, 'query_not_found', None),
    ('POST', '/queries/none/release', None, 404, 'query_not_found', None),
    ('GET', '/event-data-stores/none', None, 404, 'event_data_store_not_found', None),
    ('GET', f'/event-data-stores/{STORE}?account=222222222222', None, 404, 'event_data_store_not_found', None),
    ('GET', '/nothing', None, 404, 'not_found', None),
    ('GET', '/clock/', None, 404, 'not_found', None),
    ('GET', '/reset', None, 405, 'method_not_allowed', None),
    ('DELETE', '/clock', None, 405, 'method_not_allowed', None)])
def test_what_is_wrong_is_told_in_one_form(server, method, path, body, status, code, nearest):
    found, answer, headers = server.request(method, V1 + path, body)
    assert (found, answer['code'], answer.get('nearest')) == (status, code, nearest), answer
    assert answer['message'].endswith(('.', '?')) or status == 404
    assert headers['Content-Type'] == 'application/json'
    if status == 405:
        assert headers['Allow']


def test_an_id_of_several_regions_is_ambiguous(server):
    store = 'dddddddd-0000-4000-8000-000000000009'
    for region in ('us-east-1', 'eu-west-1'):
        assert server.request('POST', V1 + '/scenario', {'event_data_stores': [
            {'name': 'twin', 'id': store, 'region': region}]})[0] == 200
    assert get(server, f'/event-data-stores/{store}', 409)['code'] == 'ambiguous_id'
    assert get(server, f'/event-data-stores/{store}?region=eu-west-1')['region'] == 'eu-west-1'


def test_queries_of_one_id_in_two_regions(start_server, tmp_path):
    query, store = 'dddddddd-0000-4000-8000-000000000001', 'eeeeeeee-0000-4000-8000-00000000000'
    scenario = {'query_scripts': [{'name': 'held', 'match': {'contains': 'SELECT'}, 'queued_for': 'until_released'}],
                'event_data_stores': [{'name': f'store-{i}', 'id': store + str(i), 'region': region}
                                      for i, region in enumerate(('us-east-1', 'eu-west-1'))],
                'queries': [{'id': query, 'region': region, 'store': f'store-{i}', 'status': 'RUNNING',
                             'statement': f'SELECT {i} FROM {store}{i}'} for i, region in enumerate(('us-east-1', 'eu-west-1'))]}
    (tmp_path / 'twins.yaml').write_text(json.dumps(scenario))
    server = start_server(str(tmp_path / 'twins.yaml'))
    for path in ('', '/explain', '/wait?timeout=1ms'):
        assert get(server, f'/queries/{query}{path}', 409)['code'] == 'ambiguous_id'
    assert get(server, f'/queries/{query}/explain?region=eu-west-1')['statement'].startswith('SELECT 1')
    assert server.request('POST', f'{V1}/queries/{query}/release?region=eu-west-1')[1]['region'] == 'eu-west-1'
    assert get(server, f'/queries/{query}?region=us-east-1')['status'] == 'RUNNING'


@pytest.mark.parametrize('path, key', [('/queries', 'queries'), ('/event-data-stores', 'event_data_stores'), ('/operations', 'operations')])
def test_pages_of_a_list(server, path, key):
    whole = get(server, path + '?limit=1000')
    assert 'next' not in whole
    found, more = [], ''
    while True:
        page = get(server, f'{path}?limit=2{more}')
        assert len(page[key]) <= 2
        found += page[key]
        if 'next' not in page:
            break
        more = '&next=' + page['next']
    assert found == whole[key] and len(found) > 4


def test_a_list_of_one_account(server):
    stores = get(server, '/event-data-stores?account=222222222222')['event_data_stores']
    assert stores and {store['account'] for store in stores} == {'222222222222'}
    assert [query['status'] for query in get(server, '/queries?status=FAILED')['queries']] == ['FAILED']


def test_the_clock_takes_what_it_answers(start_server):
    server = start_server('empty')
    for setting in ({'frozen_at': '2024-05-01T00:00:00Z'}, {'mode': 'real'}):
        assert server.request('POST', V1 + '/clock', setting)[0] == 200
        shown = get(server, '/clock')
        assert server.request('POST', V1 + '/clock', shown)[:2] == (200, shown) or shown['mode'] == 'real'
        assert get(server, '/clock')['mode'] == shown['mode']


def test_the_schema_of_a_store(server):
    schema = get(server, f'/event-data-stores/{STORE}/schema')
    columns = {column['name']: column['type'] for column in schema['columns']}
    assert columns['eventname'] == 'varchar' and columns['eventtime'] == 'timestamp(3)'
    assert columns['useridentity'].startswith('row(type varchar')


def test_the_functions_of_statements(server):
    functions = get(server, '/functions?limit=1000')['functions']
    names = {function['name'] for function in functions}
    assert {'abs', 'json_extract_scalar', 'count', 'approx_percentile', 'date_trunc'} <= names and len(functions) > 200
    assert all(function['signature'].startswith(function['name'] + '(') for function in functions)
    assert {function['name'] for function in functions if function['aggregates']} >= {'count', 'sum', 'max_by'}
