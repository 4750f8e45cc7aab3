// The message batch a call is a result of, and where it was handed in.
import type { CallDetailJson } from '@spanledger/collector/contract';
import { Link } from 'react-router';
import { formatInstant } from '../../format.ts';

export function Batch({ call: { batchId, customId, submit }, timezone }: { call: CallDetailJson; timezone: string }) {
  return (
    <dl className="pairs">
      <div>
        <dt>batch id</dt>
        <dd>
          <code>{batchId}</code>
        </dd>
      </div>
      <div>
        <dt>custom id</dt>
        <dd>{customId === null ? <span className="is-unknown">unknown</span> : <code>{customId}</code>}</dd>
      </div>
      <div>
        <dt>handed in</dt>
        <dd>
          {submit === null ? (
            <span className="is-unknown">not seen</span>
          ) : submit.traceId === null ? (
            formatInstant(submit.startedAt, timezone)
          ) : (
            <Link to={`/traces/${encodeURIComponent(submit.traceId)}`}>
              {formatInstant(submit.startedAt, timezone)}, its trace
            </Link>
          )}
        </dd>
      </div>
    </dl>
  );
}
