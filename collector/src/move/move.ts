// A ledger of the embedded engine -> a ClickHouse server or cluster, piece by piece. A piece goes in under a token that the
// server knows it by, and is noted when it is in: whatever is killed in between, the next run goes on there and no row is there
// twice. At the end both sides are counted.
import { differences, ledgerSums, type LedgerSums } from '../backup/manifest.ts';
import { piecesOf, settleAnew, tablesOf, type Piece } from '../backup/pieces.ts';
import { migrate } from '../store/migrate.ts';
import type { Store } from '../store/store.ts';
import { noteEnded, noteMoved, readPlan, writePlan, type Plan } from './plan.ts';

/** The message says why, and what to do. */
export class MoveRefused extends Error {
  override readonly name = 'MoveRefused';
}

export interface MoveProgress {
  /** Rows that were on the target when this run began. */
  before: number;
  rows: number;
  of: number;
}

/** Throws MoveRefused, or StoreError when a side goes away: then the same again goes on where it stopped. */
export async function moveLedger(
  source: Store,
  target: Store,
  onProgress: (progress: MoveProgress) => void,
): Promise<LedgerSums> {
  const sums = await ledgerSums(source);
  const ledger = await nameOf(source, sums);
  const begun = await readPlan(target);
  if (begun === null) await refuseRows(target);
  else if (begun.ended) throw new MoveRefused('it holds a ledger that was moved there already; nothing was changed');
  else if (begun.ledger !== ledger) {
    throw new MoveRefused(
      'it holds a part of another ledger, or of this one from before calls came in: name another database, or drop that one',
    );
  }
  await migrate(target);
  await refuseCollector(target);
  const plan = begun ?? (await writePlan(target, ledger, await cut(source)));
  await rememberTokens(target, plan, true);
  await movePieces(source, target, plan, onProgress);
  await settleAnew(target);
  await rememberTokens(target, plan, false);
  const different = [...differences(await ledgerSums(target), sums), ...(await otherCounts(source, target))];
  if (different.length > 0)
    throw new MoveRefused(`it does not hold what is here: ${different.join(', ')}; drop that database and begin anew`);
  await noteEnded(target, plan);
  return sums;
}

/** When the ledger began and what it holds. */
async function nameOf(source: Store, sums: LedgerSums): Promise<string> {
  const [row] = await source.query<{ began: string }>('SELECT toString(min(applied_at)) AS began FROM migrations');
  return JSON.stringify({ began: row?.began, ...sums });
}

async function cut(source: Store): Promise<Piece[]> {
  const pieces: Piece[] = [];
  for (const table of await tablesOf(source)) pieces.push(...(await piecesOf(source, table)));
  return pieces.filter(({ rows }) => rows > 0);
}

/** Asked before anything is made there: it may be anybody's database. */
async function refuseRows(target: Store): Promise<void> {
  for (const { table } of await tablesOf(target)) {
    const [row] = await target.query<{ rows: number }>(`SELECT count() AS rows FROM ${quoted(table)}`);
    if (Number(row?.rows) > 0) {
      throw new MoveRefused(
        `it holds rows that are not of this move (table ${table}): name another database, or drop that one`,
      );
    }
  }
}

/** One that runs there would settle hours of which a part is missing, and take calls that are in no count. */
async function refuseCollector(target: Store): Promise<void> {
  const [row] = await target.query<{ held: number }>(
    `SELECT count() AS held FROM (
SELECT argMax(holder, term) AS last_holder, max(at) AS last_at FROM leases WHERE name = 'ledger' GROUP BY name
) WHERE last_holder != '' AND last_at > now64(3) - toIntervalMinute(1)`,
  );
  if (Number(row?.held) > 0)
    throw new MoveRefused('a collector runs on it, or did less than a minute ago: stop it, and start the move again');
}

/** While a piece may have to be sent again. Not for longer: rows without a token would then be known by what they hold. */
async function rememberTokens(target: Store, { pieces }: Plan, remember: boolean): Promise<void> {
  const values = { non_replicated_deduplication_window: 1_000, replicated_deduplication_window_seconds: 7 * 86_400 };
  const settings = Object.entries(values).map(([name, value]) => (remember ? `${name} = ${value}` : name));
  const change = `${remember ? 'MODIFY' : 'RESET'} SETTING ${settings.join(', ')}`;
  for (const table of new Set(pieces.map((piece) => piece.table)))
    await target.command(`ALTER TABLE ${table} ${change}`);
}

async function movePieces(
  source: Store,
  target: Store,
  plan: Plan,
  onProgress: (progress: MoveProgress) => void,
): Promise<void> {
  const sum = (pieces: readonly Piece[]): number => pieces.reduce((rows, piece) => rows + piece.rows, 0);
  const before = sum(plan.pieces.filter((_, number) => plan.moved.has(number)));
  const of = sum(plan.pieces);
  let rows = before;
  for (const [number, piece] of plan.pieces.entries()) {
    if (plan.moved.has(number)) continue;
    const bytes = await source.native(`SELECT * FROM ${piece.table} WHERE ${piece.where}`);
    await target.insertNative?.(piece.table, bytes, `move-${number}-${plan.ledger}`);
    await noteMoved(target, plan, number);
    rows += piece.rows;
    onProgress({ before, rows, of });
  }
}

/** Tables that have not as many rows there. Where a merge leaves one row of several out, that one is not counted. */
async function otherCounts(source: Store, target: Store): Promise<string[]> {
  const engines = await source.query<{ name: string; engine: string }>(
    'SELECT name, engine FROM system.tables WHERE database = currentDatabase()',
  );
  const merged = new Set(engines.filter(({ engine }) => engine !== 'MergeTree').map(({ name }) => name));
  const found: string[] = [];
  for (const { table } of await tablesOf(source)) {
    const count = `SELECT count() AS rows FROM ${table}${merged.has(table) ? ' FINAL' : ''}`;
    const [[here], [there]] = await Promise.all([
      source.query<{ rows: number }>(count),
      target.query<{ rows: number }>(count),
    ]);
    if (Number(here?.rows) !== Number(there?.rows))
      found.push(`table ${table} has ${Number(there?.rows)} rows of ${Number(here?.rows)}`);
  }
  return found;
}

const quoted = (name: string): string => `\`${name}\``;
