// A figure that leads to the calls it is made of: those of the page's filters, narrowed to what the figure is about.
import type { CallsQuery } from '@spanledger/collector/contract';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Filters } from '../url/filters.ts';
import { callsOrdered } from '../url/use-filters.ts';

interface ToCallsProps {
  filters: Filters;
  /** In place of the page's own. */
  where?: Filters['where'];
  /** What an answer was about, where that is not the window of the page: the one before. */
  window?: { from: string; to: string };
  order?: CallsQuery['order'];
  className?: string;
  children: ReactNode;
}

export function ToCalls({
  filters,
  where = filters.where,
  window,
  order = 'startedAt',
  className,
  children,
}: ToCallsProps) {
  const range = window ? ({ kind: 'custom', from: window.from, to: window.to } as const) : filters.range;
  return (
    <Link className={className ?? 'to-calls'} to={callsOrdered({ ...filters, range, where }, order)}>
      {children}
    </Link>
  );
}

/** "No known price for 2 of 7 calls": both lead there. */
export function UnpricedOf({ filters, unpriced, calls }: { filters: Filters; unpriced: ReactNode; calls: ReactNode }) {
  return (
    <>
      No known price for{' '}
      <ToCalls filters={filters} where={withoutPrice(filters.where)}>
        {unpriced}
      </ToCalls>{' '}
      of <ToCalls filters={filters}>{calls}</ToCalls>
    </>
  );
}

/** Calls without a known price among these. */
export const withoutPrice = (where: Filters['where']): Filters['where'] => [
  ...where.filter(({ dimension }) => dimension !== 'callCost'),
  { dimension: 'callCost', value: '' },
];
