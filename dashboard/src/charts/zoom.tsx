// Drag over a chart to choose a part of its time axis. Knows positions on the axis only.
import { useRef, useState } from 'react';
import { ReferenceArea } from 'recharts';

interface Moved {
  activeLabel?: string | number | undefined;
}
/** The labels where a drag began and is now. */
type Drag = readonly [from: number, to: number];

export function useZoom(onZoom: ((first: number, last: number) => void) | undefined) {
  const [drag, setDrag] = useState<Drag | null>(null);
  // A drag that ends on a bar is no click on that bar.
  const dragged = useRef(false);
  const labelOf = ({ activeLabel }: Moved) => (activeLabel === undefined ? null : Number(activeLabel));
  const handlers = onZoom
    ? {
        onMouseDown(state: Moved) {
          const at = labelOf(state);
          dragged.current = false;
          setDrag(at === null ? null : [at, at]);
        },
        onMouseMove(state: Moved) {
          const at = labelOf(state);
          if (!drag || at === null || at === drag[1]) return;
          dragged.current = true;
          setDrag([drag[0], at]);
        },
        onMouseUp() {
          if (drag && drag[0] !== drag[1]) onZoom(Math.min(...drag), Math.max(...drag));
          setDrag(null);
        },
        onMouseLeave: () => setDrag(null),
      }
    : {};
  const area =
    drag && drag[0] !== drag[1] ? (
      <ReferenceArea x1={Math.min(...drag)} x2={Math.max(...drag)} fill="var(--sl-accent)" fillOpacity={0.14} />
    ) : null;
  return { handlers, area, wasDragged: () => dragged.current };
}
