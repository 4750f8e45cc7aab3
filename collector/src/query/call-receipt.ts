// "How does this cost come about": the receipt of a call, worked out again from its report and the price book it was priced with,
// at arrival or by a re-pricing. A receipt written with every call would be most of what the ledger holds, and few are ever
// looked at; what is worked out must come to the cost that is kept, or no line of it is shown.
import { priceBook, type OwnPrice, type PriceBook } from '@spanledger/instrumentation/pricing';
import type { ReceiptJson } from '../contract.ts';
import { priceInputs } from '../price-report.ts';
import type { Store } from '../store/store.ts';
import { findPriceBook } from './price-books.ts';
import { priceInputsOf, type PriceInputRow } from './price-inputs.ts';

interface KeptCost {
  costUsd: string | null;
  unpricedReason: string | null;
}

/** What the cost a page shows is from. */
export interface PricedBy {
  /** The report the call is priced from; undefined when it is no longer kept. */
  inputs: PriceInputRow | undefined;
  /** The number of the re-pricing the cost is from; 0 for the price at arrival. */
  repricing: number;
  /** The version of the price book at arrival; '' for a report from before it was kept. */
  prices: string;
  /** The receipt of such a report as it was written then; else ''. */
  written: string;
}

export async function queryReceipt(store: Store, by: PricedBy, kept: KeptCost): Promise<ReceiptJson> {
  if (by.repricing === 0 && by.written !== '') return JSON.parse(by.written) as ReceiptJson;
  const book = by.repricing === 0 ? await findPriceBook(store, by.prices) : await bookOf(store, by.repricing);
  if (by.inputs === undefined || book === null) return withoutLines(kept);
  const priced = priceInputs(priceInputsOf(by.inputs), book);
  const same = priced.costUsd === kept.costUsd && priced.unpricedReason === kept.unpricedReason;
  return same ? priced.receipt : withoutLines(kept);
}

async function bookOf(store: Store, number: number): Promise<PriceBook | null> {
  const [repricing] = await store.query<{ own: string }>(
    'SELECT own_prices AS own FROM repricings FINAL WHERE number = {number:UInt32}',
    { number },
  );
  return repricing === undefined ? null : priceBook(JSON.parse(repricing.own) as OwnPrice[]);
}

/** The cost stands; a later version of Spanledger has corrected the listed prices that it was worked out from. */
function withoutLines({ costUsd, unpricedReason }: KeptCost): ReceiptJson {
  const message =
    'The list of prices was corrected after this call was priced, so that its cost cannot be shown line by line; price history again to have the corrected one.';
  return { lines: [], totalUsd: costUsd, flags: [{ flag: 'lines-unknown', message }], unpricedReason };
}
