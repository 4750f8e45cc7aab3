import { expect, it } from 'vitest';
import { type Changes, marksOfChanges, marksOfSpend } from './marks.ts';

const day = (number: number) => `2026-11-${String(number).padStart(2, '0')}T00:00:00.000Z`;
const row = (number: number, costUsd: string, model = 'opus') => ({ bucket: day(number), model, costUsd, calls: 100 });
const answer = (rows: ReturnType<typeof row>[]) => ({ from: day(1), to: day(11), bucket: 'day' as const, rows });
const labels = (rows: ReturnType<typeof row>[], cards: Changes['cards'] = []) =>
  marksOfSpend(answer(rows), { cards, began: undefined }, 'UTC').map(
    ({ at, label }) => `${new Date(at).toISOString().slice(8, 10)} ${label}`,
  );
const card = (model: string, since: string | null, until: string | null) => ({
  model,
  band: null,
  since,
  until,
  usdPerMtok: { input: '1', cacheWrite5m: '1', cacheWrite1h: '1', cacheRead: '1', output: '1' },
  source: 'test',
  confidence: 'first-party' as const,
});

// With 31 as the tenth, sorted: 9 9 9 10 10 11 11 11 12 31, so the median is 10.5. The deviations from it are five times 0.5,
// four times 1.5, and 20.5: their median is 1. What is more than 4 x 1.4826 above 10.5 stands out; 31 is 2.95 times of it.
const USUAL = [10, 9, 11, 9, 11, 9, 11, 10, 12].map((usd, index) => row(index + 1, `${usd}.000000000000`));

it('marks the day that costs far more than the others, and says by how much', () => {
  expect(labels([...USUAL, row(10, '31.000000000000')])).toEqual(['10 $31.00, 3.0× the usual']);
  expect(labels([...USUAL, row(10, '15.000000000000')])).toEqual([]);
});

it('adds up the models of a day before it judges the day', () => {
  const rows = [...USUAL, row(10, '16.000000000000'), row(10, '15.000000000000', 'haiku')];
  expect(labels(rows)).toEqual(['10 $31.00, 3.0× the usual']);
});

it('holds a day against days of the same name, so that a doubled Wednesday stands out and a working day among weekends does not', () => {
  // Four weeks from Monday, 2 November: 12 on working days and 2 at the weekend, but 24 on Wednesday the 11th. By name every
  // day but that one is exactly the usual, so the spread is 0 and what is half as much again stands out.
  const days = Array.from({ length: 28 }, (_, index) => {
    const [usd, at] = [index % 7 > 4 ? 2 : index === 9 ? 24 : 12, Date.UTC(2026, 10, 2 + index)];
    return { bucket: new Date(at).toISOString(), model: 'opus', costUsd: `${usd}.000000000000`, calls: 100 };
  });
  const weeks = { from: day(2), to: day(30), bucket: 'day' as const, rows: days };
  expect(marksOfSpend(weeks, { cards: [], began: undefined }, 'UTC')).toEqual([
    {
      at: Date.UTC(2026, 10, 11),
      label: '$24.00, 2.0× the usual',
      calls: { from: Date.UTC(2026, 10, 11), to: Date.UTC(2026, 10, 12) },
    },
  ]);
});

it('does not call the working hours of a single day unusual', () => {
  const hours = Array.from({ length: 24 }, (_, hour) => ({
    bucket: new Date(Date.UTC(2026, 10, 4, hour)).toISOString(),
    model: 'opus',
    costUsd: `${hour >= 9 && hour < 13 ? 9 : 1}.000000000000`,
    calls: 100,
  }));
  const one = { from: day(4), to: day(5), bucket: 'hour' as const, rows: hours };
  expect(marksOfSpend(one, { cards: [], began: undefined }, 'UTC')).toEqual([]);
});

/** An hour by minutes: the amounts in turn, and a half at 13:40. */
function hour(usd: readonly number[], calls: number) {
  const rows = Array.from({ length: 60 }, (_, minute) => {
    const cost = minute === 40 ? 0.5 : (usd[minute % usd.length] ?? 0);
    const at = new Date(Date.UTC(2026, 10, 17, 13, minute)).toISOString();
    return cost === 0 ? [] : [{ bucket: at, model: 'opus', costUsd: cost.toFixed(12), calls }];
  }).flat();
  const window = { from: '2026-11-17T13:00:00.000Z', to: '2026-11-17T14:00:00.000Z', bucket: 'minute' as const };
  return marksOfSpend({ ...window, rows }, { cards: [], began: undefined }, 'UTC').map(({ label }) => label);
}

it('judges minutes only where a minute has usually more calls than one dear one could outweigh', () => {
  // Median 0.02, deviations of 0.01 at most: half a dollar is far off, if it is not of a few calls.
  expect(hour([0.01, 0.02, 0.03], 31)).toEqual(['$0.50, 25.0× the usual']);
  expect(hour([0.01, 0.02, 0.03], 30)).toEqual([]);
});

it('finds nothing unusual where most minutes have no calls at all', () => {
  expect(hour([0.01, 0, 0], 1000)).toEqual([]);
  expect(hour([0], 1000)).toEqual([]);
});

it('marks where the price of a model in use changed, and not where its first price began', () => {
  const cards = [
    card('opus', null, '2026-11-04'),
    card('opus', '2026-11-04', null),
    card('sonnet', '2026-11-05', null),
  ];
  expect(labels([row(2, '1.000000000000'), row(9, '1.000000000000')], cards)).toEqual(['04 the price of opus changed']);
});

it('says nothing of few buckets or of none with a cost', () => {
  const two = { ...answer([row(1, '1'), row(2, '90')]), to: day(3) };
  expect(marksOfSpend(two, { cards: [], began: undefined }, 'UTC')).toEqual([]);
  expect(labels([])).toEqual([]);
});

it('marks deploys and new models between the others, also where nothing of the spend is to be marked', () => {
  const began = {
    deploys: [{ service: 'web', version: '1.1', previousVersion: '1.0', at: '2026-11-05T10:20:00.000Z' }],
    models: [{ model: 'haiku', at: '2026-11-03T00:10:00.000Z' }],
  };
  const cards = [card('opus', null, '2026-11-04'), card('opus', '2026-11-04', null)];
  expect(marksOfChanges(answer([row(2, '1.000000000000')]), { cards, began })).toEqual([
    { at: Date.parse('2026-11-03T00:10:00Z'), label: 'first calls on haiku' },
    { at: Date.parse(day(4)), label: 'the price of opus changed' },
    { at: Date.parse('2026-11-05T10:20:00Z'), label: 'web 1.1 deployed' },
  ]);
});
