// The dialect of Langfuse's own SDK (scope langfuse-sdk): a generation that the application describes itself. The keys of
// its usage are free; by Langfuse's way of adding them up they are disjoint, so the input is WITHOUT cached tokens. Spans
// that Langfuse only passes on keep the scope they had and are read by their own dialect.
import type { Attributes, Span } from '../otlp.ts';
import type { Dialect, Reading } from './dialect.ts';
import { readFailure } from './gen-ai-errors.ts';
import { claudeOn, outcomeOf, settledUsage, spanReport, type Counts } from './gen-ai-names.ts';
import { isRecord, readCount, readJson, readText } from './read.ts';

const KEPT = [/^langfuse\.observation\.(type|model\.name|usage_details|level|prompt\.(name|version))$/];

export const langfuse: Dialect = { name: 'langfuse', readSpan };

function readSpan(span: Span): Reading {
  const a = span.attributes;
  const type = readText(a, 'langfuse.observation.type');
  if (type === null) return null;
  if (type !== 'generation') return { noCall: `an observation of type ${type.slice(0, 40)}, not a generation` };
  // Whether it is the model asked for or the one that answered is up to the application.
  const requestModel = readText(a, 'langfuse.observation.model.name');
  const served = claudeOn(null, [requestModel]);
  if ('noCall' in served) return served;

  const usage = settledUsage(countsOf(a), 'exclusive', null);
  const isError = span.status === 'error' || readText(a, 'langfuse.observation.level') === 'ERROR';
  const failure = readFailure({
    ...span,
    status: isError ? 'error' : span.status,
    statusMessage: span.statusMessage ?? readText(a, 'langfuse.observation.status_message'),
  });
  const report = spanReport('langfuse', span, KEPT);
  return {
    ...report,
    ...usage,
    requestId: failure.requestId,
    requestModel,
    ttftMs: ttftOf(span),
    outcome: outcomeOf(span, failure.outcome, usage),
    errorType: failure.errorType,
    httpStatus: failure.httpStatus,
    tags: {
      ...report.tags,
      feature: report.tags.feature ?? readText(a, 'langfuse.trace.name'),
      promptVersion: report.tags.promptVersion ?? promptOf(a),
      environment: report.tags.environment ?? readText(a, 'langfuse.environment'),
    },
  };
}

function countsOf(a: Attributes): Counts {
  const said = readJson(a, 'langfuse.observation.usage_details');
  const usage = (isRecord(said) ? said : {}) as Attributes;
  const split = (isRecord(usage['cache_creation']) ? usage['cache_creation'] : usage) as Attributes;
  const cacheWrite5m = readCount(split, 'ephemeral_5m_input_tokens', 'input_ephemeral_5m_input_tokens');
  const cacheWrite1h = readCount(split, 'ephemeral_1h_input_tokens', 'input_ephemeral_1h_input_tokens');
  return {
    input: readCount(usage, 'input', 'input_tokens', 'prompt_tokens'),
    output: readCount(usage, 'output', 'output_tokens', 'completion_tokens'),
    cacheRead: readCount(usage, 'cache_read_input_tokens', 'input_cache_read', 'input_cached_tokens', 'cache_read'),
    cacheWrite: readCount(
      usage,
      'cache_creation_input_tokens',
      'input_cache_creation',
      'cache_creation',
      'cache_write',
    ),
    cacheWrite5m,
    cacheWrite1h,
    thinking: readCount(usage, 'output_reasoning_tokens', 'thinking_tokens'),
  };
}

/** `completion_start_time` is an instant, as JSON. */
function ttftOf(span: Span): number | null {
  const said = readJson(span.attributes, 'langfuse.observation.completion_start_time');
  const at = typeof said === 'string' ? Date.parse(said) : Number.NaN;
  const ms = at - span.startMicros / 1000;
  return Number.isFinite(ms) && ms >= 0 ? ms : null;
}

function promptOf(a: Attributes): string | null {
  const version = readText(a, 'langfuse.observation.prompt.version');
  const name = readText(a, 'langfuse.observation.prompt.name');
  return version === null ? null : name === null ? version : `${name}:${version}`;
}
