// The data of a chart as a table, for who cannot or would not read it by eye; each value leads where its mark leads.
import { Link } from 'react-router';
import { ScrollTable } from '../ui/scroll-table.tsx';
import { figures, TableHead } from '../ui/table-head.tsx';
import type { PartHref, Point, Series } from './points.ts';

interface ChartTableProps {
  label: string;
  points: readonly Point[];
  series: readonly Series[];
  formatAtLong: (at: number) => string;
  hrefOf?: PartHref | undefined;
  /** Where the sum of a point leads to. */
  totalHrefOf?: ((at: number) => string) | undefined;
}

export function ChartTable({ label, points, series, formatAtLong, hrefOf, totalHrefOf }: ChartTableProps) {
  const summed = points.some(({ totalLabel }) => totalLabel !== null);
  return (
    <div className="chart-table">
      <ScrollTable label={label}>
        <TableHead
          columns={[
            'Start',
            ...series.map(({ label: name }) => ({ title: name, className: 'right verbatim' })),
            ...(summed ? figures('Total') : []),
          ]}
        />
        <tbody>
          {points.map(({ at, parts, totalLabel }) => (
            <tr key={at}>
              <th scope="row">{formatAtLong(at)}</th>
              {series.map((one) => {
                const part = parts[one.key];
                const href = part ? (hrefOf?.(one, at) ?? null) : null;
                return (
                  <td key={one.key} className="right figure">
                    {!part ? (
                      <span className="is-muted">–</span>
                    ) : href ? (
                      <Link to={href}>{part.label}</Link>
                    ) : (
                      part.label
                    )}
                  </td>
                );
              })}
              {summed && (
                <td className="right figure">
                  {totalHrefOf ? <Link to={totalHrefOf(at)}>{totalLabel}</Link> : totalLabel}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </ScrollTable>
    </div>
  );
}
