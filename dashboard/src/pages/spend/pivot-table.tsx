// A pivot as a table that sorts by any column. The order is kept by the table library; what is drawn is a ledger.
import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  sortFn_basic,
  sortFn_text,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { Skeleton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { type ReactNode, useMemo } from 'react';
import { Link } from 'react-router';
import { formatDimension, formatShare, formatValue } from '../../format.ts';
import { Dot } from '../../ui/dot.tsx';
import { AtLeast, Change, Count, Usd } from '../../ui/figures.tsx';
import { OrderHead } from '../../ui/order-head.tsx';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { type Filters, narrowed } from '../../url/filters.ts';
import { searchWith } from '../../url/use-filters.ts';
import type { Pivot, PivotColumn, PivotRow } from './pivot.ts';
import type { Arrangement } from './use-pivot.ts';

const SHOWN = 200;
/** More values than this are no link any more. */
const MOST_IN_URL = 40;

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { basic: sortFn_basic, text: sortFn_text },
});
const helper = createColumnHelper<typeof features, PivotRow>();

/** Sorted by the number, unknown last whichever way. */
const numeric = (usd: string | number | null | undefined) => (usd == null ? undefined : Number(usd));
const byNumber = { sortFn: 'basic', sortUndefined: 'last', sortDescFirst: true } as const;

interface PivotTableProps {
  pivot: Pivot;
  /** The window before is still being asked about. */
  isComparing: boolean;
  arrangement: Arrangement;
  change: (next: Partial<Arrangement>) => void;
  filters: Filters;
}

export function PivotTable({ pivot, isComparing, arrangement, change, filters }: PivotTableProps) {
  const phone = useMediaQuery('(max-width: 700px)', false, { getInitialValueInEffect: false });
  const { down, across, sort } = arrangement;
  const columns = useMemo(() => {
    const parts = pivot.columns.map((column) =>
      helper.accessor((row) => numeric(row.cells[column.key]?.costUsd), { id: column.key, ...byNumber }),
    );
    const totals = [
      helper.accessor((row) => numeric(row.costUsd), { id: 'cost', ...byNumber }),
      helper.accessor((row) => numeric(row.share), { id: 'share', ...byNumber }),
      helper.accessor((row) => numeric(row.change), { id: 'change', ...byNumber }),
      helper.accessor((row) => row.calls, { id: 'calls', ...byNumber }),
      helper.accessor((row) => numeric(row.costPerCallUsd), { id: 'perCall', ...byNumber }),
      helper.accessor((row) => numeric(row.costPerUserUsd), { id: 'perUser', ...byNumber }),
    ];
    return helper.columns([
      helper.accessor((row) => formatValue(row.value), { id: 'name', sortFn: 'text', sortDescFirst: false }),
      // What a row comes to is in view on a phone; its parts are a swipe away.
      ...(phone ? [...totals, ...parts] : [...parts, ...totals]),
    ]);
  }, [pivot.columns, phone]);
  const table = useTable({
    features,
    columns,
    data: pivot.rows,
    enableSortingRemoval: false,
    state: { sorting: [sort] },
    onSortingChange: (update) => {
      const next = (typeof update === 'function' ? update([sort]) : update)[0];
      if (next) change({ sort: next });
    },
  });
  const rows = table.getRowModel().rows;
  const unbilled = unbilledOf(pivot, across);
  const shared = { columns: pivot.columns, totalsFirst: phone, isComparing, down, across, filters };
  return (
    <>
      <ScrollTable label={`Spend by ${formatDimension(down)} and ${formatDimension(across)}`}>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map(({ id, column }) => {
                const order = column.getIsSorted();
                return (
                  <OrderHead
                    key={id}
                    ordered={order === false ? null : order === 'asc' ? 'ascending' : 'descending'}
                    onOrder={() => column.toggleSorting()}
                    className={id === 'name' ? 'verbatim' : 'right verbatim'}
                  >
                    <Head title={titleOf(id, pivot.columns, { down, across })} />
                  </OrderHead>
                );
              })}
            </tr>
          ))}
        </thead>
        <tbody>
          {rows.slice(0, SHOWN).map(({ original }) => (
            <tr
              key={original.value}
              data-testid="pivot-row"
              data-key={original.value}
              data-value={original.costUsd ?? 'unknown'}
            >
              <th scope="row">
                <Link
                  to={searchWith(filters, { where: narrowed(filters.where, down, [original.value]) })}
                  aria-label={`Filter by ${formatDimension(down)} ${formatValue(original.value, down)}`}
                  preventScrollReset
                >
                  <Dot dimension={down} value={original.value} />
                </Link>
              </th>
              <Figures row={original} {...shared} />
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr data-testid="pivot-total" data-value={pivot.total.costUsd ?? 'unknown'}>
            <th scope="row">Total</th>
            <Figures row={pivot.total} isTotal {...shared} />
          </tr>
        </tfoot>
      </ScrollTable>
      {unbilled.length > 0 && (
        <p className="note" data-testid="unbilled-note">
          Calls of {formatDimension(across)} {unbilled.join(' and ')} cost nothing: they ended in an error before there
          was an answer, and nothing is billed for that.
        </p>
      )}
      {rows.length > SHOWN && (
        <p className="note">
          The first {SHOWN} of {rows.length} are shown, in this order; the totals and the CSV are of all.
        </p>
      )}
    </>
  );
}

/** The columns that cost nothing since none of their calls got an answer. */
const unbilledOf = ({ columns, total }: Pivot, across: string): string[] =>
  columns.flatMap(({ key, values, isOthers }) => {
    const cell = total.cells[key];
    if (!cell || isOthers || cell.unpricedCalls > 0 || Number(cell.costUsd) !== 0 || cell.errors < cell.calls)
      return [];
    return [formatValue(values[0] ?? '', across)];
  });

/** A value can be of any length: two lines of it are shown. */
function Head({ title }: { title: string }) {
  return (
    <span className="named" title={title.length > 18 ? title : undefined}>
      {title}
    </span>
  );
}

function titleOf(
  id: string,
  columns: readonly PivotColumn[],
  { down, across }: Pick<Arrangement, 'down' | 'across'>,
): string {
  const column = columns.find(({ key }) => key === id);
  if (column) return column.isOthers ? `${column.values.length} others` : formatValue(column.values[0] ?? '', across);
  return (TITLES as Record<string, string>)[id] ?? capital(formatDimension(down));
}
const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
const TITLES = {
  cost: 'Cost',
  share: 'Share',
  change: 'Change',
  calls: 'Calls',
  perCall: 'Cost / call',
  perUser: 'Cost / user',
};

interface FiguresProps {
  row: PivotRow;
  isTotal?: boolean;
  totalsFirst: boolean;
  isComparing: boolean;
  columns: readonly PivotColumn[];
  down: Arrangement['down'];
  across: Arrangement['across'];
  filters: Filters;
}

function Figures({ row, isTotal = false, totalsFirst, isComparing, columns, down, across, filters }: FiguresProps) {
  const ofRow = isTotal ? filters.where : narrowed(filters.where, down, [row.value]);
  const toCalls = (where: Filters['where'], figure: ReactNode) => (
    <Link to={`/calls${searchWith(filters, { where })}`}>{figure}</Link>
  );
  const parts = (
    <>
      {columns.map((column) => {
        const cell = row.cells[column.key];
        // Down and across can be the same dimension: then the row has narrowed it already.
        const where = down === across && !isTotal ? ofRow : narrowed(ofRow, across, column.values);
        return (
          <td
            key={column.key}
            className="right"
            data-testid="pivot-cell"
            data-key={column.values[0]}
            data-value={cell?.costUsd ?? 'unknown'}
          >
            {!cell ? (
              <span className="is-muted">–</span>
            ) : column.values.length > MOST_IN_URL ? (
              <Usd value={cell.costUsd} unpriced={cell.unpricedCalls} />
            ) : (
              toCalls(where, <Usd value={cell.costUsd} unpriced={cell.unpricedCalls} />)
            )}
            {cell && <AtLeast usd={cell.costUsd} unpriced={cell.unpricedCalls} />}
          </td>
        );
      })}
    </>
  );
  return (
    <>
      {!totalsFirst && parts}
      <td className="right strong">
        {toCalls(ofRow, <Usd value={row.costUsd} unpriced={row.unpricedCalls} />)}
        <AtLeast usd={row.costUsd} unpriced={row.unpricedCalls} />
      </td>
      <td className="right figure">{row.share === null ? '–' : toCalls(ofRow, formatShare(row.share))}</td>
      <td className="right">
        {isComparing ? (
          <Skeleton height={12} width={48} ml="auto" />
        ) : row.change === null ? (
          <span className="is-muted">–</span>
        ) : (
          <Change change={row.change} />
        )}
      </td>
      <td className="right">{toCalls(ofRow, <Count value={row.calls} />)}</td>
      <td className="right">{toCalls(ofRow, <Usd value={row.costPerCallUsd} />)}</td>
      <td className="right">
        {row.costPerUserUsd === null ? (
          <span className="is-muted" title={row.users === 0 ? 'No call names a user' : 'Not known'}>
            –
          </span>
        ) : (
          <span title={`${row.users} ${row.users === 1 ? 'user' : 'users'}`} data-testid="per-user">
            {toCalls(ofRow, <Usd value={row.costPerUserUsd} />)}
          </span>
        )}
      </td>
      {totalsFirst && parts}
    </>
  );
}
