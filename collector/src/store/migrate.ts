// Brings a database to this version: the numbered files of migrations/, in order, each once. One statement a file.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from './store.ts';

const FOLDER = join(import.meta.dirname, 'migrations');

export async function migrate(store: Store): Promise<void> {
  await store.command(
    'CREATE TABLE IF NOT EXISTS migrations (name String, applied_at DateTime64(3) DEFAULT now64(3)) ENGINE = MergeTree ORDER BY name',
  );
  const applied = new Set((await store.query<{ name: string }>('SELECT name FROM migrations')).map((row) => row.name));
  const names = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.sql'))
    .toSorted();
  for (const name of names.filter((candidate) => !applied.has(candidate))) {
    await store.command(readFileSync(join(FOLDER, name), 'utf8'));
    await store.insert('migrations', [{ name }]);
  }
}
