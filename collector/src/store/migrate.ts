// Brings a database to this version: the numbered files of migrations/, in order, each once. One statement a file, each such
// that it can be run again when it was interrupted, and on an empty ledger all from the first on. Collectors that start at once
// on one server take turns, under a lease (lease/), so that one that dies at it is followed.
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createAlone } from '../lease/alone.ts';
import { createClaims } from '../lease/claims.ts';
import { fenced } from '../lease/fenced-store.ts';
import { systemClock } from '../ports.ts';
import type { Store } from './store.ts';

const FOLDER = join(import.meta.dirname, 'migrations');

const NAMES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.sql'))
  .toSorted();

/** The table of the lease under which collectors take turns has to be there before their turn. */
const LEASES = NAMES.find((name) => name.endsWith('_leases.sql'));
const LOOK_MS = 200;

/** `leaseMs`: one that died while it was at it is followed after this long without a sign of life. */
export async function migrate(store: Store, { leaseMs = 30_000 }: { leaseMs?: number } = {}): Promise<void> {
  await store.command(
    'CREATE TABLE IF NOT EXISTS migrations (name String, applied_at DateTime64(3) DEFAULT now64(3)) ENGINE = MergeTree ORDER BY name',
  );
  if ((await pendingMigrations(store)).length === 0) return;
  // An embedded engine is one process's own.
  if (store.storage === 'embedded') return migrateNow(store);
  await store.command(textOf(LEASES ?? ''));
  const holder = `${process.pid}-${randomBytes(8).toString('hex')}`;
  const claims = createClaims({ store, name: 'migrations', holder, expireMs: leaseMs });
  const alone = createAlone({ claims, expireMs: leaseMs, clock: systemClock });
  // Whoever was late stops at its next statement: each can be made again, but not beside the one after it.
  const turn = (): Promise<boolean> =>
    migrateNow(fenced(store, claims.held)).then(
      () => true,
      (error: unknown) => {
        if (claims.held()) throw error;
        return false;
      },
    );
  while ((await alone.during(turn))?.done !== true) {
    await wait(LOOK_MS);
    if ((await pendingMigrations(store)).length === 0) return;
  }
}

const textOf = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');

async function migrateNow(store: Store): Promise<void> {
  const pending = await pendingMigrations(store);
  // A new ledger of one process holds nothing that whoever died at it could leave half done: it is begun anew, and its migrations
  // are noted at once. A note is a part on disk, which takes as long as a table.
  const atOnce = store.storage === 'embedded' && pending.length === NAMES.length;
  if (atOnce) await dropEmpty(store);
  for (const name of pending) {
    await store.command(textOf(name));
    if (!atOnce) await store.insert('migrations', [{ name }]);
  }
  const notes = pending.map((name) => ({ name }));
  if (atOnce) await store.insert('migrations', notes);
}

/** What one that died at a new ledger left: tables without a row, in which a statement from before the last would not find its columns. */
async function dropEmpty(store: Store): Promise<void> {
  const left = await store.query<{ name: string; rows: number }>(
    `SELECT name, total_rows AS rows FROM system.tables WHERE database = currentDatabase() AND name != 'migrations'`,
  );
  if (left.some(({ rows }) => Number(rows) !== 0)) return;
  for (const { name } of left) await store.command(`DROP TABLE ${name}`);
}

/** Those of this version that the database has not had, in their order. */
export async function pendingMigrations(store: Store): Promise<string[]> {
  const applied = new Set((await store.query<{ name: string }>('SELECT name FROM migrations')).map((row) => row.name));
  return NAMES.filter((name) => !applied.has(name));
}
