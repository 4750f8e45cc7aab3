// "Alert on this" of a chart of spend or tokens: the filters of a page as the beginnings of a budget, carried in the URL to its form.
import { type Dimension, isRangedField } from '@spanledger/collector/contract';
import { picoUsd } from '../format.ts';
import { type Filters, parseFilters } from './filters.ts';

export type ScopeDraft = { dimension: Dimension; value: string }[];
export interface BudgetDraft {
  name: string;
  scope: ScopeDraft;
  period: 'day' | 'week' | 'month';
  timezone: string;
  unit: 'usd' | 'tokens';
  /** Decimal USD, or whole tokens; empty when the window says nothing of a period. */
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

/** The filters as a scope, one value of a dimension; null when a scope cannot say them: several values of one, or a range. */
export function scopeSearch({ where }: Filters): URLSearchParams | null {
  const once = new Set(where.map(({ dimension }) => dimension));
  if (once.size < where.length || [...once].some(isRangedField)) return null;
  return new URLSearchParams(where.map(({ dimension, value }) => ['where', `${dimension}:${value}`]));
}

/** What `scopeSearch` wrote. */
export function scopeOfSearch(search: URLSearchParams): ScopeDraft {
  const scope = parseFilters(search).where.flatMap(({ dimension, value }) =>
    isRangedField(dimension) ? [] : [{ dimension, value }],
  );
  return scope.filter(({ dimension }, index) => index === scope.findIndex((one) => one.dimension === dimension));
}

/** The link to the form; undefined when a budget cannot say these filters. */
export function alertHref(filters: Filters, spentUsd: string | null): string | undefined {
  return budgetHref(filters, spentUsd !== null && picoUsd(spentUsd) > 0n ? { limit: roundedUpUsd(spentUsd) } : {});
}

/** The same of a limit in tokens; 0 where nothing was used. */
export function tokensAlertHref(filters: Filters, tokens: number): string | undefined {
  const step = 10 ** Math.max(0, String(tokens).length - 2);
  return budgetHref(filters, {
    unit: 'tokens',
    ...(tokens > 0 ? { limit: String(Math.ceil(tokens / step) * step) } : {}),
  });
}

function budgetHref(filters: Filters, { limit, unit }: { limit?: string; unit?: string }): string | undefined {
  const search = scopeSearch(filters);
  if (search === null) return undefined;
  search.set('new', '');
  if (unit) search.set('unit', unit);
  const period = periodOf(filters.range);
  if (period) search.set('period', period);
  if (period && limit) search.set('limit', limit);
  if (filters.timezone !== 'UTC') search.set('tz', filters.timezone);
  return `/budgets?${search}`;
}

/** What `alertHref` wrote; null when the search asks for no new budget. */
export function readDraft(search: URLSearchParams): BudgetDraft | null {
  if (search.get('new') !== '') return null;
  const scope = scopeOfSearch(search);
  const period = search.get('period');
  const limit = search.get('limit') ?? '';
  return {
    name: scope.map(({ value }) => value || 'not set').join(', '),
    scope,
    period: period === 'day' || period === 'week' ? period : 'month',
    timezone: parseFilters(search).timezone,
    unit: search.get('unit') === 'tokens' ? 'tokens' : 'usd',
    limit: /^\d{1,12}(\.\d{1,12})?$/.test(limit) ? limit : '',
  };
}
