// Brings a database to this version: the numbered files of migrations/, in order, each once. One statement a file.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from './store.ts';

const FOLDER = join(import.meta.dirname, 'migrations');

const NAMES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.sql'))
  .toSorted();

export async function migrate(store: Store): Promise<void> {
  await store.command(
    'CREATE TABLE IF NOT EXISTS migrations (name String, applied_at DateTime64(3) DEFAULT now64(3)) ENGINE = MergeTree ORDER BY name',
  );
  for (const name of await pendingMigrations(store)) {
    await store.command(readFileSync(join(FOLDER, name), 'utf8'));
    await store.insert('migrations', [{ name }]);
  }
}

/** Those of this version that the database has not had, in their order. */
export async function pendingMigrations(store: Store): Promise<string[]> {
  const applied = new Set((await store.query<{ name: string }>('SELECT name FROM migrations')).map((row) => row.name));
  return NAMES.filter((name) => !applied.has(name));
}
