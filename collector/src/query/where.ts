// `where=<dimension>:<value>` -> SQL over merged calls. The value travels as a parameter, never in the text. The same dimension
// repeated means any of its values, different ones mean all; an empty value means "not set".
import type { Dimension } from '../contract.ts';
import { columnsBehind, DIMENSION_COLUMNS } from './merged-calls.ts';

/** The columns of merged calls that the filters look at. */
export const columnsOfFilters = (filters: readonly string[]): string[] =>
  filters.flatMap((filter) => columnsBehind(filter.slice(0, filter.indexOf(':')) as Dimension));

/** `name` begins the parameters', so that two clauses can stand in one question. */
export function whereClause(
  filters: readonly string[],
  name = 'where',
  columnOf: (dimension: Dimension) => string = (dimension) => DIMENSION_COLUMNS[dimension],
): { sql: string; parameters: Record<string, unknown> } {
  const values = new Map<Dimension, string[]>();
  for (const filter of filters) {
    const colon = filter.indexOf(':');
    const dimension = filter.slice(0, colon) as Dimension;
    values.set(dimension, [...(values.get(dimension) ?? []), filter.slice(colon + 1)]);
  }
  const parameters: Record<string, unknown> = {};
  const conditions = [...values].map(([dimension, wanted], index) => {
    const column = columnOf(dimension);
    parameters[`${name}${index}`] = wanted.filter((value) => value !== '');
    const named = `ifNull(${column}, '') IN ({${name}${index}:Array(String)})`;
    return wanted.includes('') ? `(${named} OR ifNull(${column}, '') = '')` : named;
  });
  return { sql: conditions.length > 0 ? conditions.join(' AND ') : '1', parameters };
}
