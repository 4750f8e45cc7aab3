// "What is this measure, in this scope, over this window, and what was it through the last day": the same question as of every page,
// so that a monitor is told what its reader sees.
import { formatPico, parseUsd } from '@spanledger/instrumentation/pricing';
import {
  HEADROOM,
  isMoneyMeasure,
  isSummed,
  type LimitsAnswer,
  type MetricsRow,
  type Monitor,
  type MonitoredMeasure,
  whereOfScope,
} from '../contract.ts';
import type { ReadCourse, ReadMeasure, Reading } from '../monitors/ports.ts';
import type { Store } from '../store/store.ts';
import { queryMetrics, queryRows, type RowsQuestion } from './metrics.ts';
import { queryRateLimits } from './rate-limits.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

export const readMeasureOf =
  (store: Store): ReadMeasure =>
  async ({ measure, scope }, { from, to }) => {
    const window = { from: from.toISOString(), to: to.toISOString() };
    const { rows } = await queryMetrics(store, {
      ...window,
      measures: measure === HEADROOM ? ['calls'] : ['calls', measure],
      by: [],
      bucket: 'none',
      timezone: 'UTC',
      where: whereOfScope(scope),
    });
    if (measure !== HEADROOM) return readingOf(rows[0], measure);
    const { calls } = readingOf(rows[0], 'calls');
    return { value: calls === 0 ? null : leastOf((await limitsIn(store, scope, window)).limits), calls };
  };

/** The least that any answer said was left of any limit, as a share of it; null where none said. */
const leastOf = (limits: readonly { leastShare: number }[]): number | null =>
  limits.length === 0 ? null : Math.min(...limits.map(({ leastShare }) => leastShare));

const limitsIn = (store: Store, scope: Monitor['scope'], window: { from: string; to: string }): Promise<LimitsAnswer> =>
  queryRateLimits(store, { ...window, bucket: 'hour', timezone: 'UTC', where: whereOfScope(scope) }, () =>
    Date.parse(window.to),
  );

/** How fine the course of a window so long is: a percentile of an hour is not worked out from those of its minutes. */
const GRAINS: Record<number, { bucket: RowsQuestion['bucket']; minutes: number }> = {
  5: { bucket: '5 minutes', minutes: 5 },
  15: { bucket: '15 minutes', minutes: 15 },
};
const HOURLY = { bucket: 'hour', minutes: 60 } as const;

export const readCourseOf =
  (store: Store): ReadCourse =>
  async ({ measure, scope, windowMinutes }, to) => {
    const { bucket, minutes } = (measure === HEADROOM ? undefined : GRAINS[windowMinutes]) ?? HOURLY;
    const stepMs = minutes * MINUTE_MS;
    const end = Math.floor(to.getTime() / stepMs) * stepMs;
    const begin = end - DAY_MS;
    const steps = isSummed(measure) ? windowMinutes / minutes : 1;
    const window = { from: new Date(begin - (steps - 1) * stepMs).toISOString(), to: new Date(end).toISOString() };
    const { rows } = await queryRows(store, {
      ...window,
      measures: measure === HEADROOM ? ['calls'] : ['calls', measure],
      by: [],
      bucket,
      timezone: 'UTC',
      where: whereOfScope(scope),
    });
    const known = new Map(rows.map((row) => [Date.parse(String(row['bucket'])), readingOf(row, measure)]));
    if (measure === HEADROOM) {
      const { course } = await limitsIn(store, scope, window);
      for (const [at, reading] of known)
        known.set(at, { ...reading, value: leastOf(course.filter((point) => Date.parse(point.bucket) === at)) });
    }
    const points = [];
    for (let start = begin; start < end; start += stepMs) {
      const parts = Array.from({ length: steps }, (_, back) => known.get(start - back * stepMs) ?? NONE);
      const { value, calls } = isSummed(measure) ? sumOf(parts, measure) : (known.get(start) ?? NONE);
      if (calls > 0 || isSummed(measure)) points.push({ at: new Date(start + stepMs).toISOString(), value, calls });
    }
    return { points, pointMinutes: isSummed(measure) ? windowMinutes : minutes };
  };

const NONE: Reading = { value: null, calls: 0 };

function readingOf(row: MetricsRow | undefined, measure: MonitoredMeasure): Reading {
  const value = row?.[measure] ?? null;
  const calls = Number(row?.['calls'] ?? 0);
  return { value: value === null || isMoneyMeasure(measure) ? value : Number(value), calls };
}

/** Unknown only where there are calls and of none of them it is known. */
function sumOf(parts: readonly Reading[], measure: MonitoredMeasure): Reading {
  const calls = parts.reduce((sum, part) => sum + part.calls, 0);
  const values = parts.flatMap(({ value }) => (value === null ? [] : [value]));
  if (calls > 0 && values.length === 0) return { value: null, calls };
  if (isMoneyMeasure(measure)) return { value: formatPico(values.reduce((sum, usd) => sum + parseUsd(String(usd)), 0n)), calls }; // prettier-ignore
  return { value: values.reduce<number>((sum, value) => sum + Number(value), 0), calls };
}
