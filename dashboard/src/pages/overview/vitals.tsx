// Latency, cache and errors: each one figure, its change against the window before, and its course.
import type { CallsQuery, Measure } from '@spanledger/collector/contract';
import { type ReactNode, useMemo } from 'react';
import { Link } from 'react-router';
import { useMetrics } from '../../api/questions.ts';
import { changeOf, formatCalls, formatCount, formatDuration, formatRetries, formatShare } from '../../format.ts';
import { Change, Usd } from '../../ui/figures.tsx';
import { Frame } from '../../ui/frame.tsx';
import { inTurn } from '../../ui/in-turn.tsx';
import { TimeChart } from '../../ui/time-chart.tsx';
import { ToCalls } from '../../ui/to-calls.tsx';
import { type Filters, narrowed, type Where } from '../../url/filters.ts';
import { coursePoints } from './figures.ts';
import { callsOrdered, searchWith } from '../../url/use-filters.ts';
import { numberOf, textOf } from '../../ui/rows.ts';

const MEASURES = [
  'calls',
  'errors',
  'errorRate',
  'p50LatencyMs',
  'p95LatencyMs',
  'p95TtftMs',
  'cacheHitRate',
  'cacheSavingsUsd',
  'retries',
] as const;
const COURSES = ['p95LatencyMs', 'cacheHitRate', 'errorRate'] as const;

type Row = Parameters<typeof numberOf>[0];
interface VitalProps {
  filters: Filters;
  title: string;
  testId: string;
  measure: (typeof COURSES)[number] & Measure;
  unit: 'ms' | 'share';
  /** How the calls behind the figure are listed. */
  order?: CallsQuery['order'];
  /** Which of the page's calls are behind it, where that is not all. */
  only?: Where;
  format: (value: number | null) => string;
  good: 'up' | 'down';
  /** Shares change by points, durations by a share of themselves. */
  points?: boolean;
  more: (row: Row) => ReactNode;
}

function Vital({
  filters,
  title,
  testId,
  measure,
  unit,
  order = 'startedAt',
  only,
  format,
  good,
  points = false,
  more,
}: VitalProps) {
  const behind = only ? { ...filters, where: narrowed(filters.where, only.dimension, [only.value]) } : filters;
  const now = useMetrics(filters, { measures: MEASURES });
  const before = useMetrics(filters, { measures: MEASURES, previous: true });
  const through = useMetrics(filters, { measures: COURSES, bucketed: true });
  const { timezone } = filters;
  const course = useMemo(
    () => (through.data ? coursePoints(through.data.rows, measure, through.data, timezone, format) : []),
    [through.data, measure, timezone, format],
  );
  const series = useMemo(() => [{ key: measure, label: title, colour: 'var(--sl-accent)' }], [measure, title]);
  return (
    <Frame
      title={title}
      question={now}
      height={96}
      className="vital"
      isEmpty={({ rows: [row] }) => numberOf(row, measure) === null}
      empty="Nothing to measure in this window."
    >
      {({ rows: [row] }) => {
        const value = numberOf(row, measure);
        const earlier = numberOf(before.data?.rows[0], measure);
        const change = points
          ? value === null || earlier === null
            ? null
            : value - earlier
          : changeOf(value, earlier);
        return (
          <>
            <div className="headline">
              <span className="headline-figure" data-testid={testId} data-value={value ?? 'unknown'}>
                <Link to={callsOrdered(behind, order)} aria-label={`${title} ${format(value)}. Show these calls`}>
                  {format(value)}
                </Link>
              </span>
              {before.data && <Change change={change} good={good} points={points} />}
            </div>
            {through.data && (
              <TimeChart
                id={testId}
                label={`${title} through the window`}
                kind="lines"
                unit={unit}
                small
                filters={filters}
                window={through.data}
                points={course}
                series={series}
                formatSize={format}
                height={60}
                watched={{ measure }}
              />
            )}
            <p className="vital-more">{more(row)}</p>
          </>
        );
      }}
    </Frame>
  );
}

export const LatencyPanel = inTurn(function LatencyPanel({ filters }: { filters: Filters }) {
  return (
    <Vital
      filters={filters}
      title="P95 latency"
      testId="p95-latency"
      measure="p95LatencyMs"
      unit="ms"
      order="durationMs"
      format={formatDuration}
      good="down"
      more={(row) => (
        <>
          median{' '}
          <ToCalls filters={filters} order="durationMs">
            {formatDuration(numberOf(row, 'p50LatencyMs'))}
          </ToCalls>{' '}
          · first token p95{' '}
          <ToCalls filters={filters} order="ttftMs">
            {formatDuration(numberOf(row, 'p95TtftMs'))}
          </ToCalls>{' '}
          · <Link to={`/latency${searchWith(filters)}`}>what is slow?</Link>
        </>
      )}
    />
  );
});

export const CachePanel = inTurn(function CachePanel({ filters }: { filters: Filters }) {
  return (
    <Vital
      filters={filters}
      title="Cache hit rate"
      testId="cache-hit-rate"
      measure="cacheHitRate"
      unit="share"
      format={formatShare}
      good="up"
      points
      more={(row) => {
        const savings = textOf(row, 'cacheSavingsUsd');
        if (savings === null) return <>net savings unknown</>;
        return (
          <>
            {savings.startsWith('-') ? 'net loss' : 'net savings'}{' '}
            <ToCalls filters={filters}>
              <Usd value={savings.replace('-', '')} testId="cache-savings" />
            </ToCalls>
          </>
        );
      }}
    />
  );
});

const ERRORS = { dimension: 'outcome', value: 'error' } as const;

export const ErrorsPanel = inTurn(function ErrorsPanel({ filters }: { filters: Filters }) {
  return (
    <Vital
      filters={filters}
      title="Error rate"
      only={ERRORS}
      testId="error-rate"
      measure="errorRate"
      unit="share"
      format={formatShare}
      good="down"
      points
      more={(row) => (
        <>
          <ToCalls filters={filters} where={narrowed(filters.where, ERRORS.dimension, [ERRORS.value])}>
            {formatCount(numberOf(row, 'errors'))}
          </ToCalls>{' '}
          of <ToCalls filters={filters}>{formatCalls(numberOf(row, 'calls') ?? 0)}</ToCalls> ·{' '}
          <ToCalls filters={filters} where={narrowed(filters.where, 'retried', ['yes'])}>
            {formatRetries(numberOf(row, 'retries'))}
          </ToCalls>
        </>
      )}
    />
  );
});
