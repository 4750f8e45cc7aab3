// The spans that Anthropic's servers would push to a telemetry destination for what the stand-in served, as OTLP protobuf: one
// SERVER span a request, attempts that were refused too, each with a span of its model run below it.
import { createHash } from 'node:crypto';
import { traceRequestType } from '../collector/src/ingest/otlp-schema.ts';
import type { Served } from './processes.ts';

const bytes = (text: string, length: number) => createHash('sha256').update(text).digest().subarray(0, length);

const attributesOf = (attributes: Record<string, string | number | boolean | null | undefined>) =>
  Object.entries(attributes)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([key, value]) => ({
      key,
      value:
        typeof value === 'number'
          ? { intValue: value }
          : typeof value === 'boolean'
            ? { boolValue: value }
            : { stringValue: value },
    }));

const count = (value: unknown): number => Number(value ?? 0);

/** The names of the SDK's spans; input tokens include the cached ones. */
function usageOf(usage: Record<string, unknown>) {
  const written = count(usage['cache_creation_input_tokens']);
  const read = count(usage['cache_read_input_tokens']);
  const split = usage['cache_creation'] as Record<string, unknown>;
  return {
    'gen_ai.usage.input_tokens': count(usage['input_tokens']) + written + read,
    'gen_ai.usage.output_tokens': count(usage['output_tokens']),
    'gen_ai.usage.cache_read.input_tokens': read,
    'gen_ai.usage.cache_write.input_tokens': written,
    'anthropic.usage.cache_creation.ephemeral_5m_input_tokens': count(split['ephemeral_5m_input_tokens']),
    'anthropic.usage.cache_creation.ephemeral_1h_input_tokens': count(split['ephemeral_1h_input_tokens']),
  };
}

function spansOf({ requestId, messageId, answer, errorType, status, stream, traceparent, at }: Served) {
  const [, trace, parent] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-/.exec(traceparent ?? '') ?? [];
  const usage = messageId === null ? {} : usageOf(answer.usage);
  const model = messageId === null ? undefined : answer.model;
  const request = {
    traceId: trace === undefined ? bytes(`trace ${requestId}`, 16) : Buffer.from(trace, 'hex'),
    spanId: bytes(requestId, 8),
    parentSpanId: parent === undefined ? undefined : Buffer.from(parent, 'hex'),
    name: 'anthropic.messages.create',
    kind: 2,
    startTimeUnixNano: (at + 1) * 1_000_000,
    endTimeUnixNano: (at + 2) * 1_000_000,
    status: { code: errorType === null ? 1 : 2 },
    attributes: attributesOf({
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': answer.model,
      'gen_ai.request.stream': stream || null,
      'gen_ai.response.model': model,
      'gen_ai.response.id': messageId,
      'anthropic.request.id': requestId,
      'anthropic.workspace.id': 'wrkspc_1',
      'anthropic.message.stop_reason': messageId === null ? null : 'end_turn',
      'error.type': errorType,
      'http.response.status_code': errorType === null ? null : status,
      ...usage,
    }),
  };
  const run = {
    ...request,
    spanId: bytes(`run ${requestId}`, 8),
    parentSpanId: request.spanId,
    kind: 1,
    attributes: attributesOf({ 'gen_ai.response.model': model, ...usage }),
  };
  return messageId === null ? [request] : [request, run];
}

/** One export request. */
export const toldByServers = (served: readonly Served[]): Uint8Array =>
  traceRequestType
    .encode(
      traceRequestType.fromObject({
        resourceSpans: [
          {
            resource: { attributes: attributesOf({ 'service.name': 'claude-platform' }) },
            scopeSpans: [{ scope: { name: 'com.anthropic.claude-platform' }, spans: served.flatMap(spansOf) }],
          },
        ],
      }),
    )
    .finish();
