// The figures of latency that the page shows of all calls.
import type { Measure } from '@spanledger/collector/contract';

export const FIGURES = [
  ['p50LatencyMs', 'Median'],
  ['p95LatencyMs', 'P95'],
  ['p99LatencyMs', 'P99'],
  ['p50TtftMs', 'First token, median'],
  ['p95TtftMs', 'First token, P95'],
] as const;
/** Asked together by whoever wants one of them, so that the page asks once. */
export const PERCENTILES: readonly Measure[] = FIGURES.map(([measure]) => measure);
