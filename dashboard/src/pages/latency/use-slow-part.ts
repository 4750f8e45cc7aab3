// Which calls the page looks at: the part of the heat map that was chosen, else those slower than 95 % of the calls were before.
import { useMemo } from 'react';
import { useMetrics } from '../../api/questions.ts';
import { numberOf } from '../../ui/rows.ts';
import { type Filters, isCompared, type Where, type Window } from '../../url/filters.ts';
import { searchWith } from '../../url/use-filters.ts';
import { bandWords, type Box, callsIn, type HeatGrid, heatGrid, slowerThan, whereOf, windowOfBox } from './heat.ts';
import { PERCENTILES } from './figures.ts';
import { TEN_SECONDS_MS } from './ten-seconds.ts';
import { readBox, useBox } from './use-box.ts';

const CALLS = ['calls'] as const;
const BY_LATENCY = ['latency'] as const;

/** The cells of the heat map; a query like any other, so that a frame can wait for it. */
export function useHeat(filters: Filters) {
  const question = useMetrics(filters, { measures: CALLS, by: BY_LATENCY, bucketed: 'fine' });
  const { data } = question;
  const grid = useMemo(() => (data ? heatGrid(data, filters.timezone) : null), [data, filters.timezone]);
  return { question, grid };
}

export interface SlowPart {
  grid: HeatGrid;
  box: Box;
  calls: number;
  /** "20 s or more". */
  words: string;
  /** Whether somebody chose it. */
  chosen: boolean;
  /** Null: all of the page's. */
  window: Window | null;
  where: Where[];
}

/** Null while nothing is known, and without calls. */
export function useSlowPart(filters: Filters): SlowPart | null {
  const { grid } = useHeat(filters);
  const [text] = useBox();
  const now = useMetrics(filters, { measures: PERCENTILES });
  const before = useMetrics(filters, { measures: PERCENTILES, previous: true });
  if (grid === null || now.isPending || (isCompared(filters) && before.isPending)) return null;
  const chosen = readBox(text, grid);
  const own = numberOf(now.data?.rows[0], 'p95LatencyMs');
  const usual = numberOf(before.data?.rows[0], 'p95LatencyMs') ?? own;
  // Where no call is slower than before, the slowest of now; where the percentiles are not known, ten seconds, or all.
  const box =
    chosen ??
    slowerThan(grid, usual ?? TEN_SECONDS_MS) ??
    slowerThan(grid, own ?? TEN_SECONDS_MS) ??
    slowerThan(grid, 0);
  if (box === null) return null;
  const [window, where] = [windowOfBox(grid, box), whereOf(box)];
  return { grid, box, calls: callsIn(grid, box), words: bandWords(box), chosen: chosen !== null, window, where };
}

/** The calls of a part, narrowed down further. */
export function callsOfPart(
  filters: Filters,
  part: Pick<SlowPart, 'window' | 'where'>,
  more: readonly Where[] = [],
): string {
  const { window } = part;
  // What the page says of the same dimensions is narrower or the same: a call of the part has both.
  const own = filters.where.filter(
    ({ dimension }) => ![...part.where, ...more].some((one) => one.dimension === dimension),
  );
  const where = [...own, ...part.where, ...more];
  const range = window && {
    kind: 'custom' as const,
    from: new Date(window.from).toISOString(),
    to: new Date(window.to).toISOString(),
  };
  return `/calls${searchWith(filters, { where, ...(range ? { range } : {}) })}`;
}
