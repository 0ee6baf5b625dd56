"""What brings about the errors of imports, of sample queries and of generated ones. Sources: AWS API reference; shared/spec
5.8, 9."""

STORE = 'aaaaaaaa-0000-4000-8000-000000000001'
DELETED = 'aaaaaaaa-0000-4000-8000-000000000002'
CREATED = 'aaaaaaaa-0000-4000-8000-000000000003'
INSIGHTS = 'aaaaaaaa-0000-4000-8000-000000000006'
ABSENT = '99999999-0000-4000-8000-000000000001'
THEIRS = 'arn:aws:cloudtrail:us-east-1:222222222222:eventdatastore/bbbbbbbb-0000-4000-8000-000000000001'
ORGANIZATION_STORE = 'dddddddd-0000-4000-8000-000000000001'
ORGANIZATION_ARN = 'arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/' + ORGANIZATION_STORE
ROLE = 'arn:aws:iam::123456789012:role/import'
NO_LAKE = {'region': 'eu-west-9'}
MEMBER = {'scenario': 'organization.yaml', 'account': '999999999999'}
ONGOING = {'import': True}  # one is under way


def source(location='s3://import-bucket/', region='us-east-1', role=ROLE):
    return {'S3': {'S3LocationUri': location, 'S3BucketRegion': region, 'S3BucketAccessRoleArn': role}}


def start(destination=STORE, **more):
    return {'Destinations': [destination], 'ImportSource': source(), **more}


def of_an_import(operation, not_found='ImportNotFound'):
    return [
        (operation, 'InvalidParameter', {}),
        (operation, 'InvalidParameter', {'ImportId': 'X' * 36}),
        (operation, not_found, {'ImportId': ABSENT}),
        (operation, 'UnsupportedOperation', {'ImportId': ABSENT}, NO_LAKE),
    ]


CASES = [
    ('StartImport', 'InvalidParameter', {}),
    ('StartImport', 'InvalidParameter', {'Destinations': [STORE]}),
    ('StartImport', 'InvalidParameter', start(ImportId=ABSENT)),
    ('StartImport', 'InvalidParameter', start(StartEventTime=2000000000, EndEventTime=1900000000)),
    ('StartImport', 'InvalidParameter', {'Destinations': [STORE], 'ImportSource': source(role='no-role')}),
    ('StartImport', 'ImportNotFound', {'ImportId': ABSENT}),
    ('StartImport', 'EventDataStoreARNInvalid', start('no ARN')),
    ('StartImport', 'EventDataStoreNotFound', start(ABSENT)),
    ('StartImport', 'InactiveEventDataStore', start(DELETED)),
    ('StartImport', 'InvalidEventDataStoreStatus', start(CREATED)),
    ('StartImport', 'InvalidEventDataStoreCategory', start(INSIGHTS)),
    ('StartImport', 'OperationNotPermitted', start(ORGANIZATION_ARN), MEMBER),
    ('StartImport', 'UnsupportedOperation', start(), NO_LAKE),
    ('StartImport', 'InsufficientEncryptionPolicy', {'Destinations': [STORE], 'ImportSource': source('s3://sealed-bucket/')}),
    *[('StartImport', 'InvalidImportSource', {'Destinations': [STORE], 'ImportSource': wrong}) for wrong in (
        source('https://import-bucket/'), source('s3://UPPER/'), source('s3://import-bucket/../secret/'), source('s3://no-such-bucket/'),
        source('s3://closed-bucket/'), source('s3://empty-bucket/'), source(region='Nowhere'))],
    ('StartImport', 'AccountHasOngoingImport', start(), ONGOING),
    ('DeleteEventDataStore', 'EventDataStoreHasOngoingImport', {'EventDataStore': STORE}, ONGOING),
    ('UpdateEventDataStore', 'EventDataStoreHasOngoingImport', {'EventDataStore': STORE, 'Name': 'renamed'}, ONGOING),
    *of_an_import('GetImport'),
    *of_an_import('StopImport'),
    *of_an_import('ListImportFailures', 'InvalidParameter'),
    ('ListImportFailures', 'InvalidNextToken', 'a made-up token'),
    ('ListImports', 'EventDataStoreARNInvalid', {'Destination': 'no ARN'}),
    ('ListImports', 'InvalidNextToken', {'NextToken': 'made-up'}),
    ('ListImports', 'InvalidParameter', {'ImportStatus': 'DONE'}),
    ('ListImports', 'UnsupportedOperation', {}, NO_LAKE),
    ('SearchSampleQueries', 'InvalidParameter', {}),
    ('SearchSampleQueries', 'InvalidParameter', {'SearchPhrase': 's'}),
    ('SearchSampleQueries', 'InvalidParameter', {'SearchPhrase': 'sign in', 'NextToken': 'made-up'}),
    ('SearchSampleQueries', 'UnsupportedOperation', {'SearchPhrase': 'sign in'}, NO_LAKE),
    ('GenerateQuery', 'InvalidParameter', {}),
    ('GenerateQuery', 'InvalidParameter', {'EventDataStores': [], 'Prompt': 'who signed in'}),
    ('GenerateQuery', 'InvalidParameter', {'EventDataStores': [STORE, STORE], 'Prompt': 'who signed in'}),
    ('GenerateQuery', 'InvalidParameter', {'EventDataStores': [INSIGHTS], 'Prompt': 'who signed in'}),
    ('GenerateQuery', 'InvalidParameter', {'EventDataStores': [STORE], 'Prompt': 'p' * 501}),
    ('GenerateQuery', 'EventDataStoreARNInvalid', {'EventDataStores': ['no-arn'], 'Prompt': 'who signed in'}),
    ('GenerateQuery', 'EventDataStoreNotFound', {'EventDataStores': [ABSENT], 'Prompt': 'who signed in'}),
    ('GenerateQuery', 'InactiveEventDataStore', {'EventDataStores': [DELETED], 'Prompt': 'who signed in'}),
    ('GenerateQuery', 'GenerateResponse', {'EventDataStores': [STORE], 'Prompt': 'a recipe for plum cake'}),
    ('GenerateQuery', 'OperationNotPermitted', {'EventDataStores': [ORGANIZATION_ARN], 'Prompt': 'who signed in'}, MEMBER),
    ('GenerateQuery', 'NoManagementAccountSLRExists', {'EventDataStores': [ORGANIZATION_STORE], 'Prompt': 'who signed in'},
     {'scenario': 'organization.yaml'}),
    ('GenerateQuery', 'UnsupportedOperation', {'EventDataStores': [STORE], 'Prompt': 'who signed in'}, NO_LAKE),
]
