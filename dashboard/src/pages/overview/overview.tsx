// What the calls of a window cost and how well they ran, on one page: a list of panels, each with one question.
import './overview.css';
import { useMetrics, useStatus } from '../../api/questions.ts';
import { AfterFirst } from '../../first/after-first.tsx';
import { fetched } from '../../first/fetched.tsx';
import { FilterBar } from '../../ui/controls.tsx';
import { Waiting } from '../../ui/frame.tsx';
import { PageName } from '../../ui/page-name.tsx';
import { numberOf } from '../../ui/rows.ts';
import { type Filters, isCompared } from '../../url/filters.ts';
import { useFilters } from '../../url/use-filters.ts';
import { BreakdownPanel } from './breakdown-panel.tsx';
import { DriversPanel } from './drivers-panel.tsx';
import { TOTALS } from './first-questions.ts';
import { LatestCallsPanel } from './latest-calls-panel.tsx';
import { MonthPanel } from './month-panel.tsx';
import { ErrorTypesPanel, StopReasonsPanel } from './ranked-panel.tsx';
import { SpendPanel } from './spend-panel.tsx';
import { CachePanel, ErrorsPanel, LatencyPanel } from './vitals.tsx';

/** Seen once in the life of a ledger. */
const FirstRun = fetched(async () => (await import('./first-run.tsx')).FirstRun, {
  name: 'This page',
  isAlone: true,
});

export function Overview() {
  const status = useStatus();
  const [filters] = useFilters();
  const seen = numberOf(useMetrics(filters, TOTALS).data?.rows[0], 'calls');
  // Calls in the window show that the ledger is not empty; without any, no panel may speak before the ledger has said whether it is.
  // When it cannot say, the panels tell why, also while it is asked again. The bar stays meanwhile, and what is open in it.
  const known = status.isFetched || (seen ?? 0) > 0;
  if (status.data?.calls === 0) return <FirstRun status={status.data} />;
  return (
    <>
      <PageName>Overview</PageName>
      <FilterBar />
      {!known && seen !== null ? <Waiting height={412} /> : <Panels filters={filters} known={known} />}
    </>
  );
}

function Panels({ filters, known }: { filters: Filters; known: boolean }) {
  return (
    <div className="grid">
      <SpendPanel filters={filters} className="span-9 large-7 large-tall" />
      <AfterFirst when={known} place={<div className="span-12 is-to-come" aria-busy />}>
        <div className="span-3 column vitals large-2 large-tall">
          <LatencyPanel filters={filters} />
          <CachePanel filters={filters} />
          <ErrorsPanel filters={filters} />
        </div>
        <MonthPanel filters={filters} className="span-4 large-3" />
        {isCompared(filters) && <DriversPanel filters={filters} className="span-8 large-3" />}
        <BreakdownPanel filters={filters} className="span-9 wall-5" />
        <div className="span-3 column wall-2">
          <StopReasonsPanel filters={filters} />
          <ErrorTypesPanel filters={filters} />
        </div>
        <LatestCallsPanel filters={filters} className="span-12 wall-5" />
      </AfterFirst>
    </div>
  );
}
