// Calls without a whole answer: by what went wrong, as a table and through the window.
import type { MetricsRow } from '@spanledger/collector/contract';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { useMetrics } from '../../api/questions.ts';
import { changeOf, formatCalls, formatCount, formatCompact, formatGrain, formatShare } from '../../format.ts';
import { palette } from '../../theme/palette.ts';
import { AtLeast, Change, Count, Usd } from '../../ui/figures.tsx';
import { Frame } from '../../ui/frame.tsx';
import { inTurn } from '../../ui/in-turn.tsx';
import { Legend } from '../../ui/legend.tsx';
import { pointsOf, seriesOf } from '../../ui/points-of.ts';
import { numberOf, textOf } from '../../ui/rows.ts';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { figures, TableHead } from '../../ui/table-head.tsx';
import { TimeChart } from '../../ui/time-chart.tsx';
import { ToCalls } from '../../ui/to-calls.tsx';
import { NoCalls } from '../../ui/no-calls.tsx';
import { type Filters, narrowed } from '../../url/filters.ts';
import { proposedThreshold } from '../../url/monitor-on.ts';
import { searchWith } from '../../url/use-filters.ts';
import { failureHint, failureTitle } from './failure-words.ts';

const MEASURES = ['calls', 'costUsd', 'unpricedCalls'] as const;
const BY = ['failure'] as const;

const failureOf = (row: MetricsRow) => textOf(row, 'failure') ?? '';
const failing = (rows: readonly MetricsRow[]) =>
  rows
    .filter((row) => failureOf(row) !== '')
    .toSorted((one, other) => (numberOf(other, 'calls') ?? 0) - (numberOf(one, 'calls') ?? 0));
const callsIn = (rows: readonly MetricsRow[]) => rows.reduce((sum, row) => sum + (numberOf(row, 'calls') ?? 0), 0);
const emptyOf = (rows: readonly MetricsRow[] = []): string =>
  callsIn(rows) === 0 ? 'No calls in this window.' : 'Every call of this window has its answer.';
const hrefOf = (filters: Filters, failure: string) =>
  `/calls${searchWith(filters, { where: narrowed(filters.where, 'failure', [failure]) })}`;

export const FailuresPanel = inTurn(function FailuresPanel({
  filters,
  className,
}: {
  filters: Filters;
  className: string;
}) {
  const question = useMetrics(filters, { measures: MEASURES, by: BY });
  const before = useMetrics(filters, { measures: MEASURES, by: BY, previous: true }).data?.rows;
  return (
    <Frame
      title="What went wrong"
      question={question}
      height={300}
      className={className}
      isEmpty={({ rows }) => failing(rows).length === 0}
      empty={<NoCalls>{emptyOf(question.data?.rows)}</NoCalls>}
      aside={question.data && <FailedShare rows={question.data.rows} filters={filters} />}
    >
      {({ rows }) => {
        const all = callsIn(rows);
        return (
          <>
            <ScrollTable label="Calls by what went wrong">
              <TableHead columns={['What', ...figures('Calls', 'Of all', 'Change', 'Cost')]} />
              <tbody>
                {failing(rows).map((row) => {
                  const failure = failureOf(row);
                  const calls = numberOf(row, 'calls') ?? 0;
                  const earlier = before?.find((one) => failureOf(one) === failure);
                  return (
                    <tr key={failure} data-testid="failure" data-key={failure} data-value={calls}>
                      <th scope="row">
                        <Link to={hrefOf(filters, failure)} className="dotted-name">
                          <span
                            className="dot"
                            style={{ background: palette.colourOf('failure', failure) }}
                            aria-hidden
                          />
                          {failureTitle(failure)}
                        </Link>
                        <span className="under hint">{failureHint(failure)}</span>
                      </th>
                      <td className="right">
                        <Link
                          to={hrefOf(filters, failure)}
                          aria-label={`${formatCalls(calls)}: ${failureTitle(failure)}`}
                        >
                          <Count value={calls} />
                        </Link>
                      </td>
                      <td className="right figure">
                        <Link to={hrefOf(filters, failure)}>{formatShare(all === 0 ? null : calls / all)}</Link>
                      </td>
                      <td className="right">
                        {before === undefined ? (
                          <span className="is-muted">–</span>
                        ) : earlier === undefined ? (
                          <span className="change">none before</span>
                        ) : (
                          <Change change={changeOf(calls, numberOf(earlier, 'calls'))} good="down" />
                        )}
                      </td>
                      <td className="right">
                        <Link to={hrefOf(filters, failure)}>
                          <Usd value={textOf(row, 'costUsd')} unpriced={numberOf(row, 'unpricedCalls') ?? 0} />
                        </Link>
                        <AtLeast usd={textOf(row, 'costUsd')} unpriced={numberOf(row, 'unpricedCalls') ?? 0} />
                      </td>
                    </tr>
                  );
                })}
              </tbody>
            </ScrollTable>
            <ErrorsAmongThem rows={rows} filters={filters} />
          </>
        );
      }}
    </Frame>
  );
});

/** Why there are more here than the error rate of the overview counts. */
function ErrorsAmongThem({ rows, filters }: { rows: readonly MetricsRow[]; filters: Filters }) {
  const errors = rows.filter(isError);
  if (callsIn(failing(rows)) === callsIn(errors)) return null;
  return (
    <p className="is-muted small">
      Of these{' '}
      <ToCalls filters={filters} where={narrowed(filters.where, 'failure', errors.map(failureOf))}>
        {formatCount(callsIn(errors))}
      </ToCalls>{' '}
      are errors: what is cut off by the app or refused by the model is not in the error rate.
    </p>
  );
}

function FailedShare({ rows, filters }: { rows: readonly MetricsRow[]; filters: Filters }) {
  const [failed, all] = [callsIn(failing(rows)), callsIn(rows)];
  return all === 0 ? null : (
    <span className="is-muted figure">
      {failed === 0 ? (
        'none'
      ) : (
        <ToCalls filters={filters} where={narrowed(filters.where, 'failure', failing(rows).map(failureOf))}>
          {formatCount(failed)}
        </ToCalls>
      )}{' '}
      of <ToCalls filters={filters}>{formatCalls(all)}</ToCalls>
      {failed > 0 && (
        <>
          ,{' '}
          <ToCalls filters={filters} where={narrowed(filters.where, 'failure', failing(rows).map(failureOf))}>
            {formatShare(failed / all)}
          </ToCalls>
        </>
      )}
    </span>
  );
}

/** Of each bucket, whatever went wrong. */
function errorRates(rows: readonly MetricsRow[]): number[] {
  const buckets = [...new Set(rows.map((row) => textOf(row, 'bucket')))];
  return buckets.map((bucket) => {
    const all = rows.filter((row) => textOf(row, 'bucket') === bucket);
    return callsIn(all.filter(isError)) / callsIn(all);
  });
}
/** Cut off by the app, or refused by the model, is no error. */
const isError = (row: MetricsRow) => !['', 'cut_off', 'refusal'].includes(failureOf(row));

export const FailuresOverTimePanel = inTurn(function FailuresOverTimePanel({
  filters,
  className,
}: {
  filters: Filters;
  className: string;
}) {
  const { timezone } = filters;
  const question = useMetrics(filters, { measures: MEASURES, by: BY, bucketed: true });
  const answer = question.data;
  const drawn = useMemo(() => {
    if (!answer) return null;
    const kinds = [...new Set(failing(answer.rows).map(failureOf))];
    const cells = failing(answer.rows).map((row) => {
      const calls = numberOf(row, 'calls') ?? 0;
      const part = { size: calls, label: formatCount(calls), exact: String(calls) };
      return { at: Date.parse(textOf(row, 'bucket') ?? ''), key: failureOf(row), part };
    });
    const total = (parts: readonly { size: number }[]) => formatCount(parts.reduce((sum, { size }) => sum + size, 0));
    return { series: seriesOf('failure', kinds, failureTitle), points: pointsOf(answer, timezone, cells, total) };
  }, [answer, timezone]);
  return (
    <Frame
      title="Through the window"
      question={question}
      height={300}
      className={className}
      isEmpty={() => drawn?.series.length === 0}
      empty={emptyOf(answer?.rows)}
    >
      {(window) =>
        drawn && (
          <>
            <TimeChart
              id="failures"
              label={`Calls by what went wrong, one bar ${formatGrain(window.bucket)}`}
              kind="bars"
              unit="calls"
              filters={filters}
              window={window}
              points={drawn.points}
              series={drawn.series}
              narrow={({ key }) => narrowed(filters.where, 'failure', [key])}
              together={narrowed(
                filters.where,
                'failure',
                drawn.series.map(({ key }) => key),
              )}
              formatSize={formatCompact}
              barTestId="failure-bar"
              height={400}
              watched={{ measure: 'errorRate', threshold: proposedThreshold('errorRate', errorRates(window.rows)) }}
            />
            <Legend
              label="Colours by what went wrong"
              series={drawn.series}
              hrefOf={({ key }) => searchWith(filters, { where: narrowed(filters.where, 'failure', [key]) })}
            />
          </>
        )
      }
    </Frame>
  );
});
