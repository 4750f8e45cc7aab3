// Rows of many requests -> one insert a table. A request is told that its rows are durable when the insert that held them is,
// and the hours they touch are marked. One insert at a time; what comes meanwhile gathers for the next. What waits is bounded:
// beyond it the answer is "overloaded", at once, so that a sender keeps its rows and this process keeps its memory.
import type { DirtyHours } from './dirty-hours.ts';
import { insertOrSetApart, type Poisoned } from './set-apart.ts';
import { StoreError, type Store, type TableRows } from './store.ts';

/** Rows that can be called by a name, should one have to be set apart. */
export interface NamedRows extends TableRows {
  table: Table;
  nameOf(index: number): string;
}

/** Where append writes to. */
export interface Writer {
  /**
   * Resolves when the rows are durable and their hours (of these instants, microseconds) are marked; answers those set apart,
   * by their place in this request. Throws StoreError.
   */
  write(rows: readonly NamedRows[], startedAtMicros: readonly number[]): Promise<Poisoned[]>;
}

export interface GroupCommit extends Writer {
  /** What is held in memory until it is durable. */
  pending(): { rows: number; bytes: number };
  /** Resolves when all that waits at this moment is durable or has failed. */
  flushed(): Promise<void>;
}

export interface CommitLimits {
  /** How long rows gather for one insert at most, in milliseconds. */
  ms: number;
  /** An insert begins when so many rows have gathered. */
  rows: number;
  /** ... or so much text. */
  bytes: number;
  /** Beyond this much text held for the store, nothing more is taken. */
  mostPendingBytes: number;
}
/** Text of 8 MiB is about 3,000 calls with their spans: more in one insert gains nothing, and costs its memory five times. */
export const COMMIT_LIMITS: CommitLimits = {
  ms: 20,
  rows: 20_000,
  bytes: 8 * 1024 * 1024,
  mostPendingBytes: 48 * 1024 * 1024,
};

interface Request {
  rows: readonly NamedRows[];
  startedAtMicros: readonly number[];
  count: number;
  bytes: number;
  resolve(poisoned: Poisoned[]): void;
  reject(error: unknown): void;
}

export function createGroupCommit(options: {
  store: Store;
  dirtyHours: Pick<DirtyHours, 'mark'>;
  limits?: Partial<CommitLimits>;
  now?: () => number;
}): GroupCommit {
  const { store, dirtyHours, now = Date.now } = options;
  const limits = { ...COMMIT_LIMITS, ...options.limits };
  const gathered: Request[] = [];
  const held = { rows: 0, bytes: 0 };
  let flushing: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let lastEnded = -Infinity;

  /** As many requests as make one insert, in the order in which they came; at least one. */
  function take(): Request[] {
    let rows = 0;
    let bytes = 0;
    const until = gathered.findIndex((request, index) => {
      const over = index > 0 && (rows + request.count > limits.rows || bytes + request.bytes > limits.bytes);
      rows += request.count;
      bytes += request.bytes;
      return over;
    });
    return gathered.splice(0, until === -1 ? gathered.length : until);
  }

  async function flush(): Promise<void> {
    const requests = take();
    try {
      const poisoned = await commit(store, dirtyHours, requests, { nowMs: now() });
      for (const request of requests) request.resolve(poisoned.get(request) ?? []);
    } catch (error) {
      for (const request of requests) request.reject(error);
      // They would only wait for the same: whoever sent them keeps them, and sends again.
      if (error instanceof StoreError && error.code === 'unavailable') {
        for (const request of gathered.splice(0)) request.reject(error);
      }
    }
  }

  const isFull = (): boolean => {
    let rows = 0;
    let bytes = 0;
    return gathered.some((request) => {
      rows += request.count;
      bytes += request.bytes;
      return rows >= limits.rows || bytes >= limits.bytes;
    });
  };

  /** Begins the next insert now, or sets the time for it: at once when idle or when enough has gathered. */
  function schedule(): void {
    if (flushing !== null || gathered.length === 0) return;
    const wait = isFull() ? 0 : Math.max(0, lastEnded + limits.ms - performance.now());
    if (wait === 0) begin();
    else timer ??= setTimeout(begin, wait);
  }
  function begin(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    // What other requests bring in this turn of the event loop goes along.
    flushing = new Promise<void>((resolve) => setImmediate(resolve)).then(flush).finally(() => {
      flushing = null;
      lastEnded = performance.now();
      schedule();
    });
  }

  return {
    write(rows, startedAtMicros) {
      const count = rows.reduce((sum, { lines }) => sum + lines.length, 0);
      if (count === 0) return Promise.resolve([]);
      if (held.bytes >= limits.mostPendingBytes) {
        return Promise.reject(new StoreError('overloaded', 'more waits to be stored than fits in memory'));
      }
      const bytes = rows.reduce((sum, { lines }) => lines.reduce((part, line) => part + line.length + 1, sum), 0);
      held.rows += count;
      held.bytes += bytes;
      return new Promise<Poisoned[]>((resolve, reject) => {
        gathered.push({ rows, startedAtMicros, count, bytes, resolve, reject });
        schedule();
      }).finally(() => {
        held.rows -= count;
        held.bytes -= bytes;
      });
    },
    pending: () => ({ ...held }),
    async flushed() {
      while (flushing !== null || gathered.length > 0) {
        if (flushing === null) begin();
        await flushing;
      }
    },
  };
}

/** In this order: a call that is counted always has its span. */
export const TABLES = ['spans', 'batch_submits', 'reports'] as const;
export type Table = (typeof TABLES)[number];

interface Committed {
  rows: readonly NamedRows[];
  startedAtMicros: readonly number[];
}

/**
 * Writes the rows of these requests, one insert a table, and marks their hours. Answers what was set apart of each, by its place
 * in that request. Throws StoreError; then nothing is known of any of them.
 */
export async function commit<R extends Committed>(
  store: Store,
  dirtyHours: Pick<DirtyHours, 'mark'>,
  requests: readonly R[],
  options: { nowMs: number; token?: string },
): Promise<Map<R, Poisoned[]>> {
  const poisoned = new Map<R, Poisoned[]>();
  for (const table of TABLES) {
    const parts = requests.flatMap((request) =>
      request.rows.filter((rows) => rows.table === table).map((rows) => ({ request, rows })),
    );
    const [first] = parts;
    if (first === undefined) continue;
    const placeOf = (index: number): { request: R; rows: NamedRows; index: number } => {
      let left = index;
      for (const part of parts) {
        if (left < part.rows.lines.length) return { ...part, index: left };
        left -= part.rows.lines.length;
      }
      throw new Error('a row outside of what was written');
    };
    const lines = parts.length === 1 ? first.rows.lines : parts.flatMap(({ rows }) => rows.lines);
    const bad = await insertOrSetApart(
      store,
      { table, columns: first.rows.columns, lines },
      {
        ...options,
        nameOf: (index) => {
          const place = placeOf(index);
          return place.rows.nameOf(place.index);
        },
      },
    );
    for (const one of bad) {
      const { request, index } = placeOf(one.index);
      poisoned.set(request, [...(poisoned.get(request) ?? []), { ...one, index }]);
    }
  }
  await dirtyHours.mark(instantsOf(requests));
  return poisoned;
}

function* instantsOf(requests: readonly Committed[]): Iterable<number> {
  for (const { startedAtMicros } of requests) yield* startedAtMicros;
}
