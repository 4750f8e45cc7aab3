// What the span dialects share: the many names of the OpenTelemetry GenAI conventions, old and new, and the facts they
// stand for. Knows no emitter: which names an emitter uses, and whether its input includes cached tokens, is the dialect's.
import { blankReport, type RawUsage, type Report, type Tags } from '../../calls/report.ts';
import { keptAttributes } from '../content.ts';
import type { Attributes, Span } from '../otlp.ts';
import type { NoCall } from './dialect.ts';
import { readCount, readText } from './read.ts';

const CACHE_READ = [
  'gen_ai.usage.cache_read.input_tokens',
  'gen_ai.usage.cache_read_input_tokens',
  'gen_ai.usage.input_tokens.cached',
  'gen_ai.usage.input_tokens.cache_read',
  'gen_ai.usage.cache_read_tokens',
  'gen_ai.usage.details.cache_read_input_tokens',
  'gen_ai.usage.details.cache_read_tokens',
];
const CACHE_WRITE = [
  'gen_ai.usage.cache_write.input_tokens',
  'gen_ai.usage.cache_creation.input_tokens',
  'gen_ai.usage.cache_creation_input_tokens',
  'gen_ai.usage.input_tokens.cache_write',
  'gen_ai.usage.cache_creation_tokens',
  'gen_ai.usage.details.cache_creation_input_tokens',
  'gen_ai.usage.details.cache_write_tokens',
];
const REASONING = [
  'gen_ai.usage.reasoning.output_tokens',
  'gen_ai.usage.reasoning_tokens',
  'gen_ai.usage.output_tokens.reasoning',
  'gen_ai.usage.details.reasoning_tokens',
];
const INPUT = ['gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens'];
const OUTPUT = ['gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens'];

/** Token counts as an emitter tells them; null where it does not. */
export interface Counts {
  input: number | null;
  output: number | null;
  cacheRead: number | null;
  cacheWrite: number | null;
  cacheWrite5m: number | null;
  cacheWrite1h: number | null;
  thinking: number | null;
}

export const genAiCounts = (a: Attributes): Counts => ({
  input: readCount(a, ...INPUT),
  output: readCount(a, ...OUTPUT),
  cacheRead: readCount(a, ...CACHE_READ),
  cacheWrite: readCount(a, ...CACHE_WRITE),
  cacheWrite5m: readCount(a, 'anthropic.usage.cache_creation.ephemeral_5m_input_tokens'),
  cacheWrite1h: readCount(a, 'anthropic.usage.cache_creation.ephemeral_1h_input_tokens'),
  thinking: readCount(a, ...REASONING),
});

/** Whether the emitter's input counts include what was read from and written to the cache. */
export type InputIs = 'inclusive' | 'exclusive';

const NO_CACHE_COUNTS =
  'the source does not say how many tokens were read from or written to the cache, which have prices of their own';

/** The API's usage object, as far as the counts tell it, and what they leave out of its price. */
export function usageFromCounts(counts: Counts, inputIs: InputIs): Pick<Report, 'usage' | 'unpriceable'> {
  const { input, output, cacheRead, cacheWrite, cacheWrite5m, cacheWrite1h, thinking } = counts;
  if (Object.values(counts).every((count) => count === null)) return { usage: null, unpriceable: null };
  const usage: RawUsage = {};
  const uncached = input === null || inputIs === 'exclusive' ? input : input - (cacheRead ?? 0) - (cacheWrite ?? 0);
  if (uncached !== null && uncached >= 0) usage['input_tokens'] = uncached;
  if (cacheRead !== null) usage['cache_read_input_tokens'] = cacheRead;
  if (cacheWrite !== null) usage['cache_creation_input_tokens'] = cacheWrite;
  if (cacheWrite5m !== null || cacheWrite1h !== null) {
    usage['cache_creation'] = {
      ...(cacheWrite5m === null ? {} : { ephemeral_5m_input_tokens: cacheWrite5m }),
      ...(cacheWrite1h === null ? {} : { ephemeral_1h_input_tokens: cacheWrite1h }),
    };
  }
  if (output !== null) usage['output_tokens'] = output;
  if (thinking !== null) usage['output_tokens_details'] = { thinking_tokens: thinking };
  if (uncached !== null && uncached < 0) {
    return { usage, unpriceable: 'the source counts fewer input tokens than cached ones, which they should include' };
  }
  if (input === null) return { usage, unpriceable: 'the source does not say the input tokens' };
  const written = cacheWrite ?? cacheWrite5m ?? cacheWrite1h;
  return { usage, unpriceable: cacheRead === null || written === null ? NO_CACHE_COUNTS : null };
}

/** For emitters that leave a count of 0 out. */
export const absentIsZero = (counts: Counts): Counts =>
  counts.input === null && counts.output === null
    ? counts
    : { ...counts, cacheRead: counts.cacheRead ?? 0, cacheWrite: counts.cacheWrite ?? 0 };

/** `message_start` says an output of 1 to 4 tokens before there is any; without a stop reason that is all a count this small can be. */
export const LARGEST_PLACEHOLDER = 4;

/**
 * Usage, and whether it is whole. An output that can only be the placeholder of a stream's first event is unknown, and
 * so is how that call ended, if the span does not call it an error. An answer that is known to be whole has none.
 */
export function settledUsage(
  counts: Counts,
  inputIs: InputIs,
  stopReason: string | null,
  stream: boolean | null = null,
): Pick<Report, 'usage' | 'unpriceable' | 'usageComplete'> {
  const placeholder =
    stream !== false && stopReason === null && counts.output !== null && counts.output <= LARGEST_PLACEHOLDER;
  const known = placeholder ? { ...counts, output: null } : counts;
  return { ...usageFromCounts(known, inputIs), usageComplete: known.output !== null };
}

/** A usage object as the API returned it. The same goes for its placeholder. */
export function settledRawUsage(
  raw: RawUsage,
  stopReason: string | null,
): Pick<Report, 'usage' | 'unpriceable' | 'usageComplete' | 'usageAssumesStandard'> {
  const output = readCount(raw as Attributes, 'output_tokens');
  const placeholder = output === null || (stopReason === null && output <= LARGEST_PLACEHOLDER);
  const { output_tokens: _, ...rest } = raw;
  return {
    usage: placeholder ? rest : raw,
    unpriceable: null,
    usageComplete: !placeholder,
    usageAssumesStandard: false,
  };
}

/** Output and input of a stream whose emitter adds the placeholder to the one and takes the other from the first event. */
export function streamWithPlaceholder(counts: Counts, inputIs: InputIs): ReturnType<typeof settledUsage> {
  return {
    usage: usageFromCounts({ ...counts, output: null }, inputIs).usage,
    unpriceable:
      'of a stream the source counts the placeholder of its first event as output, and the input before any server tool ran',
    usageComplete: false,
  };
}

const STOP_REASONS: Readonly<Record<string, string>> = {
  stop: 'end_turn', // also what some emitters make of stop_sequence: ambiguous, and end_turn is by far the more common
  end: 'end_turn',
  length: 'max_tokens',
  max_output_tokens: 'max_tokens',
  tool_call: 'tool_use',
  tool_calls: 'tool_use',
  'tool-calls': 'tool_use',
  function_call: 'tool_use',
  content_filter: 'refusal',
  'content-filter': 'refusal',
};

/** An emitter's finish reason in the API's words; null when it says none. */
export function stopReasonOf(said: unknown): string | null {
  const first = Array.isArray(said) ? said[0] : said;
  if (typeof first !== 'string') return null;
  const json = /^\s*\[\s*"(\w[\w-]*)"/.exec(first)?.[1]; // Sentry and Logfire: a list as JSON
  const word = (json ?? first).toLowerCase();
  if (word === 'error' || word === 'unknown' || word === 'other') return null;
  return STOP_REASONS[word] ?? (/^[a-z][a-z_]{0,60}$/.test(word) ? word : null);
}
export const readStopReason = (a: Attributes): string | null =>
  stopReasonOf(a['anthropic.message.stop_reason']) ??
  stopReasonOf(a['llm.finish_reason']) ??
  stopReasonOf(a['gen_ai.response.finish_reasons']) ??
  stopReasonOf(a['gen_ai.response.finish_reason']) ??
  stopReasonOf(a['llm.response.finish_reason']) ??
  stopReasonOf(a['gen_ai.completion.0.finish_reason']);

/** Only ids the API makes: other emitters put run ids and their own under the same names. */
export const messageIdOf = (id: unknown): string | null =>
  typeof id === 'string' && /^msg_[\w-]{1,200}$/.test(id) ? id : null;
export const requestIdOf = (id: unknown): string | null =>
  typeof id === 'string' && /^req_[\w-]{1,200}$/.test(id) ? id : null;
export const readIds = (a: Attributes): Pick<Report, 'messageId' | 'requestId'> => ({
  messageId: messageIdOf(a['gen_ai.response.id']),
  requestId: requestIdOf(a['anthropic.request.id']) ?? requestIdOf(a['gen_ai.response.id']),
});

const CLAUDE = /(^|[^a-z])claude([^a-z]|$)/i;
/** A provider that serves Claude -> as the conventions name it. */
const PLATFORMS: readonly (readonly [RegExp, string])[] = [
  [/^anthropic/i, 'anthropic'],
  [/bedrock/i, 'aws.bedrock'],
  [/vertex|^google|^gcp/i, 'gcp.vertex_ai'],
  [/foundry|^azure|^az\./i, 'azure.ai.foundry'],
];

/** Who served the call, when it is a call of a Claude model; else why it is none of ours. */
export function claudeOn(
  provider: string | null,
  models: readonly (string | null)[],
): { platform: string | null } | NoCall {
  const named = models.filter((model) => model !== null);
  const claude = named.some((model) => CLAUDE.test(model));
  if (provider === null) {
    if (claude) return { platform: null };
    return named[0] === undefined
      ? { noCall: 'names neither a provider nor a model' }
      : { noCall: `a call of ${named[0]}, which is no Claude model`, otherProvider: true };
  }
  const platform = PLATFORMS.find(([pattern]) => pattern.test(provider))?.[1] ?? null;
  if (platform === 'anthropic' && (claude || named.length === 0 || !/^(gpt|gemini|o\d)/i.test(named[0] ?? ''))) {
    return { platform };
  }
  if (platform !== null && claude) return { platform };
  return { noCall: `a call of ${named[0] ?? 'an unnamed model'}, served by ${provider}`, otherProvider: true };
}
export const readProvider = (a: Attributes): string | null => readText(a, 'gen_ai.provider.name', 'gen_ai.system');

const WRAPPERS: ReadonlySet<string> = new Set([
  'agent',
  'agent_step',
  'chain',
  'create_agent',
  'execute_task',
  'guardrail',
  'handoff',
  'invoke_agent',
  'invoke_workflow',
  'plan',
  'task',
  'workflow',
]);
const OTHER_OPERATIONS: ReadonlySet<string> = new Set([
  'embeddings',
  'execute_tool',
  'image_generation',
  'rerank',
  'reranker',
  'retrieval',
  'retriever',
  'tool',
]);

/** Why an operation is no call, by its name; null when it can be one. */
export function noCallOf(operation: string | null): NoCall | null {
  const name = operation?.toLowerCase() ?? '';
  if (WRAPPERS.has(name)) return { noCall: `${name} wraps calls that have spans of their own` };
  if (OTHER_OPERATIONS.has(name)) return { noCall: `${name} is no request for a message` };
  return null;
}

/** How the call ended: what broke off without being called an error is not known to have ended well. */
export function outcomeOf(
  span: Span,
  failed: Report['outcome'],
  { usage, usageComplete }: Pick<Report, 'usage' | 'usageComplete'>,
): Report['outcome'] {
  if (failed !== null) return failed;
  if (usage !== null) return usageComplete ? 'ok' : null;
  return span.status === 'ok' ? 'ok' : null;
}

/**
 * A report with all that any span says in the same way: its place, time, dimensions and kept attributes. `alsoKept` are
 * the emitter's own names that hold counts, ids and enumerations, never text.
 */
export function spanReport(source: string, span: Span, alsoKept: readonly RegExp[] = []): Report {
  const a = span.attributes;
  return {
    ...blankReport(source, span.startMicros),
    scope: span.scope,
    spanName: span.name,
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    durationMs: span.endMicros < span.startMicros ? null : (span.endMicros - span.startMicros) / 1000,
    tags: readTags(a, span.resource),
    attributes: keptAttributes(a, alsoKept),
  };
}

function readTags(a: Attributes, resource: Attributes): Tags {
  return {
    feature: readText(a, 'spanledger.feature'),
    userId: readText(a, 'spanledger.user.id', 'user.id', 'enduser.id'),
    customer: readText(a, 'spanledger.customer.id'),
    promptVersion: readText(a, 'spanledger.prompt.version', 'gen_ai.prompt.version'),
    conversationId: readText(a, 'gen_ai.conversation.id', 'session.id'),
    environment:
      readText(a, 'spanledger.environment') ??
      readText(resource, 'deployment.environment.name', 'deployment.environment') ??
      readText(a, 'deployment.environment.name', 'deployment.environment'),
    service: readText(resource, 'service.name'),
    serviceVersion: readText(resource, 'service.version'),
    workspace: readText(a, 'spanledger.workspace', 'anthropic.workspace.id'),
    project: readText(a, 'spanledger.project'),
  };
}
