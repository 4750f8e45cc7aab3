// Whatever is told late or twice, settled, priced again and dropped at whatever age: every answer is what a small model here
// adds up of the calls that must still be in it, and `missingBefore` is the end of the last hour that is lacking. The questions
// are one of each way of reading: whole days, hours between them, hours call by call at edges, and reports alone.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatPico, LIST_PRICES, priceBook, priceCall, type PriceBook } from '@spanledger/instrumentation/pricing';
import { blankReport, type Report } from '../calls/report.ts';
import type { MetricsQuery, MetricsRow } from '../contract.ts';
import { createPipeline } from '../pipeline.ts';
import { systemClock } from '../ports.ts';
import { queryMetrics } from '../query/metrics.ts';
import { repricerOn } from '../repricing/fakes.ts';
import { createSettler } from '../settle/settler.ts';
import { createDirtyHours } from '../store/dirty-hours.ts';
import { emptyLedger } from './fakes.ts';
import { openTemporaryStore } from '../store/fakes.ts';
import type { Store } from '../store/store.ts';
import { DAY_MS, type RetainDays } from './age.ts';
import { createRetention } from './retention.ts';

let store: Store;
beforeAll(async () => {
  store = await openTemporaryStore();
});
afterAll(() => store?.close());

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const log = { info: () => {}, warn: () => {}, error: () => {} };
/** A third off leaves remainders to round. */
const CHEAPER = priceBook([
  { model: '*', since: '2026-01-01', until: null, percentOff: '33.333333', source: 'contract' },
]);

/** When the calls started, from the first instant of a month to the last of another: by day, by hour, and two in one hour. */
const STARTS = [
  '2026-02-27T08:59:59.999Z',
  '2026-03-01T00:00:00.000Z',
  '2026-03-14T18:10:00.000Z',
  '2026-03-14T18:50:00.000Z',
  '2026-03-31T23:59:59.000Z',
  '2026-04-01T01:00:00.000Z',
  '2026-04-20T12:20:00.000Z',
  '2026-04-30T22:15:00.000Z',
  '2026-05-05T18:40:00.000Z',
  '2026-05-06T09:00:00.000Z',
  '2026-06-01T02:30:00.000Z',
  '2026-06-17T11:11:00.000Z',
].map((at) => Date.parse(at));
const FIRST_NOW_MS = Date.parse('2026-03-15T00:00:00Z');
const SOURCES = ['spanledger', 'openlit'] as const;
const MODELS = ['claude-opus-5-5', 'claude-haiku-4-5', 'nova-9'];
const FEATURES = ['search', 'reviews', null];

interface Telling {
  call: number;
  source: (typeof SOURCES)[number];
}
const tagsOf = (call: number) => ({
  feature: FEATURES[call % FEATURES.length] ?? null,
  userId: `user ${call % 5}`,
  customer: `customer ${call % 2}`,
  conversationId: `conversation ${Math.floor(call / 2)}`,
});
/** Both tellings of a call lie in one minute. The wrapper saw less of its usage. */
function reportOf({ call, source }: Telling): Report {
  const own = source === 'spanledger';
  const atMs = (STARTS[call] ?? 0) + (own || !isToldTwice(call) ? 0 : 700);
  const blank = blankReport(source, atMs * 1000);
  return {
    ...blank,
    messageId: `msg_${call}`,
    traceId: `trace-${call}`,
    spanId: `${source}-${call}`,
    model: MODELS[call % MODELS.length] ?? null,
    outcome: call % 4 === 0 ? 'error' : 'ok',
    usage: {
      input_tokens: 1013 * (call + 1),
      cache_read_input_tokens: own ? 7919 * call : 0,
      output_tokens: 577 + call,
    },
    usageAssumesStandard: !own,
    tags: { ...blank.tags, ...tagsOf(call) },
  };
}
/** At the end of an hour the second telling would be of the hour after. */
const isToldTwice = (call: number): boolean => (STARTS[call] ?? 0) % HOUR_MS < HOUR_MS - MINUTE_MS;

/** What the ledger must know: which calls it was told of, under which prices, and what of that it still has. */
function createModel() {
  interface Kept {
    told: Telling;
    /** Under which prices its report is, and its hour's roll-up. */
    book: PriceBook;
    rolledBook: PriceBook;
  }
  const known = new Map<string, Kept>();
  const startOf = ({ call }: Telling): number => STARTS[call] ?? 0;
  const model = {
    reportsFromMs: 0,
    rollupsFromMs: 0,
    tell(told: Telling, book: PriceBook) {
      const key = `${told.call} ${told.source}`;
      if (!known.has(key)) known.set(key, { told, book, rolledBook: book });
    },
    /** Whose report is gone keeps its price; so does the first hour that stayed, which may share calls with the one before. */
    reprice(book: PriceBook) {
      for (const kept of known.values()) {
        const startMs = startOf(kept.told);
        if (startMs >= model.reportsFromMs) kept.book = book;
        if (startMs - (startMs % HOUR_MS) > model.reportsFromMs || model.reportsFromMs === 0) kept.rolledBook = book;
      }
    },
    /** Where nothing was, nothing is dropped and nothing is missed. */
    drop(kind: 'reports' | 'rollups', beforeMs: number) {
      const from = `${kind}FromMs` as const;
      const starts = [...known.values()].map(({ told }) => startOf(told));
      if (starts.some((startMs) => startMs < beforeMs && startMs >= model[from])) model[from] = beforeMs;
    },
    calls(): { call: number; startMs: number; costPico: bigint | null; rolledPico: bigint | null }[] {
      const tellings = [...known.values()];
      return [...new Set(tellings.map(({ told }) => told.call))].map((call) => {
        const own = tellings.filter(({ told }) => told.call === call);
        const { told, book, rolledBook } = own.find((one) => one.told.source === 'spanledger') ?? (own[0] as Kept);
        const { model: of, usage } = reportOf(told);
        const pico = (under: PriceBook) => priceCall({ model: of, usage, at: startOf(told) }, under).costPico;
        return { call, startMs: startOf(told), costPico: pico(book), rolledPico: pico(rolledBook) };
      });
    },
  };
  return model;
}
type Model = ReturnType<typeof createModel>;

interface Question {
  ask: Partial<MetricsQuery>;
  /** The start of a call's bucket. Without it, there are none. */
  bucketOf?: (startMs: number) => number;
  /** No roll-up has all that is asked. */
  ofReports?: boolean;
  only?: (call: number) => boolean;
}
const KOLKATA_MS = 5.5 * HOUR_MS;
const startOfDay = (atMs: number, offsetMs = 0): number => Math.floor((atMs + offsetMs) / DAY_MS) * DAY_MS - offsetMs;
const startOfMonth = (atMs: number): number => Date.parse(`${new Date(atMs).toISOString().slice(0, 7)}-01T00:00:00Z`);
const QUESTIONS: Question[] = [
  { ask: {} },
  { ask: { by: ['feature'], bucket: 'day' }, bucketOf: (atMs) => startOfDay(atMs) },
  { ask: { by: ['userId'] } },
  { ask: { by: ['conversationId'], bucket: 'month' }, bucketOf: startOfMonth },
  { ask: { by: ['feature', 'model'], bucket: 'hour' }, bucketOf: (atMs) => atMs - (atMs % HOUR_MS) },
  { ask: { by: ['customer'], where: ['feature:search'] }, only: (call) => call % 3 === 0 },
  { ask: { by: ['userId', 'customer'] }, ofReports: true },
  { ask: { bucket: 'minute', from: '2026-03-10T00:00:00Z' }, bucketOf: (ms) => ms - (ms % MINUTE_MS), ofReports: true },
  // Days begin at 18:30 UTC; four calls are of hours that are of two days.
  {
    ask: { bucket: 'day', timezone: 'Asia/Kolkata', by: ['model'] },
    bucketOf: (atMs) => startOfDay(atMs, KOLKATA_MS),
  },
  // The edges are within the hours of calls.
  { ask: { from: '2026-03-14T18:20:00Z', to: '2026-05-05T18:45:00Z', by: ['feature'] } },
  { ask: { from: '2026-04-01T00:00:00Z', by: ['model'] } },
  { ask: { from: '2026-06-01T00:00:00Z' } },
];
const asked = (question: Question): MetricsQuery => ({
  from: '2026-02-20T00:00:00Z',
  to: '2026-07-01T00:00:00Z',
  measures: ['calls', 'errors', 'costUsd', 'unpricedCalls', 'outputTokens'],
  by: [],
  bucket: 'none',
  timezone: 'UTC',
  where: [],
  ...question.ask,
});

/** Whether the hour is of two buckets, or not wholly of the window: then it is read call by call. */
function isSplit(hourMs: number, { ask, bucketOf }: Question, fromMs: number, toMs: number): boolean {
  if (hourMs < fromMs || hourMs + HOUR_MS > toMs) return true;
  return bucketOf !== undefined && ask.bucket !== 'hour' && bucketOf(hourMs) !== bucketOf(hourMs + HOUR_MS - 1);
}

function expected(model: Model, question: Question) {
  const query = asked(question);
  const [fromMs, toMs] = [Date.parse(query.from), Date.parse(query.to)];
  const isOfReports = (startMs: number): boolean =>
    question.ofReports === true || isSplit(startMs - (startMs % HOUR_MS), question, fromMs, toMs);
  const isKept = (startMs: number): boolean =>
    isOfReports(startMs) ? startMs >= model.reportsFromMs : startMs - (startMs % HOUR_MS) >= model.rollupsFromMs;
  const calls = model
    .calls()
    .filter(({ call, startMs }) => startMs >= fromMs && startMs < toMs && (question.only?.(call) ?? true));
  const groups = new Map<string, typeof calls>();
  for (const one of calls.filter(({ startMs }) => isKept(startMs))) {
    const of = { ...tagsOf(one.call), model: MODELS[one.call % MODELS.length] ?? null };
    const dimensions = query.by.map((name) => [name, of[name as keyof typeof of]]);
    const bucket = question.bucketOf ? { bucket: new Date(question.bucketOf(one.startMs)).toISOString() } : {};
    const group = JSON.stringify({ ...bucket, ...Object.fromEntries(dimensions) });
    groups.set(group, [...(groups.get(group) ?? []), one]);
  }
  const rows = [...groups].map(([group, members]) => {
    const costs = members.map(({ startMs, costPico, rolledPico }) => (isOfReports(startMs) ? costPico : rolledPico));
    const priced = costs.filter((cost) => cost !== null);
    return {
      ...(JSON.parse(group) as MetricsRow),
      calls: members.length,
      errors: members.filter(({ call }) => call % 4 === 0).length,
      costUsd: priced.length === 0 ? null : formatPico(priced.reduce((sum, cost) => sum + cost, 0n)),
      unpricedCalls: costs.length - priced.length,
      outputTokens: members.reduce((sum, { call }) => sum + 577 + call, 0),
    };
  });
  const hours = Array.from(
    { length: Math.ceil((toMs - fromMs) / HOUR_MS) + 1 },
    (_, n) => fromMs - (fromMs % HOUR_MS) + n * HOUR_MS,
  );
  const lacking = hours.findLast((hourMs) => hourMs < toMs && !isKept(hourMs));
  return {
    rows: sorted(rows),
    missingBefore: lacking === undefined ? null : new Date(lacking + HOUR_MS).toISOString(),
    missing: calls.filter(({ startMs }) => !isKept(startMs)),
  };
}
/** Of nothing there may be a row of zeros, or none. */
const sorted = (rows: readonly MetricsRow[]): MetricsRow[] =>
  rows
    .filter(({ calls }) => calls !== 0)
    .toSorted((one, other) => (JSON.stringify(keyOf(one)) < JSON.stringify(keyOf(other)) ? -1 : 1));
const keyOf = ({ bucket, feature, model, userId, customer, conversationId }: MetricsRow) => [
  bucket,
  feature,
  model,
  userId,
  customer,
  conversationId,
];

async function checkAnswers(model: Model, questions = QUESTIONS): Promise<void> {
  for (const question of questions) {
    const { missing, ...due } = expected(model, question);
    const { rows, missingBefore } = await queryMetrics(store, asked(question));
    expect({ question: question.ask, rows: sorted(rows), missingBefore }).toEqual({ question: question.ask, ...due });
    for (const { startMs } of missing) expect(startMs).toBeLessThan(Date.parse(missingBefore ?? ''));
  }
}

/** Some call of those that can be told at the moment: they begin with the oldest that is not too old. */
const telling = fc.record({ nth: fc.nat({ max: STARTS.length - 1 }), source: fc.constantFrom(...SOURCES) });
const tellings = fc.array(telling, { minLength: 2, maxLength: 8 });
const mostly = fc.integer({ min: 0, max: 3 }).map((n) => n > 0);
const round = fc.record({
  soon: tellings,
  settled: mostly,
  repriced: fc.boolean(),
  late: tellings,
  settledAnew: mostly,
  days: fc.integer({ min: 10, max: 50 }),
});
type Round = typeof round extends fc.Arbitrary<infer T> ? T : never;
type Told = Round['soon'][number];
const ages: fc.Arbitrary<RetainDays> = fc
  .record({ reports: fc.integer({ min: 1, max: 80 }), longer: fc.option(fc.integer({ min: 0, max: 60 })) })
  .map(({ reports, longer }) => ({ spans: null, reports, rollups: longer === null ? null : reports + longer }));

/** Tells everything, prices again, drops reports, may not drop while hours are open, drops both: whatever chance brings besides. */
const every: Told[] = [...STARTS.keys()].map((nth) => ({ nth, source: SOURCES[nth % 2] ?? 'spanledger' }));
const anew: Told[] = every.map(({ nth }) => ({ nth, source: 'spanledger' }));
const month = { soon: every, settled: true, repriced: true, late: anew, settledAnew: true, days: 35 };
const BOTH_DROPPED: [RetainDays, Round[]] = [
  { spans: null, reports: 20, rollups: 45 },
  [month, { ...month, repriced: false, settledAnew: false }, month],
];

test('every answer is the sum of the calls that are kept in its detail, and says from when on it is whole', async () => {
  await fc.assert(
    fc.asyncProperty(ages, fc.array(round, { minLength: 3, maxLength: 3 }), async (retain, rounds) => {
      await emptyLedger(store);
      let nowMs = FIRST_NOW_MS;
      let book: PriceBook = LIST_PRICES;
      const clock = { ...systemClock, now: () => nowMs };
      const dirtyHours = createDirtyHours(store);
      const settler = createSettler({ store, dirtyHours, clock: systemClock, log });
      const pipeline = createPipeline({ store, dirtyHours, now: clock.now, prices: () => book, retain });
      const retention = createRetention({ store, days: retain, clock, log });
      const repricer = repricerOn(store, { prices: () => book, settled: pipeline.settled, clock });
      const model = createModel();

      const settle = () => settler.settleAll({ quietMs: -1000 });
      async function tell(told: readonly Told[]): Promise<void> {
        nowMs += 1000;
        const calls = [...STARTS.keys()].filter((call) => {
          const startMs = STARTS[call] ?? 0;
          return startMs < nowMs && pipeline.tooOld(startMs) === null;
        });
        const taken = told.flatMap(({ nth, source }): Telling[] => {
          const call = calls[nth % calls.length];
          if (call === undefined) return [];
          return [{ call, source: isToldTwice(call) ? source : 'spanledger' }];
        });
        for (const one of taken) model.tell(one, book);
        await pipeline.ingestReports(taken.map(reportOf));
      }
      async function reprice(): Promise<void> {
        nowMs += 1000;
        book = book === LIST_PRICES ? CHEAPER : LIST_PRICES;
        const { id } = await repricer.begin({});
        await repricer.idle();
        await repricer.apply(id);
        model.reprice(book);
      }
      async function dropOld(): Promise<void> {
        if (!(await retention.dropOld())) return;
        for (const kind of ['reports', 'rollups'] as const) {
          const days = retain[kind];
          // A day more than asked for, and the whole month that this is in.
          if (days !== null) model.drop(kind, startOfMonth(nowMs - (days + 1) * DAY_MS));
        }
      }

      for (const { soon, settled, repriced, late, settledAnew, days } of rounds) {
        await tell(soon);
        if (settled) await settle();
        if (repriced) await reprice();
        await tell(late);
        if (settledAnew) await settle();
        // What was dropped a round ago stays as it was, whatever prices came since.
        await checkAnswers(model, QUESTIONS.slice(0, 2));
        nowMs += days * DAY_MS;
        await dropOld();
        await checkAnswers(model);
      }
    }),
    // A run takes seconds: one that fails is said as it was drawn.
    { numRuns: 2, examples: [BOTH_DROPPED], endOnFailure: true },
  );
});
