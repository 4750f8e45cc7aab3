import { describe, expect, it } from 'vitest';
import { driversOf, type GroupTotals } from './drivers.ts';

// A price list of 1 and 5 USD per million tokens; a cache read costs a tenth of an input.
const RATES = { input: 1, cacheWrite5m: 1.25, cacheWrite1h: 2, cacheRead: 0.1, output: 5 };
const usd = (dollars: number) => dollars.toFixed(12);
const totals = (calls: number, input: number, output: number, cost: number, cached = 0): GroupTotals => ({
  calls,
  costUsd: usd(cost),
  inputTokens: input,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  cacheReadTokens: cached,
  outputTokens: output,
});
const one = (before: GroupTotals | null, after: GroupTotals | null) =>
  driversOf([{ group: 'search', before, after, rates: RATES }])[0];
const parts = (before: GroupTotals, after: GroupTotals) =>
  Object.fromEntries((one(before, after)?.parts ?? []).map((part) => [part.factor, Number(part.usd.toFixed(6))]));

describe('what a change of spend is made of', () => {
  // 10 calls of 100,000 + 20,000 tokens: 10 x (0.1 + 0.1) = 2 USD.
  const before = totals(10, 1_000_000, 200_000, 2);

  it('is all calls when there are three times as many of the same', () => {
    expect(parts(before, totals(30, 3_000_000, 600_000, 6))).toEqual({
      calls: 4,
      promptLength: 0,
      outputLength: 0,
      tokenPrice: 0,
    });
  });

  it('is all prompts when these are twice as long', () => {
    // 10 x (0.2 + 0.1) = 3 USD
    expect(parts(before, totals(10, 2_000_000, 200_000, 3))).toEqual({
      calls: 0,
      promptLength: 1,
      outputLength: 0,
      tokenPrice: 0,
    });
  });

  it('is all answers when these are half as long', () => {
    expect(parts(before, totals(10, 1_000_000, 100_000, 1.5))).toEqual({
      calls: 0,
      promptLength: 0,
      outputLength: -0.5,
      tokenPrice: 0,
    });
  });

  it('is all price when the same tokens cost a fifth more', () => {
    const driver = one(before, totals(10, 1_000_000, 200_000, 2.4));
    expect(driver?.parts[0]).toEqual({
      factor: 'tokenPrice',
      usd: expect.closeTo(0.4, 9),
      ratio: expect.closeTo(1.2, 9),
    });
  });

  it('is price when prompts of the same length come out of the cache', () => {
    // 10 x (0.01 + 0.1) = 1.1 USD: 0.9 less, and no prompt is shorter.
    expect(parts(before, totals(10, 0, 200_000, 1.1, 1_000_000))).toEqual({
      calls: 0,
      promptLength: 0,
      outputLength: 0,
      tokenPrice: -0.9,
    });
  });

  it('is half calls and half prompts when both double and nothing else costs', () => {
    // 1 USD becomes 4: 3 more, of which ln 2 / ln 4 = one half each.
    expect(parts(totals(10, 1_000_000, 0, 1), totals(20, 4_000_000, 0, 4))).toEqual({
      calls: 1.5,
      promptLength: 1.5,
      outputLength: 0,
      tokenPrice: 0,
    });
  });

  it('adds up to the exact change when everything changes at once', () => {
    const driver = one(totals(7, 31_000, 900, 1.234567), totals(19, 12_345, 7_000, 5.000001, 40_000));
    const sum = driver?.parts.reduce((all, part) => all + part.usd, 0);
    expect(driver?.changeUsd).toBe('3.765434000000');
    expect(sum).toBeCloseTo(3.765434, 9);
  });
});

describe('drivers', () => {
  it('come with the largest change first, each with its share of the change of all', () => {
    // +6, -1 and +5, which is new: 10 in all; what stayed the same is no driver.
    const drivers = driversOf([
      { group: 'same', before: totals(1, 1, 1, 1), after: totals(1, 1, 1, 1), rates: null },
      { group: 'less', before: totals(1, 1, 1, 3), after: totals(1, 1, 1, 2), rates: null },
      { group: 'new', before: null, after: totals(1, 1, 1, 5), rates: null },
      { group: 'more', before: totals(1, 1, 1, 1), after: totals(7, 7, 7, 7), rates: null },
    ]);
    expect(drivers.map(({ group, changeUsd, share }) => [group, changeUsd, share])).toEqual([
      ['more', usd(6), 0.6],
      ['new', usd(5), 0.5],
      ['less', usd(-1), -0.1],
    ]);
    expect(drivers[1]?.parts).toEqual([]);
  });

  it('have no share where changes cancel each other out', () => {
    const drivers = driversOf([
      { group: 'up', before: totals(1, 1, 1, 1), after: totals(1, 1, 1, 2), rates: null },
      { group: 'down', before: totals(1, 1, 1, 2), after: totals(1, 1, 1, 1), rates: null },
    ]);
    expect(drivers.map(({ share }) => share)).toEqual([null, null]);
  });
});
