// The contract of POST /api/explain: what the collector would make of an export, without storing it. The request's body is an
// OTLP export (JSON or protobuf, gzip or not) or, in JSON, one span.
import { z } from 'zod';

/** What becomes of one attribute. */
export const explainedAttributeSchema = z.object({
  /** As sent; one of the resource as `resource: <name>`. */
  name: z.string(),
  /** As read; null for one whose name may hold text of prompts, answers or tools. */
  value: z.unknown(),
  /** kept: stored as it is. content: never stored. unknown: its name is not one that is stored. */
  fate: z.enum(['kept', 'content', 'unknown']),
  /** The fields of the report that would be other without it, such as `usage.input_tokens`; `call`: there would be no report. */
  sets: z.array(z.string()),
});

export const explanationSchema = z.object({
  what: z.enum(['span', 'log record', 'metric point']),
  name: z.string(),
  scope: z.string(),
  /** The dialect that took it; null when none knows it. */
  dialect: z.string().nullable(),
  /** Why it is no call, in a sentence; null when it is one. */
  noCall: z.string().nullable(),
  /** What it says of its call, null for unknown; null when it is no call. */
  report: z.record(z.string(), z.unknown()).nullable(),
  /** USD as a decimal string, null when it cannot be priced; `unpricedReason` says why. null when it is no call. */
  price: z
    .object({ costUsd: z.string().nullable(), unpricedReason: z.string().nullable(), flags: z.array(z.string()) })
    .nullable(),
  attributes: z.array(explainedAttributeSchema),
  /** Attributes beyond the first two hundred, which are not looked at one by one. */
  attributesLeftOut: z.int(),
});
export const explainAnswerSchema = z.object({
  explanations: z.array(explanationSchema),
  /** Beyond the first fifty. */
  leftOut: z.int(),
  /** What would be refused, by name, as an export of it would be. */
  refused: z.array(z.object({ what: z.string(), reason: z.string() })),
});
export type Explanation = z.infer<typeof explanationSchema>;
export type ExplainAnswer = z.infer<typeof explainAnswerSchema>;
