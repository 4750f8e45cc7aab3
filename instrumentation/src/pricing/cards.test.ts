// Every row of the price table once more, typed in by hand, so that no rate changes by accident.
import { expect, test } from 'vitest';
import {
  FAST_RATES,
  PRICE_CARDS,
  PRICED_MODELS,
  REGIONAL_PREMIUM_MODELS,
  RETIREMENTS,
  US_INFERENCE_MODELS,
} from './cards.ts';
import { TOKEN_KINDS } from './receipt.ts';
import { parseUsd } from './usd.ts';

const EXPECTED = `
claude-fable-5-2           | -       | 2026-11-09 | -          |  8    | 10    | 16   | 0.20 | 40
claude-mythos-5-2          | -       | 2026-11-09 | -          |  8    | 10    | 16   | 0.20 | 40
claude-haiku-5-5           | <=100000| 2026-10-07 | -          |  0.10 | 0.125 | 0.20 | 0.01 | 0.50
claude-haiku-5-5           | >100000 | 2026-10-07 | -          |  0.50 | 0.625 | 1.00 | 0.05 | 2.50
claude-sonnet-5-5          | -       | 2026-09-28 | 2026-10-07 |  2    | 2.50  | 4    | 0.20 | 10
claude-sonnet-5-5          | -       | 2026-10-07 | -          |  2    | 2.50  | 4    | 0.10 | 10
claude-opus-5-5            | -       | 2026-09-22 | -          |  4    | 5     | 8    | 0.20 | 20
claude-fable-5-1           | -       | 2026-09-01 | -          | 10    | 12.50 | 20   | 0.25 | 50
claude-mythos-5-1          | -       | 2026-09-01 | -          | 10    | 12.50 | 20   | 0.25 | 50
claude-opus-5              | -       | 2026-07-24 | -          |  5    | 6.25  | 10   | 0.50 | 25
claude-sonnet-5            | -       | 2026-06-30 | -          |  2    | 2.50  | 4    | 0.20 | 10
claude-fable-5             | -       | 2026-06-09 | -          | 10    | 12.50 | 20   | 1.00 | 50
claude-mythos-5            | -       | 2026-06-09 | -          | 10    | 12.50 | 20   | 1.00 | 50
claude-opus-4-8            | -       | 2026-05-28 | -          |  5    | 6.25  | 10   | 0.50 | 25
claude-opus-4-7            | -       | 2026-04-16 | -          |  5    | 6.25  | 10   | 0.50 | 25
claude-mythos-preview      | -       | -          | -          | 25    | 31.25 | 50   | 2.50 | 125
claude-opus-4-6            | -       | 2026-02-05 | -          |  5    | 6.25  | 10   | 0.50 | 25
claude-opus-4-6            | >200000 | 2026-02-05 | 2026-03-13 | 10    | 12.50 | 20   | 1.00 | 37.50
claude-sonnet-4-6          | -       | 2026-02-17 | -          |  3    | 3.75  | 6    | 0.30 | 15
claude-sonnet-4-6          | >200000 | 2026-02-17 | 2026-03-13 |  6    | 7.50  | 12   | 0.60 | 22.50
claude-opus-4-5-20251101   | -       | 2025-11-24 | -          |  5    | 6.25  | 10   | 0.50 | 25
claude-haiku-4-5-20251001  | -       | 2025-10-15 | -          |  1    | 1.25  | 2    | 0.10 | 5
claude-sonnet-4-5-20250929 | -       | 2025-09-29 | -          |  3    | 3.75  | 6    | 0.30 | 15
claude-sonnet-4-5-20250929 | >200000 | 2025-09-29 | 2026-04-30 |  6    | 7.50  | 12   | 0.60 | 22.50
claude-opus-4-1-20250805   | -       | 2025-08-05 | -          | 15    | 18.75 | 30   | 1.50 | 75
claude-opus-4-20250514     | -       | -          | -          | 15    | 18.75 | 30   | 1.50 | 75
claude-sonnet-4-20250514   | -       | -          | -          |  3    | 3.75  | 6    | 0.30 | 15
claude-sonnet-4-20250514   | >200000 | 2025-08-07 | 2026-04-30 |  6    | 7.50  | 12   | 0.60 | 22.50
claude-3-7-sonnet-20250219 | -       | -          | -          |  3    | 3.75  | 6    | 0.30 | 15
claude-3-5-sonnet-20241022 | -       | -          | -          |  3    | 3.75  | 6    | 0.30 | 15
claude-3-5-sonnet-20240620 | -       | -          | -          |  3    | 3.75  | 6    | 0.30 | 15
claude-3-5-haiku-20241022  | -       | -          | -          |  0.80 | 1.00  | 1.60 | 0.08 | 4
claude-3-opus-20240229     | -       | -          | -          | 15    | 18.75 | 30   | 1.50 | 75
claude-3-sonnet-20240229   | -       | -          | -          |  3    | 3.75  | -    | 0.30 | 15
claude-3-haiku-20240307    | -       | -          | -          |  0.25 | 0.30  | 0.50 | 0.03 | 1.25
`;

test('the price table holds exactly the published rows', () => {
  const rows = PRICE_CARDS.map(({ model, band, since, until, usdPerMtok }) =>
    [model, band?.label, since, until, ...TOKEN_KINDS.map((kind) => usdPerMtok[kind])].map((cell) => cell ?? '-'),
  );
  const expected = EXPECTED.trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));
  expect(rows).toEqual(expected);
});

test('every rate is a whole number of pico-USD per token under every modifier', () => {
  for (const { model, usdPerMtok } of PRICE_CARDS) {
    for (const kind of TOKEN_KINDS) {
      const rate = usdPerMtok[kind];
      // Batch halves and US inference or a regional endpoint adds a tenth: together 11/20.
      if (rate !== null) expect((parseUsd(rate) * 11n) % (1_000_000n * 20n), `${model} ${kind} ${rate}`).toBe(0n);
    }
  }
});

test('every row says where it is from, and every model of a list has a price', () => {
  for (const row of [...PRICE_CARDS, ...FAST_RATES]) expect(row.source).not.toBe('');
  for (const { model } of FAST_RATES) expect(PRICED_MODELS).toContain(model);
  for (const model of REGIONAL_PREMIUM_MODELS) expect(PRICED_MODELS).toContain(model);
  expect(US_INFERENCE_MODELS.size).toBe(15);
});

test('a retired model keeps its price, under its canonical id', () => {
  expect(Object.keys(RETIREMENTS).filter((model) => !PRICED_MODELS.includes(model))).toEqual([]);
  expect(Object.values(RETIREMENTS).filter((day) => !/^\d{4}-\d\d-\d\d$/.test(day))).toEqual([]);
});
