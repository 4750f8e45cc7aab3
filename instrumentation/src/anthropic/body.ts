/**
 * Reading a response's body while the application reads it. The Response is edited in place, with properties that
 * nobody enumerates: no clone, no tee, no wrapper, so identity, laziness, cancelling and back-pressure stay as they are.
 * Knows nothing of calls: what is read is told to a `Reader`.
 */
import { guard } from '../guard.ts';

/** Told what the application gets of a body. `end` may come more than once. */
export interface Reader {
  chunk(data: unknown): void;
  end(how: { done: true } | { cancelled: true } | { error: unknown }): void;
}

export type Method = (...args: unknown[]) => unknown;

export const shadow = (target: object, name: PropertyKey, value: unknown) =>
  Object.defineProperty(target, name, { value, configurable: true, writable: true, enumerable: false });

/** Tells `seen` of a whole JSON body (undefined when it is none), however it is read, before the reader has it. */
export function watchWhole(
  response: Response,
  seen: (body: unknown) => void,
  failed: (error: unknown) => void = () => {},
): void {
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
        guard(() => failed(error));
        throw error;
      }
      guard(() => seen(guard(() => decode[name](data))));
      return data;
    });
  }
}

export function watchBody(body: object, reader: Reader): void {
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

export function decoder(): (data: unknown) => string {
  const utf8 = new TextDecoder();
  return (data) => (typeof data === 'string' ? data : utf8.decode(data as Uint8Array, { stream: true }));
}
