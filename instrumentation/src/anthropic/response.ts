/**
 * Reading a response while the application reads it. The Response is edited in place, with properties that nobody
 * enumerates: no clone, no tee, no wrapper, so identity, laziness, cancelling and back-pressure stay as they are.
 * Every way to a result passes here: parsed, withResponse, asResponse, streams, tee, helpers, tool runners.
 */
import { guard } from '../guard.ts';
import { attemptRefused, endCall, failure, learned, outputBegan, type Attempt, type Call } from './call.ts';
import { factsOfMessage, factsOfStart, isOutput, mergeDelta } from './usage.ts';

const WATCHED = Symbol.for('@spanledger/instrumentation.watched');

/** Told what the application gets of a body. `end` may come more than once. */
interface Reader {
  chunk(data: unknown): void;
  end(how: { done: true } | { cancelled: true } | { error: unknown }): void;
}

type Method = (...args: unknown[]) => unknown;

const shadow = (target: object, name: PropertyKey, value: unknown) =>
  Object.defineProperty(target, name, { value, configurable: true, writable: true, enumerable: false });

/** Calls that end because nobody can read their body any more. */
const unread = new FinalizationRegistry<Call>((call) => endCall(call, { how: 'incomplete' }));

export function watchResponse(call: Call, attempt: Attempt, response: Response): void {
  if (WATCHED in response) return;
  shadow(response, WATCHED, true);
  if (!response.ok) return watchRefusal(call, attempt, response);

  const streamed = call.stream && /event-stream/.test(response.headers.get('content-type') ?? '');
  if (!streamed) watchWhole(call, response);
  const body: unknown = response.body;
  unread.register(typeof body === 'object' && body !== null ? body : response, call);
  const reader = streamed ? watchStreamText(call, response) : jsonReader(call);
  if (typeof body === 'object' && body !== null) watchBody(body, reader);
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
function watchRefusal(call: Call, attempt: Attempt, response: Response): void {
  for (const name of ['json', 'text'] as const) {
    const read = response[name] as Method;
    shadow(response, name, async function (this: Response, ...args: unknown[]) {
      const data = await read.apply(this, args);
      guard(() => attemptRefused(call, attempt, name === 'json' ? data : JSON.parse(String(data))));
      return data;
    });
  }
}

function watchWhole(call: Call, response: Response): void {
  const decode = {
    json: (data: unknown) => data,
    text: (data: unknown) => JSON.parse(String(data)),
    arrayBuffer: (data: unknown) => JSON.parse(new TextDecoder().decode(data as ArrayBuffer)),
  };
  for (const name of ['json', 'text', 'arrayBuffer'] as const) {
    const read = response[name] as Method | undefined;
    if (typeof read !== 'function') continue;
    shadow(response, name, async function (this: Response, ...args: unknown[]) {
      let data: unknown;
      try {
        data = await read.apply(this, args);
      } catch (error) {
        guard(() => endCall(call, failure(error)));
        throw error;
      }
      guard(() =>
        wholeBody(
          call,
          guard(() => decode[name](data)),
        ),
      );
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

function watchBody(body: object, reader: Reader): void {
  const stream = body as { [Symbol.asyncIterator]?: Method; getReader?: Method };
  const iterate = stream[Symbol.asyncIterator];
  const getReader = stream.getReader;
  if (typeof iterate === 'function') {
    shadow(body, Symbol.asyncIterator, function (this: unknown, ...args: unknown[]) {
      return observed(iterate.apply(this, args) as AsyncIterator<unknown>, reader);
    });
  }
  if (typeof getReader === 'function') {
    shadow(body, 'getReader', function (this: unknown, ...args: unknown[]) {
      const source = getReader.apply(this, args) as { read: Method; cancel: Method };
      guard(() => observeReader(source, reader));
      return source;
    });
  }
}

const told = (reader: Reader, result: { done?: boolean | undefined; value?: unknown }) =>
  guard(() => (result.done ? reader.end({ done: true }) : reader.chunk(result.value)));

function observed(source: AsyncIterator<unknown>, reader: Reader): AsyncIterableIterator<unknown> {
  const iterator: AsyncIterableIterator<unknown> = {
    async next(...args) {
      let result: IteratorResult<unknown>;
      try {
        result = await source.next(...args);
      } catch (error) {
        guard(() => reader.end({ error }));
        throw error;
      }
      told(reader, result);
      return result;
    },
    async return(value) {
      guard(() => reader.end({ cancelled: true }));
      return source.return ? source.return(value) : { done: true, value };
    },
    async throw(error) {
      guard(() => reader.end({ cancelled: true }));
      if (source.throw) return source.throw(error);
      throw error;
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}

function observeReader(source: { read: Method; cancel: Method }, reader: Reader): void {
  const { read, cancel } = source;
  shadow(source, 'read', async (...args: unknown[]) => {
    let result: { done?: boolean; value?: unknown };
    try {
      result = (await read.apply(source, args)) as typeof result;
    } catch (error) {
      guard(() => reader.end({ error }));
      throw error;
    }
    told(reader, result);
    return result;
  });
  shadow(source, 'cancel', (...args: unknown[]) => {
    guard(() => reader.end({ cancelled: true }));
    return cancel.apply(source, args);
  });
}

function decoder(): (data: unknown) => string {
  const utf8 = new TextDecoder();
  return (data) => (typeof data === 'string' ? data : utf8.decode(data as Uint8Array, { stream: true }));
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

/** Server-sent events: only the four kinds that say something of usage, output or failure are parsed. */
function eventReader(call: Call): Reader {
  const decode = decoder();
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
      const text = decode(data);
      rest += text.includes('\r') ? text.replaceAll('\r', '') : text;
      let from = 0;
      for (let at = rest.indexOf('\n\n'); at >= 0; at = rest.indexOf('\n\n', from)) {
        const block = rest.slice(from, at);
        from = at + 2;
        // Most events of a stream are these, and the first of them has said all there is to say.
        if (call.sawOutput && block.startsWith('event: content_block_delta')) continue;
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

const dataOf = (block: string): unknown => JSON.parse(/^data: ?(.*)$/m.exec(block)?.[1] ?? 'null');

interface Block {
  type?: unknown;
  text?: unknown;
  to?: { model?: unknown };
}
const blockOf = (event: unknown): Block => (event as { content_block?: Block } | null)?.content_block ?? {};
const saysSomething = (event: unknown): boolean => (event as { delta?: Block } | null)?.delta?.text !== '';
