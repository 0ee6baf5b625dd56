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


@pytest.mark.parametrize('frequency, more, times', [
    ({'Unit': 'HOURS', 'Value': 6}, {}, ['16:00', '22:00', '04:00']),
    ({'Unit': 'HOURS', 'Value': 12}, {'TimeOfDay': '09:30'}, ['21:30', '09:30', '21:30']),
    ({'Unit': 'DAYS', 'Value': 1}, {'TimeOfDay': '11:00'}, ['11:00', '11:00', '11:00'])])
def test_a_schedule_refreshes_by_the_clock(start_server, frequency, more, times):
    """It is 10:00. Source: AWS API reference, RefreshSchedule: TimeOfDay is UTC."""
    server = start_server('service.yaml')
    server.request('POST', '/_trailpond/clock', {'frozen_at': '2024-05-10T10:00:00Z'})
    client = server.client()
    made = client.create_dashboard(Name='my-dashboard', Widgets=[widget(f"SELECT count(*) AS n FROM {STORE} WHERE eventTime >= '?'",
                                                                        QueryParameters=['$StartTime$'])],
                                   RefreshSchedule={'Frequency': frequency, 'Status': 'ENABLED', **more})
    alias = {'QueryAlias': made['Widgets'][0]['QueryAlias']}
    refreshes, minutes = [], 0
    while len(refreshes) < len(times):
        server.advance('30m')
        minutes += 30
        assert minutes <= 4 * 1440
        refresh = client.get_dashboard(DashboardId='my-dashboard').get('LastRefreshId')
        if refresh and (not refreshes or refreshes[-1][1] != refresh):
            hour, minute = divmod((10 * 60 + minutes) % 1440, 60)
            refreshes.append((f'{hour:02}:{minute:02}', refresh))
            assert wait_for_end(client, RefreshId=refresh, **alias)['QueryStatus'] == 'FINISHED'
    assert [time for time, _ in refreshes] == times


def test_a_schedule_that_is_off_or_fails(start_server):
    server = start_server('service.yaml')
    client = server.client()
    hourly = {'Frequency': {'Unit': 'HOURS', 'Value': 1}, 'Status': 'ENABLED'}
    client.create_dashboard(Name='off', Widgets=[widget()], RefreshSchedule={**hourly, 'Status': 'DISABLED'})
    client.create_dashboard(Name='failing', Widgets=[widget()], RefreshSchedule=hourly)
    server.advance('59m')
    client.delete_event_data_store(EventDataStore=STORE)
    server.advance('1m')
    assert 'LastRefreshId' not in client.get_dashboard(DashboardId='off')
    assert 'PENDING_DELETION' in client.get_dashboard(DashboardId='failing')['LastRefreshFailureReason']
    client.restore_event_data_store(EventDataStore=STORE)
    server.advance('1h')
    got = client.get_dashboard(DashboardId='failing')
    assert got['LastRefreshId'] and 'LastRefreshFailureReason' not in got
    client.update_dashboard(DashboardId='failing', RefreshSchedule={**hourly, 'Status': 'DISABLED'})
    server.advance('3h')
    assert client.get_dashboard(DashboardId='failing')['LastRefreshId'] == got['LastRefreshId']


def test_the_highlights_have_widgets_and_a_schedule_of_their_own(server, client):
    made = client.create_dashboard(Name='AWSCloudTrail-Highlights')
    assert made['Type'] == 'MANAGED' and made['TerminationProtectionEnabled'] is True
    assert made['RefreshSchedule'] == {'Frequency': {'Unit': 'HOURS', 'Value': 6}, 'Status': 'ENABLED'}
    refresh = client.start_dashboard_refresh(DashboardId='AWSCloudTrail-Highlights')['RefreshId']
    assert len(made['Widgets']) == 4
    for each in made['Widgets']:
        ended = wait_for_end(client, QueryAlias=each['QueryAlias'], RefreshId=refresh)
        assert ended['QueryStatus'] == 'FINISHED' and rows(client, ended), each
