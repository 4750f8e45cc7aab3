// One budget: spent of the limit, the burn through the period, who it is about; edit and delete.
import type { Budget } from '@spanledger/collector/contract';
import { Link } from 'react-router';
import { api } from '../../api/api.ts';
import { useBudgetStatus } from '../../api/questions.ts';
import { BurnLine } from '../../charts/lazy.tsx';
import { formatCompact, formatCalls, formatDay, formatMinute, formatPercent, formatUsdTick } from '../../format.ts';
import { FrameBody } from '../../ui/frame.tsx';
import { CardHead } from './card-head.tsx';
import { callsOf, limitSize, limitWords, scopeWords, spentSize, spentWords, thresholdWords } from './limits.ts';

const PERIOD_WORDS = { day: 'a day', week: 'a week', month: 'a month' } as const;

export function BudgetCard({ budget, onEdit }: { budget: Budget; onEdit: () => void }) {
  const status = useBudgetStatus(budget.id);
  const titleId = `budget-${budget.id}`;
  return (
    <article className="panel" aria-labelledby={titleId} data-testid="budget-card" data-key={budget.id}>
      <CardHead
        id={titleId}
        name={budget.name}
        list="budgets"
        onEdit={onEdit}
        remove={() => api.deleteBudget(budget.id)}
      />
      <p className="is-muted small budget-limit">
        {limitWords(budget.limit)} {PERIOD_WORDS[budget.period]} · {scopeWords(budget.scope)}
      </p>
      <FrameBody
        question={status}
        height={200}
        partial={({ unpricedCalls, periodStart, periodEnd }) =>
          // Tokens count whatever they cost.
          unpricedCalls > 0 && 'usd' in budget.limit ? (
            <>
              No known price for{' '}
              <Link
                className="to-calls"
                to={callsOf({ ...budget, scope: { ...budget.scope, callCost: '' } }, periodStart, periodEnd)}
              >
                {formatCalls(unpricedCalls)}
              </Link>{' '}
              in scope: at least this is spent.
            </>
          ) : null
        }
      >
        {(answer) => {
          const tone = answer.percent >= 100 ? 'is-bad' : answer.percent >= 80 ? 'is-warn' : '';
          const at = (instant: number) =>
            budget.period === 'day' ? formatMinute(instant, budget.timezone) : formatDay(instant, budget.timezone);
          const limit = limitSize(budget.limit);
          const isUsd = 'usd' in budget.limit;
          const calls = callsOf(budget, answer.periodStart, answer.periodEnd);
          return (
            <>
              <div className="headline">
                <span
                  className={`headline-figure ${tone}`}
                  data-testid="budget-spent"
                  data-value={(isUsd ? answer.spentUsd : answer.spentTokens) ?? 'unknown'}
                >
                  <Link to={calls}>{spentWords(budget.limit, answer)}</Link>
                </span>
                <span className="is-muted">
                  <Link to={calls} className="of-limit">
                    {formatPercent(answer.percent)} of {limitWords(budget.limit)}
                  </Link>
                </span>
              </div>
              <div
                className="gauge"
                role="meter"
                aria-label={`${budget.name}: used of the limit`}
                aria-valuemin={0}
                aria-valuemax={100}
                aria-valuenow={Math.min(100, answer.percent)}
                aria-valuetext={`${formatPercent(answer.percent)} of ${limitWords(budget.limit)}`}
              >
                <span className={`gauge-fill ${tone}`} style={{ width: `${Math.min(100, answer.percent)}%` }} />
                {budget.thresholds
                  .filter((threshold) => threshold < 100)
                  .map((threshold) => (
                    <span key={threshold} className="gauge-mark" style={{ left: `${threshold}%` }} />
                  ))}
              </div>
              <BurnLine
                label={`${budget.name}: spend through the period against an even pace and the limit`}
                points={answer.burn.flatMap((point) => {
                  const size = spentSize(budget.limit, point);
                  return size === null
                    ? []
                    : [{ at: Date.parse(point.at), size, label: spentWords(budget.limit, point) }];
                })}
                from={Date.parse(answer.periodStart)}
                to={Date.parse(answer.periodEnd)}
                limit={limit}
                limitLabel={`Limit ${limitWords(budget.limit)}`}
                marks={budget.thresholds
                  .filter((threshold) => threshold !== 100)
                  .map((threshold) => (limit * threshold) / 100)}
                formatSize={isUsd ? formatUsdTick : formatCompact}
                formatAt={at}
                height={130}
              />
              <p className="is-muted small budget-limit">
                {thresholdWords(budget, answer)}
                {budget.webhookIds.length === 0 && ' No webhook is told.'} Periods begin in {budget.timezone}.
              </p>
            </>
          );
        }}
      </FrameBody>
    </article>
  );
}
