// The price cards: every rate Claude calls are priced with, as dated data. No arithmetic here.
// USD per million tokens at standard speed, global routing, not batched, on Anthropic's own list.
// Every row stores all its rates, because they are not all multiples of the input rate; nothing is inherited from a
// neighbouring id. A price change is a new row, and the old one gets its `until`.
import type { Confidence, TokenKind } from './receipt.ts';

/** The day this table was last looked through: names it in what was priced with it. A change of a row changes it. */
export const PRICE_TABLE_VERSION = '2026-11-21';

/** Which prompts a row is for, by all tokens of the prompt (uncached, written and read): over < prompt <= upTo. */
export interface PromptBand {
  label: string;
  /** Exclusive. */
  overTokens: number;
  /** Inclusive; null means no upper end. */
  upToTokens: number | null;
}

/** USD per million tokens as decimal strings, as published; null where no price was ever published. */
export type Rates = Readonly<Record<TokenKind, string | null>>;

export interface PriceCard {
  model: string;
  /** null: whatever the length of the prompt, unless a row with a band matches too. */
  band: PromptBand | null;
  /** First day (UTC), inclusive; null means since the model exists. */
  since: string | null;
  /** First day (UTC) on which the row no longer holds; null means it holds. */
  until: string | null;
  usdPerMtok: Rates;
  /** Where the rates were read, with the month of the copy. */
  source: string;
  confidence: Confidence;
  /** Rates of this row that are known less well than the others, and from where. */
  cells?: Readonly<Partial<Record<TokenKind, { confidence: Confidence; source: string }>>>;
  /** The row holds only for calls with this anthropic-beta value. */
  needsBeta?: string;
}

/** Fast mode: every token rate times `factor`. Priced only where `usage.speed` says "fast". */
export interface FastRate {
  model: string;
  factor: string;
  since: string | null;
  until: string | null;
  source: string;
  confidence: Confidence;
}

const OVERVIEW = 'Anthropic models overview (platform.claude.com/docs/en/about-claude/models/overview), Oct 2026';
const pricingPage = (copy: string): string =>
  `Anthropic pricing page (platform.claude.com/docs/en/about-claude/pricing), ${copy}`;
const RELEASE_NOTES = 'Anthropic release notes (platform.claude.com/docs/en/release-notes), 2026-11-09';
const FAST_PAGE = 'Anthropic fast mode page (platform.claude.com/docs/en/build-with-claude/fast-mode), Nov 2026';
const QUOTED_PAGE = 'third-party price lists quoting the Anthropic pricing page, Nov 2026';
const GENAI_PRICES = '@pydantic/genai-prices 0.1.8';

/** Dollars per million tokens, in the order of the pricing page. */
function rates(
  input: string,
  cacheWrite5m: string | null,
  cacheWrite1h: string | null,
  cacheRead: string | null,
  output: string,
): Rates {
  return { input, cacheWrite5m, cacheWrite1h, cacheRead, output };
}

const UP_TO_100K: PromptBand = { label: '<=100000', overTokens: -1, upToTokens: 100_000 };
const OVER_100K: PromptBand = { label: '>100000', overTokens: 100_000, upToTokens: null };
const OVER_200K: PromptBand = { label: '>200000', overTokens: 200_000, upToTokens: null };
export const LONG_CONTEXT_BETA = 'context-1m-2025-08-07';

const inferred = (source: string) => ({ confidence: 'inferred', source }) as const;
const quoted = (source: string) => ({ confidence: 'quoted', source }) as const;
const row = (
  model: string,
  since: string | null,
  usdPerMtok: Rates,
  source: string,
  rest: Partial<PriceCard> = {},
): PriceCard => ({
  model,
  band: null,
  since,
  until: null,
  usdPerMtok,
  source,
  confidence: 'first-party',
  ...rest,
});

const SEPTEMBER = pricingPage('Sep 2026');
const OCTOBER = pricingPage('Oct 2026');
const MARCH = pricingPage('Mar 2026');

export const PRICE_CARDS: readonly PriceCard[] = [
  // 5.2
  row('claude-fable-5-2', '2026-11-09', rates('8', '10', '16', '0.20', '40'), RELEASE_NOTES, {
    cells: {
      cacheWrite5m: quoted(QUOTED_PAGE),
      cacheWrite1h: quoted(QUOTED_PAGE),
      cacheRead: quoted(QUOTED_PAGE),
    },
  }),
  row('claude-mythos-5-2', '2026-11-09', rates('8', '10', '16', '0.20', '40'), RELEASE_NOTES, {
    cells: {
      cacheWrite5m: inferred('as claude-fable-5-2'),
      cacheWrite1h: inferred('as claude-fable-5-2'),
      cacheRead: inferred('as claude-fable-5-2'),
    },
  }),

  // 5.5
  row('claude-haiku-5-5', '2026-10-07', rates('0.10', '0.125', '0.20', '0.01', '0.50'), OCTOBER, {
    band: UP_TO_100K,
  }),
  row('claude-haiku-5-5', '2026-10-07', rates('0.50', '0.625', '1.00', '0.05', '2.50'), OCTOBER, {
    band: OVER_100K,
  }),
  row('claude-sonnet-5-5', '2026-09-28', rates('2', '2.50', '4', '0.20', '10'), OVERVIEW, {
    until: '2026-10-07',
    cells: { cacheRead: { confidence: 'first-party', source: `${OVERVIEW}; the day of its cut: ${QUOTED_PAGE}` } },
  }),
  row('claude-sonnet-5-5', '2026-10-07', rates('2', '2.50', '4', '0.10', '10'), OCTOBER),
  row('claude-opus-5-5', '2026-09-22', rates('4', '5', '8', '0.20', '20'), OVERVIEW),

  // 5.1
  row('claude-fable-5-1', '2026-09-01', rates('10', '12.50', '20', '0.25', '50'), SEPTEMBER),
  row('claude-mythos-5-1', '2026-09-01', rates('10', '12.50', '20', '0.25', '50'), SEPTEMBER),

  // 5. The rise of Sonnet 5 to 3/15 that was announced for 2026-09-01 was cancelled: 2/10 is its standard price.
  row('claude-opus-5', '2026-07-24', rates('5', '6.25', '10', '0.50', '25'), SEPTEMBER),
  row('claude-sonnet-5', '2026-06-30', rates('2', '2.50', '4', '0.20', '10'), OCTOBER),
  row('claude-fable-5', '2026-06-09', rates('10', '12.50', '20', '1.00', '50'), SEPTEMBER),
  row('claude-mythos-5', '2026-06-09', rates('10', '12.50', '20', '1.00', '50'), SEPTEMBER),

  // 4.6 to 4.8
  row('claude-opus-4-8', '2026-05-28', rates('5', '6.25', '10', '0.50', '25'), SEPTEMBER),
  row('claude-opus-4-7', '2026-04-16', rates('5', '6.25', '10', '0.50', '25'), SEPTEMBER),
  row('claude-mythos-preview', null, rates('25', '31.25', '50', '2.50', '125'), QUOTED_PAGE, {
    confidence: 'quoted',
    cells: {
      cacheWrite5m: inferred('1.25 times the input rate'),
      cacheWrite1h: inferred('2 times the input rate'),
      cacheRead: inferred('0.1 times the input rate'),
    },
  }),
  row('claude-opus-4-6', '2026-02-05', rates('5', '6.25', '10', '0.50', '25'), MARCH),
  row('claude-opus-4-6', '2026-02-05', rates('10', '12.50', '20', '1.00', '37.50'), GENAI_PRICES, {
    band: OVER_200K,
    until: '2026-03-13',
    confidence: 'quoted',
  }),
  row('claude-sonnet-4-6', '2026-02-17', rates('3', '3.75', '6', '0.30', '15'), MARCH),
  row('claude-sonnet-4-6', '2026-02-17', rates('6', '7.50', '12', '0.60', '22.50'), GENAI_PRICES, {
    band: OVER_200K,
    until: '2026-03-13',
    confidence: 'quoted',
  }),

  // 4.5 and older 4
  row('claude-opus-4-5-20251101', '2025-11-24', rates('5', '6.25', '10', '0.50', '25'), SEPTEMBER),
  row('claude-haiku-4-5-20251001', '2025-10-15', rates('1', '1.25', '2', '0.10', '5'), SEPTEMBER),
  row('claude-sonnet-4-5-20250929', '2025-09-29', rates('3', '3.75', '6', '0.30', '15'), SEPTEMBER),
  row('claude-sonnet-4-5-20250929', '2025-09-29', rates('6', '7.50', '12', '0.60', '22.50'), GENAI_PRICES, {
    band: OVER_200K,
    until: '2026-04-30',
    confidence: 'quoted',
    needsBeta: LONG_CONTEXT_BETA,
  }),
  row('claude-opus-4-1-20250805', '2025-08-05', rates('15', '18.75', '30', '1.50', '75'), MARCH),
  row('claude-opus-4-20250514', null, rates('15', '18.75', '30', '1.50', '75'), MARCH),
  row('claude-sonnet-4-20250514', null, rates('3', '3.75', '6', '0.30', '15'), MARCH),
  row(
    'claude-sonnet-4-20250514',
    '2025-08-07',
    rates('6', '7.50', '12', '0.60', '22.50'),
    'as claude-sonnet-4-5-20250929',
    {
      band: OVER_200K,
      until: '2026-04-30',
      confidence: 'inferred',
      needsBeta: LONG_CONTEXT_BETA,
    },
  ),

  // 3. Claude 3 Haiku's cache rates are as published: not 1.25 and 0.1 times its input rate.
  row('claude-3-7-sonnet-20250219', null, rates('3', '3.75', '6', '0.30', '15'), MARCH),
  row('claude-3-5-sonnet-20241022', null, rates('3', '3.75', '6', '0.30', '15'), GENAI_PRICES, {
    confidence: 'quoted',
  }),
  row('claude-3-5-sonnet-20240620', null, rates('3', '3.75', '6', '0.30', '15'), GENAI_PRICES, {
    confidence: 'quoted',
  }),
  row('claude-3-5-haiku-20241022', null, rates('0.80', '1.00', '1.60', '0.08', '4'), MARCH),
  row('claude-3-opus-20240229', null, rates('15', '18.75', '30', '1.50', '75'), MARCH),
  row('claude-3-sonnet-20240229', null, rates('3', '3.75', null, '0.30', '15'), GENAI_PRICES, {
    confidence: 'quoted',
  }),
  row('claude-3-haiku-20240307', null, rates('0.25', '0.30', '0.50', '0.03', '1.25'), MARCH),
];

/**
 * Fast mode, by model. A model that is not here has no fast price.
 * Opus 4.6 went on accepting `speed: "fast"` and runs at standard speed and price since; the day of that is not
 * published, August 2026 is the first copy of the pricing page that says so.
 */
export const FAST_RATES: readonly FastRate[] = [
  {
    model: 'claude-fable-5-2',
    factor: '2',
    since: '2026-11-09',
    until: null,
    source: QUOTED_PAGE,
    confidence: 'quoted',
  },
  {
    model: 'claude-mythos-5-2',
    factor: '2',
    since: '2026-11-09',
    until: null,
    source: 'as claude-fable-5-2',
    confidence: 'inferred',
  },
  {
    model: 'claude-opus-5-5',
    factor: '2',
    since: '2026-10-15',
    until: null,
    source: FAST_PAGE,
    confidence: 'first-party',
  },
  {
    model: 'claude-opus-5',
    factor: '2',
    since: '2026-07-24',
    until: null,
    source: FAST_PAGE,
    confidence: 'first-party',
  },
  {
    model: 'claude-opus-4-8',
    factor: '2',
    since: '2026-05-28',
    until: '2026-11-30',
    source: FAST_PAGE,
    confidence: 'first-party',
  },
  {
    model: 'claude-opus-4-7',
    factor: '6',
    since: '2026-04-16',
    until: '2026-07-24',
    source: pricingPage('Aug 2026'),
    confidence: 'first-party',
  },
  {
    model: 'claude-opus-4-6',
    factor: '6',
    since: '2026-02-05',
    until: '2026-08-01',
    source: pricingPage('Aug 2026'),
    confidence: 'first-party',
  },
  {
    model: 'claude-opus-4-6',
    factor: '1',
    since: '2026-08-01',
    until: null,
    source: pricingPage('Aug 2026'),
    confidence: 'first-party',
  },
];

/** Web search: USD per request, whatever the model; no modifier applies to it. Web fetch costs nothing but its tokens. */
export const WEB_SEARCH_FEE = {
  usdPerRequest: '0.01',
  source: OCTOBER,
  confidence: 'first-party',
} as const;

/** A message batch: every token rate times this, whatever the model; web searches are not discounted. */
export const BATCH_FACTOR = '0.5';

/**
 * The day (UTC) from which Anthropic's own API no longer answers for a model, by its canonical id: the model
 * deprecations page (platform.claude.com/docs/en/about-claude/model-deprecations) and the SDK's list of deprecated models.
 * Clouds may serve it longer, so the prices stay.
 */
export const RETIREMENTS: Readonly<Record<string, string>> = {
  'claude-sonnet-4-5-20250929': '2026-11-30',
  'claude-opus-4-1-20250805': '2026-08-05',
  'claude-mythos-preview': '2026-06-30',
  'claude-opus-4-20250514': '2026-06-15',
  'claude-sonnet-4-20250514': '2026-06-15',
  'claude-3-haiku-20240307': '2026-04-20',
  'claude-3-7-sonnet-20250219': '2026-02-19',
  'claude-3-5-haiku-20241022': '2026-02-19',
  'claude-3-opus-20240229': '2026-01-05',
  'claude-3-5-sonnet-20241022': '2025-10-28',
  'claude-3-5-sonnet-20240620': '2025-10-28',
  'claude-3-sonnet-20240229': '2025-07-21',
};

/** Every model with a price, by its canonical id. */
export const PRICED_MODELS: readonly string[] = [...new Set(PRICE_CARDS.map((card) => card.model))];

/** Models from Claude 4.6 on: `inference_geo: "us"` multiplies their token rates by 1.1; older models refuse it. */
export const US_INFERENCE_MODELS: ReadonlySet<string> = new Set([
  'claude-fable-5-2',
  'claude-mythos-5-2',
  'claude-haiku-5-5',
  'claude-sonnet-5-5',
  'claude-opus-5-5',
  'claude-fable-5-1',
  'claude-mythos-5-1',
  'claude-opus-5',
  'claude-sonnet-5',
  'claude-fable-5',
  'claude-mythos-5',
  'claude-opus-4-8',
  'claude-opus-4-7',
  'claude-opus-4-6',
  'claude-sonnet-4-6',
]);

/** Models from Claude 4.5 on: Bedrock and Google Cloud charge 1.1 times the global price on regional endpoints. */
export const REGIONAL_PREMIUM_MODELS: ReadonlySet<string> = new Set([
  ...US_INFERENCE_MODELS,
  'claude-mythos-preview',
  'claude-opus-4-5-20251101',
  'claude-haiku-4-5-20251001',
  'claude-sonnet-4-5-20250929',
]);
