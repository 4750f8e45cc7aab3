// Whether the collector answers: away from a question that got no answer until the next that gets one, whatever it says. Every page says
// it once, and its panels need not. What failed meanwhile is asked again when it is back.
import type { Query, QueryClient } from '@tanstack/react-query';
import { ApiError } from './api.ts';

/** No answer, or that of a proxy in front of it. */
export const isUnanswered = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 0 || (error.status >= 502 && error.code === 'unexpected'));

const told = new Set<() => void>();
let isAway = false;
function setAway(next: boolean) {
  isAway = next;
  for (const tell of told) tell();
}

/** For useSyncExternalStore. */
export const away = {
  get: () => isAway,
  subscribe(tell: () => void) {
    told.add(tell);
    return () => void told.delete(tell);
  },
};

/** To be told how each question ended; `error` is null where it was answered. */
export function questionEnded(queryClient: QueryClient, error: unknown): void {
  // Given up by the page itself: nothing is known.
  if (error !== null && !(error instanceof ApiError)) return;
  const unanswered = isUnanswered(error);
  if (unanswered === isAway) return;
  setAway(unanswered);
  const failed = ({ state }: Query) => isUnanswered(state.error);
  if (!unanswered) void queryClient.refetchQueries({ type: 'active', predicate: failed });
}
