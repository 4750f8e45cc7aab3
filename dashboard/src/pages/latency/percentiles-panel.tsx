// Percentiles of latency and of the time to the first token: now against the window before, and their course, of all calls or
// by a dimension.
import { Select } from '@mantine/core';
import type { Measure } from '@spanledger/collector/contract';
import { useMemo } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useMetrics } from '../../api/questions.ts';
import { changeOf, formatDimension, formatDuration, formatGrain, UNKNOWN } from '../../format.ts';
import { palette } from '../../theme/palette.ts';
import { DimensionPicker } from '../../ui/controls.tsx';
import { Change } from '../../ui/figures.tsx';
import { Frame, FrameBody } from '../../ui/frame.tsx';
import { inTurn } from '../../ui/in-turn.tsx';
import { MarksInWords, useMarks } from '../../ui/marks.tsx';
import { numberOf } from '../../ui/rows.ts';
import { TimeChart } from '../../ui/time-chart.tsx';
import { type Filters, isCompared, narrowed } from '../../url/filters.ts';
import { callsOrdered } from '../../url/use-filters.ts';
import { FIGURES, PERCENTILES } from './figures.ts';
import { BEFORE, measureCourses, valueCourses } from './courses.ts';
import { TEN_SECONDS_MS } from './ten-seconds.ts';

const SPEED = ['p50OutputTokensPerSecond'] as const;

/** The lines drawn for all calls. */
const LINES = [
  { key: 'p99LatencyMs', label: 'P99', colour: 'var(--sl-percentiles-1)' },
  { key: 'p95LatencyMs', label: 'P95', colour: 'var(--sl-percentiles-2)' },
  { key: 'p50LatencyMs', label: 'Median', colour: 'var(--sl-percentiles-3)' },
  { key: 'p95TtftMs', label: 'First token, P95', colour: 'var(--sl-first-token)' },
] as const;
const LINES_AND_BEFORE = [
  ...LINES,
  { key: BEFORE, label: 'P95 in the period before', colour: 'var(--sl-percentiles-2)', dashed: true },
] as const;
/** What one line a value can show. */
const SPLITS = {
  p50LatencyMs: 'Median',
  p95LatencyMs: 'P95',
  p99LatencyMs: 'P99',
  p95TtftMs: 'First token P95',
} as const;
type Split = keyof typeof SPLITS;

export const PercentilesPanel = inTurn(function PercentilesPanel({
  filters,
  className,
}: {
  filters: Filters;
  className: string;
}) {
  const now = useMetrics(filters, { measures: PERCENTILES });
  const [split, setSplit] = useSplit();
  return (
    <Frame
      title="Percentiles"
      question={now}
      height={380}
      className={`latency-percentiles ${className}`}
      isEmpty={({ rows: [row] }) => numberOf(row, 'p50LatencyMs') === null}
      empty="No call of this window says how long it took."
      aside={
        <span className="by-picker">
          <Select
            size="xs"
            w={160}
            aria-label="What is drawn"
            allowDeselect={false}
            value={split ?? 'all'}
            onChange={(next) => setSplit(next === null || next === 'all' ? null : (next as Split))}
            data={[
              { value: 'all', label: 'All calls' },
              ...Object.entries(SPLITS).map(([value, label]) => ({ value, label: `${label}, split` })),
            ]}
          />
          {split && <DimensionPicker />}
        </span>
      }
    >
      {({ rows: [row] }) => (
        <>
          <Figures filters={filters} row={row} />
          {split ? <ByValue filters={filters} measure={split} /> : <OfAllCalls filters={filters} />}
        </>
      )}
    </Frame>
  );
});

function Figures({ filters, row }: { filters: Filters; row: Parameters<typeof numberOf>[0] }) {
  const before = useMetrics(filters, { measures: PERCENTILES, previous: true });
  const speed = useMetrics(filters, { measures: SPEED });
  const speedBefore = useMetrics(filters, { measures: SPEED, previous: true });
  const earlier = before.data?.rows[0];
  const speedEarlier = numberOf(speedBefore.data?.rows[0], SPEED[0]);
  const perSecond = numberOf(speed.data?.rows[0], SPEED[0]);
  return (
    <dl className="latency-figures">
      {FIGURES.map(([measure, label]) => {
        const ms = numberOf(row, measure);
        return (
          <div key={measure}>
            <dt>{label}</dt>
            <dd>
              <Link
                className="headline-figure"
                to={callsOrdered(filters, 'durationMs')}
                data-testid={measure}
                data-value={ms ?? UNKNOWN}
                aria-label={`${label} ${formatDuration(ms)}. Show the slowest calls`}
              >
                {formatDuration(ms)}
              </Link>
              {ms !== null && numberOf(earlier, measure) !== null && (
                <Change change={changeOf(ms, numberOf(earlier, measure))} good="down" />
              )}
            </dd>
          </div>
        );
      })}
      <div>
        <dt title="Output tokens divided by how long the whole call took; the median of calls">Tokens / s, median</dt>
        <dd>
          <Link
            className="headline-figure"
            to={callsOrdered(filters, 'outputTokens')}
            data-testid={SPEED[0]}
            data-value={perSecond ?? UNKNOWN}
          >
            {perSecond === null ? (speed.isPending ? '…' : UNKNOWN) : perSecond.toFixed(perSecond < 10 ? 1 : 0)}
            <span className="visually-hidden"> output tokens a second. Show the longest answers</span>
          </Link>
          {perSecond !== null && speedEarlier !== null && (
            <Change change={changeOf(perSecond, speedEarlier)} good="up" />
          )}
        </dd>
      </div>
    </dl>
  );
}

function OfAllCalls({ filters }: { filters: Filters }) {
  const { timezone } = filters;
  const marks = useMarks(filters);
  const measures = LINES.map(({ key }): Measure => key);
  const question = useMetrics(filters, { measures, bucketed: true });
  const before = useMetrics(filters, { measures: ['p95LatencyMs'], bucketed: true, previous: true });
  const earlier = isCompared(filters) ? before.data : undefined;
  const points = useMemo(
    () =>
      question.data
        ? measureCourses(
            question.data,
            earlier ? { answer: earlier, measure: 'p95LatencyMs' } : null,
            LINES.map(({ key }) => key),
            timezone,
          )
        : [],
    [question.data, earlier, timezone],
  );
  const series = earlier ? LINES_AND_BEFORE : LINES;
  return (
    <FrameBody question={question} height={280}>
      {(answer) => (
        <>
          <TimeChart
            id="percentiles"
            label={`Percentiles of latency, one point ${formatGrain(answer.bucket)}`}
            kind="lines"
            unit="ms"
            filters={filters}
            window={answer}
            points={points}
            series={series}
            marks={marks}
            level={TEN_SECONDS_MS}
            formatSize={formatTick}
            height={260}
            watched={{ measure: 'p95LatencyMs' }}
          />
          <Legend series={series} />
          <MarksInWords marks={marks} filters={filters} />
        </>
      )}
    </FrameBody>
  );
}

function ByValue({ filters, measure }: { filters: Filters; measure: Split }) {
  const { by, timezone } = filters;
  const marks = useMarks(filters);
  const question = useMetrics(filters, { measures: ['calls', measure], by: [by], bucketed: true });
  const { data } = question;
  const chart = useMemo(
    () => data && valueCourses(data, measure, by, timezone, (value) => palette.colourOf(by, value)),
    [data, measure, by, timezone],
  );
  return (
    <FrameBody
      question={question}
      height={280}
      partial={() =>
        chart && chart.leftOut > 0
          ? `The ${chart.series.length} with the most calls; ${chart.leftOut} more are in the table.`
          : null
      }
    >
      {(answer) =>
        chart && (
          <>
            <TimeChart
              id="percentiles"
              label={`${SPLITS[measure]} by ${formatDimension(by)}, one point ${formatGrain(answer.bucket)}`}
              kind="lines"
              unit="ms"
              filters={filters}
              window={answer}
              points={chart.points}
              series={chart.series}
              marks={marks}
              level={TEN_SECONDS_MS}
              formatSize={formatTick}
              height={260}
              watched={{ measure }}
              narrow={({ key }) => narrowed(filters.where, by, [key])}
            />
            <Legend series={chart.series} />
            <MarksInWords marks={marks} filters={filters} />
          </>
        )
      }
    </FrameBody>
  );
}

function Legend({ series }: { series: readonly { key: string; label: string; colour: string; dashed?: boolean }[] }) {
  return (
    <ul className="legend">
      {series.map(({ key, label, colour, dashed }) => (
        <li key={key} className="dotted-name">
          <span className={dashed ? 'dot is-dashed' : 'dot'} style={{ background: colour }} aria-hidden />
          <span className="name">{label}</span>
        </li>
      ))}
      <li className="dotted-name">
        <span className="dot is-level" aria-hidden />
        <span className="name">10 s</span>
      </li>
    </ul>
  );
}

/** A tick has whole seconds from ten on. */
const formatTick = (ms: number): string =>
  ms === 0 ? '0' : ms < 1000 ? `${Math.round(ms)} ms` : `${Number((ms / 1000).toFixed(ms < 10_000 ? 1 : 0))} s`;

/** Which measure is drawn by a dimension; null for all of them of all calls. In the URL. */
function useSplit(): [Split | null, (next: Split | null) => void] {
  const [search, setSearch] = useSearchParams();
  const change = (next: Split | null) =>
    setSearch(
      (now) => {
        if (next === null) now.delete('lines');
        else now.set('lines', next);
        return now;
      },
      { preventScrollReset: true },
    );
  const asked = search.get('lines') ?? '';
  return [asked in SPLITS ? (asked as Split) : null, change];
}
