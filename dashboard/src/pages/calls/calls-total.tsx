// What the calls of the list add up to, also those not loaded yet: the number that led here is this one.
import { useMetrics } from '../../api/questions.ts';
import { formatCalls } from '../../format.ts';
import { Usd } from '../../ui/figures.tsx';
import type { Filters } from '../../url/filters.ts';
import { numberOf, textOf } from '../../ui/rows.ts';

const TOTALS = ['calls', 'costUsd', 'unpricedCalls'] as const;

export function CallsTotal({ filters }: { filters: Filters }) {
  const { data } = useMetrics(filters, { measures: TOTALS });
  const row = data?.rows[0];
  if (!row) return null;
  const calls = numberOf(row, 'calls') ?? 0;
  const unpriced = numberOf(row, 'unpricedCalls') ?? 0;
  return (
    <p
      className="calls-total"
      data-testid="calls-total"
      data-key={calls}
      data-value={textOf(row, 'costUsd') ?? 'unknown'}
    >
      {formatCalls(calls)}, <Usd value={textOf(row, 'costUsd')} />
      {unpriced > 0 && <span className="is-muted"> and {formatCalls(unpriced)} without a known price</span>}
    </p>
  );
}
