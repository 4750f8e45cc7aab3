import type { Differences } from '@spanledger/collector/contract';
import { expect, it } from 'vitest';
import { differenceChart, remainder, windowWords } from './differences.ts';

const usd = (dollars: number) => dollars.toFixed(12);
const part = (key: string | null, before: number, after: number) => ({
  key,
  changedCalls: 2,
  beforeUsd: usd(before),
  afterUsd: usd(after),
});
const whole = (before: number, after: number): Differences => ({
  calls: 9,
  changedCalls: 4,
  newlyPricedCalls: 0,
  beforeUsd: usd(before),
  afterUsd: usd(after),
  byDay: [],
  byFeature: [],
  byModel: [],
});

it('draws a day without a difference between two with one, at zero', () => {
  const days = differenceChart([part('2026-11-03', 1, 1.5), part('2026-11-01', 2, 1.75)]);
  expect(days.map(({ at, exact, label }) => [new Date(at).toISOString().slice(0, 10), exact, label])).toEqual([
    ['2026-11-01', '-0.250000000000', '−$0.25'],
    ['2026-11-02', '0.000000000000', '$0.00'],
    ['2026-11-03', '0.500000000000', '+$0.50'],
  ]);
});

it('draws nothing of nothing', () => expect(differenceChart([])).toEqual([]));

it('says what the listed parts leave out of the total, so that every column adds up', () => {
  // Of 4 calls and 10 -> 7 dollars, 2 calls and 5 -> 4 are listed: 2 calls and 5 -> 3 are of others.
  expect(remainder([part('a', 5, 4)], whole(10, 7))).toEqual({
    ...part(null, 5, 3),
    unpricedBefore: 0,
    unpricedAfter: 0,
  });
  expect(remainder([part('a', 6, 4), part(null, 4, 3)], whole(10, 7))).toBeNull();
});

it('says of which parts no price was known, before and after', () => {
  const named = { ...part('nova', 0, 3), unpricedBefore: 2, unpricedAfter: 0 };
  const all = { ...whole(0, 3), changedCalls: 2, unpricedBefore: 5, unpricedAfter: 3 };
  expect(remainder([named], all)).toMatchObject({ changedCalls: 0, unpricedBefore: 3, unpricedAfter: 3 });
  const [day] = differenceChart([{ ...part('2026-11-01', 0, 3), unpricedBefore: 2, unpricedAfter: 1 }]);
  expect(day?.lines.map(({ label }) => label)).toEqual(['unpriced', '$3.00 +?', '2 calls']);
});

it('says over which calls in words', () => {
  const day = '2026-11-01T00:00:00Z';
  expect(
    [
      { from: null, to: null },
      { from: day, to: null },
      { from: null, to: day },
      { from: day, to: '2026-12-01T00:00:00Z' },
    ].map(windowWords),
  ).toEqual([
    'all calls',
    'calls from 1 Nov 2026',
    'calls before 1 Nov 2026',
    'calls from 1 Nov 2026, before 1 Dec 2026',
  ]);
});
