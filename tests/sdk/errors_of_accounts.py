"""What brings about the errors of the operations that let other accounts in: resource policies and delegated
administrators; and of public keys. Sources: AWS API reference; shared/spec 5.7, 5.10."""
import json

PREFIX = 'arn:aws:cloudtrail:us-east-1:123456789012:'
STORE = PREFIX + 'eventdatastore/aaaaaaaa-0000-4000-8000-000000000001'
CREATED = PREFIX + 'eventdatastore/aaaaaaaa-0000-4000-8000-000000000003'
ABSENT = PREFIX + 'eventdatastore/99999999-0000-4000-8000-000000000001'
THEIRS = 'arn:aws:cloudtrail:us-east-1:222222222222:eventdatastore/bbbbbbbb-0000-4000-8000-000000000001'
MEMBER = '222222222222'
DELEGATION = ['RegisterOrganizationDelegatedAdmin', 'DeregisterOrganizationDelegatedAdmin']


def statement(**more):
    return {'Effect': 'Allow', 'Principal': {'AWS': MEMBER}, 'Action': 'cloudtrail:StartQuery', 'Resource': STORE, **more}


def policy(*statements, **more):
    return json.dumps({'Version': '2012-10-17', 'Statement': list(statements), **more})


VALID = policy(statement())
NO_LAKE = {'region': 'eu-west-9'}


def of_a_resource(operation, more):
    return [
        (operation, 'ResourceARNNotValid', {'ResourceArn': 'no ARN', **more}),
        (operation, 'ResourceARNNotValid', {'ResourceArn': PREFIX + 'eventdatastore/no-uuid', **more}),
        (operation, 'ResourceARNNotValid', {'ResourceArn': STORE.replace('us-east-1', 'us-west-2'), **more}),
        (operation, 'ResourceTypeNotSupported', {'ResourceArn': PREFIX + 'trail/my-trail', **more}),
        (operation, 'ResourceTypeNotSupported', {'ResourceArn': 'arn:aws:s3:::bucket', **more}),
        (operation, 'ResourceNotFound', {'ResourceArn': ABSENT, **more}),
        (operation, 'OperationNotPermitted', {'ResourceArn': THEIRS, **more}),
        (operation, 'UnsupportedOperation', {'ResourceArn': STORE, **more}, NO_LAKE),
    ]


def of_an_organization(operation, key):
    return [
        (operation, 'InvalidParameter', {}),
        (operation, 'InvalidParameter', {key: 'no digits'}),
        (operation, 'InvalidParameter', {key: '1234567890123'}),
        (operation, 'OrganizationsNotInUse', {key: MEMBER}, {'scenario': 'alone.yaml'}),
        (operation, 'OrganizationNotInAllFeaturesMode', {key: MEMBER}, {'scenario': 'features.yaml'}),
        (operation, 'CloudTrailAccessNotEnabled', {key: MEMBER}, {'then': {'organization': {'trusted_access': False}}}),
        (operation, 'InsufficientDependencyServiceAccessPermission', {key: MEMBER}, {'then': {'organization': {'permissions': False}}}),
        (operation, 'NotOrganizationManagementAccount', {key: MEMBER}, {'then': {'organization': {'management_account': '333333333333'}}}),
        (operation, 'AccountNotFound', {key: MEMBER}, {'then': {'organization': {'accounts': ['333333333333']}}}),
    ]


CASES = [
    *of_a_resource('PutResourcePolicy', {'ResourcePolicy': VALID}),
    *of_a_resource('GetResourcePolicy', {}),
    *of_a_resource('DeleteResourcePolicy', {}),
    ('PutResourcePolicy', 'Conflict', {'ResourceArn': CREATED, 'ResourcePolicy': VALID.replace(STORE, CREATED)}),
    ('DeleteResourcePolicy', 'Conflict', {'ResourceArn': CREATED}),
    *[('PutResourcePolicy', 'ResourcePolicyNotValid', {'ResourceArn': STORE, 'ResourcePolicy': text}) for text in (
        'no JSON', '[]', '{}', policy(), policy(*[statement()] * 21), policy(statement(), Version='2020-01-01'),
        policy(statement(Effect='Maybe')), policy(statement(Principal=None)), policy(statement(Principal={'AWS': 'someone'})),
        policy(statement(Principal={'AWS': [MEMBER] * 51})), policy(statement(Action='cloudtrail:DeleteTrail')),
        policy(statement(Action=[])), policy(statement(Resource=ABSENT)), policy(statement(Condition=[])))],
    *[(operation, 'ResourcePolicyNotFound', {'ResourceArn': STORE}) for operation in ('GetResourcePolicy', 'DeleteResourcePolicy')],
    *of_an_organization('RegisterOrganizationDelegatedAdmin', 'MemberAccountId'),
    *of_an_organization('DeregisterOrganizationDelegatedAdmin', 'DelegatedAdminAccountId'),
    ('RegisterOrganizationDelegatedAdmin', 'CannotDelegateManagementAccount', {'MemberAccountId': '123456789012'}),
    ('RegisterOrganizationDelegatedAdmin', 'AccountRegistered', {'MemberAccountId': MEMBER},
     {'then': {'organization': {'delegated_administrators': [MEMBER]}}}),
    ('RegisterOrganizationDelegatedAdmin', 'DelegatedAdminAccountLimitExceeded', {'MemberAccountId': MEMBER},
     {'then': {'organization': {'delegated_administrators': ['333333333333', '444444444444', '555555555555']}}}),
    ('DeregisterOrganizationDelegatedAdmin', 'AccountNotRegistered', {'DelegatedAdminAccountId': MEMBER}),
    ('ListPublicKeys', 'InvalidTimeRange', {'StartTime': 2000000000, 'EndTime': 1900000000}),
    ('ListPublicKeys', 'InvalidToken', {'NextToken': 'made-up'}),
]
