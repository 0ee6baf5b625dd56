#!/usr/bin/env python3
"""The median time of each operation beside DescribeQuery's, over one connection, without --data. Each round is a story in an
account of its own: everything is made, read, changed and deleted. A row over its limit fails the run.

usage: operations.py [BUILD_FOLDER]     default: build/release
"""
import http.client
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else os.path.join(ROOT, 'build', 'release')
ROUNDS, LIMIT = 200, 5.0
# What these do takes time by its nature.
BY_NATURE = {
    'StartQuery': 'analyses a statement', 'CreateDashboard': 'analyses statements', 'StartDashboardRefresh': 'analyses and starts queries',
    'LookupEvents': 'runs a statement', 'ListInsightsData': 'runs a statement', 'ListInsightsMetricData': 'runs a statement',
    'GenerateQuery': 'searches the catalogue', 'SearchSampleQueries': 'searches the catalogue',
}
ROLE = 'arn:aws:iam::123456789012:role/role'


class Story:
    def __init__(self, connection, times):
        self.connection, self.times = connection, times

    def call(self, operation, **arguments):
        body = json.dumps(arguments)
        target = 'CloudTrail_20131101.' + operation
        path, service = '/', 'cloudtrail'
        if operation == 'PutAuditEvents':
            path, service = '/PutAuditEvents?channelArn=' + arguments.pop('channelArn'), 'cloudtrail-data'
            body = json.dumps(arguments)
        headers = {'X-Amz-Target': target, 'Content-Type': 'application/x-amz-json-1.1', 'Authorization':
                   f'AWS4-HMAC-SHA256 Credential={self.account}/20240510/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=0'}
        began = time.perf_counter()
        self.connection.request('POST', path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        self.times.setdefault(operation, []).append(time.perf_counter() - began)
        if answer.status != 200:
            raise SystemExit(f'{operation}: {text[:300]}')
        return json.loads(text)

    def tell(self, number):
        self.account = f'{number + 100:012}'
        call = self.call
        store = call('CreateEventDataStore', Name='store', TerminationProtectionEnabled=False)['EventDataStoreArn']
        call('GetEventDataStore', EventDataStore=store)
        insights = self.store('insights', 'Insight')
        audit = self.store('audit', 'ActivityAuditLog')
        call('UpdateEventDataStore', EventDataStore=store, RetentionPeriod=90)
        call('ListEventDataStores')
        call('StopEventDataStoreIngestion', EventDataStore=store)
        call('StartEventDataStoreIngestion', EventDataStore=store)
        call('PutEventConfiguration', EventDataStore=store, MaxEventSize='Large')
        call('GetEventConfiguration', EventDataStore=store)
        call('AddTags', ResourceId=store, TagsList=[{'Key': 'a', 'Value': 'b'}])
        call('ListTags', ResourceIdList=[store])
        call('RemoveTags', ResourceId=store, TagsList=[{'Key': 'a'}])
        policy = json.dumps({'Statement': {'Effect': 'Allow', 'Principal': '*', 'Action': 'cloudtrail:StartQuery', 'Resource': store}})
        call('PutResourcePolicy', ResourceArn=store, ResourcePolicy=policy)
        call('GetResourcePolicy', ResourceArn=store)
        call('DeleteResourcePolicy', ResourceArn=store)
        call('EnableFederation', EventDataStore=store, FederationRoleArn=ROLE)
        call('DisableFederation', EventDataStore=store)
        self.trails()
        call('PutInsightSelectors', EventDataStore=store, InsightsDestination=insights, InsightSelectors=[{'InsightType': 'ApiCallRateInsight'}])
        call('GetInsightSelectors', EventDataStore=store)
        self.channels(audit)
        self.queries(store.split('/')[1])
        self.imports(store)
        self.lookups(store)
        call('DeleteEventDataStore', EventDataStore=store)
        call('RestoreEventDataStore', EventDataStore=store)

    def store(self, name, category):
        made = self.call('CreateEventDataStore', Name=name, MultiRegionEnabled=False, AdvancedEventSelectors=[
            {'FieldSelectors': [{'Field': 'eventCategory', 'Equals': [category]}]}])['EventDataStoreArn']
        self.call('GetEventDataStore', EventDataStore=made)
        return made

    def trails(self):
        call = self.call
        call('CreateTrail', Name='trail', S3BucketName='a-bucket')
        for operation in ('GetTrail', 'StartLogging', 'GetTrailStatus', 'StopLogging', 'UpdateTrail'):
            call(operation, Name='trail')
        call('DescribeTrails')
        call('ListTrails')
        call('PutEventSelectors', TrailName='trail', EventSelectors=[{'ReadWriteType': 'ReadOnly'}])
        call('GetEventSelectors', TrailName='trail')
        call('ListInsightsData', InsightSource='trail', DataType='InsightsEvents')
        call('DeleteTrail', Name='trail')

    def channels(self, store):
        call = self.call
        made = call('CreateChannel', Name='channel', Source='Custom', Destinations=[{'Type': 'EVENT_DATA_STORE', 'Location': store}])
        channel = made['ChannelArn']
        call('GetChannel', Channel=channel)
        call('ListChannels')
        call('UpdateChannel', Channel=channel, Name='renamed')
        event = {'version': '1', 'userIdentity': {'type': 'a', 'principalId': 'b', 'details': {}}, 'eventSource': 's', 'eventName': 'n',
                 'eventTime': '2024-05-10T12:00:00Z', 'UID': 'u', 'recipientAccountId': self.account}
        call('PutAuditEvents', channelArn=channel, auditEvents=[{'id': 'a', 'eventData': json.dumps(event)}])
        call('DeleteChannel', Channel=channel)

    def queries(self, store):
        call = self.call
        query = call('StartQuery', QueryStatement=f'SELECT eventName, count(*) FROM {store} GROUP BY 1')['QueryId']
        while call('DescribeQuery', QueryId=query)['QueryStatus'] != 'FINISHED':
            pass
        call('GetQueryResults', QueryId=query)
        call('ListQueries', EventDataStore=store)
        held = call('StartQuery', QueryStatement=f"SELECT 'held' FROM {store}")['QueryId']
        call('CancelQuery', QueryId=held)
        for _ in range(3):
            call('DescribeQuery', QueryId=query)
        call('CreateDashboard', Name='dashboard', Widgets=[
            {'QueryStatement': f'SELECT eventName FROM {store}', 'ViewProperties': {'Title': 'a title'}}])
        call('GetDashboard', DashboardId='dashboard')
        call('ListDashboards')
        call('StartDashboardRefresh', DashboardId='dashboard')
        call('UpdateDashboard', DashboardId='dashboard', TerminationProtectionEnabled=False)
        call('GetDashboard', DashboardId='dashboard')
        call('DeleteDashboard', DashboardId='dashboard')

    def imports(self, store):
        call = self.call
        made = call('StartImport', Destinations=[store], ImportSource={'S3': {
            'S3LocationUri': 's3://a-bucket/', 'S3BucketRegion': 'us-east-1', 'S3BucketAccessRoleArn': ROLE}})['ImportId']
        call('GetImport', ImportId=made)
        call('ListImports')
        call('ListImportFailures', ImportId=made)
        call('StopImport', ImportId=made)

    def lookups(self, store):
        call = self.call
        call('LookupEvents')
        call('ListInsightsMetricData', EventSource='s3.amazonaws.com', EventName='CreateBucket', InsightType='ApiCallRateInsight')
        call('SearchSampleQueries', SearchPhrase='who signed in')
        call('GenerateQuery', EventDataStores=[store], Prompt='who signed in to the console')
        call('ListPublicKeys')
        call('RegisterOrganizationDelegatedAdmin', MemberAccountId='999999999999')
        call('DeregisterOrganizationDelegatedAdmin', DelegatedAdminAccountId='999999999999')


def main():
    scenario = {'timing': {'import_takes': '1h'}, 'query_scripts': [{'match': {'contains': "'held'"}, 'running_for': 'until_released'}]}
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, 'a-bucket'))
        path = os.path.join(folder, 'scenario.json')
        with open(path, 'w') as file:
            json.dump(scenario, file)
        server = subprocess.Popen([os.path.join(BUILD, 'trailpond'), '--port', '0', '--scenario', path, '--export-dir', folder],
                                  stdout=subprocess.PIPE, text=True)
        try:
            port = int(re.search(r'http://[\d.]+:(\d+)', server.stdout.readline()).group(1))
            connection = http.client.HTTPConnection('127.0.0.1', port)
            times = {}
            story = Story(connection, times)
            for number in range(ROUNDS):
                story.tell(number)
            connection.request('GET', '/_trailpond/operations')
            names = {each['name'] for each in json.loads(connection.getresponse().read())['operations']} | {'PutAuditEvents'}
        finally:
            server.terminate()
            server.wait()
    if names != set(times):
        raise SystemExit(f'not measured: {sorted(names ^ set(times))}')
    base = statistics.median(times['DescribeQuery'])
    print(f'DescribeQuery: median {base * 1e6:.0f} us, {ROUNDS} rounds, {len(times)} operations')
    over = False
    for name in sorted(times, key=lambda each: -statistics.median(times[each])):
        ratio = statistics.median(times[name]) / base
        reason = BY_NATURE.get(name)
        verdict = f'by nature: {reason}' if reason else f'limit {LIMIT}x: {"ok" if ratio <= LIMIT else "OVER"}'
        over = over or (not reason and ratio > LIMIT)
        print(f'{name:40} {statistics.median(times[name]) * 1e6:7.0f} us  {ratio:6.2f}x  {verdict}')
    return 1 if over else 0


if __name__ == '__main__':
    sys.exit(main())
