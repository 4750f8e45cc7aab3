// The first calls of a window in an order: the newest, the dearest, the slowest. Roll-ups say how large a call of each hour can be
// at most, so that hours are opened from the one that can hold the first call on, and no further than until none can hold
// another. Exact under any filter: one that no roll-up knows makes the bounds looser, and more hours are opened.
import type { CallsQuery } from '../contract.ts';
import type { Store } from '../store/store.ts';
import { countedLook, ledgerState, type LedgerState, type Look } from './ledger-state.ts';
import { storedOf } from './merged-calls.ts';
import { callsOf, type CallRows } from './open-calls.ts';
import { rollupFor, type Rollup } from './rollups.ts';
import { MAXIMA } from './sums.ts';
import { dimensionsOfFilters, whereClause } from './where.ts';

const HOUR = 3600;
const MICROS = 1_000_000;
/** How many hours are opened at once: few as a rule hold what is asked for. The last is repeated. */
const BATCHES = [2, 6, 16, 24, 48, 48, 168] as const;

type Order = CallsQuery['order'];
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

/** `read` answers at most `wanted` rows, the first of those calls, in the order. */
export async function firstCalls<Row extends Placed>(
  store: Store,
  query: Pick<CallsQuery, 'order' | 'where'>,
  window: { fromMicros: number; toMicros: number },
  { wanted, after, read }: { wanted: number; after: Placed | null; read: (calls: CallRows) => Promise<Row[]> },
): Promise<Row[]> {
  const { hours, look: seen } = await candidates(store, query, window, after);
  let look = seen;
  let first: Row[] = [];
  for (let batch = 0; hours.length > 0; batch++) {
    const [next] = hours;
    const last = first.length < wanted ? undefined : first[wanted - 1];
    if (last && next && !mayHoldBefore(query.order, next, last)) break;
    const opened = hours.splice(0, BATCHES[batch] ?? BATCHES.at(-1)).map(({ hour }) => hour);
    look = await countedLook(store, look, opened);
    const rows = await read(await callsOf(store, { ...window, hours: opened.toSorted((a, b) => a - b) }, look));
    first = [...first, ...rows].toSorted((one, other) => inOrder(query.order, one, other)).slice(0, wanted);
  }
  return first;
}

/** Hours that may hold calls, in the order in which they are to be opened. */
async function candidates(
  store: Store,
  { order, where }: Pick<CallsQuery, 'order' | 'where'>,
  window: { fromMicros: number; toMicros: number },
  after: Placed | null,
): Promise<{ hours: Candidate[]; look: Look }> {
  const { state, look } = await ledgerState(store, ({ unsettled }) => unsettled.slice(-BATCHES[0]));
  const upTo = order === 'startedAt' && after !== null ? after.startedMicros : Number.POSITIVE_INFINITY;
  const isIn = (hour: number): boolean =>
    (hour + HOUR) * MICROS > window.fromMicros &&
    hour * MICROS < window.toMicros &&
    hour * MICROS <= upTo &&
    hour >= look.reportsFrom;
  const unsettled = state.hours.size === 0 ? await hoursOfReports(store) : state.unsettled;
  const open = unsettled.filter(isIn).toSorted((a, b) => b - a);
  const isOpen = new Set(open);
  const settled = await settledHours(store, state, order, where);
  const hours = [
    ...open.map((hour) => ({ hour, most: order === 'startedAt' ? newest(hour) : null })),
    ...settled.filter(({ hour }) => isIn(hour) && !isOpen.has(hour)),
  ]
    .map((candidate) => bounded(order, candidate, after))
    .toSorted((one, other) => byMost(order, one, other));
  return { hours, look };
}

/** Where nothing is settled yet, as every question then asks the reports. */
async function hoursOfReports(store: Store): Promise<number[]> {
  const rows = await store.query<{ at: number }>(
    'SELECT DISTINCT toUnixTimestamp(toStartOfHour(started_at)) AS at FROM reports',
  );
  return rows.map(({ at }) => Number(at));
}

const newest = (hour: number): string => String((hour + HOUR) * MICROS - 1);
/** After a cursor no call is larger than it: of hours that may hold larger ones the newest comes first. */
const bounded = (order: Order, candidate: Candidate, after: Placed | null): Candidate =>
  after !== null && candidate.most !== null && numberOf(order, candidate.most) > numberOf(order, after.value)
    ? { ...candidate, most: after.value }
    : candidate;

async function settledHours(
  store: Store,
  state: LedgerState,
  order: Order,
  where: readonly string[],
): Promise<Candidate[]> {
  // Without filters every hour has calls.
  if (order === 'startedAt' && where.length === 0) {
    return [...state.hours.keys()].map((hour) => ({ hour, most: newest(hour) }));
  }
  const filtered = dimensionsOfFilters(where);
  const known = filtered && rollupFor(filtered.flatMap(storedOf), false);
  const { table, rows, columnOf } = known ?? (rollupFor([], false) as Rollup);
  const clause = known ? whereClause(where, 'where', columnOf) : { sql: '1', parameters: {} };
  const found = await store.query<{ at: number; latest: number; most: string }>(
    `SELECT toUnixTimestamp(hour) AS at, version AS latest, ${order === 'startedAt' ? `''` : `toString(max(${MAXIMA[order]}))`} AS most
FROM ${table} WHERE ${rows} AND ${clause.sql} GROUP BY hour, version`,
    clause.parameters,
  );
  return found
    .filter(({ at, latest }) => state.hours.get(Number(at)) === Number(latest))
    .map(({ at, most }) => ({ hour: Number(at), most: order === 'startedAt' ? newest(Number(at)) : most }));
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
