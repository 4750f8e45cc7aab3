// The chosen part of the heat map, in the URL: "slow=2026-11-16T09:00Z,2026-11-18T00:00Z,10-15s,50-70s". Without it, the page
// chooses the slow part itself.
import { LATENCY_BANDS } from '@spanledger/collector/contract';
import { useSearchParams } from 'react-router';
import { shortInstant } from '../../url/filters.ts';
import { bandPlace, type Box, type HeatGrid } from './heat.ts';

/** Null where nothing, nothing sensible, or nothing of this window is chosen. */
export function readBox(text: string | null, grid: HeatGrid): Box | null {
  const [from = '', to = '', low = '', high = ''] = (text ?? '').split(',');
  const [start, end] = [Date.parse(from), Date.parse(to)];
  const [fromBand, toBand] = [bandPlace(low), bandPlace(high)];
  const fromColumn = grid.columns.findIndex((column) => column.to > start);
  const toColumn = grid.columns.findLastIndex((column) => column.from < end);
  if (!(start < end) || fromBand === null || toBand === null || fromBand > toBand) return null;
  return fromColumn < 0 || toColumn < fromColumn ? null : { fromColumn, toColumn, fromBand, toBand };
}

export function writeBox(grid: HeatGrid, box: Box): string {
  const [first, last] = [grid.columns[box.fromColumn], grid.columns[box.toColumn]];
  const bands = [box.fromBand, box.toBand].map((band) => LATENCY_BANDS[band]?.value ?? '');
  return [...[first?.from, last?.to].map((at) => shortInstant(new Date(at ?? 0).toISOString())), ...bands].join(',');
}

export function useBox(): [text: string | null, change: (text: string | null) => void] {
  const [search, setSearch] = useSearchParams();
  const change = (text: string | null) =>
    setSearch(
      (now) => {
        if (text === null) now.delete('slow');
        else now.set('slow', text);
        return now;
      },
      { preventScrollReset: true },
    );
  return [search.get('slow'), change];
}
