"""Which error wins when a request is wrong in two ways. AWS documents no order, so this pins ours (COMPATIBILITY.md, "Which error
wins"): from what can be told by the request alone to what takes a look at more and more of the world."""
import json

import pytest

import errors_of_trails
from server import ACCOUNT
from test_bad_members import fitting, wrong_values
from test_errors import (ABSENT, ARN, CREATED, DELETED, INSIGHTS, NO_LAKE, ORGANIZATION_ARN, PROTECTED, QUERY, SELECT, STOPPED, STORE,
                         STRANGER, destination, make_trail, post, selectors, snake)

NO_LAKE_HEADERS = {'Authorization': f'AWS4-HMAC-SHA256 Credential={ACCOUNT}/20240501/eu-west-9/cloudtrail/aws4_request, '
                                    'SignedHeaders=host, Signature=0'}
BAD_REGION = {'Authorization': NO_LAKE_HEADERS['Authorization'].replace('eu-west-9', 'EU')}


@pytest.fixture(scope='module')
def operations(shared_server):
    return shared_server.request('GET', '/_trailpond/operations')[1]['operations']


def kind_of(answer):
    return answer[1]['__type'].removesuffix('Exception')


def test_what_every_operation_asks_first(server, operations):
    """Each step of the ladder loses to the one before it: JSON, shape, Region of the signature, fault, rate, the operation."""
    post(server, {'faults': [{'match': {'region': 'eu-west-9'}, 'error': 'ServiceUnavailable'}]})
    for operation in operations:
        name, shape = operation['name'], operation['request']
        fits = json.dumps(fitting(shape))
        misfits = [json.dumps(wrong) for wrong in wrong_values(shape) if isinstance(wrong, dict) and wrong]
        assert kind_of(server.call(name, '{', headers=BAD_REGION)) == 'Serialization', name
        assert kind_of(server.call(name, '[]', headers=BAD_REGION)) == 'Serialization', name
        for wrong in misfits[:3]:
            by_shape = kind_of(server.call(name, wrong))
            assert kind_of(server.call(name, wrong, headers=BAD_REGION)) == by_shape, (name, wrong)
            assert kind_of(server.call(name, wrong, headers=NO_LAKE_HEADERS)) == by_shape, (name, wrong)
        assert kind_of(server.call(name, fits, headers=BAD_REGION)) == 'IncompleteSignature', name
        assert kind_of(server.call(name, fits, headers=NO_LAKE_HEADERS)) == 'ServiceUnavailable', name


def test_a_fault_comes_before_a_rate_and_a_rate_before_the_operation(server):
    post(server, {'rates': 'aws', 'faults': [{'match': {'operation': 'DeleteTrail', 'nth': 2}, 'error': 'ConflictException'}]})
    kinds = [kind_of(server.call('DeleteTrail', '{"Name": "nowhere"}')) for _ in range(3)]
    assert kinds == ['TrailNotFound', 'Conflict', 'Throttling']


WRONG_TWICE = [
    # The Region is asked before any name.
    ('StartQuery', 'UnsupportedOperation', {'QueryStatement': 'SELECT FROM'}, NO_LAKE),
    ('GetEventDataStore', 'UnsupportedOperation', {'EventDataStore': 'not-an-arn'}, NO_LAKE),
    ('CreateEventDataStore', 'UnsupportedOperation', {'Name': 'store', **selectors(('eventCategory', ['Nothing']))}, NO_LAKE),
    ('UpdateChannel', 'UnsupportedOperation', {'Channel': ABSENT}, NO_LAKE),
    # The form of a name, then who may, then whether it is there, then its state.
    ('DescribeQuery', 'EventDataStoreARNInvalid', {'EventDataStore': 'not-an-arn', 'QueryId': ABSENT}, {}),
    ('DescribeQuery', 'EventDataStoreNotFound', {'EventDataStore': ABSENT, 'QueryId': ABSENT}, {}),
    ('DescribeQuery', 'InactiveEventDataStore', {'EventDataStore': DELETED, 'QueryId': ABSENT}, {}),
    ('DescribeQuery', 'OperationNotPermitted', {'QueryId': ABSENT, **STRANGER}, {}),
    ('ListQueries', 'EventDataStoreNotFound', {'EventDataStore': ABSENT, 'NextToken': 'made-up'}, {}),
    ('ListQueries', 'InactiveEventDataStore', {'EventDataStore': DELETED, 'NextToken': 'made-up'}, {}),
    ('ListQueries', 'InvalidDateRange', {'EventDataStore': STORE, 'StartTime': 2, 'EndTime': 1, 'NextToken': 'made-up'}, {}),
    # Where the rows are to go before the statement; both before how many run.
    ('StartQuery', 'S3BucketDoesNotExist', {'QueryStatement': 'SELECT nothing FROM ' + STORE, 'DeliveryS3Uri': 's3://no-such-bucket'}, {}),
    ('StartQuery', 'InactiveEventDataStore', {'QueryStatement': f'SELECT nothing FROM {DELETED}'}, {}),
    ('StartQuery', 'OperationNotPermitted', {'QueryStatement': 'SELECT nothing FROM ' + STORE, **STRANGER}, {}),
    ('StartQuery', 'InvalidS3BucketName', {'QueryStatement': SELECT, 'DeliveryS3Uri': 's3://UPPER/a//b'}, {}),
    # A store: its name, the organization, what is asked of it, its state.
    ('UpdateEventDataStore', 'EventDataStoreNotFound', {'EventDataStore': ABSENT}, {}),
    ('UpdateEventDataStore', 'InvalidParameter', {'EventDataStore': CREATED}, {}),
    ('UpdateEventDataStore', 'Conflict', {'EventDataStore': CREATED, 'RetentionPeriod': 30, **selectors(('eventCategory', ['Nothing']))}, {}),
    ('UpdateEventDataStore', 'EventDataStoreAlreadyExists', {'EventDataStore': STORE, 'Name': 'stopped', **selectors(('eventCategory', ['Nothing']))}, {}),
    ('UpdateEventDataStore', 'InvalidEventSelectors', {'EventDataStore': STORE, 'KmsKeyId': 'no-key', **selectors(('eventCategory', ['Nothing']))}, {}),
    ('DeleteEventDataStore', 'EventDataStoreARNInvalid', {'EventDataStore': ARN + 'no-id'}, {}),
    ('StartEventDataStoreIngestion', 'InvalidEventDataStoreCategory', {'EventDataStore': INSIGHTS}, {}),
    ('StopEventDataStoreIngestion', 'InvalidEventDataStoreStatus', {'EventDataStore': STOPPED}, {}),
    ('RestoreEventDataStore', 'InvalidEventDataStoreStatus', {'EventDataStore': PROTECTED}, {}),
    ('CreateEventDataStore', 'InvalidEventSelectors', {'Name': 'events', **selectors(('eventCategory', ['Nothing']))}, {}),
    ('CreateEventDataStore', 'InvalidTagParameter', {'Name': 'events', 'TagsList': [{'Key': 'aws:x'}]}, {}),
    ('CreateEventDataStore', 'EventDataStoreAlreadyExists', {'Name': 'events', 'RetentionPeriod': 7}, {}),
    # Trails: the name, the tags, the settings one after another, then whether there is room.
    ('CreateTrail', 'InvalidTrailName', {'Name': 'ab', 'S3BucketName': 'UPPER'}, {}),
    ('CreateTrail', 'InvalidTagParameter', {'Name': 'my-trail', 'S3BucketName': 'UPPER', 'TagsList': [{'Key': 'aws:x'}]}, {}),
    ('CreateTrail', 'InvalidS3BucketName', {'Name': 'my-trail', 'S3BucketName': 'UPPER', 'KmsKeyId': 'no-key'}, {}),
    ('CreateTrail', 'S3BucketDoesNotExist', {'Name': 'my-trail', 'S3BucketName': 'no-such-bucket'}, {'trail': {}}),
    ('UpdateTrail', 'TrailNotFound', {'Name': 'no-such-trail', 'S3BucketName': 'UPPER'}, {}),
    ('PutEventSelectors', 'TrailNotFound', {'TrailName': 'no-such-trail'}, {}),
    ('PutEventSelectors', 'InvalidHomeRegion', {'TrailName': errors_of_trails.ARN + errors_of_trails.TRAIL}, {'trail': {}, 'region': 'us-west-2'}),
    # The rest.
    ('CreateChannel', 'InvalidParameter', {'Name': 'ab', 'Source': 'CloudTrail', 'Destinations': [destination(STORE)]}, {}),
    ('CancelQuery', 'InactiveQuery', {'QueryId': QUERY}, {}),
    ('LookupEvents', 'InvalidTimeRange', {'StartTime': 2, 'EndTime': 1, 'NextToken': 'made-up'}, {}),
    ('LookupEvents', 'InvalidLookupAttributes',
     {'LookupAttributes': [{'AttributeKey': 'ReadOnly', 'AttributeValue': 'x'}], 'NextToken': 'made-up'}, {}),
    ('AddTags', 'CloudTrailARNInvalid', {'ResourceId': 'no ARN', 'TagsList': [{'Key': 'aws:x'}]}, {}),
    ('AddTags', 'EventDataStoreNotFound', {'ResourceId': ARN + ABSENT, 'TagsList': [{'Key': 'aws:x'}]}, {}),
    ('PutResourcePolicy', 'ResourceARNNotValid', {'ResourceArn': 'no ARN', 'ResourcePolicy': 'no JSON'}, {}),
]


@pytest.mark.parametrize('operation, winner, arguments, where', WRONG_TWICE, ids=[f'{i}-{case[0]}' for i, case in enumerate(WRONG_TWICE)])
def test_the_winner(server, operation, winner, arguments, where):
    where = dict(where)
    if where.pop('trail', None) is not None:
        make_trail(server.client())
    client = server.client(validate=False, **where)
    with pytest.raises(client.exceptions.ClientError) as error:
        getattr(client, snake(operation))(**arguments)
    assert error.value.response['Error']['Code'] == winner + 'Exception', error.value.response['Error']['Message']


def test_what_an_organization_refuses(server):
    """The manager, the organization, its features, trusted access, the caller's permissions, the role."""
    refusals = [('management_account', '222222222222', 'NotOrganizationMasterAccount'), ('all_features', False, 'OrganizationNotInAllFeaturesMode'),
                ('trusted_access', False, 'CloudTrailAccessNotEnabled'), ('permissions', False, 'InsufficientDependencyServiceAccessPermission'),
                ('service_linked_role', False, 'NoManagementAccountSLRExists')]
    for i, (_, _, winner) in enumerate(refusals):
        said = {'management_account': ACCOUNT, **{key: value for key, value, _ in refusals[i:]}}
        post(server, {'organization': said})
        assert kind_of(server.call('CreateEventDataStore', '{"Name": "ours", "OrganizationEnabled": true}')) == winner
        assert kind_of(server.call('CreateTrail', '{"Name": "ours", "S3BucketName": "results-bucket", "IsOrganizationTrail": true}')) == winner


def test_another_organizations_store_is_refused_before_its_state(start_server):
    server = start_server('organization.yaml')
    stranger = server.client('999999999999')
    with pytest.raises(stranger.exceptions.ClientError) as error:
        stranger.update_event_data_store(EventDataStore=ORGANIZATION_ARN)
    assert error.value.response['Error']['Code'] == 'OperationNotPermittedException'
