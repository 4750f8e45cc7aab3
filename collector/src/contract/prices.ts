// The contract of /api/prices: the price cards as they are, the own prices over them, and the calls that have no price.
import { z } from 'zod';
import { askedInstantSchema, confidenceSchema, instantSchema } from './basics.ts';

export const TOKEN_KINDS = ['input', 'cacheWrite5m', 'cacheWrite1h', 'cacheRead', 'output'] as const;
export const tokenKindSchema = z.enum(TOKEN_KINDS);
/** A UTC day, YYYY-MM-DD. */
const daySchema = z.string();

/** USD per million tokens as a decimal string; null where there is none. */
const rateSchema = z.string().nullable();
const ratesSchema = z.object({
  input: rateSchema,
  cacheWrite5m: rateSchema,
  cacheWrite1h: rateSchema,
  cacheRead: rateSchema,
  output: rateSchema,
});

/** Prompts of more than `overTokens` and up to `upToTokens` (null: no upper end), all tokens of the prompt counted. */
export const bandSchema = z.object({ overTokens: z.int(), upToTokens: z.int().nullable() });

/** What POST and PUT take and a prices file holds; checked there in more ways than this shape tells. */
export const ownPriceSchema = z.object({
  /** A model's id in any way of writing it, or '*' for every model that has a price. */
  model: z.string(),
  /** Inclusive. */
  since: daySchema,
  /** Exclusive; null means it holds. */
  until: daySchema.nullable(),
  /** USD per million tokens in place of the listed ones, at most 6 places; null is for a cache kind a new model has not. */
  usdPerMtok: ratesSchema.partial().optional(),
  usdPerWebSearch: z.string().optional(),
  /** From '0' to '100': '12.5' means that 87.5 % is paid. */
  percentOff: z.string().optional(),
  /** What `percentOff` is for; every token kind when left out. */
  kinds: z.array(tokenKindSchema).optional(),
  /** Left out: whatever the length of the prompt. */
  band: bandSchema.optional(),
  /** The model is in no table; all five rates are given. */
  newModel: z.literal(true).optional(),
  source: z.string(),
});
export type OwnPriceJson = z.infer<typeof ownPriceSchema>;
/** As it may be sent: `until` may be left out. */
export const ownPriceInputSchema = ownPriceSchema.extend({
  until: daySchema.nullable().optional(),
  currency: z.literal('USD').optional(),
});
export type OwnPriceInput = z.infer<typeof ownPriceInputSchema>;

export const keptOwnPriceSchema = ownPriceSchema.extend({
  id: z.string(),
  /** The id that price cards have for `model`, whatever way it is written in; '*' for every model. */
  tableModel: z.string(),
  origin: z.enum(['api', 'file']),
  /** The line of the file it begins on; null for one of the API. */
  line: z.int().nullable(),
  /** null for one of the file. */
  createdAt: instantSchema.nullable(),
});
export type KeptOwnPrice = z.infer<typeof keptOwnPriceSchema>;

export const addPricesQuerySchema = z.object({
  /** Checks only: nothing is kept, the answer is a 200, and the prices in it have the id `dry-run`. */
  dryRun: z.enum(['true', 'false'], { error: 'must be true or false' }).default('false'),
});
export const addedPricesSchema = z.object({ own: z.array(keptOwnPriceSchema) });

/** A row of the built-in table. */
export const priceCardSchema = z.object({
  model: z.string(),
  band: bandSchema.extend({ label: z.string() }).nullable(),
  since: daySchema.nullable(),
  until: daySchema.nullable(),
  usdPerMtok: ratesSchema,
  source: z.string(),
  confidence: confidenceSchema,
  /** Rates of the row that are known less well than the others, and from where. */
  cells: z.partialRecord(tokenKindSchema, z.object({ confidence: confidenceSchema, source: z.string() })).optional(),
  /** The row holds only for calls with this anthropic-beta value. */
  needsBeta: z.string().optional(),
});

/** Fast mode: every token rate times `factor`. */
export const fastRateSchema = z.object({
  model: z.string(),
  factor: z.string(),
  since: daySchema.nullable(),
  until: daySchema.nullable(),
  source: z.string(),
  confidence: confidenceSchema,
});

/** What is wrong with the prices of a file, and where; line and column from 1, null when it is the file as a whole. */
export const priceFileErrorSchema = z.object({
  line: z.int().nullable(),
  column: z.int().nullable(),
  field: z.string().nullable(),
  message: z.string(),
});
export type PriceFileError = z.infer<typeof priceFileErrorSchema>;

export const pricesAnswerSchema = z.object({
  /** What calls are priced with now: the table's version and a digest of the own prices. */
  version: z.string(),
  tableVersion: z.string(),
  cards: z.array(priceCardSchema),
  fastRates: z.array(fastRateSchema),
  /** Message batches: every token rate times this. */
  batchFactor: z.string(),
  webSearch: z.object({ usdPerRequest: z.string(), source: z.string(), confidence: confidenceSchema }),
  /** The day from which Anthropic's own API no longer answers for a model, past or to come; its prices stay. */
  retirements: z.array(z.object({ model: z.string(), on: daySchema })),
  own: z.array(keptOwnPriceSchema),
  /** null when the collector was started without a prices file. With an error, the prices loaded at `loadedAt` are still used. */
  file: z.object({ path: z.string(), loadedAt: instantSchema, error: priceFileErrorSchema.nullable() }).nullable(),
});
export type PricesAnswer = z.infer<typeof pricesAnswerSchema>;

/** Calls without a price in a window, by model and reason; the most calls first. */
export const unpricedQuerySchema = z.object({ from: askedInstantSchema, to: askedInstantSchema });
export const unpricedAnswerSchema = z.object({
  models: z.array(
    z.object({
      /** As the answer named it, else as it was asked for; null when neither said. */
      model: z.string().nullable(),
      reason: z.string(),
      calls: z.int(),
      inputTokens: z.int(),
      cacheWrite5mTokens: z.int(),
      cacheWrite1hTokens: z.int(),
      cacheReadTokens: z.int(),
      outputTokens: z.int(),
      firstSeenAt: instantSchema,
      lastSeenAt: instantSchema,
      /** The model of the table whose id is most like this one; null when none is, or when a price would not help. */
      similarTo: z.string().nullable(),
      /** An own price to fill in: its rates are null, or those of `similarTo` and say so in `source`. null when no card can price the calls. */
      suggestedCard: ownPriceSchema.nullable(),
      /** By the prices of now such calls have a price, the first of them as the last: a re-pricing gives it to them. */
      pricedByNow: z.boolean(),
    }),
  ),
});
export type UnpricedAnswer = z.infer<typeof unpricedAnswerSchema>;
