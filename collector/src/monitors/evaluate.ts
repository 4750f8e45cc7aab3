// What a window says of a monitor. Pure; money is compared exactly.
import { parseUsd } from '@spanledger/instrumentation/pricing';
import { isSummed, type Monitor, type MonitorAlert } from '../contract.ts';
import type { MonitorQuestion, Reading, Window } from './ports.ts';

const MINUTE_MS = 60_000;

/**
 * `too-few-calls` says nothing: an episode neither begins nor ends. `no-calls`: none at all, of a measure that is unknown then, so
 * that an episode would never end.
 */
export type Verdict = 'crossed' | 'well' | 'too-few-calls' | 'no-calls';

export function judge(
  monitor: Pick<Monitor, 'measure' | 'comparison' | 'threshold' | 'minCalls'>,
  { value, calls }: Reading,
): Verdict {
  if (!isSummed(monitor.measure)) {
    if (calls === 0) return 'no-calls';
    if (calls < monitor.minCalls) return 'too-few-calls';
  }
  if (value === null) return 'too-few-calls';
  const difference = compare(value, monitor.threshold);
  return (monitor.comparison === 'above' ? difference > 0 : difference < 0) ? 'crossed' : 'well';
}

/** Less than, equal to or more than 0. Both are money, or neither is. */
function compare(value: number | string, threshold: number | string): number {
  if (typeof value !== 'string') return value - Number(threshold);
  const [left, right] = [parseUsd(value), parseUsd(String(threshold))];
  return left === right ? 0 : left < right ? -1 : 1;
}

/** A window ends so long ago at least: most calls are reported within it, and a value that was told changes little afterwards. */
const GRACE_MS = MINUTE_MS;

/** The last whole minutes that are over since a minute. A call that is reported later after its beginning than a window is long, and this, is in none. */
export function windowAt(now: number, windowMinutes: number): Window {
  const to = Math.floor((now - GRACE_MS) / MINUTE_MS) * MINUTE_MS;
  return { from: new Date(to - windowMinutes * MINUTE_MS), to: new Date(to) };
}

/** Whether an episode is about what the monitor asks now. */
export const isSameQuestion = (episode: MonitorAlert, monitor: MonitorQuestion): boolean =>
  written(episode) === written(monitor);

const written = ({
  measure,
  scope,
  comparison,
  threshold,
  windowMinutes,
}: Omit<MonitorQuestion, 'windowMinutes'> & { windowMinutes: number }) =>
  JSON.stringify([measure, Object.entries(scope).toSorted(), comparison, threshold, windowMinutes]);
