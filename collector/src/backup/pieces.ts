// The ledger as pieces of its tables that are small enough to be in memory one at a time: for a backup, and for moving to a server.
import type { Store } from '../store/store.ts';

/** About so many rows a piece: some tens of megabytes. */
const PIECE_ROWS = 50_000;
/** A piece with more is divided, as far as the grain goes. */
const MOST_ROWS = 2 * PIECE_ROWS;
/** What the copy makes by itself (every hour with reports is settled anew there), or what is no part of the ledger. */
const LEFT_OUT = new Set(['migrations', 'dirty_hours', 'open_calls', 'leases', 'moved']);
/** Its rows are summed by key when parts are merged: few, and not the same number from one moment to the next. */
const WHOLE = new Set(['refusals']);

export interface LedgerTable {
  table: string;
  /** What pieces are ranges of, as SQL, coarsest first: the table is read in the order of the first. None: it is one piece. */
  grains: readonly string[];
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
    .map(({ table, columns }) => ({ table, grains: WHOLE.has(table) ? [] : grainsOf(columns) }));
}

function grainsOf(columns: readonly string[]): string[] {
  if (columns.includes('started_at'))
    return ['toStartOfHour(started_at)', 'toStartOfMinute(started_at)', 'toStartOfSecond(started_at)'];
  return columns.includes('hour') ? ['hour'] : [];
}

/** Ranges of time with about PIECE_ROWS rows each, of the rows that meet the conditions. */
export async function piecesOf(
  store: Store,
  { table, grains }: LedgerTable,
  conditions: readonly string[] = [],
): Promise<Piece[]> {
  const [grain, ...finer] = grains;
  const all = conditions.join(' AND ') || '1';
  if (grain === undefined) {
    const [row] = await store.query<{ rows: number }>(`SELECT count() AS rows FROM ${table} WHERE ${all}`);
    return [{ table, where: all, rows: Number(row?.rows) }];
  }
  const times = await store.query<{ at: number; rows: number }>(
    `SELECT toUnixTimestamp(${grain}) AS at, count() AS rows FROM ${table} WHERE ${all} GROUP BY at ORDER BY at`,
  );
  const pieces: Piece[] = [];
  for (const { first, last, rows } of rangesOf(times)) {
    const within = [...conditions, `${grain} >= toDateTime(${first}, 'UTC')`, `${grain} <= toDateTime(${last}, 'UTC')`];
    if (rows > MOST_ROWS && finer.length > 0) pieces.push(...(await piecesOf(store, { table, grains: finer }, within)));
    else pieces.push({ table, where: within.join(' AND '), rows });
  }
  return pieces;
}

function rangesOf(times: readonly { at: number; rows: number }[]): { first: number; last: number; rows: number }[] {
  const ranges: { first: number; last: number; rows: number }[] = [];
  for (const { at, rows } of times) {
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
