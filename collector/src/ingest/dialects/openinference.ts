// The dialect of OpenInference (Arize Phoenix): names of its own (`llm.*`), the same in JavaScript and Python, input WITH
// cached tokens. Where the answer is on the span as JSON (`output.value`: not on JavaScript's streams, and not when the app
// hides outputs), its usage, id and stop reason are the API's own words, and nothing else of it is looked at.
import type { RawUsage } from '../../calls/report.ts';
import type { Attributes, Span } from '../otlp.ts';
import type { Dialect, Reading } from './dialect.ts';
import { readFailure } from './gen-ai-errors.ts';
import {
  absentIsZero,
  claudeOn,
  messageIdOf,
  outcomeOf,
  readStopReason,
  settledRawUsage,
  settledUsage,
  spanReport,
  stopReasonOf,
  type Counts,
} from './gen-ai-names.ts';
import { isRecord, readCount, readJson, readText } from './read.ts';

const ANTHROPIC_SCOPE = /openinference[.-]instrumentation[.-]anthropic$/;

const KEPT = [
  /^llm\.((request\.|response\.)?model_name|provider|system|finish_reason|token_count\.[\w.]+)$/,
  /^openinference\.span\.kind$/,
];

export const openinference: Dialect = { name: 'openinference', readSpan };

function readSpan(span: Span): Reading {
  const a = span.attributes;
  const kind = readText(a, 'openinference.span.kind');
  if (kind === null) return null;
  if (kind !== 'LLM') return { noCall: `a span of kind ${kind.slice(0, 40)} wraps calls or is none` };
  if (/count_tokens/.test(span.name)) return { noCall: 'counting tokens is no request for a message' };
  const params = readJson(a, 'llm.invocation_parameters');
  const asked = isRecord(params) ? params : null;
  const answer = readAnswer(a);
  const model = readText(a, 'llm.response.model_name') ?? answer?.model ?? null;
  const named = readText(a, 'llm.model_name');
  const requestModel = readText(a, 'llm.request.model_name') ?? textOf(asked?.['model']) ?? named;
  const served = claudeOn(readText(a, 'llm.provider', 'llm.system'), [model, requestModel]);
  if ('noCall' in served) return served;

  const stopReason = readStopReason(a) ?? stopReasonOf(answer?.stopReason);
  const counts = ANTHROPIC_SCOPE.test(span.scope) ? absentIsZero(countsOf(a)) : countsOf(a);
  const usage =
    answer === null ? settledUsage(counts, 'inclusive', stopReason) : settledRawUsage(answer.usage, stopReason);
  const failure = readFailure(span);
  const report = spanReport('openinference', span, KEPT);
  const metadata = asked?.['metadata'];
  const betas = asked?.['betas'];
  return {
    ...report,
    ...usage,
    messageId: answer?.messageId ?? null,
    requestId: failure.requestId,
    requestModel,
    model,
    platform: served.platform,
    stream: asked === null ? null : asked['stream'] === true,
    stopReason,
    outcome: outcomeOf(span, failure.outcome, usage),
    errorType: failure.errorType,
    httpStatus: failure.httpStatus,
    betas: Array.isArray(betas) ? betas.filter((beta) => typeof beta === 'string') : null,
    tags: {
      ...report.tags,
      userId: report.tags.userId ?? (isRecord(metadata) ? textOf(metadata['user_id']) : null),
    },
  };
}

interface Answer {
  messageId: string;
  model: string | null;
  stopReason: unknown;
  usage: RawUsage;
}

/** The message the API returned, as far as it is needed; null when the span has none, or hides it. */
function readAnswer(a: Attributes): Answer | null {
  const said = readJson(a, 'output.value');
  if (!isRecord(said) || !isRecord(said['usage'])) return null;
  const messageId = messageIdOf(said['id']);
  if (messageId === null) return null;
  return { messageId, model: textOf(said['model']), stopReason: said['stop_reason'], usage: said['usage'] };
}

const countsOf = (a: Attributes): Counts => ({
  input: readCount(a, 'llm.token_count.prompt'),
  output: readCount(a, 'llm.token_count.completion'),
  cacheRead: readCount(a, 'llm.token_count.prompt_details.cache_read'),
  cacheWrite: readCount(a, 'llm.token_count.prompt_details.cache_write'),
  cacheWrite5m: null,
  cacheWrite1h: null,
  thinking: readCount(a, 'llm.token_count.completion_details.reasoning'),
});

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
