// The contract of /api/coverage: what the ledger sees, from which side, and what it refused or set apart and why.
import { z } from 'zod';
import { askedInstantSchema, instantSchema } from './basics.ts';

export const coverageQuerySchema = z.object({ from: askedInstantSchema, to: askedInstantSchema });
export type CoverageQuery = z.output<typeof coverageQuerySchema>;

const namedSchema = z.string().nullable();

/** Calls of the window by who told them. The server is Anthropic's: the source `claude-platform`. */
export const seenSchema = z.object({
  /** null: no report says it, as for calls that only the server told. */
  service: namedSchema,
  workspace: namedSchema,
  calls: z.int(),
  clientOnly: z.int(),
  serverOnly: z.int(),
  both: z.int(),
});

/** refused: nothing is kept. The other kinds are kept: in a trace, as calls, or as a count. */
export const refusalKindSchema = z.enum([
  'refused',
  'not-kept',
  'other-provider',
  'unknown',
  'odd-count',
  'trimmed',
  'set-apart',
  'skewed',
]);

export const coverageAnswerSchema = z.object({
  from: instantSchema,
  to: instantSchema,
  calls: z.int(),
  seen: z.array(seenSchema),
  sources: z.array(
    z.object({
      source: z.string(),
      /** That it told of: a call that several sources told counts for each. */
      calls: z.int(),
      /** Of these, the calls whose `source` it is: no other source that told of them is believed rather. */
      believedCalls: z.int(),
      lastCallAt: instantSchema,
    }),
  ),
  /** Had calls in `silentWindow` and none since; whatever the window that is asked about. */
  silent: z.array(
    z.object({
      source: z.string(),
      service: namedSchema,
      /** That it told of. */
      callsBefore: z.int(),
      /** Of these, the calls whose `source` it is. */
      believedCallsBefore: z.int(),
      lastCallAt: instantSchema,
    }),
  ),
  /** The 24 hours before the last hour of now. */
  silentWindow: z.object({ from: instantSchema, to: instantSchema }),
  /** Counted when they arrived, by the hour: those of every hour that the window touches. A repeated export counts again. */
  refusals: z.array(
    z.object({
      kind: refusalKindSchema,
      /** What it came as: `span`, `log record`, `metric point`, `posted call`, `body`. */
      signal: z.string(),
      reason: z.string(),
      /** The scope or source it is from; '' when not said. */
      source: z.string(),
      service: z.string(),
      count: z.int(),
      lastAt: instantSchema,
      /** One of them by the names of its fields; holds no value. '' when there is nothing to add. */
      example: z.string(),
      /** A call concerned; null when there is none. */
      exampleCallId: namedSchema,
      /** How far two clocks were apart at most; null where it is not about clocks. */
      largestSkewMs: z.number().nullable(),
    }),
  ),
  /** Calls that share an id with another: those set apart when they came, and those whose reports do not agree. */
  setApart: z.array(
    z.object({
      callId: z.string(),
      source: z.string(),
      service: namedSchema,
      startedAt: instantSchema,
      /** true: it counts as a call of its own. false: its reports are one call, and which usage is right cannot be known. */
      apart: z.boolean(),
    }),
  ),
  /** All of them; `setApart` lists the newest. */
  setApartCalls: z.int(),
  untagged: z.array(
    z.object({
      service: namedSchema,
      source: z.string(),
      calls: z.int(),
      costUsd: z.string().nullable(),
      /** Of `calls`; they are in no cost. */
      unpricedCalls: z.int(),
      /** The language or tool the line is for; `server`: no app tells of them, and the line would make one. */
      language: z.enum(['node', 'python', 'claude-code', 'api', 'server', 'any']),
      /** The one line that would tag them. */
      line: z.string(),
      /** Where the line goes. */
      where: z.string(),
    }),
  ),
});
export type CoverageAnswer = z.infer<typeof coverageAnswerSchema>;
