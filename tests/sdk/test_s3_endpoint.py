"""Delivery to a real S3 server, and imports from it. Sources: Amazon S3 API reference; AWS user guide, "Get and save query results",
"Log file name format"; the AWS CLI."""
import datetime
import gzip
import json
import os
import ssl
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from s3_servers import CREDENTIALS, Trouble, free_port, start_moto, start_versitygw
from server import ACCOUNT, rows_of, wait_for_end
from test_log_files import EVENT
from test_result_delivery import STORE, delivered, rows_in, rows_statement, start, verify

HASHES = ', '.join(f"to_hex(sha256(to_utf8(CAST({n} * 100000000 + 1000 * b + a AS varchar)))) AS h{n}" for n in range(1, 9))


@pytest.fixture(scope='module')
def moto():
    server = start_moto()
    server.make_bucket('results-bucket')
    yield server
    server.stop()


@pytest.fixture(scope='module')
def versitygw(tmp_path_factory):
    server = start_versitygw(str(tmp_path_factory.mktemp('versitygw')))
    server.make_bucket('results-bucket')
    yield server
    server.stop()


@pytest.fixture(params=['moto', 'versitygw'])
def s3(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def start_with(start_server):
    def start_it(url, *arguments, scenario='service.yaml', environment=CREDENTIALS):
        return start_server(scenario, '--s3-endpoint', url, *arguments, environment=environment)
    return start_it


def key_of(query, prefix='some/prefix/'):
    day = datetime.datetime.now(datetime.timezone.utc).strftime('%Y/%m/%d')
    return f'{prefix}AWSLogs/{ACCOUNT}/CloudTrail-Lake/Query/{day}/{query}/'


def fetch(s3, query, folder):
    """Fetches the objects of a result into a folder; answers their names."""
    keys = s3.keys('results-bucket', key_of(query))
    for key in keys:
        (folder / os.path.basename(key)).write_bytes(s3.get('results-bucket', key)['Body'].read())
    return [os.path.basename(key) for key in keys]


def wait_for(condition, seconds=20):
    end = time.time() + seconds
    while time.time() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError('it did not come about')


def test_results_are_delivered(start_with, s3, tmp_path):
    server = start_with(s3.url)
    client = server.client()
    query = start(client)
    assert delivered(client, query) == 'SUCCESS'
    assert fetch(s3, query, tmp_path) == ['result_1.csv.gz', 'result_sign.json']
    verify(client, str(tmp_path))
    assert [row[0] for row in rows_in(str(tmp_path))[1]] == [str(n) for n in range(1, 5001)]
    place = server.request('GET', '/_trailpond/v1/delivery')[1]
    assert place == {'s3_endpoint': s3.url, 'waiting_log_files': 0}


def test_a_prefix_with_signs_that_are_encoded(start_with, s3):
    client = start_with(s3.url).client()
    prefix = "a b+c=d&e'f(g)!*"
    query = start(client, uri=f's3://results-bucket/{prefix}')
    assert delivered(client, query) == 'SUCCESS'
    assert len(s3.keys('results-bucket', key_of(query, prefix + '/'))) == 2


def test_a_large_file_goes_in_parts(start_with, s3, tmp_path):
    client = start_with(s3.url).client()
    statement = (f'SELECT {HASHES} FROM (SELECT count(*) AS c FROM {STORE}) CROSS JOIN UNNEST(sequence(1, 1000)) AS t(a) '
                 'CROSS JOIN UNNEST(sequence(0, 34)) AS u(b)')
    query = start(client, statement)
    assert delivered(client, query) == 'SUCCESS'
    fetch(s3, query, tmp_path)
    verify(client, str(tmp_path))
    assert os.path.getsize(tmp_path / 'result_1.csv.gz') > 8 << 20
    head = s3.get('results-bucket', key_of(query) + 'result_1.csv.gz')
    assert head['ETag'].strip('"').endswith('-2'), 'two parts'
    assert len(rows_in(str(tmp_path))[1]) == 35_000
    assert s3.client().list_multipart_uploads(Bucket='results-bucket').get('Uploads', []) == []


def test_a_missing_bucket(start_with, s3):
    server = start_with(s3.url)
    assert server.request('POST', '/_trailpond/scenario', {'buckets': [{'name': 'there-is-none'}]})[0] == 200
    client = server.client()
    assert delivered(client, start(client, uri='s3://there-is-none')) == 'RESOURCE_NOT_FOUND'


def test_a_wrong_secret(start_with, versitygw):
    client = start_with(versitygw.url, environment={**CREDENTIALS, 'AWS_SECRET_ACCESS_KEY': 'wrong'}).client()
    assert delivered(client, start(client)) == 'ACCESS_DENIED'


def test_what_fails_for_the_moment_is_tried_again(start_with, moto, tmp_path):
    proxy = Trouble(moto.port, lambda method, path, count: {1: 503, 2: 500, 4: 'cut', 6: 503}.get(count))
    client = start_with(proxy.url).client()
    query = start(client)
    assert delivered(client, query) == 'SUCCESS'
    assert len(proxy.requests) == 7, 'the sign file of before, the results, the sign file; and four tries again'
    fetch(moto, query, tmp_path)
    verify(client, str(tmp_path))
    proxy.stop()


@pytest.mark.parametrize('refused, status, expected', [
    ('csv.gz', 403, 'ACCESS_DENIED'), ('csv.gz', 503, 'FAILED'), ('sign.json', 403, 'ACCESS_DENIED_SIGNING_FILE'), ('sign.json', 500, 'FAILED_SIGNING_FILE')])
def test_what_s3_refuses_for_good(start_with, moto, refused, status, expected):
    proxy = Trouble(moto.port, lambda method, path, count: status if method == 'PUT' and path.endswith(refused) else None)
    client = start_with(proxy.url).client()
    query = start(client)
    assert delivered(client, query) == expected
    assert len([each for each in proxy.requests if each[0] == 'PUT' and each[1].endswith(refused)]) == (1 if status == 403 else 5)
    assert not any('sign' in key for key in moto.keys('results-bucket', key_of(query)))
    proxy.stop()


def test_nobody_answers(start_with):
    """S3 is down: the query ends, and nobody waits for it meanwhile."""
    server = start_with(f'http://127.0.0.1:{free_port()}')
    client = server.client()
    query = start(client)
    assert wait_for_end(client, query)['DeliveryStatus'] == 'PENDING'
    began = time.time()
    assert len(rows_of(client, f'SELECT eventID FROM {STORE}')) > 0
    assert time.time() - began < 1
    assert delivered(client, query) == 'FAILED'


def test_a_server_that_is_silent_holds_nothing_up(start_with, moto):
    proxy = Trouble(moto.port, lambda method, path, count: 'hold')
    server = start_with(proxy.url)
    client = server.client()
    query = start(client)
    wait_for(lambda: proxy.requests)
    assert len(rows_of(client, f'SELECT eventID FROM {STORE}')) > 0
    assert client.describe_query(QueryId=query)['DeliveryStatus'] == 'PENDING'
    began = time.time()
    assert server.stop() == 0 and time.time() - began < 3
    proxy.stop()


def test_a_kill_leaves_no_sign_file_or_a_whole_set(start_with, moto, tmp_path):
    """Killed while the file of the results is on its way; the next process delivers it again."""
    held = {'hold': True}
    proxy = Trouble(moto.port, lambda method, path, count: 'hold' if held['hold'] and 'result_2' in path else None)
    data = str(tmp_path / 'data')
    arguments = ('--data', data, '--delivery-file-bytes', '1000')
    server = start_with(proxy.url, *arguments)
    query = start(server.client(), rows_statement(100))
    wait_for(lambda: any('result_2' in path for _, path, _ in proxy.requests))
    server.kill()
    assert [os.path.basename(key) for key in moto.keys('results-bucket', key_of(query))] == ['result_1.csv.gz']
    held['hold'] = False
    client = start_with(proxy.url, *arguments).client()
    assert delivered(client, query) == 'SUCCESS'
    folder = tmp_path / 'fetched'
    folder.mkdir()
    assert len(fetch(moto, query, folder)) > 2
    verify(client, str(folder))
    assert len(rows_in(str(folder))[1]) == 100_000
    proxy.stop()


def start_trail(client, bucket, **more):
    client.create_trail(Name='audit', S3BucketName=bucket, **more)
    client.start_logging(Name='audit')


def start_import(client, bucket, prefix=f'AWSLogs/{ACCOUNT}/CloudTrail/'):
    store = client.create_event_data_store(Name='again')['EventDataStoreArn']
    imported = client.start_import(Destinations=[store], ImportSource={'S3': {
        'S3LocationUri': f's3://{bucket}/{prefix}', 'S3BucketRegion': 'us-east-1',
        'S3BucketAccessRoleArn': f'arn:aws:iam::{ACCOUNT}:role/import'}})['ImportId']
    return store.rsplit('/', 1)[1], imported


def import_ended(client, imported):
    return wait_for(lambda: (found := client.get_import(ImportId=imported))['ImportStatus'] not in ('INITIALIZING', 'IN_PROGRESS') and found)


def test_a_trail_delivers_and_an_import_reads_it(start_with, s3):
    bucket = s3.make_bucket('trail-bucket')
    server = start_with(s3.url, '--no-record-calls', scenario='calls.yaml')
    client = server.client()
    start_trail(client, bucket)
    for i in range(3):
        server.happen([{**EVENT, 'eventID': f'e-{i}-{j}'} for j in range(100)])
        wait_for(lambda: len(s3.keys(bucket)) == i + 1)
    wait_for(lambda: client.get_trail_status(Name='audit').get('LatestDeliveryTime'))
    key = s3.keys(bucket)[0]
    assert key.startswith(f'AWSLogs/{ACCOUNT}/CloudTrail/us-east-1/2024/05/10/{ACCOUNT}_CloudTrail_us-east-1_20240510T1200Z_')
    records = json.loads(gzip.decompress(s3.get(bucket, key)['Body'].read()))['Records']
    assert [record['eventName'] for record in records] == ['ListBuckets'] * 100
    store, imported = start_import(client, bucket)
    assert import_ended(client, imported)['ImportStatistics']['EventsCompleted'] == 300
    assert rows_of(client, f'SELECT count(DISTINCT eventID) FROM {store}')[0][0][1] == '300'


def test_an_import_of_many_pages_with_broken_connections(start_with, moto):
    """Pages of three keys; an answer that ends in its middle is continued."""
    bucket = moto.make_bucket('many-files')
    client_of_s3 = moto.client()
    for i in range(10):
        body = gzip.compress(json.dumps({'Records': [{**EVENT, 'eventID': f'e-{i}'}]}).encode())
        client_of_s3.put_object(Bucket=bucket, Key=f'x & y/AWSLogs/{ACCOUNT}/CloudTrail/us-east-1/2024/05/10/{i:05}.json.gz', Body=body)
    proxy = Trouble(moto.port, lambda method, path, count: 'cut' if path.endswith('.gz') and count % 4 == 0 else None,
                    change=lambda path: path + '&max-keys=3' if 'list-type=2' in path else path)
    client = start_with(proxy.url, scenario='calls.yaml').client()
    store, imported = start_import(client, bucket, 'x & y/')
    ended = import_ended(client, imported)
    assert (ended['ImportStatus'], ended['ImportStatistics']['EventsCompleted']) == ('COMPLETED', 10)
    assert rows_of(client, f'SELECT count(DISTINCT eventID) FROM {store}')[0][0][1] == '10'
    assert len([path for _, path, _ in proxy.requests if 'continuation-token' in path]) == 3
    ranges = [headers['Range'] for _, _, headers in proxy.requests if 'Range' in headers]
    assert ranges and all(each.startswith('bytes=') for each in ranges)
    proxy.stop()


def test_an_import_from_nowhere_fails_and_can_be_started_again(start_with, moto):
    client = start_with(moto.url, scenario='calls.yaml').client()
    _, imported = start_import(client, 'not-there-yet')
    assert import_ended(client, imported)['ImportStatus'] == 'FAILED'
    (failure,) = client.list_import_failures(ImportId=imported)['Failures']
    assert failure['ErrorType'] == 'NoSuchBucket' and failure['Location'].startswith('s3://not-there-yet/')
    moto.make_bucket('not-there-yet')
    body = gzip.compress(json.dumps({'Records': [EVENT]}).encode())
    moto.client().put_object(Bucket='not-there-yet', Key=f'AWSLogs/{ACCOUNT}/CloudTrail/us-east-1/2024/05/10/1.json.gz', Body=body)
    client.start_import(ImportId=imported)
    ended = import_ended(client, imported)
    assert (ended['ImportStatus'], ended['ImportStatistics']['EventsCompleted'], ended['ImportStatistics']['FailedEntries']) == ('COMPLETED', 1, 0)


def test_log_files_that_s3_refuses_are_delivered_later(start_with, moto, tmp_path):
    """Within 30 days, also by another process. Source: AWS user guide, "CloudTrail concepts"."""
    bucket = moto.make_bucket('refusing')
    refuse = {'status': 403}
    proxy = Trouble(moto.port, lambda method, path, count: refuse['status'] if method == 'PUT' else None)
    arguments = ('--no-record-calls', '--data', str(tmp_path))
    server = start_with(proxy.url, *arguments, scenario='calls.yaml')
    client = server.client()
    start_trail(client, bucket)
    server.happen([EVENT])
    server.happen([{**EVENT, 'eventID': 'e-2'}])
    wait_for(lambda: client.get_trail_status(Name='audit').get('LatestDeliveryError') == 'AccessDenied')
    wait_for(lambda: server.request('GET', '/_trailpond/v1/delivery')[1]['waiting_log_files'] == 2)
    server.stop()
    refuse['status'] = None
    server = start_with(proxy.url, *arguments, scenario='calls.yaml')
    server.advance('6m')
    wait_for(lambda: server.request('GET', '/_trailpond/v1/delivery')[1]['waiting_log_files'] == 0)
    found = [record['eventID'] for key in moto.keys(bucket) for record in json.loads(gzip.decompress(moto.get(bucket, key)['Body'].read()))['Records']]
    assert sorted(found) == ['e-1', 'e-2']
    assert 'LatestDeliveryError' not in server.client().get_trail_status(Name='audit')
    proxy.stop()


def make_certificate(folder):
    """A certificate for 127.0.0.1 that vouches for itself."""
    import ipaddress
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, '127.0.0.1')])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
                   .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
                   .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address('127.0.0.1'))]), False)
                   .add_extension(x509.BasicConstraints(True, None), True).sign(key, hashes.SHA256()))
    paths = str(folder / 'certificate.pem'), str(folder / 'key.pem')
    (folder / 'certificate.pem').write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / 'key.pem').write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    assert ssl.create_default_context(cafile=paths[0])
    return paths


def test_https(start_with, tmp_path):
    certificate, key = make_certificate(tmp_path)
    s3 = start_moto('-s', '-c', certificate, '-k', key, secure=True, certificate=certificate)
    try:
        s3.make_bucket('results-bucket')
        client = start_with(s3.url, environment={**CREDENTIALS, 'AWS_CA_BUNDLE': certificate}).client()
        assert delivered(client, start(client)) == 'SUCCESS'
        client = start_with(s3.url).client()
        assert delivered(client, start(client)) == 'FAILED', 'nobody vouches for the certificate'
    finally:
        s3.stop()
