// How a window is read: whole days and hours from roll-ups, the rest, few as a rule (the hour that runs, what came late, the
// window's edges), call by call.
import { DateTime } from 'luxon';
import type { Bucket } from '../contract.ts';
import type { Store } from '../store/store.ts';
import { BLOCKS, ledgerState, type LedgerState, type Look } from './ledger-state.ts';
import { hoursWithin } from './open-calls.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
const HOUR_MICROS = HOUR * 1_000_000;
/** The last whole day that ClickHouse's DateTime holds. */
const LATEST = Date.UTC(2106, 1, 7) / 1000;

type Versioned = readonly [second: number, version: number];

interface Span {
  fromMicros: number;
  toMicros: number;
}

/** Hours are seconds since the epoch. */
export interface Reading {
  /** Whole settled hours, `from` to before `to`, without `rawHours`; read at versions up to `version`. Null: none are settled.
   *  `prices` is the re-pricing they have in them: what is added from the reports is to be priced as of the same. */
  rollup: { from: number; to: number; version: number; prices: number } | null;
  /** Whether the ledger has settled hours at all, in the window or not. */
  anySettled: boolean;
  /** Blocks of days (UTC) within that, each read whole, with the version to read. */
  blocks: readonly Versioned[];
  /** The days that they are of. */
  days: readonly number[];
  /** The settled hours between them. */
  hours: readonly Versioned[];
  /** Before this hour the answer lacks what is no longer kept; null: it lacks nothing. */
  missingBefore: number | null;
  /** Hours to read call by call. */
  rawHours: number[];
  /** What the ledger was when the question was asked. */
  look: Look;
}

export interface Grain {
  bucket: Bucket;
  timezone: string;
  /** Whether there are roll-ups of days. */
  days: boolean;
  /** Of hours of an earlier shape the roll-ups lack what is asked. */
  shape: number;
}
const NO_BUCKET: Grain = { bucket: 'none', timezone: 'UTC', days: true, shape: 0 };

export async function readingOf(store: Store, window: Span, grain: Grain = NO_BUCKET): Promise<Reading> {
  const from = Math.max(0, Math.ceil(window.fromMicros / HOUR_MICROS) * HOUR);
  const to = Math.min(LATEST, Math.floor(window.toMicros / HOUR_MICROS) * HOUR);
  if (from >= to) return fromReports(store, window);
  const edges = [window.fromMicros / HOUR_MICROS, window.toMicros / HOUR_MICROS]
    .filter((hours) => !Number.isInteger(hours))
    .map((hours) => Math.floor(hours) * HOUR);
  const split = [...edges, ...splitHours(from, to, grain)];
  const isWithin = (hour: number): boolean => hour >= from && hour < to;
  const lacking = ({ shapes }: LedgerState): number[] =>
    [...shapes].filter(([hour, shape]) => shape < grain.shape && isWithin(hour)).map(([hour]) => hour);
  // Those whose reports are gone stay as they are.
  const rawOf = (state: LedgerState): number[] => [
    ...new Set([
      ...split,
      ...state.unsettled.filter(isWithin),
      ...lacking(state).filter((hour) => hour > state.reportsFrom),
    ]),
  ];
  const { state, look } = await ledgerState(store, rawOf);
  if (state.hours.size === 0) return { ...(await fromReports(store, window)), missingBefore: null };
  const rawHours = rawOf(state);
  const { blocks, days } = grain.days
    ? wholeDays(from, to, rawHours, state.blocks, grain, look.rollupsFrom)
    : { blocks: [], days: [] };
  return {
    rollup: { from, to, version: look.version, prices: look.prices },
    anySettled: true,
    blocks,
    days,
    hours: hoursBetween(from, to, days, rawHours, state.hours),
    missingBefore: latest([
      ...[look.rollupsFrom].filter((before) => before > from),
      ...lacking(state)
        .filter((hour) => hour <= look.reportsFrom)
        .map((hour) => hour + HOUR),
      ...split.filter((hour) => hour < look.reportsFrom).map((hour) => hour + HOUR),
    ]),
    rawHours,
    look,
  };
}

/** For a question that the roll-ups cannot answer. */
export async function fromReports(store: Store, window: Span): Promise<Reading> {
  const { state, look } = await ledgerState(store, () => hoursWithin(window) ?? []);
  const missing = look.reportsFrom * 1_000_000 > window.fromMicros;
  return {
    rollup: null,
    anySettled: state.hours.size > 0,
    blocks: [],
    days: [],
    hours: [],
    missingBefore: missing ? look.reportsFrom : null,
    rawHours: [],
    look,
  };
}

/**
 * Days of which no hour is read otherwise, in the largest blocks that are of one bucket each. A block that began before what is
 * kept went with its first month.
 */
function wholeDays(
  from: number,
  to: number,
  rawHours: readonly number[],
  known: LedgerState['blocks'],
  grain: Grain,
  keptFrom: number,
): { blocks: Versioned[]; days: number[] } {
  const apart = new Set(rawHours.map(dayOf));
  const isOfOneBucket = bucketTest(grain);
  const blocks: Versioned[] = [];
  const days: number[] = [];
  const first = Math.min(...[...known.values()].flatMap((starts) => [...starts.keys()]));
  for (let day = Math.ceil(Math.max(from, first) / DAY) * DAY; day + DAY <= to;) {
    const size = BLOCKS.find((count) => {
      const end = day + count * DAY;
      if (end > to || !known.get(count)?.has(day) || (day < keptFrom && end > keptFrom)) return false;
      return daysOf(day, count).every((one) => !apart.has(one)) && isOfOneBucket(day, end);
    });
    if (size !== undefined) {
      blocks.push([day, known.get(size)?.get(day) as number]);
      days.push(...daysOf(day, size));
    }
    day += (size ?? 1) * DAY;
  }
  return { blocks, days };
}

const daysOf = (first: number, count: number): number[] => Array.from({ length: count }, (_, nth) => first + nth * DAY);

function hoursBetween(
  from: number,
  to: number,
  days: readonly number[],
  rawHours: readonly number[],
  known: LedgerState['hours'],
): Versioned[] {
  const whole = new Set(days);
  const apart = new Set(rawHours);
  const between = (hour: number): boolean => hour >= from && hour < to && !whole.has(dayOf(hour)) && !apart.has(hour);
  return [...known].filter(([hour]) => between(hour));
}

const dayOf = (hour: number): number => hour - (hour % DAY);

function bucketTest({ bucket, timezone }: Grain): (from: number, to: number) => boolean {
  if (bucket === 'none') return () => true;
  if (bucket === 'hour' || bucket === 'minute') return () => false;
  if (timezone === 'UTC' && bucket === 'day') return (from, to) => to - from === DAY;
  return (from, to) => startOf(to - 1, bucket, timezone) <= from;
}

const startOf = (second: number, bucket: 'day' | 'week' | 'month', timezone: string): number =>
  DateTime.fromSeconds(second, { zone: timezone }).startOf(bucket).toSeconds();

/** Of a time zone whose days do not begin on an hour of UTC: hours that are of two buckets. */
function splitHours(from: number, to: number, { bucket, timezone }: Grain): number[] {
  if (bucket === 'none' || bucket === 'hour' || bucket === 'minute' || isWholeHours(timezone, from, to)) return [];
  const hours: number[] = [];
  let start = DateTime.fromSeconds(to, { zone: timezone }).startOf(bucket);
  for (; start.toSeconds() > from; start = start.minus({ [bucket]: 1 })) {
    const second = start.toSeconds();
    if (second % HOUR !== 0) hours.push(Math.floor(second / HOUR) * HOUR);
  }
  return hours;
}

/** Whether hours of the time zone begin on an hour of UTC. */
export const isWholeHours = (timezone: string, from: number, to: number): boolean =>
  [from, to].every((second) => DateTime.fromSeconds(second, { zone: timezone }).offset % 60 === 0);

const latest = (instants: readonly number[]): number | null => (instants.length === 0 ? null : Math.max(...instants));

/** So many hours are named in a question with their versions; of more it looks the versions up. */
const MOST_NAMED = 500;
const named = (versions: readonly Versioned[]): string =>
  `(hour, version) IN (${versions.map(([hour, version]) => `(${hour},${version})`).join(',')})`;
const IN_SETTLED = `hour >= toDateTime({rollupFrom:UInt32}, 'UTC') AND hour < toDateTime({rollupTo:UInt32}, 'UTC')
  AND toStartOfDay(hour) NOT IN (SELECT toDateTime(arrayJoin({days:Array(UInt32)}), 'UTC')) AND hour NOT IN (SELECT toDateTime(arrayJoin({hours:Array(UInt32)}), 'UTC'))
  AND (hour, version) IN (SELECT hour, max(version) FROM settled
    WHERE hour >= toDateTime({rollupFrom:UInt32}, 'UTC') AND hour < toDateTime({rollupTo:UInt32}, 'UTC') AND version <= {rollupVersion:UInt64} GROUP BY hour)`;

/** Which rows of a roll-up of days, or of hours, are read; the parameters of both are `readParameters`. */
export const daysRead = ({ blocks }: Reading): string => named(blocks);
export const hoursRead = ({ hours }: Reading): string => (hours.length > MOST_NAMED ? IN_SETTLED : named(hours));

export function readParameters({ rollup, days, hours, rawHours }: Reading): Record<string, unknown> {
  if (rollup === null || hours.length <= MOST_NAMED) return {};
  const { from, to, version } = rollup;
  return {
    rollupFrom: from,
    rollupTo: to,
    rollupVersion: version,
    days,
    hours: rawHours,
  };
}
