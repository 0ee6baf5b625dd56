"""Runs the examples of a page in docs/ as they are written.

A block of sh is run by a shell, one of python by Python, one of sql by the server; a block of yaml is a scenario and is checked. The
block of json or text right behind it is what it prints: of sql, a line for each row, with | between the values. In JSON, what is not
named is not compared, and the text "..." stands for any value; in text, a line that is only "..." stands for any lines, and ... within
a line for any characters. http://127.0.0.1:4585 stands for the server that the test has started, and trailpond for the binary.
"""
import json
import os
import re
import subprocess
import sys

from server import BINARY, ROOT, rows_of

KINDS = ('sh', 'python', 'sql', 'yaml')
BLOCK = re.compile(r'^```(\w+)[^\n]*\n(.*?)^```$', re.M | re.S)


def examples_of(page):
    """Gives (place, kind, script, kind and text of what it prints, or None) for each example of a page."""
    with open(os.path.join(ROOT, 'docs', page), encoding='utf-8') as file:
        text = file.read()
    blocks = list(BLOCK.finditer(text))
    found = []
    for i, block in enumerate(blocks):
        if block.group(1) not in KINDS:
            continue
        following = blocks[i + 1] if i + 1 < len(blocks) else None
        printed = None
        if following and following.group(1) not in KINDS and not text[block.end():following.start()].strip():
            printed = (following.group(1), following.group(2))
        place = f'{page}:{text.count(chr(10), 0, block.start()) + 1}'
        found.append((place, block.group(1), block.group(2), printed))
    return found


def check_json(place, wanted, given, path='$'):
    if wanted == '...':
        return
    if isinstance(wanted, dict):
        assert isinstance(given, dict), (place, path, given)
        for key, value in wanted.items():
            assert key in given, (place, f'{path}.{key}', given)
            check_json(place, value, given[key], f'{path}.{key}')
    elif isinstance(wanted, list):
        assert isinstance(given, list), (place, path, given)
        rest = wanted[:-1] if wanted and wanted[-1] == '...' else wanted
        assert len(given) == len(rest) or rest is not wanted and len(given) >= len(rest), (place, path, given)
        for i, value in enumerate(rest):
            check_json(place, value, given[i], f'{path}[{i}]')
    else:
        assert wanted == given, (place, path, wanted, given)


def check_text(place, wanted, given):
    pattern = ''
    for line in wanted.splitlines():
        pattern += r'(?:.*\n)*?' if line.strip() == '...' else re.escape(line).replace(r'\.\.\.', '.*') + r'\n'
    assert re.fullmatch(pattern, given if given.endswith('\n') or not given else given + '\n'), (place, wanted, given)


def print_example(place, kind, script, server, folder, environment):
    """Runs one example; answers what it prints."""
    if kind == 'sql':
        return ''.join('|'.join(value for _, value in row) + '\n' for row in rows_of(server.client(), script))
    if kind == 'yaml':
        with open(os.path.join(folder, 'example.yaml'), 'w', encoding='utf-8') as file:
            file.write(script)
    command = {'sh': ['sh', '-e', '-c', script], 'python': [sys.executable, '-c', script],
               'yaml': [BINARY, 'scenario', 'check', os.path.join(folder, 'example.yaml')]}[kind]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, (place, script, done.stdout, done.stderr)
    return done.stdout


def run_examples(page, server, folder):
    """Runs all examples of a page, in their order, against a server; `folder` is where they may write."""
    examples = examples_of(page)
    tools = os.path.join(folder, 'bin')
    os.makedirs(tools, exist_ok=True)
    if not os.path.lexists(os.path.join(tools, 'trailpond')):
        os.symlink(os.path.abspath(BINARY), os.path.join(tools, 'trailpond'))
    environment = {**os.environ, 'PATH': f'{tools}:{os.environ["PATH"]}'}
    for place, kind, script, printed in examples:
        script = script.replace('127.0.0.1:4585', f'127.0.0.1:{server.port}')
        said = print_example(place, kind, script, server, folder, environment)
        if printed and printed[0] == 'json':
            check_json(place, json.loads(printed[1]), json.loads(said))
        elif printed:
            check_text(place, printed[1], said)
    return len(examples)
