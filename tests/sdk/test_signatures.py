"""--verify-signatures: what botocore signs passes; tampered with in any part it fails with AWS's names.
Source: AWS IAM user guide, "Create a signed AWS API request"; error names as AWS JSON services use them."""
import datetime
import json

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

KEY = 'AKIATESTTESTTESTTEST'
SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
TARGET = 'CloudTrail_20131101.ListEventDataStores'


@pytest.fixture(scope='module')
def strict():
    from server import Server
    server = Server('service.yaml', '--verify-signatures', '--access-key', 'AKIAFLAG:flag-secret:222222222222')
    yield server
    server.stop()


def sign(server, body=b'{}', key=KEY, secret=SECRET, service='cloudtrail', region='us-east-1'):
    request = AWSRequest('POST', server.url + '/', data=body, headers={
        'X-Amz-Target': TARGET, 'Content-Type': 'application/x-amz-json-1.1', 'Host': f'127.0.0.1:{server.port}'})
    SigV4Auth(Credentials(key, secret), service, region).add_auth(request)
    return dict(request.headers)


def send(server, headers, body=b'{}', path='/'):
    status, answer, _ = server.request('POST', path, body, headers)
    return status, answer.get('__type')


def test_what_sdks_sign_passes(strict):
    client = strict.client(account=KEY, secret=SECRET)
    # The key's account is that of the scenario.
    made = client.create_event_data_store(Name='signed')
    assert ':444444444444:' in made['EventDataStoreArn']
    flagged = strict.client(account='AKIAFLAG', secret='flag-secret', region='eu-west-1')
    assert ':eu-west-1:222222222222:' in flagged.create_event_data_store(Name='signed')['EventDataStoreArn']


def test_a_wrong_secret(strict):
    with pytest.raises(ClientError) as error:
        strict.client(account=KEY, secret='wrong').list_event_data_stores()
    assert error.value.response['Error']['Code'] == 'InvalidSignatureException'


def test_an_unknown_key(strict):
    with pytest.raises(ClientError) as error:
        strict.client(account='123456789012').list_event_data_stores()
    assert error.value.response['Error']['Code'] == 'UnrecognizedClientException'


def test_no_signature(strict):
    assert send(strict, {'X-Amz-Target': TARGET}) == (400, 'MissingAuthenticationTokenException')


def change(text, old, new):
    assert old in text
    return text.replace(old, new)


@pytest.mark.parametrize('part, exception', [
    ('body', 'InvalidSignatureException'), ('target', 'InvalidSignatureException'), ('host', 'InvalidSignatureException'),
    ('signature', 'InvalidSignatureException'), ('short signature', 'InvalidSignatureException'),
    ('region', 'InvalidSignatureException'), ('service', 'InvalidSignatureException'), ('date', 'InvalidSignatureException'),
    ('time', 'InvalidSignatureException'), ('query', 'InvalidSignatureException'),
    ('no signature', 'IncompleteSignatureException'), ('no credential', 'IncompleteSignatureException'),
    ('no headers', 'IncompleteSignatureException'), ('algorithm', 'IncompleteSignatureException'),
    ('scope', 'IncompleteSignatureException'), ('no date', 'IncompleteSignatureException'),
    ('target not signed', 'IncompleteSignatureException'), ('bad date', 'IncompleteSignatureException')])
def test_tampered(strict, part, exception):
    headers, body, path = sign(strict), b'{}', '/'
    assert send(strict, headers) == (200, None)
    given = headers['Authorization']
    signature = given.split('Signature=')[1]
    day = headers['X-Amz-Date'][:8]
    if part == 'body':
        body = b'{ }'
    elif part == 'target':
        headers['X-Amz-Target'] = 'CloudTrail_20131101.StartQuery'
    elif part == 'host':
        headers['Host'] = 'elsewhere'
    elif part == 'query':
        path = '/?a=b'
    elif part == 'time':
        time = headers['X-Amz-Date']
        headers['X-Amz-Date'] = time[:-2] + ('0' if time[-2] != '0' else '1') + 'Z'
    elif part == 'no date':
        del headers['X-Amz-Date']
    elif part == 'bad date':
        headers['X-Amz-Date'] = 'yesterday'
    else:
        headers['Authorization'] = {
            'signature': lambda: change(given, signature, ('0' if signature[0] != '0' else '1') + signature[1:]),
            'short signature': lambda: given[:-1],
            'region': lambda: change(given, 'us-east-1', 'us-east-2'),
            'service': lambda: change(given, '/cloudtrail/', '/s3/'),
            'date': lambda: change(given, day, '20200101'),
            'no signature': lambda: given.split(', Signature')[0],
            'no credential': lambda: 'AWS4-HMAC-SHA256 SignedHeaders=host, Signature=' + signature,
            'no headers': lambda: f'AWS4-HMAC-SHA256 Credential={KEY}/{day}/us-east-1/cloudtrail/aws4_request, Signature={signature}',
            'algorithm': lambda: change(given, 'AWS4-HMAC-SHA256', 'AWS3-HMAC-SHA1'),
            'scope': lambda: change(given, 'aws4_request', 'aws3_request'),
            'target not signed': lambda: change(given, ';x-amz-target', ''),
        }[part]()
    assert send(strict, headers, body, path) == (400, exception)


@pytest.mark.parametrize('minutes, passes', [(-6, False), (-4, True), (4, True), (6, False)])
def test_skew(strict, monkeypatch, minutes, passes):
    import botocore.auth
    moved = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
    monkeypatch.setattr(botocore.auth, 'get_current_datetime', lambda *a, **k: moved.replace(tzinfo=None), raising=False)

    class Fixed(datetime.datetime):
        @classmethod
        def utcnow(cls):
            return moved.replace(tzinfo=None)

        @classmethod
        def now(cls, tz=None):
            return moved if tz else moved.replace(tzinfo=None)

    monkeypatch.setattr(botocore.auth.datetime, 'datetime', Fixed, raising=False)
    headers = sign(strict)
    assert headers['X-Amz-Date'] == moved.strftime('%Y%m%dT%H%M%SZ')
    found = send(strict, headers)
    assert found == ((200, None) if passes else (400, 'InvalidSignatureException'))
    if not passes:
        message = strict.request('POST', '/', b'{}', headers)[1]['message']
        assert ('expired' if minutes < 0 else 'not yet current') in message


def test_off_by_default(server):
    assert server.client(account=KEY, secret='wrong').list_event_data_stores()['EventDataStores'] == []
    assert server.call('ListEventDataStores')[0] == 200


def test_an_unsigned_payload(strict):
    headers = {'X-Amz-Target': TARGET, 'Host': f'127.0.0.1:{strict.port}', 'X-Amz-Content-SHA256': 'UNSIGNED-PAYLOAD'}
    request = AWSRequest('POST', strict.url + '/', data=b'{}', headers=headers)
    SigV4Auth(Credentials(KEY, SECRET), 'cloudtrail', 'us-east-1').add_auth(request)
    assert send(strict, dict(request.headers), json.dumps({}).encode())[0] == 200
