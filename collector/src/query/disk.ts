// "How much room does the ledger take, and how fast does it grow": from what ClickHouse knows of its own parts.
import type { Disk } from '../contract.ts';
import type { Store } from '../store/store.ts';

const DAY_S = 86_400;
const WEEK_DAYS = 7;

export async function queryDisk(store: Store, calls: number, nowMs: number): Promise<Disk> {
  const [tables, recent, [disk]] = await Promise.all([
    store.query<{ table: string; bytes: number; rows: number }>(
      `SELECT table, sum(bytes_on_disk) AS bytes, sum(rows) AS rows FROM system.parts
WHERE active AND database = currentDatabase() GROUP BY table ORDER BY bytes DESC, table`,
    ),
    store.query<{ table: string; rows: number; first: number }>(
      ['reports', 'spans']
        .map(
          (table) =>
            `SELECT '${table}' AS table, count() AS rows, toUnixTimestamp(min(started_at)) AS first FROM ${table} WHERE started_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')`,
        )
        .join(' UNION ALL '),
      { since: nowMs - WEEK_DAYS * DAY_S * 1000 },
    ),
    store.query<{ free: number }>('SELECT min(free_space) AS free FROM system.disks WHERE NOT is_remote'),
  ]);
  const bytes = tables.reduce((sum, table) => sum + Number(table.bytes), 0);
  return {
    bytes,
    byTable: tables.map((table) => ({ table: table.table, bytes: Number(table.bytes), rows: Number(table.rows) })),
    bytesPerCall: calls === 0 ? null : Math.round(bytes / calls),
    freeBytes: disk === undefined ? null : Number(disk.free),
    growthPerDay: growthOf(tables, recent, nowMs),
  };
}

/** What calls and spans that began in the last seven days take, a day; a younger ledger's days, one at least. */
function growthOf(
  tables: readonly { table: string; bytes: number; rows: number }[],
  recent: readonly { table: string; rows: number; first: number }[],
  nowMs: number,
): number | null {
  const some = recent.filter(({ rows }) => Number(rows) > 0);
  if (some.length === 0) return null;
  const first = Math.min(...some.map((table) => Number(table.first)));
  const days = Math.min(WEEK_DAYS, Math.max(1, (nowMs / 1000 - first) / DAY_S));
  const grown = some.reduce((sum, { table, rows }) => {
    const whole = tables.find((one) => one.table === table);
    return sum + (whole === undefined ? 0 : (Number(whole.bytes) / Number(whole.rows)) * Number(rows));
  }, 0);
  return Math.round(grown / days);
}
