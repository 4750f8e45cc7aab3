// How often it is looked whether there is something to settle: on a clock and a store that are made up.
import { expect, test } from 'vitest';
import type { Store } from '../store/store.ts';
import { createDirtyHours } from '../store/dirty-hours.ts';
import { downStore } from '../store/fakes.ts';
import { createSettler } from './settler.ts';

/** Of a store that has nothing to settle and takes so long for each question: after how long it was looked, look by look. */
async function waitsOf(
  quietMs: number,
  questionMs: number,
  looks: number,
): Promise<{ waits: number[]; busyMs: number }> {
  let now = Date.parse('2026-11-20T12:00:00Z');
  let busyMs = 0;
  const waits: number[] = [];
  let due: (() => void) | undefined;
  const clock = {
    now: () => now,
    after: (ms: number, task: () => void) => {
      waits.push(ms);
      due = task;
      return () => {};
    },
  };
  const store: Store = {
    ...downStore,
    query: async () => {
      now += questionMs;
      busyMs += questionMs;
      return [];
    },
  };
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  createSettler({ store, dirtyHours: createDirtyHours(store), clock, log, quietMs }).start();
  while (waits.length <= looks) {
    const look = due;
    due = undefined;
    now += waits.at(-1) ?? 0;
    look?.();
    while (due === undefined) await new Promise((resolve) => setImmediate(resolve));
  }
  return { waits, busyMs };
}

test('where hours are to be settled at once, looking for them takes a tenth of the time at most', async () => {
  const { waits, busyMs } = await waitsOf(0, 10, 20);
  expect(waits[0]).toBe(50);
  const lookedMs = waits.slice(0, -1).reduce((sum, wait) => sum + wait, 0) + busyMs;
  // The first look is after 50 ms; after the others it rested nine times as long as they took.
  expect(busyMs / (lookedMs + (waits.at(-1) ?? 0))).toBeLessThanOrEqual(0.1);
  expect(new Set(waits.slice(1)).size).toBe(1);
});

test('as a rule it is looked every five seconds, however quick or slow the store is', async () => {
  expect((await waitsOf(20_000, 1, 3)).waits).toEqual([5_000, 5_000, 5_000, 5_000]);
  expect((await waitsOf(20_000, 2_000, 3)).waits).toEqual([5_000, 5_000, 5_000, 5_000]);
});
