// What a monitor asks, on the real embedded engine, about a handful of calls whose answers can be worked out by hand.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reportFromPostedCall, type PostedCall } from '../ingest/posted-call.ts';
import { createPipeline } from '../pipeline.ts';
import { openTemporaryStore } from '../store/fakes.ts';
import type { Store } from '../store/store.ts';
import { readCourseOf, readMeasureOf } from './monitored.ts';

const NOON = new Date('2026-11-11T12:00:00Z');
const QUARTER = { from: new Date('2026-11-11T11:45:00Z'), to: NOON };

let store: Store;
let id = 0;
/** Of Haiku 4.5, a million tokens of input: USD 1. */
const call = (at: string, durationMs: number, more: Partial<PostedCall> = {}): PostedCall => ({
  requestId: `r${(id += 1)}`,
  startedAt: `2026-11-${at}Z`,
  durationMs,
  response: { model: 'claude-haiku-4-5', usage: { input_tokens: 1_000_000, output_tokens: 0 } },
  feature: 'chat',
  ...more,
});
const unpriced = { response: { model: 'claude-nova-9', usage: { input_tokens: 1, output_tokens: 0 } } };
const CALLS = [
  call('10T08:00:00', 300),
  call('11T11:10:00', 500),
  call('11T11:45:00', 1_000),
  call('11T11:59:59', 2_000),
  call('11T12:00:00', 60_000),
  call('11T11:50:00', 90_000, { feature: 'search', ...unpriced }),
];
/** What the headers of the answers said: of the call at 11:10 that 40 % was left, of those at 11:45 and 11:50 a half and three quarters. */
const tokens = (limit: number, remaining: number) => ({ tokens: { limit, remaining, resetAt: null } });
const LEFT = [{}, tokens(1_000, 400), tokens(1_000, 500), {}, {}, tokens(2_000, 1_500)];
beforeAll(async () => {
  store = await openTemporaryStore();
  await createPipeline({ store }).ingestReports(
    CALLS.map((posted, index) => ({ ...reportFromPostedCall(posted), rateLimits: LEFT[index] ?? {} })),
  );
});
afterAll(() => store?.close());

test('a window holds the calls that started in it, of its scope; its end is not in it', async () => {
  const read = readMeasureOf(store);
  expect(await read({ measure: 'p95LatencyMs', scope: { feature: 'chat' } }, QUARTER)).toEqual({ value: 2_000, calls: 2 }); // prettier-ignore
  expect(await read({ measure: 'p95LatencyMs', scope: {} }, QUARTER)).toEqual({ value: 90_000, calls: 3 });
  expect(await read({ measure: 'costUsd', scope: {} }, QUARTER)).toEqual({ value: '2.000000000000', calls: 3 });
  expect(await read({ measure: 'costUsd', scope: { feature: 'search' } }, QUARTER)).toEqual({ value: null, calls: 1 });
});

test('what is left of rate limits is the least that any answer of the window said, by the hour for its course', async () => {
  const [read, course] = [readMeasureOf(store), readCourseOf(store)];
  const measure = 'rateLimitHeadroom' as const;
  expect(await read({ measure, scope: {} }, QUARTER)).toEqual({ value: 0.5, calls: 3 });
  expect(await read({ measure, scope: { feature: 'search' } }, QUARTER)).toEqual({ value: 0.75, calls: 1 });
  // The only call there told none.
  const lastSecond = { from: new Date('2026-11-11T11:59:00Z'), to: NOON };
  expect(await read({ measure, scope: {} }, lastSecond)).toEqual({ value: null, calls: 1 });
  expect(await course({ measure, scope: {}, windowMinutes: 15 }, NOON)).toEqual({
    pointMinutes: 60,
    points: [{ at: '2026-11-11T12:00:00.000Z', value: 0.4, calls: 4 }],
  });
});

test('without calls a percentile and a rate are unknown, and sums are nothing', async () => {
  const read = readMeasureOf(store);
  const scope = { feature: 'none such' };
  expect(await read({ measure: 'p95LatencyMs', scope }, QUARTER)).toEqual({ value: null, calls: 0 });
  expect(await read({ measure: 'errorRate', scope }, QUARTER)).toEqual({ value: null, calls: 0 });
  expect(await read({ measure: 'calls', scope }, QUARTER)).toEqual({ value: 0, calls: 0 });
  expect(await read({ measure: 'retries', scope }, QUARTER)).toEqual({ value: 0, calls: 0 });
  expect(await read({ measure: 'costUsd', scope }, QUARTER)).toEqual({ value: '0.000000000000', calls: 0 });
});

test('the course of a percentile has a point for each stretch with calls, as long as the window where that is short', async () => {
  const course = readCourseOf(store);
  const question = { measure: 'p95LatencyMs', scope: { feature: 'chat' } } as const;
  expect(await course({ ...question, windowMinutes: 15 }, NOON)).toEqual({
    pointMinutes: 15,
    points: [
      { at: '2026-11-11T11:15:00.000Z', value: 500, calls: 1 },
      { at: '2026-11-11T12:00:00.000Z', value: 2_000, calls: 2 },
    ],
  });
  expect((await course({ ...question, windowMinutes: 5 }, NOON)).points.map(({ at }) => at.slice(11, 16))).toEqual([
    '11:15',
    '11:50',
    '12:00',
  ]);
  expect(await course({ ...question, windowMinutes: 360 }, NOON)).toEqual({
    pointMinutes: 60,
    points: [{ at: '2026-11-11T12:00:00.000Z', value: 2_000, calls: 3 }],
  });
});

test('the course of a sum is of whole windows that slide along, and is nothing where there was nothing', async () => {
  const { points, pointMinutes } = await readCourseOf(store)(
    { measure: 'costUsd', scope: { feature: 'chat' }, windowMinutes: 360 },
    new Date('2026-11-11T12:34:00Z'),
  );
  expect(pointMinutes).toBe(360);
  expect(points).toHaveLength(24);
  // 08:00 of the day before is in the six hours up to 13:00 and 14:00, and no longer in those up to 15:00.
  expect(points.slice(0, 3)).toEqual([
    { at: '2026-11-10T13:00:00.000Z', value: '1.000000000000', calls: 1 },
    { at: '2026-11-10T14:00:00.000Z', value: '1.000000000000', calls: 1 },
    { at: '2026-11-10T15:00:00.000Z', value: '0.000000000000', calls: 0 },
  ]);
  expect(points.at(-1)).toEqual({ at: '2026-11-11T12:00:00.000Z', value: '3.000000000000', calls: 3 });
});

test('a sum of which nothing is known is unknown, not nothing', async () => {
  const { points } = await readCourseOf(store)({ measure: 'costUsd', scope: { feature: 'search' }, windowMinutes: 15 }, NOON); // prettier-ignore
  expect(points.at(-1)).toEqual({ at: '2026-11-11T12:00:00.000Z', value: null, calls: 1 });
  expect(points.at(-2)).toEqual({ at: '2026-11-11T11:45:00.000Z', value: '0.000000000000', calls: 0 });
});
