// Which own price holds for a token kind of a sampling, and what the rate is then. Per kind one own price at most:
// one for the model itself wins over one for '*', then one with a band over one without. They are never stacked.
import type { OwnBand, OwnPrice, PriceBook } from './book.ts';
import type { PriceCard, PromptBand, Rates } from './cards.ts';
import { validAt } from './dates.ts';
import { TOKEN_KINDS, type Multiplier, type TokenKind } from './receipt.ts';
import { formatPico, parseUsd, PICO_PER_USD } from './usd.ts';

/** The rate of one token kind, before the modifiers of the call. */
export interface EffectiveRate {
  /** USD per million tokens; null when there is none. */
  usdPerMtok: string | null;
  /** The percentage of an own price, as a factor; empty without one. */
  multipliers: readonly Multiplier[];
  /** The own price the rate or the percentage is from; null when it is the listed one. */
  own: OwnPrice | null;
  /** Whether the rate itself is listed, with or without a percentage off. */
  listed: boolean;
}

/** The rate of `kind` for a prompt of that many tokens, where `card` is the listed row. */
export function effectiveRate(
  book: PriceBook,
  card: PriceCard,
  kind: TokenKind,
  prompt: number,
  at: number,
): EffectiveRate {
  const holds = ownPricesOf(book, card.model).find(
    (price) => names(price, kind) && validAt(price, at) && inBand(price.band, prompt),
  );
  const listedRate = card.usdPerMtok[kind];
  if (holds === undefined) return { usdPerMtok: listedRate, multipliers: [], own: null, listed: true };
  const ownRate = holds.usdPerMtok?.[kind] ?? null;
  return {
    usdPerMtok: ownRate ?? listedRate,
    multipliers: takesOff(holds, kind) ? discountOf(holds) : [],
    own: holds,
    listed: ownRate === null,
  };
}

/** The own price for web searches of a model, or null. */
export function ownWebSearch(
  book: PriceBook,
  model: string,
  at: number,
): (OwnPrice & { usdPerWebSearch: string }) | null {
  const holds = ownPricesOf(book, model).find((price) => price.usdPerWebSearch !== undefined && validAt(price, at));
  return holds?.usdPerWebSearch === undefined ? null : { ...holds, usdPerWebSearch: holds.usdPerWebSearch };
}

/** The models that only the book has. */
export const newModelsOf = (book: PriceBook): ReadonlySet<string> => indexOf(book).newModels;

/** The rows of a model that only the book has, as price cards. */
export function newCardsOf(book: PriceBook, model: string): PriceCard[] {
  return ownPricesOf(book, model)
    .filter((price) => price.newModel === true)
    .map(({ band, since, until, usdPerMtok, source }) => ({
      model,
      band: band === undefined ? null : labelled(band),
      since,
      until,
      usdPerMtok: Object.fromEntries(TOKEN_KINDS.map((kind) => [kind, usdPerMtok?.[kind] ?? null])) as Rates,
      source,
      confidence: 'own',
    }));
}

/** A band with its label, written as the table writes it: ">200000", "<=100000". */
export function labelled({ overTokens, upToTokens }: OwnBand): PromptBand {
  const parts = [...(overTokens > 0 ? [`>${overTokens}`] : []), ...(upToTokens === null ? [] : [`<=${upToTokens}`])];
  return { label: parts.join(' ') || '>0', overTokens, upToTokens };
}

const inBand = (band: OwnBand | undefined, prompt: number): boolean =>
  band === undefined || (prompt > band.overTokens && (band.upToTokens === null || prompt <= band.upToTokens));
const takesOff = ({ percentOff, kinds }: OwnPrice, kind: TokenKind): boolean =>
  percentOff !== undefined && (kinds === undefined || kinds.includes(kind));
const names = (price: OwnPrice, kind: TokenKind): boolean => price.usdPerMtok?.[kind] != null || takesOff(price, kind);

/** Worked out once a price, not for every line. */
const discounts = new WeakMap<OwnPrice, readonly Multiplier[]>();
function discountOf(price: OwnPrice): readonly Multiplier[] {
  let discount = discounts.get(price);
  if (discount === undefined) {
    discount = [{ name: 'own-discount', factor: factorOf(price.percentOff ?? '0') }];
    discounts.set(price, discount);
  }
  return discount;
}

/** '12.5' -> '0.875', exact. */
function factorOf(percentOff: string): string {
  const factor = formatPico((100n * PICO_PER_USD - parseUsd(percentOff)) / 100n);
  return factor.replace(/\.?0+$/, '');
}

interface Index {
  newModels: ReadonlySet<string>;
  byModel: Map<string, readonly OwnPrice[]>;
}
const indexes = new WeakMap<PriceBook, Index>();

function indexOf(book: PriceBook): Index {
  const known = indexes.get(book);
  if (known !== undefined) return known;
  const newModels = new Set(book.own.filter((price) => price.newModel === true).map((price) => price.model));
  const index: Index = { newModels, byModel: new Map() };
  indexes.set(book, index);
  return index;
}

const NONE: readonly OwnPrice[] = [];
const preference = (price: OwnPrice): number => (price.model === '*' ? 0 : 2) + (price.band === undefined ? 0 : 1);

/** The own prices that can hold for a canonical model, the preferred first. */
function ownPricesOf(book: PriceBook, model: string): readonly OwnPrice[] {
  if (book.own.length === 0) return NONE;
  const { byModel } = indexOf(book);
  const known = byModel.get(model);
  if (known !== undefined) return known;
  const prices = book.own
    .filter((price) => price.model === model || price.model === '*')
    .toSorted((one, other) => preference(other) - preference(one));
  byModel.set(model, prices);
  return prices;
}
