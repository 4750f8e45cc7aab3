// A backup -> a data directory that had none: each piece checked as it is read, all of it counted at the end. What is not whole
// leaves nothing behind.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { extract as createExtract } from 'tar-stream';
import { openStore } from '../store/connect.ts';
import { migrate } from '../store/migrate.ts';
import type { Store } from '../store/store.ts';
import { differences, ledgerSums, MANIFEST, manifestSchema, type Manifest } from './manifest.ts';
import { settleAnew } from './pieces.ts';

const decompress = promisify(zstdDecompress);
const PIECE = /^([a-z_]+)\/\d+\.native\.zst$/;

/** The message says what is wrong with the file or the folder. */
export class RestoreRefused extends Error {
  override readonly name = 'RestoreRefused';
}

/** Answers what was restored and agreed with the manifest. */
export async function restoreLedger(file: string, dataDir: string): Promise<Manifest> {
  const folder = join(dataDir, 'clickhouse');
  if ((await readdir(folder).catch(() => [])).length > 0) {
    throw new RestoreRefused(`${dataDir} has a ledger already; give a folder that has none`);
  }
  const store = await openStore({ kind: 'embedded', dataDir });
  try {
    await migrate(store);
    const manifest = await readPieces(store, file, join(dataDir, 'restoring.native'));
    await settleAnew(store);
    const different = differences(await ledgerSums(store), manifest);
    if (different.length > 0)
      throw new RestoreRefused(`what was restored is not what the manifest says: ${different.join(', ')}`);
    await store.close();
    return manifest;
  } catch (error) {
    await store.close();
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function readPieces(store: Store, file: string, scratch: string): Promise<Manifest> {
  const read = new Map<string, string>();
  let manifest: Manifest | null = null;
  const entries = createReadStream(file).pipe(createExtract());
  try {
    for await (const entry of entries) {
      const { name } = entry.header;
      const chunks: Buffer[] = [];
      for await (const chunk of entry) chunks.push(chunk as Buffer);
      const bytes = Buffer.concat(chunks);
      if (name === MANIFEST) {
        manifest = manifestSchema.parse(JSON.parse(bytes.toString('utf8')));
        continue;
      }
      read.set(name, createHash('sha256').update(bytes).digest('hex'));
      await insertPiece(store, PIECE.exec(name)?.[1] ?? '', await decompress(bytes), scratch);
    }
  } catch (error) {
    throw new RestoreRefused(`${file} cannot be read as a backup: ${(error as Error).message}`);
  } finally {
    await rm(scratch, { force: true });
  }
  if (manifest === null) throw new RestoreRefused(`${file} is not whole: its manifest is missing`);
  const expected = Object.entries(manifest.pieces);
  const bad = expected.find(([name, sha256]) => read.get(name) !== sha256);
  if (bad || expected.length !== read.size)
    throw new RestoreRefused(`${file} is damaged: ${bad?.[0] ?? 'a piece too many'}`);
  return manifest;
}

/** Columns that this version no longer has are left out, those it has besides take their defaults. */
async function insertPiece(store: Store, table: string, bytes: Buffer, scratch: string): Promise<void> {
  if (bytes.length === 0) return;
  await writeFile(scratch, bytes);
  const source = `file('${scratch.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}', 'Native')`;
  const given = await store.query<{ name: string }>(`DESCRIBE TABLE ${source}`);
  const known = await store.query<{ name: string }>(
    'SELECT name FROM system.columns WHERE database = currentDatabase() AND table = {table:String}',
    { table },
  );
  const names = new Set(known.map(({ name }) => name));
  const columns = given.map(({ name }) => name).filter((name) => names.has(name));
  if (columns.length === 0) throw new RestoreRefused(`the table ${table} is not known to this version`);
  await store.command(`INSERT INTO ${table} (${columns.join(', ')}) SELECT ${columns.join(', ')} FROM ${source}`);
}
