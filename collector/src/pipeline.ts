// ingest -> normalise -> price -> store: what becomes of one export request, from its bytes to durable rows.
import { callKey, LARGEST_COUNT, type Report, type Usage } from './calls/report.ts';
import { keptAttributes } from './ingest/content.ts';
import { isReport } from './ingest/dialects/dialect.ts';
import { normaliseLog, normaliseMetric, normaliseSpan, refuseLogTime, refuseTime } from './ingest/normalise.ts';
import { decodeLogs } from './ingest/otlp-logs.ts';
import { decodeMetrics } from './ingest/otlp-metrics.ts';
import { decodeTraces, type Encoding, type Refusal } from './ingest/otlp.ts';
import { append, type PricedReport, type SpanRow } from './store/append.ts';
import { createDirtyHours, type DirtyHours } from './store/dirty-hours.ts';
import type { Store } from './store/store.ts';
import {
  formatPico,
  LIST_PRICES,
  priceCall,
  splitUsage,
  type ClaudeUsage,
  type PriceBook,
  type Receipt,
} from '@spanledger/instrumentation/pricing';

export interface Ingested {
  accepted: number;
  calls: number;
  refused: Refusal[];
}

/** Of log records and metric points only calls are kept. */
export interface IngestedRecords extends Ingested {
  /** What is not kept and the sender should know of: how many, by why. */
  notKept: ReadonlyMap<string, number>;
}

export interface Pipeline {
  /** Resolves when every accepted span is durable. Throws OtlpError or StoreError. */
  ingestTraces(body: Uint8Array, encoding: Encoding): Promise<Ingested>;
  /** Resolves when every call among the log records is durable. Throws OtlpError or StoreError. */
  ingestLogs(body: Uint8Array, encoding: Encoding): Promise<IngestedRecords>;
  /** A metric point tells no call: nothing is stored, and the answer says why. Throws OtlpError. */
  ingestMetrics(body: Uint8Array, encoding: Encoding): Promise<IngestedRecords>;
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
  /** Asked for each report: what is in force then. Without it, the list prices. */
  prices?: () => PriceBook;
  /** Shared with the settler. */
  dirtyHours?: DirtyHours;
}): Pipeline {
  const { store, now = Date.now, onAppended = () => {}, prices = () => LIST_PRICES } = options;
  const dirtyHours = options.dirtyHours ?? createDirtyHours(store, now);
  const refusals = new Map<string, number>();
  const durable = { spans: 0, calls: 0 };
  const appended = (spans: number, calls: number): void => {
    durable.spans += spans;
    durable.calls += calls;
    if (calls > 0) onAppended(calls);
  };
  const countRefused = (refused: readonly Refusal[]): void => {
    for (const { reason } of refused) {
      count(refusals, /^\w+/.exec(reason)?.[0] ?? 'other'); // the field; what follows can hold the sender's own names
    }
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
        if (report) reports.push(priceReport(report, prices()));
        const service = span.resource['service.name'];
        rows.push({
          ...span,
          service: typeof service === 'string' ? service : null,
          callKey: report && report.role !== 'submit' ? callKey(report) : null,
          attributes: keptAttributes(span.attributes),
        });
      }
      countRefused(refused);
      await append(store, reports, rows, now(), dirtyHours);
      const calls = reports.filter(({ report }) => report.role !== 'submit').length;
      appended(rows.length, calls);
      return { accepted: rows.length, calls, refused };
    },
    async ingestLogs(body, encoding) {
      const { records, refused } = decodeLogs(body, encoding);
      const reports: PricedReport[] = [];
      const notKept = new Map<string, number>();
      let accepted = 0;
      for (const record of records) {
        const refusal = refuseLogTime(record, now());
        if (refusal) {
          refused.push(refusal);
          continue;
        }
        const reading = normaliseLog(record);
        if (isReport(reading)) reports.push(priceReport(reading, prices()));
        if (reading === null) count(notKept, UNKNOWN_LOG);
        else accepted++;
      }
      countRefused(refused);
      await append(store, reports, [], now(), dirtyHours);
      appended(0, reports.length);
      return { accepted, calls: reports.length, refused, notKept };
    },
    ingestMetrics(body, encoding) {
      const { points, unread, refused } = decodeMetrics(body, encoding);
      const notKept = new Map<string, number>();
      for (const point of points) {
        const reading = normaliseMetric(point);
        count(notKept, reading !== null && 'noCall' in reading ? (reading.advice ?? reading.noCall) : UNKNOWN_METRIC);
      }
      if (unread > 0) count(notKept, UNKNOWN_METRIC, unread);
      countRefused(refused);
      return Promise.resolve({ accepted: 0, calls: 0, refused, notKept });
    },
    async ingestReports(reports) {
      await append(
        store,
        reports.map((report) => priceReport(report, prices())),
        [],
        now(),
        dirtyHours,
      );
      appended(0, reports.length);
    },
    refusals: () => refusals,
    counts: () => ({ ...durable }),
  };
}

const UNKNOWN_LOG = 'no source that is known here tells calls by them';
const UNKNOWN_METRIC = 'sums and histograms do not tell calls; send traces or log records';
const count = (counts: Map<string, number>, key: string, by = 1): void =>
  void counts.set(key, (counts.get(key) ?? 0) + by);

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
export function priceReport(report: Report, book: PriceBook = LIST_PRICES): PricedReport {
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

/**
 * A request the API refused (4xx, 5xx) made no message and is not billed, nor is one of a batch that was refused, cancelled
 * or not reached in time; any other call without usage is unknown.
 */
function priceWithoutUsage(report: Report, unpriced: (reason: string) => PricedReport): PricedReport {
  const message = notBilled(report);
  if (message === null) return unpriced('no usage was reported: the answer was not read, or never came');
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

/** Why a call that made no message costs nothing, in a sentence; null when that is not known. */
function notBilled(report: Report): string | null {
  if (report.role === 'supplement') return null;
  if (report.batchId !== null && report.outcome !== 'ok' && report.errorType !== null) {
    return `The batch ended without a message for this request (${report.errorType}); such requests are not billed.`;
  }
  if (report.outcome !== 'error' || report.httpStatus === null || report.httpStatus < 400) return null;
  return `The API answered ${report.httpStatus} without a message; such requests are not billed.`;
}
