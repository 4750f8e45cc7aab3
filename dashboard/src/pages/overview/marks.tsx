// What is marked on the time axis of the spend, and the same in words below it.
import { useMemo } from 'react';
import { useMetrics, usePrices } from '../../api/questions.ts';
import type { Mark } from '../../charts/axes.tsx';
import { marksOf } from '../../drivers/marks.ts';
import { formatDay, formatMinute } from '../../format.ts';
import type { Filters } from '../../url/filters.ts';

const MEASURES = ['costUsd', 'calls'] as const;
const BY = ['model'] as const;
const SHOWN = 8;

export function useMarks(filters: Filters): Mark[] {
  const { data } = useMetrics(filters, { measures: MEASURES, by: BY, bucketed: true });
  const cards = usePrices().data?.cards;
  return useMemo(() => (data ? marksOf(data, cards ?? [], filters.timezone) : []), [data, cards, filters.timezone]);
}

export function MarksInWords({ marks, filters: { timezone } }: { marks: readonly Mark[]; filters: Filters }) {
  if (marks.length === 0) return null;
  const when = (at: number) =>
    formatMinute(at, timezone).endsWith('00:00') ? formatDay(at, timezone) : formatMinute(at, timezone);
  return (
    <ul className="marks" aria-label="Marked on the time axis">
      {marks.slice(-SHOWN).map(({ at, label }) => (
        <li key={`${at} ${label}`}>
          <strong>{when(at)}</strong> {label}
        </li>
      ))}
    </ul>
  );
}
