// Collectors that start at once on one new ClickHouse server: every migration is made once, also when the one that makes them is
// killed at it.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { join } from 'node:path';
import { openStore } from '../collector/src/store/connect.ts';
import { migrate, pendingMigrations } from '../collector/src/store/migrate.ts';
import type { Store } from '../collector/src/store/store.ts';
import { startClickHouse, type ClickHouseServer } from './clickhouse-server.ts';
import { eventually, removeFolder, startCollector, temporaryFolder } from './processes.ts';

let folder: string;
let server: ClickHouseServer;
beforeAll(async () => {
  folder = await temporaryFolder();
  server = await startClickHouse({ folder: join(folder, 'server') });
}, 90_000);
afterAll(async () => {
  await server?.kill();
  await removeFolder(folder);
});

const open = (database: string): Promise<Store> =>
  openStore({ kind: 'server', url: server.url, username: 'default', password: '', database });
const made = async (store: Store) => {
  const [row] = await store.query<{ rows: number; names: number }>(
    'SELECT count() AS rows, uniqExact(name) AS names FROM migrations',
  );
  return { rows: Number(row?.rows), names: Number(row?.names) };
};

test('three that start at once make each migration once', { timeout: 90_000 }, async () => {
  const stores = await Promise.all([open('together'), open('together'), open('together')]);
  await Promise.all(stores.map((store) => migrate(store)));
  const [store] = stores as [Store, ...Store[]];
  expect(await pendingMigrations(store)).toEqual([]);
  const { rows, names } = await made(store);
  expect(rows).toBe(names);
  await Promise.all(stores.map((each) => each.close()));
});

test('one that is killed at it is followed, and each migration is noted once', { timeout: 90_000 }, async () => {
  const store = await open('followed');
  let child: ChildProcess | undefined;
  const env = { SPANLEDGER_CLICKHOUSE_URL: server.url, SPANLEDGER_CLICKHOUSE_DATABASE: 'followed' };
  const first = startCollector({ ...env, SPANLEDGER_DATA_DIR: join(folder, 'first') }, (started) => (child = started));
  first.catch(() => {});
  const count = () => made(store).catch(() => ({ rows: 0, names: 0 }));
  await eventually(count, ({ rows }) => rows > 0);
  child?.kill('SIGKILL');
  await once(child as ChildProcess, 'close');
  const { rows: before } = await made(store);
  const pending = await pendingMigrations(store);
  expect(pending.length).toBeGreaterThan(0);

  await migrate(store, { leaseMs: 3_000 });
  expect(await pendingMigrations(store)).toEqual([]);
  expect(await made(store)).toEqual({ rows: before + pending.length, names: before + pending.length });
  await store.close();
});
