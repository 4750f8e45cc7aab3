// Stacked bars over time. Knows points, series and how to say a size; nothing of money, dimensions or endpoints. What is drawn
// is made anew only when what it shows is another: not while the hand moves over it.
import { memo, type MouseEvent, useMemo } from 'react';
import {
  Bar,
  BarChart,
  type BarShapeProps,
  CartesianGrid,
  Line,
  LineChart,
  type LinePointItem,
  ResponsiveContainer,
  YAxis,
} from 'recharts';
import { useNavigate } from 'react-router';
import { GRID, type TicksFor, TimeAxis, verticalAxis } from './axes.tsx';
import { anySize, Outlines } from './courses.tsx';
import { Crosshair } from './crosshair.tsx';
import { ChartFrame, nameOf } from './heard.tsx';
import { MarkLines } from './mark-lines.tsx';
import { type Place, placesOfStack } from './places.ts';
import { type Mark, NO_MARKS, type PartHref, type Point, type Series, sizeOfBar } from './points.ts';
import { readingInWords } from './reading.tsx';
import { Stack } from './stack.tsx';
import { useZoom } from './zoom.tsx';

/** With more points than this a bar is about a pixel wide: they are drawn as one outline a series, and not each by itself. */
const MOST_BARS = 400;
const MARGIN = { top: 8, right: 4, bottom: 0, left: 8 };

interface StackedBarsProps {
  label: string;
  points: readonly Point[];
  series: readonly Series[];
  marks?: readonly Mark[];
  formatSize: (size: number) => string;
  formatAt: (at: number) => string;
  ticksFor: TicksFor;
  formatAtLong: (at: number) => string;
  height: number;
  barTestId?: string | undefined;
  hrefOf?: PartHref | undefined;
  /** A stretch was chosen: the starts of its first and last bucket. */
  onZoom?: ((first: number, last: number) => void) | undefined;
}

export const StackedBars = memo(function StackedBars({
  label,
  points,
  series,
  marks = NO_MARKS,
  formatSize,
  formatAt,
  ticksFor,
  formatAtLong,
  height,
  barTestId,
  hrefOf,
  onZoom,
}: StackedBarsProps) {
  // Frozen, or the library would freeze each part of each point.
  const places = useMemo(() => Object.freeze(placesOfStack(points)), [points]);
  const { handlers, area, wasDragged } = useZoom(places, onZoom);
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
  const Chart = dense ? LineChart : BarChart;
  const drawn = useMemo(
    () => (
      <>
        <CartesianGrid {...GRID} />
        <TimeAxis points={places} {...{ ticksFor, formatAt }} />
        <YAxis {...verticalAxis(places.map(sizeOfBar), formatSize)} />
        {dense ? (
          <Line
            dataKey={anySize}
            stroke="none"
            dot={false}
            activeDot={false}
            isAnimationActive={false}
            shape={({ points: placed = [] }) => <Outlines placed={placed as LinePointItem[]} series={series} />}
          />
        ) : (
          <Bar
            dataKey={sizeOfBar}
            isAnimationActive={false}
            shape={(shape: BarShapeProps) => (
              <Stack {...{ shape, series, hrefOf, onFollow }} formatAt={formatAtLong} testId={barTestId} />
            )}
          />
        )}
      </>
    ),
    [dense, places, series, formatSize, formatAt, formatAtLong, ticksFor, barTestId, hrefOf, onFollow],
  );
  const wordsAt = (at: number) => {
    const place = places.find((one) => one.at === at);
    return place ? readingInWords({ place, series, formatSize, formatAt: formatAtLong }) : '';
  };
  return (
    <ChartFrame label={label} wordsAt={wordsAt}>
      {(heard, over) => (
        <ResponsiveContainer width="100%" height={height} initialDimension={{ width: 320, height }}>
          <Chart
            {...nameOf(label)}
            data={places as Place[]}
            margin={MARGIN}
            barCategoryGap="18%"
            maxBarSize={48}
            {...handlers}
          >
            {drawn}
            <MarkLines marks={marks} places={places} />
            <Crosshair {...{ places, series, formatSize, over }} band={!dense} formatAt={formatAtLong} />
            {area}
            {heard}
          </Chart>
        </ResponsiveContainer>
      )}
    </ChartFrame>
  );
});

/** Another one opens a tab or a window, which is the browser's own affair. */
const isPlainClick = ({ button, metaKey, altKey, ctrlKey, shiftKey }: MouseEvent<Element>): boolean =>
  button === 0 && !metaKey && !altKey && !ctrlKey && !shiftKey;
