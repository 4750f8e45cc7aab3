// By which dimension a page is sliced; in the URL.
import { Select } from '@mantine/core';
import { type Dimension, DIMENSIONS } from '@spanledger/collector/contract';
import { formatDimension } from '../format.ts';
import { useFilters } from '../url/use-filters.ts';

export function DimensionPicker() {
  const [filters, change] = useFilters();
  return (
    <label className="by-picker">
      <span>by</span>
      <Select
        size="xs"
        w={150}
        aria-label="Slice by"
        allowDeselect={false}
        searchable
        value={filters.by}
        data={DIMENSIONS.map((name) => ({ value: name, label: formatDimension(name) }))}
        onChange={(name) => name && change({ by: name as Dimension })}
      />
    </label>
  );
}
