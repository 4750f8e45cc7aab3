// The shape of one own price as people write it, field by field; each refusal is a reason in words.
// What takes more than one field or more than one price to see is in rules.ts.
import { z } from 'zod';
import { TOKEN_KINDS } from '@spanledger/instrumentation/pricing';

const RATE_PLACES = 6;
const MOST_TEXT = 200;

/** Why a text is no amount, or null. Rates have six places at most, so that one token costs a whole number of pico-USD. */
function amountProblem(text: string): string | null {
  if (text.startsWith('-')) return 'must not be negative';
  if (!/^\d+(\.\d+)?$/.test(text)) return 'must be a plain decimal number such as "3.50"';
  if ((text.split('.')[1] ?? '').length > RATE_PLACES) return `must have at most ${RATE_PLACES} decimals`;
  return (text.split('.')[0] ?? '').length > 9 ? 'is too large' : null;
}

const text = z.string({ error: 'must be a text' }).trim().min(1, 'must not be empty').max(MOST_TEXT, `must have at most ${MOST_TEXT} characters`); // prettier-ignore
const amount = z.string({ error: 'must be a decimal number such as "3.50"' }).superRefine((value, context) => {
  const message = amountProblem(value);
  if (message !== null) context.addIssue({ code: 'custom', message });
});
const percent = z.string({ error: 'must be a decimal number such as "12.5"' }).superRefine((value, context) => {
  const message = /^-\d/.test(value) || (amountProblem(value) === null && Number(value) > 100) ? 'must be from 0 to 100' : amountProblem(value); // prettier-ignore
  if (message !== null) context.addIssue({ code: 'custom', message });
});
const day = z.iso.date({ error: 'must be a day of the calendar as YYYY-MM-DD, such as 2026-11-01' });
const tokens = z.int({ error: 'must be a whole number of tokens' });

export const ownPriceFileSchema = z.strictObject({
  model: text,
  since: day,
  until: day.nullable().default(null),
  usdPerMtok: z
    .strictObject(Object.fromEntries(TOKEN_KINDS.map((kind) => [kind, amount.nullable().optional()])), {
      error: unlessUnknownKey('must be a map of token kinds to USD per million tokens'),
    })
    .optional(),
  usdPerWebSearch: amount.optional(),
  percentOff: percent.optional(),
  kinds: z
    .array(z.enum(TOKEN_KINDS, { error: 'is not a token kind' }), { error: 'must be a list of token kinds' })
    .min(1, 'must name at least one token kind')
    .transform((kinds) => [...new Set(kinds)])
    .optional(),
  band: z
    .strictObject(
      {
        overTokens: tokens.min(-1, 'must not be negative').default(0),
        upToTokens: tokens.nullable().default(null),
      },
      { error: unlessUnknownKey('must have overTokens and upToTokens') },
    )
    .optional(),
  newModel: z.literal(true, { error: 'must be true, or be left out' }).optional(),
  currency: z.literal('USD', { error: 'must be USD: the ledger knows no other currency' }).optional(),
  source: text,
});
export type WrittenPrice = z.output<typeof ownPriceFileSchema>;

export const FIELDS: readonly string[] = Object.keys(ownPriceFileSchema.shape);
export const BAND_FIELDS: readonly string[] = ['overTokens', 'upToTokens'];

/** An unknown key keeps zod's own issue, which names it. */
function unlessUnknownKey(message: string) {
  return (issue: { code?: string }): string | undefined => (issue.code === 'unrecognized_keys' ? undefined : message);
}
