/**
 * Seeing a call: two methods of the client's base prototype are wrapped, and nothing that they return is replaced.
 *
 * - `request` is one call. Every resource, helper and tool runner of every version since 0.30 comes through it.
 * - `fetchWithTimeout` is one attempt. An AsyncLocalStorage links it to its call.
 *
 * The owner of the methods is found by walking the prototype chain, so clients of other platforms and copies made by
 * `withOptions()` are covered, and so are clients that exist already.
 */
import { context } from '@opentelemetry/api';
import { guard } from '../guard.ts';
import { settle, state, type Settings } from '../state.ts';
import { withoutTagBaggage } from '../tags.ts';
import { batchRequestFailed, beginBatchRequest, inBatchSpan, watchBatchResponse } from './batch.ts';
import {
  attemptAnswered,
  attemptFailed,
  beginAttempt,
  beginCall,
  endCall,
  failure,
  inSpan,
  type Client,
  type Pending,
  type RequestOptions,
} from './call.ts';
import { watchResponse } from './response.ts';

const PATCHED = Symbol.for('@spanledger/instrumentation.patched');

type Request = (
  this: Client,
  options: RequestOptions | PromiseLike<RequestOptions>,
  ...rest: unknown[]
) => { responsePromise?: unknown };
type FetchWithTimeout = (
  this: Client,
  url: unknown,
  init: { signal?: AbortSignal | null } | undefined,
  ...rest: unknown[]
) => Promise<Response>;
interface Owner {
  request: Request;
  fetchWithTimeout: FetchWithTimeout;
  [PATCHED]?: Pick<Owner, 'request' | 'fetchWithTimeout'>;
}

/**
 * Makes every client of an `Anthropic` class traced, those that exist already included. Takes the class, the module
 * that exports it, or a client. Answers whether it is traced now; false means that it is no class of the SDK.
 */
export function instrument(Anthropic: unknown, settings: Settings = {}): boolean {
  settle(settings);
  guard(() => state.ensureProvider?.());
  return guard(() => patch(Anthropic)) ?? false;
}

/** Undoes {@link instrument}. */
export function uninstrument(Anthropic: unknown): void {
  const owner = ownerOf(Anthropic);
  const original = owner?.[PATCHED];
  if (!owner || !original) return;
  Object.assign(owner, original);
  delete owner[PATCHED];
}

function ownerOf(target: unknown): Owner | undefined {
  const exported = target as { default?: unknown; Anthropic?: unknown; prototype?: unknown } | null | undefined;
  const constructor = typeof target === 'function' ? target : (exported?.Anthropic ?? exported?.default);
  const start: unknown = typeof constructor === 'function' ? constructor.prototype : target;
  for (let at = start; typeof at === 'object' && at !== null; at = Object.getPrototypeOf(at)) {
    if (Object.hasOwn(at, 'request') && Object.hasOwn(at, 'fetchWithTimeout')) return at as Owner;
  }
  return undefined;
}

function patch(target: unknown): boolean {
  const owner = ownerOf(target);
  if (!owner) return false;
  if (Object.hasOwn(owner, PATCHED)) return true;
  const { request, fetchWithTimeout } = owner;
  Object.defineProperty(owner, PATCHED, { value: { request, fetchWithTimeout }, configurable: true });

  replace(owner, 'request', function (options, ...rest) {
    guard(() => state.ensureProvider?.());
    const parent = guard(() => context.active());
    if (!parent) return request.call(this, options, ...rest);
    const pending: Pending = { client: this, parent, startedAt: Date.now(), call: undefined };
    const begun = begin(pending, options);
    // Tags are not for the API to read.
    const quiet = guard(() => withoutTagBaggage(parent)) ?? parent;
    const answer = state.calls.run(pending, () =>
      quiet === parent
        ? request.call(this, begun, ...rest)
        : context.with(quiet, () => request.call(this, begun, ...rest)),
    );
    guard(() => learnOfFailure(pending, answer));
    return answer;
  });

  replace(owner, 'fetchWithTimeout', function (url, init, ...rest) {
    const pending = state.calls.getStore();
    const { call, batch } = pending?.client === this ? pending : {};
    if (batch) {
      const answer = inBatchSpan(batch, () => fetchWithTimeout.call(this, url, init, ...rest));
      return answer.then((response) => {
        guard(() => watchBatchResponse(batch, response));
        return response;
      });
    }
    if (!call) return fetchWithTimeout.call(this, url, init, ...rest);
    const attempt = beginAttempt(call);
    const failed = (error: unknown) => guard(() => attemptFailed(call, attempt, error, init?.signal?.aborted === true));
    return inSpan(call, () => fetchWithTimeout.call(this, url, init, ...rest)).then(
      (response) => {
        guard(() => attemptAnswered(call, attempt, response));
        guard(() => watchResponse(call, attempt, response));
        return response;
      },
      (error: unknown) => {
        failed(error);
        throw error;
      },
    );
  });
  return true;
}

/** Methods of a class are not enumerable, and stay so. */
function replace<K extends 'request' | 'fetchWithTimeout'>(owner: Owner, name: K, method: Owner[K]): void {
  Object.defineProperty(owner, name, { value: method, configurable: true, writable: true, enumerable: false });
}

function begin(
  pending: Pending,
  options: RequestOptions | PromiseLike<RequestOptions>,
): RequestOptions | PromiseLike<RequestOptions> {
  const seen = (settled: RequestOptions) => {
    pending.call = guard(() => beginCall(pending, settled));
    pending.batch = pending.call ? undefined : guard(() => beginBatchRequest(pending, settled));
    return settled;
  };
  return options && 'then' in options && typeof options.then === 'function'
    ? options.then(seen)
    : seen(options as RequestOptions);
}

/**
 * Only an own span has to be told that its call, or its submit of a batch, failed. The promise within the SDK's promise is exchanged for one that
 * settles alike, not listened to: a rejection that nobody handles stays unhandled, one that is handled stays handled.
 */
function learnOfFailure(pending: Pending, answer: { responsePromise?: unknown }): void {
  const { responsePromise } = answer;
  if (!(responsePromise instanceof Promise)) return;
  answer.responsePromise = responsePromise.then(
    (props: unknown) => props,
    (error: unknown) => {
      guard(() => pending.call && endCall(pending.call, failure(error)));
      guard(() => pending.batch && batchRequestFailed(pending.batch, error));
      throw error;
    },
  );
}
