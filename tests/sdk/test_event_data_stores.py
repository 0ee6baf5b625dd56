"""Event data stores. Sources: AWS API reference; shared/spec 5.1-5.3."""
import pytest
from botocore.exceptions import ClientError

STORE = 'aaaaaaaa-0000-4000-8000-000000000001'


def new_store(client, name='new-store', **more):
    return client.create_event_data_store(Name=name, TerminationProtectionEnabled=False, **more)['EventDataStoreArn']


def test_the_defaults_of_a_new_store(client):
    made = client.create_event_data_store(Name='a-new.store_1', TagsList=[{'Key': 'team', 'Value': 'x'}])
    assert made['EventDataStoreArn'].startswith('arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/')
    assert len(made['EventDataStoreArn'].split('/')[1]) == 36
    assert made['Status'] == 'CREATED'
    assert made['MultiRegionEnabled'] is True
    assert made['OrganizationEnabled'] is False
    assert made['TerminationProtectionEnabled'] is True
    assert made['BillingMode'] == 'EXTENDABLE_RETENTION_PRICING'
    assert made['RetentionPeriod'] == 366
    assert made['TagsList'] == [{'Key': 'team', 'Value': 'x'}]
    assert made['AdvancedEventSelectors'] == [{
        'Name': 'Default management events', 'FieldSelectors': [{'Field': 'eventCategory', 'Equals': ['Management']}]}]
    got = client.get_event_data_store(EventDataStore=made['EventDataStoreArn'])
    assert got['Status'] == 'ENABLED'
    assert [key['Name'] for key in got['PartitionKeys']] == ['calendarday', 'hour']
    # By the id at the end of the ARN, too.
    assert client.get_event_data_store(EventDataStore=made['EventDataStoreArn'].split('/')[1])['Name'] == 'a-new.store_1'


def test_everything_that_can_be_said_of_a_new_store(client):
    selectors = [{'Name': 'objects', 'FieldSelectors': [
        {'Field': 'eventCategory', 'Equals': ['Data']}, {'Field': 'resources.type', 'Equals': ['AWS::S3::Object']},
        {'Field': 'resources.ARN', 'StartsWith': ['arn:aws:s3:::a/'], 'NotStartsWith': ['arn:aws:s3:::a/b']},
        {'Field': 'eventName', 'NotEquals': ['GetObject'], 'EndsWith': ['Object'], 'NotEndsWith': ['Acl']}]}]
    made = client.create_event_data_store(
        Name='full', AdvancedEventSelectors=selectors, MultiRegionEnabled=False, RetentionPeriod=90,
        TerminationProtectionEnabled=False, KmsKeyId='alias/some-key', StartIngestion=False,
        BillingMode='FIXED_RETENTION_PRICING')
    got = client.get_event_data_store(EventDataStore=made['EventDataStoreArn'])
    assert got['Status'] == 'STOPPED_INGESTION'
    assert got['RetentionPeriod'] == 90
    assert got['MultiRegionEnabled'] is False
    assert got['BillingMode'] == 'FIXED_RETENTION_PRICING'
    assert got['KmsKeyId']
    assert got['AdvancedEventSelectors'] == selectors


def test_list(client, server):
    names = [store['Name'] for store in client.list_event_data_stores()['EventDataStores']]
    # All were made at the same instant, so their order is that of their ids.
    assert names == ['events', 'deleted', 'created', 'stopped', 'protected', 'insights', 'sealed']
    seen, token = [], {}
    while True:
        page = client.list_event_data_stores(MaxResults=2, **token)
        assert len(page['EventDataStores']) <= 2
        assert all(set(store) == {'EventDataStoreArn', 'Name'} for store in page['EventDataStores'])
        seen += [store['Name'] for store in page['EventDataStores']]
        if 'NextToken' not in page:
            break
        token = {'NextToken': page['NextToken']}
    assert sorted(seen) == sorted(names)
    assert server.client(region='eu-west-1').list_event_data_stores()['EventDataStores'] == []


def test_update(client):
    changed = client.update_event_data_store(
        EventDataStore=STORE, Name='renamed', MultiRegionEnabled=False, RetentionPeriod=1000,
        TerminationProtectionEnabled=True)
    assert (changed['Name'], changed['MultiRegionEnabled'], changed['RetentionPeriod']) == ('renamed', False, 1000)
    got = client.get_event_data_store(EventDataStore=STORE)
    assert got['TerminationProtectionEnabled'] is True
    assert got['UpdatedTimestamp'] >= got['CreatedTimestamp']


def test_delete_restore_and_the_end_of_the_wait(start_server):
    server = start_server()
    client = server.client()
    arn = new_store(client)
    answer = client.delete_event_data_store(EventDataStore=arn)
    assert set(answer) == {'ResponseMetadata'}
    assert client.get_event_data_store(EventDataStore=arn)['Status'] == 'PENDING_DELETION'
    restored = client.restore_event_data_store(EventDataStore=arn)
    assert restored['EventDataStoreArn'] == arn
    assert client.get_event_data_store(EventDataStore=arn)['Status'] == 'ENABLED'
    client.delete_event_data_store(EventDataStore=arn)
    server.advance('6d')
    assert client.get_event_data_store(EventDataStore=arn)['Status'] == 'PENDING_DELETION'
    server.advance('1d1s')
    with pytest.raises(ClientError) as error:
        client.get_event_data_store(EventDataStore=arn)
    assert error.value.response['Error']['Code'] == 'EventDataStoreNotFoundException'


def test_ingestion_stops_and_starts(client):
    answer = client.stop_event_data_store_ingestion(EventDataStore=STORE)
    assert set(answer) == {'ResponseMetadata'}
    assert client.get_event_data_store(EventDataStore=STORE)['Status'] == 'STOPPED_INGESTION'
    client.start_event_data_store_ingestion(EventDataStore=STORE)
    assert client.get_event_data_store(EventDataStore=STORE)['Status'] == 'ENABLED'


def test_states_that_take_time(start_server, tmp_path):
    scenario = tmp_path / 'slow.json'
    scenario.write_text('{"timing": {"creation_takes": "20s", "ingestion_takes": "5s"},'
                        ' "clock": {"frozen": "2024-05-01T00:00:00Z"}}')
    server = start_server(str(scenario))
    client = server.client()
    arn = new_store(client)

    def status():
        return client.get_event_data_store(EventDataStore=arn)['Status']

    assert status() == 'CREATED'
    server.advance(20)
    assert status() == 'ENABLED'
    client.stop_event_data_store_ingestion(EventDataStore=arn)
    assert status() == 'STOPPING_INGESTION'
    server.advance('5s')
    assert status() == 'STOPPED_INGESTION'
    client.start_event_data_store_ingestion(EventDataStore=arn)
    assert status() == 'STARTING_INGESTION'
    server.advance('5s')
    assert status() == 'ENABLED'


def test_lake_is_closed_to_new_customers_where_the_scenario_says_so(server, client):
    assert server.request('POST', '/_trailpond/scenario', {'lake': 'closed'})[0] == 200
    client.create_event_data_store(Name='one-more')  # the account has stores
    stranger = server.client(account='555555555555')
    with pytest.raises(ClientError) as error:
        stranger.create_event_data_store(Name='first')
    assert error.value.response['Error']['Code'] == 'OperationNotPermittedException'
    assert 'not open to new customers' in error.value.response['Error']['Message']
    assert stranger.list_event_data_stores()['EventDataStores'] == []
