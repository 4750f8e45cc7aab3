// Every question behind every panel, on a ledger of as many calls as asked for (1 million), made inside ClickHouse from fixed seeds
// and settled by the real settler. Cold: the engine's caches were emptied; the operating system's were not.
import { LIST_PRICES } from '../instrumentation/src/pricing/index.ts';
import type { Measure, MetricsQuery } from '../collector/src/contract.ts';
import { createLog } from '../collector/src/log.ts';
import { systemClock } from '../collector/src/ports.ts';
import { queryCall, queryCalls } from '../collector/src/query/calls.ts';
import { queryMetrics, queryValues } from '../collector/src/query/metrics.ts';
import { queryStatus } from '../collector/src/query/status.ts';
import { queryUnpriced } from '../collector/src/query/unpriced.ts';
import { fillLedger } from '../collector/src/repricing/many-calls.ts';
import { createSettler } from '../collector/src/settle/settler.ts';
import { createDirtyHours } from '../collector/src/store/dirty-hours.ts';
import type { Store } from '../collector/src/store/store.ts';
import { print, quantile, timed, withStore, type Result } from './bench.ts';

const CALLS = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = Number(process.argv[3] ?? 10);
const MONTH = { from: '2026-10-16T00:00:00Z', to: '2026-11-06T00:00:00Z' };
const VITALS: Measure[] = [
  ...(['calls', 'errors', 'errorRate', 'costUsd', 'cacheHitRate', 'cacheSavingsUsd', 'retries'] as const),
  ...(['p50LatencyMs', 'p95LatencyMs', 'p95TtftMs'] as const),
];

function questions(store: Store): Record<string, () => Promise<unknown>> {
  const ask = (query: Partial<MetricsQuery>) => () =>
    queryMetrics(store, { ...MONTH, measures: [], by: [], bucket: 'none', timezone: 'UTC', where: [], ...query });
  const spend: Measure[] = ['costUsd', 'calls'];
  const parts: Measure[] = ['costUsd', 'calls', 'unpricedCalls', 'p95LatencyMs', 'cacheHitRate', 'errorRate'];
  return {
    'spend, total': ask({ measures: spend }),
    'spend by feature and day': ask({ measures: spend, by: ['feature'], bucket: 'day' }),
    'spend by model and hour': ask({ measures: spend, by: ['model'], bucket: 'hour' }),
    'spend by feature, one model': ask({ measures: spend, by: ['feature'], where: ['model:claude-opus-5-5'] }),
    vitals: ask({ measures: VITALS }),
    'vitals by day': ask({ measures: ['p95LatencyMs', 'cacheHitRate', 'errorRate'], bucket: 'day' }),
    'breakdown by feature': ask({ measures: parts, by: ['feature'] }),
    'breakdown by customer, from reports': ask({ measures: parts, by: ['customer'] }),
    'breakdown by user, from reports': ask({ measures: parts, by: ['userId'] }),
    'stop reasons': ask({ measures: ['calls'], by: ['stopReason'] }),
    'last day by hour': ask({
      measures: spend,
      bucket: 'hour',
      from: '2026-11-04T12:00:00Z',
      to: '2026-11-05T12:00:00Z',
    }),
    'last hour by minute': ask({
      measures: spend,
      bucket: 'minute',
      from: '2026-11-04T22:30:00Z',
      to: '2026-11-04T23:30:00Z',
    }),
    'an hour without calls': ask({ measures: spend, from: '2026-09-01T00:00:00Z', to: '2026-09-01T01:00:00Z' }),
    'newest calls': () => queryCalls(store, { where: [], order: 'startedAt', limit: 50 }),
    'dearest calls': () => queryCalls(store, { ...MONTH, where: [], order: 'costUsd', limit: 50 }),
    'one call': async () => queryCall(store, await callOf(store)),
    'values of a filter': () => queryValues(store, 'customer', { ...MONTH, limit: 50 }),
    'unpriced calls': () => queryUnpriced(store, MONTH),
    status: () => queryStatus(store),
  };
}

let someCall: string | undefined;
async function callOf(store: Store): Promise<string> {
  someCall ??= (await store.query<{ key: string }>('SELECT call_key AS key FROM reports LIMIT 1'))[0]?.key;
  return someCall ?? '';
}

await withStore(async (store) => {
  const made = await timed(() => fillLedger(store, CALLS, LIST_PRICES));
  const results: Result[] = [
    { name: 'calls', value: CALLS, unit: 'calls' },
    { name: 'making the ledger', value: made.seconds, unit: 's' },
  ];
  const asked = questions(store);
  const all = asked['spend, total'] ?? (() => Promise.reject(new Error('no question')));
  const fromReports = await timed(all);
  const before = JSON.stringify(fromReports.result);
  const settler = createSettler({
    store,
    dirtyHours: createDirtyHours(store),
    clock: systemClock,
    log: createLog(() => {}),
  });
  const settling = await timed(() => settler.settleAll({ quietMs: 0 }));
  if (JSON.stringify(await all()) !== before) throw new Error('settled, the total is another one');
  results.push(
    { name: 'spend, total, nothing settled', value: fromReports.seconds * 1000, unit: 'ms' },
    { name: 'settling', value: settling.seconds, unit: 's' },
    { name: 'settling, CPU', value: settling.cpuSeconds, unit: 's' },
    { name: 'hours settled', value: settling.result, unit: 'hours' },
  );
  // As a ledger in use: the hour that runs is open.
  await store.command(`INSERT INTO dirty_hours SELECT toStartOfHour(max(started_at)), now64(6, 'UTC') FROM reports`);
  for (const [name, question] of Object.entries(asked)) {
    for (const cache of ['MARK', 'UNCOMPRESSED', 'QUERY CONDITION']) await store.command(`SYSTEM DROP ${cache} CACHE`);
    const { seconds } = await timed(question);
    results.push({ name: `${name}, cold`, value: seconds * 1000, unit: 'ms' });
  }
  const warm: Record<string, { ms: number[]; cpuMs: number[] }> = {};
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, question] of Object.entries(asked)) {
      const { seconds, cpuSeconds } = await timed(question);
      const { ms, cpuMs } = (warm[name] ??= { ms: [], cpuMs: [] });
      ms.push(seconds * 1000);
      cpuMs.push(cpuSeconds * 1000);
    }
  }
  for (const [name, { ms, cpuMs }] of Object.entries(warm)) {
    results.push(
      { name: `${name}, p50`, value: quantile(ms, 0.5), unit: 'ms' },
      { name: `${name}, p95`, value: quantile(ms, 0.95), unit: 'ms' },
      { name: `${name}, CPU`, value: quantile(cpuMs, 0.5), unit: 'ms' },
    );
  }
  print(`queries, ${CALLS.toLocaleString('en')} calls`, results);
});
