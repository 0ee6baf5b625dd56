"""What brings about the errors of the operations on trails. Sources: AWS API reference; AWS user guide, "Naming
requirements"; shared/spec 4 (texts of real errors), 5.4, 5.6."""

TRAIL = 'my-trail'  # made before the call
ABSENT_STORE = '99999999-0000-4000-8000-000000000001'
STORE = 'aaaaaaaa-0000-4000-8000-000000000001'
DELETED = 'aaaaaaaa-0000-4000-8000-000000000002'
CREATED = 'aaaaaaaa-0000-4000-8000-000000000003'
INSIGHTS = 'aaaaaaaa-0000-4000-8000-000000000006'
THEIRS = 'arn:aws:cloudtrail:us-east-1:222222222222:eventdatastore/bbbbbbbb-0000-4000-8000-000000000001'
ARN = 'arn:aws:cloudtrail:us-east-1:123456789012:trail/'
BUCKET = {'S3BucketName': 'results-bucket'}
LOGS = 'arn:aws:logs:us-east-1:123456789012:log-group:'
ROLE = 'arn:aws:iam::123456789012:role/logs'
KEY = 'arn:aws:kms:us-east-1:123456789012:key/'
ORGANIZATION_STORE = 'arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/dddddddd-0000-4000-8000-000000000001'
MEMBER = {'scenario': 'organization.yaml', 'account': '999999999999'}
WITH_TRAIL = {'trail': {}}
ELSEWHERE = {'trail': {}, 'region': 'us-west-2'}
# A trail of an organization whose management account is 123456789012, before its role was deleted.
OF_ORGANIZATION = {'trail': {'IsOrganizationTrail': True}, 'organization': {'management_account': '123456789012'}}
LOST_ROLE = {**OF_ORGANIZATION, 'then': {'organization': {'management_account': '123456789012', 'service_linked_role': False}}}
NO_PERMISSIONS = {**OF_ORGANIZATION, 'then': {'organization': {'management_account': '123456789012', 'permissions': False}}}
NO_ACCESS = {**OF_ORGANIZATION, 'then': {'organization': {'management_account': '123456789012', 'trusted_access': False}}}
OTHER_MANAGER = {**OF_ORGANIZATION, 'then': {'organization': {'management_account': '222222222222'}}}


def of_a_name(operation, key='Name', more=None, missing=True):
    """What each operation on one trail answers for its name."""
    more = more or {}
    cases = [(operation, 'InvalidTrailName', {key: name, **more}) for name in (
        '', 'ab', 'n' * 129, 'my trail', '-name', 'name-', 'a--b', '192.168.5.4')]
    cases += [(operation, 'CloudTrailARNInvalid', {key: arn, **more}) for arn in (
        'arn:aws:s3:::bucket', 'arn:aws:cloudtrail:us-east-1:123456789012:trail', ARN + 'a')]
    if missing:
        cases += [(operation, 'TrailNotFound', {key: name, **more}) for name in (
            'no-such-trail', ARN + 'no-such-trail', 'arn:aws:cloudtrail:us-east-1:222222222222:trail/theirs')]
    return cases


def of_a_change(operation, key='Name', more=None):
    more = more or {}
    return [
        *of_a_name(operation, key, more),
        (operation, 'InvalidHomeRegion', {key: ARN + TRAIL, **more}, ELSEWHERE),
        (operation, 'NotOrganizationMasterAccount', {key: ARN + TRAIL, **more}, OTHER_MANAGER),
        (operation, 'NoManagementAccountSLRExists', {key: ARN + TRAIL, **more}, LOST_ROLE),
    ] + ([] if operation == 'PutInsightSelectors' else [
        (operation, 'InsufficientDependencyServiceAccessPermission', {key: ARN + TRAIL, **more}, NO_PERMISSIONS)])


def of_settings(operation, name, where):
    """What Create and Update answer for what is said of a trail."""
    organization = {**BUCKET, 'IsOrganizationTrail': True}
    cases = [(exception, {**BUCKET, **settings}) for exception, settings in (
        ('InvalidS3BucketName', {'S3BucketName': 'UPPER'}),
        ('InvalidS3BucketName', {'S3BucketName': ''}),
        ('InvalidS3Prefix', {'S3KeyPrefix': 'a//b'}),
        ('InvalidS3Prefix', {'S3KeyPrefix': 'p' * 201}),
        ('S3BucketDoesNotExist', {'S3BucketName': 'no-such-bucket'}),
        ('InsufficientS3BucketPolicy', {'S3BucketName': 'closed-bucket'}),
        ('InsufficientEncryptionPolicy', {'S3BucketName': 'sealed-bucket'}),
        ('InsufficientEncryptionPolicy', {'KmsKeyId': KEY + 'denied'}),
        ('KmsKeyNotFound', {'KmsKeyId': KEY + 'missing'}),
        ('KmsKeyDisabled', {'KmsKeyId': KEY + 'disabled'}),
        ('InvalidKmsKeyId', {'KmsKeyId': 'spaces are not allowed'}),
        ('InvalidSnsTopicName', {'SnsTopicName': 'not a name'}),
        ('InvalidSnsTopicName', {'SnsTopicName': 'arn:aws:sqs:us-east-1:123456789012:queue'}),
        ('InsufficientSnsTopicPolicy', {'SnsTopicName': 'no-such-topic'}),
        ('InsufficientSnsTopicPolicy', {'SnsTopicName': 'closed-topic'}),
        ('InvalidCloudWatchLogsLogGroupArn', {'CloudWatchLogsRoleArn': ROLE}),
        ('InvalidCloudWatchLogsLogGroupArn', {'CloudWatchLogsLogGroupArn': 'my-group', 'CloudWatchLogsRoleArn': ROLE}),
        ('InvalidCloudWatchLogsLogGroupArn', {'CloudWatchLogsLogGroupArn': LOGS + 'absent:*', 'CloudWatchLogsRoleArn': ROLE}),
        ('InvalidCloudWatchLogsRoleArn', {'CloudWatchLogsLogGroupArn': LOGS + 'trails:*'}),
        ('InvalidCloudWatchLogsRoleArn', {'CloudWatchLogsLogGroupArn': LOGS + 'closed:*', 'CloudWatchLogsRoleArn': ROLE}),
        ('CloudWatchLogsDeliveryUnavailable', {'CloudWatchLogsLogGroupArn': LOGS + 'away:*', 'CloudWatchLogsRoleArn': ROLE}),
        ('InvalidParameterCombination', {'IsMultiRegionTrail': True, 'IncludeGlobalServiceEvents': False}))]
    return [(operation, exception, {'Name': name, **settings}, where) for exception, settings in cases] + [
        (operation, 'OrganizationsNotInUse', {'Name': name, **organization}, {**where, 'then': {'organization': 'none'}}),
        (operation, 'OrganizationNotInAllFeaturesMode', {'Name': name, **organization},
         {**where, 'then': {'organization': {'management_account': '123456789012', 'all_features': False}}}),
        *[(operation, exception, {'Name': name, **organization}, {**where, **lost}) for exception, lost in (
            ('CloudTrailAccessNotEnabled', NO_ACCESS), ('InsufficientDependencyServiceAccessPermission', NO_PERMISSIONS))],
    ]


def data(kind, value):
    return [{'ReadWriteType': 'All', 'DataResources': [{'Type': kind, 'Values': [value]}]}]


def advanced(*conditions):
    return [{'FieldSelectors': [{'Field': field, 'Equals': values} for field, values in conditions]}]


MANAGEMENT = advanced(('eventCategory', ['Management']))
RATE = [{'InsightType': 'ApiCallRateInsight'}]
READS = [{'ReadWriteType': 'ReadOnly', 'IncludeManagementEvents': True}]

CASES = [
    *of_a_name('CreateTrail', more=BUCKET, missing=False)[:8],
    *of_settings('CreateTrail', 'new-trail', {}),
    ('CreateTrail', 'InvalidParameter', {}),
    ('CreateTrail', 'InvalidParameter', {'Name': 'new-trail'}),
    ('CreateTrail', 'InvalidTagParameter', {'Name': 'new-trail', **BUCKET, 'TagsList': [{'Key': 'aws:x'}]}),
    ('CreateTrail', 'TagsLimitExceeded', {'Name': 'new-trail', **BUCKET, 'TagsList': [{'Key': f'key{i}'} for i in range(51)]}),
    ('CreateTrail', 'TrailAlreadyExists', {'Name': TRAIL, **BUCKET}, WITH_TRAIL),
    ('CreateTrail', 'MaximumNumberOfTrailsExceeded', {'Name': 'one-too-many', **BUCKET}, {'trails': 5}),
    ('CreateTrail', 'NotOrganizationMasterAccount', {'Name': 'new-trail', **BUCKET, 'IsOrganizationTrail': True},
     {'then': {'organization': {'management_account': '222222222222'}}}),
    ('CreateTrail', 'NoManagementAccountSLRExists', {'Name': 'new-trail', **BUCKET, 'IsOrganizationTrail': True},
     {'then': {'organization': {'service_linked_role': False}}}),
    *of_a_change('UpdateTrail'),
    *of_settings('UpdateTrail', TRAIL, WITH_TRAIL),
    ('UpdateTrail', 'InvalidParameter', {}),
    *of_a_change('DeleteTrail'),
    *of_a_change('StartLogging'),
    *of_a_change('StopLogging'),
    *of_a_name('GetTrail'),
    ('GetTrail', 'TrailNotFound', {'Name': ARN + TRAIL}, ELSEWHERE),
    *of_a_name('GetTrailStatus'),
    *[('DescribeTrails', exception, {'trailNameList': [arguments['Name']]})
      for _, exception, arguments in of_a_name('GetTrail', missing=False)],
    *of_a_change('PutEventSelectors', 'TrailName', {'AdvancedEventSelectors': MANAGEMENT}),
    *[('PutEventSelectors', 'InvalidEventSelectors', {'TrailName': TRAIL, **selectors}, WITH_TRAIL) for selectors in (
        {},
        {'EventSelectors': [], 'AdvancedEventSelectors': []},
        {'EventSelectors': READS, 'AdvancedEventSelectors': MANAGEMENT},
        {'EventSelectors': READS * 6},
        {'EventSelectors': [{'ReadWriteType': 'Some'}]},
        {'EventSelectors': [{'IncludeManagementEvents': False}]},
        {'EventSelectors': data('AWS::S3::Bucket', 'arn:aws:s3')},
        {'EventSelectors': data('AWS::S3::Object', 'arn:aws:s3:::*')},
        {'EventSelectors': data('AWS::S3::Object', 'arn:aws:s3:::bucket')},
        {'EventSelectors': data('AWS::Lambda::Function', 'arn:aws:s3:::bucket/')},
        {'EventSelectors': [{'DataResources': [{'Type': 'AWS::S3::Object', 'Values': [
            f'arn:aws:s3:::bucket{i}/' for i in range(251)]}]}]},
        {'EventSelectors': [{'ExcludeManagementEventSources': ['s3.amazonaws.com']}]},
        {'AdvancedEventSelectors': advanced(('eventCategory', ['Insight']))},
        {'AdvancedEventSelectors': advanced(('eventCategory', ['Data']))},
        {'AdvancedEventSelectors': advanced(('readOnly', ['true']))})],
    *of_a_name('GetEventSelectors', 'TrailName'),
    ('GetEventSelectors', 'NoManagementAccountSLRExists', {'TrailName': TRAIL}, LOST_ROLE),
    *of_a_change('PutInsightSelectors', 'TrailName', {'InsightSelectors': RATE}),
    ('PutInsightSelectors', 'InvalidParameter', {'InsightSelectors': RATE}),
    ('PutInsightSelectors', 'InvalidParameter', {'EventDataStore': STORE, 'InsightSelectors': RATE}),
    ('PutInsightSelectors', 'InvalidParameter', {'EventDataStore': STORE, 'InsightSelectors': RATE, 'InsightsDestination': STORE}),
    ('PutInsightSelectors', 'InvalidParameter', {'EventDataStore': ABSENT_STORE, 'InsightSelectors': RATE, 'InsightsDestination': INSIGHTS}),
    ('PutInsightSelectors', 'InvalidParameter', {'EventDataStore': DELETED, 'InsightSelectors': RATE, 'InsightsDestination': INSIGHTS}),
    ('PutInsightSelectors', 'InvalidParameterCombination', {'TrailName': TRAIL, 'EventDataStore': STORE, 'InsightSelectors': RATE}),
    ('PutInsightSelectors', 'InvalidParameterCombination', {'TrailName': TRAIL, 'InsightSelectors': RATE, 'InsightsDestination': INSIGHTS}),
    ('PutInsightSelectors', 'InvalidInsightSelectors', {'TrailName': TRAIL, 'InsightSelectors': RATE * 2}, WITH_TRAIL),
    ('PutInsightSelectors', 'InvalidInsightSelectors', {'TrailName': TRAIL, 'InsightSelectors': [{}]}, WITH_TRAIL),
    ('PutInsightSelectors', 'InvalidInsightSelectors', {'TrailName': TRAIL, 'InsightSelectors': [{'InsightType': 'Other'}]}, WITH_TRAIL),
    ('PutInsightSelectors', 'InvalidInsightSelectors', {'TrailName': TRAIL, 'InsightSelectors': RATE}, {'trail': {}, 'selectors': READS}),
    ('PutInsightSelectors', 'InvalidInsightSelectors', {'EventDataStore': STORE, 'InsightsDestination': INSIGHTS, 'InsightSelectors': [
        {'InsightType': 'ApiErrorRateInsight', 'EventCategories': ['Data']}]}),
    *[('PutInsightSelectors', exception, {'TrailName': TRAIL, 'InsightSelectors': RATE},
       {'trail': {}, 'then': {'buckets': [{'name': 'other-bucket'}, {'name': 'results-bucket', access: 'deny'}]}})
      for exception, access in (('InsufficientS3BucketPolicy', 'policy'), ('InsufficientEncryptionPolicy', 'encryption'))],
    ('PutInsightSelectors', 'S3BucketDoesNotExist', {'TrailName': TRAIL, 'InsightSelectors': RATE},
     {'scenario': 'alone.yaml', 'trail': {}, 'then': {'buckets': [{'name': 'other-bucket'}]}}),
    ('PutInsightSelectors', 'OperationNotPermitted', {'EventDataStore': ORGANIZATION_STORE, 'InsightSelectors': RATE, 'InsightsDestination': INSIGHTS},
     MEMBER),
    *of_a_name('GetInsightSelectors', 'TrailName'),
    ('GetInsightSelectors', 'InvalidParameter', {}),
    ('GetInsightSelectors', 'InvalidParameter', {'EventDataStore': 'no store'}),
    ('GetInsightSelectors', 'InvalidParameterCombination', {'TrailName': TRAIL, 'EventDataStore': STORE}),
    ('GetInsightSelectors', 'InsightNotEnabled', {'TrailName': TRAIL}, WITH_TRAIL),
    ('GetInsightSelectors', 'InsightNotEnabled', {'EventDataStore': STORE}),
    ('GetInsightSelectors', 'NoManagementAccountSLRExists', {'EventDataStore': 'dddddddd-0000-4000-8000-000000000001'},
     {'scenario': 'organization.yaml'}),
    ('GetInsightSelectors', 'OperationNotPermitted', {'EventDataStore': ORGANIZATION_STORE}, MEMBER),
    *of_a_change('PutEventConfiguration', 'TrailName', {'AggregationConfigurations': []}),
    *of_a_name('GetEventConfiguration', 'TrailName'),
    *[(operation, *case) for operation, more in (('PutEventConfiguration', {'MaxEventSize': 'Large'}), ('GetEventConfiguration', {}))
      for case in (
        ('InvalidParameter', more),
        ('InvalidParameterCombination', {'TrailName': TRAIL, 'EventDataStore': STORE, **more}),
        ('EventDataStoreARNInvalid', {'EventDataStore': 'no ARN', **more}),
        ('EventDataStoreNotFound', {'EventDataStore': ABSENT_STORE, **more}),
        ('InvalidEventDataStoreStatus', {'EventDataStore': CREATED, **more}),
        ('InvalidEventDataStoreCategory', {'EventDataStore': INSIGHTS, **more}),
        ('NoManagementAccountSLRExists', {'EventDataStore': 'dddddddd-0000-4000-8000-000000000001', **more},
         {'scenario': 'organization.yaml'}),
        ('OperationNotPermitted', {'EventDataStore': ORGANIZATION_STORE, **more}, MEMBER))],
    ('GetEventConfiguration', 'InvalidEventDataStoreStatus', {'EventDataStore': DELETED}),
    ('PutEventConfiguration', 'InactiveEventDataStore', {'EventDataStore': DELETED, 'MaxEventSize': 'Large'}),
    ('PutEventConfiguration', 'InvalidParameter', {'EventDataStore': STORE}),
    ('PutEventConfiguration', 'InvalidParameter', {'TrailName': TRAIL}),
    ('PutEventConfiguration', 'InvalidParameter', {'EventDataStore': STORE, 'MaxEventSize': 'Huge'}),
    ('PutEventConfiguration', 'InvalidParameter', {'EventDataStore': STORE, 'MaxEventSize': 'Large', 'ContextKeySelectors': [
        {'Type': 'TagContext', 'Equals': ['a']}, {'Type': 'TagContext', 'Equals': ['b']}]}),
    ('PutEventConfiguration', 'InvalidParameterCombination', {'EventDataStore': STORE, 'ContextKeySelectors': [
        {'Type': 'TagContext', 'Equals': ['a']}]}),
    ('PutEventConfiguration', 'InvalidParameterCombination', {'TrailName': TRAIL, 'MaxEventSize': 'Large'}),
    ('PutEventConfiguration', 'InvalidParameterCombination', {'EventDataStore': STORE, 'AggregationConfigurations': []}),
    ('UpdateEventDataStore', 'InvalidInsightSelectors', {'EventDataStore': STORE, 'AdvancedEventSelectors': advanced(
        ('eventCategory', ['Data']), ('resources.type', ['AWS::S3::Object']))}, {'insights': True}),
    ('CreateEventDataStore', 'Kms', {'Name': 'store', 'KmsKeyId': KEY + 'disabled'}),
    ('UpdateEventDataStore', 'Kms', {'EventDataStore': STORE, 'KmsKeyId': KEY + 'disabled'}),
]
