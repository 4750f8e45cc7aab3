// What the calls of the list add up to, also those not loaded yet: the number that led here is this one.
import { useMetrics } from '../../api/questions.ts';
import { formatCalls } from '../../format.ts';
import { Usd } from '../../ui/figures.tsx';
import { ToCalls, withoutPrice } from '../../ui/to-calls.tsx';
import type { Filters } from '../../url/filters.ts';
import { numberOf, textOf } from '../../ui/rows.ts';

const TOTALS = ['calls', 'costUsd', 'unpricedCalls'] as const;

interface Total {
  calls: number;
  costUsd: string | null;
  unpriced: number;
}

/** Null while it is not known. */
export function useCallsTotal(filters: Filters): Total | null {
  const row = useMetrics(filters, { measures: TOTALS }).data?.rows[0];
  if (!row) return null;
  return {
    calls: numberOf(row, 'calls') ?? 0,
    costUsd: textOf(row, 'costUsd'),
    unpriced: numberOf(row, 'unpricedCalls') ?? 0,
  };
}

export function CallsTotal({ total, filters }: { total: Total | null; filters: Filters }) {
  if (total === null) return <p className="calls-total">&nbsp;</p>;
  const { calls, costUsd, unpriced } = total;
  return (
    <p className="calls-total" data-testid="calls-total" data-key={calls} data-value={costUsd ?? 'unknown'}>
      {formatCalls(calls)}, <Usd value={costUsd} />
      {unpriced > 0 && (
        <span className="is-muted">
          {' '}
          and{' '}
          <ToCalls filters={filters} where={withoutPrice(filters.where)}>
            {formatCalls(unpriced)}
          </ToCalls>{' '}
          without a known price
        </span>
      )}
    </p>
  );
}
