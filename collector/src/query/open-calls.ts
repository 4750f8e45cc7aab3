// Calls of hours that are read call by call (the hour that runs, the window's edges, questions that no roll-up answers): merged
// once into `open_calls` and read from there by every question, as long as no report of them came since. The merging
// expression takes longer to plan than these hours take to read.
import { JOIN_SLACK_MICROS } from '../calls/report.ts';
import type { Store } from '../store/store.ts';
import { windowParameters, type Window } from './joined-reports.ts';
import type { Look } from './ledger-state.ts';
import { mergedCalls, MERGED_COLUMNS, type MergeOptions } from './merged-calls.ts';

const HOUR = 3600;
const MICROS = 1_000_000;
/** Of more hours at once the calls are merged within the question: that many need not be kept. */
export const MOST_OPEN_HOURS = 64;
const MOST_KEPT_HOURS = 192;
/** A version may still be read by a question asked before it was replaced. */
const DROP_AFTER_MS = 60_000;
/** What a process left behind is dropped after this; so nobody trusts a version that is nearly as old. */
export const STALE_MS = 60 * 60_000;
const TRUSTED_MS = STALE_MS / 2;

/** Calls as rows, with the columns of the merging expression: `FROM <from> WHERE <condition>`, and the parameters of both texts. */
export interface CallRows {
  from: string;
  condition: string;
  parameters: Record<string, unknown>;
}

interface Entry {
  version: number;
  /** Reports of the hour and those beside it, that it was merged from at least: there never are fewer again. */
  reports: readonly number[];
  /** What else it was merged with. */
  beside: string;
}
interface Cache {
  entries: Map<number, Entry>;
  merging: Promise<unknown>;
  replaced: { version: number; atMs: number }[];
  /** The last look that found nothing in the table: not what this process had put there before. */
  emptyAt: number;
}
const caches = new WeakMap<Store, Cache>();
let lastVersion = 0;

/** Calls of a window, or of its `hours`. */
export async function callsOf(
  store: Store,
  window: Window,
  look: Look,
  options: Pick<MergeOptions, 'columns' | 'toldOnce' | 'reach'> = {},
): Promise<CallRows> {
  const hours = window.hours ?? hoursWithin(window);
  if (hours === null || hours.length > MOST_OPEN_HOURS) {
    return {
      from: `(${await mergedCalls(store, window, { ...options, pricesUpTo: look.prices })})`,
      condition: '1',
      parameters: windowParameters(window),
    };
  }
  const versions = await openHours(store, withReports(hours, look), look);
  const pairs = [...versions].map(([hour, version]) => `(toDateTime(${hour}, 'UTC'), ${version})`);
  const { fromMicros, toMicros } = window;
  return {
    from: 'open_calls',
    condition: `${pairs.length === 0 ? '0' : `version IN (${[...new Set(versions.values())].join(', ')}) AND (hour, version) IN (${pairs.join(', ')})`}
      AND started_at >= fromUnixTimestamp64Micro({fromMicros:Int64}, 'UTC') AND started_at < fromUnixTimestamp64Micro({toMicros:Int64}, 'UTC')`,
    parameters: { fromMicros, toMicros },
  };
}

/** Null for more than would be kept. */
export function hoursWithin({ fromMicros, toMicros }: Window): number[] | null {
  const first = Math.floor(fromMicros / MICROS / HOUR);
  const last = Math.ceil(toMicros / MICROS / HOUR);
  if (last - first > MOST_OPEN_HOURS) return null;
  return Array.from({ length: Math.max(0, last - first) }, (_, index) => (first + index) * HOUR);
}

const SLACK_HOURS = Math.ceil(JOIN_SLACK_MICROS / MICROS / HOUR);
const near = (hour: number): number[] =>
  Array.from({ length: 2 * SLACK_HOURS + 1 }, (_, index) => hour + (index - SLACK_HOURS) * HOUR);
/** A call of the hour may be told by a report of the hour beside. */
const withReports = (hours: readonly number[], { reports }: Look): number[] =>
  hours.filter((hour) => near(hour).some((beside) => (reports.get(beside) ?? 0) > 0));
const reportsNear = (hour: number, { reports }: Look): number[] => near(hour).map((one) => reports.get(one) ?? 0);
const besideOf = ({ prices, beside }: Look): string => `${prices} ${beside}`;

/** Hour -> the version under which its calls are in the table, at least as they were at the look. */
async function openHours(store: Store, hours: readonly number[], look: Look): Promise<Map<number, number>> {
  const cache = cacheOf(store);
  if (look.openCalls === 0 && look.number > cache.emptyAt) {
    cache.emptyAt = look.number;
    cache.entries.clear();
  }
  const isCurrent = (hour: number): boolean => isCurrentIn(cache, hour, look);
  // Again, should another question have found the table empty meanwhile.
  while (!hours.every(isCurrent)) {
    // One after the other: of questions that come at once the first merges, and the others find it done.
    const merging = cache.merging.then(async () => {
      const missing = hours.filter((hour) => !isCurrent(hour));
      if (missing.length === 0) return;
      await open(store, cache, missing, look);
      await forgetOldest(store, cache, hours);
    });
    cache.merging = merging.catch(() => {});
    await merging;
  }
  // Used last, forgotten last.
  return new Map(
    hours.map((hour) => {
      const entry = cache.entries.get(hour) as Entry;
      cache.entries.delete(hour);
      cache.entries.set(hour, entry);
      return [hour, entry.version];
    }),
  );
}

function isCurrentIn(cache: Cache, hour: number, look: Look): boolean {
  const entry = cache.entries.get(hour);
  const trustedFrom = OF_QUESTIONS + (Date.now() - TRUSTED_MS) * 1000;
  if (entry === undefined || entry.beside !== besideOf(look) || entry.version < trustedFrom) return false;
  return reportsNear(hour, look).every((count, index) => count <= (entry.reports[index] ?? 0));
}

/** Whether the hour's calls stand merged as of the look, so that reading them costs next to nothing. */
export const isOpen = (store: Store, hour: number, look: Look): boolean =>
  (look.openCalls > 0 || look.number <= cacheOf(store).emptyAt) && isCurrentIn(cacheOf(store), hour, look);

async function open(store: Store, cache: Cache, hours: readonly number[], look: Look): Promise<void> {
  const version = nextVersion();
  await mergeHours(store, hours, version, look.prices);
  for (const hour of hours) {
    forget(cache, hour);
    cache.entries.set(hour, { version, reports: reportsNear(hour, look), beside: besideOf(look) });
  }
}

/** Those used longest ago, so that no more are kept than may be; but none that is read now. */
async function forgetOldest(store: Store, cache: Cache, read: readonly number[]): Promise<void> {
  const others = [...cache.entries.keys()].filter((hour) => !read.includes(hour));
  for (const hour of others.slice(0, Math.max(0, cache.entries.size - MOST_KEPT_HOURS))) forget(cache, hour);
  await dropReplaced(store, cache);
}

function forget(cache: Cache, hour: number): void {
  const entry = cache.entries.get(hour);
  if (entry === undefined) return;
  cache.entries.delete(hour);
  if (![...cache.entries.values()].some(({ version }) => version === entry.version))
    cache.replaced.push({ version: entry.version, atMs: Date.now() });
}

async function dropReplaced(store: Store, cache: Cache): Promise<void> {
  while (cache.replaced[0] !== undefined && cache.replaced[0].atMs < Date.now() - DROP_AFTER_MS) {
    const { version } = cache.replaced.shift()!;
    await dropVersion(store, version);
  }
}

export const windowOf = (hours: readonly number[]): Window => ({
  fromMicros: Math.min(...hours) * MICROS,
  toMicros: (Math.max(...hours) + HOUR) * MICROS,
  hours,
});

/** Writes the calls of these hours (ascending) under a version that nobody reads yet; undefined prices are those in force. */
export async function mergeHours(
  store: Store,
  hours: readonly number[],
  version: number,
  pricesUpTo: number | undefined,
): Promise<void> {
  const window = windowOf(hours);
  const calls = await mergedCalls(store, window, pricesUpTo === undefined ? {} : { pricesUpTo });
  const columns = MERGED_COLUMNS.join(', ');
  await store.command(
    `INSERT INTO open_calls (hour, version, ${columns})
SELECT toStartOfHour(started_at) AS hour, {version:UInt64} AS version, ${columns} FROM (${calls})`,
    { ...windowParameters(window), version },
  );
}

export const dropVersion = (store: Store, version: number): Promise<void> =>
  store.command(`ALTER TABLE open_calls DROP PARTITION ${Number(version)}`);

/** Versions of questions are above all of the settler's, which are microseconds of the same clock. */
const OF_QUESTIONS = 4_000_000_000_000_000;
/** Each once in a process; those of two processes are told apart by chance. */
function nextVersion(): number {
  lastVersion = Math.max(lastVersion + 1, OF_QUESTIONS + Date.now() * 1000 + Math.floor(Math.random() * 1000));
  return lastVersion;
}

/** Of questions or of the settler, that stand there since before this moment. */
export async function versionsBefore(store: Store, ms: number): Promise<number[]> {
  const rows = await store.query<{ version: string }>(
    `SELECT DISTINCT partition AS version FROM system.parts
WHERE active AND database = currentDatabase() AND table = 'open_calls' AND toUInt64OrZero(partition) % ${OF_QUESTIONS} < {before:UInt64}`,
    { before: ms * 1000 },
  );
  return rows.map(({ version }) => Number(version));
}

function cacheOf(store: Store): Cache {
  const known = caches.get(store);
  if (known) return known;
  const made: Cache = { entries: new Map(), merging: Promise.resolve(), replaced: [], emptyAt: 0 };
  caches.set(store, made);
  return made;
}
