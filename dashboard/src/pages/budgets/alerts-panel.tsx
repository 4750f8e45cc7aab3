// Every threshold that was crossed, newest first.
import { useAlerts } from '../../api/questions.ts';
import { formatDay, formatInstant, formatPercent } from '../../format.ts';
import { Frame } from '../../ui/frame.tsx';
import { limitWords, spentWords } from './limits.ts';

export function AlertsPanel({ className }: { className: string }) {
  const question = useAlerts();
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
            .map((alert) => (
              <li key={alert.id} data-testid="alert-row" data-key={alert.id}>
                <div className="line-head">
                  <span className={alert.threshold >= 100 ? 'badge badge-bad' : 'badge badge-warn'}>
                    {formatPercent(alert.threshold)}
                  </span>
                  <strong>{alert.budgetName}</strong>
                  <span className="is-muted push">{formatInstant(alert.raisedAt, 'UTC')} UTC</span>
                </div>
                <p className="is-muted small">
                  {spentWords(alert.limit, alert)} of {limitWords(alert.limit)}, period of{' '}
                  {formatDay(alert.periodStart, 'UTC')} to {formatDay(alert.periodEnd, 'UTC')}
                </p>
              </li>
            ))}
        </ul>
      )}
    </Frame>
  );
}
