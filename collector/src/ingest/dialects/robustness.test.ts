// Whatever an emitter writes under the names a dialect reads, nothing is thrown and no count is negative: calls as they should
// be, with some of their attributes exchanged for anything. (The third-party dialects are tried so in third-party.test.ts.)
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitUsage, type ClaudeUsage } from '@spanledger/instrumentation/pricing';
import { priceReport } from '../../price-report.ts';
import { normaliseLog, normaliseSpan } from '../normalise.ts';
import type { LogRecord } from '../otlp-logs.ts';
import type { Attributes, AttributeValue, Span } from '../otlp.ts';
import { isReport, type Reading } from './dialect.ts';

const RAW_USAGE = JSON.stringify({ input_tokens: 13, output_tokens: 409, cache_creation_input_tokens: 7 });
const NATIVE_CALL = {
  'gen_ai.provider.name': 'anthropic',
  'gen_ai.request.model': 'claude-haiku-4-5',
  'gen_ai.request.stream': true,
  'gen_ai.response.id': 'msg_1',
  'gen_ai.response.model': 'claude-haiku-4-5-20251001',
  'gen_ai.response.time_to_first_chunk': 0.2,
  'gen_ai.usage.input_tokens': 23_532,
  'gen_ai.usage.output_tokens': 409,
  'gen_ai.usage.cache_read.input_tokens': 20_011,
  'gen_ai.usage.cache_write.input_tokens': 3_508,
  'gen_ai.usage.reasoning.output_tokens': 3,
  'anthropic.usage.cache_creation.ephemeral_5m_input_tokens': 3_001,
  'anthropic.usage.cache_creation.ephemeral_1h_input_tokens': 507,
  'anthropic.usage.compaction.input_tokens': 0,
  'anthropic.beta': ['a'],
  'anthropic.request.id': 'req_1',
  'anthropic.session.id': 'sesn_1',
  'anthropic.message.stop_reason': 'end_turn',
  'http.response.status_code': 200,
};
const CLAUDE_CODE_CALL = {
  'anthropic.provider': 'firstParty',
  'session.id': 's',
  'event.sequence': 1,
  model: 'claude-haiku-4-5-20251001',
  input_tokens: 13,
  output_tokens: 409,
  cache_read_tokens: 20_011,
  cache_creation_tokens: 3_508,
  cache_creation_5m_tokens: 3_001,
  cache_creation_1h_tokens: 507,
  cost_usd: 0.5,
  duration_ms: 1500,
  ttft_ms: 15,
  request_id: 'req_1',
  speed: 'normal',
  status_code: 529,
  error: 'Overloaded',
  attempt: 2,
  success: true,
  body: JSON.stringify({ id: 'msg_1', usage: { input_tokens: 1 } }),
};
const AI_SDK_CALL = {
  'ai.operationId': 'ai.generateText.doGenerate',
  'ai.model.provider': 'anthropic.messages',
  'ai.model.id': 'claude-haiku-4-5',
  'ai.request.headers.user-agent': 'ai/6.0.1',
  'ai.response.finishReason': 'stop',
  'ai.response.id': 'msg_1',
  'ai.response.model': 'claude-haiku-4-5-20251001',
  'ai.response.msToFirstChunk': 12.5,
  'ai.response.providerMetadata': JSON.stringify({ anthropic: { usage: { input_tokens: 1 }, iterations: null } }),
  'ai.telemetry.functionId': 'f',
  'ai.telemetry.metadata.userId': 'u',
  'ai.usage.cachedInputTokens': 20_011,
  'ai.usage.inputTokenDetails.cacheReadTokens': 20_011,
  'ai.usage.inputTokenDetails.cacheWriteTokens': 3_508,
  'ai.usage.inputTokenDetails.noCacheTokens': 13,
  'ai.usage.inputTokens': 23_532,
  'ai.usage.outputTokens': 409,
  'ai.usage.promptTokens': 13,
  'ai.usage.completionTokens': 409,
};
const AI_SDK_GEN_AI_CALL = {
  ...NATIVE_CALL,
  'gen_ai.operation.name': 'chat',
  'gen_ai.response.finish_reasons': ['stop'],
  'gen_ai.client.operation.time_to_first_chunk': 0.2,
};
const OWN_CALL = {
  ...NATIVE_CALL,
  'spanledger.usage': RAW_USAGE,
  'spanledger.attempts': '[{}]',
  'spanledger.cost.usd': '1.5',
};

const SPANS: readonly [scope: string, name: string, call: Attributes][] = [
  ['com.anthropic.sdk.python', 'anthropic.messages.create', NATIVE_CALL],
  ['@spanledger/instrumentation', 'anthropic.messages.create', OWN_CALL],
  ['com.anthropic.claude-platform', 'anthropic.messages.create', NATIVE_CALL],
  ['com.anthropic.claude-platform', 'anthropic.sessions.turn', NATIVE_CALL],
  ['com.anthropic.claude_code.tracing', 'claude_code.llm_request', CLAUDE_CODE_CALL],
  ['ai', 'ai.generateText.doGenerate', AI_SDK_CALL],
  ['gen_ai', 'chat claude-haiku-4-5', AI_SDK_GEN_AI_CALL],
];
const EVENTS = ['api_request', 'api_error', 'api_response_body'];
const WORDS = [
  'ai.streamText', 'ai.embed', 'chat', 'anthropic', 'claude-haiku-4-5', 'gpt-5', 'msg_1', 'req_1', 'stop', 'error', 'ai/4.0.1',
  'true', '-5', '1e400', '13', 'Failed after 2 attempts.',
]; // prettier-ignore

const count = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(-1, 0, 1, 13, 1e15, -1e15, Number.MAX_SAFE_INTEGER, Infinity, Number.NaN),
);
const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value));
const usage = fc
  .dictionary(fc.constantFrom('usage', 'anthropic', 'input_tokens', 'output_tokens', 'content', 'iterations'), count)
  .map((inner) => JSON.stringify({ anthropic: { usage: inner }, usage: inner, ...inner }));
const value: fc.Arbitrary<AttributeValue> = fc.oneof(
  { weight: 4, arbitrary: count },
  { weight: 4, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 1, arbitrary: fc.boolean() },
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.string() },
  { weight: 1, arbitrary: json },
  { weight: 1, arbitrary: usage },
  { weight: 1, arbitrary: fc.array(fc.oneof(fc.string(), count, fc.constant(null)), { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }) },
);
/** The call with some of its attributes exchanged or gone. */
const changed = (call: Attributes): fc.Arbitrary<Attributes> =>
  fc
    .tuple(
      fc.dictionary(fc.constantFrom(...Object.keys(call)), value, { maxKeys: 5 }),
      fc.subarray(Object.keys(call), { maxLength: Math.min(4, Object.keys(call).length) }),
    )
    .map(([exchanged, gone]) =>
      Object.fromEntries(Object.entries({ ...call, ...exchanged }).filter(([name]) => !gone.includes(name))),
    );
const micros = fc.integer({ min: 1_700_000_000_000_000, max: 1_800_000_000_000_000 });
const ID = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), parentSpanId: null, scopeVersion: null };

const spanOf = ([scope, name, call]: (typeof SPANS)[number]): fc.Arbitrary<Span> =>
  fc.record({
    traceId: fc.constant(ID.traceId),
    spanId: fc.constant(ID.spanId),
    parentSpanId: fc.constant(null),
    scope: fc.constant(scope),
    scopeVersion: fc.constant(null),
    name: fc.constant(name),
    kind: fc.constantFrom('server' as const, 'server' as const, 'internal' as const),
    startMicros: micros,
    endMicros: micros,
    status: fc.constantFrom('unset' as const, 'ok' as const, 'error' as const),
    statusMessage: fc.option(fc.constantFrom(...WORDS)),
    attributes: changed(call),
    events: fc.array(fc.record({ name: fc.constant('exception'), attributes: changed({ 'exception.type': 'E' }) }), {
      maxLength: 2,
    }),
    resource: changed({ 'service.name': 'shop' }),
  });
const logOf = (eventName: string): fc.Arbitrary<LogRecord> =>
  fc.record({
    timeMicros: micros,
    eventName: fc.constant(eventName),
    body: value,
    traceId: fc.constant(ID.traceId),
    spanId: fc.option(fc.constant(ID.spanId)),
    scope: fc.constant('com.anthropic.claude_code.events'),
    scopeVersion: fc.constant(null),
    attributes: changed(CLAUDE_CODE_CALL),
    resource: changed({ 'service.name': 'claude-code' }),
  });

/** null, a sentence, or a report that can be priced and whose counts are counts. */
function sane(reading: Reading): void {
  if (reading === null) return;
  if (!isReport(reading)) return expect(reading.noCall).not.toBe('');
  const counts = Object.values(splitUsage(reading.usage as ClaudeUsage | null));
  const numbers = [...counts, reading.durationMs, reading.ttftMs, reading.httpStatus, reading.retries];
  for (const number of numbers) expect(number ?? 0).toBeGreaterThanOrEqual(0);
  expect(Number.isInteger(reading.startedAtMicros)).toBe(true);
  const { costUsd, unpricedReason } = priceReport(reading);
  expect(costUsd === null).toBe(unpricedReason !== null);
  expect(costUsd ?? '0').toMatch(/^\d/);
}

/** At least half of what is tried must be a call, or nothing was tried. */
function tried<T>(arbitrary: fc.Arbitrary<T>, read: (item: T) => Reading): void {
  let reports = 0;
  const once = (item: T): void => {
    const reading = read(item);
    if (isReport(reading)) reports++;
    sane(reading);
  };
  fc.assert(fc.property(arbitrary, once), { numRuns: 500 });
  expect(reports).toBeGreaterThan(250);
}

test.each(SPANS)('a span of the scope %s, named %s, with anything in it', (...said) => {
  tried(spanOf(said), normaliseSpan);
});

test.each(EVENTS)('the event %s of Claude Code, with anything in it', (eventName) => {
  tried(logOf(eventName), normaliseLog);
});

test.each(SPANS)('ten thousand attributes that nobody knows change nothing: %s, %s', (scope, name, attributes) => {
  const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`a.name.${index}`, 'x'.repeat(100)]));
  const [plain] = fc.sample(spanOf([scope, name, attributes]), { numRuns: 1, seed: 7 });
  const read = (more: Attributes) => normaliseSpan({ ...plain!, attributes: { ...more, ...attributes } });
  expect(read(many)).toEqual(read({}));
});
