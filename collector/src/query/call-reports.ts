// The reports of one call, as its page lists them: one read for who told of it, for what the call is priced from and for what the
// app itself took it to cost. A report that an exporter sent twice is one.
import type { Store } from '../store/store.ts';
import { REPORT_ATTRIBUTES } from './attributes.ts';
import { inReach, windowParameters, type Joining, type Window } from './joined-reports.ts';
import { REPORT_ID } from './merged-calls.ts';
import { PRICE_INPUT_COLUMNS, type PriceInputRow } from './price-inputs.ts';

/** Microseconds since the epoch; sums of money as decimal strings, null where unknown. */
export interface CallReport extends PriceInputRow {
  /** Its own; the call's is the one it was joined to. */
  call_key: string;
  report_id: string;
  source: string;
  scope: string | null;
  span_name: string | null;
  trace_id: string | null;
  span_id: string | null;
  received_micros: number;
  app_cost: string | null;
  app_table: string | null;
  arrival_cost: string | null;
  rank: number;
  usage_rank: number;
  rate_limits: string;
  /** For `attributesOf`. */
  kept_attributes: string;
}

const usd = (column: string): string => `if(${column} IS NULL, NULL, toDecimalString(assumeNotNull(${column}), 12))`;

/** First come, first; `keys` are all that the call's reports have. */
export async function queryReportsOf(
  store: Store,
  callKey: string,
  window: Window,
  join: Joining,
): Promise<{ reports: CallReport[]; keys: string[] }> {
  const rows = await store.query<CallReport>(
    `${join.withs}
SELECT call_key, toString(${REPORT_ID}) AS report_id, source, scope, span_name, trace_id, span_id, toUnixTimestamp64Micro(received_at) AS received_micros,
  ${usd('app_cost_usd')} AS app_cost, app_price_table AS app_table, ${usd('cost_usd')} AS arrival_cost, rank, usage_rank, rate_limits,
  ${REPORT_ATTRIBUTES} AS kept_attributes, ${PRICE_INPUT_COLUMNS}
FROM reports WHERE ${inReach(window)} AND ${join.key('call_key')} = ${join.key('{callKey:String}')}
ORDER BY received_at, span_id`,
    { callKey, ...windowParameters(window) },
  );
  return { reports: withoutRepeats(rows), keys: [...new Set(rows.map(({ call_key }) => call_key))] };
}

/** Of what was sent twice the first counts; the app's cost and the price at arrival are of the first that has one. */
function withoutRepeats(rows: readonly CallReport[]): CallReport[] {
  const reports = new Map<string, CallReport>();
  for (const row of rows) {
    const { source, scope, span_name, trace_id, span_id, started_micros } = row;
    const is = JSON.stringify([source, scope, span_name, trace_id, span_id, started_micros]);
    const first = reports.get(is) ?? row;
    reports.set(is, {
      ...first,
      app_cost: first.app_cost ?? row.app_cost,
      app_table: first.app_table ?? row.app_table,
      arrival_cost: first.arrival_cost ?? row.arrival_cost,
    });
  }
  return [...reports.values()];
}
