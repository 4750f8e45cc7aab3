// What of a chart's points is drawn. Where there are thousands, several share a pixel: a stretch of neighbours is then drawn at one
// place, by its highest and its lowest, so that no peak is lost. Read is what the stretch holds; tables and files have every point.
// Pure.
import { partsOf, type Part, type Point, type Series, sizeOfBar } from './points.ts';

/** A point, or what stands for a stretch of neighbours: `at` is where, `parts` are those of the stretch that are drawn. */
export interface Place extends Point {
  /** The points it stands for, oldest first; absent where it is itself one. */
  stretch?: readonly Point[];
}

/** A chart as wide as a desk has two pixels for each of so many. */
const MOST_PLACES = 500;

export const pointsAt = (place: Place): readonly Point[] => place.stretch ?? [place];

/** When the first and the last of the points begin for which the place at an instant stands. */
export function spanAt(places: readonly Place[], at: number): { first: number; last: number } {
  const place = places.find((one) => one.at === at);
  const points = place ? pointsAt(place) : [];
  return { first: points[0]?.at ?? at, last: points.at(-1)?.at ?? at };
}

/** For what is stacked: the highest point of each stretch. */
export function placesOfStack(points: readonly Point[]): readonly Place[] {
  if (points.length <= MOST_PLACES) return points;
  return stretchesOf(points, Math.ceil(points.length / MOST_PLACES)).flatMap((stretch): Place[] => {
    const ends = endsOf(stretch, sizeOfBar);
    return ends ? [{ ...ends.highest, at: startOf(stretch), stretch }] : [];
  });
}

/** For lines: two places a stretch, at which each series has its highest and its lowest, whichever came first. */
export function placesOfLines(points: readonly Point[], series: readonly Series[]): readonly Place[] {
  if (points.length <= MOST_PLACES) return points;
  const half = Math.ceil(points.length / MOST_PLACES);
  return stretchesOf(points, 2 * half).flatMap((stretch): Place[] => {
    const ends = series.flatMap(({ key }) => {
      const parts = partsOver(stretch, key);
      const found = endsOf(parts, ({ size }) => size);
      if (!found) return [];
      const { lowest, highest } = found;
      const rises = parts.indexOf(lowest) < parts.indexOf(highest);
      return [{ key, first: rises ? lowest : highest, second: rises ? highest : lowest }];
    });
    const place = { totalLabel: null, stretch };
    const later = stretch.slice(Math.max(1, Math.min(half, stretch.length - 1)));
    return [
      { ...place, at: startOf(stretch), parts: partsOf(ends.map(({ key, first }) => [key, first])) },
      ...(later.length === 0
        ? []
        : [{ ...place, at: startOf(later), parts: partsOf(ends.map(({ key, second }) => [key, second])) }]),
    ];
  });
}

/** What a series has at some points, where it is known. */
export const partsOver = (points: readonly Point[], key: string): Part[] =>
  points.flatMap(({ parts }) => parts[key] ?? []);

/** The first of the lowest and the first of the highest; null when there are none. */
export function endsOf<One>(all: readonly One[], sizeOf: (one: One) => number): { lowest: One; highest: One } | null {
  const [first] = all;
  if (first === undefined) return null;
  let [lowest, highest]: [One, One] = [first, first];
  let [least, most] = [sizeOf(first), sizeOf(first)];
  for (const one of all) {
    const size = sizeOf(one);
    if (size < least) [lowest, least] = [one, size];
    if (size > most) [highest, most] = [one, size];
  }
  return { lowest, highest };
}

/** Cut into pieces of so many points; the last may have fewer. */
const stretchesOf = (points: readonly Point[], length: number): (readonly Point[])[] =>
  Array.from({ length: Math.ceil(points.length / length) }, (_, index) =>
    points.slice(index * length, (index + 1) * length),
  );

const startOf = ([first]: readonly Point[]): number => first?.at ?? Number.NaN;
