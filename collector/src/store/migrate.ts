// Brings a database to this version: the numbered files of migrations/, in order, each once. One statement a file, each such
// that it can be run again when it was interrupted. Collectors that start at once on one server take turns.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Store } from './store.ts';

const FOLDER = join(import.meta.dirname, 'migrations');

const NAMES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.sql'))
  .toSorted();

export async function migrate(store: Store): Promise<void> {
  await store.command(
    'CREATE TABLE IF NOT EXISTS migrations (name String, applied_at DateTime64(3) DEFAULT now64(3)) ENGINE = MergeTree ORDER BY name',
  );
  if ((await pendingMigrations(store)).length === 0) return;
  // An embedded engine is one process's own.
  await (store.storage === 'embedded' ? migrateNow(store) : inTurn(store, () => migrateNow(store)));
}

async function migrateNow(store: Store): Promise<void> {
  for (const name of await pendingMigrations(store)) {
    await store.command(readFileSync(join(FOLDER, name), 'utf8'));
    await store.insert('migrations', [{ name }]);
  }
}

/** Says so often that it is still at it; so long after the last sign its lock is nobody's. */
const [BEAT_MS, GONE_S] = [2_000, 20];
const LOOK_MS = 200;

/** The table `migrating` is the lock: of two who create it one is refused. Whoever dies leaves it without signs of life. */
async function inTurn(store: Store, work: () => Promise<void>): Promise<void> {
  while (!(await takeLock(store))) await wait(LOOK_MS);
  const beat = setInterval(() => void store.insert('migrating', [{ holder: 1 }]).catch(() => {}), BEAT_MS);
  try {
    await work();
  } finally {
    clearInterval(beat);
    await store.command('DROP TABLE IF EXISTS migrating SYNC');
  }
}

async function takeLock(store: Store): Promise<boolean> {
  try {
    await store.command(
      'CREATE TABLE migrating (holder UInt8, at DateTime64(3) DEFAULT now64(3)) ENGINE = MergeTree ORDER BY at',
    );
    return true;
  } catch (error) {
    const [lock] = await store.query<{ gone: number }>(
      `SELECT metadata_modification_time < now() - ${GONE_S} AS gone FROM system.tables WHERE database = currentDatabase() AND name = 'migrating'`,
    );
    // It is not for the lock that it was refused, unless that was given back just now.
    if (lock === undefined && !/already exists/i.test(String((error as Error).cause))) throw error;
    if (lock && Number(lock.gone) === 1) await dropIfGone(store);
    return false;
  }
}

async function dropIfGone(store: Store): Promise<void> {
  const [sign] = await store
    .query<{ gone: number }>(`SELECT max(at) < now64(3) - toIntervalSecond(${GONE_S}) AS gone FROM migrating`)
    .catch(() => []);
  if (sign && Number(sign.gone) === 1) await store.command('DROP TABLE IF EXISTS migrating SYNC');
}

/** Those of this version that the database has not had, in their order. */
export async function pendingMigrations(store: Store): Promise<string[]> {
  const applied = new Set((await store.query<{ name: string }>('SELECT name FROM migrations')).map((row) => row.name));
  return NAMES.filter((name) => !applied.has(name));
}
