// What the pivot asks and how it is arranged; the arrangement is in the URL.
import { type Dimension, DIMENSIONS } from '@spanledger/collector/contract';
import { useSearchParams } from 'react-router';
import { useMetrics } from '../../api/questions.ts';
import { type Filters, isCompared } from '../../url/filters.ts';
import { pivotOf } from './pivot.ts';

const MEASURES = ['costUsd', 'calls', 'unpricedCalls', 'errors'] as const;

export interface Arrangement {
  down: Dimension;
  across: Dimension;
  sort: { id: string; desc: boolean };
}

export function useArrangement(): [Arrangement, (next: Partial<Arrangement>) => void] {
  const [search, setSearch] = useSearchParams();
  const dimension = (name: string, otherwise: Dimension) =>
    DIMENSIONS.find((one) => one === search.get(name)) ?? otherwise;
  const [id = 'cost', direction] = (search.get('sort') ?? 'cost').split('.');
  const arrangement: Arrangement = {
    down: dimension('down', 'feature'),
    across: dimension('across', 'model'),
    sort: { id, desc: direction !== 'up' },
  };
  const change = (next: Partial<Arrangement>) =>
    setSearch(
      (now) => {
        const { down, across, sort } = { ...arrangement, ...next };
        const put = (name: string, value: string, otherwise: string) =>
          value === otherwise ? now.delete(name) : now.set(name, value);
        put('down', down, 'feature');
        put('across', across, 'model');
        put('sort', sort.desc ? sort.id : `${sort.id}.up`, 'cost');
        return now;
      },
      { preventScrollReset: true },
    );
  return [arrangement, change];
}

export function usePivot(filters: Filters, { down, across }: Arrangement) {
  const now = useMetrics(filters, { measures: MEASURES, by: down === across ? [down] : [down, across] });
  const before = useMetrics(filters, { measures: MEASURES, by: [down], previous: true });
  // Of very many users the API says no list; then the cost of one is unknown, and the rest of the table stays.
  const byUser = useMetrics(filters, { measures: MEASURES, by: down === 'userId' ? [down] : [down, 'userId'] });
  const data = now.data && {
    ...now.data,
    pivot: pivotOf({
      rows: now.data.rows,
      down,
      across,
      before: isCompared(filters) ? (before.data?.rows ?? null) : null,
      byUser: byUser.data?.rows ?? null,
    }),
  };
  return { ...now, data, isComparing: isCompared(filters) && before.isPending };
}
