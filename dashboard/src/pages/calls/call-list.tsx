// The list of calls: only the rows in view are drawn, the next pages come as one scrolls. A head orders by its column. Arrow
// keys move from row to row; Enter, or a click, opens a call beside the list, and then the arrows go through the calls.
import { useVirtualizer } from '@tanstack/react-virtual';
import type { CallJson } from '@spanledger/collector/contract';
import { type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { formatInstant } from '../../format.ts';
import { OrderHead } from '../../ui/order-head.tsx';
import { columnOf, type ColumnName, type Order } from './columns.tsx';

const ROW_PX = 32;
const HEAD_PX = 30;
const TIME_PX = 128;
/** So many rows before the end the next page is asked for. */
const AHEAD = 40;
/** Up to here the list is at its top. */
const TOP_PX = 4;

interface CallListProps {
  calls: readonly CallJson[];
  columns: readonly ColumnName[];
  order: Order;
  onOrder: (order: Order) => void;
  timezone: string;
  /** All under the filters, where known: the list has as many rows, though not all are loaded. */
  total: number | null;
  /** Those that came in while one looked on. */
  fresh: ReadonlySet<string>;
  /** The call that is open beside the list. */
  opened: string | null;
  onOpen: (callId: string) => void;
  onTop: (atTop: boolean) => void;
  /** Asks for the next page; undefined when there is none, or one is on its way. */
  onNearEnd: (() => void) | undefined;
}

export function CallList({
  calls,
  columns,
  order,
  onOrder,
  timezone,
  total,
  fresh,
  opened,
  onOpen,
  onTop,
  onNearEnd,
}: CallListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<string | null>(opened);
  // oxlint-disable-next-line react/incompatible-library -- it warns of the React Compiler, which is not used here
  const virtual = useVirtualizer({
    count: calls.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => calls[index]?.callId ?? index,
    overscan: 12,
    // The head stands above the rows and stays there.
    scrollMargin: HEAD_PX,
    scrollPaddingStart: HEAD_PX,
  });
  // A list of other calls begins at its top, wherever the one before was left.
  useEffect(() => onTop(true), [onTop]);
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= calls.length - AHEAD) onNearEnd?.();
  }, [last, calls.length, onNearEnd]);

  // The row that the keys went to gets the focus as soon as it is drawn.
  const goingTo = useRef<string | null>(null);
  useEffect(() => {
    if (goingTo.current === null) return;
    const row = [...(scroller.current?.querySelectorAll('tr') ?? [])].find(
      (one) => one.dataset['key'] === goingTo.current,
    );
    if (!row) return;
    row.querySelector('a')?.focus({ preventScroll: true });
    goingTo.current = null;
  });
  const index = calls.findIndex(({ callId }) => callId === (opened ?? at));
  const moveTo = (next: number) => {
    const to = Math.max(0, Math.min(calls.length - 1, next));
    const call = calls[to];
    if (!call) return;
    virtual.scrollToIndex(to);
    goingTo.current = call.callId;
    setAt(call.callId);
    if (opened !== null) onOpen(call.callId);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const to: Record<string, number> = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      PageDown: index + 10,
      PageUp: index - 10,
      Home: 0,
      End: calls.length - 1,
    };
    const next = Object.hasOwn(to, event.key) ? to[event.key] : undefined;
    if (next === undefined) return;
    event.preventDefault();
    moveTo(next);
  };

  const before = (items[0]?.start ?? HEAD_PX) - HEAD_PX;
  const after = virtual.getTotalSize() - before - items.length * ROW_PX;
  return (
    <div
      ref={scroller}
      className="call-list"
      role="region"
      aria-label="Calls, arrow keys move"
      tabIndex={0}
      onKeyDown={onKeyDown}
      onScroll={(event) => onTop(event.currentTarget.scrollTop < TOP_PX)}
    >
      <table
        className="ledger"
        aria-rowcount={total === null ? -1 : total + 1}
        style={{ minWidth: TIME_PX + columns.reduce((sum, name) => sum + columnOf(name).width, 0) }}
      >
        <colgroup>
          <col style={{ width: TIME_PX }} />
          {columns.map((name) => (
            <col key={name} style={{ width: columnOf(name).width }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1} style={{ height: HEAD_PX }}>
            <Head by="startedAt" order={order} onOrder={onOrder}>
              Time
            </Head>
            {columns.map((name) => {
              const { head, title, right, order: by } = columnOf(name);
              return (
                <Head key={name} by={by} title={title} right={right} order={order} onOrder={onOrder}>
                  {head}
                </Head>
              );
            })}
          </tr>
        </thead>
        <tbody>
          <Gap height={before} />
          {items.map(({ index: row }) => {
            const call = calls[row];
            return call ? (
              <Row
                key={call.callId}
                call={call}
                row={row}
                columns={columns}
                timezone={timezone}
                fresh={fresh.has(call.callId)}
                opened={call.callId === opened}
                onOpen={onOpen}
                onFocus={setAt}
              />
            ) : null;
          })}
          <Gap height={after} />
        </tbody>
      </table>
    </div>
  );
}

/** In the place of rows that are not in view. */
function Gap({ height }: { height: number }) {
  return height <= 0 ? null : <tr className="gap" aria-hidden style={{ height }} />;
}

function Head({
  by,
  order,
  onOrder,
  right,
  title,
  children,
}: {
  by: Order | undefined;
  order: Order;
  onOrder: (order: Order) => void;
  right?: boolean | undefined;
  title?: string | undefined;
  children: string;
}) {
  const className = right ? 'right' : undefined;
  if (by === undefined)
    return (
      <th scope="col" className={className} title={title}>
        {children}
      </th>
    );
  const isBy = by === order || (by === 'startedAt' && order === 'oldest');
  const ordered = isBy ? (order === 'oldest' ? 'ascending' : 'descending') : null;
  return (
    <OrderHead ordered={ordered} onOrder={() => onOrder(by)} className={className} title={title}>
      {children}
    </OrderHead>
  );
}

function Row({
  call,
  row,
  columns,
  timezone,
  fresh,
  opened,
  onOpen,
  onFocus,
}: {
  call: CallJson;
  row: number;
  columns: readonly ColumnName[];
  timezone: string;
  fresh: boolean;
  opened: boolean;
  onOpen: (callId: string) => void;
  onFocus: (callId: string) => void;
}) {
  const [search] = useSearchParams();
  const href = new URLSearchParams(search);
  href.set('call', call.callId);
  // A click anywhere on the row; one that asks for a new tab is the link's own.
  const isForNewTab = (event: MouseEvent) => event.metaKey || event.ctrlKey || event.shiftKey;
  const open = (event: MouseEvent) => {
    if (!isForNewTab(event) && !window.getSelection()?.toString()) onOpen(call.callId);
  };
  return (
    <tr
      data-testid="call-row"
      data-key={call.callId}
      aria-rowindex={row + 2}
      className={`${fresh ? 'is-fresh' : ''} ${opened ? 'is-open' : ''}`}
      style={{ height: ROW_PX }}
      onClick={open}
    >
      <th scope="row">
        <Link
          to={`?${href}`}
          aria-expanded={opened}
          onFocus={() => onFocus(call.callId)}
          // The row opens it: two would be two places in the history.
          onClick={(event) => !isForNewTab(event) && event.preventDefault()}
        >
          {formatInstant(call.startedAt, timezone)}
        </Link>
      </th>
      {columns.map((name) => {
        const { right, cell } = columnOf(name);
        return (
          <td key={name} className={right ? 'right' : undefined}>
            {cell(call)}
          </td>
        );
      })}
    </tr>
  );
}
