// The JavaScript SDK v3, which sends the short X-Amz-Target, against the real binary.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import {
  CancelQueryCommand, CloudTrailClient, DescribeQueryCommand, GetQueryResultsCommand, InactiveQueryException,
  ListEventDataStoresCommand, paginateGetQueryResults, StartQueryCommand,
} from '@aws-sdk/client-cloudtrail';

const STORE = 'aaaaaaaa-0000-4000-8000-000000000001';
const scenario = fileURLToPath(new URL('../scenarios/service.yaml', import.meta.url));
let server, url, client;

before(async () => {
  server = spawn(process.env.TRAILPOND_BINARY, ['--port', '0', '--scenario', scenario], { stdio: ['ignore', 'pipe', 'inherit'] });
  url = await new Promise((resolve, reject) => {
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    server.stdout.on('data', (text) => {
      const found = /http:\/\/[\d.:]+/.exec(String(text));
      if (found) resolve(found[0]);
    });
  });
  client = new CloudTrailClient({
    endpoint: url, region: 'us-east-1', credentials: { accessKeyId: '123456789012', secretAccessKey: 'any' }, maxAttempts: 1,
  });
});

after(async () => {
  client.destroy();
  assert.equal((await fetch(`${url}/_trailpond/health`)).status, 200);
  server.kill('SIGTERM');
});

async function run(statement) {
  const { QueryId } = await client.send(new StartQueryCommand({ QueryStatement: statement }));
  for (;;) {
    const described = await client.send(new DescribeQueryCommand({ QueryId }));
    if (!['QUEUED', 'RUNNING'].includes(described.QueryStatus)) return described;
  }
}

test('a query from start to rows', async () => {
  const described = await run(`SELECT eventName, errorCode FROM ${STORE} ORDER BY eventTime`);
  assert.equal(described.QueryStatus, 'FINISHED');
  assert.equal(described.QueryStatistics.EventsScanned, 5);
  assert.ok(described.QueryStatistics.CreationTime instanceof Date);
  const { QueryResultRows } = await client.send(new GetQueryResultsCommand({ QueryId: described.QueryId }));
  // NULL is "", which a map of strings can carry (a JSON null would be dropped).
  assert.deepEqual(QueryResultRows[0], [{ eventName: 'ListBuckets' }, { errorCode: '' }]);
  assert.equal(QueryResultRows.length, 5);
});

test('the paginator ends', async () => {
  const { QueryId } = await run(`SELECT eventName FROM ${STORE}`);
  let rows = 0;
  for await (const page of paginateGetQueryResults({ client, pageSize: 2 }, { QueryId })) {
    rows += page.QueryResultRows.length;
  }
  assert.equal(rows, 5);
});

test('errors are classes of the SDK', async () => {
  const { QueryId } = await run(`SELECT eventName FROM ${STORE}`);
  await assert.rejects(client.send(new CancelQueryCommand({ QueryId })), (error) => {
    assert.ok(error instanceof InactiveQueryException);
    assert.equal(error.$metadata.httpStatusCode, 400);
    assert.match(error.message, /FINISHED/);
    return true;
  });
});

test('lists', async () => {
  const { EventDataStores } = await client.send(new ListEventDataStoresCommand({}));
  assert.equal(EventDataStores.length, 7);
});

for (const prefix of ['CloudTrail_20131101', 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101']) {
  test(`the target ${prefix}`, async () => {
    const answer = await fetch(url, {
      method: 'POST', body: '{}', headers: { 'X-Amz-Target': `${prefix}.ListEventDataStores`, 'Content-Type': 'application/x-amz-json-1.1' },
    });
    assert.equal(answer.status, 200);
    assert.equal((await answer.json()).EventDataStores.length, 7);
  });
}

// Source: AWS SDKs and Tools reference guide, "Retry behavior": throttling, 5xx and connection errors are asked again.
for (const [what, fault] of [
  ['throttling', { error: 'ThrottlingException' }], ['500', { error: 'InternalFailure' }], ['503', { error: 'ServiceUnavailable' }],
  ['a reset', { answer: 'reset' }], ['a cut answer', { answer: 'truncate' }],
]) {
  test(`the SDK asks again after ${what}`, async () => {
    const faults = [{ name: what, match: { operation: 'ListEventDataStores', times: 2 }, ...fault }];
    assert.equal((await fetch(`${url}/_trailpond/v1/faults`, { method: 'POST', body: JSON.stringify({ faults }) })).status, 200);
    const patient = new CloudTrailClient({
      endpoint: url, region: 'us-east-1', credentials: { accessKeyId: '123456789012', secretAccessKey: 'any' }, maxAttempts: 5,
    });
    try {
      const { EventDataStores, $metadata } = await patient.send(new ListEventDataStoresCommand({}));
      assert.equal(EventDataStores.length, 7);
      assert.equal($metadata.attempts, 3);
    } finally {
      patient.destroy();
      await fetch(`${url}/_trailpond/v1/faults`, { method: 'POST', body: '{"faults": []}' });
    }
  });
}
