// "What has this call cost, by which prices": the price it arrived with and each that an applied re-pricing gave it.
import type { PriceVersion } from '../contract/repricings.ts';
import type { Store } from '../store/store.ts';
import { REPORT_ID, instantOf } from './merged-calls.ts';

interface Row {
  version: number;
  repricing_id: string | null;
  at_micros: number;
  cost: string | null;
  prices_version: string | null;
}

const cost = `if(cost_usd IS NULL, NULL, toDecimalString(assumeNotNull(cost_usd), 12))`;

/** Where history was never priced again, the one version that a call has. */
export const asItArrived = (at: string, costUsd: string | null): PriceVersion => ({
  version: 0,
  repricingId: null,
  at,
  costUsd,
  pricesVersion: null,
  current: true,
});

/** What a call is priced from: the report and the keys of all its reports. */
interface Priced {
  report: string;
  keys: readonly string[];
  startedMicros: { from: number; to: number };
  /** The version every page shows. */
  current: number;
}

/** Newest first. */
export async function queryPriceVersions(
  store: Store,
  { report, keys, startedMicros, current }: Priced,
): Promise<PriceVersion[]> {
  const rows = await store.query<Row>(
    `SELECT 0 AS version, NULL AS repricing_id, toUnixTimestamp64Micro(received_at) AS at_micros, ${cost} AS cost, NULL AS prices_version
FROM reports
WHERE started_at >= fromUnixTimestamp64Micro({fromMicros:Int64}, 'UTC') AND started_at <= fromUnixTimestamp64Micro({toMicros:Int64}, 'UTC')
  AND call_key IN {keys:Array(String)} AND ${REPORT_ID} = {report:UInt128}
ORDER BY received_at LIMIT 1
UNION ALL
SELECT number AS version, id AS repricing_id, toUnixTimestamp64Milli(assumeNotNull(finished_at)) * 1000 AS at_micros, price AS cost, prices_version
FROM (
  SELECT price_version, any(tuple(${cost})).1 AS price FROM repriced
  WHERE started_at >= fromUnixTimestamp64Micro({fromMicros:Int64}, 'UTC') AND started_at <= fromUnixTimestamp64Micro({toMicros:Int64}, 'UTC')
    AND report = {report:UInt128}
  GROUP BY price_version
) AS prices
INNER JOIN (SELECT number, id, finished_at, prices_version FROM repricings FINAL WHERE status = 'applied') AS applied
  ON prices.price_version = applied.number`,
    { report, keys, fromMicros: startedMicros.from, toMicros: startedMicros.to },
  );
  return rows
    .toSorted((a, b) => b.version - a.version)
    .map((row) => ({
      version: row.version,
      repricingId: row.repricing_id,
      at: instantOf(row.at_micros),
      costUsd: row.cost,
      pricesVersion: row.prices_version,
      current: row.version === current,
    }));
}
