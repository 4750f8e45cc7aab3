// The dialect of OpenLIT: input WITHOUT cached tokens. In JavaScript (scope @openlit/...) cache counts are left out when 0,
// and of a stream it adds the placeholder of the first event to the output, takes the input from that event too, and calls
// every end `stop`, also of one that broke. In Python older versions tell no cache counts at all, so absent is unknown there.
import type { Span } from '../otlp.ts';
import type { Dialect, Reading } from './dialect.ts';
import { readFailure } from './gen-ai-errors.ts';
import {
  absentIsZero,
  claudeOn,
  genAiCounts,
  LARGEST_PLACEHOLDER,
  noCallOf,
  outcomeOf,
  readIds,
  readProvider,
  readStopReason,
  settledUsage,
  spanReport,
  streamWithPlaceholder,
} from './gen-ai-names.ts';
import { readFlag, readText } from './read.ts';

const JAVASCRIPT = /^@openlit\//;
const PYTHON = /^openlit(\.|$)/;

export const openlit: Dialect = { name: 'openlit', readSpan };

function readSpan(span: Span): Reading {
  const a = span.attributes;
  if (!JAVASCRIPT.test(span.scope) && !PYTHON.test(span.scope) && a['telemetry.sdk.name'] !== 'openlit') return null;
  const wrapper = noCallOf(readText(a, 'gen_ai.operation.name'));
  if (wrapper) return wrapper;
  const requestModel = readText(a, 'gen_ai.request.model');
  const model = readText(a, 'gen_ai.response.model');
  const served = claudeOn(readProvider(a), [model, requestModel]);
  if ('noCall' in served) return served;

  const javascript = JAVASCRIPT.test(span.scope);
  const counts = javascript ? absentIsZero(genAiCounts(a)) : genAiCounts(a);
  const stream = readFlag(a, 'gen_ai.request.is_stream') ?? readFlag(a, 'gen_ai.request.stream');
  const said = readStopReason(a);
  const added = javascript && stream === true && counts.output !== null;
  const broke = added && said === 'end_turn' && (counts.output ?? 0) <= LARGEST_PLACEHOLDER;
  const stopReason = broke ? null : said;
  const usage = added
    ? streamWithPlaceholder(counts, 'exclusive')
    : settledUsage(counts, 'exclusive', stopReason, stream);
  const failure = readFailure(span);
  const ids = readIds(a);
  return {
    ...spanReport('openlit', span),
    ...usage,
    ...ids,
    requestId: ids.requestId ?? failure.requestId,
    requestModel,
    model,
    platform: served.platform,
    stream,
    stopReason,
    outcome: outcomeOf(span, failure.outcome, added ? { ...usage, usageComplete: stopReason !== null } : usage),
    errorType: failure.errorType,
    httpStatus: failure.httpStatus,
  };
}
