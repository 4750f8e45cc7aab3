// "What was this call priced with": a kept price book by its version.
import { LIST_PRICES, priceBook, type OwnPrice, type PriceBook } from '@spanledger/instrumentation/pricing';
import type { Store } from '../store/store.ts';

/** The own prices of that book with the list of this version of Spanledger; null when it was never kept. */
export async function findPriceBook(store: Store, version: string): Promise<PriceBook | null> {
  if (!version.includes('+')) return LIST_PRICES;
  const [row] = await store.query<{ own: string }>(
    'SELECT own_prices AS own FROM price_books FINAL WHERE version = {version:String}',
    { version },
  );
  return row === undefined ? null : priceBook(JSON.parse(row.own) as OwnPrice[]);
}
