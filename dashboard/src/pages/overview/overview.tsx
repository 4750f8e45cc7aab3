// What the calls of a window cost and how well they ran, on one page: a list of panels, each with one question.
import './overview.css';
import { lazy, Suspense } from 'react';
import { useStatus } from '../../api/questions.ts';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { Waiting } from '../../ui/frame.tsx';
import { useFilters } from '../../url/use-filters.ts';
import { BreakdownPanel } from './breakdown-panel.tsx';
import { DriversPanel } from './drivers-panel.tsx';
import { LatestCallsPanel } from './latest-calls-panel.tsx';
import { MonthPanel } from './month-panel.tsx';
import { ErrorTypesPanel, StopReasonsPanel } from './ranked-panel.tsx';
import { SpendPanel } from './spend-panel.tsx';
import { CachePanel, ErrorsPanel, LatencyPanel } from './vitals.tsx';

/** Seen once in the life of a ledger. */
const FirstRun = lazy(async () => ({ default: (await import('./first-run.tsx')).FirstRun }));

export function Overview() {
  const status = useStatus();
  const [filters] = useFilters();
  // Before the ledger has said whether it is empty, no panel may. When it cannot say, the panels tell why.
  if (status.isPending) return <Waiting height={412} />;
  if (status.data?.calls === 0)
    return (
      <Suspense>
        <FirstRun status={status.data} />
      </Suspense>
    );
  return (
    <>
      <h1 className="visually-hidden">Overview</h1>
      <FilterBar />
      <div className="grid">
        <SpendPanel filters={filters} className="span-9" />
        <div className="span-3 column vitals">
          <LatencyPanel filters={filters} />
          <CachePanel filters={filters} />
          <ErrorsPanel filters={filters} />
        </div>
        <MonthPanel filters={filters} className="span-4" />
        {filters.compare && <DriversPanel filters={filters} className="span-8" />}
        <BreakdownPanel filters={filters} className="span-9" />
        <div className="span-3 column">
          <StopReasonsPanel filters={filters} />
          <ErrorTypesPanel filters={filters} />
        </div>
        <LatestCallsPanel filters={filters} className="span-12" />
      </div>
    </>
  );
}
