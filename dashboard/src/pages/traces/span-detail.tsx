// What one span of a trace says: when it was, what it cost with all beneath it, its call's receipt, its attributes.
import { CloseButton } from '@mantine/core';
import type { TraceJson, TraceSpan } from '@spanledger/collector/contract';
import { Link } from 'react-router';
import { useCall } from '../../api/questions.ts';
import { formatCount, formatDuration, formatInstant } from '../../format.ts';
import { AttributeList } from '../../ui/attribute-list.tsx';
import { Usd } from '../../ui/figures.tsx';
import { FrameBody } from '../../ui/frame.tsx';
import { PartIcon, wordOfPart } from './parts.tsx';
import { Cost, Tokens } from './rolled-up.tsx';

interface DetailProps {
  trace: TraceJson;
  span: TraceSpan;
  timezone: string;
  onClose(): void;
}

export function SpanDetail({ trace, span, timezone, onClose }: DetailProps) {
  const { rolledUp } = span;
  const parent = trace.spans.find(({ spanId }) => spanId === span.parentSpanId);
  const earlyMs = parent ? parent.offsetMs - span.offsetMs : 0;
  const attributes = Object.entries(span.attributes).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return (
    <div className="span-detail" data-testid="span-detail">
      <div className="span-detail-head">
        <h3>
          <PartIcon part={span.part} /> {span.name}
        </h3>
        <CloseButton size="sm" aria-label="Close the span" onClick={onClose} />
      </div>
      <p className="is-muted small">
        {wordOfPart(span.part)} · {span.service ?? 'no service'}
        {span.scope !== '' && ` · ${span.scope}`}
      </p>
      {!span.sent && (
        <p className="note">No span told of this call; it is drawn from a log record or a posted report.</p>
      )}
      {span.orphan && <p className="note note-warn">Its parent {span.parentSpanId} never came.</p>}
      {earlyMs > 0 && (
        <p className="note">
          Begins {formatDuration(earlyMs)} before its parent: the clocks of the two do not agree. Both are shown as they
          were told.
        </p>
      )}
      <dl className="pairs">
        <Pair name="Started">{formatInstant(span.startedAt, timezone)}</Pair>
        <Pair name="After the trace began">{formatDuration(span.offsetMs)}</Pair>
        <Pair name="Duration">{formatDuration(span.durationMs)}</Pair>
        <Pair name="Status">
          <span className={span.status === 'error' ? 'badge badge-bad' : 'badge'}>{span.status}</span>
        </Pair>
        {rolledUp.calls > 0 && (
          <>
            <Pair name={span.counted ? 'Cost' : 'Cost, all beneath'}>
              <Cost sum={rolledUp} />
            </Pair>
            {!span.counted && <Pair name="Calls beneath">{formatCount(rolledUp.calls)}</Pair>}
            <Pair name="Tokens">
              <Tokens sum={rolledUp} />
            </Pair>
          </>
        )}
      </dl>
      {span.callId !== null && <CallSummary callId={span.callId} counted={span.counted} />}
      <h4>Attributes</h4>
      {attributes.length === 0 ? (
        <p className="is-muted small">None are kept of this span.</p>
      ) : (
        <AttributeList attributes={attributes} />
      )}
    </div>
  );
}

function Pair({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="figure">{children}</dd>
    </div>
  );
}

const KINDS: Record<string, string> = {
  input: 'Input',
  cacheWrite5m: 'Cache write, 5 min',
  cacheWrite1h: 'Cache write, 1 h',
  cacheRead: 'Cache read',
  output: 'Output',
};

function CallSummary({ callId, counted }: { callId: string; counted: boolean }) {
  const question = useCall(callId);
  return (
    <section aria-label="The call">
      <h4>The call</h4>
      {!counted && <p className="is-muted small">Counted once, on the span of the source believed most.</p>}
      <FrameBody question={question} height={88}>
        {({ receipt, costUsd, unpricedReason }) => (
          <>
            {unpricedReason && <p className="note note-warn">{unpricedReason}</p>}
            <dl className="pairs">
              {receipt.lines.map(({ kind, quantity, amountUsd, model }, index) => (
                <div key={`${kind} ${model} ${index}`}>
                  <dt>
                    {KINDS[kind] ?? kind} <span className="figure">{formatCount(quantity)}</span>
                  </dt>
                  <dd>
                    <Usd value={amountUsd} />
                  </dd>
                </div>
              ))}
              <div className="is-total">
                <dt>Cost</dt>
                <dd>
                  <Usd value={costUsd} />
                </dd>
              </div>
            </dl>
          </>
        )}
      </FrameBody>
      <p>
        <Link to={`/calls/${encodeURIComponent(callId)}`}>To the call and its receipt</Link>
      </p>
    </section>
  );
}
