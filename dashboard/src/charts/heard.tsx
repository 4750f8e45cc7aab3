// The frame of a chart for who does not see it: its name, how its values are read by keyboard, and each as it is read. What the
// pointer passes over is not said: that would be a stream of words.
import { type FocusEvent, type KeyboardEvent, type ReactNode, useState } from 'react';
import { createPortal } from 'react-dom';
import { useActiveTooltipLabel, useIsTooltipActive } from 'recharts';

/** What is read at an instant of the axis. */
export type WordsAt = (at: number) => string;

/** What the library's own drawing is called, which is what the keyboard comes to. */
export const nameOf = (label: string) => ({ 'aria-label': `${label}. Arrow keys read its values.` });

interface ChartFrameProps {
  label: string;
  small?: boolean;
  wordsAt: WordsAt;
  /** Is given what is to stand among the parts of the chart, and where what is read of it stands over the chart. */
  children: (heard: ReactNode, over: HTMLElement | null) => ReactNode;
}

export function ChartFrame({ label, small = false, wordsAt, children }: ChartFrameProps) {
  const [byKeys, setByKeys] = useState(false);
  const [place, setPlace] = useState<HTMLElement | null>(null);
  const [over, setOver] = useState<HTMLElement | null>(null);
  return (
    <div
      className={small ? 'chart chart-small' : 'chart'}
      role="group"
      aria-label={label}
      onFocus={({ target }: FocusEvent) => setByKeys(target.matches(':focus-visible'))}
      onKeyDown={({ key }: KeyboardEvent) => key.startsWith('Arrow') && setByKeys(true)}
      onPointerMove={() => setByKeys(false)}
      onBlur={() => setByKeys(false)}
    >
      {children(place && createPortal(byKeys && <Heard wordsAt={wordsAt} />, place), over)}
      <div ref={setOver} />
      {/* It must be there before what is said in it. */}
      <p className="visually-hidden" aria-live="polite" ref={setPlace} />
    </div>
  );
}

function Heard({ wordsAt }: { wordsAt: WordsAt }) {
  const at = useActiveTooltipLabel();
  return useIsTooltipActive() && at !== undefined ? wordsAt(Number(at)) : null;
}
