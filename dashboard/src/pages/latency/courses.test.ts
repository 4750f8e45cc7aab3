import { expect, it } from 'vitest';
import { measureCourses, valueCourses } from './courses.ts';

const day = (number: number) => `2026-11-${String(number).padStart(2, '0')}T00:00:00.000Z`;
const answer = (from: number, to: number, rows: Record<string, string | number | null>[]) => ({
  from: day(from),
  to: day(to),
  bucket: 'day' as const,
  rows,
});

it('sets the window before beside this one, bucket for bucket, and leaves a gap where nobody told', () => {
  const now = answer(3, 5, [{ bucket: day(4), p50LatencyMs: 900, p95LatencyMs: 2000 }]);
  const before = answer(1, 3, [
    { bucket: day(1), p95LatencyMs: 1500 },
    { bucket: day(2), p95LatencyMs: null },
  ]);
  const points = measureCourses(
    now,
    { answer: before, measure: 'p95LatencyMs' },
    ['p50LatencyMs', 'p95LatencyMs'],
    'UTC',
  );
  expect(points.map(({ at, parts }) => [at, Object.entries(parts).map(([key, { size }]) => [key, size])])).toEqual([
    [Date.parse(day(3)), [['before', 1500]]],
    [
      Date.parse(day(4)),
      [
        ['p50LatencyMs', 900],
        ['p95LatencyMs', 2000],
      ],
    ],
  ]);
});

it('draws the values with the most calls and says how many it left out', () => {
  const rows = Array.from({ length: 9 }, (_, index) => ({
    bucket: day(1),
    feature: index === 0 ? null : `f${index}`,
    calls: index === 0 ? 100 : index,
    p95LatencyMs: index * 1000,
  }));
  const { series, points, leftOut } = valueCourses(answer(1, 2, rows), 'p95LatencyMs', 'feature', 'UTC', () => 'red');
  expect(series.map(({ label }) => label)).toEqual(['not set', 'f8', 'f7', 'f6', 'f5', 'f4', 'f3']);
  expect(leftOut).toBe(2);
  expect(points).toHaveLength(1);
  expect(points[0]?.parts['f8']).toEqual({ size: 8000, label: '8.00 s', exact: '8000' });
  expect(points[0]?.parts['f1']).toBeUndefined();
});

it('knows nothing of a value where it is not told, whatever it is called', () => {
  const rows = ['constructor', '__proto__'].map((feature, index) => ({
    bucket: day(1 + index),
    feature,
    calls: 1,
    p95LatencyMs: 1000,
  }));
  const { points } = valueCourses(answer(1, 3, rows), 'p95LatencyMs', 'feature', 'UTC', () => 'red');
  expect(points.map(({ parts }) => ['constructor', '__proto__'].map((key) => parts[key]?.size))).toEqual([
    [1000, undefined],
    [undefined, 1000],
  ]);
});
