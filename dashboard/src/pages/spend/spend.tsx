// Where the money goes: a pivot of any two dimensions, and the most expensive calls and conversations.
import './spend.css';
import { AfterFirst } from '../../first/after-first.tsx';
import { FilterBar } from '../../ui/controls.tsx';
import { PageName } from '../../ui/page-name.tsx';
import { useFilters } from '../../url/use-filters.ts';
import { CallCostsPanel } from './call-costs-panel.tsx';
import { CostliestCallsPanel, CostliestConversationsPanel } from './costliest-panels.tsx';
import { PivotPanel } from './pivot-panel.tsx';

export function Spend() {
  const [filters] = useFilters();
  return (
    <>
      <PageName>Spend</PageName>
      <FilterBar />
      <div className="grid">
        <PivotPanel filters={filters} className="span-12 wall-8" />
        <AfterFirst place={<div className="span-12 is-to-come" aria-busy />}>
          <CallCostsPanel filters={filters} className="span-12 large-5 wall-4" />
          <CostliestCallsPanel filters={filters} className="span-12 large-7" />
          <CostliestConversationsPanel filters={filters} className="span-12 wall-5" />
        </AfterFirst>
      </div>
    </>
  );
}
