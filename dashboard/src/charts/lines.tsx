// Lines over time, one a series; unknown points are gaps. Knows points, series and how to say a size. As with the bars, what is
// drawn is made anew only when what it shows is another.
import { useMemo } from 'react';
import {
  CartesianGrid,
  type ActiveDotProps,
  Line,
  LineChart,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { Link } from 'react-router';
import { CROSSHAIR, GRID, timeAxis, verticalAxis } from './axes.tsx';
import { type Mark, markedPoint, NO_MARKS, type PartHref, type Point, type Series } from './points.ts';
import { Reading } from './reading.tsx';
import { useZoom } from './zoom.tsx';

interface LinesProps {
  label: string;
  points: readonly Point[];
  series: readonly Series[];
  marks?: readonly Mark[];
  /** A level to look at: ten seconds, a target. */
  level?: number | undefined;
  formatSize: (size: number) => string;
  formatAt: (at: number) => string;
  formatAtLong: (at: number) => string;
  height: number;
  /** Without axes and grid, for a small multiple. */
  small?: boolean;
  hrefOf?: PartHref | undefined;
  /** A place between the lines was clicked: the start of its bucket. */
  onPick?: ((at: number) => void) | undefined;
  onZoom?: ((first: number, last: number) => void) | undefined;
}

export function Lines({
  label,
  points,
  series,
  marks = NO_MARKS,
  level,
  formatSize,
  formatAt,
  formatAtLong,
  height,
  small = false,
  hrefOf,
  onPick,
  onZoom,
}: LinesProps) {
  const { handlers, area, wasDragged } = useZoom(onZoom);
  const onClick = ({ activeLabel }: { activeLabel?: string | number | undefined }) => {
    if (activeLabel !== undefined && !wasDragged()) onPick?.(Number(activeLabel));
  };
  const drawn = useMemo(
    () => (
      <>
        {!small && <CartesianGrid {...GRID} />}
        <XAxis hide={small} {...timeAxis(formatAt, points)} />
        <YAxis
          hide={small}
          domain={[(least: number) => Math.min(0, least), 'auto']}
          {...verticalAxis(
            points.flatMap(({ parts }) => Object.values(parts).map(({ size }) => size)),
            formatSize,
          )}
        />
        <Tooltip
          isAnimationActive={false}
          cursor={{ stroke: 'var(--sl-line-strong)' }}
          wrapperStyle={{ zIndex: 5 }}
          allowEscapeViewBox={{ x: false, y: small }}
          content={({ active, payload }) =>
            active && payload?.[0] ? (
              <Reading point={payload[0].payload as Point} series={series} formatAt={formatAtLong} />
            ) : null
          }
        />
        {!small && points.some(({ parts }) => Object.values(parts).some(({ size }) => size < 0)) && (
          <ReferenceLine y={0} stroke="var(--sl-line-strong)" />
        )}
        {level !== undefined && (
          <ReferenceLine y={level} stroke="var(--sl-warn)" strokeDasharray="4 3" ifOverflow="hidden" />
        )}
        {marks.map((mark) => {
          const at = markedPoint(mark, points);
          return at === null ? null : (
            <ReferenceLine key={`${mark.at} ${mark.label}`} x={at} stroke="var(--sl-muted)" strokeDasharray="2 3" />
          );
        })}
        {series.map((one) => (
          <Line
            key={one.key}
            name={one.label}
            dataKey={(point: Point) => point.parts[one.key]?.size ?? null}
            stroke={one.colour}
            strokeWidth={1.5}
            {...(one.dashed ? { strokeDasharray: '3 4' } : {})}
            dot={points.length < 2}
            activeDot={({ cx, cy, payload }: ActiveDotProps) => (
              <ActiveDot x={cx} y={cy} series={one} href={hrefOf?.(one, (payload as Point).at) ?? null} />
            )}
            isAnimationActive={false}
          />
        ))}
        {area}
      </>
    ),
    [points, series, marks, level, formatSize, formatAt, formatAtLong, small, hrefOf, area],
  );
  return (
    <div className={small ? 'chart chart-small' : 'chart'} role="group" aria-label={label}>
      <ResponsiveContainer width="100%" height={height} initialDimension={{ width: 320, height }}>
        <LineChart
          data={points as Point[]}
          margin={small ? { top: 4, right: 2, bottom: 1, left: 2 } : { top: 8, right: 12, bottom: 0, left: 8 }}
          {...CROSSHAIR}
          {...handlers}
          onClick={onClick}
        >
          {drawn}
        </LineChart>
      </ResponsiveContainer>
    </div>
  );
}

const [DOT_PX, REACH_PX] = [3, 11];
/** What the crosshair is at, on one line; with room around it to be hit. */
function ActiveDot({
  x,
  y,
  series,
  href,
}: {
  x: number | undefined;
  y: number | undefined;
  series: Series;
  href: string | null;
}) {
  const dot = <circle cx={x} cy={y} r={DOT_PX} fill={series.colour} />;
  if (href === null) return dot;
  return (
    // By keyboard the same links are in the table view.
    <Link
      to={href}
      aria-label={`${series.label}. Show these calls`}
      tabIndex={-1}
      onClick={(event) => event.stopPropagation()}
    >
      <circle cx={x} cy={y} r={REACH_PX} fill="transparent" />
      {dot}
    </Link>
  );
}
