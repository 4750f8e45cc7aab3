// The data of a chart as a table, for who cannot or would not read it by eye; each value leads where its mark leads.
import { Link } from 'react-router';
import { ScrollTable } from '../ui/scroll-table.tsx';
import type { PartHref, Point, Series } from './points.ts';

interface ChartTableProps {
  label: string;
  points: readonly Point[];
  series: readonly Series[];
  formatAtLong: (at: number) => string;
  hrefOf?: PartHref | undefined;
}

export function ChartTable({ label, points, series, formatAtLong, hrefOf }: ChartTableProps) {
  const summed = points.some(({ totalLabel }) => totalLabel !== null);
  return (
    <div className="chart-table">
      <ScrollTable label={label}>
        <thead>
          <tr>
            <th scope="col">Start</th>
            {series.map(({ key, label: name }) => (
              <th key={key} scope="col" className="right verbatim">
                {name}
              </th>
            ))}
            {summed && (
              <th scope="col" className="right">
                Total
              </th>
            )}
          </tr>
        </thead>
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
              {summed && <td className="right figure">{totalLabel}</td>}
            </tr>
          ))}
        </tbody>
      </ScrollTable>
    </div>
  );
}
