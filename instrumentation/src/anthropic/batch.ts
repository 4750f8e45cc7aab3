/**
 * A message batch: submitted by one request, retrieved while it is worked on, its results downloaded when it has ended.
 *
 * - The submit is a span, the SDK's own where it makes one (0.134 and later), with the tags and the batch's id. It is
 *   no call: nothing is paid for it.
 * - Each result that is read is a call (`batch-results.ts`), tagged as the submit was, where it was made in this process.
 *
 * What a batch says of itself in the answers to submit and retrieve is remembered by its id: when it was worked on.
 */
import {
  context,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
} from '@opentelemetry/api';
import * as attribute from '../attributes.ts';
import { guard } from '../guard.ts';
import { state } from '../state.ts';
import { currentTags, tagAttributes } from '../tags.ts';
import { resultReader, type ResultsDownload } from './batch-results.ts';
import { shadow, watchBody, watchWhole } from './body.ts';
import { clientAttributes, failure, providerName, tracer, type Pending, type RequestOptions } from './call.ts';

const SUBMIT_SPAN = 'anthropic.messages.batches.create';
/** A process that handles more batches than this forgets the oldest: their results then have the time of reading. */
const KNOWN_BATCHES = 1_000;

/** What this process knows of a batch. Times are epoch ms. */
export interface KnownBatch {
  createdAt?: number | undefined;
  endedAt?: number | undefined;
  resultsUrl?: string | undefined;
  /** The submit, where it was made here. */
  submit?: { readonly span: SpanContext; readonly tags: Attributes } | undefined;
}

interface Submit {
  readonly kind: 'submit';
  readonly parent: Context;
  readonly tags: Attributes;
  readonly attributes: Attributes;
  readonly startedAt: number;
  span: Span;
  own: boolean;
  ended: boolean;
}
/** A request about a batch. */
export type BatchRequest = Submit | { readonly kind: 'retrieve' } | ({ readonly kind: 'results' } & ResultsDownload);

/** Undefined when the request is none about a batch that matters here. */
export function beginBatchRequest(pending: Pending, options: RequestOptions | undefined): BatchRequest | undefined {
  const method = String(options?.method).toLowerCase();
  const path = String(options?.path);
  if (method === 'post' && /^\/v1\/messages\/batches(\?|$)/.test(path)) return beginSubmit(pending, options);
  if (method !== 'get') return undefined;
  if (/^\/v1\/messages\/batches\/[^/?]+(\?|$)/.test(path)) return { kind: 'retrieve' };
  const batchId = batchOfResults(path);
  if (batchId === undefined) return undefined;
  return {
    kind: 'results',
    batchId,
    tags: tagAttributes(currentTags(pending.parent)),
    client: clientAttributes(pending.client),
    platform: providerName(pending.client),
  };
}

/** The address is the API's to choose: the one that it gave, or the documented one. */
function batchOfResults(path: string): string | undefined {
  for (const [id, known] of state.batches) if (known.resultsUrl === path) return id;
  const id = /\/v1\/messages\/batches\/([^/?]+)\/results(\?|$)/.exec(path)?.[1];
  return id === undefined ? undefined : decodeURIComponent(id);
}

function beginSubmit(pending: Pending, options: RequestOptions | undefined): Submit | undefined {
  const tags = tagAttributes(currentTags(pending.parent));
  const { requests } = (options?.body ?? {}) as { requests?: unknown };
  const attributes: Attributes = {
    ...clientAttributes(pending.client),
    [attribute.HTTP_METHOD]: 'POST',
    [attribute.HTTP_ROUTE]: '/v1/messages/batches',
    ...(Array.isArray(requests) && { [attribute.BATCH_REQUEST_COUNT]: requests.length }),
    ...tags,
  };
  const native = options?.__span?.span;
  if (native) guard(() => native.setAttributes(tags));
  const span = native ?? startSubmit(attributes, pending.startedAt, pending.parent);
  const { parent, startedAt } = pending;
  return { kind: 'submit', parent, tags, attributes, startedAt, span, own: native === undefined, ended: false };
}

const startSubmit = (attributes: Attributes, startTime: number, parent: Context): Span =>
  tracer().startSpan(SUBMIT_SPAN, { kind: SpanKind.CLIENT, startTime, attributes }, parent);

/** The headers of an answer are there. */
export function watchBatchResponse(request: BatchRequest, response: Response): void {
  if (!response.ok) return;
  if (request.kind !== 'results') return void watchWhole(response, (body) => batchSeen(request, body));
  const known = state.batches.get(request.batchId);
  const reader = resultReader(request, known);
  const body: unknown = response.body;
  if (typeof body === 'object' && body !== null) watchBody(body, reader);
  const { text } = response;
  shadow(response, 'text', async function (this: Response) {
    const lines = await text.call(this);
    guard(() => reader.chunk(lines));
    guard(() => reader.end({ done: true }));
    return lines;
  });
}

/** The batch, as the API describes it. */
function batchSeen(request: Exclude<BatchRequest, { kind: 'results' }>, body: unknown): void {
  const batch = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const id = typeof batch['id'] === 'string' ? batch['id'] : undefined;
  if (request.kind === 'submit') endSubmit(request, id, undefined);
  if (id === undefined) return;
  const known = state.batches.get(id) ?? {};
  known.createdAt = instant(batch['created_at']) ?? known.createdAt;
  known.endedAt = instant(batch['ended_at']) ?? known.endedAt;
  if (typeof batch['results_url'] === 'string') known.resultsUrl = batch['results_url'];
  if (request.kind === 'submit') known.submit = { span: request.span.spanContext(), tags: request.tags };
  state.batches.delete(id);
  state.batches.set(id, known);
  for (const oldest of state.batches.keys()) {
    if (state.batches.size <= KNOWN_BATCHES) break;
    state.batches.delete(oldest);
  }
}

function instant(text: unknown): number | undefined {
  const at = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isFinite(at) ? at : undefined;
}

/** No answer, or one that refuses. */
export function batchRequestFailed(request: BatchRequest, error: unknown): void {
  if (request.kind === 'submit') endSubmit(request, undefined, error);
}

/** The SDK ends its own span; where it has done so before the body was read, one of ours says the batch's id. */
function endSubmit(submit: Submit, batchId: string | undefined, error: unknown): void {
  if (submit.ended) return;
  submit.ended = true;
  state.activity += 1;
  const ids: Attributes = batchId === undefined ? {} : { [attribute.BATCH_ID]: batchId };
  if (!submit.own && submit.span.isRecording()) return void submit.span.setAttributes(ids);
  if (!submit.own) {
    if (batchId === undefined) return;
    const native = submit.span.spanContext();
    submit.span = startSubmit(
      { ...submit.attributes, [attribute.SUPPLEMENT_OF]: native.spanId },
      submit.startedAt,
      trace.setSpanContext(submit.parent, native),
    );
  }
  submit.span.setAttributes(ids);
  if (error === undefined) submit.span.setStatus({ code: SpanStatusCode.OK });
  else {
    const outcome = failure(error);
    if (outcome.how === 'cancelled') submit.span.setAttribute(attribute.CANCELLED, true);
    if (outcome.how === 'failed') {
      submit.span.setStatus({ code: SpanStatusCode.ERROR });
      submit.span.setAttribute(attribute.ERROR_TYPE, outcome.errorType);
    }
  }
  submit.span.end();
}

/** Runs `work` with our own span of a submit as the active one. */
export function inBatchSpan<T>(request: BatchRequest, work: () => T): T {
  return request.kind === 'submit' && request.own
    ? context.with(trace.setSpan(context.active(), request.span), work)
    : work();
}
