import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { blankReport, type Report } from '../../calls/report.ts';
import { callAttributes, exportBody, NATIVE, OWN, spanIdOf, traceIdOf, type Value } from '../fakes.ts';
import { decodeTraces } from '../otlp.ts';
import { readAnthropicSdkSpan } from './anthropic-sdk.ts';

const captured = (scenario: string): (Report | null)[] =>
  decodeTraces(readFileSync(join(import.meta.dirname, '../fixtures', `${scenario}.pb`)), 'protobuf').spans.map(
    readAnthropicSdkSpan,
  );
function reportOf(
  attributes: Record<string, Value>,
  { scope = NATIVE, status = 1, name = 'anthropic.messages.create' } = {},
) {
  const body = exportBody([{ id: 'one', status, name, attributes }], { scope });
  return decodeTraces(body, 'json').spans.map(readAnthropicSdkSpan)[0] ?? null;
}

test('native input tokens include the cached ones; the uncached are what is left', () => {
  const [report, app] = captured('cached');
  // 23,532 in all, of which 20,011 read and 3,508 written: 13 are left.
  expect(report?.usage).toEqual({
    input_tokens: 13,
    cache_read_input_tokens: 20_011,
    cache_creation_input_tokens: 3_508,
    cache_creation: { ephemeral_5m_input_tokens: 3_001, ephemeral_1h_input_tokens: 507 },
    output_tokens: 409,
    output_tokens_details: { thinking_tokens: 0 },
    service_tier: 'standard',
  });
  expect(report).toMatchObject({
    source: 'anthropic-sdk',
    usageComplete: true,
    usageAssumesStandard: true,
    outcome: 'ok',
  });
  expect(app).toBeNull();
});

test('an enriched span: its usage is taken verbatim, fields nobody knows yet included, and everything else is read', () => {
  const usage = {
    input_tokens: 13,
    cache_read_input_tokens: 20_011,
    output_tokens: 409,
    speed: 'fast',
    a_new_field: { b: [1] },
  };
  const [first, second] = [
    {
      startedAt: '2026-11-01T09:30:00.000Z',
      durationMs: 12.5,
      httpStatus: 429,
      requestId: 'req_0',
      errorType: 'rate_limit_error',
      errorCode: 'ramp_limit_exceeded',
    },
    { startedAt: '2026-11-01T09:30:02.100Z', durationMs: 900, httpStatus: 200, requestId: 'req_1' },
  ] as const;
  const attempts = [{ ...first, retryAfter: 2 }, second];
  const kept = {
    ...callAttributes('req_1', usage),
    'gen_ai.request.stream': true,
    'gen_ai.response.time_to_first_chunk': 0.25,
    'gen_ai.conversation.id': 'conv',
    'gen_ai.usage.input_tokens': 999_999,
    'spanledger.attempts': JSON.stringify(attempts),
    'spanledger.feature': 'support',
    'spanledger.user.id': 'u1',
    'spanledger.customer.id': 'acme',
    'spanledger.prompt.version': 'v3',
    'spanledger.environment': 'production',
    'spanledger.workspace': 'w1',
    'spanledger.project': 'p1',
    'spanledger.cost.usd': '0.004059100000',
    'spanledger.cost.cards': '2026-11-21',
    'spanledger.bill_to': 'self',
    'spanledger.ratelimit.requests.limit': 50,
    'spanledger.ratelimit.requests.remaining': 49,
    'spanledger.ratelimit.requests.reset': '2026-11-01T09:31:00Z',
    'spanledger.ratelimit.input_tokens.remaining': 12_000,
    'spanledger.error.code': 'ramp_limit_exceeded',
    'anthropic.beta': ['context-1m'],
  };
  expect(reportOf({ ...kept, 'url.full': 'https://api.anthropic.com/v1/messages?key=secret' })).toEqual({
    ...blankReport('anthropic-sdk+spanledger', 0),
    scope: NATIVE,
    spanName: 'anthropic.messages.create',
    traceId: traceIdOf('one'),
    spanId: spanIdOf('one'),
    messageId: 'msg_req_1',
    requestId: 'req_1',
    startedAtMicros: Date.UTC(2026, 10, 1, 9, 30) * 1000,
    durationMs: 1000,
    ttftMs: 250,
    stream: true,
    requestModel: 'claude-haiku-4-5',
    model: 'claude-haiku-4-5-20251001',
    tags: {
      feature: 'support',
      userId: 'u1',
      customer: 'acme',
      promptVersion: 'v3',
      conversationId: 'conv',
      environment: 'production',
      service: 'shop',
      serviceVersion: null,
      workspace: 'w1',
      project: 'p1',
    },
    stopReason: 'end_turn',
    outcome: 'ok',
    errorType: null,
    httpStatus: 200,
    retries: 1,
    usage,
    usageComplete: true,
    usageAssumesStandard: false,
    outputEmpty: null,
    betas: ['context-1m'],
    attempts: [
      { ...first, retryAfter: '2' },
      { ...second, errorType: null, errorCode: null, retryAfter: null },
    ],
    appCostUsd: '0.004059100000',
    appPriceTable: '2026-11-21',
    billTo: 'self',
    errorCode: 'ramp_limit_exceeded',
    rateLimits: {
      requests: { limit: 50, remaining: 49, resetAt: '2026-11-01T09:31:00.000Z' },
      input_tokens: { limit: null, remaining: 12_000, resetAt: null },
    },
    attributes: kept,
  } satisfies Report);
});

test('a stream that was cut is incomplete, with what was known when it was', () => {
  const [report] = captured('mid_cut');
  expect(report).toMatchObject({
    outcome: 'error',
    errorType: 'client_error',
    httpStatus: 200,
    stream: true,
    stopReason: null,
    usageComplete: false,
    ttftMs: 3,
  });
  expect(report?.usage).toMatchObject({ input_tokens: 13, cache_read_input_tokens: 20_011 });
  expect(report?.usage).not.toHaveProperty('output_tokens');
});

test('a request the API refused is an error without usage', () => {
  expect(captured('e400')[0]).toMatchObject({
    outcome: 'error',
    errorType: 'invalid_request_error',
    httpStatus: 400,
    model: null,
    requestModel: 'claude-haiku-4-5',
    usage: null,
    usageComplete: false,
  });
});

test('a call that was tried again says how often', () => {
  expect(captured('rl_then_ok')[0]).toMatchObject({ outcome: 'ok', retries: 1, attempts: [] });
});

test('a call the application gave up is cancelled, not failed', () => {
  expect(reportOf({ 'http.response.status_code': 200 }, { status: 0 })?.outcome).toBe('cancelled');
  expect(reportOf({ 'spanledger.cancelled': true }, { status: 0 })?.outcome).toBe('cancelled');
  expect(reportOf({}, { status: 0 })?.outcome).toBeNull();
});

test('our own span is ours, and says when it is a supplement', () => {
  expect(reportOf(callAttributes('r', { input_tokens: 1, output_tokens: 1 }), { scope: OWN })).toMatchObject({
    source: 'spanledger',
    role: 'main',
  });
  expect(reportOf({ 'spanledger.supplement_of': 'ab' }, { scope: OWN })?.role).toBe('supplement');
});

const BATCH = { 'spanledger.batch.id': 'msgbatch_1', 'spanledger.batch.custom_id': 'row-7' };

test('a result of a batch has its place in it, and no latency', () => {
  const usage = { input_tokens: 1, output_tokens: 1, service_tier: 'batch' };
  const { 'anthropic.request.id': _, ...attributes } = callAttributes('r', usage, BATCH);
  const report = reportOf({ ...attributes, 'gen_ai.response.time_to_first_chunk': 1 }, { scope: OWN });
  expect(report).toMatchObject({
    role: 'main',
    batchId: 'msgbatch_1',
    customId: 'row-7',
    requestId: null,
    messageId: 'msg_r',
    durationMs: null,
    ttftMs: null,
    betas: null, // the requests of a batch are not read
    usage,
  });
});

test.each([
  ['invalid_request_error', 2, 'error'],
  ['expired', 2, 'error'],
  ['cancelled', 0, 'cancelled'],
])('a result that is %s is a call without usage', (type, status, outcome) => {
  const attributes = { ...BATCH, 'error.type': type, ...(status === 0 && { 'spanledger.cancelled': true }) };
  expect(reportOf(attributes, { scope: OWN, status })).toMatchObject({ outcome, errorType: type, usage: null });
});

test('the submit of a batch tells its tags and is no call; one that failed tells nothing', () => {
  const name = 'anthropic.messages.batches.create';
  const submitted = { 'anthropic.message.batch.id': 'msgbatch_1', 'spanledger.feature': 'nightly' };
  expect(reportOf(submitted, { name })).toMatchObject({
    role: 'submit',
    source: 'anthropic-sdk',
    batchId: 'msgbatch_1',
    customId: null,
    tags: { feature: 'nightly', service: 'shop' },
    usage: null,
  });
  expect(reportOf({ ...submitted, ...BATCH }, { name })?.source).toBe('anthropic-sdk+spanledger');
  expect(reportOf(BATCH, { name, scope: OWN })?.source).toBe('spanledger');
  expect(reportOf({ 'spanledger.feature': 'nightly' }, { name, status: 2 })).toBeNull();
});

test('a span of another scope or name is no call', () => {
  expect(reportOf({}, { scope: 'app' })).toBeNull();
  expect(reportOf({}, { name: 'anthropic.messages.count_tokens' })).toBeNull();
});

test('sums over a compaction are passed on as such, for nobody to price them', () => {
  const report = reportOf({
    'gen_ai.usage.input_tokens': 5,
    'gen_ai.usage.output_tokens': 1,
    'anthropic.usage.compaction.input_tokens': 700,
  });
  expect(report?.unpriceable).toContain('the call was compacted');
});

test('attributes of the wrong type are as good as absent', () => {
  expect(
    reportOf({
      'spanledger.usage': '[1]',
      'spanledger.attempts': '{"a":1}',
      'spanledger.cost.usd': '-1',
      'gen_ai.usage.input_tokens': -3,
      'http.response.status_code': 'abc',
      'gen_ai.response.time_to_first_chunk': -1,
    }),
  ).toMatchObject({ usage: null, attempts: [], appCostUsd: null, httpStatus: null, ttftMs: null, retries: 0 });
});

test('a span says who pays for its call, and a word nobody knows says nothing', () => {
  const billTo = (value: string) => reportOf({ 'spanledger.bill_to': value })?.billTo;
  expect(billTo('user_profile')).toBe('user_profile');
  expect(billTo('self')).toBe('self');
  expect(billTo('somebody')).toBeNull();
});
