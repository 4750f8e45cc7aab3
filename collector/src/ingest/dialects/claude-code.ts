// The dialect of Claude Code and the Claude Agent SDK: log events, beta spans, metrics. The same call is told by the event
// `api_request`, by the span `llm_request` and within two metrics; the event and the span join by the request id, and the
// event is believed for usage (dated model, 5m/1h split). `input_tokens` here EXCLUDES cached tokens.
import { blankReport, LARGEST_COUNT, type RawUsage, type Report, type Tags } from '../../calls/report.ts';
import { keptAttributes } from '../content.ts';
import type { LogRecord } from '../otlp-logs.ts';
import type { MetricPoint } from '../otlp-metrics.ts';
import type { Attributes, Span } from '../otlp.ts';
import { errorTypeOf } from './api-errors.ts';
import { derivedSpanId } from './derived-id.ts';
import type { Dialect, NoCall, Reading } from './dialect.ts';
import { isRecord, readFlag, readJson, readText } from './read.ts';

const SCOPE = /^com\.anthropic\.claude_code(\.|$)/;
const SOURCE = 'claude-code';
/** Longer than any call: a duration beyond it is a mistake, and says nothing of when the call began. */
const LONGEST_CALL_MS = 24 * 3_600_000;
/** Un-namespaced names that only this source's records use so, and that hold counts, ids and enumerations, never text. */
const KEPT = [
  /^(input|output|cache_read|cache_creation|cache_creation_5m|cache_creation_1h)_tokens$/,
  /^(duration|ttft|first_content|total_retry_duration)_ms$/,
  /^(model|speed|effort|attempt|total_attempts|status_code|error_class|success|stop_reason|cost_usd|request_id)$/,
  /^(query_source|query_source_safe|span\.type|llm_request\.context|event\.(name|sequence|timestamp))$/,
  /^(session|prompt|organization)\.id$/,
];

export const claudeCode: Dialect = { name: SOURCE, readSpan, readLog, readMetric };

function readLog(record: LogRecord): Reading {
  const name = record.eventName?.replace(/^claude_code\./, '');
  if (!SCOPE.test(record.scope) && record.eventName?.startsWith('claude_code.') !== true) return null;
  if (name === 'api_request' || name === 'api_error') {
    // Nothing would join the two then, and a record is within a span only where spans are sent too.
    if (requestIdOf(record.attributes) === null && record.spanId !== null) {
      return { noCall: 'it has no request id: the span llm_request tells of the same call' };
    }
    return name === 'api_request' ? apiRequest(record) : apiError(record);
  }
  if (name === 'api_response_body') return apiResponseBody(record);
  if (name === 'api_retries_exhausted') return { noCall: 'the event api_error tells of the same failed call' };
  return { noCall: `the event ${name ?? 'without a name'} of Claude Code is no call` };
}

/** One per answered request. It is sent when the answer has come, so the call began `duration_ms` before. */
function apiRequest(record: LogRecord): Report {
  const a = record.attributes;
  return {
    ...eventReport(record),
    requestModel: null,
    model: readText(a, 'model'),
    ttftMs: milliseconds(a, 'ttft_ms'),
    outcome: 'ok',
    httpStatus: 200,
    usage: usageOf(a),
    appCostUsd: usdOf(a),
  };
}

/** One per call that failed for good: the retries before are in `attempt`. */
function apiError(record: LogRecord): Report {
  const a = record.attributes;
  const httpStatus = httpStatusOf(a);
  const attempt = count(a, 'attempt');
  return {
    ...eventReport(record),
    requestModel: readText(a, 'model'),
    outcome: 'error',
    errorType: errorTypeOf({ httpStatus, message: readText(a, 'error') }),
    httpStatus,
    retries: attempt === null || attempt === 0 ? null : attempt - 1,
  };
}

/** The answer itself, where OTEL_LOG_RAW_API_BODIES is on: its usage is exact, its text is not kept. */
function apiResponseBody(record: LogRecord): Report | NoCall {
  const body = readJson(record.attributes, 'body');
  if (!isRecord(body) || !isRecord(body['usage'])) {
    return { noCall: 'the body is not whole: the event api_request tells of the same call' };
  }
  const text = (key: string): string | null => (typeof body[key] === 'string' ? body[key] : null);
  const messageId = text('id');
  return {
    ...eventReport(record),
    role: 'supplement',
    durationMs: null,
    startedAtMicros: record.timeMicros,
    messageId: messageId?.startsWith('msg_') === true ? messageId : null,
    requestModel: null,
    model: text('model'),
    stopReason: text('stop_reason'),
    outcome: 'ok',
    httpStatus: 200,
    usage: body['usage'],
    usageAssumesStandard: false,
    outputEmpty: Array.isArray(body['content']) ? body['content'].length === 0 : null,
  };
}

/** What the events have in common. */
function eventReport(record: LogRecord): Report {
  const a = record.attributes;
  const durationMs = milliseconds(a, 'duration_ms');
  const requestId = requestIdOf(a);
  return {
    ...blankReport(SOURCE, record.timeMicros - Math.round((durationMs ?? 0) * 1000)),
    scope: record.scope,
    spanName: record.eventName,
    traceId: record.traceId,
    // The span around a record is the prompt's, not the call's. A call without a request id still needs an identity of its
    // own, the same however often the record is sent.
    spanId: requestId === null ? identityOf(record) : null,
    parentSpanId: record.spanId,
    requestId,
    durationMs,
    tags: tagsOf(a, record.resource),
    platform: platformOf(a),
    attributes: keptAttributes(a, KEPT),
  };
}

function readSpan(span: Span): Reading {
  if (!SCOPE.test(span.scope)) return null;
  if (span.name !== 'claude_code.llm_request') return { noCall: `${span.name} is a step around calls, not a call` };
  const a = span.attributes;
  const success = readFlag(a, 'success');
  const failed = span.status === 'error' || success === false;
  const httpStatus = httpStatusOf(a) ?? (success === true ? 200 : null);
  const attempt = count(a, 'attempt');
  const responseId = readText(a, 'gen_ai.response.id');
  return {
    ...blankReport(SOURCE, span.startMicros),
    scope: span.scope,
    spanName: span.name,
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    messageId: responseId?.startsWith('msg_') === true ? responseId : null,
    requestId: requestIdOf(a),
    durationMs: span.endMicros < span.startMicros ? null : (span.endMicros - span.startMicros) / 1000,
    ttftMs: milliseconds(a, 'ttft_ms'),
    requestModel: readText(a, 'gen_ai.request.model', 'model'), // the alias asked for; who answered is in the event only
    tags: tagsOf(a, span.resource),
    stopReason: readText(a, 'stop_reason'),
    outcome: failed ? 'error' : success === true ? 'ok' : null,
    errorType: failed ? errorTypeOf({ httpStatus, message: span.statusMessage ?? readText(a, 'error') }) : null,
    httpStatus,
    retries: attempt === null || attempt === 0 ? null : attempt - 1,
    usage: usageOf(a),
    platform: platformOf(a),
    attributes: keptAttributes(a, KEPT),
  };
}

function readMetric(point: MetricPoint): NoCall | null {
  if (!SCOPE.test(point.scope) && !point.name.startsWith('claude_code.')) return null;
  return /^claude_code\.(token|cost)\.usage$/.test(point.name)
    ? {
        noCall: 'a sum over calls cannot say which calls they were',
        advice:
          'sums of tokens and cost do not tell calls, the log events do: set OTEL_LOGS_EXPORTER=otlp for Claude Code',
      }
    : { noCall: `${point.name} does not tell calls` };
}

/** What the attributes say in the shape of the API's usage object; the split only where the source says it. */
function usageOf(a: Attributes): RawUsage | null {
  const input = count(a, 'input_tokens');
  const output = count(a, 'output_tokens');
  if (input === null && output === null) return null;
  const usage: RawUsage = {};
  const set = (name: string, value: number | null) => value !== null && (usage[name] = value);
  set('input_tokens', input);
  set('output_tokens', output);
  set('cache_read_input_tokens', count(a, 'cache_read_tokens'));
  set('cache_creation_input_tokens', count(a, 'cache_creation_tokens'));
  const write5m = count(a, 'cache_creation_5m_tokens');
  const write1h = count(a, 'cache_creation_1h_tokens');
  if (write5m !== null && write1h !== null) {
    usage['cache_creation'] = { ephemeral_5m_input_tokens: write5m, ephemeral_1h_input_tokens: write1h };
  }
  const speed = readText(a, 'speed');
  if (speed !== null) usage['speed'] = speed === 'normal' ? 'standard' : speed;
  return usage;
}

/** `OTEL_RESOURCE_ATTRIBUTES` are copied to every record: our own names in it are taken as the tags of its calls. */
function tagsOf(a: Attributes, resource: Attributes): Tags {
  const said = (...keys: string[]) => readText(a, ...keys) ?? readText(resource, ...keys);
  return {
    feature: said('spanledger.feature'),
    userId: said('spanledger.user.id', 'user.id'),
    customer: said('spanledger.customer.id'),
    promptVersion: said('spanledger.prompt.version'),
    conversationId: said('session.id', 'gen_ai.conversation.id'),
    environment: said('spanledger.environment', 'deployment.environment.name', 'deployment.environment'),
    service: readText(resource, 'service.name'),
    serviceVersion: readText(resource, 'service.version'),
    workspace: said('spanledger.workspace'),
    project: said('spanledger.project'),
  };
}

/** Claude Code writes the request id into `gen_ai.response.id` too, where a message id belongs. */
function requestIdOf(a: Attributes): string | null {
  const responseId = readText(a, 'gen_ai.response.id');
  return readText(a, 'request_id') ?? (responseId?.startsWith('req_') === true ? responseId : null);
}

const PLATFORMS: Readonly<Record<string, string>> = {
  firstParty: 'anthropic',
  bedrock: 'aws.bedrock',
  vertex: 'gcp.vertex_ai',
  foundry: 'azure.ai.foundry',
};
function platformOf(a: Attributes): string | null {
  const provider = readText(a, 'anthropic.provider');
  return provider === null ? null : (PLATFORMS[provider] ?? provider);
}

function identityOf(record: LogRecord): string {
  const said = ['session.id', 'event.name', 'event.sequence', 'event.timestamp'];
  return derivedSpanId(record.timeMicros, ...said.map((key) => readText(record.attributes, key)));
}

/** Counts come as numbers, from older versions as text. */
function number(a: Attributes, key: string): number | null {
  const value = a[key];
  const said = typeof value === 'string' && /^\d{1,15}(\.\d+)?$/.test(value) ? Number(value) : value;
  return typeof said === 'number' && Number.isFinite(said) && said >= 0 ? said : null;
}
function count(a: Attributes, key: string): number | null {
  const value = number(a, key);
  return value !== null && Number.isInteger(value) && value <= LARGEST_COUNT ? value : null;
}
function milliseconds(a: Attributes, key: string): number | null {
  const value = number(a, key);
  return value !== null && value <= LONGEST_CALL_MS ? value : null;
}
function httpStatusOf(a: Attributes): number | null {
  const status = count(a, 'status_code');
  return status !== null && status >= 100 && status <= 599 ? status : null;
}
function usdOf(a: Attributes): string | null {
  const usd = number(a, 'cost_usd');
  return usd !== null && usd < 1e6 ? usd.toFixed(12) : null;
}
