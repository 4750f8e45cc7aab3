// What a whole trace came to: the head of its page.
import type { TraceJson } from '@spanledger/collector/contract';
import { formatCompact, formatCount, formatDuration } from '../../format.ts';
import { Cost, tokensOf, tokensTitle } from './rolled-up.tsx';

export function TraceFigures({ trace }: { trace: TraceJson }) {
  const { total, services } = trace;
  const untold = total.calls > 0 && total.callsWithoutUsage === total.calls;
  return (
    <dl className="trace-figures" data-testid="trace-figures">
      <div>
        <dt>Cost</dt>
        <dd>
          <Cost sum={total} testId="trace-cost" />
          {total.unpricedCalls > 0 && (
            <span className="is-warn small"> {formatCount(total.unpricedCalls)} without a price</span>
          )}
        </dd>
      </div>
      <div>
        <dt>{total.calls === 1 ? 'Call' : 'Calls'}</dt>
        <dd className="figure">{formatCount(total.calls)}</dd>
      </div>
      <div>
        <dt>Tokens</dt>
        <dd className="figure" title={tokensTitle(total)}>
          {formatCompact(untold ? null : tokensOf(total))}
        </dd>
      </div>
      <div>
        <dt>Duration</dt>
        <dd className="figure">{formatDuration(trace.durationMs)}</dd>
      </div>
      <div>
        <dt>Spans</dt>
        <dd className="figure">{formatCount(trace.spanCount)}</dd>
      </div>
      <div className="trace-services">
        <dt>{services.length === 1 ? 'Service' : 'Services'}</dt>
        <dd>{services.length === 0 ? <span className="is-unknown">unknown</span> : services.join(', ')}</dd>
      </div>
    </dl>
  );
}
