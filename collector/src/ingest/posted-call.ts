// POST /api/calls -> report, for code without OpenTelemetry: the Message as the API returned it, and when it was asked for.
import { z } from 'zod';
import { createHash } from 'node:crypto';
import { finding, type Finding } from '../calls/finding.ts';
import { blankReport, type Report } from '../calls/report.ts';

const tag = z.string().trim().min(1).max(500).optional();
const messageSchema = z.looseObject({
  id: z.string().min(1).optional(),
  model: z.string().min(1),
  stop_reason: z.string().nullish(),
  usage: z.record(z.string(), z.unknown()),
});

/**
 * Who tells: `api`, code that made the call itself; `import`, a file of answers kept from before; `claude-code-transcript`, the
 * files Claude Code keeps of its sessions.
 */
export const POSTED_SOURCES = ['api', 'import', 'claude-code-transcript'] as const;

const sourceOf = (call: { source?: (typeof POSTED_SOURCES)[number] | undefined }) => call.source ?? 'api';

export const postedCallSchema = z
  .strictObject({
    /** The Message as the API returned it; its content is not kept. */
    response: messageSchema.optional(),
    startedAt: z.iso.datetime({ offset: true, error: 'must be an ISO 8601 instant such as 2026-11-01T09:30:00Z' }),
    source: z.enum(POSTED_SOURCES, { error: `must be one of ${POSTED_SOURCES.join(', ')}` }).optional(),
    /** Needed, unless the call is a result of a batch (its waiting is nobody's latency) or comes from a file. */
    durationMs: z.number().nonnegative().optional(),
    ttftMs: z.number().nonnegative().optional(),
    stream: z.boolean().optional(),
    model: z.string().min(1).optional(),
    requestId: z.string().min(1).max(200).optional(),
    retries: z.int().nonnegative().max(65_535).optional(),
    error: z
      .strictObject({
        type: z.string().min(1),
        /** The API's code within the type, such as `enforced_spend_limit_reached`. */
        code: z.string().min(1).max(200).optional(),
        status: z.int().min(100).max(599).optional(),
      })
      .optional(),
    /** The usage is that of a stream before its end: a lower bound. */
    partial: z.boolean().optional(),
    /** What the app computed at call time, USD: a decimal string. Shown beside the ledger's own cost, never instead of it. */
    appCostUsd: z
      .string()
      .regex(/^\d{1,9}(\.\d{1,12})?$/, 'must be a decimal string such as "0.0208"')
      .optional(),
    /** The message batch the call is a result of, and its `custom_id` in it. */
    batchId: z.string().min(1).max(200).optional(),
    customId: z.string().min(1).max(200).optional(),
    /** `billing_policy.bill_to` of the request. */
    billTo: z.enum(['self', 'user_profile']).optional(),
    /** Who served it: `anthropic`, `aws.bedrock`, `gcp.vertex_ai`, ... */
    platform: z.string().min(1).max(100).optional(),
    feature: tag,
    userId: tag,
    customer: tag,
    promptVersion: tag,
    conversationId: tag,
    environment: tag,
    service: tag,
    /** Which deploy of the service: `service.version` of a span's resource. */
    serviceVersion: tag,
    workspace: tag,
    project: tag,
  })
  .refine((call) => call.response !== undefined || call.error !== undefined, {
    error: 'is needed, unless error is given',
    path: ['response'],
  })
  .refine((call) => call.durationMs !== undefined || call.batchId !== undefined || sourceOf(call) !== 'api', {
    error: 'is needed, unless batchId is given or source says that it comes from a file',
    path: ['durationMs'],
  })
  .refine((call) => (call.batchId === undefined) === (call.customId === undefined), {
    error: 'is needed beside batchId, and goes only with it',
    path: ['customId'],
  })
  .refine((call) => call.batchId === undefined || call.requestId === undefined, {
    error: 'must be left out for a result of a batch: it has no request of its own',
    path: ['requestId'],
  });
export type PostedCall = z.output<typeof postedCallSchema>;
const postedListSchema = z
  .array(postedCallSchema)
  .min(1, 'must have at least one call')
  .max(10_000, 'must have at most 10,000 calls');
const postedOneSchema = postedCallSchema.transform((call) => [call]);

/** One call or a list of them. Not a union: what is wrong is said of the form that was sent. */
export const readPostedCalls = (body: unknown) =>
  (Array.isArray(body) ? postedListSchema : postedOneSchema).safeParse(body);

/** The API's word is `canceled`, the ledger's `cancelled`. */
const CANCELLED = /^cancell?ed$/;

const FIELDS: ReadonlySet<string> = new Set(Object.keys(postedCallSchema.shape));

/** Why posted calls were refused, by the field of the contract where it begins; nothing that was sent is repeated. */
export function findingOfPosted(field: string | undefined): Finding {
  const name = field?.split('.').find((part) => !/^\d+$/.test(part)) ?? '';
  return FIELDS.has(name)
    ? finding('refused', 'posted call', `${name}: is not as the API takes it`, { source: 'api' })
    : finding('refused', 'posted call', 'it has another form than the API takes', { source: 'api' });
}

export function reportFromPostedCall(call: PostedCall): Report {
  const { response } = call;
  const inBatch = call.batchId !== undefined;
  const cancelled = inBatch && CANCELLED.test(call.error?.type ?? '');
  // Without an id of the API's, the post itself is the identity, so that posting it twice counts once.
  const spanId = createHash('sha256').update(JSON.stringify(call)).digest('hex').slice(0, 16);
  return {
    ...blankReport(sourceOf(call), Date.parse(call.startedAt) * 1000),
    spanId,
    messageId: response?.id ?? null,
    requestId: call.requestId ?? null,
    batchId: call.batchId ?? null,
    customId: call.customId ?? null,
    durationMs: inBatch ? null : (call.durationMs ?? null),
    ttftMs: inBatch ? null : (call.ttftMs ?? null),
    stream: call.stream ?? null,
    requestModel: call.model ?? null,
    model: response?.model ?? null,
    tags: {
      feature: call.feature ?? null,
      userId: call.userId ?? null,
      customer: call.customer ?? null,
      promptVersion: call.promptVersion ?? null,
      conversationId: call.conversationId ?? null,
      environment: call.environment ?? null,
      service: call.service ?? null,
      serviceVersion: call.serviceVersion ?? null,
      workspace: call.workspace ?? null,
      project: call.project ?? null,
    },
    stopReason: response?.stop_reason ?? null,
    outcome: cancelled ? 'cancelled' : call.error ? 'error' : 'ok',
    errorType: cancelled ? 'cancelled' : (call.error?.type ?? null),
    errorCode: call.error?.code ?? null,
    httpStatus: call.error?.status ?? (response && !inBatch ? 200 : null),
    retries: call.retries ?? null,
    // A message of a batch says so itself; where it does not, that it was in one says it.
    usage: response ? { ...response.usage, ...(inBatch && { service_tier: 'batch' }) } : null,
    usageComplete: !call.error && call.partial !== true,
    appCostUsd: call.appCostUsd ?? null,
    usageAssumesStandard: false,
    outputEmpty: response && Array.isArray(response['content']) ? response['content'].length === 0 : null,
    // Code that posts its own call is taken to have used none; a file does not know.
    betas: inBatch || sourceOf(call) !== 'api' ? null : [],
    billTo: call.billTo ?? null,
    platform: call.platform ?? null,
  };
}
