import { expect, test } from 'vitest';
import { priceReport } from '../../price-report.ts';
import { spanOf } from '../fakes.ts';
import { normaliseSpan } from '../normalise.ts';
import type { Attributes } from '../otlp.ts';
import { isReport, type Reading } from './dialect.ts';

const read = (attributes: Attributes, more: Partial<Parameters<typeof spanOf>[0]> = {}): Reading =>
  normaliseSpan(spanOf({ ...more, attributes }));
const report = (...given: Parameters<typeof read>) => {
  const reading = read(...given);
  if (!isReport(reading)) throw new Error(`no report: ${JSON.stringify(reading)}`);
  return reading;
};
const CALL = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'anthropic',
  'gen_ai.request.model': 'claude-haiku-4-5',
  'gen_ai.response.model': 'claude-haiku-4-5-20251001',
};

test("the convention's names of today: input includes cached tokens, and the report says that it was assumed", () => {
  const said = report({
    ...CALL,
    'gen_ai.response.id': 'msg_1',
    'gen_ai.response.finish_reasons': ['stop'],
    'gen_ai.usage.input_tokens': 23_532,
    'gen_ai.usage.output_tokens': 409,
    'gen_ai.usage.cache_read.input_tokens': 20_011,
    'gen_ai.usage.cache_write.input_tokens': 3_508,
    'gen_ai.usage.reasoning.output_tokens': 17,
    'gen_ai.request.stream': true,
    'gen_ai.response.time_to_first_chunk': 0.25,
    'gen_ai.conversation.id': 'c1',
  });
  expect(said).toMatchObject({
    source: 'gen-ai',
    messageId: 'msg_1',
    requestId: null,
    stopReason: 'end_turn',
    outcome: 'ok',
    stream: true,
    ttftMs: 250,
    durationMs: 1000,
    platform: 'anthropic',
    tags: { service: 'shop', conversationId: 'c1' },
    usageComplete: true,
    usageAssumesStandard: true,
    unpriceable: null,
    // 23,532 - 20,011 - 3,508
    usage: {
      input_tokens: 13,
      cache_read_input_tokens: 20_011,
      cache_creation_input_tokens: 3_508,
      output_tokens: 409,
      output_tokens_details: { thinking_tokens: 17 },
    },
  });
  expect(said.attributes['spanledger.assumed']).toBe('gen_ai.usage.input_tokens includes cached tokens');
});

test.each([
  ['cache_creation.input_tokens', 'cache_read.input_tokens'],
  ['cache_creation_input_tokens', 'cache_read_input_tokens'],
  ['cache_creation_tokens', 'cache_read_tokens'],
  ['input_tokens.cache_write', 'input_tokens.cached'],
  ['details.cache_creation_input_tokens', 'details.cache_read_input_tokens'],
])('the older names are read: gen_ai.system, prompt_tokens, completion_tokens, %s', (write, cacheRead) => {
  const { usage, platform } = report({
    'gen_ai.system': 'anthropic',
    'gen_ai.request.model': 'claude-haiku-4-5',
    'gen_ai.usage.prompt_tokens': 100,
    'gen_ai.usage.completion_tokens': 20,
    [`gen_ai.usage.${write}`]: 30,
    [`gen_ai.usage.${cacheRead}`]: 60,
  });
  expect(usage).toEqual({
    input_tokens: 10,
    cache_creation_input_tokens: 30,
    cache_read_input_tokens: 60,
    output_tokens: 20,
  });
  expect(platform).toBe('anthropic');
});

test('more cached than there is input: the input is without the cached tokens, for sure', () => {
  const said = report({
    ...CALL,
    'gen_ai.usage.input_tokens': 13,
    'gen_ai.usage.output_tokens': 409,
    'gen_ai.usage.cache_read.input_tokens': 20_011,
    'gen_ai.usage.cache_creation.input_tokens': 3_508,
  });
  expect(said.usage).toMatchObject({ input_tokens: 13, cache_read_input_tokens: 20_011 });
  expect(said.attributes).not.toHaveProperty('spanledger.assumed');
});

test('a source that says nothing of the cache has no price, and its tokens are still told', () => {
  const said = report({ ...CALL, 'gen_ai.usage.input_tokens': 1_000, 'gen_ai.usage.output_tokens': 10 });
  const priced = priceReport(said);
  expect(priced).toMatchObject({
    costUsd: null,
    usage: { inputTokens: 1_000, outputTokens: 10, cacheReadTokens: null },
  });
  expect(priced.unpricedReason).toContain('read from or written to the cache');
});

test('raw usage is taken verbatim and needs no assumption', () => {
  const raw = { input_tokens: 13, cache_read_input_tokens: 5, output_tokens: 40, speed: 'fast', new_field: 1 };
  expect(report({ ...CALL, 'gen_ai.usage.raw': JSON.stringify(raw), 'gen_ai.usage.input_tokens': 18 })).toMatchObject({
    usage: raw,
    usageAssumesStandard: false,
  });
});

test('an output of 1 to 4 tokens without a stop reason is the placeholder of a stream: unknown, and so is the end', () => {
  const attributes = {
    ...CALL,
    'gen_ai.usage.input_tokens': 20,
    'gen_ai.usage.output_tokens': 3,
    'gen_ai.usage.cache_read.input_tokens': 0,
    'gen_ai.usage.cache_write.input_tokens': 0,
  };
  const cut = report(attributes);
  expect(cut).toMatchObject({ usageComplete: false, outcome: null });
  expect(cut.usage).not.toHaveProperty('output_tokens');
  const short = report({ ...attributes, 'gen_ai.response.finish_reasons': ['stop'] });
  expect(short).toMatchObject({ usageComplete: true, outcome: 'ok', usage: { output_tokens: 3 } });
});

test.each(['invoke_agent', 'create_agent', 'invoke_workflow', 'chain', 'execute_tool', 'embeddings'])(
  '%s is no call, whatever tokens it sums',
  (operation) => {
    expect(read({ ...CALL, 'gen_ai.operation.name': operation, 'gen_ai.usage.input_tokens': 5 })).toHaveProperty(
      'noCall',
    );
  },
);

test.each([
  ['openai', 'gpt-5.2', 'gpt-5.2, served by openai'],
  ['gcp.vertex_ai', 'gemini-3-pro', 'gemini-3-pro, served by gcp.vertex_ai'],
  ['aws.bedrock', 'amazon.nova-pro-v1:0', 'amazon.nova-pro-v1:0, served by aws.bedrock'],
  ['openrouter', 'anthropic/claude-sonnet-4.5', 'served by openrouter'],
  [null, 'mistral-large', 'mistral-large, which is no Claude model'],
])('another provider is never Claude: %s %s', (provider, model, reason) => {
  const reading = read({
    'gen_ai.operation.name': 'chat',
    ...(provider === null ? {} : { 'gen_ai.provider.name': provider }),
    'gen_ai.request.model': model,
    'gen_ai.usage.input_tokens': 5,
    'gen_ai.usage.output_tokens': 50,
  });
  expect(reading).toEqual({ noCall: expect.stringContaining(reason), otherProvider: true });
});

test.each([
  ['aws.bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'aws.bedrock'],
  ['gcp.vertex_ai', 'claude-sonnet-4-5@20250929', 'gcp.vertex_ai'],
  ['vertex_ai', 'claude-opus-4-5', 'gcp.vertex_ai'],
  [null, 'claude-opus-4-5', null],
])('Claude served by a cloud is Claude: %s %s', (provider, model, platform) => {
  const said = report({
    'gen_ai.operation.name': 'chat',
    ...(provider === null ? {} : { 'gen_ai.system': provider }),
    'gen_ai.request.model': model,
  });
  expect(said).toMatchObject({ requestModel: model, platform, usage: null });
});

test('ids that the API did not make are no ids', () => {
  expect(report({ ...CALL, 'gen_ai.response.id': 'chatcmpl-1' })).toMatchObject({ messageId: null, requestId: null });
  expect(report({ ...CALL, 'gen_ai.response.id': 'req_011' })).toMatchObject({ messageId: null, requestId: 'req_011' });
});

test("a request of Anthropic's own spans that is not for a message is left to their dialects", () => {
  expect(read({ ...CALL }, { scope: 'com.anthropic.sdk.go', name: 'anthropic.messages.count_tokens' })).toBeNull();
});

test('a span without any name of the conventions is nobody’s', () => {
  expect(read({ 'http.request.method': 'POST' })).toBeNull();
});
