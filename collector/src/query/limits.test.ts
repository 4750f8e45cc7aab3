// Attempts that failed and limits that headers told, with answers that can be worked out by hand.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { blankReport, type Attempt, type RateLimit, type Report } from '../calls/report.ts';
import { createPipeline } from '../pipeline.ts';
import { openTemporaryStore } from '../store/fakes.ts';
import type { Store } from '../store/store.ts';
import { queryRateLimits } from './rate-limits.ts';
import { queryRetries } from './retries.ts';

const NINE = Date.parse('2026-11-10T09:00:00Z');
const attempt = (atMs: number, durationMs: number | null, more: Partial<Attempt> = {}): Attempt => ({
  startedAt: new Date(NINE + atMs).toISOString(),
  durationMs,
  httpStatus: 200,
  requestId: null,
  errorType: null,
  errorCode: null,
  retryAfter: null,
  ...more,
});
const limited = { httpStatus: 429, errorType: 'rate_limit_error' };
const overloaded = { httpStatus: 529, errorType: 'overloaded_error' };
const call = (id: string, atMs: number, more: Partial<Report>): Report => ({
  ...blankReport('spanledger', (NINE + atMs) * 1000),
  messageId: id,
  traceId: 't',
  spanId: id,
  outcome: 'ok',
  model: 'claude-haiku-4-5-20251001',
  retries: 0,
  usage: { input_tokens: 10, output_tokens: 1 },
  usageAssumesStandard: false,
  ...more,
});
const tokens = (limit: number, remaining: number, resetAtMs: number): Record<string, RateLimit> => ({
  tokens: { limit, remaining, resetAt: new Date(NINE + resetAtMs).toISOString() },
});
const CALLS: Report[] = [
  call('once', 0, { attempts: [attempt(0, 500)], rateLimits: tokens(1_000, 400, 60_000) }),
  // 100 ms that failed, 900 waited, 200 that failed, 1,800 waited, then answered.
  call('thrice', 10_000, {
    retries: 2,
    attempts: [attempt(10_000, 100, limited), attempt(11_000, 200, overloaded), attempt(13_000, 700)],
    rateLimits: tokens(1_000, 50, 40_000),
  }),
  call('twice', 20_000, {
    retries: 1,
    attempts: [attempt(20_000, 100, limited), attempt(20_600, 700)],
    rateLimits: { ...tokens(1_000, 900, 60_000), requests: { limit: 100, remaining: 100, resetAt: null } },
    tags: { ...blankReport('spanledger', 0).tags, feature: 'chat' },
  }),
  call('later', 7_200_000, { rateLimits: tokens(1_000, 800, 7_260_000) }),
];

let store: Store;
const WINDOW = { from: '2026-11-10T00:00:00Z', to: '2026-11-11T00:00:00Z', where: [] as string[] };
beforeAll(async () => {
  store = await openTemporaryStore();
  await createPipeline({ store, now: () => NINE + 86_400_000 }).ingestReports(CALLS);
});
afterAll(() => store?.close());

test('trying again costs the time of the attempts that failed and the waiting between, told by what failed', async () => {
  const { from: _from, to: _to, lookedFrom: _lookedFrom, worst, ...answer } = await queryRetries(store, WINDOW);
  expect(answer).toEqual({
    calls: 2,
    attempts: 3,
    failedMs: 400,
    waitedMs: 3_200,
    causes: [
      { failure: 'overloaded', calls: 1, attempts: 1, failedMs: 200, waitedMs: 1_800 },
      { failure: 'rate_limit', calls: 2, attempts: 2, failedMs: 200, waitedMs: 1_400 },
    ],
  });
  expect(worst.map(({ callId, attempts, lostMs }) => [callId, attempts, lostMs])).toEqual([
    ['thrice', 3, 3_000],
    ['twice', 2, 600],
  ]);
  expect((await queryRetries(store, { ...WINDOW, where: ['feature:chat'] })).attempts).toBe(1);
  const none = await queryRetries(store, { ...WINDOW, where: ['feature:nobody'] });
  expect([none.calls, none.attempts, none.causes]).toEqual([0, 0, []]);
});

test('the least that was left of a limit is told with when it was and when it would have been full again', async () => {
  const answer = await queryRateLimits(store, { ...WINDOW, bucket: 'hour', timezone: 'UTC' }, () => NINE + 86_400_000);
  const model = 'claude-haiku-4-5-20251001';
  expect(answer.limits).toEqual([
    {
      model,
      kind: 'tokens',
      leastShare: 0.05,
      limit: 1_000,
      remaining: 50,
      at: '2026-11-10T09:00:10.000Z',
      callId: 'thrice',
      resetMs: 30_000,
    },
    {
      model,
      kind: 'requests',
      leastShare: 1,
      limit: 100,
      remaining: 100,
      at: '2026-11-10T09:00:20.000Z',
      callId: 'twice',
      resetMs: null,
    },
  ]);
  expect(answer.course).toEqual([
    { bucket: '2026-11-10T09:00:00.000Z', model, kind: 'requests', leastShare: 1 },
    { bucket: '2026-11-10T09:00:00.000Z', model, kind: 'tokens', leastShare: 0.05 },
    { bucket: '2026-11-10T11:00:00.000Z', model, kind: 'tokens', leastShare: 0.8 },
  ]);
  const ofChat = { ...WINDOW, where: ['feature:chat', 'retried:yes', 'serverTime:not told', 'outputTokens:1..'] };
  const narrowed = await queryRateLimits(
    store,
    { ...ofChat, bucket: 'hour', timezone: 'UTC' },
    () => NINE + 86_400_000,
  );
  expect(narrowed.limits.map(({ kind, leastShare }) => [kind, leastShare])).toEqual([
    ['tokens', 0.9],
    ['requests', 1],
  ]);
});
