// "Is anything here yet": how many calls the ledger holds and when the last one started.
import type { Store } from '../store/store.ts';
import { instantOf } from './merged-calls.ts';

export async function queryStatus(store: Store): Promise<{ calls: number; lastCallAt: string | null }> {
  const [row] = await store.query<{ calls: number; last_micros: number }>(
    `SELECT uniqExact(call_key) AS calls, toUnixTimestamp64Micro(max(started_at)) AS last_micros FROM reports WHERE role != 'submit'`,
  );
  return row && row.calls > 0
    ? { calls: row.calls, lastCallAt: instantOf(row.last_micros) }
    : { calls: 0, lastCallAt: null };
}
