// The attributes are those of @langfuse/tracing 5.11.1 as it exported them.
import { expect, test } from 'vitest';
import { priceReport } from '../../price-report.ts';
import { spanOf } from '../fakes.ts';
import type { Attributes } from '../otlp.ts';
import { isReport } from './dialect.ts';
import { langfuse } from './langfuse.ts';

const read = (attributes: Attributes, more: Partial<Parameters<typeof spanOf>[0]> = {}) =>
  langfuse.readSpan?.(spanOf({ scope: 'langfuse-sdk', name: 'answer', kind: 'internal', ...more, attributes })) ?? null;
const report = (...given: Parameters<typeof read>) => {
  const reading = read(...given);
  if (!isReport(reading)) throw new Error(`no report: ${JSON.stringify(reading)}`);
  return reading;
};
const GENERATION = {
  'langfuse.observation.type': 'generation',
  'langfuse.observation.model.name': 'claude-haiku-4-5-20251001',
};
const withUsage = (usage: unknown) => ({
  ...GENERATION,
  'langfuse.observation.usage_details': JSON.stringify(usage),
});

test('a generation with its cache counts is a call: the kinds are disjoint', () => {
  const said = report({
    ...withUsage({ input: 13, output: 409, cache_read_input_tokens: 20_011, cache_creation_input_tokens: 3_508 }),
    'langfuse.observation.prompt.name': 'capital',
    'langfuse.observation.prompt.version': 3,
    'langfuse.observation.completion_start_time': '"2026-11-01T09:30:00.250Z"',
    'langfuse.trace.name': 'support-chat',
    'langfuse.environment': 'production',
    'user.id': 'u1',
    'session.id': 's1',
    'langfuse.observation.output': 'the answer',
  });
  expect(said).toMatchObject({
    source: 'langfuse',
    requestModel: 'claude-haiku-4-5-20251001',
    model: null,
    ttftMs: 250,
    outcome: 'ok',
    unpriceable: null,
    usage: {
      input_tokens: 13,
      cache_read_input_tokens: 20_011,
      cache_creation_input_tokens: 3_508,
      output_tokens: 409,
    },
    tags: {
      feature: 'support-chat',
      promptVersion: 'capital:3',
      environment: 'production',
      userId: 'u1',
      conversationId: 's1',
    },
  });
  expect(JSON.stringify(said)).not.toContain('the answer');
});

test("LangChain's keys and a split of cache writes are read", () => {
  const usage = { input: 1, output: 9, input_cache_read: 4, input_cache_creation: 8 };
  expect(report(withUsage(usage)).usage).toEqual({
    input_tokens: 1,
    output_tokens: 9,
    cache_read_input_tokens: 4,
    cache_creation_input_tokens: 8,
  });
  const api = {
    input_tokens: 1,
    output_tokens: 9,
    cache_read_input_tokens: 0,
    cache_creation: { ephemeral_5m_input_tokens: 6, ephemeral_1h_input_tokens: 2 },
  };
  expect(report(withUsage(api)).usage).toEqual({ ...api, cache_creation: api.cache_creation });
});

test('without cache counts there is no price: they would be beside the input, not in it', () => {
  const priced = priceReport(report(withUsage({ input: 25, output: 57 })));
  expect(priced.costUsd).toBeNull();
  expect(priced.usage).toMatchObject({ inputTokens: 25, outputTokens: 57, cacheReadTokens: null });
});

test('other observations, other models and generations that name none are no calls', () => {
  expect(read({ 'langfuse.observation.type': 'agent' })).toEqual({
    noCall: 'an observation of type agent, not a generation',
  });
  expect(read({ ...GENERATION, 'langfuse.observation.model.name': 'gpt-5.2' })).toHaveProperty('noCall');
  expect(read({ 'langfuse.observation.type': 'generation' })).toEqual({
    noCall: 'names neither a provider nor a model',
  });
  expect(read({ 'user.id': 'u1' })).toBeNull();
});

test('a generation of level ERROR failed, also when its span has no status', () => {
  const said = report({
    ...GENERATION,
    'langfuse.observation.level': 'ERROR',
    'langfuse.observation.status_message':
      '429 {"type":"error","error":{"type":"rate_limit_error"},"request_id":"req_9"}',
  });
  expect(said).toMatchObject({
    outcome: 'error',
    errorType: 'rate_limit_error',
    httpStatus: 429,
    requestId: 'req_9',
    usage: null,
  });
});
