// The crosshair: what is read where the hand, or an arrow key, is. One for all charts of a page: the others follow at the same instant,
// when there is time for it. The library only says where the hand is. What it has for reading measures its box again at each movement,
// and does so in every chart of the page before the next; here nothing is measured, and nothing else of a chart is drawn again.
import { memo, type ReactNode, startTransition, useEffect, useState } from 'react';
import { createPortal } from 'react-dom';
import {
  DefaultZIndexes,
  useActiveTooltipLabel,
  useIsTooltipActive,
  usePlotArea,
  useXAxisScale,
  ZIndexLayer,
} from 'recharts';
import type { Place } from './places.ts';
import type { Series } from './points.ts';
import { Reading } from './reading.tsx';

type Tell = (at: number | null) => void;
/** The charts that are on the page. */
const charts = new Set<Tell>();
/** Which of them the others follow, and to where. */
let leading: { chart: Tell; at: number } | null = null;

function lead(chart: Tell, at: number | null): void {
  // The hand is in another chart already.
  if (at === null && leading?.chart !== chart) return;
  leading = at === null ? null : { chart, at };
  for (const tell of charts) tell(tell === chart ? null : at);
}

/** The instant that is read; null where nothing is. */
function useInstant(): number | null {
  const label = useActiveTooltipLabel();
  const own = useIsTooltipActive() && label !== undefined ? Number(label) : null;
  const [others, setOthers] = useState<number | null>(null);
  const [follow] = useState((): Tell => (at) => startTransition(() => setOthers(at)));
  useEffect(() => {
    charts.add(follow);
    // It may come after the hand.
    if (leading) follow(leading.at);
    return () => {
      charts.delete(follow);
      lead(follow, null);
    };
  }, [follow]);
  useEffect(() => lead(follow, own), [follow, own]);
  return own ?? others;
}

interface CrosshairProps {
  places: readonly Place[];
  series: readonly Series[];
  formatSize: (size: number) => string;
  formatAt: (at: number) => string;
  /** Where the reading stands: as wide as the chart, and nothing else in it. */
  over: HTMLElement | null;
  /** Under bars, a band as wide as one of them and its gaps; else a line upon all. */
  band?: boolean;
  /** What is drawn upon the line. */
  dotsAt?: (place: Place, x: number) => ReactNode;
}

export const Crosshair = memo(function Crosshair({ band = false, dotsAt, places, over, ...said }: CrosshairProps) {
  const at = useInstant();
  const xOf = useXAxisScale();
  const plot = usePlotArea();
  const place = at === null ? undefined : places.find((one) => one.at === at);
  const x = place && xOf?.(place.at, { position: 'middle' });
  const isRead = place !== undefined && x !== undefined && plot !== undefined;
  const [left, right] = ['start', 'end'].map((position) => xOf?.(at, { position: position as 'start' | 'end' }) ?? 0);
  return (
    <>
      <ZIndexLayer zIndex={band ? DefaultZIndexes.cursorRectangle : DefaultZIndexes.cursorLine}>
        {isRead &&
          (band ? (
            <rect
              x={left}
              y={plot.y}
              width={Math.max(1, (right ?? 0) - (left ?? 0))}
              height={plot.height}
              fill="var(--sl-sunken)"
            />
          ) : (
            <path d={`M${x} ${plot.y}v${plot.height}`} stroke="var(--sl-line-strong)" />
          ))}
        {isRead && dotsAt?.(place, x)}
      </ZIndexLayer>
      {isRead &&
        over &&
        createPortal(<Beside x={x} top={plot.y} middle={plot.x + plot.width / 2} {...{ place, ...said }} />, over)}
    </>
  );
});

const BESIDE_PX = 10;
interface BesideProps extends Pick<CrosshairProps, 'series' | 'formatSize' | 'formatAt'> {
  place: Place;
  x: number;
  top: number;
  middle: number;
}
/** On the side where there is more room; and where that is not enough, over the line rather than beyond the edge. */
function Beside({ x, top, middle, ...said }: BesideProps) {
  const isRight = x <= middle;
  const beside = isRight ? `${x + BESIDE_PX}px` : `calc(100% - ${x - BESIDE_PX}px)`;
  return (
    <div className={isRight ? 'reading-beside' : 'reading-beside is-left'} style={{ top }}>
      <span style={{ flexBasis: beside }} />
      <Reading {...said} />
    </div>
  );
}
