import fc from 'fast-check';
import { expect, test } from 'vitest';
import { monitorOf } from './fakes.ts';
import { judge, windowAt, isSameQuestion } from './evaluate.ts';
import { beginEpisode } from './episode.ts';

const p95 = monitorOf({ threshold: 10_000, minCalls: 20 });
const hits = monitorOf({ measure: 'cacheHitRate', comparison: 'below', threshold: 0.5 });
const spend = monitorOf({ measure: 'costUsd', threshold: '0.30' });
const traffic = monitorOf({ measure: 'calls', comparison: 'below', threshold: 1 });

test.each([
  ['a percentile over its threshold is crossed', p95, 10_000.1, 20, 'crossed'],
  ['at the threshold it is well', p95, 10_000, 20, 'well'],
  ['of one call too few nothing is said, however bad', p95, 90_000, 19, 'too-few-calls'],
  ['without a call there is nothing to wait for', p95, null, 0, 'no-calls'],
  ['what no call told is unknown', p95, null, 500, 'too-few-calls'],
  ['a rate under its threshold is crossed', hits, 0.4999, 20, 'crossed'],
  ['and above it is well', hits, 0.9, 20, 'well'],
  ['money is compared to the pico-dollar: it is not above', spend, '0.300000000000', 1, 'well'],
  ['and now it is, also of one call: a sum is known', spend, '0.300000000001', 1, 'crossed'],
  ['a spend that nobody knows says nothing', spend, null, 3, 'too-few-calls'],
  ['no traffic is a number of calls', traffic, 0, 0, 'crossed'],
  ['and one call is traffic', traffic, 1, 1, 'well'],
] as const)('%s', (_title, monitor, value, calls, verdict) => {
  expect(judge(monitor, { value, calls })).toBe(verdict);
});

test('never both sides of a threshold at once, and neither exactly at it', () => {
  const size = fc.double({ min: 0, max: 1e9, noNaN: true });
  fc.assert(
    fc.property(size, size, (value, threshold) => {
      const sides = (['above', 'below'] as const).map((comparison) =>
        judge({ measure: 'p95LatencyMs', comparison, threshold, minCalls: 1 }, { value, calls: 1 }),
      );
      expect(sides.filter((side) => side === 'crossed')).toHaveLength(value === threshold ? 0 : 1);
    }),
  );
});

test('the window is the last whole minutes that are over since a minute, for calls that are told late', () => {
  const minute = { from: new Date('2026-11-21T11:45:00Z'), to: new Date('2026-11-21T12:00:00Z') };
  expect(windowAt(Date.parse('2026-11-21T12:01:00.000Z'), 15)).toEqual(minute);
  expect(windowAt(Date.parse('2026-11-21T12:01:59.999Z'), 15)).toEqual(minute);
});

test('another measure, scope, side, threshold or window is another question; a name, webhooks and the least calls are not', () => {
  const episode = beginEpisode(p95, {
    value: 12_000,
    calls: 30,
    window: windowAt(0, 15),
    at: new Date(0),
    url: '',
  });
  expect(isSameQuestion(episode, monitorOf({ name: 'Slow', webhookIds: [], minCalls: 5 }))).toBe(true);
  for (const change of [
    { measure: 'p99LatencyMs' },
    { scope: {} },
    { comparison: 'below' },
    { threshold: 9_999 },
    { windowMinutes: 5 },
  ] as const)
    expect(isSameQuestion(episode, { ...p95, ...change })).toBe(false);
});
