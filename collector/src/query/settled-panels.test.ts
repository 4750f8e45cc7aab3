// Every page answers the same whether hours are settled or not: sixty hours of calls, some without a price, some without a
// feature, told by one source or two; most hours settled, one with a call that came late, one never settled.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LIST_PRICES } from '@spanledger/instrumentation/pricing';
import { blankReport, type Attempt, type Report } from '../calls/report.ts';
import { BANDED_DIMENSIONS, CALL_ORDERS, type CallJson, type Measure } from '../contract.ts';
import { createPipeline } from '../pipeline.ts';
import { systemClock } from '../ports.ts';
import { createSettler } from '../settle/settler.ts';
import { createDirtyHours } from '../store/dirty-hours.ts';
import { openTemporaryStore } from '../store/fakes.ts';
import type { Store } from '../store/store.ts';
import { queryCalls } from './calls.ts';
import { queryChanges } from './changes.ts';
import { queryContrast } from './contrast.ts';
import { queryCoverage } from './coverage.ts';
import { queryMetrics, queryValues } from './metrics.ts';
import { queryRetries } from './retries.ts';
import { queryStatus } from './status.ts';
import { queryUnpriced } from './unpriced.ts';

const START = Date.parse('2026-11-08T00:00:00Z');
const HOUR_MS = 3_600_000;
const HOURS = 60;
const EACH = 3;
const NOW = START + HOURS * HOUR_MS;
const ALL = { from: '2026-11-08T00:00:00Z', to: '2026-11-10T12:00:00Z' };
/** Off the hours at both ends. */
const PART = { from: '2026-11-08T05:20:00Z', to: '2026-11-10T09:40:00Z' };

/** Fails after n ms, n ms before the next. */
const attempt = (n: number, startedAtMicros: number, nth: number, errorType: string | null): Attempt => ({
  startedAt: new Date(startedAtMicros / 1000 + nth * 2 * n).toISOString(),
  durationMs: n,
  httpStatus: null,
  requestId: null,
  errorType,
  errorCode: null,
  retryAfter: null,
});

function report(n: number, more: Partial<Report> = {}): Report {
  const blank = blankReport(
    'spanledger',
    (START + Math.floor(n / EACH) * HOUR_MS + (n % EACH) * 1_200_000 + 60_000) * 1000,
  );
  return {
    ...blank,
    traceId: `t${n}`,
    spanId: `s${n}`,
    messageId: `msg_${n}`,
    outcome: n % 11 === 0 ? 'error' : 'ok',
    // Every hour has calls as long as the longest of others; cost and length tie, too.
    // In steps of 0.3 s, from nothing to 11.7 s.
    durationMs: n % 13 === 0 ? null : ((n * 7919) % 40) * 300,
    stream: n % 3 === 0 ? null : n % 3 === 1,
    retries: n % 9 === 0 ? null : n % 3,
    attempts: ['overloaded_error', n % 2 === 0 ? 'rate_limit_error' : 'overloaded_error', null]
      .slice(n % 9 === 0 ? 3 : 2 - (n % 3))
      .map((errorType, nth) => attempt(n % 50, blank.startedAtMicros, nth, errorType)),
    model: n % 7 === 0 ? 'claude-nova-9' : 'claude-opus-5-5',
    tags: {
      ...blank.tags,
      feature: n % 5 === 0 ? null : `feature-${n % 3}`,
      userId: `user-${n % 4}`,
      conversationId: `conversation-${Math.floor(n / 2)}`,
      service: n % 2 === 0 ? 'shop' : null,
      serviceVersion: n < 90 ? '1.0' : '1.1',
      customer: `customer-${n % 6}`,
    },
    usage: { input_tokens: 100, cache_read_input_tokens: (n % 4) * 1_000, output_tokens: (n % 17) * 20 },
    usageAssumesStandard: false,
    ...more,
  };
}
const CALLS = Array.from({ length: HOURS * EACH }, (_, n) => report(n));
const SERVERS = CALLS.filter((_, n) => n % 4 === 1).map((call) => ({
  ...call,
  source: 'claude-platform',
  spanId: `server-${call.spanId}`,
  tags: blankReport('', 0).tags,
}));
const LATE = [report(37, { messageId: 'msg_late', spanId: 'late', durationMs: 11_850 })];
const LAST = report(HOURS * EACH - 1, {
  messageId: 'msg_last',
  spanId: 'last',
  usage: { input_tokens: 9, output_tokens: 999 },
});

let store: Store;
beforeAll(async () => {
  store = await openTemporaryStore();
  const dirtyHours = createDirtyHours(store);
  const { ingestReports } = createPipeline({ store, dirtyHours, now: () => NOW });
  const silent = { info: () => {}, warn: () => {}, error: () => {} };
  const settler = createSettler({ store, dirtyHours, clock: { ...systemClock, now: () => Date.now() }, log: silent });
  await ingestReports([...CALLS, ...SERVERS]);
  await settler.settleAll({ quietMs: 0 });
  await ingestReports(LATE);
  await ingestReports([LAST]);
});
afterAll(() => store?.close());

async function listed(query: Omit<Parameters<typeof queryCalls>[1], 'limit'>): Promise<CallJson[]> {
  const calls: CallJson[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await queryCalls(store, { ...query, limit: 100, ...(cursor === undefined ? {} : { cursor }) });
    calls.push(...page.calls);
    cursor = page.nextCursor;
  }
  return calls;
}
const LISTS = [
  { where: [] },
  { where: ['feature:feature-1'], ...PART },
  { where: ['userId:user-1', 'customer:customer-3'] },
  { where: ['latency:3-5s', 'model:claude-nova-9'] },
  { where: ['latency:3-5s', 'latency:5-7s', 'retried:yes'] },
];

const PARTS: { where: string[]; inside: string[] }[] = [
  { where: [], inside: ['latency:7-10s', 'latency:10-15s'] },
  { where: [], inside: [] },
  { where: ['feature:feature-1'], inside: ['latency:'] },
];

const measures: Measure[] = ['calls', 'costUsd', 'errors'];
async function everything(): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {};
  const metrics = { measures, bucket: 'none' as const, timezone: 'UTC' };
  for (const [name, window] of Object.entries({ all: ALL, part: PART })) {
    for (const by of ['userId', 'conversationId', 'customer', 'outcome', 'failure', ...BANDED_DIMENSIONS] as const)
      answers[`${name} by ${by}`] = await queryMetrics(store, { ...window, ...metrics, by: [by], where: [] });
    for (const timezone of ['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/New_York'])
      answers[`${name} by day of ${timezone}`] = await queryMetrics(store, { ...window, ...metrics, by: ['feature', 'model'], where: [], bucket: 'day', timezone }); // prettier-ignore
    for (const by of ['streaming', 'feature', 'serviceVersion', 'promptLength', 'retried', 'failure'] as const) {
      const pair = { ...window, ...metrics, measures: ['calls'] satisfies Measure[] };
      answers[`${name} latency and ${by}`] = await queryMetrics(store, { ...pair, by: [by, 'latency'], where: [] });
      answers[`${name} latency by day of ${by}`] = await queryMetrics(store, { ...pair, bucket: 'day', by: ['latency'], where: [`${by}:`] });
    } // prettier-ignore
    for (const { where, inside } of PARTS) {
      for (const [insideFrom, insideTo] of [['2026-11-08T12:30:00Z', '2026-11-09T20:00:00Z'], ['2026-11-01T00:00:00Z', window.to]] as const)
        answers[`${name} different, ${where.join()} ${inside.join()} since ${insideFrom}`] = await queryContrast(store, { ...window, where, inside, insideFrom, insideTo });
    } // prettier-ignore
    for (const where of [[], ['service:shop'], ['feature:feature-2']])
      answers[`${name} changes ${where.join()}`] = await queryChanges(store, { ...window, where });
    for (const where of [[], ['feature:feature-2']])
      answers[`${name} retries ${where.join()}`] = await queryRetries(store, { ...window, where });
    answers[`${name} coverage`] = await queryCoverage(store, window, () => NOW);
    answers[`${name} unpriced`] = await queryUnpriced(store, window, LIST_PRICES);
    answers[`${name} values`] = await queryValues(store, 'customer', { ...window, limit: 10 });
  }
  answers['status'] = await queryStatus(store);
  for (const order of CALL_ORDERS)
    for (const list of LISTS) answers[`${order} ${list.where.join()}`] = await listed({ order, ...list });
  return answers;
}

test('panels and lists say the same from roll-ups as from the reports', async () => {
  const settled = await everything();
  expect((await store.query('SELECT count() AS found FROM settled_days WHERE days = 1'))[0]).toEqual({ found: 4 }); // with the day before, in which a report of the first call could be
  for (const table of ['settled', 'settled_days', 'open_calls']) await store.command(`TRUNCATE TABLE ${table}`);
  const fromReports = await everything();
  for (const [name, answer] of Object.entries(settled)) expect(answer, name).toEqual(fromReports[name]);
  // By hand: of 180 calls sixty failed once and sixty twice, of the late one an attempt, of the last one two.
  expect(settled['all retries ']).toMatchObject({ calls: 122, attempts: 183 });
  expect(settled['all unpriced']).toMatchObject({ models: [{ model: 'claude-nova-9', calls: 26 }] });
  expect(settled['status']).toMatchObject({ calls: HOURS * EACH + 2 });
});

test('the largest calls are found under any filter, newest first where they are equal', async () => {
  const all = [...CALLS, ...LATE, LAST];
  const longest = all
    .filter(({ durationMs, tags }) => durationMs !== null && tags.feature === 'feature-1')
    .toSorted((a, b) => b.durationMs! - a.durationMs! || b.startedAtMicros - a.startedAtMicros)
    .map(({ messageId }) => messageId);
  const { calls } = await queryCalls(store, { where: ['feature:feature-1'], order: 'durationMs', limit: 20 });
  expect(calls.map(({ messageId }) => messageId)).toEqual(longest.slice(0, 20));
});

test('where sums and the hours of the worst calls both cannot be had, the question fails once and nothing else does', async () => {
  // The sums fail first; the hours while they are awaited.
  let sumsFailed = () => {};
  const told = new Promise<void>((tell) => (sumsFailed = tell));
  const failing = new Proxy(store, {
    get: (asked, name: keyof Store) =>
      name !== 'query'
        ? asked[name]
        : async (sql: string, parameters: Record<string, unknown>) => {
            if (sql.includes('ORDER BY most_lost_ms')) {
              await told;
              // What is not handled by the end of a task ends the process.
              await new Promise((task) => setImmediate(task));
              throw new Error('no hours');
            }
            if (!sql.startsWith('SELECT failure')) return asked.query(sql, parameters);
            sumsFailed();
            throw new Error('no sums');
          },
  });
  await expect(queryRetries(failing, { ...ALL, where: [] })).rejects.toThrow('no sums');
});
