// "Is anything here yet": how many calls the ledger holds, and when the first and the last one started.
import type { Store } from '../store/store.ts';
import { ledgerState } from './ledger-state.ts';
import { instantOf } from './merged-calls.ts';
import { queryMetrics } from './metrics.ts';

const ALL = { from: '2000-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' };

export interface LedgerStatus {
  calls: number;
  firstCallAt: string | null;
  lastCallAt: string | null;
}

export async function queryStatus(store: Store): Promise<LedgerStatus> {
  const { rows } = await queryMetrics(store, {
    ...ALL,
    measures: ['calls'],
    by: [],
    bucket: 'none',
    timezone: 'UTC',
    where: [],
  });
  const calls = Number(rows[0]?.['calls'] ?? 0);
  if (calls === 0) return { calls, firstCallAt: null, lastCallAt: null };
  const { state } = await ledgerState(store, () => []);
  const hours = [...state.hours.keys(), ...state.unsettled];
  // One by one, since there can be more hours than a call can have arguments.
  const firstHour = hours.reduce((least, hour) => Math.min(least, hour), Number.POSITIVE_INFINITY);
  const lastHour = hours.reduce((most, hour) => Math.max(most, hour), 3600);
  // The hour that follows may have been marked for a report shortly before it.
  const [row] = await store.query<{ first_micros: number; last_micros: number }>(
    `SELECT toUnixTimestamp64Micro(minIf(started_at, started_at < toDateTime({firstHour:Int64} + 7200, 'UTC'))) AS first_micros,
  toUnixTimestamp64Micro(maxIf(started_at, started_at >= toDateTime({lastHour:Int64} - 3600, 'UTC'))) AS last_micros
FROM reports
WHERE (started_at < toDateTime({firstHour:Int64} + 7200, 'UTC') OR started_at >= toDateTime({lastHour:Int64} - 3600, 'UTC')) AND role != 'submit'`,
    { firstHour: Number.isFinite(firstHour) ? firstHour : 0, lastHour },
  );
  const knownFrom = Number.isFinite(firstHour) ? instantOf(firstHour * 1_000_000) : null;
  return {
    calls,
    // Of hours whose calls are no longer kept one by one, the hour is what is known, or the one before, settled with it.
    firstCallAt: row && row.first_micros > 0 ? instantOf(row.first_micros) : knownFrom,
    lastCallAt: row && row.last_micros > 0 ? instantOf(row.last_micros) : null,
  };
}
