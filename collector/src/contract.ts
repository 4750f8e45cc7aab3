// The contract between the collector's API and everyone who speaks to it: the dashboard, a script, a test.
// Zod schemas of every request and answer; the types come from them, so that no shape is written twice.
// Knows nothing of HTTP, ClickHouse or React.
import { z } from 'zod';

import {
  askedInstantSchema,
  attemptSchema,
  confidenceSchema,
  instantSchema,
  moneyInputSchema,
  usageSchema,
  usdSchema,
} from './contract/basics.ts';
import { DIMENSIONS, TOLD_DIMENSIONS, type ToldDimension } from './contract/dimensions.ts';
import { monitorAlertSchema } from './contract/monitors.ts';
import { isRangedField, RANGED_FIELDS, readRange } from './contract/ranges.ts';
import { priceVersionSchema } from './contract/repricings.ts';
import { dimensionSchema, scopeSchema } from './contract/scope.ts';

export * from './contract/bands.ts';
export * from './contract/basics.ts';
export * from './contract/cache.ts';
export * from './contract/connections.ts';
export * from './contract/coverage.ts';
export * from './contract/dimensions.ts';
export * from './contract/explain.ts';
export * from './contract/instants.ts';
export * from './contract/keys.ts';
export * from './contract/limits.ts';
export * from './contract/mappings.ts';
export * from './contract/monitors.ts';
export * from './contract/prices.ts';
export * from './contract/ranges.ts';
export * from './contract/repricings.ts';
export * from './contract/scope.ts';
export * from './contract/traces.ts';
export * from './contract/views.ts';

/**
 * The values of the dimension `failure`: what kept a call from a whole answer. Disjoint, and null for a call that has its
 * answer. A spend cap is no rate limit: trying again does not help before the period ends. `cut_off`: the app ended it before
 * the answer was whole. `refusal`: the model declined, which the API counts as an answer; all others but these two are errors.
 */
export const FAILURES = [
  'rate_limit',
  'spend_cap',
  'overloaded',
  'timeout',
  'connection',
  'api_error',
  'invalid_request',
  'not_allowed',
  'other_error',
  'cut_off',
  'refusal',
] as const;
export type Failure = (typeof FAILURES)[number];

/**
 * `...LatencyMs` is what the application waited for a whole call, `...ServerMs` what Anthropic's servers say it took, and
 * `...OutsideMs` the one less the other, where both told. Output tokens a second are counted over the whole call, the wait for
 * the first token included.
 * Money measures are decimal strings, all others numbers; null means unknown (nothing to divide by, nothing
 * priced, no usage told).
 */
export const MEASURES = [
  'calls',
  'errors',
  'errorRate',
  'costUsd',
  'unpricedCalls',
  'inputTokens',
  'cacheWrite5mTokens',
  'cacheWrite1hTokens',
  'cacheReadTokens',
  'outputTokens',
  'thinkingTokens',
  'webSearches',
  'cacheHitRate',
  'cacheSavingsUsd',
  'cacheReadUsd',
  'cacheWrite5mUsd',
  'cacheWrite1hUsd',
  'retries',
  'p50LatencyMs',
  'p95LatencyMs',
  'p99LatencyMs',
  'p50TtftMs',
  'p95TtftMs',
  'p99TtftMs',
  'p50OutsideMs',
  'p95OutsideMs',
  'p50ServerMs',
  'p95ServerMs',
  'p50OutputTokensPerSecond',
] as const;
export const measureSchema = z.enum(MEASURES);
export type Measure = z.infer<typeof measureSchema>;

export const BUCKETS = ['none', 'minute', 'hour', 'day', 'week', 'month'] as const;
export const bucketSchema = z.enum(BUCKETS);
export type Bucket = z.infer<typeof bucketSchema>;

/**
 * `<dimension>:<value>`, an empty value means "not set"; or `<field>:<from>..<to>` of what is a number, `to` exclusive, one end
 * may be left out. The same name repeated: any of them; different ones: all.
 */
export const whereSchema = z
  .string()
  .regex(new RegExp(`^(${[...DIMENSIONS, ...RANGED_FIELDS].join('|')}):`), {
    abort: true,
    error: `must be <dimension>:<value>, where the dimension is one of ${DIMENSIONS.join(', ')}; or <field>:<from>..<to>, where the field is one of ${RANGED_FIELDS.join(', ')}`,
  })
  .superRefine((filter, context) => {
    const field = filter.slice(0, filter.indexOf(':'));
    const range = isRangedField(field) ? readRange(field, filter.slice(field.length + 1)) : null;
    if (range !== null && 'wrong' in range) context.addIssue({ code: 'custom', message: range.wrong });
  });

const commaList = <T extends z.ZodType<string, string>>(item: T) =>
  z
    .string()
    .transform((text): string[] => text.split(',').filter((part) => part !== ''))
    .pipe(z.array(item) as z.ZodType<z.output<T>[], string[]>);
const repeated = <T extends z.ZodType>(item: T) =>
  z.preprocess((value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]), z.array(item));

export const timezoneSchema = z
  .string()
  .refine(isTimezone, { error: 'must be an IANA time zone such as Europe/Berlin' });
function isTimezone(name: string): boolean {
  // As the time zone database spells it: Intl also takes offsets and any capitals, ClickHouse does not.
  if (!/^[A-Z][A-Z\d]*[+-]?\d*$|^[A-Z]\w*[a-z][\w-]*(\/[A-Z][\w+-]*)*$|^(US|GB|NZ|Etc)[/-][\w+-]+$/.test(name))
    return false;
  try {
    const canonical = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
    return canonical === name || canonical.toLowerCase() !== name.toLowerCase();
  } catch {
    return false;
  }
}

/** The time range asked about: `from` inclusive, `to` exclusive. */
const windowShape = { from: askedInstantSchema, to: askedInstantSchema };

export const metricsQuerySchema = z.object({
  ...windowShape,
  measures: commaList(measureSchema).refine((list) => list.length > 0, 'name at least one measure'),
  by: commaList(dimensionSchema).default([]),
  bucket: bucketSchema.default('none'),
  timezone: timezoneSchema.default('UTC'),
  where: repeated(whereSchema),
});
export type MetricsQuery = z.output<typeof metricsQuerySchema>;

/** Which calls a question is about that chooses its own measures. */
export const sliceQuerySchema = z.object({ ...windowShape, where: repeated(whereSchema) });
export type SliceQuery = z.output<typeof sliceQuerySchema>;
export const limitsQuerySchema = sliceQuerySchema.extend({
  bucket: bucketSchema.exclude(['none']).default('hour'),
  timezone: timezoneSchema.default('UTC'),
});
export type LimitsQuery = z.output<typeof limitsQuerySchema>;

/** One row: `bucket` (ISO instant of its start, when bucketed), the dimensions of `by` (string or null), the measures. */
export const metricsRowSchema = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));
export const metricsAnswerSchema = z.object({
  ...windowShape,
  bucket: bucketSchema,
  rows: z.array(metricsRowSchema),
  /** Calls of the window whose price is unknown; they are in every measure but money. */
  unpricedCalls: z.int(),
  /**
   * What is older is no longer kept in the detail that was asked for, so that calls from before this instant
   * are missing here.
   * Null: none are.
   */
  missingBefore: instantSchema.nullable(),
});
export type MetricsAnswer = z.infer<typeof metricsAnswerSchema>;
export type MetricsRow = z.infer<typeof metricsRowSchema>;

const dimensionShape = Object.fromEntries(TOLD_DIMENSIONS.map((name) => [name, z.string().nullable()])) as Record<
  ToldDimension,
  z.ZodNullable<z.ZodString>
>;

export const callSchema = z.object({
  callId: z.string(),
  messageId: z.string().nullable(),
  requestId: z.string().nullable(),
  traceId: z.string().nullable(),
  spanId: z.string().nullable(),
  startedAt: instantSchema,
  durationMs: z.number().nullable(),
  /** How long Anthropic's servers say the call took; the rest of `durationMs` is network, queueing and retries. Null when they did not tell. */
  serverMs: z.number().nullable(),
  ttftMs: z.number().nullable(),
  stream: z.boolean().nullable(),
  requestModel: z.string().nullable(),
  ...dimensionShape,
  /** The message batch the call is a result of, and its id within it; null for a call of its own. */
  batchId: z.string().nullable(),
  customId: z.string().nullable(),
  /** Who served it: `anthropic`, `aws.bedrock`, `gcp.vertex_ai`, ... */
  platform: z.string().nullable(),
  /** Who pays by the request's billing policy; null when it had none. */
  billTo: z.enum(['self', 'user_profile']).nullable(),
  /** "ok", "error" or "cancelled"; null when no source said. */
  outcome: z.enum(['ok', 'error', 'cancelled']).nullable(),
  /** What kept it from a whole answer; null when nothing did. */
  failure: z.enum(FAILURES).nullable(),
  httpStatus: z.int().nullable(),
  retries: z.int().nullable(),
  usage: usageSchema,
  costUsd: usdSchema.nullable(),
  /** Why `costUsd` is null, in a sentence; null when it is priced. */
  unpricedReason: z.string().nullable(),
  sources: z.array(z.string()),
});
export type CallJson = z.infer<typeof callSchema>;

/** One line of a receipt; the cost is the exact sum of the amounts. */
export const receiptLineSchema = z.object({
  kind: z.string(),
  /** The model this line was priced at (a call can have hops at other models). */
  model: z.string(),
  quantity: z.int(),
  unit: z.enum(['token', 'request']),
  /** USD per million tokens, or per request; a decimal string without rounding. */
  rateUsd: z.string(),
  per: z.enum(['million', 'one']),
  multipliers: z.array(z.object({ name: z.string(), factor: z.string() })),
  amountUsd: usdSchema,
  /** The price-card row used: model, band, since, source. */
  card: z.object({
    model: z.string(),
    band: z.string().nullable(),
    since: z.string().nullable(),
    until: z.string().nullable(),
    source: z.string(),
    confidence: confidenceSchema,
  }),
});
export const receiptSchema = z.object({
  lines: z.array(receiptLineSchema),
  totalUsd: usdSchema.nullable(),
  /** What a reader should know: estimated, inferred, partial, contract-priced, lines-unknown, each with a sentence. */
  flags: z.array(z.object({ flag: z.string(), message: z.string() })),
  unpricedReason: z.string().nullable(),
});
export type ReceiptJson = z.infer<typeof receiptSchema>;

export const reportSchema = z.object({
  source: z.string(),
  scope: z.string().nullable(),
  spanName: z.string().nullable(),
  traceId: z.string().nullable(),
  spanId: z.string().nullable(),
  receivedAt: instantSchema,
  /** The cost the app computed at call time; null when it did not. */
  appCostUsd: usdSchema.nullable(),
  attributes: z.record(z.string(), z.unknown()),
});
/** What the headers of the call's last answer said of one limit; null where they did not. */
export const rateLimitSchema = z.object({
  limit: z.int().nullable(),
  remaining: z.int().nullable(),
  resetAt: instantSchema.nullable(),
});
export const costDifferenceSchema = z.object({
  appUsd: usdSchema,
  ledgerUsd: usdSchema.nullable(),
  /** The ledger's less the app's; null when the ledger has no price. */
  differenceUsd: usdSchema.nullable(),
  /** In a sentence. */
  reason: z.string(),
});
export type CostDifference = z.infer<typeof costDifferenceSchema>;
export const callDetailSchema = callSchema.extend({
  /** By kind: requests, tokens, input_tokens, output_tokens. Empty when no source said. */
  rateLimits: z.record(z.string(), rateLimitSchema),
  /** Where the batch of this call was handed in; null when that was not seen, or the call is of no batch. */
  submit: z
    .object({ traceId: z.string().nullable(), spanId: z.string().nullable(), startedAt: instantSchema })
    .nullable(),
  /** Where the app's own cost is another; null when it is the same, or the app said none. */
  costDifference: costDifferenceSchema.nullable(),
  receipt: receiptSchema,
  /** What it cost by which prices, newest first; more than one where history was priced again. */
  priceVersions: z.array(priceVersionSchema),
  reports: z.array(reportSchema),
  attempts: z.array(attemptSchema),
  /** Field -> the source it was taken from; `usage` stands for tokens, model, stop reason and price. */
  provenance: z.record(z.string(), z.string()),
});
export type CallDetailJson = z.infer<typeof callDetailSchema>;

export const CALL_ORDERS = [
  'startedAt',
  'oldest',
  'costUsd',
  'durationMs',
  'ttftMs',
  'promptTokens',
  'outputTokens',
] as const;
export const callsQuerySchema = z.object({
  from: askedInstantSchema.optional(),
  to: askedInstantSchema.optional(),
  where: repeated(whereSchema),
  /** A field: largest or newest first; `oldest` is by time the other way round. */
  order: z.enum(CALL_ORDERS).default('startedAt'),
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.string().optional(),
});
export type CallsQuery = z.output<typeof callsQuerySchema>;
export const callsAnswerSchema = z.object({
  calls: z.array(callSchema),
  nextCursor: z.string().nullable(),
  /** Calls that began before this are no longer kept one by one; null when none of the window are missing. */
  missingBefore: instantSchema.nullable(),
});
export type CallsAnswer = z.infer<typeof callsAnswerSchema>;

/** Which calls of a window are looked at (the inside), against all others of it under the same filters (the outside). */
export const contrastQuerySchema = z.object({
  ...windowShape,
  where: repeated(whereSchema),
  insideFrom: askedInstantSchema,
  insideTo: askedInstantSchema,
  inside: repeated(whereSchema),
});
export type ContrastQuery = z.output<typeof contrastQuerySchema>;
const sideSchema = z.object({
  calls: z.int(),
  /** Of all calls of the side; null when it has none. */
  share: z.number().nullable(),
});
export const contrastAnswerSchema = z.object({
  inside: z.int(),
  outside: z.int(),
  /** Values that are more frequent inside, those that agree best with the inside first. */
  differences: z.array(
    z.object({
      dimension: dimensionSchema,
      value: z.string().nullable(),
      inside: sideSchema,
      outside: sideSchema,
      /** The share inside divided by the share outside; null when there is none of it outside. */
      lift: z.number().nullable(),
    }),
  ),
});
export type ContrastAnswer = z.infer<typeof contrastAnswerSchema>;

export const changesQuerySchema = z.object({ ...windowShape, where: repeated(whereSchema) });
export type ChangesQuery = z.output<typeof changesQuerySchema>;
/** What began within the window, in the order of time. */
export const changesAnswerSchema = z.object({
  /** The first call that a service made on a version, where it had made calls on another before. */
  deploys: z.array(
    z.object({ service: z.string(), version: z.string(), previousVersion: z.string(), at: instantSchema }),
  ),
  /** The first call of a model, where others had been called before. */
  models: z.array(z.object({ model: z.string(), at: instantSchema })),
});
export type ChangesAnswer = z.infer<typeof changesAnswerSchema>;

export const valuesQuerySchema = z.object({
  ...windowShape,
  search: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const valuesAnswerSchema = z.object({
  values: z.array(z.object({ value: z.string().nullable(), calls: z.int() })),
});

/** What the ledger holds and where it listens: the first-run page asks it until the first call is there. */
/** What was acknowledged and waits on this machine's disk for the store; null when nothing does. `since`: the oldest of it. */
export const waitingSchema = z.object({ rows: z.int(), bytes: z.int(), since: instantSchema }).nullable();
export type Waiting = NonNullable<z.infer<typeof waitingSchema>>;
export const waitingAnswerSchema = z.object({ waiting: waitingSchema });

export const diskSchema = z.object({
  /** Of all tables, compressed, as they are on the disk. */
  bytes: z.int(),
  byTable: z.array(z.object({ table: z.string(), bytes: z.int(), rows: z.int() })),
  /** Null without a call. */
  bytesPerCall: z.int().nullable(),
  /** Of the fullest local disk that ClickHouse writes to; null where it has none. */
  freeBytes: z.int().nullable(),
  /** What calls and spans of the last seven days take, a day, before anything is dropped; null without any. */
  growthPerDay: z.int().nullable(),
});
export type Disk = z.infer<typeof diskSchema>;

export const statusAnswerSchema = z.object({
  version: z.string(),
  storage: z.enum(['embedded', 'server']),
  disk: diskSchema,
  calls: z.int(),
  /** Of the first call that is kept one by one; of a dropped one up to two hours before it. */
  firstCallAt: instantSchema.nullable(),
  lastCallAt: instantSchema.nullable(),
  /** Spans refused since the start, by reason. */
  refused: z.array(z.object({ reason: z.string(), count: z.int() })),
  /** Rows that ClickHouse would not take and that were set apart, by the table they were meant for. */
  poison: z.array(z.object({ table: z.string(), rows: z.int(), lastAt: instantSchema, reason: z.string() })),
  waiting: waitingSchema,
});

// ---- budgets, alerts, webhooks -------------------------------------------------------------------------------------
export const limitSchema = z.union([
  z.strictObject({ usd: moneyInputSchema.refine((text) => Number(text) > 0, 'must be more than 0') }),
  z.strictObject({ tokens: z.int().positive() }),
]);
export const budgetInputSchema = z.strictObject({
  name: z.string().trim().min(1).max(120),
  scope: scopeSchema,
  limit: limitSchema,
  period: z.enum(['day', 'week', 'month']),
  timezone: timezoneSchema.default('UTC'),
  /** Percentages of the limit, ascending, no repeats. */
  thresholds: z.array(z.number().positive().max(1000)).min(1).max(20).default([50, 80, 100]),
  webhookIds: z.array(z.string()).default([]),
});
export type BudgetInput = z.output<typeof budgetInputSchema>;
export const budgetSchema = budgetInputSchema.extend({
  id: z.string(),
  createdAt: instantSchema,
  updatedAt: instantSchema,
});
export type Budget = z.infer<typeof budgetSchema>;

/** The one crossing of a budget's threshold in a period. */
export const budgetAlertSchema = z.object({
  kind: z.literal('budget'),
  id: z.string(),
  budgetId: z.string(),
  budgetName: z.string(),
  threshold: z.number(),
  spentUsd: usdSchema.nullable(),
  spentTokens: z.int().nullable(),
  limit: limitSchema,
  periodStart: instantSchema,
  periodEnd: instantSchema,
  raisedAt: instantSchema,
});
export type BudgetAlert = z.infer<typeof budgetAlertSchema>;
export const alertSchema = z.discriminatedUnion('kind', [budgetAlertSchema, monitorAlertSchema]);
export type Alert = z.infer<typeof alertSchema>;

export const budgetStatusSchema = z.object({
  budgetId: z.string(),
  periodStart: instantSchema,
  periodEnd: instantSchema,
  spentUsd: usdSchema.nullable(),
  spentTokens: z.int().nullable(),
  /** Spent as a percentage of the limit. */
  percent: z.number(),
  /** Thresholds that this spend is at or above, ascending. Each has its alert, or will have it when the watcher looks next. */
  reached: z.array(z.number()),
  /** Calls in scope whose cost is unknown: the spend is at least what is said. */
  unpricedCalls: z.int(),
  /** What had been spent by then, oldest first: none at the period's start, by the end of every hour (day) or day (week, month), and by now. */
  burn: z.array(z.object({ at: instantSchema, spentUsd: usdSchema.nullable(), spentTokens: z.int().nullable() })),
  alerts: z.array(budgetAlertSchema),
});
export type BudgetStatus = z.infer<typeof budgetStatusSchema>;

export const webhookInputSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }),
  description: z.string().max(200).default(''),
});
export const webhookSchema = webhookInputSchema.extend({
  id: z.string(),
  /** Standard Webhooks signing secret (`whsec_...`): in the answer to POST only, null afterwards. */
  secret: z.string().nullable(),
  createdAt: instantSchema,
});
export type Webhook = z.infer<typeof webhookSchema>;
export const deliverySchema = z.object({
  id: z.string(),
  webhookId: z.string(),
  alertId: z.string().nullable(),
  type: z.enum(['budget.threshold_reached', 'monitor.alerting', 'monitor.recovered', 'webhook.test']),
  status: z.enum(['pending', 'delivered', 'failed']),
  attempts: z.array(
    z.object({
      at: instantSchema,
      httpStatus: z.int().nullable(),
      error: z.string().nullable(),
      durationMs: z.number(),
    }),
  ),
  nextAttemptAt: instantSchema.nullable(),
  createdAt: instantSchema,
});
export type Delivery = z.infer<typeof deliverySchema>;

export const errorSchema = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    field: z.string().optional(),
    /** Where a text was sent: the line at fault, from 1. */
    line: z.int().optional(),
    requestId: z.string().optional(),
  }),
});
