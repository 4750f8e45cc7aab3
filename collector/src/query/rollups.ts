// Which roll-up answers: a closed map from the dimensions that a question names to the smallest table that has them. Each table
// has the sums of an hour; `<table>_days` has the same by day (UTC) and by blocks of days.
import type { Dimension } from '../contract.ts';
import { DIMENSION_COLUMNS, isBanded } from './merged-calls.ts';
import { SHAPE_WITH_BANDS, SHAPE_WITH_PEOPLE } from './ledger-state.ts';
import { SMALL_ROLLUPS } from './small-rollups.ts';
import {
  PAIR_DIMENSIONS,
  PAIR_SUMS,
  ROLLUP_DIMENSIONS,
  SINGLE_DIMENSIONS,
  SKETCH_DIMENSIONS,
  SKETCHES,
  SKETCHES_OF_PEOPLE,
  type Sketch,
} from './sums.ts';

const OF_DIMENSIONS = ['rollup', 'rollup_sketches', 'rollup_by', 'rollup_latency'];
/** All tables of roll-ups: what is kept and dropped together. */
export const HOUR_TABLES: readonly string[] = [...OF_DIMENSIONS, ...SMALL_ROLLUPS.map(({ table }) => table)];
export const DAY_TABLES: readonly string[] = HOUR_TABLES.map((table) => `${table}_days`);

export interface Rollup {
  table: 'rollup' | 'rollup_sketches' | 'rollup_by' | 'rollup_latency';
  /** A conversation is over within hours: days of it would be no fewer rows. */
  days: boolean;
  /** The expression of a dimension over the table's rows. */
  columnOf(dimension: Dimension): string;
  /** Which of the table's rows these are. */
  rows: string;
  /** Hours that were settled in an earlier shape lack these rows, or a column of them. */
  shape: number;
}

/**
 * `asked`: all that the question groups or filters by; `columns`: the sums, sketches and maxima it is answered from. Null: the
 * calls themselves have to be read.
 */
export function rollupFor(asked: readonly Dimension[], columns: readonly string[]): Rollup | null {
  const dimensions = [...new Set(asked)];
  if (dimensions.length <= 1) return ofOne(dimensions[0], columns);
  return ofLatency(dimensions, columns) ?? ofSeveral(dimensions, columns);
}

function ofOne(one: Dimension | undefined, columns: readonly string[]): Rollup | null {
  const sketches = sketchesIn(columns);
  if (one !== undefined && !SINGLE_DIMENSIONS.includes(one)) return null;
  if (one === 'conversationId' && sketches.length > 0) return null;
  if (one === 'userId' && !sketches.every((sketch) => SKETCHES_OF_PEOPLE.includes(sketch))) return null;
  return {
    table: 'rollup_by',
    days: one !== 'conversationId',
    columnOf: () => 'value',
    rows: `dimension = '${one ?? ''}'`,
    shape: Math.max(shapeOfSketches(sketches), one === undefined ? 0 : shapeOf(one)),
  };
}

function ofLatency(dimensions: readonly Dimension[], columns: readonly string[]): Rollup | null {
  const [other, ...more] = dimensions.filter((dimension) => dimension !== 'latency');
  const isPair = dimensions.includes('latency') && more.length === 0;
  if (!isPair || other === undefined || !PAIR_DIMENSIONS.includes(other)) return null;
  if (!columns.every((column) => column in PAIR_SUMS)) return null;
  return {
    table: 'rollup_latency',
    days: true,
    columnOf: (dimension) => (dimension === 'latency' ? 'latency' : 'value'),
    rows: `dimension = '${other}'`,
    shape: SHAPE_WITH_BANDS,
  };
}

function ofSeveral(dimensions: readonly Dimension[], columns: readonly string[]): Rollup | null {
  const sketches = sketchesIn(columns);
  const plain = { days: true, columnOf: (dimension: Dimension) => DIMENSION_COLUMNS[dimension], rows: '1' };
  if (dimensions.every((dimension) => SKETCH_DIMENSIONS.includes(dimension))) {
    return { table: 'rollup_sketches', ...plain, shape: shapeOfSketches(sketches) };
  }
  if (sketches.length > 0 || !dimensions.every((dimension) => ROLLUP_DIMENSIONS.includes(dimension))) return null;
  return { table: 'rollup', ...plain, shape: 0 };
}

const sketchesIn = (columns: readonly string[]): Sketch[] =>
  columns.filter((column): column is Sketch => column in SKETCHES);
/** Those that people have were there from the first. */
const shapeOfSketches = (sketches: readonly Sketch[]): number =>
  sketches.every((sketch) => SKETCHES_OF_PEOPLE.includes(sketch)) ? 0 : SHAPE_WITH_BANDS;

function shapeOf(dimension: Dimension): number {
  if (isBanded(dimension)) return SHAPE_WITH_BANDS;
  return ROLLUP_DIMENSIONS.includes(dimension) ? 0 : SHAPE_WITH_PEOPLE;
}
