// Hit rate and net savings through the window, a line for each of the busiest values of a dimension.
import { Select } from '@mantine/core';
import type { Dimension, MetricsRow } from '@spanledger/collector/contract';
import { useMemo } from 'react';
import { useMetrics } from '../../api/questions.ts';
import {
  formatDimension,
  formatShare,
  formatShareTick,
  formatUsdExact,
  formatUsdTick,
  formatValue,
} from '../../format.ts';
import { Frame } from '../../ui/frame.tsx';
import { inTurn } from '../../ui/in-turn.tsx';
import { Legend } from '../../ui/legend.tsx';
import { MarksInWords, useMarks } from '../../ui/marks.tsx';
import { pointsOf, seriesOf } from '../../ui/points-of.ts';
import { numberOf, textOf } from '../../ui/rows.ts';
import { TimeChart } from '../../ui/time-chart.tsx';
import { type Filters, narrowed } from '../../url/filters.ts';
import type { Watched } from '../../url/monitor-on.ts';
import { searchWith, useFilters } from '../../url/use-filters.ts';

const MEASURES = ['calls', 'cacheHitRate', 'cacheSavingsUsd'] as const;
const OFFERED: readonly Dimension[] = ['feature', 'promptVersion', 'model', 'customer', 'service'];
const SHOWN = 7;

/** What the lines are by: the page's `by` where it makes sense here. */
const lineBy = ({ by }: Filters): Dimension => (OFFERED.includes(by) ? by : 'feature');

interface CourseProps {
  filters: Filters;
  className: string;
  title: string;
  id: string;
  unit: string;
  /** Null where nothing is known. */
  read: (row: MetricsRow) => { size: number; label: string; exact: string } | null;
  formatSize: (size: number) => string;
  watched: Watched;
  picker?: boolean;
}

function CoursePanel({ filters, className, title, id, unit, read, formatSize, watched, picker = false }: CourseProps) {
  const by = lineBy(filters);
  const { timezone } = filters;
  const marks = useMarks(filters);
  const question = useMetrics(filters, { measures: MEASURES, by: [by], bucketed: true });
  const answer = question.data;
  const drawn = useMemo(() => {
    if (!answer) return null;
    const values = busiest(
      answer.rows.filter((row) => read(row) !== null),
      by,
    );
    const cells = answer.rows.flatMap((row) => {
      const part = read(row);
      const key = textOf(row, by) ?? '';
      return part && values.includes(key) ? [{ at: Date.parse(textOf(row, 'bucket') ?? ''), key, part }] : [];
    });
    return { series: seriesOf(by, values, formatValue), points: pointsOf(answer, timezone, cells) };
  }, [answer, by, read, timezone]);
  return (
    <Frame
      title={`${title} by ${formatDimension(by)}`}
      question={question}
      height={260}
      className={className}
      isEmpty={() => drawn?.series.length === 0}
      empty="No call of this window cached anything."
      aside={picker && <ByPicker by={by} />}
    >
      {(window) =>
        drawn && (
          <>
            <TimeChart
              id={id}
              label={`${title} by ${formatDimension(by)} through the window`}
              kind="lines"
              unit={unit}
              filters={filters}
              window={window}
              points={drawn.points}
              series={drawn.series}
              marks={marks}
              narrow={({ key }) => narrowed(filters.where, by, [key])}
              formatSize={formatSize}
              height={220}
              watched={watched}
            />
            <Legend
              label={`Colours by ${formatDimension(by)}`}
              series={drawn.series}
              hrefOf={({ key }) => searchWith(filters, { where: narrowed(filters.where, by, [key]) })}
            />
            <MarksInWords marks={marks} filters={filters} />
          </>
        )
      }
    </Frame>
  );
}

/** The values with the most calls, of those that have anything to show. */
function busiest(rows: readonly MetricsRow[], by: Dimension): string[] {
  const calls = new Map<string, number>();
  for (const row of rows) {
    const key = textOf(row, by) ?? '';
    calls.set(key, (calls.get(key) ?? 0) + (numberOf(row, 'calls') ?? 0));
  }
  return [...calls]
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, SHOWN)
    .map(([key]) => key);
}

function ByPicker({ by }: { by: Dimension }) {
  const [, change] = useFilters();
  return (
    <Select
      size="xs"
      w={150}
      aria-label="Lines by"
      allowDeselect={false}
      value={by}
      data={OFFERED.map((name) => ({ value: name, label: formatDimension(name) }))}
      onChange={(name) => name && change({ by: name as Dimension })}
    />
  );
}

/** Nothing read and nothing written is no rate of 0: the cache is not used. */
const readRate = (row: MetricsRow) => {
  const rate = numberOf(row, 'cacheHitRate');
  const used = Number(textOf(row, 'cacheSavingsUsd') ?? 1) !== 0;
  return rate === null || (rate === 0 && !used) ? null : { size: rate, label: formatShare(rate), exact: String(rate) };
};
const readSavings = (row: MetricsRow) => {
  const usd = textOf(row, 'cacheSavingsUsd');
  return usd === null || Number(usd) === 0 ? null : { size: Number(usd), label: formatUsdExact(usd), exact: usd };
};

const HIT_RATE: Watched = { measure: 'cacheHitRate' };
/** Writing cost more than reading saved. What is drawn is of buckets, and no measure of another window. */
const NET_LOSS: Watched = { measure: 'cacheSavingsUsd', threshold: '0.00' };

export const HitRatePanel = inTurn(function HitRatePanel({
  filters,
  className,
}: {
  filters: Filters;
  className: string;
}) {
  return (
    <CoursePanel
      {...{ filters, className }}
      title="Hit rate"
      id="hit-rate"
      unit="share"
      read={readRate}
      formatSize={formatShareTick}
      watched={HIT_RATE}
    />
  );
});

export const SavingsPanel = inTurn(function SavingsPanel({
  filters,
  className,
}: {
  filters: Filters;
  className: string;
}) {
  return (
    <CoursePanel
      {...{ filters, className }}
      title="Net savings"
      id="net-savings"
      unit="USD"
      read={readSavings}
      formatSize={formatUsdTick}
      watched={NET_LOSS}
      picker
    />
  );
});
