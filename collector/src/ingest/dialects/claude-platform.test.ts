import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exportBody, spanJson, type Value } from '../fakes.ts';
import { decodeTraces } from '../otlp.ts';
import { normaliseSpan } from '../normalise.ts';
import { claudePlatform } from './claude-platform.ts';

const SCOPE = 'com.anthropic.claude-platform';
const SERVER = 2;
const INTERNAL = 1;
function read(name: string, attributes: Record<string, Value>, kind = SERVER, status = 1) {
  const span = { ...spanJson({ id: 'one', name, status, attributes }), kind };
  const body = exportBody([span], { scope: SCOPE, resource: { 'service.name': 'claude-platform' } });
  return claudePlatform.readSpan?.(decodeTraces(body, 'json').spans[0]!) ?? null;
}

/**
 * Simulated: no destination of Anthropic's could be registered here. A captured span of the SDK is changed in what the
 * reference says differs: service, scope and kind. The names of the attributes are the same.
 */
function simulated() {
  const { spans } = decodeTraces(readFileSync(join(import.meta.dirname, '../fixtures/cached.pb')), 'protobuf');
  const captured = spans.find(({ name }) => name === 'anthropic.messages.create')!;
  return {
    captured,
    server: { ...captured, scope: SCOPE, kind: 'server' as const, resource: { 'service.name': 'claude-platform' } },
  };
}

test('a request span says what the SDK’s span of the same request says, under its own source', () => {
  const { captured, server } = simulated();
  const client = normaliseSpan(captured);
  const report = claudePlatform.readSpan?.(server);
  expect(report).toMatchObject({
    source: 'claude-platform',
    requestId: 'req_fake_000003',
    messageId: 'msg_fake_000003',
    model: 'claude-haiku-4-5-20251001',
    outcome: 'ok',
    stopReason: 'end_turn',
    // The service is Anthropic's, not the application's.
    tags: { service: null, workspace: 'wrkspc_fake_01' },
    usage: {
      input_tokens: 13,
      cache_read_input_tokens: 20_011,
      cache_creation_input_tokens: 3_508,
      cache_creation: { ephemeral_5m_input_tokens: 3_001, ephemeral_1h_input_tokens: 507 },
      output_tokens: 409,
    },
  });
  expect(client).toMatchObject({ usage: (report as { usage: unknown }).usage });
});

test('what runs within a request is no call: model runs, server tools', () => {
  const tokens = { 'gen_ai.usage.input_tokens': 13, 'gen_ai.usage.output_tokens': 409 };
  expect(read('anthropic.messages.create', tokens, INTERNAL)).toHaveProperty('noCall');
  expect(read('anthropic.tool_use web_search', { 'gen_ai.tool.name': 'web_search' }, INTERNAL)).toHaveProperty(
    'noCall',
  );
});

test('the test span of a destination is taken, and is no call', () => {
  expect(read('anthropic.test', {})).toEqual({ noCall: 'the test of a telemetry destination: it arrived' });
});

test('a model request of Managed Agents is a call where it says its tokens and which request it was', () => {
  const request = {
    'anthropic.request.id': 'req_9',
    'anthropic.session.id': 'sesn_1',
    'gen_ai.request.model': 'claude-opus-5-5',
    'gen_ai.usage.input_tokens': 100,
    'gen_ai.usage.output_tokens': 20,
    'anthropic.session.turn.stop_reason': 'end_turn',
  };
  expect(read('anthropic.sessions.turn', request)).toMatchObject({
    requestId: 'req_9',
    tags: { conversationId: 'sesn_1' },
    stopReason: 'end_turn',
    usage: { input_tokens: 100, output_tokens: 20 },
  });
  const { 'anthropic.request.id': _, ...anonymous } = request;
  expect(read('anthropic.sessions.turn', anonymous)).toHaveProperty('noCall');
  expect(read('anthropic.sessions.create', { 'anthropic.request.id': 'req_9' })).toHaveProperty('noCall');
});

test('a failed request has the API’s error type', () => {
  expect(
    read(
      'anthropic.messages.create',
      { 'error.type': 'rate_limit_error', 'http.response.status_code': 429 },
      SERVER,
      2,
    ),
  ).toMatchObject({
    outcome: 'error',
    errorType: 'rate_limit_error',
    httpStatus: 429,
    usage: null,
    usageComplete: false,
  });
});

test('spans of other scopes are left to other dialects', () => {
  expect(claudePlatform.readSpan?.(simulated().captured)).toBeNull();
});
