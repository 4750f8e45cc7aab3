// Lines over time, one a series; unknown points are gaps. Knows points, series and how to say a size. As with the bars, what is
// drawn is made anew only when what it shows is another.
import { memo, useCallback, useMemo } from 'react';
import {
  CartesianGrid,
  Line,
  LineChart,
  type LinePointItem,
  ReferenceLine,
  ResponsiveContainer,
  useYAxisScale,
  YAxis,
} from 'recharts';
import { Link } from 'react-router';
import { GRID, type TicksFor, TimeAxis, verticalAxis } from './axes.tsx';
import { anySize, LineCourses } from './courses.tsx';
import { Crosshair } from './crosshair.tsx';
import { ChartFrame, nameOf } from './heard.tsx';
import { MarkLines } from './mark-lines.tsx';
import { partsOver, type Place, placesOfLines, spanAt } from './places.ts';
import { type Mark, NO_MARKS, type PartHref, type Point, type Series } from './points.ts';
import { readingInWords } from './reading.tsx';
import { useZoom } from './zoom.tsx';

/** On the right there is room for half of what names the last point. */
const MARGIN = { top: 8, right: 22, bottom: 0, left: 8 };
const SMALL_MARGIN = { top: 4, right: 2, bottom: 1, left: 2 };

interface LinesProps {
  label: string;
  points: readonly Point[];
  series: readonly Series[];
  marks?: readonly Mark[];
  /** A level to look at: ten seconds, a target. */
  level?: number | undefined;
  formatSize: (size: number) => string;
  formatAt: (at: number) => string;
  ticksFor: TicksFor;
  formatAtLong: (at: number) => string;
  height: number;
  /** Without axes and grid, for a small multiple. */
  small?: boolean;
  hrefOf?: PartHref | undefined;
  /** A place between the lines was clicked: the starts of its first and last bucket. */
  onPick?: ((first: number, last: number) => void) | undefined;
  onZoom?: ((first: number, last: number) => void) | undefined;
}

export const Lines = memo(function Lines({
  label,
  points,
  series,
  marks = NO_MARKS,
  level,
  formatSize,
  formatAt,
  ticksFor,
  formatAtLong,
  height,
  small = false,
  hrefOf,
  onPick,
  onZoom,
}: LinesProps) {
  // Frozen, or the library would freeze each part of each point.
  const places = useMemo(() => Object.freeze(placesOfLines(points, series)), [points, series]);
  const { handlers, area, wasDragged } = useZoom(places, onZoom);
  const onClick = ({ activeLabel }: { activeLabel?: string | number | undefined }) => {
    if (activeLabel === undefined || wasDragged()) return;
    const { first, last } = spanAt(places, Number(activeLabel));
    onPick?.(first, last);
  };
  const drawn = useMemo(() => {
    const sizes = series.flatMap(({ key }) => partsOver(places, key).map(({ size }) => size));
    return (
      <>
        {!small && <CartesianGrid {...GRID} />}
        <TimeAxis hide={small} points={places} {...{ ticksFor, formatAt }} />
        <YAxis hide={small} {...verticalAxis(sizes, formatSize)} />
        {!small && sizes.some((size) => size < 0) && <ReferenceLine y={0} stroke="var(--sl-line-strong)" />}
        {level !== undefined && (
          <ReferenceLine y={level} stroke="var(--sl-warn)" strokeDasharray="4 3" ifOverflow="hidden" />
        )}
        <Line
          dataKey={anySize}
          stroke="none"
          dot={
            places.length < 2 ? ({ cx, payload }) => <Dots x={cx} place={payload as Place} series={series} /> : false
          }
          activeDot={false}
          isAnimationActive={false}
          shape={({ points: placed = [] }) => <LineCourses placed={placed as LinePointItem[]} series={series} />}
        />
      </>
    );
  }, [places, series, level, formatSize, formatAt, ticksFor, small]);
  const dotsAt = useCallback((place: Place, x: number) => <Dots {...{ x, place, series, hrefOf }} />, [series, hrefOf]);
  const wordsAt = (at: number) => {
    const place = places.find((one) => one.at === at);
    return place ? readingInWords({ place, series, formatSize, formatAt: formatAtLong }) : '';
  };
  return (
    <ChartFrame label={label} small={small} wordsAt={wordsAt}>
      {(heard, over) => (
        <ResponsiveContainer width="100%" height={height} initialDimension={{ width: 320, height }}>
          <LineChart
            {...nameOf(label)}
            data={places as Place[]}
            margin={small ? SMALL_MARGIN : MARGIN}
            {...handlers}
            onClick={onClick}
          >
            {drawn}
            <MarkLines marks={marks} places={places} />
            <Crosshair {...{ places, series, formatSize, over, dotsAt }} formatAt={formatAtLong} />
            {area}
            {heard}
          </LineChart>
        </ResponsiveContainer>
      )}
    </ChartFrame>
  );
});

const [DOT_PX, REACH_PX] = [3, 11];
/** What the crosshair is at, on each line; with room around it to be hit. A dot of a stretch leads nowhere: it has no one bucket. */
function Dots({
  x,
  place,
  series,
  hrefOf,
}: {
  x: number | undefined;
  place: Place;
  series: readonly Series[];
  hrefOf?: PartHref | undefined;
}) {
  const y = useYAxisScale();
  return series.map((one) => {
    const part = place.parts[one.key];
    if (!part || !y) return null;
    const at = { cx: x, cy: y(part.size) };
    const dot = <circle key={one.key} {...at} r={DOT_PX} fill={one.colour} />;
    const href = place.stretch ? null : (hrefOf?.(one, place.at) ?? null);
    if (href === null) return dot;
    return (
      // By keyboard the same links are in the table view.
      <Link
        key={one.key}
        to={href}
        aria-label={`${one.label}. Show these calls`}
        tabIndex={-1}
        onClick={(event) => event.stopPropagation()}
      >
        <circle {...at} r={REACH_PX} fill="transparent" />
        {dot}
      </Link>
    );
  });
}
