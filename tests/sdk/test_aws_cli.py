"""The AWS CLI v2 itself verifies what is delivered. Source of the messages: the AWS CLI."""
import gzip
import json
import os

import pytest

from s3_servers import CREDENTIALS, find_aws_cli, run_aws, start_moto
from server import ACCOUNT
from test_log_files import EVENT
from test_result_delivery import delivered, folder_of, start
from test_s3_endpoint import key_of, wait_for

TRAIL = f'arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/audit'


@pytest.fixture(scope='module')
def aws():
    return find_aws_cli()


@pytest.fixture(scope='module')
def s3():
    server = start_moto()
    server.make_bucket('results-bucket')
    yield server
    server.stop()


def flip_byte(path, at):
    with open(path, 'r+b') as file:
        file.seek(at)
        byte = file.read(1)
        file.seek(at)
        file.write(bytes([byte[0] ^ 1]))


def test_results_in_a_folder(aws, start_server, tmp_path):
    server = start_server('service.yaml', '--export-dir', str(tmp_path))
    client = server.client()
    query = start(client)
    assert delivered(client, query) == 'SUCCESS'
    folder = folder_of(str(tmp_path), query)

    def verify():
        return run_aws(aws, 'cloudtrail', 'verify-query-results', '--local-export-path', folder, endpoint=server.url)

    status, said, errors = verify()
    assert (status, said.strip()) == (0, 'Successfully validated sign and query result files'), errors
    flip_byte(os.path.join(folder, 'result_1.csv.gz'), 20)
    status, _, errors = verify()
    assert status == 255 and 'File result_1.csv.gz has inconsistent hash value with hash value recorded in sign file' in errors
    flip_byte(os.path.join(folder, 'result_1.csv.gz'), 20)
    path = os.path.join(folder, 'result_sign.json')
    with open(path) as file:
        sign = json.load(file)
    sign['hashSignature'] = sign['hashSignature'][:-1] + ('0' if sign['hashSignature'][-1] != '0' else '1')
    with open(path, 'w') as file:
        json.dump(sign, file)
    status, _, errors = verify()
    assert status == 255 and 'Invalid signature in sign file' in errors


def test_results_in_s3(aws, start_server, s3):
    server = start_server('service.yaml', '--s3-endpoint', s3.url, environment=CREDENTIALS)
    client = server.client()
    query = start(client)
    assert delivered(client, query) == 'SUCCESS'
    status, said, errors = run_aws(aws, 'cloudtrail', 'verify-query-results', '--s3-bucket', 'results-bucket', '--s3-prefix', key_of(query),
                                   endpoint=server.url, s3=s3.url)
    assert (status, said.strip()) == (0, 'Successfully validated sign and query result files'), errors


def validate(aws, server, s3, region='us-east-1', start_time='2024-05-10T12:00:00Z', end_time='2024-05-10T20:00:00Z', *more):
    return run_aws(aws, 'cloudtrail', 'validate-logs', '--trail-arn', TRAIL, '--start-time', start_time, '--end-time', end_time, '--verbose', *more,
                   endpoint=server.url, s3=s3.url, region=region)


def start_trail(server, bucket, **more):
    client = server.client()
    client.create_trail(Name='audit', S3BucketName=bucket, EnableLogFileValidation=True, **more)
    client.start_logging(Name='audit')
    return client


def digests_of(s3, bucket):
    return [key for key in s3.keys(bucket) if '/CloudTrail-Digest/' in key]


def logs_of(s3, bucket):
    return [key for key in s3.keys(bucket) if '/CloudTrail/' in key]


def deliver_hours(server, s3, bucket, hours):
    """Lets an event happen in each hour, and the hour end."""
    for hour in range(hours):
        server.happen([{**EVENT, 'eventID': f'e-{hour}'}])
        wait_for(lambda: len(logs_of(s3, bucket)) == hour + 1)
        server.advance('1h')
        wait_for(lambda: len(digests_of(s3, bucket)) == hour + 1)


def test_digests_of_a_trail(aws, start_server, s3):
    bucket = s3.make_bucket('digests')
    server = start_server('calls.yaml', '--no-record-calls', '--s3-endpoint', s3.url, environment=CREDENTIALS)
    client = start_trail(server, bucket, S3KeyPrefix='pre')
    deliver_hours(server, s3, bucket, 3)
    server.advance('2h')
    wait_for(lambda: len(digests_of(s3, bucket)) == 5)
    status, said, errors = validate(aws, server, s3)
    assert status == 0, said + errors
    assert '5/5 digest files valid' in said and '3/3 log files valid' in said and 'Results found for 2024-05-10T12:00:00Z to 2024-05-10T17:00:00Z' in said
    assert digests_of(s3, bucket)[0] == (f'pre/AWSLogs/{ACCOUNT}/CloudTrail-Digest/us-east-1/2024/05/10/{ACCOUNT}_CloudTrail-Digest_us-east-1_'
                                         'audit_us-east-1_20240510T130000Z.json.gz')
    assert client.get_trail_status(Name='audit')['LatestDigestDeliveryTime'].isoformat() == '2024-05-10T17:00:00+00:00'
    # One byte of a log file, a digest that is gone, one byte of a digest
    log = logs_of(s3, bucket)[1]
    body = gzip.compress(gzip.decompress(s3.get(bucket, log)['Body'].read()).replace(b'e-1', b'e-9'))
    s3.client().put_object(Bucket=bucket, Key=log, Body=body)
    status, said, errors = validate(aws, server, s3)
    assert status == 1 and f'Log file\ts3://{bucket}/{log}\tINVALID: hash value doesn\'t match' in errors and '2/3 log files valid' in said
    gone, changed = digests_of(s3, bucket)[1], digests_of(s3, bucket)[3]
    s3.client().delete_object(Bucket=bucket, Key=gone)
    found = s3.get(bucket, changed)
    text = gzip.decompress(found['Body'].read()).replace(b'"logFiles":[]', b'"logFiles":[ ]')
    s3.client().put_object(Bucket=bucket, Key=changed, Body=gzip.compress(text), Metadata=found['Metadata'])
    status, said, errors = validate(aws, server, s3)
    assert status == 1 and f'Digest file\ts3://{bucket}/{gone}\tINVALID: not found' in errors
    assert f'Digest file\ts3://{bucket}/{changed}\tINVALID: signature verification failed' in errors


def test_digests_go_on_after_a_restart_a_rotation_of_keys_and_a_stop(aws, start_server, s3, tmp_path):
    """A key is ours for 30 days from the start of its first day; here the next one takes over at midnight."""
    bucket = s3.make_bucket('rotation')
    arguments = ('calls.yaml', '--no-record-calls', '--s3-endpoint', s3.url, '--data', str(tmp_path))
    server = start_server(*arguments, environment=CREDENTIALS)
    first = server.client().list_public_keys()['PublicKeyList']
    assert server.request('POST', '/_trailpond/clock', {'frozen_at': '2024-06-08T22:00:00Z'})[0] == 200
    start_trail(server, bucket)
    deliver_hours(server, s3, bucket, 1)
    server.stop()
    server = start_server(*arguments, environment=CREDENTIALS)
    client = server.client()
    server.happen([{**EVENT, 'eventID': 'later'}])
    wait_for(lambda: len(logs_of(s3, bucket)) == 2)
    server.advance('3h')
    wait_for(lambda: len(digests_of(s3, bucket)) == 4)
    keys = client.list_public_keys(StartTime='2024-06-08T22:00:00Z', EndTime='2024-06-09T02:00:00Z')['PublicKeyList']
    assert len({key['Fingerprint'] for key in keys}) == 2 and keys[0] == first[0]
    assert client.list_public_keys(StartTime='2024-05-12T00:00:00Z', EndTime='2024-05-13T00:00:00Z')['PublicKeyList'] == first
    signers = [json.loads(gzip.decompress(s3.get(bucket, key)['Body'].read()))['digestPublicKeyFingerprint'] for key in digests_of(s3, bucket)]
    assert signers[0] == first[0]['Fingerprint'] and signers[1:] == [keys[1]['Fingerprint']] * 3
    status, said, errors = validate(aws, server, s3, 'us-east-1', '2024-06-08T22:00:00Z', '2024-06-09T02:00:00Z')
    assert status == 0 and '4/4 digest files valid' in said and '2/2 log files valid' in said, said + errors
    client.stop_logging(Name='audit')
    server.advance('3h')
    wait_for(lambda: len(digests_of(s3, bucket)) == 5)
    client.start_logging(Name='audit')
    server.advance('1h')
    wait_for(lambda: len(digests_of(s3, bucket)) == 6)
    last = json.loads(gzip.decompress(s3.get(bucket, digests_of(s3, bucket)[-1])['Body'].read()))
    assert last['previousDigestSignature'] is None and last['logFiles'] == [], 'a chain of its own'


def test_digests_of_other_regions_and_keys_that_are_given(aws, start_server, s3, tmp_path):
    """A trail of all Regions has digests in each, signed by that Region's key. Here it is one of ours for all."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    key = rsa.generate_private_key(65537, 3072)
    (tmp_path / 'key.pem').write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()))
    bucket = s3.make_bucket('regions')
    server = start_server('calls.yaml', '--no-record-calls', '--s3-endpoint', s3.url, '--signing-key', str(tmp_path / 'key.pem'), environment=CREDENTIALS)
    client = start_trail(server, bucket, IsMultiRegionTrail=True)
    server.happen([{**EVENT, 'awsRegion': 'eu-west-1'}])
    wait_for(lambda: len(logs_of(s3, bucket)) == 1)
    server.advance('1h')
    wait_for(lambda: len(digests_of(s3, bucket)) == 2)
    for region, logs in (('us-east-1', ''), ('eu-west-1', '1/1 log files valid')):
        status, said, errors = validate(aws, server, s3, region)
        assert status == 0 and '1/1 digest files valid' in said and logs in said, said + errors
    (listed,) = client.list_public_keys(StartTime='2024-05-10T12:00:00Z', EndTime='2024-05-10T13:00:00Z')['PublicKeyList']
    assert listed['Value'] == key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
