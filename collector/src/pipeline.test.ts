// From the bytes of an export to merged calls, on the real embedded engine.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { CallDetailJson } from './contract.ts';
import {
  callAttributes,
  exportBody,
  NATIVE,
  OWN,
  spanIdOf,
  spanJson,
  traceIdOf,
  type FakeSpan,
} from './ingest/fakes.ts';
import { createPipeline, type Pipeline } from './pipeline.ts';
import { queryCall, queryCalls } from './query/calls.ts';
import { queryMetrics } from './query/metrics.ts';
import { queryTrace } from './query/traces.ts';
import { emptyLedger } from './retention/fakes.ts';
import { downStore, openTemporaryStore } from './store/fakes.ts';
import { StoreError, type Store } from './store/store.ts';

const NOW = Date.parse('2026-11-21T18:00:00Z');
let store: Store;
let pipeline: Pipeline;
beforeAll(async () => {
  store = await openTemporaryStore();
});
afterAll(() => store?.close());
beforeEach(async () => {
  await emptyLedger(store);
  pipeline = createPipeline({ store, now: () => NOW });
});

const send = (spans: readonly (FakeSpan | Record<string, unknown>)[], scope = NATIVE) =>
  pipeline.ingestTraces(exportBody(spans, { scope }), 'json');
const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'ingest/fixtures', name));
const found = async (key: string): Promise<CallDetailJson> => {
  const call = await queryCall(store, key);
  if (call === null) throw new Error(`no call ${key}`);
  return call;
};
const totals = async () =>
  (
    await queryMetrics(store, {
      from: '2026-01-01T00:00:00Z',
      to: '2027-01-01T00:00:00Z',
      measures: [
        'calls',
        'errors',
        'costUsd',
        'cacheSavingsUsd',
        'unpricedCalls',
        'inputTokens',
        'outputTokens',
        'p95LatencyMs',
      ],
      by: ['feature', 'model', 'stopReason', 'source'],
      bucket: 'none',
      timezone: 'UTC',
      where: [],
    })
  ).rows;

test('a captured call becomes a call whose receipt adds up to its cost, with its trace', async () => {
  expect(await pipeline.ingestTraces(fixture('cached.pb'), 'protobuf')).toEqual({ accepted: 2, calls: 1, refused: [] });
  const [listed] = (await queryCalls(store, { where: [], order: 'startedAt', limit: 10 })).calls;
  const call = await found(String(listed?.callId));
  expect(call).toMatchObject({
    model: 'claude-haiku-4-5-20251001',
    service: 'emitter-native',
    workspace: 'wrkspc_fake_01',
    usage: {
      inputTokens: 13,
      cacheWrite5mTokens: 3001,
      cacheWrite1hTokens: 507,
      cacheReadTokens: 20_011,
      outputTokens: 409,
      thinkingTokens: 0,
      webSearches: null,
    },
    // USD a million: 13 x 1 + 3,001 x 1.25 + 507 x 2 + 20,011 x 0.10 + 409 x 5 = 8,824.35
    costUsd: '0.008824350000',
    sources: ['anthropic-sdk'],
  });
  expect(call.receipt.lines.map(({ kind, quantity, amountUsd }) => [kind, quantity, amountUsd])).toEqual([
    ['input', 13, '0.000013000000'],
    ['cacheWrite5m', 3001, '0.003751250000'],
    ['cacheWrite1h', 507, '0.001014000000'],
    ['cacheRead', 20_011, '0.002001100000'],
    ['output', 409, '0.002045000000'],
  ]);
  expect(call.receipt.totalUsd).toBe('0.008824350000');
  expect(call.receipt.flags.map(({ flag }) => flag)).toContain('estimated'); // a bare native span does not say the speed
  expect(JSON.stringify(call)).not.toContain('/s/cached');
  const trace = await queryTrace(store, String(call.traceId));
  expect(trace?.spans.map(({ name, callId }) => [name, callId])).toEqual([
    ['app cached', null],
    ['anthropic.messages.create', call.callId],
  ]);
  expect(trace?.spans[1]?.parentSpanId).toBe(trace?.spans[0]?.spanId);
  expect(await queryTrace(store, 'f'.repeat(32))).toBeNull();
  expect(await queryCall(store, 'nobody')).toBeNull();
});

test('a request the API refused costs nothing; a stream that was cut costs at least what was known', async () => {
  await pipeline.ingestTraces(fixture('e400.json'), 'json');
  await pipeline.ingestTraces(fixture('mid_cut.json'), 'json');
  expect(await found('req_fake_000031')).toMatchObject({
    costUsd: '0.000000000000',
    httpStatus: 400,
    outcome: 'error',
  });
  const cut = await found('req_fake_000040');
  expect(cut.costUsd).toBe('0.006779350000'); // as above, without the output
  expect(cut.usage.outputTokens).toBeNull();
  expect(cut.receipt.flags.map(({ flag }) => flag)).toContain('partial');
});

test('a native span and its supplement are one call, with the usage of the supplement and the tags of the call', async () => {
  await send([
    { id: 'native', durationMs: 800, attributes: callAttributes('req_1', null, { 'spanledger.feature': 'chat' }) },
  ]);
  expect(await found('req_1')).toMatchObject({ costUsd: null, usage: { inputTokens: null } });
  await send(
    [
      {
        id: 'supplement',
        durationMs: 5,
        attributes: {
          ...callAttributes('req_1', { input_tokens: 1000, output_tokens: 100 }),
          'spanledger.supplement_of': spanIdOf('native'),
        },
      },
    ],
    OWN,
  );
  const call = await found('req_1');
  expect(call).toMatchObject({
    spanId: spanIdOf('native'),
    durationMs: 800,
    feature: 'chat',
    usage: { inputTokens: 1000, outputTokens: 100 },
    costUsd: '0.001500000000', // 1,000 x 1 + 100 x 5 USD a million
    unpricedReason: null,
    sources: ['anthropic-sdk', 'spanledger'],
  });
  expect(call.reports.map(({ spanId }) => spanId).toSorted()).toEqual(
    [spanIdOf('native'), spanIdOf('supplement')].toSorted(),
  );
  expect((await queryCalls(store, { where: [], order: 'startedAt', limit: 10 })).calls).toHaveLength(1);
});

test('an unknown model is unpriced with the reason, and never a cost of 0', async () => {
  const usage = { input_tokens: 10, output_tokens: 5 };
  await send([
    { id: 'a', attributes: callAttributes('r_a', usage, { 'gen_ai.response.model': 'claude-nova-9' }) },
    {
      id: 'b',
      attributes: callAttributes('r_b', usage, { 'gen_ai.request.model': 'x', 'gen_ai.response.model': 'x' }),
    },
  ]);
  const call = await found('r_a');
  expect(call.costUsd).toBeNull();
  expect(call.unpricedReason).toMatch(/claude-nova-9/);
  expect(call.receipt).toMatchObject({ lines: [], totalUsd: null });
  expect(
    (await totals()).map((row) => [row['model'], row['costUsd'], row['unpricedCalls'], row['inputTokens']]),
  ).toEqual([
    ['claude-nova-9', null, 1, 10],
    ['x', null, 1, 10],
  ]);
});

test('more cached tokens than input tokens cannot be: unpriced, with the reason', async () => {
  const attributes = {
    ...callAttributes('r', null),
    'gen_ai.usage.input_tokens': 5,
    'gen_ai.usage.cache_read.input_tokens': 20,
    'gen_ai.usage.output_tokens': 1,
  };
  await send([{ id: 'odd', attributes }]);
  const call = await found('r');
  expect([call.costUsd, call.usage.inputTokens]).toEqual([null, null]);
  expect(call.unpricedReason).toMatch(/input_tokens/);
});

test('a time in the future or before Claude is refused by name, and the rest is kept', async () => {
  const attributes = callAttributes('r', { input_tokens: 1, output_tokens: 1 });
  const { accepted, refused } = await send([
    { id: 'tomorrow', at: '2026-11-22T12:00:00Z', attributes },
    { id: 'soon', at: '2026-11-21T18:09:00Z', attributes },
    { id: 'old', at: '2022-12-31T23:59:59Z', attributes },
    { ...spanJson({ id: 'never' }), startTimeUnixNano: '18446744073709551615' },
  ]);
  expect(accepted).toBe(1);
  expect(refused.map(({ what, reason }) => `${what}: ${reason}`)).toEqual([
    `span anthropic.messages.create (${spanIdOf('tomorrow')}): startTimeUnixNano: 2026-11-22T12:00:00.000Z is in the future; is the sender's clock right?`,
    `span anthropic.messages.create (${spanIdOf('old')}): startTimeUnixNano: 2022-12-31T23:59:59.000Z is before 2023; is the unit nanoseconds?`,
    `span anthropic.messages.create (${spanIdOf('never')}): startTimeUnixNano: 2554-07-21T23:34:33.709Z is in the future; is the sender's clock right?`,
  ]);
  expect([...pipeline.refusals()]).toEqual([['startTimeUnixNano', 3]]);
  expect(pipeline.counts()).toEqual({ spans: 1, calls: 1 });
});

test('reasons of refusal are counted under a bounded number of names', async () => {
  const attribute = (key: string) => ({ ...spanJson({ id: key }), attributes: [{ key, value: { intValue: 'x' } }] });
  await send(Array.from({ length: 300 }, (_, index) => attribute(`name ${index}`)));
  expect([...pipeline.refusals()]).toEqual([['attribute', 300]]);
});

test('nothing is said to be durable, nor watched for, when the store fails', async () => {
  let appended = 0;
  const failing = createPipeline({ store: downStore, now: () => NOW, onAppended: (calls) => (appended += calls) });
  const body = exportBody([{ id: 'a', attributes: callAttributes('r', { input_tokens: 1, output_tokens: 1 }) }]);
  await expect(failing.ingestTraces(body, 'json')).rejects.toThrow(StoreError);
  expect([failing.counts(), appended]).toEqual([{ spans: 0, calls: 0 }, 0]);
});

/** One export of one span each; ids repeat between reports, so that several meet in one call. */
const SET: readonly { scope: string; span: FakeSpan }[] = [
  ...['one', 'two', 'three'].map((id, index) => ({
    scope: NATIVE,
    span: {
      id,
      durationMs: 100 * (index + 1),
      attributes: callAttributes(
        `req_${id}`,
        { input_tokens: 1000 + index, output_tokens: 7 },
        { 'spanledger.feature': id },
      ),
    },
  })),
  // Two sources of equal rank that do not agree on one call: one of them is believed, whichever came first.
  ...['left', 'right'].map((id, index) => ({
    scope: index === 0 ? NATIVE : OWN,
    span: {
      id,
      durationMs: 50 + index,
      attributes: callAttributes(
        'req_both',
        { input_tokens: 10 + index, output_tokens: 3 },
        { 'spanledger.feature': id },
      ),
    },
  })),
  {
    scope: NATIVE,
    span: { id: 'bare', attributes: callAttributes('req_four', null, { 'spanledger.feature': 'four' }) },
  },
  {
    scope: OWN,
    span: {
      id: 'supplement',
      attributes: {
        ...callAttributes('req_four', { input_tokens: 4, output_tokens: 4 }),
        'spanledger.supplement_of': spanIdOf('bare'),
      },
    },
  },
  {
    scope: NATIVE,
    span: {
      id: 'unknown',
      attributes: callAttributes(
        'req_x',
        { input_tokens: 1, output_tokens: 1 },
        { 'gen_ai.response.model': 'claude-nova-9' },
      ),
    },
  },
];

test('whatever the order and however often each came, the numbers are the same', async () => {
  for (const { scope, span } of SET) await send([span], scope);
  const once = await totals();
  expect(once.reduce((sum, row) => sum + Number(row['calls']), 0)).toBe(6);
  const call = async () => (await queryCalls(store, { where: [], order: 'costUsd', limit: 100 })).calls;
  const calls = await call();
  const order = fc
    .array(fc.constantFrom(...SET), { maxLength: 8 })
    .chain((repeats) => fc.shuffledSubarray([...SET, ...repeats], { minLength: SET.length + repeats.length }));
  await fc.assert(
    fc.asyncProperty(order, async (reports) => {
      await emptyLedger(store);
      for (const { scope, span } of reports) await send([span], scope);
      expect(await totals()).toEqual(once);
      expect(await call()).toEqual(calls);
    }),
    { numRuns: 6 },
  );
});

test('whatever a well-formed span says, it is stored or refused alone, and the export is never sent back for ever', async () => {
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom('\ud800', 'a\0b', '{}"\\', ''));
  const number = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.constantFrom(70_000, -1, 1e300, 2 ** 53, 0.5));
  const usage = fc.dictionary(
    fc.constantFrom(
      'input_tokens',
      'output_tokens',
      'cache_read_input_tokens',
      'cache_creation',
      'iterations',
      'speed',
      'server_tool_use',
    ),
    fc.oneof(number, text, fc.jsonValue({ maxDepth: 2 })),
  );
  const attributes = fc.record(
    {
      'gen_ai.request.model': text,
      'gen_ai.response.model': fc.oneof(text, fc.constant('claude-haiku-4-5')),
      'http.response.status_code': number,
      'http.request.resend_count': number,
      'anthropic.request.id': text,
      'gen_ai.response.id': text,
      'anthropic.message.stop_reason': text,
      'error.type': text,
      'gen_ai.response.time_to_first_chunk': number,
      'gen_ai.usage.input_tokens': number,
      'gen_ai.usage.output_tokens': number,
      'gen_ai.usage.cache_read.input_tokens': number,
      'spanledger.usage': usage.map((value) => JSON.stringify(value)),
      'spanledger.attempts': fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value)),
      'spanledger.cost.usd': fc.constantFrom('9'.repeat(20), '1e5', '99999999999999999999.999999999999'),
      'spanledger.feature': text,
      'spanledger.user.id': text,
    },
    { requiredKeys: [] },
  );
  const span = fc
    .record({
      attributes,
      status: fc.integer({ min: 0, max: 2 }),
      name: fc.oneof({ weight: 4, arbitrary: fc.constant('anthropic.messages.create') }, text),
      end: fc.constantFrom('0', '1', '18446744073709551615', '1793525400000000000'),
    })
    .map(({ end, ...said }) => ({ ...spanJson({ id: 'fuzz', ...said }), endTimeUnixNano: end }));
  await fc.assert(
    fc.asyncProperty(fc.array(span, { minLength: 1, maxLength: 10 }), async (spans) => {
      const { accepted, refused } = await send([
        ...spans,
        { id: 'good', attributes: callAttributes('good', { input_tokens: 1, output_tokens: 1 }) },
      ]);
      expect(accepted + refused.length).toBe(spans.length + 1);
    }),
    { numRuns: 60 },
  );
  expect((await found('good')).costUsd).toBe('0.000006000000');
  expect((await queryTrace(store, traceIdOf('fuzz')))?.spans).toHaveLength(1);
});

test('an end in the future is refused by name, and the span beside it is kept', async () => {
  const { accepted, refused } = await send([
    { id: 'good', attributes: callAttributes('req_good', { input_tokens: 10, output_tokens: 1 }) },
    { id: 'late', durationMs: 1000 * 60 * 60 * 24 * 4000, attributes: callAttributes('req_late', null) },
  ]);
  expect(accepted).toBe(1);
  expect(refused).toEqual([
    {
      what: `span anthropic.messages.create (${spanIdOf('late')})`,
      reason: "endTimeUnixNano: is in the future; is the sender's clock right?",
      scope: NATIVE,
      service: 'shop',
    },
  ]);
});

test('a finished call whose prompt cannot be read is unpriced, not priced by its output alone', async () => {
  const bare = {
    'gen_ai.response.model': 'claude-haiku-4-5-20251001',
    'gen_ai.usage.input_tokens': 'abc',
    'gen_ai.usage.output_tokens': 10,
  };
  await send([{ id: 'odd', attributes: { ...bare, 'anthropic.request.id': 'req_odd' } }]);
  expect(await found('req_odd')).toMatchObject({ costUsd: null, unpricedReason: 'The usage has no input tokens.' });
});

test('a count that no call can reach is unknown, and never in a sum', async () => {
  const usage = { input_tokens: Number.MAX_SAFE_INTEGER, output_tokens: 1 };
  await send([{ id: 'huge', attributes: callAttributes('req_huge', usage) }]);
  expect(await found('req_huge')).toMatchObject({
    costUsd: null,
    unpricedReason: 'the usage has a count that no call can reach',
    usage: { inputTokens: null, outputTokens: null },
  });
});
