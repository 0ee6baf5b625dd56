"""Insights events that the server makes itself. Sources: AWS user guide, "CloudTrail record contents for Insights events for
trails", "CloudTrail Insights event fields for event data stores"; what counts as unusual is ours (COMPATIBILITY.md)."""
import json

import pytest

from server import ACCOUNT, rows_of

DAY = '2024-05-10T'


@pytest.fixture
def server(quiet_server):
    """At 12:00, and events arrive at once."""
    quiet_server.reset()
    assert quiet_server.request('POST', '/_trailpond/scenario', {'calls': {'delay': '0s'}})[0] == 200
    yield quiet_server
    quiet_server.ping()


def happen(server, time, count, name='RunInstances', user='ana', error=None, reads=False):
    events = [{'eventVersion': '1.11', 'eventID': f'{time}-{name}-{user}-{i}', 'eventTime': f'{DAY}{time}:{i % 60:02}Z', 'awsRegion': 'us-east-1',
               'recipientAccountId': ACCOUNT, 'eventSource': 'ec2.amazonaws.com', 'eventName': name, 'readOnly': reads,
               'userAgent': 'tool/1', 'userIdentity': {'type': 'IAMUser', 'arn': f'arn:aws:iam::{ACCOUNT}:user/{user}'},
               **({'errorCode': error} if error else {}),
               'eventType': 'AwsApiCall', 'eventCategory': 'Management'} for i in range(count)]
    server.happen(events)


def watch(client, *types):
    client.create_trail(Name='audit', S3BucketName='my-bucket')
    client.start_logging(Name='audit')
    client.put_insight_selectors(TrailName='audit', InsightSelectors=[{'InsightType': kind} for kind in types or ['ApiCallRateInsight']])


def insights(client):
    return [json.loads(event['CloudTrailEvent']) for event in reversed(client.lookup_events(EventCategory='insight')['Events'])]


def states(client):
    return [(each['insightDetails']['state'], each['eventTime'][11:16]) for each in insights(client)]


def test_a_burst_of_calls_starts_and_ends(server, client):
    watch(client)
    happen(server, '12:00', 2)
    happen(server, '12:01', 2)
    server.advance('2m')
    happen(server, '12:02', 30)
    happen(server, '12:02', 10, user='ben')
    server.advance('59s')
    assert insights(client) == [], 'a minute must be over'
    server.advance('1s')
    assert states(client) == [('Start', '12:02')]
    happen(server, '12:03', 20)
    happen(server, '12:04', 1)
    server.advance('2m')
    assert states(client) == [('Start', '12:02'), ('End', '12:04')]
    start, end = insights(client)
    assert start['sharedEventID'] == end['sharedEventID'] and start['eventID'] != end['eventID']
    assert (start['eventType'], start['eventCategory'], start['recipientAccountId']) == ('AwsCloudTrailInsight', 'Insight', ACCOUNT)
    assert not [name for name in start if name.startswith('insight') and name != 'insightDetails'], 'those are the members of stores'
    details = start['insightDetails']
    assert (details['eventSource'], details['eventName'], details['insightType']) == ('ec2.amazonaws.com', 'RunInstances', 'ApiCallRateInsight')
    context = details['insightContext']
    assert context['statistics'] == {'baseline': {'average': 2}, 'insight': {'average': 40}, 'insightDuration': 1, 'baselineDuration': 2}
    users = context['attributions'][0]
    assert users['attribute'] == 'userIdentityArn'
    assert users['insight'] == [{'value': f'arn:aws:iam::{ACCOUNT}:user/ana', 'average': 30}, {'value': f'arn:aws:iam::{ACCOUNT}:user/ben', 'average': 10}]
    assert users['baseline'] == [{'value': f'arn:aws:iam::{ACCOUNT}:user/ana', 'average': 2}]
    assert [each['attribute'] for each in context['attributions']] == ['userIdentityArn', 'userAgent', 'errorCode']
    assert end['insightDetails']['insightContext']['statistics']['insight'] == {'average': 30}
    assert end['insightDetails']['insightContext']['statistics']['insightDuration'] == 2


def test_what_is_usual_makes_none(server, client):
    watch(client)
    for minute in range(5):
        happen(server, f'12:0{minute}', 20 + minute)
    happen(server, '12:01', 50, name='DescribeInstances', reads=True)
    happen(server, '12:02', 9, name='StopInstances')
    server.advance('10m')
    # The first minute of all has nothing before it; the others are like it. Reads count for error rates alone.
    assert [(state, time) for state, time in states(client) if time != '12:00'] == [('End', '12:05')]


def test_a_week_of_minutes_at_once(server, client):
    """A baseline of seven days costs as much as its events, and each minute no more than the one before."""
    watch(client)
    events = [{'eventVersion': '1.11', 'eventID': f'{i}', 'eventTime': f'2024-05-{1 + i // 1440:02}T{i // 60 % 24:02}:{i % 60:02}:00Z', 'awsRegion': 'us-east-1',
               'recipientAccountId': ACCOUNT, 'eventSource': 'ec2.amazonaws.com', 'eventName': 'RunInstances', 'readOnly': False,
               'eventType': 'AwsApiCall', 'eventCategory': 'Management'} for i in range(9 * 1440)]
    server.happen(events)
    happen(server, '11:00', 40)
    server.advance('1m')
    found = insights(client)
    assert found[0]['insightDetails']['insightContext']['statistics']['baselineDuration'] == 7 * 1440
    assert found[0]['insightDetails']['insightContext']['statistics']['baseline']['average'] < 1


def test_error_rates(server, client):
    watch(client, 'ApiErrorRateInsight')
    happen(server, '12:00', 15, name='DescribeInstances', reads=True, error='UnauthorizedOperation')
    happen(server, '12:00', 30)
    server.advance('1m')
    found = insights(client)
    assert [each['insightDetails']['errorCode'] for each in found] == ['UnauthorizedOperation']
    assert found[0]['insightDetails']['insightType'] == 'ApiErrorRateInsight'


def test_a_trail_without_insights_or_that_does_not_log(server, client):
    client.create_trail(Name='audit', S3BucketName='my-bucket')
    client.put_insight_selectors(TrailName='audit', InsightSelectors=[{'InsightType': 'ApiCallRateInsight'}])
    happen(server, '12:00', 30)
    server.advance('1m')
    assert insights(client) == []


def test_a_store_sends_them_to_its_destination(server, client):
    source = client.create_event_data_store(Name='source')['EventDataStoreArn']
    target = client.create_event_data_store(Name='target', AdvancedEventSelectors=[
        {'FieldSelectors': [{'Field': 'eventCategory', 'Equals': ['Insight']}]}])['EventDataStoreArn']
    client.put_insight_selectors(EventDataStore=source, InsightsDestination=target, InsightSelectors=[{'InsightType': 'ApiCallRateInsight'}])
    happen(server, '12:00', 12)
    server.advance('3m')
    rows = rows_of(client, 'SELECT insightState, insightSource, insightEventName, insightContext.insightAverage, insightContext.baselineDuration, '
                           'insightContext.attributions[1].insightValue, date_format(eventTime, \'%H:%i\') '
                           f"FROM {target.rsplit('/', 1)[1]} ORDER BY eventTime")
    assert [[text for _, text in row] for row in rows] == [
        [state, source, 'RunInstances', '12.0', '1', f'arn:aws:iam::{ACCOUNT}:user/ana', time] for state, time in (('Start', '12:00'), ('End', '12:01'))]
    found = client.lookup_events(EventCategory='insight', LookupAttributes=[{'AttributeKey': 'EventName', 'AttributeValue': 'RunInstances'}])
    assert len(found['Events']) == 2


def test_insights_that_are_posted_reach_stores_in_their_own_form(server, client):
    target = client.create_event_data_store(Name='target', AdvancedEventSelectors=[
        {'FieldSelectors': [{'Field': 'eventCategory', 'Equals': ['Insight']}]}])['EventDataStoreArn']
    event = {'eventVersion': '1.08', 'eventTime': DAY + '12:00:00Z', 'awsRegion': 'us-east-1', 'eventID': 'i-1', 'eventType': 'AwsCloudTrailInsight',
             'recipientAccountId': ACCOUNT, 'sharedEventID': 's-1', 'eventCategory': 'Insight',
             'insightDetails': {'state': 'Start', 'eventSource': 'ssm.amazonaws.com', 'eventName': 'UpdateInstanceInformation',
                                'insightType': 'ApiCallRateInsight', 'insightContext': {'statistics': {'baseline': {'average': 84.5}, 'insight': {'average': 664},
                                                                                                       'insightDuration': 1}}}}
    assert server.happen([event])['event_data_stores'] == {target: 1}
    rows = rows_of(client, f"SELECT insightEventName, insightContext.baselineAverage FROM {target.rsplit('/', 1)[1]}")
    assert [[text for _, text in row] for row in rows] == [['UpdateInstanceInformation', '84.5']]
    assert insights(client)[0]['insightDetails'] == event['insightDetails']
