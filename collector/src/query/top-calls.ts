// The first calls of a window in an order: the newest, the dearest, the slowest. Roll-ups say how large a call of each hour can be
// at most, so that hours are opened from the one that can hold the first call on, and no further than until none can hold
// another. Exact under any filter: one that no roll-up knows makes the bounds looser, and more hours are opened.
import type { CallsQuery } from '../contract.ts';
import type { Store } from '../store/store.ts';
import { countedLook, ledgerState, type LedgerState, type Look } from './ledger-state.ts';
import { storedOf } from './merged-calls.ts';
import { callsOf, isOpen, MOST_OPEN_HOURS, type CallRows } from './open-calls.ts';
import { rollupFor, type Rollup } from './rollups.ts';
import { MAXIMA } from './sums.ts';
import { dimensionsOfFilters, whereClause } from './where.ts';

const HOUR = 3600;
const MICROS = 1_000_000;
/** The last second that ClickHouse's DateTime holds. */
const LATEST = 2 ** 32 - 1;
/** How many hours are opened at once: few as a rule hold what is asked for. The last is repeated. */
const BATCHES = [2, 6, 16, 24, 48, 48] as const;
/**
 * So many settled hours are looked for at first; if more may hold calls of the page, eight times as many, and so on. By size fifty
 * hours hold a page at the most, and an hour that was settled anew a moment ago is found twice.
 */
const FIRST_FOUND = { byTime: 64, bySize: 128 };
const MORE_FOUND = 8;

type Order = CallsQuery['order'];
type Asked = Pick<CallsQuery, 'order' | 'where'>;
interface Window {
  fromMicros: number;
  toMicros: number;
}
/** What places a call in an order: what is larger stands before. `value` is text as ClickHouse has it. */
export interface Placed {
  value: string;
  startedMicros: number;
  key: string;
}

interface Candidate {
  hour: number;
  /** No call of the hour has more; null: nobody knows. */
  most: string | null;
}

/**
 * `read` answers at most `wanted` rows, the first of those calls, in the order. `missingBefore`: calls of the window before it,
 * in seconds since the epoch, are no longer kept; null when there can be none.
 */
export async function firstCalls<Row extends Placed>(
  store: Store,
  query: Asked,
  window: Window,
  { wanted, after, read }: { wanted: number; after: Placed | null; read: (calls: CallRows) => Promise<Row[]> },
): Promise<{ rows: Row[]; missingBefore: number | null }> {
  const { state, look: seen } = await ledgerState(store, ({ unsettled }) => unsettled.slice(-BATCHES[0]));
  let look = seen;
  let first: Row[] = [];
  const opened = new Set<number>();
  const mayHold = (hour: Candidate): boolean => {
    const last = first.length < wanted ? undefined : first[wanted - 1];
    return last === undefined || mayHoldBefore(query.order, hour, last);
  };
  const firstFound = query.order === 'startedAt' ? FIRST_FOUND.byTime : FIRST_FOUND.bySize;
  for (let most = firstFound, batch = 0; ; most *= MORE_FOUND) {
    const { hours, isAll } = await candidates(store, state, look, query, window, after, most);
    const left = hours.filter(({ hour }) => !opened.has(hour));
    look = await countedLook(
      store,
      look,
      left.slice(0, MOST_OPEN_HOURS).map(({ hour }) => hour),
    );
    while (left[0] !== undefined && mayHold(left[0])) {
      const next = left.splice(0, BATCHES[batch++] ?? BATCHES.at(-1));
      // What stands open is read along.
      while (next.length < MOST_OPEN_HOURS && left[0] !== undefined && isOpen(store, left[0].hour, look)) {
        next.push(left.shift() as Candidate);
      }
      for (const { hour } of next) opened.add(hour);
      const together = next.map(({ hour }) => hour).toSorted((a, b) => a - b);
      look = await countedLook(store, look, together);
      const rows = await read(await callsOf(store, { ...window, hours: together }, look));
      first = [...first, ...rows].toSorted((one, other) => inOrder(query.order, one, other)).slice(0, wanted);
    }
    if (!isAll && left.length === 0) continue;
    return { rows: first, missingBefore: seen.reportsFrom * MICROS > window.fromMicros ? seen.reportsFrom : null };
  }
}

/** Hours that may hold calls, in the order in which they are to be opened: all that are open, and of settled ones the first. */
async function candidates(
  store: Store,
  state: LedgerState,
  look: Look,
  { order, where }: Asked,
  window: Window,
  after: Placed | null,
  most: number,
): Promise<{ hours: Candidate[]; isAll: boolean }> {
  const upTo = order === 'startedAt' && after !== null ? after.startedMicros : Number.POSITIVE_INFINITY;
  const since =
    order === 'oldest' && after !== null ? Math.max(window.fromMicros, after.startedMicros) : window.fromMicros;
  const reach = {
    from: Math.max(Math.floor(since / MICROS / HOUR) * HOUR, look.reportsFrom),
    to: Math.min(window.toMicros, upTo + 1) / MICROS,
  };
  const isIn = (hour: number): boolean => hour >= reach.from && hour < reach.to;
  const unsettled = state.hours.size === 0 ? await hoursOfReports(store) : state.unsettled;
  const open = unsettled.filter(isIn).toSorted((a, b) => b - a);
  const isOpened = new Set(open);
  const settled = await settledHours(store, state, { order, where }, reach, after, most);
  const hours = [
    ...open.map((hour) => ({ hour, most: isByTime(order) ? mostByTime(order, hour) : null })),
    ...settled.hours.filter(({ hour }) => isIn(hour) && !isOpened.has(hour)),
  ].toSorted((one, other) => byMost(order, one, other));
  // Open hours of before the last that was found are to wait for those not found yet.
  const last = settled.hours.at(-1);
  const isKnown = (candidate: Candidate): boolean =>
    settled.isAll || (last !== undefined && byMost(order, candidate, last) <= 0);
  return { hours: hours.filter(isKnown), isAll: settled.isAll };
}

/** Where nothing is settled yet, as every question then asks the reports. */
async function hoursOfReports(store: Store): Promise<number[]> {
  const rows = await store.query<{ at: number }>(
    'SELECT DISTINCT toUnixTimestamp(toStartOfHour(started_at)) AS at FROM reports',
  );
  return rows.map(({ at }) => Number(at));
}

type ByTime = 'startedAt' | 'oldest';
const isByTime = (order: Order): order is ByTime => order === 'startedAt' || order === 'oldest';
/** What no call of the hour can be more than, by time alone. */
const mostByTime = (order: ByTime, hour: number): string =>
  String(order === 'startedAt' ? (hour + HOUR) * MICROS - 1 : -hour * MICROS);
/** Of hours that are settled the first so many, in the order of what they hold at most. */
async function settledHours(
  store: Store,
  state: LedgerState,
  { order, where }: Asked,
  reach: { from: number; to: number },
  after: Placed | null,
  most: number,
): Promise<{ hours: Candidate[]; isAll: boolean }> {
  // Without filters every hour has calls.
  if (isByTime(order) && where.length === 0) {
    const all = [...state.hours.keys()].filter((hour) => hour >= reach.from && hour < reach.to);
    const firstHours = all.toSorted((a, b) => (order === 'startedAt' ? b - a : a - b)).slice(0, most);
    return { hours: firstHours.map((hour) => ({ hour, most: mostByTime(order, hour) })), isAll: all.length <= most };
  }
  const filtered = dimensionsOfFilters(where);
  const columns = isByTime(order) ? [] : [MAXIMA[order].column];
  const suited = filtered && rollupFor(filtered.flatMap(storedOf), columns);
  const known = suited && [...state.shapes.values()].every((shape) => shape >= suited.shape) ? suited : null;
  const { table, rows, columnOf } = known ?? (rollupFor([], columns) as Rollup);
  const clause = known ? whereClause(where, 'where', columnOf) : { sql: '1', parameters: {} };
  // After a cursor no call is larger than it: of hours that may hold larger ones the newest comes first.
  const largest = isByTime(order)
    ? ''
    : after === null
      ? `max(${MAXIMA[order].column})`
      : `least(max(${MAXIMA[order].column}), {after:${MAXIMA[order].type}})`;
  const text = isByTime(order)
    ? `SELECT toUnixTimestamp(hour) AS at, version AS latest, '' AS most FROM ${table}`
    : `SELECT toUnixTimestamp(hour) AS at, version AS latest, toString(${largest} AS largest) AS most FROM ${table}`;
  const found = await store.query<{ at: number; latest: number; most: string }>(
    `${text} WHERE ${rows} AND hour >= toDateTime({from:UInt32}, 'UTC') AND hour < toDateTime({to:UInt32}, 'UTC') AND ${clause.sql}
${isByTime(order) ? `ORDER BY hour ${order === 'startedAt' ? 'DESC' : 'ASC'}` : 'GROUP BY hour, version ORDER BY largest DESC, hour DESC'} LIMIT {most:UInt32}`,
    {
      ...clause.parameters,
      from: reach.from,
      to: Math.min(LATEST, Math.ceil(reach.to)),
      most,
      ...(after === null ? {} : { after: after.value }),
    },
  );
  const hours = new Map(
    found
      .filter(({ at, latest }) => state.hours.get(Number(at)) === Number(latest))
      .map(({ at, most: value }) => [Number(at), isByTime(order) ? mostByTime(order, Number(at)) : value]),
  );
  return { hours: [...hours].map(([hour, value]) => ({ hour, most: value })), isAll: found.length < most };
}

const PLACES = 12;
/** Exact: money is compared as an integer of its last place. */
function numberOf(order: Order, value: string): bigint | number {
  if (order !== 'costUsd') return Number(value);
  const [whole = '', part = ''] = value.split('.');
  return BigInt(whole + part.padEnd(PLACES, '0'));
}

const descending = (one: bigint | number | string, other: bigint | number | string): number =>
  one === other ? 0 : one > other ? -1 : 1;

const inOrder = (order: Order, one: Placed, other: Placed): number =>
  descending(numberOf(order, one.value), numberOf(order, other.value)) ||
  descending(one.startedMicros, other.startedMicros) ||
  descending(one.key, other.key);

function byMost(order: Order, one: Candidate, other: Candidate): number {
  if (one.most === null || other.most === null) return Number(one.most !== null) - Number(other.most !== null);
  return descending(numberOf(order, one.most), numberOf(order, other.most)) || other.hour - one.hour;
}

/** Of equal calls the newer stands before. */
function mayHoldBefore(order: Order, { hour, most }: Candidate, last: Placed): boolean {
  if (most === null) return true;
  const [bound, value] = [numberOf(order, most), numberOf(order, last.value)];
  return bound > value || (bound === value && (hour + HOUR) * MICROS > last.startedMicros);
}
