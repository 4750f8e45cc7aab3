// What is too old goes by whole partitions and the pages still answer from roll-ups: on the real embedded engine.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LIST_PRICES, priceBook } from '@spanledger/instrumentation/pricing';
import { blankReport, type Report } from '../calls/report.ts';
import type { MetricsQuery } from '../contract.ts';
import { createPipeline, type Pipeline } from '../pipeline.ts';
import { systemClock } from '../ports.ts';
import { queryCalls } from '../query/calls.ts';
import { queryMetrics } from '../query/metrics.ts';
import { queryStatus } from '../query/status.ts';
import { repricerOn } from '../repricing/fakes.ts';
import { createSettler, type Settler } from '../settle/settler.ts';
import { createDirtyHours, type DirtyHours } from '../store/dirty-hours.ts';
import { emptyLedger } from './fakes.ts';
import { openTemporaryStore } from '../store/fakes.ts';
import type { Store } from '../store/store.ts';
import { KEEP_ALL, type RetainDays } from './age.ts';
import { createDropped } from './dropped.ts';
import { createRetention, keptFrom } from './retention.ts';

const log = { info: () => {}, warn: () => {}, error: () => {} };
const NOW = Date.parse('2026-11-21T12:00:00Z');
const clock = { ...systemClock, now: () => NOW };
let store: Store;
let dirtyHours: DirtyHours;
let settler: Settler;
beforeAll(async () => {
  store = await openTemporaryStore();
  dirtyHours = createDirtyHours(store);
  settler = createSettler({ store, dirtyHours, clock: systemClock, log });
});
afterAll(() => store?.close());

const retain = { spans: 30, reports: 60, rollups: null };
const pipeline = (kept: RetainDays = KEEP_ALL): Pipeline =>
  createPipeline({ store, dirtyHours, now: () => NOW, retain: kept });
const retention = (days: RetainDays = retain) => createRetention({ store, days, clock, log });
const report = (n: number, startedAt: string): Report => ({
  ...blankReport('spanledger', Date.parse(startedAt) * 1000),
  messageId: `msg_${n}`,
  requestId: `req_${n}`,
  spanId: `s${n}`,
  outcome: 'ok',
  durationMs: 100,
  model: 'claude-opus-5-5',
  usage: { input_tokens: 1000, output_tokens: 0 },
  usageAssumesStandard: false,
  tags: { ...blankReport('spanledger', 0).tags, feature: 'search', userId: `u${n}` },
});
const ask = (query: Partial<MetricsQuery> = {}) =>
  queryMetrics(store, {
    from: '2026-07-01T00:00:00Z',
    to: '2026-12-01T00:00:00Z',
    measures: ['calls', 'costUsd'],
    by: [],
    bucket: 'none',
    timezone: 'UTC',
    where: [],
    ...query,
  });
const rowsOf = async (table: string): Promise<number> =>
  Number((await store.query<{ n: number }>(`SELECT count() AS n FROM ${table}`))[0]?.n);
const CALL = {
  'gen_ai.provider.name': 'anthropic',
  'gen_ai.operation.name': 'chat',
  'gen_ai.request.model': 'claude-opus-5-5',
  'gen_ai.response.id': 'msg_old',
};
const spansOf = (startedAt: readonly string[], name: string, attributes: Record<string, string> = {}): Uint8Array => {
  const spans = startedAt.map((at, n) => ({
    traceId: '1'.repeat(32),
    spanId: (n + 1).toString(16).padStart(16, '0'),
    name,
    kind: 1,
    startTimeUnixNano: String(Date.parse(at) * 1e6),
    endTimeUnixNano: String((Date.parse(at) + 100) * 1e6),
    attributes: Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } })),
  }));
  return new TextEncoder().encode(
    JSON.stringify({ resourceSpans: [{ scopeSpans: [{ scope: { name: 'x' }, spans }] }] }),
  );
};
const daysAgo = (days: number): string => new Date(NOW - days * 86_400_000).toISOString();

test('a day of grace is kept, and partitions are kept whole', () => {
  expect(keptFrom(NOW, 30, 'day').toISOString()).toBe('2026-10-21T00:00:00.000Z');
  expect(keptFrom(NOW, 60, 'month').toISOString()).toBe('2026-09-01T00:00:00.000Z');
  expect(keptFrom(Date.parse('2026-11-01T12:00:00Z'), 1, 'month').toISOString()).toBe('2026-10-01T00:00:00.000Z');
});

test('what is older than its kind is kept is refused by name, and a call is kept without its span', async () => {
  const taken = await pipeline(retain).ingestTraces(spansOf([daysAgo(29), daysAgo(31), daysAgo(61)], 'work'), 'json');
  expect(taken.accepted).toBe(1);
  expect(taken.refused.map(({ reason }) => reason)).toEqual([
    'startTimeUnixNano: is older than spans are kept here (30 days)',
    `startTimeUnixNano: ${daysAgo(61)} is older than calls are kept here (60 days)`,
  ]);
  const call = await pipeline(retain).ingestTraces(spansOf([daysAgo(31)], 'chat', CALL), 'json');
  expect(call).toEqual({ accepted: 1, calls: 1, refused: [] });
  expect([await rowsOf('spans'), await rowsOf('reports')]).toEqual([1, 1]);
  expect(pipeline(retain).tooOld(NOW - 61 * 86_400_000)).toBe('is older than calls are kept here (60 days)');
  expect(pipeline(retain).tooOld(NOW - 59 * 86_400_000)).toBeNull();
});

test('a history of any number of days is taken in one request, and its old spans go by the day', async () => {
  await emptyLedger(store);
  const days = Array.from({ length: 150 }, (_, n) => daysAgo(n));
  await pipeline().ingestTraces(spansOf(days, 'work'), 'json');
  const before = await rowsOf('spans');
  expect(before).toBe(150);
  expect(await retention({ spans: 30, reports: null, rollups: null }).dropOld()).toBe(true);
  // From the start of 21 October to 21 November: 32 days.
  expect(await rowsOf('spans')).toBe(32);
});

test('reports go a month at a time, once settled, and every sum stays; what needs the reports says what it lacks', async () => {
  await pipeline().ingestReports([
    report(1, '2026-07-15T10:00:00Z'),
    report(2, '2026-08-31T23:59:59Z'), // its hours are of two months
    report(3, '2026-09-15T10:00:00Z'),
    report(4, '2026-11-20T10:00:00Z'),
  ]);
  expect(await retention().dropOld()).toBe(false);
  expect(await rowsOf('reports')).toBe(4);
  await settler.settleAll({ quietMs: -1_000 });
  const before = await ask({ by: ['feature'], bucket: 'month' });
  expect(before.rows.map(({ calls }) => calls)).toEqual([1, 1, 1, 1]);
  expect(await retention().dropOld()).toBe(true);
  expect(await rowsOf('reports')).toBe(2);
  expect(await ask({ by: ['feature'], bucket: 'month' })).toEqual(before);
  expect(before.missingBefore).toBeNull();
  // Without its report the first call is known by its hour, and the hour beside one with calls is settled with it.
  expect(await queryStatus(store)).toEqual({
    calls: 4,
    firstCallAt: '2026-07-15T09:00:00.000Z',
    lastCallAt: '2026-11-20T10:00:00.000Z',
  });
  const list = { where: [], order: 'startedAt' as const, limit: 10, to: '2026-12-01T00:00:00Z' };
  const wide = await queryCalls(store, { ...list, from: '2026-07-01T00:00:00Z' });
  expect([wide.calls.length, wide.missingBefore]).toEqual([2, '2026-09-01T00:00:00.000Z']);
  expect((await queryCalls(store, { ...list, from: '2026-09-01T00:00:00Z' })).missingBefore).toBeNull();

  const byUser = await ask({ by: ['userId'] });
  expect(byUser.rows.map(({ userId }) => userId)).toEqual(['u1', 'u2', 'u3', 'u4']);
  expect(byUser.missingBefore).toBeNull();
  const byBoth = await ask({ by: ['userId', 'customer'] });
  expect(byBoth.rows.map(({ userId }) => userId)).toEqual(['u3', 'u4']);
  expect(byBoth.missingBefore).toBe('2026-09-01T00:00:00.000Z');
  expect((await ask({ by: ['userId', 'customer'], from: '2026-09-01T00:00:00Z' })).missingBefore).toBeNull();
  const halfAnHour = await ask({ from: '2026-07-15T09:30:00Z' });
  expect(halfAnHour.rows).toMatchObject([{ calls: 4 }]);
  expect(halfAnHour.missingBefore).toBe('2026-07-15T10:00:00.000Z');
});

test('when history is priced again, hours without reports keep the sums they had', async () => {
  // Two calls of four can be priced again, at half.
  const before = await ask();
  const each = Number(before.rows[0]?.['costUsd']) / 4;
  const half = priceBook([{ model: '*', since: '2026-01-01', until: null, percentOff: '50', source: 'contract' }]);
  expect(half.version).not.toBe(LIST_PRICES.version);
  const repricer = repricerOn(store, { prices: () => half });
  const { id } = await repricer.begin({ from: '2026-07-01T00:00:00Z' });
  await repricer.idle();
  expect((await repricer.apply(id))?.differences).toMatchObject({ changedCalls: 2 });
  const expected = (each * 3).toFixed(12);
  expect((await ask()).rows).toMatchObject([{ calls: 4, costUsd: expected }]);
  await settler.settleAll({ quietMs: -1_000 });
  expect((await ask()).rows).toMatchObject([{ calls: 4, costUsd: expected }]);
});

test('roll-ups go by the month too, and the answer says so', async () => {
  expect(await retention({ spans: 30, reports: 60, rollups: 60 }).dropOld()).toBe(true);
  const { rows, missingBefore } = await ask();
  expect(rows).toMatchObject([{ calls: 2 }]);
  expect(missingBefore).toBe('2026-09-01T00:00:00.000Z');
});

test('when calls are kept for longer later on, those of a month that was dropped are refused by name, and others count', async () => {
  const dropped = createDropped();
  const forever = createPipeline({ store, dirtyHours, now: () => NOW, dropped });
  // Of the second, the hour is not settled anew: it may share calls with the last one that was dropped.
  const starts = ['2026-08-20T10:00:00Z', '2026-09-01T00:59:59Z', '2026-09-01T01:00:00Z'];
  const send = (startedAt: string, n: number) =>
    forever.ingestTraces(spansOf([startedAt], 'chat', { ...CALL, 'gen_ai.response.id': `msg_late_${n}` }), 'json');
  const [before] = (await ask()).rows;
  await dropped.refresh(store);
  const taken = [];
  for (const [n, startedAt] of starts.entries()) taken.push(await send(startedAt, n));
  expect(taken.map(({ accepted }) => accepted)).toEqual([0, 0, 1]);
  const reason = (at: string) =>
    `startTimeUnixNano: ${at} is older than calls are kept here: those of before 2026-09-01T01:00:00.000Z were dropped`;
  expect(taken.flatMap(({ refused }) => refused.map((one) => one.reason))).toEqual([
    reason('2026-08-20T10:00:00.000Z'),
    reason('2026-09-01T00:59:59.000Z'),
  ]);
  expect((await ask()).rows).toMatchObject([{ calls: Number(before?.['calls']) + 1 }]);
  await settler.settleAll({ quietMs: -1_000 });
  expect((await ask()).rows).toMatchObject([{ calls: Number(before?.['calls']) + 1 }]);
});
