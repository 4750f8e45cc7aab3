// Spend now against the window before, and over time by a dimension.
import { useMemo } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useMetrics } from '../../api/questions.ts';
import { changeOf, formatCalls, formatCount, formatDimension, formatUsd, formatUsdTick } from '../../format.ts';
import { afterFirst } from '../../first/after-first.tsx';
import { useFirstStands } from '../../first/first.ts';
import { DimensionPicker } from '../../ui/controls.tsx';
import { AtLeast, Change, Usd } from '../../ui/figures.tsx';
import { Frame, FrameBody } from '../../ui/frame.tsx';
import { inTurn } from '../../ui/in-turn.tsx';
import { MarksInWords, useMarks } from '../../ui/marks.tsx';
import { TimeChart } from '../../ui/time-chart.tsx';
import { ToCalls, UnpricedOf } from '../../ui/to-calls.tsx';
import { alertHref } from '../../url/alert-on.ts';
import { type Filters, narrowed } from '../../url/filters.ts';
import { searchWith } from '../../url/use-filters.ts';
import { courseOf, isInTokens, TOTALS } from './first-questions.ts';
import { CHART_HEIGHT, spendOverTime } from './spend-over-time.ts';
import { TokensOverTime } from './tokens-over-time.tsx';
import { numberOf, textOf } from '../../ui/rows.ts';
import { NoCalls } from '../../ui/no-calls.tsx';

const StackChoice = afterFirst('The controls', async () => (await import('./stack-choice.tsx')).StackChoice);
/** More values than this are no link any more. */
const MOST_IN_URL = 40;

export const SpendPanel = inTurn(function SpendPanel({ filters, className }: { filters: Filters; className: string }) {
  const now = useMetrics(filters, TOTALS);
  const before = useMetrics(filters, { ...TOTALS, previous: true, wanted: useFirstStands() });
  const [inTokens, setInTokens] = useStackedTokens();
  return (
    <Frame
      title="Spend"
      question={now}
      height={412}
      className={`spend ${className}`}
      aside={
        <span className="by-picker">
          {!inTokens && <DimensionPicker />}
          <StackChoice inTokens={inTokens} onChange={setInTokens} />
        </span>
      }
      isEmpty={(answer) => !numberOf(answer.rows[0], 'calls')}
      empty={<NoCalls />}
      partial={({ rows: [row] }) => {
        const [calls, unpriced] = [numberOf(row, 'calls') ?? 0, numberOf(row, 'unpricedCalls') ?? 0];
        if (unpriced === 0) return null;
        return (
          <span data-testid="unpriced-note">
            <UnpricedOf filters={filters} unpriced={formatCount(unpriced)} calls={formatCalls(calls)} />: the spend is
            at least what is shown.{' '}
            <Link to={`/prices/unpriced${searchWith({ ...filters, where: [] })}`}>Which, and why</Link>
          </span>
        );
      }}
    >
      {({ rows: [row] }) => {
        const spend = textOf(row, 'costUsd');
        const earlier = before.data?.rows[0];
        const earlierSpend = textOf(earlier, 'costUsd');
        return (
          <>
            <div className="headline">
              <span className="headline-figure">
                <Link to={`/calls${searchWith(filters)}`}>
                  <Usd value={spend} unpriced={numberOf(row, 'unpricedCalls') ?? 0} testId="spend-total" />
                  <span className="visually-hidden">. Show these calls</span>
                </Link>
              </span>
              <AtLeast usd={spend} unpriced={numberOf(row, 'unpricedCalls') ?? 0} />
              {before.data && (
                <Change
                  change={changeOf(
                    spend === null ? null : Number(spend),
                    earlierSpend === null ? null : Number(earlierSpend),
                  )}
                />
              )}
              {before.data && earlierSpend !== null && Number(earlierSpend) !== 0 && (
                <span className="is-muted">
                  from{' '}
                  <ToCalls filters={filters} window={before.data}>
                    {formatUsd(earlierSpend)}
                  </ToCalls>
                  <AtLeast usd={earlierSpend} unpriced={numberOf(earlier, 'unpricedCalls') ?? 0} />
                </span>
              )}
              <span className="headline-more">
                <Link to={`/calls${searchWith(filters)}`}>{formatCalls(numberOf(row, 'calls') ?? 0)}</Link>
              </span>
            </div>
            {inTokens ? <TokensOverTime filters={filters} /> : <SpendOverTime filters={filters} spend={spend} />}
          </>
        );
      }}
    </Frame>
  );
});

function SpendOverTime({ filters, spend }: { filters: Filters; spend: string | null }) {
  const { by, timezone } = filters;
  const alert = alertHref(filters, spend);
  const marks = useMarks(filters, { spend: true });
  const question = useMetrics(filters, courseOf(filters));
  const chart = useMemo(
    () => question.data && spendOverTime(question.data, { by, timezone }),
    [question.data, by, timezone],
  );
  return (
    <FrameBody
      question={question}
      height={322}
      isEmpty={() => chart?.series.length === 0}
      empty="None of these calls has a known price, so there is no spend to draw."
    >
      {(answer) => {
        if (!chart) return null;
        return (
          <>
            <TimeChart
              id="spend"
              label={chart.label}
              kind="bars"
              unit="USD"
              filters={filters}
              window={answer}
              points={chart.points}
              series={chart.series}
              marks={marks}
              formatSize={formatUsdTick}
              height={CHART_HEIGHT}
              barTestId="spend-bar"
              narrow={(one) => {
                const values = chart.series.find(({ key }) => key === one.key)?.values ?? [];
                return values.length <= MOST_IN_URL ? narrowed(filters.where, by, values) : null;
              }}
              {...(alert ? { alertHref: alert } : {})}
            />
            <ul className="legend" aria-label={chart.legend}>
              {chart.series.map(({ key, label, colour, values, isOthers }) => (
                <li key={key} className="dotted-name">
                  <span className="dot" style={{ background: colour }} aria-hidden />
                  {isOthers ? (
                    <span className="name">{label}</span>
                  ) : (
                    <Link
                      className="name"
                      to={searchWith(filters, { where: narrowed(filters.where, by, values) })}
                      aria-label={`Filter by ${formatDimension(by)} ${label}`}
                      preventScrollReset
                    >
                      {label}
                    </Link>
                  )}
                </li>
              ))}
            </ul>
            <MarksInWords marks={marks} filters={filters} />
          </>
        );
      }}
    </FrameBody>
  );
}

/** Whether tokens are stacked in place of money; in the URL. */
function useStackedTokens(): [boolean, (next: boolean) => void] {
  const [search, setSearch] = useSearchParams();
  const change = (next: boolean) =>
    setSearch(
      (now) => {
        if (next) now.set('stack', 'tokens');
        else now.delete('stack');
        return now;
      },
      { preventScrollReset: true },
    );
  return [isInTokens(search), change];
}
