// The dialect of the Vercel AI SDK, 4 to 7: spans of its own names (scope `ai`) and of GenAI names (scope `gen_ai`, 7 on).
// A call is `ai.<function>.doGenerate` or `.doStream`, or `chat <model>`; what is around them are sums. In scope `ai` each
// attempt is a span, so a call that failed is told by its wrapper, once, and not by the attempts.
// `inputTokens` EXCLUDES cached tokens in 4 and 5 and INCLUDES them from 6 on; the raw usage (5 on) is preferred to either.
import { blankReport, type RawUsage, type Report, type Tags } from '../../calls/report.ts';
import { keptAttributes } from '../content.ts';
import type { Attributes, Span } from '../otlp.ts';
import { errorTypeOf } from './api-errors.ts';
import { derivedSpanId } from './derived-id.ts';
import type { Dialect, NoCall, Reading } from './dialect.ts';
import { isRecord, readCount, readJson, readNumber, readText } from './read.ts';

const SOURCE = 'vercel-ai';
const MODEL_SPAN = /^ai\.(generate|stream)(Text|Object)\.do(Generate|Stream)$/;
const WRAPPER = /^ai\.(generate|stream)(Text|Object)$/;
/** The status of every answer that holds a message, though no span says it. */
const ANSWERED = 200;
/** Names of the `ai` namespace that hold counts, ids and enumerations, never text. */
const KEPT = [
  /^ai\.(operationId|telemetry\.functionId|model\.(id|provider)|response\.(id|model|finishReason|timestamp))$/,
  /^ai\.(usage\.[\w.]+|response\.(msTo\w+|avg\w+)|settings\.max\w+)$/,
];

export const vercelAi: Dialect = { name: SOURCE, readSpan };

function readSpan(span: Span): Reading {
  if (span.scope === 'gen_ai') return genAiSpan(span);
  const operation = readText(span.attributes, 'ai.operationId') ?? '';
  if (span.scope !== 'ai' && !/^ai\.\w/.test(operation)) return null;
  if (MODEL_SPAN.test(operation)) return modelSpan(span, operation);
  if (WRAPPER.test(operation)) return wrapper(span, operation);
  return { noCall: `${operation === '' ? span.name : operation} is no request for a message` };
}

/** One attempt: the call, if it was answered. */
function modelSpan(span: Span, operation: string): Report | NoCall {
  const a = span.attributes;
  const other = otherProvider(readText(a, 'ai.model.provider'), readText(a, 'ai.model.id'));
  if (other !== null) return other;
  const finishReason = readText(a, 'ai.response.finishReason');
  const answered = readText(a, 'ai.response.id') !== null || finishReason !== null;
  if (!answered && span.status === 'error' && mayBeRetried(span)) {
    return { noCall: 'an attempt that failed: the span around it tells whether the call did' };
  }
  const broken = span.status === 'error' || finishReason === 'error';
  const metadata = providerMetadata(a);
  const raw = isRecord(metadata?.['usage']) ? metadata['usage'] : null;
  return {
    ...spanReport(span),
    messageId: messageIdOf(readText(a, 'ai.response.id')),
    stream: operation.includes('Stream'),
    // Before 7 the first chunk is one that the SDK makes itself before the answer.
    ttftMs: (majorVersion(a) ?? 0) >= 7 ? atLeastZero(readNumber(a, 'ai.response.msToFirstChunk')) : null,
    requestModel: readText(a, 'ai.model.id', 'gen_ai.request.model'),
    model: readText(a, 'ai.response.model', 'gen_ai.response.model'),
    stopReason: stopReasonOf(finishReason, metadata),
    outcome: broken && !aborted(span) ? 'error' : answered && !broken ? 'ok' : 'cancelled',
    errorType: broken && !aborted(span) ? errorOf(span) : null,
    // A stream that broke says 0 tokens in 4: nothing was counted.
    usage: raw ?? (finishReason === 'error' ? null : usageOf(a, metadata)),
    httpStatus: answered ? ANSWERED : null,
    usageAssumesStandard: raw === null,
    unpriceable: raw === null ? unsaid(a, metadata) : unsaidIterations(metadata, raw),
    platform: platformOf(readText(a, 'ai.model.provider')),
  };
}

/** The sum of the calls in it; where the API refused one, the only span that says so once. */
function wrapper(span: Span, operation: string): Report | NoCall {
  const a = span.attributes;
  // With a finish reason there was an answer, broken or not: its own span tells of it.
  const answered = readText(a, 'ai.response.finishReason') !== null;
  if (span.status !== 'error' || answered || !mayBeRetried(span)) {
    return { noCall: `${operation} is the sum of the calls in it` };
  }
  const other = otherProvider(readText(a, 'ai.model.provider'), readText(a, 'ai.model.id'));
  if (other !== null) return other;
  return {
    ...spanReport(span),
    // The failed call is one of those within the span, and must not be taken for another of them.
    spanId: derivedSpanId(span.spanId, 'failed call'),
    parentSpanId: span.spanId,
    durationMs: null, // with steps that did not fail, and the waits between attempts
    stream: operation.includes('stream'),
    requestModel: readText(a, 'ai.model.id'),
    outcome: 'error',
    errorType: errorOf(span),
    retries: retriesOf(span),
    platform: platformOf(readText(a, 'ai.model.provider')),
  };
}

/** GenAI names: one `chat` span a call, all its attempts in it; `invoke_agent` repeats its tokens as a sum. */
function genAiSpan(span: Span): Reading {
  const a = span.attributes;
  const operation = readText(a, 'gen_ai.operation.name');
  if (operation === null) return null;
  if (operation !== 'chat') return { noCall: `${operation} is a step around calls, or no request for a message` };
  const provider = readText(a, 'gen_ai.provider.name');
  const other = otherProvider(provider, readText(a, 'gen_ai.request.model'));
  if (other !== null) return other;
  const finishReason = finishReasonOf(a);
  const failed = span.status === 'error';
  const answered = readText(a, 'gen_ai.response.id') !== null || finishReason !== null;
  const toFirstChunk = readNumber(a, 'gen_ai.client.operation.time_to_first_chunk');
  return {
    ...spanReport(span),
    messageId: messageIdOf(readText(a, 'gen_ai.response.id')),
    stream: toFirstChunk === null ? null : true,
    ttftMs: toFirstChunk === null || toFirstChunk < 0 ? null : toFirstChunk * 1000,
    requestModel: readText(a, 'gen_ai.request.model'),
    model: readText(a, 'gen_ai.response.model'),
    stopReason: stopReasonOf(finishReason, null),
    outcome: failed && !aborted(span) ? 'error' : answered && !failed ? 'ok' : 'cancelled',
    errorType: failed && !aborted(span) ? errorOf(span) : null,
    httpStatus: httpStatusOf(a) ?? (answered ? ANSWERED : null),
    retries: failed ? retriesOf(span) : null,
    usage: usageInclusive(
      a,
      readCount(a, 'gen_ai.usage.cache_read.input_tokens'),
      readCount(a, 'gen_ai.usage.cache_creation.input_tokens', 'gen_ai.usage.cache_write.input_tokens'),
    ),
    platform: platformOf(provider),
  };
}

function spanReport(span: Span): Report {
  return {
    ...blankReport(SOURCE, span.startMicros),
    scope: span.scope,
    spanName: span.name,
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    durationMs: span.endMicros < span.startMicros ? null : (span.endMicros - span.startMicros) / 1000,
    tags: tagsOf(span),
    attributes: keptAttributes(span.attributes, KEPT),
  };
}

/** null for a Claude model, whoever serves it. */
function otherProvider(provider: string | null, model: string | null): NoCall | null {
  if (/^anthropic\b/i.test(provider ?? '') || /claude/i.test(model ?? '')) return null;
  return {
    noCall: `the model ${model ?? 'without a name'} of ${provider ?? 'another provider'} is not Claude`,
    otherProvider: true,
  };
}

/** `vertex.anthropic.messages`, `bedrock.anthropic.messages`, `amazon-bedrock`, `anthropic.messages`, `gateway`. */
function platformOf(provider: string | null): string | null {
  if (provider === null) return null;
  if (/bedrock/i.test(provider)) return 'aws.bedrock';
  if (/vertex/i.test(provider)) return 'gcp.vertex_ai';
  return /^anthropic(\.|$)/i.test(provider) ? 'anthropic' : provider;
}

// ---- usage ---------------------------------------------------------------------------------------------------------

/** What the provider added to the answer: for Claude `usage` as the API sent it, from 5 on. */
function providerMetadata(a: Attributes): Record<string, unknown> | null {
  const said = readJson(a, 'ai.response.providerMetadata');
  if (!isRecord(said)) return null;
  const metadata = said['anthropic'] ?? said['vertex'] ?? said['bedrock'];
  return isRecord(metadata) ? metadata : null;
}

function usageOf(a: Attributes, metadata: Record<string, unknown> | null): RawUsage | null {
  const { read, write } = cacheCounts(a, metadata);
  if (countsInclude(a, read, write)) return usageInclusive(a, read, write);
  const input = readCount(a, 'ai.usage.inputTokens', 'ai.usage.promptTokens', 'gen_ai.usage.input_tokens');
  return usageFrom(input, read, write, a);
}

/** From 6 on the input includes what was cached; the names of 6, or the version in the user agent, tell it apart. */
function countsInclude(a: Attributes, read: number | null, write: number | null): boolean {
  if (readCount(a, 'ai.usage.inputTokenDetails.noCacheTokens') !== null) return true;
  const version = majorVersion(a);
  if (version !== null) return version >= 6;
  const input = readCount(a, 'ai.usage.inputTokens');
  return input !== null && (read ?? 0) + (write ?? 0) <= input; // promptTokens is a name of 4 and 5 only
}

function cacheCounts(a: Attributes, metadata: Record<string, unknown> | null) {
  const said = (metadata ?? {}) as Attributes;
  const bedrock = isRecord(said['usage']) ? (said['usage'] as Attributes) : {};
  return {
    read:
      readCount(a, 'ai.usage.inputTokenDetails.cacheReadTokens', 'ai.usage.cachedInputTokens') ??
      readCount(said, 'cacheReadInputTokens') ??
      readCount(bedrock, 'cacheReadInputTokens'),
    write:
      readCount(a, 'ai.usage.inputTokenDetails.cacheWriteTokens') ??
      readCount(said, 'cacheCreationInputTokens') ??
      readCount(bedrock, 'cacheWriteInputTokens'),
  };
}

function usageInclusive(a: Attributes, read: number | null, write: number | null): RawUsage | null {
  const input = readCount(a, 'ai.usage.inputTokens', 'gen_ai.usage.input_tokens');
  const cached = (read ?? 0) + (write ?? 0);
  // More cached tokens than input tokens cannot be: then nobody knows what was left.
  return usageFrom(input === null || input < cached ? null : input - cached, read, write, a);
}

function usageFrom(input: number | null, read: number | null, write: number | null, a: Attributes): RawUsage | null {
  const output = readCount(a, 'ai.usage.outputTokens', 'ai.usage.completionTokens', 'gen_ai.usage.output_tokens');
  if (input === null && output === null) return null;
  const usage: RawUsage = {};
  if (input !== null) usage['input_tokens'] = input;
  if (read !== null) usage['cache_read_input_tokens'] = read;
  if (write !== null) usage['cache_creation_input_tokens'] = write;
  if (output !== null) usage['output_tokens'] = output;
  const thinking = readCount(a, 'ai.usage.outputTokenDetails.reasoningTokens', 'ai.usage.reasoningTokens');
  if (thinking !== null) usage['output_tokens_details'] = { thinking_tokens: thinking };
  return usage;
}

/** Input that leaves cached tokens out cannot be priced while they are not told beside it. */
function unsaid(a: Attributes, metadata: Record<string, unknown> | null): string | null {
  const { read, write } = cacheCounts(a, metadata);
  if (countsInclude(a, read, write) || (read !== null && write !== null)) return null;
  return 'the span does not say how many tokens were read from the cache and written to it';
}

/** Compaction and fallback are billed by iteration; some versions lift them out of the usage in words of their own. */
function unsaidIterations(metadata: Record<string, unknown> | null, raw: RawUsage): string | null {
  const lifted = metadata?.['iterations'];
  if (Array.isArray(raw['iterations']) || !Array.isArray(lifted)) return null;
  const plain = lifted.every((iteration) => isRecord(iteration) && iteration['type'] === 'message');
  return plain ? null : 'the call had several iterations, and the span does not say their usage in full';
}

// ---- what became of it ---------------------------------------------------------------------------------------------

const STOP_REASONS: Readonly<Record<string, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'content-filter': 'refusal',
};
/** `stop` is the end of the turn or a stop sequence; the metadata tells which from 5 on. */
function stopReasonOf(finishReason: string | null, metadata: Record<string, unknown> | null): string | null {
  if (finishReason === 'stop' && typeof metadata?.['stopSequence'] === 'string') return 'stop_sequence';
  return finishReason === null ? null : (STOP_REASONS[finishReason] ?? null);
}
function finishReasonOf(a: Attributes): string | null {
  const said = a['gen_ai.response.finish_reasons'];
  return Array.isArray(said) && typeof said[0] === 'string' ? said[0] : null;
}

/** Errors of the API go round the retries and end at the wrapper; others (a bad object, a timeout) end where they are. */
function mayBeRetried(span: Span): boolean {
  const className = exceptionOf(span)?.['exception.type'];
  return className === undefined || className === 'AI_APICallError' || className === 'AI_RetryError';
}
const exceptionOf = (span: Span): Attributes | undefined =>
  span.events.findLast((event) => event.name === 'exception')?.attributes;

/** The application gave up: no error of the call's. */
const aborted = (span: Span): boolean => exceptionOf(span)?.['exception.type'] === 'AbortError';

function errorOf(span: Span): string {
  const exception = exceptionOf(span) ?? {};
  return errorTypeOf({
    httpStatus: httpStatusOf(span.attributes),
    message: readText(exception, 'exception.message') ?? span.statusMessage,
    className: readText(exception, 'exception.type'),
  });
}
function httpStatusOf(a: Attributes): number | null {
  const status = readCount(a, 'http.response.status_code');
  return status !== null && status >= 100 && status <= 599 ? status : null;
}
/** `Failed after 2 attempts. Last error: ...` */
function retriesOf(span: Span): number | null {
  const attempts = /^Failed after (\d{1,3}) attempts?\b/.exec(span.statusMessage ?? '')?.[1];
  return attempts === undefined ? null : Math.max(0, Number(attempts) - 1);
}

// ---- who and which ---------------------------------------------------------------------------------------------------

/** `functionId` names the feature; `metadata` (to 6) and the runtime context (7) say whose call it is. */
function tagsOf(span: Span): Tags {
  const said = (spanledger: string, ...names: string[]): string | null =>
    readText(
      span.attributes,
      spanledger,
      ...names.flatMap((name) => [`ai.telemetry.metadata.${name}`, `ai.settings.context.${name}`]),
    );
  return {
    feature: said('spanledger.feature', 'feature') ?? readText(span.attributes, 'ai.telemetry.functionId'),
    userId: said('spanledger.user.id', 'userId'),
    customer: said('spanledger.customer.id', 'customerId', 'customer'),
    promptVersion: said('spanledger.prompt.version', 'promptVersion'),
    conversationId: said('gen_ai.conversation.id', 'conversationId', 'sessionId', 'chatId', 'threadId'),
    environment:
      said('spanledger.environment', 'environment') ??
      readText(span.resource, 'deployment.environment.name', 'deployment.environment'),
    service: readText(span.resource, 'service.name'),
    serviceVersion: readText(span.resource, 'service.version'),
    workspace: said('spanledger.workspace', 'workspace'),
    project: said('spanledger.project', 'project'),
  };
}

/** `ai/6.0.326` in the request's user agent, from 5 on. */
function majorVersion(a: Attributes): number | null {
  const major = /\bai\/(\d{1,3})\./.exec(readText(a, 'ai.request.headers.user-agent') ?? '')?.[1];
  return major === undefined ? null : Number(major);
}
const messageIdOf = (said: string | null): string | null => (said?.startsWith('msg_') === true ? said : null);
const atLeastZero = (ms: number | null): number | null => (ms === null || ms < 0 ? null : ms);
