import type { OwnPriceInput } from '@spanledger/collector/contract';
import { describe, expect, it } from 'vitest';
import { blankOwnPrice, formField, isShown, ownPriceOf, valuesOf } from './own-price-values.ts';

const PRICES: OwnPriceInput[] = [
  {
    model: 'claude-opus-5-5',
    since: '2026-11-01',
    until: null,
    usdPerMtok: { input: '3.5', output: '18' },
    source: 'a',
  },
  {
    model: '*',
    since: '2026-11-01',
    until: '2027-01-01',
    percentOff: '12.5',
    kinds: ['cacheRead', 'output'],
    band: { overTokens: 100_000, upToTokens: null },
    source: 'b',
  },
  {
    model: 'tuned',
    since: '2026-11-01',
    until: null,
    newModel: true,
    usdPerMtok: { input: '1', cacheWrite5m: null, cacheWrite1h: null, cacheRead: '0.1', output: '6' },
    usdPerWebSearch: '0.008',
    percentOff: '5',
    source: 'c',
  },
];

it.each(PRICES)('a price goes into the form and comes out as it was: $model', (price) => {
  expect(ownPriceOf(valuesOf({ ...price, until: price.until ?? null }))).toEqual(price);
});

describe('what is sent', () => {
  const values = { ...blankOwnPrice('2026-11-21'), model: ' claude-opus-5-5 ', source: ' Contract ' };

  it('is trimmed, and takes a figure as a hand may write it', () => {
    expect(ownPriceOf({ ...values, rates: { ...values.rates, input: ' $3,50 ' } })).toEqual({
      model: 'claude-opus-5-5',
      since: '2026-11-21',
      until: null,
      usdPerMtok: { input: '3.50' },
      source: 'Contract',
    });
  });

  it('holds nothing that the chosen way hides', () => {
    const rates = { ...values.rates, input: '3' };
    expect(ownPriceOf({ ...values, rates, percentOff: '5', way: 'percent' })).not.toHaveProperty('usdPerMtok');
    expect(ownPriceOf({ ...values, rates, percentOff: '5', way: 'rates' })).not.toHaveProperty('percentOff');
  });

  it('names every kind for a new model: null where it has no price', () => {
    const rates = { ...values.rates, input: '1', output: '6' };
    expect(ownPriceOf({ ...values, newModel: true, rates }).usdPerMtok).toEqual({
      input: '1',
      cacheWrite5m: null,
      cacheWrite1h: null,
      cacheRead: null,
      output: '6',
    });
  });
});

it.each([
  ['model', 'model'],
  ['usdPerMtok.input', 'rates.input'],
  ['prices[0].usdPerMtok.output', 'rates.output'],
  ['prices.0.usdPerMtok', 'rates.input'],
  ['0.since', 'since'],
  ['[0].until', 'until'],
  ['kinds[1]', 'kinds'],
  ['kinds.1', 'kinds'],
  ['band.overTokens', 'overTokens'],
  ['usdPerWebSearch', 'webSearch'],
])('marks what the API calls %s at %s', (field, expected) => expect(formField(field)).toBe(expected));

it('says below the form what no field of it is about', () => {
  expect([formField(undefined), formField('currency'), formField('usdPerMtok.thinking')]).toEqual([null, null, null]);
  const values = blankOwnPrice('2026-11-21');
  expect([isShown('percentOff', values), isShown('rates.input', values), isShown('overTokens', values)]).toEqual([
    false,
    true,
    false,
  ]);
});
