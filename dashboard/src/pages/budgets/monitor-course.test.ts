import { expect, test } from 'vitest';
import { coursePoints } from './monitor-course.ts';

const p95 = { measure: 'p95LatencyMs', threshold: 10_000 } as const;
const at = (clock: string) => `2026-11-21T${clock}:00.000Z`;

test('a stretch without calls has the threshold alone, and the last point is now', () => {
  const points = [
    { at: at('11:30'), value: 12_400, calls: 40 },
    { at: at('12:07'), value: 900, calls: 21 },
  ];
  const drawn = coursePoints(p95, { points, pointMinutes: 15, windowTo: at('12:07') });
  expect(drawn).toHaveLength(97);
  expect(drawn.slice(-4).map((point) => [new Date(point.at).toISOString().slice(11, 16), { ...point.parts }])).toEqual([
    ['11:30', { measure: { size: 12_400, label: '12.4 s', exact: '12400' }, threshold: LEVEL }],
    ['11:45', { threshold: LEVEL }],
    ['12:00', { threshold: LEVEL }],
    ['12:07', { measure: { size: 900, label: '900 ms', exact: '900' }, threshold: LEVEL }],
  ]);
});
const LEVEL = { size: 10_000, label: '10 s', exact: '10000' };

test('money is exact in words', () => {
  const points = [{ at: at('12:00'), value: '1.250000000000', calls: 3 }];
  const drawn = coursePoints(
    { measure: 'costUsd', threshold: '2.00' },
    { points, pointMinutes: 1440, windowTo: at('12:00') },
  );
  expect(drawn.at(-1)?.parts['measure']).toEqual({ size: 1.25, label: '$1.25', exact: '1.250000000000' });
});
