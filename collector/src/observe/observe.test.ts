// What Prometheus is told: of requests, inserts and webhooks, and that no part that is down takes the rest with it.
import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { downStore } from '../store/fakes.ts';
import { StoreError, type Store } from '../store/store.ts';
import { healthRoutes } from '../http/health-routes.ts';
import { pendingMigrations } from '../store/migrate.ts';
import { countAttempts, storeSeries } from './ledger-series.ts';
import { measureStore } from './measured-store.ts';
import { measureRequests } from './requests.ts';
import { createSeries } from './series.ts';

const seriesOf = () => createSeries({ process: false });
const working: Store = { ...downStore, insert: async () => {}, insertLines: async () => {} };

test('requests are counted by the route and not by the path, so that ids make no series of their own', async () => {
  const series = seriesOf();
  const app = new Hono().use(measureRequests(series.registry)).route(
    '/api',
    new Hono().get('/calls/:callId', (c) => c.text('', 404)).all('*', (c) => c.text('', 404)),
  );
  for (const path of ['/api/calls/msg_1', '/api/calls/msg_2', '/api/msg_3', '/msg_4']) await app.request(path);
  const text = await series.text();
  expect(text).toContain('_count{method="GET",route="/api/calls/:callId",status="404"} 2\n');
  expect(text).toContain('_count{method="GET",route="other",status="404"} 2\n');
  expect(text).not.toContain('msg_');
});

test('inserts are measured by table with their rows; the last failure stands until one succeeds', async () => {
  const series = seriesOf();
  const good = measureStore(working, series.registry, () => 5);
  await good.store.insertLines({ table: 'reports', columns: [], lines: ['[1]', '[2]', '[3]'] });
  expect(await series.text()).toContain('spanledger_insert_rows_sum{table="reports"} 3\n');
  expect(good.lastInsertFailure()).toBeNull();

  let broken: StoreError | null = new StoreError('unavailable', 'down');
  const insert = async (): Promise<void> => {
    if (broken) throw broken;
  };
  const bad = measureStore({ ...working, insert }, seriesOf().registry, () => 7);
  await expect(bad.store.insert('spans', [{}])).rejects.toThrow('down');
  expect(bad.lastInsertFailure()).toEqual({ atMs: 7, code: 'unavailable' });
  broken = null;
  await bad.store.insert('spans', [{}]);
  expect(bad.lastInsertFailure()).toBeNull();
  broken = new StoreError('rejected', 'a row', undefined, true);
  await expect(bad.store.insert('spans', [{}])).rejects.toThrow('a row');
  expect(bad.lastInsertFailure()).toBeNull();
});

test('while the store is down its series are left out and the others are told', async () => {
  const series = seriesOf();
  const writer = { pending: () => ({ rows: 12, bytes: 3_400 }) };
  storeSeries(series, { store: measureStore(downStore, series.registry).store, writer, now: () => 0 });
  const text = await series.text();
  expect(text).toContain('spanledger_pending_rows 12\n');
  expect(text).toContain('spanledger_pending_bytes 3400\n');
  expect(text).not.toMatch(/^spanledger_settle_lag_seconds /m);
  // Failures are told before the parts are asked, so that this answer's are in the next one.
  expect(await series.text()).toContain('spanledger_store_failures_total{kind="query",code="unavailable"} 3\n');
});

test('attempts at webhooks are counted by how they ended, from none on', async () => {
  const series = seriesOf();
  const outcomes = [
    { httpStatus: 200, error: null, retryAfterMs: null },
    { httpStatus: 500, error: 'answered 500', retryAfterMs: null },
  ];
  const sender = countAttempts({ send: async () => outcomes.shift()!, close: async () => {} }, series.registry);
  const message = { id: 'm', url: 'http://x/', secret: '', body: '', at: new Date(0) };
  await sender.send(message);
  await sender.send(message);
  const text = await series.text();
  expect(text).toContain('spanledger_webhook_attempts_total{outcome="delivered"} 1\n');
  expect(text).toContain('spanledger_webhook_attempts_total{outcome="refused"} 1\n');
  expect(text).toContain('spanledger_webhook_attempts_total{outcome="unanswered"} 0\n');
});

test('an insert that failed makes the collector unready for half a minute, and not for ever', async () => {
  let now = 1_000_000;
  const query = async (sql: string) =>
    sql.includes('migrations') ? (await allMigrations()).map((name) => ({ name })) : [];
  const app = healthRoutes({
    store: { ...working, query: query as Store['query'] },
    lastInsertFailure: () => ({ atMs: 1_000_000, code: 'unavailable' }),
    now: () => now,
    log: { info: () => {}, warn: () => {}, error: () => {} },
  });
  app.onError((error, c) => c.text(error.message, 503));
  const failed = await app.request('/readyz');
  expect([failed.status, await failed.text()]).toEqual([503, 'The last insert failed (unavailable).']);
  now += 30_000;
  const later = await app.request('/readyz');
  expect([later.status, await later.json()]).toEqual([
    200,
    { status: 'ready', settleLagSeconds: 0, lastInsertError: { at: '1970-01-01T00:16:40.000Z', code: 'unavailable' } },
  ]);
});

test('a database that lacks a migration of this version is not ready', async () => {
  const app = healthRoutes({
    store: { ...working, query: async () => [] },
    lastInsertFailure: () => null,
    now: () => 0,
    log: { info: () => {}, warn: () => {}, error: () => {} },
  });
  app.onError((error, c) => c.text(error.message, 503));
  expect(await (await app.request('/readyz')).text()).toMatch(/^\d+ migrations have not been made yet\.$/);
});

/** All of this version: what is pending where none was made. */
async function allMigrations(): Promise<string[]> {
  return pendingMigrations({ ...working, query: async () => [] });
}
