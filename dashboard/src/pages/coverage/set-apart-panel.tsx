// Ids that a broken emitter used twice: the later call stands on its own, or its reports do not agree.
import { Link } from 'react-router';
import { formatCount, formatInstant, formatValue } from '../../format.ts';
import { Frame } from '../../ui/frame.tsx';
import { callLink, type PanelProps } from './panel.ts';

export function SetApartPanel({ question, filters, className }: PanelProps) {
  return (
    <Frame
      title="Ids used twice"
      question={question}
      height={120}
      className={className}
      isEmpty={({ setApart }) => setApart.length === 0}
      empty="No id was used for two calls."
      partial={({ setApart, setApartCalls }) =>
        setApartCalls > setApart.length
          ? `${formatCount(setApartCalls - setApart.length)} older ones are not listed.`
          : null
      }
    >
      {({ setApart }) => (
        <>
          <p className="is-muted coverage-lead">
            One source told of different calls under one id. The later one counts as a call of its own.
          </p>
          <ul className="lines">
            {setApart.map(({ callId, source, service, startedAt, apart }) => (
              <li key={`${callId} ${source}`} data-testid="apart-row" data-key={callId}>
                <div className="line-head">
                  <Link to={callLink(callId)}>{formatInstant(startedAt, filters.timezone)}</Link>
                  <strong>{formatValue(service)}</strong>
                  <span className="is-muted">{source}</span>
                  <span className={apart ? 'badge push' : 'badge badge-warn push'}>
                    {apart ? 'set apart' : 'its reports disagree'}
                  </span>
                </div>
              </li>
            ))}
          </ul>
        </>
      )}
    </Frame>
  );
}
