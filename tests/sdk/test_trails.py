"""Trails. Sources: AWS API reference, CreateTrail and its neighbours; AWS user guide, "Managing trails with the AWS CLI"."""
import pytest
from botocore.exceptions import ClientError

from server import plain

ARN = 'arn:aws:cloudtrail:us-east-1:123456789012:trail/my-trail'
STORE = 'aaaaaaaa-0000-4000-8000-000000000001'
STORE_ARN = 'arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/' + STORE
INSIGHTS = 'aaaaaaaa-0000-4000-8000-000000000006'
INSIGHTS_ARN = 'arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/' + INSIGHTS
DEFAULTS = {'ReadWriteType': 'All', 'IncludeManagementEvents': True, 'DataResources': [], 'ExcludeManagementEventSources': []}


@pytest.fixture
def trail(client):
    return client.create_trail(Name='my-trail', S3BucketName='results-bucket')


def test_the_defaults_of_a_new_trail(client, trail):
    said = {'Name': 'my-trail', 'S3BucketName': 'results-bucket', 'IncludeGlobalServiceEvents': True,
            'IsMultiRegionTrail': False, 'TrailARN': ARN, 'LogFileValidationEnabled': False, 'IsOrganizationTrail': False}
    assert plain(trail) == said
    more = {'HomeRegion': 'us-east-1', 'HasCustomEventSelectors': False, 'HasInsightSelectors': False}
    assert client.get_trail(Name='my-trail')['Trail'] == {**said, **more}
    assert client.get_trail(Name=ARN)['Trail'] == {**said, **more}
    assert client.describe_trails()['trailList'] == [{**said, **more}]
    assert client.get_event_selectors(TrailName='my-trail')['EventSelectors'] == [DEFAULTS]


def test_everything_that_can_be_said_of_a_trail_and_taken_back(client):
    settings = {'S3BucketName': 'results-bucket', 'S3KeyPrefix': 'logs', 'SnsTopicName': 'my-topic',
                'IncludeGlobalServiceEvents': True, 'IsMultiRegionTrail': True,
                'CloudWatchLogsLogGroupArn': 'arn:aws:logs:us-east-1:123456789012:log-group:trails:*',
                'CloudWatchLogsRoleArn': 'arn:aws:iam::123456789012:role/logs', 'KmsKeyId': 'alias/my-key'}
    made = client.create_trail(Name='my-trail', EnableLogFileValidation=True, IsOrganizationTrail=True, **settings,
                               TagsList=[{'Key': 'team', 'Value': 'x'}])
    answer = {**settings, 'SnsTopicARN': 'arn:aws:sns:us-east-1:123456789012:my-topic', 'LogFileValidationEnabled': True,
              'IsOrganizationTrail': True, 'Name': 'my-trail', 'TrailARN': ARN}
    assert plain(made) == answer
    assert client.list_tags(ResourceIdList=[ARN])['ResourceTagList'][0]['TagsList'] == [{'Key': 'team', 'Value': 'x'}]
    # An empty text takes back, as Terraform's provider does it; what is not named stays.
    updated = client.update_trail(Name=ARN, S3KeyPrefix='', SnsTopicName='', CloudWatchLogsLogGroupArn='',
                                  CloudWatchLogsRoleArn='', KmsKeyId='', EnableLogFileValidation=False)
    gone = ('S3KeyPrefix', 'SnsTopicName', 'SnsTopicARN', 'CloudWatchLogsLogGroupArn', 'CloudWatchLogsRoleArn', 'KmsKeyId')
    assert plain(updated) == {**{key: value for key, value in answer.items() if key not in gone}, 'LogFileValidationEnabled': False}


def test_logging_starts_and_stops(server, client, trail):
    server.request('POST', '/_trailpond/clock', {'frozen_at': '2024-05-01T12:00:00Z'})
    status = client.get_trail_status(Name='my-trail')
    assert status['IsLogging'] is False and status['TimeLoggingStarted'] == '' and 'StartLoggingTime' not in status
    client.start_logging(Name='my-trail')
    status = client.get_trail_status(Name=ARN)
    assert status['IsLogging'] is True
    assert status['TimeLoggingStarted'] == '2024-05-01T12:00:00Z' and status['StartLoggingTime'].timestamp() == 1714564800
    server.advance('1h')
    client.start_logging(Name='my-trail')  # on already: nothing changes
    assert client.get_trail_status(Name='my-trail')['TimeLoggingStarted'] == '2024-05-01T12:00:00Z'
    client.stop_logging(Name='my-trail')
    status = client.get_trail_status(Name='my-trail')
    assert status['IsLogging'] is False
    assert (status['TimeLoggingStarted'], status['TimeLoggingStopped']) == ('2024-05-01T12:00:00Z', '2024-05-01T13:00:00Z')
    server.request('POST', '/_trailpond/clock', {'mode': 'real'})


def test_a_trail_of_all_regions_has_a_shadow_in_the_others(server, client):
    client.create_trail(Name='everywhere', S3BucketName='results-bucket', IsMultiRegionTrail=True)
    client.create_trail(Name='my-trail', S3BucketName='results-bucket')
    west = server.client(region='us-west-2')
    west.create_trail(Name='west', S3BucketName='results-bucket')
    names = [trail['Name'] for trail in west.describe_trails()['trailList']]
    assert sorted(names) == ['everywhere', 'west']
    assert [trail['Name'] for trail in west.describe_trails(includeShadowTrails=False)['trailList']] == ['west']
    everywhere = ARN.replace('my-trail', 'everywhere')
    assert west.get_trail(Name=everywhere)['Trail']['HomeRegion'] == 'us-east-1'
    assert west.get_trail_status(Name=everywhere)['IsLogging'] is False
    assert [trail['Name'] for trail in west.describe_trails(trailNameList=['west', everywhere, 'absent'])['trailList']] == [
        'west', 'everywhere']
    assert west.describe_trails(trailNameList=['everywhere'])['trailList'] == []  # by its ARN alone
    # ListTrails shows the trails of all Regions.
    assert [(trail['Name'], trail['HomeRegion']) for trail in west.list_trails()['Trails']] == [
        ('everywhere', 'us-east-1'), ('my-trail', 'us-east-1'), ('west', 'us-west-2')]
    assert server.client(account='222222222222').list_trails()['Trails'] == []


def test_a_trail_goes_with_its_tags(client, trail):
    client.add_tags(ResourceId=ARN, TagsList=[{'Key': 'a', 'Value': 'b'}])
    client.delete_trail(Name='my-trail')
    assert client.describe_trails()['trailList'] == []
    client.create_trail(Name='my-trail', S3BucketName='results-bucket')
    assert client.list_tags(ResourceIdList=[ARN])['ResourceTagList'][0]['TagsList'] == []


def test_event_selectors_of_either_kind(client, trail):
    basic = [{'ReadWriteType': 'WriteOnly', 'IncludeManagementEvents': False, 'ExcludeManagementEventSources': ['kms.amazonaws.com'],
              'DataResources': [{'Type': 'AWS::S3::Object', 'Values': ['arn:aws:s3:::bucket/', 'arn:aws:s3']},
                                {'Type': 'AWS::Lambda::Function', 'Values': ['arn:aws:lambda:us-east-1:123456789012:function:f']}]}]
    assert plain(client.put_event_selectors(TrailName='my-trail', EventSelectors=basic)) == {'TrailARN': ARN, 'EventSelectors': basic}
    assert plain(client.get_event_selectors(TrailName=ARN)) == {'TrailARN': ARN, 'EventSelectors': basic}
    assert client.get_trail(Name='my-trail')['Trail']['HasCustomEventSelectors'] is True
    advanced = [{'Name': 'writes', 'FieldSelectors': [{'Field': 'eventCategory', 'Equals': ['Management']},
                                                      {'Field': 'readOnly', 'Equals': ['false']}]}]
    assert plain(client.put_event_selectors(TrailName='my-trail', AdvancedEventSelectors=advanced)) == {
        'TrailARN': ARN, 'AdvancedEventSelectors': advanced}
    assert plain(client.get_event_selectors(TrailName='my-trail')) == {'TrailARN': ARN, 'AdvancedEventSelectors': advanced}
    client.put_event_selectors(TrailName='my-trail', EventSelectors=[{}])
    assert client.get_event_selectors(TrailName='my-trail')['EventSelectors'] == [DEFAULTS]
    assert client.get_trail(Name='my-trail')['Trail']['HasCustomEventSelectors'] is False


def test_insights_of_a_trail(client, trail):
    selectors = [{'InsightType': 'ApiErrorRateInsight', 'EventCategories': ['Management', 'Data']}, {'InsightType': 'ApiCallRateInsight'}]
    said = {'TrailARN': ARN, 'InsightSelectors': selectors}
    assert plain(client.put_insight_selectors(TrailName='my-trail', InsightSelectors=selectors)) == said
    assert plain(client.get_insight_selectors(TrailName='my-trail')) == said
    assert client.get_trail(Name='my-trail')['Trail']['HasInsightSelectors'] is True
    client.put_insight_selectors(TrailName='my-trail', InsightSelectors=[])
    with pytest.raises(ClientError) as error:
        client.get_insight_selectors(TrailName='my-trail')
    assert error.value.response['Error']['Message'] == (
        f'Trail {ARN} does not have Insights enabled. Edit the trail settings to enable Insights, and then try the operation again.')


def test_insights_of_a_store(client):
    selectors = [{'InsightType': 'ApiCallRateInsight'}]
    said = {'EventDataStoreArn': STORE_ARN, 'InsightsDestination': INSIGHTS_ARN, 'InsightSelectors': selectors}
    assert plain(client.put_insight_selectors(EventDataStore=STORE, InsightsDestination=INSIGHTS, InsightSelectors=selectors)) == said
    assert plain(client.get_insight_selectors(EventDataStore=STORE_ARN)) == said
    client.put_insight_selectors(EventDataStore=STORE, InsightSelectors=[])
    with pytest.raises(ClientError) as error:
        client.get_insight_selectors(EventDataStore=STORE)
    assert error.value.response['Error']['Code'] == 'InsightNotEnabledException'


def test_event_configurations(client, trail):
    assert plain(client.get_event_configuration(EventDataStore=STORE)) == {
        'EventDataStoreArn': STORE_ARN, 'MaxEventSize': 'Standard', 'ContextKeySelectors': []}
    keys = [{'Type': 'TagContext', 'Equals': ['team']}, {'Type': 'RequestContext', 'Equals': ['aws:SourceIp']}]
    said = {'EventDataStoreArn': STORE_ARN, 'MaxEventSize': 'Large', 'ContextKeySelectors': keys}
    assert plain(client.put_event_configuration(EventDataStore=STORE, MaxEventSize='Large', ContextKeySelectors=keys)) == said
    assert plain(client.get_event_configuration(EventDataStore=STORE)) == said
    aggregations = [{'Templates': ['API_ACTIVITY'], 'EventCategory': 'Data'}]
    assert plain(client.put_event_configuration(TrailName='my-trail', AggregationConfigurations=aggregations)) == {
        'TrailARN': ARN, 'AggregationConfigurations': aggregations}
    assert plain(client.get_event_configuration(TrailName=ARN)) == {'TrailARN': ARN, 'AggregationConfigurations': aggregations}


def test_accounts_of_an_organization_see_its_trails(server, client):
    server.request('POST', '/_trailpond/scenario', {'organization': {'management_account': '123456789012'}})
    client.create_trail(Name='my-trail', S3BucketName='results-bucket', IsOrganizationTrail=True)
    member = server.client(account='222222222222')
    assert member.get_trail(Name=ARN)['Trail']['IsOrganizationTrail'] is True
    with pytest.raises(ClientError) as error:
        member.stop_logging(Name=ARN)
    assert error.value.response['Error']['Code'] == 'NotOrganizationMasterAccountException'


def test_trails_are_there_after_a_restart(start_server, tmp_path):
    arguments = ['--data', str(tmp_path)]
    server = start_server('alone.yaml', *arguments)
    client = server.client()
    client.create_trail(Name='my-trail', S3BucketName='a-bucket', IsMultiRegionTrail=True)
    client.put_event_selectors(TrailName='my-trail', EventSelectors=[{'ReadWriteType': 'ReadOnly'}])
    client.start_logging(Name='my-trail')
    before = [plain(call) for call in (client.get_trail(Name='my-trail'), client.get_trail_status(Name='my-trail'),
                                       client.get_event_selectors(TrailName='my-trail'))]
    server.kill()
    client = start_server('alone.yaml', *arguments).client()
    assert before == [plain(call) for call in (client.get_trail(Name='my-trail'), client.get_trail_status(Name='my-trail'),
                                               client.get_event_selectors(TrailName='my-trail'))]
