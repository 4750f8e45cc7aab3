// One row of the waterfall: where it stands in the tree, what it is, what it and all beneath it cost, and when it was.
import { IconAlertTriangle, IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import type { TraceCall, TraceJson, TraceSpan } from '@spanledger/collector/contract';
import { formatDuration, formatUsd } from '../../format.ts';
import { Bar, barWords } from './bar.tsx';
import { PartIcon, wordOfPart } from './parts.tsx';
import { Cost, Tokens } from './rolled-up.tsx';
import type { TraceRow } from './tree.ts';

const DEEPEST_INDENT = 12;

export interface RowContext {
  trace: TraceJson;
  /** By the span each is counted on. */
  callOn: ReadonlyMap<string, TraceCall>;
  /** By call. */
  serversOf: ReadonlyMap<string, readonly TraceSpan[]>;
  ticks: readonly number[];
  highlightCallId: string | null;
}

interface RowProps {
  id: string;
  row: TraceRow;
  /** Among all rows, from 1; the heading is the first. */
  index: number;
  top: number;
  height: number;
  active: boolean;
  selected: boolean;
  context: RowContext;
  onToggle(id: string): void;
  onOpen(id: string): void;
}

export function WaterfallRow({ id, row, index, top, height, active, selected, context, onToggle, onOpen }: RowProps) {
  const { node, level, expanded } = row;
  const { span } = node;
  const { trace, callOn, serversOf, highlightCallId } = context;
  const call = span ? callOn.get(span.spanId) : undefined;
  const servers = (call && serversOf.get(call.callId)) ?? [];
  const classes = [
    'wf-row',
    active ? 'is-active' : '',
    selected ? 'is-selected' : '',
    highlightCallId !== null && span?.callId === highlightCallId ? 'is-highlighted' : '',
  ];
  const Chevron = expanded ? IconChevronDown : IconChevronRight;
  return (
    <div
      role="row"
      id={id}
      aria-rowindex={index}
      aria-level={level}
      aria-posinset={row.place}
      aria-setsize={row.siblings}
      aria-expanded={expanded ?? undefined}
      aria-selected={selected}
      className={classes.join(' ')}
      style={{ height, transform: `translateY(${top}px)` }}
      onClick={() => (span ? onOpen(node.id) : onToggle(node.id))}
      data-testid="span-row"
      data-key={node.id}
    >
      <div
        role="gridcell"
        className="wf-name"
        style={{ paddingLeft: `calc(var(--indent) * ${Math.min(level - 1, DEEPEST_INDENT)})` }}
      >
        {expanded === null ? (
          <span className="wf-fold" />
        ) : (
          // The arrow keys do the same for the keyboard.
          <span
            className="wf-fold"
            aria-hidden
            onClick={(event) => {
              event.stopPropagation();
              onToggle(node.id);
            }}
          >
            <Chevron size={14} />
          </span>
        )}
        <PartIcon part={span?.part ?? null} />
        <span className="wf-title" title={span ? `${span.name} (${wordOfPart(span.part)})` : undefined}>
          {span ? <Name span={span} call={call} /> : <em>Parent never came</em>}
        </span>
        {span && span.part !== 'server' && span.service !== (node.parent?.span?.service ?? null) && (
          <span className="wf-service" title={`Service ${span.service ?? 'unknown'}`}>
            {span.service ?? 'no service'}
          </span>
        )}
        {span?.status === 'error' && (
          <span className="wf-failed">
            <IconAlertTriangle size={14} aria-hidden />
            <span className="visually-hidden">failed</span>
          </span>
        )}
      </div>
      <div role="gridcell" className="wf-cost" data-testid="row-cost" data-value={span?.rolledUp.costUsd ?? ''}>
        {span && <RowCost span={span} />}
      </div>
      <div role="gridcell" className="wf-tokens">
        {span && span.rolledUp.calls > 0 && <Tokens sum={span.rolledUp} />}
      </div>
      <div role="gridcell" className="wf-duration figure">
        {span && formatDuration(span.durationMs)}
      </div>
      <div role="gridcell" className="wf-time" aria-label={span ? barWords({ span, call, servers }) : undefined}>
        <Ticks ticks={context.ticks} totalMs={trace.durationMs} />
        {span && (
          <Bar span={span} call={call} servers={servers} startedAt={trace.startedAt} totalMs={trace.durationMs} />
        )}
      </div>
    </div>
  );
}

function Name({ span, call }: { span: TraceSpan; call: TraceCall | undefined }) {
  return (
    <>
      {span.part !== 'server' && <span className="visually-hidden">{wordOfPart(span.part)}: </span>}
      {call?.model ?? (span.part === 'server' && span.callId !== null ? 'at Anthropic’s servers' : span.name)}
      {call?.model != null && <span className="wf-more"> {span.name}</span>}
    </>
  );
}

/** A span that tells again of a call counted elsewhere says so, instead of looking free. */
function RowCost({ span }: { span: TraceSpan }) {
  const { rolledUp, callId, counted } = span;
  if (rolledUp.calls > 0) return <Cost sum={rolledUp} />;
  if (callId !== null && !counted)
    return (
      <span className="is-muted" title="Another telling of a call that is counted once, on the span believed most">
        told again
      </span>
    );
  return (
    <span className="is-muted" title={`No call beneath: ${formatUsd(rolledUp.costUsd)}`}>
      –
    </span>
  );
}

export function Ticks({ ticks, totalMs }: { ticks: readonly number[]; totalMs: number }) {
  return ticks.map((at) => (
    <span key={at} className="wf-tick" style={{ left: `${totalMs > 0 ? (at / totalMs) * 100 : 0}%` }} aria-hidden />
  ));
}
