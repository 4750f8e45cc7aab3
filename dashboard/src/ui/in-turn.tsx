// Panels take what a reader chose one after the other, and not all at once: a page of ten panels, each with a chart and a question
// of its own, would else hold still until the last of them has been drawn. Each is drawn and has asked before the next begins;
// between two of them the page does what the reader does meanwhile. What did not change is not drawn again.
import { type ComponentType, memo, startTransition, useEffect, useState } from 'react';
import type { Filters } from '../url/filters.ts';

type Begin = () => void;
const waiting = new Set<Begin>();
let current: Begin | null = null;
let coming = false;

/** The next one begins in a task of its own, so that what the last one left to do, and the reader, come first. */
function callNext() {
  if (coming || current !== null || waiting.size === 0) return;
  coming = true;
  setTimeout(() => {
    coming = false;
    const [next] = waiting;
    if (next === undefined) return;
    waiting.delete(next);
    current = next;
    next();
  });
}

/** Answers what to call when it is done, or wants its turn no longer. */
function queue(begin: Begin): () => void {
  waiting.add(begin);
  callNext();
  return () => {
    waiting.delete(begin);
    if (current === begin) current = null;
    callNext();
  };
}

/** What is wanted, from when it is this panel's or this chart's turn on; at first at once. */
export function useInTurn<T extends object>(wanted: T): T {
  const [taken, take] = useState(wanted);
  // Gone, or drawn with what was wanted: either way this effect ends, and the next one's turn begins.
  useEffect(() => (taken === wanted ? undefined : queue(() => startTransition(() => take(wanted)))), [taken, wanted]);
  return taken;
}

/** A panel that takes new filters in its turn. */
export function inTurn<Props extends { filters: Filters }>(Panel: ComponentType<Props>): ComponentType<Props> {
  const Drawn = memo(Panel) as unknown as ComponentType<Props>;
  return function InTurn(props: Props) {
    const filters = useInTurn(props.filters);
    return <Drawn {...props} filters={filters} />;
  };
}
