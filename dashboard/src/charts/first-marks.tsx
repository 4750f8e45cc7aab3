// What a chart is until it can be pointed at: its bars or lines alone, where they will stand. No axes, no links, no reading.
import type { ReactNode } from 'react';
import type { Point, Series } from './points.ts';

interface FirstMarksProps {
  label: string;
  points: readonly Point[];
  series: readonly Series[];
  height: number;
  /** Without axes, for a small multiple. */
  small?: boolean;
}
/** What axes take of the place, about: the largest figure on the left, the dates below. */
const AXES = { left: 58, right: 4, top: 8, bottom: 30 };
const NO_AXES = { left: 2, right: 2, top: 4, bottom: 1 };
/** The marks are drawn on a ground of this size and stretched to their place. */
const GROUND = 1000;

export function FirstBars({ label, points, series, height }: FirstMarksProps) {
  const sums = points.map(({ parts }) => series.reduce((sum, { key }) => sum + Math.max(0, parts[key]?.size ?? 0), 0));
  const most = sums.reduce((one, other) => Math.max(one, other), 0) || 1;
  const step = GROUND / points.length;
  const tops = points.map(() => GROUND);
  const barsOf = (key: string): string =>
    points
      .map(({ parts }, index) => {
        const tall = (Math.max(0, parts[key]?.size ?? 0) / most) * GROUND;
        const top = ((tops[index] ?? GROUND) - tall).toFixed(1);
        tops[index] = Number(top);
        return tall === 0
          ? ''
          : `M${((index + 0.09) * step).toFixed(1)} ${top}h${(0.82 * step).toFixed(2)}v${tall.toFixed(1)}H${((index + 0.09) * step).toFixed(1)}z`;
      })
      .join('');
  return (
    <Ground label={label} height={height}>
      {series.map(({ key, colour }) => (
        <path key={key} d={barsOf(key)} fill={colour} data-testid="first-mark" />
      ))}
    </Ground>
  );
}

export function FirstLines({ label, points, series, height, small = false }: FirstMarksProps) {
  const sizes = points.flatMap(({ parts }) => series.flatMap(({ key }) => parts[key]?.size ?? []));
  const least = Math.min(0, ...sizes);
  const reach = Math.max(0, ...sizes) - least || 1;
  const step = GROUND / Math.max(1, points.length - 1);
  return (
    <Ground label={label} height={height} small={small}>
      {series.map(({ key, colour }) => (
        <path
          key={key}
          d={points
            .flatMap(({ parts }, index) => {
              const part = parts[key];
              if (!part) return [];
              // After a gap the line begins anew.
              const begins = index === 0 || !points[index - 1]?.parts[key];
              return `${begins ? 'M' : 'L'}${(index * step).toFixed(1)} ${(GROUND * (1 - (part.size - least) / reach)).toFixed(1)}`;
            })
            .join('')}
          fill="none"
          stroke={colour}
          strokeWidth={1.5}
          vectorEffect="non-scaling-stroke"
          data-testid="first-mark"
        />
      ))}
    </Ground>
  );
}

function Ground({
  label,
  height,
  small = false,
  children,
}: {
  label: string;
  height: number;
  small?: boolean;
  children: ReactNode;
}) {
  const { left, right, top, bottom } = small ? NO_AXES : AXES;
  return (
    <div className={small ? 'chart chart-small' : 'chart'}>
      <svg
        role="img"
        aria-label={label}
        aria-busy
        viewBox={`0 0 ${GROUND} ${GROUND}`}
        preserveAspectRatio="none"
        style={{ display: 'block', width: '100%', height, padding: `${top}px ${right}px ${bottom}px ${left}px` }}
      >
        {children}
      </svg>
    </div>
  );
}
