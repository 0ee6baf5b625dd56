"""The console at /_trailpond/ in a real Chromium: each thing that a person does, no error in its log, nothing that axe finds serious.

With SCREENSHOTS=1 the pictures of docs/console.md are taken anew (tools/console_screenshots).
"""
import http.client
import json
import os
import re
import shutil
import tempfile

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from examples import run_examples
from server import HERE, ROOT, Server

AXE = os.path.join(HERE, 'node', 'node_modules', 'axe-core', 'axe.min.js')
V1 = '/_trailpond/v1'
FLAGS = ('--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
         '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage', '--hide-scrollbars', '--lang=en-US')
STORE = 'a1b2c3d4-0000-4000-8000-000000000001'


@pytest.fixture(scope='module')
def downloads():
    with tempfile.TemporaryDirectory() as folder:
        yield folder


@pytest.fixture(scope='module')
def browser(downloads):
    profile = tempfile.mkdtemp()
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which('chromium')
    for flag in (*FLAGS, f'--user-data-dir={profile}'):
        options.add_argument(flag)
    options.add_experimental_option('prefs', {'download.default_directory': downloads})
    options.set_capability('goog:loggingPrefs', {'browser': 'ALL'})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which('chromedriver')))
    driver.execute_cdp_cmd('Browser.grantPermissions', {'permissions': ['clipboardReadWrite', 'clipboardSanitizedWrite']})
    yield driver
    driver.quit()
    shutil.rmtree(profile, ignore_errors=True)


@pytest.fixture(scope='module')
def console_server():
    server = Server('getting-started')
    yield server
    server.stop()


class Page:
    """The console in a browser, as a person uses it."""

    def __init__(self, browser, server, view='query', theme='light', size=(1200, 850)):
        self.browser, self.server = browser, server
        browser.set_window_size(*size)
        browser.get(server.url + '/_trailpond/#' + view)
        browser.execute_script('localStorage.clear(); localStorage.setItem("theme", arguments[0])', theme)
        browser.get('about:blank')
        browser.get_log('browser')
        browser.get(server.url + '/_trailpond/#' + view)
        self.wait(lambda: 'on' in self.one('#live').get_attribute('class'))

    def one(self, selector):
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector):
        return self.browser.execute_script('return document.querySelector(arguments[0])?.innerText ?? ""', selector)

    def wait(self, condition, seconds=10):
        return WebDriverWait(self.browser, seconds, 0.05).until(lambda _: condition())

    def wait_for_text(self, selector, pattern):
        self.wait(lambda: re.search(pattern, self.text(selector)))

    def press(self, selector):
        self.one(selector).click()

    def view(self, name):
        self.press(f'#tab-{name}')

    def write(self, statement):
        """Types a statement in the place of what is there."""
        self.keys(Keys.ESCAPE)
        self.keys(Keys.CONTROL + 'a')
        self.one('#sql').send_keys(statement)

    def keys(self, keys):
        self.one('#sql').send_keys(keys)

    def run(self, statement):
        self.write(statement)
        self.keys(Keys.ESCAPE)
        self.keys(Keys.CONTROL + Keys.ENTER)

    def errors(self):
        return [entry for entry in self.browser.get_log('browser') if entry['level'] in ('SEVERE', 'WARNING')]

    def axe(self):
        """What axe finds serious or worse."""
        with open(AXE, encoding='utf-8') as file:
            self.browser.execute_script(file.read())
        found = self.browser.execute_async_script('axe.run(document).then(arguments[0])')
        return [(each['id'], each['impact'], [node['target'] for node in each['nodes']][:5])
                for each in found['violations'] if each['impact'] in ('serious', 'critical')]


@pytest.fixture
def page(browser, console_server):
    console_server.reset()
    page = Page(browser, console_server)
    yield page
    assert page.errors() == []


# What is served

def test_the_page_asks_nobody_else(server):
    status, body, headers = server.request('GET', '/_trailpond/')
    assert status == 200 and headers['Content-Type'] == 'text/html; charset=utf-8'
    policy = headers['Content-Security-Policy']
    assert "default-src 'none'" in policy and 'unsafe' not in policy
    files = re.findall(r'(?:src|href)="(console/[^"]+)"', body.decode())
    total, seen = len(body), set()
    while files:
        name = files.pop()
        if name not in seen:
            seen.add(name)
            status, content, headers = server.request('GET', '/_trailpond/' + name)
            assert status == 200 and headers['X-Content-Type-Options'] == 'nosniff'
            total += len(content)
            files += ['console/' + other for other in re.findall(r"from '\./([^']+)'", content.decode())]
            assert not re.search(r'https?://(?!www\.w3\.org/2000/svg)', content.decode()), name
    assert len(seen) == 9 and total <= 150_000
    on_disk = {'console/' + name for name in os.listdir(os.path.join(ROOT, 'server', 'console')) if not name.endswith(('pp', 'html'))}
    assert seen == on_disk
    for name in seen:
        with open(os.path.join(ROOT, 'server', name), 'rb') as file:
            assert server.request('GET', '/_trailpond/' + name)[1] == file.read(), name


def test_what_is_not_served(server):
    assert server.request('GET', '/_trailpond')[2]['Location'] == '/_trailpond/'
    for path in ('/_trailpond/console/', '/_trailpond/console/index.html', '/_trailpond/console/../main.cpp', '/_trailpond/console/x.js'):
        connection = http.client.HTTPConnection('127.0.0.1', server.port)
        connection.request('GET', path)
        assert connection.getresponse().status == 404
    status, _, headers = server.request('POST', '/_trailpond/', '')
    assert (status, headers['Allow']) == (405, 'GET, HEAD')
    assert server.request('GET', '/_trailpond/', headers={'Host': 'evil.example.com'})[0] == 403


def test_the_examples_of_the_page(server, tmp_path):
    assert run_examples('console.md', server, tmp_path) == 1


# What a person does

def test_a_statement_and_its_rows(page, downloads):
    page.run(f'SELECT eventName, count(*) AS calls\nFROM {STORE}\nGROUP BY eventName\nORDER BY calls DESC, eventName')
    page.wait_for_text('#results', 'calls')
    header = [cell.text for cell in page.all('#results th')]
    assert header == ['eventName', 'calls']
    rows = [[cell.text for cell in row.find_elements(By.TAG_NAME, 'td')] for row in page.all('#results tbody tr')]
    assert len(rows) > 3 and int(rows[0][1]) >= int(rows[-1][1])
    assert page.text('#state').startswith('FINISHED') and page.text('#results-title') == f'{len(rows)} rows'
    page.press('#copy')
    page.wait_for_text('#toast', 'Copied')
    copied = page.browser.execute_async_script('navigator.clipboard.readText().then(arguments[0])')
    assert copied.splitlines()[0] == 'eventName\tcalls' and len(copied.splitlines()) == len(rows) + 1
    page.press('#csv')
    page.wait(lambda: [name for name in os.listdir(downloads) if name.endswith('.csv')])
    with open(os.path.join(downloads, [name for name in os.listdir(downloads) if name.endswith('.csv')][0]), newline='') as file:
        lines = file.read().split('\r\n')
    assert lines[0] == 'eventName,calls' and lines[1] == ','.join(rows[0])


def test_an_error_is_shown_under_its_place(page):
    page.run(f'SELECT eventName,\n  nosuch\nFROM {STORE}')
    page.wait_for_text('#problem', 'line 2:3')
    lines = page.text('#problem pre').split('\n')
    assert lines == ['  nosuch', '  ^']
    assert page.text('.paint .wrong') == 'nosuch'
    page.errors()  # the browser itself notes an answer of 400
    page.keys(' ')
    page.wait(lambda: not page.all('.paint .wrong'))


def test_highlighting_and_completion(page):
    page.write(f"SELECT upper(eventName), 'a text', 12 -- note\nFROM {STORE} WHERE eventSo")
    kinds = {kind: [mark.get_attribute('textContent') for mark in page.all(f'.paint .{kind}')]
             for kind in ('word', 'text', 'call', 'note', 'number')}
    assert kinds == {'word': ['SELECT', 'FROM', 'WHERE'], 'text': ["'a text'"], 'call': ['upper'], 'note': ['-- note'],
                     'number': ['12', STORE]}
    page.wait(lambda: page.all('#choices li'))
    assert page.all('#choices li')[0].text.startswith('eventSource')
    assert page.one('#sql').get_attribute('aria-activedescendant') == 'choice-0'
    page.keys(Keys.ENTER)
    assert page.one('#sql').get_attribute('value').endswith('WHERE eventSource')
    page.keys(' = json_ext')
    page.wait(lambda: page.all('#choices li'))
    assert [item.text.split()[0] for item in page.all('#choices li')][0].startswith('json_extract')
    page.keys(Keys.ARROW_DOWN + Keys.TAB)
    assert 'json_extract' in page.one('#sql').get_attribute('value')
    page.keys(Keys.CONTROL + ' ')
    page.wait(lambda: page.one('#choices').is_displayed() or True)
    page.keys(Keys.ESCAPE)
    assert not page.one('#choices').is_displayed()


def test_why_there_are_no_rows(page):
    page.run(f"SELECT eventName FROM {STORE} WHERE eventName = 'ConsoleLogon' AND awsRegion = 'us-east-1'")
    page.wait_for_text('#results', 'has no rows')
    page.press('#why')
    page.wait_for_text('#why-panel', "eventName = 'ConsoleLogon'")
    assert page.text('#why-panel .zero') == '0 rows'


def test_a_query_that_is_held_can_be_seen_released_and_cancelled(page, console_server):
    scenario = {'query_scripts': [{'name': 'held', 'match': {'contains': 'held'}, 'queued_for': 'until_released'}]}
    status, body, _ = console_server.request('POST', V1 + '/scenario', scenario)
    assert status == 200, body
    page.run(f"SELECT 'held' AS h FROM {STORE} LIMIT 1")
    page.wait_for_text('#state', 'starting|QUEUED')
    page.view('queries')
    page.wait_for_text('#queries tbody tr', 'QUEUED')
    page.one('#queries tbody tr button').click()
    page.wait_for_text('#queries tbody tr', 'FINISHED')
    page.view('query')
    page.wait_for_text('#results', 'held')
    page.run(f"SELECT 'held again' AS h FROM {STORE} LIMIT 1")
    page.wait(lambda: page.one('#cancel').is_enabled())
    page.press('#cancel')
    page.wait_for_text('#problem', 'CANCELLED')
    page.view('queries')
    page.wait_for_text('#queries', 'CANCELLED')


def test_stores_with_their_schema(page, console_server):
    page.view('stores')
    page.wait_for_text('#stores', STORE)
    card = page.one('#stores article')
    before = int(re.search(r'Events\s+([\d,]+)', card.text).group(1).replace(',', ''))
    assert before > 10
    card.find_elements(By.TAG_NAME, 'button')[1].click()
    page.wait_for_text('#stores table', 'eventTime')
    page.one('#stores article button').click()
    assert page.one('#view-query').is_displayed() and 'SELECT' in page.one('#sql').get_attribute('value')


def test_the_journal_live(page, console_server):
    page.view('journal')
    client = console_server.client(account='222222222222')
    client.list_channels()
    page.wait_for_text('#journal tbody tr', 'ListChannels')
    with pytest.raises(client.exceptions.QueryIdNotFoundException):
        client.describe_query(QueryId='99999999-0000-4000-8000-000000000001')
    page.wait_for_text('#journal tbody tr', 'QueryIdNotFound')
    page.one('#journal tbody tr button').click()
    page.wait_for_text('#journal .json', '"QueryId": "99999999')
    page.one('#journal-filter [name=operation]').send_keys('ListChannels')
    page.wait(lambda: 'DescribeQuery' not in page.text('#journal') and 'ListChannels' in page.text('#journal'))
    page.press('#journal-clear')
    page.wait_for_text('#journal', 'No call')


def test_the_clock(page, console_server):
    page.view('clock')
    page.one('#set-clock input').send_keys('2024-05-01T00:00:00Z' + Keys.ENTER)
    page.wait_for_text('#clock-now', '2024-05-01 00:00:00')
    assert 'frozen' in page.text('#now')
    page.press('#steps button[value="1h"]')
    page.wait_for_text('#clock-now', '2024-05-01 01:00:00')
    page.one('#advance input').send_keys('1d30m' + Keys.ENTER)
    page.wait_for_text('#clock-now', '2024-05-02 01:30:00')
    page.one('#scale input').send_keys('3600' + Keys.ENTER)
    page.wait_for_text('#clock-mode', '3600 times')
    page.press('#unfreeze')
    page.wait_for_text('#clock-mode', 'runs.$')
    page.press('#freeze')
    page.wait_for_text('#clock-mode', 'frozen')
    console_server.request('POST', V1 + '/clock', {'frozen_at': '2025-01-01T00:00:00Z'})  # by somebody else
    page.wait_for_text('#clock-now', '2025-01-01 00:00:00')
    page.one('#advance input').clear()
    page.one('#advance input').send_keys('soon' + Keys.ENTER)
    page.wait_for_text('#clock-problem', 'advance must be')
    page.errors()
    page.press('#reset')
    page.browser.switch_to.alert.accept()
    page.wait_for_text('#toast', 'seed')


def test_scripts_and_faults(page, console_server):
    page.view('plan')
    page.wait_for_text('#plan', 'Faults')
    sections = page.all('#plan section')
    assert [section.get_attribute('aria-label') for section in sections] == ['Query scripts', 'Faults']
    sections[1].find_element(By.TAG_NAME, 'summary').click()
    area = sections[1].find_element(By.TAG_NAME, 'textarea')
    area.clear()
    area.send_keys('[{"name": "no channels", "match": {"operation": "ListChannels"}, "error": "ThrottlingException"}]')
    sections[1].find_element(By.TAG_NAME, 'button').click()
    page.wait_for_text('#plan article', 'no channels')
    assert console_server.call('ListChannels')[0] == 400
    page.view('journal')
    page.wait_for_text('#journal tbody tr', 'by no channels')
    page.view('plan')
    page.wait(lambda: page.all('#plan section'))
    page.all('#plan summary')[1].click()
    area = page.all('#plan textarea')[1]
    area.clear()
    area.send_keys('[{"match": {"operation": "ListChanels"}, "error": "ThrottlingException"}]')
    page.all('#plan section')[1].find_element(By.TAG_NAME, 'button').click()
    page.wait_for_text('#plan section:nth-of-type(2) .problem', 'ListChannels')
    page.errors()  # the browser itself notes an answer of 400


def test_by_keyboard_alone(page):
    body = page.one('body')
    page.browser.execute_script('document.activeElement.blur()')
    body.send_keys(Keys.TAB)
    assert page.browser.switch_to.active_element.text == 'Skip to the content'
    page.one('#tab-query').send_keys(Keys.ARROW_RIGHT)
    assert page.browser.switch_to.active_element.get_attribute('id') == 'tab-stores' and page.one('#view-stores').is_displayed()
    page.browser.switch_to.active_element.send_keys(Keys.END)
    assert page.one('#view-plan').is_displayed()
    page.browser.switch_to.active_element.send_keys(Keys.ARROW_RIGHT)
    assert page.one('#view-query').is_displayed()


def test_the_theme_is_kept(page):
    def ground():
        return page.browser.execute_script('return getComputedStyle(document.body).backgroundColor')

    light = ground()
    page.press('#theme')
    assert page.one('#theme').text == 'Theme: dark' and ground() != light
    page.browser.refresh()
    page.wait(lambda: page.one('#theme').text == 'Theme: dark' and ground() != light)
    page.press('#theme')
    page.browser.execute_cdp_cmd('Emulation.setEmulatedMedia', {'features': [{'name': 'prefers-color-scheme', 'value': 'dark'}]})
    page.wait(lambda: page.one('html').get_attribute('data-theme') == 'dark')
    page.browser.execute_cdp_cmd('Emulation.setEmulatedMedia', {'features': []})


def test_a_token_is_asked_for(browser, start_server):
    server = start_server('getting-started', environment={'TRAILPOND_ADMIN_TOKEN': 'open-sesame'})
    browser.get(server.url + '/_trailpond/')
    WebDriverWait(browser, 10).until(lambda _: browser.find_element(By.CSS_SELECTOR, '#token').is_displayed())
    browser.find_element(By.CSS_SELECTOR, '#token input').send_keys('open-sesame' + Keys.ENTER)
    browser.find_element(By.CSS_SELECTOR, '#tab-stores').click()
    WebDriverWait(browser, 10).until(lambda _: STORE in browser.find_element(By.CSS_SELECTOR, '#stores').text)
    browser.execute_script('sessionStorage.clear()')
    browser.get('about:blank')
    browser.get_log('browser')


# How it looks

def fill(page):
    page.run(f"SELECT eventTime, eventName, awsRegion, sourceIPAddress, errorCode\nFROM {STORE}\n"
             "WHERE eventSource = 'iam.amazonaws.com'\nORDER BY eventTime DESC\nLIMIT 12")
    page.wait_for_text('#results', 'eventName')


@pytest.mark.parametrize('theme', ['light', 'dark'])
def test_axe_finds_nothing_serious(browser, console_server, theme):
    console_server.reset()
    page = Page(browser, console_server, theme=theme)
    fill(page)
    assert page.axe() == []
    page.run(f"SELECT nosuch FROM {STORE}")
    page.wait_for_text('#problem', 'line 1')
    page.keys(' ev')
    assert page.axe() == []
    page.run(f"SELECT eventName FROM {STORE} WHERE eventName = 'None'")
    page.wait_for_text('#results', 'no rows')
    page.press('#why')
    page.wait_for_text('#why-panel', 'None')
    assert page.axe() == []
    for view in ('stores', 'queries', 'journal', 'clock', 'plan'):
        page.view(view)
        page.wait_for_text(f'#view-{view}', r'\w+\s+\S')
        if view == 'stores':
            page.all('#stores article button')[1].click()
            page.wait_for_text('#stores table', 'eventTime')
        if view == 'journal':
            page.one('#journal tbody tr button').click()
            page.wait(lambda: page.all('#journal .json'))
        assert page.axe() == [], view
    page.errors()


def test_a_phone_can_read_it(browser, console_server):
    console_server.reset()
    page = Page(browser, console_server)
    browser.execute_cdp_cmd('Emulation.setDeviceMetricsOverride', {'width': 390, 'height': 844, 'deviceScaleFactor': 2, 'mobile': True})
    try:
        fill(page)
        for view in ('query', 'stores', 'queries', 'journal', 'clock', 'plan'):
            page.view(view)
            page.wait_for_text(f'#view-{view}', r'\S')
            assert browser.execute_script('return document.documentElement.scrollWidth') <= 390, view
        assert page.errors() == []
    finally:
        browser.execute_cdp_cmd('Emulation.clearDeviceMetricsOverride', {})


@pytest.mark.skipif(not os.environ.get('SCREENSHOTS'), reason='only for who takes the pictures of the documentation')
def test_take_the_screenshots(browser, start_server):
    server = start_server('getting-started')
    server.request('POST', V1 + '/clock', {'frozen_at': '2024-05-10T12:00:00Z'})

    def take(name, **more):
        browser.execute_script('document.activeElement.blur()')
        with open(os.path.join(ROOT, 'docs', 'images', name + '.png'), 'wb') as file:
            file.write(browser.get_screenshot_as_png())

    os.makedirs(os.path.join(ROOT, 'docs', 'images'), exist_ok=True)
    page = Page(browser, server, size=(1100, 760))
    fill(page)
    take('console-query')
    page.run(f"SELECT eventName, eventTyme\nFROM {STORE}\nLIMIT 10")
    page.wait_for_text('#problem', 'line')
    take('console-error')
    page.run(f"SELECT eventName FROM {STORE}\nWHERE eventSource = 'iam.amazonaws.com' AND eventName = 'ConsoleLogon'")
    page.wait_for_text('#results', 'no rows')
    page.press('#why')
    page.wait_for_text('#why-panel', 'ConsoleLogon')
    browser.set_window_size(1100, 900)
    take('console-why')
    page = Page(browser, server, 'journal', theme='dark', size=(1100, 760))
    page.wait_for_text('#journal tbody tr', 'GetQueryResults|StartQuery')
    page.one('#journal tbody tr button').click()
    page.wait(lambda: page.all('#journal .json'))
    take('console-journal-dark')
    page = Page(browser, server, 'stores', theme='dark', size=(1100, 760))
    page.wait_for_text('#stores', STORE)
    take('console-stores-dark')
    page.view('clock')
    page.wait_for_text('#clock-now', '2024')
    take('console-clock-dark')
    server.request('POST', V1 + '/query-scripts', {'query_scripts': [
        {'name': 'slow', 'match': {'contains': '/* slow */'}, 'queued_for': '5s', 'running_for': '30s'}]})
    server.request('POST', V1 + '/faults', {'faults': [
        {'name': 'throttled pages', 'match': {'operation': 'GetQueryResults', 'every': 3}, 'error': 'ThrottlingException'}]})
    page = Page(browser, server, 'plan', size=(1100, 760))
    page.wait_for_text('#plan article', 'slow')
    take('console-plan')
    browser.execute_cdp_cmd('Emulation.setDeviceMetricsOverride', {'width': 390, 'height': 780, 'deviceScaleFactor': 1.5, 'mobile': True})
    page = Page(browser, server)
    fill(page)
    page.browser.execute_script('document.querySelector("#sql").scrollTo(0, 0)')
    take('console-phone')
    browser.execute_cdp_cmd('Emulation.clearDeviceMetricsOverride', {})
