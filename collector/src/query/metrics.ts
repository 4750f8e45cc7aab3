// "How much, how fast, how well": measures over a window, by dimensions and bucket, from merged calls.
import { DateTime } from 'luxon';
import { z } from 'zod';
import type { Bucket, Dimension, Measure, MetricsAnswer, MetricsQuery, MetricsRow } from '../contract.ts';
import type { Store } from '../store/store.ts';
import { columnsBehind, DIMENSION_COLUMNS, instantOf, mergedCalls, microsOf, storedOf } from './merged-calls.ts';
import { windowParameters } from './joined-reports.ts';
import { fromReports, readingOf } from './settled-hours.ts';
import {
  EMPTY_SKETCH,
  exactQuantile,
  isOfCalls,
  measureOfCalls,
  measureOfSums,
  ROLLUP_DIMENSIONS,
  SKETCH_DIMENSIONS,
  SKETCH_FUNCTION,
  sketchOf,
  sketchState,
  SUM_NAMES,
  SUMS,
} from './sums.ts';
import { whereClause } from './where.ts';

const MOST_ROWS = 50_000;

/** The answer would be longer than anyone reads; never cut silently. */
export class TooManyRows extends Error {
  override readonly name = 'TooManyRows';
}
export const BUCKET_SQL: Record<Exclude<Bucket, 'none'>, (start: string) => string> = {
  minute: (start) => `toStartOfMinute(toTimeZone(${start}, {timezone:String}))`,
  hour: (start) => `toStartOfHour(toTimeZone(${start}, {timezone:String}))`,
  day: (start) => `toStartOfDay(${start}, {timezone:String})`,
  week: (start) => `toDateTime(toStartOfWeek(${start}, 1, {timezone:String}), {timezone:String})`,
  month: (start) => `toDateTime(toStartOfMonth(${start}, {timezone:String}), {timezone:String})`,
};

/** How a question is put: the roll-up for settled hours where it can answer, the reports for the rest. */
export async function metricsSql(
  store: Store,
  query: MetricsQuery,
  mostRows: number | null = MOST_ROWS + 1,
): Promise<{ sql: string; parameters: Record<string, unknown>; missingBefore: number | null }> {
  const where = whereClause(query.where);
  const whole = { fromMicros: microsOf(query.from), toMicros: microsOf(query.to) };
  const measures = [...new Set<Measure>([...query.measures, 'unpricedCalls'])];
  const sketches = [...new Set(measures.flatMap((measure) => sketchOf(measure) ?? []))];
  const quantiles = sketches.length > 0 || measures.some(isOfCalls);
  const reading = canRollUp(query, sketches.length > 0) ? readingOf : fromReports;
  const { rollup, rawHours, missingBefore } = await reading(store, whole);
  const window = rollup ? { ...whole, hours: rawHours } : whole;
  // Where every hour is settled, nothing is to be merged: planning that costs more than reading the roll-up.
  const wholly = rollup !== null && rawHours.length === 0;
  const groups = groupsOf(query, 'started_at');
  const names = groups.map((group) => group.slice(group.lastIndexOf(' ') + 1));
  const grouped = names.length > 0 ? `GROUP BY ${names.join(', ')}` : '';
  // A re-pricing that is applied between the two statements must not show in one part of the answer only.
  const merged = wholly
    ? ''
    : await mergedCalls(store, window, {
        columns: columnsOf(query, quantiles),
        ...(rollup ? { pricesUpTo: rollup.prices } : {}),
      });
  const calls = `FROM (${merged}) WHERE ${where.sql} ${grouped}`;
  const parts = wholly
    ? []
    : [
        `SELECT ${[...groups, ...sumsOf((name) => SUMS[name]), ...sketches.map((sketch) => `${sketchState(sketch)} AS ${sketch}`)].join(', ')} ${calls}`,
      ];
  if (rollup) {
    const settled = `FROM rollup WHERE ${IN_ROLLUP} AND ${where.sql} ${grouped}`;
    const hourly = groupsOf(query, 'hour');
    parts.push(
      `SELECT ${[...hourly, ...sumsOf((name) => `sum(${name})`), ...sketches.map((sketch) => `${EMPTY_SKETCH} AS ${sketch}`)].join(', ')} ${settled}`,
    );
    if (sketches.length > 0) {
      parts.push(
        `SELECT ${[...hourly, ...sumsOf((name) => `${NO_SUM[name] ?? 'toUInt64(0)'}`), ...sketches.map((sketch) => `${MERGE_STATES}(${sketch}) AS ${sketch}`)].join(', ')} ${settled.replace('rollup', 'rollup_sketches')}`,
      );
    }
  }
  // Without a roll-up, quantiles are exact and not sketched.
  const exact = rollup === null && quantiles;
  const answers = measures.map(
    (measure) =>
      `${exact ? (exactQuantile(measure) ?? measureOfCalls(measure)) : measureOfSums(measure)} AS measure_${measure}`,
  );
  const sql = exact
    ? `SELECT ${[...groups, ...answers].join(',\n  ')}\n${calls}`
    : `SELECT ${[...names, ...answers].join(',\n  ')}\nFROM (${parts.join('\nUNION ALL ')})\n${grouped}`;
  return {
    sql: `${sql}\n${names.length > 0 ? `ORDER BY ${names.join(', ')}` : ''}\n${mostRows === null ? '' : `LIMIT ${mostRows}`}`,
    parameters: {
      ...where.parameters,
      ...windowParameters(window),
      ...(rollup ? { rollupFrom: rollup.from, rollupTo: rollup.to, rollupVersion: rollup.version } : {}),
      timezone: query.timezone,
    },
    missingBefore,
  };
}

/** Rows of the whole settled hours, each at the version that was current when the question was asked. */
const IN_ROLLUP = `hour >= toDateTime({rollupFrom:UInt32}, 'UTC') AND hour < toDateTime({rollupTo:UInt32}, 'UTC')
  AND hour NOT IN (SELECT toDateTime(arrayJoin({hours:Array(UInt32)}), 'UTC'))
  AND (hour, version) IN (SELECT hour, max(version) FROM settled WHERE version <= {rollupVersion:UInt64} GROUP BY hour)`;
const NO_MONEY = 'toDecimal128(0, 12)';
const NO_SUM: Partial<Record<string, string>> = {
  cost: NO_MONEY,
  savings: NO_MONEY,
  cache_read_cost: NO_MONEY,
  cache_write_5m_cost: NO_MONEY,
  cache_write_1h_cost: NO_MONEY,
};
const MERGE_STATES = `${SKETCH_FUNCTION.replace('(', 'MergeState(')}`;
const sumsOf = (expression: (name: (typeof SUM_NAMES)[number]) => string): string[] =>
  SUM_NAMES.map((name) => `${expression(name)} AS ${name}`);

/** What of identity, times and tags a question needs of its calls. */
function columnsOf({ by, where }: MetricsQuery, quantiles: boolean): string[] {
  const asked = [...by, ...where.map((filter) => filter.slice(0, filter.indexOf(':')) as Dimension)];
  const times = quantiles ? ['source', 'duration_ms', 'ttft_ms'] : [];
  return ['retries', ...times, ...asked.flatMap(columnsBehind)];
}

function groupsOf(query: MetricsQuery, start: string): string[] {
  return [
    ...(query.bucket === 'none' ? [] : [`toUnixTimestamp(${BUCKET_SQL[query.bucket](start)}) AS bucket_seconds`]),
    ...query.by.map((dimension) => `${DIMENSION_COLUMNS[dimension]} AS by_${dimension}`),
  ];
}

/** Whether the roll-up has the dimensions asked about, at a grain that the buckets are made of. */
function canRollUp(query: MetricsQuery, quantiles: boolean): boolean {
  const named = [...query.by, ...query.where.map((filter) => filter.slice(0, filter.indexOf(':')) as Dimension)];
  const asked = named.flatMap(storedOf);
  if (query.measures.some(isOfCalls)) return false;
  const held = quantiles ? SKETCH_DIMENSIONS : ROLLUP_DIMENSIONS;
  if (query.bucket === 'minute' || asked.some((dimension) => !held.includes(dimension))) return false;
  return query.bucket === 'none' || (wholeHours(query.timezone, query.from) && wholeHours(query.timezone, query.to));
}

/** Whether days of the time zone begin on an hour of UTC. */
const wholeHours = (timezone: string, at: string): boolean =>
  DateTime.fromISO(at, { zone: timezone }).offset % 60 === 0;

const rowSchema = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

export async function queryMetrics(store: Store, query: MetricsQuery): Promise<MetricsAnswer> {
  const { sql, parameters, missingBefore } = await metricsSql(store, query);
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
  const { from, to, bucket } = query;
  const missing = missingBefore === null ? null : instantOf(missingBefore * 1_000_000);
  return { from, to, bucket, rows, unpricedCalls, missingBefore: missing };
}

/** Values of one dimension in the window, most calls first: what a filter's picker offers. */
export async function queryValues(
  store: Store,
  dimension: Dimension,
  query: { from: string; to: string; search?: string | undefined; limit: number },
): Promise<{ value: string | null; calls: number }[]> {
  const { from, to, search = '', limit } = query;
  const { sql, parameters } = await metricsSql(
    store,
    { from, to, measures: ['calls'], by: [dimension], bucket: 'none', timezone: 'UTC', where: [] },
    null,
  );
  return store.query(
    `SELECT by_${dimension} AS value, measure_calls AS calls FROM (${sql})
WHERE positionCaseInsensitiveUTF8(ifNull(value, ''), {search:String}) > 0
ORDER BY calls DESC, value LIMIT {limit:UInt32}`,
    { ...parameters, search, limit },
  );
}
