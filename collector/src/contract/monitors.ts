// Monitors: one measure over a scope and a sliding window, held against a threshold; and their alerts, each an episode from the
// check that found the threshold crossed to the one that found it well again.
import { z } from 'zod';
import { instantSchema, moneyInputSchema, usdSchema } from './basics.ts';
import { scopeSchema } from './scope.ts';

/**
 * What can be watched: what a chart over time draws, where a level of it makes sense. Names and values are those of `MEASURES`:
 * `...Ms` in milliseconds, `...Rate` from 0 to 1, `...Usd` in USD; and `rateLimitHeadroom`, the least share that any answer said was
 * left of any rate limit, 0 to 1.
 */
export const MONITORED_MEASURES = [
  'p50LatencyMs',
  'p95LatencyMs',
  'p99LatencyMs',
  'p50TtftMs',
  'p95TtftMs',
  'p99TtftMs',
  'p50ServerMs',
  'p95ServerMs',
  'p50OutsideMs',
  'p95OutsideMs',
  'p50OutputTokensPerSecond',
  'errorRate',
  'cacheHitRate',
  'rateLimitHeadroom',
  'calls',
  'retries',
  'costUsd',
  'cacheSavingsUsd',
] as const;
export type MonitoredMeasure = (typeof MONITORED_MEASURES)[number];

/** The one that no question to `/api/metrics` answers, but one to `/api/limits`. */
export const HEADROOM = 'rateLimitHeadroom' satisfies MonitoredMeasure;

/** Decimal strings in JSON, as all money. */
const MONEY: readonly MonitoredMeasure[] = ['costUsd', 'cacheSavingsUsd'];
export const isMoneyMeasure = (measure: MonitoredMeasure): boolean => MONEY.includes(measure);
/** Sums over the window: known however few calls there are, so that `minCalls` says nothing about them. */
const SUMMED: readonly MonitoredMeasure[] = ['calls', 'retries', ...MONEY];
export const isSummed = (measure: MonitoredMeasure): boolean => SUMMED.includes(measure);
const isRate = (measure: MonitoredMeasure): boolean => measure.endsWith('Rate') || measure === HEADROOM;

export const WINDOW_MINUTES = [5, 15, 60, 360, 1440] as const;

/** In the measure's unit; money is a decimal string such as "25.00". */
const thresholdSchema = z.union([z.number().nonnegative(), moneyInputSchema]);
/** What the measure came to: money as a decimal string, all else a number; null: unknown, so that it says nothing. */
const valueSchema = z.union([usdSchema, z.number()]).nullable();

const monitorShape = z.strictObject({
  name: z.string().trim().min(1).max(120),
  measure: z.enum(MONITORED_MEASURES),
  scope: scopeSchema,
  /** The measure is wrong while it is `above` the threshold, or `below` it; at the threshold it is well. */
  comparison: z.enum(['above', 'below']),
  threshold: thresholdSchema,
  /** The length of the window that slides along, minutes. */
  windowMinutes: z.literal(WINDOW_MINUTES).default(15),
  /** Fewer calls than this in the window say nothing, unless the measure is a sum. */
  minCalls: z.int().min(1).max(1_000_000).default(20),
  webhookIds: z.array(z.string()).default([]),
});
export const monitorInputSchema = monitorShape.superRefine(({ measure, threshold }, context) => {
  const wrong = wrongThreshold(measure, threshold);
  if (wrong !== null) context.addIssue({ code: 'custom', path: ['threshold'], message: wrong });
});
export type MonitorInput = z.output<typeof monitorInputSchema>;

function wrongThreshold(measure: MonitoredMeasure, threshold: number | string): string | null {
  if (isMoneyMeasure(measure) !== (typeof threshold === 'string'))
    return isMoneyMeasure(measure) ? 'must be a decimal string in USD, such as "25.00"' : 'must be a number';
  return isRate(measure) && Number(threshold) > 1 ? 'must be a rate from 0 to 1' : null;
}

export const monitorSchema = monitorShape.extend({
  id: z.string(),
  createdAt: instantSchema,
  updatedAt: instantSchema,
});
export type Monitor = z.infer<typeof monitorSchema>;

/**
 * Why an episode is over: the measure is well again; no call came any more for a whole window; the monitor asks something else
 * now; the monitor is gone. Of the first two webhooks are told.
 */
export const EPISODE_ENDS = ['recovered', 'no-calls', 'changed', 'deleted'] as const;

/** One episode of a monitor. What was asked is as it was asked then. */
export const monitorAlertSchema = z.object({
  kind: z.literal('monitor'),
  id: z.string(),
  monitorId: z.string(),
  monitorName: z.string(),
  measure: z.enum(MONITORED_MEASURES),
  scope: scopeSchema,
  comparison: z.enum(['above', 'below']),
  threshold: thresholdSchema,
  windowMinutes: z.number(),
  /** What the measure was when it was found crossed, of so many calls started in [windowFrom, windowTo). */
  value: valueSchema,
  calls: z.int(),
  windowFrom: instantSchema,
  windowTo: instantSchema,
  raisedAt: instantSchema,
  /** Null while it lasts; so is `ended`. */
  endedAt: instantSchema.nullable(),
  ended: z.enum(EPISODE_ENDS).nullable(),
});
export type MonitorAlert = z.infer<typeof monitorAlertSchema>;

export const monitorStatusSchema = z.object({
  monitorId: z.string(),
  /** `too-few-calls`: the window says nothing, and it is not alerting. */
  state: z.enum(['ok', 'alerting', 'too-few-calls']),
  /**
   * Of `alerting` when that was found; null: it will be when the watcher looks next, within a minute. Of the others when the last
   * alert ended; null: there was none.
   */
  since: instantSchema.nullable(),
  /** Of the calls started in [windowFrom, windowTo), the last whole minutes; null: nothing to say. */
  value: valueSchema,
  calls: z.int(),
  windowFrom: instantSchema,
  windowTo: instantSchema,
  /**
   * The measure through the last day, oldest first: of `pointMinutes` that ended at `at`; a sum is always of a whole window. Last
   * the window of now. Instants without calls are left out, unless the measure is a sum.
   */
  points: z.array(z.object({ at: instantSchema, value: valueSchema, calls: z.int() })),
  pointMinutes: z.int(),
});
export type MonitorStatus = z.infer<typeof monitorStatusSchema>;
