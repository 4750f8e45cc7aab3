// What every part of the contract is made of: money, instants, how well a price is known.
import { z } from 'zod';

// zod compiles schemas with eval where it may; the dashboard's content security policy forbids even the attempt.
z.config({ jitless: true });

/** USD as a decimal string with 12 places ("0.020800000000"): exact to the pico-dollar, never a float. */
export const usdSchema = z.string().regex(/^-?\d+\.\d{12}$/, 'a decimal string with 12 places');
/** An instant, ISO 8601 with offset or Z. */
export const instantSchema = z.iso.datetime({
  offset: true,
  error: 'an ISO 8601 instant such as 2026-11-01T00:00:00Z',
});
/** first-party: read on Anthropic's pages; quoted: a third party quoting them; inferred: worked out; own: the operator's own. */
export const confidenceSchema = z.enum(['first-party', 'quoted', 'inferred', 'own']);
