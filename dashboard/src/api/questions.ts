// The questions panels ask, as hooks. They repeat as the bar says while the page is visible; a relative window is made into
// instants at the moment of asking, so that it moves on.
import {
  type InfiniteData,
  keepPreviousData,
  QueryCache,
  QueryClient,
  queryOptions,
  useInfiniteQuery,
  useQueries,
  useQuery,
} from '@tanstack/react-query';
import type { CallsQuery, Dimension, Measure } from '@spanledger/collector/contract';
import { useEffect, useSyncExternalStore } from 'react';
import { monthWindow } from '../drivers/month.ts';
import {
  bucketFor,
  type Filters,
  isCompared,
  type Refresh,
  type Where,
  type Window,
  windowOf,
} from '../url/filters.ts';
import { api, ApiError } from './api.ts';
import { away, questionEnded } from './away.ts';
import { type Slice, sliceAt } from './slice.ts';

const LIVE_MS = 5000;
/** How often a question about calls is asked again. Live ones are asked when calls come in (live.ts), and now and then
 * without, since the window moves on. */
const REFRESH_MS: Record<Refresh, number | false> = {
  live: 15_000,
  '5s': 5000,
  '30s': 30_000,
  '5m': 300_000,
  off: false,
};

const lockListeners = new Set<() => void>();
let locked = false;
function setLocked(next: boolean) {
  locked = next;
  for (const listen of lockListeners) listen();
}
/** Whether the collector wants a token first. For useSyncExternalStore. */
export const lock = {
  get: () => locked,
  subscribe(listen: () => void) {
    lockListeners.add(listen);
    return () => lockListeners.delete(listen);
  },
};
export async function signIn(token: string): Promise<void> {
  await api.signIn(token);
  setLocked(false);
  await queryClient.resetQueries();
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError(error) {
      if (error instanceof ApiError && error.status === 401) setLocked(true);
    },
    onSettled: (_answer, error) => questionEnded(queryClient, error),
  }),
  defaultOptions: {
    queries: {
      staleTime: 2000,
      gcTime: 60_000,
      // A refusal will be refused again; only silence and 5xx are worth a second try.
      retry: (count, error) => count < 1 && error instanceof ApiError && (error.status === 0 || error.status >= 500),
    },
  },
});

export function useStatus() {
  return useQuery({
    queryKey: ['status'],
    queryFn: ({ signal }) => api.status(signal),
    refetchInterval: ({ state }) => (state.data && state.data.calls > 0 ? 30_000 : 2000),
  });
}

/** Also how a page finds out that the collector is back. */
export const useWaiting = () =>
  useQuery({
    queryKey: ['waiting'],
    queryFn: ({ signal }) => api.waiting(signal),
    refetchInterval: () => (away.get() ? 2000 : 5000),
  });

/** Whether the collector does not answer, which the page says once for all its panels. */
export const useAway = (): boolean => useSyncExternalStore(away.subscribe, away.get, away.get);

const isSameShape = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** `now`: the instant that it is asked about, where that is not the one at which it is asked. */
function metricsQuestion(filters: Filters, slice: Slice, now?: number) {
  const { range, where, timezone } = filters;
  const { measures, by = [], bucketed = false, previous = false } = slice;
  return queryOptions({
    queryKey: ['metrics', range, where, timezone, measures, by, bucketed, previous],
    queryFn: ({ signal }) => {
      const { window, question } = sliceAt(now ?? Date.now(), filters, slice);
      return api.metrics(window, question, signal);
    },
  });
}

/** Asks before there is a panel to show the answer: while the page's files are still on their way. Resolves when it is there, or is not to be had. */
export const askMetrics = (filters: Filters, slice: Slice, now?: number): Promise<void> =>
  queryClient.prefetchQuery(metricsQuestion(filters, slice, now));

export function useMetrics(filters: Filters, slice: Slice & { wanted?: boolean }) {
  const { measures, by = [], bucketed = false, previous = false, wanted = true } = slice;
  return useQuery({
    ...metricsQuestion(filters, slice),
    enabled: wanted && (!previous || isCompared(filters)),
    refetchInterval: REFRESH_MS[filters.refresh],
    // Rows of other dimensions would be drawn under wrong names.
    placeholderData: (answer, asked) =>
      isSameShape(asked?.queryKey.slice(4), [measures, by, bucketed, previous]) ? answer : undefined,
  });
}

/** These look at each call, not at sums: asked again less often than the sums beside them. */
const CALL_BY_CALL_MS = 60_000;
const seldom = (refresh: Refresh) => (refresh === 'off' ? false : CALL_BY_CALL_MS);

export function useCacheUse({ range, where, timezone, refresh }: Filters) {
  return useQuery({
    queryKey: ['cache-use', range, where, timezone],
    queryFn: ({ signal }) => api.cache(windowOf(range, Date.now(), timezone), where, signal),
    refetchInterval: seldom(refresh),
    placeholderData: keepPreviousData,
  });
}

export function useRetries({ range, where, timezone, refresh }: Filters) {
  return useQuery({
    queryKey: ['retries', range, where, timezone],
    queryFn: ({ signal }) => api.retries(windowOf(range, Date.now(), timezone), where, signal),
    refetchInterval: seldom(refresh),
    placeholderData: keepPreviousData,
  });
}

export function useLimits({ range, where, timezone, refresh }: Filters) {
  return useQuery({
    queryKey: ['limits', range, where, timezone],
    queryFn: ({ signal }) => {
      const window = windowOf(range, Date.now(), timezone);
      return api.limits(window, { bucket: bucketFor(window), where, timezone }, signal);
    },
    refetchInterval: seldom(refresh),
    placeholderData: keepPreviousData,
  });
}

/**
 * Each day of the month so far and of the four weeks before today; does not depend on the range of the bar. The answer says when it
 * was asked for and in which zone its days are: it is shown until the answer to other filters comes, and is of then.
 */
export function useMonth({ where, timezone, refresh }: Filters, measures: readonly Measure[]) {
  return useQuery({
    queryKey: ['metrics', 'month', where, timezone, measures],
    queryFn: async ({ signal }) => {
      const askedAt = Date.now();
      const question = { measures, bucket: 'day', where, timezone } as const;
      return { ...(await api.metrics(monthWindow(askedAt, timezone), question, signal)), askedAt, timezone };
    },
    refetchInterval: REFRESH_MS[refresh],
    placeholderData: keepPreviousData,
  });
}

export function useLatestCalls(filters: Filters, limit: number) {
  const { range, where, timezone } = filters;
  return useQuery({
    queryKey: ['calls', 'latest', range, where, timezone, limit],
    queryFn: ({ signal }) =>
      api.calls({ window: windowOf(range, Date.now(), timezone), where, order: 'startedAt', limit }, signal),
    refetchInterval: REFRESH_MS[filters.refresh],
    placeholderData: keepPreviousData,
  });
}

/** The largest in an order: the costliest, the slowest. */
export function useTopCalls(filters: Filters, order: CallsQuery['order'], limit: number) {
  const { range, where, timezone } = filters;
  return useQuery({
    queryKey: ['calls', 'top', range, where, timezone, order, limit],
    queryFn: ({ signal }) => api.calls({ window: windowOf(range, Date.now(), timezone), where, order, limit }, signal),
    refetchInterval: REFRESH_MS[filters.refresh],
    placeholderData: keepPreviousData,
  });
}

/** What is different in some calls of the window; null while there are none to look at. `inside.window` null: all of it. */
export function useContrast(filters: Filters, inside: { window: Window | null; where: Where[] } | null) {
  const { range, where, timezone } = filters;
  return useQuery({
    enabled: inside !== null,
    queryKey: ['contrast', range, where, timezone, inside],
    queryFn: ({ signal }) => {
      const window = windowOf(range, Date.now(), timezone);
      return api.contrast(window, where, { window: inside?.window ?? window, where: inside?.where ?? [] }, signal);
    },
    refetchInterval: REFRESH_MS[filters.refresh],
    // Counts of another part would lead to other calls than they say.
  });
}

/** What began is seldom news of the last minute, and is looked for in all of history. */
const CHANGES_MS = 60_000;
export function useChanges({ range, where, timezone }: Filters, wanted: boolean) {
  return useQuery({
    enabled: wanted,
    queryKey: ['changes', range, where, timezone],
    queryFn: ({ signal }) => api.changes(windowOf(range, Date.now(), timezone), where, signal),
    refetchInterval: CHANGES_MS,
    staleTime: CHANGES_MS,
    placeholderData: keepPreviousData,
  });
}

/** How many calls are asked for at first, some screens of them, and then at a time, so that scrolling seldom waits. */
const FIRST_CALLS = 100;
const FURTHER_CALLS = 400;

/** The list, page by page. It keeps up while it is `following`; a reader further down, or one who paused, is left in peace. */
export function useCalls(filters: Filters, order: CallsQuery['order'], following: boolean) {
  const { range, where, timezone } = filters;
  const queryKey = ['calls', 'list', range, where, timezone, order];
  useEffect(() => {
    const data = following ? queryClient.getQueryData<InfiniteData<unknown>>(queryKey) : undefined;
    if (data === undefined || data.pages.length <= 1) return;
    // What lies below is read again when it is scrolled to, or every answer would be of all pages ever seen.
    const first = { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) };
    queryClient.setQueryData<InfiniteData<unknown>>(queryKey, first);
    // Which is no answer of now, though it was put there now.
    void queryClient.invalidateQueries({ queryKey, exact: true, refetchType: 'none' });
    // oxlint-disable-next-line react/exhaustive-deps -- the key is a new list with every drawing
  }, [following, JSON.stringify(queryKey)]);
  return useInfiniteQuery({
    queryKey,
    enabled: following || queryClient.getQueryData(queryKey) === undefined,
    queryFn: ({ pageParam, signal }) =>
      api.calls(
        {
          window: windowOf(range, Date.now(), timezone),
          where,
          order,
          limit: pageParam === null ? FIRST_CALLS : FURTHER_CALLS,
          cursor: pageParam ?? undefined,
        },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: following ? REFRESH_MS[filters.refresh] : false,
    placeholderData: keepPreviousData,
    // Of a list in pages the first says what it lacks.
    select: (data) => ({ ...data, missingBefore: data.pages[0]?.missingBefore ?? null }),
  });
}

/** How many calls started after an instant: those that a list which does not follow lacks. */
export function useNewerCalls({ where, timezone, refresh }: Filters, after: string | null) {
  return useQuery({
    queryKey: ['metrics', 'newer', where, after],
    queryFn: ({ signal }) => {
      const from = Date.parse(after ?? '') + 1;
      const window = { from, to: Math.max(from + 1, Date.now() + 1) };
      return api.metrics(window, { measures: ['calls'], where, timezone }, signal);
    },
    enabled: after !== null,
    refetchInterval: REFRESH_MS[refresh],
  });
}

export function useCall(callId: string) {
  return useQuery({
    queryKey: ['call', callId],
    queryFn: ({ signal }) => api.call(callId, signal),
    refetchInterval: 30_000,
  });
}

/** What has this id: a call by its own id, its message's or its request's, or by the trace it is alone in; else the trace. */
export function useFound(id: string | null) {
  return useQuery({
    queryKey: ['found', id],
    enabled: id !== null,
    staleTime: 15_000,
    queryFn: async ({ signal }) => {
      const asked = id ?? '';
      const call = await orMissing(api.call(asked, signal));
      if (call) return { kind: 'call', call } as const;
      const trace = /^[\da-f]{32}$/i.test(asked) ? await orMissing(api.trace(asked.toLowerCase(), signal)) : null;
      const [only, ...others] = trace?.calls ?? [];
      if (trace && only && others.length === 0)
        return { kind: 'call', call: await api.call(only.callId, signal) } as const;
      return trace ? ({ kind: 'trace', trace } as const) : null;
    },
  });
}

async function orMissing<Answer>(asking: Promise<Answer>): Promise<Answer | null> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

export function useTrace(traceId: string) {
  return useQuery({
    queryKey: ['trace', traceId],
    queryFn: ({ signal }) => api.trace(traceId, signal),
    // Spans of one trace come within minutes; what is long over, and what is large, is left alone.
    refetchInterval: ({ state }) => {
      const { data } = state;
      const isOver = data && Date.now() - Date.parse(data.startedAt) - data.durationMs > TRACE_IS_OVER_MS;
      return isOver || (data && data.spanCount > LARGE_TRACE) ? false : 10_000;
    },
  });
}
const TRACE_IS_OVER_MS = 600_000;
const LARGE_TRACE = 2000;

type OfWindow = Pick<Filters, 'range' | 'timezone'>;
const valuesQuestion = (dimension: Dimension, { range, timezone }: OfWindow, text: string) =>
  queryOptions({
    queryKey: ['values', dimension, range, timezone, text],
    queryFn: ({ signal }) => api.values(dimension, windowOf(range, Date.now(), timezone), text, signal),
    staleTime: 15_000,
  });

/** Values of a dimension in the window, busiest first; asked only while `wanted`. */
export const useValues = (dimension: Dimension, filters: OfWindow, text: string, wanted: boolean) =>
  useQuery({ ...valuesQuestion(dimension, filters, text), enabled: wanted, placeholderData: keepPreviousData });

/** Whether none of the dimensions has such a value; false until all have answered. */
export const useNoValues = (dimensions: readonly Dimension[], filters: OfWindow, text: string): boolean =>
  useQueries({
    queries: dimensions.map((dimension) => valuesQuestion(dimension, filters, text)),
    combine: (answers) => answers.every(({ data }) => data?.length === 0),
  });

export const useViews = (wanted: boolean) =>
  useQuery({ queryKey: ['views'], queryFn: ({ signal }) => api.views(signal), enabled: wanted });

export const useBudgets = () =>
  useQuery({ queryKey: ['budgets'], queryFn: ({ signal }) => api.budgets(signal), refetchInterval: 15_000 });
export const useBudgetStatus = (id: string) =>
  useQuery({
    queryKey: ['budgets', id, 'status'],
    queryFn: ({ signal }) => api.budgetStatus(id, signal),
    refetchInterval: LIVE_MS,
  });
export const useMonitors = () =>
  useQuery({ queryKey: ['monitors'], queryFn: ({ signal }) => api.monitors(signal), refetchInterval: 15_000 });
/** Its window ends with the last whole minute; its course looks at each call of a day. */
const MONITOR_MS = 30_000;
export const useMonitorStatus = (id: string) =>
  useQuery({
    queryKey: ['monitors', id, 'status'],
    queryFn: ({ signal }) => api.monitorStatus(id, signal),
    refetchInterval: MONITOR_MS,
  });
export const useAlerts = () =>
  useQuery({ queryKey: ['alerts'], queryFn: ({ signal }) => api.alerts(signal), refetchInterval: LIVE_MS });
export const useWebhooks = () =>
  useQuery({ queryKey: ['webhooks'], queryFn: ({ signal }) => api.webhooks(signal), refetchInterval: 30_000 });
export const useDeliveries = (id: string, wanted: boolean) =>
  useQuery({
    queryKey: ['webhooks', id, 'deliveries'],
    queryFn: ({ signal }) => api.deliveries(id, signal),
    refetchInterval: LIVE_MS,
    enabled: wanted,
  });

/** Own prices change by hand, also in their file: asked again now and then, and at once after a change made here. */
export const usePrices = (wanted = true) =>
  useQuery({
    queryKey: ['prices'],
    queryFn: ({ signal }) => api.prices(signal),
    refetchInterval: 15_000,
    enabled: wanted,
  });
export function useCoverage({ range, timezone }: Pick<Filters, 'range' | 'timezone'>) {
  return useQuery({
    queryKey: ['coverage', range, timezone],
    queryFn: ({ signal }) => api.coverage(windowOf(range, Date.now(), timezone), signal),
    refetchInterval: 15_000,
    placeholderData: keepPreviousData,
  });
}

export function useUnpriced({ range, timezone }: Pick<Filters, 'range' | 'timezone'>) {
  return useQuery({
    queryKey: ['unpriced', range, timezone],
    queryFn: ({ signal }) => api.unpriced(windowOf(range, Date.now(), timezone), signal),
    refetchInterval: 15_000,
    placeholderData: keepPreviousData,
  });
}

/** Every second while one is preparing, so that its progress moves. */
const PREPARING_MS = 1000;
export const useRepricings = () =>
  useQuery({
    queryKey: ['repricings'],
    queryFn: ({ signal }) => api.repricings(signal),
    refetchInterval: ({ state }) => (state.data?.some(({ status }) => status === 'preparing') ? PREPARING_MS : 15_000),
  });
export const useRepricing = (id: string | null) =>
  useQuery({
    queryKey: ['repricings', id],
    queryFn: ({ signal }) => api.repricing(id ?? '', signal),
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data?.status === 'preparing' ? PREPARING_MS : false),
  });

/** While somebody waits for a first call. */
const WAITING_MS = 2000;
export const useConnections = () =>
  useQuery({
    queryKey: ['connections'],
    queryFn: ({ signal }) => api.connections(signal),
    refetchInterval: WAITING_MS,
  });
export const useKeys = () =>
  useQuery({ queryKey: ['keys'], queryFn: ({ signal }) => api.keys(signal), refetchInterval: 15_000 });
export const useMappings = () =>
  useQuery({ queryKey: ['mappings'], queryFn: ({ signal }) => api.mappings(signal), refetchInterval: 30_000 });
export const useSeenAttributes = () =>
  useQuery({
    queryKey: ['mappings', 'attributes'],
    queryFn: ({ signal }) => api.seenAttributes(signal),
    refetchInterval: LIVE_MS,
  });
export const useMappingPreview = (attribute: string, services: readonly string[]) =>
  useQuery({
    queryKey: ['mappings', 'preview', attribute, services],
    queryFn: ({ signal }) => api.previewMapping(attribute, services, signal),
    enabled: attribute !== '',
    refetchInterval: WAITING_MS,
    placeholderData: keepPreviousData,
  });
