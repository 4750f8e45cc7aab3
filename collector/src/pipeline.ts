// ingest -> normalise -> price -> store: what becomes of one export request, from its bytes to durable rows.
import { callKey, type Report } from './calls/report.ts';
import { keptAttributes } from './ingest/content.ts';
import { isReport } from './ingest/dialects/dialect.ts';
import { normaliseLog, normaliseMetric, normaliseSpan, refuseLogTime, refuseTime } from './ingest/normalise.ts';
import { decodeLogs } from './ingest/otlp-logs.ts';
import { decodeMetrics } from './ingest/otlp-metrics.ts';
import { decodeTraces, type Encoding, type Refusal } from './ingest/otlp.ts';
import type { ConnectionLog } from './connections/connections.ts';
import type { Mappings } from './mappings/mappings.ts';
import type { Told } from './mappings/seen.ts';
import { priceReport } from './price-report.ts';
import { append, type PricedReport, type SpanRow } from './store/append.ts';
import { createDirtyHours, type DirtyHours } from './store/dirty-hours.ts';
import type { Store } from './store/store.ts';
import { LIST_PRICES, type PriceBook } from '@spanledger/instrumentation/pricing';

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
  /** Resolves when every accepted span is durable. `agent` is the sender's User-Agent. Throws OtlpError or StoreError. */
  ingestTraces(body: Uint8Array, encoding: Encoding, agent?: string | null): Promise<Ingested>;
  /** Resolves when every call among the log records is durable. Throws OtlpError or StoreError. */
  ingestLogs(body: Uint8Array, encoding: Encoding, agent?: string | null): Promise<IngestedRecords>;
  /** A metric point tells no call: nothing is stored, and the answer says why. Throws OtlpError. */
  ingestMetrics(body: Uint8Array, encoding: Encoding): Promise<IngestedRecords>;
  ingestReports(reports: readonly Report[]): Promise<void>;
  /** Refusals since the start, by reason without the particulars. */
  refusals(): ReadonlyMap<string, number>;
  /** What was made durable since the start. */
  counts(): { spans: number; calls: number };
  /** Resolves when what was being appended at the time of the call is durable or has failed: with prices of before. */
  settled(): Promise<void>;
}

export function createPipeline(options: {
  store: Store;
  /** Asked for each report: what is in force then. Without it, the list prices. */
  prices?: () => PriceBook;
  now?: () => number;
  onAppended?: (calls: number) => void;
  /** What an app's own attributes say of a call. Without it, nothing. */
  mappings?: Pick<Mappings, 'tag' | 'see'>;
  /** Told of every report that was made durable. */
  connections?: Pick<ConnectionLog, 'saw' | 'reached'>;
  /** Shared with the settler. */
  dirtyHours?: DirtyHours;
}): Pipeline {
  const { store, now = Date.now, onAppended = () => {}, prices = () => LIST_PRICES, mappings, connections } = options;
  const dirtyHours = options.dirtyHours ?? createDirtyHours(store, now);
  const refusals = new Map<string, number>();
  const durable = { spans: 0, calls: 0 };
  const appended = (spans: number, calls: number): void => {
    durable.spans += spans;
    durable.calls += calls;
    if (calls > 0) onAppended(calls);
  };
  const appending = new Set<Promise<unknown>>();
  /** Answers how many calls there were: what hands in a batch is none. */
  const appendNow = async (
    reports: readonly PricedReport[],
    spans: readonly SpanRow[],
    agent: string | null = null,
  ): Promise<number> => {
    const work = append(store, reports, spans, now(), dirtyHours);
    appending.add(work);
    try {
      await work;
    } finally {
      appending.delete(work);
    }
    const calls = reports.filter(({ report }) => report.role !== 'submit').length;
    appended(spans.length, calls);
    connections?.saw(
      reports.map(({ report }) => report),
      agent,
    );
    return calls;
  };
  const tagged = (report: Report, told: Told): Report => {
    mappings?.see(told);
    return mappings?.tag(report, told) ?? report;
  };
  const countRefused = (refused: readonly Refusal[]): void => {
    for (const { reason } of refused) {
      count(refusals, /^\w+/.exec(reason)?.[0] ?? 'other'); // the field; what follows can hold the sender's own names
    }
  };
  return {
    async ingestTraces(body, encoding, agent = null) {
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
        const report = isReport(reading) ? tagged(reading, span) : null;
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
      const calls = await appendNow(reports, rows, agent);
      if (rows.some(({ scope, name }) => scope === PLATFORM_SCOPE && name === 'anthropic.test')) {
        connections?.reached('claude-platform');
      }
      return { accepted: rows.length, calls, refused };
    },
    async ingestLogs(body, encoding, agent = null) {
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
        if (isReport(reading)) reports.push(priceReport(tagged(reading, record), prices()));
        if (reading === null) count(notKept, UNKNOWN_LOG);
        else accepted++;
      }
      countRefused(refused);
      await appendNow(reports, [], agent);
      return { accepted, calls: reports.length, refused, notKept };
    },
    ingestMetrics(body, encoding) {
      const { points, unread, refused } = decodeMetrics(body, encoding);
      const notKept = new Map<string, number>();
      for (const point of points) {
        const reading = normaliseMetric(point);
        count(notKept, reading === null ? UNKNOWN_METRIC : (reading.advice ?? reading.noCall));
      }
      if (unread > 0) count(notKept, UNKNOWN_METRIC, unread);
      countRefused(refused);
      return Promise.resolve({ accepted: 0, calls: 0, refused, notKept });
    },
    async ingestReports(reports) {
      const priced = reports.map((report) => priceReport(report, prices()));
      await appendNow(priced, []);
    },
    refusals: () => refusals,
    counts: () => ({ ...durable }),
    async settled() {
      await Promise.allSettled(appending);
    },
  };
}

const PLATFORM_SCOPE = 'com.anthropic.claude-platform';
const UNKNOWN_LOG = 'no source that is known here tells calls by them';
const UNKNOWN_METRIC = 'sums and histograms do not tell calls; send traces or log records';
const count = (counts: Map<string, number>, key: string, by = 1): void =>
  void counts.set(key, (counts.get(key) ?? 0) + by);
