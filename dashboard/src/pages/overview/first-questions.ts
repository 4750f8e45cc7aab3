// What the overview's first panel asks: asked before there is an app (first/first-chart.ts), or by the router as soon as it knows that
// the overview is wanted (ask.ts), and then by the panel.
import type { Filters } from '../../url/filters.ts';

/** Spend in one figure. */
export const TOTALS = { measures: ['costUsd', 'calls', 'unpricedCalls'] } as const;
/** Spend over time. */
export const courseOf = ({ by }: Filters) => ({ measures: ['costUsd', 'calls'], by: [by], bucketed: true }) as const;

export const isInTokens = (search: URLSearchParams): boolean => search.get('stack') === 'tokens';
