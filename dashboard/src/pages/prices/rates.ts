// Rates as they are looked up: what a model costs on a day, list and own, and how a reader sees a decimal. Pure.
import {
  type KeptOwnPrice,
  type OwnPriceJson,
  type PricesAnswer,
  TOKEN_KINDS,
  type UnpricedAnswer,
} from '@spanledger/collector/contract';
import { formatRate, picoUsd, usdOfPico } from '../../format.ts';

export type Kind = (typeof TOKEN_KINDS)[number];
export type Card = PricesAnswer['cards'][number];
type FastRate = PricesAnswer['fastRates'][number];
type Confidence = Card['confidence'];
type Rates = Card['usdPerMtok'];
export type UnpricedModel = UnpricedAnswer['models'][number];

export const KIND_WORDS: Record<Kind, string> = {
  input: 'Input',
  cacheWrite5m: 'Cache write, 5 min',
  cacheWrite1h: 'Cache write, 1 h',
  cacheRead: 'Cache read',
  output: 'Output',
};

/** Today as the price table counts days. */
export const utcDay = (at: number): string => new Date(at).toISOString().slice(0, 10);

interface Dated {
  since: string | null;
  until: string | null;
}
/** `since` is inclusive, `until` exclusive; ISO days compare as text. */
export const holdsOn = ({ since, until }: Dated, day: string): boolean =>
  (since === null || since <= day) && (until === null || day < until);

/** Digits after the point that these rates need, two at least. */
export const ratePlaces = (rates: readonly (string | null)[]): number =>
  Math.max(2, ...rates.map((usd) => (usd === null ? 0 : formatRate(usd).length - formatRate(usd).indexOf('.') - 1)));

/** Spaces as wide as digits for the places a rate does not need, so that a column of rates lines up at the point. */
export function ratePadding(usd: string, places: number): string {
  const text = formatRate(usd);
  return '\u2007'.repeat(Math.max(0, text.indexOf('.') + 1 + places - text.length));
}

/** A rate times a decimal factor; exact as long as the product needs no more than 12 places. */
export const times = (usd: string, factor: string): string =>
  usdOfPico((picoUsd(usd) * picoUsd(factor)) / picoUsd('1'));

/** What is paid of a price with so many percent off: "12.5" -> "0.875". */
export const paidShare = (percentOff: string): string => usdOfPico((picoUsd('100') - picoUsd(percentOff)) / 100n);

/** What a kind of token costs: the listed rate, and the own one where there is one. */
export interface CellPrice {
  /** USD per million tokens; null where there is no such price. */
  list: string | null;
  /** What is paid in its place; null when the listed rate holds. */
  own: string | null;
  confidence: Confidence;
  source: string;
}
export interface CurrentPrice {
  /** The row it is from; null for a model that only an own price knows. */
  card: Card | null;
  band: Card['band'];
  since: string | null;
  cells: Record<Kind, CellPrice>;
  /** Factor of fast mode on every token rate; null where fast mode has no price, or runs at the standard one. */
  fast: FastRate | null;
}
export interface ModelPrices {
  model: string;
  /** What holds on the day, one for each length of prompt; empty when nothing does. */
  current: CurrentPrice[];
  /** Every row of the table, newest first. */
  history: Card[];
  fastHistory: FastRate[];
  /** Own prices for the model by its id, whenever they hold; those for every model are not among them. */
  own: KeptOwnPrice[];
  /** The day the model was retired; null as long as it is not. */
  retiredOn: string | null;
}

const sameBand = (own: OwnPriceJson['band'], card: Card['band']): boolean =>
  own !== undefined && card !== null && own.overTokens === card.overTokens && own.upToTokens === card.upToTokens;

const ownBand = ({ band }: OwnPriceJson): Card['band'] =>
  band === undefined ? null : { ...band, label: bandWords(band) ?? '' };

/** The own price that holds for a kind: the model's own before the one for all, one with the row's band before one without. */
function ownFor(
  kind: Kind,
  prices: readonly KeptOwnPrice[],
  model: string,
  band: Card['band'],
): KeptOwnPrice | undefined {
  const rank = (price: KeptOwnPrice) => (price.tableModel === '*' ? 0 : 2) + (price.band === undefined ? 0 : 1);
  return prices
    .filter(({ tableModel }) => tableModel === model || tableModel === '*')
    .filter((price) => price.band === undefined || sameBand(price.band, band))
    .filter((price) => touches(price, kind))
    .toSorted((one, other) => rank(other) - rank(one))[0];
}

/** Whether an own price says something about a kind. */
export function touches(price: OwnPriceJson, kind: Kind): boolean {
  if (price.usdPerMtok?.[kind] != null) return true;
  return price.percentOff !== undefined && (price.kinds === undefined || price.kinds.includes(kind));
}

function cellsOf(
  rates: Rates,
  own: readonly KeptOwnPrice[],
  model: string,
  band: Card['band'],
  known: (kind: Kind) => { confidence: Confidence; source: string },
): Record<Kind, CellPrice> {
  const cell = (kind: Kind): CellPrice => {
    const list = rates[kind];
    const price = ownFor(kind, own, model, band);
    const rate = price?.usdPerMtok?.[kind] ?? list;
    const off =
      price?.percentOff !== undefined && (price.kinds === undefined || price.kinds.includes(kind))
        ? price.percentOff
        : null;
    const paid = rate === null ? null : off === null ? rate : times(rate, paidShare(off));
    return { list, own: price === undefined ? null : paid, ...known(kind) };
  };
  return {
    input: cell('input'),
    cacheWrite5m: cell('cacheWrite5m'),
    cacheWrite1h: cell('cacheWrite1h'),
    cacheRead: cell('cacheRead'),
    output: cell('output'),
  };
}

const NOTHING: Rates = { input: null, cacheWrite5m: null, cacheWrite1h: null, cacheRead: null, output: null };

/** The table as it is looked up on a day: a model at a time, in the table's order; models of one's own come first. */
export function pricesByModel(
  answer: Pick<PricesAnswer, 'cards' | 'fastRates' | 'own' | 'retirements'>,
  day: string,
): ModelPrices[] {
  const own = answer.own.filter((price) => holdsOn(price, day));
  const listed = [...new Set(answer.cards.map(({ model }) => model))];
  const added = [...new Set(answer.own.filter(({ newModel }) => newModel).map(({ tableModel }) => tableModel))];
  return [...added.filter((model) => !listed.includes(model)), ...listed].map((model): ModelPrices => {
    const history = answer.cards.filter((card) => card.model === model);
    const fastHistory = answer.fastRates.filter((rate) => rate.model === model);
    const fast = fastHistory.find((rate) => holdsOn(rate, day) && rate.factor !== '1') ?? null;
    const current = history
      .filter((card) => holdsOn(card, day))
      .map((card): CurrentPrice => ({
        card,
        band: card.band,
        since: card.since,
        fast,
        cells: cellsOf(card.usdPerMtok, own, model, card.band, (kind) => card.cells?.[kind] ?? card),
      }));
    const newPrices = own.filter((price) => price.newModel && price.tableModel === model);
    if (history.length === 0)
      current.push(
        ...newPrices.map((price): CurrentPrice => ({
          card: null,
          band: ownBand(price),
          since: price.since,
          fast: null,
          cells: cellsOf(NOTHING, own, model, ownBand(price), () => ({ confidence: 'own', source: price.source })),
        })),
      );
    return {
      model,
      current: current.toSorted((one, other) => (one.band?.overTokens ?? -1) - (other.band?.overTokens ?? -1)),
      history: history.toSorted((one, other) => compareDays(other.since, one.since)),
      fastHistory: fastHistory.toSorted((one, other) => compareDays(other.since, one.since)),
      own: answer.own.filter((price) => price.tableModel === model),
      retiredOn: answer.retirements.find((one) => one.model === model && one.on <= day)?.on ?? null,
    };
  });
}

/** null is "always": before every day. */
function compareDays(one: string | null, other: string | null): number {
  return (one ?? '') < (other ?? '') ? -1 : (one ?? '') > (other ?? '') ? 1 : 0;
}

/** "prompts up to 100,000 tokens", "prompts over 100,000 tokens"; null for whatever length. */
export function bandWords(band: { overTokens: number; upToTokens: number | null } | null | undefined): string | null {
  if (band == null) return null;
  const count = new Intl.NumberFormat('en');
  const over = band.overTokens > 0 ? count.format(band.overTokens) : null;
  const upTo = band.upToTokens === null ? null : count.format(band.upToTokens);
  if (over === null && upTo === null) return null;
  if (over === null) return `up to ${upTo} tokens`;
  return upTo === null ? `over ${over} tokens` : `over ${over}, up to ${upTo} tokens`;
}

/** What an own price says, in words: "Input $3.00, output $15.00", "12.5 % off cache read". */
export function ownPriceWords(price: OwnPriceJson): string[] {
  const rates = TOKEN_KINDS.flatMap((kind) => {
    const usd = price.usdPerMtok?.[kind];
    return usd == null ? [] : [`${KIND_WORDS[kind]} ${formatRate(usd)}`];
  });
  const words = rates.length > 0 ? [`${rates.join(' · ')} per M tokens`] : [];
  if (price.usdPerWebSearch !== undefined) words.push(`Web search ${formatRate(price.usdPerWebSearch)} each`);
  if (price.percentOff !== undefined) {
    const kinds = price.kinds?.map((kind) => KIND_WORDS[kind].toLowerCase()).join(' and ');
    words.push(`${price.percentOff} % off ${kinds ?? 'all tokens'}`);
  }
  return words;
}

/** Where an own price stands in time, against a day. */
export function stateOn(price: Dated, day: string): 'in force' | 'to come' | 'ended' {
  if (holdsOn(price, day)) return 'in force';
  return price.until !== null && price.until <= day ? 'ended' : 'to come';
}
