// What a settled hour is added up into, as SQL: from `open_calls` under one version to the roll-ups of hours, from those to
// the roll-ups of days, and from these to those of blocks of days. docs/decisions/0006-settled-hours.md says what is kept at which grain and why.
import type { Dimension } from '../contract.ts';
import type { Window } from '../query/joined-reports.ts';
import { DIMENSION_COLUMNS } from '../query/merged-calls.ts';
import {
  MAXIMA,
  mergedSketch,
  PAIR_DIMENSIONS,
  PAIR_SUMS,
  SIZES,
  ROLLUP_DIMENSIONS,
  SKETCH_DIMENSIONS,
  SKETCHES,
  SKETCHES_OF_PEOPLE,
  sketchState,
  SUMS,
  type Sketch,
} from '../query/sums.ts';
import { addedUp, settleSmall, SMALL_ROLLUPS } from '../query/small-rollups.ts';
import type { Store } from '../store/store.ts';
import { BLOCKS, UNSETTLED } from '../query/ledger-state.ts';

const DAY = 24 * 3600;
const MOST_DAYS = 31;

const SUM_NAMES = Object.keys(SUMS);
/** Of hours only. */
const MAX_NAMES = Object.values(MAXIMA).map(({ column }) => column);
const maxima = Object.keys(MAXIMA).map((order) => `max(${SIZES[order as keyof typeof SIZES]})`);
const SKETCH_NAMES = Object.keys(SKETCHES) as Sketch[];
const sums = Object.values(SUMS);
const sketches = SKETCH_NAMES.map(sketchState);
const sumsOf = (names: readonly string[]): string[] => names.map((name) => `sum(${name})`);
const sumsOfRows = sumsOf(SUM_NAMES);
const PAIR_NAMES = Object.keys(PAIR_SUMS);
const sketchesOfRows = SKETCH_NAMES.map(mergedSketch);
const columnsOf = (dimensions: readonly Dimension[]): string[] =>
  dimensions.map((dimension) => DIMENSION_COLUMNS[dimension]);

/** Of the calls that stand in `open_calls` under {version}, and of the reports of the same hours: one statement a table. */
export async function hoursInto(store: Store, window: Window): Promise<string[]> {
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
    byEach(...sketched),
    byPair(),
    alone('userId', [...plain[0], ...SKETCHES_OF_PEOPLE], [...plain[1], ...SKETCHES_OF_PEOPLE.map(sketchState)]),
    alone('serviceVersion', ...sketched),
    alone('conversationId', ...plain),
    ...(await Promise.all(SMALL_ROLLUPS.map((small) => settleSmall(store, small, window)))),
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

/**
 * Dimensions that are looked at together, since they make few combinations: what sources tell; what goes with the prompt, with the
 * answer, and the cost.
 */
const TOGETHER: readonly (readonly Dimension[])[] = [
  ROLLUP_DIMENSIONS,
  ['promptLength', 'cacheUse', 'retried', 'streaming', 'serverTime'],
  ['latency', 'outputLength'],
  ['callCost'],
];

/** By each of these dimensions alone, and by none: out of the combinations there are, which are fewer than calls. */
function byEach(names: readonly string[], values: readonly string[]): string {
  const all = TOGETHER.flat();
  const columnOf = (dimension: Dimension): string => `by_${dimension}`;
  const each = TOGETHER.map((dimensions, index) => {
    const said = dimensions.map((name) => `('${name}', toNullable(toString(${columnOf(name)})))`);
    return `[${[...(index === 0 ? [`('', NULL)`] : []), ...said].join(', ')}]`;
  });
  const isOf = TOGETHER.map(([first], index) => `grouping(${columnOf(first as Dimension)}) = 0 AS is_of_${index}`);
  const chosen = each.map((dimensions, index) =>
    index === each.length - 1 ? dimensions : `is_of_${index}, ${dimensions}`,
  );
  return `INSERT INTO rollup_by (dimension, hour, version, value, ${names.join(', ')})
SELECT one.1 AS dimension, hour, {version:UInt64} AS version, one.2 AS value, ${[...sumsOfRows, ...MAX_NAMES.map((name) => `max(${name})`), ...sketchesOfRows].join(', ')}
FROM (
  SELECT hour, ${all.map((name) => `${DIMENSION_COLUMNS[name]} AS ${columnOf(name)}`).join(', ')}, ${isOf.join(', ')}, ${names.map((name, index) => `${values[index]} AS ${name}`).join(', ')}
  FROM open_calls WHERE version = {version:UInt64}
  GROUP BY GROUPING SETS (${TOGETHER.map((dimensions) => `(${['hour', ...dimensions.map(columnOf)].join(', ')})`).join(', ')})
) ARRAY JOIN multiIf(${chosen.join(', ')}) AS one
GROUP BY dimension, hour, value`;
}

/** By the band of latency and one other dimension. */
function byPair(): string {
  const pairs = PAIR_DIMENSIONS.map((name) => `('${name}', toNullable(toString(${DIMENSION_COLUMNS[name]})))`);
  return `INSERT INTO rollup_latency (dimension, hour, version, value, latency, ${Object.keys(PAIR_SUMS).join(', ')})
SELECT pair.1 AS of_dimension, hour, version, pair.2 AS of_value, ${DIMENSION_COLUMNS.latency} AS of_latency, ${Object.values(PAIR_SUMS).join(', ')}
FROM open_calls ARRAY JOIN [${pairs.join(', ')}] AS pair
WHERE version = {version:UInt64} GROUP BY of_dimension, hour, version, of_value, of_latency`;
}

function alone(dimension: Dimension, names: readonly string[], values: readonly string[]): string {
  const column = DIMENSION_COLUMNS[dimension];
  return `INSERT INTO rollup_by (dimension, hour, version, value, ${names.join(', ')})
SELECT '${dimension}' AS dimension, hour, version, ${column} AS value, ${values.join(', ')}
FROM open_calls WHERE version = {version:UInt64} GROUP BY hour, version, value`;
}

/**
 * Of the hours of {days}, as they are settled now, to those days under {version}; blocks of more days from the next smaller ones,
 * as they are added up now.
 */
export function daysInto(size: number): string[] {
  const both = [...SUM_NAMES, ...SKETCH_NAMES];
  const all = [...sumsOfRows, ...sketchesOfRows];
  return [
    daysFrom(size, 'rollup', columnsOf(ROLLUP_DIMENSIONS), SUM_NAMES, sumsOfRows),
    daysFrom(size, 'rollup_sketches', columnsOf(SKETCH_DIMENSIONS), both, all),
    daysFrom(size, 'rollup_by', ['dimension', 'value'], both, all, `AND dimension != 'conversationId'`),
    daysFrom(size, 'rollup_latency', ['dimension', 'value', 'latency'], PAIR_NAMES, sumsOf(PAIR_NAMES)),
    ...SMALL_ROLLUPS.map((small) =>
      daysFrom(size, small.table, Object.keys(small.by), Object.keys(small.values), addedUp(small)),
    ),
  ];
}

function daysFrom(
  size: number,
  table: string,
  columns: readonly string[],
  names: readonly string[],
  values: readonly string[],
  rows = '',
): string {
  const smaller = BLOCKS[BLOCKS.findIndex((block) => block === size) + 1];
  const source = smaller === undefined ? table : `${table}_days`;
  const current =
    smaller === undefined
      ? 'SELECT hour, max(version) FROM settled GROUP BY hour'
      : `SELECT day, max(version) FROM settled_days WHERE days = ${smaller} GROUP BY day`;
  return `INSERT INTO ${table}_days (hour, version, ${[...columns, ...names].join(', ')})
SELECT ${blockOf('hour', size)} AS first, {version:UInt64} AS of, ${[...columns, ...values].join(', ')}
FROM ${source}
WHERE first IN (SELECT toDateTime(arrayJoin({days:Array(UInt32)}), 'UTC')) ${rows}
  AND hour >= toDateTime({from:UInt32}, 'UTC') AND hour < toDateTime({to:UInt32}, 'UTC')
  AND (hour, version) IN (${current})
GROUP BY first, ${columns.join(', ')}`;
}

/** The first second of the block of so many days that the time is in. */
const blockOf = (time: string, days: number): string =>
  `toDateTime(intDiv(toUnixTimestamp(${time}), ${days * DAY}) * ${days * DAY}, 'UTC')`;

/**
 * Blocks of so many days before {now} that are not added up, or from hours that were settled anew since; `newest` is the latest
 * of those. The days in them are to be added up before.
 */
export const blocksBehind = (size: number): string => `
SELECT toUnixTimestamp(day) AS at, newest
FROM (SELECT ${blockOf('hour', size)} AS day, max(version) AS newest FROM settled GROUP BY day) AS hours
LEFT JOIN (SELECT day, argMax(through, version) AS knows FROM settled_days WHERE days = ${size} GROUP BY day) AS added USING (day)
WHERE newest > knows AND day <= toDateTime({now:UInt32}, 'UTC') - toIntervalDay(${size})
  AND day NOT IN (SELECT ${blockOf('hour', size)} FROM (${UNSETTLED}))
ORDER BY day LIMIT ${MOST_DAYS}`;
