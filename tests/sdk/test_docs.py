"""The pages of docs/ that begin with <!-- trailpond ARGUMENTS -->, run as they are written against a server that is started so. EXPORTS is
a folder of the test's own. The examples of the other pages have tests of their own (test_control_api, test_console, test_delivery_page)."""
import glob
import os
import re

import pytest

from examples import run_examples
from server import ROOT

DOCS = os.path.join(ROOT, 'docs')
PAGES = sorted(os.path.relpath(page, DOCS) for page in glob.glob(os.path.join(DOCS, '**', '*.md'), recursive=True))


def arguments_of(page):
    with open(os.path.join(DOCS, page), encoding='utf-8') as file:
        mark = re.match(r'<!-- trailpond (.*?)-->', file.readline())
    return mark.group(1).split() if mark else None


@pytest.mark.parametrize('page', [page for page in PAGES if arguments_of(page) is not None])
def test_the_examples_of_a_page(start_server, tmp_path, page):
    exports = str(tmp_path / 'exports')
    server = start_server(None, *[exports if each == 'EXPORTS' else each for each in arguments_of(page)])
    assert run_examples(page, server, str(tmp_path)) > 0


def test_every_ready_made_scenario_has_its_page():
    names = {os.path.basename(path)[:-5] for path in glob.glob(os.path.join(ROOT, 'fixtures', 'scenarios', '*.yaml'))}
    assert names == {os.path.basename(page)[:-3] for page in PAGES if os.path.dirname(page) == 'scenarios'}
