// Which thresholds of a budget a spend has reached. Pure, and exact: integers of pico-USD or tokens, never a float.
import { parseUsd } from '@spanledger/instrumentation/pricing';
import type { Budget } from '../contract.ts';

export interface Evaluation {
  /** Thresholds the spend is at or above, ascending. */
  reached: number[];
  /** Spent as a percentage of the limit, cut off (not rounded up) after four places: 99.9999 is not yet 100. */
  percent: number;
}

/** Thresholds count to a millionth of a percent. */
const STEPS_PER_PERCENT = 1_000_000n;
const stepsOf = (threshold: number): bigint => BigInt(Math.max(1, Math.round(threshold * Number(STEPS_PER_PERCENT))));

export function evaluateBudget(
  { limit, thresholds }: Pick<Budget, 'limit' | 'thresholds'>,
  spend: { usdPico: bigint; tokens: number },
): Evaluation {
  const [spent, whole] =
    'usd' in limit ? [spend.usdPico, parseUsd(limit.usd)] : [BigInt(spend.tokens), BigInt(limit.tokens)];
  const reached = [...new Set(thresholds)]
    .filter((threshold) => spent * 100n * STEPS_PER_PERCENT >= whole * stepsOf(threshold))
    .toSorted((a, b) => a - b);
  return { reached, percent: Number((spent * 1_000_000n) / whole) / 10_000 };
}
