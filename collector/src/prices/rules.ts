// What makes a set of own prices contradict itself: rules over several fields and over several prices. Pure.
import {
  canonicalModel,
  PRICED_MODELS,
  resolveModel,
  TOKEN_KINDS,
  type OwnPrice,
  type TokenKind,
} from '@spanledger/instrumentation/pricing';
import { didYouMean } from './did-you-mean.ts';

/** What is wrong with a price: the field at fault, dotted, and why. */
export interface Problem {
  field: string;
  reason: string;
}

const CACHE_KINDS: ReadonlySet<TokenKind> = new Set(['cacheWrite5m', 'cacheWrite1h', 'cacheRead']);

/** What is wrong with one price by itself, besides the shapes of its fields. */
export function problemsOf(price: OwnPrice): Problem[] {
  const { since, until, usdPerMtok, percentOff, kinds, band, newModel } = price;
  const problems: Problem[] = [];
  const wrong = (field: string, reason: string): void => void problems.push({ field, reason });
  if (until !== null && until <= since)
    wrong('until', `must be after since (${since}): it is the first day without the price`);
  if (band !== undefined && band.upToTokens !== null && band.upToTokens <= Math.max(0, band.overTokens))
    wrong('band.upToTokens', 'must be more than overTokens');
  if (band !== undefined && band.overTokens <= 0 && band.upToTokens === null)
    wrong('band', 'has no border: leave it out for prompts of any length');
  if (band !== undefined && price.usdPerWebSearch !== undefined)
    wrong('usdPerWebSearch', 'has no band: put it into a price of its own without one');
  if (kinds !== undefined && percentOff === undefined)
    wrong('kinds', 'is what percentOff is for, and there is no percentOff');
  const rates = TOKEN_KINDS.filter((kind) => usdPerMtok?.[kind] !== undefined);
  if (rates.length === 0 && percentOff === undefined && price.usdPerWebSearch === undefined)
    wrong('usdPerMtok', 'is missing, and so is percentOff: a price needs one of them');
  if (newModel === true) {
    if (price.model === '*') wrong('newModel', 'is for one model, not for "*"');
    for (const kind of TOKEN_KINDS) {
      if (usdPerMtok?.[kind] === undefined)
        wrong(`usdPerMtok.${kind}`, 'is missing: a new model needs all five rates, null for a cache kind it has not');
      else if (usdPerMtok[kind] === null && !CACHE_KINDS.has(kind)) wrong(`usdPerMtok.${kind}`, 'must not be null');
    }
  } else {
    for (const kind of rates.filter((each) => usdPerMtok?.[each] === null))
      wrong(`usdPerMtok.${kind}`, 'must not be null, unless for a cache kind that a new model has not');
  }
  return problems;
}

/** A price among others, with the words for where it is ("line 3"). */
export interface Placed {
  price: OwnPrice;
  where: string;
}

/** The models that a price of these brings. They need not be whole prices: only these two fields are looked at. */
export function newModelsAmong(prices: readonly { model?: unknown; newModel?: unknown }[]): ReadonlySet<string> {
  const models = prices.flatMap(({ model, newModel }) =>
    newModel === true && typeof model === 'string' ? [model] : [],
  );
  return new Set(models.map((model) => canonicalModel(model.trim())));
}

/** What is wrong with prices together: a model that is in no table and not new, and two prices for the same thing. */
export function problemsTogether(
  all: readonly Placed[],
  newModels: ReadonlySet<string> = newModelsAmong(all.map(({ price }) => price)),
): { index: number; problem: Problem }[] {
  const problems: { index: number; problem: Problem }[] = [];
  const byModel = new Map<string, { placed: Placed; index: number }[]>();
  for (const [index, placed] of all.entries()) {
    const { model } = placed.price;
    const unknown = unknownModel(model, newModels);
    if (unknown !== null) {
      problems.push({ index, problem: unknown });
      continue;
    }
    const key = canonicalModel(model);
    const others = byModel.get(key) ?? [];
    byModel.set(key, others);
    for (const other of others) {
      const kind = overlap(other.placed.price, placed.price);
      if (kind === null) continue;
      const reason = `${key} has an own price for ${kind} at that time already, ${other.placed.where}; end that one with until, or leave the kind out`;
      problems.push({ index, problem: { field: 'since', reason } });
      break;
    }
    others.push({ placed, index });
  }
  return problems;
}

/** What is wrong with a model's id, where `newModels` are known besides those of the table; null when it is known. */
export function unknownModel(model: string, newModels: ReadonlySet<string>): Problem | null {
  if (model === '*' || resolveModel(model, newModels) !== null) return null;
  const hint = didYouMean(model, PRICED_MODELS) || '.';
  const reason = `no price card is for "${model}"${hint} A model that is in no table needs newModel: true and all five rates`;
  return { field: 'model', reason };
}

/** A kind that both prices of a model are for at the same time and length of prompt; null when there is none. */
function overlap(one: OwnPrice, other: OwnPrice): string | null {
  const inTime = (one.until === null || other.since < one.until) && (other.until === null || one.since < other.until);
  if (!inTime || !sameBand(one, other)) return null;
  const kinds = kindsOf(one);
  return [...kindsOf(other)].find((kind) => kinds.has(kind)) ?? null;
}

/** A band over a price without one is no contradiction: the band wins. */
function sameBand({ band: one }: OwnPrice, { band: other }: OwnPrice): boolean {
  if (one === undefined || other === undefined) return one === other;
  const end = (upToTokens: number | null): number => upToTokens ?? Infinity;
  return one.overTokens < end(other.upToTokens) && other.overTokens < end(one.upToTokens);
}

function kindsOf({ usdPerMtok, usdPerWebSearch, percentOff, kinds }: OwnPrice): ReadonlySet<string> {
  return new Set([
    ...TOKEN_KINDS.filter((kind) => usdPerMtok?.[kind] !== undefined),
    ...(percentOff === undefined ? [] : (kinds ?? TOKEN_KINDS)),
    ...(usdPerWebSearch === undefined ? [] : ['webSearch']),
  ]);
}
