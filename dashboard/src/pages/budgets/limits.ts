// Limits and what was spent of them, in words. Pure.
import type { Budget } from '@spanledger/collector/contract';
import { formatCompact, formatUsd, UNKNOWN } from '../../format.ts';
import { parseFilters } from '../../url/filters.ts';
import { searchWith } from '../../url/use-filters.ts';

export type Limit = Budget['limit'];

/** A limit is written by hand ("100", "0.5"); the sums are not. */
export function limitWords(limit: Limit): string {
  return 'usd' in limit ? formatUsd(limit.usd) : `${formatCompact(limit.tokens)} tokens`;
}
export function limitSize(limit: Limit): number {
  return 'usd' in limit ? Number(limit.usd) : limit.tokens;
}

/** The calls in a budget's scope, of a stretch of one of its periods. */
export function callsOf({ scope, timezone }: Pick<Budget, 'scope' | 'timezone'>, from: string, to: string): string {
  const where = Object.entries(scope).map(([dimension, value]) => ({
    dimension: dimension as keyof Budget['scope'],
    value: value ?? '',
  }));
  const filters = parseFilters(new URLSearchParams());
  return `/calls${searchWith({ ...filters, range: { kind: 'custom', from, to }, where, timezone })}`;
}

interface Spent {
  spentUsd: string | null;
  spentTokens: number | null;
}
export function spentWords(limit: Limit, spent: Spent): string {
  if ('usd' in limit) return formatUsd(spent.spentUsd);
  return spent.spentTokens === null ? UNKNOWN : `${formatCompact(spent.spentTokens)} tokens`;
}
/** Only to place a point; null when unknown. */
export function spentSize(limit: Limit, spent: Spent): number | null {
  return 'usd' in limit ? (spent.spentUsd === null ? null : Number(spent.spentUsd)) : spent.spentTokens;
}
