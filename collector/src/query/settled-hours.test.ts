// A re-pricing that is applied while a question is being answered: the answer is made of two statements, one that asks what is
// settled and one that adds the roll-up to the reports, and must have the prices of one moment in both parts.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { LIST_PRICES, priceBook, type PriceBook } from '@spanledger/instrumentation/pricing';
import { blankReport, type Report } from '../calls/report.ts';
import type { MetricsQuery } from '../contract.ts';
import { createPipeline } from '../pipeline.ts';
import { systemClock } from '../ports.ts';
import { repricerOn } from '../repricing/fakes.ts';
import { createSettler } from '../settle/settler.ts';
import { createDirtyHours } from '../store/dirty-hours.ts';
import { emptyLedger } from '../retention/fakes.ts';
import { openTemporaryStore } from '../store/fakes.ts';
import type { Store } from '../store/store.ts';
import { queryMetrics } from './metrics.ts';
import { readingOf } from './settled-hours.ts';

let store: Store;
beforeAll(async () => {
  store = await openTemporaryStore();
});
afterAll(() => store?.close());
beforeEach(() => emptyLedger(store));

const DAY = Date.parse('2026-11-10T00:00:00Z');
const HOUR_MS = 3_600_000;
// Opus 5.5 lists 4 and 20 USD a million: 1,200 in and 800 out cost 20,800 micro-USD, and half of it with 50 % off.
const HALVED = priceBook([
  { model: 'claude-opus-5-5', since: '2026-01-01', until: null, percentOff: '50', source: 'contract' },
]);
const report = (n: number): Report => ({
  ...blankReport('spanledger', (DAY + n * HOUR_MS + 1_800_000) * 1000),
  messageId: `msg_${n}`,
  traceId: 't',
  spanId: `s${n}`,
  outcome: 'ok',
  model: 'claude-opus-5-5',
  usage: { input_tokens: 1200, output_tokens: 800 },
  usageAssumesStandard: false,
});
const QUESTION: MetricsQuery = {
  from: '2026-11-10T00:00:00Z',
  to: '2026-11-11T00:00:00Z',
  measures: ['calls', 'costUsd'],
  by: [],
  bucket: 'none',
  timezone: 'UTC',
  where: [],
};
const OLD = [{ calls: 3, costUsd: '0.062400000000' }];
const NEW = [{ calls: 3, costUsd: '0.031200000000' }];

/** Two settled hours with a call each and a third that is open, and a dry run that halves all three. */
async function ledger() {
  let book: PriceBook = LIST_PRICES;
  const dirtyHours = createDirtyHours(store);
  const pipeline = createPipeline({ store, dirtyHours, now: () => DAY + 40 * HOUR_MS, prices: () => book });
  const silent = { info: () => {}, warn: () => {}, error: () => {} };
  const settler = createSettler({ store, dirtyHours, clock: systemClock, log: silent });
  await pipeline.ingestReports([report(1), report(2)]);
  await settler.settleAll({ quietMs: 0 });
  await pipeline.ingestReports([report(3)]);
  book = HALVED;
  const repricer = repricerOn(store, { prices: () => book });
  const { id } = await repricer.begin({});
  await repricer.idle();
  const settle = () => settler.settleAll({ quietMs: 0 });
  return { apply: () => repricer.apply(id), settle };
}

/** The store, in which something happens before the statement of that number, from 0; `seen` counts the statements. */
function interrupted(before: number, happen: () => Promise<unknown>) {
  const counted = { seen: 0 };
  const query: Store['query'] = async (sql, parameters) => {
    if (counted.seen++ === before) await happen();
    return store.query(sql, parameters);
  };
  return { store: { ...store, query }, counted };
}

test('a re-pricing applied between two statements of a question shows in all of the answer or in none', async () => {
  const answers: unknown[] = [];
  for (let before = 0, statements = 1; before < statements; before++) {
    await emptyLedger(store);
    const { apply, settle } = await ledger();
    expect(
      (await readingOf(store, { fromMicros: DAY * 1000, toMicros: (DAY + 24 * HOUR_MS) * 1000 })).rawHours,
    ).toEqual([DAY / 1000 + 3 * 3600]);
    const { store: slow, counted } = interrupted(before, apply);
    const { rows } = await queryMetrics(slow, QUESTION);
    statements = counted.seen;
    answers.push(rows);
    // What the race left is right too: from the reports at once, from the roll-up when it is settled anew.
    expect((await queryMetrics(store, QUESTION)).rows).toEqual(NEW);
    expect(await settle()).toBeGreaterThanOrEqual(3);
    expect((await queryMetrics(store, QUESTION)).rows).toEqual(NEW);
  }
  // Applied before the look at what is settled: new. After it: the prices that the roll-up had.
  expect(answers).toEqual([NEW, ...answers.slice(1).map(() => OLD)]);
  expect(answers.length).toBeGreaterThanOrEqual(2);
});

test('hours that are settled anew with new prices while a question is asked do not mix into an answer of old ones', async () => {
  const { apply, settle } = await ledger();
  const { store: slow } = interrupted(1, async () => {
    await apply();
    await settle();
  });
  expect((await queryMetrics(slow, QUESTION)).rows).toEqual(OLD);
  expect((await queryMetrics(store, QUESTION)).rows).toEqual(NEW);
});
