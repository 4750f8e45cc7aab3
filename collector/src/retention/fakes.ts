// For tests: a ledger that forgets every call, whatever its age.
import { DAY_TABLES, HOUR_TABLES } from '../query/rollups.ts';
import type { Store } from '../store/store.ts';

const KEPT_CALLS = [
  'reports',
  'batch_submits',
  'spans',
  'refusals',
  'poison',
  'repriced',
  'repricings',
  'dirty_hours',
  'settled',
  'settled_days',
  ...HOUR_TABLES,
  ...DAY_TABLES,
  'open_calls',
  'dropped',
];
/** Forgets every call. A pipeline from before must not be used after: it remembers which hours it marked. */
export async function emptyLedger(store: Store): Promise<void> {
  for (const table of KEPT_CALLS) await store.command(`TRUNCATE TABLE ${table}`);
}
