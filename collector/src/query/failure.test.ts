// How calls ended, as a dimension that leads to exactly these calls; and what of their cost was for cached tokens. Read from
// the reports and from the roll-up: both must say the same.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { priceBook, type PriceBook } from '@spanledger/instrumentation/pricing';
import { blankReport, type Report } from '../calls/report.ts';
import type { MetricsQuery } from '../contract.ts';
import { createPipeline } from '../pipeline.ts';
import { systemClock } from '../ports.ts';
import { repricerOn } from '../repricing/fakes.ts';
import { createSettler } from '../settle/settler.ts';
import { createDirtyHours } from '../store/dirty-hours.ts';
import { openTemporaryStore } from '../store/fakes.ts';
import type { Store } from '../store/store.ts';
import { queryCalls } from './calls.ts';
import { queryMetrics } from './metrics.ts';

const AT = Date.parse('2026-11-10T09:20:00Z');
const failing = (n: number, errorType: string, httpStatus: number | null, errorCode: string | null = null): Report => ({
  ...blankReport('spanledger', (AT + n * 60_000) * 1000),
  requestId: `req_${n}`,
  traceId: 't',
  spanId: `s${n}`,
  outcome: 'error',
  errorType,
  errorCode,
  httpStatus,
  requestModel: 'claude-haiku-4-5',
});
const answered = (n: number, more: Partial<Report>): Report => ({
  ...blankReport('spanledger', (AT + n * 60_000) * 1000),
  messageId: `msg_${n}`,
  traceId: 't',
  spanId: `s${n}`,
  outcome: 'ok',
  model: 'claude-haiku-4-5-20251001',
  usage: { input_tokens: 10, output_tokens: 1 },
  usageAssumesStandard: false,
  ...more,
});
const CALLS: Report[] = [
  failing(1, 'rate_limit_error', 429),
  failing(2, 'rate_limit_error', 429, 'ramp_limit_exceeded'),
  failing(3, 'rate_limit_error', 429, 'enforced_spend_limit_reached'),
  failing(4, 'billing_error', 402, 'linked_organization_spend_limit_reached'),
  failing(5, 'overloaded_error', 529),
  failing(6, 'client_timeout_error', null),
  failing(7, 'timeout_error', 504),
  failing(8, 'invalid_request_error', 400),
  failing(9, 'teapot_error', 418),
  answered(10, { outcome: 'cancelled', usageComplete: false }),
  answered(11, { stopReason: 'refusal' }),
  answered(12, { stopReason: 'max_tokens' }),
  // Haiku 4.5, USD a million: input 1, 5-minute write 1.25, 1-hour write 2, read 0.10.
  answered(13, {
    usage: {
      input_tokens: 7,
      cache_creation_input_tokens: 3_000,
      cache_creation: { ephemeral_5m_input_tokens: 1_000, ephemeral_1h_input_tokens: 2_000 },
      cache_read_input_tokens: 5_000,
      output_tokens: 1,
    },
  }),
];

let store: Store;
let book: PriceBook = priceBook([]);
const settle = async () => {
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const settler = createSettler({ store, dirtyHours: createDirtyHours(store), clock: systemClock, log });
  expect(await settler.settleAll({ quietMs: 0 })).toBe(1);
};
beforeAll(async () => {
  store = await openTemporaryStore();
  const pipeline = createPipeline({ store, dirtyHours: createDirtyHours(store), now: () => AT + 86_400_000 });
  await pipeline.ingestReports(CALLS);
});
afterAll(() => store?.close());

const WINDOW = { from: '2026-11-10T00:00:00Z', to: '2026-11-11T00:00:00Z' };
const ask = async (query: Partial<MetricsQuery>) =>
  (await queryMetrics(store, { ...WINDOW, measures: ['calls'], by: [], bucket: 'none', timezone: 'UTC', where: [], ...query })).rows; // prettier-ignore

const EXPECTED = [
  { failure: null, calls: 2 },
  { failure: 'cut_off', calls: 1 },
  { failure: 'invalid_request', calls: 1 },
  { failure: 'other_error', calls: 1 },
  { failure: 'overloaded', calls: 1 },
  { failure: 'rate_limit', calls: 2 },
  { failure: 'refusal', calls: 1 },
  { failure: 'spend_cap', calls: 2 },
  { failure: 'timeout', calls: 2 },
];
const byFailure = async () =>
  (await ask({ by: ['failure'] })).toSorted((one, other) =>
    String(one['failure'] ?? '') < String(other['failure'] ?? '') ? -1 : 1,
  );
const CACHE_USD = ['cacheReadUsd', 'cacheWrite5mUsd', 'cacheWrite1hUsd'] as const;

test('a spend cap is no rate limit, and what has an answer has no failure: from the reports and from the roll-up', async () => {
  expect(await byFailure()).toEqual(EXPECTED);
  await settle();
  expect(await byFailure()).toEqual(EXPECTED);
});

test('failures and outcomes lead to exactly their calls', async () => {
  const list = async (where: string) =>
    (await queryCalls(store, { ...WINDOW, where: [where], order: 'startedAt', limit: 50 })).calls;
  expect((await list('failure:spend_cap')).map(({ requestId }) => requestId)).toEqual(['req_4', 'req_3']);
  const errors = await list('outcome:error');
  expect(await ask({ measures: ['errors', 'errorRate'] })).toEqual([{ errors: 9, errorRate: 9 / 13 }]);
  expect(errors).toHaveLength(9);
  expect(errors.every(({ outcome, failure }) => outcome === 'error' && failure !== null)).toBe(true);
  expect(await ask({ where: ['failure:'], by: ['outcome'] })).toEqual([{ outcome: 'ok', calls: 2 }]);
});

test('the cost of cached tokens is told by kind, to the pico-dollar, also when history is priced again', async () => {
  const where = ['failure:'];
  // 5,000 x 0.10, 1,000 x 1.25 and 2,000 x 2 micro-USD.
  const listed = {
    cacheReadUsd: '0.000500000000',
    cacheWrite5mUsd: '0.001250000000',
    cacheWrite1hUsd: '0.004000000000',
  };
  expect(await ask({ measures: [...CACHE_USD], where })).toEqual([listed]);
  // By the minute it is read from the reports.
  const at = { from: '2026-11-10T09:33:00Z', to: '2026-11-10T09:34:00Z' };
  expect(await ask({ ...at, measures: [...CACHE_USD] })).toEqual([listed]);

  book = priceBook([
    { model: 'claude-haiku-4-5', since: '2026-01-01', until: null, percentOff: '50', source: 'contract' },
  ]);
  const repricer = repricerOn(store, { prices: () => book });
  const { id } = await repricer.begin({});
  await repricer.idle();
  await repricer.apply(id);
  const halved = {
    cacheReadUsd: '0.000250000000',
    cacheWrite5mUsd: '0.000625000000',
    cacheWrite1hUsd: '0.002000000000',
  };
  expect(await ask({ measures: [...CACHE_USD], where })).toEqual([halved]);
  await settle();
  expect(await ask({ measures: [...CACHE_USD], where })).toEqual([halved]);
});
