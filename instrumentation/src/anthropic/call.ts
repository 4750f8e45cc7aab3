/**
 * A call and its span.
 *
 * - A call is one request for a message as the application made it: one SDK method call with all its retries and the
 *   reading of its stream. It has exactly one span: the SDK's own where the SDK made one (0.134 and later), which is
 *   then enriched, else one of ours with the same names.
 * - An attempt is one HTTP request within a call.
 *
 * In come the moments that the patch and the response reader see; out go attributes. What the last moment says best, the
 * attempts and the usage with its cost, is told once, as the span ends (whoever ends it), so that a call cut short still says
 * what it cost until then. Never a word of a prompt or an answer.
 */
import {
  context,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type AttributeValue,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import * as attribute from '../attributes.ts';
import { guard } from '../guard.ts';
import { costUsdOf, PRICE_TABLE_VERSION } from '../pricing/index.ts';
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

/** An attempt in the making: its time as a number, until it is told. */
export type MadeAttempt = Omit<Attempt, 'startedAt'> & { readonly startedMs: number };

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
  readonly attempts: MadeAttempt[];
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
  /** What the span does not say yet. */
  untold: { attempts: boolean; facts: boolean };
  /** Whether the call has a word on the span as it ends; where not, everything is told at once. */
  toldAtEnd: boolean;
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

const MESSAGES = '/v1/messages';

function isMessageRequest(options: RequestOptions | undefined): boolean {
  const path = String(options?.path);
  return (
    path.startsWith(MESSAGES) &&
    (path.length === MESSAGES.length || path[MESSAGES.length] === '?') &&
    String(options?.method).toLowerCase() === 'post'
  );
}

/** Reads the options of a request. Undefined when it is no request for a message, or nobody records it. */
export function beginCall(pending: Pending, options: RequestOptions | undefined): Call | undefined {
  if (!isMessageRequest(options)) return undefined;
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
  const span = theirs ?? startSpan(pending, Object.assign(requestAttributes(pending.client, body, stream), tags));
  if (!span.isRecording()) return undefined;
  if (!own) guard(() => span.setAttributes(tags));
  const { signal, headers } = options ?? {};

  const call: Call = {
    client: pending.client,
    parent: pending.parent,
    startedAt: pending.startedAt,
    attempts: [],
    tags,
    requestModel,
    stream,
    signal: signal ?? undefined,
    billTo: billToOf(body),
    betas: headers == null ? undefined : guard(() => betasOf(headers)),
    own,
    span,
    facts: undefined,
    untold: { attempts: false, facts: false },
    toldAtEnd: own,
    sawOutput: false,
    supplements: false,
    ended: false,
  };
  if (call.billTo !== undefined || call.betas !== undefined) guard(() => setBilling(call));
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
  const attributes = clientAttributes(client);
  attributes[attribute.OPERATION_NAME] = 'chat';
  attributes[attribute.HTTP_METHOD] = 'POST';
  attributes[attribute.HTTP_ROUTE] = '/v1/messages';
  if (typeof body['model'] === 'string') attributes[attribute.REQUEST_MODEL] = body['model'];
  if (typeof body['max_tokens'] === 'number') attributes[attribute.REQUEST_MAX_TOKENS] = body['max_tokens'];
  if (stream) attributes[attribute.REQUEST_STREAM] = true;
  return attributes;
}

/** Who serves the client's requests. */
export function clientAttributes(client: Client): Attributes {
  const attributes: Attributes = { [attribute.PROVIDER_NAME]: providerName(client) };
  const server = guard(() => serverOf(String(client.baseURL)));
  if (server) {
    attributes[attribute.SERVER_ADDRESS] = server.address;
    attributes[attribute.SERVER_PORT] = server.port;
  }
  return attributes;
}

export function providerName(client: Client): string {
  if (typeof client._genAIProviderName === 'string') return client._genAIProviderName;
  const platform = client.constructor.name;
  return platform.includes('Bedrock') ? 'aws.bedrock' : platform.includes('Vertex') ? 'gcp.vertex_ai' : 'anthropic';
}

interface Server {
  address: string;
  port: number;
}
/** By base URL: an application has a few of them, and reading one costs as much as all other attributes of a request. */
const servers = new Map<string, Server>();
const MOST_SERVERS = 100;

function serverOf(baseUrl: string): Server {
  const known = servers.get(baseUrl);
  if (known) return known;
  const { hostname, port, protocol } = new URL(baseUrl);
  const server = {
    address: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port ? Number(port) : protocol === 'http:' ? 80 : 443,
  };
  if (servers.size >= MOST_SERVERS) servers.clear();
  servers.set(baseUrl, server);
  return server;
}

/**
 * The SDK ends its span by itself, and before the body's reader learns that the application stopped reading. So the call
 * gets the last word on the span itself, just before it ends: a status that is still unset is how the SDK says "aborted".
 */
function beforeNativeEnd(call: Call): void {
  const { span } = call;
  const end = span.end;
  // An ended span waits for its export; nothing of the call needs to wait with it.
  let watched: Call | undefined = call;
  Object.defineProperty(span, 'end', {
    configurable: true,
    enumerable: false,
    writable: true,
    value: function (this: Span, ...time: Parameters<Span['end']>) {
      guard(() => {
        if (!watched) return;
        const status = (this as { status?: { code?: SpanStatusCode } }).status?.code;
        if (!watched.ended && status === SpanStatusCode.UNSET) set(watched, attribute.CANCELLED, true);
        tell(watched);
        watched = undefined;
      });
      return end.apply(this, time);
    },
  });
  call.toldAtEnd = true;
}

function set(call: Call, name: string, value: AttributeValue): void {
  if (call.span.isRecording()) call.span.setAttribute(name, value);
}

/** Says on the span what it does not say yet: one pass, at the end, over what was learned in several steps. */
function tell(call: Call): void {
  const { untold } = call;
  if ((!untold.attempts && !untold.facts) || !call.span.isRecording()) return;
  const attributes: Attributes = {};
  if (untold.attempts) guard(() => attemptAttributes(call, attributes));
  const { facts } = call;
  if (untold.facts && facts) guard(() => factAttributes(call, facts, attributes));
  untold.attempts = false;
  untold.facts = false;
  call.span.setAttributes(attributes);
}

function untoldAttempts(call: Call): void {
  call.untold.attempts = true;
  if (!call.toldAtEnd) tell(call);
}

const HEADER_ATTRIBUTES: ReadonlyMap<string, string> = new Map([
  ['request-id', attribute.REQUEST_ID],
  ['anthropic-organization-id', attribute.ORGANIZATION_ID],
  ['anthropic-workspace-id', attribute.WORKSPACE_ID],
]);

interface RateLimit {
  attribute: string;
  /** Undefined for a text that makes no sense. */
  read: (text: string) => string | number | undefined;
}
const count: RateLimit['read'] = (text) => (Number.isFinite(Number(text)) ? Number(text) : undefined);
const instant: RateLimit['read'] = (text) => (Number.isFinite(Date.parse(text)) ? text : undefined);
const RATE_LIMITS: ReadonlyMap<string, RateLimit> = new Map(
  ['requests', 'tokens', 'input-tokens', 'output-tokens'].flatMap((kind) =>
    Object.entries({ remaining: count, limit: count, reset: instant }).map(([figure, read]): [string, RateLimit] => [
      `anthropic-ratelimit-${kind}-${figure}`,
      { attribute: `${attribute.RATE_LIMIT}.${kind.replace('-', '_')}.${figure}`, read },
    ]),
  ),
);
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

export function beginAttempt(call: Call): MadeAttempt {
  const attempt: MadeAttempt = {
    startedMs: Date.now(),
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

const told = (attempt: MadeAttempt): Attempt => ({
  startedAt: new Date(attempt.startedMs).toISOString(),
  durationMs: attempt.durationMs,
  httpStatus: attempt.httpStatus,
  requestId: attempt.requestId,
  errorType: attempt.errorType,
  errorCode: attempt.errorCode,
  retryAfter: attempt.retryAfter,
});

const took = (attempt: MadeAttempt): number => Date.now() - attempt.startedMs;

/** The headers of a response are there. */
export function attemptAnswered(call: Call, attempt: MadeAttempt, response: Response): void {
  attempt.durationMs = took(attempt);
  attempt.httpStatus = response.status;
  if (!response.ok) attempt.errorType = ERROR_TYPE_OF[response.status] ?? String(response.status);
  guard(() => readHeaders(call, attempt, response.headers));
  if (call.own) set(call, attribute.HTTP_STATUS_CODE, response.status);
  untoldAttempts(call);
}

const RATE_LIMIT_HEADER = 'anthropic-ratelimit-';

/** One pass: asking for each of the names takes several times as long. What the attempt has from headers is filled in. */
function readHeaders(call: Call, attempt: MadeAttempt, headers: Headers): void {
  let retryAfterMs: string | undefined;
  for (const header of headers) {
    const name = header[0];
    const text = header[1];
    if (name.startsWith(RATE_LIMIT_HEADER)) {
      const limit = RATE_LIMITS.get(name);
      const value = limit?.read(text);
      if (limit && value !== undefined) set(call, limit.attribute, value);
      continue;
    }
    if (name === 'request-id') attempt.requestId = text;
    else if (name === 'retry-after') attempt.retryAfter = text;
    else if (name === 'retry-after-ms') retryAfterMs = text;
    const shared = call.own ? HEADER_ATTRIBUTES.get(name) : undefined;
    if (shared !== undefined && text !== '') set(call, shared, text);
  }
  if (retryAfterMs !== undefined) attempt.retryAfter = `${retryAfterMs}ms`;
}

/** There is no response: aborted, timed out, or no connection. */
export function attemptFailed(call: Call, attempt: MadeAttempt, error: unknown, aborted: boolean): void {
  attempt.durationMs = took(attempt);
  attempt.errorType = aborted ? 'cancelled' : isAbort(error) ? 'client_timeout_error' : 'connection_error';
  untoldAttempts(call);
}

/** The body of an error answer: its envelope names the type and, for a spend limit, the code. */
export function attemptRefused(call: Call, attempt: MadeAttempt, envelope: unknown): void {
  const error = isRecord(envelope) && isRecord(envelope['error']) ? envelope['error'] : {};
  const code = (isRecord(error['details']) ? error['details']['error_code'] : undefined) ?? error['error_code'];
  if (typeof error['type'] === 'string') attempt.errorType = error['type'];
  if (typeof code === 'string') attempt.errorCode = code;
  if (attempt.errorCode !== null) set(call, attribute.ERROR_CODE, attempt.errorCode);
  untoldAttempts(call);
}

function attemptAttributes(call: Call, attributes: Attributes): void {
  attributes[attribute.ATTEMPTS] = JSON.stringify(call.attempts.map(told));
  if (call.own && call.attempts.length > 1) attributes[attribute.HTTP_RESEND_COUNT] = call.attempts.length - 1;
}

/** The first piece of a streamed answer's content. */
export function outputBegan(call: Call): void {
  call.sawOutput = true;
  if (call.own) set(call, attribute.TIME_TO_FIRST_CHUNK, (Date.now() - call.startedAt) / 1000);
}

/** What the message says so far of its usage. */
export function learned(call: Call, facts: MessageFacts): void {
  supplement(call);
  call.facts = facts;
  call.untold.facts = true;
  if (!call.toldAtEnd) tell(call);
}

function factAttributes(call: Call, facts: MessageFacts, attributes: Attributes): void {
  usageAttributes(facts, attributes);
  if (call.own) messageAttributes(facts, attributes);
  const costUsd = facts.complete ? guard(() => costOf(call, facts)) : null;
  if (costUsd != null) {
    attributes[attribute.COST_USD] = costUsd;
    attributes[attribute.COST_CARDS] = PRICE_TABLE_VERSION;
  }
}

const costOf = (call: Call, facts: MessageFacts): string | null =>
  costUsdOf({
    model: typeof facts.model === 'string' ? facts.model : null,
    requestModel: call.requestModel,
    at: call.startedAt,
    usage: facts.usage,
    stopReason: typeof facts.stop_reason === 'string' ? facts.stop_reason : null,
    outputEmpty: facts.empty ?? undefined,
    billTo: call.billTo,
    betas: call.betas,
    platform: providerName(call.client),
  });

/** `billing_policy.bill_to`: with user_profile somebody else pays. */
function billToOf(body: Record<string, unknown>): Call['billTo'] {
  const billTo = isRecord(body['billing_policy']) ? body['billing_policy']['bill_to'] : undefined;
  return billTo === 'self' || billTo === 'user_profile' ? billTo : undefined;
}

/** What of the request its cost depends on and its response does not repeat. The SDK's own span names the betas itself. */
function setBilling(call: Call): void {
  if (call.billTo !== undefined) set(call, attribute.BILL_TO, call.billTo);
  if (call.own && call.betas !== undefined) set(call, attribute.BETA, [...call.betas]);
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
  call.untold.attempts = true;
  call.toldAtEnd = true;
  setBilling(call);
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

/** Calls that end because nobody can read their body any more. */
const unread = new FinalizationRegistry<Call>((call) => endCall(call, { how: 'incomplete' }));

/** Ends the call when `body` is garbage, unless it has ended by then. */
export const endUnread = (call: Call, body: object): void => unread.register(body, call, call);

/** Ends the call once; what comes later says nothing new. The SDK ends its own span, unless it never will. */
export function endCall(call: Call, outcome: Outcome): void {
  if (call.ended) return;
  call.ended = true;
  state.activity += 1;
  state.open.delete(call);
  // What is registered outlives the young generation, with all that hangs on it.
  unread.unregister(call);
  guard(() => tell(call));
  guard(() => {
    if (outcome.how === 'cancelled') set(call, attribute.CANCELLED, true);
    if (outcome.how === 'incomplete') set(call, attribute.INCOMPLETE, true);
    if (call.supplements) set(call, attribute.DURATION_MS, Date.now() - call.startedAt);
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
