// "How much, how fast, how well": measures over a window, by dimensions and bucket, from merged calls.
import { z } from 'zod';
import { SERVER_SOURCE } from '../calls/believed.ts';
import type { Bucket, Dimension, Measure, MetricsAnswer, MetricsQuery, MetricsRow } from '../contract.ts';
import type { Store } from '../store/store.ts';
import { DIMENSION_COLUMNS, instantOf, mergedCalls, microsOf } from './merged-calls.ts';
import { whereClause } from './where.ts';

const MOST_ROWS = 50_000;

/** The answer would be longer than anyone reads; never cut silently. */
export class TooManyRows extends Error {
  override readonly name = 'TooManyRows';
}
const prompt =
  'ifNull(input_tokens, 0) + ifNull(cache_write_5m_tokens, 0) + ifNull(cache_write_1h_tokens, 0) + ifNull(cache_read_tokens, 0)';
/** A sum of money is unknown where no call of the row has a price; a row without calls cost nothing. */
const money = (column: string) =>
  `if(count() > 0 AND count(${column}) = 0, NULL, toDecimalString(sum(ifNull(${column}, 0)), 12))`;
/** What the app waited beyond the servers' own time; unknown unless both sides told. */
const OUTSIDE_MS = `if(source = '${SERVER_SOURCE}', NULL, greatest(duration_ms - server_ms, 0))`;
const quantile = (level: number, column: string) => `quantileExactOrNull(${level})(${column})`;

const MEASURE_SQL: Record<Measure, string> = {
  calls: 'count()',
  errors: `countIf(outcome = 'error')`,
  errorRate: `if(count() = 0, NULL, countIf(outcome = 'error') / count())`,
  costUsd: money('cost_usd'),
  unpricedCalls: 'countIf(cost_usd IS NULL)',
  inputTokens: 'sum(ifNull(input_tokens, 0))',
  cacheWrite5mTokens: 'sum(ifNull(cache_write_5m_tokens, 0))',
  cacheWrite1hTokens: 'sum(ifNull(cache_write_1h_tokens, 0))',
  cacheReadTokens: 'sum(ifNull(cache_read_tokens, 0))',
  outputTokens: 'sum(ifNull(output_tokens, 0))',
  thinkingTokens: 'sum(ifNull(thinking_tokens, 0))',
  webSearches: 'sum(ifNull(web_searches, 0))',
  cacheHitRate: `if(sum(${prompt}) = 0, NULL, sum(ifNull(cache_read_tokens, 0)) / sum(${prompt}))`,
  cacheSavingsUsd: money('cache_savings_usd'),
  retries: 'sum(ifNull(retries, 0))',
  p50LatencyMs: quantile(0.5, 'duration_ms'),
  p95LatencyMs: quantile(0.95, 'duration_ms'),
  p99LatencyMs: quantile(0.99, 'duration_ms'),
  p95TtftMs: quantile(0.95, 'ttft_ms'),
  p50OutsideMs: quantile(0.5, OUTSIDE_MS),
  p95OutsideMs: quantile(0.95, OUTSIDE_MS),
};

const BUCKET_SQL: Record<Exclude<Bucket, 'none'>, string> = {
  minute: `toStartOfMinute(toTimeZone(started_at, {timezone:String}))`,
  hour: `toStartOfHour(toTimeZone(started_at, {timezone:String}))`,
  day: `toStartOfDay(started_at, {timezone:String})`,
  week: `toDateTime(toStartOfWeek(started_at, 1, {timezone:String}), {timezone:String})`,
  month: `toDateTime(toStartOfMonth(started_at, {timezone:String}), {timezone:String})`,
};

export async function metricsSql(
  store: Store,
  query: MetricsQuery,
): Promise<{ sql: string; parameters: Record<string, unknown> }> {
  const where = whereClause(query.where);
  const window = { fromMicros: microsOf(query.from), toMicros: microsOf(query.to) };
  const groups = [
    ...(query.bucket === 'none' ? [] : [`toUnixTimestamp(${BUCKET_SQL[query.bucket]}) AS bucket_seconds`]),
    ...query.by.map((dimension) => `${DIMENSION_COLUMNS[dimension]} AS by_${dimension}`),
  ];
  const names = groups.map((group) => group.slice(group.lastIndexOf(' ') + 1));
  const measures = [...new Set<Measure>([...query.measures, 'unpricedCalls'])].map(
    (measure) => `${MEASURE_SQL[measure]} AS measure_${measure}`,
  );
  const sql = `SELECT ${[...groups, ...measures].join(',\n  ')}
FROM (${await mergedCalls(store, window)})
WHERE ${where.sql}
${names.length > 0 ? `GROUP BY ${names.join(', ')} ORDER BY ${names.join(', ')}` : ''}
LIMIT ${MOST_ROWS + 1}`;
  return {
    sql,
    parameters: {
      ...where.parameters,
      ...window,
      timezone: query.timezone,
    },
  };
}

const rowSchema = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

export async function queryMetrics(store: Store, query: MetricsQuery): Promise<MetricsAnswer> {
  const { sql, parameters } = await metricsSql(store, query);
  const raw = z.array(rowSchema).parse(await store.query(sql, parameters));
  if (raw.length > MOST_ROWS) {
    throw new TooManyRows(`by: the answer has more than ${MOST_ROWS} rows; take a shorter window or fewer dimensions`);
  }
  const rows = raw.map((row) => {
    const answer: MetricsRow = {};
    if (query.bucket !== 'none') answer['bucket'] = instantOf(Number(row['bucket_seconds']) * 1_000_000);
    for (const dimension of query.by) answer[dimension] = row[`by_${dimension}`] ?? null;
    for (const measure of query.measures) answer[measure] = row[`measure_${measure}`] ?? null;
    return answer;
  });
  const unpricedCalls = raw.reduce((sum, row) => sum + Number(row['measure_unpricedCalls']), 0);
  return { from: query.from, to: query.to, bucket: query.bucket, rows, unpricedCalls };
}

/** Values of one dimension in the window, most calls first: what a filter's picker offers. */
export async function queryValues(
  store: Store,
  dimension: Dimension,
  query: { from: string; to: string; search?: string | undefined; limit: number },
): Promise<{ value: string | null; calls: number }[]> {
  const column = DIMENSION_COLUMNS[dimension];
  const window = { fromMicros: microsOf(query.from), toMicros: microsOf(query.to) };
  return store.query(
    `SELECT ${column} AS value, count() AS calls FROM (${await mergedCalls(store, window)})
WHERE positionCaseInsensitiveUTF8(ifNull(${column}, ''), {search:String}) > 0
GROUP BY value ORDER BY calls DESC, value LIMIT {limit:UInt32}`,
    { ...window, search: query.search ?? '', limit: query.limit },
  );
}
