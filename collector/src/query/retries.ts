// "What did trying again cost in time": the attempts of calls that had more than one, by what failed them.
import type { RetriesAnswer, SliceQuery } from '../contract.ts';
import type { Store } from '../store/store.ts';
import { failureOfError } from './failure.ts';
import { latestStretch } from './latest-stretch.ts';
import { instantOf, mergedCalls, microsOf } from './merged-calls.ts';
import { columnsOfFilters, whereClause } from './where.ts';

const WORST = 10;

/** One row an attempt that was not the last of its call. An attempt that does not say when it began makes no wait known. */
const attemptsSql = (calls: string): string => `
  SELECT call_key, started_at, feature, model, length(told) AS tries, attempt.1 AS failure, attempt.2 AS failed_ms, attempt.3 AS waited_ms
  FROM (
    SELECT call_key, started_at, feature, model, JSONExtractArrayRaw(attempts) AS told,
      arrayMap(one -> toUnixTimestamp64Milli(parseDateTime64BestEffortOrNull(JSONExtractString(one, 'startedAt'), 3)), told) AS starts,
      arrayMap(one -> ifNull(JSONExtract(one, 'durationMs', 'Nullable(Float64)'), 0), told) AS durations,
      arrayMap(one -> (JSONExtractString(one, 'errorType'), JSONExtractString(one, 'errorCode')), told) AS errors
    FROM (${calls})
  )
  ARRAY JOIN arrayMap(n -> (${failureOfError('errors[n].1', 'errors[n].2')}, durations[n],
    ifNull(greatest(starts[n + 1] - starts[n] - durations[n], 0), 0)), range(1, length(told))) AS attempt`;

export async function queryRetries(store: Store, query: SliceQuery): Promise<RetriesAnswer> {
  // Few calls are tried again: all of them can be looked at.
  const begin = await latestStretch(store, query, Infinity, Date.parse(query.to));
  const window = { fromMicros: microsOf(begin), toMicros: microsOf(query.to) };
  const where = whereClause(query.where);
  const merged = await mergedCalls(store, window, {
    columns: ['feature', 'retries', ...columnsOfFilters(query.where)],
    extra: ['attempts'],
    retried: true,
  });
  const attempts = attemptsSql(`SELECT * FROM (${merged}) WHERE ${where.sql} AND retries > 0`);
  const parameters = { ...where.parameters, ...window };
  const sums =
    'uniqExact(call_key) AS calls, count() AS attempts, sum(failed_ms) AS failedMs, sum(waited_ms) AS waitedMs';
  const [sumRows, worst] = await Promise.all([
    // The row without a cause is of all: a call that failed in two ways is one call.
    store.query<Sums & { failure: string }>(
      `SELECT failure, ${sums} FROM (${attempts}) GROUP BY GROUPING SETS ((failure), ()) ORDER BY failedMs + waitedMs DESC, failure`,
      parameters,
    ),
    store.query<WorstRow>(
      `SELECT call_key, toUnixTimestamp64Micro(any(started_at)) AS started_micros, any(feature) AS of_feature, any(model) AS of_model,
  any(tries) AS attempts, sum(failed_ms + waited_ms) AS lostMs FROM (${attempts}) GROUP BY call_key ORDER BY lostMs DESC, call_key LIMIT ${WORST}`,
      parameters,
    ),
  ]);
  const { from, to } = query;
  const all = sumRows.find(({ failure }) => failure === '');
  const { calls = 0, attempts: tried = 0, failedMs = 0, waitedMs = 0 } = all ?? {};
  return {
    from,
    to,
    lookedFrom: instantOf(window.fromMicros),
    calls,
    attempts: tried,
    failedMs,
    waitedMs,
    causes: sumRows.filter(({ failure }) => failure !== ''),
    worst: worst.map((row) => ({
      callId: row.call_key,
      startedAt: instantOf(row.started_micros),
      feature: row.of_feature,
      model: row.of_model,
      attempts: row.attempts,
      lostMs: row.lostMs,
    })),
  };
}

interface Sums {
  calls: number;
  attempts: number;
  failedMs: number;
  waitedMs: number;
}
interface WorstRow {
  call_key: string;
  started_micros: number;
  of_feature: string | null;
  of_model: string | null;
  attempts: number;
  lostMs: number;
}
