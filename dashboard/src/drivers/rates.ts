// What the tokens of a model cost in proportion to each other, by the newest row of the price list. Pure.
import type { PricesAnswer } from '@spanledger/collector/contract';
import type { RelativeRates } from './drivers.ts';

/** Null for a model that is in no list. A dated id (claude-haiku-4-5-20251001) is its model. */
export function relativeRates(cards: PricesAnswer['cards'], model: string | null): RelativeRates | null {
  if (model === null) return null;
  const card = cards
    .filter((one) => model === one.model || model.startsWith(`${one.model}-`))
    .toSorted(
      (one, other) => other.model.length - one.model.length || ((one.since ?? '') < (other.since ?? '') ? 1 : -1),
    )[0];
  if (!card) return null;
  const { input, cacheWrite5m, cacheWrite1h, cacheRead, output } = card.usdPerMtok;
  const rate = (usd: string | null) => Number(usd ?? input ?? 0);
  return {
    input: rate(input),
    cacheWrite5m: rate(cacheWrite5m),
    cacheWrite1h: rate(cacheWrite1h),
    cacheRead: rate(cacheRead),
    output: rate(output),
  };
}
