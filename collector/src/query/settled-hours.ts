// Which hours of a window may be answered from the roll-up. The rest, few as a rule (the hour that runs, and what came late),
// is read from the reports. One small question before each large one.
import type { Store } from '../store/store.ts';

const HOUR = 3600;
const HOUR_MICROS = HOUR * 1_000_000;
/** The last whole day that ClickHouse's DateTime holds. */
const LATEST = Date.UTC(2106, 1, 7) / 1000;
/** The number of the re-pricing that was applied last: a roll-up from before it has old prices. */
export const CURRENT_PRICES = `(SELECT max(number) FROM repricings FINAL WHERE status = 'applied')`;

/** Hours that have calls and no current roll-up, as rows (hour, last mark). */
export const UNSETTLED = `
  SELECT hour, marked FROM (SELECT hour, max(marked_at) AS marked FROM dirty_hours GROUP BY hour) AS dirty
  LEFT JOIN (SELECT hour, argMax(through, version) AS known, argMax(prices, version) AS prices, count() AS times FROM settled GROUP BY hour) AS done USING (hour)
  WHERE times = 0 OR known < marked OR prices != ${CURRENT_PRICES}`;

/** How a window is read. Hours are seconds since the epoch. */
export interface Reading {
  /** Whole settled hours, `from` to before `to`, without `rawHours`; read at versions up to `version`. Null: none are settled.
   *  `prices` is the re-pricing they have in them: what is added from the reports is to be priced as of the same. */
  rollup: { from: number; to: number; version: number; prices: number } | null;
  /** Hours to read from the reports. */
  rawHours: number[];
}

export async function readingOf(store: Store, window: { fromMicros: number; toMicros: number }): Promise<Reading> {
  const from = Math.max(0, Math.ceil(window.fromMicros / HOUR_MICROS) * HOUR);
  const to = Math.min(LATEST, Math.floor(window.toMicros / HOUR_MICROS) * HOUR);
  if (from >= to) return { rollup: null, rawHours: [] };
  const [row] = await store.query<{ version: number; prices: number; unsettled: number[] }>(
    `SELECT (SELECT max(version) FROM settled) AS version, ${CURRENT_PRICES} AS prices,
  (SELECT groupArray(toUnixTimestamp(hour)) FROM (${UNSETTLED}) WHERE hour >= toDateTime({from:UInt32}, 'UTC') AND hour < toDateTime({to:UInt32}, 'UTC')) AS unsettled`,
    { from, to },
  );
  const version = Number(row?.version ?? 0);
  if (version === 0) return { rollup: null, rawHours: [] };
  const edges = [window.fromMicros / HOUR_MICROS, window.toMicros / HOUR_MICROS]
    .filter((hours) => !Number.isInteger(hours))
    .map((hours) => Math.floor(hours) * HOUR);
  return {
    rollup: { from, to, version, prices: Number(row?.prices) },
    rawHours: [...new Set([...edges, ...(row?.unsettled ?? []).map(Number)])],
  };
}
