// Settling: hours that got reports -> their roll-ups, through the same merging expression that every question uses. An hour's
// new rows stand under a new version, and one row in `settled` makes that version the current one: readers switch at once. Days
// that are over are added up from their hours in the same way, and blocks of days from days (`settled_days`).
// One settler at a time (lease/). Killed in between, it leaves rows of a version that nobody reads, and begins again.
import type { Clock, Log } from '../ports.ts';
import type { Lease } from '../lease/lease.ts';
import { BLOCKS, CURRENT_PRICES, SHAPE, UNSETTLED } from '../query/ledger-state.ts';
import { windowParameters } from '../query/joined-reports.ts';
import { dropVersion, mergeHours, STALE_MS, versionsBefore, windowOf } from '../query/open-calls.ts';
import { DAY_TABLES, HOUR_TABLES } from '../query/rollups.ts';
import type { DirtyHours } from '../store/dirty-hours.ts';
import type { Store } from '../store/store.ts';
import { blocksBehind, daysInto, hoursInto } from './rolling-up.ts';

const [SELDOM_MS, OFTEN_MS] = [5_000, 50];
/** Looking takes the engine's time, too: while there is nothing to settle, at most one part in so many of it. */
const LOOKING_SHARE = 10;
/** Reports settled in one statement, about: bounds its memory. */
const MOST_REPORTS = 100_000;
const MOST_HOURS = 24 * 31;
/** Rows of versions that are no longer current may still be read by a question asked before. */
const KEEP_OLD_MS = 10 * 60_000;
const CLEAN_EVERY_MS = 60 * 60_000;

export interface Settler {
  start(): void;
  /** Settles all that is to be settled at this moment; answers how many hours that were. */
  settleAll(options?: { quietMs?: number }): Promise<number>;
  stop(): Promise<void>;
}

export function createSettler(options: {
  store: Store;
  dirtyHours: DirtyHours;
  clock: Clock;
  log: Log;
  /** An hour that still gets reports is left to be read from them; this long after the last one it is settled. */
  quietMs?: number;
  /** Of several collectors one settles. Two at once would cost time and change no number: each writes versions of its own. */
  lease?: Pick<Lease, 'held' | 'term'>;
}): Settler {
  const {
    store,
    dirtyHours,
    clock,
    log,
    quietMs: usually = 20_000,
    lease = { held: () => true, term: () => 0 },
  } = options;
  const everyMs = Math.min(SELDOM_MS, Math.max(OFTEN_MS, usually / 4));
  let cancel = (): void => {};
  let stopped = false;
  let running: Promise<unknown> = Promise.resolve();
  let lastVersion = 0;
  let cleanedAt = clock.now();

  async function settleAll({ quietMs = usually } = {}): Promise<number> {
    let settled = 0;
    for (;;) {
      const hours = await nextHours(quietMs);
      if (stopped || !lease.held()) return settled;
      if (hours.length === 0) {
        await addDays();
        return settled;
      }
      await settle(hours);
      settled += hours.length;
    }
  }

  /** The oldest unsettled hours, as many as fit one statement. */
  async function nextHours(quietMs: number): Promise<number[]> {
    const rows = await store.query<{ at: number }>(
      `SELECT toUnixTimestamp(hour) AS at FROM (${UNSETTLED})
WHERE marked <= fromUnixTimestamp64Milli({quiet:Int64}, 'UTC') ORDER BY hour LIMIT ${MOST_HOURS}`,
      { quiet: clock.now() - quietMs },
    );
    if (rows.length < 2) return rows.map(({ at }) => at);
    const hours = rows.map(({ at }) => at);
    const sizes = await store.query<{ at: number; reports: number }>(
      `SELECT toUnixTimestamp(toStartOfHour(started_at)) AS at, count() AS reports FROM reports
WHERE toStartOfHour(started_at) IN (SELECT toDateTime(arrayJoin({hours:Array(UInt32)}), 'UTC')) GROUP BY at`,
      { hours },
    );
    const reportsOf = new Map(sizes.map(({ at, reports }) => [at, Number(reports)]));
    let reports = 0;
    return hours.filter((hour, index) => (reports += reportsOf.get(hour) ?? 0) <= MOST_REPORTS || index === 0);
  }

  async function settle(hours: readonly number[]): Promise<void> {
    const marks = await store.query<{ at: number; through: string; prices: number }>(
      `SELECT toUnixTimestamp(hour) AS at, toString(max(marked_at)) AS through, ${CURRENT_PRICES} AS prices
FROM dirty_hours WHERE hour IN (SELECT toDateTime(arrayJoin({hours:Array(UInt32)}), 'UTC')) GROUP BY hour`,
      { hours },
    );
    // Not before: a mark that came in between would be settled here, and relied on by the reports after it. Not later: what is
    // appended from now on may not be among what is merged.
    dirtyHours.clear(hours);
    const version = await nextVersion();
    await mergeHours(store, hours, version, marks[0]?.prices);
    const window = windowOf(hours);
    for (const sql of await hoursInto(store, window))
      await store.command(sql, { version, ...windowParameters(window) });
    await store.insert(
      'settled',
      marks.map(({ at, through, prices }) => ({ hour: at, version, through, prices, shape: SHAPE })),
    );
    await dropVersion(store, version);
  }

  /** Adds up the days that are over and whose hours are all settled, and blocks of such days. */
  async function addDays(): Promise<void> {
    for (const size of BLOCKS.toReversed()) await addBlocks(size);
  }

  async function addBlocks(size: number): Promise<void> {
    for (;;) {
      const rows = await store.query<{ at: number; newest: number }>(blocksBehind(size), {
        now: Math.floor(clock.now() / 1000),
      });
      if (rows.length === 0 || stopped) return;
      const version = await nextVersion();
      const days = rows.map(({ at }) => Number(at));
      const span = { from: Math.min(...days), to: Math.max(...days) + size * 24 * 3600 };
      for (const sql of daysInto(size)) await store.command(sql, { version, days, ...span });
      await store.insert(
        'settled_days',
        rows.map(({ at, newest }) => ({ day: at, days: size, version, through: newest })),
      );
    }
  }

  /** Above every version there is, even where the clock was set back, and never another collector's: its last digits are of the lease's term. */
  async function nextVersion(): Promise<number> {
    if (lastVersion === 0) {
      const [row] = await store.query<{ highest: number }>(
        'SELECT greatest((SELECT max(version) FROM settled), (SELECT max(version) FROM settled_days)) AS highest',
      );
      lastVersion = Number(row?.highest ?? 0);
    }
    lastVersion = Math.max(Math.floor(lastVersion / 1000) + 1, clock.now()) * 1000 + (lease.term() % 1000);
    return lastVersion;
  }

  /** Drops the rows of versions that no question can be reading any more. */
  async function clean(): Promise<void> {
    cleanedAt = clock.now();
    const old = (cleanedAt - KEEP_OLD_MS) * 1000;
    for (const [at, settled, tables] of [
      ['hour', 'settled', HOUR_TABLES],
      ['day', 'settled_days', DAY_TABLES],
    ] as const) {
      const of = at === 'day' ? 'day, days' : 'hour';
      const current = `(SELECT ${at}, max(version) FROM ${settled} GROUP BY ${of})`;
      for (const table of tables)
        await store.command(`DELETE FROM ${table} WHERE version < ${old} AND (hour, version) NOT IN ${current}`);
      await store.command(`DELETE FROM ${settled} WHERE version < ${old} AND (${at}, version) NOT IN ${current}`);
    }
    await dropLeftBehind();
  }

  /** Calls that a process merged for its questions, or for settling, and did not live to drop. */
  async function dropLeftBehind(): Promise<void> {
    for (const version of await versionsBefore(store, clock.now() - STALE_MS)) await dropVersion(store, version);
  }

  /** Answers how many hours it settled. */
  async function tick(): Promise<number> {
    if (!lease.held()) {
      // Another collector's versions may be above the ones that were known here.
      lastVersion = 0;
      return 0;
    }
    const before = clock.now();
    const hours = await settleAll();
    if (hours > 24) log.info('hours were settled', { hours, ms: clock.now() - before });
    if (clock.now() - cleanedAt > CLEAN_EVERY_MS) await clean();
    return hours;
  }

  const schedule = (waitMs: number): void => {
    cancel = clock.after(waitMs, () => {
      const begun = clock.now();
      running = tick()
        .catch((error: unknown) => {
          log.warn('hours were not settled; they are read from the reports until they are', { error });
          return 0;
        })
        .then((hours) => {
          const restMs = hours === 0 ? (LOOKING_SHARE - 1) * (clock.now() - begun) : 0;
          if (!stopped) schedule(Math.max(everyMs, Math.min(restMs, SELDOM_MS)));
        });
    });
  };
  return {
    start: () => schedule(everyMs),
    settleAll,
    async stop() {
      stopped = true;
      cancel();
      await running;
    },
  };
}
