import { LATENCY_BANDS } from '@spanledger/collector/contract';
import { describe, expect, it } from 'vitest';
import { bandPlace, bandWords, callsIn, heatGrid, heatSeries, slowerThan, whereOf, windowOfBox } from './heat.ts';
import { readBox, writeBox } from './use-box.ts';

const at = (time: string) => `2026-11-10T${time}:00.000Z`;
const row = (time: string, latency: string | null, calls: number) => ({ bucket: at(time), latency, calls });
const answer = {
  from: at('09:30'),
  to: at('12:00'),
  bucket: 'hour' as const,
  rows: [
    row('09:00', '1-1.5s', 7),
    row('09:00', '10-15s', 1),
    row('11:00', '1.5-2s', 2),
    row('11:00', '20-30s', 4),
    row('11:00', null, 3),
  ],
};
const grid = heatGrid(answer, 'UTC');
const place = (value: string) => bandPlace(value) ?? -1;
const slowest = LATENCY_BANDS.length - 1;

describe('the grid', () => {
  it('has a column for every hour that the window touches, cut to it, and the bands between the fastest and the slowest call', () => {
    expect(grid.columns.map(({ from, to }) => [new Date(from).toISOString(), new Date(to).toISOString()])).toEqual([
      [at('09:30'), at('10:00')],
      [at('10:00'), at('11:00')],
      [at('11:00'), at('12:00')],
    ]);
    expect(grid.bands.map(({ value }) => value)).toEqual([
      '1-1.5s',
      '1.5-2s',
      '2-3s',
      '3-5s',
      '5-7s',
      '7-10s',
      '10-15s',
      '15-20s',
      '20-30s',
    ]);
    expect(grid.counts).toEqual([
      [7, 0, 0, 0, 0, 0, 1, 0, 0],
      [0, 0, 0, 0, 0, 0, 0, 0, 0],
      [0, 2, 0, 0, 0, 0, 0, 0, 4],
    ]);
  });

  it('counts calls of which nobody told how long they took apart', () => {
    expect([grid.calls, grid.untold, grid.most]).toEqual([14, 3, 7]);
  });

  it('is empty without calls', () => {
    expect(heatGrid({ ...answer, rows: [] }, 'UTC')).toMatchObject({ bands: [], calls: 0, most: 0 });
  });

  it('says the same as a table: a column for each band, nothing where there is no call', () => {
    const { series, points } = heatSeries(grid);
    expect(series).toHaveLength(9);
    expect(points[2]).toEqual({
      at: Date.parse(at('11:00')),
      parts: { '1.5-2s': { size: 2, label: '2', exact: '2' }, '20-30s': { size: 4, label: '4', exact: '4' } },
      totalLabel: '6',
    });
  });
});

describe('a part of it', () => {
  const box = { fromColumn: 1, toColumn: 2, fromBand: place('10-15s'), toBand: place('20-30s') };

  it('is the filters and the window that make exactly its calls', () => {
    expect(callsIn(grid, box)).toBe(4);
    expect(whereOf(box).map(({ value }) => value)).toEqual(['10-15s', '15-20s', '20-30s']);
    expect(windowOfBox(grid, box)).toEqual({ from: Date.parse(at('10:00')), to: Date.parse(at('12:00')) });
  });

  it('has no window of its own where it is all of the time, so that a relative one stays one', () => {
    expect(windowOfBox(grid, { ...box, fromColumn: 0 })).toBeNull();
  });

  it('is written into the URL and read from it', () => {
    const text = writeBox(grid, box);
    expect(text).toBe('2026-11-10T10:00Z,2026-11-10T12:00Z,10-15s,20-30s');
    expect(readBox(text, grid)).toEqual(box);
  });

  it('is none where the URL makes no sense or speaks of another time', () => {
    for (const text of [null, '', 'a,b,c,d', '2026-11-10T10:00Z,2026-11-10T12:00Z,20-30s,10-15s'])
      expect(readBox(text, grid), String(text)).toBeNull();
    expect(readBox('2026-10-10T10:00Z,2026-10-10T12:00Z,10-15s,20-30s', grid)).toBeNull();
  });

  it('without a choice begins at the band that holds what 95 % of the calls were faster than', () => {
    expect(slowerThan(grid, 21_500)).toEqual({
      fromColumn: 0,
      toColumn: 2,
      fromBand: place('20-30s'),
      toBand: slowest,
    });
    expect(slowerThan(grid, 10_000)).toMatchObject({ fromBand: place('10-15s') });
    expect(slowerThan(grid, 60_000)).toBeNull();
  });

  it('is said in words', () => {
    expect(bandWords(box)).toBe('10 s to 30 s');
    expect(bandWords({ ...box, toBand: slowest })).toBe('10 s or more');
    expect(bandWords({ ...box, fromBand: 0, toBand: place('200-300ms') })).toBe('under 300 ms');
    expect(bandWords({ ...box, fromBand: 0, toBand: slowest })).toBe('any latency');
  });
});
