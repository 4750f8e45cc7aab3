// Every threshold that was crossed, newest first.
import { Link } from 'react-router';
import { useAlerts, useBudgets } from '../../api/questions.ts';
import { formatDay, formatInstant, formatPercent } from '../../format.ts';
import { Frame } from '../../ui/frame.tsx';
import { callsOf, limitWords, spentWords } from './limits.ts';

export function AlertsPanel({ className }: { className: string }) {
  const question = useAlerts();
  // A budget that was deleted leaves its alerts, and no word of what they were about.
  const budgets = useBudgets().data;
  return (
    <Frame
      title="Alerts"
      question={question}
      height={160}
      className={className}
      isEmpty={(alerts) => alerts.length === 0}
      empty="No threshold has been reached yet."
    >
      {(alerts) => (
        <ul className="lines">
          {alerts
            .toSorted((one, other) => Date.parse(other.raisedAt) - Date.parse(one.raisedAt))
            .map((alert) => {
              const budget = budgets?.find(({ id }) => id === alert.budgetId);
              const spent = `${spentWords(alert.limit, alert)} of ${limitWords(alert.limit)}`;
              return (
                <li key={alert.id} data-testid="alert-row" data-key={alert.id}>
                  <div className="line-head">
                    <span className={alert.threshold >= 100 ? 'badge badge-bad' : 'badge badge-warn'}>
                      {formatPercent(alert.threshold)}
                    </span>
                    <strong>{alert.budgetName}</strong>
                    <span className="is-muted push">{formatInstant(alert.raisedAt, 'UTC')} UTC</span>
                  </div>
                  <p className="is-muted small">
                    {budget ? (
                      <Link className="to-calls" to={callsOf(budget, alert.periodStart, alert.raisedAt)}>
                        {spent}
                      </Link>
                    ) : (
                      spent
                    )}
                    , period of {formatDay(alert.periodStart, 'UTC')} to {formatDay(alert.periodEnd, 'UTC')}
                  </p>
                </li>
              );
            })}
        </ul>
      )}
    </Frame>
  );
}
