// What is marked on a page's time axes, and the same in words below them.
import { useMemo } from 'react';
import { useChanges, useMetrics, usePrices } from '../api/questions.ts';
import type { Mark } from '../charts/points.ts';
import { marksOfChanges, marksOfSpend } from '../drivers/marks.ts';
import { useFirstStands } from '../first/first.ts';
import { formatDay, formatMinute } from '../format.ts';
import type { Filters } from '../url/filters.ts';
import { ToCalls } from './to-calls.tsx';

const MEASURES = ['costUsd', 'calls'] as const;
const BY = ['model'] as const;
const SHOWN = 8;

/** `spend`: also the buckets that stand out for what they cost. */
export function useMarks(filters: Filters, { spend = false }: { spend?: boolean } = {}): Mark[] {
  const { timezone } = filters;
  // A chart does not wait for what is marked on it.
  const wanted = useFirstStands();
  const { data } = useMetrics(filters, { measures: MEASURES, by: BY, bucketed: true, wanted });
  const cards = usePrices(wanted).data?.cards;
  const { data: began } = useChanges(filters, wanted);
  return useMemo(() => {
    if (!data) return [];
    const changes = { cards, began };
    return spend ? marksOfSpend(data, changes, timezone) : marksOfChanges(data, changes);
  }, [data, cards, began, spend, timezone]);
}

export function MarksInWords({ marks, filters }: { marks: readonly Mark[]; filters: Filters }) {
  const { timezone } = filters;
  if (marks.length === 0) return null;
  const when = (at: number) =>
    formatMinute(at, timezone).endsWith('00:00') ? formatDay(at, timezone) : formatMinute(at, timezone);
  return (
    <ul className="marks" aria-label="Marked on the time axis">
      {marks.slice(-SHOWN).map(({ at, label, calls }) => (
        <li key={`${at} ${label}`}>
          <strong>{when(at)}</strong>{' '}
          {calls ? (
            <ToCalls filters={filters} window={instantsOf(calls)}>
              {label}
            </ToCalls>
          ) : (
            label
          )}
        </li>
      ))}
      {marks.length > SHOWN && <li className="is-muted">and earlier ones</li>}
    </ul>
  );
}

const instantsOf = ({ from, to }: { from: number; to: number }) => ({
  from: new Date(from).toISOString(),
  to: new Date(to).toISOString(),
});
