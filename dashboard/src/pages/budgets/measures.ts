// What can be watched, in words: names, units and thresholds of monitors. Pure.
import type { Monitor, MonitorAlert, MonitoredMeasure } from '@spanledger/collector/contract';
import { formatCompact, formatDuration, formatShare, formatShareTick, formatUsd, UNKNOWN } from '../../format.ts';

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
  rateLimitHeadroom: { name: 'Rate-limit headroom', unit: 'share' },
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

/** What somebody set, or an axis has, in as few digits as it needs: "10 s", "5 %". */
export function formatLevel(measure: MonitoredMeasure, level: Monitor['threshold']): string {
  const size = Number(level);
  switch (WORDS[measure].unit) {
    case 'ms':
      return size === 0 ? '0 s' : size < 1000 ? `${short(size)} ms` : `${short(size / 1000)} s`;
    case 'share':
      return formatShareTick(size);
    default:
      return formatMeasure(measure, level);
  }
}
const short = (size: number): number => Number(size.toPrecision(6));

const WINDOW_WORDS: Record<number, string> = {
  5: '5 min',
  15: '15 min',
  60: '1 hour',
  360: '6 hours',
  1440: '24 hours',
};
export const windowWords = (minutes: number): string => WINDOW_WORDS[minutes] ?? `${minutes} min`;

/** "told above 10 s, over 15 min". */
export const thresholdWords = ({
  measure,
  comparison,
  threshold,
  windowMinutes,
}: Pick<Monitor, 'measure' | 'comparison' | 'threshold'> & { windowMinutes: number }): string =>
  `told ${comparison} ${formatLevel(measure, threshold)}, over ${windowWords(windowMinutes)}`;

/** How many of a measure's unit one of what is typed is: seconds for milliseconds, percent for shares. */
const TYPED: Record<Unit, { unit: string; size: number; form: RegExp; wrong: string }> = {
  ms: { unit: 'seconds', size: 1000, form: /^\d{1,9}(\.\d{1,6})?$/, wrong: 'Seconds, such as 10 or 0.5' },
  share: { unit: '%', size: 0.01, form: /^(\d{1,2}(\.\d{1,6})?|100)$/, wrong: 'Percent, from 0 to 100' },
  usd: { unit: 'USD', size: 1, form: /^\d{1,12}(\.\d{1,12})?$/, wrong: 'An amount, such as 25.00' },
  count: { unit: 'in number', size: 1, form: /^\d{1,12}$/, wrong: 'A whole number' },
  'per second': { unit: 'tokens/s', size: 1, form: /^\d{1,6}(\.\d{1,3})?$/, wrong: 'Tokens a second, such as 40' },
};

/** In which unit a threshold is typed. */
export const typedUnit = (measure: MonitoredMeasure): string => TYPED[WORDS[measure].unit].unit;

/** A threshold as a hand would write it. */
export function typedThreshold(measure: MonitoredMeasure, threshold: Monitor['threshold']): string {
  if (typeof threshold === 'string') return threshold;
  return String(Number((threshold / TYPED[WORDS[measure].unit].size).toPrecision(12)));
}

/** The threshold that was typed, or what is wrong with it. */
export function readThreshold(
  measure: MonitoredMeasure,
  typed: string,
): { threshold: Monitor['threshold'] } | { wrong: string } {
  const { unit } = WORDS[measure];
  const { size, form, wrong } = TYPED[unit];
  const text = typed.trim();
  if (!form.test(text)) return { wrong };
  return { threshold: unit === 'usd' ? text : Number((Number(text) * size).toPrecision(12)) };
}
