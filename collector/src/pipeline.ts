// ingest -> normalise -> price -> store: what becomes of one export request, from its bytes to durable rows.
import { finding, type Finding, type Signal } from './calls/finding.ts';
import { callKey, type Report } from './calls/report.ts';
import { checkReport } from './ingest/check-report.ts';
import type { Waiting } from './contract.ts';
import { keptAttributes } from './ingest/content.ts';
import { isReport } from './ingest/dialects/dialect.ts';
import { findingOfRefusal, findingsOfNoCall, senderNamed, senderOf, trimmed } from './ingest/findings.ts';
import { normaliseLog, normaliseMetric, normaliseSpan, refuseLogTime, refuseTime } from './ingest/normalise.ts';
import { decodeLogs } from './ingest/otlp-logs.ts';
import { decodeMetrics } from './ingest/otlp-metrics.ts';
import type { ConnectionLog } from './connections/connections.ts';
import { isRefusal, OtlpError, readTraces, type Encoding, type Refusal, type Span } from './ingest/otlp.ts';
import { createRecentIds } from './ingest/recent-ids.ts';
import type { Mappings } from './mappings/mappings.ts';
import type { Told } from './mappings/seen.ts';
import { countsOf, priceReport } from './price-report.ts';
import { KEEP_ALL, tooOld, type RetainDays } from './retention/age.ts';
import { NOTHING_DROPPED, type Dropped } from './retention/dropped.ts';
import { gatherRows, isToldBy, type PricedReport, type RowsOfRequest } from './store/append.ts';
import { createDirtyHours, type DirtyHours } from './store/dirty-hours.ts';
import { createGroupCommit, type Writer } from './store/group-commit.ts';
import { createPriceBooks } from './store/price-books.ts';
import { recentReports } from './store/recent-reports.ts';
import { createRefusals } from './store/refusals.ts';
import type { Poisoned } from './store/set-apart.ts';
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
  /** Resolves when the calls are durable; answers those that the store would not take. Throws StoreError. */
  ingestReports(reports: readonly Report[]): Promise<Refusal[]>;
  /** Recalls what was stored before the process began, so that ids told then are known. Throws StoreError. */
  recall(): Promise<void>;
  /** Keeps what was refused before it came this far, such as a body that is not JSON. Never throws. */
  note(...findings: readonly Finding[]): Promise<void>;
  /** Why a call that started then is too old to be kept; null when it is not. */
  tooOld(atMs: number): string | null;
  /** Refusals since the start, by reason without the particulars. */
  refusals(): ReadonlyMap<string, number>;
  /** What was made durable since the start. */
  counts(): { spans: number; calls: number };
  /** What was acknowledged and is not in the store yet; null when nothing is. */
  waiting(): Waiting | null;
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
  /** Where rows go; without it, to the store in a group commit of its own. */
  writer?: Writer;
  /** What is older is not taken. Without it, all is. */
  retain?: RetainDays;
  /** What was dropped is not taken either, though it were young enough now. */
  dropped?: Pick<Dropped, 'refuses'>;
}): Pipeline {
  const { store, now = Date.now, onAppended = () => {}, prices = () => LIST_PRICES, mappings, connections } = options;
  const { retain = KEEP_ALL, dropped = NOTHING_DROPPED } = options;
  const callTooOld = (atMs: number): string | null =>
    tooOld(atMs, now(), retain.reports, 'calls') ?? dropped.refuses(atMs);
  const dirtyHours = options.dirtyHours ?? createDirtyHours(store, now);
  const recent = createRecentIds(countsOf);
  const kept = createRefusals(store);
  const books = createPriceBooks(store);
  const writer = options.writer ?? createGroupCommit({ store, dirtyHours, now });
  const refusals = new Map<string, number>();
  const durable = { spans: 0, calls: 0 };
  const appended = (spans: number, calls: number): void => {
    durable.spans += spans;
    durable.calls += calls;
    if (calls > 0) onAppended(calls);
  };
  const refused = (signal: Signal, all: readonly Refusal[], findings: Finding[]): void => {
    for (const refusal of all) {
      count(refusals, /^\w+/.exec(refusal.reason)?.[0] ?? 'other'); // the field; what follows can hold the sender's own names
      findings.push(findingOfRefusal(signal, refusal));
    }
  };
  const appending = new Set<Promise<unknown>>();
  /** Answers how many calls there were (what hands in a batch is none), and what the store would not take. */
  const appendNow = async (
    signal: Signal,
    gathered: RowsOfRequest,
    findings: Finding[],
    agent: string | null = null,
  ): Promise<{ calls: number; setApart: Refusal[] }> => {
    const work = keptBooks(gathered.books).then(() => writer.write(gathered.rows(), gathered.startedAtMicros));
    appending.add(work);
    let poisoned: Poisoned[];
    try {
      poisoned = await work;
    } finally {
      appending.delete(work);
    }
    const setApart = refusalsOf(poisoned);
    refused(signal, setApart, findings);
    await kept.note(findings, now());
    const { spans, calls } = gathered.count(poisoned);
    appended(spans, calls);
    connections?.saw(gathered.sources(), agent);
    return { calls, setApart };
  };
  /** The price books of these calls are durable before the calls are. */
  const keptBooks = async (all: ReadonlySet<PriceBook>): Promise<void> => {
    for (const book of all) await books.keep(book);
  };
  const tagged = (report: Report, told: Told): Report => {
    mappings?.see(told);
    return mappings?.tag(report, told) ?? report;
  };
  const decoded = async <T>(decode: () => T): Promise<T> => {
    try {
      return decode();
    } catch (error) {
      if (error instanceof OtlpError) await kept.note([UNREADABLE], now());
      throw error;
    }
  };
  const priced = (
    said: Report,
    signal: Signal,
    sent: Pick<Span, 'attributes' | 'resource'>,
    findings: Finding[],
  ): PricedReport => {
    const { report, findings: more } = checkReport(recent, said, signal, sent);
    findings.push(...more);
    return priceReport(report, prices());
  };
  /** Each span goes its whole way to a row before the next is read: what it was read into is gone by then. */
  const takeTraces = (body: Uint8Array, encoding: Encoding): Traces => {
    const gathered = gatherRows(now());
    const traces: Traces = { gathered, all: [], findings: [], accepted: 0, isPlatformTest: false };
    for (const span of readTraces(body, encoding)) {
      if (isRefusal(span)) traces.all.push(span);
      else takeSpan(span, traces);
    }
    return traces;
  };
  const takeSpan = (span: Span, traces: Traces): void => {
    const { gathered, all, findings } = traces;
    const refusal = refuseTime(span, now(), callTooOld);
    if (refusal) {
      all.push({ ...refusal, ...senderOf(span) });
      return;
    }
    const reading = normaliseSpan(span);
    const one = isReport(reading) ? priced(tagged(reading, span), 'span', span, findings) : null;
    if (one === null) findings.push(...findingsOfNoCall(reading, span));
    const old = tooOld(span.startMicros / 1000, now(), retain.spans, 'spans');
    if (old !== null && one === null) {
      const what = `span ${span.name} (${span.spanId})`;
      all.push({ what, reason: `startTimeUnixNano: ${old}`, ...senderOf(span) });
      return;
    }
    traces.accepted += 1;
    // A call is kept for longer than its place in a trace.
    if (old === null) {
      const row = { ...span, service: senderOf(span).service ?? null, callKey: null, attributes: {} };
      if (one && isToldBy(one.report, row)) one.span = row;
      else {
        gathered.span({
          ...row,
          callKey: one && one.report.role !== 'submit' ? callKey(one.report) : null,
          attributes: trimmed(keptAttributes(span.attributes)),
        });
        traces.isPlatformTest ||= span.scope === PLATFORM_SCOPE && span.name === 'anthropic.test';
      }
    }
    if (one) gathered.report(one);
  };
  return {
    async ingestTraces(body, encoding, agent = null) {
      const traces = await decoded(() => takeTraces(body, encoding));
      const { all, findings, gathered } = traces;
      refused('span', all, findings);
      const { calls, setApart } = await appendNow('span', gathered, findings, agent);
      if (traces.isPlatformTest) connections?.reached('claude-platform');
      return { accepted: traces.accepted - setApart.length, calls, refused: [...all, ...setApart] };
    },
    async ingestLogs(body, encoding, agent = null) {
      const { records, refused: all } = await decoded(() => decodeLogs(body, encoding));
      const gathered = gatherRows(now());
      const findings: Finding[] = [];
      const notKept = new Map<string, number>();
      let accepted = 0;
      for (const record of records) {
        const refusal = refuseLogTime(record, now(), callTooOld);
        if (refusal) {
          all.push({ ...refusal, ...senderOf(record) });
          continue;
        }
        const reading = normaliseLog(record);
        if (isReport(reading)) gathered.report(priced(tagged(reading, record), 'log record', record, findings));
        if (reading === null) {
          count(notKept, UNKNOWN_LOG);
          findings.push(finding('not-kept', 'log record', UNKNOWN_LOG, senderNamed(record)));
        } else accepted++;
      }
      refused('log record', all, findings);
      const { calls, setApart } = await appendNow('log record', gathered, findings, agent);
      return { accepted: accepted - setApart.length, calls, refused: [...all, ...setApart], notKept };
    },
    async ingestMetrics(body, encoding) {
      const { points, unread, refused: all } = await decoded(() => decodeMetrics(body, encoding));
      const notKept = new Map<string, number>();
      const findings: Finding[] = [];
      for (const point of points) {
        const reading = normaliseMetric(point);
        count(notKept, reading === null ? UNKNOWN_METRIC : (reading.advice ?? reading.noCall));
        findings.push(finding('not-kept', 'metric point', reading?.advice ?? UNKNOWN_METRIC, senderNamed(point)));
      }
      if (unread > 0) {
        count(notKept, UNKNOWN_METRIC, unread);
        findings.push(finding('not-kept', 'metric point', UNKNOWN_METRIC, { count: unread }));
      }
      refused('metric point', all, findings);
      await kept.note(findings, now());
      return { accepted: 0, calls: 0, refused: all, notKept };
    },
    async ingestReports(said) {
      const findings: Finding[] = [];
      const gathered = gatherRows(now());
      for (const report of said) {
        gathered.report(priced(report, 'posted call', { attributes: {}, resource: {} }, findings));
      }
      const { setApart } = await appendNow('posted call', gathered, findings);
      return setApart;
    },
    recall: async () => recent.recall(await recentReports(store, now())),
    note: (...findings) => kept.note(findings, now()),
    tooOld: callTooOld,
    refusals: () => refusals,
    counts: () => ({ ...durable }),
    waiting: () => null,
    async settled() {
      await Promise.allSettled(appending);
    },
  };
}

/** What has become of the spans of one request. */
interface Traces {
  gathered: RowsOfRequest;
  all: Refusal[];
  findings: Finding[];
  /** Spans that are kept, as a call or as a span. */
  accepted: number;
  isPlatformTest: boolean;
}

/** A span and its call are two rows; who sent them sent one thing. */
const refusalsOf = (poisoned: readonly Poisoned[]): Refusal[] =>
  [...new Map(poisoned.map((one) => [one.name, one])).values()].map(({ name, reason }) => ({
    what: name,
    reason: `the store could not take it and set it apart: ${reason}`,
  }));

const PLATFORM_SCOPE = 'com.anthropic.claude-platform';
const UNREADABLE = finding('refused', 'body', 'the body is no OTLP export of its kind: nothing of it is kept', {
  example: 'an export that is no valid protobuf or JSON, or has a list where none belongs',
});
const UNKNOWN_LOG = 'no source that is known here tells calls by them';
const UNKNOWN_METRIC = 'sums and histograms do not tell calls; send traces or log records';
const count = (counts: Map<string, number>, key: string, by = 1): void =>
  void counts.set(key, (counts.get(key) ?? 0) + by);
