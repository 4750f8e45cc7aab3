// "What would this re-pricing change": calls as every page shows them, beside the price that a re-pricing not yet applied has
// for the report they are priced from. One pass over the calls answers the whole and each list.
import type { Differences, DifferencesPart } from '../contract/repricings.ts';
import type { ReportWindow } from '../repricing/ports.ts';
import type { Store } from '../store/store.ts';
import { mergedCalls } from './merged-calls.ts';

const MOST_PARTS = 500;
/** Reports of a call need not agree on when it started: a call changed at the window's edge is in no other count. */
const EDGE_MICROS = 3_600_000_000;
const ALL = { fromMicros: Date.UTC(2000, 0, 1) * 1000, toMicros: Date.UTC(2200, 0, 1) * 1000 };

interface Row {
  part: 'all' | 'day' | 'feature' | 'model';
  key: string | null;
  calls: number;
  changed_calls: number;
  newly_priced_calls: number;
  before: string;
  after: string;
  unpriced_before: number;
  unpriced_after: number;
}

export async function queryDifferences(store: Store, number: number, window: ReportWindow): Promise<Differences> {
  const fromMicros = window.from === null ? ALL.fromMicros : Date.parse(window.from) * 1000;
  const toMicros = window.to === null ? ALL.toMicros : Date.parse(window.to) * 1000;
  const wide = { fromMicros: fromMicros - EDGE_MICROS, toMicros: toMicros + EDGE_MICROS };
  const rows = await store.query<Row>(
    `SELECT multiIf(grouping(day) = 0, 'day', grouping(feature) = 0, 'feature', grouping(model) = 0, 'model', 'all') AS part,
  multiIf(part = 'day', toString(day), part = 'feature', feature, part = 'model', model, NULL) AS key,
  count() AS calls, countIf(changed) AS changed_calls, countIf(isNull(before_usd) AND isNotNull(after_usd)) AS newly_priced_calls,
  countIf(isNull(before_usd)) AS unpriced_before, countIf(isNull(after_usd)) AS unpriced_after,
  toDecimalString(sum(ifNull(before_usd, 0)), 12) AS before, toDecimalString(sum(ifNull(after_usd, 0)), 12) AS after
FROM (
  SELECT toDate(started_at, 'UTC') AS day, feature, model, merged.cost_usd AS before_usd,
    if(new_prices.written = 0, before_usd, new_prices.cost_usd) AS after_usd,
    isNull(before_usd) != isNull(after_usd) OR ifNull(before_usd != after_usd, false) AS changed
  FROM (${await mergedCalls(store, wide)}) AS merged
  LEFT JOIN (
    SELECT report AS usage_report, any(tuple(cost_usd)).1 AS cost_usd, count() AS written
    FROM repriced WHERE price_version = {number:UInt32} GROUP BY report
  ) AS new_prices USING (usage_report)
  WHERE changed OR started_at >= fromUnixTimestamp64Micro({windowFrom:Int64}, 'UTC') AND started_at < fromUnixTimestamp64Micro({windowTo:Int64}, 'UTC')
)
GROUP BY GROUPING SETS ((), (day), (feature), (model))
HAVING part = 'all' OR changed_calls > 0
ORDER BY part, abs(sum(ifNull(after_usd, 0)) - sum(ifNull(before_usd, 0))) DESC, key
LIMIT ${MOST_PARTS} BY part`,
    { ...wide, number, windowFrom: fromMicros, windowTo: toMicros },
  );
  const parts = (part: Row['part']): DifferencesPart[] =>
    rows
      .filter((row) => row.part === part)
      .map((row) => ({
        key: row.key,
        changedCalls: Number(row.changed_calls),
        beforeUsd: row.before,
        afterUsd: row.after,
        unpricedBefore: Number(row.unpriced_before),
        unpricedAfter: Number(row.unpriced_after),
      }));
  const all = rows.find((row) => row.part === 'all');
  return {
    calls: Number(all?.calls ?? 0),
    changedCalls: Number(all?.changed_calls ?? 0),
    newlyPricedCalls: Number(all?.newly_priced_calls ?? 0),
    beforeUsd: all?.before ?? '0.000000000000',
    afterUsd: all?.after ?? '0.000000000000',
    unpricedBefore: Number(all?.unpriced_before ?? 0),
    unpricedAfter: Number(all?.unpriced_after ?? 0),
    byDay: parts('day').toSorted((a, b) => String(a.key).localeCompare(String(b.key))),
    byFeature: parts('feature'),
    byModel: parts('model'),
  };
}
