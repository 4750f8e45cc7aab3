// The month so far against its budget, and what it will have cost when it is over.
import { Link } from 'react-router';
import type { Budget } from '@spanledger/collector/contract';
import { useBudgets, useMonth } from '../../api/questions.ts';
import { monthAhead } from '../../drivers/month.ts';
import { formatCalls, formatPercent, formatUsd, ratioUsd, sumUsd } from '../../format.ts';
import { Usd } from '../../ui/figures.tsx';
import { Frame } from '../../ui/frame.tsx';
import { inTurn } from '../../ui/in-turn.tsx';
import { ToCalls, withoutPrice } from '../../ui/to-calls.tsx';
import { alertHref } from '../../url/alert-on.ts';
import type { Filters } from '../../url/filters.ts';
import { searchWith } from '../../url/use-filters.ts';

const MEASURES = ['costUsd', 'calls', 'unpricedCalls'] as const;

export const MonthPanel = inTurn(function MonthPanel({ filters, className }: { filters: Filters; className: string }) {
  const question = useMonth(filters, MEASURES);
  const budget = useBudgets().data?.find((one) => isOf(one, filters));
  return (
    <Frame title="This month" question={question} height={150} className={className}>
      {({ rows, askedAt, timezone }) => {
        const { spentUsd, forecast, unpricedCalls } = monthAhead(rows, askedAt, timezone);
        const limit = budget && 'usd' in budget.limit ? budget.limit.usd : null;
        const most = Math.max(Number(limit ?? 0), forecast?.highUsd ?? 0, Number(spentUsd ?? 0));
        const month = { ...filters, range: { kind: 'relative', name: 'mtd' } as const };
        return (
          <>
            <div className="headline">
              <span className="headline-figure" data-testid="month-to-date" data-value={spentUsd ?? 'unknown'}>
                <Link
                  to={`/calls${searchWith(month)}`}
                  aria-label={`${formatUsd(spentUsd)} this month. Show these calls`}
                >
                  <Usd value={spentUsd} />
                </Link>
              </span>
              <span className="is-muted">
                so far
                {unpricedCalls > 0 && (
                  <>
                    , without{' '}
                    <ToCalls filters={month} where={withoutPrice(filters.where)}>
                      {formatCalls(unpricedCalls)}
                    </ToCalls>{' '}
                    that no price is known for
                  </>
                )}
              </span>
            </div>
            {most > 0 && (
              <Bar
                spent={Number(spentUsd ?? 0) / most}
                low={(forecast?.lowUsd ?? 0) / most}
                high={(forecast?.highUsd ?? 0) / most}
                limit={limit === null ? null : Number(limit) / most}
              />
            )}
            <p data-testid="forecast">
              {forecast ? (
                <>
                  About <strong>{roughUsd(forecast.usd)}</strong> at its end, most likely {roughUsd(forecast.lowUsd)} to{' '}
                  {roughUsd(forecast.highUsd)}.
                </>
              ) : (
                'Too early to say what it will have cost: that takes three whole days.'
              )}
            </p>
            <p className="is-muted">
              {budget && limit !== null ? (
                <>
                  <Link to="/budgets">{budget.name}</Link>:{' '}
                  <ToCalls filters={month} className="to-calls of-limit">
                    {formatPercent((ratioUsd(spentUsd, limit) ?? 0) * 100)} of {formatUsd(sumUsd([limit]))}
                  </ToCalls>
                  {forecast && forecast.highUsd > Number(limit) && (
                    <strong className="is-bad">
                      {forecast.lowUsd > Number(limit) ? ' · will be passed' : ' · may be passed'}
                    </strong>
                  )}
                </>
              ) : (
                <Link to={alertHref(month, spentUsd) ?? '/budgets'}>Set a budget for these calls</Link>
              )}
            </p>
          </>
        );
      }}
    </Frame>
  );
});

/** A monthly budget in dollars over exactly the calls of the page. */
function isOf({ period, scope, limit }: Budget, { where }: Filters): boolean {
  const entries = Object.entries(scope);
  return (
    period === 'month' &&
    'usd' in limit &&
    entries.length === where.length &&
    entries.every(([dimension, value]) => where.some((one) => one.dimension === dimension && one.value === value))
  );
}

/** An estimate is not said to the cent. */
const roughUsd = (usd: number) =>
  formatUsd(Number(usd.toPrecision(3)).toFixed(usd < 1 ? 6 : 2)).replace(usd >= 100 ? '.00' : /$^/, '');

function Bar({ spent, low, high, limit }: { spent: number; low: number; high: number; limit: number | null }) {
  const percent = (share: number) => `${Math.min(100, share * 100)}%`;
  return (
    <div className="month-bar" aria-hidden>
      <span className="month-range" style={{ left: percent(low), width: percent(Math.max(0, high - low)) }} />
      <span className="month-spent" style={{ width: percent(spent) }} />
      {limit !== null && <span className="month-limit" style={{ left: percent(limit) }} />}
    </div>
  );
}
