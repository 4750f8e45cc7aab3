// What tables are asked to do beyond the defaults: those of calls to fsync, and on a server to know an insert that is sent twice;
// roll-ups to have each month that is over in one part.
import type { Store } from './store.ts';

const TABLES_OF_CALLS = ['spans', 'batch_submits', 'reports', 'dirty_hours'];
/** Inserts of a replay that a server remembers by their token. */
const REMEMBERED = 1_000;

/**
 * A month in which nothing was settled for so long is merged whole, seconds. The engine itself leaves some parts of each month as
 * they are for ever, and every question of a year opens all of them.
 */
const MERGED_AFTER_S = 600;
const OF_ROLLUPS: Record<string, number> = {
  min_age_to_force_merge_seconds: MERGED_AFTER_S,
  min_age_to_force_merge_on_partition_only: 1,
};

/** Brings the tables to these settings; what is so already is left alone. */
export async function applyTableSettings(store: Store, { fsync }: { fsync: boolean }): Promise<void> {
  const ofCalls: Record<string, number> = {
    fsync_after_insert: Number(fsync),
    fsync_part_directory: Number(fsync),
    // A merge takes the place of parts that were synced; it has to be on the disk before they go.
    min_compressed_bytes_to_fsync_after_merge: Number(fsync),
    non_replicated_deduplication_window: store.storage === 'server' ? REMEMBERED : 0,
  };
  const rows = await store.query<{ table: string; engine: string }>(
    `SELECT name AS table, engine_full AS engine FROM system.tables
WHERE database = currentDatabase() AND (name IN {tables:Array(String)} OR startsWith(name, 'rollup'))`,
    { tables: TABLES_OF_CALLS },
  );
  for (const { table, engine } of rows) {
    const changes = Object.entries(TABLES_OF_CALLS.includes(table) ? ofCalls : OF_ROLLUPS)
      .filter(([name, value]) => Number(new RegExp(`\\b${name} = (\\d+)`).exec(engine)?.[1] ?? 0) !== value)
      .map(([name, value]) => `${name} = ${value}`);
    if (changes.length > 0) await store.command(`ALTER TABLE ${table} MODIFY SETTING ${changes.join(', ')}`);
  }
}
