// Settling: hours that got reports -> their roll-up, through the same merging expression that every question uses. An hour's
// new rows stand under a new version, and one row in `settled` makes that version the current one: readers switch at once.
// One settler at a time (lease/). Killed in between, it leaves rows of a version that nobody reads, and begins again.
import type { Clock, Log } from '../ports.ts';
import { mergedCalls, DIMENSION_COLUMNS } from '../query/merged-calls.ts';
import { windowParameters } from '../query/joined-reports.ts';
import { CURRENT_PRICES, UNSETTLED } from '../query/settled-hours.ts';
import { ROLLUP_DIMENSIONS, SKETCH_DIMENSIONS, SKETCHES, sketchState, SUMS, type Sketch } from '../query/sums.ts';
import type { Lease } from '../lease/lease.ts';
import type { DirtyHours } from '../store/dirty-hours.ts';
import type { Store } from '../store/store.ts';
import type { Dimension } from '../contract.ts';

const HOUR = 3600;
const [SELDOM_MS, OFTEN_MS] = [5_000, 50];
/** Reports settled in one statement, about: bounds its memory. */
const MOST_REPORTS = 400_000;
const MOST_HOURS = 24 * 7;
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
      if (hours.length === 0 || stopped || !lease.held()) return settled;
      await settle(hours);
      settled += hours.length;
    }
  }

  /** The oldest unsettled hours, as many as fit one statement. */
  async function nextHours(quietMs: number): Promise<number[]> {
    const rows = await store.query<{ at: number; reports: number }>(
      `SELECT toUnixTimestamp(hour) AS at, ifNull(reports, 0) AS reports FROM (${UNSETTLED}) AS open
LEFT JOIN (
  SELECT toStartOfHour(started_at) AS hour, count() AS reports FROM reports
  WHERE toStartOfHour(started_at) IN (SELECT hour FROM (${UNSETTLED})) GROUP BY hour
) AS sizes USING (hour)
WHERE marked <= fromUnixTimestamp64Milli({quiet:Int64}, 'UTC') ORDER BY hour LIMIT ${MOST_HOURS}`,
      { quiet: clock.now() - quietMs },
    );
    let reports = 0;
    return rows.filter((row, index) => (reports += row.reports) <= MOST_REPORTS || index === 0).map(({ at }) => at);
  }

  async function settle(hours: readonly number[]): Promise<void> {
    dirtyHours.clear(hours);
    const marks = await store.query<{ at: number; through: string; prices: number }>(
      `SELECT toUnixTimestamp(hour) AS at, toString(max(marked_at)) AS through, ${CURRENT_PRICES} AS prices
FROM dirty_hours WHERE hour IN (SELECT toDateTime(arrayJoin({hours:Array(UInt32)}), 'UTC')) GROUP BY hour`,
      { hours },
    );
    const version = await nextVersion();
    const first = hours[0] ?? 0;
    const last = hours.at(-1) ?? 0;
    const window = { fromMicros: first * 1_000_000, toMicros: (last + HOUR) * 1_000_000, hours };
    const calls = await mergedCalls(store, window);
    const parameters = { ...windowParameters(window), version };
    await store.command(insertSql('rollup', ROLLUP_DIMENSIONS, SUMS, calls), parameters);
    const sketches = Object.fromEntries(Object.keys(SKETCHES).map((sketch) => [sketch, sketchState(sketch as Sketch)]));
    await store.command(insertSql('rollup_sketches', SKETCH_DIMENSIONS, sketches, calls), parameters);
    await store.insert(
      'settled',
      marks.map(({ at, through, prices }) => ({ hour: at, version, through, prices })),
    );
  }

  /** Above every version there is, even where the clock was set back, and never another collector's: its last digits are of the lease's term. */
  async function nextVersion(): Promise<number> {
    if (lastVersion === 0) {
      const [row] = await store.query<{ highest: number }>('SELECT max(version) AS highest FROM settled');
      lastVersion = Number(row?.highest ?? 0);
    }
    lastVersion = Math.max(Math.floor(lastVersion / 1000) + 1, clock.now()) * 1000 + (lease.term() % 1000);
    return lastVersion;
  }

  /** Drops the rows of versions that no question can be reading any more. */
  async function clean(): Promise<void> {
    cleanedAt = clock.now();
    const old = (cleanedAt - KEEP_OLD_MS) * 1000;
    const stale = `version < ${old} AND (hour, version) NOT IN (SELECT hour, max(version) FROM settled GROUP BY hour)`;
    for (const table of ['rollup', 'rollup_sketches', 'settled'])
      await store.command(`DELETE FROM ${table} WHERE ${stale}`);
  }

  async function tick(): Promise<void> {
    if (!lease.held()) {
      // Another collector's versions may be above the ones that were known here.
      lastVersion = 0;
      return;
    }
    const before = clock.now();
    const hours = await settleAll();
    if (hours > 24) log.info('hours were settled', { hours, ms: clock.now() - before });
    if (clock.now() - cleanedAt > CLEAN_EVERY_MS) await clean();
  }

  const schedule = (): void => {
    cancel = clock.after(everyMs, () => {
      running = tick()
        .catch((error: unknown) =>
          log.warn('hours were not settled; they are read from the reports until they are', { error }),
        )
        .finally(() => {
          if (!stopped) schedule();
        });
    });
  };
  return {
    start: schedule,
    settleAll,
    async stop() {
      stopped = true;
      cancel();
      await running;
    },
  };
}

function insertSql(
  table: string,
  dimensions: readonly Dimension[],
  values: Record<string, string>,
  calls: string,
): string {
  const columns = dimensions.map((dimension) => DIMENSION_COLUMNS[dimension]);
  return `INSERT INTO ${table} (hour, version, ${[...columns, ...Object.keys(values)].join(', ')})
SELECT toStartOfHour(started_at) AS hour, {version:UInt64} AS version, ${columns.join(', ')}, ${Object.values(values).join(', ')}
FROM (${calls}) GROUP BY hour, ${columns.join(', ')}`;
}
