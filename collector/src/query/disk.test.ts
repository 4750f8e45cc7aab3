// Disk use, from answers of ClickHouse that are worked out by hand.
import { expect, test } from 'vitest';
import { downStore } from '../store/fakes.ts';
import type { Store } from '../store/store.ts';
import { queryDisk } from './disk.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const daysAgo = (days: number): number => NOW / 1000 - days * 86_400;
const storeWith = (parts: unknown[], recent: unknown[]): Store => ({
  ...downStore,
  query: (async (sql: string) =>
    sql.includes('system.parts') ? parts : sql.includes('system.disks') ? [{ free: 5_000 }] : recent) as Store['query'],
});
const PARTS = [
  { table: 'reports', bytes: 4_000, rows: 40 },
  { table: 'spans', bytes: 1_000, rows: 20 },
  { table: 'budgets', bytes: 500, rows: 1 },
];

test('growth is what the rows of the last seven days take, a day', async () => {
  // 14 reports of 100 bytes and 7 spans of 50 in 7 days: 1,750 bytes, 250 a day.
  const recent = [
    { table: 'reports', rows: 14, first: daysAgo(7) },
    { table: 'spans', rows: 7, first: daysAgo(6) },
  ];
  expect(await queryDisk(storeWith(PARTS, recent), 50, NOW)).toEqual({
    bytes: 5_500,
    byTable: PARTS,
    bytesPerCall: 110,
    freeBytes: 5_000,
    growthPerDay: 250,
  });
});

test('a ledger of two days is not spread over seven, and one of an hour not blown up to a day', async () => {
  const since = async (days: number) =>
    (await queryDisk(storeWith(PARTS, [{ table: 'reports', rows: 10, first: daysAgo(days) }]), 50, NOW)).growthPerDay;
  expect(await since(2)).toBe(500);
  expect(await since(1 / 24)).toBe(1_000);
});

test('an empty ledger grows by nobody knows what', async () => {
  const empty = await queryDisk(storeWith([], [{ table: 'reports', rows: 0, first: 0 }]), 0, NOW);
  expect(empty).toMatchObject({ bytes: 0, bytesPerCall: null, growthPerDay: null });
});
