// What every part of the contract is made of: money, instants, how well a price is known, tokens, attempts.
import { z } from 'zod';
import { canBeAsked, EARLIEST, LATEST } from './instants.ts';

// zod compiles schemas with eval where it may; the dashboard's content security policy forbids even the attempt.
z.config({ jitless: true });

/** USD as a decimal string with 12 places ("0.020800000000"): exact to the pico-dollar, never a float. */
export const usdSchema = z.string().regex(/^-?\d+\.\d{12}$/, 'a decimal string with 12 places');
/** USD as people write a limit: at most 12 places, no sign. */
export const moneyInputSchema = z
  .string()
  .regex(/^\d{1,12}(\.\d{1,12})?$/, 'a positive decimal string such as "100.00"');
/** An instant, ISO 8601 with offset or Z. */
export const instantSchema = z.iso.datetime({
  offset: true,
  error: 'must be an ISO 8601 instant such as 2026-11-01T00:00:00Z',
});
/** An instant that a question may name. */
export const askedInstantSchema = instantSchema.refine((instant) => canBeAsked(Date.parse(instant)), {
  error: `must lie between ${EARLIEST} and ${LATEST}`,
});
/** first-party: read on Anthropic's pages; quoted: a third party quoting them; inferred: worked out; own: the operator's own. */
export const confidenceSchema = z.enum(['first-party', 'quoted', 'inferred', 'own']);

/** Token counts of one call by disjoint kind; null where no source said. */
export const usageSchema = z.object({
  inputTokens: z.int().nullable(),
  cacheWrite5mTokens: z.int().nullable(),
  cacheWrite1hTokens: z.int().nullable(),
  cacheReadTokens: z.int().nullable(),
  outputTokens: z.int().nullable(),
  thinkingTokens: z.int().nullable(),
  webSearches: z.int().nullable(),
});

/** One HTTP request within a call. */
export const attemptSchema = z.object({
  startedAt: instantSchema.nullable(),
  durationMs: z.number().nullable(),
  httpStatus: z.int().nullable(),
  requestId: z.string().nullable(),
  errorType: z.string().nullable(),
  errorCode: z.string().nullable(),
  retryAfter: z.string().nullable(),
});
