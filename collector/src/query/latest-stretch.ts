// How far back a question looks that looks at each call: the whole window where it has few, else the end of it that has about
// as many as can be looked at; never beyond the reports that are kept.
import type { SliceQuery } from '../contract.ts';
import type { Store } from '../store/store.ts';
import { instantOf, microsOf } from './merged-calls.ts';
import { queryMetrics } from './metrics.ts';
import { fromReports } from './settled-hours.ts';

const HOUR_MS = 3_600_000;

/** Where it begins, an ISO 8601 instant: `from`, or later. */
export async function latestStretch(
  store: Store,
  { from, to, where }: SliceQuery,
  mostCalls: number,
  nowMs: number,
): Promise<string> {
  const { missingBefore } = await fromReports(store, { fromMicros: microsOf(from), toMicros: microsOf(to) });
  const begin = missingBefore === null ? from : instantOf(Math.min(missingBefore * 1_000_000, microsOf(to)));
  if (Date.parse(begin) >= Date.parse(to) || mostCalls === Infinity) return begin;
  const slice = { from: begin, to, where, by: [], bucket: 'none', timezone: 'UTC' } as const;
  const { rows } = await queryMetrics(store, { ...slice, measures: ['calls'], by: [] });
  const calls = Number(rows[0]?.['calls'] ?? 0);
  if (calls <= mostCalls) return begin;
  const beginMs = Date.parse(begin);
  const endMs = Math.max(beginMs, Math.min(Date.parse(to), nowMs));
  const stretchMs = Math.max(HOUR_MS, ((endMs - beginMs) * mostCalls) / calls);
  return new Date(Math.max(beginMs, Math.floor((endMs - stretchMs) / HOUR_MS) * HOUR_MS)).toISOString();
}
