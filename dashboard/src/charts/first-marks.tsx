// What a chart is until it can be pointed at: its bars or lines alone, where they will stand. No axes, no links, no reading.
import type { ReactNode } from 'react';
import { barPaths, GROUND, placeOf, VIEW_BOX } from './first-paths.ts';
import type { Point, Series } from './points.ts';

interface FirstMarksProps {
  label: string;
  points: readonly Point[];
  series: readonly Series[];
  height: number;
  /** Without axes, for a small multiple. */
  small?: boolean;
}
export function FirstBars({ label, points, series, height }: FirstMarksProps) {
  return (
    <Ground label={label} height={height}>
      {barPaths(points, series).map(({ key, colour, d }) => (
        <path key={key} d={d} fill={colour} data-testid="first-mark" />
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
  return (
    <div className={small ? 'chart chart-small' : 'chart'}>
      <svg
        role="img"
        aria-label={label}
        aria-busy
        viewBox={VIEW_BOX}
        preserveAspectRatio="none"
        style={placeOf(height, small)}
      >
        {children}
      </svg>
    </div>
  );
}
