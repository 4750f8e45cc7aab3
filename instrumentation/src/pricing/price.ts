// The price stage: one call's usage in, a receipt and its exact sum out.
// Pure integer arithmetic in pico-USD over the price cards. Knows no span, no clock, no network.
// Where the price of a call is not known it says so and why; it never guesses 0 and never throws.
import { LIST_PRICES, type PriceBook } from './book.ts';
import { LONG_CONTEXT_BETA, PRICE_CARDS, PRICED_MODELS, WEB_SEARCH_FEE, type PriceCard } from './cards.ts';
import { startOfDay, validAt } from './dates.ts';
import { modifiersFor, readServing, show, type Serving } from './modifiers.ts';
import { resolveModel, type ResolvedModel } from './model-id.ts';
import { effectiveRate, labelled, newCardsOf, newModelsOf, ownWebSearch, type EffectiveRate } from './own.ts';
import {
  TOKEN_KINDS,
  type Confidence,
  type Multiplier,
  type Receipt,
  type ReceiptFlag,
  type ReceiptFlagName,
  type ReceiptLine,
  type TokenKind,
} from './receipt.ts';
import { asRecord, readCount, readHops, type ClaudeUsage, type Hop } from './usage.ts';
import { formatPico, parseUsd } from './usd.ts';

export interface PriceInput {
  /** The model of the response; null when the response named none, then the requested one is priced and flagged. */
  model: string | null;
  requestModel?: string | null | undefined;
  /** When the call was made, epoch ms: the rates of that day are used. */
  at: number;
  /** The API's raw usage; null when the call has none, and then no price. */
  usage: ClaudeUsage | null;
  stopReason?: string | null | undefined;
  /** Whether the response has no content. A refusal is not billed when this is true or its `output_tokens` are 0. */
  outputEmpty?: boolean | undefined;
  /** The stream was cut before its last usage: what is known is priced, as a lower bound. */
  partial?: boolean | undefined;
  /** `billing_policy.bill_to` of the request. With user_profile the customer's organisation pays. */
  billTo?: 'self' | 'user_profile' | null | undefined;
  /** The anthropic-beta values of the request; absent when unknown. */
  betas?: readonly string[] | undefined;
  /** Who served the call ("anthropic", "aws.bedrock", "gcp.vertex_ai", ...); null when unknown, then Anthropic. */
  platform?: string | null | undefined;
}

export interface Priced {
  /** The cost in pico-USD (1e-12 USD); null when unpriced. */
  costPico: bigint | null;
  /** The cost in USD with 12 places; null when unpriced. */
  costUsd: string | null;
  /** What the cached tokens would have cost as plain input less what they did cost, pico-USD; can be negative; null when unpriced. */
  savingsPico: bigint | null;
  /** What of the cost is for cached tokens, by kind, pico-USD; null when unpriced. */
  cachedPico: Readonly<Record<'cacheRead' | 'cacheWrite5m' | 'cacheWrite1h', bigint>> | null;
  receipt: Receipt;
}

const CACHED_KINDS: ReadonlySet<TokenKind> = new Set(['cacheWrite5m', 'cacheWrite1h', 'cacheRead']);
const MESSAGE_TYPES: ReadonlySet<string> = new Set(['message', 'fallback_message']);
const HOP_TYPES: ReadonlySet<string> = new Set([...MESSAGE_TYPES, 'compaction', 'advisor_message']);

/**
 * Prices one call, by the list unless a book of own prices is given. Never throws: what cannot be priced comes back with
 * `receipt.unpricedReason`.
 */
export function priceCall(input: PriceInput, book: PriceBook = LIST_PRICES): Priced {
  if (input.billTo === 'user_profile') return billedToOthers();
  const usage = asRecord(input.usage);
  if (usage === null) return unpriced('The call reported no usage.');
  if (typeof input.at !== 'number' || !Number.isFinite(input.at)) return unpriced('The time of the call is unknown.');

  const named = text(input.model);
  const requested = text(input.requestModel);
  const main = named ?? requested;
  if (main === null) return unpriced('The call named no model.');

  const newModels = newModelsOf(book);
  const resolved = resolveModel(main, newModels);
  const resolvedRequest = requested === null ? null : resolveModel(requested, newModels);
  const flags = new Flags();
  if (input.partial === true) {
    flags.add('partial', 'The stream was cut before its final usage; the cost is a lower bound.');
  }
  if (named === null) flags.add('estimated', 'The response named no model; the requested one was priced.');
  const serving = readServing(usage, [resolved, resolvedRequest], text(input.platform));
  for (const flag of serving.flags) flags.add(flag.flag, flag.message);
  if (serving.problem !== null) return unpriced(serving.problem);

  const { hops, iterated, problem } = readHops(usage);
  if (problem !== null) return unpriced(problem);

  const context: Context = {
    input,
    book,
    serving,
    main,
    requested,
    longContext: longContextOf(input, [resolved, resolvedRequest]),
    hasFallback: hops.some((hop) => hop.type === 'fallback_message'),
    flags,
  };
  const lines: PricedLine[] = [];
  for (const [index, hop] of hops.entries()) {
    const priced = priceHop(hop, index, hops, context);
    if (typeof priced === 'string') return unpriced(priced);
    lines.push(...priced);
  }

  const searches = priceSearches(usage, resolved?.model ?? main, context);
  if (typeof searches === 'string') return unpriced(searches);
  lines.push(...searches.lines);
  flagUncertainBands(hops, iterated, searches.count > 0, context);

  const costPico = lines.reduce((sum, line) => sum + line.amountPico, 0n);
  const costUsd = formatPico(costPico);
  return {
    costPico,
    costUsd,
    savingsPico: lines.reduce((sum, line) => sum + line.savingsPico, 0n),
    cachedPico: cachedOf(lines),
    receipt: {
      lines: lines.map((line) => line.line),
      totalUsd: costUsd,
      flags: lines.some(isOwn) ? flags.list.map(inOwnWords) : flags.list,
      unpricedReason: null,
    },
  };
}

function cachedOf(lines: readonly PricedLine[]): Priced['cachedPico'] {
  const cached = { cacheRead: 0n, cacheWrite5m: 0n, cacheWrite1h: 0n };
  for (const { line, amountPico } of lines) {
    if (line.kind === 'cacheRead' || line.kind === 'cacheWrite5m' || line.kind === 'cacheWrite1h')
      cached[line.kind] += amountPico;
  }
  return cached;
}

interface Context {
  input: PriceInput;
  book: PriceBook;
  serving: Serving;
  /** The id priced where a hop names none. */
  main: string;
  requested: string | null;
  /** Whether the call asked for the long-context beta; null when unknown. */
  longContext: boolean | null;
  hasFallback: boolean;
  flags: Flags;
}

interface PricedLine {
  line: ReceiptLine;
  amountPico: bigint;
  savingsPico: bigint;
}

/** The lines of one sampling, or why it has no price. */
function priceHop(hop: Hop, index: number, hops: readonly Hop[], context: Context): PricedLine[] | string {
  const { input, book, serving, flags } = context;
  if (hop.problem !== null) return hop.problem;
  // A stream says its prompt first: a cut can cost the output, never the input.
  if (hop.tokens.input === null) return 'The usage has no input tokens.';
  if (hop.tokens.output === null && input.partial !== true) return 'The usage has no output tokens.';

  const id = modelOf(hop, context);
  if (id === null) return `A hop of type ${show(hop.type)} names no model.`;
  const model = resolveModel(id, newModelsOf(book))?.model;
  if (model === undefined) return `No price is known for the model ${show(id)}.`;
  const prompt = promptOf(hop);
  const card = cardForPrompt(cardsAt(model, context, flags), prompt, context);
  if (card === undefined) return `No price of ${model} is known at that time.`;

  const modifiers = modifiersFor(model, serving, input.at, hop.type === 'advisor_message');
  for (const flag of modifiers.flags) flags.add(flag.flag, flag.message);
  if (!HOP_TYPES.has(hop.type))
    flags.add('estimated', `Usage of the unknown type ${show(hop.type)} was priced as a message.`);
  if (hop.unsplit) {
    flags.add(
      'unsplit-cache-write',
      'The time to live of some cache writes is not said; they were priced as 5-minute writes.',
    );
  }
  if (hop.oversplit) {
    flags.add('estimated', 'The cache writes add up to more than their total; the single figures were priced.');
  }

  const free = freeReason(hop, index, hops, context);
  // What is not billed needs no price of its speed: a declined model may have none, and its fallback ran fast.
  if (modifiers.problem !== null && free === null) return modifiers.problem;
  if (free !== null) flags.add('not-billed', free.message);

  const lines: PricedLine[] = [];
  const multipliersOf = (rate: EffectiveRate): Multiplier[] =>
    free === null ? [...rate.multipliers, ...modifiers.multipliers] : [{ name: free.name, factor: '0' }];
  const inputRate = effectiveRate(book, card, 'input', prompt, input.at);
  for (const kind of TOKEN_KINDS) {
    const quantity = hop.tokens[kind] ?? 0;
    if (quantity === 0) continue;
    const rate = effectiveRate(book, card, kind, prompt, input.at);
    const { usdPerMtok: rateUsd, own } = rate;
    if (rateUsd === null || inputRate.usdPerMtok === null) {
      return card.confidence === 'own'
        ? `The own price of ${model} has no ${kind} rate.`
        : `No ${kind} price of ${model} was ever published.`;
    }
    const cell = card.cells?.[kind];
    const confidence = weakest(rate.listed ? (cell?.confidence ?? card.confidence) : 'own', modifiers.confidence);
    if (confidence === 'quoted' || confidence === 'inferred') {
      const source = confidence === 'inferred' ? 'worked out, not published' : "known from others' price lists";
      flags.add(confidence, `A price of ${model} is ${source}.`);
    }
    const multipliers = multipliersOf(rate);
    const amountPico = amountOf(quantity, rateUsd, multipliers);
    const savingsPico = CACHED_KINDS.has(kind)
      ? amountOf(quantity, inputRate.usdPerMtok, multipliersOf(inputRate)) - amountPico
      : 0n;
    lines.push({
      amountPico,
      savingsPico,
      line: {
        kind,
        model,
        quantity,
        unit: 'token',
        rateUsd,
        per: 'million',
        multipliers,
        amountUsd: formatPico(amountPico),
        card:
          own === null
            ? {
                model: card.model,
                band: card.band?.label ?? null,
                since: card.since,
                until: card.until,
                source: cell?.source ?? card.source,
                confidence,
              }
            : {
                model: card.model,
                band: own.band ? labelled(own.band).label : rate.listed ? (card.band?.label ?? null) : null,
                since: own.since,
                until: own.until,
                source: own.source,
                confidence: 'own',
              },
      },
    });
  }
  return lines;
}

/** The id a hop is billed at; null when nothing says. A compaction runs on the requested model, before any fallback. */
function modelOf(hop: Hop, { main, requested, hasFallback }: Context): string | null {
  if (hop.model !== null) return hop.model;
  if (hop.type === 'fallback_message') return main;
  if (hop.type === 'message' || hop.type === 'compaction') return hasFallback ? (requested ?? main) : main;
  return null;
}

/** A whole prompt, as the bands count it: uncached, written and read tokens. */
function promptOf(hop: Hop): number {
  return (
    (hop.tokens.input ?? 0) +
    (hop.tokens.cacheWrite5m ?? 0) +
    (hop.tokens.cacheWrite1h ?? 0) +
    (hop.tokens.cacheRead ?? 0)
  );
}

interface ModelCards {
  cards: readonly PriceCard[];
  /** Epoch ms; -Infinity when a row is for all time before. */
  firstDay: number;
}
const CARDS_OF: ReadonlyMap<string, ModelCards> = new Map(
  PRICED_MODELS.map((model) => {
    const cards = PRICE_CARDS.filter((card) => card.model === model);
    const days = cards.map((card) => (card.since === null ? -Infinity : startOfDay(card.since)));
    return [model, { cards, firstDay: Math.min(...days) }];
  }),
);

/** The rows of a model that hold at an instant; before its first day the first ones, flagged (clocks are wrong at times). */
function cardsAt(model: string, { book, input: { at } }: Context, flags: Flags): readonly PriceCard[] {
  const listed = CARDS_OF.get(model);
  // Of a model that only the book has, nobody knows a price before the day its own price begins.
  if (listed === undefined) return newCardsOf(book, model).filter((card) => validAt(card, at));
  const { cards, firstDay } = listed;
  if (at >= firstDay) return cards.filter((card) => validAt(card, at));
  flags.add('estimated', `The call is dated before ${model} was released; its first price was used.`);
  return cards.filter((card) => validAt(card, firstDay));
}

/** The row for a prompt of that many tokens: one whose band holds it wins over one for any length. */
function cardForPrompt(
  cards: readonly PriceCard[],
  prompt: number,
  { longContext, flags }: Context,
): PriceCard | undefined {
  const banded = cards.find(
    ({ band }) => band !== null && prompt > band.overTokens && (band.upToTokens === null || prompt <= band.upToTokens),
  );
  const plain = cards.find(({ band }) => band === null);
  if (banded?.needsBeta === undefined) return banded ?? plain;
  if (longContext === false) return plain;
  if (longContext === null) {
    flags.add(
      'estimated',
      `The prompt is over 200,000 tokens; the long-context beta (${banded.needsBeta}) was assumed.`,
    );
  }
  return banded;
}

/** Why a sampling costs nothing, or null when it is billed: it was declined before it produced any output. */
function freeReason(
  hop: Hop,
  index: number,
  hops: readonly Hop[],
  context: Context,
): { name: string; message: string } | null {
  if (!MESSAGE_TYPES.has(hop.type)) return null;
  const silent = hop.tokens.output === 0;
  const next = hops.slice(index + 1).find((later) => MESSAGE_TYPES.has(later.type));
  if (next !== undefined) {
    // A tool loop of the same model has silent samplings too, and they are billed.
    const modelAt = (each: Hop): string => {
      const id = modelOf(each, context) ?? '';
      return resolveModel(id, newModelsOf(context.book))?.model ?? id;
    };
    return silent && modelAt(hop) !== modelAt(next)
      ? {
          name: 'declined-hop',
          message: 'A model declined before any output; its attempt is not billed.',
        }
      : null;
  }
  const { stopReason, outputEmpty } = context.input;
  return stopReason === 'refusal' && (silent || outputEmpty === true)
    ? {
        name: 'refused-before-output',
        message: 'The model refused before any output; the call is not billed.',
      }
    : null;
}

/** Web searches of a call: a fee per request that no modifier changes. */
function priceSearches(
  usage: Readonly<Record<string, unknown>>,
  model: string,
  { book, input, flags }: Context,
): { lines: PricedLine[]; count: number } | string {
  const tools = asRecord(usage['server_tool_use']);
  if (tools === null && usage['server_tool_use'] != null) return 'usage.server_tool_use is not an object.';
  const { count, problem } = readCount(tools?.['web_search_requests'], 'usage.server_tool_use.web_search_requests');
  if (problem !== null) return problem;
  if ((readCount(tools?.['code_execution_requests'], '').count ?? 0) > 0) {
    flags.add(
      'estimated',
      'Code execution is billed by container time, which the usage does not say; it is not in this cost.',
    );
  }
  if (count === null || count === 0) return { lines: [], count: 0 };
  const own = ownWebSearch(book, model, input.at);
  const rateUsd = own?.usdPerWebSearch ?? WEB_SEARCH_FEE.usdPerRequest;
  const amountPico = BigInt(count) * parseUsd(rateUsd);
  const line: ReceiptLine = {
    kind: 'webSearch',
    model,
    quantity: count,
    unit: 'request',
    rateUsd,
    per: 'one',
    multipliers: [],
    amountUsd: formatPico(amountPico),
    card: {
      model: 'web-search',
      band: null,
      since: own?.since ?? null,
      until: own?.until ?? null,
      source: own?.source ?? WEB_SEARCH_FEE.source,
      confidence: own === null ? WEB_SEARCH_FEE.confidence : 'own',
    },
  };
  return { lines: [{ line, amountPico, savingsPico: 0n }], count };
}

/**
 * Whether a prompt border counts per sampling or per request is not published. Samplings are priced one by one; where
 * the sum would fall into another band, or the usage is a sum over a tool loop, the receipt says so.
 */
function flagUncertainBands(hops: readonly Hop[], iterated: boolean, usedTools: boolean, context: Context): void {
  // Of most calls there is nothing to compare, and comparing costs as much as pricing.
  if (iterated ? hops.length === 1 : !usedTools) return;
  const total = hops.reduce((sum, hop) => sum + promptOf(hop), 0);
  for (const hop of hops) {
    const model = resolveModel(modelOf(hop, context) ?? '', newModelsOf(context.book))?.model;
    if (model === undefined) continue;
    const ofSum = ratesFor(model, total, context);
    const crosses = iterated
      ? ofSum !== ratesFor(model, promptOf(hop), context)
      : ofSum !== ratesFor(model, 0, context);
    if (crosses) {
      context.flags.add(
        'estimated',
        iterated
          ? `Each sampling was priced by its own prompt; together they pass a price border of ${model}.`
          : `The prompt of a tool loop is a sum; it passes a price border of ${model} that no single sampling may have passed.`,
      );
    }
  }
}

/** What a prompt of that many tokens is priced at, kind by kind, as a text to compare; raises no flags. */
function ratesFor(model: string, prompt: number, context: Context): string {
  const quiet = { ...context, flags: new Flags() };
  const card = cardForPrompt(cardsAt(model, quiet, quiet.flags), prompt, quiet);
  if (card === undefined) return '';
  const { book, input } = context;
  const rates = TOKEN_KINDS.map((kind) => effectiveRate(book, card, kind, prompt, input.at));
  return JSON.stringify(rates.map(({ usdPerMtok, multipliers }) => [usdPerMtok, multipliers]));
}

function longContextOf(input: PriceInput, ids: readonly (ResolvedModel | null)[]): boolean | null {
  if (ids.some((id) => id?.longContext === true)) return true;
  return Array.isArray(input.betas) ? input.betas.includes(LONG_CONTEXT_BETA) : null;
}

/**
 * Tokens times USD per million times the factors, in pico-USD. Listed rates and factors leave no remainder; where own
 * ones do, half a pico-USD and more is rounded up.
 */
function amountOf(tokens: number, usdPerMtok: string, multipliers: readonly Multiplier[]): bigint {
  let numerator = BigInt(tokens) * parseUsd(usdPerMtok);
  let denominator = 1_000_000n;
  for (const { factor } of multipliers) {
    numerator *= parseUsd(factor);
    denominator *= 1_000_000_000_000n;
  }
  return (2n * numerator + denominator) / (2n * denominator);
}

const CONFIDENCES: readonly Confidence[] = ['own', 'first-party', 'quoted', 'inferred'];
function weakest(one: Confidence, other: Confidence): Confidence {
  return CONFIDENCES.indexOf(one) > CONFIDENCES.indexOf(other) ? one : other;
}

const isOwn = ({ line }: PricedLine): boolean => line.card.confidence === 'own';

/** A flag that speaks of the list price, where an own price was used. */
function inOwnWords({ flag, message }: ReceiptFlag): ReceiptFlag {
  return flag === 'contract-priced'
    ? { flag, message: 'Priority Tier is paid by contract; this is what the same tokens cost by the own prices.' }
    : { flag, message };
}

/** Flags of a receipt, each sentence once. */
class Flags {
  readonly list: ReceiptFlag[] = [];
  add(flag: ReceiptFlagName, message: string): void {
    if (!this.list.some((known) => known.flag === flag && known.message === message)) this.list.push({ flag, message });
  }
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Flags speak of a cost, so without one there are none. */
function unpriced(reason: string): Priced {
  return {
    costPico: null,
    costUsd: null,
    savingsPico: null,
    cachedPico: null,
    receipt: { lines: [], totalUsd: null, flags: [], unpricedReason: reason },
  };
}

function billedToOthers(): Priced {
  const message =
    "The request's billing policy charges the user profile's organisation; the call costs this one nothing.";
  const totalUsd = formatPico(0n);
  return {
    costPico: 0n,
    costUsd: totalUsd,
    savingsPico: 0n,
    cachedPico: cachedOf([]),
    receipt: {
      lines: [],
      totalUsd,
      flags: [{ flag: 'not-billed', message }],
      unpricedReason: null,
    },
  };
}
