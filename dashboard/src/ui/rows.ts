// Reading one value of an answered row.
import type { MetricsRow } from '@spanledger/collector/contract';

export function numberOf(row: MetricsRow | undefined, measure: string): number | null {
  const value = row?.[measure];
  return typeof value === 'number' ? value : null;
}
/** A string measure (money) or a dimension's value; null when unknown. */
export function textOf(row: MetricsRow | undefined, name: string): string | null {
  const value = row?.[name];
  return typeof value === 'string' ? value : null;
}
