// POST /api/calls -> report, for code without OpenTelemetry: the Message as the API returned it, and when it was asked for.
import { z } from 'zod';
import { createHash } from 'node:crypto';
import { blankReport, type Report } from '../calls/report.ts';

const tag = z.string().trim().min(1).max(500).optional();
const messageSchema = z.looseObject({
  id: z.string().min(1).optional(),
  model: z.string().min(1),
  stop_reason: z.string().nullish(),
  usage: z.record(z.string(), z.unknown()),
});

export const postedCallSchema = z
  .strictObject({
    /** The Message as the API returned it; its content is not kept. */
    response: messageSchema.optional(),
    startedAt: z.iso.datetime({ offset: true, error: 'must be an ISO 8601 instant such as 2026-11-01T09:30:00Z' }),
    durationMs: z.number().nonnegative(),
    ttftMs: z.number().nonnegative().optional(),
    stream: z.boolean().optional(),
    model: z.string().min(1).optional(),
    requestId: z.string().min(1).max(200).optional(),
    retries: z.int().nonnegative().max(65_535).optional(),
    error: z.strictObject({ type: z.string().min(1), status: z.int().min(100).max(599).optional() }).optional(),
    feature: tag,
    userId: tag,
    customer: tag,
    promptVersion: tag,
    conversationId: tag,
    environment: tag,
    service: tag,
    workspace: tag,
    project: tag,
  })
  .refine((call) => call.response !== undefined || call.error !== undefined, {
    error: 'is needed, unless error is given',
    path: ['response'],
  });
export type PostedCall = z.output<typeof postedCallSchema>;
export const postedCallsSchema = z.union([
  postedCallSchema.transform((call) => [call]),
  z.array(postedCallSchema).min(1).max(10_000),
]);

export function reportFromPostedCall(call: PostedCall): Report {
  const { response } = call;
  // Without an id of the API's, the post itself is the identity, so that posting it twice counts once.
  const spanId = createHash('sha256').update(JSON.stringify(call)).digest('hex').slice(0, 16);
  return {
    ...blankReport('api', Date.parse(call.startedAt) * 1000),
    spanId,
    messageId: response?.id ?? null,
    requestId: call.requestId ?? null,
    durationMs: call.durationMs,
    ttftMs: call.ttftMs ?? null,
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
      workspace: call.workspace ?? null,
      project: call.project ?? null,
    },
    stopReason: response?.stop_reason ?? null,
    outcome: call.error ? 'error' : 'ok',
    errorType: call.error?.type ?? null,
    httpStatus: call.error?.status ?? (response ? 200 : null),
    retries: call.retries ?? null,
    usage: response?.usage ?? null,
    usageComplete: !call.error,
    usageAssumesStandard: false,
    outputEmpty: response && Array.isArray(response['content']) ? response['content'].length === 0 : null,
    betas: [],
  };
}
