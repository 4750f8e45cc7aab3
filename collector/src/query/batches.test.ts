// Message batches from the bytes of an export to merged calls, on the real embedded engine.
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { CallDetailJson } from '../contract.ts';
import { exportBody, OWN, spanIdOf, traceIdOf, type FakeSpan, type Value } from '../ingest/fakes.ts';
import { createPipeline, type Pipeline } from '../pipeline.ts';
import { emptyLedger } from '../retention/fakes.ts';
import { openTemporaryStore } from '../store/fakes.ts';
import type { Store } from '../store/store.ts';
import { queryCall, queryCalls } from './calls.ts';
import { queryMetrics, queryValues } from './metrics.ts';
import { queryStatus } from './status.ts';

let store: Store;
let pipeline: Pipeline;
beforeAll(async () => {
  store = await openTemporaryStore();
});
afterAll(() => store?.close());
beforeEach(async () => {
  await emptyLedger(store);
  pipeline = createPipeline({ store, now: () => Date.parse('2026-11-21T18:00:00Z') });
});

const HOURS = 3_600_000;
const AT = '2026-11-20T08:00:00Z';
/** Opus 5.5, USD a million: input 4, cache write 8 (1 hour), cache read 0.20, output 20; all halved in a batch. */
const USAGE = {
  input_tokens: 1_000,
  cache_creation_input_tokens: 10_000,
  cache_read_input_tokens: 40_000,
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 10_000 },
  output_tokens: 2_000,
  service_tier: 'batch',
};
const submit = (batch: string, tags: Record<string, Value>): FakeSpan => ({
  id: `submit ${batch}`,
  at: '2026-11-20T07:59:59Z',
  name: 'anthropic.messages.batches.create',
  attributes: { 'spanledger.batch.id': batch, 'anthropic.request.id': `req_${batch}`, ...tags },
});
const place = (batch: string, customId: string) => ({
  'spanledger.batch.id': batch,
  'spanledger.batch.custom_id': customId,
});
/** `id`: another span for each time that the results are read. */
const result = (id: string, batch: string, customId: string, more: Record<string, Value> = {}): FakeSpan => ({
  id,
  at: AT,
  durationMs: 2 * HOURS,
  attributes: {
    ...place(batch, customId),
    'gen_ai.provider.name': 'anthropic',
    'gen_ai.response.id': `msg_${customId}`,
    'gen_ai.response.model': 'claude-opus-5-5',
    'spanledger.usage': JSON.stringify(USAGE),
    ...more,
  },
});
const send = (...spans: FakeSpan[]) => pipeline.ingestTraces(exportBody(spans, { scope: OWN, resource: {} }), 'json');
const found = async (key: string): Promise<CallDetailJson> => {
  const call = await queryCall(store, key);
  if (call === null) throw new Error(`no call ${key}`);
  return call;
};
const byFeature = async () =>
  (
    await queryMetrics(store, {
      from: '2026-11-01T00:00:00Z',
      to: '2026-12-01T00:00:00Z',
      measures: ['calls', 'errors', 'costUsd', 'unpricedCalls', 'p95LatencyMs'],
      by: ['feature', 'userId'],
      bucket: 'none',
      timezone: 'UTC',
      where: [],
    })
  ).rows;

test('a result is a call at half the price, without latency, tagged and traced back to its submit', async () => {
  expect(await send(result('r1', 'b1', 'a', { 'spanledger.user.id': 'u-1' }))).toMatchObject({ accepted: 1, calls: 1 });
  expect(await found('msg_a')).toMatchObject({ feature: null, submit: null, batchId: 'b1', customId: 'a' });
  const tags = {
    'spanledger.feature': 'nightly',
    'spanledger.user.id': 'u-9',
    'spanledger.customer.id': 'acme',
    'spanledger.prompt.version': 'v3',
    'spanledger.environment': 'production',
    'spanledger.project': 'p1',
    'gen_ai.conversation.id': 'conv',
  };
  expect(await send(submit('b1', tags))).toEqual({ accepted: 1, calls: 0, refused: [] });
  const call = await found('msg_a');
  expect(call).toMatchObject({
    startedAt: '2026-11-20T08:00:00.000Z',
    durationMs: null,
    ttftMs: null,
    platform: 'anthropic',
    // (1,000 x 4 + 10,000 x 8 + 40,000 x 0.20 + 2,000 x 20) x 0.5 = 66,000 micro-USD
    costUsd: '0.066000000000',
    feature: 'nightly',
    userId: 'u-1', // its own
    customer: 'acme',
    promptVersion: 'v3',
    environment: 'production',
    project: 'p1',
    conversationId: 'conv',
    submit: { traceId: traceIdOf('submit b1'), spanId: spanIdOf('submit b1'), startedAt: '2026-11-20T07:59:59.000Z' },
    costDifference: null,
    provenance: { feature: 'spanledger', userId: 'spanledger' },
  });
  expect(call.receipt.lines.map(({ kind, amountUsd }) => [kind, amountUsd])).toEqual([
    ['input', '0.002000000000'],
    ['cacheWrite1h', '0.040000000000'],
    ['cacheRead', '0.004000000000'],
    ['output', '0.020000000000'],
  ]);
  expect(await queryCall(store, 'req_b1')).toBeNull();
  expect(await queryStatus(store)).toEqual({
    calls: 1,
    firstCallAt: '2026-11-20T08:00:00.000Z',
    lastCallAt: '2026-11-20T08:00:00.000Z',
  });
  expect(pipeline.counts()).toEqual({ spans: 2, calls: 1 });
  const { calls } = await queryCalls(store, { where: ['feature:nightly'], order: 'startedAt', limit: 10 });
  expect(calls.map(({ callId }) => callId)).toEqual(['msg_a']);
  expect(await queryValues(store, 'feature', { from: AT, to: '2026-11-20T08:00:01Z', limit: 10 })).toEqual([
    { value: 'nightly', calls: 1 },
  ]);
});

test('a request that the batch refused, cancelled or did not reach is a call that costs nothing', async () => {
  const without = (customId: string, type: string, status: number): FakeSpan => ({
    id: customId,
    at: AT,
    status,
    attributes: { ...place('b1', customId), 'error.type': type, ...(status === 0 && { 'spanledger.cancelled': true }) },
  });
  await send(without('x', 'invalid_request_error', 2), without('y', 'cancelled', 0), without('z', 'expired', 2));
  await send(submit('b1', { 'spanledger.feature': 'nightly' }));
  expect(await byFeature()).toEqual([
    {
      feature: 'nightly',
      userId: null,
      calls: 3,
      errors: 2,
      costUsd: '0.000000000000',
      unpricedCalls: 0,
      p95LatencyMs: null,
    },
  ]);
  const call = await found('b1/y');
  expect(call).toMatchObject({ outcome: 'cancelled', errorType: 'cancelled', costUsd: '0.000000000000' });
  expect(call.receipt.flags).toEqual([
    {
      flag: 'not-billed',
      message: 'The batch ended without a message for this request (cancelled); such requests are not billed.',
    },
  ]);
});

test('an unknown cost of the app is told apart: twice the price is said to differ', async () => {
  await send(result('r1', 'b1', 'a', { 'spanledger.cost.usd': '0.132', 'spanledger.cost.cards': '2026-01-01' }));
  expect((await found('msg_a')).costDifference).toEqual({
    appUsd: '0.132000000000',
    ledgerUsd: '0.066000000000',
    differenceUsd: '-0.066000000000',
    reason: expect.stringContaining('the price table of 2026-01-01'),
  });
});

test('the limits that the headers told are on the call', async () => {
  await send(result('r1', 'b1', 'a', { 'spanledger.ratelimit.requests.remaining': 3 }));
  expect((await found('msg_a')).rateLimits).toEqual({ requests: { limit: null, remaining: 3, resetAt: null } });
});

test('whenever submits and results come, however often they are read, each counts once and has its tags', async () => {
  const spans: readonly FakeSpan[] = [
    submit('b1', { 'spanledger.feature': 'one', 'spanledger.user.id': 'u-1' }),
    submit('b2', { 'spanledger.feature': 'two' }),
    result('r1', 'b1', 'a'),
    result('r1 again', 'b1', 'a'),
    result('r2', 'b1', 'b', { 'spanledger.feature': 'own' }),
    result('r3', 'b2', 'c'),
    result('r4', 'b3', 'd'),
    { id: 'r5', at: AT, status: 2, attributes: { ...place('b2', 'e'), 'error.type': 'expired' } },
  ];
  const row = (feature: string | null, userId: string | null, calls: number, errors: number, costUsd: string) => ({
    feature,
    userId,
    calls,
    errors,
    costUsd,
    unpricedCalls: 0,
    p95LatencyMs: null,
  });
  const once = [
    row('one', 'u-1', 1, 0, '0.066000000000'),
    row('own', 'u-1', 1, 0, '0.066000000000'),
    row('two', null, 2, 1, '0.066000000000'),
    row(null, null, 1, 0, '0.066000000000'),
  ];
  await fc.assert(
    fc.asyncProperty(
      fc
        .array(fc.constantFrom(...spans), { maxLength: 6 })
        .chain((again) => fc.shuffledSubarray([...spans, ...again], { minLength: spans.length + again.length })),
      async (order) => {
        await emptyLedger(store);
        for (const span of order) await send(span);
        expect(await byFeature()).toEqual(once);
      },
    ),
    { numRuns: 4 },
  );
});
