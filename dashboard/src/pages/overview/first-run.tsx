// An empty ledger: what to add to the app, what it waits for. The status is asked every two seconds, so it fills by itself.
import { Loader } from '@mantine/core';
import type { statusAnswerSchema } from '@spanledger/collector/contract';
import { Link } from 'react-router';
import { formatCount } from '../../format.ts';
import { useTitle } from '../../ui/page-name.tsx';
import { Snippet } from '../../ui/snippet.tsx';
import { endpointToSet } from './endpoint.ts';

type Status = ReturnType<typeof statusAnswerSchema.parse>;

export function FirstRun({ status }: { status: Status }) {
  useTitle('Overview');
  const { origin } = location;
  const endpoint = endpointToSet(origin);
  return (
    <section className="first-run panel" data-testid="first-run" aria-labelledby="first-run-title">
      <h1 id="first-run-title">The ledger is open. No calls in it yet.</h1>
      <p className="is-muted">
        {endpoint === null ? 'Two' : 'Three'} steps in the app that calls Claude. Nothing else in it changes, and no
        prompt or answer leaves it.
      </p>
      <ol className="steps">
        <li>
          <p>Install it.</p>
          <Snippet code="npm i @spanledger/instrumentation" />
        </li>
        {endpoint !== null && (
          <li>
            <p>
              Set in its environment where this ledger listens; without it, calls go to port 4318 of its own machine.
            </p>
            <Snippet code={endpoint} />
          </li>
        )}
        <li>
          <p>Import it before anything else …</p>
          <Snippet code="import '@spanledger/instrumentation/register'" />
          <p>… or leave the code alone and start the app with it.</p>
          <Snippet
            code={`${endpoint === null ? '' : `${endpoint} `}node --import @spanledger/instrumentation/register app.js`}
          />
        </li>
      </ol>
      <p className="is-muted">
        Python, the Vercel AI SDK, Claude Code, an OpenTelemetry Collector, Anthropic’s own telemetry, curl, exports of
        the past: <Link to="/connect">every way in</Link>.
      </p>
      <p className="waiting" role="status">
        <Loader size={14} type="dots" aria-hidden /> Waiting for the first call on <code>{origin}/v1/traces</code>
      </p>
      {status.refused.length > 0 && (
        <div className="note note-warn" role="status">
          Something arrived and was refused:
          <ul>
            {status.refused.map(({ reason, count }) => (
              <li key={reason}>
                {formatCount(count)} × {reason}
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}
