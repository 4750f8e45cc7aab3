// "Which reports are to be priced again, and with what": chunks in the order of the table's key, so that a pass reads each
// report once and can go on where it stopped.
import type { History, KeptPrice, ReportToPrice, ReportWindow } from '../repricing/ports.ts';
import type { SqlParameters, Store } from '../store/store.ts';
import { queryDifferences } from './differences.ts';
import { APPLIED, REPORT_ID } from './merged-calls.ts';
import { PRICE_INPUT_COLUMNS, priceInputsOf, type PriceInputRow } from './price-inputs.ts';

interface Row extends PriceColumns, PriceInputRow {
  report: string;
  call_key: string;
  hour: number;
  received_micros: number;
}

const usd = (column: string) => `if(${column} IS NULL, NULL, toDecimalString(assumeNotNull(${column}), 12))`;
const HOUR = 'toStartOfHour(started_at)';

export function historyOf(store: Store): History {
  return {
    async countReports(window) {
      const { sql, parameters } = within(window);
      const [row] = await store.query<{ reports: number }>(
        `SELECT count() AS reports FROM reports WHERE ${sql}`,
        parameters,
      );
      return Number(row?.reports ?? 0);
    },
    async readReports(window, number, position, limit) {
      const { sql, parameters } = within(window);
      const rows = await store.query<Row>(
        `SELECT toString(${REPORT_ID}) AS report, call_key, toUnixTimestamp(${HOUR}) AS hour,
  toUnixTimestamp64Micro(received_at) AS received_micros, ${PRICE_INPUT_COLUMNS},
  ${usd('cost_usd')} AS cost, ${usd('cache_savings_usd')} AS savings, unpriced_reason
FROM reports WHERE ${sql} ${position === null ? '' : `AND ${HOUR} >= toDateTime({hour:UInt32}, 'UTC') AND (${HOUR} > toDateTime({hour:UInt32}, 'UTC') OR call_key > {callKey:String})`}
ORDER BY ${HOUR}, call_key LIMIT {limit:UInt32} WITH TIES`,
        { ...parameters, ...position, limit },
      );
      const [first, last] = [rows[0], rows.at(-1)];
      if (first === undefined || last === undefined) return null;
      const repriced = await latestPrices(store, number, first.hour, last.hour);
      return {
        reports: folded(rows).map((row) => reportOf(row, repriced.get(row.report) ?? priceOf(row))),
        read: rows.length,
        position: { hour: last.hour, callKey: last.call_key },
      };
    },
    differences: (number, window) => queryDifferences(store, number, window),
  };
}

function within({ from, to, receivedSinceMs }: ReportWindow): { sql: string; parameters: SqlParameters } {
  const bounds: [string, number][] = [];
  if (from !== null) bounds.push([`started_at >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC')`, Date.parse(from)]);
  if (to !== null) bounds.push([`started_at < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')`, Date.parse(to)]);
  if (receivedSinceMs !== undefined)
    bounds.push([`received_at >= fromUnixTimestamp64Milli({receivedSinceMs:Int64}, 'UTC')`, receivedSinceMs]);
  return {
    sql: ["role != 'submit'", ...bounds.map(([sql]) => sql)].join(' AND '),
    parameters: {
      ...(from === null ? {} : { fromMs: Date.parse(from) }),
      ...(to === null ? {} : { toMs: Date.parse(to) }),
      ...(receivedSinceMs === undefined ? {} : { receivedSinceMs }),
    },
  };
}

interface PriceColumns {
  cost: string | null;
  savings: string | null;
  unpriced_reason: string | null;
}
const priceOf = ({ cost, savings, unpriced_reason }: PriceColumns): KeptPrice => ({
  costUsd: cost,
  cacheSavingsUsd: savings,
  unpricedReason: unpriced_reason,
});

/** Of the reports made within these hours (epoch seconds), the prices that applied re-pricings and this one gave them. */
async function latestPrices(
  store: Store,
  number: number,
  firstHour: number,
  lastHour: number,
): Promise<Map<string, KeptPrice>> {
  const rows = await store.query<PriceColumns & { report_id: string }>(
    `SELECT toString(report) AS report_id, ${usd('latest.1')} AS cost, ${usd('latest.2')} AS savings, latest.3 AS unpriced_reason
FROM (
  SELECT report, argMax(tuple(cost_usd, cache_savings_usd, unpriced_reason), price_version) AS latest FROM repriced
  WHERE ${HOUR} >= toDateTime({firstHour:UInt32}, 'UTC') AND ${HOUR} <= toDateTime({lastHour:UInt32}, 'UTC') AND (${APPLIED} OR price_version = {number:UInt32})
  GROUP BY report
)`,
    { number, firstHour, lastHour },
  );
  return new Map(rows.map((row) => [row.report_id, priceOf(row)]));
}

/** Of a report that came more than once, the one received first, as the merging expression believes it. */
function folded(rows: readonly Row[]): Row[] {
  const first = new Map<string, Row>();
  for (const row of rows) {
    const known = first.get(row.report);
    if (known === undefined || row.received_micros < known.received_micros) first.set(row.report, row);
  }
  return [...first.values()];
}

function reportOf(row: Row, price: KeptPrice): ReportToPrice {
  return { report: row.report, callKey: row.call_key, price, inputs: priceInputsOf(row) };
}
