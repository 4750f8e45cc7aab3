// The dialect of LangSmith's OpenTelemetry mode: a run is a span (`langsmith.span.kind`), and only one of kind llm is a call.
// Counts WITH cached tokens, their parts in `langsmith.usage_metadata`. A stream that LangChain itself added up (its message
// is a chunk) counts the placeholder as output and knows only the input of the first event.
import type { Attributes, Span } from '../otlp.ts';
import type { Dialect, Reading } from './dialect.ts';
import { readFailure } from './gen-ai-errors.ts';
import {
  claudeOn,
  genAiCounts,
  messageIdOf,
  outcomeOf,
  readIds,
  readProvider,
  readStopReason,
  settledUsage,
  spanReport,
  stopReasonOf,
  streamWithPlaceholder,
  type Counts,
} from './gen-ai-names.ts';
import { isRecord, readCount, readFlag, readJson, readText } from './read.ts';

const KEPT = [/^langsmith\.(span\.kind|usage_metadata)$/];

export const langsmith: Dialect = { name: 'langsmith', readSpan };

function readSpan(span: Span): Reading {
  const a = span.attributes;
  const kind = readText(a, 'langsmith.span.kind');
  if (kind === null) return null;
  if (kind !== 'llm') return { noCall: `a run of kind ${kind.slice(0, 40)} wraps calls or is none` };
  const requestModel = readText(a, 'gen_ai.request.model');
  const model = readText(a, 'gen_ai.response.model');
  const said = readProvider(a);
  // `langchain` where the model's name does not tell it.
  const served = claudeOn(said === 'langchain' ? readText(a, 'langsmith.metadata.ls_provider') : said, [
    model,
    requestModel,
  ]);
  if ('noCall' in served) return served;

  // Content, of which the id and the stop reason are taken: within a text their quotes would be escaped.
  const answer = typeof a['gen_ai.completion'] === 'string' ? a['gen_ai.completion'] : '';
  const stopReason = readStopReason(a) ?? stopReasonOf(/[^\\]"stop_reason":"([a-z_]{1,60})"/.exec(answer)?.[1]);
  const chunks = /[^\\]"(AIMessageChunk|ai_chunk)"/.test(answer);
  const counts = countsOf(a);
  const usage =
    chunks && counts.output !== null
      ? streamWithPlaceholder(counts, 'inclusive')
      : settledUsage(counts, 'inclusive', stopReason);
  // A run that failed has an exception and, after it, the status ok.
  const failed = usage.usage === null && span.events.some(({ name }) => name === 'exception');
  const failure = readFailure(failed ? { ...span, status: 'error' } : span);
  const ids = readIds(a);
  const report = spanReport('langsmith', span, KEPT);
  return {
    ...report,
    ...usage,
    messageId: ids.messageId ?? messageIdOf(/[^\\]"id":"(msg_\w{1,200})"/.exec(answer)?.[1]),
    requestId: ids.requestId ?? failure.requestId,
    requestModel,
    model,
    platform: served.platform,
    stream: chunks ? true : readFlag(a, 'langsmith.request.streaming'),
    stopReason,
    outcome: outcomeOf(span, failure.outcome, chunks ? { ...usage, usageComplete: stopReason !== null } : usage),
    errorType: failure.errorType,
    httpStatus: failure.httpStatus,
    tags: {
      ...report.tags,
      userId: report.tags.userId ?? readText(a, 'langsmith.metadata.user_id'),
      conversationId:
        report.tags.conversationId ??
        readText(
          a,
          'langsmith.metadata.thread_id',
          'langsmith.metadata.session_id',
          'langsmith.metadata.conversation_id',
        ),
    },
  };
}

function countsOf(a: Attributes): Counts {
  const plain = genAiCounts(a);
  const said = readJson(a, 'langsmith.usage_metadata');
  if (!isRecord(said)) return plain;
  const usage = said as Attributes;
  const input = (isRecord(usage['input_token_details']) ? usage['input_token_details'] : {}) as Attributes;
  const output = (isRecord(usage['output_token_details']) ? usage['output_token_details'] : {}) as Attributes;
  const cacheWrite5m = readCount(input, 'ephemeral_5m_input_tokens');
  const cacheWrite1h = readCount(input, 'ephemeral_1h_input_tokens', 'ephemeral_1hr_input_tokens');
  const split = cacheWrite5m === null && cacheWrite1h === null ? null : (cacheWrite5m ?? 0) + (cacheWrite1h ?? 0);
  const cacheWrite = readCount(input, 'cache_creation');
  return {
    input: readCount(usage, 'input_tokens') ?? plain.input,
    output: readCount(usage, 'output_tokens') ?? plain.output,
    cacheRead: readCount(input, 'cache_read') ?? plain.cacheRead,
    // With a split the whole is said as 0, so that nothing is added twice.
    cacheWrite: split !== null && split > (cacheWrite ?? 0) ? split : (cacheWrite ?? plain.cacheWrite),
    cacheWrite5m,
    cacheWrite1h,
    thinking: readCount(output, 'reasoning') ?? plain.thinking,
  };
}
