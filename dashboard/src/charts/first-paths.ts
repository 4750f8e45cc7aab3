// The bars of a chart that cannot be pointed at yet, as paths: for React (first-marks.tsx), and for what draws before React is there.
import type { Point, Series } from './points.ts';

/** What axes take of the place, about: the largest figure on the left, the dates below. */
const AXES = { left: 58, right: 4, top: 8, bottom: 30 };
const NO_AXES = { left: 2, right: 2, top: 4, bottom: 1 };
/** The marks are drawn on a ground of this size and stretched to their place. */
export const GROUND = 1000;
export const VIEW_BOX = `0 0 ${GROUND} ${GROUND}`;

/** `small`: without axes, for a small multiple. */
export function placeOf(height: number, small: boolean) {
  const { left, right, top, bottom } = small ? NO_AXES : AXES;
  return { display: 'block', width: '100%', height, padding: `${top}px ${right}px ${bottom}px ${left}px` };
}

interface BarPath extends Pick<Series, 'key' | 'colour'> {
  d: string;
}

/** One path a series, stacked in their order. Less than nothing is not drawn. */
export function barPaths(points: readonly Point[], series: readonly Series[]): BarPath[] {
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
  return series.map(({ key, colour }) => ({ key, colour, d: barsOf(key) }));
}
