// The own prices that were made over the API, in the store. The latest version of a row counts.
import type { OwnPrice } from '@spanledger/instrumentation/pricing';
import { createVersionedInsert, toDateTime, toInstant } from '../store/kept-rows.ts';
import type { Store } from '../store/store.ts';

export interface StoredPrice {
  id: string;
  price: OwnPrice;
  /** ISO 8601. */
  createdAt: string;
}

export interface PriceRepository {
  /** In the order they were made. */
  list(): Promise<StoredPrice[]>;
  /** Adds prices or replaces those of the same id; all or none. */
  save(prices: readonly StoredPrice[]): Promise<void>;
  delete(id: string): Promise<void>;
}

export function createPriceRepository(store: Store): PriceRepository {
  const insert = createVersionedInsert(store, 'own_prices');
  return {
    async list() {
      const rows = await store.query<{ id: string; price: string; createdAtMs: number }>(
        `SELECT id, price, toUnixTimestamp64Milli(created_at) AS createdAtMs
FROM own_prices FINAL
WHERE deleted = 0
ORDER BY created_at, id`,
      );
      return rows.map(({ id, price, createdAtMs }) => ({
        id,
        price: JSON.parse(price) as OwnPrice,
        createdAt: toInstant(createdAtMs),
      }));
    },
    save: (prices) =>
      insert(
        prices.map(({ id, price, createdAt }) => ({
          id,
          price: JSON.stringify(price),
          created_at: toDateTime(createdAt),
        })),
      ),
    delete: (id) => insert([{ id, deleted: 1 }]),
  };
}
