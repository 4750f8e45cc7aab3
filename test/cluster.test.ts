// Two real collectors on a cluster of two real shards, without Keeper: calls that one took are in the answers of both, read from
// the reports and from the roll-ups, and lie on both shards; what cannot be is said in one line.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startShards, type ClickHouseServer } from './clickhouse-server.ts';
import { eventually, failToStart, removeFolder, startCollector, temporaryFolder, type Collector } from './processes.ts';

const CALLS = 12;
const STARTED_AT = '2026-11-20T10:00:00.000Z';

let folder: string;
let shards: ClickHouseServer[] = [];
let collectors: Collector[] = [];
const envOf = (name: string, urls = shards.map(({ url }) => url)) => ({
  SPANLEDGER_DATA_DIR: join(folder, name),
  SPANLEDGER_CLICKHOUSE_URL: urls.join(','),
  SPANLEDGER_CLICKHOUSE_CLUSTER: 'shards',
  SPANLEDGER_SETTLE_AFTER_MS: '200',
});
beforeAll(async () => {
  folder = await temporaryFolder();
  shards = await startShards(join(folder, 'shards'), 2);
  // At once: one of them makes the tables on both shards.
  collectors = await Promise.all(['a', 'b'].map((name) => startCollector(envOf(name))));
}, 180_000);
afterAll(async () => {
  await Promise.all(collectors.map((each) => each.end('SIGKILL')));
  await Promise.all(shards.map((each) => each.kill()));
  await removeFolder(folder);
});

/** 1,000,000 input tokens of Haiku 4.5 at USD 1 a million. */
const call = (n: number) => ({
  startedAt: STARTED_AT,
  durationMs: 10,
  userId: `user_${n % 3}`,
  response: {
    id: `msg_${n}`,
    type: 'message',
    role: 'assistant',
    model: 'claude-haiku-4-5',
    content: [],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 1_000_000, output_tokens: 0 },
  },
});
async function get<T>(at: Collector, path: string): Promise<T> {
  const response = await fetch(`${at.url}${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}
async function send(at: Collector, from: number, to: number): Promise<void> {
  const body = JSON.stringify(Array.from({ length: to - from }, (_, n) => call(from + n)));
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${at.url}/api/calls`, { method: 'POST', headers, body });
  expect(response.status).toBe(201);
  await eventually(
    () => get<{ waiting: unknown }>(at, '/api/waiting'),
    ({ waiting }) => waiting === null,
  );
}
const rows = async (at: Collector, rest: string): Promise<unknown> =>
  (await get<{ rows: unknown }>(at, `/api/metrics?from=2026-11-20T00:00:00Z&to=2026-11-21T00:00:00Z&${rest}`)).rows;
const settled = () =>
  eventually(
    () => get<{ settleLagSeconds: number }>(collectors[1]!, '/readyz'),
    ({ settleLagSeconds }) => settleLagSeconds === 0,
  );

test('calls that any collector took are in the answers of all, settled or not, and lie on both shards', async () => {
  const [a, b] = collectors as [Collector, Collector];
  const usd = (n: number) => `${n}.000000000000`;
  const expectAll = async (calls: number): Promise<void> => {
    for (const each of [a, b]) {
      expect(await rows(each, 'measures=calls,costUsd')).toEqual([{ calls, costUsd: usd(calls) }]);
    }
  };
  await send(a, 0, CALLS / 2);
  await expectAll(CALLS / 2);
  await settled();
  await expectAll(CALLS / 2);
  // Late, by the other one, and some of it twice.
  await send(b, CALLS / 3, CALLS);
  await expectAll(CALLS);
  await settled();
  await expectAll(CALLS);
  expect(await rows(b, 'measures=calls,costUsd&by=userId')).toEqual(
    [0, 1, 2].map((user) => ({ userId: `user_${user}`, calls: CALLS / 3, costUsd: usd(CALLS / 3) })),
  );
  const { calls } = await get<{ calls: { callId: string }[] }>(
    b,
    '/api/calls?from=2026-11-20T00:00:00Z&to=2026-11-21T00:00:00Z',
  );
  expect(calls.map(({ callId }) => callId).toSorted()).toEqual(
    Array.from({ length: CALLS }, (_, n) => `msg_${n}`).toSorted(),
  );
  expect(await get(b, '/api/calls/msg_7')).toMatchObject({ callId: 'msg_7', costUsd: usd(1) });

  const perShard = await Promise.all(
    shards.map(async ({ url }) =>
      Number(
        await (
          await fetch(`${url}/?database=spanledger`, {
            method: 'POST',
            body: 'SELECT uniqExact(call_key) FROM reports_local',
          })
        ).text(),
      ),
    ),
  );
  expect(perShard.every((count) => count > 0)).toBe(true);
  expect(perShard.reduce((sum, count) => sum + count, 0)).toBe(CALLS);
  const { disk } = await get<{ disk: { byTable: { table: string; rows: number }[] } }>(a, '/api/status');
  expect(disk.byTable.find(({ table }) => table === 'reports')?.rows).toBe(CALLS / 2 + CALLS - CALLS / 3);
}, 120_000);

test('a monitor of one collector is one of all, alerts once, and is changed by any', async () => {
  const [a, b] = collectors as [Collector, Collector];
  const save = async (at: Collector, path: string, method: string, name: string): Promise<{ id: string }> => {
    const body = JSON.stringify({ name, measure: 'calls', comparison: 'below', threshold: 1, windowMinutes: 5 });
    const response = await fetch(`${at.url}${path}`, { method, headers: { 'content-type': 'application/json' }, body });
    return (await response.json()) as { id: string };
  };
  const { id } = await save(a, '/api/monitors', 'POST', 'silence');
  await save(b, `/api/monitors/${id}`, 'PUT', 'quiet');
  expect(await get(a, '/api/monitors')).toMatchObject({ monitors: [{ id, name: 'quiet' }] });
  expect(await get(b, `/api/monitors/${id}/status`)).toMatchObject({ state: 'alerting', value: 0, calls: 0 });
  const alerts = () => get<{ alerts: unknown[] }>(b, `/api/alerts?monitorId=${id}`);
  const told = await eventually(alerts, (answer) => answer.alerts.length > 0);
  expect(told).toMatchObject({ alerts: [{ kind: 'monitor', value: 0, ended: null }] });
}, 90_000);

test('without Keeper every node has to be named, and a cluster that ClickHouse does not know is said so', async () => {
  const some = await failToStart(envOf('c', [shards[0]!.url]));
  expect([some.code, some.output]).toEqual([
    1,
    expect.stringMatching(
      /has no Keeper: SPANLEDGER_CLICKHOUSE_URL must then name all 2 nodes of the cluster "shards"/,
    ),
  ]);
  const none = await failToStart({ ...envOf('d'), SPANLEDGER_CLICKHOUSE_CLUSTER: 'other' });
  expect([none.code, none.output]).toEqual([
    1,
    expect.stringMatching(/knows no cluster "other": SPANLEDGER_CLICKHOUSE_CLUSTER/),
  ]);
}, 60_000);
