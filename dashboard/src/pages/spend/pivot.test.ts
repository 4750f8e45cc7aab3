import { expect, it } from 'vitest';
import { pivotOf } from './pivot.ts';

const row = (feature: string | null, model: string, costUsd: string | null, calls: number, unpricedCalls = 0) => ({
  feature,
  model,
  costUsd,
  calls,
  unpricedCalls,
});
const ROWS = [
  row('search', 'opus', '6.000000000000', 3),
  row('search', 'haiku', '1.000000000001', 5),
  row('chat', 'haiku', '2.000000000000', 4),
  row(null, 'tuned', null, 2, 2),
];
const pivot = (before: Parameters<typeof pivotOf>[0]['before'] = null, byUser: typeof before = null) =>
  pivotOf({ rows: ROWS, down: 'feature', across: 'model', before, byUser });

it('puts the model with the most spend first, and sums rows, columns and all of it exactly', () => {
  const { columns, rows, total } = pivot();
  expect(columns.map(({ values }) => values)).toEqual([['opus'], ['haiku'], ['tuned']]);
  expect(rows.map(({ value, costUsd, calls }) => [value, costUsd, calls])).toEqual([
    ['search', '7.000000000001', 8],
    ['chat', '2.000000000000', 4],
    ['', null, 2],
  ]);
  expect([total.costUsd, total.calls, total.unpricedCalls]).toEqual(['9.000000000001', 14, 2]);
  expect(Object.values(total.cells).map(({ costUsd }) => costUsd)).toEqual(['6.000000000000', '3.000000000001', null]);
});

it('leaves a cell out where there are no calls: it is not a zero', () => {
  expect(Object.keys(pivot().rows[1]?.cells ?? {})).toEqual(['value haiku']);
});

it('divides by the calls that have a price, and by the users that are named', () => {
  const by = (feature: string, userId: string | null, costUsd: string, calls: number) => ({
    feature,
    userId,
    costUsd,
    calls,
    unpricedCalls: 0,
    errors: 0,
  });
  const { rows, total } = pivot(null, [
    by('search', 'ada', '4.000000000000', 2),
    by('search', 'bob', '2.000000000000', 2),
    by('search', null, '1.000000000001', 4),
    by('chat', 'ada', '2.000000000000', 4),
  ]);
  expect(rows.map(({ costPerCallUsd }) => costPerCallUsd)).toEqual(['0.875000000000', '0.500000000000', null]);
  expect(rows.map(({ users, costPerUserUsd }) => [users, costPerUserUsd])).toEqual([
    [2, '3.000000000000'],
    [1, '2.000000000000'],
    [0, null],
  ]);
  // Ada uses both features and is one user: (4 + 2 + 2) / 2.
  expect([total.users, total.costPerUserUsd]).toEqual([2, '4.000000000000']);
});

it('compares each row with itself, and says nothing of a change from nothing', () => {
  const { rows, total } = pivot([row('search', 'any', '3.500000000000', 1), row('gone', 'any', '1.000000000000', 1)]);
  expect(rows[0]?.change).toBeCloseTo(1, 9);
  expect(rows[1]?.change).toBeNull();
  expect(total.change).toBeCloseTo(1, 9);
});

it('folds columns beyond six into one that still adds up', () => {
  const rows = Array.from({ length: 9 }, (_, index) => row('search', `m${index}`, `${index + 1}.000000000000`, 1));
  const { columns, total } = pivotOf({ rows, down: 'feature', across: 'model', before: null, byUser: null });
  expect(columns.at(-1)).toEqual({ key: 'others', values: ['m2', 'm1', 'm0'], isOthers: true });
  expect(total.cells['others']?.costUsd).toBe('6.000000000000');
});
