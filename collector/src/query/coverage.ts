// "What does the ledger see, and what did it refuse": calls by the side that told them, sources gone silent, refusals, ids used
// twice, clocks apart, calls without a feature. Calls are counted over merged calls, as on every page.
import { SERVER_SOURCE } from '../calls/believed.ts';
import type { CoverageAnswer, CoverageQuery } from '../contract.ts';
import type { Store } from '../store/store.ts';
import { instantOf, microsOf } from './merged-calls.ts';
import { smallRollup, TOLD } from './small-rollups.ts';
import { inReach, windowParameters, type Window } from './joined-reports.ts';
import { adviceFor } from './untagged.ts';

const MOST_ROWS = 200;
const MOST_APART = 20;
const HOUR = 3_600_000_000; // microseconds
const DAY = 24 * HOUR;

export async function queryCoverage(
  store: Store,
  { from, to }: CoverageQuery,
  now: () => number = Date.now,
): Promise<CoverageAnswer> {
  const window = { fromMicros: microsOf(from), toMicros: microsOf(to) };
  const told = await smallRollup(store, TOLD, window);
  const [seen, sources, silent, refusals, apart, untagged] = await Promise.all([
    querySeen(store, told),
    querySources(store, told),
    querySilent(store, now()),
    queryRefusals(store, window),
    querySetApart(store, window),
    queryUntagged(store, window, told),
  ]);
  return {
    from,
    to,
    calls: seen.reduce((sum, row) => sum + row.calls, 0),
    seen,
    sources,
    silent,
    refusals,
    ...apart,
    untagged,
  };
}

type Told = Awaited<ReturnType<typeof smallRollup>>;

async function querySeen(store: Store, told: Told): Promise<CoverageAnswer['seen']> {
  return store.query<CoverageAnswer['seen'][number]>(
    `SELECT nullIf(service, '') AS service, nullIf(workspace, '') AS workspace, sum(told.calls) AS calls,
  sumIf(told.calls, NOT has(sources, '${SERVER_SOURCE}')) AS clientOnly, sumIf(told.calls, sources = ['${SERVER_SOURCE}']) AS serverOnly,
  sumIf(told.calls, has(sources, '${SERVER_SOURCE}') AND length(sources) > 1) AS both
FROM (SELECT service, workspace, sources, calls FROM (${told.rows})) AS told
GROUP BY service, workspace ORDER BY calls DESC, service, workspace`,
    told.parameters,
  );
}

async function querySources(store: Store, told: Told): Promise<CoverageAnswer['sources']> {
  const rows = await store.query<{ told_by: string; calls: number; last_micros: number }>(
    `SELECT told_by, sum(told.calls) AS calls, toUnixTimestamp64Micro(max(last_at)) AS last_micros
FROM (SELECT sources, calls, last_at FROM (${told.rows})) AS told ARRAY JOIN sources AS told_by GROUP BY told_by ORDER BY calls DESC, told_by`,
    told.parameters,
  );
  return rows.map(({ told_by, calls: count, last_micros }) => ({
    source: told_by,
    calls: count,
    lastCallAt: instantOf(last_micros),
  }));
}

async function querySilent(store: Store, nowMs: number): Promise<CoverageAnswer['silent']> {
  const hourAgo = nowMs * 1000 - HOUR;
  const window = { fromMicros: hourAgo - DAY, toMicros: nowMs * 1000 + HOUR };
  const told = await smallRollup(store, TOLD, window);
  const rows = await store.query<{ told_by: string; called_by: string | null; before: number; last_micros: number }>(
    `SELECT told_by, nullIf(service, '') AS called_by, sum(calls) AS before, toUnixTimestamp64Micro(max(last_at)) AS last_micros
FROM (${told.rows}) ARRAY JOIN sources AS told_by
GROUP BY told_by, called_by HAVING last_micros < {hourAgo:Int64}
ORDER BY before DESC, told_by, called_by LIMIT ${MOST_ROWS}`,
    { ...told.parameters, hourAgo },
  );
  return rows.map((row) => ({
    source: row.told_by,
    service: row.called_by,
    callsBefore: row.before,
    lastCallAt: instantOf(row.last_micros),
  }));
}

interface RefusalRow {
  kind: CoverageAnswer['refusals'][number]['kind'];
  signal: string;
  reason: string;
  source: string;
  service: string;
  times: number;
  last_ms: number;
  one_example: string;
  one_call: string;
  largest: number;
}

async function queryRefusals(store: Store, window: Window): Promise<CoverageAnswer['refusals']> {
  const rows = await store.query<RefusalRow>(
    `SELECT kind, signal, reason, source, service, sum(count) AS times, toUnixTimestamp64Milli(max(last_at)) AS last_ms,
  argMax(example, last_at) AS one_example, argMaxIf(example_call, last_at, example_call != '') AS one_call, max(largest_ms) AS largest
FROM refusals
WHERE hour >= toStartOfHour(fromUnixTimestamp64Micro({fromMicros:Int64}, 'UTC')) AND hour < fromUnixTimestamp64Micro({toMicros:Int64}, 'UTC')
GROUP BY kind, signal, reason, source, service ORDER BY times DESC, reason, source, service LIMIT ${MOST_ROWS}`,
    windowParameters(window),
  );
  return rows.map((row) => ({
    kind: row.kind,
    signal: row.signal,
    reason: row.reason,
    source: row.source,
    service: row.service,
    count: Number(row.times),
    lastAt: new Date(Number(row.last_ms)).toISOString(),
    example: row.one_example,
    exampleCallId: row.one_call === '' ? null : row.one_call,
    largestSkewMs: row.kind === 'skewed' ? row.largest : null,
  }));
}

/**
 * What was set apart when it came; and, where the id had been forgotten by then, reports of one source under one id whose
 * spans tell different whole usages.
 */
async function querySetApart(
  store: Store,
  window: Window,
): Promise<Pick<CoverageAnswer, 'setApart' | 'setApartCalls'>> {
  const rows = await store.query<{
    key: string;
    told_by: string;
    called_by: string | null;
    start_micros: number;
    is_apart: number;
    total: number;
  }>(
    `SELECT key, told_by, called_by, start_micros, is_apart, count() OVER () AS total
FROM (
  SELECT call_key AS key, source AS told_by, any(nullIf(service, '')) AS called_by,
    toUnixTimestamp64Micro(min(started_at)) AS start_micros, max(identity = 'apart') AS is_apart
  FROM reports
  WHERE ${inReach(window)} AND (identity = 'apart'
    OR identity IN ('message', 'request') AND role = 'main' AND usage_complete AND usage_rank > 0 AND batch_id IS NULL
      AND trace_id IS NOT NULL AND span_id IS NOT NULL)
  GROUP BY key, told_by, scope, span_name
  HAVING is_apart OR uniqExact(trace_id, span_id) > 1 AND (uniqExact(input_tokens) > 1 OR uniqExact(cache_read_tokens) > 1
    OR uniqExact(cache_write_5m_tokens) > 1 OR uniqExact(cache_write_1h_tokens) > 1 OR uniqExact(output_tokens) > 1)
)
WHERE start_micros >= {fromMicros:Int64} AND start_micros < {toMicros:Int64}
ORDER BY start_micros DESC, key LIMIT ${MOST_APART}`,
    windowParameters(window),
  );
  const setApart = rows.map((row) => ({
    callId: row.key,
    source: row.told_by,
    service: row.called_by,
    startedAt: instantOf(row.start_micros),
    apart: Boolean(row.is_apart),
  }));
  return { setApart, setApartCalls: rows[0]?.total ?? 0 };
}

async function queryUntagged(store: Store, window: Window, told: Told): Promise<CoverageAnswer['untagged']> {
  const [rows, hints] = await Promise.all([
    store.query<{ called_by: string | null; source: string; calls: number; cost: string | null }>(
      `SELECT nullIf(service, '') AS called_by, source, sum(told.calls) AS calls,
  if(sum(priced) = 0, NULL, toDecimalString(sum(told.cost), 12)) AS cost
FROM (SELECT * FROM (${told.rows})) AS told WHERE NOT is_tagged
GROUP BY called_by, source ORDER BY calls DESC, called_by, source LIMIT ${MOST_ROWS}`,
      told.parameters,
    ),
    store.query<{ told_by: string; called_by: string | null; scopes: string[] }>(
      `SELECT source AS told_by, nullIf(service, '') AS called_by, arraySort(groupUniqArray(20)(ifNull(scope, ''))) AS scopes
FROM reports WHERE ${inReach(window)} AND ifNull(feature, '') = '' GROUP BY told_by, called_by`,
      windowParameters(window),
    ),
  ]);
  const scopesOf = new Map(
    hints.map(({ told_by, called_by, scopes }) => [JSON.stringify([told_by, called_by]), scopes]),
  );
  return rows.map(({ called_by, source, calls: count, cost }) => ({
    service: called_by,
    source,
    calls: count,
    costUsd: cost,
    ...adviceFor(source, scopesOf.get(JSON.stringify([source, called_by])) ?? []),
  }));
}
