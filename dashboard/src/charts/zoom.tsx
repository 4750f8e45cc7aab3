// Drag over a chart to choose a part of its time axis. Knows positions on the axis only. The chart itself is not drawn again while
// the hand moves: what moves is one rectangle, which is told by itself.
import { useMemo, useState, useSyncExternalStore } from 'react';
import { usePlotArea } from 'recharts';
import { type Place, spanAt } from './places.ts';

interface Moved {
  activeLabel?: string | number | undefined;
  activeCoordinate?: { x?: number | undefined } | undefined;
}
/** A place of the axis, and where in the chart it is, pixels. */
interface End {
  at: number;
  x: number;
}
/** Where a drag began and is now. */
type Stretch = readonly [from: End, to: End];

function endOf({ activeLabel, activeCoordinate }: Moved): End | null {
  return activeLabel === undefined ? null : { at: Number(activeLabel), x: activeCoordinate?.x ?? 0 };
}

class Drag {
  #stretch: Stretch | null = null;
  #moved = false;
  readonly #told = new Set<() => void>();

  readonly get = () => this.#stretch;
  readonly subscribe = (tell: () => void) => {
    this.#told.add(tell);
    return () => void this.#told.delete(tell);
  };
  /** A drag that ends on a bar is no click on that bar. */
  readonly wasDragged = () => this.#moved;

  handlers(onZoom: (first: number, last: number) => void) {
    return {
      onMouseDown: (moved: Moved) => {
        const end = endOf(moved);
        this.#moved = false;
        this.#set(end && [end, end]);
      },
      onMouseMove: (moved: Moved) => {
        const end = endOf(moved);
        if (!this.#stretch || !end || end.at === this.#stretch[1].at) return;
        this.#moved = true;
        this.#set([this.#stretch[0], end]);
      },
      onMouseUp: () => {
        const [first, last] = (this.#stretch ?? []).map(({ at }) => at).toSorted((one, other) => one - other);
        this.#set(null);
        if (first !== undefined && last !== undefined && first !== last) onZoom(first, last);
      },
      onMouseLeave: () => this.#set(null),
    };
  }

  #set(next: Stretch | null) {
    this.#stretch = next;
    for (const tell of this.#told) tell();
  }
}

/** `onZoom` is told of the first and the last point that was chosen. */
export function useZoom(places: readonly Place[], onZoom: ((first: number, last: number) => void) | undefined) {
  const [drag] = useState(() => new Drag());
  const handlers = useMemo(
    () => (onZoom ? drag.handlers((from, to) => onZoom(spanAt(places, from).first, spanAt(places, to).last)) : {}),
    [drag, places, onZoom],
  );
  const area = useMemo(() => <DragArea drag={drag} />, [drag]);
  return { handlers, area, wasDragged: drag.wasDragged };
}

function DragArea({ drag }: { drag: Drag }) {
  const stretch = useSyncExternalStore(drag.subscribe, drag.get);
  const plot = usePlotArea();
  if (!stretch || !plot || stretch[0].at === stretch[1].at) return null;
  const [from, to] = [Math.min(stretch[0].x, stretch[1].x), Math.max(stretch[0].x, stretch[1].x)];
  return <rect x={from} y={plot.y} width={to - from} height={plot.height} fill="var(--sl-accent)" fillOpacity={0.14} />;
}
