// What of the ledger is settled, known to this process and looked at before each question: one small statement says whether it
// still is so, and only when it is not the state is read again. Questions that come at once share a look; where nobody else
// can have written, none is needed until this process writes.
import type { Store } from '../store/store.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
/** Days are added up four by four, largest first: a year is some twenty blocks, however it lies. Blocks begin on multiples of themselves. */
export const BLOCKS = [64, 16, 4, 1] as const;

/** The number of the re-pricing that was applied last: a roll-up from before it has old prices. */
export const CURRENT_PRICES = `(SELECT max(number) FROM repricings FINAL WHERE status = 'applied')`;
/** The instant before which reports are no longer kept; 1970 when none were dropped. */
const REPORTS_FROM = `(SELECT max(before) FROM dropped WHERE kind = 'reports')`;
/** What an hour is settled into: `settled.shape` of hours that have all of it. */
export const SHAPE = 4;
/** Since which shape hours have rows of people; and of bands, with what came along: speed, pairs with latency, firsts, retries. */
export const SHAPE_WITH_PEOPLE = 2;
export const SHAPE_WITH_BANDS = 4;
/** Hours of earlier shapes are read from the reports by every question; of later ones by those that ask for what they lack. */
const SHAPE_READ = 3;

/**
 * Hours that have calls and no current roll-up, as rows (hour, last mark). Never one whose reports were dropped: it keeps the
 * roll-up it has, also when history is priced again. The first hour that stayed may share calls with them.
 */
const unsettled = (settled = 'settled', prices = CURRENT_PRICES, shape: number = SHAPE): string => `
  SELECT hour, marked FROM (SELECT hour, max(marked_at) AS marked FROM dirty_hours GROUP BY hour) AS dirty
  LEFT JOIN (SELECT hour, argMax((through, prices, shape), version) AS done, count() AS times FROM ${settled} GROUP BY hour) AS done USING (hour)
  WHERE hour > ${REPORTS_FROM} AND (times = 0 OR done.1 < marked OR done.2 != ${prices} OR done.3 < ${shape})`;
export const UNSETTLED = unsettled();

/** All that has to be as it was for a state to hold. Instants are seconds since the epoch. */
export interface Look {
  /** Of this process, ascending. */
  number: number;
  /** The highest version of an hour or a day. */
  version: number;
  /** The number of the re-pricing in force. */
  prices: number;
  /** Before this instant reports, or roll-ups, are no longer kept. */
  reportsFrom: number;
  rollupsFrom: number;
  /** Calls that stand merged, of any version: none where they were dropped by hand. */
  openCalls: number;
  /** Changes with whatever may give calls other tags than their reports say. */
  beside: string;
  digest: string;
  /** Reports by hour, of the hours asked about and those beside them. */
  reports: ReadonlyMap<number, number>;
}

export interface LedgerState {
  digest: string;
  version: number;
  /** Settled hours -> the version that is current; also of hours that got a report since. */
  hours: ReadonlyMap<number, number>;
  /** Hours to be read from the reports, ascending. */
  unsettled: readonly number[];
  /** Settled hours of an earlier shape than {@link SHAPE} -> their shape. */
  shapes: ReadonlyMap<number, number>;
  /** Reports of this hour and before are no longer kept. */
  reportsFrom: number;
  /** By how many days (UTC), as {@link BLOCKS}: first second of a block of so many that was added up -> its current version. */
  blocks: ReadonlyMap<number, ReadonlyMap<number, number>>;
}

interface LookRow {
  hours_version: number;
  days_version: number;
  prices: number;
  reports_from: number;
  rollups_from: number;
  marks: string;
  beside: string;
  open_calls: number;
  reports: [number, number][];
}

let looks = 0;
async function lookAt(store: Store, hours: readonly number[]): Promise<Look> {
  const near = nearby(hours);
  const [row] = await store.query<LookRow>(
    `SELECT (SELECT max(version) FROM settled) AS hours_version, (SELECT max(version) FROM settled_days) AS days_version, ${CURRENT_PRICES} AS prices,
  (SELECT (toUnixTimestamp(maxIf(before, kind = 'reports')), toUnixTimestamp(maxIf(before, kind = 'rollups'))) FROM dropped) AS kept,
  kept.1 AS reports_from, kept.2 AS rollups_from,
  (SELECT (toString(sum(cityHash64(hour, marked))), toString(toUnixTimestamp64Micro(min(marked)))) FROM (SELECT hour, max(marked_at) AS marked FROM dirty_hours GROUP BY hour)) AS dirty,
  dirty.1 AS marks, concat(dirty.2, ' ', toString((SELECT count() FROM batch_submits))) AS beside,
  (SELECT count() FROM open_calls) AS open_calls,
  ${near.length === 0 ? '[]' : countOf(near)} AS reports`,
  );
  const look = {
    version: Math.max(Number(row?.hours_version ?? 0), Number(row?.days_version ?? 0)),
    prices: Number(row?.prices ?? 0),
    reportsFrom: Number(row?.reports_from ?? 0),
    rollupsFrom: Number(row?.rollups_from ?? 0),
    openCalls: Number(row?.open_calls ?? 0),
    beside: row?.beside ?? '',
  };
  const versions = `${row?.hours_version} ${row?.days_version}`;
  const digest = `${versions} ${look.prices} ${look.reportsFrom} ${look.rollupsFrom} ${row?.marks}`;
  return { ...look, number: ++looks, digest, reports: countsOf(near, row?.reports ?? []) };
}

const nearby = (hours: readonly number[]): number[] => [
  ...new Set(hours.flatMap((hour) => [hour - HOUR, hour, hour + HOUR])),
];
const countOf = (hours: readonly number[]): string => `(SELECT groupArray((toUnixTimestamp(hour), reports)) FROM (
    SELECT toStartOfHour(started_at) AS hour, count() AS reports FROM reports
    WHERE toStartOfHour(started_at) IN (${hours.map((hour) => `toDateTime(${Number(hour)}, 'UTC')`).join(', ')}) GROUP BY hour))`;
/** Also of hours without any. */
const countsOf = (hours: readonly number[], rows: readonly [number, number][]): Map<number, number> =>
  new Map([
    ...hours.map((hour) => [hour, 0] as const),
    ...rows.map(([hour, reports]) => [Number(hour), Number(reports)] as const),
  ]);

async function countReports(store: Store, hours: readonly number[]): Promise<Map<number, number>> {
  const near = nearby(hours);
  if (near.length === 0) return new Map();
  const [row] = await store.query<{ reports: [number, number][] }>(`SELECT ${countOf(near)} AS reports`);
  return countsOf(near, row?.reports ?? []);
}

/** A version (microseconds) may be noted this much after a higher one: by a settler that stood still while another took over. */
const LATE_MICROS = 10 * 60 * 1_000_000;

async function load(
  store: Store,
  { digest, version, prices, reportsFrom }: Look,
  known: LedgerState | null,
): Promise<LedgerState> {
  const since = known === null || known.version > version ? 0 : Math.max(0, known.version - LATE_MICROS);
  const parameters = { version, prices, since };
  const settled = '(SELECT * FROM settled WHERE version <= {version:UInt64})';
  const [settledSince, open, blocks, newest, old] = await Promise.all([
    store.query<{ at: number; latest: number }>(
      `SELECT toUnixTimestamp(hour) AS at, max(version) AS latest FROM settled WHERE version > {since:UInt64} AND version <= {version:UInt64} GROUP BY hour`,
      parameters,
    ),
    store.query<{ at: number }>(
      `SELECT toUnixTimestamp(hour) AS at FROM (${unsettled(settled, '{prices:UInt32}', SHAPE_READ)}) ORDER BY at`,
      parameters,
    ),
    store.query<BlockRow>(
      `SELECT toUnixTimestamp(day) AS at, days, max(version) AS latest, argMax(through, version) AS knows
FROM settled_days WHERE version <= {version:UInt64} GROUP BY day, days`,
      parameters,
    ),
    store.query<{ at: number; newest: number }>(
      `SELECT toUnixTimestamp(toStartOfDay(hour)) AS at, max(version) AS newest FROM settled WHERE version <= {version:UInt64} GROUP BY at`,
      parameters,
    ),
    store.query<{ at: number; latest: number }>(
      `SELECT toUnixTimestamp(hour) AS at, argMax(shape, version) AS latest FROM ${settled} GROUP BY hour HAVING latest < ${SHAPE}`,
      parameters,
    ),
  ]);
  return {
    digest,
    version,
    hours: new Map([
      ...(since === 0 ? [] : (known?.hours ?? [])),
      ...settledSince.map(({ at, latest }) => [Number(at), Number(latest)] as const),
    ]),
    unsettled: open.map(({ at }) => Number(at)),
    reportsFrom,
    shapes: new Map(old.map(({ at, latest }) => [Number(at), Number(latest)] as const)),
    blocks: validBlocks(blocks, newest, open),
  };
}

interface BlockRow {
  at: number;
  days: number;
  latest: number;
  knows: number;
}

/** Blocks without an hour that is open, or that was settled after they were added up. */
function validBlocks(
  rows: readonly BlockRow[],
  settled: readonly { at: number; newest: number }[],
  open: readonly { at: number }[],
): LedgerState['blocks'] {
  return new Map(
    BLOCKS.map((days) => {
      const startOf = (at: number): number => Number(at) - (Number(at) % (days * DAY));
      const isOpen = new Set(open.map(({ at }) => startOf(at)));
      const newest = new Map<number, number>();
      for (const day of settled) {
        const start = startOf(day.at);
        newest.set(start, Math.max(newest.get(start) ?? 0, Number(day.newest)));
      }
      const valid = rows.filter(
        ({ at, days: of, knows }) =>
          Number(of) === days && !isOpen.has(Number(at)) && (newest.get(Number(at)) ?? Infinity) <= Number(knows),
      );
      return [days, new Map(valid.map(({ at, latest }) => [Number(at), Number(latest)] as const))] as const;
    }),
  );
}

interface Cache {
  state: LedgerState | null;
  waiting: { hours: Set<number>; look: Promise<Look> } | null;
  /** The last look, and how much had been written when it was begun; null where others may write. */
  last: { look: Look; written: readonly number[]; reports: number } | null;
}
const caches = new WeakMap<Store, Cache>();
function cacheOf(store: Store): Cache {
  const known = caches.get(store);
  if (known) return known;
  const made: Cache = { state: null, waiting: null, last: null };
  caches.set(store, made);
  return made;
}

const LOOKED_AT = ['settled', 'settled_days', 'repricings', 'dropped', 'dirty_hours', 'batch_submits'];

/** Questions of one turn of the event loop share a look; one that comes while it is under way begins another. */
async function sharedLook(store: Store, cache: Cache, hours: readonly number[]): Promise<Look> {
  const kept = await lookKept(store, cache, hours);
  if (kept !== null) return kept;
  if (cache.waiting === null) {
    const wanted = new Set<number>();
    const look = Promise.resolve().then(async () => {
      cache.waiting = null;
      const { written } = store;
      const before = written ? { written: LOOKED_AT.map(written), reports: written('reports') } : null;
      const seen = await lookAt(store, [...wanted]);
      cache.last = before && { look: seen, ...before };
      return seen;
    });
    cache.waiting = { hours: wanted, look };
  }
  for (const hour of hours) cache.waiting.hours.add(hour);
  return cache.waiting.look;
}

/** The last look, where nothing was written since but reports, and these are counted anew. */
async function lookKept(store: Store, cache: Cache, hours: readonly number[]): Promise<Look | null> {
  const { last } = cache;
  const { written } = store;
  if (last === null || written === undefined) return null;
  if (LOOKED_AT.some((table, index) => written(table) !== last.written[index])) return null;
  const reports = written('reports');
  const counted = reports === last.reports ? last.look.reports : new Map<number, number>();
  const uncounted = nearby(hours).filter((hour) => !counted.has(hour));
  if (uncounted.length === 0) return last.look;
  const look = { ...last.look, reports: new Map([...counted, ...(await countReports(store, hours))]) };
  if (cache.last === last) cache.last = { ...last, look, reports };
  return look;
}

/** The ledger as it is now, and how many reports there are of those hours of it that `hoursOf` names. */
export async function ledgerState(
  store: Store,
  hoursOf: (state: LedgerState) => readonly number[],
): Promise<{ state: LedgerState; look: Look }> {
  const cache = cacheOf(store);
  const expected = cache.state;
  const guess = expected === null ? [] : hoursOf(expected);
  const look = await sharedLook(store, cache, guess);
  const known = cache.state;
  if (known !== null && known === expected && known.digest === look.digest) return { state: known, look };
  const state = known?.digest === look.digest ? known : await load(store, look, known);
  cache.state = state;
  const hours = hoursOf(state);
  return { state, look: await countedLook(store, look, hours) };
}

/** The look with the reports of these hours counted, too: as many as at the look, or more. */
export async function countedLook(store: Store, look: Look, hours: readonly number[]): Promise<Look> {
  const uncounted = hours.filter((hour) => nearby([hour]).some((near) => !look.reports.has(near)));
  if (uncounted.length === 0) return look;
  const cache = cacheOf(store);
  const { last } = cache;
  const counted = await countReports(store, uncounted);
  // For the questions to come, as long as no report does.
  if (last !== null && cache.last === last && store.written?.('reports') === last.reports) {
    cache.last = { ...last, look: { ...last.look, reports: new Map([...last.look.reports, ...counted]) } };
  }
  return { ...look, reports: new Map([...look.reports, ...counted]) };
}
