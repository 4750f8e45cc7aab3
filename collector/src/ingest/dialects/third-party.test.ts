// What the captured corpora do not show of the third-party dialects: their wrappers, other providers, and what becomes of
// whatever stands under their names.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitUsage, type ClaudeUsage } from '@spanledger/instrumentation/pricing';
import { priceReport } from '../../price-report.ts';
import { spanOf } from '../fakes.ts';
import type { Attributes, AttributeValue, Span } from '../otlp.ts';
import { isReport, type Dialect } from './dialect.ts';
import { genAi } from './gen-ai.ts';
import { langfuse } from './langfuse.ts';
import { langsmith } from './langsmith.ts';
import { logfire } from './logfire.ts';
import { openinference } from './openinference.ts';
import { openlit } from './openlit.ts';
import { openllmetry } from './openllmetry.ts';
import { sentry } from './sentry.ts';

/** A span that each dialect takes for a call of Claude. */
const CALLS: readonly { dialect: Dialect; span: Span }[] = [
  {
    dialect: openllmetry,
    span: spanOf({ scope: '@traceloop/instrumentation-anthropic', attributes: genAiOf('anthropic') }),
  },
  {
    dialect: openllmetry,
    span: spanOf({
      scope: 'opentelemetry.instrumentation.anthropic',
      name: 'anthropic.chat',
      attributes: genAiOf('anthropic'),
    }),
  },
  {
    dialect: openinference,
    span: spanOf({
      scope: 'openinference.instrumentation.anthropic',
      attributes: {
        'openinference.span.kind': 'LLM',
        'llm.provider': 'anthropic',
        'llm.model_name': 'claude-haiku-4-5',
        'llm.token_count.prompt': 30,
        'llm.token_count.completion': 50,
        'llm.finish_reason': 'end_turn',
      },
    }),
  },
  { dialect: openlit, span: spanOf({ scope: '@openlit/instrumentation-anthropic', attributes: genAiOf('anthropic') }) },
  {
    dialect: sentry,
    span: spanOf({
      attributes: { ...genAiOf('anthropic'), 'sentry.origin': 'auto.ai.anthropic', 'gen_ai.request.max_tokens': 9 },
    }),
  },
  { dialect: logfire, span: spanOf({ scope: 'logfire.anthropic', attributes: genAiOf('anthropic') }) },
  {
    dialect: langfuse,
    span: spanOf({
      attributes: {
        'langfuse.observation.type': 'generation',
        'langfuse.observation.model.name': 'claude-haiku-4-5',
        'langfuse.observation.usage_details': '{"input":30,"output":50}',
      },
    }),
  },
  { dialect: langsmith, span: spanOf({ attributes: { ...genAiOf('anthropic'), 'langsmith.span.kind': 'llm' } }) },
  { dialect: genAi, span: spanOf({ attributes: genAiOf('anthropic') }) },
];

function genAiOf(provider: string): Attributes {
  return {
    'gen_ai.provider.name': provider,
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'claude-haiku-4-5',
    'gen_ai.response.id': 'msg_1',
    'gen_ai.usage.input_tokens': 30,
    'gen_ai.usage.output_tokens': 50,
    'gen_ai.response.finish_reasons': ['stop'],
  };
}
const readBy = (dialect: Dialect, span: Span) => dialect.readSpan?.(span) ?? null;

test.each(CALLS)('$dialect.name takes its span for a call, at its place and time', ({ dialect, span }) => {
  expect(readBy(dialect, span)).toMatchObject({
    source: dialect.name,
    role: 'main',
    traceId: span.traceId,
    spanId: span.spanId,
    startedAtMicros: span.startMicros,
    durationMs: 1000,
    requestModel: 'claude-haiku-4-5',
    usage: { input_tokens: 30, output_tokens: 50 },
    outcome: 'ok',
    tags: { service: 'shop' },
  });
});

test.each(CALLS)('$dialect.name leaves the span of another emitter alone', ({ dialect }) => {
  expect(readBy(dialect, spanOf({ scope: 'http', attributes: { 'http.request.method': 'POST' } }))).toBeNull();
});

test.each(CALLS)('$dialect.name takes no other model for Claude', ({ dialect, span }) => {
  const attributes = Object.fromEntries(
    Object.entries(span.attributes).map(([key, value]) => [
      key,
      value === 'anthropic' ? 'openai' : value === 'claude-haiku-4-5' ? 'gpt-5.2' : value,
    ]),
  );
  expect(readBy(dialect, { ...span, attributes })).toEqual({
    noCall: expect.stringContaining('gpt-5.2'),
    otherProvider: true,
  });
});

test.each([
  [openllmetry, { 'traceloop.span.kind': 'workflow', 'traceloop.workflow.name': 'w' }],
  [openllmetry, { 'traceloop.span.kind': 'tool' }],
  [openinference, { 'openinference.span.kind': 'AGENT', 'llm.token_count.prompt': 5 }],
  [openinference, { 'openinference.span.kind': 'CHAIN' }],
  [sentry, { ...genAiOf('anthropic'), 'sentry.origin': 'auto.ai.anthropic', 'gen_ai.operation.name': 'invoke_agent' }],
  [openlit, { ...genAiOf('anthropic'), 'telemetry.sdk.name': 'openlit', 'gen_ai.operation.name': 'invoke_workflow' }],
])('$name: a wrapper is no call', (dialect, attributes) => {
  expect(readBy(dialect, spanOf({ attributes }))).toHaveProperty('noCall');
});

test('OpenLIT for Python: without cache counts there is no price, and the output of a stream is what it says', () => {
  const attributes = { ...genAiOf('anthropic'), 'gen_ai.request.is_stream': true };
  const span = spanOf({ scope: 'openlit.otel.tracing', attributes });
  const reading = readBy(openlit, span);
  expect(reading).toMatchObject({ usage: { input_tokens: 30, output_tokens: 50 }, usageComplete: true, outcome: 'ok' });
  expect(reading).toHaveProperty('unpriceable', expect.stringContaining('read from or written to the cache'));
  const cached = {
    ...attributes,
    'gen_ai.usage.cache_read.input_tokens': 900,
    'gen_ai.usage.cache_creation.input_tokens': 0,
  };
  expect(readBy(openlit, { ...span, attributes: cached })).toMatchObject({
    usage: { input_tokens: 30, cache_read_input_tokens: 900 },
    unpriceable: null,
  });
});

test("Traceloop's associations become tags", () => {
  const attributes = {
    ...genAiOf('anthropic'),
    'traceloop.workflow.name': 'support',
    'traceloop.association.properties.user_id': 'u1',
    'traceloop.association.properties.session_id': 's1',
  };
  const span = spanOf({ scope: '@traceloop/instrumentation-anthropic', attributes });
  expect(readBy(openllmetry, span)).toMatchObject({ tags: { feature: 'support', userId: 'u1', conversationId: 's1' } });
});

test('another instrumentation under the scope of OpenLLMetry for Python is read by the conventions', () => {
  const span = spanOf({ scope: 'opentelemetry.instrumentation.anthropic', attributes: genAiOf('anthropic') });
  expect(readBy(openllmetry, span)).toBeNull();
  expect(readBy(genAi, span)).toMatchObject({ source: 'gen-ai' });
});

test('OpenInference takes what a request asked for: beta names and the user of its metadata', () => {
  const asked = { stream: true, betas: ['context-1m-2025-08-07', 7], metadata: { user_id: 'u1' } };
  const attributes = {
    'openinference.span.kind': 'LLM',
    'llm.system': 'anthropic',
    'llm.model_name': 'claude-haiku-4-5',
    'llm.invocation_parameters': JSON.stringify(asked),
  };
  expect(readBy(openinference, spanOf({ attributes }))).toMatchObject({
    stream: true,
    betas: ['context-1m-2025-08-07'],
    tags: { userId: 'u1' },
  });
});

const count = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(-1, 0, 3, 1e15, -1e15, Number.MAX_SAFE_INTEGER));
const json = fc
  .dictionary(
    fc.constantFrom('id', 'usage', 'input_tokens', 'output_tokens', 'input', 'output', 'metadata', 'betas'),
    fc.oneof(count, fc.jsonValue({ maxDepth: 2 })),
  )
  .map((value) => JSON.stringify({ ...value, id: 'msg_1', usage: value }));
const value: fc.Arbitrary<AttributeValue> = fc.oneof(
  count,
  json,
  fc.string(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('chat', 'stop', 'error', 'claude-haiku-4-5', 'anthropic', '["end_turn"]', 'LLM', 'generation', 'llm'),
  fc.array(fc.oneof(fc.string(), count), { maxLength: 3 }),
  fc.dictionary(fc.string(), fc.string(), { maxKeys: 2 }),
);
const MORE_NAMES = [
  'duration', 'gen_ai.completion', 'gen_ai.output.messages', 'gen_ai.request.is_stream', 'gen_ai.usage.cache_creation.input_tokens',
  'gen_ai.usage.cache_read.input_tokens', 'gen_ai.usage.raw', 'http.response.status_code', 'error.type',
  'langfuse.observation.completion_start_time', 'langsmith.usage_metadata', 'llm.invocation_parameters',
  'llm.token_count.prompt_details.cache_read', 'llm.token_count.prompt_details.cache_write', 'logfire.msg_template',
  'output.value',
]; // prettier-ignore

test.each(CALLS)(
  '$dialect.name throws at nothing that stands under its names, and counts nothing below 0',
  ({ dialect, span }) => {
    const changed = fc.dictionary(fc.constantFrom(...Object.keys(span.attributes), ...MORE_NAMES), value, {
      maxKeys: 8,
    });
    const property = fc.property(
      changed,
      fc.constantFrom('unset' as const, 'ok' as const, 'error' as const),
      fc.option(fc.string()),
      (attributes, status, statusMessage) => {
        const events = [{ name: 'exception', attributes }];
        const reading = readBy(dialect, {
          ...span,
          status,
          statusMessage,
          events,
          attributes: { ...span.attributes, ...attributes },
        });
        if (reading === null) return;
        if (!isReport(reading)) return void expect(reading.noCall).not.toBe('');
        const counts = Object.values(splitUsage(reading.usage as ClaudeUsage | null));
        const numbers = [...counts, reading.durationMs, reading.ttftMs, reading.httpStatus].filter((n) => n !== null);
        expect(numbers.filter((n) => !(n >= 0))).toEqual([]);
        expect(priceReport(reading).costUsd ?? '0').not.toMatch(/^-/);
      },
    );
    fc.assert(property, { numRuns: 200 });
  },
);

test.each(CALLS)(
  '$dialect.name reads a span of 10,000 attributes, and keeps none that it does not know',
  ({ dialect, span }) => {
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`app.attribute.${index}`, index]));
    const reading = readBy(dialect, { ...span, attributes: { ...many, ...span.attributes } });
    expect(reading).toMatchObject({ source: dialect.name });
    expect(Object.keys(isReport(reading) ? reading.attributes : many).length).toBeLessThan(20);
  },
);
