// Every alert, newest first: thresholds of budgets that were crossed, and episodes of monitors.
import type { BudgetAlert, MonitorAlert } from '@spanledger/collector/contract';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useAlerts, useBudgets } from '../../api/questions.ts';
import { formatCalls, formatDay, formatDuration, formatInstant, formatPercent } from '../../format.ts';
import { Frame } from '../../ui/frame.tsx';
import { callsOf, limitWords, spentWords } from './limits.ts';
import { formatMeasure, measureName, thresholdWords } from './measures.ts';

export function AlertsPanel({ className }: { className: string }) {
  return (
    <Frame
      title="Alerts"
      question={useAlerts()}
      height={160}
      className={className}
      isEmpty={(alerts) => alerts.length === 0}
      empty="Nothing has been crossed yet."
    >
      {(alerts) => (
        <ul className="lines">
          {alerts.map((alert) =>
            alert.kind === 'budget' ? (
              <ThresholdReached key={alert.id} alert={alert} />
            ) : (
              <Episode key={alert.id} alert={alert} />
            ),
          )}
        </ul>
      )}
    </Frame>
  );
}

function AlertLine({
  alert,
  name,
  badge,
  children,
}: {
  alert: BudgetAlert | MonitorAlert;
  name: string;
  badge: ReactNode;
  children: ReactNode;
}) {
  return (
    <li data-testid="alert-row" data-key={alert.id}>
      <div className="line-head">
        {badge}
        <strong>{name}</strong>
        <span className="is-muted push">{formatInstant(alert.raisedAt, 'UTC')} UTC</span>
      </div>
      <p className="is-muted small">{children}</p>
    </li>
  );
}

function ThresholdReached({ alert }: { alert: BudgetAlert }) {
  // A budget that was deleted leaves its alerts, and no word of what they were about.
  const budget = useBudgets().data?.find(({ id }) => id === alert.budgetId);
  const spent = `${spentWords(alert.limit, alert)} of ${limitWords(alert.limit)}`;
  return (
    <AlertLine
      alert={alert}
      name={alert.budgetName}
      badge={
        <span className={alert.threshold >= 100 ? 'badge badge-bad' : 'badge badge-warn'}>
          {formatPercent(alert.threshold)}
        </span>
      }
    >
      {budget ? (
        <Link className="to-calls" to={callsOf(budget, alert.periodStart, alert.raisedAt)}>
          {spent}
        </Link>
      ) : (
        spent
      )}
      , period of {formatDay(alert.periodStart, 'UTC')} to {formatDay(alert.periodEnd, 'UTC')}
    </AlertLine>
  );
}

const ENDS: Record<NonNullable<MonitorAlert['ended']>, string> = {
  recovered: 'well again',
  'no-calls': 'over: no calls came any more',
  changed: 'over: the monitor was changed',
  deleted: 'over: the monitor was deleted',
};

function Episode({ alert }: { alert: MonitorAlert }) {
  const { measure, value, calls, windowFrom, windowTo, raisedAt, endedAt, ended } = alert;
  const href = callsOf({ scope: alert.scope, timezone: 'UTC' }, windowFrom, windowTo);
  return (
    <AlertLine
      alert={alert}
      name={alert.monitorName}
      badge={
        ended === null ? (
          <span className="badge badge-bad">alerting</span>
        ) : (
          <span className="badge badge-good">over</span>
        )
      }
    >
      {measureName(measure)}{' '}
      <Link className="to-calls" to={href}>
        {formatMeasure(measure, value)}
      </Link>{' '}
      of{' '}
      <Link className="to-calls" to={href}>
        {formatCalls(calls)}
      </Link>{' '}
      known then, <span className="budget-limit">{thresholdWords(alert)}</span>
      {ended !== null && endedAt !== null && (
        <span className="lasted">
          ; {ENDS[ended]} after {formatDuration(Date.parse(endedAt) - Date.parse(raisedAt))}
        </span>
      )}
    </AlertLine>
  );
}
