"""The table of operations against the service model of the installed botocore, and against these tests."""
import glob
import gzip
import json
import os
import re

import botocore
import pytest

HERE = os.path.dirname(os.path.abspath(__file__))


@pytest.fixture(scope='module')
def model():
    path = os.path.join(os.path.dirname(botocore.__file__), 'data', 'cloudtrail', '2013-11-01', 'service-2.json.gz')
    with gzip.open(path) as file:
        return json.load(file)


@pytest.fixture
def table(server):
    status, body, _ = server.request('GET', '/_trailpond/operations')
    assert status == 200
    return {operation['name']: operation for operation in body['operations']}


def expand(model, name):
    """A shape of the model in the form of our table."""
    shape = model['shapes'][name]
    out = {'name': name, 'type': shape['type']}
    for key in ('min', 'max', 'pattern', 'enum'):
        if key in shape:
            out[key] = shape[key]
    if shape['type'] == 'structure':
        out['members'] = [{'name': member, 'required': member in shape.get('required', []),
                           'shape': expand(model, value['shape'])} for member, value in shape['members'].items()]
    for ours, theirs in (('item', 'member'), ('item', 'value'), ('key', 'key')):
        if theirs in shape:
            out[ours] = expand(model, shape[theirs]['shape'])
    return out


def test_the_operations_are_those_of_the_model(table, model):
    assert set(table) == set(model['operations'])
    assert len(table) == 60


def test_shapes_and_errors_are_those_of_the_model(table, model):
    for name, operation in model['operations'].items():
        assert table[name]['request'] == expand(model, operation['input']['shape']), name
        assert table[name]['answer'] == expand(model, operation['output']['shape']), name
        assert set(table[name]['errors']) == {error['shape'] for error in operation.get('errors', [])}, name


def test_every_operation_is_called_in_a_test(table):
    text = ''
    for path in glob.glob(os.path.join(HERE, 'test_*.py')):
        with open(path) as file:
            text += file.read()
    for name in table:
        snake = re.sub('(?<!^)(?=[A-Z])', '_', name).lower()
        assert f'.{snake}(' in text, name
