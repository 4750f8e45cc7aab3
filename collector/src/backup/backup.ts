// The whole ledger as one tar, while calls come in: every table in pieces (ClickHouse's Native format, zstd), and last the
// manifest that restoring checks against. Without its manifest a backup is not whole.
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { zstdCompress } from 'node:zlib';
import { pack as createPack, type Pack } from 'tar-stream';
import type { Store } from '../store/store.ts';
import { ledgerSums, MANIFEST, type Manifest } from './manifest.ts';

const compress = promisify(zstdCompress);
/** About so many rows a piece, in memory at once: some tens of megabytes. */
const PIECE_ROWS = 50_000;
/** What restoring makes by itself: every hour with reports is settled anew there. */
const LEFT_OUT = new Set(['migrations', 'dirty_hours', 'open_calls']);
/** Rows that came before the backup began, so that they can be counted. */
const COUNTED = new Set(['reports', 'spans']);

/** Packs all that was acknowledged before `nowMs`. Rejects, and the tar ends early, when the store or the reader goes away. */
export function packLedger(
  store: Store,
  options: { version: string; nowMs: number },
): { tar: Pack; done: Promise<void> } {
  const tar = createPack();
  const done = fill(store, tar, options).catch((error: unknown) => {
    tar.destroy(error as Error);
    throw error;
  });
  return { tar, done };
}

async function fill(store: Store, tar: Pack, { version, nowMs }: { version: string; nowMs: number }): Promise<void> {
  const pieces: Manifest['pieces'] = {};
  const sums = await ledgerSums(store, nowMs);
  for (const { table, hour } of await tablesOf(store)) {
    const conditions = COUNTED.has(table) ? [`received_at < fromUnixTimestamp64Milli(${nowMs}, 'UTC')`] : [];
    let number = 0;
    for (const range of await rangesOf(store, table, hour, conditions)) {
      const where = [...conditions, ...range].join(' AND ') || '1';
      const bytes = await compress(await store.native(`SELECT * FROM ${table} WHERE ${where}`));
      const name = `${table}/${String(number++).padStart(5, '0')}.native.zst`;
      pieces[name] = createHash('sha256').update(bytes).digest('hex');
      await addTo(tar, name, bytes);
    }
  }
  const manifest: Manifest = { format: 1, version, takenAt: new Date(nowMs).toISOString(), ...sums, pieces };
  await addTo(tar, MANIFEST, Buffer.from(JSON.stringify(manifest, null, 2)));
  tar.finalize();
}

/** Resolves when the reader has taken it. */
function addTo(tar: Pack, name: string, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const entry = tar.entry({ name, size: bytes.length }, (error) => (error ? reject(error) : resolve()));
    entry.end(bytes);
  });
}

/** `dropped` last: hours whose reports are dropped meanwhile must not look dropped where the backup still has the reports' hours. */
async function tablesOf(store: Store): Promise<{ table: string; hour: string | null }[]> {
  const rows = await store.query<{ table: string; columns: string[] }>(
    `SELECT table, groupArray(name) AS columns FROM system.columns WHERE database = currentDatabase() GROUP BY table
ORDER BY table = 'dropped', table`,
  );
  return rows
    .filter(({ table }) => !LEFT_OUT.has(table) && !table.startsWith('.'))
    .map(({ table, columns }) => ({
      table,
      hour: columns.includes('started_at') ? 'toStartOfHour(started_at)' : columns.includes('hour') ? 'hour' : null,
    }));
}

/** Ranges of hours with about PIECE_ROWS rows each; a table without hours is one piece. */
async function rangesOf(store: Store, table: string, hour: string | null, conditions: string[]): Promise<string[][]> {
  if (hour === null) return [[]];
  const hours = await store.query<{ at: number; rows: number }>(
    `SELECT toUnixTimestamp(${hour}) AS at, count() AS rows FROM ${table} WHERE ${conditions.join(' AND ') || '1'} GROUP BY at ORDER BY at`,
  );
  const ranges: string[][] = [];
  let rows = 0;
  for (const [index, { at }] of hours.entries()) {
    const first = index === 0 || rows >= PIECE_ROWS ? at : null;
    if (first !== null) {
      rows = 0;
      ranges.push([`${hour} >= toDateTime(${first}, 'UTC')`]);
    }
    rows += Number(hours[index]?.rows ?? 0);
    const last = ranges.at(-1);
    if (last) last[1] = `${hour} <= toDateTime(${at}, 'UTC')`;
  }
  return ranges;
}
