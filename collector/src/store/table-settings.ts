// What the tables of calls are asked to do beyond the defaults: fsync, and on a server to know an insert that is sent twice.
import type { Store } from './store.ts';

const TABLES = ['spans', 'batch_submits', 'reports', 'dirty_hours'];
/** Inserts of a replay that a server remembers by their token. */
const REMEMBERED = 1_000;

/** Brings the tables to these settings; what is so already is left alone. */
export async function applyTableSettings(store: Store, { fsync }: { fsync: boolean }): Promise<void> {
  const wanted: Record<string, number> = {
    fsync_after_insert: Number(fsync),
    fsync_part_directory: Number(fsync),
    // A merge takes the place of parts that were synced; it has to be on the disk before they go.
    min_compressed_bytes_to_fsync_after_merge: Number(fsync),
    non_replicated_deduplication_window: store.storage === 'server' ? REMEMBERED : 0,
  };
  const rows = await store.query<{ table: string; engine: string }>(
    'SELECT name AS table, engine_full AS engine FROM system.tables WHERE database = currentDatabase() AND name IN {tables:Array(String)}',
    { tables: TABLES },
  );
  for (const { table, engine } of rows) {
    const changes = Object.entries(wanted)
      .filter(([name, value]) => Number(new RegExp(`\\b${name} = (\\d+)`).exec(engine)?.[1] ?? 0) !== value)
      .map(([name, value]) => `${name} = ${value}`);
    if (changes.length > 0) await store.command(`ALTER TABLE ${table} MODIFY SETTING ${changes.join(', ')}`);
  }
}
