// The points that a monitor's status tells -> those that a chart draws. Pure.
import type { Monitor, MonitorStatus } from '@spanledger/collector/contract';
import { type Part, partsOf, type Point } from '../../charts/points.ts';
import { formatLevel, formatMeasure } from './measures.ts';

export const MEASURE = 'measure';
export const THRESHOLD = 'threshold';
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** A point for each stretch of the last day, of those without calls the threshold alone: the line has a gap there. */
export function coursePoints(
  { measure, threshold }: Pick<Monitor, 'measure' | 'threshold'>,
  { points, pointMinutes, windowTo }: Pick<MonitorStatus, 'points' | 'pointMinutes' | 'windowTo'>,
): Point[] {
  const partOf = (value: number | string): Part => ({
    size: Number(value),
    label: formatMeasure(measure, value),
    exact: String(value),
  });
  const level = { ...partOf(threshold), label: formatLevel(measure, threshold) };
  const told = new Map(points.map(({ at, value }) => [Date.parse(at), value]));
  const stepMs = pointMinutes * MINUTE_MS;
  const last = Date.parse(windowTo);
  const end = Math.floor(last / stepMs) * stepMs;
  const steps = Array.from({ length: DAY_MS / stepMs }, (_, back) => end - back * stepMs);
  return [...new Set([...told.keys(), ...steps, last])]
    .toSorted((one, other) => one - other)
    .map((at) => {
      const value = told.get(at) ?? null;
      const parts = [[THRESHOLD, level] as const];
      return { at, parts: partsOf(value === null ? parts : [[MEASURE, partOf(value)], ...parts]), totalLabel: null };
    });
}
