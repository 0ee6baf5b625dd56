"""Results that are delivered to S3, and their signature. Sources: AWS user guide, "Get and save query results", "CloudTrail sign
file structure"; shared/spec 6 (what the AWS CLI's verify-query-results does, step by step)."""
import csv
import datetime
import glob
import gzip
import hashlib
import json
import os
import subprocess
import time

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from server import ACCOUNT, BINARY, wait_for_end, wait_for_status

STORE = 'aaaaaaaa-0000-4000-8000-000000000001'


def rows_statement(thousands):
    """So many thousands of rows, numbered from 1."""
    return ('SELECT 1000 * b + a AS n, \'a "quoted", text\' AS quoted, map(ARRAY[\'k\'], ARRAY[\'v\']) AS m '
            f'FROM (SELECT count(*) AS c FROM {STORE}) CROSS JOIN UNNEST(sequence(1, 1000)) AS t(a) '
            f'CROSS JOIN UNNEST(sequence(0, {thousands - 1})) AS u(b) ORDER BY n')


@pytest.fixture
def root(tmp_path):
    return str(tmp_path / 's3')


@pytest.fixture
def server(start_server, root):
    return start_server('service.yaml', '--export-dir', root)


def delivered(client, query, seconds=30):
    wait_for_end(client, query)
    end = time.time() + seconds
    while time.time() < end:
        status = client.describe_query(QueryId=query)['DeliveryStatus']
        if status != 'PENDING':
            return status
    raise AssertionError('still PENDING')


def start(client, statement=rows_statement(5), uri='s3://results-bucket/some/prefix'):
    return client.start_query(QueryStatement=statement, DeliveryS3Uri=uri)['QueryId']


def folder_of(root, query, prefix='some/prefix/', bucket='results-bucket', day=None):
    day = day or datetime.datetime.now(datetime.timezone.utc).strftime('%Y/%m/%d')
    return os.path.join(root, bucket, f'{prefix}AWSLogs/{ACCOUNT}/CloudTrail-Lake/Query/{day}/{query}')


def verify(client, folder):
    """What `aws cloudtrail verify-query-results --local-export-path` does (shared/spec 6)."""
    with open(os.path.join(folder, 'result_sign.json')) as file:
        sign = json.load(file)
    assert sign['files'], 'No export file was found in sign file.'
    for each in sign['files']:
        with open(os.path.join(folder, each['fileName']), 'rb') as file:
            assert hashlib.sha256(file.read()).hexdigest() == each['fileHashValue'], 'inconsistent hash value'
    complete = datetime.datetime.strptime(sign['queryCompleteTime'], '%Y-%m-%dT%H:%M:%SZ').replace(tzinfo=datetime.timezone.utc)
    keys = client.list_public_keys(StartTime=complete, EndTime=complete + datetime.timedelta(days=20))['PublicKeyList']
    (key,) = [each for each in keys if each['Fingerprint'] == sign['publicKeyFingerprint']]
    value = key['Value']
    public = serialization.load_der_public_key(as_subject_public_key_info(value))
    public.verify(bytes.fromhex(sign['hashSignature']), ' '.join(each['fileHashValue'] for each in sign['files']).encode(),
                  padding.PKCS1v15(), hashes.SHA256())
    return sign


def as_subject_public_key_info(pkcs1):
    """An RSAPublicKey of PKCS#1 in the wrapping that `cryptography` reads (RFC 8017 A.1.1, RFC 3279 2.3.1)."""
    def der(tag, body):
        size = len(body)
        length = bytes([size]) if size < 128 else bytes([0x80 | (size.bit_length() + 7) // 8]) + size.to_bytes((size.bit_length() + 7) // 8, 'big')
        return bytes([tag]) + length + body
    algorithm = der(0x30, bytes.fromhex('06092a864886f70d0101010500'))
    return der(0x30, algorithm + der(0x03, b'\0' + pkcs1))


def rows_in(folder):
    """Read as published code reads them: two records before the rows of each file."""
    rows, heads = [], []
    for number in range(1, len(glob.glob(os.path.join(folder, 'result_*.csv.gz'))) + 1):
        with gzip.open(os.path.join(folder, f'result_{number}.csv.gz'), 'rt', newline='') as file:
            records = list(csv.reader(file))
        heads.append(records[:2])
        rows += records[2:]
    return heads, rows


def test_results_are_where_aws_puts_them_and_their_signature_holds(server, root):
    client = server.client()
    query = start(client)
    assert delivered(client, query) == 'SUCCESS'
    folder = folder_of(root, query)
    assert sorted(os.listdir(folder)) == ['result_1.csv.gz', 'result_sign.json']
    heads, rows = rows_in(folder)
    assert heads[0][0][0].startswith('# Execution Time: ') and heads[0][1] == ['n', 'quoted', 'm']
    assert rows == [[str(n), 'a "quoted", text', '{k=v}'] for n in range(1, 5001)]
    sign = verify(client, folder)
    assert (sign['version'], sign['region'], sign['hashAlgorithm'], sign['signatureAlgorithm']) == ('1.0', 'us-east-1', 'SHA-256', 'SHA256withRSA')
    assert len(sign['hashSignature']) == 512 and len(sign['publicKeyFingerprint']) == 32
    answer = client.get_query_results(QueryId=query, MaxQueryResults=1)
    assert answer['QueryResultRows'][0][1] == {'quoted': 'a "quoted", text'}, 'the rows can be read here, too'


def test_a_changed_byte_is_found(server, root):
    client = server.client()
    query = start(client, f'SELECT eventID FROM {STORE}')
    assert delivered(client, query) == 'SUCCESS'
    folder = folder_of(root, query)
    path = os.path.join(folder, 'result_1.csv.gz')
    with open(path, 'r+b') as file:
        file.seek(15)
        byte = file.read(1)
        file.seek(15)
        file.write(bytes([byte[0] ^ 1]))
    with pytest.raises(AssertionError, match='inconsistent hash value'):
        verify(client, folder)
    sign_path = os.path.join(folder, 'result_sign.json')
    with open(path, 'rb') as file:
        wrong = hashlib.sha256(file.read()).hexdigest()
    with open(sign_path) as file:
        sign = json.load(file)
    sign['files'][0]['fileHashValue'] = wrong
    with open(sign_path, 'w') as file:
        json.dump(sign, file)
    with pytest.raises(InvalidSignature):
        verify(client, folder)


def test_many_files_and_no_rows(start_server, root):
    server = start_server('service.yaml', '--export-dir', root, '--delivery-file-bytes', '1000')
    client = server.client()
    query = start(client, rows_statement(200), 's3://results-bucket')
    assert delivered(client, query) == 'SUCCESS'
    folder = folder_of(root, query, prefix='')
    assert len(verify(client, folder)['files']) > 1
    assert [row[0] for row in rows_in(folder)[1]] == [str(n) for n in range(1, 200_001)]
    empty = start(client, f"SELECT eventName FROM {STORE} WHERE eventName = 'nothing'")
    assert delivered(client, empty) == 'SUCCESS'
    heads, rows = rows_in(folder_of(root, empty))
    assert rows == [] and heads[0][1] == ['eventName']


@pytest.mark.parametrize('bucket, status', [
    ({'policy': 'deny'}, 'ACCESS_DENIED'), ({'encryption': 'deny'}, 'ACCESS_DENIED'),
    ({'sign_file': 'deny'}, 'ACCESS_DENIED_SIGNING_FILE')])
def test_a_bucket_that_refuses_at_the_end(server, root, bucket, status):
    """StartQuery finds it in order; it is not any more when the query ends."""
    client = server.client()
    query = start_held(server)
    wait_for_status(client, query, 'RUNNING')
    assert client.describe_query(QueryId=query)['DeliveryStatus'] == 'PENDING'
    buckets = {'buckets': [{'name': 'results-bucket', **bucket}]}
    assert server.request('POST', '/_trailpond/scenario', buckets)[0] == 200
    assert server.request('POST', f'/_trailpond/queries/{query}/release')[0] == 200
    assert delivered(client, query) == status
    assert not os.path.exists(os.path.join(folder_of(root, query), 'result_sign.json'))


def test_a_bucket_that_is_gone_at_the_end(start_server, root):
    server = start_server('alone.yaml', '--export-dir', root)
    store = {'event_data_stores': [{'name': 'events', 'id': STORE}], 'query_scripts': [{'name': 'held', 'match': {'contains': 'held'}, 'running_for': 'until_released'}]}
    assert server.request('POST', '/_trailpond/scenario', store)[0] == 200
    client = server.client()
    query = start(client, f'SELECT eventID FROM {STORE} /* held */')
    wait_for_status(client, query, 'RUNNING')
    assert server.request('POST', '/_trailpond/scenario', {'buckets': [{'name': 'another'}]})[0] == 200
    assert server.request('POST', f'/_trailpond/queries/{query}/release')[0] == 200
    assert delivered(client, query) == 'RESOURCE_NOT_FOUND'


def test_what_did_not_finish_is_not_delivered(server, root):
    client = server.client()
    failed = start(client, f"SELECT CAST(eventName AS bigint) FROM {STORE}")
    assert delivered(client, failed) == 'CANCELLED'
    assert not os.path.exists(root) or not glob.glob(root + '/**/result_*', recursive=True)


def test_a_disk_that_refuses(start_server, tmp_path):
    (tmp_path / 'results-bucket').write_text('a file where the folder should be')
    server = start_server('service.yaml', '--export-dir', str(tmp_path))
    client = server.client()
    assert delivered(client, start(client)) in ('FAILED', 'ACCESS_DENIED')


def start_held(server):
    """A query that is held until it is released: its id is known before anything is delivered."""
    assert server.request('POST', '/_trailpond/scenario', {'query_scripts': [{'name': 'held', 'match': {'contains': '/* held */'},
                                                                             'running_for': 'until_released'}]})[0] == 200
    return start(server.client(), rows_statement(5) + ' /* held */')


@pytest.mark.parametrize('name, status', [('result_1.csv.gz', 'FAILED'), ('result_sign.json', 'FAILED_SIGNING_FILE')])
def test_a_disk_that_is_full(server, root, name, status):
    """/dev/full takes no byte: "No space left on device"."""
    query = start_held(server)
    folder = folder_of(root, query)
    os.makedirs(folder)
    os.symlink('/dev/full', os.path.join(folder, name + '.unfinished'))
    assert server.request('POST', f'/_trailpond/queries/{query}/release')[0] == 200
    assert delivered(server.client(), query) == status
    assert os.listdir(folder) == ([] if status == 'FAILED' else ['result_1.csv.gz'])


def test_a_disk_that_fills(start_server, tmp_path):
    """A file system of 512 KiB, 2 MB of results; then there is room again."""
    disk = tmp_path / 'disk'
    disk.mkdir()
    wrapper = ('unshare', '-rm', 'sh', '-c', f'mount -t tmpfs -o size=512k tmpfs {disk} && exec "$0" "$@"')
    if subprocess.run([*wrapper, 'true'], capture_output=True).returncode != 0:
        pytest.skip('no file system may be mounted here (unshare -rm, mount -t tmpfs)')
    client = start_server('service.yaml', '--export-dir', str(disk), wrapper=wrapper).client()
    hashes = ', '.join(f'to_hex(sha256(to_utf8(CAST({n}000000 + a AS varchar)))) AS h{n}' for n in range(1, 9))
    query = start(client, f'SELECT {hashes} FROM (SELECT count(*) AS c FROM {STORE}) CROSS JOIN UNNEST(sequence(1, 8000)) AS t(a)')
    assert delivered(client, query) == 'FAILED'
    assert delivered(client, start(client, f'SELECT eventID FROM {STORE}')) == 'SUCCESS', 'what did not fit has gone'


def test_keys_change_by_the_clock(server, root):
    client = server.client()
    assert server.request('POST', '/_trailpond/clock', {'frozen_at': '2024-05-10T12:00:00Z'})[0] == 200
    signs = []
    for day in ('2024/05/10', '2024/06/10'):
        query = start(client, f'SELECT eventID FROM {STORE}')
        assert delivered(client, query) == 'SUCCESS'
        signs.append(verify(client, folder_of(root, query, day=day)))
        server.advance('31d')
    assert signs[0]['publicKeyFingerprint'] != signs[1]['publicKeyFingerprint']

    def fingerprints(first, last):
        return [key['Fingerprint'] for key in client.list_public_keys(StartTime=first, EndTime=last)['PublicKeyList']]

    assert fingerprints('2024-05-10', '2024-05-11') == [signs[0]['publicKeyFingerprint']]
    assert fingerprints('2024-06-09T12:00:00Z', '2024-06-10T01:00:00Z') == [signs[1]['publicKeyFingerprint']]
    assert fingerprints('2024-05-10', '2024-06-11') == [sign['publicKeyFingerprint'] for sign in signs]


def make_key(path, bits=2048):
    key = rsa.generate_private_key(65537, bits)
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return key


def test_a_key_that_is_given(start_server, tmp_path):
    """It signs in every Region, also after a start without it and again with it."""
    key = make_key(tmp_path / 'key.pem')
    given = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
    arguments = ('service.yaml', '--data', str(tmp_path / 'data'))
    server = start_server(*arguments)
    own = server.client().list_public_keys()['PublicKeyList']
    server.stop()
    server = start_server(*arguments, '--signing-key', str(tmp_path / 'key.pem'))
    client = server.client()
    query = start(client)
    assert delivered(client, query) == 'SUCCESS'
    sign = verify(client, folder_of(str(tmp_path / 'data' / 's3'), query))
    assert sign['publicKeyFingerprint'] == hashlib.md5(given).hexdigest() != own[0]['Fingerprint']
    server.client(region='eu-west-1').list_public_keys()
    assert [each['Value'] for each in server.client(region='eu-west-1').list_public_keys()['PublicKeyList']] == [given]
    server.advance('45d')
    query = start(client)
    assert delivered(client, query) == 'SUCCESS'
    assert client.list_public_keys()['PublicKeyList'][0]['Value'] == given


@pytest.mark.parametrize('text', [None, '', 'no key', 'small'])
def test_what_is_no_key(tmp_path, text):
    path = tmp_path / 'key.pem'
    if text == 'small':
        make_key(path, 1024)
    elif text is not None:
        path.write_text(text)
    done = subprocess.run([BINARY, '--port', '0', '--scenario', 'empty', '--signing-key', str(path)], capture_output=True, text=True, timeout=20)
    assert done.returncode in (1, 2) and 'signing key' in done.stderr


def test_the_control_api_tells_where_it_is(server, start_server, root):
    assert server.request('GET', '/_trailpond/v1/delivery')[1] == {'export_dir': root, 'waiting_log_files': 0}
    assert start_server('empty').request('GET', '/_trailpond/v1/delivery')[1] == {'waiting_log_files': 0}


@pytest.mark.parametrize('arguments', [('--s3-endpoint', 'localhost:9000'), ('--s3-endpoint', 'http://x', '--export-dir', 'y')])
def test_what_cannot_be_s3(arguments):
    done = subprocess.run([BINARY, '--port', '0', *arguments], capture_output=True, text=True, timeout=20)
    assert done.returncode == 2 and '--s3-endpoint' in done.stderr


def test_a_prefix_cannot_lead_out_of_the_folder(server, root):
    client = server.client()
    assert delivered(client, start(client, uri='s3://results-bucket/../../x')) == 'ACCESS_DENIED'
    assert not os.path.exists(os.path.join(os.path.dirname(root), 'x'))


def test_without_a_folder_nobody_knows(start_server):
    client = start_server('service.yaml').client()
    assert delivered(client, start(client)) == 'UNKNOWN'


def test_a_kill_leaves_no_sign_file_or_a_whole_set(start_server, shim, tmp_path):
    data = str(tmp_path / 'data')
    server = start_server('service.yaml', '--data', data, environment={'LD_PRELOAD': shim, 'SLOW_DISK_MS': '20'})
    query = start(server.client(), rows_statement(100))
    assert wait_for_end(server.client(), query)['QueryStatus'] == 'FINISHED'
    server.kill()
    folder = folder_of(os.path.join(data, 's3'), query)
    server = start_server('service.yaml', '--data', data)
    client = server.client()
    assert delivered(client, query) == 'SUCCESS'
    verify(client, folder)
    assert len(rows_in(folder)[1]) == 100_000
