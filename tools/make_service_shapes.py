#!/usr/bin/env python3
"""Writes the facts of the CloudTrail service model that the server goes by, with botocore installed:

  make_service_shapes.py shapes > server/api/service_shapes.hpp
      members, required, lengths, ranges, patterns, enumerated values of requests and answers
  make_service_shapes.py operations > server/api/service_operations.hpp
      each operation's name, request, answer and declared errors

The tables are checked in; tests/sdk/test_table.py compares them with the botocore that is installed.
"""
import gzip
import json
import os
import re
import sys

import botocore

KINDS = {'integer': 'kInteger', 'long': 'kLong', 'float': 'kFloat', 'double': 'kDouble',
         'boolean': 'kBoolean', 'timestamp': 'kTimestamp', 'blob': 'kBlob'}


def load_model():
    folder = os.path.join(os.path.dirname(botocore.__file__), 'data', 'cloudtrail', '2013-11-01')
    with gzip.open(os.path.join(folder, 'service-2.json.gz')) as file:
        return json.load(file)


def quote(text):
    return json.dumps(text)


def bounds(shape):
    low, high = shape.get('min'), shape.get('max')
    return ', '.join('kNoBound' if bound is None else str(bound) for bound in (low, high))


class Printer:
    def __init__(self, model):
        self.shapes = model['shapes']
        self.done = set()

    def print(self, name):
        if name in self.done:
            return
        self.done.add(name)
        shape = self.shapes[name]
        kind = shape['type']
        if kind == 'structure':
            self.print_structure(name, shape)
        elif kind == 'list':
            item = shape['member']['shape']
            self.print(item)
            self.line(name, f'list("{name}", k{item}, {bounds(shape)})')
        elif kind == 'map':
            key, value = shape['key']['shape'], shape['value']['shape']
            self.print(key)
            self.print(value)
            self.line(name, f'map("{name}", k{key}, k{value}, {bounds(shape)})')
        elif 'enum' in shape:
            values = ', '.join(quote(value) for value in shape['enum'])
            print(f'inline constexpr std::string_view k{name}Values[] = {{{values}}};')
            self.line(name, f'one_of("{name}", k{name}Values)')
        elif kind == 'string':
            pattern = shape.get('pattern')
            tail = f', R"({pattern})"' if pattern else ''
            self.line(name, f'text("{name}", {bounds(shape)}{tail})')
        else:
            self.line(name, f'scalar("{name}", ShapeKind::{KINDS[kind]}, {bounds(shape)})')

    def print_structure(self, name, shape):
        members = shape['members']
        if not members:
            self.line(name, f'structure("{name}")')
            return
        rows = []
        for member, value in members.items():
            self.print(value['shape'])
            required = ', kRequired' if member in shape.get('required', []) else ''
            rows.append(f'{{"{member}", &k{value["shape"]}{required}}}')
        print(f'inline constexpr Member k{name}Members[] = {{{", ".join(rows)}}};')
        self.line(name, f'structure("{name}", k{name}Members)')

    @staticmethod
    def line(name, value):
        print(f'inline constexpr Shape k{name} = {value};')


def error_kinds():
    """The enumerators of engine/error.hpp, by the name on the wire."""
    path = os.path.join(os.path.dirname(__file__), '..', 'engine', 'error.hpp')
    with open(path) as file:
        return {name: kind for kind, name in re.findall(r'X\((k\w+), "(\w+)"', file.read())}


def print_head(include):
    print('#pragma once')
    print('// Made by tools/make_service_shapes.py from the service model 2013-11-01 in botocore '
          f'{botocore.__version__}.')
    print(f'#include "server/api/{include}.hpp"\n')


def print_shapes(model):
    print_head('shapes')
    print('namespace trailpond::api::shapes {\n')
    printer = Printer(model)
    for operation in model['operations'].values():
        printer.print(operation['input']['shape'])
        printer.print(operation['output']['shape'])
    print('\n}  // namespace trailpond::api::shapes')


def print_operations(model):
    kinds = error_kinds()
    print_head('declared')
    print('#include "server/api/service_shapes.hpp"\n')
    print('namespace trailpond::api::declared {\n')
    print('using enum engine::ErrorKind;\n')
    for name, operation in sorted(model['operations'].items()):
        errors = ', '.join(kinds[error['shape']] for error in operation.get('errors', []))
        print(f'inline constexpr DeclaredOperation k{name} = {{"{name}", &shapes::k{operation["input"]["shape"]}, '
              f'&shapes::k{operation["output"]["shape"]}, {{{errors}}}}};')
    print('\n}  // namespace trailpond::api::declared')


if __name__ == '__main__':
    {'shapes': print_shapes, 'operations': print_operations}[sys.argv[1]](load_model())
