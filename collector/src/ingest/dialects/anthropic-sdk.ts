// The dialect of `anthropic.messages.create` spans: the SDK's own (any language, scope com.anthropic.sdk.*), as they come
// or enriched by our instrumentation, and the spans our instrumentation makes where the SDK makes none: the same names.
// The span of a batch's submit is a report too, which tells the tags of the batch's calls.
// `gen_ai.usage.input_tokens` here INCLUDES cached tokens; the API's field, which we keep, does not.
import { blankReport, type Attempt, type RateLimit, type Report, type Tags } from '../../calls/report.ts';
import { keptAttributes } from '../content.ts';
import type { Attributes, Span } from '../otlp.ts';
import type { Dialect } from './dialect.ts';
import { usageFromAttributes } from './native-usage.ts';
import { isRecord, readCount, readFlag, readJson, readNumber, readText } from './read.ts';

export const OWN_SCOPE = '@spanledger/instrumentation';
const NATIVE_SCOPE = /^com\.anthropic\.sdk\./;
const CALL_SPAN = 'anthropic.messages.create';
const SUBMIT_SPAN = 'anthropic.messages.batches.create';

export const anthropicSdk: Dialect = { name: 'anthropic-sdk', readSpan: readAnthropicSdkSpan };

/** null when the span is no call of this dialect. */
export function readAnthropicSdkSpan(span: Span): Report | null {
  const own = span.scope === OWN_SCOPE;
  if (!own && !NATIVE_SCOPE.test(span.scope)) return null;
  if (span.name === SUBMIT_SPAN) return readSubmit(span, own);
  if (span.name !== CALL_SPAN) return null;
  const a = span.attributes;
  const batchId = readText(a, 'spanledger.batch.id');
  const verbatim = readJson(a, 'spanledger.usage');
  const rawUsage = isRecord(verbatim) ? verbatim : null;
  const attempts = readAttempts(a);
  const requestModel = readText(a, 'gen_ai.request.model');
  const httpStatus = readCount(a, 'http.response.status_code');
  const cancelled = readFlag(a, 'spanledger.cancelled') === true;
  const stopReason = readText(a, 'anthropic.message.stop_reason');
  const usage = rawUsage ?? usageFromAttributes(a);
  const source = own
    ? 'spanledger'
    : rawUsage || a['spanledger.attempts'] !== undefined
      ? 'anthropic-sdk+spanledger'
      : 'anthropic-sdk';
  return {
    ...blankReport(source, span.startMicros),
    role: a['spanledger.supplement_of'] === undefined ? 'main' : 'supplement',
    scope: span.scope,
    spanName: span.name,
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    messageId: readText(a, 'gen_ai.response.id'),
    requestId: readText(a, 'anthropic.request.id'),
    batchId,
    customId: batchId === null ? null : readText(a, 'spanledger.batch.custom_id'),
    // The hours that a batch waits are nobody's latency.
    durationMs:
      batchId !== null || span.endMicros < span.startMicros ? null : (span.endMicros - span.startMicros) / 1000,
    ttftMs: batchId === null ? secondsToMs(readNumber(a, 'gen_ai.response.time_to_first_chunk')) : null,
    stream: readFlag(a, 'gen_ai.request.stream') ?? (own || NATIVE_SCOPE.test(span.scope) ? false : null),
    requestModel,
    model: readText(a, 'gen_ai.response.model'),
    tags: readTags(span),
    stopReason,
    outcome:
      span.status === 'error'
        ? 'error'
        : span.status === 'ok'
          ? 'ok'
          : cancelled || httpStatus === 200
            ? 'cancelled'
            : null,
    errorType:
      span.status === 'error'
        ? (readText(a, 'error.type') ?? 'unknown_error')
        : batchId !== null
          ? readText(a, 'error.type') // `cancelled`: an outcome of the batch's, not an abort of the app's
          : null,
    errorCode: readText(a, 'spanledger.error.code'),
    rateLimits: readRateLimits(a),
    httpStatus,
    retries: attempts.length > 0 ? attempts.length - 1 : (readCount(a, 'http.request.resend_count') ?? 0),
    usage,
    usageComplete:
      readFlag(a, 'spanledger.usage.complete') ??
      (rawUsage ? rawUsage['output_tokens'] !== undefined : span.status === 'ok' || stopReason !== null),
    usageAssumesStandard: rawUsage === null,
    // The sums of the compaction iterations do not say how their input splits into cached and not: priced as a whole they
    // could be wrong.
    unpriceable:
      rawUsage === null && (readCount(a, 'anthropic.usage.compaction.input_tokens') ?? 0) > 0
        ? 'the call was compacted, and the span says only sums of what the compaction used'
        : null,
    outputEmpty: readFlag(a, 'spanledger.output.empty'),
    betas: readBetas(a, batchId === null ? [] : null),
    billTo: readBillTo(a),
    platform: readText(a, 'gen_ai.provider.name'),
    attempts,
    appCostUsd: readUsd(a),
    appPriceTable: readText(a, 'spanledger.cost.cards'),
    attributes: keptAttributes(a),
  };
}

/** null without a batch's id: the submit failed, or the bare SDK span was never completed. */
function readSubmit(span: Span, own: boolean): Report | null {
  const a = span.attributes;
  const batchId = readText(a, 'spanledger.batch.id', 'anthropic.message.batch.id');
  if (batchId === null) return null;
  return {
    ...blankReport(
      own ? 'spanledger' : a['spanledger.batch.id'] === undefined ? 'anthropic-sdk' : 'anthropic-sdk+spanledger',
      span.startMicros,
    ),
    role: 'submit',
    scope: span.scope,
    spanName: span.name,
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    batchId,
    tags: readTags(span),
    attributes: keptAttributes(a),
  };
}

function readTags(span: Span): Tags {
  const a = span.attributes;
  return {
    feature: readText(a, 'spanledger.feature'),
    userId: readText(a, 'spanledger.user.id', 'user.id'),
    customer: readText(a, 'spanledger.customer.id'),
    promptVersion: readText(a, 'spanledger.prompt.version'),
    conversationId: readText(a, 'gen_ai.conversation.id'),
    environment:
      readText(a, 'spanledger.environment') ??
      readText(span.resource, 'deployment.environment.name', 'deployment.environment'),
    service: readText(span.resource, 'service.name'),
    serviceVersion: readText(span.resource, 'service.version'),
    workspace: readText(a, 'spanledger.workspace', 'anthropic.workspace.id'),
    project: readText(a, 'spanledger.project'),
  };
}

const RATE_LIMIT = /^spanledger\.ratelimit\.(requests|tokens|input_tokens|output_tokens)\.(?:limit|remaining|reset)$/;

function readRateLimits(a: Attributes): Record<string, RateLimit> {
  const limits: Record<string, RateLimit> = {};
  for (const key of Object.keys(a)) {
    const kind = RATE_LIMIT.exec(key)?.[1];
    if (kind === undefined) continue;
    const reset = readText(a, `spanledger.ratelimit.${kind}.reset`);
    limits[kind] = {
      limit: readCount(a, `spanledger.ratelimit.${kind}.limit`),
      remaining: readCount(a, `spanledger.ratelimit.${kind}.remaining`),
      resetAt: reset !== null && Number.isFinite(Date.parse(reset)) ? new Date(reset).toISOString() : null,
    };
  }
  return limits;
}

function readBetas(a: Attributes, otherwise: readonly string[] | null): readonly string[] | null {
  const betas = a['anthropic.beta'];
  return Array.isArray(betas) ? betas.filter((beta) => typeof beta === 'string') : otherwise;
}

function readBillTo(a: Attributes): Report['billTo'] {
  const billTo = a['spanledger.bill_to'];
  return billTo === 'self' || billTo === 'user_profile' ? billTo : null;
}

function readAttempts(a: Attributes): Attempt[] {
  const said = readJson(a, 'spanledger.attempts');
  if (!Array.isArray(said)) return [];
  const orNull = <T>(value: unknown, type: string) => (typeof value === type ? (value as T) : null);
  return said.filter(isRecord).map((attempt) => ({
    startedAt: orNull<string>(attempt['startedAt'], 'string'),
    durationMs: orNull<number>(attempt['durationMs'], 'number'),
    httpStatus: orNull<number>(attempt['httpStatus'], 'number'),
    requestId: orNull<string>(attempt['requestId'], 'string'),
    errorType: orNull<string>(attempt['errorType'], 'string'),
    errorCode: orNull<string>(attempt['errorCode'], 'string'),
    retryAfter:
      attempt['retryAfter'] === undefined || attempt['retryAfter'] === null ? null : String(attempt['retryAfter']),
  }));
}

function readUsd(a: Attributes): string | null {
  const text = readText(a, 'spanledger.cost.usd');
  return text !== null && /^\d{1,20}(\.\d{1,12})?$/.test(text) ? text : null;
}

const secondsToMs = (seconds: number | null): number | null =>
  seconds === null || seconds < 0 ? null : seconds * 1000;
