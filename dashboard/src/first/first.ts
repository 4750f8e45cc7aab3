// The first chart of a cold start goes before everything else. What a reader does not need in order to see it (controls, the
// panels after it, the library that charts are pointed at with) asks, loads and draws once it stands. The first chart stands
// when nothing on the page waits for an answer any more, be that a chart, an error or nothing to draw; and a page whose first
// answer is long in coming does not keep the rest back. Decided once: pages opened later draw everything at once.
import { startTransition, useEffect, useState } from 'react';

/** Longer than an answer takes that is not in trouble. */
const MOST_MS = 2000;

let stands = false;
let waiting = 0;
let pageIsThere = false;
let patience: ReturnType<typeof setTimeout> | undefined;
const told = new Set<() => void>();

function stand() {
  stands = true;
  for (const tell of told) tell();
  told.clear();
}

/** After what was drawn just now has been painted. */
const afterPaint = (then: () => void) => requestAnimationFrame(() => setTimeout(then));
const look = () =>
  afterPaint(() => {
    if (pageIsThere && waiting === 0 && !stands) stand();
  });

/** Says that the page's files have come and its places have said whether they wait: before that, none of them could. */
export function usePageIsThere(): void {
  useEffect(() => {
    pageIsThere = true;
    look();
  }, []);
}

/** Says that this place waits for an answer while it is drawn. */
export function useWaits(): void {
  useEffect(() => {
    waiting++;
    return () => {
      waiting--;
      if (!stands) look();
    };
  }, []);
}

/** Whether the first chart stands. What then is drawn may be interrupted by a reader who does something meanwhile. */
export function useFirstStands(): boolean {
  const [now, setNow] = useState(stands);
  useEffect(() => {
    if (now) return;
    const tell = () => startTransition(() => setNow(true));
    if (stands) return tell();
    patience ??= setTimeout(() => !stands && stand(), MOST_MS);
    told.add(tell);
    return () => void told.delete(tell);
  }, [now]);
  return now;
}
