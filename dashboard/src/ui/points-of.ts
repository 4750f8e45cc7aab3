// Figures at instants -> the points of a chart: every bucket of the window, empty ones too. Pure.
import type { Bucket } from '@spanledger/collector/contract';
import { type Part, partsOf, type Point, type Series } from '../charts/points.ts';
import { palette } from '../theme/palette.ts';
import { bucketStarts } from '../url/buckets.ts';

export interface ChartWindow {
  from: string;
  to: string;
  bucket: Bucket;
}
/** What a series has in a bucket that starts at `at`. */
export interface Cell {
  at: number;
  key: string;
  part: Part;
}

/** `total` says the sum of a point's parts; without it they are nothing to add up. */
export function pointsOf(
  window: ChartWindow,
  timezone: string,
  cells: readonly Cell[],
  total?: (parts: readonly Part[]) => string,
): Point[] {
  const byStart = new Map<number, Cell[]>();
  for (const cell of cells) {
    const own = byStart.get(cell.at);
    if (own) own.push(cell);
    else byStart.set(cell.at, [cell]);
  }
  return bucketStarts(Date.parse(window.from), Date.parse(window.to), window.bucket, timezone).map((at): Point => {
    const own = byStart.get(at) ?? [];
    return {
      at,
      parts: partsOf(own.map(({ key, part }) => [key, part])),
      totalLabel: total && own.length > 0 ? total(own.map(({ part }) => part)) : null,
    };
  });
}

/** The values of a dimension as series, in their own colours. An empty value is "not set". */
export const seriesOf = (dimension: string, values: readonly string[], label: (value: string) => string): Series[] =>
  values.map((value) => ({ key: value, label: label(value), colour: palette.colourOf(dimension, value) }));
