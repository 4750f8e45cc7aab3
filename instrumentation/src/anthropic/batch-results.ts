/**
 * The results of a message batch, read while the application reads them: each line of the download is one call, and
 * becomes one span, at the batch's times and price. A result is read when its bytes are; what an application that stops
 * in the middle never received is not there.
 *
 * A download can have 100,000 lines and comes faster than spans are exported, and a span processor drops what its queue
 * has no room for (2,048 spans by default). So at most {@link PIECE} result spans are handed to the provider between two
 * flushes; the others wait as small records without content. Nothing that the application reads is held up.
 *
 * The spans are traces of their own, linked to the submit: the work was done hours before anybody read of it, under no
 * span of the reader's.
 */
import { diag, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Attributes } from '@opentelemetry/api';
import * as attribute from '../attributes.ts';
import { guard } from '../guard.ts';
import { PRICE_TABLE_VERSION, priceCall } from '../pricing/index.ts';
import { state } from '../state.ts';
import type { KnownBatch } from './batch.ts';
import { decoder, type Reader } from './body.ts';
import { SPAN_NAME, tracer } from './call.ts';
import { factsOfMessage, messageAttributes, usageAttributes, type MessageFacts, type Usage } from './usage.ts';

/** With room for spans of others below an export of the batch span processor (512): a flush waits only for what has not begun. */
const PIECE = 400;
/** Result spans made in one turn of the event loop. */
const SLICE = 50;
/** Two batches of the largest size. Beyond, spans are made at once, and the processor may drop them. */
const MOST_WAITING = 200_000;
/** A message is at most some MB of text; a longer line is none, and is skipped. */
const LONGEST_LINE = 64 * 1024 * 1024;
/** Between a failed flush and the next try of the same spans; a call counts once, however often it is told. */
const RETRY_MS = [1_000, 2_000, 4_000];

/** A download of results: what all of its calls have in common. */
export interface ResultsDownload {
  readonly batchId: string;
  /** The tags around the reading; the submit's stand where these are silent. */
  readonly tags: Attributes;
  readonly client: Attributes;
  readonly platform: string;
}

interface Origin extends ResultsDownload {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly submit: KnownBatch['submit'];
}

/** One line, without content. The usage is text: it takes a fraction of the memory. */
interface Result {
  readonly origin: Origin;
  readonly customId: string | undefined;
  readonly message: (Omit<MessageFacts, 'usage'> & { readonly usage: string }) | undefined;
  /** Undefined for a message; `cancelled`, `expired` or the type in the error's envelope. */
  readonly error: { readonly type: string; readonly code: string | undefined } | undefined;
}

export interface ResultQueue {
  waiting: Result[];
  /** Made into spans since the last flush. */
  made: Result[];
  draining: Promise<void> | undefined;
  /** The last piece was given up. */
  failing: boolean;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Told of the chunks of a download. */
export function resultReader(download: ResultsDownload, known: KnownBatch | undefined): Reader {
  const now = Date.now();
  const startedAt = known?.createdAt ?? now;
  const endedAt = Math.max(startedAt, known?.endedAt ?? now);
  const origin: Origin = { ...download, startedAt, endedAt, submit: known?.submit };
  const decode = decoder();
  /** The pieces of a line that is not whole yet; null within a line that is too long. */
  let begun: string[] | null = [];
  let length = 0;

  const line = (text: string) => {
    if (text.trim() === '') return;
    const result = guard(() => resultOf(origin, JSON.parse(text)));
    if (result) guard(() => queueResult(result));
  };
  return {
    chunk(data) {
      const text = decode(data);
      let from = 0;
      for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
        const last = text.slice(from, at);
        if (begun !== null) line(begun.length === 0 ? last : begun.join('') + last);
        begun = [];
        length = 0;
        from = at + 1;
      }
      if (from === text.length) return;
      length += text.length - from;
      if (length > LONGEST_LINE) begun = null;
      else begun?.push(text.slice(from));
    },
    end(how) {
      if (!('done' in how) || begun === null) return;
      const last = begun.join('');
      begun = [];
      line(last);
    },
  };
}

/** Undefined when the line is no result. */
function resultOf(origin: Origin, line: unknown): Result | undefined {
  if (!isRecord(line) || !isRecord(line['result'])) return undefined;
  const { custom_id: id, result } = line;
  const customId = typeof id === 'string' ? id : undefined;
  const { type, message, error } = result as Record<string, unknown>;
  if (type === 'succeeded') {
    const facts = factsOfMessage(message);
    if (!facts) return undefined;
    // The answers of a batch say so themselves; what has no tier is priced as what it is.
    const usage = JSON.stringify({ ...facts.usage, service_tier: 'batch' });
    return { origin, customId, message: { ...facts, usage }, error: undefined };
  }
  if (type === 'canceled')
    return { origin, customId, message: undefined, error: { type: 'cancelled', code: undefined } };
  if (type === 'expired') return { origin, customId, message: undefined, error: { type: 'expired', code: undefined } };
  if (type !== 'errored') return undefined;
  const envelope = isRecord(error) ? (isRecord(error['error']) ? error['error'] : error) : {};
  const code = isRecord(envelope['details']) ? envelope['details']['error_code'] : envelope['error_code'];
  return {
    origin,
    customId,
    message: undefined,
    error: {
      type: typeof envelope['type'] === 'string' ? envelope['type'] : 'api_error',
      code: typeof code === 'string' ? code : undefined,
    },
  };
}

function makeSpan({ origin, customId, message, error }: Result): void {
  const { batchId, submit, startedAt, endedAt } = origin;
  const attributes: Attributes = {
    ...origin.client,
    [attribute.OPERATION_NAME]: 'chat',
    [attribute.BATCH_ID]: batchId,
    ...(customId !== undefined && { [attribute.BATCH_CUSTOM_ID]: customId }),
    ...submit?.tags,
    ...origin.tags,
  };
  if (message) {
    const facts: MessageFacts = { ...message, usage: JSON.parse(message.usage) as Usage };
    Object.assign(attributes, usageAttributes(facts), messageAttributes(facts), costAttributes(origin, facts));
  }
  if (error) {
    attributes[attribute.ERROR_TYPE] = error.type;
    if (error.code !== undefined) attributes[attribute.ERROR_CODE] = error.code;
    if (error.type === 'cancelled') attributes[attribute.CANCELLED] = true;
  }
  const span = tracer().startSpan(
    SPAN_NAME,
    {
      kind: SpanKind.CLIENT,
      // A number from before the process began would be taken as an offset from its beginning.
      startTime: new Date(startedAt),
      attributes,
      ...(submit && { links: [{ context: submit.span }] }),
    },
    ROOT_CONTEXT,
  );
  if (message) span.setStatus({ code: SpanStatusCode.OK });
  else if (error?.type !== 'cancelled') span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(new Date(endedAt));
  state.activity += 1;
}

function costAttributes({ startedAt, platform }: Origin, facts: MessageFacts): Attributes {
  const costUsd = guard(
    () =>
      priceCall({
        model: typeof facts.model === 'string' ? facts.model : null,
        at: startedAt,
        usage: facts.usage,
        stopReason: typeof facts.stop_reason === 'string' ? facts.stop_reason : null,
        outputEmpty: facts.empty ?? undefined,
        platform,
      }).costUsd,
  );
  return costUsd == null ? {} : { [attribute.COST_USD]: costUsd, [attribute.COST_CARDS]: PRICE_TABLE_VERSION };
}

/** Makes the result's span now where there is room, else in its turn. */
function queueResult(result: Result): void {
  const queue = state.results;
  if (queue.draining === undefined) {
    makeSpan(result);
    queue.made.push(result);
    if (queue.made.length === PIECE) queue.draining = drain(queue);
  } else if (queue.waiting.length < MOST_WAITING) {
    queue.waiting.push(result);
  } else {
    makeSpan(result);
  }
}

/** Flushes and makes spans by turns until none waits. Never rejects. */
async function drain(queue: ResultQueue): Promise<void> {
  await deliver(queue, queue.made, true);
  while (queue.waiting.length > 0) await deliver(queue, queue.waiting.splice(0, PIECE), false);
  queue.made = [];
  queue.draining = undefined;
}

/**
 * What cannot be delivered is tried again, and then given up for the next. The process is held open for it until a piece
 * had to be given up: from then on, until one arrives, an application that has nothing else to do may end.
 */
async function deliver(queue: ResultQueue, piece: readonly Result[], made: boolean): Promise<void> {
  if (!made) await makeSpans(piece);
  for (const pause of [...RETRY_MS, null]) {
    if (await flushed()) {
      queue.failing = false;
      return;
    }
    if (pause === null) break;
    await later(pause, !queue.failing);
    await makeSpans(piece);
  }
  queue.failing = true;
  guard(() => diag.warn(`@spanledger/instrumentation: ${piece.length} results of a message batch were not delivered`));
}

async function makeSpans(piece: readonly Result[]): Promise<void> {
  for (let from = 0; from < piece.length; from += SLICE) {
    for (const result of piece.slice(from, from + SLICE)) guard(() => makeSpan(result));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** False when the provider says that it could not deliver. One that cannot flush gets time instead. */
async function flushed(): Promise<boolean> {
  const given = (state.settings.tracerProvider ?? trace.getTracerProvider()) as Provider;
  const provider = given.getDelegate?.() ?? given;
  try {
    if (typeof provider.forceFlush === 'function') await provider.forceFlush();
    else await new Promise((resolve) => setTimeout(resolve, 100));
    return true;
  } catch {
    return false;
  }
}

interface Provider {
  getDelegate?(): Provider;
  forceFlush?(): Promise<void>;
}

const later = (ms: number, holding: boolean): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    if (!holding) timer.unref();
  });

/**
 * Settles when the results of message batches that were read until now are spans with the provider. For applications
 * with their own provider, before its `shutdown()`; `register` does it by itself. Never rejects.
 */
export async function resultsDelivered(): Promise<void> {
  await state.results.draining;
}
