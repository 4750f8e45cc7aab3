// For tests and benches: a re-pricer on a real store, and a ledger of as many calls as wanted in seconds.
import { createRepricer, type Repricer } from './reprice.ts';
import { createRepricingRepository } from './repository.ts';
import { createLog } from '../log.ts';
import { historyOf } from '../query/history.ts';
import { createRepricedPrices } from '../store/repriced.ts';
import type { Store } from '../store/store.ts';

type Options = Parameters<typeof createRepricer>[0];

export function repricerOn(store: Store, options: Pick<Options, 'prices'> & Partial<Options>): Repricer {
  return createRepricer({
    repository: createRepricingRepository(store),
    history: historyOf(store),
    repriced: createRepricedPrices(store),
    settled: async () => {},
    onApplied: () => {},
    clock: { now: Date.now },
    log: createLog(() => {}),
    ...options,
  });
}
