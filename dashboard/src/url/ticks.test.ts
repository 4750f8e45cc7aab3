import { expect, test } from 'vitest';
import { bucketStarts } from './buckets.ts';
import { ticksOf } from './ticks.ts';

const at = (text: string) => Date.parse(text);
function ticks(
  from: string,
  to: string,
  bucket: 'minute' | 'hour' | 'day' | 'week' | 'month',
  most: number,
  zone = 'UTC',
) {
  const short = { minute: [11, 16], hour: [8, 13], day: [5, 10], week: [5, 10], month: [0, 7] }[bucket];
  return ticksOf(bucketStarts(at(from), at(to), bucket, zone), bucket, zone, most).map((tick) =>
    new Date(tick).toISOString().slice(...short),
  );
}

test('four days are four, three days by hours are named every six, and every midnight where there is little room', () => {
  expect(ticks('2026-11-16T00:00Z', '2026-11-20T00:00Z', 'day', 10)).toEqual(['11-16', '11-17', '11-18', '11-19']);
  expect(ticks('2026-11-16T00:00Z', '2026-11-19T00:00Z', 'hour', 14)).toHaveLength(12);
  expect(ticks('2026-11-16T00:00Z', '2026-11-19T00:00Z', 'hour', 4)).toEqual(['16T00', '17T00', '18T00']);
});

test('across a change of the clock the same hours of the day are named', () => {
  // New York is 4 hours behind UTC until 1 November 2026, 6:00 UTC, and 5 from then on.
  const days = ticks('2026-10-30T04:00Z', '2026-11-02T05:00Z', 'hour', 7, 'America/New_York');
  expect(days).toEqual(['30T04', '30T16', '31T04', '31T16', '01T04', '01T17']);
});

test('minutes are named by fives and quarters, days by Mondays, months by quarters', () => {
  expect(ticks('2026-11-17T13:02Z', '2026-11-17T14:02Z', 'minute', 12)).toEqual([
    '13:05',
    '13:10',
    '13:15',
    '13:20',
    '13:25',
    '13:30',
    '13:35',
    '13:40',
    '13:45',
    '13:50',
    '13:55',
    '14:00',
  ]);
  expect(ticks('2026-11-17T13:02Z', '2026-11-17T14:02Z', 'minute', 4)).toEqual(['13:15', '13:30', '13:45', '14:00']);
  expect(ticks('2026-11-01T00:00Z', '2026-12-01T00:00Z', 'day', 8)).toEqual([
    '11-02',
    '11-09',
    '11-16',
    '11-23',
    '11-30',
  ]);
  expect(ticks('2025-01-01T00:00Z', '2026-07-01T00:00Z', 'month', 7)).toEqual(
    ['2025-01', '2025-04', '2025-07', '2025-10', '2026-01', '2026-04'], // prettier-ignore
  );
});

test('where places are stretches of buckets, some are named all the same', () => {
  const places = Array.from({ length: 500 }, (_, index) => at('2026-11-01T00:07Z') + index * 11 * 60_000);
  const named = ticksOf(places, 'minute', 'UTC', 10);
  expect(named.length).toBeGreaterThan(3);
  expect(named.length).toBeLessThanOrEqual(10);
  expect(named.every((tick) => places.includes(tick))).toBe(true);
});
