// One request as it waits in the spool: as it came, so that it is read, mapped and priced when it is replayed, with what is known
// then. gzipped: spans of one app look alike.
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Report } from '../calls/report.ts';
import type { Encoding } from '../ingest/otlp.ts';

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** `receivedMs`: when it was acknowledged. `agent`: the sender's User-Agent. */
export type SpooledRequest =
  | { kind: 'traces' | 'logs'; encoding: Encoding; agent: string | null; receivedMs: number; body: Uint8Array }
  | { kind: 'reports'; receivedMs: number; reports: readonly Report[] };

/** A line of JSON, and the body behind it. */
export async function writeRecord(request: SpooledRequest): Promise<Uint8Array> {
  const { body, ...head } = request.kind === 'reports' ? { ...request, body: new Uint8Array() } : request;
  return pack(Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body]), { level: 1 });
}

export async function readRecord(record: Uint8Array): Promise<SpooledRequest> {
  const bytes = await unpack(record);
  const end = bytes.indexOf(0x0a);
  const head = JSON.parse(bytes.subarray(0, end).toString('utf8')) as SpooledRequest;
  return head.kind === 'reports' ? head : { ...head, body: bytes.subarray(end + 1) };
}
