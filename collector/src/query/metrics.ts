// "How much, how fast, how well": measures over a window, by dimensions and bucket, from merged calls.
import { z } from 'zod';
import type { Bucket, Dimension, Measure, MetricsAnswer, MetricsQuery, MetricsRow } from '../contract.ts';
import type { Store } from '../store/store.ts';
import { columnsBehind, DIMENSION_COLUMNS, instantOf, microsOf, storedOf } from './merged-calls.ts';
import { callsOf, hoursWithin } from './open-calls.ts';
import { rollupFor, type Rollup } from './rollups.ts';
import {
  daysRead,
  fromReports,
  hoursRead,
  isWholeHours,
  readingOf,
  readParameters,
  type Reading,
} from './settled-hours.ts';
import { exactQuantile, measureOfCalls, measureOfSums, sketchOf, sketchState, SUMS, sumsIn } from './sums.ts';
import { toldOnce } from './told-once.ts';
import { columnsOfFilters, dimensionsOfFilters, whereClause } from './where.ts';

const MOST_ROWS = 50_000;

/** The answer would be longer than anyone reads; never cut silently. */
export class TooManyRows extends Error {
  override readonly name = 'TooManyRows';
}
/** Shorter than an hour and longer than a minute: windows of monitors. Pages do not ask for them. */
type ShortBucket = '5 minutes' | '15 minutes';
export type RowsQuestion = Omit<MetricsQuery, 'bucket'> & { bucket: Bucket | ShortBucket };

export const BUCKET_SQL: Record<Exclude<Bucket, 'none'> | ShortBucket, (start: string) => string> = {
  '5 minutes': (start) => `toStartOfFiveMinutes(toTimeZone(${start}, {timezone:String}))`,
  '15 minutes': (start) => `toStartOfFifteenMinutes(toTimeZone(${start}, {timezone:String}))`,
  minute: (start) => `toStartOfMinute(toTimeZone(${start}, {timezone:String}))`,
  hour: (start) => `toStartOfHour(toTimeZone(${start}, {timezone:String}))`,
  day: (start) => `toStartOfDay(${start}, {timezone:String})`,
  week: (start) => `toDateTime(toStartOfWeek(${start}, 1, {timezone:String}), {timezone:String})`,
  month: (start) => `toDateTime(toStartOfMonth(${start}, {timezone:String}), {timezone:String})`,
};

/** How a question is put: roll-ups for what is settled where they can answer, call by call for the rest. */
export async function metricsSql(
  store: Store,
  query: RowsQuestion,
  mostRows: number | null = MOST_ROWS + 1,
): Promise<{ sql: string; parameters: Record<string, unknown>; missingBefore: number | null }> {
  const measures = [...new Set<Measure>([...query.measures, 'unpricedCalls'])];
  const sketches = [...new Set(measures.flatMap((measure) => sketchOf(measure) ?? []))];
  const sums = sumsIn(measures);
  const whole = { fromMicros: microsOf(query.from), toMicros: microsOf(query.to) };
  const filtered = dimensionsOfFilters(query.where);
  const rollup =
    filtered !== null && isOfHours(query)
      ? rollupFor([...query.by, ...filtered].flatMap(storedOf), [...sums, ...sketches])
      : null;
  const reading =
    rollup && isOfHours(query)
      ? await readingOf(store, whole, { bucket: query.bucket, timezone: query.timezone, ...rollup })
      : await fromReports(store, whole);
  const where = whereClause(query.where);
  const groups = groupsOf(query, 'started_at', ofCall);
  const names = groups.map((group) => group.slice(group.lastIndexOf(' ') + 1));
  const grouped = names.length > 0 ? `GROUP BY ${names.join(', ')}` : '';
  const window = reading.rollup ? { ...whole, hours: reading.rawHours } : whole;
  const rolled = rollup && reading.rollup ? rolledUp(query, rollup, reading, [...sums, ...sketches]) : [];
  // Something has to be asked also where there is nothing.
  const isSettled = reading.rollup !== null && reading.rawHours.length === 0 && rolled.length > 0;
  const calls = isSettled
    ? { from: '', condition: '', parameters: {} }
    : await callsOf(store, window, reading.look, {
        ...(reading.rollup === null && hoursWithin(whole) === null ? await toldOnce(store, whole) : {}),
        columns: columnsOf(query, sketches.length > 0),
      });
  const ofCalls = `FROM ${calls.from} WHERE ${calls.condition} AND ${where.sql} ${grouped}`;
  const parts = [
    ...(isSettled
      ? []
      : [
          `SELECT ${[...groups, ...sums.map((name) => `${SUMS[name]} AS ${name}`), ...sketches.map((sketch) => `${sketchState(sketch)} AS ${sketch}`)].join(', ')} ${ofCalls}`,
        ]),
    ...rolled,
  ];
  // Quantiles are sketched where one panel may have them from roll-ups and another from the calls, so that both say the same; in a
  // ledger of which nothing is settled they are exact.
  const exact = !reading.anySettled;
  const answers = measures.map(
    (measure) =>
      `${exact ? (exactQuantile(measure) ?? measureOfCalls(measure)) : measureOfSums(measure)} AS measure_${measure}`,
  );
  const sql = exact
    ? `SELECT ${[...groups, ...answers].join(',\n  ')}\n${ofCalls}`
    : `SELECT ${[...names, ...answers].join(',\n  ')}\nFROM (${parts.join('\nUNION ALL ')})\n${grouped}`;
  return {
    sql: `${sql}\n${names.length > 0 ? `ORDER BY ${names.join(', ')}` : ''}\n${mostRows === null ? '' : `LIMIT ${mostRows}`}`,
    parameters: {
      ...where.parameters,
      ...calls.parameters,
      ...readParameters(reading),
      timezone: query.timezone,
    },
    missingBefore: reading.missingBefore,
  };
}

/** Rows of the roll-up as they are: whole days where there are such, hours between them. */
function rolledUp(
  query: RowsQuestion,
  { table, rows, columnOf }: Rollup,
  reading: Reading,
  values: readonly string[],
): string[] {
  const columns = [...groupsOf(query, 'hour', columnOf), ...values].join(', ');
  const where = `${rows} AND ${whereClause(query.where, 'where', columnOf).sql}`;
  const read = (from: string, versions: string): string =>
    `SELECT ${columns} FROM ${from} WHERE ${versions} AND ${where}`;
  return [
    ...(reading.blocks.length === 0 ? [] : [read(`${table}_days`, daysRead(reading))]),
    ...(reading.hours.length === 0 ? [] : [read(table, hoursRead(reading))]),
  ];
}

const ofCall = (dimension: Dimension): string => DIMENSION_COLUMNS[dimension];

/** What of identity, times and tags a question needs of its calls. */
function columnsOf({ by, where }: RowsQuestion, quantiles: boolean): string[] {
  const times = quantiles ? ['source', 'duration_ms', 'ttft_ms'] : [];
  return ['retries', ...times, ...by.flatMap(columnsBehind), ...columnsOfFilters(where)];
}

function groupsOf(query: RowsQuestion, start: string, columnOf: (dimension: Dimension) => string): string[] {
  return [
    ...(query.bucket === 'none' ? [] : [`toUnixTimestamp(${BUCKET_SQL[query.bucket](start)}) AS bucket_seconds`]),
    ...query.by.map((dimension) => `${columnOf(dimension)} AS by_${dimension}`),
  ];
}

/** Whether the buckets are made of hours, all or nearly all of them. */
function isOfHours(query: RowsQuestion): query is MetricsQuery {
  const { bucket, timezone, from, to } = query;
  if (bucket === 'minute' || bucket === '5 minutes' || bucket === '15 minutes') return false;
  return bucket !== 'hour' || isWholeHours(timezone, Date.parse(from) / 1000, Date.parse(to) / 1000);
}

const rowSchema = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

export async function queryMetrics(store: Store, query: MetricsQuery): Promise<MetricsAnswer> {
  const { from, to, bucket } = query;
  return { from, to, bucket, ...(await queryRows(store, query)) };
}

/** What a question of any bucket is answered. */
export async function queryRows(
  store: Store,
  query: RowsQuestion,
): Promise<Pick<MetricsAnswer, 'rows' | 'unpricedCalls' | 'missingBefore'>> {
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
  const missing = missingBefore === null ? null : instantOf(missingBefore * 1_000_000);
  return { rows, unpricedCalls, missingBefore: missing };
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
