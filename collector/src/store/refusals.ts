// Findings -> the table `refusals`, counted by the hour. Telling of what went wrong must not make more go wrong: a write that
// fails is tried again with the next one, and never fails the ingest it belongs to.
import type { Finding } from '../calls/finding.ts';
import { toDateTime } from './kept-rows.ts';
import type { Store } from './store.ts';

const HOUR_MS = 3_600_000;
/** Senders choose the names of scopes and services: those of an hour beyond so many are counted together. */
const MOST_GROUPS = 500;
const LONGEST_EXAMPLE = 300;
const OTHERS = '(others)';

interface Row extends Finding {
  hour: number;
  lastMs: number;
}

export interface Refusals {
  /** Resolves when they are written, or kept for the next time. Never throws. */
  note(findings: readonly Finding[], nowMs: number): Promise<void>;
}

export function createRefusals(store: Store): Refusals {
  const pending = new Map<string, Row>();
  let groups = new Set<string>();
  let hourOfGroups = 0;

  const add = (row: Row): void => {
    const key = JSON.stringify([row.hour, row.kind, row.signal, row.reason, row.source, row.service]);
    const known = pending.get(key);
    pending.set(key, known ? merged(known, row) : row);
  };
  /** As it is while the hour has room for its group, else among the others. */
  const withinBounds = (row: Row): Row => {
    if (row.hour !== hourOfGroups) [groups, hourOfGroups] = [new Set(), row.hour];
    const group = JSON.stringify([row.kind, row.reason, row.source, row.service]);
    if (groups.size < MOST_GROUPS) groups.add(group);
    return groups.has(group) ? row : { ...row, source: OTHERS, service: OTHERS };
  };
  const write = async (): Promise<void> => {
    const rows = [...pending.values()];
    if (rows.length === 0) return;
    pending.clear();
    try {
      await store.insert('refusals', rows.map(rowOf));
    } catch {
      // The store says so itself where it matters: at the next export, which it cannot take either.
      for (const row of rows) add(row);
    }
  };
  // One insert at a time: what is noted meanwhile is in the next, however many requests note it.
  let writing: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  const begin = (): Promise<void> => {
    next = null;
    const work = write().finally(() => {
      if (writing === work) writing = null;
    });
    writing = work;
    return work;
  };
  return {
    async note(findings, nowMs) {
      const hour = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
      for (const one of findings) add(withinBounds({ ...one, hour, lastMs: nowMs }));
      if (pending.size === 0) return;
      next ??= writing === null ? null : writing.then(begin);
      await (next ?? begin());
    },
  };
}

const merged = (one: Row, other: Row): Row => ({
  ...(other.lastMs >= one.lastMs ? other : one),
  count: one.count + other.count,
  lastMs: Math.max(one.lastMs, other.lastMs),
  largestMs: Math.max(one.largestMs, other.largestMs),
});

const rowOf = (row: Row): Record<string, unknown> => ({
  hour: toDateTime(new Date(row.hour).toISOString()).slice(0, 19),
  kind: row.kind,
  signal: row.signal,
  reason: storable(row.reason),
  source: storable(row.source),
  service: storable(row.service),
  count: row.count,
  last_at: toDateTime(new Date(row.lastMs).toISOString()),
  example: storable(row.example.slice(0, LONGEST_EXAMPLE)),
  example_call: storable(row.exampleCall),
  largest_ms: row.largestMs,
});

/** Half a surrogate pair, also one made by cutting, is no text to ClickHouse. */
const storable = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd');
