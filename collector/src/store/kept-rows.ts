// Small tables of things that change (budgets, webhooks, alerts, deliveries, own prices, ...): a change is a new row with a higher
// version, a deletion a row that says so. With the embedded engine one process writes them, so versions come from one counter; on a
// server the table is asked each time, since another collector may have written.
import type { Store } from './store.ts';

/** Gives every row the next version of its table; survives a clock that was set back by starting above what is stored. */
export function createVersionedInsert(
  store: Store,
  table:
    | 'budgets'
    | 'webhooks'
    | 'alerts'
    | 'deliveries'
    | 'monitors'
    | 'monitor_alerts'
    | 'own_prices'
    | 'repricings'
    | 'ingest_keys'
    | 'mappings'
    | 'views',
) {
  let last: Promise<number> | null = null;
  const highest = async (): Promise<number> => {
    const [row] = await store.query<{ highest: number | string }>(`SELECT max(version) AS highest FROM ${table}`);
    return Number(row?.highest ?? 0);
  };
  return async function insert(rows: readonly Record<string, unknown>[]): Promise<void> {
    if (rows.length === 0) return;
    const known =
      store.storage === 'embedded'
        ? (last ?? highest())
        : Promise.all([last, highest()]).then(([own, all]) => Math.max(own ?? 0, all));
    const version = known.then((before) => Math.max(before + 1, Date.now() * 1000));
    last = version;
    try {
      const next = await version;
      await store.insert(
        table,
        rows.map((row) => ({ ...row, version: next })),
      );
    } catch (error) {
      last = null;
      throw error;
    }
  };
}

/** An ISO instant as ClickHouse reads a DateTime64(3, 'UTC') without settings. */
export const toDateTime = (instant: string): string => new Date(instant).toISOString().slice(0, 23).replace('T', ' ');
/** What `toUnixTimestamp64Milli` answered, as ISO 8601. */
export const toInstant = (ms: number | string): string => new Date(Number(ms)).toISOString();
