// The calls of a window that no price is known for.
import { RangeBar } from '../../ui/controls.tsx';
import { PageName } from '../../ui/page-name.tsx';
import { useFilters } from '../../url/use-filters.ts';
import { UnpricedPanel } from './unpriced-panel.tsx';

export function Unpriced() {
  const [filters] = useFilters();
  return (
    <>
      <PageName>Unpriced calls</PageName>
      <RangeBar />
      <UnpricedPanel filters={filters} />
    </>
  );
}
