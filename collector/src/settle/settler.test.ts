// A roll-up answers what the reports answer: on the real engine, for what comes late, twice and with other prices.
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { blankReport, type Report } from '../calls/report.ts';
import { BANDED_DIMENSIONS, type Measure, type MetricsQuery } from '../contract.ts';
import { createPipeline } from '../pipeline.ts';
import { systemClock } from '../ports.ts';
import { queryCalls } from '../query/calls.ts';
import { queryMetrics } from '../query/metrics.ts';
import { readingOf } from '../query/settled-hours.ts';
import { createDirtyHours, type DirtyHours } from '../store/dirty-hours.ts';
import { emptyLedger } from '../retention/fakes.ts';
import { openTemporaryStore } from '../store/fakes.ts';
import type { Store } from '../store/store.ts';
import { createSettler, type Settler } from './settler.ts';

let store: Store;
let dirtyHours: DirtyHours;
let settler: Settler;
const silent = { info: () => {}, warn: () => {}, error: () => {} };
beforeAll(async () => {
  store = await openTemporaryStore();
});
afterAll(() => store?.close());
beforeEach(() => fresh());
async function fresh(): Promise<void> {
  await emptyLedger(store);
  dirtyHours = createDirtyHours(store);
  settler = createSettler({ store, dirtyHours, clock: systemClock, log: silent });
}

const HOUR_MS = 3_600_000;
const DAY = Date.parse('2026-11-10T00:00:00Z');
const ingest = (...reports: Report[]) =>
  createPipeline({ store, dirtyHours, now: () => DAY + 40 * HOUR_MS }).ingestReports(reports);
const report = (n: number, atMs: number, more: Partial<Report> = {}): Report => ({
  ...blankReport('spanledger', (DAY + atMs) * 1000),
  messageId: `msg_${n}`,
  requestId: `req_${n}`,
  traceId: 't',
  spanId: `s${n}`,
  outcome: 'ok',
  durationMs: 100 + n,
  model: 'claude-opus-5-5',
  usage: { input_tokens: 1200, output_tokens: 800 },
  usageAssumesStandard: false,
  ...more,
});
const SUM_MEASURES: Measure[] = ['calls', 'errors', 'errorRate', 'costUsd', 'unpricedCalls', 'inputTokens', 'cacheReadTokens', 'outputTokens', 'cacheHitRate', 'cacheSavingsUsd', 'retries']; // prettier-ignore
const ask = (query: Partial<MetricsQuery> = {}) =>
  queryMetrics(store, {
    from: '2026-11-10T00:00:00Z',
    to: '2026-11-11T00:00:00Z',
    measures: SUM_MEASURES,
    by: [],
    bucket: 'none',
    timezone: 'UTC',
    where: [],
    ...query,
  });
const settledHours = async (): Promise<number> => {
  const { rollup, rawHours } = await readingOf(store, {
    fromMicros: DAY * 1000,
    toMicros: (DAY + 24 * HOUR_MS) * 1000,
  });
  return rollup ? 24 - rawHours.length : 0;
};

test('a settled hour is answered from the roll-up alone, and the same', async () => {
  await ingest(report(1, 0), report(2, HOUR_MS), report(3, 2 * HOUR_MS, { model: 'claude-nova-9' }));
  const before = await ask({ by: ['model'], bucket: 'hour' });
  await settler.settleAll({ quietMs: 0 });
  expect(await settledHours()).toBe(24);
  expect(await ask({ by: ['model'], bucket: 'hour' })).toEqual(before);
  expect((await ask()).rows).toMatchObject([{ calls: 3, costUsd: '0.041600000000', unpricedCalls: 1 }]);
  // What is read is the roll-up: without the reports it still answers.
  await store.command('TRUNCATE TABLE reports');
  expect((await ask()).rows).toMatchObject([{ calls: 3, costUsd: '0.041600000000', unpricedCalls: 1 }]);
});

test('a late report opens its hour again, and only that, until it is settled anew', async () => {
  await ingest(...Array.from({ length: 24 }, (_, n) => report(n, n * HOUR_MS + 1_800_000)));
  await settler.settleAll({ quietMs: 0 });
  await ingest(report(99, 5 * HOUR_MS + 1_800_000));
  expect(await settledHours()).toBe(23);
  expect((await ask()).rows).toMatchObject([{ calls: 25 }]);
  expect(await settler.settleAll({ quietMs: 0 })).toBe(1);
  expect((await ask()).rows).toMatchObject([{ calls: 25 }]);
});

test('an hour that still gets reports is left open for a while', async () => {
  await ingest(report(1, 0));
  expect(await settler.settleAll({ quietMs: 60_000 })).toBe(0);
});

test('a mark that its hour was settled with, while it was being written, holds for no report after it', async () => {
  await ingest(report(1, 0));
  await settler.settleAll({ quietMs: -1000 });
  let isWritten = (): void => {};
  let goOn = (): void => {};
  const written = new Promise<void>((resolve) => (isWritten = resolve));
  const goesOn = new Promise<void>((resolve) => (goOn = resolve));
  const holdBack = async (isMark: boolean): Promise<void> => {
    if (!isMark) return;
    isWritten();
    await goesOn;
  };
  const marks = createDirtyHours({
    ...store,
    insert: async (table, rows) => {
      await store.insert(table, rows);
      await holdBack(table === 'dirty_hours');
    },
    // A server gives the time of a mark.
    command: async (sql, parameters) => {
      await store.command(sql, parameters);
      await holdBack(sql.startsWith('INSERT INTO dirty_hours'));
    },
  });
  const slow = createPipeline({ store, dirtyHours: marks });
  const second = slow.ingestReports([report(2, 0)]);
  await written;
  await createSettler({ store, dirtyHours: marks, clock: systemClock, log: silent }).settleAll({ quietMs: -1000 });
  goOn();
  await second;
  await slow.ingestReports([report(3, 0)]);
  expect((await ask()).rows).toMatchObject([{ calls: 3 }]);
});

test('a mark that comes while its hour is being settled holds for no report after it', async () => {
  await ingest(report(1, 0));
  let isAppended = false;
  const settling: Store = {
    ...store,
    async query<Row>(sql: string, parameters?: Record<string, unknown>) {
      // Right before the settler reads up to which mark it settles.
      if (sql.includes('AS through') && !isAppended) {
        isAppended = true;
        await settler.settleAll({ quietMs: -1000 });
        await ingest(report(2, 0));
      }
      return store.query<Row>(sql, parameters);
    },
  };
  await createSettler({ store: settling, dirtyHours, clock: systemClock, log: silent }).settleAll({ quietMs: -1000 });
  await ingest(report(3, 0));
  expect((await ask()).rows).toMatchObject([{ calls: 3 }]);
});

test('a process that died between an insert and its mark finds the hour again', async () => {
  await createPipeline({ store, dirtyHours }).ingestReports([report(1, 0)]);
  await settler.settleAll({ quietMs: 0 });
  const unmarked = { ...dirtyHours, mark: async () => {} };
  await createPipeline({ store, dirtyHours: unmarked }).ingestReports([report(2, 0)]);
  expect((await ask()).rows).toMatchObject([{ calls: 1 }]);
  await createDirtyHours(store).markLately();
  expect((await ask()).rows).toMatchObject([{ calls: 2 }]);
});

// A server gives marks its own time, which no clock of a test reaches.
test.skipIf(process.env['SPANLEDGER_TEST_STORE'] !== undefined)(
  'so does one that was started again only days later',
  async () => {
    const daysAgo = () => DAY - 3 * 24 * HOUR_MS;
    const marks = createDirtyHours(store, daysAgo);
    await createPipeline({ store, dirtyHours: marks, now: daysAgo }).ingestReports([report(1, -200 * HOUR_MS)]);
    const unmarked = { ...marks, mark: async () => {} };
    await createPipeline({ store, dirtyHours: unmarked, now: daysAgo }).ingestReports([report(2, -100 * HOUR_MS)]);
    await createSettler({ store, dirtyHours: marks, clock: systemClock, log: silent }).settleAll({ quietMs: 0 });
    const window = { from: '2026-11-01T00:00:00Z' };
    expect((await ask(window)).rows).toMatchObject([{ calls: 1 }]);
    await createDirtyHours(store).markLately();
    expect((await ask(window)).rows).toMatchObject([{ calls: 2 }]);
  },
);

test('quantiles from the roll-up are within 1 % of the exact ones', async () => {
  await ingest(
    ...Array.from({ length: 300 }, (_, n) =>
      report(n, n * 200_000, { durationMs: ((n * 7919) % 300) + 1, ttftMs: null }),
    ),
  );
  const measures: Measure[] = ['p50LatencyMs', 'p95LatencyMs', 'p99LatencyMs', 'p50OutputTokensPerSecond', 'p95TtftMs'];
  const [exact] = (await ask({ measures, by: ['feature'] })).rows;
  await settler.settleAll({ quietMs: 0 });
  const [sketched] = (await ask({ measures, by: ['feature'] })).rows;
  const off = (measure: Measure): number => Math.abs(Number(sketched?.[measure]) / Number(exact?.[measure]) - 1);
  for (const measure of measures.slice(0, 3)) expect(off(measure)).toBeLessThan(0.0101);
  // Of an even number of calls either of the two in the middle is the median: of answers that took 150 and 151 ms.
  expect(off('p50OutputTokensPerSecond')).toBeLessThan(0.0101 + 1 / 150);
  expect([exact?.['p95TtftMs'], sketched?.['p95TtftMs']]).toEqual([null, null]);
});

/** As an earlier version settled these hours: without what came after its shape. */
async function settledBefore(shape: number): Promise<void> {
  await settler.settleAll({ quietMs: 0 });
  const settled = await store.query<{ hour: number; version: number; through: string; prices: number }>(
    'SELECT toUnixTimestamp(hour) AS hour, version, toString(through) AS through, prices FROM settled',
  );
  for (const table of ['settled', 'settled_days', 'rollup_latency', 'rollup_firsts', 'rollup_retries'])
    await store.command(`TRUNCATE TABLE ${table}`);
  const bands = BANDED_DIMENSIONS.map((dimension) => `'${dimension}'`);
  await store.command(`DELETE FROM rollup_by WHERE dimension IN (${bands.join(', ')})`);
  await store.insert(
    'settled',
    settled.map((hour) => ({ ...hour, shape })),
  );
}

test('hours of a version without bands answer what they can, are read from reports for bands, and are settled anew', async () => {
  const three = [0, 1, 2].map((n) => report(n, n * HOUR_MS + 1_800_000, { durationMs: n === 1 ? 12_000 : 120 }));
  await ingest(...three);
  await settledBefore(3);
  const bands = { by: ['latency'], measures: ['calls'] } satisfies Partial<MetricsQuery>;
  const expected = [
    { latency: '10-15s', calls: 1 },
    { latency: '100-150ms', calls: 2 },
  ];
  expect((await ask(bands)).rows).toEqual(expected);
  expect((await queryCalls(store, { where: ['latency:10-15s'], order: 'costUsd', limit: 5 })).calls).toHaveLength(1);
  await store.command('TRUNCATE TABLE reports');
  // Nothing but what was asked for bands reads them.
  expect((await ask()).rows).toMatchObject([{ calls: 3 }]);
  expect((await ask(bands)).rows).toEqual([]);
  await ingest(...three);
  expect(await settler.settleAll({ quietMs: 0 })).toBe(3);
  expect((await ask(bands)).rows).toEqual(expected);
});

test('what bands lack in hours that were settled without them, and whose reports are gone, the answer says', async () => {
  await ingest(report(1, 0), report(2, 5 * HOUR_MS));
  await settledBefore(3);
  await store.command('TRUNCATE TABLE reports');
  await store.insert('dropped', [{ kind: 'reports', before: (DAY + 3 * HOUR_MS) / 1000 }]);
  await ingest(report(2, 5 * HOUR_MS));
  const answer = await ask({ by: ['latency'], measures: ['calls'] });
  expect(answer.rows).toEqual([{ latency: '100-150ms', calls: 1 }]);
  expect(answer.missingBefore).toBe('2026-11-10T01:00:00.000Z');
  expect(await ask({ measures: ['calls'] })).toMatchObject({ rows: [{ calls: 2 }], missingBefore: null });
});

const call = fc.record({
  n: fc.integer({ min: 0, max: 11 }),
  atMs: fc.integer({ min: 0, max: 5 * HOUR_MS }),
  feature: fc.constantFrom('a', 'b', null),
  model: fc.constantFrom('claude-opus-5-5', 'claude-nova-9'),
  source: fc.constantFrom('spanledger', 'openlit', 'claude-platform'),
  output: fc.integer({ min: 0, max: 5000 }),
  error: fc.boolean(),
});
const step = fc.oneof(
  { weight: 4, arbitrary: fc.array(call, { minLength: 1, maxLength: 6 }) },
  { weight: 2, arbitrary: fc.constant('settle' as const) },
);
const questions: Partial<MetricsQuery>[] = [
  {},
  { by: ['feature', 'model'] },
  { bucket: 'hour' },
  { bucket: 'day', timezone: 'Europe/Berlin', by: ['source'] },
  { from: '2026-11-10T00:20:00Z', to: '2026-11-10T03:40:00Z', by: ['feature'] },
  { where: ['feature:a'], by: ['model'] },
  { by: ['cacheUse'] },
  { by: ['feature', 'latency'], measures: ['calls'] },
  { where: ['outputLength:1-3k'], by: ['latency'], measures: ['calls'], bucket: 'hour' },
];

test('whatever comes late or twice, and whenever it is settled, the roll-up answers what the reports answer', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 6 }), async (steps) => {
      await fresh();
      for (const said of steps) {
        if (said === 'settle') await settler.settleAll({ quietMs: 0 });
        else await ingest(...said.map(reportOf));
      }
      const mixed = [];
      for (const question of questions) mixed.push((await ask(question)).rows);
      await store.command('TRUNCATE TABLE settled'); // nothing is settled: all is read from the reports
      for (const [index, question] of questions.entries()) expect(mixed[index]).toEqual((await ask(question)).rows);
    }),
    { numRuns: 6 },
  );
});

/** A call's reports lie within seconds of each other, as they do. */
function reportOf({
  n,
  atMs,
  source,
  output,
  error,
  feature,
  model,
}: typeof call extends fc.Arbitrary<infer T> ? T : never): Report {
  return report(n, n * 1_600_000 + (atMs % 4000), {
    source,
    spanId: `${source}${n}`,
    model,
    tags: { ...blankReport('', 0).tags, feature },
    outcome: error ? 'error' : 'ok',
    usage: { input_tokens: 10, cache_read_input_tokens: output, output_tokens: output },
    usageAssumesStandard: source !== 'spanledger',
  });
}
