// The waterfall of a trace: a tree grid on one time axis. Only the rows in view are drawn, so thousands are no burden. Arrow
// keys move, fold and unfold, Enter opens; the grid has the focus and says which row is meant.
import './traces.css';
import { useMediaQuery } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import type { TraceJson, TraceSpan } from '@spanledger/collector/contract';
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { ticksOf, tickWords } from './axis.ts';
import { type RowContext, Ticks, WaterfallRow } from './waterfall-row.tsx';
import { idsAbove, ORPHANS, rowsOf, type TraceTree } from './tree.ts';

export const PHONE = '(max-width: 700px)';
const ROW_PX = 30;
const PHONE_ROW_PX = 50;
const HEADING_PX = 28;
/** Beyond this share of the axis there is no room to the right of a tick for what it says. */
const NO_ROOM_FROM = 0.88;

interface WaterfallProps {
  trace: TraceJson;
  tree: TraceTree;
  /** What is folded at first. */
  folded: ReadonlySet<string>;
  /** The span that is open beside it; begins in view. */
  selected: string | null;
  /** Every span that tells of this call is marked. */
  highlightCallId?: string;
  /** Begins in view, without being open. */
  leadTo?: string;
  /** Of the grid, in pixels; it scrolls within. */
  mostHeight: number;
  onOpen(spanId: string): void;
}

export function Waterfall({
  trace,
  tree,
  folded,
  selected,
  highlightCallId,
  leadTo,
  mostHeight,
  onOpen,
}: WaterfallProps) {
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [foldedNow, setFolded] = useState(folded);
  const rows = useMemo(() => rowsOf(tree, foldedNow), [tree, foldedNow]);
  const [activeId, setActiveId] = useState(selected ?? rows[0]?.node.id ?? null);
  const phone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });
  const rowPx = phone ? PHONE_ROW_PX : ROW_PX;
  // oxlint-disable-next-line react/incompatible-library -- it warns of the React Compiler, which is not used here
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 12,
    // The heading stands above the rows and stays there.
    scrollMargin: HEADING_PX,
    scrollPaddingStart: HEADING_PX,
  });
  useEffect(() => virtual.measure(), [virtual, rowPx]);
  const activeIndex = Math.max(
    0,
    rows.findIndex(({ node }) => node.id === activeId),
  );
  // Where the reader is led to, by the address or by a link beside, is unfolded and in view.
  const ledTo = useRef<string | null>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    const lead = selected ?? leadTo ?? null;
    if (lead === null || !tree.byId.has(lead)) return;
    ledTo.current = lead;
    setActiveId(lead);
    const above = idsAbove(tree.byId.get(lead));
    setFolded((now) => (above.some((id) => now.has(id)) ? new Set([...now].filter((id) => !above.includes(id))) : now));
  }, [selected, leadTo, tree]);
  useEffect(() => {
    const index = rows.findIndex(({ node }) => node.id === ledTo.current);
    if (index < 0) return;
    virtual.scrollToIndex(index, { align: isFirst.current ? 'center' : 'auto' });
    ledTo.current = null;
    isFirst.current = false;
  }, [rows, activeId, virtual]);

  const context = useMemo(
    (): RowContext => ({
      trace,
      callOn: new Map(trace.calls.map((call) => [call.spanId, call])),
      serversOf: serversByCall(trace.spans),
      ticks: ticksOf(trace.durationMs, phone ? 3 : 6),
      highlightCallId: highlightCallId ?? null,
    }),
    [trace, highlightCallId, phone],
  );

  const moveTo = (index: number) => {
    const at = Math.max(0, Math.min(rows.length - 1, index));
    setActiveId(rows[at]?.node.id ?? null);
    virtual.scrollToIndex(at);
  };
  const toggle = (nodeId: string) => {
    setActiveId(nodeId);
    setFolded((now) => {
      const next = new Set(now);
      if (!next.delete(nodeId)) next.add(nodeId);
      return next;
    });
  };
  const open = (nodeId: string) => {
    setActiveId(nodeId);
    if (nodeId === ORPHANS) toggle(nodeId);
    else onOpen(nodeId);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[activeIndex];
    if (!row || event.altKey || event.ctrlKey || event.metaKey) return;
    const keys: Record<string, () => void> = {
      ArrowDown: () => moveTo(activeIndex + 1),
      ArrowUp: () => moveTo(activeIndex - 1),
      PageDown: () => moveTo(activeIndex + 10),
      PageUp: () => moveTo(activeIndex - 10),
      Home: () => moveTo(0),
      End: () => moveTo(rows.length - 1),
      ArrowRight: () => (row.expanded === false ? toggle(row.node.id) : row.expanded && moveTo(activeIndex + 1)),
      ArrowLeft: () => {
        if (row.expanded) toggle(row.node.id);
        else if (row.node.parent) moveTo(rows.findIndex(({ node }) => node === row.node.parent));
      },
      Enter: () => open(row.node.id),
      ' ': () => open(row.node.id),
    };
    const act = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
    if (!act) return;
    event.preventDefault();
    act();
  };
  const rowId = (nodeId: string) => `${id}${nodeId}`;
  const total = virtual.getTotalSize();
  return (
    <div
      ref={scroller}
      className="waterfall"
      role="treegrid"
      aria-label="Waterfall of the trace"
      aria-rowcount={rows.length + 1}
      aria-colcount={5}
      aria-activedescendant={rows.length > 0 ? rowId(rows[activeIndex]!.node.id) : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      style={{ height: Math.min(mostHeight, total + HEADING_PX + 2) }}
    >
      <div role="rowgroup" className="wf-heading">
        <div role="row" aria-rowindex={1} className="wf-row wf-heads" style={{ height: HEADING_PX }}>
          <div role="columnheader" className="wf-name">
            Span
          </div>
          <div role="columnheader" className="wf-cost">
            Cost
          </div>
          <div role="columnheader" className="wf-tokens">
            Tokens
          </div>
          <div role="columnheader" className="wf-duration">
            Duration
          </div>
          <div role="columnheader" className="wf-time">
            <span className="visually-hidden">When</span>
            <Ticks ticks={context.ticks} totalMs={trace.durationMs} />
            {context.ticks.map((at) => (
              <span
                key={at}
                className={at > trace.durationMs * NO_ROOM_FROM ? 'wf-tick-words is-left' : 'wf-tick-words'}
                aria-hidden
                style={{ left: `${trace.durationMs > 0 ? (at / trace.durationMs) * 100 : 0}%` }}
              >
                {tickWords(at)}
              </span>
            ))}
          </div>
        </div>
      </div>
      <div role="rowgroup" className="wf-rows" style={{ height: total }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          return row ? (
            <WaterfallRow
              key={row.node.id}
              id={rowId(row.node.id)}
              row={row}
              index={index + 2}
              top={start - HEADING_PX}
              height={rowPx}
              active={index === activeIndex}
              selected={row.node.id === selected}
              context={context}
              onToggle={toggle}
              onOpen={open}
            />
          ) : null;
        })}
      </div>
    </div>
  );
}

function serversByCall(spans: readonly TraceSpan[]): Map<string, TraceSpan[]> {
  const servers = new Map<string, TraceSpan[]>();
  for (const span of spans) {
    if (span.part !== 'server' || span.callId === null) continue;
    servers.set(span.callId, [...(servers.get(span.callId) ?? []), span]);
  }
  return servers;
}
