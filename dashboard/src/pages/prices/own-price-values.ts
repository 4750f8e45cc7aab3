// An own price as the form holds it, and back; which field of the form an error of the API is about. Pure.
import { type OwnPriceInput, type OwnPriceJson, TOKEN_KINDS } from '@spanledger/collector/contract';
import type { Kind } from './rates.ts';

/** What the form offers to say: rates, a percentage, or both. */
export type PriceWay = 'rates' | 'percent' | 'both';

export interface OwnPriceValues {
  model: string;
  newModel: boolean;
  since: string | null;
  until: string | null;
  way: PriceWay;
  /** Empty: as listed. */
  rates: Record<Kind, string>;
  webSearch: string;
  percentOff: string;
  /** Empty: every kind. */
  kinds: Kind[];
  banded: boolean;
  overTokens: string;
  /** Empty: no upper end. */
  upToTokens: string;
  source: string;
}

const NO_RATES: Record<Kind, string> = { input: '', cacheWrite5m: '', cacheWrite1h: '', cacheRead: '', output: '' };

export const blankOwnPrice = (today: string): OwnPriceValues => ({
  model: '',
  newModel: false,
  since: today,
  until: null,
  way: 'rates',
  rates: NO_RATES,
  webSearch: '',
  percentOff: '',
  kinds: [],
  banded: false,
  overTokens: '',
  upToTokens: '',
  source: '',
});

export function valuesOf(price: OwnPriceJson): OwnPriceValues {
  const hasRates = price.usdPerMtok !== undefined || price.usdPerWebSearch !== undefined;
  return {
    model: price.model,
    newModel: price.newModel ?? false,
    since: price.since,
    until: price.until,
    way: price.percentOff === undefined ? 'rates' : hasRates ? 'both' : 'percent',
    rates: { ...NO_RATES, ...withoutNulls(price.usdPerMtok ?? {}) },
    webSearch: price.usdPerWebSearch ?? '',
    percentOff: price.percentOff ?? '',
    kinds: [...(price.kinds ?? [])],
    banded: price.band !== undefined,
    overTokens: price.band === undefined ? '' : String(price.band.overTokens),
    upToTokens: price.band?.upToTokens == null ? '' : String(price.band.upToTokens),
    source: price.source,
  };
}

const withoutNulls = (rates: NonNullable<OwnPriceJson['usdPerMtok']>): Partial<Record<Kind, string>> =>
  Object.fromEntries(Object.entries(rates).flatMap(([kind, usd]) => (usd == null ? [] : [[kind, usd]])));

/** What is sent. Only what the chosen way shows goes along; a new model names all five kinds, null where left empty. */
export function ownPriceOf(values: OwnPriceValues): OwnPriceInput {
  const { model, newModel, since, until, way, rates, webSearch, percentOff, kinds, banded, source } = values;
  const withRates = newModel || way !== 'percent';
  const withPercent = way !== 'rates';
  const given = TOKEN_KINDS.flatMap((kind): [Kind, string | null][] => {
    const usd = decimal(rates[kind]);
    return usd === '' ? (newModel ? [[kind, null]] : []) : [[kind, usd]];
  });
  return {
    model: model.trim(),
    since: since ?? '',
    until,
    ...(withRates && given.length > 0 ? { usdPerMtok: Object.fromEntries(given) } : {}),
    ...(withRates && webSearch.trim() !== '' ? { usdPerWebSearch: decimal(webSearch) } : {}),
    ...(withPercent && percentOff.trim() !== '' ? { percentOff: decimal(percentOff) } : {}),
    ...(withPercent && kinds.length > 0 ? { kinds } : {}),
    ...(banded ? { band: bandOf(values) } : {}),
    ...(newModel ? { newModel: true as const } : {}),
    source: source.trim(),
  };
}

/** As a hand may write it: "$ 3.50", "12,5". */
const decimal = (text: string): string =>
  text
    .trim()
    .replace(/^\$\s*/, '')
    .replace(/^(\d+),(\d+)$/, '$1.$2');

function bandOf({ overTokens, upToTokens }: OwnPriceValues) {
  const count = (text: string) => Number(text.replace(/[\s,_]/g, ''));
  return { overTokens: count(overTokens), upToTokens: upToTokens.trim() === '' ? null : count(upToTokens) };
}

const FIELDS: Record<string, string> = {
  usdPerWebSearch: 'webSearch',
  'band.overTokens': 'overTokens',
  'band.upToTokens': 'upToTokens',
  band: 'overTokens',
};
const SAME = new Set(['model', 'newModel', 'since', 'until', 'percentOff', 'kinds', 'source']);

/** The field of a price without which price of a list it is: "prices.0.since" -> "since". */
export const withoutPlace = (field: string): string => field.replace(/^(prices)?(\[\d+\]|\.?\d+)?\.?/, '');

/** The form's field for one that the API names ("prices[0].usdPerMtok.input"); null where the form shows none. */
export function formField(field: string | undefined): string | null {
  if (field === undefined) return null;
  const path = withoutPlace(field).replace(/\[(\d+)\]/g, '.$1');
  const rate = /^usdPerMtok\.(\w+)$/.exec(path)?.[1];
  if (rate !== undefined) return TOKEN_KINDS.includes(rate as Kind) ? `rates.${rate}` : null;
  if (path === 'usdPerMtok') return 'rates.input';
  const first = path.split('.')[0] ?? '';
  return FIELDS[path] ?? FIELDS[first] ?? (SAME.has(first) ? first : null);
}

/** Of which ways a field is shown in; an error at a hidden field is said below the form. */
export function isShown(field: string, values: OwnPriceValues): boolean {
  if (field.startsWith('rates.') || field === 'webSearch') return values.newModel || values.way !== 'percent';
  if (field === 'percentOff' || field === 'kinds') return values.way !== 'rates';
  if (field === 'overTokens' || field === 'upToTokens') return values.banded;
  return true;
}

/** What is wrong, without the name of the field it is shown at. */
export const withoutField = (message: string, field: string | undefined): string =>
  field !== undefined && message.startsWith(`${field}: `) ? message.slice(field.length + 2) : message;
