import { expect, it } from 'vitest';
import { monthAhead, monthWindow } from './month.ts';

const row = (day: string, costUsd: string | null, unpricedCalls = 0) => ({
  bucket: `${day}T00:00:00.000Z`,
  costUsd,
  unpricedCalls,
});
// A Saturday, at noon.
const NOON = Date.parse('2026-11-28T12:00:00Z');

it('asks for the month, or for four weeks where that is more, in whole days', () => {
  expect(monthWindow(NOON, 'UTC')).toEqual({
    from: Date.parse('2026-10-31T00:00:00Z'),
    to: Date.parse('2026-11-29T00:00:00Z'),
  });
});

it('adds up the days of the month, exactly, and goes on at their pace', () => {
  const rows = [
    row('2026-11-24', '10.000000000001'),
    row('2026-11-25', '10.000000000000'),
    row('2026-11-26', '10.000000000000'),
    row('2026-11-27', '10.000000000000', 3),
    row('2026-11-28', '4.000000000000'),
  ];
  const { spentUsd, unpricedCalls, forecast } = monthAhead(rows, NOON, 'UTC');
  expect([spentUsd, unpricedCalls]).toEqual(['44.000000000001', 3]);
  // Half of the 28th, the 29th and the 30th are to come, at 10 a day.
  expect(forecast?.usd).toBeCloseTo(69, 6);
});

it('counts a day without calls between others as nothing spent, and no day before the first call', () => {
  const rows = [row('2026-11-24', '12.000000000000'), row('2026-11-27', '12.000000000000')];
  // 12, 0, 0, 12 make 6 a day; 24 + 2.5 x 6 = 39.
  expect(monthAhead(rows, NOON, 'UTC').forecast?.usd).toBeCloseTo(39, 6);
});

it('says that nothing was spent in a month without calls, whatever came before it', () => {
  const { spentUsd, unpricedCalls } = monthAhead([row('2026-10-31', '7.000000000000')], NOON, 'UTC');
  expect([spentUsd, unpricedCalls]).toEqual(['0.000000000000', 0]);
});

it('says no amount where nothing has a price', () => {
  expect(monthAhead([row('2026-11-28', null, 2)], NOON, 'UTC')).toEqual({
    spentUsd: null,
    unpricedCalls: 2,
    forecast: null,
  });
});
