"""Every error that a client or a scenario can bring about, operation by operation.

The declared exceptions are those of the service model (GET /_trailpond/operations, which test_table.py compares
with botocore); what brings each about is from the AWS API reference and shared/spec 4, 5 and 11.
"""
import pytest
from botocore.exceptions import ClientError

from server import Server

STORE = 'aaaaaaaa-0000-4000-8000-000000000001'
DELETED = 'aaaaaaaa-0000-4000-8000-000000000002'
CREATED = 'aaaaaaaa-0000-4000-8000-000000000003'
STOPPED = 'aaaaaaaa-0000-4000-8000-000000000004'
PROTECTED = 'aaaaaaaa-0000-4000-8000-000000000005'
INSIGHTS = 'aaaaaaaa-0000-4000-8000-000000000006'
SEALED = 'aaaaaaaa-0000-4000-8000-000000000007'
ABSENT = '99999999-0000-4000-8000-000000000001'
ARN = 'arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/'
QUERY = 'cccccccc-0000-4000-8000-000000000001'
IN_DELETED = 'cccccccc-0000-4000-8000-000000000005'
IN_SEALED = 'cccccccc-0000-4000-8000-000000000006'
SELECT = f'SELECT eventName FROM {STORE}'
STRANGER = {'EventDataStoreOwnerAccountId': '222222222222'}
NO_LAKE = {'region': 'eu-west-9'}
ORGANIZATION = {'scenario': 'organization.yaml'}
ORGANIZATION_STORE = 'dddddddd-0000-4000-8000-000000000001'
ORGANIZATION_ARN = 'arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/' + ORGANIZATION_STORE
ORGANIZATION_QUERY = 'dddddddd-1111-4000-8000-000000000001'


def selectors(*conditions):
    return {'AdvancedEventSelectors': [{'FieldSelectors': [
        {'Field': field, 'Equals': values} for field, values in conditions]}]}


def of_a_query(operation):
    """What DescribeQuery, GetQueryResults and CancelQuery share."""
    return [
        (operation, 'EventDataStoreARNInvalid', {'EventDataStore': ARN + 'no-id', 'QueryId': QUERY}),
        (operation, 'EventDataStoreNotFound', {'EventDataStore': ABSENT, 'QueryId': QUERY}),
        (operation, 'EventDataStoreNotFound', {'EventDataStore': ARN + ABSENT, 'QueryId': QUERY}),
        (operation, 'InactiveEventDataStore', {'EventDataStore': DELETED, 'QueryId': QUERY}),
        (operation, 'InactiveEventDataStore', {'QueryId': IN_DELETED}),
        (operation, 'InvalidParameter', {'QueryId': 'too-short'}),
        (operation, 'InvalidParameter', {'QueryId': 'X' * 36}),
        (operation, 'QueryIdNotFound', {'QueryId': ABSENT}),
        (operation, 'QueryIdNotFound', {'QueryId': QUERY, 'EventDataStore': STOPPED}),
        (operation, 'OperationNotPermitted', {'QueryId': QUERY, **STRANGER}),
        (operation, 'UnsupportedOperation', {'QueryId': QUERY}, NO_LAKE),
        (operation, 'NoManagementAccountSLRExists', {'QueryId': ORGANIZATION_QUERY}, ORGANIZATION),
    ]


def of_a_store(operation, *, inactive=True):
    return [
        (operation, 'EventDataStoreARNInvalid', {'EventDataStore': 'not-an-arn'}),
        (operation, 'EventDataStoreARNInvalid', {'EventDataStore': 'arn:aws:s3:::bucket'}),
        (operation, 'EventDataStoreARNInvalid', {'EventDataStore': 'a'}),
        (operation, 'EventDataStoreARNInvalid', {'EventDataStore': 'spaces are not allowed'}),
        (operation, 'EventDataStoreNotFound', {'EventDataStore': ABSENT}),
        (operation, 'UnsupportedOperation', {'EventDataStore': STORE}, NO_LAKE),
    ] + ([(operation, 'InactiveEventDataStore', {'EventDataStore': DELETED})] if inactive else [])


CASES = [
    *of_a_query('DescribeQuery'),
    ('DescribeQuery', 'InvalidParameter', {}),
    ('DescribeQuery', 'InvalidParameter', {'QueryId': QUERY, 'QueryAlias': 'an-alias'}),
    ('DescribeQuery', 'InvalidParameter', {'QueryId': QUERY, 'RefreshId': '1234567890'}),
    ('DescribeQuery', 'QueryIdNotFound', {'QueryAlias': 'no-such-alias'}),
    *of_a_query('GetQueryResults'),
    ('GetQueryResults', 'InvalidMaxResults', {'QueryId': QUERY, 'MaxQueryResults': 0}),
    ('GetQueryResults', 'InvalidMaxResults', {'QueryId': QUERY, 'MaxQueryResults': 1001}),
    ('GetQueryResults', 'InvalidNextToken', {'QueryId': QUERY, 'NextToken': 'made-up'}),
    ('GetQueryResults', 'InvalidNextToken', {'QueryId': QUERY, 'NextToken': 'abc'}),
    ('GetQueryResults', 'InvalidNextToken', {'QueryId': QUERY, 'NextToken': 'a' * 1001}),
    ('GetQueryResults', 'InsufficientEncryptionPolicy', {'QueryId': IN_SEALED}),
    *of_a_query('CancelQuery'),
    ('CancelQuery', 'InactiveQuery', {'QueryId': QUERY}),
    ('CancelQuery', 'Conflict', 'a cancel while another is under way'),
    ('StartQuery', 'InvalidParameter', {}),
    ('StartQuery', 'InvalidParameter', {'QueryAlias': 'no-such-template'}),
    ('StartQuery', 'InvalidParameter', {'QueryAlias': '1 wrong alias'}),
    ('StartQuery', 'InvalidParameter', {'QueryStatement': SELECT, 'QueryParameters': ['one too many']}),
    ('StartQuery', 'InvalidParameter', {'QueryStatement': SELECT, 'QueryParameters': []}),
    ('StartQuery', 'InvalidParameter', {'QueryStatement': SELECT, 'QueryParameters': ['a'] * 11}),
    ('StartQuery', 'InvalidQueryStatement', {'QueryStatement': ''}),
    ('StartQuery', 'InvalidQueryStatement', {'QueryStatement': 'SELECT'}),
    ('StartQuery', 'InvalidQueryStatement', {'QueryStatement': 'DELETE FROM ' + STORE}),
    ('StartQuery', 'InvalidQueryStatement', {'QueryStatement': 'SELECT 1'}),
    ('StartQuery', 'InvalidQueryStatement', {'QueryStatement': 'SELECT eventName FROM nowhere'}),
    ('StartQuery', 'InvalidQueryStatement', {'QueryStatement': SELECT + ' -- ' + 'x' * 10000}),
    ('StartQuery', 'InvalidQueryStatement', {'QueryStatement': 'SELECT ' + '(' * 4000 + '1' + ')' * 4000 + ' FROM ' + STORE}),
    ('StartQuery', 'InvalidQueryStatement', {'QueryStatement': SELECT + "\0"}),
    ('StartQuery', 'EventDataStoreARNInvalid', {'QueryStatement': f'SELECT eventName FROM "{ARN}no-id"'}),
    ('StartQuery', 'EventDataStoreNotFound', {'QueryStatement': f'SELECT eventName FROM "{ARN}{ABSENT}"'}),
    ('StartQuery', 'InactiveEventDataStore', {'QueryStatement': 'SELECT eventName FROM ' + DELETED}),
    ('StartQuery', 'InsufficientEncryptionPolicy', {'QueryStatement': 'SELECT eventName FROM ' + SEALED}),
    ('StartQuery', 'InsufficientEncryptionPolicy', {'QueryStatement': SELECT, 'DeliveryS3Uri': 's3://sealed-bucket'}),
    ('StartQuery', 'InvalidS3BucketName', {'QueryStatement': SELECT, 'DeliveryS3Uri': 's3://UPPER'}),
    ('StartQuery', 'InvalidS3BucketName', {'QueryStatement': SELECT, 'DeliveryS3Uri': 'file:///tmp/x'}),
    ('StartQuery', 'InvalidS3Prefix', {'QueryStatement': SELECT, 'DeliveryS3Uri': 's3://results-bucket/a//b'}),
    ('StartQuery', 'InvalidParameter', {'QueryStatement': SELECT, 'DeliveryS3Uri': 's3://results-bucket/' + 'p' * 1024}),
    ('StartQuery', 'S3BucketDoesNotExist', {'QueryStatement': SELECT, 'DeliveryS3Uri': 's3://no-such-bucket'}),
    ('StartQuery', 'InsufficientS3BucketPolicy', {'QueryStatement': SELECT, 'DeliveryS3Uri': 's3://closed-bucket/p'}),
    ('StartQuery', 'OperationNotPermitted', {'QueryStatement': SELECT, **STRANGER}),
    ('StartQuery', 'UnsupportedOperation', {'QueryStatement': SELECT}, NO_LAKE),
    ('StartQuery', 'NoManagementAccountSLRExists', {'QueryStatement': 'SELECT eventName FROM ' + ORGANIZATION_STORE},
     ORGANIZATION),
    ('StartQuery', 'MaxConcurrentQueries', 'ten are held'),
    ('ListQueries', 'EventDataStoreARNInvalid', {'EventDataStore': 'not-an-arn'}),
    ('ListQueries', 'EventDataStoreNotFound', {'EventDataStore': ABSENT}),
    ('ListQueries', 'InactiveEventDataStore', {'EventDataStore': DELETED}),
    ('ListQueries', 'InvalidParameter', {}),
    ('ListQueries', 'InvalidDateRange', {'EventDataStore': STORE, 'StartTime': 2000000000, 'EndTime': 1900000000}),
    ('ListQueries', 'InvalidMaxResults', {'EventDataStore': STORE, 'MaxResults': 1001}),
    ('ListQueries', 'InvalidMaxResults', {'EventDataStore': STORE, 'MaxResults': 0}),
    ('ListQueries', 'InvalidNextToken', {'EventDataStore': STORE, 'NextToken': 'made-up'}),
    ('ListQueries', 'InvalidQueryStatus', {'EventDataStore': STORE, 'QueryStatus': 'DONE'}),
    ('ListQueries', 'UnsupportedOperation', {'EventDataStore': STORE}, NO_LAKE),
    ('ListQueries', 'NoManagementAccountSLRExists', {'EventDataStore': ORGANIZATION_STORE}, ORGANIZATION),
    # Another account's store, and no EventDataStoreOwnerAccountId to name it by (shared/spec 11).
    ('ListQueries', 'EventDataStoreARNInvalid', {'EventDataStore': 'arn:aws:cloudtrail:us-east-1:222222222222:'
                                                 'eventdatastore/bbbbbbbb-0000-4000-8000-000000000001'}),
    # The organization's store, asked for by an account that it does not let in (COMPATIBILITY.md).
    ('ListQueries', 'OperationNotPermitted', {'EventDataStore': ORGANIZATION_ARN}, {**ORGANIZATION, 'account': '999999999999'}),
    ('GetEventDataStore', 'OperationNotPermitted', {'EventDataStore': ORGANIZATION_ARN}, {**ORGANIZATION, 'account': '999999999999'}),
    *of_a_store('GetEventDataStore', inactive=False),
    *of_a_store('UpdateEventDataStore', inactive=False),
    *of_a_store('DeleteEventDataStore'),
    *of_a_store('RestoreEventDataStore', inactive=False),
    *of_a_store('StartEventDataStoreIngestion', inactive=False),
    *of_a_store('StopEventDataStoreIngestion', inactive=False),
    ('GetEventDataStore', 'InvalidParameter', {}),
    ('GetEventDataStore', 'NoManagementAccountSLRExists', {'EventDataStore': ORGANIZATION_STORE}, ORGANIZATION),
    ('UpdateEventDataStore', 'InvalidParameter', {'EventDataStore': STORE}),
    ('UpdateEventDataStore', 'InvalidParameter', {'EventDataStore': STORE, 'RetentionPeriod': 6}),
    ('UpdateEventDataStore', 'InvalidParameter', {'EventDataStore': STORE, 'BillingMode': 'FREE'}),
    ('UpdateEventDataStore', 'EventDataStoreAlreadyExists', {'EventDataStore': STORE, 'Name': 'stopped'}),
    ('UpdateEventDataStore', 'InvalidEventSelectors', {'EventDataStore': STORE, **selectors(('eventCategory', ['Nothing']))}),
    ('UpdateEventDataStore', 'InactiveEventDataStore', {'EventDataStore': DELETED, 'Name': 'renamed'}),
    ('UpdateEventDataStore', 'NoManagementAccountSLRExists', {'EventDataStore': ORGANIZATION_STORE, 'OrganizationEnabled': True}, ORGANIZATION),
    ('DeleteEventDataStore', 'EventDataStoreTerminationProtected', {'EventDataStore': PROTECTED}),
    ('RestoreEventDataStore', 'InvalidEventDataStoreStatus', {'EventDataStore': STORE}),
    ('StartEventDataStoreIngestion', 'InvalidEventDataStoreStatus', {'EventDataStore': STORE}),
    ('StopEventDataStoreIngestion', 'InvalidEventDataStoreStatus', {'EventDataStore': STOPPED}),
    ('StopEventDataStoreIngestion', 'InvalidEventDataStoreCategory', {'EventDataStore': INSIGHTS}),
    ('ListEventDataStores', 'InvalidMaxResults', {'MaxResults': 1001}),
    ('ListEventDataStores', 'InvalidNextToken', {'NextToken': 'made-up'}),
    ('ListEventDataStores', 'UnsupportedOperation', {}, NO_LAKE),
    ('CreateEventDataStore', 'InvalidParameter', {}),
    ('CreateEventDataStore', 'InvalidParameter', {'Name': 'ab'}),
    ('CreateEventDataStore', 'InvalidParameter', {'Name': 'a b c'}),
    ('CreateEventDataStore', 'InvalidParameter', {'Name': 'n' * 129}),
    ('CreateEventDataStore', 'InvalidParameter', {'Name': 'store', 'RetentionPeriod': 3654}),
    ('CreateEventDataStore', 'InvalidParameter', {'Name': 'store', 'RetentionPeriod': 2558, 'BillingMode': 'FIXED_RETENTION_PRICING'}),
    ('CreateEventDataStore', 'EventDataStoreAlreadyExists', {'Name': 'events'}),
    ('CreateEventDataStore', 'EventDataStoreMaxLimitExceeded', 'ten are there'),
    ('CreateEventDataStore', 'InvalidEventSelectors', {'Name': 'store', **selectors(('nothing', ['x']))}),
    ('CreateEventDataStore', 'InvalidEventSelectors', {'Name': 'store', 'AdvancedEventSelectors': [{'FieldSelectors': []}]}),
    ('CreateEventDataStore', 'InvalidTagParameter', {'Name': 'store', 'TagsList': [{'Key': 'k' * 129}]}),
    ('CreateEventDataStore', 'InvalidTagParameter', {'Name': 'store', 'TagsList': [{'Key': 'a', 'Value': '1'}, {'Key': 'a', 'Value': '2'}]}),
    ('CreateEventDataStore', 'InvalidKmsKeyId', {'Name': 'store', 'KmsKeyId': 'spaces are not allowed'}),
    ('CreateEventDataStore', 'KmsKeyNotFound', {'Name': 'store', 'KmsKeyId': 'arn:aws:kms:us-east-1:123456789012:key/missing'}),
    ('CreateEventDataStore', 'InsufficientEncryptionPolicy', {'Name': 'store', 'KmsKeyId': 'arn:aws:kms:us-east-1:123456789012:key/denied'}),
    ('CreateEventDataStore', 'UnsupportedOperation', {'Name': 'store'}, NO_LAKE),
    ('CreateEventDataStore', 'NoManagementAccountSLRExists', {'Name': 'store', 'OrganizationEnabled': True}, ORGANIZATION),
    ('CreateEventDataStore', 'NotOrganizationMasterAccount', {'Name': 'store', 'OrganizationEnabled': True},
     {**ORGANIZATION, 'account': '999999999999'}),
    ('CreateEventDataStore', 'OrganizationsNotInUse', {'Name': 'store', 'OrganizationEnabled': True}, {'scenario': 'alone.yaml'}),
    ('CreateEventDataStore', 'OrganizationNotInAllFeaturesMode', {'Name': 'store', 'OrganizationEnabled': True},
     {'scenario': 'features.yaml'}),
]

QUERY_OPERATIONS = ['StartQuery', 'DescribeQuery', 'GetQueryResults', 'CancelQuery', 'ListQueries']


@pytest.fixture(scope='module')
def other_servers():
    servers = {}
    yield servers
    for server in servers.values():
        server.stop()


def snake(name):
    return ''.join('_' + c.lower() if c.isupper() else c for c in name).lstrip('_')


def bring_about(client, server, case):
    """The errors that take more than one request."""
    if case == 'ten are held':
        for _ in range(10):
            client.start_query(QueryStatement=f"SELECT 'stay queued' FROM {STORE}")
        return client.start_query(QueryStatement=SELECT)
    if case == 'ten are there':
        for i in range(3):
            client.create_event_data_store(Name=f'store-{i}')
        return client.create_event_data_store(Name='one-too-many')
    assert case == 'a cancel while another is under way'
    query = client.start_query(QueryStatement=f"SELECT 'slow cancel' FROM {STORE}")['QueryId']
    while client.describe_query(QueryId=query)['QueryStatus'] != 'RUNNING':
        pass
    assert client.cancel_query(QueryId=query)['QueryStatus'] == 'RUNNING'
    try:
        return client.cancel_query(QueryId=query)
    finally:
        server.advance('11m')
        assert client.describe_query(QueryId=query)['QueryStatus'] == 'CANCELLED'
        server.request('POST', '/_trailpond/clock', {'mode': 'real'})


@pytest.mark.parametrize('case', CASES, ids=lambda case: f'{case[0]}-{case[1]}')
def test_error(server, other_servers, case):
    operation, exception, arguments, where = (*case, {})[:4]
    where = dict(where)
    scenario = where.pop('scenario', None)
    if scenario:
        server = other_servers.setdefault(scenario, None) or Server(scenario)
        other_servers[scenario] = server
    # The SDK's own validation is off, so that bad input reaches the server.
    client = server.client(validate=False, **where)
    with pytest.raises(ClientError) as error:
        if isinstance(arguments, str):
            bring_about(client, server, arguments)
        else:
            getattr(client, snake(operation))(**arguments)
    answer = error.value.response
    assert answer['Error']['Code'] == exception + 'Exception', answer['Error']['Message']
    assert answer['ResponseMetadata']['HTTPStatusCode'] == 400
    assert answer['Error']['Message']
    assert answer['ResponseMetadata']['RequestId']


def test_every_declared_exception_of_the_query_operations_has_a_case(server):
    _, table, _ = server.request('GET', '/_trailpond/operations')
    for operation in table['operations']:
        if operation['name'] in QUERY_OPERATIONS:
            covered = {case[1] + 'Exception' for case in CASES if case[0] == operation['name']}
            assert set(operation['errors']) - covered == set(), operation['name']


def test_a_message_names_the_member(server):
    client = server.client(validate=False)
    with pytest.raises(ClientError) as error:
        client.describe_query(QueryId='too-short')
    assert 'QueryId' in error.value.response['Error']['Message']
