// GET /api/traces/{traceId}: every span of one trace, what each part of it cost, and the agent runs in it.
import { z } from 'zod';
import { attemptSchema, instantSchema, usageSchema, usdSchema } from './basics.ts';

/**
 * What a span is in its trace. agent: a run with steps; step: one round of it; tool: a tool at work; call: a call, as the
 * application told it; server: what Anthropic's servers told of it; attempt: one HTTP request within a call; http: any
 * other request, such as the one that caused it all.
 */
export const SPAN_PARTS = ['agent', 'step', 'tool', 'call', 'attempt', 'server', 'http', 'other'] as const;
export const spanPartSchema = z.enum(SPAN_PARTS);
export type SpanPart = z.infer<typeof spanPartSchema>;

/** Of a span and all beneath it, each call once, however many spans told of it. */
export const rolledUpSchema = z.object({
  calls: z.int(),
  /** Calls whose cost is not known, and calls whose tokens are not. */
  unpricedCalls: z.int(),
  callsWithoutUsage: z.int(),
  /** The exact sum of what is priced; null when there are calls and no price of any is known. */
  costUsd: usdSchema.nullable(),
  inputTokens: z.int(),
  cacheWriteTokens: z.int(),
  cacheReadTokens: z.int(),
  outputTokens: z.int(),
});
export type RolledUp = z.infer<typeof rolledUpSchema>;

export const traceSpanSchema = z.object({
  spanId: z.string(),
  /** As the emitter said it, whether or not that span came. */
  parentSpanId: z.string().nullable(),
  /** Its parent never came, or its parents go round in a circle: it stands at the top without being a root. */
  orphan: z.boolean(),
  name: z.string(),
  scope: z.string(),
  service: z.string().nullable(),
  /** OpenTelemetry's kind: internal, server, client, producer, consumer. */
  kind: z.string(),
  part: spanPartSchema,
  startedAt: instantSchema,
  /** Since the start of the trace's first span, to the microsecond, by the clock of whoever sent the span. */
  offsetMs: z.number(),
  durationMs: z.number(),
  status: z.enum(['unset', 'ok', 'error']),
  /** The call this span tells of; several spans can tell of one. Null when it is no call. */
  callId: z.string().nullable(),
  /** Whether the call is counted here. Each call of a trace is counted on one span: that of the source believed most. */
  counted: z.boolean(),
  /** False for a call that no span told of, only a log record or a posted report: it is drawn from the call. */
  sent: z.boolean(),
  rolledUp: rolledUpSchema,
  attributes: z.record(z.string(), z.unknown()),
});
export type TraceSpan = z.infer<typeof traceSpanSchema>;

/** What the waterfall says of a call without asking for it. */
export const traceCallSchema = z.object({
  callId: z.string(),
  /** The span it is counted on. */
  spanId: z.string(),
  model: z.string().nullable(),
  feature: z.string().nullable(),
  outcome: z.enum(['ok', 'error', 'cancelled']).nullable(),
  stopReason: z.string().nullable(),
  errorType: z.string().nullable(),
  serverMs: z.number().nullable(),
  usage: usageSchema,
  costUsd: usdSchema.nullable(),
  unpricedReason: z.string().nullable(),
  sources: z.array(z.string()),
  attempts: z.array(attemptSchema),
});
export type TraceCall = z.infer<typeof traceCallSchema>;

/** One run of an agent. What its steps cost and what it spent outside of them add up to the run. */
export const agentRunSchema = z.object({
  spanId: z.string(),
  name: z.string(),
  durationMs: z.number(),
  rolledUp: rolledUpSchema,
  /** In order of time; a run of another agent within this one is a step of it. */
  steps: z.array(z.object({ spanId: z.string(), name: z.string(), durationMs: z.number(), rolledUp: rolledUpSchema })),
  /** Null when unknown, as in `rolledUp`. */
  outsideSteps: rolledUpSchema,
  /** By name, most used first. Their calls are those made beneath them; they are part of the steps' too. */
  tools: z.array(
    z.object({
      name: z.string(),
      uses: z.int(),
      errors: z.int(),
      /** Of all uses together, though some may have been at once. */
      durationMs: z.number(),
      rolledUp: rolledUpSchema,
    }),
  ),
});
export type AgentRun = z.infer<typeof agentRunSchema>;

export const tracesAnswerSchema = z.object({
  traceId: z.string(),
  startedAt: instantSchema,
  durationMs: z.number(),
  /** How many spans came; `spans` holds the first 10,000. */
  spanCount: z.int(),
  /** What is left out, in a sentence; null when nothing is. */
  note: z.string().nullable(),
  services: z.array(z.string()),
  total: rolledUpSchema,
  /** Oldest first; a span that came twice is one. */
  spans: z.array(traceSpanSchema),
  calls: z.array(traceCallSchema),
  agents: z.array(agentRunSchema),
});
export type TraceJson = z.infer<typeof tracesAnswerSchema>;
