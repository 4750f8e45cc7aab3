// The pipeline in front of a ClickHouse server: what the server does not take now is kept on local disk as it came, and is
// acknowledged from there. One replayer brings it in, oldest first, when the server answers again. A request that could not be
// read is refused in both cases alike: it is read before it is kept, and read again, with the prices known then, on its way in.
import { createHash } from 'node:crypto';
import { createPipeline, type Pipeline } from '../pipeline.ts';
import type { Clock, Log } from '../ports.ts';
import type { RetainDays } from '../retention/age.ts';
import type { Dropped } from '../retention/dropped.ts';
import { StoreError, type Store } from '../store/store.ts';
import { readRecord, writeRecord, type SpooledRequest } from './record.ts';
import type { Segments } from './segments.ts';

const RETRY_MS = 1_000;

/** The way into a store that has been reached once. */
export interface WayIn {
  pipeline: Pipeline;
  /** Rejects while the store does not answer. */
  probe(): Promise<unknown>;
  /** Resolves when all that was read from these requests is in the store. The same token stands for the same requests. */
  replay(requests: readonly SpooledRequest[], token: string): Promise<void>;
}

export interface SpooledPipeline extends Pipeline {
  /** From now on requests go to the store, and what waits is replayed. */
  open(way: WayIn): void;
  /** Why requests are kept here instead of in the store; null while they are not. */
  closedBecause(): string | null;
  /** Ends the replay; what waits is there for the next start. */
  stop(): Promise<void>;
}

export function createSpooledPipeline(options: {
  segments: Segments;
  retain?: RetainDays;
  dropped?: Pick<Dropped, 'refuses'>;
  clock: Clock;
  log: Log;
}): SpooledPipeline {
  const { segments, clock, log } = options;
  /** Reads, refuses and keeps nothing. */
  const reader = createPipeline({
    store: NOWHERE,
    writer: { write: async () => [] },
    now: clock.now,
    ...(options.retain ? { retain: options.retain } : {}),
    ...(options.dropped ? { dropped: options.dropped } : {}),
  });
  let way: WayIn | null = null;
  let closed: string | null = 'the store has not been reached since the start';
  let stopped = false;
  let cancel: (() => void) | null = null;
  let replaying: Promise<void> = Promise.resolve();

  function close(error: unknown): void {
    const reason = reasonOf(error);
    if (closed === null) log.warn('the store does not answer; what comes is kept in the spool', { error });
    closed = reason;
    schedule();
  }
  function schedule(): void {
    if (stopped || way === null || cancel !== null) return;
    cancel = clock.after(RETRY_MS, () => {
      replaying = replayAll()
        .catch(close)
        .finally(() => {
          cancel = null;
          if (closed !== null || segments.waiting() !== null) schedule();
        });
    });
  }
  function reached(): void {
    if (closed !== null) log.info('the store answers', { waiting: segments.waiting() });
    closed = null;
  }

  async function replayAll(): Promise<void> {
    if (way === null) return;
    await way.probe();
    while (!stopped) {
      const segment = await segments.oldest();
      if (segment === null) break;
      if (segment.cut > 0) log.warn('the end of a spool file was cut off', { name: segment.name, bytes: segment.cut });
      const requests = await Promise.all(segment.records.map(readRecord));
      const hash = createHash('sha256');
      for (const record of segment.records) hash.update(record);
      await way.replay(requests, `${segment.name}-${hash.digest('hex').slice(0, 32)}`);
      await segments.remove(segment);
      reached();
    }
    reached();
  }

  /** Into the store, or else, when it is the store that fails, into the spool. */
  async function storeOrKeep<T>(
    store: (pipeline: Pipeline) => Promise<T>,
    read: () => Promise<T>,
    kept: (answer: T) => { rows: number; request: SpooledRequest },
  ): Promise<T> {
    if (way !== null && closed === null) {
      try {
        return await store(way.pipeline);
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        if (error.code !== 'overloaded') close(error);
      }
    }
    const answer = await read();
    const { rows, request } = kept(answer);
    if (rows > 0) {
      await segments.add(await writeRecord(request), rows);
      schedule();
    }
    return answer;
  }

  return {
    ingestTraces: (body, encoding, agent = null) =>
      storeOrKeep(
        (pipeline) => pipeline.ingestTraces(body, encoding, agent),
        () => reader.ingestTraces(body, encoding, agent),
        ({ accepted }) => ({
          rows: accepted,
          request: { kind: 'traces', encoding, agent, receivedMs: clock.now(), body },
        }),
      ),
    ingestLogs: (body, encoding, agent = null) =>
      storeOrKeep(
        (pipeline) => pipeline.ingestLogs(body, encoding, agent),
        () => reader.ingestLogs(body, encoding, agent),
        ({ calls }) => ({ rows: calls, request: { kind: 'logs', encoding, agent, receivedMs: clock.now(), body } }),
      ),
    ingestMetrics: (body, encoding) => (closed === null && way ? way.pipeline : reader).ingestMetrics(body, encoding),
    ingestReports: (reports) =>
      storeOrKeep(
        (pipeline) => pipeline.ingestReports(reports),
        () => reader.ingestReports(reports),
        (refused) => ({
          rows: reports.length - refused.length,
          request: { kind: 'reports', receivedMs: clock.now(), reports },
        }),
      ),
    recall: async () => way?.pipeline.recall(),
    note: async (...findings) => (closed === null ? way?.pipeline.note(...findings) : undefined),
    refusals: () => {
      const sum = new Map(reader.refusals());
      for (const [reason, count] of way?.pipeline.refusals() ?? []) sum.set(reason, (sum.get(reason) ?? 0) + count);
      return sum;
    },
    counts() {
      const [kept, stored] = [reader.counts(), way?.pipeline.counts() ?? { spans: 0, calls: 0 }];
      return { spans: kept.spans + stored.spans, calls: kept.calls + stored.calls };
    },
    tooOld: reader.tooOld,
    settled: async () => way?.pipeline.settled(),
    waiting: segments.waiting,
    open(opened) {
      way = opened;
      closed = null;
      schedule();
    },
    closedBecause: () => closed,
    async stop() {
      stopped = true;
      cancel?.();
      await replaying;
      await segments.close();
    },
  };
}

/** What the operator is told: the driver's words have the reason, not a sender's values. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== ''
    ? `${error.message}: ${error.cause.message}`
    : error.message;
}

/** Refusals that are noted while the store is away are noted when the request is replayed. */
const NOWHERE: Store = {
  storage: 'server',
  query: async () => [],
  insert: async () => {},
  insertLines: async () => {},
  native: async () => Buffer.alloc(0),
  command: async () => {},
  close: async () => {},
};
