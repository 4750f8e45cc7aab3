// A row of links that is wider than the screen is scrolled to the link of the page that is shown.
import { type RefObject, useEffect, useRef } from 'react';

/** For the element that scrolls; `page` is whatever changes when another link becomes the current one. */
export function useCurrentInView<T extends HTMLElement>(page: string): RefObject<T | null> {
  const row = useRef<T>(null);
  useEffect(() => {
    const current = row.current?.querySelector<HTMLElement>('[aria-current="page"], .is-within');
    if (!row.current || !current || row.current.scrollWidth <= row.current.clientWidth) return;
    // Not scrollIntoView, which may scroll the page too.
    row.current.scrollLeft =
      current.offsetLeft - row.current.offsetLeft - (row.current.clientWidth - current.offsetWidth) / 2;
  }, [page]);
  return row;
}
