// Long windows are read from blocks of days: two hundred days of calls, asked over any window, by any bucket, before and after a
// call that came late, against the calls counted one by one.
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { blankReport, type Report } from '../calls/report.ts';
import type { Bucket } from '../contract.ts';
import { createPipeline } from '../pipeline.ts';
import { systemClock } from '../ports.ts';
import { createSettler } from '../settle/settler.ts';
import { createDirtyHours } from '../store/dirty-hours.ts';
import { openTemporaryStore } from '../store/fakes.ts';
import type { Store } from '../store/store.ts';
import { queryMetrics } from './metrics.ts';
import { readingOf } from './settled-hours.ts';

const START = Date.parse('2026-03-01T00:00:00Z');
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const DAYS = 200;
const CALLS = 120;

interface Call {
  atMs: number;
  feature: string;
  output: number;
}
/** Spread over the days and over their hours by steps that share no factor with them. */
const calls: Call[] = Array.from({ length: CALLS }, (_, n) => ({
  atMs: START + ((n * 7919) % (DAYS * 24)) * 60 * MINUTE_MS + ((n * 13) % 60) * MINUTE_MS,
  feature: `feature-${n % 3}`,
  output: n,
}));
const reportOf = ({ atMs, feature, output }: Call): Report => {
  const blank = blankReport('spanledger', atMs * 1000);
  return {
    ...blank,
    traceId: `t${output}`,
    spanId: `s${output}`,
    messageId: `msg_${output}`,
    outcome: 'ok',
    durationMs: 100 + output,
    model: 'claude-opus-5-5',
    tags: { ...blank.tags, feature },
    usage: { input_tokens: 10, output_tokens: output },
    usageAssumesStandard: false,
  };
};

let store: Store;
let ingest: (reports: Report[]) => Promise<unknown>;
let settle: () => Promise<number>;
beforeAll(async () => {
  store = await openTemporaryStore();
  const dirtyHours = createDirtyHours(store);
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  ingest = createPipeline({ store, dirtyHours, now: () => START + DAYS * DAY_MS }).ingestReports;
  const settler = createSettler({ store, dirtyHours, clock: systemClock, log });
  settle = () => settler.settleAll({ quietMs: 0 });
  await ingest(calls.map(reportOf));
  await settle();
});
afterAll(() => store?.close());

const reading = () => readingOf(store, { fromMicros: START * 1000, toMicros: (START + DAYS * DAY_MS) * 1000 });

const instant = fc
  .integer({ min: -2 * 24 * 60, max: (DAYS + 2) * 24 * 60 })
  .map((minute) => START + minute * MINUTE_MS);
const asked = fc.record({
  ends: fc.uniqueArray(instant, { minLength: 2, maxLength: 2 }).map((ends) => ends.toSorted((a, b) => a - b)),
  bucket: fc.constantFrom<Bucket>('none', 'none', 'day', 'week', 'month'),
  timezone: fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata'),
});

/** Of any number of windows: feature, bucket and sums as counted here. */
async function checkAnswers(numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(asked, async ({ ends, bucket, timezone }) => {
      const [fromMs = 0, toMs = 0] = ends;
      const window = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
      const { rows } = await queryMetrics(store, {
        ...window,
        measures: ['calls', 'outputTokens', 'p50LatencyMs'],
        by: ['feature'],
        bucket,
        timezone,
        where: [],
      });
      const bucketOf = (atMs: number): string =>
        bucket === 'none'
          ? ''
          : DateTime.fromMillis(atMs, { zone: timezone })
              .startOf(bucket as 'day')
              .toJSDate()
              .toISOString();
      const due = new Map<string, { calls: number; outputTokens: number }>();
      for (const { atMs, feature, output } of calls.filter((call) => call.atMs >= fromMs && call.atMs < toMs)) {
        const key = `${bucketOf(atMs)} ${feature}`;
        const sums = due.get(key) ?? { calls: 0, outputTokens: 0 };
        due.set(key, { calls: sums.calls + 1, outputTokens: sums.outputTokens + output });
      }
      const said = rows
        .filter((row) => row['calls'] !== 0)
        .map((row) => [
          `${row['bucket'] ?? ''} ${row['feature']}`,
          { calls: row['calls'], outputTokens: row['outputTokens'] },
        ]);
      expect(Object.fromEntries(said)).toEqual(Object.fromEntries(due));
    }),
    { numRuns },
  );
}

test('two hundred days are read as some ten blocks, and any window of them is the sum of its calls', async () => {
  const { blocks, days, hours } = await reading();
  // Three aligned blocks of 64 days need 255 days to be sure, two of them 191; at each end at most three of 16, 4 and 1.
  for (const { atMs } of calls) expect(days).toContain(Math.floor(atMs / DAY_MS) * (DAY_MS / 1000));
  expect(hours).toEqual([]);
  expect(blocks.length).toBeLessThanOrEqual(3 + 2 * 9);
  await checkAnswers(30);
});

test('a call that comes late is counted at once, and when its hour, its day and their blocks are worked out anew', async () => {
  const before = await reading();
  const late: Call = { atMs: START + 100.5 * DAY_MS + 30 * MINUTE_MS, feature: 'feature-0', output: 5000 };
  calls.push(late);
  await ingest([reportOf(late)]);
  const open = await reading();
  expect(open.rawHours).toEqual([(late.atMs - 30 * MINUTE_MS) / 1000]);
  expect(open.days).not.toContain(Math.floor(late.atMs / DAY_MS) * (DAY_MS / 1000));
  await checkAnswers(10);
  expect(await settle()).toBe(1);
  expect((await reading()).days).toEqual(before.days);
  expect((await reading()).blocks).toHaveLength(before.blocks.length);
  await checkAnswers(10);
});
