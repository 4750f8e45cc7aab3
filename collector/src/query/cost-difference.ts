// "Why does my app's figure differ from the ledger's": the cost that the app worked out when it made the call, against the
// cost of the call now. The reason is found by comparing what each was worked out from; where that does not settle it, it
// says so. Pure.
import { formatPico, parseUsd, PRICE_TABLE_VERSION } from '@spanledger/instrumentation/pricing';
import type { CostDifference, ReceiptJson } from '../contract.ts';

/** What one report says of cost. Money is decimal strings in USD; null is unknown. */
export interface ReportedCost {
  appCostUsd: string | null;
  /** The price table the app used; null when it did not say. */
  appPriceTable: string | null;
  /** What the ledger priced this very report at when it came. */
  arrivalCostUsd: string | null;
  /** How fully the report knows the usage; higher is fuller. */
  usageRank: number;
}

/** The call as it stands. */
export interface LedgerCost {
  costUsd: string | null;
  unpricedReason: string | null;
  receipt: Pick<ReceiptJson, 'lines'>;
  /** The cost is from a re-pricing, not from the arrival of its report. */
  repriced: boolean;
}

/** Of the report that knows the usage best among those with a cost of the app's; null when none differs. */
export function costDifference(ledger: LedgerCost, reports: readonly ReportedCost[]): CostDifference | null {
  const app = reports
    .filter(({ appCostUsd }) => appCostUsd !== null)
    .toSorted((a, b) => b.usageRank - a.usageRank)
    .find(({ appCostUsd }) => !same(appCostUsd, ledger.costUsd));
  if (app?.appCostUsd == null) return null;
  const appPico = parseUsd(app.appCostUsd);
  return {
    appUsd: formatPico(appPico),
    ledgerUsd: ledger.costUsd,
    differenceUsd: ledger.costUsd === null ? null : formatPico(parseUsd(ledger.costUsd) - appPico),
    reason: reasonOf(app, ledger, reports),
  };
}

function reasonOf(app: ReportedCost, ledger: LedgerCost, reports: readonly ReportedCost[]): string {
  if (ledger.costUsd === null) return `The ledger has no price: ${ledger.unpricedReason ?? 'it is not known'}`;
  const outdone = reports.some(({ usageRank }) => usageRank > app.usageRank);
  const agreedOnArrival = same(app.arrivalCostUsd, app.appCostUsd);
  if (agreedOnArrival && !outdone && ledger.repriced) {
    return 'The call was re-priced since; before that the ledger had the same cost.';
  }
  if (agreedOnArrival && outdone) {
    return 'Another report knows the usage of the call more fully than the app did when it worked out its cost.';
  }
  if (ledger.receipt.lines.some(({ card }) => card.confidence === 'own')) {
    return 'The ledger has own prices for this call; the app works with the list.';
  }
  if (app.appPriceTable !== null && tableOf(app.appPriceTable) !== PRICE_TABLE_VERSION) {
    return `The app used the price table of ${app.appPriceTable}, the ledger that of ${PRICE_TABLE_VERSION}.`;
  }
  return 'The reason is not known.';
}

/** `2026-11-21+1a2b3c4d` is the table of 2026-11-21 with own prices. */
const tableOf = (version: string): string => version.split('+')[0] ?? version;

const same = (one: string | null, other: string | null): boolean =>
  one === null || other === null ? one === other : parseUsd(one) === parseUsd(other);
