// A request's body, bounded: at most so much each, over the wire and unpacked alike, and at most so much together of all requests
// that are being read, worked on and waited for. Beyond that a request is told to come again, before it costs anything: memory
// stays bounded whatever is sent.
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { StoreError } from '../store/store.ts';
import { ApiError } from './errors.ts';

/** Of one body, over the wire and unpacked. */
export const MOST_BODY_BYTES = 16 * 1024 * 1024;
/** Of all bodies whose requests are not answered yet. What a body becomes on its way to the store takes several times as much. */
export const MOST_HELD_BYTES = 24 * 1024 * 1024;
const MIB = 1024 * 1024;
const inflate = promisify(gunzip);

/** Bytes of all requests that are not answered yet. */
let held = 0;

/** What one request takes of the room there is. */
function createShare() {
  let own = 0;
  return {
    /** Throws StoreError `overloaded`. One alone is never refused: it fits. */
    take(bytes: number): void {
      if (held > own && held + bytes > MOST_HELD_BYTES) {
        throw new StoreError('overloaded', 'more is being sent than fits in memory');
      }
      own += bytes;
      held += bytes;
    },
    giveBack(bytes = own): void {
      own -= bytes;
      held -= bytes;
    },
  };
}
type Share = ReturnType<typeof createShare>;

/**
 * Reads the body and does the work with it; what it takes is given back when the work is done. Throws ApiError 413, 415 or 400,
 * StoreError `overloaded`, or what the work throws.
 */
export async function withBody<T>(request: Request, work: (body: Uint8Array) => T | Promise<T>): Promise<T> {
  const share = createShare();
  try {
    return await work(await unpacked(request, await read(request, share), share));
  } finally {
    share.giveBack();
  }
}

async function read(request: Request, share: Share): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > MOST_BODY_BYTES) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > MOST_BODY_BYTES) throw tooLarge();
    share.take(chunk.length);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

async function unpacked(request: Request, body: Uint8Array, share: Share): Promise<Uint8Array> {
  const encoding = request.headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity' || encoding === '') return body;
  if (encoding !== 'gzip')
    throw new ApiError(
      415,
      'unsupported_encoding',
      `Content-Encoding ${encoding.slice(0, 40)} is not known; send gzip or none.`,
      'Content-Encoding',
    );
  // gzip ends with the length of what was packed. Where that is not so, as with several members, room for the most is taken.
  const said =
    body.length < 4 ? 0 : Buffer.from(body.buffer, body.byteOffset, body.length).readUInt32LE(body.length - 4);
  const expected = Math.min(Math.max(said, 1), MOST_BODY_BYTES);
  share.take(expected);
  try {
    const bytes = await inflate(body, { maxOutputLength: expected }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ERR_BUFFER_TOO_LARGE' || expected === MOST_BODY_BYTES) throw error;
      share.take(MOST_BODY_BYTES - expected);
      return inflate(body, { maxOutputLength: MOST_BODY_BYTES });
    });
    share.giveBack(body.length);
    return bytes;
  } catch (error) {
    if (error instanceof StoreError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(' when unpacked');
    throw new ApiError(400, 'invalid_gzip', 'The body is not valid gzip.', 'Content-Encoding');
  }
}

const tooLarge = (how = ''): ApiError =>
  new ApiError(413, 'too_large', `The body is larger than ${MOST_BODY_BYTES / MIB} MiB${how}; send smaller batches.`);
