// Rows that ClickHouse does not take, on the real embedded engine.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createDirtyHours } from './dirty-hours.ts';
import { emptyLedger } from '../retention/fakes.ts';
import { openTemporaryStore } from './fakes.ts';
import { createGroupCommit, type NamedRows } from './group-commit.ts';
import { countPoison } from './set-apart.ts';
import type { Store } from './store.ts';

let store: Store;
beforeAll(async () => {
  store = await openTemporaryStore();
});
afterAll(() => store?.close());
beforeEach(() => emptyLedger(store));

const NOW = Date.parse('2026-11-21T18:00:00Z');
const HTTP_TOO_LARGE = 70_000; // the column is a UInt16
const COLUMNS = ['call_key', 'source', 'started_at', 'http_status'];
const reports = (rows: readonly [key: string, startedAt: string, httpStatus: number | null][]): NamedRows => ({
  table: 'reports',
  columns: COLUMNS,
  lines: rows.map(([key, startedAt, httpStatus]) => JSON.stringify([key, 'test', startedAt, httpStatus])),
  nameOf: (index) => `call ${rows[index]?.[0]}`,
});
const commitOn = (used: Store) =>
  createGroupCommit({ store: used, dirtyHours: createDirtyHours(used), now: () => NOW });

test('a row that cannot be stored is set apart alone and named to its own request; every other row of every request is stored', async () => {
  const commit = commitOn(store);
  const good = '2026-11-20 10:00:00.000000';
  const [one, two] = await Promise.all([
    commit.write(
      [
        reports([
          ['a', good, 200],
          ['b', 'no time', 200],
          ['c', good, null],
        ]),
      ],
      [],
    ),
    commit.write(
      [
        reports([
          ['d', good, 200],
          ['e', good, 500],
        ]),
      ],
      [],
    ),
  ]);
  expect(one).toMatchObject([{ table: 'reports', index: 1, name: 'call b' }]);
  expect(two).toEqual([]);
  expect(await store.query('SELECT call_key FROM reports ORDER BY call_key')).toEqual(
    ['a', 'c', 'd', 'e'].map((key) => ({ call_key: key })),
  );
  expect(await store.query('SELECT table, name, row, toUnixTimestamp64Milli(at) AS at FROM poison')).toEqual([
    {
      table: 'reports',
      name: 'call b',
      at: NOW,
      row: '{"call_key":"b","source":"test","started_at":"no time","http_status":200}',
    },
  ]);
  expect(await countPoison(store)).toEqual([
    { table: 'reports', rows: 1, lastAt: '2026-11-21T18:00:00.000Z', reason: one[0]?.reason },
  ]);
});

test('a request of nothing but bad rows is answered, too, and blocks nobody', async () => {
  const poisoned = await commitOn(store).write(
    [
      reports([
        ['a', 'no time', 1],
        ['b', 'no time', 2],
      ]),
    ],
    [],
  );
  expect(poisoned.map(({ name }) => name)).toEqual(['call a', 'call b']);
  expect(await store.query('SELECT count() AS count FROM poison')).toEqual([{ count: 2 }]);
});

test('what ClickHouse said of a row is kept without the values in it', async () => {
  const [poisoned] = await commitOn(store).write([reports([['a', 'SECRET', 1]])], []);
  expect(poisoned?.reason).not.toContain('SECRET');
  expect(poisoned?.reason).toMatch(/DateTime|parse/i);
});

test('a table that is not there is the fault of no row', async () => {
  const rows: NamedRows = {
    ...reports([['a', '2026-11-20 10:00:00', HTTP_TOO_LARGE]]),
    columns: [...COLUMNS.slice(1), 'none'],
  };
  await expect(commitOn(store).write([rows], [])).rejects.toMatchObject({ code: 'rejected' });
  expect(await countPoison(store)).toEqual([]);
});
