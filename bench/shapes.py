#!/usr/bin/env python3
"""Some thirty shapes of statements over real-shaped events: ours over HTTP, StartQuery to the last row, beside DuckDB on the same events.

usage: shapes.py [--rows 500000] [--threads 1] [--growth] [--only NAME] [--binary FILE] [--folder FOLDER] [--json FILE]

  --rows N       how many events; 500,000 are the first of 2,500,000
  --threads N    threads of DuckDB, and ours a query if the binary has --threads-per-query
  --growth       both 500,000 and 2,500,000 events, a fresh server each, and how much longer each shape takes
  --only NAME    one shape; those whose names begin with NAME if none is called so
  --binary FILE  default: build/release/trailpond
  --folder DIR   keeps the events between runs; default: /tmp/trailpond-shapes
  --json FILE    writes the numbers

The Python environment needs duckdb. The least of five runs counts, after a warm one; a shape that takes more than 20 seconds
is cancelled and counts as 99 times DuckDB's time. A number over its limit fails the run.
"""
import argparse
import datetime
import gc
import http.client
import itertools
import json
import math
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
import zlib

import duckdb

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SMALL, LARGE = 500_000, 2_500_000
ROUNDS, PATIENCE, NOT_DONE = 5, 20.0, 99.0
LIMIT_MEAN, LIMIT_EACH, LIMIT_GROWTH = 0.7, 2.0, 6.0
LIMIT_OF_PAGES = 4.0  # half of it is 15 requests and this program's reading of their JSON
STORE = '55555555-0000-4000-8000-000000000001'

# ---------------------------------------------------------------------------------------------------------------------------
# The events. Everything is drawn from one seeded stream, so that a smaller file is the beginning of a larger one.

START = datetime.datetime(2026, 4, 1)
DAYS = 30
BATCH = 10_000
ACCOUNTS = [f'{111122223333 + 1000207 * n}' for n in range(8)]
REGIONS = ('us-east-1 eu-west-1 us-west-2 eu-central-1 ap-southeast-2 us-east-2 ap-northeast-1 eu-west-2 ca-central-1 '
           'ap-south-1 sa-east-1 eu-north-1 ap-southeast-1 eu-west-3 us-west-1').split()
# The names of a service's operations, the frequent first.
SERVICES = {
    's3': 'GetObject PutObject HeadObject ListObjects GetBucketAcl DeleteObject GetBucketLocation CopyObject PutBucketPolicy CreateBucket',
    'kms': 'Decrypt GenerateDataKey Encrypt DescribeKey CreateGrant ListAliases RetireGrant ScheduleKeyDeletion',
    'sts': 'AssumeRole GetCallerIdentity AssumeRoleWithWebIdentity AssumeRoleWithSAML GetSessionToken GetFederationToken',
    'ec2': 'DescribeInstances DescribeVolumes DescribeSecurityGroups CreateTags RunInstances DescribeSubnets TerminateInstances '
           'AttachVolume CreateNetworkInterface StopInstances AuthorizeSecurityGroupIngress CreateSnapshot',
    'logs': 'CreateLogStream DescribeLogStreams DescribeLogGroups CreateLogGroup PutRetentionPolicy StartQuery DeleteLogGroup',
    'dynamodb': 'GetItem Query PutItem DescribeTable UpdateItem BatchGetItem ListTables DeleteItem',
    'lambda': 'Invoke GetFunction20150331v2 ListFunctions20150331 UpdateFunctionCode20150331v2 GetPolicy20150331v2 CreateFunction20150331 '
              'AddPermission20150331v2',
    'signin': 'ConsoleLogin SwitchRole GetSigninToken CheckMfa RenewRole',
    'iam': 'GetRole ListAttachedRolePolicies GetUser ListRoles CreateUser AttachRolePolicy PassRole CreateAccessKey PutRolePolicy DeleteUser',
    'monitoring': 'DescribeAlarms GetMetricData PutMetricAlarm ListMetrics GetDashboard DeleteAlarms',
    'ssm': 'GetParameter UpdateInstanceInformation DescribeInstanceInformation GetParametersByPath PutParameter SendCommand StartSession',
    'secretsmanager': 'GetSecretValue DescribeSecret ListSecrets PutSecretValue RotateSecret CreateSecret',
    'sqs': 'ReceiveMessage GetQueueAttributes SendMessage ListQueues CreateQueue DeleteQueue',
    'sns': 'Publish ListTopics GetTopicAttributes Subscribe CreateTopic DeleteTopic',
    'ecs': 'DescribeTasks DescribeServices RunTask RegisterTaskDefinition UpdateService ListTasks SubmitTaskStateChange',
    'ecr': 'BatchGetImage GetDownloadUrlForLayer GetAuthorizationToken DescribeRepositories PutImage InitiateLayerUpload',
    'eks': 'DescribeCluster ListClusters DescribeNodegroup UpdateNodegroupVersion CreateCluster AccessKubernetesApi',
    'elasticloadbalancing': 'DescribeTargetHealth DescribeLoadBalancers RegisterTargets DescribeListeners CreateLoadBalancer DeregisterTargets',
    'autoscaling': 'DescribeAutoScalingGroups SetDesiredCapacity UpdateAutoScalingGroup CompleteLifecycleAction DescribePolicies',
    'rds': 'DescribeDBInstances DescribeDBClusters CreateDBSnapshot ModifyDBInstance ListTagsForResource DeleteDBInstance',
    'cloudformation': 'DescribeStacks DescribeStackEvents CreateChangeSet ListStackResources UpdateStack DeleteStack',
    'cloudtrail': 'LookupEvents DescribeTrails GetTrailStatus GetEventSelectors StartQuery StopLogging CreateTrail',
    'config': 'PutEvaluations DescribeConfigRules GetResourceConfigHistory SelectResourceConfig PutConfigRule StopConfigurationRecorder',
    'guardduty': 'ListDetectors GetFindings ListFindings GetDetector UpdateDetector ArchiveFindings',
    'securityhub': 'BatchImportFindings GetFindings DescribeHub BatchUpdateFindings GetEnabledStandards DisableSecurityHub',
    'organizations': 'DescribeAccount ListAccounts DescribeOrganization ListRoots AttachPolicy CreateAccount',
    'route53': 'ListHostedZones ChangeResourceRecordSets GetHostedZone ListResourceRecordSets GetChange CreateHostedZone',
    'cloudfront': 'GetDistribution ListDistributions CreateInvalidation UpdateDistribution GetInvalidation CreateDistribution',
    'apigateway': 'GetRestApis GetStages CreateDeployment PutIntegration GetResources DeleteRestApi',
    'glue': 'GetTable GetPartitions GetDatabases StartJobRun GetJobRun BatchCreatePartition',
    'athena': 'StartQueryExecution GetQueryExecution GetQueryResults ListWorkGroups StopQueryExecution CreateWorkGroup',
    'states': 'StartExecution DescribeExecution GetExecutionHistory ListStateMachines SendTaskSuccess CreateStateMachine',
    'kinesis': 'DescribeStream ListShards GetShardIterator CreateStream UpdateShardCount DeleteStream',
    'events': 'PutEvents PutRule ListRules PutTargets DescribeRule DeleteRule',
    'acm': 'DescribeCertificate ListCertificates RequestCertificate ImportCertificate ExportCertificate DeleteCertificate',
    'elasticache': 'DescribeCacheClusters DescribeReplicationGroups ModifyCacheCluster CreateSnapshot RebootCacheCluster DeleteCacheCluster',
    'sso': 'ListAccountRoles GetRoleCredentials ListInstances CreateAccountAssignment DescribePermissionSet Federate',
    'bedrock': 'InvokeModel Converse ListFoundationModels GetFoundationModel InvokeModelWithResponseStream CreateGuardrail',
    'backup': 'ListBackupJobs StartBackupJob DescribeBackupVault ListRecoveryPointsByBackupVault CreateBackupPlan DeleteRecoveryPoint',
    'tagging': 'GetResources TagResources GetTagKeys GetTagValues UntagResources GetComplianceSummary',
}
READS = ('Get', 'List', 'Describe', 'Head', 'Lookup', 'Query', 'Batch', 'Select', 'Decrypt', 'Receive', 'Check', 'Assume')
CODES = ('AccessDenied Client.UnauthorizedOperation ThrottlingException ResourceNotFoundException NoSuchEntityException '
         'ValidationException ConditionalCheckFailedException InvalidParameterValue').split()
CODE_SHARES = (45, 60, 74, 84, 90, 94, 98, 100)
TYPES = {  # what a service's events name under resources
    's3': 'AWS::S3::Object', 'kms': 'AWS::KMS::Key', 'sts': 'AWS::IAM::Role', 'dynamodb': 'AWS::DynamoDB::Table',
    'lambda': 'AWS::Lambda::Function', 'secretsmanager': 'AWS::SecretsManager::Secret', 'ecr': 'AWS::ECR::Repository',
    'sns': 'AWS::SNS::Topic', 'sqs': 'AWS::SQS::Queue', 'acm': 'AWS::ACM::Certificate',
}


def uuid(digits):
    return f'{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}'


def cumulative(count, steepness):
    """Zipf's weights, added up."""
    return list(itertools.accumulate(1 / rank ** steepness for rank in range(1, count + 1)))


def make_kinds():
    """All (service, operation), the frequent first: the first of each service, then the second of each, and so on."""
    rows = itertools.zip_longest(*([(service, name) for name in names.split()] for service, names in SERVICES.items()))
    return [kind for row in rows for kind in row if kind]


def make_agents(dice):
    """Some 300 user agents as SDKs, browsers and tools send them."""
    agents = []
    for number in range(300):
        minor, patch = dice.randrange(40), dice.randrange(200)
        agents.append((
            f'Boto3/1.{minor}.{patch} md/Botocore#1.{minor}.{patch} ua/2.1 os/linux#5.10.{patch}-{minor}.amzn2.x86_64 md/arch#x86_64 '
            f'lang/python#3.{9 + number % 5}.{minor} md/pyimpl#CPython m/Z,b,D cfg/retry-mode#legacy Botocore/1.{minor}.{patch}',
            f'aws-sdk-java/2.{minor}.{patch} md/io#sync md/http#Apache ua/2.1 os/Linux#6.1.{patch} lang/java#17.0.{minor} '
            f'md/OpenJDK_64-Bit_Server_VM#17.0.{minor}+9-LTS md/vendor#Amazon.com_Inc. md/en_US exec-env/AWS_ECS_FARGATE m/D,N',
            f'aws-cli/2.{minor}.{patch} md/awscrt#0.21.{minor} ua/2.0 os/macos#23.{minor}.0 md/arch#arm64 lang/python#3.11.9 '
            f'md/pyimpl#CPython cfg/retry-mode#standard md/prompt#off md/command#s3.cp md/installer#exe',
            f'APN/1.0 HashiCorp/1.0 Terraform/1.{minor}.{patch % 10} (+https://www.terraform.io) terraform-provider-aws/5.{minor}.{patch % 10} '
            f'(+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.{minor}.{patch} os/linux lang/go#1.22.{minor % 9}',
            f'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{100 + minor}.0.{patch}.0 Safari/537.36',
            f'[aws-sdk-go-v2/1.{minor}.{patch} os/linux lang/go#1.21.{minor % 9} md/GOOS#linux md/GOARCH#arm64 api/dynamodb#1.{minor}.{patch}]',
        )[number % 6])
    return agents


class Session:
    """Someone's use of one access key from one address: the same userIdentity for some dozens of events."""

    def __init__(self, person, dice, second, agents):
        self.left = dice.randrange(20, 100)
        self.account = ACCOUNTS[person % 8 if person % 3 else 0]
        kind = ('AssumedRole', 'IAMUser', 'AssumedRole', 'AWSService', 'AssumedRole', 'AWSService', 'IAMUser', 'AssumedRole',
                'FederatedUser', 'AssumedRole')[person % 10]
        self.agent = agents[int(dice.random() ** 2 * 300)]
        self.address = ADDRESSES[int(dice.random() ** 1.5 * 5000)]
        self.region = REGIONS[int(dice.random() ** 2.5 * 15)]
        key = f'{dice.getrandbits(80):020X}'[4:]
        name = f'{("Alice", "bob", "Carol", "dave", "Erin", "mallory")[person % 6]}.{person:04}'
        if kind == 'AWSService':
            service = f'{list(SERVICES)[person // 10 % 40]}.amazonaws.com'
            self.arn, self.agent, self.address = service, service, service
            self.identity = f'{{"type":"AWSService","invokedBy":"{service}"}}'
        elif kind == 'AssumedRole':
            self.identity = self.assumed_role(person, name, key, dice, second)
        elif kind == 'IAMUser':
            self.arn = f'arn:aws:iam::{self.account}:user/{name}'
            self.identity = (f'{{"type":"IAMUser","principalId":"AIDA{person * 7919:016X}","arn":"{self.arn}","accountId":"{self.account}",'
                             f'"accessKeyId":"AKIA{key}","userName":"{name}"}}')
        else:
            self.arn = f'arn:aws:sts::{self.account}:federated-user/{name}'
            self.identity = (f'{{"type":"FederatedUser","principalId":"{self.account}:{name}","arn":"{self.arn}","accountId":"{self.account}",'
                             f'"accessKeyId":"ASIA{key}"}}')

    def assumed_role(self, person, name, key, dice, second):
        role = f'{("orders", "Billing", "etl", "Platform", "search", "Audit")[person % 6]}-service-{person % 211:03}'
        principal = f'AROA{(person % 211) * 104729:016X}'
        self.arn = f'arn:aws:sts::{self.account}:assumed-role/{role}/{name}'
        created = (START + datetime.timedelta(seconds=second - dice.randrange(600))).strftime('%Y-%m-%dT%H:%M:%SZ')
        return (f'{{"type":"AssumedRole","principalId":"{principal}:{name}","arn":"{self.arn}","accountId":"{self.account}",'
                f'"accessKeyId":"ASIA{key}","sessionContext":{{"sessionIssuer":{{"type":"Role","principalId":"{principal}",'
                f'"arn":"arn:aws:iam::{self.account}:role/{role}","accountId":"{self.account}","userName":"{role}"}},'
                f'"attributes":{{"creationDate":"{created}","mfaAuthenticated":"{"true" if person % 7 == 0 else "false"}"}}}}}}')


def make_addresses(dice):
    return [f'{dice.randrange(3, 224)}.{dice.randrange(256)}.{dice.randrange(256)}.{dice.randrange(1, 255)}' for _ in range(5000)]


ADDRESSES = make_addresses(random.Random(11))


def name_of(service, bits):
    """One of the things that a service has: few are used much."""
    number = (bits & 0xffff) ** 2 * (200 if service == 's3' else 400) >> 32
    return f'{service}-{("data", "logs", "prod", "reports", "backup")[number % 5]}-{number:04}'


def resources_of(service, name, bits, digits, account, region):
    kind = TYPES.get(service)
    if kind is None:
        return ''
    first = f'{{"accountId":"{account}","type":"{kind}","ARN":"arn:aws:{service}:{region}:{account}:{name}"}}'
    if service == 's3':
        first = (f'{{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::{name}/data/{digits[:12]}.parquet"}},'
                 f'{{"accountId":"{account}","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::{name}"}}')
        if bits & 0x70000 == 0:
            first += f',{{"accountId":"{account}","type":"AWS::KMS::Key","ARN":"arn:aws:kms:{region}:{account}:key/{bits & 0xff:08x}"}}'
    return f'"resources":[{first}],'


def request_of(service, operation, name, bits, digits, account, region):
    """requestParameters and additionalEventData, as the service writes them."""
    if service == 's3':
        return (f'{{"bucketName":"{name}","Host":"{name}.s3.{region}.amazonaws.com","key":"data/year=2026/month=04/{digits[:12]}.parquet"}}',
                f'"additionalEventData":{{"SignatureVersion":"SigV4","CipherSuite":"TLS_AES_128_GCM_SHA256","bytesTransferredIn":0,'
                f'"AuthenticationMethod":"AuthHeader","x-amz-id-2":"{digits[::-1]}/abc=","bytesTransferredOut":{bits & 0xfffff}}},')
    if service == 'ec2':
        return (f'{{"instanceId":"i-{bits % 3001 * 65537:017x}","instancesSet":{{"items":[{{"instanceId":"i-{bits % 3001 * 65537:017x}"}}]}},'
                f'"filterSet":{{"items":[{{"name":"tag:Name","valueSet":{{"items":[{{"value":"{name}"}}]}}}}]}}}}', '')
    if service == 'kms':
        return (f'{{"keyId":"arn:aws:kms:{region}:{account}:key/{name}","encryptionContext":{{"aws:s3:arn":"arn:aws:s3:::s3-data-{bits % 200:04}"}},'
                '"encryptionAlgorithm":"SYMMETRIC_DEFAULT"}', '')
    if service == 'sts':
        return (f'{{"roleArn":"arn:aws:iam::{account}:role/{name}","roleSessionName":"{digits[:16]}","durationSeconds":3600}}', '')
    if service == 'signin':
        return ('null', f'"additionalEventData":{{"LoginTo":"https://console.aws.amazon.com/console/home?region={region}",'
                        f'"MobileVersion":"No","MFAUsed":"{"Yes" if bits & 0x100000 else "No"}"}},')
    if bits & 0x300000 == 0:
        return 'null', ''
    if bits & 0x3000000 == 0:
        return f'{{"{service}Name":"{name}","tags":[{{"key":"team","value":"team-{bits % 17}"}},{{"key":"stage","value":"prod"}}]}}', ''
    return f'{{"{service}Name":"{name}","maxResults":{bits % 100},"nextToken":"{digits[:24]}"}}', ''


def response_of(service, operation, name, bits, digits, account, region):
    if service == 'signin':
        return '{"ConsoleLogin":"Success"}'
    if operation.startswith('Assume'):
        return (f'{{"credentials":{{"accessKeyId":"ASIA{digits[:16].upper()}","sessionToken":"{digits * 5}","expiration":"Apr 14, 2026, 1:03:49 AM"}},'
                f'"assumedRoleUser":{{"assumedRoleId":"AROA{digits[:16].upper()}:{digits[:16]}","arn":"arn:aws:sts::{account}:assumed-role/{name}/x"}}}}')
    if operation.startswith(READS) or bits & 0x400000:
        return 'null'
    return f'{{"requestId":"{digits}","{service}Arn":"arn:aws:{service}:{region}:{account}:{name}","status":"IN_PROGRESS","version":{bits % 50}}}'


def error_of(service, operation, session, name, bits):
    """Three in a hundred fail; sign-ins one in four, without a code."""
    chance = (bits >> 24) % 3300
    if service == 'signin':
        return '"errorMessage":"Failed authentication",' if chance < 825 else ''
    if chance >= 100:
        return ''
    code = next(code for code, share in zip(CODES, CODE_SHARES) if chance < share)
    return (f'"errorCode":"{code}","errorMessage":"User: {session.arn} is not authorized to perform: {service}:{operation} on resource: '
            f'{name} because no identity-based policy allows the action",')


def event_text(kind, session, when, bits, digits):
    service, operation = kind
    region, account = session.region, session.account
    name = name_of(service, bits)
    request, extra = request_of(service, operation, name, bits, digits, account, region)
    error = error_of(service, operation, session, name, bits)
    response = 'null'
    if not error:
        response = response_of(service, operation, name, bits, digits, account, region)
    elif service == 'signin':
        response = '{"ConsoleLogin":"Failure"}'
    tls = '' if bits >> 56 & 7 < 3 else (',"tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256",'
                                          f'"clientProvidedHostHeader":"{service}.{region}.amazonaws.com"}}')
    data = service in ('s3', 'dynamodb', 'lambda') and bits & 0x800000
    return (f'{{"eventVersion":"1.{8 + (bits & 3):02}","userIdentity":{session.identity},"eventTime":"{when}",'
            f'"eventSource":"{service}.amazonaws.com","eventName":"{operation}","awsRegion":"{region}","sourceIPAddress":"{session.address}",'
            f'"userAgent":"{session.agent}",{error}"requestParameters":{request},"responseElements":{response},{extra}'
            f'"requestID":"{uuid(digits[32:])}","eventID":"{uuid(digits[:32])}",'
            f'"readOnly":{"true" if operation.startswith(READS) else "false"},'
            f'{resources_of(service, name, bits, digits, account, region)}'
            f'"eventType":"{"AwsConsoleSignIn" if service == "signin" else "AwsApiCall"}","managementEvent":{"false" if data else "true"},'
            f'"recipientAccountId":"{account}","eventCategory":"{"Data" if data else "Management"}"'
            f'{tls}}}\n')


def make_events(rows):
    """Gives the events as lines, in batches. Bursts of several a second, every 25th some minutes late."""
    dice = random.Random(20260401)
    kinds, agents = make_kinds(), make_agents(dice)
    kind_weights, people_weights = cumulative(len(kinds), 1.0), cumulative(3000, 0.7)
    step = DAYS * 86400 / LARGE * 4  # a quarter of the events move the clock
    clock, sessions, times = 0.0, {}, {}
    for start in range(0, rows, BATCH):
        lines = []
        for kind, person in zip(dice.choices(kinds, cum_weights=kind_weights, k=BATCH),
                                dice.choices(range(3000), cum_weights=people_weights, k=BATCH)):
            bits, digits = dice.getrandbits(64), f'{dice.getrandbits(256):064x}'
            if bits >> 62 == 0:
                clock += step
            second = int(clock)
            session = sessions.get(person)
            if session is None or session.left == 0:
                session = sessions[person] = Session(person, dice, second, agents)
            session.left -= 1
            if (bits >> 40) % 25 == 0:
                second = max(0, second - (bits >> 50) % 300)
            when = times.get(second)
            if when is None:
                if len(times) > 5000:
                    times.clear()
                when = times[second] = (START + datetime.timedelta(seconds=second)).strftime('%Y-%m-%dT%H:%M:%SZ')
            lines.append(event_text(kind, session, when, bits, digits))
        yield lines[:rows - start]


def events_file(folder, rows):
    """The file of so many events; made when it is not there."""
    os.makedirs(folder, exist_ok=True)
    mark = zlib.crc32(''.join(next(make_events(BATCH))).encode())  # other events have another name
    path = os.path.join(folder, f'events-{rows}-{mark:08x}.ndjson')
    if not os.path.exists(path):
        print(f'making {rows:,} events in {path}', flush=True)
        with open(path + '.part', 'w', encoding='ascii') as out:
            for lines in make_events(rows):
                out.writelines(lines)
        os.rename(path + '.part', path)
    return path


# ---------------------------------------------------------------------------------------------------------------------------
# The shapes. {t} is the table. Where DuckDB's SQL differs, it has its own.


class Shape:
    """A statement, and DuckDB's if it is another. `same` are the columns that must be equal: of a LIMIT whose last places are
    shared, only the column that is ordered by. `limit` is on the ratio."""

    def __init__(self, name, ours, theirs=None, same=None, limit=LIMIT_EACH):
        self.name, self.ours, self.theirs, self.same, self.limit = name, ours, theirs or ours, same, limit


SHAPES = [
    Shape('count, two conditions', "SELECT count(*) FROM {t} WHERE eventName = 'PutObject' AND awsRegion = 'eu-west-1'"),
    Shape('count, LIKE', "SELECT count(*) FROM {t} WHERE userAgent LIKE '%Terraform/1.3%'"),
    Shape('count, IN of 8', "SELECT count(*) FROM {t} WHERE eventName IN ('CreateUser', 'DeleteUser', 'CreateAccessKey', 'AttachRolePolicy', "
          "'PutRolePolicy', 'StopLogging', 'ConsoleLogin', 'PutBucketPolicy')"),
    Shape('group by 1', 'SELECT eventName, count(*) AS n FROM {t} GROUP BY 1 ORDER BY n DESC LIMIT 20', same=[1]),
    Shape('group by 2', 'SELECT eventSource, awsRegion, count(*) AS n FROM {t} GROUP BY 1, 2 ORDER BY n DESC LIMIT 20', same=[2]),
    Shape('group by 3', 'SELECT eventName, awsRegion, userIdentity.type, count(*) AS n FROM {t} GROUP BY 1, 2, 3 ORDER BY n DESC LIMIT 20',
          same=[3]),
    Shape('group by 4', 'SELECT eventName, awsRegion, userIdentity.arn, errorCode, count(*) AS n FROM {t} GROUP BY 1, 2, 3, 4 '
          'ORDER BY n DESC LIMIT 20', same=[4]),
    Shape('group by hour', "SELECT date_trunc('hour', eventTime) AS hour, count(*) AS n FROM {t} GROUP BY 1 ORDER BY 1"),
    Shape('group by concat', "SELECT concat(eventSource, ':', eventName) AS what, count(*) AS n FROM {t} GROUP BY 1 ORDER BY n DESC"),
    Shape('group by lower', 'SELECT lower(userIdentity.arn) AS who, count(*) AS n FROM {t} GROUP BY 1 ORDER BY n DESC LIMIT 50', same=[1]),
    Shape('count distinct', 'SELECT eventSource, count(DISTINCT sourceIPAddress) AS n FROM {t} GROUP BY 1 ORDER BY n DESC'),
    Shape('min max by', 'SELECT userIdentity.arn, min(eventTime) AS first, max(eventTime) AS last FROM {t} GROUP BY 1'),
    Shape('min max of all', 'SELECT min(eventTime) AS first, max(eventTime) AS last FROM {t}'),
    Shape('in subquery', "SELECT count(*) FROM {t} WHERE eventID IN (SELECT eventID FROM {t} WHERE errorCode = 'AccessDenied')"),
    Shape('exists', "SELECT count(*) FROM {t} a WHERE a.eventName = 'AssumeRole' AND EXISTS (SELECT 1 FROM {t} b WHERE "
          "b.userIdentity.accessKeyId = a.userIdentity.accessKeyId AND b.errorCode = 'AccessDenied')"),
    Shape('join on text', "WITH denied AS (SELECT userIdentity.accessKeyId AS accesskey, eventName AS tried FROM {t} "
          "WHERE errorCode = 'AccessDenied'), changed AS (SELECT userIdentity.accessKeyId AS accesskey, eventName AS did FROM {t} "
          "WHERE readOnly = false AND errorCode IS NULL) SELECT tried, did, count(*) AS n FROM denied JOIN changed "
          'ON denied.accesskey = changed.accesskey GROUP BY 1, 2 ORDER BY n DESC LIMIT 50', same=[2]),
    Shape('join on lower', "SELECT a.eventName, count(*) AS n FROM {t} a JOIN {t} b ON lower(a.userIdentity.accessKeyId) = "
          "lower(b.userIdentity.accessKeyId) WHERE a.errorCode IS NOT NULL AND b.eventSource = 'kms.amazonaws.com' AND b.readOnly = true "
          'GROUP BY 1 ORDER BY n DESC'),
    Shape('join on time', "SELECT a.sourceIPAddress, count(*) AS n FROM {t} a JOIN {t} b ON a.sourceIPAddress = b.sourceIPAddress AND "
          "b.eventTime BETWEEN a.eventTime AND a.eventTime + INTERVAL '5' MINUTE WHERE a.eventName = 'ConsoleLogin' AND "
          "a.errorMessage = 'Failed authentication' AND b.errorCode IS NULL AND b.readOnly = false GROUP BY 1 ORDER BY n DESC LIMIT 100",
          same=[1]),
    Shape('rank', 'SELECT eventSource, eventTime, eventName FROM (SELECT eventSource, eventTime, eventName, rank() OVER (PARTITION BY '
          'eventSource ORDER BY eventTime) AS place FROM {t}) WHERE place <= 3'),
    Shape('running count', 'SELECT who, max(so_far) AS most FROM (SELECT userIdentity.arn AS who, count(*) OVER (PARTITION BY userIdentity.arn '
          'ORDER BY eventTime) AS so_far FROM {t} WHERE readOnly = false) GROUP BY 1 ORDER BY most DESC LIMIT 50', same=[1]),
    Shape('lag', "SELECT who, max(gap) AS longest FROM (SELECT userIdentity.arn AS who, date_diff('second', lag(eventTime) OVER (PARTITION BY "
          'userIdentity.arn ORDER BY eventTime), eventTime) AS gap FROM {t}) WHERE gap IS NOT NULL GROUP BY 1 ORDER BY longest DESC LIMIT 50',
          same=[1]),
    Shape('first 10', 'SELECT eventTime, eventName, userIdentity.arn FROM {t} ORDER BY eventTime ASC LIMIT 10', same=[0]),
    Shape('last 10', 'SELECT eventTime, eventName, userIdentity.arn FROM {t} ORDER BY eventTime DESC LIMIT 10', same=[0]),
    Shape('unnest', 'SELECT r.type, count(*) AS n FROM {t} CROSS JOIN UNNEST(resources) AS r(accountid, type, arn, arnprefix) GROUP BY 1 '
          'ORDER BY n DESC', 'SELECT r.type, count(*) AS n FROM {t}, UNNEST(resources) AS u(r) GROUP BY 1 ORDER BY n DESC'),
    Shape('regexp_like', "SELECT count(*) FROM {t} WHERE regexp_like(userAgent, 'lang/(python|java)#(3\\.1[0-2]|17)')",
          "SELECT count(*) FROM {t} WHERE regexp_matches(userAgent, 'lang/(python|java)#(3\\.1[0-2]|17)')"),
    Shape('group by map entry', "SELECT element_at(requestParameters, 'bucketName') AS bucket, count(*) AS n FROM {t} GROUP BY 1 ORDER BY n DESC",
          "SELECT requestParameters['bucketName'] AS bucket, count(*) AS n FROM {t} GROUP BY 1 ORDER BY n DESC"),
    Shape('json_extract_scalar', "SELECT json_extract_scalar(element_at(requestParameters, 'instancesSet'), '$.items[0].instanceId') AS instance, "
          'count(*) AS n FROM {t} GROUP BY 1 ORDER BY n DESC LIMIT 50',
          "SELECT json_extract_string(requestParameters['instancesSet'], '$.items[0].instanceId') AS instance, "
          'count(*) AS n FROM {t} GROUP BY 1 ORDER BY n DESC LIMIT 50', same=[1]),
    Shape('sums of case', "SELECT eventSource, sum(CASE WHEN readOnly = true THEN 1 ELSE 0 END) AS seen, sum(CASE WHEN errorCode IS NOT NULL "
          "THEN 1 ELSE 0 END) AS failed, sum(CASE WHEN awsRegion = 'us-east-1' THEN 1 ELSE 0 END) AS home FROM {t} GROUP BY 1"),
    Shape('having', 'SELECT sourceIPAddress, count(*) AS n FROM {t} GROUP BY 1 HAVING count(*) > 300 ORDER BY n DESC LIMIT 1000', same=[1]),
    Shape('select distinct', 'SELECT DISTINCT awsRegion, eventName FROM {t}'),
    Shape('union', "SELECT userIdentity.arn AS who FROM {t} WHERE errorCode = 'AccessDenied' UNION SELECT userIdentity.arn FROM {t} "
          "WHERE eventName = 'ConsoleLogin'"),
    Shape('array_agg', 'SELECT userIdentity.arn AS who, array_sort(array_agg(DISTINCT eventName)) AS did FROM {t} WHERE readOnly = false '
          'GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 200',
          'SELECT userIdentity.arn AS who, list_sort(array_agg(DISTINCT eventName)) AS did FROM {t} WHERE readOnly = false '
          'GROUP BY 1 ORDER BY count(*) DESC, 1 NULLS LAST LIMIT 200'),
    Shape('rows, many pages', 'SELECT eventTime, eventName, userIdentity.arn, errorCode, eventID FROM {t} WHERE errorCode IS NOT NULL',
          limit=LIMIT_OF_PAGES),
]

# ---------------------------------------------------------------------------------------------------------------------------
# Ours: a server and the requests of an SDK on one connection.


class NotDone(Exception):
    pass


class Lake:
    def __init__(self, binary, threads):
        self.folder = tempfile.TemporaryDirectory()
        scenario = os.path.join(self.folder.name, 'scenario.yaml')
        with open(scenario, 'w', encoding='utf-8') as out:
            out.write(f'event_data_stores:\n  - {{name: shapes, id: {STORE}, kind: cloudtrail}}\n')
        command = [binary, '--port', '0', '--scenario', scenario, '--no-record-calls']
        helped = subprocess.run([binary, '--help'], stdout=subprocess.PIPE, text=True, check=True).stdout
        if '--threads-per-query' in helped:
            command += ['--threads-per-query', str(threads)]
        elif threads > 1:
            print('the binary has no --threads-per-query: a query of ours takes one thread')
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.port = int(re.search(r'http://[\d.]+:(\d+)', self.process.stdout.readline()).group(1))
        self.connection = http.client.HTTPConnection('127.0.0.1', self.port)

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()

    def load(self, path):
        loading = http.client.HTTPConnection('127.0.0.1', self.port, blocksize=1 << 20)
        with open(path, 'rb') as events:
            loading.request('POST', f'/_trailpond/event-data-stores/{STORE}/events', events,
                            {'Content-Type': 'application/x-ndjson', 'Content-Length': str(os.path.getsize(path))})
        answer = loading.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise SystemExit(f'loading: {answer.status} {text[:300]}')
        return json.loads(text)

    def resident(self):
        with open(f'/proc/{self.process.pid}/status', encoding='ascii') as status:
            return int(re.search(r'VmRSS:\s+(\d+)', status.read()).group(1)) * 1024

    def call(self, operation, body):
        self.connection.request('POST', '/', json.dumps(body), {
            'X-Amz-Target': 'CloudTrail_20131101.' + operation, 'Content-Type': 'application/x-amz-json-1.1'})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise SystemExit(f'{operation}: {text.decode()[:500]}')
        return json.loads(text)

    def wait(self, query):
        """Asks less often the longer it takes: the query wants the processor more than we want to ask."""
        began = time.perf_counter()
        while True:
            state = self.call('DescribeQuery', {'QueryId': query})
            if state['QueryStatus'] not in ('QUEUED', 'RUNNING'):
                break
            took = time.perf_counter() - began
            if took > PATIENCE:
                self.call('CancelQuery', {'QueryId': query})
                time.sleep(1)  # it stops at its next look; the next shape wants the processor to itself
                raise NotDone
            time.sleep(max(0.0002, took / 50))
        if state['QueryStatus'] != 'FINISHED':
            raise SystemExit(f'{state["QueryStatus"]}: {state.get("ErrorMessage")}\n{state.get("QueryString")}')

    def rows(self, sql):
        query = self.call('StartQuery', {'QueryStatement': sql})['QueryId']
        self.wait(query)
        rows, token = [], {}
        while True:
            page = self.call('GetQueryResults', {'QueryId': query, **token})
            rows += page['QueryResultRows']
            if 'NextToken' not in page:
                return rows
            token = {'NextToken': page['NextToken']}


# ---------------------------------------------------------------------------------------------------------------------------
# DuckDB: the same events in a table of its own.

ISSUER = 'STRUCT(type VARCHAR, principalId VARCHAR, arn VARCHAR, accountId VARCHAR, userName VARCHAR)'
SESSION = f'STRUCT(sessionIssuer {ISSUER}, attributes STRUCT(creationDate TIMESTAMP, mfaAuthenticated VARCHAR))'
MAP = 'MAP(VARCHAR, VARCHAR)'
COLUMNS = {
    'eventVersion': 'VARCHAR',
    'userIdentity': 'STRUCT(type VARCHAR, principalId VARCHAR, arn VARCHAR, accountId VARCHAR, accessKeyId VARCHAR, userName VARCHAR, '
                    f'sessionContext {SESSION}, invokedBy VARCHAR)',
    'eventTime': 'TIMESTAMP', 'eventSource': 'VARCHAR', 'eventName': 'VARCHAR', 'awsRegion': 'VARCHAR', 'sourceIPAddress': 'VARCHAR',
    'userAgent': 'VARCHAR', 'errorCode': 'VARCHAR', 'errorMessage': 'VARCHAR', 'requestParameters': MAP, 'responseElements': MAP,
    'additionalEventData': MAP, 'requestID': 'VARCHAR', 'eventID': 'VARCHAR', 'readOnly': 'BOOLEAN',
    'resources': 'STRUCT(accountId VARCHAR, type VARCHAR, ARN VARCHAR)[]', 'eventType': 'VARCHAR', 'managementEvent': 'BOOLEAN',
    'recipientAccountId': 'VARCHAR', 'eventCategory': 'VARCHAR',
    'tlsDetails': 'STRUCT(tlsVersion VARCHAR, cipherSuite VARCHAR, clientProvidedHostHeader VARCHAR)',
}


def open_duckdb(path, threads):
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE events AS SELECT * FROM read_json('{path}', format='newline_delimited', columns={COLUMNS})")
    connection.execute(f'SET threads={threads}')
    return connection


# ---------------------------------------------------------------------------------------------------------------------------
# Measuring and comparing.


def timed(work):
    """What the work gives, and its milliseconds."""
    began = time.perf_counter()
    rows = work()
    return rows, (time.perf_counter() - began) * 1000


def text_of(value):
    """A value of DuckDB's as Lake writes it."""
    if value is None:
        return ''
    if isinstance(value, bool):
        return 'true' if value else 'false'
    if isinstance(value, datetime.datetime):
        return value.strftime('%Y-%m-%d %H:%M:%S.') + f'{value.microsecond // 1000:03}'
    if isinstance(value, list):
        return '[' + ', '.join(map(text_of, value)) + ']'
    return str(value)


def difference(shape, ours, theirs):
    """How the answers differ, or nothing."""
    mine = [[value for cell in row for value in cell.values()] for row in ours]
    other = [list(map(text_of, row)) for row in theirs]
    if len(mine) != len(other):
        return f'{len(mine)} rows, DuckDB {len(other)}'
    if shape.same is not None:
        mine, other = ([[row[column] for column in shape.same] for row in rows] for rows in (mine, other))
    for left, right in zip(sorted(mine), sorted(other)):
        if left != right:
            return f'{left}, DuckDB {right}'[:300]
    return ''


def measure(shape, lake, table):
    """The least time of both, in turn, so that what else the machine does meets both. Slow shapes are repeated less."""
    def ask_duckdb():
        return table.execute(shape.theirs.format(t='events')).fetchall()

    def ask_lake():
        return lake.rows(shape.ours.format(t=STORE))

    their_rows, ours, theirs, differs, began = ask_duckdb(), math.inf, math.inf, '', time.perf_counter()
    try:
        differs = difference(shape, ask_lake(), their_rows)
        for _ in range(ROUNDS):
            theirs = min(theirs, timed(ask_duckdb)[1])
            ours = min(ours, timed(ask_lake)[1])
            if time.perf_counter() - began > 2 * PATIENCE:
                break
    except NotDone:
        ours, theirs = None, min(timed(ask_duckdb)[1] for _ in range(ROUNDS))
    return {'shape': shape.name, 'rows': len(their_rows), 'ours_ms': ours, 'duckdb_ms': theirs,
            'ratio': NOT_DONE if ours is None else ours / theirs, 'limit': shape.limit, 'differs': differs}


def print_row(found):
    ours = 'not done' if found['ours_ms'] is None else f'{found["ours_ms"]:.2f}'
    print(f'{found["shape"]:24} {ours:>10} {found["duckdb_ms"]:>10.2f} {found["ratio"]:>8.2f} {found["rows"]:>8}'
          f'{"  OVER" if found["ratio"] > found["limit"] else ""}{"  DIFFERS: " + found["differs"] if found["differs"] else ""}', flush=True)


def run(rows, shapes, given):
    """All shapes over so many events, on a fresh server."""
    path = events_file(given.folder, rows)
    size = os.path.getsize(path)
    print(f'\n{rows:,} events, {size / rows:.0f} bytes of JSON each, {given.threads} thread(s), DuckDB {duckdb.__version__}, '
          f'load average {os.getloadavg()[0]:.1f}', flush=True)
    lake = Lake(given.binary, given.threads)
    try:
        began = time.perf_counter()
        lake.load(path)
        loading = time.perf_counter() - began
        resident = lake.resident()
        table = open_duckdb(path, given.threads)
        print(f'{"shape":24} {"ours ms":>10} {"DuckDB ms":>10} {"ratio":>8} {"rows":>8}')
        measured = []
        for shape in shapes:
            measured.append(measure(shape, lake, table))
            print_row(measured[-1])
        table.close()
    finally:
        lake.stop()
    return {'rows': rows, 'threads': given.threads, 'json_bytes': size, 'resident_bytes': resident, 'load_s': loading, 'shapes': measured}


def verdict(what, number, limit):
    """Prints a number beside its limit, and says whether it is missed."""
    print(f'{what}: {round(number, 2)} (limit {limit}){"" if number <= limit else "  MISSED"}')
    return number > limit


def judge(result):
    ratios = [found['ratio'] for found in result['shapes']]
    result['mean'] = math.exp(sum(map(math.log, ratios)) / len(ratios))
    result['over'] = sum(found['ratio'] > found['limit'] for found in result['shapes'])
    print(f'\n{result["rows"]:,} events: loaded in {result["load_s"]:.1f} s, the server holds {result["resident_bytes"] / 1e6:,.0f} MB, '
          f'the events are {result["json_bytes"] / 1e6:,.0f} MB of JSON')
    missed = verdict('geometric mean', result['mean'], LIMIT_MEAN)
    missed |= verdict(f'shapes over {LIMIT_EACH:.0f} times DuckDB (many pages: {LIMIT_OF_PAGES:.0f})', result['over'], 0)
    differ = sum(bool(found['differs']) for found in result['shapes'])
    return missed | verdict('answers that differ', differ, 0)


def judge_growth(small, large):
    """How much longer five times the events take."""
    print(f'\n{"shape":24} {"ours ms":>10} {"ours ms":>10} {"growth":>8} {"DuckDB":>8}')
    worst = 0.0
    for before, after in zip(small['shapes'], large['shapes']):
        done = before['ours_ms'] is not None and after['ours_ms'] is not None
        after['growth'] = after['ours_ms'] / before['ours_ms'] if done else NOT_DONE
        worst = max(worst, after['growth'])
        texts = ['not done' if each['ours_ms'] is None else f'{each["ours_ms"]:.2f}' for each in (before, after)]
        print(f'{before["shape"]:24} {texts[0]:>10} {texts[1]:>10} {after["growth"]:>8.2f} {after["duckdb_ms"] / before["duckdb_ms"]:>8.2f}'
              f'{"  OVER" if after["growth"] > LIMIT_GROWTH else ""}')
    return verdict(f'most growth from {small["rows"]:,} to {large["rows"]:,} events', worst, LIMIT_GROWTH)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--rows', type=int, default=SMALL)
    parser.add_argument('--threads', type=int, default=1)
    parser.add_argument('--growth', action='store_true')
    parser.add_argument('--only', default='')
    parser.add_argument('--binary', default=os.path.join(ROOT, 'build', 'release', 'trailpond'))
    parser.add_argument('--folder', default='/tmp/trailpond-shapes')
    parser.add_argument('--json')
    return parser.parse_args()


def main():
    gc.disable()  # Python's collector would look through all rows of an answer again and again, theirs and ours
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # no server stays behind
    given = arguments()
    shapes = [shape for shape in SHAPES if shape.name == given.only] or [shape for shape in SHAPES if shape.name.startswith(given.only)]
    if not shapes:
        raise SystemExit('no such shape: ' + ', '.join(shape.name for shape in SHAPES))
    results = [run(rows, shapes, given) for rows in ((SMALL, LARGE) if given.growth else (given.rows,))]
    missed = False
    for result in results:
        missed |= judge(result)
    if given.growth:
        missed |= judge_growth(*results)
    if given.json:
        with open(given.json, 'w', encoding='utf-8') as out:
            json.dump(results, out, indent=1)
    return 1 if missed else 0


if __name__ == '__main__':
    sys.exit(main())
