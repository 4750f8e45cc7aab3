// "Alert on this": the filters of a page as the beginnings of a budget, carried in the URL to its form.
import { type Dimension, isRangedField } from '@spanledger/collector/contract';
import { picoUsd } from '../format.ts';
import { type Filters, parseFilters } from './filters.ts';

export interface BudgetDraft {
  name: string;
  scope: { dimension: Dimension; value: string }[];
  period: 'day' | 'week' | 'month';
  timezone: string;
  /** Decimal USD; empty when the window says nothing of a period. */
  limit: string;
}

/** The period that a window is about; null when it is about none. */
function periodOf(range: Filters['range']): BudgetDraft['period'] | null {
  if (range.kind === 'custom') return null;
  switch (range.name) {
    case '24h':
      return 'day';
    case '7d':
      return 'week';
    case 'mtd':
    case 'last-month':
    case '30d':
      return 'month';
    default:
      return null;
  }
}

/** An amount to be told at: what was spent in such a period, rounded up to two digits. */
export function roundedUpUsd(usd: string): string {
  const cents = (picoUsd(usd) + 9_999_999_999n) / 10_000_000_000n;
  const step = 10n ** BigInt(Math.max(0, String(cents).length - 2));
  const rounded = ((cents + step - 1n) / step) * step;
  return `${rounded / 100n}.${String(rounded % 100n).padStart(2, '0')}`;
}

/** The link to the form; null when a budget cannot say these filters: it takes one value of a dimension, and no range. */
export function alertHref(filters: Filters, spentUsd: string | null): string | undefined {
  const once = new Set(filters.where.map(({ dimension }) => dimension));
  if (once.size < filters.where.length || [...once].some(isRangedField)) return undefined;
  const search = new URLSearchParams({ new: '' });
  for (const { dimension, value } of filters.where) search.append('where', `${dimension}:${value}`);
  const period = periodOf(filters.range);
  if (period) search.set('period', period);
  if (period && spentUsd !== null && picoUsd(spentUsd) > 0n) search.set('limit', roundedUpUsd(spentUsd));
  if (filters.timezone !== 'UTC') search.set('tz', filters.timezone);
  return `/budgets?${search}`;
}

/** What `alertHref` wrote; null when the search asks for no new budget. */
export function readDraft(search: URLSearchParams): BudgetDraft | null {
  if (!search.has('new')) return null;
  const { where, timezone } = parseFilters(search);
  const scope = where.flatMap(({ dimension, value }) => (isRangedField(dimension) ? [] : [{ dimension, value }]));
  const period = search.get('period');
  const limit = search.get('limit') ?? '';
  return {
    name: scope.length === 0 ? '' : `${scope.map(({ value }) => value || 'not set').join(', ')}`,
    scope: scope.filter(({ dimension }, index) => index === firstOf(scope, dimension)),
    period: period === 'day' || period === 'week' ? period : 'month',
    timezone,
    limit: /^\d{1,12}(\.\d{1,12})?$/.test(limit) ? limit : '',
  };
}
const firstOf = (scope: BudgetDraft['scope'], dimension: Dimension) =>
  scope.findIndex((one) => one.dimension === dimension);
