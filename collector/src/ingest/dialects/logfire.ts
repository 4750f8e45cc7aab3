// The dialect of Logfire's `instrument_anthropic` (Python): the API's usage on the span (`gen_ai.usage.raw`, without its
// nulls), counts WITH cached tokens. A stream is two records: a span when it opens, which knows nothing of its usage and is
// no call of its own, and a `streaming response` record of no length when it has been read, which is the call.
import type { Report } from '../../calls/report.ts';
import type { Attributes, Span } from '../otlp.ts';
import type { Dialect, Reading } from './dialect.ts';
import { readFailure } from './gen-ai-errors.ts';
import {
  claudeOn,
  genAiCounts,
  outcomeOf,
  readIds,
  readProvider,
  readStopReason,
  settledRawUsage,
  settledUsage,
  spanReport,
  stopReasonOf,
} from './gen-ai-names.ts';
import { isRecord, readJson, readNumber, readText } from './read.ts';

const SCOPE = /^logfire(\.|$)/;
const STREAM_RECORD = /^streaming response from /;

export const logfire: Dialect = { name: 'logfire', readSpan };

function readSpan(span: Span): Reading {
  const a = span.attributes;
  const provider = readProvider(a);
  if (!SCOPE.test(span.scope) || provider === null) return null;
  if (a['logfire.span_type'] === 'pending_span') return { noCall: 'the beginning of a span that is told when it ends' };
  if (a['gen_ai.operation.name'] !== 'chat') return { noCall: 'a request that is not for a message' };
  const requestModel = readText(a, 'gen_ai.request.model');
  const ids = readIds(a);
  // Without an answer the model asked for stands in the place of the one that answered.
  const model = ids.messageId === null ? null : readText(a, 'gen_ai.response.model');
  const served = claudeOn(provider, [model, requestModel]);
  if ('noCall' in served) return served;

  const isRecordOfStream = STREAM_RECORD.test(readText(a, 'logfire.msg_template') ?? '');
  const stopReason = readStopReason(a) ?? stopReasonOfMessages(a);
  const usage = usageOf(a, stopReason);
  const failure = readFailure(span);
  if (!isRecordOfStream && usage.usage === null && failure.outcome === null) {
    return { noCall: 'the opening of a stream, whose usage is in the record of its end' };
  }
  return {
    ...spanReport('logfire', span),
    ...usage,
    ...ids,
    ...(isRecordOfStream ? timeOfStream(span) : {}),
    requestId: ids.requestId ?? failure.requestId,
    requestModel,
    model,
    platform: served.platform,
    stream: isRecordOfStream ? true : usage.usage === null ? null : false,
    stopReason,
    outcome: outcomeOf(span, failure.outcome, usage),
    errorType: failure.errorType,
    httpStatus: failure.httpStatus,
  };
}

function usageOf(a: Attributes, stopReason: string | null): Partial<Report> & Pick<Report, 'usage' | 'usageComplete'> {
  const raw = readJson(a, 'gen_ai.usage.raw');
  // Its nulls are left out, and one of them has a meaning: no server tool was used.
  if (isRecord(raw)) return settledRawUsage({ server_tool_use: null, ...raw }, stopReason);
  return settledUsage(genAiCounts(a), 'inclusive', stopReason);
}

/** The record is written at the end and says how long the reading took. */
function timeOfStream(span: Span): Pick<Report, 'startedAtMicros' | 'durationMs'> {
  const seconds = readNumber(span.attributes, 'duration');
  if (seconds === null || seconds < 0 || seconds > 86_400)
    return { startedAtMicros: span.startMicros, durationMs: null };
  return { startedAtMicros: span.startMicros - Math.round(seconds * 1_000_000), durationMs: seconds * 1000 };
}

function stopReasonOfMessages(a: Attributes): string | null {
  const messages = readJson(a, 'gen_ai.output.messages');
  const last: unknown = Array.isArray(messages) ? messages.at(-1) : null;
  return isRecord(last) ? stopReasonOf(last['finish_reason']) : null;
}
