// The price book: the built-in price cards and, over them, the prices a company has agreed for itself.
// Own prices come in as checked data; out goes what `priceCall` looks rates up in. Pure: knows no file and no service.
import { PRICE_TABLE_VERSION, type Rates } from './cards.ts';
import { canonicalModel } from './model-id.ts';
import { TOKEN_KINDS, type TokenKind } from './receipt.ts';
import { parseUsd } from './usd.ts';

/** Which prompts an own price is for, by all tokens of the prompt: over < prompt <= upTo. */
export interface OwnBand {
  /** Exclusive. */
  overTokens: number;
  /** Inclusive; null means no upper end. */
  upToTokens: number | null;
}

/**
 * A price of one's own: rates, a percentage off, or both. For each token kind of a call at most one holds: one for the
 * model itself wins over one for '*', then one with a band over one without.
 */
export interface OwnPrice {
  /** A model's id in any way of writing it, or '*' for every model that has a price. */
  model: string;
  /** First day (UTC, YYYY-MM-DD), inclusive. */
  since: string;
  /** First day (UTC) on which it no longer holds; null means it holds. */
  until: string | null;
  /** USD per million tokens as decimal strings, in place of the listed ones; null is for a cache kind that a new model has not. */
  usdPerMtok?: Partial<Rates>;
  /** USD per web search, in place of the listed fee. */
  usdPerWebSearch?: string;
  /** '12.5' means that 87.5 % is paid: of the own rate where there is one, else of the listed one. Tokens only. */
  percentOff?: string;
  /** What `percentOff` is for; every token kind when left out. */
  kinds?: readonly TokenKind[];
  /** Left out: whatever the length of the prompt. */
  band?: OwnBand;
  /** The model is in no table: this row is its price card, with all five rates. */
  newModel?: true;
  /** Where the price was agreed; it goes on the receipt. */
  source: string;
}

export interface PriceBook {
  /** The table's version, and a digest of the own prices where there are any: `2026-11-21+1a2b3c4d`. */
  version: string;
  /** With canonical model ids. */
  own: readonly OwnPrice[];
}

/** What Anthropic lists, and nothing else. */
export const LIST_PRICES: PriceBook = Object.freeze({ version: PRICE_TABLE_VERSION, own: [] });

/** The book of these own prices, in any order. Throws a RangeError where a rate or percentage is no decimal. */
export function priceBook(own: readonly OwnPrice[]): PriceBook {
  if (own.length === 0) return LIST_PRICES;
  const prices = own.map(({ band, ...price }) => ({
    ...price,
    model: canonicalModel(price.model),
    // A prompt has at least one token: "over 0" and the table's "over -1" are the same.
    ...(band === undefined ? {} : { band: { ...band, overTokens: band.overTokens === 0 ? -1 : band.overTokens } }),
  }));
  for (const { usdPerMtok = {}, usdPerWebSearch, percentOff } of prices) {
    for (const amount of [...Object.values(usdPerMtok), usdPerWebSearch, percentOff]) {
      if (amount != null) parseUsd(amount);
    }
  }
  return Object.freeze({ version: `${PRICE_TABLE_VERSION}+${digest(prices)}`, own: prices });
}

/** Eight hex digits (FNV-1a, 32 bits) over what the prices say, whatever their order and that of their fields. */
function digest(prices: readonly OwnPrice[]): string {
  const said = prices.map(
    ({ model, since, until, usdPerMtok, usdPerWebSearch, percentOff, kinds, band, source, ...rest }) =>
      JSON.stringify([
        model,
        since,
        until,
        TOKEN_KINDS.map((kind) => usdPerMtok?.[kind] ?? null),
        usdPerWebSearch ?? null,
        percentOff ?? null,
        kinds === undefined ? null : TOKEN_KINDS.filter((kind) => kinds.includes(kind)),
        band === undefined ? null : [band.overTokens, band.upToTokens],
        rest.newModel ?? false,
        source,
      ]),
  );
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(said.toSorted().join('\n'))) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash.toString(16).padStart(8, '0');
}
