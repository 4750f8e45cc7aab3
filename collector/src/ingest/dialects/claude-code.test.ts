import { expect, test } from 'vitest';
import { blankReport, type Report } from '../../calls/report.ts';
import { exportBody, logsBody, spanIdOf, traceIdOf, type FakeLog, type FakeSpan, type Value } from '../fakes.ts';
import { decodeLogs } from '../otlp-logs.ts';
import { decodeMetrics } from '../otlp-metrics.ts';
import { decodeTraces } from '../otlp.ts';
import { claudeCode } from './claude-code.ts';

const EVENTS = 'com.anthropic.claude_code.events';
const TRACING = 'com.anthropic.claude_code.tracing';
const SERVICE = { 'service.name': 'claude-code' };

function readEvent(eventName: string, attributes: Record<string, Value>, log: FakeLog = {}) {
  const body = logsBody([{ eventName, attributes, ...log }], { scope: EVENTS, resource: SERVICE });
  return claudeCode.readLog?.(decodeLogs(body, 'json').records[0]!) ?? null;
}
function readSpan(attributes: Record<string, Value>, span: Partial<FakeSpan> = {}) {
  const fake = { id: 'one', name: 'claude_code.llm_request', status: 0, attributes, ...span };
  const body = exportBody([fake], { scope: TRACING, resource: SERVICE });
  return claudeCode.readSpan?.(decodeTraces(body, 'json').spans[0]!) ?? null;
}

const CALL = {
  'user.id': 'hash',
  'session.id': 'session',
  'prompt.id': 'prompt',
  'anthropic.provider': 'firstParty',
  'event.sequence': 6,
  model: 'claude-haiku-4-5-20251001',
  input_tokens: 13,
  output_tokens: 409,
  cache_read_tokens: 20_011,
  cache_creation_tokens: 3_508,
  cache_creation_5m_tokens: 3_001,
  cache_creation_1h_tokens: 507,
  cost_usd: 0.00882435,
  duration_ms: 1500,
  ttft_ms: 15,
  request_id: 'req_1',
  speed: 'normal',
};

test('api_request is a call that began before it was told of: its tokens exclude the cached ones, its cost is the app’s', () => {
  const trace = { traceId: traceIdOf('t'), spanId: spanIdOf('interaction') };
  expect(readEvent('api_request', { ...CALL, 'user.email': 'a@b.c', response: 'text' }, trace)).toEqual({
    ...blankReport('claude-code', (Date.UTC(2026, 10, 1, 9, 30) - 1500) * 1000),
    scope: EVENTS,
    spanName: 'api_request',
    traceId: trace.traceId,
    parentSpanId: trace.spanId,
    requestId: 'req_1',
    durationMs: 1500,
    ttftMs: 15,
    model: 'claude-haiku-4-5-20251001',
    tags: {
      feature: null,
      userId: 'hash',
      customer: null,
      promptVersion: null,
      conversationId: 'session',
      environment: null,
      service: 'claude-code',
      serviceVersion: null,
      workspace: null,
      project: null,
    },
    outcome: 'ok',
    httpStatus: 200,
    usage: {
      input_tokens: 13,
      output_tokens: 409,
      cache_read_input_tokens: 20_011,
      cache_creation_input_tokens: 3_508,
      cache_creation: { ephemeral_5m_input_tokens: 3_001, ephemeral_1h_input_tokens: 507 },
      speed: 'standard',
    },
    platform: 'anthropic',
    appCostUsd: '0.008824350000',
    attributes: Object.fromEntries(Object.entries(CALL).filter(([name]) => name !== 'user.id')),
  } satisfies Report);
});

test('counts in text, as older versions send them, are counts; what is no count is unknown', () => {
  expect(
    readEvent('api_request', {
      ...CALL,
      input_tokens: '13',
      output_tokens: '-1',
      cost_usd: 'a lot',
      duration_ms: '1e9',
    }),
  ).toMatchObject({ usage: { input_tokens: 13 }, appCostUsd: null, durationMs: null });
});

test('OTEL_RESOURCE_ATTRIBUTES, which are on every record, name the feature, the customer and the environment', () => {
  const named = {
    'spanledger.feature': 'coding',
    'spanledger.customer.id': 'platform-team',
    'deployment.environment.name': 'ci',
  };
  expect(readEvent('api_request', { ...CALL, ...named })).toMatchObject({
    tags: { feature: 'coding', customer: 'platform-team', environment: 'ci' },
  });
});

test('a call without a request id has an identity of its own, the same each time it is sent', () => {
  const { request_id: _, ...without } = CALL;
  const idOf = (attributes: Record<string, Value>) =>
    (readEvent('api_request', { ...without, ...attributes }) as Report).spanId;
  expect(idOf({})).toMatch(/^[0-9a-f]{16}$/);
  expect(idOf({})).toBe(idOf({}));
  expect(idOf({ 'event.sequence': 7 })).not.toBe(idOf({}));
  // Within a span, the span of the request is sent as well.
  expect(readEvent('api_request', without, { spanId: spanIdOf('interaction') })).toHaveProperty('noCall');
});

test('api_error is the one failed call, with the retries before it; api_retries_exhausted repeats it', () => {
  const failed = { model: 'claude-haiku-4-5', error: 'Overloaded', status_code: 529, attempt: 3, request_id: 'req_3' };
  expect(readEvent('api_error', failed)).toMatchObject({
    requestId: 'req_3',
    requestModel: 'claude-haiku-4-5',
    model: null,
    outcome: 'error',
    errorType: 'overloaded_error',
    httpStatus: 529,
    retries: 2,
    usage: null,
  });
  expect(readEvent('api_error', { ...failed, status_code: 'undefined', error: 'Connection error.' })).toMatchObject({
    errorType: 'connection_error',
    httpStatus: null,
  });
  expect(readEvent('api_retries_exhausted', { total_attempts: 3 })).toEqual({
    noCall: 'the event api_error tells of the same failed call',
  });
});

test('api_response_body gives the raw usage and the message id, and no text', () => {
  const usage = { input_tokens: 13, output_tokens: 409, server_tool_use: { web_search_requests: 3 } };
  const body = JSON.stringify({
    id: 'msg_1',
    model: 'claude-haiku-4-5-20251001',
    stop_reason: 'end_turn',
    content: [{ type: 'text', text: 'the secret text' }],
    usage,
  });
  const report = readEvent('api_response_body', { body, request_id: 'req_1', body_length: '120' });
  expect(report).toMatchObject({
    role: 'supplement',
    requestId: 'req_1',
    messageId: 'msg_1',
    stopReason: 'end_turn',
    usage,
    usageAssumesStandard: false,
    outputEmpty: false,
  });
  expect(JSON.stringify(report)).not.toContain('secret');
  expect(readEvent('api_response_body', { body: body.slice(0, 100), body_truncated: 'true' })).toHaveProperty('noCall');
});

test('the span llm_request joins by its request id, which it also holds where a message id belongs', () => {
  const attributes = {
    model: 'claude-haiku-4-5',
    'gen_ai.request.model': 'claude-haiku-4-5',
    'gen_ai.response.id': 'req_2',
    input_tokens: 25,
    output_tokens: 57,
    cache_read_tokens: 0,
    cache_creation_tokens: 0,
    success: true,
    attempt: 2,
    stop_reason: 'end_turn',
  };
  expect(readSpan(attributes)).toMatchObject({
    requestId: 'req_2',
    messageId: null,
    requestModel: 'claude-haiku-4-5',
    model: null,
    outcome: 'ok',
    stopReason: 'end_turn',
    retries: 1,
    durationMs: 1000,
    usage: { input_tokens: 25, output_tokens: 57, cache_creation_input_tokens: 0 },
  });
  expect(readSpan({ ...attributes, success: false, status_code: 400 }, { status: 2 })).toMatchObject({
    outcome: 'error',
    errorType: 'invalid_request_error',
    httpStatus: 400,
  });
});

test.each(['claude_code.interaction', 'claude_code.tool', 'claude_code.tool.execution'])('%s is no call', (name) => {
  expect(readSpan({ input_tokens: 1 }, { name })).toEqual({ noCall: `${name} is a step around calls, not a call` });
});

test.each(['user_prompt', 'tool_result', 'assistant_response', 'an_event_of_tomorrow'])(
  'the event %s is no call',
  (name) => {
    expect(readEvent(name, CALL)).toEqual({ noCall: `the event ${name} of Claude Code is no call` });
  },
);

test('sums of tokens and cost are no calls, and the sender is told what to turn on', () => {
  const point = (name: string) => {
    const sum = { dataPoints: [{ timeUnixNano: '1795263061838000999', asInt: 1 }] };
    const body = { resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name, sum }] }] }] };
    return decodeMetrics(new TextEncoder().encode(JSON.stringify(body)), 'json').points[0]!;
  };
  expect(claudeCode.readMetric?.(point('claude_code.token.usage'))).toMatchObject({
    advice: expect.stringContaining('OTEL_LOGS_EXPORTER=otlp') as string,
  });
  expect(claudeCode.readMetric?.(point('claude_code.session.count'))).toEqual({
    noCall: 'claude_code.session.count does not tell calls',
  });
  expect(claudeCode.readMetric?.(point('http.requests'))).toBeNull();
});

test('records and spans of others are left to other dialects', () => {
  const [record] = decodeLogs(
    logsBody([{ eventName: 'api_request', attributes: CALL }], { scope: 'my-app' }),
    'json',
  ).records;
  expect(claudeCode.readLog?.(record!)).toBeNull();
  const [span] = decodeTraces(
    exportBody([{ id: 'a', name: 'claude_code.llm_request' }], { scope: 'my-app' }),
    'json',
  ).spans;
  expect(claudeCode.readSpan?.(span!)).toBeNull();
});
