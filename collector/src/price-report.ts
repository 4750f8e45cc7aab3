// The price stage in the collector: a report's raw usage and what else its price depends on -> cost, savings, receipt. The same
// when a call arrives and when history is priced again. Knows no span, no store, no clock.
import { LARGEST_COUNT, type Report, type Usage } from './calls/report.ts';
import type { CacheUsd, PricedReport } from './store/append.ts';
import {
  LIST_PRICES,
  formatPico,
  lackingCard,
  priceCall,
  splitUsage,
  type ClaudeUsage,
  type PriceBook,
  type Priced,
  type Receipt,
} from '@spanledger/instrumentation/pricing';

const NO_USAGE: Usage = {
  inputTokens: null,
  cacheWrite5mTokens: null,
  cacheWrite1hTokens: null,
  cacheReadTokens: null,
  outputTokens: null,
  thinkingTokens: null,
  webSearches: null,
};

/** The token counts of a usage object, by kind. */
export const countsOf = (usage: Report['usage']): Usage =>
  usage === null ? NO_USAGE : splitUsage(usage as ClaudeUsage);

/** All of a report that its price is worked out from. */
export type PriceInputs = Pick<
  Report,
  | 'role'
  | 'startedAtMicros'
  | 'requestModel'
  | 'model'
  | 'stopReason'
  | 'outcome'
  | 'errorType'
  | 'batchId'
  | 'httpStatus'
  | 'usage'
  | 'usageComplete'
  | 'usageAssumesStandard'
  | 'unpriceable'
  | 'outputEmpty'
  | 'betas'
  | 'billTo'
  | 'platform'
>;
export type ReportPrice = Omit<PricedReport, 'report' | 'book' | 'span'> & { receipt: Receipt };

export const priceReport = (report: Report, book: PriceBook = LIST_PRICES): PricedReport & { receipt: Receipt } => ({
  report,
  book,
  span: null,
  ...priceInputs(report, book),
});

/** The price of one report. Pure; never throws: what cannot be priced says why. */
export function priceInputs(report: PriceInputs, book: PriceBook): ReportPrice {
  const unpriced = (reason: string, usage = NO_USAGE): ReportPrice => ({
    usage,
    costUsd: null,
    cacheSavingsUsd: null,
    cacheUsd: null,
    unpricedReason: reason,
    receipt: { lines: [], totalUsd: null, flags: [], unpricedReason: reason } satisfies Receipt,
  });
  if (report.usage === null) return priceWithoutUsage(report, unpriced);
  const usage = report.usage as ClaudeUsage;
  const split = splitUsage(usage);
  if (Object.values(split).some((count) => count !== null && count > LARGEST_COUNT)) {
    return unpriced('the usage has a count that no call can reach');
  }
  const priced = priceCall(
    {
      model: report.model,
      requestModel: report.requestModel,
      at: report.startedAtMicros / 1000,
      usage,
      stopReason: report.stopReason,
      partial: !report.usageComplete,
      billTo: report.billTo,
      platform: report.platform,
      ...(report.betas === null ? {} : { betas: report.betas }),
      ...(report.outputEmpty === null ? {} : { outputEmpty: report.outputEmpty }),
    },
    book,
  );
  const receipt = priced.receipt;
  if (report.unpriceable !== null) {
    // A missing price card can be mended by whoever reads the reason, so it is said first.
    const lacksCard = receipt.unpricedReason !== null && lackingCard(receipt.unpricedReason) !== null;
    return unpriced((lacksCard ? receipt.unpricedReason : null) ?? report.unpriceable, split);
  }
  if (report.usageAssumesStandard && priced.costUsd !== null) {
    receipt.flags.push({
      flag: 'estimated',
      message:
        'The span does not say speed, geography, iterations or server tools; priced as standard. With @spanledger/instrumentation beside the SDK it is exact.',
    });
  }
  return {
    usage: split,
    costUsd: priced.costUsd,
    cacheSavingsUsd: priced.savingsPico === null ? null : formatPico(priced.savingsPico),
    cacheUsd: priced.cachedPico === null ? null : cacheUsdOf(priced.cachedPico),
    unpricedReason: receipt.unpricedReason,
    receipt,
  };
}

const NOTHING_CACHED: CacheUsd = Object.freeze({
  read: formatPico(0n),
  write5m: formatPico(0n),
  write1h: formatPico(0n),
});

const cacheUsdOf = ({ cacheRead, cacheWrite5m, cacheWrite1h }: NonNullable<Priced['cachedPico']>): CacheUsd => ({
  read: formatPico(cacheRead),
  write5m: formatPico(cacheWrite5m),
  write1h: formatPico(cacheWrite1h),
});

/**
 * A request the API refused (4xx, 5xx) made no message and is not billed, nor is one of a batch that was refused, cancelled
 * or not reached in time; any other call without usage is unknown.
 */
function priceWithoutUsage(report: PriceInputs, unpriced: (reason: string) => ReportPrice): ReportPrice {
  const message = notBilled(report);
  if (message === null) return unpriced('no usage was reported: the answer was not read, or never came');
  const totalUsd = formatPico(0n);
  return {
    usage: NO_USAGE,
    costUsd: totalUsd,
    cacheSavingsUsd: totalUsd,
    cacheUsd: NOTHING_CACHED,
    unpricedReason: null,
    receipt: { lines: [], totalUsd, flags: [{ flag: 'not-billed', message }], unpricedReason: null } satisfies Receipt,
  };
}

/** Why a call that made no message costs nothing, in a sentence; null when that is not known. */
function notBilled(report: PriceInputs): string | null {
  if (report.role === 'supplement') return null;
  if (report.batchId !== null && report.outcome !== 'ok' && report.errorType !== null) {
    return `The batch ended without a message for this request (${report.errorType}); such requests are not billed.`;
  }
  if (report.outcome !== 'error' || report.httpStatus === null || report.httpStatus < 400) return null;
  return `The API answered ${report.httpStatus} without a message; such requests are not billed.`;
}
