"""SearchSampleQueries and GenerateQuery. Sources: AWS API reference; shared/spec 9."""
import pytest
from botocore.exceptions import ClientError

from server import wait_for_end

STORE = 'aaaaaaaa-0000-4000-8000-000000000001'


@pytest.mark.parametrize('phrase, name', [
    ('console sign-in failures', 'Failed console sign-ins'), ('root user activity', 'Activity of the root user'),
    ('deleted S3 buckets', 'S3 buckets deleted'), ('who created access keys', 'Access keys created'),
    ('security groups open to the world', 'Security groups opened to the world'), ('throttled calls', 'Throttled API calls'),
    ('stopped CloudTrail logging', 'CloudTrail logging stopped or trails deleted'), ('KMS keys deletion', 'KMS keys disabled or scheduled for deletion')])
def test_a_phrase_finds_its_sample_first(client, phrase, name):
    results = client.search_sample_queries(SearchPhrase=phrase)['SearchResults']
    assert results[0]['Name'] == name
    assert '$EDS_ID' in results[0]['SQL'] and results[0]['Description']
    relevances = [each['Relevance'] for each in results]
    assert relevances == sorted(relevances, reverse=True) and 0 <= relevances[-1] <= relevances[0] <= 1


def test_pages_of_samples(client):
    phrase = {'SearchPhrase': 'user activity'}
    assert len(client.search_sample_queries(**phrase)['SearchResults']) == 10
    names, token = [], {}
    while True:
        page = client.search_sample_queries(**phrase, MaxResults=7, **token)
        names += [each['Name'] for each in page['SearchResults']]
        if 'NextToken' not in page:
            break
        token = {'NextToken': page['NextToken']}
    assert len(names) == len(set(names)) > 20
    assert client.search_sample_queries(SearchPhrase='zzzz')['SearchResults'] == []


def generate(client, prompt):
    answer = client.generate_query(EventDataStores=[STORE], Prompt=prompt)
    assert answer['QueryAlias'].startswith('AWSCloudTrail-') and len(answer['QueryAlias']) == 50
    return answer


@pytest.mark.parametrize('prompt, parts', [
    ('Show failed console sign-ins in the last 7 days', ["'Failure'", "eventTime >= timestamp '2024-05-05 00:00:00'"]),
    ('Who deleted S3 buckets yesterday?', ["'DeleteBucket'", ">= timestamp '2024-05-11 00:00:00'", "< timestamp '2024-05-12 00:00:00'"]),
    ('access denied errors by user since 2024-05-01', ["'AccessDenied'", ">= timestamp '2024-05-01 00:00:00'"]),
    ('DescribeAlarms calls by user ana between 2024-05-01 and 2024-05-10', [
        "eventName IN ('DescribeAlarms')", "userIdentity.userName = 'ana'", ">= timestamp '2024-05-01 00:00:00'", "< timestamp '2024-05-11 00:00:00'"]),
    ('most frequent errors in eu-west-1', ["awsRegion = 'eu-west-1'", 'errorCode IS NOT NULL']),
    ('activity of the root user from 203.0.113.7', ["sourceIPAddress = '203.0.113.7'", "'Root'"]),
])
def test_a_prompt_fills_a_statement_that_runs(server, client, prompt, parts):
    server.request('POST', '/_trailpond/clock', {'frozen_at': '2024-05-12T00:00:00Z'})
    statement = generate(client, prompt)['QueryStatement']
    assert STORE in statement
    for part in parts:
        assert part in statement, statement
    client.start_query(QueryStatement=statement)
    server.request('POST', '/_trailpond/clock', {'mode': 'real'})


def test_the_alias_runs_it_and_the_query_tells_its_prompt(client):
    made = generate(client, 'most active users')
    query = client.start_query(QueryAlias=made['QueryAlias'])['QueryId']
    described = wait_for_end(client, query)
    assert (described['QueryString'], described['Prompt']) == (made['QueryStatement'], 'most active users')
    assert client.describe_query(QueryAlias=made['QueryAlias'])['QueryId'] == query


def test_a_scenario_pins_a_statement_to_a_prompt(server, client):
    pinned = {'generated_queries': [{'prompt': 'a recipe for plum cake', 'statement': 'SELECT count(*) AS cakes FROM $EDS_ID'}]}
    assert server.request('POST', '/_trailpond/scenario', pinned)[0] == 200
    assert generate(client, 'A recipe for plum cake')['QueryStatement'] == f'SELECT count(*) AS cakes FROM {STORE}'
    server.reset()
    with pytest.raises(ClientError) as error:
        generate(client, 'a recipe for plum cake')
    assert error.value.response['Error']['Code'] == 'GenerateResponseException'
