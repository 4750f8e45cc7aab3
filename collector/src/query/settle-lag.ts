// "How far are the roll-ups behind": the hours that wait to be settled and how long the longest of them has waited.
import type { Store } from '../store/store.ts';
import { UNSETTLED } from './ledger-state.ts';

export async function settleLag(store: Store, nowMs: number): Promise<{ hours: number; seconds: number }> {
  const [row] = await store.query<{ hours: number; since: number }>(
    `SELECT count() AS hours, toUnixTimestamp64Milli(min(marked)) AS since FROM (${UNSETTLED})`,
  );
  const hours = Number(row?.hours ?? 0);
  return { hours, seconds: hours === 0 ? 0 : Math.max(0, (nowMs - Number(row?.since)) / 1000) };
}
