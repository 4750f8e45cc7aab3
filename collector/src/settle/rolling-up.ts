// What a settled hour is added up into, as SQL: from `open_calls` under one version to the roll-ups of hours, and from those to
// the roll-ups of days. docs/decisions/0006-settled-hours.md says what is kept at which grain and why.
import type { Dimension } from '../contract.ts';
import { DIMENSION_COLUMNS } from '../query/merged-calls.ts';
import {
  MAXIMA,
  mergedSketch,
  SIZES,
  ROLLUP_DIMENSIONS,
  SKETCH_DIMENSIONS,
  SKETCHES,
  sketchState,
  SUMS,
  type Sketch,
} from '../query/sums.ts';
import { settleSmall, SMALL_ROLLUPS } from '../query/small-rollups.ts';
import { UNSETTLED } from '../query/ledger-state.ts';

const MOST_DAYS = 31;

const SUM_NAMES = Object.keys(SUMS);
/** Of hours only. */
const MAX_NAMES = Object.values(MAXIMA);
const maxima = Object.keys(MAXIMA).map((order) => `max(${SIZES[order as keyof typeof SIZES]})`);
const SKETCH_NAMES = Object.keys(SKETCHES) as Sketch[];
const sums = Object.values(SUMS);
const sketches = SKETCH_NAMES.map(sketchState);
const sumsOfRows = SUM_NAMES.map((name) => `sum(${name})`);
const sketchesOfRows = SKETCH_NAMES.map(mergedSketch);
const columnsOf = (dimensions: readonly Dimension[]): string[] =>
  dimensions.map((dimension) => DIMENSION_COLUMNS[dimension]);

/** Of the calls that stand in `open_calls` under {version}: one statement a table. */
export function hoursInto(): string[] {
  const plain = [
    [...SUM_NAMES, ...MAX_NAMES],
    [...sums, ...maxima],
  ] as const;
  const sketched = [
    [...plain[0], ...SKETCH_NAMES],
    [...plain[1], ...sketches],
  ] as const;
  return [
    from('open_calls', 'rollup', columnsOf(ROLLUP_DIMENSIONS), ...plain),
    from('open_calls', 'rollup_sketches', columnsOf(SKETCH_DIMENSIONS), ...sketched),
    byOne(...sketched),
    alone('userId', ...sketched),
    alone('serviceVersion', ...sketched),
    alone('conversationId', ...plain),
    ...SMALL_ROLLUPS.map(settleSmall),
  ];
}

function from(
  source: string,
  table: string,
  columns: readonly string[],
  names: readonly string[],
  values: readonly string[],
) {
  return `INSERT INTO ${table} (hour, version, ${[...columns, ...names].join(', ')})
SELECT hour, version, ${[...columns, ...values].join(', ')}
FROM ${source} WHERE version = {version:UInt64} GROUP BY hour, version, ${columns.join(', ')}`;
}

/** By each dimension alone and by none: out of the combinations there are, which are fewer than calls. */
function byOne(names: readonly string[], values: readonly string[]): string {
  const columns = columnsOf(ROLLUP_DIMENSIONS);
  const each = [
    `('', NULL)`,
    ...ROLLUP_DIMENSIONS.map((name) => `('${name}', toNullable(toString(${DIMENSION_COLUMNS[name]})))`),
  ];
  return `INSERT INTO rollup_by (dimension, hour, version, value, ${names.join(', ')})
SELECT one.1 AS dimension, hour, {version:UInt64} AS version, one.2 AS value, ${[...sumsOfRows, ...MAX_NAMES.map((name) => `max(${name})`), ...sketchesOfRows].join(', ')}
FROM (
  SELECT hour, ${columns.join(', ')}, ${names.map((name, index) => `${values[index]} AS ${name}`).join(', ')}
  FROM open_calls WHERE version = {version:UInt64} GROUP BY hour, ${columns.join(', ')}
) ARRAY JOIN [${each.join(', ')}] AS one
GROUP BY dimension, hour, value`;
}

function alone(dimension: Dimension, names: readonly string[], values: readonly string[]): string {
  const column = DIMENSION_COLUMNS[dimension];
  return `INSERT INTO rollup_by (dimension, hour, version, value, ${names.join(', ')})
SELECT '${dimension}' AS dimension, hour, version, ${column} AS value, ${values.join(', ')}
FROM open_calls WHERE version = {version:UInt64} GROUP BY hour, version, value`;
}

/** Of the hours of {days}, as they are settled now, to those days under {version}. */
export function daysInto(): string[] {
  const both = [...SUM_NAMES, ...SKETCH_NAMES];
  return [
    daysFrom('rollup', columnsOf(ROLLUP_DIMENSIONS), SUM_NAMES, sumsOfRows),
    daysFrom('rollup_sketches', columnsOf(SKETCH_DIMENSIONS), both, [...sumsOfRows, ...sketchesOfRows]),
    daysFrom(
      'rollup_by',
      ['dimension', 'value'],
      both,
      [...sumsOfRows, ...sketchesOfRows],
      `AND dimension != 'conversationId'`,
    ),
  ];
}

function daysFrom(
  table: string,
  columns: readonly string[],
  names: readonly string[],
  values: readonly string[],
  rows = '',
): string {
  return `INSERT INTO ${table}_days (hour, version, ${[...columns, ...names].join(', ')})
SELECT toStartOfDay(hour) AS day, {version:UInt64} AS of, ${[...columns, ...values].join(', ')}
FROM ${table}
WHERE toStartOfDay(hour) IN (SELECT toDateTime(arrayJoin({days:Array(UInt32)}), 'UTC')) ${rows}
  AND (hour, version) IN (SELECT hour, max(version) FROM settled GROUP BY hour)
GROUP BY day, ${columns.join(', ')}`;
}

/** Days before {now} that are not added up, or from hours that were settled anew since; `newest` is the latest of those. */
export const DAYS_BEHIND = `
SELECT toUnixTimestamp(day) AS at, newest
FROM (SELECT toStartOfDay(hour) AS day, max(version) AS newest FROM settled GROUP BY day) AS hours
LEFT JOIN (SELECT day, argMax(through, version) AS knows FROM settled_days GROUP BY day) AS added USING (day)
WHERE newest > knows AND day <= toDateTime({now:UInt32}, 'UTC') - toIntervalDay(1)
  AND day NOT IN (SELECT toStartOfDay(hour) FROM (${UNSETTLED}))
ORDER BY day LIMIT ${MOST_DAYS}`;
