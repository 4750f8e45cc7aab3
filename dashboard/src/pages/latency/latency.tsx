// How long calls take, and what is different in those that take long: a list of panels, each with one question.
import './latency.css';
import { AfterFirst } from '../../first/after-first.tsx';
import { FilterBar } from '../../ui/controls.tsx';
import { PageName } from '../../ui/page-name.tsx';
import { useFilters } from '../../url/use-filters.ts';
import { ByPanel } from './by-panel.tsx';
import { ContrastPanel } from './contrast-panel.tsx';
import { HeatPanel } from './heat-panel.tsx';
import { PercentilesPanel } from './percentiles-panel.tsx';
import { ServersPanel } from './servers-panel.tsx';
import { SlowestPanel } from './slowest-panel.tsx';
import { StreamingPanel } from './streaming-panel.tsx';

export function Latency() {
  const [filters] = useFilters();
  return (
    <>
      <PageName>Latency</PageName>
      <FilterBar />
      <div className="grid">
        <HeatPanel filters={filters} className="span-8 wall-5" />
        <AfterFirst place={<div className="span-12 is-to-come" aria-busy />}>
          <ContrastPanel filters={filters} className="span-4 wall-3" />
          <PercentilesPanel filters={filters} className="span-8 wall-4" />
          <ByPanel filters={filters} className="span-12 wall-5" />
          <StreamingPanel filters={filters} className="span-6 wall-4" />
          <ServersPanel filters={filters} className="span-6 wall-4" />
          <SlowestPanel filters={filters} className="span-12 wall-8" />
        </AfterFirst>
      </div>
    </>
  );
}
