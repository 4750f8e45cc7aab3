// The price books that calls were priced with, kept so that a receipt can be worked out whenever a call is opened: written once
// a book, where a receipt written out with every call would be most of what a call takes.
import type { PriceBook } from '@spanledger/instrumentation/pricing';
import type { Store } from './store.ts';

export interface PriceBooks {
  /** Resolves when the book is durable: before any call that was priced with it is. Throws StoreError. */
  keep(book: PriceBook): Promise<void>;
}

export function createPriceBooks(store: Store): PriceBooks {
  const kept = new Map<string, Promise<void>>();
  return {
    keep(book) {
      if (book.own.length === 0) return Promise.resolve();
      const known = kept.get(book.version);
      if (known) return known;
      const keeping = store.insert('price_books', [{ version: book.version, own_prices: JSON.stringify(book.own) }]);
      kept.set(book.version, keeping);
      keeping.catch(() => kept.delete(book.version));
      return keeping;
    },
  };
}
