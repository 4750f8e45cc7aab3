/**
 * A call and its span.
 *
 * - A call is one request for a message as the application made it: one SDK method call with all its retries and the
 *   reading of its stream. It has exactly one span: the SDK's own where the SDK made one (0.134 and later), which is
 *   then enriched, else one of ours with the same names.
 * - An attempt is one HTTP request within a call.
 *
 * In come the moments that the patch and the response reader see; out go attributes, set as early as they are known,
 * so that a call cut short still says what it cost until then. Never a word of a prompt or an answer.
 */
import {
  context,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import * as attribute from '../attributes.ts';
import { guard } from '../guard.ts';
import { PRICE_TABLE_VERSION, priceCall } from '../pricing/index.ts';
import { state } from '../state.ts';
import { currentTags, tagAttributes } from '../tags.ts';
import type { BatchRequest } from './batch.ts';
import { messageAttributes, usageAttributes, type MessageFacts } from './usage.ts';

export const SCOPE = '@spanledger/instrumentation';
export const SCOPE_VERSION = '0.1.0';
export const SPAN_NAME = 'anthropic.messages.create';

/** One HTTP request of a call, as `spanledger.attempts` lists it. Null where there was none or it is not known. */
export interface Attempt {
  readonly startedAt: string;
  /** Until the response's headers, or until there was no hope of them. */
  durationMs: number | null;
  httpStatus: number | null;
  requestId: string | null;
  errorType: string | null;
  errorCode: string | null;
  /** As the header says it: seconds or a date, or milliseconds with the unit ("40ms"). */
  retryAfter: string | null;
}

/** How a call ended. `incomplete`: nobody read its stream to the end. */
export type Outcome =
  | { how: 'completed' }
  | { how: 'cancelled' }
  | { how: 'failed'; errorType: string }
  | { how: 'incomplete' };

/** What the patch reads of the SDK's client and of the options of a request. Their types differ by version. */
export interface Client {
  readonly baseURL?: unknown;
  readonly _genAIProviderName?: unknown;
}
export interface RequestOptions {
  readonly method?: unknown;
  readonly path?: unknown;
  readonly body?: unknown;
  readonly stream?: unknown;
  readonly signal?: AbortSignal | null;
  readonly headers?: unknown;
  /** The SDK's own span of this call. */
  readonly __span?: { readonly span?: Span };
}

export interface Call {
  readonly client: Client;
  readonly parent: Context;
  readonly startedAt: number;
  readonly attempts: Attempt[];
  readonly tags: Attributes;
  readonly requestModel: string | undefined;
  readonly stream: boolean;
  readonly signal: AbortSignal | undefined;
  readonly billTo: 'self' | 'user_profile' | undefined;
  readonly betas: readonly string[] | undefined;
  /** Whose span it is decides who sets the common attributes and who ends it. */
  own: boolean;
  span: Span;
  facts: MessageFacts | undefined;
  sawOutput: boolean;
  /** Our span completes one of the SDK that ended too early. */
  supplements: boolean;
  ended: boolean;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Before the request's options are known: they can be a promise. */
export type Pending = Pick<Call, 'client' | 'parent' | 'startedAt'> & {
  call: Call | undefined;
  /** The request is one for a message batch, no call. */
  batch?: BatchRequest | undefined;
};

/** Reads the options of a request. Undefined when it is no request for a message, or nobody records it. */
export function beginCall(pending: Pending, options: RequestOptions | undefined): Call | undefined {
  if (String(options?.method).toLowerCase() !== 'post' || !/^\/v1\/messages(\?|$)/.test(String(options?.path)))
    return undefined;
  const body = isRecord(options?.body) ? options.body : {};
  const tags: Record<string, string> = tagAttributes(currentTags(pending.parent));
  const user = isRecord(body['metadata']) ? body['metadata']['user_id'] : undefined;
  if (typeof user === 'string' && user !== '') tags[attribute.USER_ID] ??= user;
  const requestModel = typeof body['model'] === 'string' ? body['model'] : undefined;
  const stream = options?.stream === true || body['stream'] === true;

  const native = options?.__span?.span;
  // The application's sampler has said no to this call: an own span would ask it again.
  if (native && !native.isRecording() && !(native.spanContext().traceFlags & TraceFlags.SAMPLED)) return undefined;
  const theirs = native?.isRecording() ? native : undefined;
  const own = theirs === undefined;
  const span = theirs ?? startSpan(pending, { ...requestAttributes(pending.client, body, stream), ...tags });
  if (!span.isRecording()) return undefined;
  if (!own) guard(() => span.setAttributes(tags));

  const call: Call = {
    client: pending.client,
    parent: pending.parent,
    startedAt: pending.startedAt,
    attempts: [],
    tags,
    requestModel,
    stream,
    signal: options?.signal ?? undefined,
    billTo: guard(() => billToOf(body)),
    betas: guard(() => betasOf(options?.headers)),
    own,
    span,
    facts: undefined,
    sawOutput: false,
    supplements: false,
    ended: false,
  };
  guard(() => set(call, billingAttributes(call)));
  state.open.add(call);
  state.activity += 1;
  if (!own) guard(() => beforeNativeEnd(call));
  return call;
}

function startSpan(
  pending: Pick<Call, 'parent' | 'startedAt'>,
  attributes: Attributes,
  parent: Context = pending.parent,
): Span {
  return tracer().startSpan(SPAN_NAME, { kind: SpanKind.CLIENT, startTime: pending.startedAt, attributes }, parent);
}

export const tracer = (): Tracer =>
  (state.settings.tracerProvider ?? trace.getTracerProvider()).getTracer(SCOPE, SCOPE_VERSION);

function requestAttributes(client: Client, body: Record<string, unknown>, stream: boolean): Attributes {
  return {
    ...clientAttributes(client),
    [attribute.OPERATION_NAME]: 'chat',
    [attribute.HTTP_METHOD]: 'POST',
    [attribute.HTTP_ROUTE]: '/v1/messages',
    ...(typeof body['model'] === 'string' && { [attribute.REQUEST_MODEL]: body['model'] }),
    ...(typeof body['max_tokens'] === 'number' && { [attribute.REQUEST_MAX_TOKENS]: body['max_tokens'] }),
    ...(stream && { [attribute.REQUEST_STREAM]: true }),
  };
}

/** Who serves the client's requests. */
export function clientAttributes(client: Client): Attributes {
  return {
    [attribute.PROVIDER_NAME]: providerName(client),
    ...guard(() => serverAttributes(String(client.baseURL))),
  };
}

export function providerName(client: Client): string {
  if (typeof client._genAIProviderName === 'string') return client._genAIProviderName;
  const platform = client.constructor.name;
  return platform.includes('Bedrock') ? 'aws.bedrock' : platform.includes('Vertex') ? 'gcp.vertex_ai' : 'anthropic';
}

function serverAttributes(baseUrl: string): Attributes {
  const { hostname, port, protocol } = new URL(baseUrl);
  return {
    [attribute.SERVER_ADDRESS]: hostname.replace(/^\[(.*)\]$/, '$1'),
    [attribute.SERVER_PORT]: port ? Number(port) : protocol === 'http:' ? 80 : 443,
  };
}

/**
 * The SDK ends its span before the body's reader learns that the application stopped reading. So the call gets the
 * last word on the span itself, just before it ends: a status that is still unset is how the SDK says "aborted".
 */
function beforeNativeEnd(call: Call): void {
  const { span } = call;
  const end = span.end;
  Object.defineProperty(span, 'end', {
    configurable: true,
    enumerable: false,
    writable: true,
    value: function (this: Span, ...time: Parameters<Span['end']>) {
      guard(() => {
        const status = (span as { status?: { code?: SpanStatusCode } }).status?.code;
        if (span.isRecording() && status === SpanStatusCode.UNSET && !call.ended)
          set(call, { [attribute.CANCELLED]: true });
      });
      return end.apply(this, time);
    },
  });
}

function set(call: Call, attributes: Attributes): void {
  if (call.span.isRecording()) call.span.setAttributes(attributes);
}

const RATE_LIMITS = ['requests', 'tokens', 'input-tokens', 'output-tokens'];
const HEADER_ATTRIBUTES = [
  [attribute.REQUEST_ID, 'request-id'],
  [attribute.ORGANIZATION_ID, 'anthropic-organization-id'],
  [attribute.WORKSPACE_ID, 'anthropic-workspace-id'],
] as const;
/** The API's error type by status, for the answers whose body the SDK throws away because it tries again. */
const ERROR_TYPE_OF: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  409: 'conflict_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

const header = (response: Response, name: string): string | undefined =>
  guard(() => response.headers.get(name) ?? undefined);

export function beginAttempt(call: Call): Attempt {
  const attempt: Attempt = {
    startedAt: new Date().toISOString(),
    durationMs: null,
    httpStatus: null,
    requestId: null,
    errorType: null,
    errorCode: null,
    retryAfter: null,
  };
  call.attempts.push(attempt);
  return attempt;
}

const took = (attempt: Attempt): number => Date.now() - Date.parse(attempt.startedAt);

/** The headers of a response are there. Everything is set at once: the SDK ends its span before it tells of an error. */
export function attemptAnswered(call: Call, attempt: Attempt, response: Response): void {
  attempt.durationMs = took(attempt);
  attempt.httpStatus = response.status;
  attempt.requestId = header(response, 'request-id') ?? null;
  const retryAfterMs = header(response, 'retry-after-ms');
  attempt.retryAfter = retryAfterMs !== undefined ? `${retryAfterMs}ms` : (header(response, 'retry-after') ?? null);
  if (!response.ok) attempt.errorType = ERROR_TYPE_OF[response.status] ?? String(response.status);
  set(call, attemptAttributes(call));
  const limits: Attributes = {};
  for (const kind of RATE_LIMITS) {
    const name = `${attribute.RATE_LIMIT}.${kind.replace('-', '_')}`;
    for (const figure of ['remaining', 'limit']) {
      const value = header(response, `anthropic-ratelimit-${kind}-${figure}`);
      if (value !== undefined && Number.isFinite(Number(value))) limits[`${name}.${figure}`] = Number(value);
    }
    const reset = header(response, `anthropic-ratelimit-${kind}-reset`);
    if (reset !== undefined && Number.isFinite(Date.parse(reset))) limits[`${name}.reset`] = reset;
  }
  set(call, limits);
  if (!call.own) return;
  set(call, { [attribute.HTTP_STATUS_CODE]: response.status });
  for (const [name, from] of HEADER_ATTRIBUTES) {
    const value = header(response, from);
    if (value) set(call, { [name]: value });
  }
}

/** There is no response: aborted, timed out, or no connection. */
export function attemptFailed(call: Call, attempt: Attempt, error: unknown, aborted: boolean): void {
  attempt.durationMs = took(attempt);
  attempt.errorType = aborted ? 'cancelled' : isAbort(error) ? 'client_timeout_error' : 'connection_error';
  set(call, attemptAttributes(call));
}

/** The body of an error answer: its envelope names the type and, for a spend limit, the code. */
export function attemptRefused(call: Call, attempt: Attempt, envelope: unknown): void {
  const error = isRecord(envelope) && isRecord(envelope['error']) ? envelope['error'] : {};
  const code = (isRecord(error['details']) ? error['details']['error_code'] : undefined) ?? error['error_code'];
  if (typeof error['type'] === 'string') attempt.errorType = error['type'];
  if (typeof code === 'string') attempt.errorCode = code;
  set(call, {
    ...attemptAttributes(call),
    ...(attempt.errorCode !== null && { [attribute.ERROR_CODE]: attempt.errorCode }),
  });
}

function attemptAttributes(call: Call): Attributes {
  return {
    [attribute.ATTEMPTS]: JSON.stringify(call.attempts),
    ...(call.own && call.attempts.length > 1 && { [attribute.HTTP_RESEND_COUNT]: call.attempts.length - 1 }),
  };
}

/** The first piece of a streamed answer's content. */
export function outputBegan(call: Call): void {
  call.sawOutput = true;
  if (call.own) set(call, { [attribute.TIME_TO_FIRST_CHUNK]: (Date.now() - call.startedAt) / 1000 });
}

/** What the message says so far of its usage. */
export function learned(call: Call, facts: MessageFacts): void {
  supplement(call);
  call.facts = facts;
  set(call, usageAttributes(facts));
  if (call.own) set(call, messageAttributes(facts));
  if (!facts.complete) return;
  const costUsd = guard(() => costOf(call, facts));
  if (costUsd != null) set(call, { [attribute.COST_USD]: costUsd, [attribute.COST_CARDS]: PRICE_TABLE_VERSION });
}

const costOf = (call: Call, facts: MessageFacts): string | null =>
  priceCall({
    model: typeof facts.model === 'string' ? facts.model : null,
    requestModel: call.requestModel,
    at: call.startedAt,
    usage: facts.usage,
    stopReason: typeof facts.stop_reason === 'string' ? facts.stop_reason : null,
    outputEmpty: facts.empty ?? undefined,
    billTo: call.billTo,
    betas: call.betas,
    platform: providerName(call.client),
  }).costUsd;

/** `billing_policy.bill_to`: with user_profile somebody else pays. */
function billToOf(body: Record<string, unknown>): Call['billTo'] {
  const billTo = isRecord(body['billing_policy']) ? body['billing_policy']['bill_to'] : undefined;
  return billTo === 'self' || billTo === 'user_profile' ? billTo : undefined;
}

/** What of the request its cost depends on and its response does not repeat. The SDK's own span names the betas itself. */
function billingAttributes(call: Call): Attributes {
  return {
    ...(call.billTo !== undefined && { [attribute.BILL_TO]: call.billTo }),
    ...(call.own && call.betas !== undefined && { [attribute.BETA]: [...call.betas] }),
  };
}

/** The request's `anthropic-beta` header, where the SDK's versions put it: a plain object, or headers in `values`. */
function betasOf(headers: unknown): readonly string[] | undefined {
  if (!isRecord(headers)) return undefined;
  const { values } = headers;
  const value: unknown = values instanceof Headers ? values.get('anthropic-beta') : headers['anthropic-beta'];
  return typeof value === 'string' ? value.split(',').map((beta) => beta.trim()) : undefined;
}

/**
 * The SDK's span has ended and only now is the body read: the application took the raw response. What the body says
 * goes on a span of its own, which names the one it completes and has the same request id.
 */
function supplement(call: Call): void {
  if (call.own || call.span.isRecording()) return;
  const native = call.span.spanContext();
  const answered = call.attempts.at(-1);
  call.own = true;
  call.span = startSpan(
    call,
    {
      ...requestAttributes(call.client, { model: call.requestModel }, call.stream),
      ...call.tags,
      [attribute.SUPPLEMENT_OF]: native.spanId,
      ...(answered?.requestId != null && { [attribute.REQUEST_ID]: answered.requestId }),
      ...(answered?.httpStatus != null && { [attribute.HTTP_STATUS_CODE]: answered.httpStatus }),
    },
    trace.setSpanContext(call.parent, native),
  );
  set(call, { ...attemptAttributes(call), ...billingAttributes(call) });
  call.supplements = true;
}

/** The `error.type` of a call that rejected with `error`, as the SDK's own spans derive it; null for an abort. */
export function failure(error: unknown): Outcome {
  const names: string[] = [];
  for (let type = isRecord(error) ? error.constructor : undefined; type?.name; type = Object.getPrototypeOf(type))
    names.push(type.name);
  if (names.includes('APIUserAbortError') || isAbort(error)) return { how: 'cancelled' };
  if (names.includes('APIConnectionTimeoutError')) return { how: 'failed', errorType: 'client_timeout_error' };
  if (names.includes('APIConnectionError')) return { how: 'failed', errorType: 'connection_error' };
  const { type, error: envelope, status } = isRecord(error) ? error : {};
  const inner = isRecord(envelope) && isRecord(envelope['error']) ? envelope['error']['type'] : undefined;
  if (typeof type === 'string') return { how: 'failed', errorType: type };
  if (typeof inner === 'string') return { how: 'failed', errorType: inner };
  return { how: 'failed', errorType: typeof status === 'number' ? String(status) : 'client_error' };
}

const isAbort = (error: unknown): boolean =>
  isRecord(error) &&
  (error['name'] === 'AbortError' || String(error['message']).includes('FetchRequestCanceledException'));

/** Ends the call once; what comes later says nothing new. The SDK ends its own span, unless it never will. */
export function endCall(call: Call, outcome: Outcome): void {
  if (call.ended) return;
  call.ended = true;
  state.activity += 1;
  state.open.delete(call);
  guard(() => {
    if (outcome.how === 'cancelled') set(call, { [attribute.CANCELLED]: true });
    if (outcome.how === 'incomplete') set(call, { [attribute.INCOMPLETE]: true });
    if (call.supplements) set(call, { [attribute.DURATION_MS]: Date.now() - call.startedAt });
    if (!call.own) return;
    if (outcome.how === 'completed') call.span.setStatus({ code: SpanStatusCode.OK });
    if (outcome.how === 'failed') {
      call.span.setStatus({ code: SpanStatusCode.ERROR });
      call.span.setAttribute(attribute.ERROR_TYPE, outcome.errorType);
    }
  });
  if (call.own || (outcome.how === 'incomplete' && call.span.isRecording())) guard(() => call.span.end());
}

/** At shutdown: the streams that nobody read to the end. */
export function endOpenCalls(): void {
  for (const call of Array.from(state.open)) endCall(call, { how: 'incomplete' });
}

/** Runs `work` with our own span as the active one, so that an HTTP instrumentation's span becomes its child. */
export function inSpan<T>(call: Call, work: () => T): T {
  return call.own ? context.with(trace.setSpan(context.active(), call.span), work) : work();
}
