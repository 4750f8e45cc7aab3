import { expect, test } from 'vitest';
import type { Report } from '../../calls/report.ts';
import { attributesJson, exportBody, spanJson, type Value } from '../fakes.ts';
import { decodeTraces } from '../otlp.ts';
import { vercelAi } from './vercel-ai.ts';

interface Said {
  scope?: string;
  status?: number;
  statusMessage?: string;
  exception?: Record<string, string>;
}
function read(attributes: Record<string, Value>, { scope = 'ai', status = 0, statusMessage, exception }: Said = {}) {
  const span = {
    ...spanJson({ id: 'one', name: 'a name', attributes }),
    status: { code: status, ...(statusMessage === undefined ? {} : { message: statusMessage }) },
    events: exception ? [{ name: 'exception', attributes: attributesJson(exception) }] : [],
  };
  return vercelAi.readSpan?.(decodeTraces(exportBody([span], { scope }), 'json').spans[0]!) ?? null;
}

const GENERATE = {
  'ai.operationId': 'ai.generateText.doGenerate',
  'ai.model.provider': 'anthropic.messages',
  'ai.model.id': 'claude-haiku-4-5',
  'ai.response.id': 'msg_1',
  'ai.response.model': 'claude-haiku-4-5-20251001',
  'ai.response.finishReason': 'stop',
};
const metadata = (anthropic: unknown) => ({ 'ai.response.providerMetadata': JSON.stringify({ anthropic }) });
const agent = (version: string) => ({ 'ai.request.headers.user-agent': `ai/${version} runtime/node.js/24` });

// One call: 13 uncached, 20,011 read, 3,508 written; 23,532 in all.
const RAW = {
  input_tokens: 13,
  output_tokens: 409,
  cache_read_input_tokens: 20_011,
  cache_creation_input_tokens: 3_508,
  cache_creation: { ephemeral_5m_input_tokens: 3_001, ephemeral_1h_input_tokens: 507 },
  server_tool_use: { web_search_requests: 3 },
};

test('the raw usage is taken verbatim where there is one', () => {
  expect(
    read({ ...GENERATE, ...agent('6.0.326'), 'ai.usage.inputTokens': 23_532, ...metadata({ usage: RAW }) }),
  ).toMatchObject({
    source: 'vercel-ai',
    messageId: 'msg_1',
    requestModel: 'claude-haiku-4-5',
    model: 'claude-haiku-4-5-20251001',
    stream: false,
    stopReason: 'end_turn',
    outcome: 'ok',
    usage: RAW,
    usageAssumesStandard: false,
    unpriceable: null,
    platform: 'anthropic',
  });
});

const CACHED = { cache_read_input_tokens: 20_011, cache_creation_input_tokens: 3_508 };
test.each([
  [
    '4: the input excludes the cached tokens, which are in the metadata',
    {
      'ai.usage.promptTokens': 13,
      'ai.usage.completionTokens': 409,
      ...metadata({ cacheReadInputTokens: 20_011, cacheCreationInputTokens: 3_508 }),
    },
    { ...CACHED, input_tokens: 13, output_tokens: 409 },
  ],
  [
    '5: the input excludes them too',
    {
      ...agent('5.0.277'),
      'ai.usage.inputTokens': 13,
      'ai.usage.outputTokens': 409,
      'ai.usage.cachedInputTokens': 20_011,
      ...metadata({ cacheCreationInputTokens: 3_508 }),
    },
    { ...CACHED, input_tokens: 13, output_tokens: 409 },
  ],
  [
    '6: the input includes them, as its own details show',
    {
      'ai.usage.inputTokens': 23_532,
      'ai.usage.inputTokenDetails.noCacheTokens': 13,
      'ai.usage.inputTokenDetails.cacheReadTokens': 20_011,
      'ai.usage.inputTokenDetails.cacheWriteTokens': 3_508,
      'ai.usage.outputTokens': 409,
      'ai.usage.outputTokenDetails.reasoningTokens': 100,
    },
    { ...CACHED, input_tokens: 13, output_tokens: 409, output_tokens_details: { thinking_tokens: 100 } },
  ],
  [
    '6, an object: no details, but the version in the user agent',
    {
      ...agent('6.0.326'),
      'ai.usage.inputTokens': 23_532,
      'ai.usage.cachedInputTokens': 20_011,
      'ai.usage.outputTokens': 409,
      ...metadata({ cacheCreationInputTokens: 3_508 }),
    },
    { ...CACHED, input_tokens: 13, output_tokens: 409 },
  ],
])('%s', (_version, attributes, usage) => {
  expect(read({ ...GENERATE, ...attributes })).toMatchObject({ usage, usageAssumesStandard: true, unpriceable: null });
});

test('input that leaves cached tokens out, with no word on them, cannot be priced', () => {
  expect(read({ ...GENERATE, 'ai.usage.promptTokens': 13, 'ai.usage.completionTokens': 409 })).toMatchObject({
    usage: { input_tokens: 13, output_tokens: 409 },
    unpriceable: 'the span does not say how many tokens were read from the cache and written to it',
  });
});

test('iterations that were lifted out of the usage leave it without a price, unless they are plain', () => {
  const lifted = (type: string) => read({ ...GENERATE, ...metadata({ usage: RAW, iterations: [{ type }] }) });
  expect(lifted('compaction')).toMatchObject({ unpriceable: expect.stringContaining('iterations') as string });
  expect(lifted('message')).toMatchObject({ unpriceable: null });
});

test.each([
  ['stop', { stopSequence: null }, 'end_turn'],
  ['stop', { stopSequence: 'END' }, 'stop_sequence'],
  ['length', {}, 'max_tokens'],
  ['tool-calls', {}, 'tool_use'],
  ['content-filter', {}, 'refusal'],
  ['other', {}, null],
])('the finish reason %s, with %j, is the API’s %s', (finishReason, said, stopReason) => {
  expect(read({ ...GENERATE, 'ai.response.finishReason': finishReason, ...metadata(said) })).toMatchObject({
    stopReason,
  });
});

const ATTEMPT = {
  'ai.operationId': 'ai.streamText.doStream',
  'ai.model.provider': 'anthropic.messages',
  'ai.model.id': 'claude-haiku-4-5',
};
const WRAPPER = { ...ATTEMPT, 'ai.operationId': 'ai.streamText' };

test('a call that failed after its retries is one call, told by the span around its attempts', () => {
  const refused = { 'exception.type': 'AI_APICallError', 'exception.message': 'Overloaded' };
  expect(read(ATTEMPT, { status: 2, statusMessage: 'Overloaded', exception: refused })).toHaveProperty('noCall');
  expect(read(ATTEMPT, { status: 2, statusMessage: 'Overloaded' })).toHaveProperty('noCall');
  const exhausted = {
    status: 2,
    statusMessage: 'Failed after 2 attempts. Last error: Overloaded',
    exception: {
      'exception.type': 'AI_RetryError',
      'exception.message': 'Failed after 2 attempts. Last error: Overloaded',
    },
  };
  expect(read(WRAPPER, exhausted)).toMatchObject({
    outcome: 'error',
    errorType: 'overloaded_error',
    retries: 1,
    stream: true,
    durationMs: null,
    usage: null,
  });
});

test('what is not tried again fails where it is: the span around it is no second call', () => {
  const timeout = { 'exception.type': 'TimeoutError', 'exception.message': 'The operation was aborted due to timeout' };
  expect(read(ATTEMPT, { status: 2, exception: timeout })).toMatchObject({ errorType: 'client_timeout_error' });
  expect(read(WRAPPER, { status: 2, exception: timeout })).toHaveProperty('noCall');
  expect(read(ATTEMPT, { status: 2, exception: { 'exception.type': 'AbortError' } })).toMatchObject({
    outcome: 'cancelled',
    errorType: null,
  });
});

test('an answer that was no good object was an answer: one call, and the failed span around it is none', () => {
  const noObject = { status: 2, exception: { 'exception.type': 'AI_NoObjectGeneratedError' } };
  const object = (operation: string) => ({ ...GENERATE, 'ai.operationId': operation, ...metadata({ usage: RAW }) });
  expect(read(object('ai.generateObject.doGenerate'))).toMatchObject({ outcome: 'ok', usage: RAW });
  expect(read(object('ai.generateObject'), noObject)).toHaveProperty('noCall');
});

test('a stream that broke has an error and no counts, though version 4 says 0', () => {
  expect(
    read({
      ...GENERATE,
      'ai.operationId': 'ai.streamText.doStream',
      'ai.response.finishReason': 'error',
      'ai.usage.promptTokens': 0,
      'ai.usage.completionTokens': 0,
    }),
  ).toMatchObject({ outcome: 'error', errorType: 'unknown_error', usage: null, stopReason: null, messageId: 'msg_1' });
});

test.each([
  ['ai.generateText', 'ai.generateText is the sum of the calls in it'],
  ['ai.toolCall', 'ai.toolCall is no request for a message'],
  ['ai.embed.doEmbed', 'ai.embed.doEmbed is no request for a message'],
])('%s is no call', (operation, noCall) => {
  expect(read({ ...GENERATE, 'ai.operationId': operation })).toEqual({ noCall });
});

test.each([
  ['openai.chat', 'gpt-5', null],
  ['amazon-bedrock', 'us.amazon.nova-pro-v1:0', null],
  ['amazon-bedrock', 'us.anthropic.claude-sonnet-5-5-v1:0', 'aws.bedrock'],
  ['vertex.anthropic.messages', 'claude-opus-5-5@20260901', 'gcp.vertex_ai'],
  ['gateway', 'anthropic/claude-haiku-4.5', 'gateway'],
])('%s serving %s is Claude on %s', (provider, model, platform) => {
  const reading = read({ ...GENERATE, 'ai.model.provider': provider, 'ai.model.id': model });
  if (platform === null) expect(reading).toMatchObject({ noCall: `the model ${model} of ${provider} is not Claude` });
  else expect(reading).toMatchObject({ platform, requestModel: model });
});

test('functionId names the feature, metadata and runtime context say whose call it is', () => {
  const tagsOf = (attributes: Record<string, Value>) => (read({ ...GENERATE, ...attributes }) as Report).tags;
  expect(
    tagsOf({
      'ai.telemetry.functionId': 'summary',
      'ai.telemetry.metadata.userId': 'u1',
      'ai.telemetry.metadata.sessionId': 's1',
      'ai.telemetry.metadata.customerId': 'acme',
      'ai.telemetry.metadata.promptVersion': 'v3',
    }),
  ).toMatchObject({ feature: 'summary', userId: 'u1', conversationId: 's1', customer: 'acme', promptVersion: 'v3' });
  expect(tagsOf({ 'ai.settings.context.userId': 'u2', 'ai.settings.context.feature': 'chat' })).toMatchObject({
    feature: 'chat',
    userId: 'u2',
    service: 'shop',
  });
});

test('nothing of prompt, answer or metadata is kept', () => {
  const secret = 'the secret text';
  const report = read({
    ...GENERATE,
    'ai.prompt.messages': secret,
    'ai.prompt': secret,
    'ai.response.text': secret,
    'ai.response.reasoning': secret,
    'ai.response.toolCalls': secret,
    'ai.telemetry.metadata.note': secret,
    'ai.settings.context.note': secret,
    ...metadata({ usage: RAW, stopSequence: secret }),
  });
  expect(JSON.stringify(report)).not.toContain(secret);
});

const CHAT = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'anthropic',
  'gen_ai.request.model': 'claude-haiku-4-5',
};
test('the GenAI names of 7: inclusive input, one span for all attempts, seconds', () => {
  expect(
    read(
      {
        ...CHAT,
        'gen_ai.response.id': 'msg_1',
        'gen_ai.response.model': 'claude-haiku-4-5-20251001',
        'gen_ai.response.finish_reasons': ['tool-calls'],
        'gen_ai.usage.input_tokens': 23_532,
        'gen_ai.usage.output_tokens': 409,
        'gen_ai.usage.cache_read.input_tokens': 20_011,
        'gen_ai.usage.cache_creation.input_tokens': 3_508,
        'gen_ai.client.operation.time_to_first_chunk': 0.25,
      },
      { scope: 'gen_ai' },
    ),
  ).toMatchObject({
    messageId: 'msg_1',
    stopReason: 'tool_use',
    outcome: 'ok',
    stream: true,
    ttftMs: 250,
    usage: { ...CACHED, input_tokens: 13, output_tokens: 409 },
    usageAssumesStandard: true,
  });
  expect(
    read(
      { ...CHAT, 'http.response.status_code': 529 },
      { scope: 'gen_ai', status: 2, statusMessage: 'Failed after 3 attempts. Last error: AI_APICallError: Overloaded' },
    ),
  ).toMatchObject({ outcome: 'error', errorType: 'overloaded_error', httpStatus: 529, retries: 2, usage: null });
  expect(read(CHAT, { scope: 'gen_ai' })).toMatchObject({ outcome: 'cancelled', usage: null });
});

test.each(['invoke_agent', 'agent_step', 'execute_tool', 'embeddings'])(
  '%s of the GenAI names is no call',
  (operation) => {
    expect(read({ ...CHAT, 'gen_ai.operation.name': operation }, { scope: 'gen_ai' })).toHaveProperty('noCall');
  },
);

test('spans of others are left to other dialects', () => {
  expect(read({ 'gen_ai.operation.name': 'chat' }, { scope: 'my-app' })).toBeNull();
  expect(read({}, { scope: 'gen_ai' })).toBeNull();
});
