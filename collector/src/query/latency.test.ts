// What the latency page asks, about ten calls whose answers can be worked out by hand.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Dimension, MetricsQuery } from '../contract.ts';
import { exportBody, spanJson, type Value } from '../ingest/fakes.ts';
import { reportFromPostedCall, type PostedCall } from '../ingest/posted-call.ts';
import { createPipeline } from '../pipeline.ts';
import { openTemporaryStore } from '../store/fakes.ts';
import type { Store } from '../store/store.ts';
import { queryCalls } from './calls.ts';
import { queryContrast } from './contrast.ts';
import { queryChanges } from './changes.ts';
import { queryMetrics } from './metrics.ts';

const WINDOW = { from: '2026-11-10T00:00:00Z', to: '2026-11-12T00:00:00Z' };

let store: Store;
let id = 0;
const call = (at: string, durationMs: number, output: number, more: Partial<PostedCall> = {}): PostedCall => ({
  requestId: `r${(id += 1)}`,
  startedAt: `2026-11-${at}:00Z`,
  durationMs,
  stream: false,
  retries: 0,
  response: { model: 'claude-haiku-5-5', usage: { input_tokens: 500, output_tokens: output } },
  feature: 'search',
  service: 'web',
  serviceVersion: '1.0',
  ...more,
});
const slow = (at: string, durationMs: number): PostedCall =>
  call(at, durationMs, 2_000, {
    response: {
      model: 'claude-haiku-5-5',
      usage: { input_tokens: 500, cache_creation_input_tokens: 3_500, output_tokens: 2_000 },
    },
    retries: 1,
    promptVersion: 'search-v2',
    serviceVersion: '1.1',
  });
const CALLS = [
  // Before the window: 1.0 of web is no deploy of it, and nightly's first version is none either.
  call('09T10:00', 500, 50),
  call('09T11:00', 500, 50, { service: 'nightly', serviceVersion: 'a' }),
  // The window: six quick calls, then three slow ones of a new prompt version, and one that is slow without it.
  call('10T01:00', 500, 50),
  call('10T02:00', 499, 50),
  call('10T03:00', 700, 50, { stream: true, ttftMs: 200 }),
  call('10T04:00', 700, 50, { stream: true, ttftMs: 300 }),
  call('11T02:00', 800, 50, { promptVersion: 'search-v1' }),
  call('11T03:00', 900, 50, { feature: 'chat' }),
  slow('11T03:30', 10_000),
  slow('11T04:00', 16_000),
  slow('11T05:00', 20_000),
  call('11T06:00', 10_500, 3_000, { feature: 'chat' }),
];

beforeAll(async () => {
  store = await openTemporaryStore();
  await createPipeline({ store }).ingestReports(CALLS.map(reportFromPostedCall));
});
afterAll(() => store?.close());

const ask = (query: Partial<MetricsQuery>) =>
  queryMetrics(store, { ...WINDOW, measures: ['calls'], by: [], bucket: 'none', timezone: 'UTC', where: [], ...query });
const callsBy = async (dimension: Dimension) =>
  Object.fromEntries((await ask({ by: [dimension] })).rows.map((row) => [row[dimension], row['calls']]));

test('calls fall into bands of latency that begin where the one before ends', async () => {
  expect(await callsBy('latency')).toEqual({
    '300-500ms': 1, // 499
    '500-700ms': 1,
    '700ms-1s': 4, // 700 twice, 800, 900
    '10-15s': 2, // 10,000 and 10,500
    '15-20s': 1,
    '20-30s': 1, // 20,000
  });
});

test('calls fall into bands of their prompt, answer, cache, retries and streaming', async () => {
  expect(await callsBy('promptLength')).toEqual({ 'under 1k': 7, '4-16k': 3 });
  expect(await callsBy('outputLength')).toEqual({ 'under 100': 6, '1-3k': 3, '3-10k': 1 });
  expect(await callsBy('cacheUse')).toEqual({ none: 7, 'written only': 3 });
  expect(await callsBy('retried')).toEqual({ no: 7, yes: 3 });
  expect(await callsBy('streaming')).toEqual({ no: 8, yes: 2 });
  expect(await callsBy('serverTime')).toEqual({ 'not told': 10 });
  // Haiku 5.5, micro-USD: 500 x 0.10 + 50 x 0.50 = 75; three of 50 + 3,500 x 0.125 + 1,000, and one of 50 + 1,500.
  expect(await callsBy('callCost')).toEqual({ 'under 0.0001 USD': 6, '0.001-0.003 USD': 4 });
  expect(await callsBy('serviceVersion')).toEqual({ '1.0': 7, '1.1': 3 });
});

test('a band is a filter of the list of calls as of every number', async () => {
  const where = ['latency:15-20s', 'latency:20-30s'];
  const { calls } = await queryCalls(store, { ...WINDOW, where, order: 'durationMs', limit: 10 });
  expect(calls.map(({ durationMs }) => durationMs)).toEqual([20_000, 16_000]);
  expect(calls[0]).toMatchObject({ service: 'web', serviceVersion: '1.1' });
  expect((await ask({ where })).rows).toEqual([{ calls: 2 }]);
});

test.each([
  // Haiku 5.5, USD a million: input 0.10, cache write 0.125, output 0.50. A slow call: 0.00005 + 0.0004375 + 0.001.
  ['costUsd:0.0014875..0.00155', 3],
  ['costUsd:0.00155..', 1],
  ['costUsd:..0.000075', 0],
  ['durationMs:500..700', 1],
  ['durationMs:10000..', 4],
  ['ttftMs:..250', 1],
  ['promptTokens:..4000', 7],
  ['promptTokens:4000..4001', 3],
  ['outputTokens:50..2000', 6],
  ['outputTokens:2000..', 4],
])(
  '%s are exactly the calls from the first value to before the second, and never those of unknown: %i',
  async (range, calls) => {
    expect((await ask({ where: [range] })).rows).toEqual([{ calls }]);
  },
);

test('two ranges of a number mean either, those of two numbers both, in the list as in the sums', async () => {
  const either = ['durationMs:..500', 'durationMs:20000..'];
  const listed = await queryCalls(store, { ...WINDOW, where: either, order: 'durationMs', limit: 10 });
  expect(listed.calls.map(({ durationMs }) => durationMs)).toEqual([20_000, 499]);
  expect((await ask({ where: [...either, 'outputTokens:1000..', 'feature:search'] })).rows).toEqual([{ calls: 1 }]);
  const inside = await queryContrast(store, {
    ...WINDOW,
    where: ['promptTokens:4000..'],
    insideFrom: WINDOW.from,
    insideTo: WINDOW.to,
    inside: ['durationMs:15000..'],
  });
  expect([inside.inside, inside.outside]).toEqual([2, 1]);
});

test('the list is ordered by the prompt and by the first token, what is unknown last, page by page', async () => {
  const lengths: (number | null)[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await queryCalls(store, { ...WINDOW, where: [], order: 'ttftMs', limit: 3, cursor });
    lengths.push(...page.calls.map(({ ttftMs }) => ttftMs));
    if (page.nextCursor === null) break;
    cursor = page.nextCursor;
  }
  expect(lengths).toEqual([300, 200, ...Array.from({ length: 8 }, () => null)]);
  const longest = await queryCalls(store, { ...WINDOW, where: [], order: 'promptTokens', limit: 4 });
  expect(longest.calls.map(({ promptVersion }) => promptVersion === 'search-v2')).toEqual([true, true, true, false]);
});

test('the time outside of the servers is unknown where they told nothing, and no 0', async () => {
  const { rows } = await ask({ measures: ['p50OutsideMs', 'p95OutsideMs', 'p95ServerMs'] });
  expect(rows).toEqual([{ p50OutsideMs: null, p95OutsideMs: null, p95ServerMs: null }]);
});

test('the first token has its percentiles, and so has the speed of the answer', async () => {
  const { rows } = await ask({ measures: ['p50TtftMs', 'p99TtftMs', 'p50OutputTokensPerSecond'], by: ['streaming'] });
  // Streamed: 50 tokens in 0.7 s, both times. Not streamed, in tokens a second: 50 / 0.9 = 55.56, 50 / 0.8 = 62.5, 100, 100,
  // 100.2, 125, 200 and 285.7: the fifth of eight.
  expect(rows).toEqual([
    { streaming: 'no', p50TtftMs: null, p99TtftMs: null, p50OutputTokensPerSecond: (50 * 1000) / 499 },
    { streaming: 'yes', p50TtftMs: 300, p99TtftMs: 300, p50OutputTokensPerSecond: (50 * 1000) / 700 },
  ]);
});

test('says what is different in the slow part of a window, by how much and in how many calls', async () => {
  const { inside, outside, differences } = await queryContrast(store, {
    ...WINDOW,
    where: [],
    insideFrom: '2026-11-11T00:00:00Z',
    insideTo: '2026-11-12T00:00:00Z',
    inside: ['latency:10-15s', 'latency:15-20s', 'latency:20-30s'],
  });
  expect([inside, outside]).toEqual([4, 6]);
  // Three of the four are of search-v2, on 1.1, retried, with prompts of 4,000 tokens that were written to the cache; none of
  // the other six is. What a deploy changes comes first among equals.
  const tied = { inside: { calls: 3, share: 0.75 }, outside: { calls: 0, share: 0 }, lift: null };
  expect(differences.slice(0, 6)).toEqual([
    { dimension: 'promptVersion', value: 'search-v2', ...tied },
    { dimension: 'serviceVersion', value: '1.1', ...tied },
    { dimension: 'promptLength', value: '4-16k', ...tied },
    { dimension: 'outputLength', value: '1-3k', ...tied },
    { dimension: 'cacheUse', value: 'written only', ...tied },
    { dimension: 'retried', value: 'yes', ...tied },
  ]);
  // All four did not stream, of the other six two did: 1 / (4 / 6).
  expect(differences.find(({ dimension }) => dimension === 'streaming')).toEqual({
    dimension: 'streaming',
    value: 'no',
    inside: { calls: 4, share: 1 },
    outside: { calls: 4, share: 4 / 6 },
    lift: 1.5,
  });
  // One of the four is of chat, and one of the six: 25 % against 16.7 %.
  expect(differences.find(({ dimension }) => dimension === 'feature')).toMatchObject({
    value: 'chat',
    inside: { calls: 1, share: 0.25 },
    lift: 1.5,
  });
});

test('the rest is what the filters of the page leave, and a part without calls has no differences', async () => {
  const question = { ...WINDOW, insideFrom: WINDOW.from, insideTo: WINDOW.to };
  const chat = await queryContrast(store, { ...question, where: ['feature:chat'], inside: ['latency:10-15s'] });
  expect([chat.inside, chat.outside]).toEqual([1, 1]);
  const none = await queryContrast(store, { ...question, where: [], inside: ['latency:300s or more'] });
  expect(none).toEqual({ inside: 0, outside: 10, differences: [] });
});

test('a deploy is the first call of a service on another version', async () => {
  const web = {
    service: 'web',
    version: '1.1',
    previousVersion: '1.0',
    at: '2026-11-11T03:30:00.000Z',
  };
  expect(await queryChanges(store, { ...WINDOW, where: [] })).toEqual({ deploys: [web], models: [] });
  expect(await queryChanges(store, { ...WINDOW, where: ['feature:search', 'latency:10-15s'] })).toEqual({
    deploys: [web],
    models: [],
  });
  expect(await queryChanges(store, { ...WINDOW, where: ['feature:chat'] })).toEqual({ deploys: [], models: [] });
});

test('the version of a service comes from its resource, and the time of the servers is told apart', async () => {
  const pipeline = createPipeline({ store });
  const attributes: Record<string, Value> = {
    'gen_ai.provider.name': 'anthropic',
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'claude-haiku-5-5',
    'gen_ai.response.model': 'claude-haiku-5-5',
    'gen_ai.response.id': 'msg_1',
    'anthropic.request.id': 'req_1',
    'gen_ai.usage.input_tokens': 10,
    'gen_ai.usage.output_tokens': 5,
  };
  const at = '2026-10-01T10:00:00Z';
  await pipeline.ingestTraces(
    exportBody([{ id: 'app', at, durationMs: 1_500, attributes }], {
      resource: { 'service.name': 'web', 'service.version': '4.2.0' },
    }),
    'json',
  );
  await pipeline.ingestTraces(
    exportBody([{ ...spanJson({ id: 'server', at, durationMs: 1_100, attributes }), kind: 2 }], {
      scope: 'com.anthropic.claude-platform',
      resource: { 'service.name': 'claude-platform', 'service.version': 'of Anthropic' },
    }),
    'json',
  );
  const { rows } = await ask({
    from: '2026-10-01T00:00:00Z',
    to: '2026-10-02T00:00:00Z',
    measures: ['calls', 'p95LatencyMs', 'p95ServerMs', 'p95OutsideMs'],
    by: ['serviceVersion', 'serverTime'],
  });
  expect(rows).toEqual([
    {
      serviceVersion: '4.2.0',
      serverTime: 'told',
      calls: 1,
      p95LatencyMs: 1_500,
      p95ServerMs: 1_100,
      p95OutsideMs: 400,
    },
  ]);
});
