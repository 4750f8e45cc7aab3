import { formatPico, parseUsd } from '@spanledger/instrumentation/pricing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Budget } from '../contract.ts';
import { evaluateBudget } from './evaluate.ts';

const usd = (limit: string, thresholds: number[] = [50, 80, 100]): Pick<Budget, 'limit' | 'thresholds'> => ({
  limit: { usd: limit },
  thresholds,
});
const spent = (amount: string) => ({ usdPico: parseUsd(amount), tokens: 0 });

test.each([
  ['nothing is spent', usd('100'), spent('0'), [], 0],
  ['one pico-dollar is missing', usd('100.00'), spent('49.999999999999'), [], 49.9999],
  ['a threshold is met to the pico-dollar', usd('100.00'), spent('50.000000000000'), [50], 50],
  ['several are passed in one leap', usd('100.00'), spent('81'), [50, 80], 81],
  [
    'the limit is passed many times over',
    usd('0.000000000001', [50, 100, 1000]),
    spent('7'),
    [50, 100, 1000],
    700_000_000_000_000,
  ],
  ['a third of a limit that has no exact third', usd('0.10', [33.3]), spent('0.0333'), [33.3], 33.3],
  ['thresholds come in any order and twice', usd('10', [100, 50, 50]), spent('10'), [50, 100], 100],
] as const)('%s', (_title, budget, spend, reached, percent) => {
  expect(evaluateBudget(budget, spend)).toEqual({ reached, percent });
});

test('a budget of tokens counts tokens, whatever they cost', () => {
  const budget = { limit: { tokens: 1_000_000 }, thresholds: [50, 100] };
  expect(evaluateBudget(budget, { usdPico: 10n ** 18n, tokens: 499_999 })).toEqual({ reached: [], percent: 49.9999 });
  expect(evaluateBudget(budget, { usdPico: 0n, tokens: 500_000 })).toEqual({ reached: [50], percent: 50 });
});

test('more spend never reaches fewer thresholds', () => {
  const amount = fc.bigInt({ min: 0n, max: 10n ** 24n });
  const thresholds = fc.array(fc.double({ min: 0.000001, max: 1000, noNaN: true }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(amount, amount, fc.bigInt({ min: 1n, max: 10n ** 24n }), thresholds, (one, more, limit, list) => {
      const budget = usd(formatPico(limit), list);
      const before = evaluateBudget(budget, { usdPico: one, tokens: 0 }).reached;
      const after = evaluateBudget(budget, { usdPico: one + more, tokens: 0 }).reached;
      expect(after).toEqual(expect.arrayContaining(before));
    }),
  );
});
