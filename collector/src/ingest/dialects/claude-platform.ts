// The dialect of the spans that Anthropic's servers push to a registered destination (service `claude-platform`): one SERVER
// span a request, with the names of the SDK's spans; below it spans per model run and per server tool, whose tokens the
// request span repeats. Written from Anthropic's reference; delivery is at least once, so the request id is the identity.
import { blankReport, type Report } from '../../calls/report.ts';
import { keptAttributes } from '../content.ts';
import type { Span } from '../otlp.ts';
import type { Dialect, NoCall, Reading } from './dialect.ts';
import { usageFromAttributes } from './native-usage.ts';
import { readCount, readFlag, readNumber, readText } from './read.ts';

const SCOPE = 'com.anthropic.claude-platform';
const SOURCE = 'claude-platform';
/** What the destination's test button sends. */
const TEST_SPAN = 'anthropic.test';

export const claudePlatform: Dialect = { name: SOURCE, readSpan };

function readSpan(span: Span): Reading {
  if (span.scope !== SCOPE) return null;
  if (span.name === TEST_SPAN) return { noCall: 'the test of a telemetry destination: it arrived' };
  if (span.name === 'anthropic.messages.create') {
    return span.kind === 'server'
      ? requestReport(span)
      : { noCall: 'a model run within a request, which tells its tokens' };
  }
  if (span.name.startsWith('anthropic.sessions.')) return sessionSpan(span);
  return { noCall: `${span.name} is no request for a message` };
}

function requestReport(span: Span): Report {
  const a = span.attributes;
  const usage = usageFromAttributes(a);
  const stopReason = readText(a, 'anthropic.message.stop_reason', 'anthropic.session.turn.stop_reason');
  const failed = span.status === 'error';
  const toFirstChunk = readNumber(a, 'gen_ai.response.time_to_first_chunk');
  return {
    ...blankReport(SOURCE, span.startMicros),
    scope: span.scope,
    spanName: span.name,
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    messageId: readText(a, 'gen_ai.response.id'),
    requestId: readText(a, 'anthropic.request.id'),
    durationMs: span.endMicros < span.startMicros ? null : (span.endMicros - span.startMicros) / 1000,
    ttftMs: toFirstChunk === null || toFirstChunk < 0 ? null : toFirstChunk * 1000,
    stream: readFlag(a, 'gen_ai.request.stream'),
    requestModel: readText(a, 'gen_ai.request.model'),
    model: readText(a, 'gen_ai.response.model'),
    tags: {
      feature: null,
      userId: null,
      customer: null,
      promptVersion: null,
      conversationId: readText(a, 'gen_ai.conversation.id', 'anthropic.session.id'),
      environment: null,
      service: null, // `claude-platform` is Anthropic's service, not the application's
      serviceVersion: null,
      workspace: readText(a, 'anthropic.workspace.id'),
      project: null,
    },
    stopReason,
    outcome: failed ? 'error' : span.status === 'ok' || usage !== null ? 'ok' : null,
    errorType: failed ? (readText(a, 'error.type') ?? 'unknown_error') : null,
    httpStatus: readCount(a, 'http.response.status_code'),
    usage,
    usageComplete: !failed && (span.status === 'ok' || stopReason !== null),
    unpriceable:
      (readCount(a, 'anthropic.usage.compaction.input_tokens') ?? 0) > 0
        ? 'the call was compacted, and the span says only sums of what the compaction used'
        : null,
    betas: Array.isArray(a['anthropic.beta']) ? a['anthropic.beta'].filter((beta) => typeof beta === 'string') : null,
    platform: readText(a, 'gen_ai.provider.name'),
    attributes: keptAttributes(a),
  };
}

/** Managed Agents: a model request is a call where it says its tokens and which request it was; a turn is a sum of them. */
function sessionSpan(span: Span): Report | NoCall {
  const a = span.attributes;
  const identified = readText(a, 'anthropic.request.id', 'gen_ai.response.id') !== null;
  if (!identified || usageFromAttributes(a) === null) {
    return { noCall: `${span.name} says no tokens of a request of its own` };
  }
  return requestReport(span);
}
