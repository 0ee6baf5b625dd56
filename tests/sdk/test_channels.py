"""Channels and tags by boto3. Facts: AWS API reference; shared/spec 5.7 and 5.10."""
import pytest
from botocore.exceptions import ClientError

STORE = 'aaaaaaaa-0000-4000-8000-000000000001'
ACTIVITY = {'Name': 'activity', 'MultiRegionEnabled': False, 'TerminationProtectionEnabled': False,
            'AdvancedEventSelectors': [{'FieldSelectors': [{'Field': 'eventCategory', 'Equals': ['ActivityAuditLog']}]}]}


def make_channel(client, name='my-channel', source='Custom', **more):
    store = client.create_event_data_store(**{**ACTIVITY, 'Name': 'store-of-' + name})['EventDataStoreArn']
    return store, client.create_channel(
        Name=name, Source=source, Destinations=[{'Type': 'EVENT_DATA_STORE', 'Location': store}], **more)


def code(call, **request):
    with pytest.raises(ClientError) as error:
        call(**request)
    return error.value.response['Error']['Code']


def test_the_life_of_a_channel(client):
    store, created = make_channel(client, Tags=[{'Key': 'team', 'Value': 'security'}])
    assert created['ChannelArn'].startswith('arn:aws:cloudtrail:us-east-1:123456789012:channel/')
    assert created['Destinations'] == [{'Type': 'EVENT_DATA_STORE', 'Location': store}]
    assert created['Tags'] == [{'Key': 'team', 'Value': 'security'}]
    channel = created['ChannelArn']
    found = client.get_channel(Channel=channel.split('/')[-1])
    assert (found['Name'], found['Source'], found['Destinations']) == ('my-channel', 'Custom', created['Destinations'])
    assert client.update_channel(Channel=channel, Name='renamed')['Name'] == 'renamed'
    listed = client.list_channels()
    assert listed['Channels'] == [{'ChannelArn': channel, 'Name': 'renamed'}] and 'NextToken' not in listed
    assert code(client.delete_event_data_store, EventDataStore=store) == 'ChannelExistsForEDSException'
    client.delete_channel(Channel=channel)
    assert client.list_channels()['Channels'] == []
    client.delete_event_data_store(EventDataStore=store)


def test_channels_of_other_accounts_and_regions_are_not_listed(server, client):
    make_channel(client)
    assert server.client(account='222222222222').list_channels()['Channels'] == []
    assert server.client(region='eu-west-1').list_channels()['Channels'] == []


def test_tags_of_a_store_and_a_channel(client):
    _, channel = make_channel(client, Tags=[{'Key': 'a', 'Value': '1'}])
    store = client.get_event_data_store(EventDataStore=STORE)['EventDataStoreArn']
    client.add_tags(ResourceId=store, TagsList=[{'Key': 'env', 'Value': 'test'}, {'Key': 'empty'}])
    client.add_tags(ResourceId=store, TagsList=[{'Key': 'env', 'Value': 'prod'}])
    client.remove_tags(ResourceId=store, TagsList=[{'Key': 'empty'}])
    tags = client.list_tags(ResourceIdList=[store, channel['ChannelArn']])['ResourceTagList']
    by_id = {each['ResourceId']: each['TagsList'] for each in tags}
    assert [t for t in by_id[store] if t['Key'] in ('env', 'empty')] == [{'Key': 'env', 'Value': 'prod'}]
    assert by_id[channel['ChannelArn']] == [{'Key': 'a', 'Value': '1'}]


def test_tags_and_channels_survive_a_restart(start_server, tmp_path):
    first = start_server('service.yaml', '--data', str(tmp_path))
    _, channel = make_channel(first.client(), Tags=[{'Key': 'a', 'Value': '1'}])
    first.kill()
    client = start_server('service.yaml', '--data', str(tmp_path)).client()
    assert client.get_channel(Channel=channel['ChannelArn'])['Name'] == 'my-channel'
    tags = client.list_tags(ResourceIdList=[channel['ChannelArn']])['ResourceTagList']
    assert tags[0]['TagsList'] == [{'Key': 'a', 'Value': '1'}]
