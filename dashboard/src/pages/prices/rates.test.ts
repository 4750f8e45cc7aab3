import type { KeptOwnPrice, OwnPriceJson } from '@spanledger/collector/contract';
import { describe, expect, it } from 'vitest';
import {
  bandWords,
  type Card,
  ownPriceWords,
  paidShare,
  pricesByModel,
  ratePadding,
  ratePlaces,
  stateOn,
  times,
} from './rates.ts';

const card = (model: string, since: string, until: string | null, input: string, rest: Partial<Card> = {}): Card => ({
  model,
  band: null,
  since,
  until,
  usdPerMtok: { input, cacheWrite5m: '2.50', cacheWrite1h: '4', cacheRead: '0.20', output: '10' },
  source: 'the list',
  confidence: 'first-party',
  ...rest,
});
const own = (price: Partial<OwnPriceJson> & { model: string }): KeptOwnPrice => ({
  id: JSON.stringify(price),
  tableModel: price.model,
  origin: 'api',
  line: null,
  createdAt: null,
  since: '2026-01-01',
  until: null,
  source: 'contract',
  ...price,
});
const look = (cards: Card[], prices: KeptOwnPrice[] = [], day = '2026-11-21') =>
  pricesByModel({ cards, fastRates: [], own: prices, retirements: [] }, day);
const cell = (cards: Card[], prices: KeptOwnPrice[], kind: 'input' | 'cacheRead' | 'output' = 'input') => {
  const { list, own: paid } = look(cards, prices)[0]?.current[0]?.cells[kind] ?? {};
  return [list, paid];
};
const SONNET = [card('sonnet', '2026-09-28', null, '2')];

describe('what holds on a day', () => {
  const cut = [card('sonnet', '2026-09-28', '2026-10-07', '3'), card('sonnet', '2026-10-07', null, '2')];

  it('ends the day before `until` and begins on `since`', () => {
    expect(look(cut, [], '2026-10-06')[0]?.current.map(({ cells }) => cells.input.list)).toEqual(['3']);
    expect(look(cut, [], '2026-10-07')[0]?.current.map(({ cells }) => cells.input.list)).toEqual(['2']);
  });

  it('keeps a model without a price on the day, and its history newest first', () => {
    const [model] = look(cut, [], '2026-09-01');
    expect(model?.current).toEqual([]);
    expect(model?.history.map(({ since }) => since)).toEqual(['2026-10-07', '2026-09-28']);
  });

  it('lists the bands of a model by length', () => {
    const over = { label: 'over', overTokens: 100_000, upToTokens: null };
    const upTo = { label: 'up to', overTokens: -1, upToTokens: 100_000 };
    const [model] = look([
      card('haiku', '2026-10-07', null, '0.50', { band: over }),
      card('haiku', '2026-10-07', null, '0.10', { band: upTo }),
    ]);
    expect(model?.current.map(({ band }) => bandWords(band))).toEqual(['up to 100,000 tokens', 'over 100,000 tokens']);
  });

  it('knows how well a single rate is known', () => {
    const cells = { cacheRead: { confidence: 'quoted', source: 'a list' } } as const;
    const [row] = look([card('fable', '2026-11-09', null, '8', { cells })])[0]?.current ?? [];
    expect([row?.cells.input.confidence, row?.cells.cacheRead.confidence]).toEqual(['first-party', 'quoted']);
  });

  it('leaves fast mode out where it runs at the standard price', () => {
    const rate = { model: 'sonnet', since: null, until: null, source: '', confidence: 'first-party' } as const;
    const fast = (factor: string) =>
      pricesByModel({ cards: SONNET, fastRates: [{ ...rate, factor }], own: [], retirements: [] }, '2026-11-21')[0]
        ?.current[0]?.fast;
    expect(fast('2')?.factor).toBe('2');
    expect(fast('1')).toBeNull();
  });

  it('says since when a model is retired, but not before', () => {
    const retirements = [{ model: 'sonnet', on: '2026-11-30' }];
    const on = (day: string) =>
      pricesByModel({ cards: SONNET, fastRates: [], own: [], retirements }, day)[0]?.retiredOn;
    expect([on('2026-11-29'), on('2026-11-30')]).toEqual([null, '2026-11-30']);
  });
});

describe('own prices over the list', () => {
  it('replace the rates they name and leave the others', () => {
    const prices = [own({ model: 'sonnet', usdPerMtok: { input: '1.75' } })];
    expect(cell(SONNET, prices)).toEqual(['2', '1.75']);
    expect(cell(SONNET, prices, 'output')).toEqual(['10', null]);
  });

  it('take a percentage off the listed rate, or off the own one', () => {
    // 12.5 % off 2 is 1.75; 50 % off an own 1.50 is 0.75.
    expect(cell(SONNET, [own({ model: 'sonnet', percentOff: '12.5' })])).toEqual(['2', '1.750000000000']);
    expect(cell(SONNET, [own({ model: 'sonnet', usdPerMtok: { input: '1.50' }, percentOff: '50' })])).toEqual([
      '2',
      '0.750000000000',
    ]);
  });

  it('take it off the kinds they name only', () => {
    const prices = [own({ model: 'sonnet', percentOff: '50', kinds: ['cacheRead'] })];
    expect(cell(SONNET, prices)).toEqual(['2', null]);
    expect(cell(SONNET, prices, 'cacheRead')).toEqual(['0.20', '0.100000000000']);
  });

  it('for the model win over those for every model', () => {
    const prices = [own({ model: '*', percentOff: '10' }), own({ model: 'sonnet', usdPerMtok: { input: '1' } })];
    expect(cell(SONNET, prices)).toEqual(['2', '1']);
    expect(cell(SONNET, prices, 'output')).toEqual(['10', '9.000000000000']);
  });

  it('are found whatever way their model is written in', () => {
    const price = { ...own({ model: 'us.anthropic.sonnet', percentOff: '10' }), tableModel: 'sonnet' };
    expect(cell(SONNET, [price])).toEqual(['2', '1.800000000000']);
  });

  it('do not show before their first day, nor for prompts of another length', () => {
    expect(cell(SONNET, [own({ model: 'sonnet', percentOff: '10', since: '2026-12-01' })])).toEqual(['2', null]);
    const band = { overTokens: 50_000, upToTokens: null };
    expect(cell(SONNET, [own({ model: 'sonnet', percentOff: '10', band })])).toEqual(['2', null]);
  });

  it('bring a model of their own, before those of the table', () => {
    const rates = { input: '1', cacheWrite5m: null, cacheWrite1h: null, cacheRead: '0.1', output: '6' };
    const models = look(SONNET, [own({ model: 'tuned', newModel: true, usdPerMtok: rates })]);
    expect(models.map(({ model }) => model)).toEqual(['tuned', 'sonnet']);
    expect(models[0]?.current[0]?.cells.cacheRead).toMatchObject({ list: null, own: '0.1' });
    expect(models[0]?.current[0]?.cells.cacheWrite5m).toMatchObject({ list: null, own: null });
  });
});

it('multiplies without a float', () => {
  expect(times('0.05', '0.5')).toBe('0.025000000000');
  expect(times('12.5', '1.1')).toBe('13.750000000000');
  expect(paidShare('12.5')).toBe('0.875000000000');
});

it('lines a column of rates up at the point', () => {
  const rates = ['0.125', '12.50', null, '2'];
  expect(ratePlaces(rates)).toBe(3);
  expect([ratePadding('0.125', 3).length, ratePadding('12.50', 3).length, ratePadding('2', 3).length]).toEqual([
    0, 1, 1,
  ]);
});

it('says an own price in words', () => {
  expect(
    ownPriceWords(own({ model: 'm', usdPerMtok: { input: '3', output: '15' }, usdPerWebSearch: '0.008' })),
  ).toEqual(['Input $3.00 · Output $15.00 per M tokens', 'Web search $0.008 each']);
  expect(ownPriceWords(own({ model: 'm', percentOff: '12.5', kinds: ['cacheRead'] }))).toEqual([
    '12.5 % off cache read',
  ]);
});

it('says where an own price stands in time', () => {
  const state = (since: string, until: string | null) => stateOn({ since, until }, '2026-11-21');
  expect([state('2026-11-21', null), state('2026-11-22', null), state('2026-01-01', '2026-11-21')]).toEqual([
    'in force',
    'to come',
    'ended',
  ]);
});
