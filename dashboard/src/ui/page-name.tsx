// What a page is called: on its tab, in the history, and to who hears it.
import { useEffect } from 'react';

/** Names the tab. */
export function useTitle(name: string): void {
  useEffect(() => {
    document.title = `${name} · Spanledger`;
  }, [name]);
}

/** The heading of a page whose panels say what it is to who sees them. */
export function PageName({ children }: { children: string }) {
  useTitle(children);
  return <h1 className="visually-hidden">{children}</h1>;
}
