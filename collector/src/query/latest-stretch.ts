// How far back a question looks that looks at each call: the whole window where it has few, else the end of it that has about
// as many as can be looked at.
import type { SliceQuery } from '../contract.ts';
import type { Store } from '../store/store.ts';
import { queryMetrics } from './metrics.ts';

const HOUR_MS = 3_600_000;

export async function latestStretch(
  store: Store,
  { from, to, where }: SliceQuery,
  mostCalls: number,
  nowMs: number,
): Promise<{ from: string }> {
  const { rows } = await queryMetrics(store, {
    from,
    to,
    where,
    measures: ['calls'],
    by: [],
    bucket: 'none',
    timezone: 'UTC',
  });
  const calls = Number(rows[0]?.['calls'] ?? 0);
  if (calls <= mostCalls) return { from };
  const endMs = Math.min(Date.parse(to), nowMs);
  const stretchMs = Math.max(HOUR_MS, ((endMs - Date.parse(from)) * mostCalls) / calls);
  return {
    from: new Date(Math.max(Date.parse(from), Math.floor((endMs - stretchMs) / HOUR_MS) * HOUR_MS)).toISOString(),
  };
}
