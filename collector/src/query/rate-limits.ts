// "How close to its limits was it": the least that the headers of answers said was left, by model and kind of limit. Read from
// the reports as they came, since the least of several tellings is the least of one; only a filter needs their calls.
import type { LimitsAnswer, LimitsQuery } from '../contract.ts';
import type { Store } from '../store/store.ts';
import { inWindow, type Window } from './joined-reports.ts';
import { latestStretch } from './latest-stretch.ts';
import { instantOf, mergedCalls, microsOf } from './merged-calls.ts';
import { BUCKET_SQL, TooManyRows } from './metrics.ts';
import { toldOnce } from './told-once.ts';
import { columnsOfFilters, whereClause } from './where.ts';

const MOST_CALLS = 200_000;
const MOST_ROWS = 20_000;

/** One row a report and limit it told of. */
const toldSql = (where: string): string => `
  SELECT call_key, started_at, model, told.1 AS kind, JSONExtract(told.2, 'limit', 'Nullable(Int64)') AS most, JSONExtract(told.2, 'remaining', 'Nullable(Int64)') AS remaining,
    assumeNotNull(remaining / most) AS share, toUnixTimestamp64Milli(parseDateTime64BestEffortOrNull(JSONExtractString(told.2, 'resetAt'), 3)) - toUnixTimestamp64Milli(started_at) AS reset_ms
  FROM reports
  ARRAY JOIN JSONExtractKeysAndValuesRaw(rate_limits) AS told
  WHERE ${inWindow('started_at', { fromMicros: 0, toMicros: 0 })} AND rate_limits != '{}' AND ${where} AND most > 0 AND remaining IS NOT NULL`;

export async function queryRateLimits(store: Store, query: LimitsQuery, now: () => number): Promise<LimitsAnswer> {
  const { from, to, timezone } = query;
  const begin = await latestStretch(store, query, MOST_CALLS, now());
  const window = { fromMicros: microsOf(begin), toMicros: microsOf(to) };
  const where = whereClause(query.where);
  const told = toldSql(query.where.length === 0 ? '1' : await ofCalls(store, query, window, where.sql));
  const parameters = { ...where.parameters, ...window };
  const bucket = `toUnixTimestamp(${BUCKET_SQL[query.bucket]('started_at')})`;
  const [limits, course] = await Promise.all([
    store.query<LimitRow>(
      `SELECT model, kind, min(share) AS leastShare, argMin(assumeNotNull(most), share) AS most, argMin(assumeNotNull(remaining), share) AS remaining,
  toUnixTimestamp64Micro(argMin(started_at, share)) AS at_micros, argMin(call_key, share) AS callId, argMin(tuple(reset_ms), share).1 AS resetMs
FROM (${told}) GROUP BY model, kind ORDER BY leastShare, model, kind LIMIT ${MOST_ROWS + 1}`,
      parameters,
    ),
    store.query<CourseRow>(
      `SELECT ${bucket} AS bucket_seconds, model, kind, min(share) AS leastShare FROM (${told})
GROUP BY bucket_seconds, model, kind ORDER BY bucket_seconds, model, kind LIMIT ${MOST_ROWS + 1}`,
      { ...parameters, timezone },
    ),
  ]);
  if (Math.max(limits.length, course.length) > MOST_ROWS) {
    throw new TooManyRows(
      `bucket: the answer has more than ${MOST_ROWS} rows; take a shorter window or a longer bucket`,
    );
  }
  return {
    from,
    to,
    lookedFrom: instantOf(window.fromMicros),
    limits: limits.map(({ at_micros, most: limit, resetMs, ...row }) => ({
      ...row,
      limit,
      at: instantOf(at_micros),
      resetMs: resetMs === null ? null : Math.max(0, resetMs),
    })),
    course: course.map(({ bucket_seconds, ...row }) => ({ bucket: instantOf(bucket_seconds * 1_000_000), ...row })),
  };
}

/** Which reports: those of calls that the filters let through. */
async function ofCalls(store: Store, query: LimitsQuery, window: Window, where: string): Promise<string> {
  const options = { ...(await toldOnce(store, window)), columns: columnsOfFilters(query.where) };
  return `call_key IN (SELECT call_key FROM (${await mergedCalls(store, window, options)}) WHERE ${where})`;
}

interface CourseRow {
  bucket_seconds: number;
  model: string | null;
  kind: string;
  leastShare: number;
}
interface LimitRow extends Omit<CourseRow, 'bucket_seconds'> {
  most: number;
  remaining: number;
  at_micros: number;
  callId: string;
  resetMs: number | null;
}
