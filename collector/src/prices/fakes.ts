// For tests: an own-price repository in memory, and the prices of a collector without any own ones.
import { LIST_PRICES } from '@spanledger/instrumentation/pricing';
import type { Prices } from './prices.ts';
import type { PriceRepository, StoredPrice } from './repository.ts';

export function createMemoryPrices(): PriceRepository {
  const kept = new Map<string, StoredPrice>();
  return {
    list: async () => [...kept.values()],
    save: async (prices) => prices.forEach((price) => kept.set(price.id, price)),
    delete: async (id) => void kept.delete(id),
  };
}

const notAskedFor = (): Promise<never> => Promise.reject(new Error('not asked for'));
export const listPrices: Prices = {
  current: () => LIST_PRICES,
  own: () => [],
  file: () => null,
  add: notAskedFor,
  replace: notAskedFor,
  remove: notAskedFor,
  reload: notAskedFor,
  refresh: async () => {},
  start: () => {},
  stop: () => {},
};
