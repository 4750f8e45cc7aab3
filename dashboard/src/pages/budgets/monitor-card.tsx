// One monitor: how its measure stands to its threshold, and its course through the last day; edit and delete.
import type { Monitor, MonitorStatus } from '@spanledger/collector/contract';
import { isSummed } from '@spanledger/collector/contract';
import { Link } from 'react-router';
import { api } from '../../api/api.ts';
import { useMonitorStatus } from '../../api/questions.ts';
import { formatCalls, formatMinute } from '../../format.ts';
import { FrameBody } from '../../ui/frame.tsx';
import { CardHead } from './card-head.tsx';
import { callsOf, scopeWords } from './limits.ts';
import { formatMeasure, measureName, thresholdWords, windowWords } from './measures.ts';
import { MonitorLine } from './monitor-line.tsx';

export function MonitorCard({ monitor, onEdit }: { monitor: Monitor; onEdit: () => void }) {
  const status = useMonitorStatus(monitor.id);
  const titleId = `monitor-${monitor.id}`;
  return (
    <article
      className="panel"
      aria-labelledby={titleId}
      data-testid="monitor-card"
      data-key={monitor.id}
      data-value={status.data?.state}
    >
      <CardHead
        id={titleId}
        name={monitor.name}
        badge={status.data && <StateBadge status={status.data} />}
        list="monitors"
        onEdit={onEdit}
        remove={() => api.deleteMonitor(monitor.id)}
      />
      <p className="is-muted small budget-limit">
        {measureName(monitor.measure)}, {thresholdWords(monitor)} · {scopeWords(monitor.scope)}
      </p>
      <FrameBody question={status} height={160}>
        {(answer) => (
          <>
            <Now monitor={monitor} status={answer} />
            <MonitorLine monitor={monitor} status={answer} />
            <p className="is-muted small budget-limit">
              The last day, each point of the {windowWords(answer.pointMinutes).replace(/^1 /, '')} before it. Dashed:
              the threshold.
              {monitor.webhookIds.length === 0 && ' No webhook is told.'}
            </p>
          </>
        )}
      </FrameBody>
    </article>
  );
}

function StateBadge({ status: { state, since } }: { status: MonitorStatus }) {
  if (state === 'too-few-calls') return <span className="badge">too few calls</span>;
  if (state === 'ok') return <span className="badge badge-good">ok</span>;
  return (
    <span className="badge badge-bad">
      {since === null ? 'alerting, told within a minute' : `alerting since ${formatMinute(since, 'UTC')}`}
    </span>
  );
}

function Now({
  monitor: { measure, scope, minCalls },
  status: { value, calls, windowFrom, windowTo, state },
}: {
  monitor: Monitor;
  status: MonitorStatus;
}) {
  const href = callsOf({ scope, timezone: 'UTC' }, windowFrom, windowTo);
  const words = value === null && calls === 0 ? 'no calls' : formatMeasure(measure, value);
  return (
    <div className="headline">
      <span
        className={`headline-figure ${state === 'alerting' ? 'is-bad' : ''}`}
        data-testid="monitor-value"
        data-value={value ?? 'unknown'}
      >
        <Link to={href} aria-label={`${measureName(measure)} ${words}. Show these calls`}>
          {words}
        </Link>
      </span>
      <span className="is-muted">
        {calls > 0 && (
          <>
            of <Link to={href}>{formatCalls(calls)}</Link>{' '}
          </>
        )}
        up to {formatMinute(windowTo, 'UTC')} UTC
        {!isSummed(measure) && calls < minCalls && (
          <span className="budget-limit">; {minCalls} are needed to say anything</span>
        )}
      </span>
    </div>
  );
}
