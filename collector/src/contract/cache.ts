// The contract of /api/cache: how well calls that share a prompt use the prompt cache, and how well they could.
import { z } from 'zod';
import { instantSchema, usdSchema } from './basics.ts';

/** How long the API keeps what was cached after it was last used, in seconds. */
export const CACHE_TTL_S = { '5m': 300, '1h': 3600 } as const;
export const cacheTtlSchema = z.enum(['5m', '1h']);
export type CacheTtl = z.infer<typeof cacheTtlSchema>;

/** The upper ends, in seconds, of the stretches that times between uses are counted in; the last stretch has none. */
export const GAP_BOUNDS_S = [10, 60, 300, 900, 3600, 14_400, 86_400] as const;

/**
 * Calls of one feature, prompt version and model: the closest that can be seen from outside to "calls with the same prompt".
 * Batch results and calls without a usage are not among them.
 */
export const cacheGroupSchema = z.object({
  feature: z.string().nullable(),
  promptVersion: z.string().nullable(),
  model: z.string().nullable(),
  calls: z.int(),
  /** Of the prompts: plain input, written and read. */
  promptTokens: z.int(),
  readTokens: z.int(),
  write5mTokens: z.int(),
  write1hTokens: z.int(),
  /** The lifetime that most of what it writes has; null when it writes nothing. */
  ttl: cacheTtlSchema.nullable(),
  /** Read tokens of all prompt tokens, 0 to 1; null without a prompt token. */
  hitRate: z.number().nullable(),
  /** How many calls began so long after the call before them, by the stretches of GAP_BOUNDS_S. The first call has none before. */
  gaps: z.array(z.int()).length(GAP_BOUNDS_S.length + 1),
  /** Calls that began before what the call before them used would have expired, by lifetime. */
  within: z.object({ '5m': z.int(), '1h': z.int() }),
  /**
   * Writes after which no call of the group, within the write's lifetime, read at least nine tenths of what was written, to
   * ten seconds. An estimate, and as a rule too low: the read can be of another prefix that is as long. Writes whose
   * lifetime goes beyond the window are not judged.
   */
  unread: z.object({
    writes: z.int(),
    tokens: z.int(),
    /** What these writes cost, exactly; null when none of them has a price. */
    costUsd: usdSchema.nullable(),
    /** What of it the same tokens would not have cost as plain input, by the price card: an estimate. */
    surchargeUsd: usdSchema.nullable(),
  }),
  /**
   * The part of the prompt taken to be the same for all: what nine in ten of the calls that cached anything had cached at
   * least. Null when no call cached anything.
   */
  stableTokens: z.int().nullable(),
  /** The share of calls that must read the cache for it to cost less than none, by lifetime, by the price card; null without one. */
  breakEven: z.object({ '5m': z.number().nullable(), '1h': z.number().nullable() }),
  /**
   * With which lifetime the stable part would have cost least, had every call that began in time read it; "none": without a
   * cache. Null when there is no stable part or no price.
   */
  advice: z.enum(['5m', '1h', 'none']).nullable(),
  /** The hit rate the same calls would have had with that; an estimate, null without advice. */
  attainableHitRate: z.number().nullable(),
  /** What the stable part did cost less what it would have cost with that; an estimate, never below 0, null without advice. */
  attainableSavingsUsd: usdSchema.nullable(),
});
export type CacheGroup = z.infer<typeof cacheGroupSchema>;

export const cacheAnswerSchema = z.object({
  from: instantSchema,
  to: instantSchema,
  /** Later than `from` where the window has more calls than are looked at one by one, or those before are no longer kept. */
  lookedFrom: instantSchema,
  /** Those with the largest prompts in sum first. */
  groups: z.array(cacheGroupSchema),
  /** Whether there are more groups than these. */
  isCut: z.boolean(),
});
export type CacheAnswer = z.infer<typeof cacheAnswerSchema>;
