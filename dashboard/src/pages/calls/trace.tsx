// What happened around a call: every span of one trace, each call among them with the way to it.
import type { tracesAnswerSchema } from '@spanledger/collector/contract';
import { Link, useParams } from 'react-router';
import { useTrace } from '../../api/questions.ts';
import { formatDuration, formatInstant } from '../../format.ts';
import { Frame } from '../../ui/frame.tsx';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { useFilters } from '../../url/use-filters.ts';

type Span = ReturnType<typeof tracesAnswerSchema.parse>['spans'][number];

export function TracePage() {
  const { traceId = '' } = useParams();
  const question = useTrace(traceId);
  const [{ timezone }] = useFilters();
  return (
    <>
      <h1 className="visually-hidden">Trace</h1>
      <Frame title="Spans of the trace" question={question} height={240} isEmpty={({ spans }) => spans.length === 0}>
        {({ spans }) => (
          <>
            <p className="is-muted small">
              <code>{traceId}</code>
            </p>
            <ScrollTable label="Spans of the trace">
              <thead>
                <tr>
                  <th scope="col">Started</th>
                  <th scope="col">Span</th>
                  <th scope="col">Service</th>
                  <th scope="col" className="right">
                    Duration
                  </th>
                  <th scope="col">Status</th>
                  <th scope="col">Call</th>
                </tr>
              </thead>
              <tbody>
                {spans.map((span) => (
                  <SpanRow key={span.spanId} span={span} timezone={timezone} />
                ))}
              </tbody>
            </ScrollTable>
          </>
        )}
      </Frame>
    </>
  );
}

function SpanRow({ span, timezone }: { span: Span; timezone: string }) {
  return (
    <tr data-testid="span-row" data-key={span.spanId}>
      <th scope="row" className="nowrap">
        {formatInstant(span.startedAt, timezone)}
      </th>
      <td>{span.name}</td>
      <td className="is-muted">{span.service ?? '–'}</td>
      <td className="right figure">{formatDuration(span.durationMs)}</td>
      <td>
        <span className={span.status === 'error' ? 'badge badge-bad' : 'badge'}>{span.status}</span>
      </td>
      <td>
        {span.callId === null ? (
          <span className="is-muted">no call</span>
        ) : (
          <Link to={`/calls/${encodeURIComponent(span.callId)}`}>to the call</Link>
        )}
      </td>
    </tr>
  );
}
