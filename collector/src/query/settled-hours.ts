// Which hours of a window may be answered from the roll-up. The rest, few as a rule (the hour that runs, and what came late),
// is read from the reports. One small question before each large one.
import type { Store } from '../store/store.ts';

const HOUR = 3600;
const HOUR_MICROS = HOUR * 1_000_000;
/** The last whole day that ClickHouse's DateTime holds. */
const LATEST = Date.UTC(2106, 1, 7) / 1000;
/** The number of the re-pricing that was applied last: a roll-up from before it has old prices. */
export const CURRENT_PRICES = `(SELECT max(number) FROM repricings FINAL WHERE status = 'applied')`;

/** The instant before which reports are no longer kept; 1970 when none were dropped. */
const REPORTS_FROM = `(SELECT max(before) FROM dropped WHERE kind = 'reports')`;

/**
 * Hours that have calls and no current roll-up, as rows (hour, last mark). Never one whose reports were dropped: it keeps the
 * roll-up it has, also when history is priced again. The first hour that stayed may share calls with them.
 */
export const UNSETTLED = `
  SELECT hour, marked FROM (SELECT hour, max(marked_at) AS marked FROM dirty_hours GROUP BY hour) AS dirty
  LEFT JOIN (SELECT hour, argMax(through, version) AS known, argMax(prices, version) AS prices, count() AS times FROM settled GROUP BY hour) AS done USING (hour)
  WHERE hour > ${REPORTS_FROM} AND (times = 0 OR known < marked OR prices != ${CURRENT_PRICES})`;

/** How a window is read. Hours are seconds since the epoch. */
export interface Reading {
  /** Whole settled hours, `from` to before `to`, without `rawHours`; read at versions up to `version`. Null: none are settled.
   *  `prices` is the re-pricing they have in them: what is added from the reports is to be priced as of the same. */
  rollup: { from: number; to: number; version: number; prices: number } | null;
  /** Before this hour the answer lacks what is no longer kept; null: it lacks nothing. */
  missingBefore: number | null;
  /** Hours to read from the reports. */
  rawHours: number[];
}

export async function readingOf(store: Store, window: { fromMicros: number; toMicros: number }): Promise<Reading> {
  const from = Math.max(0, Math.ceil(window.fromMicros / HOUR_MICROS) * HOUR);
  const to = Math.min(LATEST, Math.floor(window.toMicros / HOUR_MICROS) * HOUR);
  if (from >= to) return fromReports(store, window);
  const [row] = await store.query<{ version: number; prices: number; unsettled: number[] } & Dropped>(
    `SELECT (SELECT max(version) FROM settled) AS version, ${CURRENT_PRICES} AS prices, ${DROPPED},
  (SELECT groupArray(toUnixTimestamp(hour)) FROM (${UNSETTLED}) WHERE hour >= toDateTime({from:UInt32}, 'UTC') AND hour < toDateTime({to:UInt32}, 'UTC')) AS unsettled`,
    { from, to },
  );
  const version = Number(row?.version ?? 0);
  if (version === 0) return { rollup: null, missingBefore: null, rawHours: [] };
  const edges = [window.fromMicros / HOUR_MICROS, window.toMicros / HOUR_MICROS]
    .filter((hours) => !Number.isInteger(hours))
    .map((hours) => Math.floor(hours) * HOUR);
  return {
    rollup: { from, to, version, prices: Number(row?.prices) },
    missingBefore: latest([
      ...[row?.rollups_from ?? 0].filter((before) => before > from),
      ...edges.filter((hour) => hour < Number(row?.reports_from ?? 0)).map((hour) => hour + HOUR),
    ]),
    rawHours: [...new Set([...edges, ...(row?.unsettled ?? []).map(Number)])],
  };
}

/** For a question that the roll-up cannot answer. */
export async function fromReports(store: Store, window: { fromMicros: number }): Promise<Reading> {
  const [row] = await store.query<Dropped>(`SELECT ${DROPPED}`);
  const before = Number(row?.reports_from ?? 0);
  return { rollup: null, missingBefore: before * 1_000_000 > window.fromMicros ? before : null, rawHours: [] };
}

interface Dropped {
  reports_from: number;
  rollups_from: number;
}
const DROPPED = ['reports', 'rollups']
  .map((kind) => `(SELECT toUnixTimestamp(max(before)) FROM dropped WHERE kind = '${kind}') AS ${kind}_from`)
  .join(', ');
const latest = (instants: readonly number[]): number | null => (instants.length === 0 ? null : Math.max(...instants));
