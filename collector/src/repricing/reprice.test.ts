// History priced again, on the real embedded engine: what every page says before, during and after.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { LIST_PRICES, priceBook, type OwnPrice, type PriceBook } from '@spanledger/instrumentation/pricing';
import { blankReport, type Report } from '../calls/report.ts';
import { createPipeline, type Pipeline } from '../pipeline.ts';
import { queryCall, queryCalls } from '../query/calls.ts';
import { queryMetrics } from '../query/metrics.ts';
import { emptyLedger } from '../retention/fakes.ts';
import { openTemporaryStore } from '../store/fakes.ts';
import type { Store } from '../store/store.ts';
import { repricerOn } from './fakes.ts';
import type { Repricer } from './reprice.ts';
import { createRepricingRepository } from './repository.ts';

// Opus 5.5 lists 4 and 20 USD a million: 1,200 in and 800 out cost 4,800 + 16,000 = 20,800 micro-USD.
const USAGE = { input_tokens: 1200, output_tokens: 800 };
const FULL = '0.020800000000';
const HALF = '0.010400000000'; // at 2 and 10
const ALL_PRICED = { unpricedBefore: 0, unpricedAfter: 0 };
const own = (price: Partial<OwnPrice>): OwnPrice => ({
  model: 'claude-opus-5-5',
  since: '2026-01-01',
  until: null,
  source: 'contract 7',
  ...price,
});
const HALVED = priceBook([own({ usdPerMtok: { input: '2', output: '10' } })]);

let store: Store;
let pipeline: Pipeline;
let repricer: Repricer;
let book: PriceBook;
let nowMs: number;
let applied: number;
beforeAll(async () => {
  store = await openTemporaryStore();
});
afterAll(() => store?.close());
beforeEach(async () => {
  await emptyLedger(store);
  book = LIST_PRICES;
  nowMs = Date.parse('2026-11-21T12:00:00Z');
  applied = 0;
  const clock = { now: () => nowMs };
  pipeline = createPipeline({ store, now: clock.now, prices: () => book });
  repricer = repricerOn(store, {
    prices: () => book,
    settled: pipeline.settled,
    onApplied: () => (applied += 1),
    clock,
  });
});

const DAY = (day: number) => Date.UTC(2026, 10, day, 9, 30) * 1000;
function report(id: string, changes: Partial<Report> = {}, feature = 'chat'): Report {
  const blank = blankReport('spanledger', DAY(1));
  return {
    ...blank,
    traceId: `trace ${id}`,
    spanId: `span ${id}`,
    messageId: `msg_${id}`,
    requestModel: 'claude-opus-5-5',
    model: 'claude-opus-5-5',
    usage: USAGE,
    usageAssumesStandard: false,
    outcome: 'ok',
    tags: { ...blank.tags, feature },
    ...changes,
  };
}
const total = async () =>
  (
    await queryMetrics(store, {
      from: '2026-01-01T00:00:00Z',
      to: '2027-01-01T00:00:00Z',
      measures: ['calls', 'costUsd', 'unpricedCalls'],
      by: [],
      bucket: 'none',
      timezone: 'UTC',
      where: [],
    })
  ).rows[0];
const listed = async () =>
  Object.fromEntries(
    (await queryCalls(store, { where: [], order: 'startedAt', limit: 100 })).calls.map((call) => [
      call.callId,
      call.costUsd,
    ]),
  );
async function dryRun(window: { from?: string; to?: string } = {}) {
  const { id } = await repricer.begin(window);
  await repricer.idle();
  const found = await repricer.find(id);
  if (found === null) throw new Error('the re-pricing is gone');
  return found;
}
async function repriceNow(): Promise<string> {
  const { id } = await dryRun();
  await repricer.apply(id);
  return id;
}

test('a dry run says what would change and changes nothing; applying switches every page and keeps the old price', async () => {
  await pipeline.ingestReports([report('a'), report('b', { startedAtMicros: DAY(2) }, 'search')]);
  book = HALVED;
  const ready = await dryRun();
  expect(ready).toEqual({
    id: ready.id,
    status: 'ready',
    from: null,
    to: null,
    pricesVersion: HALVED.version,
    createdAt: '2026-11-21T12:00:00.000Z',
    finishedAt: null,
    progress: { reportsDone: 2, reportsTotal: 2 },
    differences: {
      calls: 2,
      changedCalls: 2,
      newlyPricedCalls: 0,
      beforeUsd: '0.041600000000',
      afterUsd: '0.020800000000',
      ...ALL_PRICED,
      byDay: [
        { key: '2026-11-01', changedCalls: 1, beforeUsd: FULL, afterUsd: HALF, ...ALL_PRICED },
        { key: '2026-11-02', changedCalls: 1, beforeUsd: FULL, afterUsd: HALF, ...ALL_PRICED },
      ],
      byFeature: [
        { key: 'chat', changedCalls: 1, beforeUsd: FULL, afterUsd: HALF, ...ALL_PRICED },
        { key: 'search', changedCalls: 1, beforeUsd: FULL, afterUsd: HALF, ...ALL_PRICED },
      ],
      byModel: [
        {
          key: 'claude-opus-5-5',
          changedCalls: 2,
          beforeUsd: '0.041600000000',
          afterUsd: '0.020800000000',
          ...ALL_PRICED,
        },
      ],
    },
    error: null,
  });
  expect(await total()).toEqual({ calls: 2, costUsd: '0.041600000000', unpricedCalls: 0 });
  expect(await listed()).toEqual({ msg_a: FULL, msg_b: FULL });
  expect((await queryCall(store, 'msg_a'))?.priceVersions).toEqual([
    {
      version: 0,
      repricingId: null,
      at: '2026-11-21T12:00:00.000Z',
      costUsd: FULL,
      pricesVersion: null,
      current: true,
    },
  ]);

  nowMs += 60_000;
  expect(await repricer.apply(ready.id)).toEqual({
    ...ready,
    status: 'applied',
    finishedAt: '2026-11-21T12:01:00.000Z',
  });
  expect(applied).toBe(1);
  expect(await total()).toEqual({ calls: 2, costUsd: '0.020800000000', unpricedCalls: 0 });
  expect(await listed()).toEqual({ msg_a: HALF, msg_b: HALF });
  const call = await queryCall(store, 'msg_a');
  expect([call?.costUsd, call?.receipt.totalUsd]).toEqual([HALF, HALF]);
  expect(call?.receipt.lines.map(({ rateUsd, card }) => [rateUsd, card.confidence, card.source])).toEqual([
    ['2', 'own', 'contract 7'],
    ['10', 'own', 'contract 7'],
  ]);
  expect(call?.priceVersions).toEqual([
    {
      version: 1,
      repricingId: ready.id,
      at: '2026-11-21T12:01:00.000Z',
      costUsd: HALF,
      pricesVersion: HALVED.version,
      current: true,
    },
    {
      version: 0,
      repricingId: null,
      at: '2026-11-21T12:00:00.000Z',
      costUsd: FULL,
      pricesVersion: null,
      current: false,
    },
  ]);
  await expect(repricer.apply(ready.id)).rejects.toMatchObject({ code: 'not_ready' });
  await expect(repricer.discard(ready.id)).rejects.toMatchObject({ code: 'already_applied' });
});

test('of a span that comes again after its card changed, the first price holds; re-priced, the re-priced one', async () => {
  await pipeline.ingestReports([report('a')]);
  book = HALVED;
  nowMs += 1000;
  await pipeline.ingestReports([report('a')]);
  expect(await listed()).toEqual({ msg_a: FULL });
  await repriceNow();
  expect(await listed()).toEqual({ msg_a: HALF });
  book = LIST_PRICES;
  nowMs += 1000;
  await pipeline.ingestReports([report('a')]);
  expect(await total()).toEqual({ calls: 1, costUsd: HALF, unpricedCalls: 0 });
});

test('a second re-pricing goes from the price of the first, back to the list too', async () => {
  await pipeline.ingestReports([report('a')]);
  book = HALVED;
  await repriceNow();
  book = LIST_PRICES;
  const second = await dryRun();
  expect(second.differences).toMatchObject({ changedCalls: 1, beforeUsd: HALF, afterUsd: FULL });
  await repricer.apply(second.id);
  expect(await listed()).toEqual({ msg_a: FULL });
  expect(
    (await queryCall(store, 'msg_a'))?.priceVersions.map(({ version, costUsd, current }) => [
      version,
      costUsd,
      current,
    ]),
  ).toEqual([
    [2, FULL, true],
    [1, HALF, false],
    [0, FULL, false],
  ]);
  expect((await dryRun()).differences).toMatchObject({ calls: 1, changedCalls: 0, beforeUsd: FULL, afterUsd: FULL });
});

test('a model without a price gets one, and is counted as newly priced', async () => {
  await pipeline.ingestReports([report('a', { model: 'nova-9', requestModel: 'nova-9' }), report('b')]);
  expect(await total()).toEqual({ calls: 2, costUsd: FULL, unpricedCalls: 1 });
  const rates = { input: '1', cacheWrite5m: null, cacheWrite1h: null, cacheRead: null, output: '5' };
  book = priceBook([own({ model: 'nova-9', newModel: true, usdPerMtok: rates })]);
  const ready = await dryRun();
  // 1,200 x 1 + 800 x 5 = 5,200 micro-USD
  expect(ready.differences).toMatchObject({
    calls: 2,
    changedCalls: 1,
    newlyPricedCalls: 1,
    beforeUsd: FULL,
    afterUsd: '0.026000000000',
    unpricedBefore: 1,
    unpricedAfter: 0,
    byModel: [
      {
        key: 'nova-9',
        changedCalls: 1,
        beforeUsd: '0.000000000000',
        afterUsd: '0.005200000000',
        unpricedBefore: 1,
        unpricedAfter: 0,
      },
    ],
  });
  await repricer.apply(ready.id);
  expect(await total()).toEqual({ calls: 2, costUsd: '0.026000000000', unpricedCalls: 0 });
  expect(await queryCall(store, 'msg_a')).toMatchObject({ costUsd: '0.005200000000', unpricedReason: null });
});

test('a call of several reports is one call in the differences, priced from the report that knows its usage best', async () => {
  const bare = report(
    'bare',
    { messageId: 'msg_a', usage: null, source: 'anthropic-sdk', usageAssumesStandard: true },
    'chat',
  );
  await pipeline.ingestReports([bare, report('full', { messageId: 'msg_a', role: 'supplement' }), report('b')]);
  book = HALVED;
  const ready = await dryRun();
  expect(ready.progress).toEqual({ reportsDone: 3, reportsTotal: 3 });
  expect(ready.differences).toMatchObject({ calls: 2, changedCalls: 2, beforeUsd: '0.041600000000', afterUsd: FULL });
  await repricer.apply(ready.id);
  expect(await listed()).toEqual({ msg_a: HALF, msg_b: HALF });
});

test('only calls of the window are priced again', async () => {
  await pipeline.ingestReports([1, 2, 3].map((day) => report(String(day), { startedAtMicros: DAY(day) })));
  book = HALVED;
  const ready = await dryRun({ from: '2026-11-02T00:00:00Z', to: '2026-11-03T00:00:00Z' });
  expect(ready.differences).toMatchObject({ calls: 1, changedCalls: 1, beforeUsd: FULL, afterUsd: HALF });
  await repricer.apply(ready.id);
  expect(await listed()).toEqual({ msg_1: FULL, msg_2: HALF, msg_3: FULL });
});

test('a discarded dry run changes nothing and leaves nothing; the next one has a number of its own', async () => {
  await pipeline.ingestReports([report('a')]);
  book = HALVED;
  const { id } = await dryRun();
  expect(await repricer.discard(id)).toMatchObject({ status: 'discarded' });
  expect(await store.query('SELECT count() AS rows FROM repriced')).toEqual([{ rows: 0 }]);
  await expect(repricer.apply(id)).rejects.toMatchObject({ code: 'not_ready' });
  expect(await listed()).toEqual({ msg_a: FULL });
  const next = await dryRun();
  const another = await dryRun(); // takes the place of the one that was ready
  expect((await repricer.list()).map((repricing) => [repricing.id, repricing.status])).toEqual([
    [another.id, 'ready'],
    [next.id, 'discarded'],
    [id, 'discarded'],
  ]);
  await repricer.apply(another.id);
  expect((await queryCall(store, 'msg_a'))?.priceVersions[0]).toMatchObject({ version: 3, current: true });
  expect(await repricer.discard('rep_none')).toBeNull();
  expect(await repricer.apply('rep_none')).toBeNull();
});

test('prices that change between the dry run and applying are not applied', async () => {
  await pipeline.ingestReports([report('a')]);
  book = HALVED;
  const { id } = await dryRun();
  book = LIST_PRICES;
  await expect(repricer.apply(id)).rejects.toMatchObject({ code: 'prices_changed' });
  expect(await listed()).toEqual({ msg_a: FULL });
  book = HALVED; // the same prices as then
  expect(await repricer.apply(id)).toMatchObject({ status: 'applied' });
});

test('a call that came with other prices after the dry run is priced again as it is applied', async () => {
  await pipeline.ingestReports([report('a')]);
  book = HALVED;
  const { id } = await dryRun();
  book = LIST_PRICES;
  nowMs += 1000;
  await pipeline.ingestReports([report('b')]);
  book = HALVED;
  expect(await repricer.apply(id)).toMatchObject({ differences: { calls: 2, changedCalls: 2, afterUsd: FULL } });
  expect(await listed()).toEqual({ msg_a: HALF, msg_b: HALF });
});

test('a report still on its way to the store when the prices change is not missed', async () => {
  let letGo = (): void => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const slow: Store = { ...store, insertLines: (rows) => held.then(() => store.insertLines(rows)) };
  const slowPipeline = createPipeline({ store: slow, now: () => nowMs, prices: () => book });
  const durable = slowPipeline.ingestReports([report('a')]);
  book = HALVED;
  const waiting = repricerOn(store, { prices: () => book, settled: slowPipeline.settled, clock: { now: () => nowMs } });
  const { id } = await waiting.begin({});
  letGo();
  await durable;
  await waiting.idle();
  expect((await waiting.find(id))?.differences).toMatchObject({ calls: 1, changedCalls: 1, afterUsd: HALF });
});

test('an interrupted dry run goes on where it was, unless the prices are others by now', async () => {
  await pipeline.ingestReports(Array.from({ length: 30 }, (_, index) => report(String(index).padStart(2, '0'))));
  book = HALVED;
  const clock = { now: () => nowMs };
  const small = repricerOn(store, { prices: () => book, clock, chunk: 7 });
  const { id } = await small.begin({});
  await small.stop(); // after the chunk it is at
  expect(await small.find(id)).toMatchObject({ status: 'preparing' });
  await expect(repricerOn(store, { prices: () => book }).begin({})).rejects.toMatchObject({
    code: 'repricing_running',
  });

  const next = repricerOn(store, { prices: () => book, clock, chunk: 7 });
  await next.resume();
  await next.idle();
  expect(await next.find(id)).toMatchObject({ status: 'ready', progress: { reportsDone: 30, reportsTotal: 30 } });
  expect(await store.query('SELECT count() AS rows FROM repriced')).toEqual([{ rows: 30 }]);

  const other = repricerOn(store, { prices: () => book, clock, chunk: 7 });
  const { id: second } = await other.begin({});
  await other.stop();
  book = LIST_PRICES;
  await repricerOn(store, { prices: () => book, clock }).resume();
  expect(await other.find(second)).toMatchObject({
    status: 'failed',
    error: expect.stringMatching(/prices have changed/),
  });
  expect(await store.query('SELECT count() AS rows FROM repriced')).toEqual([{ rows: 0 }]);
});

test('a dry run that is discarded while it prepares ends, and leaves nothing', async () => {
  await pipeline.ingestReports(Array.from({ length: 30 }, (_, index) => report(String(index))));
  book = HALVED;
  const small = repricerOn(store, { prices: () => book, chunk: 3 });
  const { id } = await small.begin({});
  expect(await small.discard(id)).toMatchObject({ status: 'discarded' });
  expect(await store.query('SELECT count() AS rows FROM repriced')).toEqual([{ rows: 0 }]);
});

test('a store that fails in the middle makes the dry run fail, with a reason', async () => {
  await pipeline.ingestReports([report('a')]);
  book = HALVED;
  const failing = repricerOn(store, {
    prices: () => book,
    repriced: { write: () => Promise.reject(new Error('disk full')), dropAllBut: async () => {} },
  });
  const { id } = await failing.begin({});
  await failing.idle();
  expect(await failing.find(id)).toMatchObject({
    status: 'failed',
    error: expect.stringMatching(/Nothing was changed/),
  });
  expect(await listed()).toEqual({ msg_a: FULL });
});

test('an unknown call, a refused request and a cut stream keep what they were priced from', async () => {
  await pipeline.ingestReports([
    report('refused', { usage: null, outcome: 'error', httpStatus: 400 }),
    report('unknown', { usage: null }),
    report('cut', { usageComplete: false, usage: { input_tokens: 1200 } }),
    report('requested', { model: null }),
    report('paid by another', { billTo: 'user_profile' }),
  ]);
  const before = await Promise.all(
    ['refused', 'unknown', 'cut', 'requested', 'paid by another'].map((id) => queryCall(store, `msg_${id}`)),
  );
  expect((await dryRun()).differences).toMatchObject({ calls: 5, changedCalls: 0 });
  expect(await store.query('SELECT count() AS rows FROM repriced')).toEqual([{ rows: 0 }]);
  book = HALVED;
  await repriceNow();
  const after = await Promise.all(
    ['refused', 'unknown', 'cut', 'requested', 'paid by another'].map((id) => queryCall(store, `msg_${id}`)),
  );
  expect(after.map((call) => call?.costUsd)).toEqual([
    '0.000000000000',
    null,
    '0.002400000000',
    HALF,
    '0.000000000000',
  ]);
  expect(after.map((call) => call?.receipt.flags.map(({ flag }) => flag))).toEqual(
    before.map((call) => call?.receipt.flags.map(({ flag }) => flag)),
  );
});

test('a re-priced call whose listed prices were corrected later keeps its cost, and says that its lines are not known', async () => {
  await pipeline.ingestReports([report('a')]);
  book = HALVED;
  const id = await repriceNow();
  const repository = createRepricingRepository(store);
  const record = await repository.find(id);
  if (record === null) throw new Error('the re-pricing is gone');
  // As if the table of a later version had other prices: from these, the receipt does not add up to the cost.
  await repository.save({ ...record, own: [] });
  expect(await queryCall(store, 'msg_a')).toMatchObject({
    costUsd: HALF,
    receipt: { lines: [], totalUsd: HALF, flags: [{ flag: 'lines-unknown' }], unpricedReason: null },
  });
});
