/**
 * The response of a call, read while the application reads it (`body.ts`): whole messages, streamed ones, refusals.
 * Every way to a result passes here: parsed, withResponse, asResponse, streams, tee, helpers, tool runners.
 */
import { guard } from '../guard.ts';
import { decoder, shadow, watchBody, watchWhole, type Method, type Reader } from './body.ts';
import {
  attemptRefused,
  endCall,
  endUnread,
  failure,
  learned,
  outputBegan,
  type Call,
  type MadeAttempt,
} from './call.ts';
import { factsOfMessage, factsOfStart, isOutput, mergeDelta } from './usage.ts';

const WATCHED = Symbol.for('@spanledger/instrumentation.watched');

export function watchResponse(call: Call, attempt: MadeAttempt, response: Response): void {
  if (WATCHED in response) return;
  shadow(response, WATCHED, true);
  if (!response.ok) return watchRefusal(call, attempt, response);

  const streamed = call.stream && /event-stream/.test(response.headers.get('content-type') ?? '');
  const whole = streamed
    ? undefined
    : watchWhole(
        response,
        (body) => wholeBody(call, body),
        (error) => endCall(call, failure(error)),
      );
  const body: unknown = response.body;
  endUnread(call, typeof body === 'object' && body !== null ? body : response);
  const reader = streamed ? watchStreamText(call, response) : jsonReader(call);
  if (typeof body === 'object' && body !== null) watchBody(body, reader, whole);
}

/** A stream can be read as one text too. Where that passes through the body's own reader, all has been told by then. */
function watchStreamText(call: Call, response: Response): Reader {
  const reader = eventReader(call);
  let told = false;
  for (const name of ['text', 'arrayBuffer'] as const) {
    const read = response[name] as Method | undefined;
    if (typeof read !== 'function') continue;
    shadow(response, name, async function (this: Response, ...args: unknown[]) {
      try {
        const data = await read.apply(this, args);
        if (!told) guard(() => (reader.chunk(data), reader.end({ done: true })));
        return data;
      } catch (error) {
        if (!told) guard(() => reader.end({ error }));
        throw error;
      }
    });
  }
  return { chunk: (data) => ((told = true), reader.chunk(data)), end: reader.end };
}

/** The SDK reads an error's text when it will not try again. */
function watchRefusal(call: Call, attempt: MadeAttempt, response: Response): void {
  for (const name of ['json', 'text'] as const) {
    const read = response[name] as Method;
    shadow(response, name, async function (this: Response, ...args: unknown[]) {
      const data = await read.apply(this, args);
      guard(() => attemptRefused(call, attempt, name === 'json' ? data : JSON.parse(String(data))));
      return data;
    });
  }
}

function wholeBody(call: Call, body: unknown): void {
  if (call.ended) return;
  const facts = factsOfMessage(body);
  if (facts) guard(() => learned(call, facts));
  endCall(call, { how: 'completed' });
}

/** A JSON body that the application reads as a stream. */
function jsonReader(call: Call): Reader {
  const decode = decoder();
  let json = '';
  return {
    chunk(data) {
      json += decode(data);
    },
    end(how) {
      if ('error' in how) endCall(call, failure(how.error));
      else if ('cancelled' in how) endCall(call, { how: 'cancelled' });
      else if (!call.ended)
        wholeBody(
          call,
          guard(() => JSON.parse(json)),
        );
    },
  };
}

const DELTA = 'event: content_block_delta\n';
const LINE_END = 10;
/** Where the first line of a delta's block differs from that of every other kind of event that is read here. */
const MARKS = [0, 'event: '.length, 'event: content_block_'.length, DELTA.length - 1] as const;
const [MARK_0, MARK_1, MARK_2, MARK_3] = MARKS;
const [CODE_0, CODE_1, CODE_2, CODE_3] = MARKS.map((at) => DELTA.charCodeAt(at));

/** Whether a chunk is one whole delta and nothing else, as most chunks of a stream are. */
function isOneDelta(chunk: unknown): boolean {
  if (!(chunk instanceof Uint8Array)) return false;
  const last = chunk.length - 1;
  return (
    chunk[MARK_3] === CODE_3 &&
    chunk[MARK_2] === CODE_2 &&
    chunk[MARK_1] === CODE_1 &&
    chunk[MARK_0] === CODE_0 &&
    chunk[last] === LINE_END &&
    chunk.indexOf(LINE_END, DELTA.length) === last - 1
  );
}

/**
 * Bytes as characters, one for one: what is read of a stream (names, numbers, ids) is ASCII, and of text only whether
 * there is any. It takes a fraction of the time of decoding.
 */
function charactersOf(chunk: unknown): string {
  if (typeof chunk === 'string') return chunk;
  const { buffer, byteOffset, byteLength } = chunk instanceof Uint8Array ? chunk : new Uint8Array(chunk as ArrayBuffer);
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}

/**
 * Server-sent events: only the kinds that say something of usage, output or failure are parsed. Most events of a stream
 * are deltas, and the first of them has said all there is to say: the others are skipped, many at a time.
 */
function eventReader(call: Call): Reader {
  let rest = '';
  let stopped = false;
  let errorType: string | undefined;

  const event = (block: string) => {
    const kind = /^event: ?(\w+)/m.exec(block)?.[1];
    if (kind === 'content_block_delta') {
      if (!call.sawOutput && saysSomething(dataOf(block))) outputBegan(call);
    } else if (kind === 'content_block_start') {
      const content = blockOf(dataOf(block));
      if (isOutput(content)) call.sawOutput = true;
      // Another model goes on from here, as a message that is not streamed says in its `model`.
      if (content.type === 'fallback' && call.facts && typeof content.to?.model === 'string')
        learned(call, { ...call.facts, model: content.to.model });
    } else if (kind === 'message_start') {
      const facts = factsOfStart((dataOf(block) as { message?: unknown }).message);
      if (facts) learned(call, facts);
    } else if (kind === 'message_delta') {
      if (!call.facts) return;
      const facts = mergeDelta(call.facts, dataOf(block));
      learned(call, { ...facts, empty: facts.complete ? !call.sawOutput : null });
    } else if (kind === 'message_stop') {
      stopped = true;
    } else if (kind === 'error') {
      const { error } = dataOf(block) as { error?: { type?: unknown } };
      errorType = typeof error?.type === 'string' ? error.type : 'api_error';
    }
  };

  return {
    chunk(data) {
      if (call.sawOutput && rest === '' && isOneDelta(data)) return;
      const text = charactersOf(data);
      rest += text.includes('\r') ? text.replaceAll('\r', '') : text;
      let from = 0;
      for (;;) {
        if (call.sawOutput) from = afterDeltas(rest, from);
        const end = rest.indexOf('\n\n', from);
        if (end < 0) break;
        const block = rest.slice(from, end);
        from = end + 2;
        guard(() => event(block));
      }
      if (from > 0) rest = rest.slice(from);
    },
    end(how) {
      if (errorType !== undefined) endCall(call, { how: 'failed', errorType });
      else if (stopped) endCall(call, { how: 'completed' });
      else if ('cancelled' in how) endCall(call, { how: 'cancelled' });
      else if ('error' in how) endCall(call, failure(how.error));
      else endCall(call, call.signal?.aborted ? { how: 'cancelled' } : { how: 'failed', errorType: 'api_error' });
    },
  };
}

/** Where what follows the deltas at `from` begins: another block, or one that is not whole yet. */
function afterDeltas(text: string, from: number): number {
  let at = from;
  while (isDeltaAt(text, at)) {
    const end = text.indexOf('\n', at + DELTA.length);
    if (end < 0 || text.charCodeAt(end + 1) !== LINE_END) break;
    at = end + 2;
  }
  return at;
}

const isDeltaAt = (text: string, at: number): boolean =>
  text.charCodeAt(at + MARK_3) === CODE_3 &&
  text.charCodeAt(at + MARK_2) === CODE_2 &&
  text.charCodeAt(at + MARK_1) === CODE_1 &&
  text.charCodeAt(at) === CODE_0;

const dataOf = (block: string): unknown => JSON.parse(/^data: ?(.*)$/m.exec(block)?.[1] ?? 'null');

interface Block {
  type?: unknown;
  text?: unknown;
  to?: { model?: unknown };
}
const blockOf = (event: unknown): Block => (event as { content_block?: Block } | null)?.content_block ?? {};
const saysSomething = (event: unknown): boolean => (event as { delta?: Block } | null)?.delta?.text !== '';
