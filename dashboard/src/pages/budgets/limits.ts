// Limits and what was spent of them, in words. Pure.
import type { Budget, BudgetStatus } from '@spanledger/collector/contract';
import {
  formatCompact,
  formatDimension,
  formatMinute,
  formatPercent,
  formatUsd,
  formatValue,
  UNKNOWN,
} from '../../format.ts';
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

export function scopeWords(scope: Budget['scope']): string {
  const parts = Object.entries(scope).map(([name, value]) => `${formatDimension(name)} ${formatValue(value ?? null)}`);
  return parts.length === 0 ? 'all calls' : parts.join(', ');
}

/** The calls in a scope, of a stretch of time. */
export function callsOf({ scope, timezone }: Pick<Budget, 'scope' | 'timezone'>, from: string, to: string): string {
  const where = Object.entries(scope).map(([dimension, value]) => ({
    dimension: dimension as keyof Budget['scope'],
    value: value ?? '',
  }));
  const filters = parseFilters(new URLSearchParams());
  return `/calls${searchWith({ ...filters, range: { kind: 'custom', from, to }, where, timezone })}`;
}

/**
 * What became of a budget's thresholds in this period. The figures say at once what is reached; alerts are raised when the
 * collector looks: after each call that comes in and after a change of the budget, and once a minute.
 */
export function thresholdWords(
  { thresholds, timezone }: Pick<Budget, 'thresholds' | 'timezone'>,
  { reached, alerts }: Pick<BudgetStatus, 'reached' | 'alerts'>,
): string {
  const told = alerts.map(
    ({ threshold, raisedAt }) => `${formatPercent(threshold)} on ${formatMinute(raisedAt, timezone)}`,
  );
  const toTell = reached.filter((threshold) => !alerts.some((alert) => alert.threshold === threshold));
  if (told.length + toTell.length === 0)
    return `Tells at ${thresholds.map(formatPercent).join(', ')}; none reached in this period.`;
  const soon = toTell.length > 0 ? [`${toTell.map(formatPercent).join(', ')} (alert within a minute)`] : [];
  return `Reached: ${[...told, ...soon].join('; ')}.`;
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
