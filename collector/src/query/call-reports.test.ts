// One call's reports and where its fields are from, on the real embedded engine.
import { LIST_PRICES } from '@spanledger/instrumentation/pricing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createPipeline } from '../pipeline.ts';
import { emptyLedger } from '../retention/fakes.ts';
import { openTemporaryStore } from '../store/fakes.ts';
import type { Store } from '../store/store.ts';
import { queryCall } from './calls.ts';
import { AT, report } from './told-calls.ts';

let store: Store;
beforeAll(async () => {
  store = await openTemporaryStore();
});
afterAll(() => store?.close());
beforeEach(() => emptyLedger(store));

const NOW = Date.parse('2026-11-21T18:00:00Z');
const take = (...reports: Parameters<ReturnType<typeof createPipeline>['ingestReports']>[0]) =>
  createPipeline({ store, prices: () => LIST_PRICES, now: () => NOW }).ingestReports(reports);
const told = report('api', { messageId: 'msg_1', spanId: 's1', traceId: 't1' });

test('all that is known of a call told once is from the one report, and what it does not say is from none', async () => {
  await take(told);
  const call = await queryCall(store, 'msg_1');
  const known = ['usage', 'source', 'durationMs', 'traceId', 'spanId', 'messageId', 'requestModel', 'outcome'];
  expect(call?.provenance).toEqual(Object.fromEntries(known.map((field) => [field, 'api'])));
});

test('fields are from the same report when another one tells of the call too, and knows less', async () => {
  await take(told);
  const once = await queryCall(store, 'msg_1');
  await take(report('openlit', { messageId: 'msg_1', spanId: 's2', traceId: 't2', durationMs: null, usage: null }));
  const twice = await queryCall(store, 'msg_1');
  expect(twice?.provenance).toMatchObject(once?.provenance ?? {});
  expect(twice?.reports.map(({ source }) => source).toSorted()).toEqual(['api', 'openlit']);
});

test('a report that was sent twice is one of the call’s reports, with the price it arrived with first', async () => {
  await take(told, told);
  await take({ ...told, startedAtMicros: AT });
  const call = await queryCall(store, 'msg_1');
  expect(call?.reports).toHaveLength(1);
  expect(call?.priceVersions.map(({ costUsd }) => costUsd)).toEqual(['0.020800000000']);
});
