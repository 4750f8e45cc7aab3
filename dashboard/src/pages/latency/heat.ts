// Calls by bucket and band of latency -> the grid of the heat map, and what a part of it is as filters. Pure.
import { type Band, type Bucket, LATENCY_BANDS, type MetricsRow } from '@spanledger/collector/contract';
import type { Point, Series } from '../../charts/points.ts';
import { formatCount } from '../../format.ts';
import { numberOf, textOf } from '../../ui/rows.ts';
import { bucketStart, bucketStarts } from '../../url/buckets.ts';
import type { Where, Window } from '../../url/filters.ts';

export interface HeatGrid {
  /** Oldest first; each from its start to before its end, cut to the window. */
  columns: Window[];
  /** Fastest first: from the lowest band that has a call to the highest. */
  bands: readonly Band[];
  /** Calls by column, and within it by band. */
  counts: readonly (readonly number[])[];
  /** The largest of the counts. */
  most: number;
  calls: number;
  /** Calls of which nobody told how long they took; in no cell. */
  untold: number;
}

/** Both ends are in it. Columns are positions in the grid, bands positions in all bands of latency. */
export interface Box {
  fromColumn: number;
  toColumn: number;
  fromBand: number;
  toBand: number;
}

interface Answer {
  from: string;
  to: string;
  bucket: Bucket;
  rows: readonly MetricsRow[];
}

const place = new Map(LATENCY_BANDS.map(({ value }, index) => [value, index]));
export const bandPlace = (value: string): number | null => place.get(value) ?? null;

export function heatGrid({ from, to, bucket, rows }: Answer, timezone: string): HeatGrid {
  const starts = bucketStarts(Date.parse(from), Date.parse(to), bucket, timezone);
  const columns = starts.map((at) => ({
    from: Math.max(at, Date.parse(from)),
    to: Math.min(bucketStart(at, bucket, timezone, 1), Date.parse(to)),
  }));
  const columnOf = new Map(starts.map((at, index) => [at, index]));
  const all = columns.map(() => LATENCY_BANDS.map(() => 0));
  let [untold, calls, most] = [0, 0, 0];
  let [lowest, highest] = [LATENCY_BANDS.length, -1];
  for (const row of rows) {
    const count = numberOf(row, 'calls') ?? 0;
    const band = bandPlace(textOf(row, 'latency') ?? '');
    const column = all[columnOf.get(Date.parse(textOf(row, 'bucket') ?? '')) ?? -1];
    if (band === null || column === undefined) {
      untold += count;
      continue;
    }
    column[band] = (column[band] ?? 0) + count;
    calls += count;
    most = Math.max(most, column[band] ?? 0);
    [lowest, highest] = [Math.min(lowest, band), Math.max(highest, band)];
  }
  return {
    columns,
    bands: LATENCY_BANDS.slice(lowest, highest + 1),
    counts: all.map((column) => column.slice(lowest, highest + 1)),
    most,
    calls,
    untold,
  };
}

/** How many calls are in the box. */
export function callsIn(grid: HeatGrid, box: Box): number {
  let sum = 0;
  for (let column = box.fromColumn; column <= box.toColumn; column++)
    for (const [index, band] of grid.bands.entries()) {
      const at = bandPlace(band.value) ?? -1;
      if (at >= box.fromBand && at <= box.toBand) sum += grid.counts[column]?.[index] ?? 0;
    }
  return sum;
}

/** All of the window from the band on that holds the latency `ms`: what is at least about so slow. Null without calls. */
export function slowerThan(grid: HeatGrid, ms: number): Box | null {
  const band = LATENCY_BANDS.findIndex(({ to }) => to === null || ms < to);
  const box = { fromColumn: 0, toColumn: grid.columns.length - 1, fromBand: band, toBand: LATENCY_BANDS.length - 1 };
  return callsIn(grid, box) > 0 ? box : null;
}

/** The filters that make exactly the calls of the box, within its time. All bands need none. */
export function whereOf({ fromBand, toBand }: Box): Where[] {
  return LATENCY_BANDS.slice(fromBand, toBand + 1).map(({ value }) => ({ dimension: 'latency', value }));
}

/** Null for all of the window. */
export function windowOfBox(grid: HeatGrid, { fromColumn, toColumn }: Box): Window | null {
  if (fromColumn === 0 && toColumn === grid.columns.length - 1) return null;
  const [first, last] = [grid.columns[fromColumn], grid.columns[toColumn]];
  return first && last ? { from: first.from, to: last.to } : null;
}

/** "10s or more", "1.5-15s", "under 300ms": of the bands' ends. */
export function bandWords({ fromBand, toBand }: Box): string {
  const [low, high] = [LATENCY_BANDS[fromBand], LATENCY_BANDS[toBand]];
  if (!low || !high) return '';
  if (fromBand === 0 && high.to === null) return 'any latency';
  if (high.to === null) return `${seconds(low.from)} or more`;
  return fromBand === 0 ? `under ${seconds(high.to)}` : `${seconds(low.from)} to ${seconds(high.to)}`;
}
export const seconds = (ms: number): string => (ms < 1000 ? `${ms} ms` : `${ms / 1000} s`);

/** The same as a table's and a file's columns: a series for each band. */
export function heatSeries(grid: HeatGrid): { series: Series[]; points: Point[] } {
  return {
    series: grid.bands.map(({ value }) => ({ key: value, label: value, colour: 'var(--sl-accent)' })),
    points: grid.columns.map(({ from }, column): Point => {
      const counts = grid.counts[column] ?? [];
      return {
        at: from,
        parts: Object.fromEntries(
          grid.bands.flatMap(({ value }, band) => {
            const count = counts[band] ?? 0;
            return count === 0 ? [] : [[value, { size: count, label: formatCount(count), exact: String(count) }]];
          }),
        ),
        totalLabel: formatCount(counts.reduce((sum, count) => sum + count, 0)),
      };
    }),
  };
}
