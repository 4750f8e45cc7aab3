// Rows -> the table they belong to; where ClickHouse refuses some for what is in them, those alone go to the table `poison`.
// Finds them by halves: a refused half is halved again until one row is left. What is wrong with the store as a whole (no row
// goes in, for another reason than its values) is thrown on and sets nothing apart.
import { toDateTime } from './kept-rows.ts';
import { StoreError, type Store, type TableRows } from './store.ts';

/** A row that was set apart: its place among the rows that were handed in, and what ClickHouse said, without values. */
export interface Poisoned {
  table: string;
  index: number;
  name: string;
  reason: string;
}

const LONGEST_ROW = 16_384;
/** Kept so that somebody can mend what sends them; more of them say nothing new. */
const MOST_KEPT = 10_000;

export interface PoisonCount {
  table: string;
  rows: number;
  lastAt: string;
  /** What ClickHouse said of the last one. */
  reason: string;
}

export async function countPoison(store: Store): Promise<PoisonCount[]> {
  const rows = await store.query<{ of: string; rows: number; last: number; reason: string }>(
    'SELECT table AS of, count() AS rows, toUnixTimestamp64Milli(max(at)) AS last, argMax(reason, at) AS reason FROM poison GROUP BY table ORDER BY table',
  );
  return rows.map(({ of, last, ...rest }) => ({ table: of, ...rest, lastAt: new Date(last).toISOString() }));
}

/** Resolves when every row is in its table or set apart, durably. Throws StoreError. */
export async function insertOrSetApart(
  store: Store,
  rows: TableRows,
  options: { nameOf: (index: number) => string; nowMs: number; token?: string | undefined },
): Promise<Poisoned[]> {
  const bad: (Poisoned & { error: StoreError })[] = [];
  let stored = 0;
  const insert = async (from: number, to: number): Promise<void> => {
    const part = from === 0 && to === rows.lines.length ? rows : { ...rows, lines: rows.lines.slice(from, to) };
    const token = options.token === undefined ? undefined : `${options.token}-${rows.table}-${from}-${to}`;
    try {
      await store.insertLines(part, token);
      stored += to - from;
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'rejected') throw error;
      if (to - from === 1) {
        const reason = error.cause instanceof Error ? error.cause.message : error.message;
        bad.push({ table: rows.table, index: from, name: options.nameOf(from), reason, error });
        return;
      }
      const middle = (from + to) >> 1;
      await insert(from, middle);
      await insert(middle, to);
    }
  };
  await insert(0, rows.lines.length);
  const strange = bad.find(({ error }) => !error.ofData);
  if (stored === 0 && strange) throw strange.error;
  if (bad.length > 0) await keep(store, rows, bad, options.nowMs);
  return bad.map(({ table, index, name, reason }) => ({ table, index, name, reason }));
}

async function keep(store: Store, rows: TableRows, bad: readonly Poisoned[], nowMs: number): Promise<void> {
  const [kept] = await store.query<{ count: number }>('SELECT count() AS count FROM poison');
  await store.insert(
    'poison',
    bad.slice(0, Math.max(0, MOST_KEPT - (kept?.count ?? 0))).map(({ table, index, name, reason }) => {
      const values = JSON.parse(rows.lines[index] ?? '[]') as unknown[];
      const row = JSON.stringify(Object.fromEntries(rows.columns.map((column, at) => [column, values[at]])));
      return {
        at: toDateTime(new Date(nowMs).toISOString()),
        table,
        name,
        reason,
        row: row.slice(0, LONGEST_ROW).replace(/\p{Surrogate}/gu, '\ufffd'),
      };
    }),
  );
}
