// Client against server: how long the app waited for this call, how much of that Anthropic's servers took, and what is left.
import type { CallDetailJson } from '@spanledger/collector/contract';
import { formatDuration, formatShare } from '../../format.ts';
import { colourOfPart } from '../traces/parts.tsx';

export function Waiting({ call }: { call: CallDetailJson }) {
  const { durationMs, serverMs } = call;
  if (durationMs === null || serverMs === null) return null;
  const outsideMs = durationMs - serverMs;
  const share = durationMs > 0 ? Math.min(1, Math.max(0, serverMs / durationMs)) : 0;
  return (
    <div className="waiting" data-testid="waiting">
      <div className="waiting-bar" style={{ background: colourOfPart('call') }} aria-hidden>
        <span style={{ width: `${share * 100}%`, background: colourOfPart('server') }} />
      </div>
      <dl className="pairs">
        <div>
          <dt>
            <span className="dot" style={{ background: colourOfPart('server') }} aria-hidden /> at Anthropic’s servers
          </dt>
          <dd className="figure">
            {formatDuration(serverMs)} <span className="is-muted">{formatShare(share)}</span>
          </dd>
        </div>
        <div>
          <dt>
            <span className="dot" style={{ background: colourOfPart('call') }} aria-hidden /> network, queueing and
            retries
          </dt>
          <dd className="figure">
            {outsideMs < 0 ? (
              <span className="is-warn">{formatDuration(-outsideMs)} less than the servers say</span>
            ) : (
              formatDuration(outsideMs)
            )}
          </dd>
        </div>
        <div>
          <dt>The app waited</dt>
          <dd className="figure">{formatDuration(durationMs)}</dd>
        </div>
      </dl>
    </div>
  );
}
