// Rows of /api/metrics by feature and model, of two windows, as groups whose change can be explained. Pure.
import type { MetricsRow, PricesAnswer } from '@spanledger/collector/contract';
import { numberOf, textOf } from '../ui/rows.ts';
import { type Driver, driversOf, type GroupTotals } from './drivers.ts';
import { relativeRates } from './rates.ts';

export const DRIVER_BY = ['feature', 'model'] as const;
export const DRIVER_MEASURES = [
  'calls',
  'unpricedCalls',
  'costUsd',
  'inputTokens',
  'cacheWrite5mTokens',
  'cacheWrite1hTokens',
  'cacheReadTokens',
  'outputTokens',
] as const;

export interface FeatureOnModel {
  feature: string | null;
  model: string | null;
}

export function changeDrivers(
  before: readonly MetricsRow[],
  after: readonly MetricsRow[],
  cards: PricesAnswer['cards'],
): Driver<FeatureOnModel>[] {
  const groups = new Map<string, { group: FeatureOnModel; before: GroupTotals | null; after: GroupTotals | null }>();
  const put = (rows: readonly MetricsRow[], side: 'before' | 'after') => {
    for (const row of rows) {
      const group = { feature: textOf(row, 'feature'), model: textOf(row, 'model') };
      const key = JSON.stringify([group.feature, group.model]);
      const entry = groups.get(key) ?? { group, before: null, after: null };
      entry[side] = totalsOf(row);
      groups.set(key, entry);
    }
  };
  put(before, 'before');
  put(after, 'after');
  return driversOf([...groups.values()].map((entry) => ({ ...entry, rates: relativeRates(cards, entry.group.model) })));
}

/** Null for calls of which none has a price: they are in no amount. */
function totalsOf(row: MetricsRow): GroupTotals | null {
  const costUsd = textOf(row, 'costUsd');
  if (costUsd === null) return null;
  const count = (measure: string) => numberOf(row, measure) ?? 0;
  return {
    calls: count('calls') - count('unpricedCalls'),
    costUsd,
    inputTokens: count('inputTokens'),
    cacheWrite5mTokens: count('cacheWrite5mTokens'),
    cacheWrite1hTokens: count('cacheWrite1hTokens'),
    cacheReadTokens: count('cacheReadTokens'),
    outputTokens: count('outputTokens'),
  };
}
