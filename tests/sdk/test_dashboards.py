"""Dashboards and federation. Sources: AWS API reference; AWS user guide, "Create a dashboard with the AWS CLI"; shared/spec
5.5, 5.9."""
import pytest
from botocore.exceptions import ClientError

from errors_of_dashboards import ROLE, STORE, VIEW, widget
from server import plain, wait_for_end

ARN = 'arn:aws:cloudtrail:us-east-1:123456789012:dashboard/my-dashboard'
STORE_ARN = 'arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/' + STORE


def rows(client, query):
    return [{key: value for cell in row for key, value in cell.items()}
            for row in client.get_query_results(QueryId=query['QueryId'])['QueryResultRows']]


def test_the_life_of_a_dashboard(server, client):
    server.request('POST', '/_trailpond/scenario', {'timing': {'dashboard_takes': '1m'}})
    schedule = {'Frequency': {'Unit': 'HOURS', 'Value': 6}, 'Status': 'ENABLED', 'TimeOfDay': '09:30'}
    made = plain(client.create_dashboard(Name='my-dashboard', Widgets=[widget()], RefreshSchedule=schedule,
                                         TagsList=[{'Key': 'team', 'Value': 'x'}], TerminationProtectionEnabled=True))
    widgets = made.pop('Widgets')
    assert made == {'DashboardArn': ARN, 'Name': 'my-dashboard', 'Type': 'CUSTOM', 'RefreshSchedule': schedule,
                    'TagsList': [{'Key': 'team', 'Value': 'x'}], 'TerminationProtectionEnabled': True}
    assert [{key: value for key, value in each.items() if key != 'QueryAlias'} for each in widgets] == [widget()]
    assert client.get_dashboard(DashboardId='my-dashboard')['Status'] == 'CREATING'
    server.advance('1m')
    got = client.get_dashboard(DashboardId=ARN)
    assert (got['Status'], got['Widgets'], got['RefreshSchedule']) == ('CREATED', widgets, schedule)
    assert got['CreatedTimestamp'] == got['UpdatedTimestamp'] and 'LastRefreshId' not in got
    updated = client.update_dashboard(DashboardId='my-dashboard', Widgets=[], TerminationProtectionEnabled=False)
    assert (updated['Widgets'], updated['RefreshSchedule'], updated['TerminationProtectionEnabled']) == ([], schedule, False)
    assert client.get_dashboard(DashboardId='my-dashboard')['Status'] == 'UPDATING'
    server.advance('1m')
    assert client.get_dashboard(DashboardId='my-dashboard')['Status'] == 'UPDATED'
    client.delete_dashboard(DashboardId='my-dashboard')
    assert client.get_dashboard(DashboardId='my-dashboard')['Status'] == 'DELETING'
    server.advance('1m')
    with pytest.raises(ClientError) as error:
        client.get_dashboard(DashboardId='my-dashboard')
    assert error.value.response['Error']['Code'] == 'ResourceNotFoundException'
    server.request('POST', '/_trailpond/clock', {'mode': 'real'})


def test_dashboards_are_listed_by_name_and_type_in_pages(server, client):
    for name in ('one', 'two-a', 'two-b', 'AWSCloudTrail-Highlights'):
        client.create_dashboard(Name=name)
    names = lambda **arguments: [each['DashboardArn'].split('/')[1] for each in client.list_dashboards(**arguments)['Dashboards']]
    assert names() == ['one', 'two-a', 'two-b', 'AWSCloudTrail-Highlights']
    assert names(NamePrefix='two') == ['two-a', 'two-b']
    assert names(Type='MANAGED') == ['AWSCloudTrail-Highlights']
    first = client.list_dashboards(MaxResults=3)
    assert names(MaxResults=3, NextToken=first['NextToken']) == ['AWSCloudTrail-Highlights']
    assert client.get_dashboard(DashboardId='AWSCloudTrail-Highlights')['TerminationProtectionEnabled'] is True
    assert server.client(account='222222222222').list_dashboards()['Dashboards'] == []


def test_a_refresh_runs_the_queries_with_the_values_of_their_parameters(client):
    statement = f"SELECT count(*) AS n FROM {STORE} WHERE eventTime >= '?' AND eventTime < '?'"
    made = client.create_dashboard(Name='my-dashboard', Widgets=[
        widget(statement, QueryParameters=['$StartTime$', '$EndTime$']), widget(f'SELECT eventName FROM {STORE} LIMIT 1')])
    alias = made['Widgets'][0]['QueryAlias']
    assert alias != made['Widgets'][1]['QueryAlias']
    day = {'$StartTime$': '2024-05-10T00:00:00Z', '$EndTime$': '2024-05-11T00:00:00Z'}
    first = client.start_dashboard_refresh(DashboardId='my-dashboard', QueryParameterValues=day)['RefreshId']
    assert rows(client, wait_for_end(client, QueryAlias=alias, RefreshId=first)) == [{'n': '3'}]
    wait_for_end(client, QueryAlias=made['Widgets'][1]['QueryAlias'], RefreshId=first)
    longer = {**day, '$EndTime$': '2024-05-12T00:00:00Z'}
    second = client.start_dashboard_refresh(DashboardId=ARN, QueryParameterValues=longer)['RefreshId']
    assert second != first and second.isdigit() and 10 <= len(second) <= 20
    assert rows(client, wait_for_end(client, QueryAlias=alias, RefreshId=second)) == [{'n': '5'}]
    assert rows(client, wait_for_end(client, QueryAlias=alias, RefreshId=first)) == [{'n': '3'}]  # still to be had
    assert rows(client, wait_for_end(client, QueryAlias=alias)) == [{'n': '5'}]  # without an id: the last
    assert client.get_dashboard(DashboardId='my-dashboard')['LastRefreshId'] == second
    with pytest.raises(ClientError) as error:
        client.describe_query(QueryAlias=alias, RefreshId='1234567890')
    assert error.value.response['Error']['Code'] == 'QueryIdNotFoundException'


def test_a_refresh_says_why_it_failed(server, client):
    client.create_dashboard(Name='my-dashboard', Widgets=[widget()])
    key = 'arn:aws:kms:us-east-1:123456789012:key/later'
    client.update_event_data_store(EventDataStore=STORE, KmsKeyId=key)
    server.request('POST', '/_trailpond/scenario', {'kms_keys': [{'id': key, 'state': 'denied'}]})
    client.start_dashboard_refresh(DashboardId='my-dashboard')
    assert key in client.get_dashboard(DashboardId='my-dashboard')['LastRefreshFailureReason']


def test_federation_over_time(server, client):
    server.request('POST', '/_trailpond/scenario', {'timing': {'federation_takes': '1m'}})
    assert plain(client.enable_federation(EventDataStore=STORE, FederationRoleArn=ROLE)) == {
        'EventDataStoreArn': STORE_ARN, 'FederationStatus': 'ENABLING', 'FederationRoleArn': ROLE}
    server.advance('1m')
    got = client.get_event_data_store(EventDataStore=STORE)
    assert (got['FederationStatus'], got['FederationRoleArn']) == ('ENABLED', ROLE)
    assert plain(client.disable_federation(EventDataStore=STORE_ARN)) == {
        'EventDataStoreArn': STORE_ARN, 'FederationStatus': 'DISABLING'}
    server.advance('1m')
    assert 'FederationStatus' not in client.get_event_data_store(EventDataStore=STORE)
    client.delete_event_data_store(EventDataStore=STORE)
    server.request('POST', '/_trailpond/clock', {'mode': 'real'})


def test_view_properties_are_kept(client):
    made = client.create_dashboard(Name='my-dashboard', Widgets=[widget()])
    assert made['Widgets'][0]['ViewProperties'] == VIEW
