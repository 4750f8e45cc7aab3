// URL -> filters -> URL, for React.
import type { CallsQuery } from '@spanledger/collector/contract';
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { type Filters, leftOut, parseFilters, writeFilters } from './filters.ts';

export function useFilters(): [Filters, (next: Partial<Filters>) => void] {
  const [search, setSearch] = useSearchParams();
  const text = search.toString();
  const filters = useMemo(() => parseFilters(new URLSearchParams(text)), [text]);
  const change = useCallback(
    (next: Partial<Filters>) =>
      setSearch((now) => writeFilters(now, { ...parseFilters(now), ...next }), { preventScrollReset: true }),
    [setSearch],
  );
  return [filters, change];
}

/** What of the page's own address was left out. */
export function useLeftOut(): string[] {
  const [search] = useSearchParams();
  return leftOut(search);
}

/** The search of a link that carries the filters along, with changes. */
export function searchWith(filters: Filters, changes: Partial<Filters> = {}): string {
  const text = writeFilters(new URLSearchParams(), { ...filters, ...changes }).toString();
  return text === '' ? '' : `?${text}`;
}

/** The calls under the filters, in an order. */
export function callsOrdered(filters: Filters, order: CallsQuery['order']): string {
  const search = writeFilters(new URLSearchParams(), filters);
  if (order !== 'startedAt') search.set('order', order);
  return `/calls${search.size === 0 ? '' : `?${search}`}`;
}
