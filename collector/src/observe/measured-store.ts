// The store, measured: how long inserts and other statements take, how many rows an insert has, what failed and when last.
import { Counter, Histogram, type Registry } from 'prom-client';
import { StoreError, type Store } from '../store/store.ts';

export interface InsertFailure {
  atMs: number;
  code: StoreError['code'];
}

export interface MeasuredStore {
  store: Store;
  /** The last insert that failed; null when one has succeeded since, or none has failed. */
  lastInsertFailure(): InsertFailure | null;
}

export function measureStore(inner: Store, registry: Registry, now: () => number = Date.now): MeasuredStore {
  const registers = [registry];
  const inserts = new Histogram({
    name: 'spanledger_insert_duration_seconds',
    help: 'Inserts that are durable, by table.',
    labelNames: ['table'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const rows = new Histogram({
    name: 'spanledger_insert_rows',
    help: 'Rows of one insert, by table.',
    labelNames: ['table'],
    buckets: [1, 10, 100, 1_000, 5_000, 10_000, 20_000, 50_000],
    registers,
  });
  const statements = new Histogram({
    name: 'spanledger_statement_duration_seconds',
    help: 'Statements that are no inserts, by kind: query or command.',
    labelNames: ['kind'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const failures = new Counter({
    name: 'spanledger_store_failures_total',
    help: 'Statements that failed, by kind and code.',
    labelNames: ['kind', 'code'],
    registers,
  });
  let failed: InsertFailure | null = null;

  async function timed<T>(
    kind: 'insert' | 'query' | 'command',
    work: () => Promise<T>,
    done: (seconds: number) => void,
  ) {
    const begun = performance.now();
    try {
      const answer = await work();
      done((performance.now() - begun) / 1000);
      return answer;
    } catch (error) {
      const code = error instanceof StoreError ? error.code : 'unavailable';
      failures.inc({ kind, code });
      // A row that was refused says nothing of the store.
      if (kind === 'insert' && code !== 'rejected') failed = { atMs: now(), code };
      throw error;
    }
  }
  const insert = (table: string, count: number, work: () => Promise<void>): Promise<void> =>
    timed('insert', work, (seconds) => {
      failed = null;
      inserts.observe({ table }, seconds);
      rows.observe({ table }, count);
    });
  const other = (kind: 'query' | 'command') => (seconds: number) => statements.observe({ kind }, seconds);
  return {
    store: {
      storage: inner.storage,
      query: (sql, parameters) => timed('query', () => inner.query(sql, parameters), other('query')),
      command: (sql, parameters) => timed('command', () => inner.command(sql, parameters), other('command')),
      insert: (table, all) => insert(table, all.length, () => inner.insert(table, all)),
      insertLines: (lines, token) => insert(lines.table, lines.lines.length, () => inner.insertLines(lines, token)),
      native: (sql) => timed('query', () => inner.native(sql), other('query')),
      ...(inner.written ? { written: inner.written } : {}),
      close: () => inner.close(),
    },
    lastInsertFailure: () => failed,
  };
}
