// Stacked bars over time. Knows points, series and how to say a size; nothing of money, dimensions or endpoints. What is drawn
// is made anew only when what it shows is another: not while the hand moves over it.
import { type MouseEvent, useMemo } from 'react';
import {
  Area,
  AreaChart,
  Bar,
  BarChart,
  type BarShapeProps,
  CartesianGrid,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { useNavigate } from 'react-router';
import { CROSSHAIR, GRID, MOST_BARS, timeAxis, verticalAxis } from './axes.tsx';
import { type Mark, markedPoint, NO_MARKS, type PartHref, type Point, type Series } from './points.ts';
import { Reading } from './reading.tsx';
import { sizeOfBar, Stack } from './stack.tsx';
import { useZoom } from './zoom.tsx';

interface StackedBarsProps {
  label: string;
  points: readonly Point[];
  series: readonly Series[];
  marks?: readonly Mark[];
  formatSize: (size: number) => string;
  formatAt: (at: number) => string;
  formatAtLong: (at: number) => string;
  height: number;
  barTestId?: string | undefined;
  hrefOf?: PartHref | undefined;
  /** A stretch was chosen: the starts of its first and last bucket. */
  onZoom?: ((first: number, last: number) => void) | undefined;
}

export function StackedBars({
  label,
  points,
  series,
  marks = NO_MARKS,
  formatSize,
  formatAt,
  formatAtLong,
  height,
  barTestId,
  hrefOf,
  onZoom,
}: StackedBarsProps) {
  const { handlers, area, wasDragged } = useZoom(onZoom);
  const navigate = useNavigate();
  const onFollow = useMemo(
    () => (event: MouseEvent<Element>) => {
      if (wasDragged()) event.preventDefault();
      else if (isPlainClick(event)) {
        event.preventDefault();
        void navigate(event.currentTarget.getAttribute('href') ?? '');
      }
    },
    [navigate, wasDragged],
  );
  const dense = points.length > MOST_BARS;
  const Chart = dense ? AreaChart : BarChart;
  const drawn = useMemo(
    () => (
      <>
        <CartesianGrid {...GRID} />
        <XAxis {...timeAxis(formatAt, points)} />
        <YAxis {...verticalAxis(points.map(sizeOfBar), formatSize)} />
        <Tooltip
          isAnimationActive={false}
          cursor={dense ? { stroke: 'var(--sl-line-strong)' } : { fill: 'var(--sl-sunken)' }}
          wrapperStyle={{ zIndex: 5 }}
          content={({ active, payload }) =>
            active && payload?.[0] ? (
              <Reading point={payload[0].payload as Point} series={series} formatAt={formatAtLong} />
            ) : null
          }
        />
        {dense ? (
          series.map(outline)
        ) : (
          <Bar
            dataKey={sizeOfBar}
            isAnimationActive={false}
            shape={(shape: BarShapeProps) => (
              <Stack {...{ shape, series, hrefOf, onFollow }} formatAt={formatAtLong} testId={barTestId} />
            )}
          />
        )}
        {marks.map((mark) => {
          const at = markedPoint(mark, points);
          return at === null ? null : (
            <ReferenceLine key={`${mark.at} ${mark.label}`} x={at} stroke="var(--sl-muted)" strokeDasharray="2 3" />
          );
        })}
        {area}
      </>
    ),
    [dense, points, series, marks, formatSize, formatAt, formatAtLong, barTestId, hrefOf, onFollow, area],
  );
  return (
    <div className="chart" role="group" aria-label={label}>
      <ResponsiveContainer width="100%" height={height} initialDimension={{ width: 320, height }}>
        <Chart
          data={points as Point[]}
          margin={{ top: 8, right: 4, bottom: 0, left: 8 }}
          barCategoryGap="18%"
          maxBarSize={48}
          {...CROSSHAIR}
          {...handlers}
        >
          {drawn}
        </Chart>
      </ResponsiveContainer>
    </div>
  );
}

/** All bars of a series as one shape, without gaps between them. Zooming in shows each again, with its calls behind it. */
const outline = ({ key, label, colour }: Series) => (
  <Area
    key={key}
    stackId="all"
    name={label}
    dataKey={(point: Point) => point.parts[key]?.size ?? 0}
    fill={colour}
    isAnimationActive={false}
    type="step"
    stroke="none"
    fillOpacity={1}
    activeDot={false}
  />
);

/** Another one opens a tab or a window, which is the browser's own affair. */
const isPlainClick = ({ button, metaKey, altKey, ctrlKey, shiftKey }: MouseEvent<Element>): boolean =>
  button === 0 && !metaKey && !altKey && !ctrlKey && !shiftKey;
