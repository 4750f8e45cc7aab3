// Spans as OTLP/HTTP JSON, with the names the instrumentation uses, and the posting of them.
// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
import { attributes as names } from '@spanledger/instrumentation';
import { serviceVersionAt } from './features.ts';

/** One span, ready to send, and the service whose resource it belongs to. */
export interface ServiceSpan {
  readonly service: string;
  readonly scope: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly json: Record<string, unknown>;
}

export interface CallFacts {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly startMs: number;
  readonly durationMs: number;
  readonly ttftMs?: number | null;
  readonly requestModel: string;
  readonly maxTokens: number;
  readonly stream: boolean;
  /** Null where no answer came. */
  readonly requestId: string | null;
  readonly httpStatus: number | null;
  readonly attempts: readonly Record<string, unknown>[];
  readonly errorType?: string;
  readonly errorCode?: string;
  /** The app stopped reading the stream. */
  readonly cut?: boolean;
  /** What the answer's headers said was left, as attributes. */
  readonly rateLimits?: Readonly<Record<string, unknown>>;
  readonly model?: string;
  readonly messageId?: string;
  readonly stopReason?: string;
  readonly usage?: ApiUsage;
  readonly outputEmpty?: boolean;
  readonly costUsd?: string | null;
  /** As the SDK alone tells it, without the instrumentation beside it. */
  readonly bare?: boolean;
}

interface ApiUsage {
  readonly input_tokens: number;
  readonly cache_creation_input_tokens: number;
  readonly cache_read_input_tokens: number;
  readonly cache_creation: { readonly ephemeral_5m_input_tokens: number; readonly ephemeral_1h_input_tokens: number };
  readonly output_tokens: number;
  readonly output_tokens_details: { readonly thinking_tokens: number };
  readonly service_tier: string;
}

/** What the SDK alone does not tell. */
const OURS = [names.ATTEMPTS, names.COST_USD, names.OUTPUT_EMPTY, names.ERROR_CODE, names.CANCELLED];

/** The span of a call as the SDK and the instrumentation beside it make it. */
export function callSpan(call: CallFacts): ServiceSpan {
  const { usage } = call;
  const attributes: Record<string, unknown> = {
    [names.PROVIDER_NAME]: 'anthropic',
    [names.OPERATION_NAME]: 'chat',
    [names.SERVER_ADDRESS]: 'api.anthropic.com',
    [names.SERVER_PORT]: 443,
    [names.HTTP_METHOD]: 'POST',
    [names.HTTP_ROUTE]: '/v1/messages',
    [names.REQUEST_MODEL]: call.requestModel,
    [names.REQUEST_MAX_TOKENS]: call.maxTokens,
    [names.REQUEST_STREAM]: call.stream ? true : undefined,
    [names.HTTP_STATUS_CODE]: call.httpStatus ?? undefined,
    [names.HTTP_RESEND_COUNT]: call.attempts.length > 1 ? call.attempts.length - 1 : undefined,
    [names.REQUEST_ID]: call.requestId ?? undefined,
    [names.WORKSPACE_ID]: 'wrkspc_demo',
    [names.ATTEMPTS]: JSON.stringify(call.attempts),
    [names.ERROR_TYPE]: call.errorType,
    [names.ERROR_CODE]: call.errorCode,
    [names.CANCELLED]: call.cut,
    ...call.rateLimits,
    [names.RESPONSE_MODEL]: call.model,
    [names.RESPONSE_ID]: call.messageId,
    [names.STOP_REASON]: call.stopReason,
    [names.TIME_TO_FIRST_CHUNK]: call.ttftMs == null ? undefined : { doubleValue: call.ttftMs / 1000 },
    [names.COST_USD]: call.costUsd ?? undefined,
    [names.OUTPUT_EMPTY]: call.outputEmpty,
    ...call.tags,
  };
  if (call.bare) {
    const ours = [...OURS, ...Object.keys(call.rateLimits ?? {})];
    for (const name of ours) delete attributes[name];
  }
  if (usage !== undefined) {
    Object.assign(attributes, {
      ...(call.bare ? {} : { [names.USAGE]: JSON.stringify(usage), [names.USAGE_COMPLETE]: call.cut !== true }),
      [names.INPUT_TOKENS]: usage.input_tokens + usage.cache_read_input_tokens + usage.cache_creation_input_tokens,
      [names.OUTPUT_TOKENS]: call.cut ? undefined : usage.output_tokens,
      [names.CACHE_READ_TOKENS]: usage.cache_read_input_tokens,
      [names.CACHE_WRITE_TOKENS]: usage.cache_creation_input_tokens,
      [names.CACHE_WRITE_5M_TOKENS]: usage.cache_creation.ephemeral_5m_input_tokens,
      [names.CACHE_WRITE_1H_TOKENS]: usage.cache_creation.ephemeral_1h_input_tokens,
      [names.REASONING_TOKENS]: usage.output_tokens_details.thinking_tokens,
      [names.SERVICE_TIER]: usage.service_tier,
    });
  }
  return span(call, 'com.anthropic.sdk.typescript', {
    name: 'anthropic.messages.create',
    kind: 3,
    parentSpanId: call.parentSpanId,
    endMs: call.startMs + call.durationMs,
    attributes,
    status: { code: call.cut ? 0 : call.errorType === undefined ? 1 : 2 },
  });
}

/** What Anthropic's servers push to the company of a call: within the client's span, and shorter by the network. */
export function serverSpan(
  call: CallFacts & { readonly serverSpanId: string; readonly networkMs: number },
): ServiceSpan {
  const { usage } = call;
  const startMs = call.startMs + Math.round(call.networkMs * 0.6);
  return span(
    { ...call, service: 'claude-platform', spanId: call.serverSpanId, startMs },
    'com.anthropic.claude-platform',
    {
      name: 'anthropic.messages.create',
      kind: 2,
      parentSpanId: call.spanId,
      endMs: Math.max(startMs, call.startMs + call.durationMs - Math.round(call.networkMs * 0.4)),
      attributes: {
        [names.REQUEST_ID]: call.requestId ?? undefined,
        [names.WORKSPACE_ID]: 'wrkspc_demo',
        [names.REQUEST_MODEL]: call.requestModel,
        [names.RESPONSE_MODEL]: call.model,
        [names.RESPONSE_ID]: call.messageId,
        [names.STOP_REASON]: call.stopReason,
        [names.HTTP_STATUS_CODE]: call.httpStatus ?? undefined,
        [names.ERROR_TYPE]: call.errorType,
        ...(usage === undefined
          ? {}
          : {
              [names.INPUT_TOKENS]:
                usage.input_tokens + usage.cache_read_input_tokens + usage.cache_creation_input_tokens,
              [names.OUTPUT_TOKENS]: usage.output_tokens,
              [names.CACHE_READ_TOKENS]: usage.cache_read_input_tokens,
              [names.CACHE_WRITE_TOKENS]: usage.cache_creation_input_tokens,
              [names.CACHE_WRITE_5M_TOKENS]: usage.cache_creation.ephemeral_5m_input_tokens,
              [names.CACHE_WRITE_1H_TOKENS]: usage.cache_creation.ephemeral_1h_input_tokens,
            }),
      },
      status: { code: call.errorType === undefined ? 1 : 2 },
    },
  );
}

/** A result of a message batch, as the instrumentation tells it when the results are read: a trace of its own. */
export function batchResultSpan(result: {
  traceId: string;
  spanId: string;
  service: string;
  batchId: string;
  customId: string;
  startMs: number;
  endMs: number;
  tags: Readonly<Record<string, string>>;
  model: string;
  messageId: string;
  usage: ApiUsage;
  costUsd: string | null;
  /** `expired` where the batch ended before the request's turn came; then there is no message. */
  errorType?: string;
}): ServiceSpan {
  const { usage, errorType } = result;
  return span(result, '@spanledger/instrumentation', {
    name: 'anthropic.messages.create',
    kind: 3,
    endMs: result.endMs,
    attributes: {
      [names.PROVIDER_NAME]: 'anthropic',
      [names.OPERATION_NAME]: 'chat',
      [names.BATCH_ID]: result.batchId,
      [names.BATCH_CUSTOM_ID]: result.customId,
      ...result.tags,
      ...(errorType === undefined
        ? {
            [names.RESPONSE_MODEL]: result.model,
            [names.RESPONSE_ID]: result.messageId,
            [names.STOP_REASON]: 'end_turn',
            [names.USAGE]: JSON.stringify(usage),
            [names.USAGE_COMPLETE]: true,
            [names.COST_USD]: result.costUsd ?? undefined,
          }
        : { [names.ERROR_TYPE]: errorType }),
    },
    status: { code: errorType === undefined ? 1 : 2 },
  });
}

/** Any other span of the company's own: an agent, a step, a tool. */
export function workSpan(work: {
  service: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind?: number;
  startMs: number;
  endMs: number;
  attributes: Record<string, unknown>;
  failed?: boolean;
}): ServiceSpan {
  const { name, kind = 1, parentSpanId, endMs, attributes, failed = false } = work;
  return span(work, 'acme', {
    name,
    kind,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    endMs,
    attributes,
    status: { code: failed ? 2 : 0 },
  });
}

/** The span of the company's own request, which the calls are children of. */
export function parentSpan(request: {
  service: string;
  traceId: string;
  spanId: string;
  name: string;
  startMs: number;
  endMs: number;
}): ServiceSpan {
  return span(request, 'acme', {
    name: request.name,
    kind: 2,
    endMs: request.endMs,
    attributes: {},
    status: { code: 0 },
  });
}

function span(
  at: { service: string; traceId: string; spanId: string; startMs: number },
  scope: string,
  rest: {
    name: string;
    kind: number;
    parentSpanId?: string;
    endMs: number;
    attributes: Record<string, unknown>;
    status: { code: number };
  },
): ServiceSpan {
  const { endMs, attributes, ...fields } = rest;
  return {
    service: at.service,
    scope,
    startMs: at.startMs,
    endMs,
    json: {
      traceId: at.traceId,
      spanId: at.spanId,
      startTimeUnixNano: nanos(at.startMs),
      endTimeUnixNano: nanos(endMs),
      attributes: keyValues(attributes),
      ...fields,
    },
  };
}

const nanos = (ms: number): string => `${Math.round(ms)}000000`;

function keyValues(attributes: Readonly<Record<string, unknown>>): { key: string; value: unknown }[] {
  return Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: value } : { doubleValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return typeof value === 'string' ? { stringValue: value } : value;
}

const resourceOf = ({ service, startMs }: ServiceSpan): Record<string, string> => {
  const version = serviceVersionAt(service, startMs);
  return { 'service.name': service, ...(version === null ? {} : { 'service.version': version }) };
};

/** One export request: spans by service, its version, and scope. */
export function exportRequest(spans: readonly ServiceSpan[]): unknown {
  const byResource = Map.groupBy(spans, (it) => JSON.stringify(resourceOf(it)));
  return {
    resourceSpans: [...byResource].map(([resource, ofResource]) => ({
      resource: { attributes: keyValues(JSON.parse(resource) as Record<string, string>) },
      scopeSpans: [...Map.groupBy(ofResource, (it) => it.scope)].map(([name, ofScope]) => ({
        scope: { name },
        spans: ofScope.map((it) => it.json),
      })),
    })),
  };
}

/** Posts the spans and resolves when the collector has them; throws with its answer when it refused any. */
export async function postSpans(
  endpoint: string,
  token: string | undefined,
  spans: readonly ServiceSpan[],
): Promise<void> {
  const response = await fetch(`${endpoint}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(exportRequest(spans)),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`the collector answered ${response.status}: ${answer.slice(0, 300)}`);
  const partial = (
    JSON.parse(answer || '{}') as { partialSuccess?: { rejectedSpans?: number | string; errorMessage?: string } }
  ).partialSuccess;
  if (Number(partial?.rejectedSpans ?? 0) > 0)
    throw new Error(`the collector refused ${partial?.rejectedSpans} spans: ${partial?.errorMessage}`);
}
