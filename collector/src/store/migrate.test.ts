// A database of an earlier version becomes one of this, with right answers: on the real embedded engine.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Dimension, Measure } from '../contract.ts';
import { queryCall } from '../query/calls.ts';
import { queryMetrics } from '../query/metrics.ts';
import { queryTrace } from '../query/traces.ts';
import { openStore } from './connect.ts';
import type { Store } from './store.ts';
import { migrate, pendingMigrations } from './migrate.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'spanledger-migrate-'));
let store: Store;
beforeAll(async () => {
  store = await openStore({ kind: 'embedded', dataDir });
  // Some hundred tables are made, and none outlives the test.
  await store.command('SET fsync_metadata = 0');
});
afterAll(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const MIGRATIONS =
  'CREATE TABLE migrations (name String, applied_at DateTime64(3) DEFAULT now64(3)) ENGINE = MergeTree ORDER BY name';
const FOLDER = join(import.meta.dirname, 'migrations');
/** A database of its own in the one folder, with these migrations made. */
async function madeBy(database: string, files: readonly string[]): Promise<void> {
  await store.command(`CREATE DATABASE ${database}`);
  await store.command(`USE ${database}`);
  await store.command(MIGRATIONS);
  for (const name of files) await store.command(readFileSync(join(FOLDER, name), 'utf8'));
  await store.insert(
    'migrations',
    files.map((name) => ({ name })),
  );
}

/** The migrations of 0.1.0; what was released never changes. */
const OF_0_1_0 = ['0001_reports', '0002_spans', '0010_budgets', '0011_webhooks', '0012_alerts', '0013_deliveries'];
const REPORTS_0_1_0 = (id: string, day: number, cost: string) => ({
  call_key: `msg_${id}`,
  source: 'spanledger',
  rank: 20,
  usage_rank: 21,
  received_at: `2026-10-${day} 10:00:01.000000`,
  started_at: `2026-10-${day} 10:00:00.000000`,
  duration_ms: 100,
  trace_id: 't1',
  span_id: `s_${id}`,
  message_id: `msg_${id}`,
  request_id: `req_${id}`,
  request_model: 'claude-opus-5-5',
  model: 'claude-opus-5-5',
  feature: 'search',
  outcome: 'ok',
  input_tokens: 1000,
  output_tokens: 0,
  cost_usd: cost,
  receipt: '{"lines":[]}',
  raw_usage: '{"input_tokens":1000,"output_tokens":0}',
  attempts: '[]',
  attributes: '{}',
});

test('a ledger of 0.1.0 keeps its calls, costs, traces and budgets, and what is run twice changes nothing', async () => {
  await madeBy(
    'of_0_1_0',
    OF_0_1_0.map((name) => `${name}.sql`),
  );
  // One call told twice, and one of another day.
  await store.insert('reports', [
    REPORTS_0_1_0('a', 10, '0.004'),
    REPORTS_0_1_0('a', 10, '0.004'),
    REPORTS_0_1_0('b', 11, '0.006'),
  ]);
  const span = {
    trace_id: 't1',
    name: 'chat',
    scope: 'x',
    kind: 'client',
    duration_ms: 100,
    status: 'ok',
    attributes: '{}',
  };
  await store.insert('spans', [
    {
      ...span,
      span_id: 's_a',
      started_at: '2026-10-10 10:00:00',
      received_at: '2026-10-10 10:00:01',
      call_key: 'msg_a',
    },
    {
      ...span,
      span_id: 's_b',
      started_at: '2026-10-11 10:00:00',
      received_at: '2026-10-11 10:00:01',
      call_key: 'msg_b',
    },
  ]);
  await store.insert('budgets', [{ id: 'bud_1', name: 'all', scope: '{}', version: 1, timezone: 'UTC' }]);

  await migrate(store);
  expect(await pendingMigrations(store)).toEqual([]);
  // As if it had been killed after the statement and before it was noted.
  await store.command(readFileSync(join(FOLDER, '0060_spans_by_day.sql'), 'utf8'));
  await migrate(store);

  const { rows } = await queryMetrics(store, {
    from: '2026-10-01T00:00:00Z',
    to: '2026-11-01T00:00:00Z',
    measures: ['calls', 'costUsd', 'inputTokens'],
    by: ['feature'],
    bucket: 'none',
    timezone: 'UTC',
    where: [],
  });
  expect(rows).toEqual([{ feature: 'search', calls: 2, costUsd: '0.010000000000', inputTokens: 2000 }]);
  expect(await queryCall(store, 'msg_b')).toMatchObject({ costUsd: '0.006000000000', requestId: 'req_b' });
  expect((await queryTrace(store, 't1'))?.spans).toHaveLength(2);
  expect(await store.query('SELECT DISTINCT _partition_id AS id FROM spans ORDER BY id')).toEqual([
    { id: '20261010' },
    { id: '20261011' },
  ]);
  expect(await store.query('SELECT id FROM budgets')).toEqual([{ id: 'bud_1' }]);
});

const NAMES = readdirSync(FOLDER).toSorted();
const textOf = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');
const COLUMNS = `SELECT table, name, type, position FROM system.columns WHERE database = currentDatabase() ORDER BY table, position`;
const metricsOf = async (measures: Measure[], by: Dimension[]) => {
  const window = { from: '2026-10-01T00:00:00Z', to: '2026-11-01T00:00:00Z', where: [] };
  return (await queryMetrics(store, { ...window, measures, by, bucket: 'none', timezone: 'UTC' })).rows;
};

test('what was told of calls at whatever version keeps its numbers through all versions after it', async () => {
  await madeBy('grown', []);
  const told: string[] = [];
  for (const name of NAMES) {
    await store.command(textOf(name));
    await store.insert('migrations', [{ name }]);
    // One call told twice, and one of another day.
    const at = (call: string, day: number, cost: string) => ({
      ...REPORTS_0_1_0(`${call}_${name}`, day, cost),
      feature: name,
    });
    await store.insert('reports', [at('a', 10, '0.004'), at('a', 10, '0.004'), at('b', 11, '0.006')]);
    told.push(name);
  }
  expect(await pendingMigrations(store)).toEqual([]);
  const rows = await metricsOf(['calls', 'costUsd'], ['feature']);
  expect(rows.toSorted((one, other) => String(one['feature']).localeCompare(String(other['feature'])))).toEqual(
    told.map((feature) => ({ feature, calls: 2, costUsd: '0.010000000000' })),
  );
});

test('from whatever migration a database stopped at, it gets the rest, in order, each noted once and when it is made', async () => {
  for (let made = 1; made <= NAMES.length; made++) {
    const noted = NAMES.slice(0, made);
    const done: string[] = [];
    const recording: Store = {
      ...store,
      query: async <Row>() => noted.map((name) => ({ name })) as Row[],
      command: async (sql) => void done.push(sql),
      insert: async (_, rows) => {
        const names = (rows as { name: string }[]).map(({ name }) => name);
        done.push(...names);
        noted.push(...names);
      },
    };
    await migrate(recording);
    expect(noted).toEqual(NAMES);
    expect(done.slice(1)).toEqual(NAMES.slice(made).flatMap((name) => [textOf(name), name]));
  }
});

test('databases that stopped at any of them become alike, and their calls keep their numbers', async () => {
  const shapes = [];
  for (let made = 2; made < NAMES.length; made++) {
    await madeBy(`made_${made}`, NAMES.slice(0, made));
    await store.insert('reports', [REPORTS_0_1_0('a', 10, '0.004'), REPORTS_0_1_0('b', 11, '0.006')]);
    await migrate(store);
    expect(await pendingMigrations(store)).toEqual([]);
    expect([made, ...(await metricsOf(['calls', 'costUsd'], []))]).toEqual([
      made,
      { calls: 2, costUsd: '0.010000000000' },
    ]);
    shapes.push(await store.query(COLUMNS));
    await store.command(`DROP DATABASE made_${made}`);
  }
  for (const shape of shapes) expect(shape).toEqual(shapes[0]);
});

test('a new ledger whose maker was killed before it noted anything is made anew by the next, and is as it should be', async () => {
  await madeBy('whole', []);
  await migrate(store);
  const whole = await store.query(COLUMNS);
  await madeBy('killed', []);
  // Killed after the last statement and before any was noted: whatever comes before is made a second time.
  for (const name of NAMES) await store.command(textOf(name));
  expect(await pendingMigrations(store)).toEqual(NAMES);
  await migrate(store);
  expect(await pendingMigrations(store)).toEqual([]);
  expect(await store.query(COLUMNS)).toEqual(whole);
});
