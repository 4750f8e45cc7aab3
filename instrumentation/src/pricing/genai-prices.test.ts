// A second opinion: the public price data of @pydantic/genai-prices. Every difference is listed with its reason, so that
// a new one, on either side, fails here and is looked into.
import { calcPrice } from '@pydantic/genai-prices';
import { expect, test } from 'vitest';
import { PRICED_MODELS, PRICE_CARDS } from './cards.ts';
import { priceCall } from './price.ts';
import { TOKEN_KINDS, type TokenKind } from './receipt.ts';

const AT = new Date('2026-11-20T12:00:00Z');
const COUNT = 1_000;
/** Our kind -> how genai-prices counts it: its input_tokens include the cached ones. */
const THEIR_USAGE: Readonly<Record<TokenKind, Record<string, number>>> = {
  input: { input_tokens: COUNT },
  cacheWrite5m: { input_tokens: COUNT, cache_write_tokens: COUNT },
  cacheWrite1h: { input_tokens: COUNT, cache_write_tokens: COUNT, cache_write_1h_tokens: COUNT },
  cacheRead: { input_tokens: COUNT, cache_read_tokens: COUNT },
  output: { output_tokens: COUNT },
};
const OUR_USAGE: Readonly<Record<TokenKind, Record<string, unknown>>> = {
  input: { input_tokens: COUNT, output_tokens: 0 },
  cacheWrite5m: { input_tokens: 0, output_tokens: 0, cache_creation: { ephemeral_5m_input_tokens: COUNT } },
  cacheWrite1h: { input_tokens: 0, output_tokens: 0, cache_creation: { ephemeral_1h_input_tokens: COUNT } },
  cacheRead: { input_tokens: 0, output_tokens: 0, cache_read_input_tokens: COUNT },
  output: { input_tokens: 0, output_tokens: COUNT },
};

/** `model kind: ours / theirs` in USD per 1,000 tokens -> why they differ. */
const KNOWN_DIFFERENCES: Readonly<Record<string, string>> = {
  'claude-fable-5-2: theirs none': 'released after their data',
  'claude-mythos-5-2: theirs none': 'released after their data',
  'claude-mythos-5-1: theirs none': 'restricted model, not in their data',
  'claude-mythos-5: theirs none': 'restricted model, not in their data',
  'claude-mythos-preview: theirs none': 'restricted model, not in their data',
  'claude-haiku-5-5: theirs none': 'not in their data, nor is a price by prompt length across the cache kinds',
  'claude-sonnet-5-5 cacheRead: 0.0001 / 0.0002':
    'they price it as claude-sonnet-5, whose id it begins with; the cut of 2026-10-07 is missing',
  'claude-3-sonnet-20240229 cacheWrite1h: unpriced / 0.006': 'never published by Anthropic; theirs is worked out',
};

test('differs from genai-prices only where it is known why', () => {
  const differences: string[] = [];
  for (const model of PRICED_MODELS) {
    const theirs = (kind: TokenKind) => calcPrice(THEIR_USAGE[kind], model, { providerId: 'anthropic', timestamp: AT });
    if (theirs('input') === null) {
      differences.push(`${model}: theirs none`);
      continue;
    }
    for (const kind of TOKEN_KINDS) {
      const { costUsd } = priceCall({ model, at: AT.getTime(), usage: OUR_USAGE[kind] });
      const ours = costUsd === null ? 'unpriced' : String(Number(costUsd));
      const their = theirs(kind);
      const other = their === null ? 'none' : String(Number(their.total_price.toFixed(12)));
      if (ours !== other) differences.push(`${model} ${kind}: ${ours} / ${other}`);
    }
  }
  expect(differences.toSorted()).toEqual(Object.keys(KNOWN_DIFFERENCES).toSorted());
});

/** USD for 250,000 tokens read from the cache and 1,000 of each other kind, on days with and without a price for long prompts. */
const NO_1H_WRITE = 'a 1-hour write was never published; theirs is worked out';
const NO_LONG_PRICE = 'they have no long-context price of Sonnet 4';
const KNOWN_LONG_DIFFERENCES: Readonly<Record<string, string>> = {
  '2026-02-28 claude-3-sonnet-20240229: unpriced / 0.10275': NO_1H_WRITE,
  '2026-04-01 claude-3-sonnet-20240229: unpriced / 0.10275': NO_1H_WRITE,
  '2026-11-20 claude-3-sonnet-20240229: unpriced / 0.10275': NO_1H_WRITE,
  '2026-02-28 claude-sonnet-4-20250514: 0.198 / 0.10275': NO_LONG_PRICE,
  '2026-04-01 claude-sonnet-4-20250514: 0.198 / 0.10275': NO_LONG_PRICE,
  '2026-11-20 claude-sonnet-4-5-20250929: 0.10275 / 0.198':
    'they keep the long-context price, whose beta ended on 2026-04-30',
  '2026-11-20 claude-sonnet-5-5: 0.0435 / 0.0685': 'the cut of the cache read, as above',
};

test('differs from genai-prices on long prompts, now and then, only where it is known why', () => {
  const differences: string[] = [];
  const each = { input_tokens: COUNT, cache_creation_input_tokens: 2 * COUNT, cache_read_input_tokens: 250_000 };
  const split = { ephemeral_5m_input_tokens: COUNT, ephemeral_1h_input_tokens: COUNT };
  for (const day of ['2026-02-28', '2026-04-01', '2026-11-20']) {
    const timestamp = new Date(`${day}T12:00:00Z`);
    const released = PRICE_CARDS.filter(({ band, since }) => band?.label !== '>200000' && (since ?? '') <= day);
    for (const model of new Set(released.map((card) => card.model))) {
      const theirs = calcPrice(
        {
          input_tokens: 253_000,
          cache_read_tokens: 250_000,
          cache_write_tokens: 2 * COUNT,
          cache_write_1h_tokens: COUNT,
          output_tokens: COUNT,
        },
        model,
        { providerId: 'anthropic', timestamp },
      );
      if (theirs === null) continue; // the test above lists them
      const usage = { ...each, cache_creation: split, output_tokens: COUNT };
      const betas = ['context-1m-2025-08-07'];
      const { costUsd } = priceCall({ model, at: timestamp.getTime(), usage, betas });
      const ours = costUsd === null ? 'unpriced' : String(Number(costUsd));
      const other = String(Number(theirs.total_price.toFixed(12)));
      if (ours !== other) differences.push(`${day} ${model}: ${ours} / ${other}`);
    }
  }
  expect(differences.toSorted()).toEqual(Object.keys(KNOWN_LONG_DIFFERENCES).toSorted());
});
