"""What a web page, a stranger's signature or a posted scenario must not be able to do."""
import json
import os

import pytest

from test_signatures import KEY, SECRET, send, sign

EVENTS = '{"eventID": "1", "eventName": "Seen"}\n'


def scenario_of(name, pattern):
    return {'event_data_stores': [{'name': name, 'events': [{'files': pattern}]}]}


@pytest.fixture
def folders(tmp_path):
    """The scenario's own folder, one given by --files, and one that nobody gave."""
    for name in ('own', 'given', 'secret'):
        (tmp_path / name).mkdir()
        (tmp_path / name / 'events.json').write_text(EVENTS)
    (tmp_path / 'own' / 'start.yaml').write_text('account: "123456789012"\n')
    os.symlink(tmp_path / 'secret' / 'events.json', tmp_path / 'own' / 'link.json')
    os.symlink(tmp_path / 'secret', tmp_path / 'own' / 'linked')
    return tmp_path


def test_a_posted_scenario_reads_files_of_the_given_folders_alone(start_server, folders):
    server = start_server(str(folders / 'own' / 'start.yaml'), '--files', str(folders / 'given'))

    def post(number, pattern):
        return server.request('POST', '/_trailpond/scenario', scenario_of(f'store-{number}', pattern))[:2]

    for number, pattern in enumerate(('events.json', str(folders / 'given' / '*.json'), '../given/events.json')):
        status, body = post(number, pattern)
        assert status == 200 and body['events']['accepted'] == 1, (pattern, body)
    for pattern in (str(folders / 'secret' / 'events.json'), '../secret/events.json', 'link.json', 'linked/events.json',
                    'linked/**', '/etc/passwd', '/proc/self/environ', '../no-such-folder/x'):
        status, body = post(9, pattern)
        assert status == 400, pattern
        # The same words whether the file is there or not.
        assert body['problems'][0]['message'].startswith(f'files: no file matches "{pattern}" below'), body
    assert len(server.client().list_event_data_stores()['EventDataStores']) == 3


def test_without_a_folder_no_file_is_read(start_server, folders):
    server = start_server('empty')
    assert server.request('POST', '/_trailpond/scenario', scenario_of('x', str(folders / 'own' / 'events.json')))[0] == 400


@pytest.mark.parametrize('text', [
    {'event_data_stores': [{'name': 'store', 'region': '../../etc'}]},
    {'event_data_stores': [{'name': 'store', 'account': '../../../12'}]},
    {'region': 'US EAST'}, {'account': '1234'}, {'regions': {'a/b': {'lake': False}}}])
def test_accounts_and_regions_of_a_scenario(server, text):
    status, body, _ = server.request('POST', '/_trailpond/scenario', text)
    assert status == 400 and 'expected a' in body['problems'][0]['message'], body


@pytest.mark.parametrize('region', ['..', 'us-east-1%2F..', 'US', 'a' * 33, '1-east'])
def test_the_region_of_a_signature(server, region):
    scope = f'AWS4-HMAC-SHA256 Credential=123456789012/20240501/{region}/cloudtrail/aws4_request, SignedHeaders=host, Signature=0'
    status, body, _ = server.call('ListEventDataStores', headers={'Authorization': scope})
    assert (status, body['__type']) == (400, 'IncompleteSignatureException'), body


def test_a_page_of_another_origin_is_refused(server):
    for origin, status in (('https://evil.example.com', 403), ('null', 403), ('http://localhost:3000', 200), ('http://127.0.0.1', 200)):
        assert server.call('ListEventDataStores', headers={'Origin': origin})[0] == status, origin
        assert server.request('GET', '/_trailpond/clock', headers={'Origin': origin})[0] == status, origin


def test_with_signatures_our_own_api_asks_for_one(start_server):
    server = start_server('service.yaml', '--verify-signatures')
    assert server.request('GET', '/_trailpond/ready')[0] == 200
    status, body, headers = server.request('POST', '/_trailpond/reset')
    assert status == 401 and '--admin-token' in body['message'] and headers['WWW-Authenticate'] == 'Bearer'
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials
    for secret, expected in ((SECRET, 200), ('wrong', 401)):
        request = AWSRequest('POST', server.url + '/_trailpond/reset', data=b'', headers={'Host': f'127.0.0.1:{server.port}'})
        SigV4Auth(Credentials(KEY, secret), 'cloudtrail', 'us-east-1').add_auth(request)
        assert server.request('POST', '/_trailpond/reset', b'', dict(request.headers))[0] == expected
    events = '/_trailpond/event-data-stores/aaaaaaaa-0000-4000-8000-000000000001/events'
    assert server.request('POST', events, EVENTS)[0] == 401


def test_an_admin_token(start_server):
    server = start_server('service.yaml', environment={'TRAILPOND_ADMIN_TOKEN': 'a secret'})
    assert server.request('GET', '/_trailpond/health')[0] == 200
    for token, expected in (('a secret', 200), ('another', 401), ('', 401)):
        assert server.request('GET', '/_trailpond/clock', headers={'Authorization': 'Bearer ' + token})[0] == expected
    assert server.request('GET', '/_trailpond/clock')[0] == 401
    assert len(server.client().list_event_data_stores()['EventDataStores']) == 7  # the API itself asks for none


def test_the_scope_of_a_signature_names_this_service(start_server):
    server = start_server('service.yaml', '--verify-signatures')
    assert send(server, sign(server))[0] == 200
    status, body, _ = server.request('POST', '/', b'{}', sign(server, service='s3'))
    assert (status, body['__type']) == (400, 'InvalidSignatureException')
    assert "'cloudtrail'" in body['message']


def test_a_scenario_that_grows_by_its_anchors_is_refused(server):
    text = 'description: &big ' + 'x' * 1_000_000 + '\nevent_data_stores: [' + ','.join(['{name: *big}'] * 300) + ']\n'
    status, body, _ = server.request('POST', '/_trailpond/scenario', text)
    assert status == 400 and '256 MiB' in json.dumps(body)
