// The course of a monitor's measure through the last day, and the threshold across it. Each point leads to its calls.
import type { Monitor, MonitorStatus } from '@spanledger/collector/contract';
import { useCallback, useMemo } from 'react';
import { useNavigate } from 'react-router';
import { Lines } from '../../charts/lazy.tsx';
import type { PartHref, Series } from '../../charts/points.ts';
import { formatBucket, formatMinute, formatUsdTick } from '../../format.ts';
import { ticksOf } from '../../url/ticks.ts';
import { callsOf } from './limits.ts';
import { formatLevel, measureName, windowWords } from './measures.ts';
import { coursePoints, MEASURE, THRESHOLD } from './monitor-course.ts';

const HOUR_MS = 3_600_000;
/** Hours of the clock, as many as have room. */
const ticksFor = (starts: readonly number[], most: number) =>
  ticksOf(
    starts.filter((at) => at % HOUR_MS === 0),
    'hour',
    'UTC',
    most,
  );
const formatAt = (at: number) => formatBucket(at, 'hour', 'UTC');

export function MonitorLine({ monitor, status }: { monitor: Monitor; status: MonitorStatus }) {
  const navigate = useNavigate();
  const { measure, threshold, scope } = monitor;
  const { pointMinutes } = status;
  const points = useMemo(() => coursePoints({ measure, threshold }, status), [measure, threshold, status]);
  const series = useMemo(
    (): Series[] => [
      { key: MEASURE, label: measureName(measure), colour: 'var(--sl-accent)' },
      { key: THRESHOLD, label: 'Threshold', colour: 'var(--sl-bad)', dashed: true },
    ],
    [measure],
  );
  const callsBetween = useCallback(
    (first: number, last: number) => {
      const from = new Date(first - pointMinutes * 60_000).toISOString();
      return callsOf({ scope, timezone: 'UTC' }, from, new Date(last).toISOString());
    },
    [scope, pointMinutes],
  );
  const formatSize = useCallback(
    (size: number) => (typeof threshold === 'string' ? formatUsdTick(size) : formatLevel(measure, size)),
    [measure, threshold],
  );
  const hrefOf: PartHref = useCallback(
    ({ key }, at) => (key === MEASURE ? callsBetween(at, at) : null),
    [callsBetween],
  );
  const onPick = useCallback(
    (first: number, last: number) => void navigate(callsBetween(first, last)),
    [navigate, callsBetween],
  );
  return (
    <Lines
      label={`${monitor.name}: ${measureName(measure)} through the last day against the threshold`}
      points={points}
      series={series}
      formatSize={formatSize}
      formatAt={formatAt}
      formatAtLong={(at) => `${windowWords(pointMinutes)} to ${formatMinute(at, 'UTC')}`}
      ticksFor={ticksFor}
      height={130}
      hrefOf={hrefOf}
      onPick={onPick}
    />
  );
}
