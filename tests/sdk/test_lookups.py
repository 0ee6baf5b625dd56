"""LookupEvents, ListInsightsData, ListInsightsMetricData. Sources: AWS API reference; shared/spec 8, 9."""
import json

import pytest

STORE = 'aaaaaaaa-0000-4000-8000-000000000001'
INSIGHTS = 'aaaaaaaa-0000-4000-8000-000000000006'


@pytest.fixture
def client(server):
    """The day after the events of the scenario."""
    server.request('POST', '/_trailpond/clock', {'frozen_at': '2024-05-12T00:00:00Z'})
    yield server.client()
    server.request('POST', '/_trailpond/clock', {'mode': 'real'})


def numbers(answer):
    return [int(event['EventId'][-1]) for event in answer['Events']]


def load(server, store, *events):
    report = server.add_events(store, '\n'.join(json.dumps(event) for event in events))
    assert report['accepted'] == len(events), report


def test_events_the_newest_first(client):
    answer = client.lookup_events()
    assert numbers(answer) == [5, 4, 3, 2, 1] and 'NextToken' not in answer
    event = answer['Events'][3]
    assert (event['EventName'], event['EventSource'], event['Username'], event['ReadOnly']) == (
        'CreateBucket', 's3.amazonaws.com', 'ben', 'false')
    assert event['EventTime'].isoformat() == '2024-05-10T10:30:00+00:00'
    assert event['Resources'] == [{'ResourceType': 'AWS::S3::Bucket', 'ResourceName': 'a-bucket'}]
    assert json.loads(event['CloudTrailEvent'])['errorCode'] == 'AccessDenied'


@pytest.mark.parametrize('key, value, found', [
    ('EventId', 'e0000000-0000-4000-8000-000000000002', [2]), ('EventName', 'CreateBucket', [3, 2]), ('EventName', 'createbucket', []),
    ('ReadOnly', 'true', [5, 1]), ('Username', 'ana', [3, 1]), ('Username', 'root', [4]), ('Username', "o'\"ünï", [5]),
    ('ResourceType', 'AWS::S3::Bucket', [3, 2]), ('ResourceName', 'b-bucket', [3]), ('EventSource', 'iam.amazonaws.com', [5, 4]),
    ('AccessKeyId', 'AKIA', [])])
def test_each_attribute(client, key, value, found):
    assert numbers(client.lookup_events(LookupAttributes=[{'AttributeKey': key, 'AttributeValue': value}])) == found


def test_time_pages_and_regions(server, client):
    assert numbers(client.lookup_events(StartTime='2024-05-10T10:30:00Z', EndTime='2024-05-11T00:00:00Z')) == [4, 3, 2]
    seen, token = [], {}
    while True:
        answer = client.lookup_events(MaxResults=2, **token)
        seen += numbers(answer)
        if 'NextToken' not in answer:
            break
        token = {'NextToken': answer['NextToken']}
    assert seen == [5, 4, 3, 2, 1]
    assert server.client(region='eu-west-1').lookup_events()['Events'] == []
    assert server.client(account='222222222222').lookup_events()['Events'] == []


def test_ninety_days_by_the_clock(server, client):
    server.request('POST', '/_trailpond/clock', {'frozen_at': '2024-08-08T20:00:00Z'})  # 90 days after 2024-05-10 20:00
    assert numbers(client.lookup_events()) == [5, 4, 3]
    assert numbers(client.lookup_events(StartTime='2024-01-01T00:00:00Z')) == [5, 4, 3]
    server.request('POST', '/_trailpond/clock', {'frozen_at': '2025-08-08T20:00:00Z'})
    assert client.lookup_events()['Events'] == []


def test_an_event_in_two_stores_is_shown_once_and_others_are_not(server, client):
    second = client.create_event_data_store(Name='second')['EventDataStoreArn'].split('/')[1]
    client.get_event_data_store(EventDataStore=second)
    same = {'eventID': 'e0000000-0000-4000-8000-000000000003', 'eventTime': '2024-05-10T23:00:00Z', 'eventName': 'CreateBucket',
            'awsRegion': 'us-east-1', 'eventCategory': 'Management', 'eventSource': 's3.amazonaws.com'}
    load(server, second, same, {**same, 'eventID': 'data-9', 'eventCategory': 'Data'}, {**same, 'eventID': 'west-9', 'awsRegion': 'us-west-2'})
    assert numbers(client.lookup_events()) == [5, 4, 3, 2, 1]


def test_many_events_of_one_instant_in_pages(server, client):
    event = {'eventTime': '2024-05-11T12:00:00Z', 'eventName': 'Many', 'awsRegion': 'us-east-1', 'eventCategory': 'Management'}
    load(server, STORE, *[{**event, 'eventID': f'many-{i:04}'} for i in range(120)])
    seen, token = [], {}
    while True:
        answer = client.lookup_events(LookupAttributes=[{'AttributeKey': 'EventName', 'AttributeValue': 'Many'}], **token)
        assert len(answer['Events']) <= 50
        seen += [each['EventId'] for each in answer['Events']]
        if 'NextToken' not in answer:
            break
        token = {'NextToken': answer['NextToken']}
    assert seen == [f'many-{i:04}' for i in range(120)]


def test_insights_events(server, client):
    insight = {'eventVersion': '1.07', 'eventTime': '2024-05-11T00:00:00Z', 'awsRegion': 'us-east-1', 'eventID': 'insight-1',
               'eventType': 'AwsCloudTrailInsight', 'eventCategory': 'Insight', 'insightEventSource': 'ssm.amazonaws.com',
               'insightEventName': 'UpdateInstanceInformation', 'insightType': 'ApiCallRateInsight', 'insightState': 'Start'}
    load(server, INSIGHTS, insight)
    assert numbers(client.lookup_events(EventCategory='insight')) == [1]
    by_name = {'LookupAttributes': [{'AttributeKey': 'EventName', 'AttributeValue': 'UpdateInstanceInformation'}]}
    found, = client.lookup_events(EventCategory='insight', **by_name)['Events']
    assert (found['EventId'], found['EventSource']) == ('insight-1', 'ssm.amazonaws.com')
    assert client.lookup_events(**by_name)['Events'] == []
    arn = client.create_trail(Name='my-trail', S3BucketName='results-bucket')['TrailARN']
    asked = {'InsightSource': arn, 'DataType': 'InsightsEvents'}
    assert numbers(client.list_insights_data(**asked)) == [1]
    assert numbers(client.list_insights_data(**asked, Dimensions={'EventSource': 'ssm.amazonaws.com'})) == [1]
    assert client.list_insights_data(**asked, Dimensions={'EventSource': 's3.amazonaws.com'})['Events'] == []


def test_metric_data_of_insights(client):
    asked = {'EventSource': 's3.amazonaws.com', 'EventName': 'CreateBucket', 'InsightType': 'ApiCallRateInsight'}
    points = lambda **more: [(time.strftime('%d %H:%M'), value) for time, value in zip(*[
        client.list_insights_metric_data(**{**asked, **more})[key] for key in ('Timestamps', 'Values')])]
    assert points() == [('10 10:00', 1), ('10 23:00', 1)]
    assert points(Period=300) == [('10 10:30', 1), ('10 23:00', 1)]
    assert points(InsightType='ApiErrorRateInsight', ErrorCode='AccessDenied') == [('10 10:00', 1)]
    window = {'StartTime': '2024-05-10T09:00:00Z', 'EndTime': '2024-05-10T12:00:00Z'}
    assert points(**window, DataType='FillWithZeros') == [('10 09:00', 0), ('10 10:00', 1), ('10 11:00', 0)]
    first = client.list_insights_metric_data(**asked, MaxResults=1)
    assert len(first['Values']) == 1
    second = client.list_insights_metric_data(**asked, MaxResults=1, NextToken=first['NextToken'])
    assert second['Timestamps'][0].hour == 23 and 'NextToken' not in second
