// The port on the real engine, embedded or a server: what it says when ClickHouse refuses, and whom it shuts out.
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createLog } from '../log.ts';
import { openStore } from './connect.ts';
import { openTemporaryStore } from './fakes.ts';
import { migrate } from './migrate.ts';
import type { Store } from './store.ts';

let store: Store;
beforeAll(async () => {
  store = await openTemporaryStore();
});
afterAll(() => store?.close());

test('what ClickHouse refuses is told with its column, and without the values of the row or of the query', async () => {
  const lines: string[] = [];
  const log = createLog((line) => lines.push(line));
  const saidByClient = vi.spyOn(console, 'error').mockImplementation(() => {});
  const refused = async (statement: Promise<unknown>): Promise<void> => {
    const error: unknown = await statement.catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'StoreError', code: 'rejected' });
    log.error('failed', { error });
  };
  for (const column of ['started_at', 'http_status', 'cost_usd', 'input_tokens']) {
    await refused(store.insert('reports', [{ call_key: 'SECRET', [column]: 'SECRET' }]));
  }
  await refused(
    store.query('SELECT toStartOfDay(now(), {zone:String}), {value:String}', { zone: 'Nope', value: 'SECRET' }),
  );
  expect(lines.join('')).toMatch(/column http_status/);
  expect(lines.join('')).not.toContain('SECRET');
  expect(saidByClient).not.toHaveBeenCalled();
  saidByClient.mockRestore();
});

test('decimals come back as strings, whole numbers as numbers, exact', async () => {
  expect(
    await store.query('SELECT toDecimal128({usd:String}, 12) AS usd, {count:UInt64} AS count', {
      usd: '99999999999999.123456789012',
      count: 9_007_199_254_740_991,
    }),
  ).toEqual([{ usd: '99999999999999.123456789012', count: 9_007_199_254_740_991 }]);
});

test('a database that is up to date stays as it is', async () => {
  const before = await store.query('SELECT name, applied_at FROM migrations ORDER BY name');
  await migrate(store);
  expect(await store.query('SELECT name, applied_at FROM migrations ORDER BY name')).toEqual(before);
});

test('a data directory that cannot be made is said to be unwritable, by name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'spanledger-file-'));
  const file = join(folder, 'file');
  writeFileSync(file, '');
  await expect(openStore({ kind: 'embedded', dataDir: file })).rejects.toMatchObject({
    code: 'unwritable',
    message: expect.stringContaining(file),
  });
  rmSync(folder, { recursive: true });
});
