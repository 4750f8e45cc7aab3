// The lines, or the outlines, of all series of a chart. The library does much for each course it is told of, and a page has dozens: so
// it is told of one, for its scales, its crosshair and its reading, and all are drawn here where it put that one's places.
import { memo } from 'react';
import { type LinePointItem, useYAxisScale } from 'recharts';
import type { Place } from './places.ts';
import type { Series } from './points.ts';

/** Of the course that the library is told of: it is wherever anything is known, no matter how high. */
export const anySize = ({ parts }: Place): number | null => Object.values(parts)[0]?.size ?? null;

interface CoursesProps {
  /** The places as the library put them; their `payload` is the place. */
  placed: readonly LinePointItem[];
  series: readonly Series[];
}

const partsAt = ({ payload }: LinePointItem) => (payload as Place).parts;

/** How long a line of one place is. */
const LONE_PX = 3;

/** A line a series, with gaps where nothing is known of it. */
export const LineCourses = memo(function LineCourses({ placed, series }: CoursesProps) {
  const y = useYAxisScale();
  const path = (key: string) => {
    let begins = true;
    const steps = placed.map((one, index) => {
      const part = partsAt(one)[key];
      const next = placed[index + 1];
      // A place between two gaps has no line to be on.
      const isAlone = begins && !(next && partsAt(next)[key]);
      const [x, at] = [(one.x ?? 0) - (isAlone ? LONE_PX / 2 : 0), part && y?.(part.size)?.toFixed(1)];
      const step = part ? `${begins ? 'M' : 'L'}${x.toFixed(1)} ${at}${isAlone ? `h${LONE_PX}` : ''}` : '';
      begins = !part;
      return step;
    });
    return steps.join('');
  };
  if (!y) return null;
  return series.map(({ key, colour, dashed = false }) => (
    <path
      key={key}
      d={path(key)}
      fill="none"
      stroke={colour}
      strokeWidth={1.5}
      strokeDasharray={dashed ? '3 4' : undefined}
    />
  ));
});

/** All bars of a series as one shape, without gaps between them. Zooming in shows each again, with its calls behind it. */
export const Outlines = memo(function Outlines({ placed, series }: CoursesProps) {
  const y = useYAxisScale();
  if (!y) return null;
  const across = placed.map(({ x }) => x ?? 0);
  // Each bar reaches half of the way to its neighbours.
  const borders = across.map((x, index) => ((across[index - 1] ?? x) + x) / 2).concat(across.at(-1) ?? 0);
  const to = (height: number, border: number | undefined) => `V${y(height)?.toFixed(1)}H${border?.toFixed(1)}`;
  let tops = placed.map(() => 0);
  return series.map(({ key, colour }) => {
    const bottoms = tops;
    tops = placed.map((one, index) => (bottoms[index] ?? 0) + Math.max(0, partsAt(one)[key]?.size ?? 0));
    const there = tops.map((height, index) => to(height, borders[index + 1]));
    const back = bottoms.map((height, index) => to(height, borders[index])).toReversed();
    return <path key={key} d={`M${borders[0]?.toFixed(1)} ${y(0)}${there.join('')}${back.join('')}z`} fill={colour} />;
  });
});
