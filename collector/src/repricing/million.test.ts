// A million priced calls: what /api/metrics says is the bigint sum of what each of them costs, read from the reports, from
// settled hours, and from both.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatPico, LIST_PRICES, parseUsd } from '@spanledger/instrumentation/pricing';
import { blankReport } from '../calls/report.ts';
import { queryRoutes } from '../http/query-routes.ts';
import { createPipeline } from '../pipeline.ts';
import { systemClock } from '../ports.ts';
import { createSettler } from '../settle/settler.ts';
import { createDirtyHours } from '../store/dirty-hours.ts';
import { openTemporaryStore } from '../store/fakes.ts';
import type { Store } from '../store/store.ts';
import { expectedCost, fillLedger } from './many-calls.ts';

/** 335 of 400 are priced; the others are of a model that is in no table, and in no sum. */
const CALLS = 1_200_000;
const UNPRICED = 195_000;

let store: Store;
beforeAll(async () => {
  store = await openTemporaryStore();
});
afterAll(() => store?.close());

test('of a million priced calls the total is exact to the last pico-dollar, before hours are settled, after, and half and half', async () => {
  const dirtyHours = createDirtyHours(store);
  const pipeline = createPipeline({ store, dirtyHours });
  const api = queryRoutes({ store, pipeline, version: '' });
  const total = async () => {
    const window = 'from=2026-10-01T00:00:00Z&to=2026-12-01T00:00:00Z';
    const answer = await api.request(`/metrics?${window}&measures=calls,costUsd,unpricedCalls`);
    return ((await answer.json()) as { rows: unknown[] }).rows;
  };
  await fillLedger(store, CALLS, LIST_PRICES);
  const sum = expectedCost(CALLS, LIST_PRICES);
  expect(await total()).toEqual([{ calls: CALLS, costUsd: formatPico(sum), unpricedCalls: UNPRICED }]);

  const silent = { info: () => {}, warn: () => {}, error: () => {} };
  const settler = createSettler({ store, dirtyHours, clock: systemClock, log: silent });
  // Twenty days and the hour after: the call of the last moment may have reports in it.
  expect(await settler.settleAll({ quietMs: 0 })).toBeGreaterThanOrEqual(20 * 24);
  expect(await total()).toEqual([{ calls: CALLS, costUsd: formatPico(sum), unpricedCalls: UNPRICED }]);

  // One more call opens an hour again: 1 token of Opus 5.5 in and 1 out, 4 and 20 micro-USD.
  await pipeline.ingestReports([
    {
      ...blankReport('spanledger', Date.parse('2026-10-20T12:30:00Z') * 1000),
      messageId: 'msg_last',
      model: 'claude-opus-5-5',
      usage: { input_tokens: 1, output_tokens: 1 },
      usageAssumesStandard: false,
      outcome: 'ok',
    },
  ]);
  expect(await total()).toEqual([
    { calls: CALLS + 1, costUsd: formatPico(sum + parseUsd('0.000024')), unpricedCalls: UNPRICED },
  ]);
});
