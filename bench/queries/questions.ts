// The questions behind the panels, as the pages ask them, for bench/queries.ts: windows end shortly before the last call.
import { LIST_PRICES } from '../../instrumentation/src/pricing/index.ts';
import type { Measure, MetricsQuery } from '../../collector/src/contract.ts';
import { queryCall, queryCalls } from '../../collector/src/query/calls.ts';
import { queryCacheUse } from '../../collector/src/query/cache-use.ts';
import { queryChanges } from '../../collector/src/query/changes.ts';
import { queryContrast } from '../../collector/src/query/contrast.ts';
import { queryCoverage } from '../../collector/src/query/coverage.ts';
import { queryMetrics, queryValues } from '../../collector/src/query/metrics.ts';
import { queryRateLimits } from '../../collector/src/query/rate-limits.ts';
import { queryRetries } from '../../collector/src/query/retries.ts';
import { queryStatus } from '../../collector/src/query/status.ts';
import { queryUnpriced } from '../../collector/src/query/unpriced.ts';
import { LAST_MS } from '../../collector/src/repricing/many-calls.ts';
import type { Store } from '../../collector/src/store/store.ts';

export const DAYS = 365;
const DAY_MS = 86_400_000;
/** Windows end now and begin at the same time of day, as the dashboard's do: on no border of hours. */
const NOW_MS = LAST_MS - 17 * 60_000;
const last = (days: number) => ({
  from: new Date(NOW_MS - days * DAY_MS).toISOString(),
  to: new Date(NOW_MS).toISOString(),
});
const YEAR = last(DAYS - 1);
const spend: Measure[] = ['costUsd', 'calls'];
const vitals: Measure[] = [
  ...(['calls', 'errors', 'errorRate', 'costUsd', 'cacheHitRate', 'cacheSavingsUsd', 'retries'] as const),
  ...(['p50LatencyMs', 'p95LatencyMs', 'p95TtftMs'] as const),
];
const parts: Measure[] = ['costUsd', 'calls', 'unpricedCalls', 'p95LatencyMs', 'cacheHitRate', 'errors', 'errorRate'];
const tokens: Measure[] = [
  'inputTokens',
  'cacheWrite5mTokens',
  'cacheWrite1hTokens',
  'cacheReadTokens',
  'outputTokens',
];

const speeds: Measure[] = [
  'calls',
  'p50LatencyMs',
  'p95LatencyMs',
  'p50TtftMs',
  'p95TtftMs',
  'p50OutputTokensPerSecond',
];
const servers: Measure[] = ['calls', 'p50ServerMs', 'p95ServerMs', 'p50OutsideMs', 'p95OutsideMs'];
const SLOW = ['latency:10-15s', 'latency:15-20s', 'latency:20-30s'];
const FEATURE = ['feature:feature-3'];
const now = () => NOW_MS;

export function questions(store: Store): Record<string, () => Promise<unknown>> {
  const ask = (query: Partial<MetricsQuery>) => () =>
    queryMetrics(store, { ...YEAR, measures: spend, by: [], bucket: 'none', timezone: 'UTC', where: [], ...query });
  return {
    'spend, a year': ask({}),
    'spend by feature and week, a year': ask({ by: ['feature'], bucket: 'week' }),
    'spend by feature and week of Berlin, a year': ask({ by: ['feature'], bucket: 'week', timezone: 'Europe/Berlin' }),
    'spend by feature and day of Berlin, 90 days': ask({
      by: ['feature'],
      bucket: 'day',
      timezone: 'Europe/Berlin',
      ...last(90),
    }),
    'spend by model and day, 90 days': ask({ by: ['model'], bucket: 'day', ...last(90) }),
    'spend by feature, one model, a year': ask({ by: ['feature'], where: ['model:claude-opus-5-5'] }),
    'drivers (feature and model), a year': ask({ by: ['feature', 'model'], measures: [...spend, ...tokens] }),
    'tokens by week, a year': ask({ measures: tokens, bucket: 'week' }),
    'vitals, a year': ask({ measures: vitals }),
    'vitals by week, a year': ask({ measures: ['p95LatencyMs', 'cacheHitRate', 'errorRate'], bucket: 'week' }),
    'breakdown by feature, a year': ask({ measures: parts, by: ['feature'] }),
    'breakdown by customer, a year': ask({ measures: parts, by: ['customer'] }),
    'breakdown by user, a year': ask({ measures: parts, by: ['userId'] }),
    'spend by user, a year': ask({ by: ['userId'] }),
    'spend by user, 30 days': ask({ by: ['userId'], ...last(30) }),
    'spend of one user by week, a year': ask({ where: ['userId:user-7'], bucket: 'week' }),
    'stop reasons, a year': ask({ measures: ['calls'], by: ['stopReason'] }),
    'spend by customer and stop reason, a year': ask({ by: ['customer', 'stopReason'] }),
    'vitals, 24 hours': ask({ measures: vitals, ...last(1) }),
    'spend by feature and hour, 24 hours': ask({ by: ['feature'], bucket: 'hour', ...last(1) }),
    'spend by minute, 1 hour': ask({ bucket: 'minute', ...last(1 / 24) }),
    'an hour without calls': ask({ from: '2025-09-01T00:00:00Z', to: '2025-09-01T01:00:00Z' }),
    'newest calls': () => queryCalls(store, { where: [], order: 'startedAt', limit: 50 }),
    'newest calls of a customer, a year': () =>
      queryCalls(store, { ...YEAR, where: ['customer:customer-3'], order: 'startedAt', limit: 50 }),
    'dearest calls, a year': () => queryCalls(store, { ...YEAR, where: [], order: 'costUsd', limit: 50 }),
    'slowest calls of a feature, 30 days': () =>
      queryCalls(store, { ...last(30), where: ['feature:feature-3'], order: 'durationMs', limit: 50 }),
    'one call': async () => queryCall(store, await callOf(store)),
    'one call of the last day': async () => queryCall(store, await lateCallOf(store)),
    'values of a filter, a year': () => queryValues(store, 'customer', { ...YEAR, limit: 50 }),
    'unpriced calls, a year': () => queryUnpriced(store, YEAR, LIST_PRICES),
    'coverage, 30 days': () => queryCoverage(store, last(30), now),
    // Of bands; and what looks at calls themselves: the use of caches, and rate limits.
    'tokens a second by feature, 30 days': ask({
      measures: ['p50OutputTokensPerSecond'],
      by: ['feature'],
      ...last(30),
    }),
    'streaming apart, 30 days': ask({ measures: speeds, by: ['streaming'], ...last(30) }),
    'bands of latency, streaming apart, 30 days': ask({
      measures: ['calls'],
      by: ['streaming', 'latency'],
      ...last(30),
    }),
    'heat map by hour, 7 days': ask({ measures: ['calls'], by: ['latency'], bucket: 'hour', ...last(7) }),
    'time on the servers, 30 days': ask({ measures: servers, where: ['serverTime:told'], ...last(30) }),
    'bands of cost per call, 30 days': ask({ by: ['callCost'], ...last(30) }),
    'what is different in slow calls, 30 days': () =>
      queryContrast(store, { ...last(30), where: [], insideFrom: last(30).from, insideTo: last(30).to, inside: SLOW }),
    // Under a filter, which no roll-up has together with bands or customers.
    'what is different in slow calls of a feature, 7 days': () =>
      queryContrast(store, {
        ...last(7),
        where: FEATURE,
        insideFrom: last(7).from,
        insideTo: last(7).to,
        inside: SLOW,
      }),
    'p95 by customer of a feature, 7 days': ask({
      measures: ['calls', 'p95LatencyMs'],
      by: ['customer'],
      where: FEATURE,
      ...last(7),
    }),
    'deploys and new models, 30 days': () => queryChanges(store, { ...last(30), where: [] }),
    'cache use, 30 days': () => queryCacheUse(store, { ...last(30), where: [] }, { prices: () => LIST_PRICES, now }),
    'retries, 30 days': () => queryRetries(store, { ...last(30), where: [] }),
    'room in rate limits, 30 days': () =>
      queryRateLimits(store, { ...last(30), where: [], bucket: 'day', timezone: 'UTC' }, now),
    status: () => queryStatus(store),
  };
}

let someCall: string | undefined;
async function callOf(store: Store): Promise<string> {
  someCall ??= (await store.query<{ key: string }>('SELECT call_key AS key FROM reports LIMIT 1'))[0]?.key;
  return someCall ?? '';
}

let lateCall: string | undefined;
async function lateCallOf(store: Store): Promise<string> {
  const { from } = last(1);
  lateCall ??= (
    await store.query<{ key: string }>(
      `SELECT call_key AS key FROM reports WHERE started_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') LIMIT 1`,
      { from: Date.parse(from) },
    )
  )[0]?.key;
  return lateCall ?? '';
}
