// What happened around a call: its trace in little, with every span that tells of the call marked. Opening a span goes on to
// the whole trace.
import { Link, useNavigate } from 'react-router';
import type { CallDetailJson, TraceJson } from '@spanledger/collector/contract';
import { useMemo } from 'react';
import { ApiError } from '../../api/api.ts';
import { useTrace } from '../../api/questions.ts';
import { formatCalls, formatCount, formatDuration } from '../../format.ts';
import { Frame } from '../../ui/frame.tsx';
import { Cost } from '../traces/rolled-up.tsx';
import { foldedAround, treeOf } from '../traces/tree.ts';
import { Waterfall } from '../traces/waterfall.tsx';

const MOST_HEIGHT = 330;

export function AroundCall({ call, traceId }: { call: CallDetailJson; traceId: string }) {
  const question = useTrace(traceId);
  // A call can be told with the id of a trace of which no span came: nothing to show is no failure.
  if (question.error instanceof ApiError && question.error.status === 404) return null;
  const path = `/traces/${encodeURIComponent(traceId)}`;
  return (
    <Frame
      title="Around this call"
      question={question}
      height={180}
      aside={<Link to={path}>The whole trace</Link>}
      partial={({ note }) => note}
    >
      {(trace) => (
        <>
          <p className="is-muted small around-sum">
            The trace: <Cost sum={trace.total} testId="around-cost" />, {formatCalls(trace.total.calls)},{' '}
            {formatCount(trace.spanCount)} spans, {formatDuration(trace.durationMs)}
          </p>
          <LittleWaterfall trace={trace} callId={call.callId} path={path} />
        </>
      )}
    </Frame>
  );
}

function LittleWaterfall({ trace, callId, path }: { trace: TraceJson; callId: string; path: string }) {
  const navigate = useNavigate();
  const tree = useMemo(() => treeOf(trace.spans), [trace]);
  const counted = trace.calls.find((call) => call.callId === callId)?.spanId ?? '';
  const folded = useMemo(() => foldedAround(tree, counted), [tree, counted]);
  return (
    <Waterfall
      key={callId}
      trace={trace}
      tree={tree}
      folded={folded}
      selected={null}
      highlightCallId={callId}
      leadTo={counted}
      mostHeight={MOST_HEIGHT}
      onOpen={(spanId) => void navigate(`${path}?span=${encodeURIComponent(spanId)}`)}
    />
  );
}
