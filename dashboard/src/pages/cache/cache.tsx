// How the prompt cache is used: what it saves or loses, where it is written for nothing, and what it could do for the same calls.
import './cache.css';
import { AfterFirst } from '../../first/after-first.tsx';
import { FilterBar } from '../../ui/controls.tsx';
import { PageName } from '../../ui/page-name.tsx';
import { useFilters } from '../../url/use-filters.ts';
import { CacheFiguresPanel } from './figures-panel.tsx';
import { HitRatePanel, SavingsPanel } from './course-panels.tsx';
import { UnreadWritesPanel } from './unread-panel.tsx';
import { UsesPanel } from './uses-panel.tsx';
import { VersionsPanel } from './versions-panel.tsx';

export function Cache() {
  const [filters] = useFilters();
  return (
    <>
      <PageName>Cache</PageName>
      <FilterBar />
      <div className="grid">
        <CacheFiguresPanel filters={filters} className="span-12" />
        <HitRatePanel filters={filters} className="span-6 wall-3" />
        <AfterFirst place={<div className="span-12 is-to-come" aria-busy />}>
          <SavingsPanel filters={filters} className="span-6 wall-3" />
          <VersionsPanel filters={filters} className="span-12 wall-6" />
          <UsesPanel filters={filters} className="span-12 wall-7" />
          <UnreadWritesPanel filters={filters} className="span-12 wall-5" />
        </AfterFirst>
      </div>
    </>
  );
}
