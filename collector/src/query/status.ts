// "Is anything here yet": how many calls the ledger holds and when the last one started.
import type { Store } from '../store/store.ts';
import { ledgerState } from './ledger-state.ts';
import { instantOf } from './merged-calls.ts';
import { queryMetrics } from './metrics.ts';

const ALL = { from: '2000-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' };

export async function queryStatus(store: Store): Promise<{ calls: number; lastCallAt: string | null }> {
  const { rows } = await queryMetrics(store, {
    ...ALL,
    measures: ['calls'],
    by: [],
    bucket: 'none',
    timezone: 'UTC',
    where: [],
  });
  const calls = Number(rows[0]?.['calls'] ?? 0);
  if (calls === 0) return { calls, lastCallAt: null };
  const { state } = await ledgerState(store, () => []);
  const lastHour = Math.max(3600, ...state.hours.keys(), ...state.unsettled);
  // The hour that follows may have been marked for a report shortly before it.
  const [row] = await store.query<{ last_micros: number }>(
    `SELECT toUnixTimestamp64Micro(max(started_at)) AS last_micros FROM reports
WHERE started_at >= toDateTime({lastHour:Int64} - 3600, 'UTC') AND role != 'submit'`,
    { lastHour },
  );
  return { calls, lastCallAt: row && row.last_micros > 0 ? instantOf(row.last_micros) : null };
}
