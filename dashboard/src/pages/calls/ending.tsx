import type { CallJson } from '@spanledger/collector/contract';

/** How a call ended, in words and not by colour alone. */
export function Ending({
  call,
}: {
  call: Pick<CallJson, 'outcome' | 'errorType' | 'stopReason' | 'retries' | 'httpStatus'>;
}) {
  const retried =
    (call.retries ?? 0) > 0 ? (
      <span className="is-muted">
        {' '}
        · {call.retries} {call.retries === 1 ? 'retry' : 'retries'}
      </span>
    ) : null;
  if (call.outcome === 'error')
    return (
      <span className="nowrap">
        <span className="badge badge-bad">
          {call.errorType ?? `error${call.httpStatus ? ` ${call.httpStatus}` : ''}`}
        </span>
        {retried}
      </span>
    );
  if (call.outcome === 'cancelled')
    return (
      <span className="nowrap">
        <span className="badge badge-warn">cancelled</span>
        {retried}
      </span>
    );
  return (
    <span className="nowrap">
      {call.stopReason ?? <span className="is-unknown">unknown</span>}
      {retried}
    </span>
  );
}
