import { describe, expect, it } from 'vitest';
import { type Place, placesOfLines, placesOfStack, pointsAt, spanAt } from './places.ts';
import type { Part, Point, Series } from './points.ts';

const series: Series[] = [
  { key: 'a', label: 'a', colour: '' },
  { key: 'b', label: 'b', colour: '' },
];
const part = (size: number): Part => ({ size, label: `$${size}`, exact: String(size) });
/** A point a second; a size that is not told is not known. */
const points = (count: number, sizes: (index: number) => Record<string, number>): Point[] =>
  Array.from({ length: count }, (_, index) => ({
    at: index * 1000,
    parts: Object.fromEntries(Object.entries(sizes(index)).map(([key, size]) => [key, part(size)])),
    totalLabel: null,
  }));
const sizes = ({ parts }: Place) => Object.fromEntries(Object.entries(parts).map(([key, { size }]) => [key, size]));

describe('what of a chart is drawn', () => {
  it('is every point as long as each has room', () => {
    const few = points(500, () => ({ a: 1 }));
    expect(placesOfStack(few)).toBe(few);
    expect(placesOfLines(few, series)).toBe(few);
  });

  it('is of bars that share a pixel the highest, where the first of them stands', () => {
    // 1,500 points for at most 500 places: three each. The highest of the second three is its last: 2 + 5.
    const many = points(1500, (index) => ({ a: index === 4 ? 6 : 1, b: index === 5 ? 2 : 0.5 * (index % 3) }));
    const raised = many.with(5, { ...(many[5] as Point), parts: { a: part(5), b: part(2) } });
    const places = placesOfStack(raised);
    expect(places).toHaveLength(500);
    expect(places[1]).toEqual({ ...raised[5], at: 3000, stretch: raised.slice(3, 6) });
  });

  it('has as its last stretch what is left', () => {
    const places = placesOfStack(points(1001, () => ({ a: 1 })));
    // Three each, and 1001 = 333 * 3 + 2.
    expect(places).toHaveLength(334);
    expect(places.at(-1)).toMatchObject({ at: 999_000, stretch: [{ at: 999_000 }, { at: 1_000_000 }] });
  });

  it('is of lines the highest and the lowest of each, in the order in which they came', () => {
    // 1,000 points: stretches of four. Within the first a rises from 1 to 9 and b falls from 7 to 3.
    const first = [
      { a: 4, b: 5 },
      { a: 1, b: 7 },
      { a: 9, b: 6 },
      { a: 5, b: 3 },
    ];
    const many = points(1000, (index) => first[index] ?? { a: 1, b: 1 });
    const places = placesOfLines(many, series);
    expect(places).toHaveLength(500);
    expect(places.slice(0, 2).map((place) => [place.at, sizes(place)])).toEqual([
      [0, { a: 1, b: 7 }],
      [2000, { a: 9, b: 3 }],
    ]);
    expect(places.slice(0, 2).map(pointsAt)).toEqual([many.slice(0, 4), many.slice(0, 4)]);
  });

  it('leaves a gap where nothing of a series is known, and none where something is', () => {
    const many = points(1000, (index) => (index < 4 ? { b: 2 } : index === 4 ? { a: 3 } : { a: 1, b: 1 }));
    expect(placesOfLines(many, series).slice(0, 4).map(sizes)).toEqual([
      { b: 2 },
      { b: 2 },
      { a: 3, b: 1 },
      { a: 1, b: 1 },
    ]);
  });

  it('keeps the highest and the lowest of a last stretch that is short, and draws a last point once', () => {
    // 1,002 points: stretches of six, and 1002 = 167 * 6; 1,003 has one left, 1,005 three.
    expect(
      placesOfLines(
        points(1003, () => ({ a: 1 })),
        series,
      )
        .slice(334)
        .map(({ at }) => at),
    ).toEqual([1_002_000]);
    const short = points(1005, (index) => ({ a: index === 1003 ? 8 : index === 1004 ? 0 : 5 }));
    expect(
      placesOfLines(short, series)
        .slice(334)
        .map((place) => [place.at, sizes(place)]),
    ).toEqual([
      [1_002_000, { a: 8 }],
      [1_004_000, { a: 0 }],
    ]);
  });

  it('stands for the points from which to which a reader chooses', () => {
    const places = placesOfStack(points(1500, () => ({ a: 1 })));
    expect(spanAt(places, 3000)).toEqual({ first: 3000, last: 5000 });
    const few = points(3, () => ({ a: 1 }));
    expect(spanAt(few, 1000)).toEqual({ first: 1000, last: 1000 });
  });
});
