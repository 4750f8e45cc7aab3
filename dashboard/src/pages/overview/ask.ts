// Asks what the overview's first panel asks, before the panel is there.
import { earlyInstant } from '../../api/early.ts';
import { askMetrics } from '../../api/questions.ts';
import { parseFilters } from '../../url/filters.ts';
import { courseOf, isInTokens, TOTALS } from './first-questions.ts';

/** Resolves when both answers are there, or are not to be had. */
export async function askOverview({ searchParams }: URL): Promise<void> {
  const filters = parseFilters(searchParams);
  const now = earlyInstant();
  await Promise.all([
    isInTokens(searchParams) ? null : askMetrics(filters, courseOf(filters), now),
    askMetrics(filters, TOTALS, now),
  ]);
}
