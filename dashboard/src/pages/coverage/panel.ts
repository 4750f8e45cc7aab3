// What every panel of the page is given: the one answer of the page, and the window it is of.
import type { CoverageAnswer } from '@spanledger/collector/contract';
import type { useCoverage } from '../../api/questions.ts';
import type { Filters, Where } from '../../url/filters.ts';
import { searchWith } from '../../url/use-filters.ts';

export interface PanelProps {
  question: ReturnType<typeof useCoverage>;
  filters: Filters;
  className: string;
}
export type Refused = CoverageAnswer['refusals'][number];

type Values = Partial<Record<Where['dimension'], string | readonly string[] | null>>;

/** The list of the calls of the window with these values, of several any; null is "not set". */
export function callsLink(filters: Filters, values: Values): string {
  const where = Object.entries(values).flatMap(([dimension, value]) =>
    [value ?? ''].flat().map((one) => ({ dimension: dimension as Where['dimension'], value: one })),
  );
  return `/calls${searchWith(filters, { where })}`;
}
export const callLink = (callId: string): string => `/calls/${encodeURIComponent(callId)}`;
