// What went wrong and what it cost: failures by kind, trying again, answers that were cut short, and how close the limits were.
import './errors.css';
import { AfterFirst } from '../../first/after-first.tsx';
import { FilterBar } from '../../ui/controls.tsx';
import { PageName } from '../../ui/page-name.tsx';
import { useFilters } from '../../url/use-filters.ts';
import { FailuresOverTimePanel, FailuresPanel } from './failures-panels.tsx';
import { HeadroomPanel, LimitsPanel } from './limits-panels.tsx';
import { RetriesPanel } from './retries-panel.tsx';
import { StopReasonsPanel } from './stop-reasons-panel.tsx';

export function Errors() {
  const [filters] = useFilters();
  return (
    <>
      <PageName>Errors and limits</PageName>
      <FilterBar />
      <div className="grid">
        <FailuresPanel filters={filters} className="span-6 wall-4" />
        <FailuresOverTimePanel filters={filters} className="span-6 wall-4" />
        <AfterFirst place={<div className="span-12 is-to-come" aria-busy />}>
          <RetriesPanel filters={filters} className="span-6 wall-4" />
          <StopReasonsPanel filters={filters} className="span-6 wall-4" />
          <HeadroomPanel filters={filters} className="span-6 wall-4" />
          <LimitsPanel filters={filters} className="span-6 wall-4" />
        </AfterFirst>
      </div>
    </>
  );
}
