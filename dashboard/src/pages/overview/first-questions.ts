// What the overview's first panel asks. The router asks it too, as soon as it knows that the overview is wanted.
import { askMetrics } from '../../api/questions.ts';
import { type Filters, parseFilters } from '../../url/filters.ts';

/** Spend in one figure. */
export const TOTALS = { measures: ['costUsd', 'calls', 'unpricedCalls'] } as const;
/** Spend over time. */
export const courseOf = ({ by }: Filters) => ({ measures: ['costUsd', 'calls'], by: [by], bucketed: true }) as const;

export const isInTokens = (search: URLSearchParams): boolean => search.get('stack') === 'tokens';

export function askOverview({ searchParams }: URL): void {
  const filters = parseFilters(searchParams);
  if (!isInTokens(searchParams)) askMetrics(filters, courseOf(filters));
  askMetrics(filters, TOTALS);
}
