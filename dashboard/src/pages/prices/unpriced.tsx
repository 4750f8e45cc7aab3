// The calls of a window that no price is known for.
import { RangeBar } from '../../ui/controls.tsx';
import { useFilters } from '../../url/use-filters.ts';
import { UnpricedPanel } from './unpriced-panel.tsx';

export function Unpriced() {
  const [filters] = useFilters();
  return (
    <>
      <h1 className="visually-hidden">Unpriced calls</h1>
      <RangeBar />
      <UnpricedPanel filters={filters} />
    </>
  );
}
