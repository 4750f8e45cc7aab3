// Where one report tells of each call, nothing is merged: that is found out by counting, and never where it is not so.
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Report } from '../calls/report.ts';
import type { Dimension } from '../contract.ts';
import { createPipeline } from '../pipeline.ts';
import { systemClock } from '../ports.ts';
import { emptyLedger } from '../retention/fakes.ts';
import { createSettler } from '../settle/settler.ts';
import { createDirtyHours, type DirtyHours } from '../store/dirty-hours.ts';
import { openTemporaryStore } from '../store/fakes.ts';
import type { Store } from '../store/store.ts';
import { windowParameters } from './joined-reports.ts';
import { MERGED_COLUMNS, mergedCalls, microsOf, type MergeOptions } from './merged-calls.ts';
import { queryMetrics } from './metrics.ts';
import { AT, report, toldCalls } from './told-calls.ts';
import { toldOnce } from './told-once.ts';

let store: Store;
let dirtyHours: DirtyHours;
beforeAll(async () => {
  store = await openTemporaryStore();
});
afterAll(() => store?.close());
beforeEach(empty);

async function empty(): Promise<void> {
  await emptyLedger(store);
  dirtyHours = createDirtyHours(store);
}
const HOUR_MICROS = 3_600_000_000;
const NOW = Date.parse('2026-11-20T00:00:00Z');
const WINDOW = { fromMicros: AT - 12 * HOUR_MICROS, toMicros: AT + 12 * HOUR_MICROS };
const ingest = (reports: Report[]) => createPipeline({ store, dirtyHours, now: () => NOW }).ingestReports(reports);
const settle = () =>
  createSettler({
    store,
    dirtyHours,
    clock: { ...systemClock, now: () => Date.now() },
    log: { info: () => {}, warn: () => {}, error: () => {} },
  }).settleAll({ quietMs: 0 });
/** Every call of the window with all that is read of calls. */
const callsWith = async (options: MergeOptions): Promise<unknown[]> =>
  store.query(
    `SELECT ${MERGED_COLUMNS.join(', ')} FROM (${await mergedCalls(store, WINDOW, options)}) ORDER BY call_key`,
    windowParameters(WINDOW),
  );

test('of any calls it is known whether each is told once, and then they are the same calls as merged ones', async () => {
  await fc.assert(
    fc.asyncProperty(toldCalls, fc.boolean(), async (calls, isSentTwice) => {
      await empty();
      const reports = calls.flatMap((call) => call.reports);
      await ingest(reports);
      if (isSentTwice) await ingest(reports.slice(0, 1));
      await settle();
      const options = await toldOnce(store, WINDOW);
      expect(options.toldOnce).toBe(reports.length === calls.length && !isSentTwice);
      expect(await callsWith(options)).toEqual(await callsWith({ toldOnce: false }));
      expect(await callsWith(options)).toHaveLength(calls.length);
    }),
    { numRuns: 8 },
  );
});

test('a call that is told a second time shortly outside the window is told twice, on either side', async () => {
  const window = { fromMicros: AT, toMicros: AT + HOUR_MICROS };
  for (const [inside, outside] of [
    [AT + 60_000_000, AT - 60_000_000],
    [AT + HOUR_MICROS - 60_000_000, AT + HOUR_MICROS + 60_000_000],
  ] as const) {
    await empty();
    await ingest([report('spanledger', { spanId: 'a', messageId: 'msg_1', startedAtMicros: inside })]);
    await settle();
    expect(await toldOnce(store, window)).toMatchObject({ toldOnce: true, reach: { reports: 1, inBatch: false } });
    await ingest([report('openlit', { spanId: 'b', messageId: 'msg_1', startedAtMicros: outside })]);
    await settle();
    expect(await toldOnce(store, window)).toEqual({ toldOnce: false });
  }
});

test('a quantile that no roll-up has is of each call once, told once or twice; and what roll-ups have of the same calls is the same', async () => {
  const week = { from: '2026-11-07T00:00:00Z', to: '2026-11-14T00:00:00Z' };
  // No sketch is of a pair of dimensions: 1,000, 1,000 and 3,000 ms of one customer.
  const ask = async (by: Dimension[]) =>
    (await queryMetrics(store, { ...week, measures: ['calls', 'p50LatencyMs'], by, bucket: 'none', timezone: 'UTC', where: [] })).rows; // prettier-ignore
  const one = { tags: { ...report('', {}).tags, customer: 'acme' } };
  const told = [
    report('spanledger', { ...one, spanId: 'a', messageId: 'msg_1' }),
    report('spanledger', { ...one, spanId: 'b', messageId: 'msg_2' }),
    report('spanledger', { ...one, spanId: 'c', messageId: 'msg_3', durationMs: 3000 }),
  ];
  await ingest(told);
  const row = { customer: 'acme', model: 'claude-opus-5-5' };
  expect(await ask(['customer', 'model'])).toEqual([{ ...row, calls: 3, p50LatencyMs: 1000 }]);
  await settle();
  expect(await toldOnce(store, { fromMicros: microsOf(week.from), toMicros: microsOf(week.to) })).toMatchObject({
    toldOnce: true,
  });
  // Within 1 %, of the same sketch as the roll-up by model has.
  const [ofModel] = await ask(['model']);
  expect(Number(ofModel?.['p50LatencyMs'])).toBeCloseTo(1000, -2);
  const same = [{ ...row, calls: 3, p50LatencyMs: ofModel?.['p50LatencyMs'] }];
  expect(await ask(['customer', 'model'])).toEqual(same);
  // The longest call twice more: were it counted each time, it would be the median.
  await ingest([told[2] as Report]);
  await ingest([told[2] as Report]);
  expect(await ask(['customer', 'model'])).toEqual(same);
});
