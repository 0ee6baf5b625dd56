"""Two accounts, and two Regions, never see each other's things: over every operation that lists or reads."""
import pytest
from botocore.exceptions import ClientError

from errors_of_dashboards import ROLE, STORE, widget
from errors_of_imports import start

QUERY = 'cccccccc-0000-4000-8000-000000000001'
PREFIX = 'arn:aws:cloudtrail:us-east-1:123456789012:'


@pytest.fixture
def things(client, server):
    """One thing of each kind, and how each is read: operation and arguments."""
    client.create_trail(Name='my-trail', S3BucketName='results-bucket')
    client.put_insight_selectors(TrailName='my-trail', InsightSelectors=[{'InsightType': 'ApiCallRateInsight'}])
    audit = client.create_event_data_store(Name='audit', MultiRegionEnabled=False, AdvancedEventSelectors=[{'FieldSelectors': [
        {'Field': 'eventCategory', 'Equals': ['ActivityAuditLog']}]}])['EventDataStoreArn']
    client.get_event_data_store(EventDataStore=audit)
    channel = client.create_channel(Name='my-channel', Source='Custom', Destinations=[
        {'Type': 'EVENT_DATA_STORE', 'Location': audit}])['ChannelArn'].split('/')[1]
    client.put_resource_policy(ResourceArn=PREFIX + 'eventdatastore/' + STORE, ResourcePolicy=(
        '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "444444444444"}, '
        f'"Action": "cloudtrail:StartQuery", "Resource": "{PREFIX}eventdatastore/{STORE}"}}}}'))
    alias = client.create_dashboard(Name='my-dashboard', Widgets=[widget()])['Widgets'][0]['QueryAlias']
    client.enable_federation(EventDataStore=STORE, FederationRoleArn=ROLE)
    server.request('POST', '/_trailpond/scenario', {'timing': {'import_takes': '1h'}})
    import_id = client.start_import(**start())['ImportId']
    generated = client.generate_query(EventDataStores=[STORE], Prompt='most active users')['QueryAlias']
    client.start_dashboard_refresh(DashboardId='my-dashboard')
    return {
        'get_trail': {'Name': 'my-trail'}, 'get_trail_status': {'Name': 'my-trail'}, 'get_event_selectors': {'TrailName': 'my-trail'},
        'get_insight_selectors': {'TrailName': 'my-trail'}, 'get_event_configuration': {'EventDataStore': STORE},
        'get_event_data_store': {'EventDataStore': STORE}, 'get_channel': {'Channel': channel}, 'get_dashboard': {'DashboardId': 'my-dashboard'},
        'get_resource_policy': {'ResourceArn': PREFIX + 'eventdatastore/' + STORE}, 'get_import': {'ImportId': import_id},
        'list_import_failures': {'ImportId': import_id}, 'describe_query': {'QueryId': QUERY}, 'get_query_results': {'QueryId': QUERY},
        'list_queries': {'EventDataStore': STORE}, 'list_tags': {'ResourceIdList': [PREFIX + 'eventdatastore/' + STORE]},
        'start_query': {'QueryAlias': generated}, 'start_dashboard_refresh': {'DashboardId': 'my-dashboard'},
        'cancel_query': {'QueryId': QUERY}, 'generate_query': {'EventDataStores': [STORE], 'Prompt': 'most active users'},
        'list_insights_data': {'InsightSource': 'my-trail', 'DataType': 'InsightsEvents'}, 'stop_import': {'ImportId': import_id},
        'delete_trail': {'Name': 'my-trail'}, 'delete_channel': {'Channel': channel}, 'delete_dashboard': {'DashboardId': 'my-dashboard'},
        'delete_event_data_store': {'EventDataStore': STORE}, 'disable_federation': {'EventDataStore': STORE},
    }, alias


LISTS = {'list_trails': 'Trails', 'list_event_data_stores': 'EventDataStores', 'list_channels': 'Channels', 'list_dashboards': 'Dashboards',
         'list_imports': 'Imports', 'lookup_events': 'Events', 'describe_trails': 'trailList'}


@pytest.mark.parametrize('where', [{'account': '999999999999'}, {'region': 'us-west-2'}])
def test_nobody_else_sees_or_touches_them(server, client, things, where):
    calls, alias = things
    other = server.client(**where)
    for operation, arguments in calls.items():
        with pytest.raises(ClientError) as error:
            getattr(other, operation)(**arguments)
        assert error.value.response['ResponseMetadata']['HTTPStatusCode'] == 400, operation
    with pytest.raises(ClientError) as error:
        other.describe_query(QueryAlias=alias)
    assert error.value.response['Error']['Code'] == 'QueryIdNotFoundException'
    for operation, key in LISTS.items():
        if not (operation == 'list_trails' and 'region' in where):  # an account's trails of all Regions
            assert getattr(other, operation)()[key] == [], operation
    # The owner has them all still.
    for operation in ('get_trail', 'get_channel', 'get_dashboard', 'get_import', 'get_event_data_store'):
        getattr(client, operation)(**calls[operation])
