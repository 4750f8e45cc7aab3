import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTemporaryStore } from '../store/fakes.ts';
import type { Store } from '../store/store.ts';
import { piecesOf, tablesOf } from './pieces.ts';

let store: Store;
beforeAll(async () => {
  store = await openTemporaryStore();
});
afterAll(() => store.close());

/** One after the other, so many a second, from this instant on. */
const reports = (count: number, from: string, aSecond: number): Promise<void> =>
  store.command(`INSERT INTO reports (call_key, source, rank, usage_rank, received_at, started_at)
SELECT toString(number), 'x', 1, 1, now64(6, 'UTC'), toDateTime64('${from}', 6, 'UTC') + toIntervalSecond(intDiv(number, ${aSecond}))
FROM numbers(${count})`);

test('every row is in exactly one piece, and no piece is much more than can be in memory', async () => {
  await reports(30_000, '2026-10-01 09:59:00', 250);
  // 180,000 within ten minutes of an hour, and 110,000 within one second of another.
  await reports(180_000, '2026-10-01 11:00:00', 300);
  await reports(110_000, '2026-10-02 08:00:00', 110_000);
  const table = (await tablesOf(store)).find((each) => each.table === 'reports');
  const pieces = await piecesOf(store, table ?? { table: 'reports', grains: [] });
  // 15,000 and 15,000 are less than a piece and take the next hour along: 210,000, which is too much for one. By the minute:
  // 15,000 and 15,000 and 18,000 and 18,000, then three of 18,000 a piece, then what is left.
  expect(pieces.map(({ rows }) => rows)).toEqual([66_000, 54_000, 54_000, 36_000, 110_000]);
  const sums = pieces.map(({ where }, n) => `(SELECT count() FROM reports WHERE ${where}) AS p${n}`);
  expect(await store.query(`SELECT ${sums.join(', ')}`)).toEqual([
    { p0: 66_000, p1: 54_000, p2: 54_000, p3: 36_000, p4: 110_000 },
  ]);
  const anyOf = pieces.map(({ where }) => `(${where})`).join(' OR ');
  expect(await store.query(`SELECT count() AS rows FROM reports WHERE ${anyOf}`)).toEqual([{ rows: 320_000 }]);
});
