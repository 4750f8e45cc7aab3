// The dialect of Sentry's Anthropic integration (`@sentry/node` 9 and 10 beside an OTLP exporter; 11 sends envelopes only):
// input WITH cached tokens, a stop reason on streams only (a list as a JSON string), nothing on how a failed call failed.
import type { Span } from '../otlp.ts';
import type { Dialect, Reading } from './dialect.ts';
import { readFailure } from './gen-ai-errors.ts';
import {
  claudeOn,
  genAiCounts,
  noCallOf,
  outcomeOf,
  readIds,
  readProvider,
  readStopReason,
  settledUsage,
  spanReport,
} from './gen-ai-names.ts';
import { readFlag, readText } from './read.ts';

const KEPT = [/^sentry\.(op|origin)$/];

export const sentry: Dialect = { name: 'sentry', readSpan };

function readSpan(span: Span): Reading {
  const a = span.attributes;
  const origin = readText(a, 'sentry.origin');
  if (origin === null || !origin.startsWith('auto.ai.')) return null;
  const wrapper = noCallOf(readText(a, 'gen_ai.operation.name'));
  if (wrapper) return wrapper;
  const requestModel = readText(a, 'gen_ai.request.model');
  const model = readText(a, 'gen_ai.response.model');
  const served = claudeOn(readProvider(a), [model, requestModel]);
  if ('noCall' in served) return served;
  const ids = readIds(a);
  // Counting tokens is called a chat too; but no message can be asked for without max_tokens.
  if (ids.messageId === null && a['gen_ai.request.max_tokens'] === undefined) {
    return { noCall: 'a request that is not for a message, such as count_tokens' };
  }

  const stopReason = readStopReason(a);
  const stream = readFlag(a, 'gen_ai.request.stream') ?? readFlag(a, 'gen_ai.response.streaming') ?? false;
  const usage = settledUsage(genAiCounts(a), 'inclusive', stopReason, stream);
  const failure = readFailure(span);
  return {
    ...spanReport('sentry', span, KEPT),
    ...usage,
    ...ids,
    requestId: ids.requestId ?? failure.requestId,
    requestModel,
    model,
    platform: served.platform,
    stream,
    stopReason,
    outcome: outcomeOf(span, failure.outcome, usage),
    errorType: failure.errorType,
    httpStatus: failure.httpStatus,
  };
}
