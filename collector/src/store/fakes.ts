// For tests: a store on the real engine, in a folder or a database of its own, and one that is down.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type StoreConfig } from './connect.ts';
import { migrate } from './migrate.ts';
import { placeEmptyLedger } from './prepared-ledger.ts';
import { StoreError, type Store } from './store.ts';

/** A machine with other work takes its time; nobody but the test waits. */
const SLOW_MS = 120_000;

/**
 * Nothing of it outlives the test: its tables need not be on the disk before the next statement. And as many files are tested at a
 * time as there are cores: more threads for the few rows of a question only get into each other's way. Nor is there ever so much to
 * ask about that machine code for it would be worth its compiling.
 */
const FOR_TESTS = [
  'fsync_metadata = 0',
  'max_threads = 1',
  'compile_expressions = 0',
  'compile_aggregate_expressions = 0',
  'compile_sort_description = 0',
];

/** Where an empty store can be opened: a folder, or a database on the servers that the tests' setup started. */
export interface Place {
  /** For openStore, here or in another process. */
  config: StoreConfig;
  /** Removes what is in it; the store has to be closed. */
  remove(): Promise<void>;
}

/** `under`: of a folder, where it is made. */
export function temporaryPlace(under = tmpdir()): Place {
  const kind = process.env['SPANLEDGER_TEST_STORE'];
  return kind === 'server' || kind === 'shards' ? placeOnServer() : placeInFolder(under);
}

/** Migrated and empty; `close` removes what was in it. Embedded, one a process: the engine allows no more. */
export async function openTemporaryStore(): Promise<Store> {
  const { config, remove } = temporaryPlace();
  if (config.kind === 'embedded') await placeEmptyLedger(config.dataDir);
  const store = await openStore(config);
  if (store.storage === 'embedded') for (const setting of FOR_TESTS) await store.command(`SET ${setting}`);
  await migrate(store);
  return {
    ...store,
    async close() {
      await store.close();
      await remove();
    },
  };
}

function placeInFolder(under: string): Place {
  const dataDir = mkdtempSync(join(under, 'spanledger-test-'));
  return {
    config: { kind: 'embedded', dataDir },
    remove: async () => rmSync(dataDir, { recursive: true, force: true }),
  };
}

/** A database of its own on one server, or on all shards of the cluster `shards`. */
function placeOnServer(): Place {
  const urls = process.env['SPANLEDGER_TEST_CLICKHOUSE_URL']?.split(',') ?? [];
  const [url, ...others] = urls;
  if (!url) throw new Error('SPANLEDGER_TEST_CLICKHOUSE_URL must name a ClickHouse server');
  const database = `test_${randomBytes(6).toString('hex')}`;
  return {
    config: {
      kind: 'server',
      url,
      username: 'default',
      password: '',
      database,
      slowMs: SLOW_MS,
      ...(others.length === 0 ? {} : { cluster: { name: 'shards', others } }),
    },
    async remove() {
      for (const each of urls) await fetch(each, { method: 'POST', body: `DROP DATABASE ${database}` });
    },
  };
}

const down = async (): Promise<never> => {
  throw new StoreError('unavailable', 'down', new Error('connect ECONNREFUSED'));
};
export const downStore: Store = {
  storage: 'embedded',
  query: down,
  insert: down,
  insertLines: down,
  native: down,
  command: down,
  close: async () => {},
};
