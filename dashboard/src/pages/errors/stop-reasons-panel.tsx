// Why answers ended, and what was paid for those that ended before they were whole.
import type { MetricsRow } from '@spanledger/collector/contract';
import { Link } from 'react-router';
import { useMetrics } from '../../api/questions.ts';
import { changeOf, formatCalls, formatShare, ratioUsd, sumUsd } from '../../format.ts';
import { palette } from '../../theme/palette.ts';
import { AtLeast, Change, Count, Usd } from '../../ui/figures.tsx';
import { Frame } from '../../ui/frame.tsx';
import { inTurn } from '../../ui/in-turn.tsx';
import { numberOf, textOf } from '../../ui/rows.ts';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { figures, TableHead, wideFigures } from '../../ui/table-head.tsx';
import { type Filters, narrowed } from '../../url/filters.ts';
import { searchWith } from '../../url/use-filters.ts';

const MEASURES = ['calls', 'costUsd', 'unpricedCalls', 'outputTokens'] as const;
const BY = ['stopReason'] as const;
/** The answer stops in the middle: at the limit the app set, or at the end of the model's context. */
const CUT_SHORT = ['max_tokens', 'model_context_window_exceeded'];

const reasonOf = (row: MetricsRow) => textOf(row, 'stopReason') ?? '';
const isCutShort = (row: MetricsRow) => CUT_SHORT.includes(reasonOf(row));
const callsIn = (rows: readonly MetricsRow[]) => rows.reduce((sum, row) => sum + (numberOf(row, 'calls') ?? 0), 0);
const costOf = (rows: readonly MetricsRow[]) => sumUsd(rows.map((row) => textOf(row, 'costUsd')));

export const StopReasonsPanel = inTurn(function StopReasonsPanel({
  filters,
  className,
}: {
  filters: Filters;
  className: string;
}) {
  const question = useMetrics(filters, { measures: MEASURES, by: BY });
  const before = useMetrics(filters, { measures: MEASURES, by: BY, previous: true }).data?.rows;
  const hrefOf = (reasons: readonly string[]) =>
    `/calls${searchWith(filters, { where: narrowed(filters.where, 'stopReason', reasons) })}`;
  return (
    <Frame
      title="Why answers ended"
      question={question}
      height={280}
      className={className}
      isEmpty={({ rows }) => rows.length === 0}
    >
      {({ rows }) => {
        const cut = rows.filter(isCutShort);
        const all = callsIn(rows);
        return (
          <>
            <p className="headline">
              <span className="headline-figure">
                <Link to={hrefOf(CUT_SHORT)}>
                  <Usd value={cut.length === 0 ? '0.000000000000' : costOf(cut)} testId="truncated-cost" />
                </Link>
                <AtLeast
                  usd={costOf(cut)}
                  unpriced={cut.reduce((sum, row) => sum + (numberOf(row, 'unpricedCalls') ?? 0), 0)}
                />
              </span>
              <span>
                paid for{' '}
                <Link className="to-calls" to={hrefOf(CUT_SHORT)}>
                  {formatCalls(callsIn(cut))}
                </Link>{' '}
                cut short at max_tokens or the end of the context
                {cut.length > 0 && (
                  <>
                    ,{' '}
                    <Link className="to-calls" to={hrefOf(CUT_SHORT)}>
                      {formatShare(ratioUsd(costOf(cut), costOf(rows)))}
                    </Link>{' '}
                    of the spend
                  </>
                )}
              </span>
              {before && <Change change={changeOf(callsIn(cut), callsIn(before.filter(isCutShort)))} good="down" />}
            </p>
            <ScrollTable label="Calls by stop reason">
              <TableHead
                columns={[
                  'Stop reason',
                  ...figures('Calls', 'Of all'),
                  ...wideFigures('Output tokens'),
                  ...figures('Cost'),
                ]}
              />
              <tbody>
                {rows
                  .toSorted((one, other) => (numberOf(other, 'calls') ?? 0) - (numberOf(one, 'calls') ?? 0))
                  .map((row) => {
                    const reason = reasonOf(row);
                    const calls = numberOf(row, 'calls') ?? 0;
                    return (
                      <tr
                        key={reason}
                        data-testid="stop-reason"
                        data-key={reason}
                        data-value={textOf(row, 'costUsd') ?? 'unknown'}
                      >
                        <th scope="row">
                          <Link to={hrefOf([reason])} className="dotted-name">
                            <span
                              className="dot"
                              style={{ background: palette.colourOf('stopReason', reason) }}
                              aria-hidden
                            />
                            <span className={reason === '' ? 'is-unknown' : ''}>
                              {reason === '' ? 'none (no whole answer)' : reason}
                            </span>
                          </Link>
                        </th>
                        <td className="right">
                          <Link to={hrefOf([reason])}>
                            <Count value={calls} />
                          </Link>
                        </td>
                        <td className="right figure">
                          <Link to={hrefOf([reason])}>{formatShare(all === 0 ? null : calls / all)}</Link>
                        </td>
                        <td className="right wide">
                          <Link to={hrefOf([reason])}>
                            <Count value={numberOf(row, 'outputTokens')} />
                          </Link>
                        </td>
                        <td className={`right ${isCutShort(row) ? 'strong' : ''}`}>
                          <Link to={hrefOf([reason])}>
                            <Usd value={textOf(row, 'costUsd')} unpriced={numberOf(row, 'unpricedCalls') ?? 0} />
                          </Link>
                          <AtLeast usd={textOf(row, 'costUsd')} unpriced={numberOf(row, 'unpricedCalls') ?? 0} />
                        </td>
                      </tr>
                    );
                  })}
              </tbody>
            </ScrollTable>
          </>
        );
      }}
    </Frame>
  );
});
