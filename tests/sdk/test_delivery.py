"""Events that happen in an account, and who takes them: selectors, retention, context. Sources: AWS user guide, "Logging
management events", "Logging data events", "How CloudTrail evaluates multiple conditions for a field", "Enrich CloudTrail events
by adding resource tag keys and IAM global condition keys"; shared/spec 5.1, 5.4."""
import json

import pytest
from botocore.exceptions import ClientError

from conftest import reset_after
from server import ACCOUNT, rows_of

NOW = '2024-05-10T12:00:00Z'


@pytest.fixture
def server(quiet_server):
    yield from reset_after(quiet_server)


def event(number, **members):
    return {'eventVersion': '1.11', 'eventID': f'c0000000-0000-4000-8000-{number:012}', 'eventTime': NOW, 'awsRegion': 'us-east-1',
            'recipientAccountId': ACCOUNT, 'eventSource': 's3.amazonaws.com', 'eventName': 'ListBuckets', 'readOnly': True,
            'eventType': 'AwsApiCall', 'eventCategory': 'Management', **members}


def bucket(name):
    return {'resources': [{'type': 'AWS::S3::Object', 'ARN': f'arn:aws:s3:::{name}/key'}, {'type': 'AWS::S3::Bucket', 'ARN': f'arn:aws:s3:::{name}'}]}


EVENTS = [
    event(1),
    event(2, eventName='CreateBucket', readOnly=False, userIdentity={'arn': 'arn:aws:iam::123456789012:user/ana'}),
    event(3, eventSource='kms.amazonaws.com', eventName='Decrypt'),
    event(4, eventSource='kms.amazonaws.com', eventName='DisableKey', readOnly=False, errorCode='AccessDenied'),
    event(5, eventSource='signin.amazonaws.com', eventName='ConsoleLogin', readOnly=False, eventType='AwsConsoleSignIn',
          sessionCredentialFromConsole='true'),
    event(6, eventName='GetObject', eventCategory='Data', managementEvent=False, **bucket('one')),
    event(7, eventName='PutObject', eventCategory='Data', readOnly=False, **bucket('two')),
    event(8, eventSource='lambda.amazonaws.com', eventName='Invoke', eventCategory='Data', readOnly=False,
          resources=[{'type': 'AWS::Lambda::Function', 'ARN': 'arn:aws:lambda:us-east-1:123456789012:function:f'}]),
    event(9, eventSource='ec2.amazonaws.com', eventName='DescribeVpcs', eventCategory='NetworkActivity', vpcEndpointId='vpce-1',
          errorCode='VpceAccessDenied', eventType='AwsVpceEvent'),
]


def fields(category, **conditions):
    selectors = [{'Field': 'eventCategory', 'Equals': [category]}]
    for name, condition in conditions.items():
        selectors.append({'Field': name.replace('__', '.'), **condition})
    return {'FieldSelectors': selectors}


def numbers(client, arn):
    rows = rows_of(client, f"SELECT eventID FROM {arn.rsplit('/', 1)[1]} ORDER BY eventID")
    return [int(row[0][1][-2:]) for row in rows]


MANAGEMENT = [1, 2, 3, 4, 5]
SELECTIONS = [
    ([fields('Management')], MANAGEMENT),
    ([fields('Management', readOnly={'Equals': ['true']})], [1, 3]),
    ([fields('Management', readOnly={'Equals': ['false']})], [2, 4, 5]),
    # KMS left out: AWS's own example of NotEquals.
    ([fields('Management', eventSource={'NotEquals': ['kms.amazonaws.com', 'rdsdata.amazonaws.com']})], [1, 2, 5]),
    # Values of one operator, and Equals, StartsWith and EndsWith beside each other, are alternatives.
    ([fields('Management', eventName={'Equals': ['Decrypt', 'ListBuckets']})], [1, 3]),
    ([fields('Management', eventName={'Equals': ['Decrypt'], 'StartsWith': ['Create'], 'EndsWith': ['Login']})], [2, 3, 5]),
    # All of the operators that begin with Not must hold, beside one of the others.
    ([fields('Management', eventName={'NotStartsWith': ['De', 'Di']})], [1, 2, 5]),
    ([fields('Management', eventName={'NotEndsWith': ['Key', 'Login']})], [1, 2, 3]),
    ([fields('Management', eventName={'StartsWith': ['D', 'C'], 'NotEquals': ['Decrypt'], 'NotEndsWith': ['Bucket']})], [4, 5]),
    # Fields must all hold; a field that the event lacks meets only what begins with Not.
    ([fields('Management', eventSource={'Equals': ['kms.amazonaws.com']}, readOnly={'Equals': ['false']})], [4]),
    ([fields('NetworkActivity', eventSource={'Equals': ['ec2.amazonaws.com']}, errorCode={'Equals': ['VpceAccessDenied']})], [9]),
    ([fields('NetworkActivity', eventSource={'Equals': ['ec2.amazonaws.com']}, errorCode={'NotEquals': ['VpceAccessDenied']})], []),
    ([fields('Management', userIdentity__arn={'EndsWith': ['user/ana']})], [2]),
    ([fields('Management', eventType={'Equals': ['AwsConsoleSignIn']})], [5]),
    ([fields('Management', sessionCredentialFromConsole={'Equals': ['true']})], [5]),
    ([fields('Management', sessionCredentialFromConsole={'NotEquals': ['true']})], [1, 2, 3, 4]),
    ([fields('Data', resources__type={'Equals': ['AWS::S3::Object']})], [6, 7]),
    ([fields('Data', resources__type={'Equals': ['AWS::S3::Object']}, resources__ARN={'StartsWith': ['arn:aws:s3:::one/']})], [6]),
    ([fields('Data', resources__type={'Equals': ['AWS::S3::Object']}, resources__ARN={'NotStartsWith': ['arn:aws:s3:::one/']})], [7]),
    # The ARN is asked of resources of the type: the bucket itself, beside its object, does not count.
    ([fields('Data', resources__type={'Equals': ['AWS::S3::Object']}, resources__ARN={'NotEquals': ['arn:aws:s3:::two']})], [6, 7]),
    ([fields('Data', resources__type={'Equals': ['AWS::Lambda::Function']})], [8]),
    ([fields('Data', resources__type={'Equals': ['AWS::S3::Object']}, readOnly={'Equals': ['false']})], [7]),
    ([fields('NetworkActivity', eventSource={'Equals': ['ec2.amazonaws.com']})], [9]),
    ([fields('NetworkActivity', eventSource={'Equals': ['ec2.amazonaws.com']}, vpcEndpointId={'NotEquals': ['vpce-1']})], []),
    # Selectors are alternatives.
    ([fields('Management', eventName={'Equals': ['Decrypt']}), fields('Data', resources__type={'Equals': ['AWS::Lambda::Function']})], [3, 8]),
]


@pytest.mark.parametrize('selectors, expected', SELECTIONS, ids=[str(i) for i in range(len(SELECTIONS))])
def test_a_store_takes_what_its_selectors_select(server, client, selectors, expected):
    arn = client.create_event_data_store(Name='chosen', AdvancedEventSelectors=selectors)['EventDataStoreArn']
    report = server.happen(EVENTS)
    assert numbers(client, arn) == expected
    assert report['event_data_stores'].get(arn, 0) == len(expected)
    assert report['event_history'] == len(MANAGEMENT)
    found = client.lookup_events()['Events']
    assert [int(each['EventId'][-2:]) for each in found] == MANAGEMENT, 'the event history has management events'


@pytest.mark.parametrize('selectors, expected', [
    ({'AdvancedEventSelectors': [fields('Management', readOnly={'Equals': ['false']})]}, 3),
    ({'EventSelectors': [{'ReadWriteType': 'WriteOnly'}]}, 3),
    ({'EventSelectors': [{'ReadWriteType': 'ReadOnly'}]}, 2),
    ({'EventSelectors': [{'ExcludeManagementEventSources': ['kms.amazonaws.com']}]}, 3),
    ({'EventSelectors': [{'IncludeManagementEvents': False, 'DataResources': [{'Type': 'AWS::S3::Object', 'Values': ['arn:aws:s3']}]}]}, 2),
    ({'EventSelectors': [{'DataResources': [{'Type': 'AWS::S3::Object', 'Values': ['arn:aws:s3:::two/']},
                                            {'Type': 'AWS::Lambda::Function', 'Values': ['arn:aws:lambda']}]}]}, 7)])
def test_a_trail_takes_what_its_selectors_select(server, client, selectors, expected):
    arn = client.create_trail(Name='audit', S3BucketName='my-bucket')['TrailARN']
    client.put_event_selectors(TrailName='audit', **selectors)
    assert server.happen(EVENTS)['trails'] == {}, 'it does not log yet'
    client.start_logging(Name='audit')
    assert server.happen(EVENTS)['trails'] == {arn: expected}


def test_a_store_that_does_not_ingest_takes_nothing(server, client):
    arn = client.create_event_data_store(Name='stopped')['EventDataStoreArn']
    client.stop_event_data_store_ingestion(EventDataStore=arn)
    server.happen(EVENTS)
    assert numbers(client, arn) == []
    client.start_event_data_store_ingestion(EventDataStore=arn)
    server.happen(EVENTS)
    assert numbers(client, arn) == MANAGEMENT


def test_the_forms_and_whose_events_they_are(server, client):
    arn = client.create_event_data_store(Name='all')['EventDataStoreArn']
    foreign = server.client('222222222222').create_event_data_store(Name='all')['EventDataStoreArn']
    report = server.request('POST', '/_trailpond/events', {'Records': EVENTS[:2]})[1]
    assert report['event_data_stores'][arn] == 2 and foreign not in report['event_data_stores']
    report = server.request('POST', '/_trailpond/events?account=222222222222', [EVENTS[2]])[1]
    assert report['event_data_stores'] == {foreign: 1}
    status, report, _ = server.request('POST', '/_trailpond/events', 'no event')
    assert status == 200 and report['accepted'] == 0 and report['bad'][0]['line'] == 1


def test_events_that_lack_what_every_event_has(server, client):
    """An event before version 1.07 has no category, and a test may leave out id and Region."""
    arn = client.create_event_data_store(Name='all')['EventDataStoreArn']
    bare = {'eventTime': NOW, 'eventSource': 's3.amazonaws.com', 'eventName': 'A'}
    server.happen([bare, {**bare, 'eventName': 'B', 'eventID': 'b'}, {**bare, 'eventName': 'C', 'awsRegion': 'eu-west-1'}])
    found = client.lookup_events()['Events']
    assert sorted(each['EventName'] for each in found) == ['A', 'B'] and all(each['EventId'] for each in found)
    assert [each['EventName'] for each in server.client(region='eu-west-1').lookup_events()['Events']] == ['C']
    assert [row[0][1] for row in rows_of(client, f"SELECT eventName FROM {arn.rsplit('/', 1)[1]} WHERE eventID <> '' ORDER BY 1")] == ['A', 'B', 'C']


def test_a_nul_in_an_event_is_answered(server, client):
    server.happen([event(1, eventName='a\0b')])
    assert client.lookup_events()['Events'][0]['EventName'] == 'a\0b'


def test_global_service_events_can_be_left_out(server, client):
    for name, more in (('all-of-them', {}), ('regional', {'IncludeGlobalServiceEvents': False})):
        client.create_trail(Name=name, S3BucketName='my-bucket', **more)
        client.start_logging(Name=name)
    report = server.happen([event(1), event(2, eventSource='iam.amazonaws.com'), event(3, eventSource='sts.amazonaws.com')])
    assert {arn.rsplit('/', 1)[1]: count for arn, count in report['trails'].items()} == {'all-of-them': 3, 'regional': 1}


def test_places_that_are_none(server, client):
    for query in ('?account=12', '?account=../../etc', '?region=..%2F..', '?region=EU'):
        status, answer, _ = server.request('POST', '/_trailpond/events' + query, [EVENTS[0]])
        assert status == 400 and 'account' in answer['message'], answer
    report = server.request('POST', '/_trailpond/events', [event(1, awsRegion='../../../tmp')])[1]
    assert report['event_history'] == 1
    found = client.lookup_events()['Events']
    assert [json.loads(each['CloudTrailEvent'])['awsRegion'] for each in found] == ['us-east-1'], 'it belongs to the Region of the request'


def test_retention_hides_events_when_their_time_is_over(server, client):
    arn = client.create_event_data_store(Name='week', RetentionPeriod=7)['EventDataStoreArn']
    server.happen([event(1), event(2, eventTime='2024-05-10T12:00:01Z'), event(3, eventTime='2024-05-09T12:00:00Z')])
    assert numbers(client, arn) == [1, 2, 3]
    server.advance('6d')
    assert numbers(client, arn) == [1, 2, 3]
    server.advance('1s')
    assert numbers(client, arn) == [1, 2]
    server.advance('1d')
    assert numbers(client, arn) == [2]
    store = arn.rsplit('/', 1)[1]
    for shape, rows in {
            'SELECT count(*) FROM {}': ['1'], 'SELECT count(*) FROM {} WHERE eventName = \'ListBuckets\'': ['1'],
            'SELECT max(eventTime) FROM {}': ['2024-05-10 12:00:01.000'], 'SELECT min(eventTime) FROM {}': ['2024-05-10 12:00:01.000'],
            'SELECT eventName, count(*) FROM {} GROUP BY eventName': ['ListBuckets'], 'SELECT DISTINCT eventName FROM {}': ['ListBuckets'],
            "SELECT a.eventID FROM {0} a JOIN {0} b ON a.eventID = b.eventID": ['c0000000-0000-4000-8000-000000000002'],
            "SELECT eventID FROM {} WHERE eventID = 'c0000000-0000-4000-8000-000000000001'": [],
            'SELECT eventID FROM {} ORDER BY eventTime DESC LIMIT 5': ['c0000000-0000-4000-8000-000000000002']}.items():
        assert [row[0][1] for row in rows_of(client, shape.format(store, store))] == rows, shape
    query = client.start_query(QueryStatement=f'SELECT eventName, count(*) FROM {store} GROUP BY 1')['QueryId']
    statistics = client.describe_query(QueryId=query).get('QueryStatistics', {})
    server.advance('1s')
    assert numbers(client, arn) == []
    assert statistics.get('EventsScanned', 1) == 1


def test_retention_follows_its_setting_and_leaves_fixtures(server, client):
    arn = client.create_event_data_store(Name='week', RetentionPeriod=7)['EventDataStoreArn']
    # Older than what the store could have held when it was made: a test put it there, and it stays.
    server.happen([event(1), event(2, eventTime='2023-01-01T00:00:00Z')])
    server.advance('8d')
    assert numbers(client, arn) == [2]
    client.update_event_data_store(EventDataStore=arn, RetentionPeriod=30)
    assert numbers(client, arn) == [1, 2], 'AWS would have deleted it: a decision'


def test_context_keys_fill_event_context(server, client):
    arn = client.create_event_data_store(Name='rich', TagsList=[{'Key': 'team', 'Value': 'red'}, {'Key': 'cost', 'Value': '7'}])['EventDataStoreArn']
    client.put_event_configuration(EventDataStore=arn, MaxEventSize='Large', ContextKeySelectors=[
        {'Type': 'TagContext', 'Equals': ['team']},
        {'Type': 'RequestContext', 'Equals': ['aws:PrincipalAccount', 'aws:SourceIp', 'aws:ViaAWSService', 'aws:PrincipalTag/unit']}])
    plain = client.create_event_data_store(Name='plain')['EventDataStoreArn']
    server.happen([
        event(1, eventName='GetEventDataStore', eventSource='cloudtrail.amazonaws.com', sourceIPAddress='192.0.2.1',
              userIdentity={'type': 'IAMUser', 'accountId': ACCOUNT}, requestParameters={'eventDataStore': arn}),
        event(2, eventContext={'requestContext': {'aws:SourceIp': '192.0.2.2', 'aws:Other': 'x'},
                               'tagContext': {'principalTags': {'unit': 'blue', 'more': 'x'},
                                              'resourceTags': [{'arn': 'arn:aws:s3:::b', 'tags': {'team': 'green', 'cost': '1'}}]}})])
    rows = rows_of(client, "SELECT eventContext.requestContext['aws:SourceIp'], cardinality(eventContext.requestContext), "
                           'eventContext.tagContext.resourceTags[1].arn, '
                           "element_at(eventContext.tagContext.resourceTags[1].tags, 'team'), "
                           'cardinality(eventContext.tagContext.resourceTags[1].tags), '
                           "element_at(eventContext.tagContext.principalTags, 'unit') "
                           f"FROM {arn.rsplit('/', 1)[1]} ORDER BY eventID")
    assert [[text for _, text in row] for row in rows] == [
        ['192.0.2.1', '3', arn, 'red', '1', ''],
        ['192.0.2.2', '2', 'arn:aws:s3:::b', 'green', '1', 'blue']]
    assert rows_of(client, f"SELECT count(*) FROM {plain.rsplit('/', 1)[1]} WHERE eventContext IS NOT NULL AND eventID LIKE '%1'")[0][0][1] == '0'


def test_what_a_scenario_switched_on_another_switches_off(server, client):
    assert server.request('POST', '/_trailpond/scenario', {'rates': 'aws', 'lake': 'denied'})[0] == 200
    with pytest.raises(ClientError):
        client.list_event_data_stores()
    assert server.request('POST', '/_trailpond/scenario', {'rates': 'unlimited', 'lake': 'open'})[0] == 200
    for _ in range(20):
        client.list_event_data_stores()


def test_rates_of_aws(server, client):
    assert server.request('POST', '/_trailpond/scenario', {'rates': 'aws'})[0] == 200
    for _ in range(2):
        client.lookup_events()
    with pytest.raises(ClientError) as refused:
        client.lookup_events()
    assert refused.value.response['Error'] == {'Code': 'ThrottlingException', 'Message': 'Rate exceeded'} | {
        k: v for k, v in refused.value.response['Error'].items() if k not in ('Code', 'Message')}
    assert server.client(region='eu-west-1').lookup_events()['Events'] == [], 'each Region has its own'
    server.advance('500ms')
    client.lookup_events()
    with pytest.raises(ClientError):
        client.lookup_events()
    for _ in range(10):
        client.get_event_data_store(EventDataStore='bbbbbbbb-0000-4000-8000-000000000001')
    with pytest.raises(ClientError):
        client.get_event_data_store(EventDataStore='bbbbbbbb-0000-4000-8000-000000000001')
    client.create_trail(Name='audit', S3BucketName='my-bucket')
    with pytest.raises(ClientError):
        client.create_trail(Name='audit2', S3BucketName='my-bucket')
