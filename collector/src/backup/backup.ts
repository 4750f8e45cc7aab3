// The whole ledger as one tar, while calls come in: every table in pieces (ClickHouse's Native format, zstd), and last the
// manifest that restoring checks against. Without its manifest a backup is not whole.
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { zstdCompress } from 'node:zlib';
import { pack as createPack, type Pack } from 'tar-stream';
import type { Store } from '../store/store.ts';
import { ledgerSums, MANIFEST, type Manifest } from './manifest.ts';
import { piecesOf, tablesOf } from './pieces.ts';

const compress = promisify(zstdCompress);
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
  for (const each of await tablesOf(store)) {
    const { table } = each;
    const conditions = COUNTED.has(table) ? [`received_at < fromUnixTimestamp64Milli(${nowMs}, 'UTC')`] : [];
    let number = 0;
    for (const { where } of await piecesOf(store, each, conditions)) {
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
