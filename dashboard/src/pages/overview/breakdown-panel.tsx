// The window by the chosen dimension, as a table; its last line is the total, double-ruled as in a ledger.
import { Link } from 'react-router';
import { useMetrics } from '../../api/questions.ts';
import {
  divideUsd,
  formatDimension,
  formatDuration,
  formatShare,
  formatValue,
  ratioUsd,
  sumUsd,
  UNKNOWN,
} from '../../format.ts';
import { Dot } from '../../ui/dot.tsx';
import { AtLeast, Count, Usd } from '../../ui/figures.tsx';
import { Frame } from '../../ui/frame.tsx';
import { inTurn } from '../../ui/in-turn.tsx';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { ShareCell } from '../../ui/share-cell.tsx';
import { figures, share, TableHead } from '../../ui/table-head.tsx';
import { ToCalls } from '../../ui/to-calls.tsx';
import { type Filters, narrowed, toggleWhere } from '../../url/filters.ts';
import { callsOrdered, searchWith } from '../../url/use-filters.ts';
import { compareUsd } from './figures.ts';
import { numberOf, textOf } from '../../ui/rows.ts';

const MEASURES = ['costUsd', 'calls', 'unpricedCalls', 'p95LatencyMs', 'cacheHitRate', 'errors', 'errorRate'] as const;
const SHOWN = 50;
const FAILED = { dimension: 'outcome', value: 'error' } as const;

export const BreakdownPanel = inTurn(function BreakdownPanel({
  filters,
  className,
}: {
  filters: Filters;
  className: string;
}) {
  const { by } = filters;
  const question = useMetrics(filters, { measures: MEASURES, by: [by] });
  return (
    <Frame
      title={`By ${formatDimension(by)}`}
      question={question}
      height={280}
      className={className}
      isEmpty={({ rows }) => rows.length === 0}
      partial={({ rows }) =>
        rows.length > SHOWN ? `The ${SHOWN} largest of ${rows.length} are shown; the total is of all.` : null
      }
    >
      {({ rows }) => {
        const total = sumUsd(rows.map((row) => textOf(row, 'costUsd')));
        const calls = rows.reduce((sum, row) => sum + (numberOf(row, 'calls') ?? 0), 0);
        const unpricedCalls = rows.reduce((sum, row) => sum + (numberOf(row, 'unpricedCalls') ?? 0), 0);
        const ranked = rows.toSorted(
          (one, other) =>
            compareUsd(textOf(other, 'costUsd'), textOf(one, 'costUsd')) ||
            (numberOf(other, 'calls') ?? 0) - (numberOf(one, 'calls') ?? 0),
        );
        return (
          <ScrollTable label={`By ${formatDimension(by)}`}>
            <TableHead
              columns={[
                formatDimension(by),
                ...figures('Cost'),
                share('Share'),
                ...figures('Calls', 'Cost / call', 'P95', 'Cache hits', 'Errors'),
              ]}
            />
            <tbody>
              {ranked.slice(0, SHOWN).map((row) => {
                const value = textOf(row, by);
                const cost = textOf(row, 'costUsd');
                const unpriced = numberOf(row, 'unpricedCalls') ?? 0;
                const own = numberOf(row, 'calls') ?? 0;
                const share = ratioUsd(cost, total);
                const where = narrowed(filters.where, by, [value ?? '']);
                const href = `/calls${searchWith(filters, { where })}`;
                const failed = `/calls${searchWith(filters, { where: narrowed(where, FAILED.dimension, [FAILED.value]) })}`;
                return (
                  <tr
                    key={value ?? ''}
                    data-testid={`spend-by-${by}`}
                    data-key={value ?? ''}
                    data-value={cost ?? UNKNOWN}
                  >
                    <th scope="row">
                      <Link
                        to={searchWith(toggleWhere(filters, { dimension: by, value: value ?? '' })) || '?'}
                        preventScrollReset
                        aria-label={`Filter by ${formatDimension(by)} ${formatValue(value)}`}
                      >
                        <Dot dimension={by} value={value} />
                      </Link>
                    </th>
                    <td className="right">
                      <Link to={href}>
                        <Usd value={cost} unpriced={unpriced} />
                      </Link>
                      <AtLeast usd={cost} unpriced={unpriced} />
                    </td>
                    <ShareCell share={share} to={href} />
                    <td className="right">
                      <Link to={href}>
                        <Count value={own} />
                        <span className="visually-hidden"> calls of {formatValue(value)}</span>
                      </Link>
                    </td>
                    <td className="right">
                      <Link to={href}>
                        <Usd value={divideUsd(cost, own - unpriced)} />
                      </Link>
                    </td>
                    <td className="right figure">
                      <Link to={callsOrdered({ ...filters, where }, 'durationMs')}>
                        {formatDuration(numberOf(row, 'p95LatencyMs'))}
                      </Link>
                    </td>
                    <td className="right figure">
                      {numberOf(row, 'cacheHitRate') === null ? (
                        '–'
                      ) : (
                        <Link to={href}>{formatShare(numberOf(row, 'cacheHitRate'))}</Link>
                      )}
                    </td>
                    <td
                      className={`right figure ${(numberOf(row, 'errorRate') ?? 0) >= 0.05 ? 'is-bad' : (numberOf(row, 'errors') ?? 0) > 0 ? '' : 'is-muted'}`}
                    >
                      <Link to={failed}>{formatShare(numberOf(row, 'errorRate'))}</Link>
                    </td>
                  </tr>
                );
              })}
            </tbody>
            <tfoot>
              <tr>
                <th scope="row">Total</th>
                <td className="right">
                  <ToCalls filters={filters}>
                    <Usd value={total} unpriced={unpricedCalls} />
                  </ToCalls>
                  <AtLeast usd={total} unpriced={unpricedCalls} />
                </td>
                <td className="share-column" />
                <td className="right">
                  <ToCalls filters={filters}>
                    <Count value={calls} />
                  </ToCalls>
                </td>
                <td className="right" colSpan={4} />
              </tr>
            </tfoot>
          </ScrollTable>
        );
      }}
    </Frame>
  );
});
