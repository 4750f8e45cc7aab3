// From an id as an emitter writes it to the canonical id of a price card, or null.
// Only exact ids and the clouds' exact ways of wrapping them count: an id that merely begins like a known one is unknown.
import { FAST_RATES, PRICE_CARDS, PRICED_MODELS, type PriceCard } from './cards.ts';

/** Ids that name the same snapshot as a canonical id. Dateless ids from 4.6 on are canonical themselves. */
const ALIASES: Readonly<Record<string, string>> = {
  'claude-opus-4-5': 'claude-opus-4-5-20251101',
  'claude-haiku-4-5': 'claude-haiku-4-5-20251001',
  'claude-sonnet-4-5': 'claude-sonnet-4-5-20250929',
  'claude-opus-4-1': 'claude-opus-4-1-20250805',
  'claude-opus-4-0': 'claude-opus-4-20250514',
  'claude-opus-4': 'claude-opus-4-20250514',
  'claude-sonnet-4-0': 'claude-sonnet-4-20250514',
  'claude-sonnet-4': 'claude-sonnet-4-20250514',
  'claude-3-7-sonnet-latest': 'claude-3-7-sonnet-20250219',
  'claude-3-5-sonnet-latest': 'claude-3-5-sonnet-20241022',
  'claude-3-5-haiku-latest': 'claude-3-5-haiku-20241022',
  'claude-3-opus-latest': 'claude-3-opus-20240229',
};

/**
 * Google Cloud names its Claude 3 and 4 snapshots `<name>@<date>`, or `<name>@default` for the one snapshot it has of
 * the name. Its names for Claude 3 are no ids of Anthropic's, so their snapshots stand here.
 */
const GOOGLE_SNAPSHOTS: ReadonlyMap<string, string> = new Map([
  ['claude-3-7-sonnet', 'claude-3-7-sonnet-20250219'],
  ['claude-3-5-sonnet-v2', 'claude-3-5-sonnet-20241022'],
  ['claude-3-5-sonnet', 'claude-3-5-sonnet-20240620'],
  ['claude-3-5-haiku', 'claude-3-5-haiku-20241022'],
  ['claude-3-opus', 'claude-3-opus-20240229'],
  ['claude-3-sonnet', 'claude-3-sonnet-20240229'],
  ['claude-3-haiku', 'claude-3-haiku-20240307'],
]);

const CANONICAL: ReadonlyMap<string, string> = new Map([
  ...PRICED_MODELS.map((model) => [model, model] as const),
  ...Object.entries(ALIASES),
]);
const FAST_MODELS: ReadonlySet<string> = new Set(FAST_RATES.map((rate) => rate.model));

export interface ResolvedModel {
  readonly model: string;
  /** The cloud whose way of writing ids this is; null when the id is Anthropic's own. */
  readonly cloud: 'bedrock' | 'google' | null;
  /** Bedrock's inference profile; null when the id names none. */
  readonly region: 'global' | 'regional' | null;
  /** Written with Claude Code's `[1m]`, which asks for the long context. */
  readonly longContext: boolean;
  /** A `<id>-fast` deployment, as Foundry names fast mode. */
  readonly fast: boolean;
}

/** A plain id -> the canonical id of the snapshot it names; undefined when it is not known. */
type Lookup = (name: string) => string | undefined;
const listed: Lookup = (name) => CANONICAL.get(name);
const NO_MODELS: ReadonlySet<string> = new Set();

/** The ids of a table's models are few, and each is asked for several times a call; others may push them out. */
const resolvedIds = new Map<string, ResolvedModel | null>();
const MOST_RESOLVED = 1000;

/**
 * The canonical model of an id in any of its ways of writing, or null when no price card is for it. Never throws.
 * `newModels` are canonical ids that are known besides those of the table.
 */
export function resolveModel(id: string, newModels: ReadonlySet<string> = NO_MODELS): ResolvedModel | null {
  if (newModels.size > 0) return resolve(id, (name) => listed(name) ?? (newModels.has(name) ? name : undefined));
  let resolved = resolvedIds.get(id);
  if (resolved === undefined) {
    resolved = resolve(id, listed);
    if (resolvedIds.size >= MOST_RESOLVED) resolvedIds.clear();
    resolvedIds.set(id, resolved);
  }
  return resolved;
}

/** The canonical id of a known model; of an unknown one the id without what a cloud wraps around it. */
export const canonicalModel = (id: string): string => resolve(id, (name) => listed(name) ?? name)?.model ?? id;

function resolve(id: string, lookup: Lookup): ResolvedModel | null {
  let text = id;
  const longContext = text.endsWith('[1m]');
  if (longContext) text = text.slice(0, -'[1m]'.length);

  const arn = /^arn:aws[a-z-]*:bedrock:[^/]*\/(.+)$/.exec(text);
  if (arn?.[1] !== undefined) text = arn[1];
  const bedrock = /^(?:(us|eu|jp|au|apac|global)\.)?anthropic\.([a-z0-9-]+?)(?:-v\d+(?::\d+)?)?$/.exec(text);
  if (bedrock?.[2] !== undefined) {
    const model = lookup(bedrock[2]);
    if (model === undefined) return null;
    const profile = bedrock[1];
    const region = profile === undefined ? null : profile === 'global' ? 'global' : 'regional';
    return { model, cloud: 'bedrock', region, longContext, fast: false };
  }

  const google = /^([a-z0-9-]+)@(default|\d{8})$/.exec(text);
  if (google?.[1] !== undefined && google[2] !== undefined) {
    const model = googleModel(google[1], google[2], lookup);
    return model === null ? null : { model, cloud: 'google', region: null, longContext, fast: false };
  }

  const fastOf = text.endsWith('-fast') ? text.slice(0, -'-fast'.length) : null;
  if (fastOf !== null && FAST_MODELS.has(fastOf)) {
    return { model: fastOf, cloud: null, region: null, longContext, fast: true };
  }
  const exact = lookup(text);
  return exact === undefined ? null : { model: exact, cloud: null, region: null, longContext, fast: false };
}

function googleModel(name: string, version: string, lookup: Lookup): string | null {
  const known = listed(name) ?? GOOGLE_SNAPSHOTS.get(name) ?? lookup(name);
  if (known === undefined) return null;
  // A dateless id is one snapshot, so its date adds nothing; another date than a snapshot's own is another snapshot.
  const ownDate = /-(\d{8})$/.exec(known)?.[1];
  return version === 'default' || ownDate === undefined || ownDate === version ? known : null;
}

/** Every price-card row of a model, by any of its ids; empty when there is none. */
export function cardsFor(model: string): readonly PriceCard[] {
  const canonical = resolveModel(model)?.model;
  return PRICE_CARDS.filter((card) => card.model === canonical);
}
