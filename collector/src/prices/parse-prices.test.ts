import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LIST_PRICES, priceBook, priceCall } from '@spanledger/instrumentation/pricing';
import { errorLine, parsePrices } from './parse-prices.ts';

const errorsOf = (text: string, form: 'file' | 'request' = 'file'): string[] => {
  const parsed = parsePrices(text, form);
  return parsed.ok ? [] : parsed.errors.map((error) => errorLine('p', error));
};
/** A file with one price: the fields that every price needs, unless `fields` has them, and `fields`. */
const one = (...fields: string[]): string => {
  const needed = ['model: claude-opus-5', 'since: 2026-11-01', 'source: contract 7'];
  const missing = needed.filter((line) => !fields.some((field) => field.split(':')[0] === line.split(':')[0]));
  return `prices:\n${[...missing, ...fields].map((line, index) => `${index === 0 ? '  - ' : '    '}${line}\n`).join('')}`;
};

test('reads YAML with what is left out filled in, and amounts exactly as they are written', () => {
  const text = `# agreed in October
prices:
  - model: '*'
    since: 2026-11-01
    percentOff: 12.50
    kinds: [output, input, output]
    currency: USD
    source: contract 7
  - { model: claude-opus-5, since: 2026-11-01, until: 2027-01-01, usdPerMtok: { input: 0.1, output: "3.50" }, band: { upToTokens: 200000 }, source: x }
`;
  expect(parsePrices(text, 'file')).toEqual({
    ok: true,
    prices: [
      {
        line: 3,
        price: {
          model: '*',
          since: '2026-11-01',
          until: null,
          percentOff: '12.50',
          kinds: ['output', 'input'],
          source: 'contract 7',
        },
      },
      {
        line: 9,
        price: {
          model: 'claude-opus-5',
          since: '2026-11-01',
          until: '2027-01-01',
          usdPerMtok: { input: '0.1', output: '3.50' },
          band: { overTokens: 0, upToTokens: 200_000 },
          source: 'x',
        },
      },
    ],
  });
});

test('reads the same from JSON, with its lines', () => {
  const text = JSON.stringify({ prices: [{ model: 'claude-opus-5', since: '2026-11-01', percentOff: 5, source: 'x' }] }, null, '\t'); // prettier-ignore
  expect(parsePrices(text, 'file')).toEqual({
    ok: true,
    prices: [
      { line: 3, price: { model: 'claude-opus-5', since: '2026-11-01', until: null, percentOff: '5', source: 'x' } },
    ],
  });
  expect(errorsOf(text.replace('"2026-11-01"', '"2026-11-31"'))).toEqual([
    'p:5:13: prices.0.since: must be a day of the calendar as YYYY-MM-DD, such as 2026-11-01',
  ]);
});

test('a request may also be one price or a list of them, a file may not', () => {
  const price = '{"model": "*", "since": "2026-11-01", "percentOff": "5", "source": "x"}';
  expect(parsePrices(price, 'request')).toMatchObject({ ok: true, prices: [{ price: { model: '*' } }] });
  expect(parsePrices(`[${price}]`, 'request')).toMatchObject({ ok: true, prices: [{ price: { model: '*' } }] });
  expect(errorsOf(`[${price.replace('"5"', '"x"')}]`, 'request')).toEqual([
    'p:1:54: 0.percentOff: must be a plain decimal number such as "3.50"',
  ]);
  expect(errorsOf(`[${price}]`)).toEqual(['p:1:1: must be a map with the list "prices"']);
});

describe('one field', () => {
  const off = 'percentOff: 5';
  const date = 'must be a day of the calendar as YYYY-MM-DD, such as 2026-11-01';
  const neither = 'is missing, and so is percentOff: a price needs one of them';
  test.each<[string, string, string]>([
    ['a day that is not in the calendar', one(off, 'since: 2026-02-30'), `p:5:12: prices.0.since: ${date}`],
    ['a date with a time', one(off, 'since: 2026-02-03T00:00:00Z'), `p:5:12: prices.0.since: ${date}`],
    ['until before since', one(off, 'until: 2026-11-01'), 'p:6:12: prices.0.until: must be after since (2026-11-01): it is the first day without the price'], // prettier-ignore
    ['a negative rate', one('usdPerMtok: { input: -1 }'), 'p:5:26: prices.0.usdPerMtok.input: must not be negative'],
    ['seven decimals', one('usdPerMtok: { input: 0.1234567 }'), 'p:5:26: prices.0.usdPerMtok.input: must have at most 6 decimals'], // prettier-ignore
    ['a rate that is no number', one('usdPerMtok: { input: 1e3 }'), 'p:5:26: prices.0.usdPerMtok.input: must be a plain decimal number such as "3.50"'], // prettier-ignore
    ['a currency sign', one('usdPerMtok: { input: $3 }'), 'p:5:26: prices.0.usdPerMtok.input: must be a plain decimal number such as "3.50"'], // prettier-ignore
    ['an unknown kind of rate', one('usdPerMtok: { inputs: 1 }'), 'p:5:19: prices.0.usdPerMtok.inputs: is not a token kind; did you mean "input"?'], // prettier-ignore
    ['an unknown kind of percentage', one(off, 'kinds: [output, cacheRad]'), 'p:6:21: prices.0.kinds.1: is not a token kind; did you mean "cacheRead"?'], // prettier-ignore
    [
      'a typo in a field',
      one('percentOf: 5'),
      'p:5:5: prices.0.percentOf: is not known here; did you mean "percentOff"?',
    ],
    ['a field far from any', one(off, 'discount: 5'), 'p:6:5: prices.0.discount: is not known here'],
    ['a typo in the band', one(off, 'band: { overToken: 5 }'), 'p:6:13: prices.0.band.overToken: is not known here; did you mean "overTokens"?'], // prettier-ignore
    ['a band without a border', one(off, 'band: {}'), 'p:6:11: prices.0.band: has no border: leave it out for prompts of any length'], // prettier-ignore
    ['a band that ends before it begins', one(off, 'band: { overTokens: 5, upToTokens: 5 }'), 'p:6:40: prices.0.band.upToTokens: must be more than overTokens'], // prettier-ignore
    ['more than 100 percent', one('percentOff: 100.1'), 'p:5:17: prices.0.percentOff: must be from 0 to 100'],
    ['less than 0 percent', one('percentOff: -5'), 'p:5:17: prices.0.percentOff: must be from 0 to 100'],
    ['a percent sign', one('percentOff: 5%'), 'p:5:17: prices.0.percentOff: must be a plain decimal number such as "3.50"'], // prettier-ignore
    ['another currency', one(off, 'currency: EUR'), 'p:6:15: prices.0.currency: must be USD: the ledger knows no other currency'], // prettier-ignore
    ['neither rates nor a percentage', one(), `p:2:5: prices.0.usdPerMtok: ${neither}`],
    ['rates without any', one('usdPerMtok: {}'), `p:5:17: prices.0.usdPerMtok: ${neither}`],
    ['kinds without a percentage', one('usdPerMtok: { input: 1 }', 'kinds: [input]'), 'p:6:12: prices.0.kinds: is what percentOff is for, and there is no percentOff'], // prettier-ignore
    ['a web search by length of prompt', one('usdPerWebSearch: 0.01', 'band: { overTokens: 5 }'), 'p:5:22: prices.0.usdPerWebSearch: has no band: put it into a price of its own without one'], // prettier-ignore
    ['no source', 'prices:\n  - model: claude-opus-5\n    since: 2026-11-01\n    percentOff: 5\n', 'p:2:5: prices.0.source: is missing'], // prettier-ignore
    ['a price that is no map', 'prices:\n  - claude-opus-5\n', 'p:2:5: prices.0: must be a map of fields such as model, since and percentOff'], // prettier-ignore
    ['null for a rate that must be', one('usdPerMtok: { input: ~ }'), 'p:5:26: prices.0.usdPerMtok.input: must not be null, unless for a cache kind that a new model has not'], // prettier-ignore
    ['a wrong model', one(off, 'model: claude-sonet-5'), 'p:5:12: prices.0.model: no price card is for "claude-sonet-5"; did you mean "claude-sonnet-5"? A model that is in no table needs newModel: true and all five rates'], // prettier-ignore
    ['a model like no other', one(off, 'model: gpt-4'), 'p:5:12: prices.0.model: no price card is for "gpt-4". A model that is in no table needs newModel: true and all five rates'], // prettier-ignore
    ['newModel that is not true', one(off, 'newModel: yes'), 'p:6:15: prices.0.newModel: must be true, or be left out'],
    ['a new model without a rate', one('model: claude-opus-6', 'newModel: true', 'usdPerMtok: { input: 1, cacheWrite5m: 1, cacheRead: 1, output: 1 }'), 'p:6:17: prices.0.usdPerMtok.cacheWrite1h: is missing: a new model needs all five rates, null for a cache kind it has not'], // prettier-ignore
    ['a new model without a price of output', one('model: claude-opus-6', 'newModel: true', 'usdPerMtok: { input: 1, cacheWrite5m: 1, cacheWrite1h: ~, cacheRead: 1, output: ~ }'), 'p:6:85: prices.0.usdPerMtok.output: must not be null'], // prettier-ignore
  ])('%s is refused where it stands', (_, text, expected) => {
    expect(errorsOf(text)).toEqual([expected]);
  });
});

test('a wrong model is told together with what else is wrong, one that is new elsewhere is not', () => {
  const text = `prices:
  - { model: claude-sonet-5, since: never, percentOff: 5, source: x }
  - { model: claude-opus-6, since: never, percentOff: 5, source: x }
  - { model: claude-opus-6, since: never, newModel: true, source: x }
  - { model: claude-opus-6, since: 2026-11-01, percentOff: 5, source: x }
`;
  expect(errorsOf(text).map((line) => line.split(': ').slice(0, 2).join(': '))).toEqual([
    'p:2:14: prices.0.model',
    'p:2:37: prices.0.since',
    'p:3:36: prices.1.since',
    'p:4:36: prices.2.since',
  ]);
});

test('a price that two rules are broken in says both, in the order of the lines', () => {
  expect(errorsOf(one('percentOff: 200', 'until: never'))).toEqual([
    'p:5:17: prices.0.percentOff: must be from 0 to 100',
    'p:6:12: prices.0.until: must be a day of the calendar as YYYY-MM-DD, such as 2026-11-01',
  ]);
});

test('what is no YAML or has no list is refused with its place', () => {
  expect(errorsOf('prices:\n  - model: [a\n')).toEqual([
    expect.stringMatching(/^p:3:1: is not valid YAML: Flow sequence/),
  ]);
  expect(errorsOf('{"prices": [}')).toEqual([expect.stringMatching(/^p:1:\d+: is not valid YAML/)]);
  expect(errorsOf('prices:\n  - since: 2026-11-01\n    since: 2026-11-02\n')).toEqual([
    'p:3:5: is not valid YAML: Map keys must be unique',
  ]);
  expect(errorsOf('prices: []\n---\nprices: []\n')).toEqual([
    'p:2:1: is not valid YAML: a second document begins here; one is read',
  ]);
  expect(errorsOf('')).toEqual(['p:1:1: must be a map with the list "prices"']);
  expect(errorsOf('price: []')).toEqual(['p:1:1: price: is not known here; did you mean "prices"?']);
  expect(errorsOf('prices: {}')).toEqual(['p:1:9: prices: must be a list of own prices']);
  expect(parsePrices('prices: []', 'file')).toEqual({ ok: true, prices: [] });
});

describe('two prices', () => {
  const two = (first: string, second: string): string =>
    `prices:\n  - { model: claude-opus-4-1, source: x, ${first} }\n  - { model: claude-opus-4-1-20250805, source: x, ${second} }\n`;
  test.each([
    ['of the same time', 'since: 2026-11-01, percentOff: 5', 'since: 2026-12-01, percentOff: 6', 'input'],
    ['that share one kind', 'since: 2026-11-01, percentOff: 5, kinds: [cacheRead, output]', 'since: 2026-11-01, usdPerMtok: { output: 3 }', 'output'], // prettier-ignore
    ['that share one day', 'since: 2026-11-01, until: 2026-11-03, percentOff: 5', 'since: 2026-11-02, percentOff: 6', 'input'], // prettier-ignore
    ['of the same fee', 'since: 2026-11-01, usdPerWebSearch: 1', 'since: 2026-11-01, usdPerWebSearch: 2', 'webSearch'],
    ['of bands that overlap', 'since: 2026-11-01, percentOff: 5, band: { upToTokens: 101 }', 'since: 2026-11-01, percentOff: 6, band: { overTokens: 100 }', 'input'], // prettier-ignore
  ])('%s contradict each other, however the model is written', (_, first, second, kind) => {
    const [error, ...more] = errorsOf(two(first, second));
    expect(more).toEqual([]);
    expect(error).toMatch(/^p:3:\d+: prices\.1\.since: /);
    expect(error).toContain(`claude-opus-4-1-20250805 has an own price for ${kind} at that time already, line 2;`);
  });

  test.each([
    ['one after the other', 'since: 2026-11-01, until: 2026-12-01, percentOff: 5', 'since: 2026-12-01, percentOff: 6'],
    ['of different kinds', 'since: 2026-11-01, percentOff: 5, kinds: [input]', 'since: 2026-11-01, usdPerMtok: { output: 3 }'], // prettier-ignore
    ['of which one has a band', 'since: 2026-11-01, percentOff: 5', 'since: 2026-11-01, percentOff: 6, band: { overTokens: 100 }'], // prettier-ignore
    ['of bands that meet', 'since: 2026-11-01, percentOff: 5, band: { upToTokens: 100 }', 'since: 2026-11-01, percentOff: 6, band: { overTokens: 100 }'], // prettier-ignore
  ])('%s do not', (_, first, second) => {
    expect(errorsOf(two(first, second))).toEqual([]);
  });

  test('one of the file and one of the API contradict each other too', () => {
    const stored = {
      price: { model: 'claude-opus-5', since: '2026-11-01', until: null, percentOff: '5', source: 'x' },
      where: 'own_1 of the API',
    };
    const parsed = parsePrices(one('percentOff: 9'), 'file', [stored]);
    expect(parsed.ok ? [] : parsed.errors.map((error) => errorLine('p', error))).toEqual([
      'p:3:12: prices.0.since: claude-opus-5 has an own price for input at that time already, own_1 of the API; end that one with until, or leave the kind out',
    ]);
  });

  test('a percentage may be for a model that another price brings', () => {
    const rates = '{ input: 1, cacheWrite5m: 1, cacheWrite1h: ~, cacheRead: 1, output: 1 }';
    const text = `prices:
  - { model: claude-opus-6, since: 2026-11-01, newModel: true, usdPerMtok: ${rates}, source: x }
  - { model: claude-opus-6, since: 2026-11-01, percentOff: 5, band: { overTokens: 200000 }, source: x }
`;
    expect(errorsOf(text)).toEqual([]);
  });
});

test("the example of the documentation is valid and costs what the documentation's table says", () => {
  const docs = readFileSync(join(import.meta.dirname, '../../../docs/prices.md'), 'utf8');
  const parsed = parsePrices(/```yaml\n([^`]*)```/.exec(docs)?.[1] ?? '', 'file');
  const prices = parsed.ok ? parsed.prices.map(({ price }) => price) : [];
  expect(prices.length).toBe(3);
  const costUsd = (model: string, book = priceBook(prices)) =>
    priceCall({ model, at: Date.parse('2026-11-20T10:00:00Z'), usage: { input_tokens: 1000, output_tokens: 1000 } }, book).costUsd?.slice(0, 8) ?? 'unknown'; // prettier-ignore
  for (const model of ['claude-opus-5-5', 'claude-sonnet-5-5', 'claude-opus-6']) {
    expect(docs).toContain(`| \`${model}\` | ${costUsd(model, LIST_PRICES)} | ${costUsd(model)} |`);
  }
  expect(docs).toContain(priceBook(prices).version);
});
