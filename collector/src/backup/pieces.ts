// The ledger as pieces of its tables that are small enough to be in memory one at a time: for a backup, and for moving to a server.
import type { Store } from '../store/store.ts';

/** About so many rows a piece: some tens of megabytes. An hour is never divided. */
const PIECE_ROWS = 50_000;
/** What the copy makes by itself (every hour with reports is settled anew there), or what is no part of the ledger. */
const LEFT_OUT = new Set(['migrations', 'dirty_hours', 'open_calls', 'leases', 'moved']);
/** Its rows are summed by key when parts are merged: few, and not the same number from one moment to the next. */
const WHOLE = new Set(['refusals']);

export interface LedgerTable {
  table: string;
  /** The hour of a row, as SQL; null: the table is one piece. */
  hour: string | null;
}

export interface Piece {
  table: string;
  /** The condition under which a row belongs to the piece, as SQL. */
  where: string;
  rows: number;
}

/** `dropped` last: hours whose reports are dropped meanwhile must not look dropped where the copy still has the reports' hours. */
export async function tablesOf(store: Store): Promise<LedgerTable[]> {
  const rows = await store.query<{ table: string; columns: string[] }>(
    `SELECT table, groupArray(name) AS columns FROM system.columns WHERE database = currentDatabase() GROUP BY table
ORDER BY table = 'dropped', table`,
  );
  return rows
    .filter(({ table }) => !LEFT_OUT.has(table) && !table.startsWith('.'))
    .map(({ table, columns }) => ({ table, hour: WHOLE.has(table) ? null : hourOf(columns) }));
}

const hourOf = (columns: readonly string[]): string | null =>
  columns.includes('started_at') ? 'toStartOfHour(started_at)' : columns.includes('hour') ? 'hour' : null;

/** Ranges of hours with about PIECE_ROWS rows each, of the rows that meet the conditions. */
export async function piecesOf(
  store: Store,
  { table, hour }: LedgerTable,
  conditions: readonly string[] = [],
): Promise<Piece[]> {
  const all = conditions.join(' AND ') || '1';
  if (hour === null) {
    const [row] = await store.query<{ rows: number }>(`SELECT count() AS rows FROM ${table} WHERE ${all}`);
    return [{ table, where: all, rows: Number(row?.rows) }];
  }
  const hours = await store.query<{ at: number; rows: number }>(
    `SELECT toUnixTimestamp(${hour}) AS at, count() AS rows FROM ${table} WHERE ${all} GROUP BY at ORDER BY at`,
  );
  return rangesOf(hours).map(({ first, last, rows }) => ({
    table,
    where: [...conditions, `${hour} >= toDateTime(${first}, 'UTC')`, `${hour} <= toDateTime(${last}, 'UTC')`].join(
      ' AND ',
    ),
    rows,
  }));
}

function rangesOf(hours: readonly { at: number; rows: number }[]): { first: number; last: number; rows: number }[] {
  const ranges: { first: number; last: number; rows: number }[] = [];
  for (const { at, rows } of hours) {
    const range = ranges.at(-1);
    if (range === undefined || range.rows >= PIECE_ROWS) ranges.push({ first: at, last: at, rows: Number(rows) });
    else {
      range.last = at;
      range.rows += Number(rows);
    }
  }
  return ranges;
}

/** Every hour with reports is worked out anew; those whose reports are gone keep the roll-up they have. */
export const settleAnew = (store: Store): Promise<void> =>
  // Later than what any hour was settled with, also where the clock that told it was ahead of this one.
  store.command(
    `INSERT INTO dirty_hours SELECT toStartOfHour(started_at) AS hour,
greatest(now64(6, 'UTC'), (SELECT max(through) FROM settled) + toIntervalMicrosecond(1)) FROM reports GROUP BY hour`,
  );
