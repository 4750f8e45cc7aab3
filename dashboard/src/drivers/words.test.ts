import { expect, it } from 'vitest';
import { driversOf, type GroupTotals } from './drivers.ts';
import { driverWords } from './words.ts';

const RATES = { input: 1, cacheWrite5m: 1.25, cacheWrite1h: 2, cacheRead: 0.1, output: 5 };
const totals = (calls: number, input: number, output: number, costUsd: string, cached = 0): GroupTotals => ({
  calls,
  costUsd,
  inputTokens: input,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  cacheReadTokens: cached,
  outputTokens: output,
});
const words = (before: GroupTotals | null, after: GroupTotals | null) =>
  driversOf([{ group: '', before, after, rates: RATES }]).map(driverWords)[0];

it('says how many more calls and how much longer prompts made a rise', () => {
  // 1 USD to 1.9 x 1.3 = 2.47.
  expect(words(totals(10, 1_000_000, 0, '1'), totals(19, 2_470_000, 0, '2.47'))).toBe(
    '+$1.47, 100 % of the rise: 1.9× calls, prompts 1.3× longer',
  );
});
it('says what speaks against the change too, when it weighs enough', () => {
  // Twice the calls at 0.7 of the answers: 1 x 2 x 0.7 = 1.4.
  expect(words(totals(10, 0, 200_000, '1'), totals(20, 0, 280_000, '1.4'))).toBe(
    '+$0.40, 100 % of the rise: 2.0× calls, answers 1.4× shorter',
  );
});
it('names the cache when fewer tokens came out of it', () => {
  // 1,000,000 tokens, all read from the cache at a tenth, then none of them.
  expect(words(totals(10, 0, 0, '0.1', 1_000_000), totals(10, 1_000_000, 0, '1'))).toBe(
    '+$0.90, 100 % of the rise: tokens 10× dearer (cached 100 %, now 0 %)',
  );
});
it('says what is new and what is gone', () => {
  expect([words(null, totals(1, 1, 1, '2')), words(totals(1, 1, 1, '2'), null)]).toEqual([
    '+$2.00, 100 % of the rise: new, $2.00 in this window',
    '−$2.00, 100 % of the fall: gone, it was $2.00',
  ]);
});
it('does not say a percentage above a hundred', () => {
  const drivers = driversOf([
    { group: 'up', before: totals(1, 1, 0, '1'), after: totals(5, 5, 0, '5'), rates: RATES },
    { group: 'down', before: totals(3, 3, 0, '3'), after: totals(1, 1, 0, '1'), rates: RATES },
  ]);
  expect(drivers.map(driverWords)).toEqual(['+$4.00, more than the whole rise: 5.0× calls', '−$2.00: 0.33× calls']);
});
