// The dialect of OpenLLMetry (Traceloop) for the Anthropic SDK. Its two languages differ under the same names:
// JavaScript (scope @traceloop/instrumentation-anthropic) counts input WITHOUT cached tokens and tells no stop reason of
// streams; Python (opentelemetry.instrumentation.anthropic) counts it WITH them, and adds the placeholder to a stream's output.
import type { Attributes, Span } from '../otlp.ts';
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
  streamWithPlaceholder,
} from './gen-ai-names.ts';
import { readText } from './read.ts';

const JAVASCRIPT = '@traceloop/instrumentation-anthropic';
const PYTHON = 'opentelemetry.instrumentation.anthropic';
const WRAPPER = /^(workflow|task|agent|tool)$/;
/** Another instrumentation may use the Python scope: this one's spans are named so. */
const PYTHON_SPAN = /^anthropic\.(chat|completion)$/;

export const openllmetry: Dialect = { name: 'openllmetry', readSpan };

function readSpan(span: Span): Reading {
  const a = span.attributes;
  const kind = readText(a, 'traceloop.span.kind');
  if (kind !== null && WRAPPER.test(kind))
    return { noCall: `a ${kind} of Traceloop wraps calls that have spans of their own` };
  const python = span.scope === PYTHON && PYTHON_SPAN.test(span.name);
  if (span.scope !== JAVASCRIPT && !python) return null;
  const wrapper = noCallOf(readText(a, 'gen_ai.operation.name'));
  if (wrapper) return wrapper;
  const requestModel = readText(a, 'gen_ai.request.model');
  const model = readText(a, 'gen_ai.response.model');
  const served = claudeOn(readProvider(a), [model, requestModel]);
  if ('noCall' in served) return served;

  const stopReason = readStopReason(a);
  const counts = genAiCounts(a);
  const stream = python ? isPythonStream(a) : null;
  const usage =
    stream === true && counts.output !== null
      ? streamWithPlaceholder(counts, 'inclusive')
      : settledUsage(counts, python ? 'inclusive' : 'exclusive', stopReason);
  const failure = readFailure(span);
  const ids = readIds(a);
  const report = spanReport('openllmetry', span);
  // A stream that Python read to its end has a stop reason, and then it ended well although its output is not known.
  const ended = stream === true ? { ...usage, usageComplete: stopReason !== null } : usage;
  return {
    ...report,
    ...usage,
    ...ids,
    requestId: ids.requestId ?? failure.requestId,
    requestModel,
    model,
    platform: served.platform,
    stream,
    stopReason,
    outcome: outcomeOf(span, failure.outcome, ended),
    errorType: failure.errorType,
    httpStatus: failure.httpStatus,
    tags: {
      ...report.tags,
      feature: report.tags.feature ?? readText(a, 'traceloop.workflow.name'),
      userId: report.tags.userId ?? readText(a, 'traceloop.association.properties.user_id'),
      conversationId: report.tags.conversationId ?? readText(a, 'traceloop.association.properties.session_id'),
    },
  };
}

/** `create({ stream })` says so; of `messages.stream()` only the order tells: the id is set before the model, not after. */
function isPythonStream(a: Attributes): boolean {
  if (a['gen_ai.is_streaming'] === true) return true;
  const keys = Object.keys(a);
  const id = keys.indexOf('gen_ai.response.id');
  return id >= 0 && id < keys.indexOf('gen_ai.response.model');
}
