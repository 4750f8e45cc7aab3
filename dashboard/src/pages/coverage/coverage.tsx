// What the ledger sees: calls by the side that told them, sources gone silent, calls without a feature, and all that was
// refused, set apart or mended, each with why.
import './coverage.css';
import { useCoverage } from '../../api/questions.ts';
import { RangeBar } from '../../ui/controls.tsx';
import { PageName } from '../../ui/page-name.tsx';
import { useFilters } from '../../url/use-filters.ts';
import { ClocksPanel } from './clocks-panel.tsx';
import { RefusalsPanel } from './refusals-panel.tsx';
import { SeenPanel } from './seen-panel.tsx';
import { SetApartPanel } from './set-apart-panel.tsx';
import { SourcesPanel } from './sources-panel.tsx';
import { UntaggedPanel } from './untagged-panel.tsx';

export function Coverage() {
  const [filters] = useFilters();
  // The window only: what was refused has no dimensions to filter by.
  const shown = { ...filters, where: [] };
  const question = useCoverage(shown);
  return (
    <>
      <PageName>Coverage</PageName>
      <RangeBar />
      <div className="grid">
        <SeenPanel question={question} filters={shown} className="span-8" />
        <SourcesPanel question={question} filters={shown} className="span-4" />
        <UntaggedPanel question={question} filters={shown} className="span-12" />
        <RefusalsPanel question={question} filters={shown} className="span-12" />
        <ClocksPanel question={question} filters={shown} className="span-6" />
        <SetApartPanel question={question} filters={shown} className="span-6" />
      </div>
    </>
  );
}
