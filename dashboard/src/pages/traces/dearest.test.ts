import { expect, test } from 'vitest';
import { dearestOf } from './dearest.ts';

const step = (name: string, costUsd: string | null) => ({
  spanId: name,
  name,
  durationMs: 1,
  rolledUp: {
    calls: 2,
    unpricedCalls: costUsd === null ? 2 : 0,
    callsWithoutUsage: 0,
    costUsd,
    inputTokens: 0,
    cacheWriteTokens: 0,
    cacheReadTokens: 0,
    outputTokens: 0,
  },
});
const STEPS = [
  step('a', '0.000000000010'),
  step('b', '0.000000000002'),
  step('c', null),
  step('d', '0.000000000030'),
  step('e', '0.000000000001'),
];

test('of many steps the dearest stand in order of time, and the others are one sum', () => {
  const { steps, others } = dearestOf(STEPS, 2);
  expect(steps.map(({ name }) => name)).toEqual(['a', 'd']);
  expect(others).toEqual({ steps: 3, calls: 6, unpricedCalls: 2, costUsd: '0.000000000003' });
});

test('of few steps all are shown', () => {
  expect(dearestOf(STEPS, 5)).toEqual({ steps: STEPS, others: null });
});
