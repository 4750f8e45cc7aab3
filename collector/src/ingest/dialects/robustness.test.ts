// For every dialect there is: whatever an emitter writes under the names it reads, nothing is thrown and no count is negative.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitUsage, type ClaudeUsage } from '@spanledger/instrumentation/pricing';
import { priceReport } from '../../price-report.ts';
import { DIALECTS } from '../normalise.ts';
import type { LogRecord } from '../otlp-logs.ts';
import type { MetricPoint } from '../otlp-metrics.ts';
import type { Attributes, AttributeValue, Span } from '../otlp.ts';
import { isReport, type Reading } from './dialect.ts';

/** Names that dialects read, with the scope, name and marks that make a dialect take a record at all. */
const NAMES = [
  'ai.model.id', 'ai.model.provider', 'ai.operationId', 'ai.request.headers.user-agent', 'ai.response.finishReason',
  'ai.response.id', 'ai.response.model', 'ai.response.msToFirstChunk', 'ai.response.providerMetadata',
  'ai.telemetry.functionId', 'ai.telemetry.metadata.userId', 'ai.usage.cachedInputTokens', 'ai.usage.completionTokens',
  'ai.usage.inputTokenDetails.cacheReadTokens', 'ai.usage.inputTokenDetails.noCacheTokens', 'ai.usage.inputTokens',
  'ai.usage.outputTokens', 'ai.usage.promptTokens', 'anthropic.beta', 'anthropic.message.stop_reason',
  'anthropic.provider', 'anthropic.request.id', 'anthropic.session.id',
  'anthropic.usage.cache_creation.ephemeral_5m_input_tokens', 'anthropic.usage.compaction.input_tokens', 'attempt', 'body',
  'cache_creation_1h_tokens', 'cache_creation_5m_tokens', 'cache_creation_tokens', 'cache_read_tokens', 'cost_usd',
  'duration_ms', 'error', 'error.type', 'event.name', 'event.sequence', 'gen_ai.client.operation.time_to_first_chunk',
  'gen_ai.operation.name', 'gen_ai.provider.name', 'gen_ai.request.model', 'gen_ai.request.stream',
  'gen_ai.response.finish_reasons', 'gen_ai.response.id', 'gen_ai.response.model',
  'gen_ai.response.time_to_first_chunk', 'gen_ai.system', 'gen_ai.usage.cache_creation.input_tokens',
  'gen_ai.usage.cache_read.input_tokens', 'gen_ai.usage.cache_write.input_tokens', 'gen_ai.usage.input_tokens',
  'gen_ai.usage.output_tokens', 'gen_ai.usage.raw', 'gen_ai.usage.reasoning.output_tokens', 'http.response.status_code',
  'input.value', 'input_tokens', 'langfuse.observation.usage_details', 'langsmith.usage_metadata', 'llm.model_name',
  'llm.token_count.completion', 'llm.token_count.prompt', 'llm.token_count.prompt_details.cache_read', 'model',
  'output.value', 'output_tokens', 'request_id', 'session.id', 'spanledger.attempts', 'spanledger.cost.usd',
  'spanledger.usage', 'speed', 'status_code', 'success', 'ttft_ms', 'user.id',
]; // prettier-ignore
const SCOPES = [
  '@spanledger/instrumentation', 'com.anthropic.sdk.python', 'com.anthropic.claude-platform', 'ai', 'gen_ai',
  'com.anthropic.claude_code.events', 'com.anthropic.claude_code.tracing', '@traceloop/instrumentation-anthropic',
  'opentelemetry.instrumentation.anthropic', '@arizeai/openinference-instrumentation-anthropic',
  'openinference.instrumentation.anthropic', '@openlit/instrumentation-anthropic', 'langfuse-sdk', 'logfire', '',
]; // prettier-ignore
const WORDS = [
  'anthropic.messages.create', 'claude_code.llm_request', 'claude_code.api_request', 'api_request', 'api_error',
  'api_response_body', 'ai.generateText.doGenerate', 'ai.streamText', 'chat', 'anthropic', 'anthropic.messages',
  'claude-haiku-4-5', 'msg_1', 'req_1', 'stop', 'error', 'ai/6.0.1', 'true', '-5', '1e400', 'Failed after 2 attempts.',
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
const attributes: fc.Arbitrary<Attributes> = fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 30 });
const word = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...WORDS) }, { weight: 1, arbitrary: fc.string() });
const micros = fc.integer({ min: 1_700_000_000_000_000, max: 1_800_000_000_000_000 });
const said = { scope: fc.constantFrom(...SCOPES), scopeVersion: fc.constant(null), attributes, resource: attributes };
const id = (digits: number) => fc.constant('a'.repeat(digits));

const span: fc.Arbitrary<Span> = fc.record({
  ...said,
  traceId: id(32),
  spanId: id(16),
  parentSpanId: fc.constant(null),
  name: word,
  kind: fc.constantFrom('internal' as const, 'client' as const, 'server' as const),
  startMicros: micros,
  endMicros: micros,
  status: fc.constantFrom('unset' as const, 'ok' as const, 'error' as const),
  statusMessage: fc.option(word),
  events: fc.array(fc.record({ name: fc.constant('exception'), attributes }), { maxLength: 2 }),
});
const log: fc.Arbitrary<LogRecord> = fc.record({
  ...said,
  timeMicros: micros,
  eventName: fc.option(word),
  body: value,
  traceId: fc.option(id(32)),
  spanId: fc.option(id(16)),
});
const point: fc.Arbitrary<MetricPoint> = fc.record({
  ...said,
  name: word,
  unit: fc.string(),
  value: fc.double(),
  temporality: fc.constantFrom('unspecified' as const, 'delta' as const, 'cumulative' as const),
  monotonic: fc.boolean(),
  startMicros: micros,
  timeMicros: micros,
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

test.each(DIALECTS)('$name reads whatever stands under its names without a throw or a negative count', (dialect) => {
  fc.assert(
    fc.property(span, log, point, (aSpan, aLog, aPoint) => {
      sane(dialect.readSpan?.(aSpan) ?? null);
      sane(dialect.readLog?.(aLog) ?? null);
      sane(dialect.readMetric?.(aPoint) ?? null);
    }),
    { numRuns: 1000 },
  );
});

test.each(DIALECTS)('$name takes no notice of ten thousand attributes it does not know', (dialect) => {
  const [plain] = fc.sample(span, { numRuns: 1, seed: 7 });
  const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`a.name.${index}`, 'x'.repeat(100)]));
  const read = (more: Attributes) =>
    dialect.readSpan?.({ ...plain!, attributes: { ...more, ...plain!.attributes } }) ?? null;
  expect(read(many)).toEqual(read({}));
});
