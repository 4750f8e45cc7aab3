// "What did trying again cost in time": the attempts of calls that had more than one, by what failed them.
import type { RetriesAnswer, SliceQuery } from '../contract.ts';
import type { Store } from '../store/store.ts';
import { attemptsSql, lostByCall } from './attempts.ts';
import { windowParameters, type Window } from './joined-reports.ts';
import { latestStretch } from './latest-stretch.ts';
import { SHAPE_WITH_BANDS } from './ledger-state.ts';
import { instantOf, mergedCalls, microsOf } from './merged-calls.ts';
import { readingOf } from './settled-hours.ts';
import { RETRIES, smallRollup } from './small-rollups.ts';
import { toldOnce, type ToldOnce } from './told-once.ts';
import { columnsOfFilters, whereClause } from './where.ts';

const WORST = 10;

export async function queryRetries(store: Store, query: SliceQuery): Promise<RetriesAnswer> {
  // Few calls are tried again: all of them can be looked at.
  const begin = await latestStretch(store, query, Infinity, Date.parse(query.to));
  const window = { fromMicros: microsOf(begin), toMicros: microsOf(query.to) };
  const isWhole = query.where.length === 0;
  // The hours of the worst calls are few, and are merged as they are.
  const told = isWhole ? Promise.resolve({}) : toldOnce(store, window);
  const [sums, worst] = await Promise.all([
    isWhole ? sumsOfRollup(store, window) : told.then((once) => sumsOfCalls(store, query, window, once)),
    Promise.all([told, isWhole ? hoursOfWorst(store, window) : window]).then(([once, hours]) =>
      worstOf(store, query, hours, once),
    ),
  ]);
  const { from, to } = query;
  // The row without a cause is of all: a call that failed in two ways is one call.
  const all = sums.find(({ failure }) => failure === '');
  const { calls = 0, attempts: tried = 0, failedMs = 0, waitedMs = 0 } = all ?? {};
  return {
    from,
    to,
    lookedFrom: instantOf(window.fromMicros),
    calls,
    attempts: tried,
    failedMs,
    waitedMs,
    causes: sums.filter(({ failure }) => failure !== ''),
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

/** Attempts that were not the last of their call, as a subquery; the parameters are those of the window and of the filters. */
async function attemptsOf(store: Store, { where }: SliceQuery, window: Window, once: ToldOnce): Promise<Asked> {
  const filters = whereClause(where);
  const merged = await mergedCalls(store, window, {
    ...once,
    columns: ['feature', 'retries', ...columnsOfFilters(where)],
    extra: ['attempts'],
    retried: true,
  });
  return {
    sql: attemptsSql(`SELECT * FROM (${merged}) WHERE ${filters.sql} AND retries > 0`),
    parameters: { ...filters.parameters, ...windowParameters(window) },
  };
}

const SUMS = 'sum(calls) AS calls, sum(attempts) AS attempts, sum(failed_ms) AS failedMs, sum(waited_ms) AS waitedMs';
const sumsSql = (rows: string): string =>
  `SELECT failure, ${SUMS} FROM (${rows}) GROUP BY failure ORDER BY failedMs + waitedMs DESC, failure`;

async function sumsOfRollup(store: Store, window: Window): Promise<Sums[]> {
  const { rows, parameters } = await smallRollup(store, RETRIES, window);
  return store.query<Sums>(sumsSql(rows), parameters);
}

async function sumsOfCalls(store: Store, query: SliceQuery, window: Window, once: ToldOnce): Promise<Sums[]> {
  const { sql, parameters } = await attemptsOf(store, query, window, once);
  return store.query<Sums>(
    sumsSql(
      `SELECT failure, 1 AS calls, failed_attempts AS attempts, failed AS failed_ms, waited AS waited_ms FROM (${lostByCall(sql)})`,
    ),
    parameters,
  );
}

/** The hours that can hold one of the worst calls: of settled ones those with the worst, and all that are not settled. */
async function hoursOfWorst(store: Store, window: Window): Promise<Window> {
  const grain = { bucket: 'none', timezone: 'UTC', days: true, shape: SHAPE_WITH_BANDS } as const;
  const { rollup, rawHours } = await readingOf(store, window, grain);
  if (rollup === null) return window;
  const rows = await store.query<{ at: number }>(
    `SELECT toUnixTimestamp(hour) AS at FROM rollup_retries
WHERE failure = '' AND hour >= toDateTime({from:UInt32}, 'UTC') AND hour < toDateTime({to:UInt32}, 'UTC')
  AND (hour, version) IN (SELECT hour, max(version) FROM settled WHERE version <= {version:UInt64} GROUP BY hour)
ORDER BY most_lost_ms DESC LIMIT ${WORST} WITH TIES`,
    { ...rollup },
  );
  const hours = new Set([...rows.map(({ at }) => Number(at)), ...rawHours]);
  return { ...window, hours: [...hours].toSorted((one, other) => one - other) };
}

async function worstOf(store: Store, query: SliceQuery, window: Window, once: ToldOnce): Promise<WorstRow[]> {
  const { sql, parameters } = await attemptsOf(store, query, window, once);
  return store.query<WorstRow>(
    `SELECT call_key, toUnixTimestamp64Micro(any(started_at)) AS started_micros, any(feature) AS of_feature, any(model) AS of_model,
  any(tries) AS attempts, sum(failed_ms + waited_ms) AS lostMs FROM (${sql}) GROUP BY call_key ORDER BY lostMs DESC, call_key LIMIT ${WORST}`,
    parameters,
  );
}

interface Asked {
  sql: string;
  parameters: Record<string, unknown>;
}
interface Sums {
  failure: string;
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
