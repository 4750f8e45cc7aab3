// A part of a page whose code is fetched when it is wanted. Where it does not come, the page stays as it is: that is said in its own
// place, or in the corner where it has none, and it can be tried again. A part that is wanted anew is fetched anew.
import { Button } from '@mantine/core';
import { type ComponentType, lazy, type ReactNode, Suspense, useEffect, useSyncExternalStore } from 'react';
import { closeNotice, notify } from '../ui/notify.ts';

interface Telling<Props> {
  /** What does not come, as a sentence begins: "The form". */
  name: string;
  /** Stands there until it has come. */
  place?: (props: Props) => ReactNode;
  /** It is alone in its place, as in a popover, so that it is said there that it did not come. */
  isAlone?: boolean;
}

export type Fetched<Props> = ((props: Props) => ReactNode) & {
  /** Fetches it once more where it did not come. */
  again: () => void;
};

export function fetched<Props extends object>(
  fetchPart: () => Promise<ComponentType<Props>>,
  { name, place = () => null, isAlone = false }: Telling<Props>,
): Fetched<Props> {
  const told = new Set<() => void>();
  const subscribe = (tell: () => void) => {
    told.add(tell);
    return () => void told.delete(tell);
  };
  const notice = `not-loaded ${name}`;
  let isMissing = false;
  const again = () => {
    if (!isMissing) return;
    isMissing = false;
    closeNotice(notice);
    Part = fetchIt();
    for (const tell of told) tell();
  };
  const fetchIt = () =>
    lazy(async (): Promise<{ default: ComponentType<Props> }> => {
      try {
        return { default: await fetchPart() };
      } catch {
        isMissing = true;
        if (!isAlone) notify({ id: notice, color: 'red', autoClose: false, message: <Missing {...{ name, again }} /> });
        return { default: (props) => (isAlone ? <Missing {...{ name, again }} /> : place(props)) };
      }
    });
  let Part = fetchIt();
  const get = () => Part;
  return Object.assign(
    (props: Props) => {
      const Now = useSyncExternalStore(subscribe, get);
      // oxlint-disable-next-line react/exhaustive-deps -- once, when it is wanted
      useEffect(again, []);
      return (
        <Suspense fallback={place(props)}>
          <Now {...props} />
        </Suspense>
      );
    },
    { again },
  );
}

function Missing({ name, again }: { name: string; again: () => void }) {
  return (
    <div className="not-loaded" role="alert">
      <span>{name} could not be loaded.</span>
      <Button variant="default" size="compact-xs" onClick={again}>
        Try again
      </Button>
    </div>
  );
}
