"""What brings about the errors of dashboards, federation, and of the operations that look events up. Sources: AWS API
reference; shared/spec 5.5, 5.9, 8, 9."""

STORE = 'aaaaaaaa-0000-4000-8000-000000000001'
DELETED = 'aaaaaaaa-0000-4000-8000-000000000002'
SEALED = 'aaaaaaaa-0000-4000-8000-000000000007'
ABSENT = '99999999-0000-4000-8000-000000000001'
ORGANIZATION_STORE = 'dddddddd-0000-4000-8000-000000000001'
ORGANIZATION_ARN = 'arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/' + ORGANIZATION_STORE
OTHERS = 'dddddddd-0000-4000-8000-000000000002'
ROLE = 'arn:aws:iam::123456789012:role/federation'
NO_LAKE = {'region': 'eu-west-9'}
ORGANIZATION = {'scenario': 'organization.yaml'}
DASHBOARD = 'my-dashboard'  # made before the call
VIEW = {'Height': '2', 'Width': '4', 'Title': 'Events'}
WITH_DASHBOARD = {'dashboard': {}}
EARLIER, LATER = 1900000000, 2000000000


def widget(statement=f'SELECT eventName FROM {STORE}', **more):
    return {'QueryStatement': statement, 'ViewProperties': VIEW, **more}


def of_widgets(operation, more, where):
    return [(operation, exception, {**more, **settings}, where) for exception, settings in (
        ('InvalidQueryStatement', {'Widgets': [widget('SELECT')]}),
        ('InvalidQueryStatement', {'Widgets': [widget('SELECT nothing FROM ' + STORE)]}),
        ('InvalidQueryStatement', {'Widgets': [widget(QueryParameters=['$StartTime$'])]}),
        ('EventDataStoreNotFound', {'Widgets': [widget(
            f'SELECT eventName FROM "arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/{ABSENT}"')]}),
        ('InactiveEventDataStore', {'Widgets': [widget('SELECT eventName FROM ' + DELETED)]}),
        ('InsufficientEncryptionPolicy', {'Widgets': [widget('SELECT eventName FROM ' + SEALED)]}),
        ('ServiceQuotaExceeded', {'Widgets': [widget()] * 11}),
        ('Conflict', {'RefreshSchedule': {'Frequency': {'Unit': 'HOURS', 'Value': 5}}}))]


def of_federation(operation, more):
    return [
        (operation, 'EventDataStoreARNInvalid', {'EventDataStore': 'no ARN', **more}),
        (operation, 'EventDataStoreNotFound', {'EventDataStore': ABSENT, **more}),
        (operation, 'InactiveEventDataStore', {'EventDataStore': DELETED, **more}),
        (operation, 'UnsupportedOperation', {'EventDataStore': STORE, **more}, NO_LAKE),
        (operation, 'InvalidParameter', {}),
        (operation, 'NoManagementAccountSLRExists', {'EventDataStore': ORGANIZATION_STORE, **more}, ORGANIZATION),
        (operation, 'OperationNotPermitted', {'EventDataStore': ORGANIZATION_ARN, **more}, {**ORGANIZATION, 'account': '999999999999'}),
        (operation, 'NotOrganizationMasterAccount', {'EventDataStore': OTHERS, **more},
         {'scenario': 'features.yaml', 'account': '222222222222'}),
        (operation, 'OrganizationNotInAllFeaturesMode', {'EventDataStore': ORGANIZATION_ARN, **more},
         {**ORGANIZATION, 'then': {'organization': {'all_features': False}}}),
        (operation, 'OrganizationsNotInUse', {'EventDataStore': ORGANIZATION_ARN, **more}, {**ORGANIZATION, 'then': {'organization': 'none'}}),
        (operation, 'ConcurrentModification', {'EventDataStore': STORE, **more}, {'then': {'timing': {'federation_takes': '1h'}}, 'federated': True}),
    ]


CASES = [
    *of_federation('EnableFederation', {'FederationRoleArn': ROLE}),
    *of_federation('DisableFederation', {}),
    ('EnableFederation', 'InvalidParameter', {'EventDataStore': STORE, 'FederationRoleArn': 'no-role'}),
    ('EnableFederation', 'EventDataStoreFederationEnabled', {'EventDataStore': STORE, 'FederationRoleArn': ROLE}, {'federated': True}),
    ('DisableFederation', 'InvalidParameter', {'EventDataStore': STORE}),
    ('DeleteEventDataStore', 'EventDataStoreFederationEnabled', {'EventDataStore': STORE}, {'federated': True}),
    *of_widgets('CreateDashboard', {'Name': 'new-dashboard'}, {}),
    *of_widgets('UpdateDashboard', {'DashboardId': DASHBOARD}, WITH_DASHBOARD),
    ('CreateDashboard', 'Conflict', {'Name': DASHBOARD}, WITH_DASHBOARD),
    ('CreateDashboard', 'InvalidTagParameter', {'Name': 'new-dashboard', 'TagsList': [{'Key': 'aws:x'}]}),
    ('CreateDashboard', 'UnsupportedOperation', {'Name': 'new-dashboard'}, NO_LAKE),
    ('UpdateDashboard', 'Conflict', {'DashboardId': DASHBOARD}, {'then': {'timing': {'dashboard_takes': '1h'}}, 'dashboard': {}}),
    ('DeleteDashboard', 'Conflict', {'DashboardId': DASHBOARD}, {'then': {'timing': {'dashboard_takes': '1h'}}, 'dashboard': {}}),
    ('DeleteDashboard', 'Conflict', {'DashboardId': DASHBOARD}, {'dashboard': {'TerminationProtectionEnabled': True}}),
    *[(operation, *case) for operation in ('GetDashboard', 'UpdateDashboard', 'DeleteDashboard', 'StartDashboardRefresh') for case in (
        ('ResourceNotFound', {'DashboardId': 'no-such-dashboard'}),
        ('ResourceNotFound', {'DashboardId': 'arn:aws:cloudtrail:us-east-1:222222222222:dashboard/theirs'}),
        ('ResourceNotFound', {'DashboardId': 'arn:aws:cloudtrail:us-east-1:123456789012:trail/my-trail'}),
        ('UnsupportedOperation', {'DashboardId': DASHBOARD}, NO_LAKE))],
    ('ListDashboards', 'UnsupportedOperation', {}, NO_LAKE),
    ('StartDashboardRefresh', 'ServiceQuotaExceeded', {'DashboardId': DASHBOARD},
     {'dashboard': {'Widgets': [widget(f"SELECT 'stay running' FROM {STORE}")]}, 'refreshed': True}),
    ('StartDashboardRefresh', 'InactiveEventDataStore', {'DashboardId': DASHBOARD}, {'dashboard': {'Widgets': [widget()]}, 'deleted': STORE}),
    ('StartDashboardRefresh', 'EventDataStoreNotFound', {'DashboardId': DASHBOARD},
     {'dashboard': {'Widgets': [widget(f'SELECT eventName FROM "arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/{STORE}"')]},
      'deleted': STORE, 'days': 8}),
    ('LookupEvents', 'InvalidTimeRange', {'StartTime': LATER, 'EndTime': EARLIER}),
    ('LookupEvents', 'InvalidMaxResults', {'MaxResults': 0}),
    ('LookupEvents', 'InvalidMaxResults', {'MaxResults': 51}),
    ('LookupEvents', 'InvalidNextToken', {'NextToken': 'made-up'}),
    ('LookupEvents', 'InvalidEventCategory', {'EventCategory': 'data'}),
    *[('LookupEvents', 'InvalidLookupAttributes', {'LookupAttributes': attributes, **more}) for attributes, more in (
        ([{'AttributeKey': 'EventName', 'AttributeValue': 'a'}] * 2, {}),
        ([{'AttributeKey': 'Shoe', 'AttributeValue': '42'}], {}),
        ([{'AttributeKey': 'EventName', 'AttributeValue': ''}], {}),
        ([{'AttributeKey': 'EventName', 'AttributeValue': 'v' * 2001}], {}),
        ([{'AttributeKey': 'ReadOnly', 'AttributeValue': 'maybe'}], {}),
        ([{'AttributeKey': 'Username', 'AttributeValue': 'ana'}], {'EventCategory': 'insight'}))],
    *[('ListInsightsData', 'InvalidParameter', arguments, where) for arguments, where in (
        ({}, {}),
        ({'InsightSource': 'no-such-trail', 'DataType': 'InsightsEvents'}, {}),
        ({'InsightSource': 'my-trail', 'DataType': 'Other'}, {'trail': {}}),
        ({'InsightSource': 'my-trail', 'DataType': 'InsightsEvents', 'NextToken': 'made-up'}, {'trail': {}}),
        ({'InsightSource': 'my-trail', 'DataType': 'InsightsEvents', 'StartTime': LATER, 'EndTime': EARLIER}, {'trail': {}}),
        ({'InsightSource': 'my-trail', 'DataType': 'InsightsEvents', 'Dimensions': {'EventId': 'a', 'EventName': 'b'}}, {'trail': {}}))],
    *[('ListInsightsMetricData', 'InvalidParameter', {'EventSource': 's3.amazonaws.com', 'EventName': 'CreateBucket',
                                                      'InsightType': 'ApiCallRateInsight', **more}) for more in (
        {'Period': 90}, {'ErrorCode': 'AccessDenied'}, {'InsightType': 'ApiErrorRateInsight'}, {'InsightType': 'Other'},
        {'EventSource': 'not a source'}, {'StartTime': LATER, 'EndTime': EARLIER}, {'NextToken': 'made-up'}, {'TrailName': 'no-such-trail'})],
    ('ListInsightsMetricData', 'InvalidTrailName', {'EventSource': 's3.amazonaws.com', 'EventName': 'CreateBucket',
                                                    'InsightType': 'ApiCallRateInsight', 'TrailName': 'ab'}),
]
