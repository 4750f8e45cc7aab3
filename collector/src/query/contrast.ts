// "What is different in these calls": how frequent each value of the dimensions is inside a part of a window, against all other
// calls of it: out of roll-ups where latency tells the part, else in one pass over merged calls.
import { z } from 'zod';
import { dimensionSchema, type ContrastAnswer, type ContrastQuery, type Dimension } from '../contract.ts';
import type { Store } from '../store/store.ts';
import type { Window } from './joined-reports.ts';
import { SHAPE_WITH_BANDS } from './ledger-state.ts';
import { columnsBehind, DIMENSION_COLUMNS, mergedCalls, microsOf } from './merged-calls.ts';
import { callsOf } from './open-calls.ts';
import { daysRead, hoursRead, readingOf, readParameters } from './settled-hours.ts';
import { PAIR_DIMENSIONS } from './sums.ts';
import { toldOnce } from './told-once.ts';
import { columnsOfFilters, dimensionsOfFilters, whereClause } from './where.ts';

const MOST_DIFFERENCES = 60;

const rowSchema = z.object({
  dimension: dimensionSchema,
  value: z.string().nullable(),
  inside_calls: z.number(),
  outside_calls: z.number(),
});

const SAID = PAIR_DIMENSIONS.map((name) => `('${name}', CAST(${DIMENSION_COLUMNS[name]} AS Nullable(String)))`);

const COLUMNS = [...PAIR_DIMENSIONS, 'latency' as const].flatMap(columnsBehind);

interface Asked {
  sql: string;
  parameters: Record<string, unknown>;
}

export async function queryContrast(store: Store, query: ContrastQuery): Promise<ContrastAnswer> {
  const { sql, parameters } = isOfLatency(query) ? await ofRollups(store, query) : await ofCalls(store, query);
  const rows = z.array(rowSchema).parse(await store.query(sql, parameters));
  // Every call has one feature, or none.
  const ofFeature = rows.filter(({ dimension }) => dimension === 'feature');
  const totals = {
    inside: ofFeature.reduce((sum, row) => sum + row.inside_calls, 0),
    outside: ofFeature.reduce((sum, row) => sum + row.outside_calls, 0),
  };
  return { ...totals, differences: differencesOf(rows, totals) };
}

/** Whether both sides are told apart by time and latency alone. */
const isOfLatency = ({ where, inside }: ContrastQuery): boolean =>
  where.length === 0 && (dimensionsOfFilters(inside)?.every((dimension) => dimension === 'latency') ?? false);

/** All calls of the window, and those inside; outside is what is left. Of one and the same stretch of time both are in one pass. */
async function ofRollups(store: Store, { from, to, inside, insideFrom, insideTo }: ContrastQuery): Promise<Asked> {
  const window = { fromMicros: microsOf(from), toMicros: microsOf(to) };
  const part = {
    fromMicros: Math.max(window.fromMicros, microsOf(insideFrom)),
    toMicros: Math.min(window.toMicros, microsOf(insideTo)),
  };
  const all = await callsByValue(store, window, inside);
  const isWhole = part.fromMicros === window.fromMicros && part.toMicros === window.toMicros;
  const chosen = isWhole ? null : renamed(await callsByValue(store, part, inside));
  const rows =
    chosen === null
      ? all.sql
      : `SELECT of, name, found, 0 AS found_inside FROM (${all.sql})
  UNION ALL SELECT of, name, 0 AS found, found_inside FROM (${chosen.sql})`;
  return {
    sql: `SELECT of AS dimension, name AS value, sum(found_inside) AS inside_calls, sum(found) - inside_calls AS outside_calls
FROM (
  ${rows}
)
GROUP BY of, name`,
    parameters: { ...all.parameters, ...chosen?.parameters },
  };
}

/** With parameters of other names, so that it can stand in one statement with another. */
const renamed = ({ sql, parameters }: Asked): Asked => ({
  sql: sql.replaceAll(/\{(\w+):/g, '{inside_$1:'),
  parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [`inside_${name}`, value])),
});

/** Rows (of, name, found, found_inside): calls of the window with that value of that dimension, and those that `filters`, of latency, let through. */
async function callsByValue(store: Store, window: Window, filters: readonly string[]): Promise<Asked> {
  const reading = await readingOf(store, window, {
    bucket: 'none',
    timezone: 'UTC',
    days: true,
    shape: SHAPE_WITH_BANDS,
  });
  const where = whereClause(filters);
  const ofPairs = whereClause(filters, 'where', () => 'latency');
  const read = (table: string, versions: string): string =>
    `SELECT dimension AS of, value AS name, calls AS found, if(${ofPairs.sql}, calls, 0) AS found_inside FROM ${table} WHERE ${versions}`;
  const hours = reading.rollup ? reading.rawHours : undefined;
  const calls = await callsOf(store, hours ? { ...window, hours } : window, reading.look, { columns: COLUMNS });
  const parts = [
    `SELECT said.1 AS of, said.2 AS name, count() AS found, countIf(${where.sql}) AS found_inside
FROM ${calls.from} ARRAY JOIN [${SAID.join(', ')}] AS said WHERE ${calls.condition} GROUP BY of, name`,
    ...(reading.blocks.length === 0 ? [] : [read('rollup_latency_days', daysRead(reading))]),
    ...(reading.hours.length === 0 ? [] : [read('rollup_latency', hoursRead(reading))]),
  ];
  return {
    sql: parts.join('\nUNION ALL '),
    parameters: { ...where.parameters, ...calls.parameters, ...readParameters(reading) },
  };
}

/** Both sides in one pass over the calls. */
async function ofCalls(store: Store, query: ContrastQuery): Promise<Asked> {
  const window = { fromMicros: microsOf(query.from), toMicros: microsOf(query.to) };
  const [where, inside] = [whereClause(query.where), whereClause(query.inside, 'inside')];
  const calls = await mergedCalls(store, window, {
    ...(await toldOnce(store, window)),
    columns: [...COLUMNS, ...columnsOfFilters([...query.where, ...query.inside])],
  });
  return {
    sql: `SELECT said.1 AS dimension, said.2 AS value, countIf(is_inside) AS inside_calls, countIf(NOT is_inside) AS outside_calls
FROM (
  SELECT ${inside.sql} AND started_at >= fromUnixTimestamp64Micro({insideFromMicros:Int64}, 'UTC')
      AND started_at < fromUnixTimestamp64Micro({insideToMicros:Int64}, 'UTC') AS is_inside,
    arrayJoin([${SAID.join(', ')}]) AS said
  FROM (${calls}) WHERE ${where.sql}
)
GROUP BY dimension, value`,
    parameters: {
      ...where.parameters,
      ...inside.parameters,
      ...window,
      insideFromMicros: microsOf(query.insideFrom),
      insideToMicros: microsOf(query.insideTo),
    },
  };
}

/**
 * What agrees best with the side comes first: twice the calls inside that have the value, divided by the calls inside and the
 * calls that have it (the Dice coefficient). So neither what is everywhere nor what is rare comes first: a value that all slow
 * calls have and no other is 1. What ties is in the order of the value's name, so that an answer is always the same.
 */
function differencesOf(
  rows: readonly z.infer<typeof rowSchema>[],
  totals: { inside: number; outside: number },
): ContrastAnswer['differences'] {
  const shareOf = (calls: number, of: number): number | null => (of === 0 ? null : calls / of);
  return rows
    .flatMap(({ dimension, value, inside_calls, outside_calls }) => {
      if (inside_calls === 0) return [];
      const inside = { calls: inside_calls, share: shareOf(inside_calls, totals.inside) };
      const outside = { calls: outside_calls, share: shareOf(outside_calls, totals.outside) };
      const lift = outside.share === null || outside.share === 0 ? null : (inside.share ?? 0) / outside.share;
      const share = inside.share ?? 0;
      const agreement = (2 * inside_calls) / (totals.inside + inside_calls + outside_calls);
      return share > (outside.share ?? 0)
        ? [{ agreement, difference: { dimension, value, inside, outside, lift } }]
        : [];
    })
    .toSorted(
      (one, other) =>
        other.agreement - one.agreement ||
        placeOf(one.difference) - placeOf(other.difference) ||
        nameOf(one.difference).localeCompare(nameOf(other.difference)),
    )
    .slice(0, MOST_DIFFERENCES)
    .map(({ difference }) => difference);
}

/** Of two equal differences the one that somebody changes on purpose first. */
const BY_PURPOSE: readonly Dimension[] = ['promptVersion', 'feature', 'serviceVersion', 'model'];
const placeOf = ({ dimension }: { dimension: Dimension }): number => {
  const place = BY_PURPOSE.indexOf(dimension);
  return place < 0 ? BY_PURPOSE.length + PAIR_DIMENSIONS.indexOf(dimension) : place;
};
const nameOf = ({ value }: { value: string | null }): string => value ?? '';
