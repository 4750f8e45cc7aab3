import { describe, expect, it } from 'vitest';
import { compareUsd, coursePoints, spendChart, tokenPoints } from './figures.ts';

const WINDOW = { from: '2026-11-21T10:30:00Z', to: '2026-11-21T13:00:00Z', bucket: 'hour' } as const;
const at = (hour: number) => `2026-11-21T${hour}:00:00.000Z`;
const draw = {
  name: (value: string | null) => value ?? 'not set',
  colour: (value: string | null) => `colour of ${value}`,
};
const usd = (dollars: number) => `${dollars}.000000000000`;

describe('spend over time', () => {
  it('shows empty buckets too, keeps exact amounts, and leaves unknown ones out', () => {
    const rows = [
      { bucket: at(10), feature: 'chat', costUsd: '0.100000000001' },
      { bucket: at(12), feature: null, costUsd: '0.200000000000' },
      { bucket: at(12), feature: 'new', costUsd: null },
    ];
    const { series, points } = spendChart(rows, 'feature', WINDOW, 'UTC', draw);
    expect(series.map(({ key, label, colour }) => [key, label, colour])).toEqual([
      ['', 'not set', 'colour of null'],
      ['chat', 'chat', 'colour of chat'],
    ]);
    expect(points).toEqual([
      {
        at: Date.parse(at(10)),
        parts: { chat: { size: 0.100000000001, label: '$0.100000000001', exact: '0.100000000001' } },
        totalLabel: '$0.100000000001',
      },
      { at: Date.parse(at(11)), parts: {}, totalLabel: '$0.00' },
      {
        at: Date.parse(at(12)),
        parts: { '': { size: 0.2, label: '$0.20', exact: '0.200000000000' } },
        totalLabel: '$0.20',
      },
    ]);
  });

  it('folds what comes after the seven largest into one, without losing a cent', () => {
    const rows = Array.from({ length: 10 }, (_, index) => ({
      bucket: at(11),
      model: `m${index}`,
      costUsd: usd(index + 1),
    }));
    const { series, points } = spendChart(rows, 'model', WINDOW, 'UTC', draw);
    expect(series.map(({ label }) => label)).toEqual(['m9', 'm8', 'm7', 'm6', 'm5', 'm4', 'm3', '3 others']);
    expect(series.at(-1)?.values).toEqual(['m0', 'm1', 'm2']);
    // 1 + 2 + 3 of 1 + ... + 10
    expect(Object.values(points[1]?.parts ?? {}).map(({ exact }) => exact)).toContain(usd(6));
    expect(points[1]?.totalLabel).toBe('$55.00');
  });

  it('does not fold a single value: an eighth has a colour of its own', () => {
    const rows = Array.from({ length: 8 }, (_, index) => ({ bucket: at(11), model: `m${index}`, costUsd: usd(1) }));
    expect(spendChart(rows, 'model', WINDOW, 'UTC', draw).series.every(({ isOthers }) => !isOthers)).toBe(true);
  });

  it('keeps a bucket that the API names and the window does not', () => {
    const rows = [{ bucket: at(15), model: 'm', costUsd: usd(1) }];
    expect(spendChart(rows, 'model', WINDOW, 'UTC', draw).points.map((point) => point.at)).toEqual(
      [10, 11, 12, 15].map((hour) => Date.parse(at(hour))),
    );
  });
});

it('draws a gap, not a zero, where a measure is unknown', () => {
  const rows = [
    { bucket: at(10), p95LatencyMs: 12 },
    { bucket: at(12), p95LatencyMs: null },
  ];
  const points = coursePoints(rows, 'p95LatencyMs', WINDOW, 'UTC', (value) => `${value} ms`);
  expect(points.map(({ parts }) => parts)).toEqual([
    { p95LatencyMs: { size: 12, label: '12 ms', exact: '12' } },
    {},
    {},
  ]);
});

it('ranks unknown amounts below every known one, also below a negative', () => {
  expect([null, usd(0), '-1.000000000000', usd(2)].toSorted((one, other) => compareUsd(other, one))).toEqual([
    usd(2),
    usd(0),
    '-1.000000000000',
    null,
  ]);
});

it('stacks tokens by kind, and leaves a kind out that no call told of', () => {
  const rows = [{ bucket: at(11), inputTokens: 1_200, outputTokens: 34, cacheReadTokens: null }];
  const points = tokenPoints(rows, WINDOW, 'UTC');
  expect(points.map(({ totalLabel }) => totalLabel)).toEqual([null, '1,234', null]);
  expect(points[1]?.parts).toEqual({
    inputTokens: { size: 1_200, label: '1,200', exact: '1200' },
    outputTokens: { size: 34, label: '34', exact: '34' },
  });
});
