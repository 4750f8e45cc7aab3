// The pivot: who made the picture is chosen at its head, a click on a column sorts, a click on a figure shows its calls.
import { Button, Select } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { type Dimension, DIMENSIONS } from '@spanledger/collector/contract';
import { csvOf } from '../../charts/csv.ts';
import { formatCalls, formatCount, formatDimension, formatValue } from '../../format.ts';
import { download } from '../../ui/download.ts';
import { Frame } from '../../ui/frame.tsx';
import { inTurn } from '../../ui/in-turn.tsx';
import { UnpricedOf } from '../../ui/to-calls.tsx';
import { NoCalls } from '../../ui/no-calls.tsx';
import type { Filters } from '../../url/filters.ts';
import type { Pivot } from './pivot.ts';
import { PivotTable } from './pivot-table.tsx';
import { useArrangement, usePivot } from './use-pivot.ts';

export const PivotPanel = inTurn(function PivotPanel({ filters, className }: { filters: Filters; className: string }) {
  const [arrangement, change] = useArrangement();
  const { down, across } = arrangement;
  const question = usePivot(filters, arrangement);
  return (
    <Frame
      title={`Spend by ${formatDimension(down)} and ${formatDimension(across)}`}
      question={question}
      height={360}
      className={className}
      isEmpty={({ pivot }) => pivot.rows.length === 0}
      empty={<NoCalls />}
      partial={({ pivot: { total } }) =>
        total.unpricedCalls > 0 ? (
          <>
            <UnpricedOf
              filters={filters}
              unpriced={formatCount(total.unpricedCalls)}
              calls={formatCalls(total.calls)}
            />
            : the spend is at least what is shown.
          </>
        ) : null
      }
      aside={
        <span className="pivot-controls">
          <Picker label="Rows" value={down} onChange={(next) => change({ down: next })} />
          <Picker label="Columns" value={across} onChange={(next) => change({ across: next })} />
          {question.data && <CsvButton pivot={question.data.pivot} down={down} />}
        </span>
      }
    >
      {({ pivot }) => (
        <PivotTable
          pivot={pivot}
          isComparing={question.isComparing}
          arrangement={arrangement}
          change={change}
          filters={filters}
        />
      )}
    </Frame>
  );
});

function Picker({ label, value, onChange }: { label: string; value: Dimension; onChange: (next: Dimension) => void }) {
  return (
    <Select
      size="xs"
      w={150}
      aria-label={label}
      title={label}
      allowDeselect={false}
      searchable
      value={value}
      data={DIMENSIONS.map((name) => ({ value: name, label: formatDimension(name) }))}
      onChange={(name) => name && onChange(name as Dimension)}
    />
  );
}

function CsvButton({ pivot, down }: { pivot: Pivot; down: Dimension }) {
  const save = () =>
    download(
      `spend-by-${down}.csv`,
      'text/csv',
      csvOf([
        [
          down,
          ...pivot.columns.map(({ values, isOthers }) => `${isOthers ? 'others' : formatValue(values[0] ?? '')} (USD)`),
          'cost (USD)',
          'calls',
          'calls without a price',
          'users',
        ],
        ...[...pivot.rows, pivot.total].map((row) => [
          row === pivot.total ? 'Total' : formatValue(row.value),
          ...pivot.columns.map((column) => row.cells[column.key]?.costUsd ?? ''),
          row.costUsd ?? '',
          String(row.calls),
          String(row.unpricedCalls),
          row.users === null ? '' : String(row.users),
        ]),
      ]),
    );
  return (
    <Button size="xs" variant="default" leftSection={<IconDownload size={14} aria-hidden />} onClick={save}>
      CSV
    </Button>
  );
}
