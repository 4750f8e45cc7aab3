// Services whose clock and that of Anthropic's servers, or of another source, are too far apart to be the same moment.
import { Link } from 'react-router';
import { formatCount, formatDuration, formatMinute } from '../../format.ts';
import { Frame } from '../../ui/frame.tsx';
import { callLink, type PanelProps, type Refused } from './panel.ts';

export function ClocksPanel({ question, filters, className }: PanelProps) {
  const skewed = (refusals: readonly Refused[]) => refusals.filter(({ kind }) => kind === 'skewed');
  return (
    <Frame
      title="Clocks apart"
      question={question}
      height={120}
      className={className}
      isEmpty={({ refusals }) => skewed(refusals).length === 0}
      empty="No call was told at times too far apart."
    >
      {({ refusals }) => (
        <>
          <p className="is-muted coverage-lead">
            Two sources told of one call at times that are too far apart. The time that came first is kept for both, so
            that the call counts once. Is the clock of the service set?
          </p>
          <ul className="lines">
            {skewed(refusals).map((row) => (
              <li
                key={JSON.stringify([row.signal, row.source, row.service])}
                data-testid="clock-row"
                data-key={row.service}
              >
                <div className="line-head">
                  <span className="badge badge-warn">{formatDuration(row.largestSkewMs)}</span>
                  <strong>{row.service === '' ? 'a service not named' : row.service}</strong>
                  <span className="is-muted">{row.source}</span>
                  {row.exampleCallId !== null && (
                    <Link className="push" to={callLink(row.exampleCallId)}>
                      a call
                    </Link>
                  )}
                </div>
                <p className="is-muted small">
                  {formatCount(row.count)} {row.count === 1 ? 'report' : 'reports'}, the last{' '}
                  {formatMinute(row.lastAt, filters.timezone)}
                </p>
              </li>
            ))}
          </ul>
        </>
      )}
    </Frame>
  );
}
