// Questions as the API's paths. Knows no schemas, so that the first question can be asked before they are there.
import type { Bucket, Dimension, Measure } from '@spanledger/collector/contract';
import type { Where, Window } from '../url/filters.ts';

type Search = Record<string, string | number | readonly string[] | undefined>;

export function withSearch(path: string, search: Search): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? (value as string[]) : [String(value)]) parameters.append(name, one);
  }
  return `${path}?${parameters}`;
}

export const inWords = ({ from, to }: Window) => ({
  from: new Date(from).toISOString(),
  to: new Date(to).toISOString(),
});
export const whereWords = (where: readonly Where[]) => where.map(({ dimension, value }) => `${dimension}:${value}`);
export interface MetricsQuestion {
  measures: readonly Measure[];
  by?: readonly Dimension[];
  bucket?: Bucket;
  where: readonly Where[];
  timezone: string;
}

export function metricsPath(
  window: Window,
  { measures, by = [], bucket = 'none', where, timezone }: MetricsQuestion,
): string {
  return withSearch('/api/metrics', {
    ...inWords(window),
    measures: measures.join(','),
    by: by.length > 0 ? by.join(',') : undefined,
    bucket,
    timezone,
    where: whereWords(where),
  });
}
