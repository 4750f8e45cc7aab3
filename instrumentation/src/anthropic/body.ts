/**
 * Reading a response's body while the application reads it. The Response is edited in place, with properties that
 * nobody enumerates: no clone, no tee, no wrapper, so identity, laziness, cancelling and back-pressure stay as they are.
 * Knows nothing of calls: what is read is told to a `Reader`.
 */
import { guard, stepFailed } from '../guard.ts';

/** Told what the application gets of a body. `end` may come more than once. */
export interface Reader {
  chunk(data: unknown): void;
  end(how: { done: true } | { cancelled: true } | { error: unknown }): void;
}

export type Method = (...args: unknown[]) => unknown;

export const shadow = (target: object, name: PropertyKey, value: unknown) =>
  Object.defineProperty(target, name, { value, configurable: true, writable: true, enumerable: false });

/** The ways to read a body whole, and how the JSON in what each gives is had. */
const WHOLE = {
  json: (data: unknown) => data,
  text: (data: unknown) => JSON.parse(String(data)),
  arrayBuffer: (data: unknown) => JSON.parse(new TextDecoder().decode(data as ArrayBuffer)),
} as const;
const WAYS = Object.keys(WHOLE) as (keyof typeof WHOLE)[];

/** A response whose body is being read by its own `json`, `text` or `arrayBuffer`. */
export interface WholeRead {
  begun: boolean;
}

/**
 * Tells `seen` of a whole JSON body (undefined when it is none), however it is read, before the reader has it. Answers
 * with what {@link watchBody} wants to know, so that the same body is not read a second time where it passes there too.
 */
export function watchWhole(
  response: Response,
  seen: (body: unknown) => void,
  failed: (error: unknown) => void = () => {},
): WholeRead {
  const whole: WholeRead = { begun: false };
  for (const way of WAYS) {
    const read = response[way] as Method | undefined;
    if (typeof read !== 'function') continue;
    const passOn = (data: unknown) => {
      guard(() => seen(guard(() => WHOLE[way](data))));
      return data;
    };
    const fail = (error: unknown) => {
      guard(() => failed(error));
      throw error;
    };
    // One promise more than the application would have; an async function would make three.
    shadow(response, way, function (this: Response, ...args: unknown[]) {
      whole.begun = true;
      try {
        return Promise.resolve(read.apply(this, args)).then(passOn, fail);
      } catch (error) {
        return Promise.reject(error).catch(fail);
      } finally {
        whole.begun = false;
      }
    });
  }
  return whole;
}

/** Tells `reader` of the pieces of a body. `whole` is somebody who tells of it himself: what he reads is left to him. */
export function watchBody(body: object, reader: Reader, whole?: WholeRead): void {
  const stream = body as { [Symbol.asyncIterator]?: Method; getReader?: Method };
  const iterate = stream[Symbol.asyncIterator];
  const getReader = stream.getReader;
  if (typeof iterate === 'function') {
    shadow(body, Symbol.asyncIterator, function (this: unknown, ...args: unknown[]) {
      const source = iterate.apply(this, args) as AsyncIterator<unknown>;
      return whole?.begun ? source : observed(source, reader);
    });
  }
  if (typeof getReader === 'function') {
    shadow(body, 'getReader', function (this: unknown, ...args: unknown[]) {
      const source = getReader.apply(this, args) as { read: Method; cancel: Method };
      if (whole?.begun) return source;
      guard(() => observeReader(source, reader));
      return source;
    });
  }
}

/** As `guard` would, without making a function for each of a stream's chunks. */
function told(reader: Reader, result: { done?: boolean | undefined; value?: unknown }): void {
  try {
    if (result.done) reader.end({ done: true });
    else reader.chunk(result.value);
  } catch (problem) {
    stepFailed(problem);
  }
}

function observed(source: AsyncIterator<unknown>, reader: Reader): AsyncIterableIterator<unknown> {
  const passOn = (result: IteratorResult<unknown>) => {
    told(reader, result);
    return result;
  };
  const fail = (error: unknown) => {
    guard(() => reader.end({ error }));
    throw error;
  };
  const iterator: AsyncIterableIterator<unknown> = {
    // For each chunk of a stream: one promise more, and nothing else.
    next: (value?: unknown) => Promise.resolve(source.next(value)).then(passOn, fail),
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
  let utf8: { decode(bytes: Uint8Array, how: { stream: true }): string } | undefined;
  return (data) =>
    typeof data === 'string' ? data : (utf8 ??= new TextDecoder()).decode(data as Uint8Array, { stream: true });
}
