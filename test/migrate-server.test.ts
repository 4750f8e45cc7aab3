// Collectors that start at once on one new ClickHouse server: every migration is made once.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { join } from 'node:path';
import { openStore } from '../collector/src/store/connect.ts';
import { migrate, pendingMigrations } from '../collector/src/store/migrate.ts';
import { startClickHouse, type ClickHouseServer } from './clickhouse-server.ts';
import { removeFolder, temporaryFolder } from './processes.ts';

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

test('three that start at once make each migration once', { timeout: 90_000 }, async () => {
  const open = () =>
    openStore({ kind: 'server', url: server.url, username: 'default', password: '', database: 'together' });
  const stores = await Promise.all([open(), open(), open()]);
  await Promise.all(stores.map((store) => migrate(store)));
  const [store] = stores;
  if (!store) throw new Error('unreachable');
  expect(await pendingMigrations(store)).toEqual([]);
  const [made] = await store.query<{ rows: number; names: number }>(
    'SELECT count() AS rows, uniqExact(name) AS names FROM migrations',
  );
  expect(made?.rows).toBe(made?.names);
  expect(
    await store.query("SELECT name FROM system.tables WHERE database = 'together' AND name = 'migrating'"),
  ).toEqual([]);
  await Promise.all(stores.map((each) => each.close()));
});
