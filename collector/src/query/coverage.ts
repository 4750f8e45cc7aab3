// "What does the ledger see, and what did it refuse": calls by the side that told them, sources gone silent, refusals, ids used
// twice, clocks apart, calls without a feature. Calls are counted over merged calls, as on every page.
import { formatPico, parseUsd } from '@spanledger/instrumentation/pricing';
import { SERVER_SOURCE } from '../calls/believed.ts';
import type { CoverageAnswer, CoverageQuery } from '../contract.ts';
import type { Store } from '../store/store.ts';
import { instantOf, microsOf } from './merged-calls.ts';
import { APART, SCOPES, smallRollup, TOLD } from './small-rollups.ts';
import { windowParameters, type Window } from './joined-reports.ts';
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
  const hourAgo = now() * 1000 - HOUR;
  const silentWindow = { fromMicros: hourAgo - DAY, toMicros: hourAgo };
  const [told, refusals, apart] = await Promise.all([
    queryTold(store, window),
    queryRefusals(store, window),
    querySetApart(store, window),
  ]);
  const silent = maySomeBeSilent(told, window, silentWindow) ? await querySilent(store, silentWindow) : [];
  return {
    from,
    to,
    calls: told.reduce((sum, row) => sum + row.calls, 0),
    seen: seenIn(told),
    sources: sourcesIn(told),
    silent,
    silentWindow: { from: instantOf(silentWindow.fromMicros), to: instantOf(silentWindow.toMicros) },
    refusals,
    ...apart,
    untagged: await untaggedIn(store, window, told),
  };
}

/** Calls by all that the page tells them apart by: few rows, however many calls. */
interface ToldRow {
  service: string | null;
  workspace: string | null;
  source: string;
  sources: string[];
  is_tagged: boolean;
  calls: number;
  priced: number;
  /** USD, exact. */
  cost: string;
  last_micros: number;
}

async function queryTold(store: Store, window: Window): Promise<ToldRow[]> {
  const told = await smallRollup(store, TOLD, window);
  return store.query<ToldRow>(
    `SELECT nullIf(service, '') AS service, nullIf(workspace, '') AS workspace, source, sources, is_tagged,
  sum(told.calls) AS calls, sum(told.priced) AS priced, toDecimalString(sum(told.cost), 12) AS cost, toUnixTimestamp64Micro(max(told.last_at)) AS last_micros
FROM (${told.rows}) AS told GROUP BY service, workspace, source, sources, is_tagged HAVING calls > 0`,
    told.parameters,
  );
}

/** Groups of rows by a key that is made of text and nulls; most calls first, then by the key, null last. */
function grouped<Row extends ToldRow, Key extends readonly (string | null)[]>(
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
): { key: Key; calls: number; rows: Row[] }[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify(keyOf(row));
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()]
    .map((members) => ({ key: keyOf(members[0] as Row), calls: callsIn(members), rows: members }))
    .toSorted((one, other) => other.calls - one.calls || byText(one.key, other.key));
}
function byText(one: readonly (string | null)[], other: readonly (string | null)[]): number {
  const at = one.findIndex((text, index) => text !== other[index]);
  const [a = null, b = null] = [one[at], other[at]];
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a < b ? -1 : 1;
}
const callsIn = (rows: readonly ToldRow[]): number => rows.reduce((sum, { calls }) => sum + calls, 0);
const isOfServers = ({ sources }: ToldRow): boolean => sources.includes(SERVER_SOURCE);

const seenIn = (told: readonly ToldRow[]): CoverageAnswer['seen'] =>
  grouped(told, ({ service, workspace }) => [service, workspace] as const).map(({ key, calls, rows }) => ({
    service: key[0],
    workspace: key[1],
    calls,
    clientOnly: callsIn(rows.filter((row) => !isOfServers(row))),
    serverOnly: callsIn(rows.filter((row) => isOfServers(row) && row.sources.length === 1)),
    both: callsIn(rows.filter((row) => isOfServers(row) && row.sources.length > 1)),
  }));

const sourcesIn = (told: readonly ToldRow[]): CoverageAnswer['sources'] =>
  grouped(
    told.flatMap((row) => row.sources.map((source) => ({ ...row, source, isBelieved: source === row.source }))),
    ({ source }) => [source] as const,
  ).map(({ key: [source], calls, rows }) => ({
    source,
    calls,
    believedCalls: callsIn(rows.filter(({ isBelieved }) => isBelieved)),
    lastCallAt: instantOf(Math.max(...rows.map((row) => row.last_micros))),
  }));

/** False where all that had calls in the silent window have had some after it, too: then it need not be asked. */
function maySomeBeSilent(told: readonly ToldRow[], window: Window, silent: Window): boolean {
  if (window.fromMicros > silent.fromMicros || window.toMicros < silent.toMicros) return true;
  const bySource = grouped(
    told.flatMap((row) => row.sources.map((source) => ({ ...row, source }))),
    ({ source, service }) => [source, service] as const,
  );
  const lasts = bySource.map(({ rows }) => Math.max(...rows.map(({ last_micros }) => last_micros)));
  return lasts.some((last) => last >= silent.fromMicros && last < silent.toMicros);
}

/** Those of the window that told of nothing after it, up to an hour ahead of now: a clock may be. */
async function querySilent(
  store: Store,
  { fromMicros, toMicros: hourAgo }: Pick<Window, 'fromMicros' | 'toMicros'>,
): Promise<CoverageAnswer['silent']> {
  const told = await smallRollup(store, TOLD, { fromMicros, toMicros: hourAgo + 2 * HOUR });
  const rows = await store.query<{
    told_by: string;
    called_by: string | null;
    before: number;
    believed_before: number;
    last_micros: number;
  }>(
    `SELECT told_by, nullIf(service, '') AS called_by, sum(calls) AS before, sumIf(calls, source = told_by) AS believed_before,
  toUnixTimestamp64Micro(max(last_at)) AS last_micros
FROM (${told.rows}) ARRAY JOIN sources AS told_by
GROUP BY told_by, called_by HAVING last_micros < {hourAgo:Int64}
ORDER BY before DESC, told_by, called_by LIMIT ${MOST_ROWS}`,
    { ...told.parameters, hourAgo },
  );
  return rows.map((row) => ({
    source: row.told_by,
    service: row.called_by,
    callsBefore: row.before,
    believedCallsBefore: row.believed_before,
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

/** The latest of what {@link APART} finds, and how many there are. */
async function querySetApart(
  store: Store,
  window: Window,
): Promise<Pick<CoverageAnswer, 'setApart' | 'setApartCalls'>> {
  const apart = await smallRollup(store, APART, window);
  const rows = await store.query<{
    key: string;
    told_by: string;
    called_by: string | null;
    start_micros: number;
    is_apart: number;
    total: number;
  }>(
    `SELECT key, told_by, called_by, toUnixTimestamp64Micro(start_at) AS start_micros, is_apart, count() OVER () AS total
FROM (${apart.rows}) AS apart WHERE found > 0
ORDER BY start_micros DESC, key LIMIT ${MOST_APART}`,
    apart.parameters,
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

async function untaggedIn(store: Store, window: Window, told: readonly ToldRow[]): Promise<CoverageAnswer['untagged']> {
  const untagged = grouped(
    told.filter(({ is_tagged }) => !is_tagged),
    ({ service, source }) => [service, source] as const,
  ).slice(0, MOST_ROWS);
  if (untagged.length === 0) return [];
  const scopes = await smallRollup(store, SCOPES, window);
  const hints = await store.query<{ told_by: string; called_by: string | null; scopes: string[] }>(
    `SELECT told_by, called_by, arraySort(groupUniqArray(20)(toString(scope))) AS scopes
FROM (${scopes.rows}) AS told WHERE reports > 0 GROUP BY told_by, called_by`,
    scopes.parameters,
  );
  const scopesOf = new Map(
    hints.map(({ told_by, called_by, scopes: of }) => [JSON.stringify([told_by, called_by]), of]),
  );
  return untagged.map(({ key: [service, source], calls, rows }) => ({
    service,
    source,
    calls,
    costUsd: rows.some(({ priced }) => priced > 0)
      ? formatPico(rows.reduce((sum, { cost }) => sum + parseUsd(cost), 0n))
      : null,
    unpricedCalls: calls - rows.reduce((sum, { priced }) => sum + priced, 0),
    ...adviceFor(source, scopesOf.get(JSON.stringify([source, service])) ?? []),
  }));
}
