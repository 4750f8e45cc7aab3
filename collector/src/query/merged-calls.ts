// The one merging expression: reports -> calls. Every number of every page is read through it, so that no two disagree.
// Identity, time and tags come from the report of the highest rank that says them; model, usage, price and receipt come
// together from the report of the highest usage rank, never mixed from two.
import type { Dimension } from '../contract.ts';

/** Dimension -> column of a merged call. A closed map: no name from outside reaches the SQL text. */
export const DIMENSION_COLUMNS: Record<Dimension, string> = {
  feature: 'feature',
  model: 'model',
  userId: 'user_id',
  customer: 'customer',
  promptVersion: 'prompt_version',
  conversationId: 'conversation_id',
  environment: 'environment',
  service: 'service',
  workspace: 'workspace',
  stopReason: 'stop_reason',
  errorType: 'error_type',
  source: 'source',
  project: 'project',
};

const BY_RANK = [
  'source', 'duration_ms', 'ttft_ms', 'stream', 'trace_id', 'span_id', 'message_id', 'request_id', 'request_model',
  'feature', 'user_id', 'customer', 'prompt_version', 'conversation_id', 'environment', 'service', 'workspace', 'project',
  'outcome', 'error_type', 'http_status', 'retries',
]; // prettier-ignore
const BY_USAGE = [
  'model', 'stop_reason', 'input_tokens', 'cache_write_5m_tokens', 'cache_write_1h_tokens', 'cache_read_tokens', 'output_tokens',
  'thinking_tokens', 'web_searches', 'cost_usd', 'cache_savings_usd', 'unpriced_reason',
]; // prettier-ignore

// Reports of equal rank that do not agree: a digest of who they are from decides, so that the order in which they came does not.
const TIE = `bitShiftRight(sipHash64(ifNull(trace_id, ''), ifNull(span_id, ''), started_at), 16)`;
const BELIEVED = `bitShiftLeft(toUInt64(rank), 48) + ${TIE}`;
const BELIEVED_USAGE = `bitShiftLeft(toUInt64(usage_rank) * 100 + rank, 48) + ${TIE}`;

/**
 * A subquery of merged calls that started in [fromMicros, toMicros), both parameters Int64 of microseconds. Reports up to an
 * hour outside are read too, since reports of one call need not agree on when it started.
 * `extra` adds columns from the winning usage report, such as `receipt`.
 */
export function mergedCalls(options: { key?: boolean; extra?: readonly ('receipt' | 'attempts')[] } = {}): string {
  const extra = options.extra ?? [];
  const usageColumns = [...BY_USAGE, ...extra.filter((column) => column === 'receipt')];
  const rankColumns = [...BY_RANK, ...extra.filter((column) => column === 'attempts')];
  return `
  SELECT call_key, call_started_at AS started_at, sources,
    ${rankColumns.map((column) => `merged_${column} AS ${column}`).join(', ')},
    ${usageColumns.map((column, index) => `usage_group.${index + 1} AS ${column}`).join(', ')}
  FROM (
    SELECT call_key,
      argMax(started_at, ${BELIEVED}) AS call_started_at,
      arraySort(groupUniqArray(source)) AS sources,
      ${rankColumns.map((column) => `argMax(${column}, ${BELIEVED}) AS merged_${column}`).join(', ')},
      argMax(tuple(${usageColumns.join(', ')}), ${BELIEVED_USAGE}) AS usage_group
    FROM reports
    WHERE ${
      options.key
        ? 'call_key = {callKey:String}'
        : `started_at >= fromUnixTimestamp64Micro({fromMicros:Int64} - 3600000000, 'UTC')
      AND started_at < fromUnixTimestamp64Micro({toMicros:Int64} + 3600000000, 'UTC')`
    }
    GROUP BY call_key
  )
  ${options.key ? '' : `WHERE call_started_at >= fromUnixTimestamp64Micro({fromMicros:Int64}, 'UTC') AND call_started_at < fromUnixTimestamp64Micro({toMicros:Int64}, 'UTC')`}`;
}

export const microsOf = (instant: string): number => Date.parse(instant) * 1000;
export const instantOf = (micros: number): string => new Date(Math.floor(micros / 1000)).toISOString();
