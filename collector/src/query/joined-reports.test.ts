// Each call once: reports of one call from several sources, joined on the real engine.
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { blankReport, type Attempt, type Report } from '../calls/report.ts';
import { createPipeline } from '../pipeline.ts';
import { emptyLedger } from '../retention/fakes.ts';
import { openTemporaryStore } from '../store/fakes.ts';
import type { Store } from '../store/store.ts';
import { queryCall, queryCalls } from './calls.ts';
import { windowParameters } from './joined-reports.ts';
import { mergedCalls, microsOf } from './merged-calls.ts';
import { queryMetrics } from './metrics.ts';
import { AT, report, shuffledBatches, toldCalls } from './told-calls.ts';

let store: Store;
beforeAll(async () => {
  store = await openTemporaryStore();
});
afterAll(() => store?.close());
beforeEach(() => emptyLedger(store));

const NOW = Date.parse('2026-11-20T00:00:00Z');
const ingest = (...reports: Report[]) => createPipeline({ store, now: () => NOW }).ingestReports(reports);
const WINDOW = { from: '2026-11-10T00:00:00Z', to: '2026-11-11T00:00:00Z' };
const totals = async () => {
  const { rows } = await queryMetrics(store, {
    ...WINDOW,
    measures: ['calls', 'costUsd', 'inputTokens', 'outputTokens', 'errors', 'p50OutsideMs'],
    by: ['feature'],
    bucket: 'none',
    timezone: 'UTC',
    where: [],
  });
  return rows;
};

test('the same call from the SDK, Anthropic and a wrapper is one call: tags of the app, usage and time of the server', async () => {
  await ingest(
    report('claude-platform', {
      traceId: 'a', spanId: 's1', parentSpanId: 'n1', messageId: 'msg_1', requestId: 'req_1', startedAtMicros: AT + 40_000, durationMs: 900,
    }), // prettier-ignore
    report('openlit', {
      traceId: 'a',
      spanId: 'o1',
      messageId: 'msg_1',
      usage: { input_tokens: 1200, output_tokens: 803 },
    }),
    report('anthropic-sdk', {
      traceId: 'a', spanId: 'n1', parentSpanId: 'o1', messageId: null, requestId: 'req_1', usage: null,
      tags: { ...blankReport('', 0).tags, feature: 'search' },
    }), // prettier-ignore
  );
  expect(await totals()).toEqual([
    { feature: 'search', calls: 1, costUsd: '0.020800000000', inputTokens: 1200, outputTokens: 800, errors: 0, p50OutsideMs: 100 },
  ]); // prettier-ignore
  const { calls } = await queryCalls(store, { ...WINDOW, where: [], order: 'startedAt', limit: 10 });
  expect(calls).toMatchObject([
    { callId: 'msg_1', durationMs: 1000, serverMs: 900, sources: ['anthropic-sdk', 'claude-platform', 'openlit'] },
  ]);
  for (const id of ['msg_1', 'req_1']) {
    const call = await queryCall(store, id);
    expect(call?.provenance).toMatchObject({
      feature: 'anthropic-sdk',
      usage: 'claude-platform',
      messageId: 'openlit',
      serverMs: 'claude-platform',
    });
    expect(call?.reports.map(({ source }) => source).toSorted()).toEqual([
      'anthropic-sdk',
      'claude-platform',
      'openlit',
    ]);
  }
});

test('a wrapper without any id is joined to the call it stands around, or beside, and to no other', async () => {
  const parent = { traceId: 't', parentSpanId: 'app' };
  await ingest(
    report('openllmetry', { ...parent, spanId: 'around' }),
    report('anthropic-sdk', { traceId: 't', parentSpanId: 'around', spanId: 'n1', messageId: 'msg_1', requestId: 'req_1' }),
    report('openllmetry', { ...parent, spanId: 'beside', startedAtMicros: AT + 2_000_000 }),
    report('anthropic-sdk', { ...parent, spanId: 'n2', messageId: 'msg_2', requestId: 'req_2', startedAtMicros: AT + 2_001_000 }),
    // Not the same: another output, another model, another time.
    report('openllmetry', { ...parent, spanId: 'w3', usage: { input_tokens: 1200, output_tokens: 7 } }),
    report('openllmetry', { ...parent, spanId: 'w4', model: 'claude-haiku-5-5' }),
    report('openllmetry', { ...parent, spanId: 'w5', startedAtMicros: AT + 60_000_000 }),
  ); // prettier-ignore
  const { calls } = await queryCalls(store, { ...WINDOW, where: [], order: 'startedAt', limit: 10 });
  expect(calls.map(({ callId, sources }) => [callId, sources.length]).toSorted()).toEqual([
    ['msg_1', 2],
    ['msg_2', 2],
    ['t-w3', 1],
    ['t-w4', 1],
    ['t-w5', 1],
  ]);
});

test('a wrapper that read the answer is joined to the span within it that only knows what was asked for', async () => {
  await ingest(
    report('openinference', { traceId: 't', spanId: 'a', messageId: 'msg_1', requestModel: 'claude-haiku-4-5', model: 'claude-haiku-4-5-20251001' }),
    report('anthropic-sdk', { traceId: 't', spanId: 'b', parentSpanId: 'a', requestId: 'req_1', requestModel: 'claude-haiku-4-5', model: null, usage: null }),
  ); // prettier-ignore
  expect(await totals()).toMatchObject([{ calls: 1, outputTokens: 800 }]);
});

test('two wrappers of one call that the SDK itself did not tell of are one call, however deep they stand', async () => {
  await ingest(
    report('gen-ai', { traceId: 't', spanId: 'a', parentSpanId: 'app' }),
    report('openllmetry', { traceId: 't', spanId: 'b', parentSpanId: 'a' }),
    report('openinference', { traceId: 't', spanId: 'c', parentSpanId: 'b' }),
  );
  expect(await totals()).toMatchObject([{ calls: 1, outputTokens: 800 }]);
});

test('two calls at once that different sources tell of each take one of the wrappers beside them', async () => {
  const parent = { traceId: 't', parentSpanId: 'app' };
  await ingest(
    report('openllmetry', { ...parent, spanId: 'w1' }),
    report('openllmetry', { ...parent, spanId: 'w2', startedAtMicros: AT + 10 }),
    report('anthropic-sdk', { ...parent, spanId: 'n1', messageId: 'msg_1', startedAtMicros: AT + 5 }),
    report('spanledger', { ...parent, spanId: 'n2', messageId: 'msg_2', startedAtMicros: AT + 15 }),
    report('openlit', { ...parent, spanId: 'o2', messageId: 'msg_2', startedAtMicros: AT + 15 }),
  );
  const { calls } = await queryCalls(store, { ...WINDOW, where: [], order: 'startedAt', limit: 10 });
  expect(calls.map(({ callId, sources }) => [callId, sources]).toSorted()).toEqual([
    ['msg_1', ['anthropic-sdk', 'openllmetry']],
    ['msg_2', ['openlit', 'openllmetry', 'spanledger']],
  ]);
});

test('calls that only look alike stay apart: two at once with the same ids of no one', async () => {
  await ingest(
    report('openllmetry', { traceId: 't', spanId: 'a', parentSpanId: 'app' }),
    report('openllmetry', { traceId: 't', spanId: 'b', parentSpanId: 'app' }),
  );
  expect(await totals()).toMatchObject([{ calls: 2 }]);
});

test('a wrapper and the SDK’s own span, each the root of a trace of its own, are one call; calls that are not alike stay apart', async () => {
  const shop = { tags: { ...blankReport('', 0).tags, service: 'shop' } };
  const own = (n: number, more: Partial<Report> = {}) =>
    report('anthropic-sdk', {
      ...shop,
      traceId: `own${n}`,
      spanId: `n${n}`,
      messageId: `msg_${n}`,
      requestId: `req_${n}`,
      ...more,
    });
  const around = (n: number, more: Partial<Report> = {}) =>
    report('openllmetry', { ...shop, traceId: `around${n}`, spanId: `w${n}`, startedAtMicros: AT - 500, ...more });
  const failed = { outcome: 'error', usage: null, stopReason: null } as const;
  await ingest(
    around(1), around(2), own(1), own(2), // two streams at once
    around(3, { usage: { input_tokens: 1200, output_tokens: 7 } }), // another output
    around(4, { startedAtMicros: AT + 60_000_000 }), // another time
    around(5, { tags: { ...shop.tags, service: 'office' } }), // another service
    around(6, failed), own(7, { ...failed, messageId: null, httpStatus: 400 }), // no output to know it by
  ); // prettier-ignore
  const { calls } = await queryCalls(store, { ...WINDOW, where: [], order: 'startedAt', limit: 20 });
  expect(calls.map(({ callId, sources }) => [callId, sources.length]).toSorted()).toEqual([
    ['around3-w3', 1],
    ['around4-w4', 1],
    ['around5-w5', 1],
    ['around6-w6', 1],
    ['msg_1', 2],
    ['msg_2', 2],
    ['req_7', 1],
  ]);
});

test('attempts that the servers refused belong to the call that tried again, by their request ids or by its span', async () => {
  const refused = (requestId: string, more: Partial<Report>) =>
    report('claude-platform', {
      requestId, outcome: 'error', errorType: 'rate_limit_error', httpStatus: 429, usage: null, stopReason: null, durationMs: 5, ...more,
    }); // prettier-ignore
  const attempt = (requestId: string, httpStatus: number): Attempt => ({
    startedAt: null, durationMs: null, httpStatus, requestId, errorType: null, errorCode: null, retryAfter: null,
  }); // prettier-ignore
  await ingest(
    // Ours knows each attempt; the servers tell of them in traces of their own.
    report('anthropic-sdk+spanledger', {
      traceId: 't', spanId: 'n1', messageId: 'msg_1', requestId: 'req_1b', httpStatus: 200, retries: 1,
      attempts: [attempt('req_1a', 429), attempt('req_1b', 200)],
    }),
    refused('req_1a', { traceId: 's', spanId: 's1' }),
    report('claude-platform', { traceId: 's', spanId: 's2', messageId: 'msg_1', requestId: 'req_1b', durationMs: 900 }),
    // The bare SDK knows how many there were; the servers were told its trace. It gave up.
    report('anthropic-sdk', {
      traceId: 't', spanId: 'n2', requestId: 'req_2b', httpStatus: 429, retries: 1, outcome: 'error', errorType: 'rate_limit_error', usage: null,
    }),
    refused('req_2a', { traceId: 't', spanId: 's3', parentSpanId: 'n2' }),
    refused('req_2b', { traceId: 't', spanId: 's4', parentSpanId: 'n2' }),
    // Nobody told of a call: a request that was refused is one.
    refused('req_3', { traceId: 'x', spanId: 's5' }),
  ); // prettier-ignore
  const { calls } = await queryCalls(store, { ...WINDOW, where: [], order: 'startedAt', limit: 20 });
  expect(
    calls.map(({ callId, outcome, errorType, serverMs }) => [callId, outcome, errorType, serverMs]).toSorted(),
  ).toEqual([
    ['msg_1', 'ok', null, 900],
    ['req_2b', 'error', 'rate_limit_error', 5],
    ['req_3', 'error', 'rate_limit_error', 5],
  ]);
  expect(await queryCall(store, 'req_1a')).toMatchObject({ callId: 'msg_1' });
});

test('tokens that nobody told are unknown in a sum, not 0, and known as soon as one source tells them', async () => {
  const measures = ['calls', 'inputTokens', 'cacheReadTokens', 'outputTokens', 'thinkingTokens'] as const;
  const ask = async () =>
    (await queryMetrics(store, { ...WINDOW, measures: [...measures], by: [], bucket: 'none', timezone: 'UTC', where: [] })).rows; // prettier-ignore
  await ingest(report('anthropic-sdk', { spanId: 'a', requestId: 'req_1', usage: null, stopReason: null }));
  expect(await ask()).toEqual([
    { calls: 1, inputTokens: null, cacheReadTokens: null, outputTokens: null, thinkingTokens: null },
  ]);
  await ingest(report('claude-platform', { spanId: 's', requestId: 'req_1', messageId: 'msg_1' }));
  expect(await ask()).toMatchObject([{ calls: 1, inputTokens: 1200, cacheReadTokens: 0, outputTokens: 800 }]);
});

// ---- any subset, order, repetition and batching ---------------------------------------------------------------------
const seeds = fc.infiniteStream(fc.nat(1_000_000));

/** Every call with every field and where it came from; of more reports than so many, those told once are read apart. */
async function allFields(manyReports: number): Promise<unknown[]> {
  const window = { fromMicros: microsOf(WINDOW.from), toMicros: microsOf(WINDOW.to) };
  const calls = await mergedCalls(store, window, { manyReports, provenance: true, extra: ['attempts'] });
  return store.query(`SELECT * FROM (${calls}) ORDER BY call_key`, windowParameters(window));
}

test('any subset of sources of a call, in any order, repeated and cut into any batches, counts as one clean report of it', async () => {
  await fc.assert(
    fc.asyncProperty(toldCalls, seeds, async (calls, seed) => {
      await emptyLedger(store);
      // A pipeline of its own for each batch: nothing is remembered between.
      for (const batch of shuffledBatches(calls, () => seed.next().value as number, 4)) await ingest(...batch);
      const rows = await totals();
      const sum = (measure: string) => rows.reduce((total, row) => total + Number(row[measure] ?? 0), 0);
      const known = calls.filter(({ output }) => output !== null);
      expect([sum('calls'), sum('outputTokens'), sum('inputTokens')]).toEqual([
        calls.length,
        known.reduce((total, call) => total + call.output!, 0),
        1200 * known.length,
      ]);
      const [apart, together] = [await allFields(0), await allFields(Infinity)];
      expect(apart).toHaveLength(calls.length);
      expect(apart).toEqual(together);
    }),
    { numRuns: 8 },
  );
});
