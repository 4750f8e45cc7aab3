// A request's body, bounded: at most so much over the wire, at most so much after gunzip. Memory stays bounded whatever is sent.
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { StoreError } from '../store/store.ts';
import { ApiError } from './errors.ts';

export const MOST_BODY_BYTES = 16 * 1024 * 1024;
export const MOST_INFLATED_BYTES = 64 * 1024 * 1024;
/** Of all bodies that are being read at one time; beyond it a body is refused for now, so that memory stays bounded. */
export const MOST_READING_BYTES = 64 * 1024 * 1024;
let reading = 0;
const inflate = promisify(gunzip);
const mib = (bytes: number) => `${bytes / 1024 / 1024} MiB`;

/** Throws ApiError 413, 415 or 400, or StoreError `overloaded`. */
export async function readBody(request: Request): Promise<Uint8Array> {
  const tooLarge = () =>
    new ApiError(413, 'too_large', `The body is larger than ${mib(MOST_BODY_BYTES)}; send smaller batches.`);
  if (Number(request.headers.get('content-length') ?? 0) > MOST_BODY_BYTES) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of request.body ?? []) {
      length += chunk.length;
      reading += chunk.length;
      if (length > MOST_BODY_BYTES) throw tooLarge();
      if (reading > MOST_READING_BYTES) throw new StoreError('overloaded', 'more is being sent than fits in memory');
      chunks.push(chunk);
    }
  } finally {
    reading -= length;
  }
  const body = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
  const encoding = request.headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity' || encoding === '') return body;
  if (encoding !== 'gzip')
    throw new ApiError(
      415,
      'unsupported_encoding',
      `Content-Encoding ${encoding.slice(0, 40)} is not known; send gzip or none.`,
      'Content-Encoding',
    );
  try {
    return await inflate(body, { maxOutputLength: MOST_INFLATED_BYTES });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new ApiError(413, 'too_large', `The body is larger than ${mib(MOST_INFLATED_BYTES)} when unpacked.`);
    }
    throw new ApiError(400, 'invalid_gzip', 'The body is not valid gzip.', 'Content-Encoding');
  }
}
