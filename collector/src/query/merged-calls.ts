// The one merging expression: reports -> calls. Every number of every page is read through it, so that no two disagree.
// Identity, time and tags come from the report of the highest rank that says them; model, usage, price and receipt come
// together from the report of the highest usage rank, never mixed from two. Its price is the one of its latest applied
// re-pricing, else the one it arrived with.
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
  'thinking_tokens', 'web_searches',
]; // prettier-ignore
const PRICE = ['cost_usd', 'cache_savings_usd', 'unpriced_reason'];

// Reports of equal rank that do not agree: a digest of who they are from decides, so that the order in which they came does not.
const DIGEST = `sipHash64(call_key, ifNull(trace_id, ''), ifNull(span_id, ''), started_at)`;
const BELIEVED = `bitShiftLeft(toUInt64(rank), 48) + bitShiftRight(${DIGEST}, 16)`;
/** 80 bits that a report and its repeats share and no other report has. Under them a report is priced again (`repriced.report`). */
export const REPORT_ID = `(bitShiftLeft(toUInt128(usage_rank) * 100 + rank, 64) + ${DIGEST})`;
// A report that came twice can have come with two prices (a card changed in between): the one received first holds. All in one
// number: with a tuple as the key, argMax takes a tenth longer. A time in milliseconds has 42 bits until the year 2109.
const BELIEVED_USAGE = `bitShiftLeft(${REPORT_ID}, 48) + toUInt64(281474976710655 - toUnixTimestamp64Milli(received_at))`;
/** Evaluated within each query, so that an answer is wholly before or wholly after a re-pricing was applied. */
const APPLIED = `price_version IN (SELECT number FROM repricings FINAL WHERE status = 'applied')`;

export interface MergeOptions {
  /** One call by `callKey` instead of a window. */
  key?: boolean;
  /** Adds columns of the winning report. */
  extra?: readonly ('receipt' | 'attempts')[];
  /** As if the re-pricing with the number {previewVersion: UInt32} were applied. */
  preview?: boolean;
}

/**
 * A subquery of merged calls that started in [fromMicros, toMicros), both parameters Int64 of microseconds. Reports up to an
 * hour outside are read too, since reports of one call need not agree on when it started.
 * `usage_report` is the identity of the report that usage and price are from, `price_version` the number of the re-pricing
 * that the price is from, 0 for the price at arrival.
 */
export function mergedCalls({ key = false, extra = [], preview = false }: MergeOptions = {}): string {
  const priceColumns = [...PRICE, ...extra.filter((column) => column === 'receipt')];
  const usageColumns = [...BY_USAGE, ...priceColumns];
  const rankColumns = [...BY_RANK, ...extra.filter((column) => column === 'attempts')];
  const place = (column: string) => `usage_group.${usageColumns.indexOf(column) + 1}`;
  const inReach = key
    ? 'call_key = {callKey:String}'
    : `started_at >= fromUnixTimestamp64Micro({fromMicros:Int64} - 3600000000, 'UTC')
      AND started_at < fromUnixTimestamp64Micro({toMicros:Int64} + 3600000000, 'UTC')`;
  return `
  SELECT call_key, call_started_at AS started_at, sources, usage_report, latest_version AS price_version,
    ${rankColumns.map((column) => `merged_${column} AS ${column}`).join(', ')},
    ${BY_USAGE.map((column) => `${place(column)} AS ${column}`).join(', ')},
    ${priceColumns.map((column, index) => `if(latest_version = 0, ${place(column)}, repriced_group.${index + 1}) AS ${column}`).join(',\n    ')}
  FROM (
    SELECT call_key,
      argMax(started_at, ${BELIEVED}) AS call_started_at,
      arraySort(groupUniqArray(source)) AS sources,
      ${rankColumns.map((column) => `argMax(${column}, ${BELIEVED}) AS merged_${column}`).join(', ')},
      argMax(tuple(${usageColumns.join(', ')}), ${BELIEVED_USAGE}) AS usage_group,
      bitShiftRight(max(${BELIEVED_USAGE}), 48) AS usage_report
    FROM reports
    WHERE ${inReach}
    GROUP BY call_key
  ) AS merged
  LEFT JOIN (
    SELECT report AS usage_report, max(price_version) AS latest_version,
      argMax(tuple(${priceColumns.join(', ')}), price_version) AS repriced_group
    FROM repriced
    WHERE ${inReach} AND (${APPLIED}${preview ? ' OR price_version = {previewVersion:UInt32}' : ''})
    GROUP BY report
  ) AS prices USING (usage_report)
  ${key ? '' : `WHERE call_started_at >= fromUnixTimestamp64Micro({fromMicros:Int64}, 'UTC') AND call_started_at < fromUnixTimestamp64Micro({toMicros:Int64}, 'UTC')`}`;
}

export const microsOf = (instant: string): number => Date.parse(instant) * 1000;
export const instantOf = (micros: number): string => new Date(Math.floor(micros / 1000)).toISOString();
