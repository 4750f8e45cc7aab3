// The contract of re-pricings: history priced again with the prices of today, looked at first (`ready`), then applied.
import { z } from 'zod';
import { askedInstantSchema, instantSchema, usdSchema } from './basics.ts';

/** The calls to price again: started in [from, to); without an end, all there are. */
export const repricingInputSchema = z.strictObject({
  from: askedInstantSchema.nullish(),
  to: askedInstantSchema.nullish(),
});
export type RepricingInput = z.output<typeof repricingInputSchema>;

/** Of how many calls the sums lack the cost. Left out where it was worked out by a version that did not count them. */
const unpricedSchema = { unpricedBefore: z.int().optional(), unpricedAfter: z.int().optional() };

/** One day, feature or model, with the cost of all its priced calls before and after. */
export const differencesPartSchema = z.object({
  /** The day as YYYY-MM-DD (UTC), the feature or the model; null for calls that do not say. */
  key: z.string().nullable(),
  changedCalls: z.int(),
  beforeUsd: usdSchema,
  afterUsd: usdSchema,
  ...unpricedSchema,
});
export type DifferencesPart = z.infer<typeof differencesPartSchema>;

/** What applying changes. Calls, not reports: a call of several reports counts once. Unpriced calls are in no sum. */
export const differencesSchema = z.object({
  /** Calls of the window. */
  calls: z.int(),
  /** Those of them whose cost changes, the newly priced ones and those that lose their price included. */
  changedCalls: z.int(),
  /** Those that had no price and get one. */
  newlyPricedCalls: z.int(),
  beforeUsd: usdSchema,
  afterUsd: usdSchema,
  ...unpricedSchema,
  /** At most the 500 parts with the largest differences; days in their order, the others largest difference first. */
  byDay: z.array(differencesPartSchema),
  byFeature: z.array(differencesPartSchema),
  byModel: z.array(differencesPartSchema),
});
export type Differences = z.infer<typeof differencesSchema>;

export const repricingSchema = z.object({
  id: z.string(),
  /**
   * preparing: calls are priced again, no page changes. ready: the differences are there, still no page changes.
   * applied: every page shows the new prices. discarded: given up, its prices are gone. failed: `error` says why.
   */
  status: z.enum(['preparing', 'ready', 'applied', 'discarded', 'failed']),
  from: instantSchema.nullable(),
  to: instantSchema.nullable(),
  /** The version of the prices it was worked out with. */
  pricesVersion: z.string(),
  createdAt: instantSchema,
  /** When it was applied, discarded or failed; null before. */
  finishedAt: instantSchema.nullable(),
  /** Reports, of which a call can have several. */
  progress: z.object({ reportsDone: z.int(), reportsTotal: z.int() }),
  /** Null until ready. */
  differences: differencesSchema.nullable(),
  /** Why it failed, in a sentence. */
  error: z.string().nullable(),
});
export type Repricing = z.infer<typeof repricingSchema>;

/** One price of a call: the one it arrived with, or one that a re-pricing gave it. */
export const priceVersionSchema = z.object({
  /** 0 for the price at arrival, else the number of the re-pricing. */
  version: z.int(),
  repricingId: z.string().nullable(),
  /** When the call arrived, or the re-pricing was applied. */
  at: instantSchema,
  costUsd: usdSchema.nullable(),
  /** The version of the prices; null for the price at arrival. */
  pricesVersion: z.string().nullable(),
  /** The price every page shows. */
  current: z.boolean(),
});
export type PriceVersion = z.infer<typeof priceVersionSchema>;
