// Which roll-up answers: a closed map from the dimensions that a question names to the smallest table that has them. Each table
// has the sums of an hour; `<table>_days` has the same by day (UTC) and by blocks of days.
import type { Dimension } from '../contract.ts';
import { DIMENSION_COLUMNS } from './merged-calls.ts';
import { SMALL_ROLLUPS } from './small-rollups.ts';
import { ROLLUP_DIMENSIONS, SINGLE_DIMENSIONS, SKETCH_DIMENSIONS } from './sums.ts';

const OF_DIMENSIONS = ['rollup', 'rollup_sketches', 'rollup_by'];
/** All tables of roll-ups: what is kept and dropped together. */
export const HOUR_TABLES: readonly string[] = [...OF_DIMENSIONS, ...SMALL_ROLLUPS.map(({ table }) => table)];
export const DAY_TABLES: readonly string[] = HOUR_TABLES.map((table) => `${table}_days`);

export interface Rollup {
  table: 'rollup' | 'rollup_sketches' | 'rollup_by';
  /** A conversation is over within hours: days of it would be no fewer rows. */
  days: boolean;
  /** The expression of a dimension over the table's rows. */
  columnOf(dimension: Dimension): string;
  /** Which of the table's rows these are. */
  rows: string;
  /** Hours that were settled by an earlier version have no such rows. */
  ofPeople: boolean;
}

/** `asked`: all that the question groups or filters by. Null: the calls themselves have to be read. */
export function rollupFor(asked: readonly Dimension[], quantiles: boolean): Rollup | null {
  const dimensions = [...new Set(asked)];
  const [one] = dimensions;
  if (dimensions.length <= 1) {
    if (one !== undefined && !SINGLE_DIMENSIONS.includes(one)) return null;
    if (one === 'conversationId' && quantiles) return null;
    return {
      table: 'rollup_by',
      days: one !== 'conversationId',
      columnOf: () => 'value',
      rows: `dimension = '${one ?? ''}'`,
      ofPeople: one !== undefined && !ROLLUP_DIMENSIONS.includes(one),
    };
  }
  const plain = {
    days: true,
    columnOf: (dimension: Dimension) => DIMENSION_COLUMNS[dimension],
    rows: '1',
    ofPeople: false,
  };
  if (dimensions.every((dimension) => SKETCH_DIMENSIONS.includes(dimension))) {
    return { table: 'rollup_sketches', ...plain };
  }
  if (quantiles || !dimensions.every((dimension) => ROLLUP_DIMENSIONS.includes(dimension))) return null;
  return { table: 'rollup', ...plain };
}
