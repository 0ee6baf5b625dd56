"""The log files of trails. Sources: AWS user guide, "Log file name format", "CloudTrail log file examples"."""
import gzip
import hashlib
import json
import os
import re

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from server import ACCOUNT, rows_of, wait_for_end
from test_result_delivery import as_subject_public_key_info

EVENT = {'eventVersion': '1.11', 'eventID': 'e-1', 'eventTime': '2024-05-10T11:59:00Z', 'awsRegion': 'us-east-1', 'eventSource': 's3.amazonaws.com',
         'eventName': 'ListBuckets', 'readOnly': True, 'eventType': 'AwsApiCall', 'eventCategory': 'Management', 'recipientAccountId': ACCOUNT}
NAME = r'\d{12}_CloudTrail_us-east-1_20240510T1200Z_[A-Z0-9]{16}\.json\.gz'


@pytest.fixture
def server(start_server, tmp_path):
    return start_server('calls.yaml', '--no-record-calls', '--export-dir', str(tmp_path))


def files_below(root):
    return sorted(os.path.relpath(os.path.join(folder, name), root) for folder, _, names in os.walk(root) for name in names)


def start_trail(client, **more):
    client.create_trail(Name='audit', S3BucketName='my-bucket', **more)
    client.start_logging(Name='audit')


def records(root, path):
    with gzip.open(os.path.join(root, path)) as file:
        return json.load(file)['Records']


def test_a_delivery_is_a_file_where_aws_puts_it(server, tmp_path):
    start_trail(server.client(), S3KeyPrefix='logs/all')
    server.happen([EVENT, {**EVENT, 'eventID': 'e-2'}])
    (path,) = files_below(tmp_path)
    assert re.fullmatch(rf'my-bucket/logs/all/AWSLogs/{ACCOUNT}/CloudTrail/us-east-1/2024/05/10/{NAME}', path)
    assert records(tmp_path, path) == [EVENT, {**EVENT, 'eventID': 'e-2'}]
    server.happen([{**EVENT, 'awsRegion': 'eu-west-1'}])
    assert len(files_below(tmp_path)) == 1, 'the trail is of one Region'


def test_regions_and_accounts_have_their_folders(server, tmp_path):
    start_trail(server.client(), IsMultiRegionTrail=True, IsOrganizationTrail=True)
    server.happen([EVENT, {**EVENT, 'awsRegion': 'eu-west-1'}])
    server.happen([{**EVENT, 'recipientAccountId': '222222222222'}], query='?account=222222222222')
    folders = {os.path.dirname(path) for path in files_below(tmp_path)}
    assert folders == {f'my-bucket/AWSLogs/o-trailpond0/{account}/CloudTrail/{region}/2024/05/10' for account, region in (
        (ACCOUNT, 'us-east-1'), (ACCOUNT, 'eu-west-1'), ('222222222222', 'us-east-1'))}


def test_what_was_delivered_can_be_imported(server, tmp_path):
    client = server.client()
    start_trail(client)
    server.happen([{**EVENT, 'eventID': f'e-{i}'} for i in range(100)])
    store = client.create_event_data_store(Name='again')['EventDataStoreArn']
    imported = client.start_import(Destinations=[store], ImportSource={'S3': {
        'S3LocationUri': f's3://my-bucket/AWSLogs/{ACCOUNT}/CloudTrail/', 'S3BucketRegion': 'us-east-1',
        'S3BucketAccessRoleArn': f'arn:aws:iam::{ACCOUNT}:role/import'}})['ImportId']
    while client.get_import(ImportId=imported)['ImportStatus'] in ('INITIALIZING', 'IN_PROGRESS'):
        pass
    assert rows_of(client, f"SELECT count(DISTINCT eventID) FROM {store.rsplit('/', 1)[1]}")[0][0][1] == '100'


def test_a_bucket_that_refuses(server, tmp_path):
    client = server.client()
    start_trail(client)
    for scenario, error in (({'buckets': [{'name': 'other'}]}, 'NoSuchBucket'), ({'buckets': [{'name': 'my-bucket', 'policy': 'deny'}]}, 'AccessDenied')):
        assert server.request('POST', '/_trailpond/scenario', scenario)[0] == 200
        server.happen([EVENT])
        status = client.get_trail_status(Name='audit')
        assert status['LatestDeliveryError'] == error and 'LatestDeliveryTime' not in status
        assert status['LatestDeliveryAttemptTime'] == '2024-05-10T12:00:00Z' and status['LatestDeliveryAttemptSucceeded'] == ''
    assert files_below(tmp_path) == []
    assert server.request('POST', '/_trailpond/scenario', {'buckets': [{'name': 'my-bucket'}]})[0] == 200
    server.happen([EVENT])
    assert 'LatestDeliveryError' not in client.get_trail_status(Name='audit') and len(files_below(tmp_path)) == 1


def test_what_a_bucket_refused_is_delivered_later(server, tmp_path):
    """Within 30 days. Source: AWS user guide, "CloudTrail concepts"."""
    client = server.client()
    start_trail(client)
    deny, allow = ({'buckets': [{'name': 'my-bucket', 'policy': policy}]} for policy in ('deny', 'allow'))
    assert server.request('POST', '/_trailpond/scenario', deny)[0] == 200
    for i in range(3):
        assert server.happen([{**EVENT, 'eventID': f'e-{i}'}])['trails'] == {}
    server.advance('20m')
    assert files_below(tmp_path) == []
    assert server.request('POST', '/_trailpond/scenario', allow)[0] == 200
    assert server.request('GET', '/_trailpond/v1/delivery')[1]['waiting_log_files'] == 3
    server.advance('5m')
    (path,) = files_below(tmp_path)
    assert [record['eventID'] for record in records(tmp_path, path)] == ['e-0', 'e-1', 'e-2'] and '_20240510T1225Z_' in path
    status = client.get_trail_status(Name='audit')
    assert 'LatestDeliveryError' not in status and status['LatestDeliveryAttemptSucceeded'] == '2024-05-10T12:25:00Z'
    assert server.request('POST', '/_trailpond/scenario', deny)[0] == 200
    server.happen([EVENT])
    server.advance('31d')
    assert server.request('GET', '/_trailpond/v1/delivery')[1]['waiting_log_files'] == 0, 'it is given up'


def test_recorded_calls_go_into_a_file_each_five_minutes(start_server, tmp_path):
    server = start_server('calls.yaml', '--export-dir', str(tmp_path))
    client = server.client()
    start_trail(client)
    server.advance('11m')
    before = files_below(tmp_path)
    for _ in range(3):  # at 12:11, 12:12 and 12:13; due five minutes later
        client.list_trails()
        server.advance('1m')
    for _ in range(5):
        server.advance('1m')
        client.get_trail_status(Name='audit')
    assert files_below(tmp_path) == before, 'it is 12:19'
    server.advance('1m')
    (path,) = set(files_below(tmp_path)) - set(before)
    assert '_20240510T1220Z_' in path
    assert [record['eventName'] for record in records(tmp_path, path)] == ['ListTrails'] * 3 + ['GetTrailStatus']


def verify_digest(client, tmp_path, path):
    """Checks a digest as the user guide's "CloudTrail digest file structure" and "Data signing string format" say; answers it."""
    with gzip.open(os.path.join(tmp_path, path)) as file:
        text = file.read()
    digest = json.loads(text)
    with open(os.path.join(tmp_path, '.metadata', path)) as file:
        metadata = json.load(file)
    assert metadata['signature-algorithm'] == digest['digestSignatureAlgorithm'] == 'SHA256withRSA'
    signed = '\n'.join([digest['digestEndTime'], f"{digest['digestS3Bucket']}/{digest['digestS3Object']}", hashlib.sha256(text).hexdigest(),
                        digest['previousDigestSignature'] or 'null'])
    (key,) = [key for key in client.list_public_keys(StartTime=digest['digestStartTime'], EndTime=digest['digestEndTime'])['PublicKeyList']
              if key['Fingerprint'] == digest['digestPublicKeyFingerprint']]
    serialization.load_der_public_key(as_subject_public_key_info(key['Value'])).verify(
        bytes.fromhex(metadata['signature']), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    for log in digest['logFiles']:
        with gzip.open(os.path.join(tmp_path, log['s3Bucket'], log['s3Object'])) as file:
            assert hashlib.sha256(file.read()).hexdigest() == log['hashValue']
    return {**digest, 'signature': metadata['signature'], 'hash': hashlib.sha256(text).hexdigest()}


def digests_below(root):
    return [path for path in files_below(root) if '/CloudTrail-Digest/' in path and not path.startswith('.metadata')]


def test_digests_are_a_chain(server, tmp_path):
    client = server.client()
    start_trail(client, EnableLogFileValidation=True)
    server.happen([EVENT, {**EVENT, 'eventID': 'e-2', 'eventTime': '2024-05-10T11:58:00Z'}])
    server.advance('59m')
    assert digests_below(tmp_path) == []
    server.advance('1m')
    server.advance('2h')
    digests = [verify_digest(client, tmp_path, path) for path in digests_below(tmp_path)]
    first, second, third = digests
    assert (first['awsAccountId'], first['digestStartTime'], first['digestEndTime']) == (ACCOUNT, '2024-05-10T12:00:00Z', '2024-05-10T13:00:00Z')
    assert (first['oldestEventTime'], first['newestEventTime']) == ('2024-05-10T11:58:00Z', '2024-05-10T11:59:00Z')
    assert len(first['logFiles']) == 1 and second['logFiles'] == third['logFiles'] == []
    assert first['previousDigestS3Object'] is first['previousDigestHashValue'] is first['previousDigestSignature'] is None
    for before, after in ((first, second), (second, third)):
        assert (after['previousDigestS3Bucket'], after['previousDigestS3Object']) == ('my-bucket', before['digestS3Object'])
        assert (after['previousDigestHashValue'], after['previousDigestSignature']) == (before['hash'], before['signature'])
        assert after['digestStartTime'] == before['digestEndTime']


def test_a_bucket_that_refuses_a_digest(server, tmp_path):
    client = server.client()
    start_trail(client, EnableLogFileValidation=True)
    server.happen([EVENT])
    assert server.request('POST', '/_trailpond/scenario', {'buckets': [{'name': 'my-bucket', 'policy': 'deny'}]})[0] == 200
    server.advance('1h')
    assert client.get_trail_status(Name='audit')['LatestDigestDeliveryError'] == 'AccessDenied' and digests_below(tmp_path) == []
    assert server.request('POST', '/_trailpond/scenario', {'buckets': [{'name': 'my-bucket'}]})[0] == 200
    server.advance('5m')
    assert len(verify_digest(client, tmp_path, digests_below(tmp_path)[0])['logFiles']) == 1
    assert 'LatestDigestDeliveryError' not in client.get_trail_status(Name='audit')


def test_the_first_digest_after_a_long_time_covers_it(server, tmp_path):
    client = server.client()
    start_trail(client, EnableLogFileValidation=True)
    server.advance('40d')
    digests = digests_below(tmp_path)
    assert len(digests) == 31 * 24 + 1
    first = verify_digest(client, tmp_path, digests[0])
    assert (first['digestStartTime'], first['digestEndTime']) == ('2024-05-10T12:00:00Z', '2024-05-19T12:00:00Z')
    assert verify_digest(client, tmp_path, digests[-1])['digestEndTime'] == '2024-06-19T12:00:00Z'


def test_a_trail_without_validation_and_one_that_is_deleted_have_no_digests(server, tmp_path):
    client = server.client()
    start_trail(client)
    server.happen([EVENT])
    server.advance('2h')
    assert digests_below(tmp_path) == []
    client.update_trail(Name='audit', EnableLogFileValidation=True)
    server.advance('1h')
    assert len(digests_below(tmp_path)) == 1, 'from then on'
    client.delete_trail(Name='audit')
    server.advance('2h')
    assert len(digests_below(tmp_path)) == 1


def test_a_prefix_cannot_lead_out_of_the_folder(server, tmp_path):
    client = server.client()
    start_trail(client, S3KeyPrefix='../../outside')
    server.happen([EVENT])
    assert client.get_trail_status(Name='audit')['LatestDeliveryError'] == 'AccessDenied'
    assert files_below(tmp_path) == [] and not os.path.exists(tmp_path.parent / 'outside')


def test_insights_have_a_folder_of_their_own(server, tmp_path):
    client = server.client()
    start_trail(client)
    client.put_insight_selectors(TrailName='audit', InsightSelectors=[{'InsightType': 'ApiCallRateInsight'}])
    server.happen([{**EVENT, 'eventID': f'e-{i}', 'readOnly': False} for i in range(20)])
    server.advance('6m')
    found = [path for path in files_below(tmp_path) if '/CloudTrail-Insight/' in path]
    assert {record['insightDetails']['state'] for path in found for record in records(tmp_path, path)} == {'Start', 'End'}


def test_insights_that_are_posted_are_delivered_too(server, tmp_path):
    client = server.client()
    start_trail(client)
    insight = {**EVENT, 'eventCategory': 'Insight', 'eventType': 'AwsCloudTrailInsight', 'insightDetails': {'state': 'Start'}}
    assert server.happen([insight])['trails'] == {}, 'the trail has no Insights'
    client.put_insight_selectors(TrailName='audit', InsightSelectors=[{'InsightType': 'ApiCallRateInsight'}])
    server.happen([insight])
    (path,) = files_below(tmp_path)
    assert '/CloudTrail-Insight/' in path and records(tmp_path, path) == [insight]


def test_calls_are_delivered_with_the_data_directory(start_server, tmp_path):
    server = start_server('calls.yaml', '--data', str(tmp_path))
    client = server.client()
    start_trail(client)
    client.list_trails()
    server.advance('5m')
    (path,) = files_below(tmp_path / 's3')
    names = [record['eventName'] for record in records(tmp_path / 's3', path)]
    assert names == ['StartLogging', 'ListTrails'] or names == ['CreateTrail', 'StartLogging', 'ListTrails']
    assert wait_for_end(client, client.start_query(QueryStatement='SELECT 1 FROM bbbbbbbb-0000-4000-8000-000000000002')['QueryId'])
