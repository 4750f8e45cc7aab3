// What can be watched, in words: names, units and thresholds of monitors. Pure.
import type { Monitor, MonitorAlert, MonitoredMeasure } from '@spanledger/collector/contract';
import { formatCompact, formatDuration, formatShare, formatUsd, UNKNOWN } from '../../format.ts';

type Value = MonitorAlert['value'];
/** How a measure is said and typed. */
type Unit = 'ms' | 'share' | 'usd' | 'count' | 'per second';

const WORDS: Record<MonitoredMeasure, { name: string; unit: Unit }> = {
  p50LatencyMs: { name: 'Median latency', unit: 'ms' },
  p95LatencyMs: { name: 'P95 latency', unit: 'ms' },
  p99LatencyMs: { name: 'P99 latency', unit: 'ms' },
  p50TtftMs: { name: 'Median first token', unit: 'ms' },
  p95TtftMs: { name: 'P95 first token', unit: 'ms' },
  p99TtftMs: { name: 'P99 first token', unit: 'ms' },
  p50ServerMs: { name: "Median of Anthropic's time", unit: 'ms' },
  p95ServerMs: { name: "P95 of Anthropic's time", unit: 'ms' },
  p50OutsideMs: { name: 'Median time outside', unit: 'ms' },
  p95OutsideMs: { name: 'P95 time outside', unit: 'ms' },
  p50OutputTokensPerSecond: { name: 'Median output speed', unit: 'per second' },
  errorRate: { name: 'Error rate', unit: 'share' },
  cacheHitRate: { name: 'Cache hit rate', unit: 'share' },
  calls: { name: 'Calls', unit: 'count' },
  retries: { name: 'Retries', unit: 'count' },
  costUsd: { name: 'Spend', unit: 'usd' },
  cacheSavingsUsd: { name: 'Net cache savings', unit: 'usd' },
};

export const measureName = (measure: MonitoredMeasure): string => WORDS[measure].name;

export function formatMeasure(measure: MonitoredMeasure, value: Value): string {
  if (value === null) return UNKNOWN;
  switch (WORDS[measure].unit) {
    case 'ms':
      return formatDuration(Number(value));
    case 'share':
      return formatShare(Number(value));
    case 'usd':
      return formatUsd(String(value));
    case 'per second':
      return `${Number(Number(value).toPrecision(3))} tokens/s`;
    case 'count':
      return formatCompact(Number(value));
  }
}

const WINDOW_WORDS: Record<number, string> = {
  5: '5 min',
  15: '15 min',
  60: '1 hour',
  360: '6 hours',
  1440: '24 hours',
};
export const windowWords = (minutes: number): string => WINDOW_WORDS[minutes] ?? `${minutes} min`;

/** "told above 10.0 s, over 15 min". */
export const thresholdWords = ({
  measure,
  comparison,
  threshold,
  windowMinutes,
}: Pick<Monitor, 'measure' | 'comparison' | 'threshold'> & { windowMinutes: number }): string =>
  `told ${comparison} ${formatMeasure(measure, threshold)}, over ${windowWords(windowMinutes)}`;
