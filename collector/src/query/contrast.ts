// "What is different in these calls": how frequent each value of the dimensions is inside a part of a window, against all other
// calls of it. Both sides are counted in one pass over merged calls.
import { z } from 'zod';
import { dimensionSchema, type ContrastAnswer, type ContrastQuery, type Dimension } from '../contract.ts';
import type { Store } from '../store/store.ts';
import { columnsBehind, DIMENSION_COLUMNS, mergedCalls, microsOf } from './merged-calls.ts';
import { columnsOfFilters, whereClause } from './where.ts';

/** What is set side by side. People and conversations are left out: one of them is seldom the reason. */
const COMPARED: readonly Dimension[] = [
  'feature',
  'model',
  'promptVersion',
  'customer',
  'environment',
  'service',
  'serviceVersion',
  'stopReason',
  'failure',
  'promptLength',
  'outputLength',
  'cacheUse',
  'retried',
  'streaming',
];
const MOST_DIFFERENCES = 60;

const rowSchema = z.object({
  dimension: z.union([z.literal('all'), dimensionSchema]),
  value: z.string().nullable(),
  inside_calls: z.number(),
  outside_calls: z.number(),
});

export async function queryContrast(store: Store, query: ContrastQuery): Promise<ContrastAnswer> {
  const window = { fromMicros: microsOf(query.from), toMicros: microsOf(query.to) };
  const [where, inside] = [whereClause(query.where), whereClause(query.inside, 'inside')];
  const calls = await mergedCalls(store, window, {
    columns: [...COMPARED.flatMap(columnsBehind), ...columnsOfFilters([...query.where, ...query.inside])],
  });
  const values = COMPARED.map((name) => `('${name}', CAST(${DIMENSION_COLUMNS[name]} AS Nullable(String)))`);
  const raw = await store.query(
    `SELECT said.1 AS dimension, said.2 AS value, countIf(is_inside) AS inside_calls, countIf(NOT is_inside) AS outside_calls
FROM (
  SELECT ${inside.sql} AND started_at >= fromUnixTimestamp64Micro({insideFromMicros:Int64}, 'UTC')
      AND started_at < fromUnixTimestamp64Micro({insideToMicros:Int64}, 'UTC') AS is_inside,
    arrayJoin([('all', CAST(NULL AS Nullable(String))), ${values.join(', ')}]) AS said
  FROM (${calls}) WHERE ${where.sql}
)
GROUP BY dimension, value`,
    {
      ...where.parameters,
      ...inside.parameters,
      ...window,
      insideFromMicros: microsOf(query.insideFrom),
      insideToMicros: microsOf(query.insideTo),
    },
  );
  const rows = z.array(rowSchema).parse(raw);
  const all = rows.find(({ dimension }) => dimension === 'all');
  const totals = { inside: all?.inside_calls ?? 0, outside: all?.outside_calls ?? 0 };
  return { ...totals, differences: differencesOf(rows, totals) };
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
      if (dimension === 'all' || inside_calls === 0) return [];
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
  return place < 0 ? BY_PURPOSE.length + COMPARED.indexOf(dimension) : place;
};
const nameOf = ({ value }: { value: string | null }): string => value ?? '';
