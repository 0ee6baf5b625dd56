"""Every error that a client or a scenario can bring about, operation by operation.

The declared exceptions are those of the service model (GET /_trailpond/operations, which test_table.py compares
with botocore); what brings each about is from the AWS API reference and shared/spec 4, 5 and 11.
"""
import os

import pytest
from botocore.exceptions import ClientError

import errors_of_accounts
import errors_of_dashboards
import errors_of_imports
import errors_of_trails
from server import ROOT, Server

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
PREFIX = 'arn:aws:cloudtrail:us-east-1:123456789012:'
STRANGER = {'EventDataStoreOwnerAccountId': '222222222222'}
NO_LAKE = {'region': 'eu-west-9'}
ORGANIZATION = {'scenario': 'organization.yaml'}
ALONE = {'scenario': 'alone.yaml'}
FEATURES = {'scenario': 'features.yaml'}
OTHERS = 'dddddddd-0000-4000-8000-000000000002'
OTHERS_ARN = 'arn:aws:cloudtrail:us-east-1:222222222222:eventdatastore/' + OTHERS
ORGANIZATION_STORE = 'dddddddd-0000-4000-8000-000000000001'
ORGANIZATION_ARN = 'arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/' + ORGANIZATION_STORE
ORGANIZATION_QUERY = 'dddddddd-1111-4000-8000-000000000001'


FEDERATION = ['EnableFederation', 'DisableFederation']
SET_UP = ['CreateEventDataStore', 'UpdateEventDataStore', 'RestoreEventDataStore']


def loses(**said):
    return {'organization': {'management_account': '123456789012', **said}}


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


def destination(store):
    return {'Type': 'EVENT_DATA_STORE', 'Location': store}


def of_a_destination(operation, more):
    return [(operation, exception, {**more, 'Destinations': [destination(store)]}) for exception, store in (
        ('EventDataStoreARNInvalid', 'not-an-arn'), ('EventDataStoreNotFound', ABSENT),
        ('InactiveEventDataStore', DELETED), ('InvalidEventDataStoreCategory', STORE))]


def of_tags(operation, tags):
    return [
        (operation, 'CloudTrailARNInvalid', {'ResourceId': 'no ARN', **tags}),
        (operation, 'ChannelARNInvalid', {'ResourceId': PREFIX + 'channel/no-uuid', **tags}),
        (operation, 'ChannelNotFound', {'ResourceId': PREFIX + 'channel/' + ABSENT, **tags}),
        (operation, 'EventDataStoreARNInvalid', {'ResourceId': ARN + 'no-uuid', **tags}),
        (operation, 'EventDataStoreNotFound', {'ResourceId': ARN + ABSENT, **tags}),
        (operation, 'InactiveEventDataStore', {'ResourceId': ARN + DELETED, **tags}),
        (operation, 'Conflict', {'ResourceId': ARN + CREATED, **tags}),
        (operation, 'ResourceNotFound', {'ResourceId': PREFIX + 'trail/my-trail', **tags}),
        (operation, 'ResourceTypeNotSupported', {'ResourceId': PREFIX + 'import/x', **tags}),
        (operation, 'InvalidTrailName', {'ResourceId': PREFIX + 'trail/ab', **tags}),
        (operation, 'InvalidTagParameter', {'ResourceId': ARN + STORE, 'TagsList': [{'Key': 'aws:x'}]}),
        (operation, 'UnsupportedOperation', {'ResourceId': ARN + STORE, **tags}, NO_LAKE),
        (operation, 'NotOrganizationMasterAccount', {'ResourceId': OTHERS_ARN, **tags}, {**FEATURES, 'account': '222222222222'}),
        (operation, 'OperationNotPermitted', {'ResourceId': ORGANIZATION_ARN, **tags}, {**ORGANIZATION, 'account': '999999999999'}),
        (operation, 'NoManagementAccountSLRExists', {'ResourceId': ORGANIZATION_ARN, **tags}, ORGANIZATION),
    ]


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
    ('CreateEventDataStore', 'OperationNotPermitted', {'Name': 'store'}, {'account': '555555555555', 'then': {'lake': 'closed'}}),
    ('CreateEventDataStore', 'NoManagementAccountSLRExists', {'Name': 'store', 'OrganizationEnabled': True}, ORGANIZATION),
    ('CreateEventDataStore', 'NotOrganizationMasterAccount', {'Name': 'store', 'OrganizationEnabled': True},
     {**ORGANIZATION, 'account': '999999999999'}),
    ('CreateEventDataStore', 'OrganizationsNotInUse', {'Name': 'store', 'OrganizationEnabled': True}, {'scenario': 'alone.yaml'}),
    ('CreateEventDataStore', 'OrganizationNotInAllFeaturesMode', {'Name': 'store', 'OrganizationEnabled': True},
     {'scenario': 'features.yaml'}),
    ('UpdateEventDataStore', 'OrganizationsNotInUse', 'a store becomes an organization store', ALONE),
    ('UpdateEventDataStore', 'OrganizationNotInAllFeaturesMode', 'a store becomes an organization store', FEATURES),
    *[(operation, 'NotOrganizationMasterAccount', {'EventDataStore': OTHERS}, {**FEATURES, 'account': '222222222222'})
      for operation in ('UpdateEventDataStore', 'DeleteEventDataStore', 'RestoreEventDataStore',
                        'StartEventDataStoreIngestion', 'StopEventDataStoreIngestion')],
    ('UpdateEventDataStore', 'InvalidKmsKeyId', {'EventDataStore': STORE, 'KmsKeyId': 'spaces are not allowed'}),
    ('UpdateEventDataStore', 'KmsKeyNotFound', {'EventDataStore': STORE, 'KmsKeyId': 'arn:aws:kms:us-east-1:123456789012:key/missing'}),
    ('UpdateEventDataStore', 'InsufficientEncryptionPolicy', {'EventDataStore': STORE, 'KmsKeyId': 'arn:aws:kms:us-east-1:123456789012:key/denied'}),
    ('UpdateEventDataStore', 'Conflict', {'EventDataStore': CREATED, 'Name': 'renamed'}),
    *[(operation, 'OperationNotPermitted', {'EventDataStore': ORGANIZATION_ARN}, {**ORGANIZATION, 'account': '999999999999'})
      for operation in ('UpdateEventDataStore', 'DeleteEventDataStore', 'RestoreEventDataStore',
                        'StartEventDataStoreIngestion', 'StopEventDataStoreIngestion')],
    *[(operation, 'NoManagementAccountSLRExists', {'EventDataStore': ORGANIZATION_STORE}, ORGANIZATION)
      for operation in ('DeleteEventDataStore', 'RestoreEventDataStore', 'StartEventDataStoreIngestion',
                        'StopEventDataStoreIngestion')],
    ('ListEventDataStores', 'NoManagementAccountSLRExists', {}, ORGANIZATION),
    ('DeleteEventDataStore', 'Conflict', {'EventDataStore': CREATED}),
    *[(operation, 'InvalidParameter', {}) for operation in (
        'DeleteEventDataStore', 'RestoreEventDataStore', 'StartEventDataStoreIngestion', 'StopEventDataStoreIngestion')],
    ('StartEventDataStoreIngestion', 'InvalidEventDataStoreCategory', {'EventDataStore': INSIGHTS}),
    ('DeleteEventDataStore', 'ChannelExistsForEDS', 'a channel points at it'),
    # Channels
    *of_a_destination('CreateChannel', {'Name': 'my-channel', 'Source': 'Custom'}),
    ('CreateChannel', 'InvalidSource', {'Name': 'my-channel', 'Source': 'CloudTrail', 'Destinations': [destination(STORE)]}),
    ('CreateChannel', 'InvalidTagParameter', {'Name': 'my-channel', 'Source': 'Custom', 'Destinations': [destination(STORE)],
                                              'Tags': [{'Key': 'aws:x'}]}),
    ('CreateChannel', 'TagsLimitExceeded', 'fifty-one tags on a channel'),
    ('CreateChannel', 'InvalidParameter', {'Name': 'ab', 'Source': 'Custom', 'Destinations': [destination(STORE)]}),
    ('CreateChannel', 'UnsupportedOperation', {'Name': 'my-channel', 'Source': 'Custom', 'Destinations': [destination(STORE)]}, NO_LAKE),
    ('CreateChannel', 'ChannelAlreadyExists', 'a second channel of a source'),
    ('CreateChannel', 'ChannelMaxLimitExceeded', 'twenty-five channels are there'),
    ('CreateChannel', 'OperationNotPermitted', {'Name': 'my-channel', 'Source': 'Custom', 'Destinations': [destination(ORGANIZATION_ARN)]},
     {**ORGANIZATION, 'account': '999999999999'}),
    *[case for operation in ('GetChannel', 'UpdateChannel', 'DeleteChannel') for case in (
        (operation, 'ChannelARNInvalid', {'Channel': 'not-an-arn'}),
        (operation, 'ChannelARNInvalid', {'Channel': ARN + STORE}),
        (operation, 'ChannelNotFound', {'Channel': ABSENT}),
        (operation, 'UnsupportedOperation', {'Channel': ABSENT}, NO_LAKE),
        (operation, 'OperationNotPermitted', "another account's channel"))],
    ('UpdateChannel', 'InvalidParameter', 'an update of nothing'),
    ('UpdateChannel', 'ChannelAlreadyExists', 'a name that is taken'),
    *[('UpdateChannel', exception, 'a channel to ' + store) for exception, store in (
        ('EventDataStoreARNInvalid', 'not-an-arn'), ('EventDataStoreNotFound', ABSENT),
        ('InactiveEventDataStore', DELETED), ('InvalidEventDataStoreCategory', STORE))],
    ('ListChannels', 'InvalidNextToken', {'NextToken': 'made-up'}),
    ('ListChannels', 'UnsupportedOperation', {}, NO_LAKE),
    # Tags
    *of_tags('AddTags', {'TagsList': [{'Key': 'a', 'Value': '1'}]}),
    *of_tags('RemoveTags', {'TagsList': [{'Key': 'a'}]}),
    ('AddTags', 'TagsLimitExceeded', {'ResourceId': ARN + STORE, 'TagsList': [{'Key': f'key{i}'} for i in range(51)]}),
    ('ListTags', 'CloudTrailARNInvalid', {'ResourceIdList': ['no ARN']}),
    ('ListTags', 'ChannelARNInvalid', {'ResourceIdList': [PREFIX + 'channel/no-uuid']}),
    ('ListTags', 'EventDataStoreARNInvalid', {'ResourceIdList': [ARN + 'no-uuid']}),
    ('ListTags', 'EventDataStoreNotFound', {'ResourceIdList': [ARN + ABSENT]}),
    ('ListTags', 'InactiveEventDataStore', {'ResourceIdList': [ARN + DELETED]}),
    ('ListTags', 'ResourceNotFound', {'ResourceIdList': [PREFIX + 'channel/' + ABSENT]}),
    ('ListTags', 'ResourceTypeNotSupported', {'ResourceIdList': [PREFIX + 'import/x']}),
    ('ListTags', 'InvalidTrailName', {'ResourceIdList': [PREFIX + 'trail/ab']}),
    ('ListTags', 'InvalidToken', {'ResourceIdList': [ARN + STORE], 'NextToken': 'reserved'}),
    ('ListTags', 'UnsupportedOperation', {'ResourceIdList': [ARN + STORE]}, NO_LAKE),
    ('ListTags', 'OperationNotPermitted', {'ResourceIdList': [ORGANIZATION_ARN]}, {**ORGANIZATION, 'account': '999999999999'}),
    ('ListTags', 'NoManagementAccountSLRExists', {'ResourceIdList': [ORGANIZATION_ARN]}, ORGANIZATION),
    *errors_of_trails.CASES,
    *errors_of_accounts.CASES,
    *errors_of_dashboards.CASES,
    *errors_of_imports.CASES,
    *[(operation, 'Throttling', 'more calls than AWS takes') for operation in (
        'CreateEventDataStore', 'UpdateEventDataStore', 'CreateTrail', 'UpdateTrail', 'DeleteTrail', 'StartLogging',
        'StopLogging', 'PutEventSelectors', 'PutInsightSelectors', 'GetInsightSelectors', 'PutEventConfiguration')],
    *[(operation, 'OperationNotPermitted', arguments, {'then': {'lake': 'denied'}}) for operation, arguments in (
        ('ListChannels', {}), ('ListEventDataStores', {}), ('ListImports', {}), ('SearchSampleQueries', {'SearchPhrase': 'sign in'}),
        ('GetImport', {'ImportId': ABSENT}), ('StopImport', {'ImportId': ABSENT}), ('ListImportFailures', {'ImportId': ABSENT}),
        ('StartQuery', {'QueryStatement': SELECT}), ('GetEventDataStore', {'EventDataStore': STORE}))],
    ('CreateDashboard', 'UnsupportedOperation', {'Name': 'my-dashboard'}, {'then': {'lake': 'denied'}}),
    *[(operation, exception, {'EventDataStore': STORE, **more}, where) for operation, more in (
        ('PutInsightSelectors', {'InsightSelectors': []}), ('GetInsightSelectors', {}), ('GetEventConfiguration', {}),
        ('PutEventConfiguration', {'MaxEventSize': 'Large', 'ContextKeySelectors': []}))
      for exception, where in (('OperationNotPermitted', {'then': {'lake': 'denied'}}), ('UnsupportedOperation', NO_LAKE))],
    ('CreateEventDataStore', 'Conflict', 'a store of that name is being made'),
    ('StartEventDataStoreIngestion', 'Conflict', 'ingestion is being stopped'),
    ('StopEventDataStoreIngestion', 'Conflict', 'ingestion is being stopped'),
    ('RestoreEventDataStore', 'EventDataStoreMaxLimitExceeded', 'more stores than there may be'),
    # What an organization does not allow (any more).
    *[(operation, 'InsufficientDependencyServiceAccessPermission', "an organization's store", {'then': loses(permissions=False)})
      for operation in (*SET_UP, *FEDERATION, 'DeleteEventDataStore', 'StartEventDataStoreIngestion', 'StopEventDataStoreIngestion')],
    *[(operation, 'CloudTrailAccessNotEnabled', "an organization's store", {'then': loses(trusted_access=False)})
      for operation in (*SET_UP, *FEDERATION)],
    ('RestoreEventDataStore', 'OrganizationNotInAllFeaturesMode', "an organization's store", {'then': loses(all_features=False)}),
    ('RestoreEventDataStore', 'OrganizationsNotInUse', "an organization's store", {'then': {'organization': 'none'}}),
]

DELEGATION = errors_of_accounts.DELEGATION
LOOKUPS = ['LookupEvents', 'ListInsightsData', 'ListInsightsMetricData']

# Declared errors that nothing brings about here but a fault of the scenario, each with the reason and the operations.
BY_FAULT = {
    'AccessDenied': ('permissions of IAM are not simulated', FEDERATION),
    'CloudTrailInvalidClientTokenId': ('calls to AWS Organizations are not simulated', ['CreateTrail', 'UpdateTrail']),
    'Conflict': ('no change of these takes time here, so two cannot meet', [
        'CreateTrail', 'UpdateTrail', 'DeleteTrail', 'StartLogging', 'StopLogging', 'PutEventSelectors', 'PutInsightSelectors', 'PutEventConfiguration',
        *DELEGATION]),
    'InsufficientIAMAccessPermission': ('permissions of IAM are not simulated', [
        'PutEventConfiguration', 'RegisterOrganizationDelegatedAdmin']),
    'InvalidEventSelectors': ('UpdateTrail has no member for selectors', ['UpdateTrail']),
    'Kms': ("a key's own failures are not simulated", ['CreateTrail', 'UpdateTrail', 'PutInsightSelectors']),
    'NoManagementAccountSLRExists': ('an account without an organization has no such trail', ['DescribeTrails']),
    'OperationNotPermitted': ('AWS does not say what causes it', [
        'CreateTrail', 'UpdateTrail', 'DeleteTrail', 'DescribeTrails', 'GetTrail', 'ListTrails', 'StartLogging', 'StopLogging',
        'GetTrailStatus', 'PutEventSelectors', 'GetEventSelectors', 'ListPublicKeys', *DELEGATION, *LOOKUPS]),
    'TrailNotProvided': ('AWS does not answer it any more', ['CreateTrail', 'UpdateTrail']),
    'UnsupportedOperation': ('only the operations of Lake are missing in some Regions', [
        'CreateTrail', 'UpdateTrail', 'DeleteTrail', 'DescribeTrails', 'GetTrail', 'ListTrails', 'StartLogging', 'StopLogging',
        'GetTrailStatus', 'PutEventSelectors', 'GetEventSelectors', 'ListPublicKeys', *DELEGATION, *LOOKUPS]),
}

TRAIL = {'Name': errors_of_trails.TRAIL}
OF_TRAIL = {'TrailName': errors_of_trails.TRAIL}
# A call of each of them that succeeds, with the trail there.
MINIMAL = {
    'CreateEventDataStore': {'Name': 'store'},
    'DeleteEventDataStore': {'EventDataStore': STORE},
    'RestoreEventDataStore': {'EventDataStore': DELETED},
    'StartEventDataStoreIngestion': {'EventDataStore': STOPPED},
    'StopEventDataStoreIngestion': {'EventDataStore': STORE},
    'UpdateEventDataStore': {'EventDataStore': STORE, 'Name': 'renamed'},
    'CreateTrail': {'Name': 'new-trail', 'S3BucketName': 'results-bucket'},
    'DescribeTrails': {},
    'ListTrails': {},
    **{operation: TRAIL for operation in ('UpdateTrail', 'DeleteTrail', 'GetTrail', 'StartLogging', 'StopLogging', 'GetTrailStatus')},
    'PutEventSelectors': {**OF_TRAIL, 'EventSelectors': errors_of_trails.READS},
    'GetEventSelectors': OF_TRAIL,
    'PutInsightSelectors': {**OF_TRAIL, 'InsightSelectors': errors_of_trails.RATE},
    'GetInsightSelectors': OF_TRAIL,
    'PutEventConfiguration': {**OF_TRAIL, 'AggregationConfigurations': []},
    'GetEventConfiguration': OF_TRAIL,
    'ListPublicKeys': {},
    'EnableFederation': {'EventDataStore': STORE, 'FederationRoleArn': errors_of_dashboards.ROLE},
    'DisableFederation': {'EventDataStore': STORE},
    'LookupEvents': {},
    'ListInsightsData': {'InsightSource': errors_of_trails.TRAIL, 'DataType': 'InsightsEvents'},
    'ListInsightsMetricData': {'EventSource': 's3.amazonaws.com', 'EventName': 'CreateBucket', 'InsightType': 'ApiCallRateInsight'},
    'RegisterOrganizationDelegatedAdmin': {'MemberAccountId': errors_of_accounts.MEMBER},
    'DeregisterOrganizationDelegatedAdmin': {'DelegatedAdminAccountId': errors_of_accounts.MEMBER},
}

QUERY_OPERATIONS = ['StartQuery', 'DescribeQuery', 'GetQueryResults', 'CancelQuery', 'ListQueries', 'GenerateQuery', 'SearchSampleQueries']


@pytest.fixture(scope='module')
def other_servers():
    servers = {}
    yield servers
    for server in servers.values():
        server.stop()


def snake(name):
    return ''.join('_' + c.lower() if c.isupper() else c for c in name).lstrip('_')


def activity_store(client, name='activity'):
    return client.create_event_data_store(
        Name=name, TerminationProtectionEnabled=False, **selectors(('eventCategory', ['ActivityAuditLog'])))['EventDataStoreArn']


def channel(client, name='my-channel', source='Custom', store=None, **more):
    store = store or activity_store(client)
    return client.create_channel(Name=name, Source=source, Destinations=[destination(store)], **more)['ChannelArn']


def bring_about_of_channels(client, server, operation, case):
    if case == 'a store becomes an organization store':
        store = client.create_event_data_store(Name='mine')['EventDataStoreArn']
        return client.update_event_data_store(EventDataStore=store, OrganizationEnabled=True)
    if case == 'fifty-one tags on a channel':
        return channel(client, Tags=[{'Key': f'key{i}'} for i in range(51)])
    if case == "another account's channel":
        theirs = channel(client)
        return getattr(server.client(account='222222222222', validate=False), snake(operation))(Channel=theirs)
    store = activity_store(client)
    first = channel(client, store=store)
    if case == 'a channel points at it':
        return client.delete_event_data_store(EventDataStore=store)
    if case == 'a second channel of a source':
        return channel(client, 'other', store=store)
    if case == 'twenty-five channels are there':
        return [channel(client, f'channel-{i}', f'source {i}', store) for i in range(25)]
    if case == 'an update of nothing':
        return client.update_channel(Channel=first)
    if case == 'a name that is taken':
        channel(client, 'other', 'Okta', store)
        return client.update_channel(Channel=first, Name='other')
    assert case.startswith('a channel to ')
    return client.update_channel(Channel=first, Destinations=[destination(case.removeprefix('a channel to '))])


def bring_about_of_stores(client, server, operation, case, then=None):
    if case == 'a store of that name is being made':
        post(server, {'timing': {'creation_takes': '1h'}})
        return [client.create_event_data_store(Name='twice') for _ in range(2)]
    if case == 'ingestion is being stopped':
        post(server, {'timing': {'ingestion_takes': '1h'}})
        client.stop_event_data_store_ingestion(EventDataStore=STORE)
        return getattr(client, snake(operation))(EventDataStore=STORE)
    if case == 'more stores than there may be':
        post(server, {'event_data_stores': [{'name': f'more-{i}'} for i in range(5)]})
        return client.restore_event_data_store(EventDataStore=DELETED)
    assert case == "an organization's store"
    store = client.create_event_data_store(Name='of-all', OrganizationEnabled=True, TerminationProtectionEnabled=False)['EventDataStoreArn']
    if operation == 'RestoreEventDataStore':
        client.delete_event_data_store(EventDataStore=store)
    post(server, then)
    arguments = {**MINIMAL.get(operation, {}), 'EventDataStore': store}
    if operation == 'CreateEventDataStore':
        arguments = {'Name': 'another', 'OrganizationEnabled': True}
    return getattr(client, snake(operation))(**arguments)


def exceed_the_rate(client, server, operation):
    """Ten calls a second is the most that AWS takes of any of them."""
    make_trail(client)
    post(server, {'rates': 'aws'})
    for _ in range(11):
        try:
            getattr(client, snake(operation))(**MINIMAL[operation])
        except ClientError as error:
            if error.response['Error']['Code'] == 'ThrottlingException':
                raise
            assert operation in ('GetInsightSelectors', 'DeleteTrail'), error


def bring_about(client, server, operation, case, then=None):
    """The errors that take more than one request."""
    if case == 'more calls than AWS takes':
        return exceed_the_rate(client, server, operation)
    if case in ('a store of that name is being made', 'ingestion is being stopped', 'more stores than there may be',
                "an organization's store"):
        return bring_about_of_stores(client, server, operation, case, then)
    if case == 'a made-up token':
        import_id = client.start_import(**errors_of_imports.start())['ImportId']
        return client.list_import_failures(ImportId=import_id, NextToken='made-up')
    if case == 'ten are held':
        for _ in range(10):
            client.start_query(QueryStatement=f"SELECT 'stay queued' FROM {STORE}")
        return client.start_query(QueryStatement=SELECT)
    if case == 'ten are there':
        for i in range(3):
            client.create_event_data_store(Name=f'store-{i}')
        return client.create_event_data_store(Name='one-too-many')
    if case != 'a cancel while another is under way':
        return bring_about_of_channels(client, server, operation, case)
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


def post(server, scenario):
    status, answer, _ = server.request('POST', '/_trailpond/scenario', scenario)
    assert status == 200, answer


def make_trail(client, name=errors_of_trails.TRAIL, **more):
    client.create_trail(Name=name, S3BucketName='results-bucket', **more)


def prepare(server, where):
    """Brings about what a case says is there before its call, and takes that out of `where`."""
    client = server.client()
    organization = where.pop('organization', None)
    if organization:
        post(server, {'organization': organization})
    trail = where.pop('trail', None)
    if trail is not None:
        make_trail(client, **trail)
    for i in range(where.pop('trails', 0)):
        make_trail(client, f'trail-{i}')
    selectors = where.pop('selectors', None)
    if selectors:
        client.put_event_selectors(TrailName=errors_of_trails.TRAIL, EventSelectors=selectors)
    if where.pop('insights', False):
        client.put_insight_selectors(EventDataStore=STORE, InsightsDestination=INSIGHTS, InsightSelectors=errors_of_trails.RATE)
    if where.pop('import', False):
        post(server, {'timing': {'import_takes': '1h'}})
        client.start_import(**errors_of_imports.start())
    then = where.pop('then', None)
    if then:
        post(server, then)
    if where.pop('federated', False):
        client.enable_federation(EventDataStore=STORE, FederationRoleArn=errors_of_dashboards.ROLE)
    dashboard = where.pop('dashboard', None)
    if dashboard is not None:
        client.create_dashboard(Name=errors_of_dashboards.DASHBOARD, **dashboard)
    if where.pop('refreshed', False):
        client.start_dashboard_refresh(DashboardId=errors_of_dashboards.DASHBOARD)
    deleted = where.pop('deleted', None)
    if deleted:
        client.delete_event_data_store(EventDataStore=deleted)
    days = where.pop('days', None)
    if days:
        server.advance(f'{days}d')


@pytest.mark.parametrize('case', CASES, ids=lambda case: f'{case[0]}-{case[1]}')
def test_error(server, other_servers, case):
    operation, exception, arguments, where = (*case, {})[:4]
    where = dict(where)
    scenario = where.pop('scenario', None)
    if scenario:
        server = other_servers.setdefault(scenario, None) or Server(scenario)
        other_servers[scenario] = server
        server.reset()
    late = where.pop('then', None) if arguments == "an organization's store" else None
    prepare(server, where)
    # The SDK's own validation is off, so that bad input reaches the server.
    client = server.client(validate=False, **where)
    with pytest.raises(ClientError) as error:
        if isinstance(arguments, str):
            bring_about(client, server, operation, arguments, late)
        else:
            getattr(client, snake(operation))(**arguments)
    answer = error.value.response
    assert answer['Error']['Code'] == exception + 'Exception', answer['Error']['Message']
    assert answer['ResponseMetadata']['HTTPStatusCode'] == 400
    assert answer['Error']['Message']
    assert answer['ResponseMetadata']['RequestId']


@pytest.mark.parametrize('operation, exception', [(operation, exception) for exception, (_, operations) in BY_FAULT.items()
                                                  for operation in operations])
def test_error_by_fault(server, operation, exception):
    arguments = MINIMAL[operation]
    fault = {'match': {'operation': operation, 'times': 1}, 'error': exception + 'Exception', 'message': 'as the test says'}
    make_trail(server.client())
    if operation == 'DeregisterOrganizationDelegatedAdmin':
        server.client().register_organization_delegated_admin(**MINIMAL['RegisterOrganizationDelegatedAdmin'])
    if operation == 'DisableFederation':
        server.client().enable_federation(**MINIMAL['EnableFederation'])
    if operation == 'GetInsightSelectors':
        server.client().put_insight_selectors(**MINIMAL['PutInsightSelectors'])
    post(server, {'faults': [fault]})
    call = getattr(server.client(), snake(operation))
    with pytest.raises(ClientError) as error:
        call(**arguments)
    assert error.value.response['Error'] == {'Code': exception + 'Exception', 'Message': 'as the test says'}
    call(**arguments)  # nothing was half done, and the fault is over


@pytest.fixture
def declared(server):
    """The errors that each operation declares, without their endings."""
    _, table, _ = server.request('GET', '/_trailpond/operations')
    return {operation['name']: [error.removesuffix('Exception') for error in operation['errors']] for operation in table['operations']}


def causes_of(operation, exception):
    return [case for case in CASES if case[:2] == (operation, exception)]


def test_every_declared_exception_has_a_case_or_a_fault(declared):
    for name, errors in declared.items():
        uncaused = {error for error in errors if not causes_of(name, error)}
        assert uncaused == {exception for exception, (_, operations) in BY_FAULT.items() if name in operations}, name
        assert not uncaused or not (name in QUERY_OPERATIONS or name.endswith(('EventDataStore', 'EventDataStores', 'Ingestion')))


def render_errors(declared):
    """The page that says what brings about each declared error of each operation."""
    pairs = [(name, error) for name, errors in sorted(declared.items()) for error in sorted(set(errors))]
    natural = [pair for pair in pairs if causes_of(*pair)]
    lines = ['# What brings about each error', '',
             f'{len(pairs)} pairs of an operation and an error that it declares. {len(natural)} have a cause of their own; test_error in',
             '`tests/sdk/test_errors.py` brings each about, by as many requests as the table says. The rest are answered only when a',
             "scenario's `faults` say so. This page is written by `tools/errors_reference`.", '',
             '| operation | error | cause |', '|---|---|---|']
    for name, error in pairs:
        causes = causes_of(name, error)
        cause = (f'{len(causes)} request{"s" if len(causes) > 1 else ""} of `test_error`' if causes
                 else f'by fault only: {BY_FAULT[error][0]}')
        lines.append(f'| {name} | {error} | {cause} |')
    return '\n'.join(lines) + '\n', len(pairs), len(natural)


def test_the_page_of_errors_is_up_to_date(declared):
    page, pairs, natural = render_errors(declared)
    assert natural >= 420, natural
    path = os.path.join(ROOT, 'docs', 'errors.md')
    if os.environ.get('WRITE_ERRORS_PAGE'):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'w') as file:
            file.write(page)
    with open(path) as file:
        assert file.read() == page, 'run tools/errors_reference'


def test_a_message_names_the_member(server):
    client = server.client(validate=False)
    with pytest.raises(ClientError) as error:
        client.describe_query(QueryId='too-short')
    assert 'QueryId' in error.value.response['Error']['Message']
