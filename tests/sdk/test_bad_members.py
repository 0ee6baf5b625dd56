"""Each member of each request, wrong in each way, made from the table that the server runs by: the answer is always an error
that the operation declares, InvalidParameterException or SerializationException, never a 5xx, and nothing is changed."""
import json

import pytest

GENERAL = {'InvalidParameterException', 'SerializationException'}
# A value of each kind that fits, where the shape has no narrower rule.
FITTING = {'string': 'abc', 'integer': 1, 'long': 1, 'boolean': True, 'timestamp': 1714521600, 'float': 0.5, 'double': 0.5, 'blob': 'YWJj'}
BY_NAME = {'UUID': '99999999-0000-4000-8000-000000000001', 'AccountId': '123456789012', 'RefreshId': '1234567890', 'TimeOfDay': '09:30',
           'InsightsMetricDataEventSource': 's3.amazonaws.com'}


def fitting(shape):
    """A value that fits a shape, with the required members alone."""
    kind = shape['type']
    if kind == 'structure':
        return {member['name']: fitting(member['shape']) for member in shape.get('members', []) if member['required']}
    if kind == 'list':
        return [fitting(shape['item'])] * max(1, shape.get('min', 1))
    if kind == 'map':
        return {}
    if 'enum' in shape:
        return shape['enum'][0]
    if kind == 'string':
        for part, value in (('[a-f0-9', BY_NAME['UUID']), (r'\d+', '123456789012'), ('amazonaws', 's3.amazonaws.com'), ('s3://', 's3://bucket')):
            if part in shape.get('pattern', ''):
                return value
        return 'a' * max(3, shape.get('min', 3))
    return max(FITTING[kind], shape.get('min', 0)) if kind in ('integer', 'long') else FITTING[kind]


def wrong_values(shape):
    """Values that do not fit a shape, each for a reason of its own."""
    kind = shape['type']
    yield from ({'structure': [1, 'text', []], 'list': [1, 'text', {}], 'map': [1, 'text', []], 'string': [1, True, [], {}],
                 'boolean': [1, 'true', []], 'timestamp': ['yesterday', [], True], 'blob': [1, []]}.get(kind, ['1', [], {}, True]))
    if kind == 'structure':
        for member in shape.get('members', []):
            if member['required']:
                yield {key: value for key, value in fitting(shape).items() if key != member['name']}
            for wrong in wrong_values(member['shape']):
                yield {**fitting(shape), member['name']: wrong}
    elif kind == 'list':
        if shape.get('min', 0) > 0:
            yield []
        if 'max' in shape:
            yield [fitting(shape['item'])] * (shape['max'] + 1)
        for wrong in wrong_values(shape['item']):
            yield [wrong]
    elif kind == 'map':
        for wrong in wrong_values(shape['item']):
            yield {'a-key': wrong}
    elif 'enum' in shape:
        yield from ('Nothing', '')
    elif kind == 'string':
        if shape.get('min', 0) > 0:
            yield ''
        if 'max' in shape:
            yield 'a' * (shape['max'] + 1)
    elif kind in ('integer', 'long'):
        yield from (shape[bound] + step for bound, step in (('min', -1), ('max', 1)) if bound in shape)
        yield 0.5


@pytest.fixture(scope='module')
def operations(shared_server):
    return shared_server.request('GET', '/_trailpond/operations')[1]['operations']


def everything(server):
    """What the lists of the account show."""
    return [server.call(name)[1] for name in ('ListEventDataStores', 'ListChannels', 'ListDashboards', 'ListTrails', 'ListImports')]


def test_each_member_wrong_in_each_way(server, operations):
    before = everything(server)
    tried = 0
    for operation in operations:
        name, shape = operation['name'], operation['request']
        allowed = GENERAL | set(operation['errors'])
        for wrong in wrong_values(shape):
            status, body, _ = server.call(name, json.dumps(wrong))
            assert status == 400 and body['__type'] in allowed and body['message'], (name, str(wrong)[:200], body)
            tried += 1
    assert tried > 1500
    assert everything(server) == before


def test_null_counts_as_absent(server, operations):
    for operation in operations:
        name, shape = operation['name'], operation['request']
        for member in shape.get('members', []):
            status, body, _ = server.call(name, json.dumps({member['name']: None}))
            absent_status, absent, _ = server.call(name, '{}')
            assert (status, body.get('__type')) == (absent_status, absent.get('__type')), (name, member['name'])
