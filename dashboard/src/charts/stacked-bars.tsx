// Stacked bars over time. Knows points, series and how to say a size; nothing of money, dimensions or endpoints. What is drawn
// is made anew only when what it shows is another: not while the hand moves over it.
import { useMemo } from 'react';
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
import { Link } from 'react-router';
import { CROSSHAIR, type Mark, markedPoint, MOST_BARS, timeAxis, verticalAxis } from './axes.tsx';
import type { PartHref, Point, Series } from './points.ts';
import { Reading } from './reading.tsx';
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
  marks = [],
  formatSize,
  formatAt,
  formatAtLong,
  height,
  barTestId,
  hrefOf,
  onZoom,
}: StackedBarsProps) {
  const { handlers, area, wasDragged } = useZoom(onZoom);
  const dense = points.length > MOST_BARS;
  const Chart = dense ? AreaChart : BarChart;
  const drawn = useMemo(
    () => (
      <>
        <CartesianGrid vertical={false} stroke="var(--sl-line)" />
        <XAxis {...timeAxis(formatAt, points)} />
        <YAxis
          {...verticalAxis(
            points.map(({ parts }) => Object.values(parts).reduce((sum, { size }) => sum + size, 0)),
            formatSize,
          )}
        />
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
        {dense
          ? series.map(outline)
          : series.map((one) => (
              <Bar
                key={one.key}
                {...shared(one)}
                shape={(shape: BarShapeProps) => (
                  <Segment
                    shape={shape}
                    series={one}
                    formatAt={formatAtLong}
                    testId={barTestId}
                    href={hrefOf?.(one, (shape.payload as Point).at) ?? null}
                    wasDragged={wasDragged}
                  />
                )}
              />
            ))}
        {marks.map((mark) => {
          const at = markedPoint(mark, points);
          return at === null ? null : (
            <ReferenceLine key={`${mark.at} ${mark.label}`} x={at} stroke="var(--sl-muted)" strokeDasharray="2 3" />
          );
        })}
        {area}
      </>
    ),
    [dense, points, series, marks, formatSize, formatAt, formatAtLong, barTestId, hrefOf, wasDragged, area],
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

const shared = ({ key, label, colour }: Series) => ({
  stackId: 'all',
  name: label,
  dataKey: (point: Point) => point.parts[key]?.size ?? 0,
  fill: colour,
  isAnimationActive: false,
});

/** All bars of a series as one shape, without gaps between them. Zooming in shows each again, with its calls behind it. */
const outline = (one: Series) => (
  <Area key={one.key} {...shared(one)} type="step" stroke="none" fillOpacity={1} activeDot={false} />
);

interface SegmentProps {
  shape: BarShapeProps;
  series: Series;
  formatAt: (at: number) => string;
  testId: string | undefined;
  href: string | null;
  wasDragged: () => boolean;
}

function Segment({ shape, series, formatAt, testId, href, wasDragged }: SegmentProps) {
  const point = shape.payload as Point;
  const part = point.parts[series.key];
  if (!part || part.size <= 0) return <g />;
  // A hairline of ground between neighbours; what is there is never thinner than a pixel.
  const height = Math.max(1, shape.height - 1);
  const words = `${series.label}: ${part.label}, ${formatAt(point.at)}`;
  const bar = (
    <rect
      x={shape.x}
      y={shape.y + shape.height - height}
      width={Math.max(1, shape.width)}
      height={height}
      rx={Math.min(1.5, height / 2)}
      fill={series.colour}
      {...(href === null ? { role: 'img', 'aria-label': words } : {})}
      data-testid={testId}
      data-series={series.key}
      data-at={point.at}
      data-value={part.exact}
    />
  );
  if (href === null) return bar;
  // By keyboard the same links are in the table view: hundreds of stops in a chart help nobody.
  return (
    <Link
      to={href}
      aria-label={`${words}. Show these calls`}
      tabIndex={-1}
      draggable={false}
      onDragStart={(event) => event.preventDefault()}
      onClick={(event) => wasDragged() && event.preventDefault()}
    >
      {bar}
    </Link>
  );
}
