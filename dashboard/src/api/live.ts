// Live mode: the collector says when calls come in, and the questions about calls are asked again at once. The browser
// connects again by itself; until it has, the page says that it is not live.
import type { Query } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { queryClient } from './questions.ts';

export type LiveState = 'off' | 'connecting' | 'live' | 'lost';

/** The questions that a new call can answer differently. A reader further down a list is left in peace. */
const ABOUT_CALLS = new Set<unknown>(['metrics', 'calls', 'values']);
function askAgain() {
  for (const query of queryClient.getQueryCache().findAll({ predicate: isAboutCalls })) {
    // What is on its way may have been asked before the call came: it is put anew after its answer, and not before, or a slow
    // one would never be answered while calls keep coming.
    if (query.state.fetchStatus !== 'fetching') put(query);
    else if (!askedLater.has(query)) {
      askedLater.add(query);
      const answered = () => {
        askedLater.delete(query);
        put(query);
      };
      void Promise.resolve(query.promise).then(answered, answered);
    }
  }
}
const askedLater = new Set<Query>();
const isAboutCalls = ({ queryKey, state }: Query) =>
  ABOUT_CALLS.has(queryKey[0]) && ((state.data as { pages?: unknown[] } | undefined)?.pages?.length ?? 1) <= 1;
const put = (query: Query) =>
  void queryClient.invalidateQueries({ predicate: (other) => other === query }, { cancelRefetch: false });

export function useLive(wanted: boolean): LiveState {
  const [state, setState] = useState<LiveState>('connecting');
  useEffect(() => {
    if (!wanted) return;
    const events = new EventSource('/api/live');
    events.addEventListener('ready', () => {
      setState('live');
      askAgain(); // what came in while nobody listened
    });
    events.addEventListener('calls', askAgain);
    events.addEventListener('error', () => setState('lost'));
    return () => {
      events.close();
      setState('connecting');
    };
  }, [wanted]);
  return wanted ? state : 'off';
}
