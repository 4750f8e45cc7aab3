// Which sources tell, when they last did, and which have gone silent.
import type { CoverageAnswer } from '@spanledger/collector/contract';
import { IconAlertTriangle } from '@tabler/icons-react';
import { Link } from 'react-router';
import { formatCalls, formatMinute, formatValue } from '../../format.ts';
import { Dot } from '../../ui/dot.tsx';
import { Frame } from '../../ui/frame.tsx';
import type { Filters } from '../../url/filters.ts';
import { callsLink, type PanelProps } from './panel.ts';

export function SourcesPanel({ question, filters, className }: PanelProps) {
  return (
    <Frame
      title="Sources"
      question={question}
      height={260}
      className={className}
      isEmpty={({ sources, silent }) => sources.length + silent.length === 0}
      empty="No source has told of a call in this window."
    >
      {(answer) => (
        <>
          {answer.silent.length === 0 ? (
            <p className="note">Every source that had calls in the last day had some in the last hour.</p>
          ) : (
            <Silent answer={answer} filters={filters} />
          )}
          <ul className="lines coverage-sources">
            {answer.sources.map(({ source, calls, believedCalls, lastCallAt }) => (
              <li key={source} data-testid="source-row" data-key={source}>
                <Dot dimension="source" value={source} />
                <p className="is-muted small">
                  <Told calls={calls} believed={believedCalls} href={callsLink(filters, { source })} />
                </p>
                <p className="is-muted small">
                  last call {formatMinute(lastCallAt, filters.timezone)} {filters.timezone}
                </p>
              </li>
            ))}
          </ul>
        </>
      )}
    </Frame>
  );
}

/** A filter by source finds the calls that it is believed about; of the others it told as well. */
function Told({ calls, believed, href }: { calls: number; believed: number; href: string }) {
  const link = (
    <Link className="to-calls" to={href}>
      {formatCalls(believed)}
    </Link>
  );
  if (believed === calls) return link;
  return (
    <>
      <span className="told-of">told of {formatCalls(calls)}</span>,{' '}
      {believed === 0 ? 'all of which' : <>is believed about {link}; of the others</>} another source knows better
    </>
  );
}

function Silent({ answer: { silent, silentWindow }, filters }: { answer: CoverageAnswer; filters: Filters }) {
  const dayBefore: Filters = { ...filters, range: { kind: 'custom', ...silentWindow } };
  return (
    <div className="note note-warn coverage-silent" role="status">
      <p>
        <IconAlertTriangle size={14} aria-hidden /> Silent for an hour, with calls in the day before:
      </p>
      <ul>
        {silent.map(({ source, service, callsBefore, believedCallsBefore, lastCallAt }) => (
          <li key={JSON.stringify([source, service])} data-testid="silent-row" data-key={source}>
            <strong>{source}</strong> of {service === null ? 'an unnamed service' : formatValue(service)}:{' '}
            <Told calls={callsBefore} believed={believedCallsBefore} href={callsLink(dayBefore, { source, service })} />
            ; the last {formatMinute(lastCallAt, filters.timezone)}
          </li>
        ))}
      </ul>
    </div>
  );
}
