"""Resource policies, delegated administrators, public keys. Sources: AWS API reference; IAM user guide, "Policy evaluation
logic"; shared/spec 5.10, 6."""
import hashlib
import json

import pytest
from botocore.exceptions import ClientError

from errors_of_accounts import MEMBER, STORE, VALID, policy, statement
from server import rows_of, wait_for_end

ID = STORE.split('/')[1]


def refusal(call, **arguments):
    with pytest.raises(ClientError) as error:
        call(**arguments)
    return error.value.response['Error']['Code']


def test_a_policy_is_kept_as_it_was_put(client):
    put = client.put_resource_policy(ResourceArn=STORE, ResourcePolicy=VALID)
    assert (put['ResourceArn'], put['ResourcePolicy']) == (STORE, VALID)
    got = client.get_resource_policy(ResourceArn=STORE)
    assert (got['ResourceArn'], got['ResourcePolicy']) == (STORE, VALID)
    client.delete_resource_policy(ResourceArn=STORE)
    assert refusal(client.get_resource_policy, ResourceArn=STORE) == 'ResourcePolicyNotFoundException'


def test_a_policy_lets_another_account_do_what_it_names(server, client):
    member = server.client(account=MEMBER)
    query = {'QueryStatement': f'SELECT eventName FROM {ID}', 'EventDataStoreOwnerAccountId': '123456789012'}
    assert refusal(member.start_query, **query) == 'OperationNotPermittedException'
    client.put_resource_policy(ResourceArn=STORE, ResourcePolicy=VALID)
    query_id = member.start_query(**query)['QueryId']
    owner = {'EventDataStoreOwnerAccountId': '123456789012'}
    assert refusal(member.get_query_results, QueryId=query_id, **owner) == 'OperationNotPermittedException'
    allowed = statement(Action=['cloudtrail:StartQuery', 'cloudtrail:GetQueryResults', 'cloudtrail:GetEventDataStore'],
                        Principal={'AWS': f'arn:aws:iam::{MEMBER}:root'})
    client.put_resource_policy(ResourceArn=STORE, ResourcePolicy=policy(allowed))
    wait_for_end(client, query_id)
    answer = member.get_query_results(QueryId=query_id, **owner)
    assert len(answer['QueryResultRows']) == 5
    assert member.get_event_data_store(EventDataStore=STORE)['Name'] == 'events'
    assert refusal(member.list_queries, EventDataStore=STORE) == 'EventDataStoreARNInvalidException'
    third = server.client(account='333333333333')
    assert refusal(third.get_event_data_store, EventDataStore=STORE) == 'EventDataStoreARNInvalidException'


@pytest.mark.parametrize('statements, allowed', [
    ([statement(Principal='*')], True),
    ([statement(Principal={'AWS': '*'})], True),
    ([statement(Principal={'AWS': f'arn:aws:iam::{MEMBER}:user/ana'})], True),
    ([statement(Principal={'AWS': '333333333333'})], False),
    ([statement(Principal={'Service': 'cloudtrail.amazonaws.com'})], False),
    ([statement(Principal='*'), statement(Effect='Deny')], False),
    ([statement(Condition={'StringEquals': {'aws:PrincipalOrgID': 'o-1'}})], False),
    ([statement(Condition={})], True),
])
def test_how_a_policy_is_evaluated(server, client, statements, allowed):
    client.put_resource_policy(ResourceArn=STORE, ResourcePolicy=policy(*statements))
    call = server.client(account=MEMBER).start_query
    query = {'QueryStatement': f'SELECT eventName FROM {ID}', 'EventDataStoreOwnerAccountId': '123456789012'}
    if allowed:
        call(**query)
    else:
        assert refusal(call, **query) == 'OperationNotPermittedException'


def test_a_policy_of_a_channel_allows_audit_events_alone(client):
    store = client.create_event_data_store(Name='audit', MultiRegionEnabled=False, AdvancedEventSelectors=[{'FieldSelectors': [
        {'Field': 'eventCategory', 'Equals': ['ActivityAuditLog']}]}])['EventDataStoreArn']
    client.get_event_data_store(EventDataStore=store)
    channel = client.create_channel(Name='my-channel', Source='Custom', Destinations=[
        {'Type': 'EVENT_DATA_STORE', 'Location': store}])['ChannelArn']
    right = json.loads(policy(statement(Action='cloudtrail-data:PutAuditEvents', Resource=channel)))
    assert client.put_resource_policy(ResourceArn=channel, ResourcePolicy=json.dumps(right))['ResourceArn'] == channel
    wrong = policy(statement(Resource=channel))
    assert refusal(client.put_resource_policy, ResourceArn=channel, ResourcePolicy=wrong) == 'ResourcePolicyNotValidException'
    client.delete_channel(Channel=channel)
    assert refusal(client.get_resource_policy, ResourceArn=channel) == 'ResourceNotFoundException'


def test_a_delegated_administrator_makes_trails_of_the_organization(server, client):
    server.request('POST', '/_trailpond/scenario', {'organization': {'management_account': '123456789012'}})
    member = server.client(account=MEMBER)
    trail = {'Name': 'my-trail', 'S3BucketName': 'results-bucket', 'IsOrganizationTrail': True}
    assert refusal(member.create_trail, **trail) == 'NotOrganizationMasterAccountException'
    client.register_organization_delegated_admin(MemberAccountId=MEMBER)
    assert refusal(client.register_organization_delegated_admin, MemberAccountId=MEMBER) == 'AccountRegisteredException'
    member.create_trail(**trail)
    client.deregister_organization_delegated_admin(DelegatedAdminAccountId=MEMBER)
    assert refusal(member.create_trail, **{**trail, 'Name': 'other'}) == 'NotOrganizationMasterAccountException'


def test_public_keys_are_real_and_change_with_time(server, client):
    server.request('POST', '/_trailpond/clock', {'frozen_at': '2024-05-01T12:00:00Z'})
    first, = client.list_public_keys()['PublicKeyList']
    assert len(first['Value']) == 270  # PKCS#1 of RSA with 2,048 bits (shared/spec 6)
    assert first['Fingerprint'] == hashlib.md5(first['Value']).hexdigest()
    assert first['ValidityStartTime'].timestamp() <= 1714564800 < first['ValidityEndTime'].timestamp()
    assert client.list_public_keys()['PublicKeyList'] == [first]
    assert server.client(account=MEMBER).list_public_keys()['PublicKeyList'] == [first]
    assert server.client(region='us-west-2').list_public_keys()['PublicKeyList'] != [first]
    server.advance('31d')
    second, = client.list_public_keys()['PublicKeyList']
    assert second['Fingerprint'] != first['Fingerprint']
    both = client.list_public_keys(StartTime=1714564800, EndTime=1714564800 + 31 * 86400)['PublicKeyList']
    assert both == [first, second]
    assert client.list_public_keys(StartTime=1600000000, EndTime=1600000001)['PublicKeyList'] == []
    server.request('POST', '/_trailpond/clock', {'mode': 'real'})


def test_a_delegated_administrator_works_for_the_management_account(start_server):
    """Source: AWS user guide, "Organization delegated administrator": the management account owns what one makes, and one can update,
    query, stop and delete it."""
    server = start_server('empty')
    management, delegated, member = '111111111111', '222222222222', '333333333333'
    scenario = {'organization': {'management_account': management, 'accounts': [management, delegated, member], 'delegated_administrators': [delegated]}}
    assert server.request('POST', '/_trailpond/scenario', scenario)[0] == 200
    administrator = server.client(delegated)
    store = administrator.create_event_data_store(Name='of-all', OrganizationEnabled=True, TerminationProtectionEnabled=False)['EventDataStoreArn']
    trail = administrator.create_trail(Name='of-all', S3BucketName='my-bucket', IsOrganizationTrail=True)['TrailARN']
    assert f':{management}:' in store and f':{management}:' in trail
    assert [each['EventDataStoreArn'] for each in server.client(management).list_event_data_stores()['EventDataStores']] == [store]
    for account in (management, delegated, member):
        client = server.client(account)
        assert [each['TrailARN'] for each in client.describe_trails()['trailList']] == [trail]
        assert [each['TrailARN'] for each in client.list_trails()['Trails']] == [trail]
    assert administrator.describe_trails(includeShadowTrails=False)['trailList'] == []
    assert server.client('444444444444').list_trails()['Trails'] == [], 'it is no member'
    administrator.start_logging(Name=trail)
    administrator.update_event_data_store(EventDataStore=store, RetentionPeriod=30)
    rows = rows_of(administrator, f'SELECT count(*) FROM "{store}"')
    assert rows[0][0][1] == '0'
    administrator.stop_event_data_store_ingestion(EventDataStore=store)
    administrator.delete_event_data_store(EventDataStore=store)
    for client in (server.client(member), server.client('444444444444')):
        with pytest.raises(ClientError) as error:
            client.update_event_data_store(EventDataStore=store, RetentionPeriod=31)
        assert error.value.response['Error']['Code'] == 'OperationNotPermittedException'
