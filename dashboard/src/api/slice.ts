// What a panel asks of its window -> the question to the API, at an instant.
import type { Dimension, Measure } from '@spanledger/collector/contract';
import { bucketFor, type Filters, fineBucketFor, previousWindow, type Window, windowOf } from '../url/filters.ts';
import type { MetricsQuestion } from './paths.ts';

export interface Slice {
  measures: readonly Measure[];
  by?: readonly Dimension[];
  /** `fine`: at the grain of a heat map, which has room for more columns than a chart has for bars. */
  bucketed?: boolean | 'fine';
  /** Ask about the window before. */
  previous?: boolean;
}

export function sliceAt(
  now: number,
  { range, where, timezone }: Filters,
  { measures, by = [], bucketed = false, previous = false }: Slice,
): { window: Window; question: MetricsQuestion } {
  const current = windowOf(range, now, timezone);
  const window = previous ? previousWindow(range, current, timezone) : current;
  const bucket = bucketed === 'fine' ? fineBucketFor(current) : bucketed ? bucketFor(current) : 'none';
  return { window, question: { measures, by, bucket, where, timezone } };
}
