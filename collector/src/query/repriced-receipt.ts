// "How does a cost from a re-pricing come about": worked out again from the report and from the prices of that re-pricing. A
// receipt of every call would be most of what a re-pricing writes, and few are ever looked at.
import { priceBook, type OwnPrice } from '@spanledger/instrumentation/pricing';
import type { ReceiptJson } from '../contract.ts';
import { priceInputs } from '../price-report.ts';
import type { Store } from '../store/store.ts';
import { REPORT_ID } from './merged-calls.ts';
import { PRICE_INPUT_COLUMNS, priceInputsOf, type PriceInputRow } from './price-inputs.ts';

interface KeptCost {
  costUsd: string | null;
  unpricedReason: string | null;
}

/** `report` is the one the call is priced from, `number` the re-pricing its cost is from. */
export async function queryRepricedReceipt(
  store: Store,
  { report, startedMicros, number }: { report: string; startedMicros: { from: number; to: number }; number: number },
  kept: KeptCost,
): Promise<ReceiptJson> {
  const [inputs] = await store.query<PriceInputRow>(
    `SELECT ${PRICE_INPUT_COLUMNS} FROM reports
WHERE started_at >= fromUnixTimestamp64Micro({fromMicros:Int64}, 'UTC') AND started_at <= fromUnixTimestamp64Micro({toMicros:Int64}, 'UTC')
  AND ${REPORT_ID} = {report:UInt128}
ORDER BY received_at LIMIT 1`,
    { report, fromMicros: startedMicros.from, toMicros: startedMicros.to },
  );
  const [repricing] = await store.query<{ own: string }>(
    'SELECT own_prices AS own FROM repricings FINAL WHERE number = {number:UInt32}',
    { number },
  );
  if (inputs === undefined || repricing === undefined) return withoutLines(kept);
  const book = priceBook(JSON.parse(repricing.own) as OwnPrice[]);
  const priced = priceInputs(priceInputsOf(inputs), book);
  const same = priced.costUsd === kept.costUsd && priced.unpricedReason === kept.unpricedReason;
  return same ? priced.receipt : withoutLines(kept);
}

/** The cost stands; a later version of Spanledger has corrected the listed prices that it was worked out from. */
function withoutLines({ costUsd, unpricedReason }: KeptCost): ReceiptJson {
  const message =
    'The list of prices was corrected after this call was re-priced, so that its cost cannot be shown line by line; price history again to have the corrected one.';
  return { lines: [], totalUsd: costUsd, flags: [{ flag: 'lines-unknown', message }], unpricedReason };
}
