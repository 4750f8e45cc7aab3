// `where=<dimension>:<value>` and `where=<field>:<from>..<to>` -> SQL over merged calls. The value travels as a parameter, never
// in the text. The same name repeated means any of its values, different ones mean all; an empty value means "not set".
import { type Dimension, isRangedField, type RangedField } from '../contract.ts';
import { columnsBehind, DIMENSION_COLUMNS } from './merged-calls.ts';
import { RANGED, rangesClause } from './ranges.ts';

/** What a filter is about. The contract has checked it. */
const fieldOf = (filter: string) => filter.slice(0, filter.indexOf(':')) as Dimension | RangedField;

/** The columns of merged calls that the filters look at. */
export const columnsOfFilters = (filters: readonly string[]): string[] =>
  filters.map(fieldOf).flatMap((field) => (isRangedField(field) ? RANGED[field].columns : columnsBehind(field)));

/** The dimensions that filters are about; null when some are about more than dimensions. */
export function dimensionsOfFilters(filters: readonly string[]): Dimension[] | null {
  const fields = filters.map(fieldOf);
  const dimensions = fields.filter((field) => !isRangedField(field));
  return dimensions.length === fields.length ? dimensions : null;
}

/** `name` begins the parameters', so that two clauses can stand in one question. */
export function whereClause(
  filters: readonly string[],
  name = 'where',
  columnOf: (dimension: Dimension) => string = (dimension) => DIMENSION_COLUMNS[dimension],
): { sql: string; parameters: Record<string, unknown> } {
  const values = new Map<Dimension | RangedField, string[]>();
  for (const filter of filters) {
    const field = fieldOf(filter);
    values.set(field, [...(values.get(field) ?? []), filter.slice(field.length + 1)]);
  }
  const parameters: Record<string, unknown> = {};
  const conditions = [...values].map(([field, wanted], index) => {
    if (isRangedField(field)) {
      const ranges = rangesClause(field, wanted, `${name}${index}`);
      Object.assign(parameters, ranges.parameters);
      return ranges.sql;
    }
    const column = columnOf(field);
    parameters[`${name}${index}`] = wanted.filter((value) => value !== '');
    const named = `ifNull(${column}, '') IN ({${name}${index}:Array(String)})`;
    return wanted.includes('') ? `(${named} OR ifNull(${column}, '') = '')` : named;
  });
  return { sql: conditions.length > 0 ? conditions.join(' AND ') : '1', parameters };
}
