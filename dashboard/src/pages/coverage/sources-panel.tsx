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
      {({ sources, silent }) => (
        <>
          {silent.length === 0 ? (
            <p className="note">Every source that had calls in the last day had some in the last hour.</p>
          ) : (
            <Silent silent={silent} filters={filters} />
          )}
          <ul className="lines coverage-sources">
            {sources.map(({ source, calls, lastCallAt }) => (
              <li key={source} data-testid="source-row" data-key={source}>
                <div className="line-head">
                  <Link to={callsLink(filters, { source })} className="plain-link">
                    <Dot dimension="source" value={source} />
                  </Link>
                  <span
                    className="is-muted push"
                    title="Calls it told of, also those that another source is believed about"
                  >
                    {formatCalls(calls)}
                  </span>
                </div>
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

function Silent({ silent, filters }: { silent: CoverageAnswer['silent']; filters: Filters }) {
  const dayBefore: Filters = { ...filters, range: { kind: 'relative', name: '24h' } };
  return (
    <div className="note note-warn coverage-silent" role="status">
      <p>
        <IconAlertTriangle size={14} aria-hidden /> Silent for an hour, with calls in the day before:
      </p>
      <ul>
        {silent.map(({ source, service, callsBefore, lastCallAt }) => (
          <li key={JSON.stringify([source, service])} data-testid="silent-row" data-key={source}>
            <strong>{source}</strong> of {service === null ? 'an unnamed service' : formatValue(service)}:{' '}
            <Link className="to-calls" to={callsLink(dayBefore, { source, service })}>
              {formatCalls(callsBefore)}
            </Link>
            , the last {formatMinute(lastCallAt, filters.timezone)}
          </li>
        ))}
      </ul>
    </div>
  );
}
