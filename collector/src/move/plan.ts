// What a move has done so far, kept on the target in the table `moved`, so that one that was interrupted goes on: which ledger it
// is, its pieces as they were cut when it began, those that are in, and that it has ended.
import type { Piece } from '../backup/pieces.ts';
import type { Store } from '../store/store.ts';

export interface Plan {
  /** Says which ledger, and in which state: not the same once a call was added to it. */
  ledger: string;
  pieces: readonly Piece[];
  /** Numbers of the pieces that are on the target, durably. */
  moved: ReadonlySet<number>;
  /** All pieces are in, and both sides counted the same. */
  ended: boolean;
}

const TABLE = `CREATE TABLE IF NOT EXISTS moved
(
    ledger String,
    step LowCardinality(String),
    piece UInt32,
    from_table String,
    condition String,
    rows UInt64,
    at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = MergeTree
ORDER BY (step, piece)`;

type Row = { ledger: string; step: string; piece: number; from_table: string; condition: string; rows: number };

/** Null: no move into this database has begun. */
export async function readPlan(target: Store): Promise<Plan | null> {
  const [there] = await target.query<{ columns: number }>(
    `SELECT count() AS columns FROM system.columns WHERE database = currentDatabase() AND table = 'moved'`,
  );
  if (!Number(there?.columns)) return null;
  const rows = await target.query<Row>('SELECT * FROM moved ORDER BY step, piece');
  const [first] = rows;
  if (first === undefined) return null;
  const of = (step: string): Row[] => rows.filter((row) => row.step === step);
  return {
    ledger: first.ledger,
    pieces: of('planned').map(({ from_table, condition, rows: count }) => ({
      table: from_table,
      where: condition,
      rows: Number(count),
    })),
    moved: new Set(of('moved').map(({ piece }) => piece)),
    ended: of('ended').length > 0,
  };
}

/** All pieces in one insert: a plan is there whole or not at all. */
export async function writePlan(target: Store, ledger: string, pieces: readonly Piece[]): Promise<Plan> {
  await target.command(TABLE);
  await target.insert(
    'moved',
    pieces.map(({ table, where, rows }, piece) => ({
      ledger,
      step: 'planned',
      piece,
      from_table: table,
      condition: where,
      rows,
    })),
  );
  return { ledger, pieces, moved: new Set(), ended: false };
}

export const noteMoved = (target: Store, { ledger }: Plan, piece: number): Promise<void> =>
  target.insert('moved', [{ ledger, step: 'moved', piece }]);

export const noteEnded = (target: Store, { ledger }: Plan): Promise<void> =>
  target.insert('moved', [{ ledger, step: 'ended', piece: 0 }]);
