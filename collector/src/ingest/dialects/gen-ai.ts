// The dialect asked last: spans of any language that follow the OpenTelemetry GenAI conventions, of any year. Whether their
// input includes cached tokens is not known: by the convention it does, and where more is cached than there is input it
// cannot. What was assumed stands in the report's attributes as `spanledger.assumed`.
import type { RawUsage, Report } from '../../calls/report.ts';
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
  settledRawUsage,
  settledUsage,
  spanReport,
  type Counts,
  type InputIs,
} from './gen-ai-names.ts';
import { isRecord, readFlag, readJson, readNumber, readText } from './read.ts';

/** Sources with dialects of their own: what those do not know as a call is none. */
const OTHERS = /^(com\.anthropic\.|@spanledger\/)/;
const CALLS: ReadonlySet<string> = new Set(['chat', 'completion', 'generate_content', 'messages', 'text_completion']);

export const genAi: Dialect = { name: 'gen-ai', readSpan };

function readSpan(span: Span): Reading {
  const a = span.attributes;
  if (OTHERS.test(span.scope)) return null;
  const operation = readText(a, 'gen_ai.operation.name');
  const provider = readProvider(a);
  const requestModel = readText(a, 'gen_ai.request.model');
  const model = readText(a, 'gen_ai.response.model');
  if (operation === null && provider === null && requestModel === null && model === null) return null;
  const wrapper = noCallOf(operation);
  if (wrapper) return wrapper;
  const served = claudeOn(provider, [model, requestModel]);
  if ('noCall' in served) return served;
  const counts = genAiCounts(a);
  if (operation !== null ? !CALLS.has(operation) : counts.input === null && counts.output === null) {
    return {
      noCall:
        operation === null
          ? 'says neither an operation nor tokens'
          : `${operation.slice(0, 60)} is no request for a message`,
    };
  }

  const stopReason = readStopReason(a);
  const inputIs = inputOf(counts);
  const usage = usageOf(a, counts, inputIs.is, stopReason);
  const failure = readFailure(span);
  const ids = readIds(a);
  const report = spanReport('gen-ai', span);
  return {
    ...report,
    ...usage,
    ...ids,
    requestId: ids.requestId ?? failure.requestId,
    requestModel,
    model,
    platform: served.platform,
    stream:
      readFlag(a, 'gen_ai.request.stream') ??
      readFlag(a, 'gen_ai.request.is_stream') ??
      readFlag(a, 'gen_ai.is_streaming'),
    ttftMs: secondsToMs(
      readNumber(a, 'gen_ai.response.time_to_first_chunk') ??
        readNumber(a, 'gen_ai.client.operation.time_to_first_chunk'),
    ),
    stopReason,
    outcome: outcomeOf(span, failure.outcome, usage),
    errorType: failure.errorType,
    httpStatus: failure.httpStatus,
    attributes: inputIs.assumed ? { ...report.attributes, 'spanledger.assumed': ASSUMED } : report.attributes,
  };
}

const ASSUMED = 'gen_ai.usage.input_tokens includes cached tokens';

function inputOf({ input, cacheRead, cacheWrite }: Counts): { is: InputIs; assumed: boolean } {
  const cached = (cacheRead ?? 0) + (cacheWrite ?? 0);
  if (input !== null && cached > input) return { is: 'exclusive', assumed: false };
  return { is: 'inclusive', assumed: cached > 0 };
}

function usageOf(
  a: Attributes,
  counts: Counts,
  inputIs: InputIs,
  stopReason: string | null,
): Partial<Report> & Pick<Report, 'usage' | 'usageComplete'> {
  const raw = readJson(a, 'gen_ai.usage.raw');
  if (isRecord(raw) && 'input_tokens' in raw) return settledRawUsage(raw as RawUsage, stopReason);
  return settledUsage(counts, inputIs, stopReason);
}

const secondsToMs = (seconds: number | null): number | null =>
  seconds === null || seconds < 0 ? null : seconds * 1000;
