import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIST_PRICES, priceBook, type OwnPrice } from './book.ts';
import { PRICE_TABLE_VERSION } from './cards.ts';
import { priceCall, type PriceInput } from './price.ts';
import { TOKEN_KINDS } from './receipt.ts';
import type { ClaudeUsage } from './usage.ts';
import { parseUsd } from './usd.ts';

const NOVEMBER = Date.parse('2026-11-20T12:00:00Z');
const own = (price: Partial<OwnPrice>): OwnPrice => ({
  model: 'claude-opus-5-5',
  since: '2026-11-01',
  until: null,
  source: 'contract 7',
  ...price,
});
/** Listed for Opus 5.5: 4 in, 5 and 8 written, 0.20 read, 20 out. 1,000 in and 1,000 out: 4,000 + 20,000 micro-USD. */
const plain: ClaudeUsage = { input_tokens: 1_000, output_tokens: 1_000 };
const price = (prices: OwnPrice[], usage: ClaudeUsage = plain, rest: Partial<PriceInput> = {}) =>
  priceCall({ model: 'claude-opus-5-5', at: NOVEMBER, usage, ...rest }, priceBook(prices));
const costOf = (...given: Parameters<typeof price>): string | null => price(...given).costUsd;

describe('hand-worked', () => {
  test('an own rate replaces the kinds it names and leaves the others at the list', () => {
    // 1,000 x 3.5 + 1,000 x 20 = 23,500 micro-USD
    expect(costOf([own({ usdPerMtok: { input: '3.5' } })])).toBe('0.023500000000');
  });

  test('a percentage multiplies the listed rates', () => {
    // 24,000 x 0.875 = 21,000 micro-USD
    expect(costOf([own({ percentOff: '12.5' })])).toBe('0.021000000000');
    // only the output: 4,000 + 20,000 x 0.85 = 21,000
    expect(costOf([own({ percentOff: '15', kinds: ['output'] })])).toBe('0.021000000000');
    expect(costOf([own({ percentOff: '100' })])).toBe('0.000000000000');
  });

  test('a percentage multiplies an own rate of the same price', () => {
    // (1,000 x 3 + 1,000 x 20) x 0.9 = 20,700 micro-USD
    expect(costOf([own({ usdPerMtok: { input: '3' }, percentOff: '10' })])).toBe('0.020700000000');
  });

  test('batch multiplies on top of both', () => {
    // 20,700 / 2 = 10,350 micro-USD
    const priced = price([own({ usdPerMtok: { input: '3' }, percentOff: '10' })], { ...plain, service_tier: 'batch' });
    expect(priced.costUsd).toBe('0.010350000000');
    expect(priced.receipt.lines[0]?.multipliers).toEqual([
      { name: 'own-discount', factor: '0.9' },
      { name: 'batch', factor: '0.5' },
    ]);
  });

  test('an own rate with a band holds over its border, one without for any length', () => {
    const banded = own({ usdPerMtok: { input: '3' }, band: { overTokens: 100_000, upToTokens: null } });
    const at = (input: number) => costOf([banded], { input_tokens: input, output_tokens: 0 });
    expect(at(100_000)).toBe('0.400000000000'); // 100,000 x 4
    expect(at(100_001)).toBe('0.300003000000'); // 100,001 x 3
    // Haiku 5.5 has a border in the list at 100,000: in 0.10 below and 0.50 above; the own rate has none.
    const haiku = (input: number) =>
      costOf([own({ model: 'claude-haiku-5-5', usdPerMtok: { input: '0.3' } })], { input_tokens: input, output_tokens: 1_000 }, { model: 'claude-haiku-5-5' }); // prettier-ignore
    expect(haiku(100_000)).toBe('0.030500000000'); // 100,000 x 0.3 + 1,000 x 0.5
    expect(haiku(200_000)).toBe('0.062500000000'); // 200,000 x 0.3 + 1,000 x 2.5
  });

  test('a price for the model wins over one for every model, and one with a band over one without', () => {
    const all = own({ model: '*', percentOff: '50' });
    const input = own({ usdPerMtok: { input: '3' } });
    const long = own({ usdPerMtok: { input: '1' }, band: { overTokens: 999, upToTokens: 1_000 } });
    expect(costOf([all])).toBe('0.012000000000'); // 24,000 / 2
    expect(costOf([all, input])).toBe('0.013000000000'); // 3,000 + 20,000 / 2: never both on one line
    expect(costOf([all, input, long])).toBe('0.011000000000'); // 1,000 + 10,000
    expect(costOf([long, input, all])).toBe('0.011000000000');
  });

  test('holds from the first instant of its first day to before that of the day it ends', () => {
    const day = own({ since: '2026-11-20', until: '2026-11-21', percentOff: '50' });
    const at = (instant: string) => costOf([day], plain, { at: Date.parse(instant) });
    expect(at('2026-11-19T23:59:59.999Z')).toBe('0.024000000000');
    expect(at('2026-11-20T00:00:00.000Z')).toBe('0.012000000000');
    expect(at('2026-11-20T23:59:59.999Z')).toBe('0.012000000000');
    expect(at('2026-11-21T00:00:00.000Z')).toBe('0.024000000000');
  });

  test('rounds a line half up to the pico-dollar, each line by itself', () => {
    // One token at 0.000001 USD per million is 1 pico-USD; half of it rounds up, 0.49 of it down.
    const least = { usdPerMtok: { input: '0.000001', output: '0.000001' } };
    const one: ClaudeUsage = { input_tokens: 1, output_tokens: 1 };
    expect(costOf([own(least)], { ...one, service_tier: 'batch' })).toBe('0.000000000002');
    expect(costOf([own({ ...least, percentOff: '51' })], one)).toBe('0.000000000000');
    // 3 tokens x 1 x 0.5 = 1.5 -> 2
    expect(costOf([own(least)], { input_tokens: 3, output_tokens: 0, service_tier: 'batch' })).toBe('0.000000000002');
  });

  test('prices a model that is in no table, in every way its id is written, and not before its day', () => {
    const rates = { input: '6', cacheWrite5m: '7.5', cacheWrite1h: null, cacheRead: '0.6', output: '30' };
    const card = own({ model: 'claude-opus-6', newModel: true, usdPerMtok: rates });
    // 1,000 x 6 + 1,000 x 30 = 36,000 micro-USD
    for (const model of ['claude-opus-6', 'eu.anthropic.claude-opus-6-v1:0', 'claude-opus-6@default']) {
      expect(costOf([card], plain, { model }), model).toBe('0.036000000000');
    }
    expect(costOf([card], { ...plain, cache_read_input_tokens: 1_000 }, { model: 'claude-opus-6' })).toBe(
      '0.036600000000',
    );
    const reason = (usage: ClaudeUsage, rest: Partial<PriceInput> = {}) =>
      price([card], usage, { model: 'claude-opus-6', ...rest }).receipt.unpricedReason;
    const written = { cache_creation: { ephemeral_1h_input_tokens: 5 } };
    expect(reason({ ...plain, ...written })).toBe('The own price of claude-opus-6 has no cacheWrite1h rate.');
    expect(reason(plain, { at: Date.parse('2026-10-31T23:59:59Z') })).toBe(
      'No price of claude-opus-6 is known at that time.',
    );
    expect(reason(plain, { model: 'claude-opus-6-1' })).toBe('No price is known for the model "claude-opus-6-1".');
  });

  test('a percentage for every model does not price a model that has no price', () => {
    expect(costOf([own({ model: '*', percentOff: '10' })], plain, { model: 'claude-opus-6' })).toBeNull();
  });

  test('takes the own fee for web searches, which no percentage changes', () => {
    const usage: ClaudeUsage = { input_tokens: 0, output_tokens: 0, server_tool_use: { web_search_requests: 3 } };
    expect(costOf([own({ model: '*', usdPerWebSearch: '0.008' })], usage)).toBe('0.024000000000');
    expect(costOf([own({ model: '*', percentOff: '50' })], usage)).toBe('0.030000000000');
  });

  test('the savings of the cache are counted at own prices too', () => {
    // As input 1,000 x 3 = 3,000; read at 0.20 less a half = 100: 2,900 micro-USD
    const prices = [own({ usdPerMtok: { input: '3' }, percentOff: '50', kinds: ['cacheRead'] })];
    const usage = { input_tokens: 0, output_tokens: 0, cache_read_input_tokens: 1_000 };
    expect(price(prices, usage).savingsPico).toBe(2_900_000_000n);
  });
});

describe('the receipt', () => {
  test('marks the lines of an own price and leaves the others as they are', () => {
    const { receipt } = price([own({ percentOff: '15', kinds: ['output'], until: '2027-01-01' })]);
    expect(receipt.lines).toEqual([
      priceCall({ model: 'claude-opus-5-5', at: NOVEMBER, usage: plain }).receipt.lines[0],
      {
        kind: 'output',
        model: 'claude-opus-5-5',
        quantity: 1_000,
        unit: 'token',
        rateUsd: '20',
        per: 'million',
        multipliers: [{ name: 'own-discount', factor: '0.85' }],
        amountUsd: '0.017000000000',
        card: {
          model: 'claude-opus-5-5',
          band: null,
          since: '2026-11-01',
          until: '2027-01-01',
          source: 'contract 7',
          confidence: 'own',
        },
      },
    ]);
    expect(receipt.flags).toEqual([]);
  });

  test('says that a listed rate under a percentage is quoted, and not of an own rate', () => {
    const flags = (prices: OwnPrice[]) =>
      price(prices, { input_tokens: 0, output_tokens: 0, cache_read_input_tokens: 9 }, { model: 'claude-fable-5-2' }).receipt.flags.map(({ flag }) => flag); // prettier-ignore
    expect(flags([own({ model: '*', percentOff: '5' })])).toEqual(['quoted']);
    expect(flags([own({ model: 'claude-fable-5-2', usdPerMtok: { cacheRead: '0.1' } })])).toEqual([]);
  });

  test('does not call an own price of Priority Tier the list price', () => {
    const tier = { ...plain, service_tier: 'priority' };
    expect(price([own({ percentOff: '5' })], tier).receipt.flags).toEqual([
      {
        flag: 'contract-priced',
        message: 'Priority Tier is paid by contract; this is what the same tokens cost by the own prices.',
      },
    ]);
  });

  test('flags a prompt border of an own price that only the sum of the samplings passes', () => {
    const banded = own({ usdPerMtok: { input: '3' }, band: { overTokens: 100_000, upToTokens: null } });
    const sampling = { type: 'message', input_tokens: 60_000, output_tokens: 1 };
    const usage = { ...plain, iterations: [sampling, sampling] };
    expect(price([banded], usage).receipt.flags.map(({ flag }) => flag)).toEqual(['estimated']);
  });
});

describe('the version of a book', () => {
  test('is that of the table without own prices', () => {
    expect(priceBook([])).toBe(LIST_PRICES);
    expect(LIST_PRICES.version).toBe(PRICE_TABLE_VERSION);
  });

  test('changes with what the prices say, and not with their order or how an id is written', () => {
    const one = own({ percentOff: '5', kinds: ['input', 'output'] });
    const other = own({ model: 'claude-opus-4-1', usdPerMtok: { input: '3' } });
    const { version } = priceBook([one, other]);
    expect(version).toMatch(/^2026-11-21\+[0-9a-f]{8}$/);
    expect(priceBook([{ ...other, model: 'claude-opus-4-1-20250805' }, { ...one, kinds: ['output', 'input'] }]).version).toBe(version); // prettier-ignore
    const changes: Partial<OwnPrice>[] = [
      { model: 'claude-opus-5' },
      { since: '2026-11-02' },
      { until: '2027-01-01' },
      { percentOff: '6' },
      { kinds: ['input'] },
      { source: 'contract 8' },
      { usdPerWebSearch: '0.01' },
      { band: { overTokens: 5, upToTokens: null } },
    ];
    const versions = changes.map((change) => priceBook([{ ...one, ...change }, other]).version);
    expect(new Set([version, ...versions]).size).toBe(changes.length + 1);
  });

  test('a rate that is no decimal is refused when the book is made, not when a call is priced', () => {
    expect(() => priceBook([own({ usdPerMtok: { input: '1e3' } })])).toThrow(RangeError);
  });
});

test('whatever the own prices, a line is the exact product rounded half up, and the cost is the sum of the lines', () => {
  const rate = fc.nat({ max: 99_999_999 }).map((micros) => (micros / 1_000_000).toFixed(6));
  const percent = fc.nat({ max: 10_000 }).map((hundredths) => (hundredths / 100).toFixed(2));
  const prices = fc.record({ input: rate, output: rate, percent, web: rate });
  const tokens = fc.nat({ max: 3_000_000 });
  fc.assert(
    fc.property(prices, tokens, tokens, fc.boolean(), (rates, input, output, batch) => {
      const prices = [
        own({ usdPerMtok: { input: rates.input, output: rates.output }, percentOff: rates.percent, usdPerWebSearch: rates.web }), // prettier-ignore
      ];
      const usage = { input_tokens: input, output_tokens: output, service_tier: batch ? 'batch' : 'standard' };
      const { costPico, receipt } = price(prices, usage);
      expect(receipt.lines.reduce((sum, line) => sum + parseUsd(line.amountUsd), 0n)).toBe(costPico);
      for (const line of receipt.lines) {
        expect(TOKEN_KINDS).toContain(line.kind);
        const factors = line.multipliers.reduce((product, { factor }) => product * parseUsd(factor), 1n);
        const scale = 10n ** BigInt(12 * line.multipliers.length) * 1_000_000n;
        const twiceError = 2n * (BigInt(line.quantity) * parseUsd(line.rateUsd) * factors - parseUsd(line.amountUsd) * scale); // prettier-ignore
        expect(twiceError < scale && twiceError >= -scale).toBe(true);
      }
    }),
  );
});
