// The questions, on the real embedded engine, about a handful of calls whose answers can be worked out by hand.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { metricsQuerySchema, type MetricsQuery } from '../contract.ts';
import { callAttributes, exportBody, type FakeSpan, type Value } from '../ingest/fakes.ts';
import { createPipeline } from '../pipeline.ts';
import { openTemporaryStore } from '../store/fakes.ts';
import type { Store } from '../store/store.ts';
import { CursorError, queryCalls } from './calls.ts';
import { queryMetrics, queryValues } from './metrics.ts';
import { spendOf } from './spend.ts';
import { queryStatus } from './status.ts';

const ODD = `O'Brien's "50 %" {where0:String} \\ \\' ü`;
let id = 0;
function call(
  at: string,
  feature: string | null,
  usage: object | null,
  more: Record<string, Value> = {},
  durationMs = 100,
): FakeSpan {
  id += 1;
  const tags: Record<string, Value> = feature === null ? more : { 'spanledger.feature': feature, ...more };
  return {
    id: `m${id}`,
    at,
    durationMs,
    attributes: callAttributes(`r${id}`, usage as Record<string, unknown> | null, tags),
  };
}
// Haiku 4.5, USD a million: input 1, cache write 1.25 (5 minutes), cache read 0.10, output 5.
const CALLS: readonly FakeSpan[] = [
  call('2026-10-24T21:59:59.999Z', 'chat', { input_tokens: 1, output_tokens: 0 }), // 23:59 on the 24th in Berlin
  call('2026-10-24T22:00:00Z', 'chat', { input_tokens: 10, output_tokens: 1 }, {}, 200), // midnight of the 25th in Berlin
  call('2026-10-25T00:30:00Z', 'chat', { input_tokens: 100, output_tokens: 0 }, {}, 300), // 02:30 in summer time
  call('2026-10-25T01:30:00Z', 'search', { input_tokens: 1000, output_tokens: 0 }, {}, 400), // 02:30 again, in winter time
  call('2026-10-25T22:59:59Z', ODD, {
    input_tokens: 3,
    cache_creation_input_tokens: 8,
    cache_read_input_tokens: 9,
    output_tokens: 2,
  }),
  call(
    '2026-10-25T23:00:00Z',
    'search',
    { input_tokens: 7, output_tokens: 0 },
    { 'gen_ai.response.model': 'claude-nova-9' },
  ),
  {
    ...call('2026-10-27T10:00:00Z', null, null, { 'http.response.status_code': 529, 'error.type': 'overloaded_error' }),
    status: 2,
  },
];

let store: Store;
beforeAll(async () => {
  store = await openTemporaryStore();
  const pipeline = createPipeline({ store, now: () => Date.parse('2026-11-01T00:00:00Z') });
  await pipeline.ingestTraces(exportBody(CALLS), 'json');
});
afterAll(() => store?.close());

const ask = (query: Partial<MetricsQuery>) =>
  queryMetrics(store, {
    from: '2026-10-01T00:00:00Z',
    to: '2026-11-01T00:00:00Z',
    measures: ['calls'],
    by: [],
    bucket: 'none',
    timezone: 'UTC',
    where: [],
    ...query,
  });

test('a day of 25 hours is one bucket of its time zone', async () => {
  const { rows } = await ask({ bucket: 'day', timezone: 'Europe/Berlin', measures: ['calls', 'inputTokens'] });
  expect(rows).toEqual([
    { bucket: '2026-10-23T22:00:00.000Z', calls: 1, inputTokens: 1 },
    { bucket: '2026-10-24T22:00:00.000Z', calls: 4, inputTokens: 1113 },
    { bucket: '2026-10-25T23:00:00.000Z', calls: 1, inputTokens: 7 },
    { bucket: '2026-10-26T23:00:00.000Z', calls: 1, inputTokens: 0 },
  ]);
});

test.each([
  ['UTC', ['2026-10-24T00:00:00.000Z', '2026-10-25T00:00:00.000Z', '2026-10-27T00:00:00.000Z']],
  ['Asia/Kolkata', ['2026-10-24T18:30:00.000Z', '2026-10-25T18:30:00.000Z', '2026-10-26T18:30:00.000Z']],
])('days begin at midnight of %s', async (timezone, buckets) => {
  const { rows } = await ask({ bucket: 'day', timezone });
  expect(rows.map((row) => row['bucket'])).toEqual(buckets);
});

test('the hour that comes twice is two buckets', async () => {
  const { rows } = await ask({
    bucket: 'hour',
    timezone: 'Europe/Berlin',
    from: '2026-10-25T00:00:00Z',
    to: '2026-10-25T02:00:00Z',
  });
  expect(rows).toEqual([
    { bucket: '2026-10-25T00:00:00.000Z', calls: 1 },
    { bucket: '2026-10-25T01:00:00.000Z', calls: 1 },
  ]);
});

test('weeks begin on Monday and months on the first, in the time zone', async () => {
  const week = await ask({ bucket: 'week', timezone: 'Europe/Berlin' });
  expect(week.rows).toEqual([
    { bucket: '2026-10-18T22:00:00.000Z', calls: 5 },
    { bucket: '2026-10-25T23:00:00.000Z', calls: 2 },
  ]);
  const month = await ask({ bucket: 'month', timezone: 'Europe/Berlin' });
  expect(month.rows).toEqual([{ bucket: '2026-09-30T22:00:00.000Z', calls: 7 }]);
  const minute = await ask({ bucket: 'minute', from: '2026-10-24T22:00:00Z', to: '2026-10-24T22:01:00Z' });
  expect(minute.rows).toEqual([{ bucket: '2026-10-24T22:00:00.000Z', calls: 1 }]);
});

test('the window includes its start and not its end', async () => {
  expect((await ask({ from: '2026-10-24T22:00:00Z', to: '2026-10-25T00:30:00Z' })).rows).toEqual([{ calls: 1 }]);
});

test('every measure, by feature: sums exact in 12 places, what is unpriced never 0', async () => {
  const { rows, unpricedCalls } = await ask({
    by: ['feature'],
    measures: [
      'calls',
      'errors',
      'errorRate',
      'costUsd',
      'unpricedCalls',
      'cacheReadTokens',
      'cacheHitRate',
      'cacheSavingsUsd',
      'p50LatencyMs',
      'p95LatencyMs',
      'p95TtftMs',
    ],
  });
  const none = {
    errors: 0,
    errorRate: 0,
    cacheReadTokens: 0,
    cacheHitRate: 0,
    cacheSavingsUsd: '0.000000000000',
    p95TtftMs: null,
  };
  expect(rows.toSorted((a, b) => String(a['feature']).localeCompare(String(b['feature'])))).toEqual(
    [
      // 1 + 10 + 100 input, 1 output: 111 + 5
      {
        feature: 'chat',
        calls: 3,
        ...none,
        costUsd: '0.000116000000',
        unpricedCalls: 0,
        p50LatencyMs: 200,
        p95LatencyMs: 300,
      },
      // one of two has no price: the sum is what is known
      {
        feature: 'search',
        calls: 2,
        ...none,
        costUsd: '0.001000000000',
        unpricedCalls: 1,
        p50LatencyMs: 400,
        p95LatencyMs: 400,
      },
      // 3 + 8 x 1.25 + 9 x 0.10 + 2 x 5 = 23.9; as plain input the 17 cached cost 17, and cost 10.9: 6.1 saved
      {
        feature: ODD,
        calls: 1,
        ...none,
        cacheReadTokens: 9,
        cacheHitRate: 0.45,
        costUsd: '0.000023900000',
        cacheSavingsUsd: '0.000006100000',
        unpricedCalls: 0,
        p50LatencyMs: 100,
        p95LatencyMs: 100,
      },
      {
        feature: null,
        calls: 1,
        ...none,
        errors: 1,
        errorRate: 1,
        cacheHitRate: null,
        costUsd: '0.000000000000',
        unpricedCalls: 0,
        p50LatencyMs: 100,
        p95LatencyMs: 100,
      },
    ].toSorted((a, b) => String(a.feature).localeCompare(String(b.feature))),
  );
  expect(unpricedCalls).toBe(1);
});

test('where nothing is priced the cost is unknown; where nothing was called it is nothing', async () => {
  const unknown = await ask({ measures: ['costUsd', 'cacheSavingsUsd'], where: ['model:claude-nova-9'] });
  expect(unknown.rows).toEqual([{ costUsd: null, cacheSavingsUsd: null }]);
  expect(unknown.unpricedCalls).toBe(1);
  const nothing = await ask({ measures: ['calls', 'costUsd', 'errorRate', 'p95LatencyMs'], where: ['feature:nobody'] });
  expect(nothing.rows).toEqual([{ calls: 0, costUsd: '0.000000000000', errorRate: null, p95LatencyMs: null }]);
  expect((await ask({ by: ['feature'], where: ['feature:nobody'] })).rows).toEqual([]);
});

test('a filter finds a value with quotes, braces and backslashes, and only that', async () => {
  expect((await ask({ where: [`feature:${ODD}`], by: ['feature'] })).rows).toEqual([{ feature: ODD, calls: 1 }]);
  for (const value of [`' OR 1=1 --`, `\\`, `{timezone:String}`, `']) OR 1 IN (['`]) {
    expect((await ask({ where: [`feature:${value}`] })).rows).toEqual([{ calls: 0 }]);
  }
});

test('filters join: any of one dimension, all of different ones, empty for not set', async () => {
  expect((await ask({ where: ['feature:chat', 'feature:search'] })).rows).toEqual([{ calls: 5 }]);
  expect((await ask({ where: ['feature:search', 'model:claude-nova-9'] })).rows).toEqual([{ calls: 1 }]);
  expect((await ask({ where: ['feature:'] })).rows).toEqual([{ calls: 1 }]);
  expect((await ask({ where: ['feature:', `feature:${ODD}`, 'errorType:'] })).rows).toEqual([{ calls: 1 }]);
});

test("a dimension's values, most calls first, can be searched", async () => {
  const window = { from: '2026-10-01T00:00:00Z', to: '2026-11-01T00:00:00Z', limit: 10 };
  expect(await queryValues(store, 'feature', window)).toEqual([
    { value: 'chat', calls: 3 },
    { value: 'search', calls: 2 },
    { value: ODD, calls: 1 },
    { value: null, calls: 1 },
  ]);
  expect(await queryValues(store, 'feature', { ...window, search: 'BRIEN' })).toEqual([{ value: ODD, calls: 1 }]);
});

test('the ledger says how many calls it holds, and when the first and the last one were', async () => {
  expect(await queryStatus(store)).toEqual({
    calls: 7,
    firstCallAt: '2026-10-24T21:59:59.999Z',
    lastCallAt: '2026-10-27T10:00:00.000Z',
  });
});

test.each(['startedAt', 'oldest', 'costUsd', 'durationMs', 'outputTokens'] as const)(
  'pages by %s walk every call once, largest or first first, unknown last',
  async (order) => {
    const whole = await queryCalls(store, { where: [], order, limit: 100 });
    expect(whole.nextCursor).toBeNull();
    for (const limit of [1, 2, 3]) {
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await queryCalls(store, { where: [], order, limit, ...(cursor === null ? {} : { cursor }) });
        expect(page.calls.length).toBeLessThanOrEqual(limit);
        seen.push(...page.calls.map(({ callId }) => callId));
        cursor = page.nextCursor;
      } while (cursor !== null && seen.length < 100);
      expect(seen).toEqual(whole.calls.map(({ callId }) => callId));
    }
    expect(new Set(whole.calls.map(({ callId }) => callId)).size).toBe(7);
    const values = whole.calls.map((one) =>
      order === 'startedAt'
        ? Date.parse(one.startedAt)
        : order === 'oldest'
          ? -Date.parse(one.startedAt)
          : order === 'outputTokens'
            ? (one.usage.outputTokens ?? -1)
            : Number(one[order] ?? -1),
    );
    expect(values).toEqual(values.toSorted((a, b) => b - a));
  },
);

test("a budget's spend is the sum of the same calls, with its parts and its course", async () => {
  const budget = { scope: { feature: 'chat' }, timezone: 'Europe/Berlin', period: 'day' } as never;
  const spend = await spendOf(store, () => Date.parse('2026-10-25T02:10:00Z'))(
    budget,
    new Date('2026-10-24T22:00:00Z'),
    new Date('2026-10-25T23:00:00Z'),
  );
  // 10 input and 1 output: 15; then 100 input. USD a million, so 1e6 pico each.
  expect([spend.usdPico, spend.tokens, spend.unpricedCalls]).toEqual([115_000_000n, 111, 0]);
  expect(spend.contributors).toEqual([
    { dimension: 'model', value: 'claude-haiku-4-5-20251001', usdPico: 115_000_000n, tokens: 111 },
  ]);
  expect(spend.burn.map(({ at, usdPico }) => [at.toISOString().slice(11, 16), usdPico])).toEqual([
    // By the end of each hour, and by now.
    ['22:00', 0n],
    ['23:00', 15_000_000n],
    ['00:00', 15_000_000n],
    ['01:00', 115_000_000n],
    ['02:00', 115_000_000n],
    ['02:10', 115_000_000n],
  ]);
});

test('every time zone the contract takes, the engine knows', async () => {
  const base = { from: '2026-10-01T00:00:00Z', to: '2026-11-01T00:00:00Z', measures: 'calls', bucket: 'day' };
  for (const timezone of [
    'UTC',
    'europe/berlin',
    'EUROPE/BERLIN',
    '+02:00',
    'utc',
    'Asia/Kolkata',
    'Asia/Calcutta',
    'asia/kolkata',
    'US/Eastern',
    'EST5EDT',
    'Etc/GMT+1',
    'GMT',
    'America/Port_of_Spain',
    'America/Argentina/Buenos_Aires',
    'Nowhere/Land',
  ]) {
    const query = metricsQuerySchema.safeParse({ ...base, timezone });
    if (query.success) expect((await queryMetrics(store, query.data)).rows.length, timezone).toBeGreaterThan(0);
    else expect(query.error.issues[0]?.path, timezone).toEqual(['timezone']);
  }
});

test.each([
  'nonsense',
  Buffer.from('[]').toString('base64url'),
  Buffer.from('["costUsd","1.2.3",1,"r1"]').toString('base64url'),
  Buffer.from('["costUsd","1.2","1) OR 1=1","r1"]').toString('base64url'),
  Buffer.from('["costUsd","1) OR 1=1",1,"r1"]').toString('base64url'),
  Buffer.from('["startedAt","17",17,"r1"]').toString('base64url'),
])('a cursor that no answer gave for this order is refused: %s', async (cursor) => {
  await expect(queryCalls(store, { where: [], order: 'costUsd', limit: 1, cursor })).rejects.toThrow(CursorError);
});

test('a figure that no call of a row told is unknown, not 0', async () => {
  const measures: MetricsQuery['measures'] = ['calls', 'outputTokens', 'thinkingTokens', 'webSearches'];
  const { rows } = await ask({ where: ['feature:'], measures });
  expect(rows).toEqual([{ calls: 1, outputTokens: null, thinkingTokens: null, webSearches: null }]);
});
