// Several real collectors on one real ClickHouse server: all of them take calls and answer, one settles and watches budgets, and
// when it is killed another goes on.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startClickHouse, type ClickHouseServer } from './clickhouse-server.ts';
import { eventually, removeFolder, startCollector, startReceiver, temporaryFolder, type Collector, type Receiver } from './processes.ts'; // prettier-ignore

/** Long enough for a machine that is busy: a holder that cannot say so in time loses it, as it should. */
const LEASE_MS = 5_000;
const HOLDS = /settles and watches budgets from now on term=(\d+)/g;

let folder: string;
let server: ClickHouseServer;
let receiver: Receiver;
const collectors: Collector[] = [];
beforeAll(async () => {
  folder = await temporaryFolder();
  receiver = await startReceiver();
  server = await startClickHouse({ folder: join(folder, 'server') });
}, 180_000);
afterAll(async () => {
  await Promise.all(collectors.map((each) => each.end('SIGKILL')));
  await server?.kill();
  await receiver?.close();
  await removeFolder(folder);
});

const start = async (name: string): Promise<Collector> => {
  const collector = await startCollector({
    SPANLEDGER_DATA_DIR: join(folder, name),
    SPANLEDGER_CLICKHOUSE_URL: server.url,
    SPANLEDGER_LEASE_MS: String(LEASE_MS),
    SPANLEDGER_SETTLE_AFTER_MS: '200',
    SPANLEDGER_WEBHOOK_ALLOW: '127.0.0.1',
  });
  collectors.push(collector);
  return collector;
};
const ask = async <T>(collector: Collector, path: string, body?: unknown): Promise<T> => {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${collector.url}${path}`, body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) }); // prettier-ignore
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
};

/** Today at the first moments of an hour that is over, so that it is settled; near midnight, of the hour that runs. */
const startedAt = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000).toISOString();
/** 1,000,000 input tokens of Haiku 4.5 at USD 1 a million. */
const call = (id: string) => ({
  startedAt,
  durationMs: 10,
  response: {
    id: `msg_${id}`,
    type: 'message',
    role: 'assistant',
    model: 'claude-haiku-4-5',
    content: [],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 1_000_000, output_tokens: 0 },
  },
});
const window = `from=${startedAt.slice(0, 10)}T00:00:00Z&to=${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)}T00:00:00Z`;
const total = async (collector: Collector) =>
  (await ask<{ rows: unknown[] }>(collector, `/api/metrics?${window}&measures=calls,costUsd`)).rows[0];
/** Of the last claim that a collector said was its own; 0 before the first. */
const termOf = (collector: Collector): number =>
  Math.max(0, ...[...collector.output().matchAll(HOLDS)].map(([, term]) => Number(term)));
const holderNow = async (among: readonly Collector[], after = 0): Promise<Collector> => {
  const highest = () => among.toSorted((a, b) => termOf(b) - termOf(a))[0] as Collector;
  return eventually(highest, (holder) => termOf(holder) > after);
};
const sent = (): Set<string | undefined> => new Set(receiver.received.map(({ headers }) => headers['webhook-id']));
/** A server that is slow leaves acknowledged calls in the collector's spool for a moment. */
const stored = (at: Collector) =>
  eventually(
    () => ask<{ waiting: unknown }>(at, '/api/waiting'),
    ({ waiting }) => waiting === null,
  );
const alertsOf = async (at: Collector, kind: 'budget' | 'monitor') => {
  const { alerts } = await ask<{ alerts: { kind: string; threshold: number; ended?: string | null }[] }>(at, '/api/alerts'); // prettier-ignore
  return alerts.filter((alert) => alert.kind === kind);
};

test('one settles and watches at a time; killed, it is followed within the time of a lease, and every alert is sent once', async () => {
  // At once, on a server that has nothing: one of them makes the tables.
  await Promise.all(['a', 'b', 'c'].map(start));
  let holder = await holderNow(collectors);
  let [other, third] = collectors.filter((each) => each !== holder) as [Collector, Collector];

  const webhook = await ask<{ id: string }>(other, '/api/webhooks', { url: receiver.url });
  await ask(other, '/api/budgets', {
    name: 'all',
    scope: {},
    limit: { usd: '10.00' },
    period: 'day',
    timezone: 'UTC',
    thresholds: [10, 50],
    webhookIds: [webhook.id],
  });
  await ask(third, '/api/monitors', {
    name: 'any',
    measure: 'calls',
    comparison: 'above',
    threshold: 0,
    windowMinutes: 1440,
  });
  // What people change at one collector is known to the others.
  await ask(third, '/api/keys', { name: 'shop' });
  await eventually(
    () => ask<{ keys: { name: string }[] }>(holder, '/api/keys'),
    ({ keys }) => keys.some(({ name }) => name === 'shop'),
  );

  await ask(other, '/api/calls', [call('1')]);
  await eventually(
    () => sent().size,
    (count) => count === 1,
  );
  // The hour is settled now; what comes late by another collector, and by the one that settles, makes it unsettled again.
  for (const [n, at] of [other, third, holder, other].entries()) {
    await ask(at, '/api/calls', [call(`late_${n}`)]);
    await stored(at);
    for (const each of collectors) {
      expect(await total(each)).toEqual({ calls: n + 2, costUsd: `${n + 2}.000000000000` });
    }
    await eventually(
      () => ask<{ settleLagSeconds: number | null }>(third, '/readyz'),
      ({ settleLagSeconds }) => settleLagSeconds === 0,
    );
    expect(await total(third)).toEqual({ calls: n + 2, costUsd: `${n + 2}.000000000000` });
  }
  await eventually(
    () => sent().size,
    (count) => count === 2,
  );

  holder = await holderNow(collectors);
  [other, third] = collectors.filter((each) => each !== holder) as [Collector, Collector];
  const killedAt = Date.now();
  await holder.end('SIGKILL');
  await ask(other, '/api/budgets', {
    name: 'more',
    scope: {},
    limit: { usd: '6.00' },
    period: 'day',
    timezone: 'UTC',
    thresholds: [100],
    webhookIds: [webhook.id],
  });
  await ask(third, '/api/calls', [call('last')]);
  await stored(third);
  await eventually(
    () => sent().size,
    (count) => count === 3,
  );
  expect(Date.now() - killedAt).toBeLessThan(60_000);
  // An orderly end gives the lease back: the last one need not wait until it is too old.
  const next = await holderNow([other, third], termOf(holder));
  await next.end('SIGTERM');
  const last = next === other ? third : other;
  await holderNow([last], termOf(next));
  await eventually(
    () => ask<{ settleLagSeconds: number | null }>(last, '/readyz'),
    ({ settleLagSeconds }) => settleLagSeconds === 0,
  );
  expect(await total(last)).toEqual({ calls: 6, costUsd: '6.000000000000' });
  expect((await alertsOf(last, 'budget')).map(({ threshold }) => threshold).toSorted((a, b) => a - b)).toEqual([10, 50, 100]); // prettier-ignore
  // Each of the three looked at it in turn.
  expect(await eventually(() => alertsOf(last, 'monitor'), (episodes) => episodes.length > 0)).toMatchObject([{ ended: null }]); // prettier-ignore
  // What was on its way when its collector lost the lease may have come twice, and a receiver knows it by its id.
  expect(sent().size).toBe(3);
}, 180_000);
