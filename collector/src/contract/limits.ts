// The contract of /api/retries and /api/limits: what attempts that failed cost in time, and how close to its limits an
// organisation came.
import { z } from 'zod';
import { instantSchema } from './basics.ts';

export const retriesAnswerSchema = z.object({
  from: instantSchema,
  to: instantSchema,
  /** Later than `from` where reports from before are no longer kept. */
  lookedFrom: instantSchema,
  /** Calls with more than one attempt whose attempts were told, one by one. */
  calls: z.int(),
  /** Their attempts but the last. */
  attempts: z.int(),
  /** Time in these attempts. */
  failedMs: z.number(),
  /** Time between the end of such an attempt and the beginning of the next. */
  waitedMs: z.number(),
  /** By what failed the attempt; values as those of the dimension `failure`, the most time lost first. A call can be in several. */
  causes: z.array(
    z.object({ failure: z.string(), calls: z.int(), attempts: z.int(), failedMs: z.number(), waitedMs: z.number() }),
  ),
  /** The calls that lost most. */
  worst: z.array(
    z.object({
      callId: z.string(),
      startedAt: instantSchema,
      feature: z.string().nullable(),
      model: z.string().nullable(),
      attempts: z.int(),
      lostMs: z.number(),
    }),
  ),
});
export type RetriesAnswer = z.infer<typeof retriesAnswerSchema>;

/** What the headers of answers said of one limit (requests, tokens, input_tokens, output_tokens) of a model. */
const headroomShape = {
  model: z.string().nullable(),
  kind: z.string(),
  /** Remaining of the limit, 0 to 1: the least that any answer told. */
  leastShare: z.number(),
};
export const limitsAnswerSchema = z.object({
  from: instantSchema,
  to: instantSchema,
  /** Later than `from` where the window has more calls than are looked at one by one, or those before are no longer kept. */
  lookedFrom: instantSchema,
  /** Over the whole of what was looked at, the tightest first. */
  limits: z.array(
    z.object({
      ...headroomShape,
      limit: z.int(),
      remaining: z.int(),
      /** When that answer came to be asked for, and which call it was. */
      at: instantSchema,
      callId: z.string(),
      /** How long after that the limit would have been full again; null when no header said. */
      resetMs: z.number().nullable(),
    }),
  ),
  /** The same by bucket, oldest first. */
  course: z.array(z.object({ bucket: instantSchema, ...headroomShape })),
});
export type LimitsAnswer = z.infer<typeof limitsAnswerSchema>;
