// ingest -> normalise -> price -> store: what becomes of one export request, from its bytes to durable rows.
import { callKey, LARGEST_COUNT, type Report, type Usage } from './calls/report.ts';
import { keptAttributes } from './ingest/content.ts';
import { isReport } from './ingest/dialects/dialect.ts';
import { normaliseSpan, refuseTime } from './ingest/normalise.ts';
import { decodeTraces, type Encoding, type Refusal } from './ingest/otlp.ts';
import { append, type PricedReport, type SpanRow } from './store/append.ts';
import type { Store } from './store/store.ts';
import { formatPico, priceCall, splitUsage, type ClaudeUsage, type Receipt } from '@spanledger/instrumentation/pricing';

export interface Ingested {
  accepted: number;
  calls: number;
  refused: Refusal[];
}

export interface Pipeline {
  /** Resolves when every accepted span is durable. Throws OtlpError or StoreError. */
  ingestTraces(body: Uint8Array, encoding: Encoding): Promise<Ingested>;
  ingestReports(reports: readonly Report[]): Promise<void>;
  /** Refusals since the start, by reason without the particulars. */
  refusals(): ReadonlyMap<string, number>;
  /** What was made durable since the start. */
  counts(): { spans: number; calls: number };
}

export function createPipeline(options: {
  store: Store;
  now?: () => number;
  onAppended?: (calls: number) => void;
}): Pipeline {
  const { store, now = Date.now, onAppended = () => {} } = options;
  const refusals = new Map<string, number>();
  const durable = { spans: 0, calls: 0 };
  const appended = (spans: number, calls: number): void => {
    durable.spans += spans;
    durable.calls += calls;
    if (calls > 0) onAppended(calls);
  };
  return {
    async ingestTraces(body, encoding) {
      const { spans, refused } = decodeTraces(body, encoding);
      const rows: SpanRow[] = [];
      const reports: PricedReport[] = [];
      for (const span of spans) {
        const refusal = refuseTime(span, now());
        if (refusal) {
          refused.push(refusal);
          continue;
        }
        const reading = normaliseSpan(span);
        const report = isReport(reading) ? reading : null;
        if (report) reports.push(priceReport(report));
        const service = span.resource['service.name'];
        rows.push({
          ...span,
          service: typeof service === 'string' ? service : null,
          callKey: report ? callKey(report) : null,
          attributes: keptAttributes(span.attributes),
        });
      }
      for (const { reason } of refused) {
        const kind = /^\w+/.exec(reason)?.[0] ?? 'other'; // the field; what follows can hold the sender's own names
        refusals.set(kind, (refusals.get(kind) ?? 0) + 1);
      }
      await append(store, reports, rows, now());
      appended(rows.length, reports.length);
      return { accepted: rows.length, calls: reports.length, refused };
    },
    async ingestReports(reports) {
      await append(store, reports.map(priceReport), [], now());
      appended(0, reports.length);
    },
    refusals: () => refusals,
    counts: () => ({ ...durable }),
  };
}

const NO_USAGE: Usage = {
  inputTokens: null,
  cacheWrite5mTokens: null,
  cacheWrite1hTokens: null,
  cacheReadTokens: null,
  outputTokens: null,
  thinkingTokens: null,
  webSearches: null,
};

/** The price of one report. Pure; never throws: what cannot be priced says why. */
export function priceReport(report: Report): PricedReport {
  const unpriced = (reason: string, usage = NO_USAGE): PricedReport => ({
    report,
    usage,
    costUsd: null,
    cacheSavingsUsd: null,
    unpricedReason: reason,
    receipt: { lines: [], totalUsd: null, flags: [], unpricedReason: reason } satisfies Receipt,
  });
  if (report.usage === null) return priceWithoutUsage(report, unpriced);
  const usage = report.usage as ClaudeUsage;
  const split = splitUsage(usage);
  if (Object.values(split).some((count) => count !== null && count > LARGEST_COUNT)) {
    return unpriced('the usage has a count that no call can reach');
  }
  if (report.unpriceable !== null) return unpriced(report.unpriceable, split);
  const priced = priceCall({
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
  });
  const receipt = priced.receipt;
  if (report.usageAssumesStandard && priced.costUsd !== null) {
    receipt.flags.push({
      flag: 'estimated',
      message:
        'The span does not say speed, geography, iterations or server tools; priced as standard. With @spanledger/instrumentation beside the SDK it is exact.',
    });
  }
  return {
    report,
    usage: split,
    costUsd: priced.costUsd,
    cacheSavingsUsd: priced.savingsPico === null ? null : formatPico(priced.savingsPico),
    unpricedReason: receipt.unpricedReason,
    receipt,
  };
}

/** A request the API refused (4xx, 5xx) made no message and is not billed; any other call without usage is unknown. */
function priceWithoutUsage(report: Report, unpriced: (reason: string) => PricedReport): PricedReport {
  if (
    report.role === 'supplement' ||
    report.outcome !== 'error' ||
    report.httpStatus === null ||
    report.httpStatus < 400
  ) {
    return unpriced('no usage was reported: the answer was not read, or never came');
  }
  const message = `The API answered ${report.httpStatus} without a message; such requests are not billed.`;
  const totalUsd = formatPico(0n);
  return {
    report,
    usage: NO_USAGE,
    costUsd: totalUsd,
    cacheSavingsUsd: totalUsd,
    unpricedReason: null,
    receipt: { lines: [], totalUsd, flags: [{ flag: 'not-billed', message }], unpricedReason: null } satisfies Receipt,
  };
}
