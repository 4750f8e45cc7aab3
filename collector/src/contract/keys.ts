// Ingest keys: with one, calls can be sent and nothing can be read.
import { z } from 'zod';
import { instantSchema } from './basics.ts';

export const keyInputSchema = z.strictObject({
  /** Where it is used, for the list: "Anthropic's destination", "staging". */
  name: z.string().trim().min(1).max(120),
});
export const ingestKeySchema = keyInputSchema.extend({
  id: z.string(),
  /** The key itself, in the answer to POST only; null afterwards. */
  key: z.string().nullable(),
  /** Its last four characters, to tell it by. */
  hint: z.string(),
  createdAt: instantSchema,
  /** To the minute; null when it was never used. */
  lastUsedAt: instantSchema.nullable(),
});
export type IngestKey = z.infer<typeof ingestKeySchema>;
