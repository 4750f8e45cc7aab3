// Whatever comes late, twice or in two tellings, whenever hours are settled and history is priced again: the total is the
// bigint sum of `priceCall` of each call under the prices that should hold for it, which a small model here keeps.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatPico, LIST_PRICES, priceBook, priceCall, type PriceBook } from '@spanledger/instrumentation/pricing';
import { blankReport, type Report } from '../calls/report.ts';
import { createPipeline } from '../pipeline.ts';
import { systemClock } from '../ports.ts';
import { queryMetrics } from '../query/metrics.ts';
import { createSettler } from '../settle/settler.ts';
import { createDirtyHours } from '../store/dirty-hours.ts';
import { emptyLedger } from '../retention/fakes.ts';
import { openTemporaryStore } from '../store/fakes.ts';
import type { Store } from '../store/store.ts';
import { repricerOn } from './fakes.ts';

let store: Store;
beforeAll(async () => {
  store = await openTemporaryStore();
});
afterAll(() => store?.close());

const HOUR_MS = 3_600_000;
const FIRST_MS = Date.parse('2026-11-10T00:00:00Z');
const term = { since: '2026-01-01', until: null, source: 'contract' };
/** A third off leaves remainders to round; the new model has a price in the second book only. */
const CHEAPER = priceBook([{ ...term, model: '*', percentOff: '33.333333' }]);
const AGREED = priceBook([
  { ...term, model: 'claude-opus-5-5', usdPerMtok: { input: '3.1', output: '17.000007' }, percentOff: '12.5' },
  {
    ...term,
    model: 'nova-9',
    newModel: true,
    usdPerMtok: { input: '1', cacheWrite5m: '2', cacheWrite1h: '2', cacheRead: '0.1', output: '5' },
  },
]);

/** Twelve calls over some hours, each told by up to two sources; the instrumentation knows the usage better than the wrapper. */
const SOURCES = ['spanledger', 'openlit'] as const;
interface Telling {
  call: number;
  source: (typeof SOURCES)[number];
}
const MODELS = ['claude-opus-5-5', 'claude-haiku-4-5', 'nova-9'];
function reportOf({ call, source }: Telling): Report {
  const own = source === 'spanledger';
  return {
    ...blankReport(source, (FIRST_MS + call * 0.45 * HOUR_MS + (own ? 0 : 700)) * 1000),
    messageId: `msg_${call}`,
    traceId: `trace-${call}`,
    spanId: `${source}-${call}`,
    model: MODELS[call % MODELS.length] ?? null,
    outcome: 'ok',
    usage: {
      input_tokens: 1013 * (call + 1),
      cache_read_input_tokens: own ? 7919 * call : 0,
      output_tokens: own ? 577 + call : 577,
    },
    usageAssumesStandard: !own,
  };
}
const costOf = (told: Telling, book: PriceBook): bigint | null => {
  const { model, usage, startedAtMicros } = reportOf(told);
  return priceCall({ model, usage, at: startedAtMicros / 1000 }, book).costPico;
};

/** Which prices hold for each telling, and what all calls cost then. */
function createModel() {
  const holds = new Map<string, { told: Telling; book: PriceBook }>();
  return {
    /** A repeat changes nothing. */
    take(told: Telling, book: PriceBook) {
      const key = `${told.call} ${told.source}`;
      if (!holds.has(key)) holds.set(key, { told, book });
    },
    reprice(book: PriceBook) {
      for (const each of holds.values()) each.book = book;
    },
    total() {
      const all = [...holds.values()];
      const calls = [...new Set(all.map(({ told }) => told.call))];
      const costs = calls.map((call) => {
        const tellings = all.filter(({ told }) => told.call === call);
        const best = tellings.find(({ told }) => told.source === 'spanledger') ?? tellings[0];
        return best === undefined ? null : costOf(best.told, best.book);
      });
      return {
        calls: calls.length,
        costUsd: formatPico(costs.reduce<bigint>((sum, cost) => sum + (cost ?? 0n), 0n)),
        unpricedCalls: costs.filter((cost) => cost === null).length,
      };
    },
  };
}

async function total() {
  const { rows } = await queryMetrics(store, {
    from: '2026-11-10T00:00:00Z',
    to: '2026-11-11T00:00:00Z',
    measures: ['calls', 'costUsd', 'unpricedCalls'],
    by: [],
    bucket: 'none',
    timezone: 'UTC',
    where: [],
  });
  return { ...rows[0], costUsd: rows[0]?.['costUsd'] ?? formatPico(0n) };
}

const telling = fc.record({ call: fc.integer({ min: 0, max: 11 }), source: fc.constantFrom(...SOURCES) });
const step = fc.oneof(
  { weight: 3, arbitrary: fc.array(telling, { minLength: 1, maxLength: 8 }) },
  { weight: 2, arbitrary: fc.constant('settle' as const) },
);
const steps = (minLength: number) => fc.array(step, { minLength, maxLength: 3 });

test('the total is the sum of every call under the prices that hold for it, through two re-pricings', async () => {
  await fc.assert(
    fc.asyncProperty(steps(1), steps(0), steps(0), steps(0), async (before, during, between, after) => {
      await emptyLedger(store);
      let nowMs = FIRST_MS + 40 * HOUR_MS;
      let book = LIST_PRICES;
      const dirtyHours = createDirtyHours(store);
      const silent = { info: () => {}, warn: () => {}, error: () => {} };
      const settler = createSettler({ store, dirtyHours, clock: systemClock, log: silent });
      const pipeline = createPipeline({ store, dirtyHours, now: () => nowMs, prices: () => book });
      const repricer = repricerOn(store, {
        prices: () => book,
        settled: pipeline.settled,
        clock: { now: () => nowMs },
        chunk: 3,
      });
      const model = createModel();
      const run = async (said: typeof before): Promise<void> => {
        for (const each of said) {
          nowMs += 1000;
          if (each === 'settle') await settler.settleAll({ quietMs: 0 });
          else {
            for (const told of each) model.take(told, book);
            await pipeline.ingestReports(each.map(reportOf));
          }
          expect(await total()).toEqual(model.total());
        }
      };
      const dryRun = async (prices: PriceBook, meanwhile: typeof before): Promise<string> => {
        book = prices;
        const { id } = await repricer.begin({});
        await run(meanwhile);
        await repricer.idle();
        expect(await total()).toEqual(model.total());
        return id;
      };
      const apply = async (id: string): Promise<void> => {
        await repricer.apply(id);
        model.reprice(book);
        expect(await total()).toEqual(model.total());
      };

      await run(before);
      await apply(await dryRun(CHEAPER, during));
      await run(between);
      const second = await dryRun(AGREED, []);
      // The prices go back for a while: what comes then has others than the re-pricing that is ready.
      book = LIST_PRICES;
      await run(after);
      book = AGREED;
      await apply(second);
      await settler.settleAll({ quietMs: 0 });
      expect(await total()).toEqual(model.total());
    }),
    { numRuns: 4 },
  );
});
