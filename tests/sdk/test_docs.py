"""The examples in docs/, as they are written. A page that begins with <!-- trailpond ARGUMENTS --> is run against such a server:
its Python as it stands, its SQL with the rows that stand below it, its shell commands with `trailpond` in the path. The address of
the server in an example is that of the README; EXPORTS is a folder of its own."""
import glob
import os
import re
import subprocess
import sys

import pytest

from server import BINARY, ROOT, Server, rows_of

PAGES = sorted(glob.glob(os.path.join(ROOT, 'docs', '**', '*.md'), recursive=True))
MARK = re.compile(r'<!-- trailpond (.*?)-->')


def arguments_of(text):
    mark = MARK.match(text)
    return mark.group(1).split() if mark else None


def blocks_of(text):
    """The examples: (language, text, the block of plain text that follows or None)."""
    found = re.findall(r'```(\w+)\n(.*?)```', text, re.S)
    for place, (language, code) in enumerate(found):
        following = found[place + 1] if place + 1 < len(found) else None
        yield language, code, following[1] if following and following[0] == 'text' else None


RUN = [page for page in PAGES if arguments_of(open(page).read()) is not None]


@pytest.mark.parametrize('page', RUN, ids=[os.path.relpath(page, ROOT) for page in RUN])
def test_the_examples_of_a_page(page, tmp_path):
    text = open(page).read()
    exports = str(tmp_path / 'exports')
    arguments = [exports if each == 'EXPORTS' else each for each in arguments_of(text)]
    server = Server(None, *arguments)
    bin_folder = tmp_path / 'bin'
    bin_folder.mkdir()
    os.symlink(BINARY, bin_folder / 'trailpond')
    environment = {**os.environ, 'PATH': f'{bin_folder}:{os.environ["PATH"]}', 'EXPORTS': exports}
    count = 0
    try:
        for language, code, expected in blocks_of(text):
            code = code.replace('127.0.0.1:4585', f'127.0.0.1:{server.port}')
            if language == 'sql':
                rows = rows_of(server.client(), code)
                assert ['|'.join(value for _, value in row) for row in rows] == expected.splitlines(), code
            elif language in ('python', 'sh'):
                command = [sys.executable, '-c', code] if language == 'python' else ['sh', '-euc', code]
                done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60)
                assert done.returncode == 0, code + done.stdout + done.stderr
                if expected is not None:
                    assert done.stdout == expected, code
            elif language == 'yaml':
                path = tmp_path / 'example.yaml'
                path.write_text(code)
                done = subprocess.run([BINARY, 'scenario', 'check', str(path)], capture_output=True, text=True, cwd=tmp_path)
                assert done.returncode == 0, code + done.stderr
            else:
                continue
            count += 1
    finally:
        assert server.stop() == 0
    assert count, 'a page with a mark has an example'


def test_every_ready_made_scenario_has_its_page():
    names = {os.path.basename(path)[:-5] for path in glob.glob(os.path.join(ROOT, 'fixtures', 'scenarios', '*.yaml'))}
    pages = {os.path.basename(page)[:-3] for page in PAGES if os.path.basename(os.path.dirname(page)) == 'scenarios'}
    assert names == pages
