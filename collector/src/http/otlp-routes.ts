// POST /v1/traces, /v1/logs, /v1/metrics: OTLP/HTTP as the specification has it. 2xx means durable; what is refused is named
// in the partial success; what may be sent again is 503 with Retry-After. Of log records and metric points only those that tell
// a call are kept; for the others one message says how many and why, where the sender can do something about it.
import { Hono, type Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { finding } from '../calls/finding.ts';
import { OtlpError, type Encoding, type Refusal } from '../ingest/otlp.ts';
import { responseType, statusType } from '../ingest/otlp-schema.ts';
import type { IngestedRecords, Pipeline } from '../pipeline.ts';
import type { Log } from '../ports.ts';
import { StoreError } from '../store/store.ts';
import { withBody } from './body.ts';
import { ApiError } from './errors.ts';

const REFUSALS_SHOWN = 10;
const REJECTED = { traces: 'rejectedSpans', logs: 'rejectedLogRecords', metrics: 'rejectedDataPoints' } as const;

export function otlpRoutes(pipeline: Pipeline, log: Log) {
  return new Hono()
    .post('/traces', (c) =>
      answering(c, pipeline, log, async (body, encoding) => {
        const { refused } = await pipeline.ingestTraces(body, encoding, agentOf(c));
        return success(c, encoding, 'traces', refused.length, named(refused).join('; '));
      }),
    )
    .post('/logs', (c) =>
      answering(c, pipeline, log, async (body, encoding) =>
        recordsAnswer(c, encoding, 'logs', 'log records', await pipeline.ingestLogs(body, encoding, agentOf(c))),
      ),
    )
    .post('/metrics', (c) =>
      answering(c, pipeline, log, async (body, encoding) =>
        recordsAnswer(c, encoding, 'metrics', 'metric points', await pipeline.ingestMetrics(body, encoding)),
      ),
    );
}

const agentOf = (c: Context): string | null => c.req.header('user-agent') ?? null;

/** What is refused, by name; what is not kept, by count and reason: one message however many there are. */
function recordsAnswer(
  c: Context,
  encoding: Encoding,
  signal: 'logs' | 'metrics',
  noun: string,
  { refused, notKept }: IngestedRecords,
): Response {
  const counts = [...notKept].map(([reason, count]) => `${count} ${noun} not kept: ${reason}`);
  const rejected = [...notKept.values()].reduce((sum, count) => sum + count, refused.length);
  return success(c, encoding, signal, rejected, [...named(refused), ...counts].join('; '));
}

function named(refused: readonly Refusal[]): string[] {
  const shown = refused.slice(0, REFUSALS_SHOWN).map(({ what, reason }) => `${what}: ${reason}`);
  if (refused.length > REFUSALS_SHOWN) shown.push(`and ${refused.length - REFUSALS_SHOWN} more`);
  return shown;
}

/** Why a body was not read at all, by the error's code: findings repeat nothing that was sent. */
const UNREAD: Readonly<Record<string, string>> = {
  too_large: 'the body is larger than is taken: send smaller batches',
  unsupported_encoding: 'the Content-Encoding is neither gzip nor none',
  invalid_gzip: 'the body is not valid gzip',
};

async function answering(
  c: Context,
  pipeline: Pipeline,
  log: Log,
  work: (body: Uint8Array, encoding: Encoding) => Promise<Response>,
): Promise<Response> {
  const type = (c.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  const encoding: Encoding | null =
    type === 'application/x-protobuf' ? 'protobuf' : type === 'application/json' ? 'json' : null;
  if (encoding === null) {
    await pipeline.note(
      finding('refused', 'body', 'the Content-Type is neither application/x-protobuf nor application/json'),
    );
    return failure(
      c,
      'json',
      415,
      `Content-Type must be application/x-protobuf or application/json, not "${type?.slice(0, 80) ?? ''}"`,
    );
  }
  try {
    return await withBody(c.req.raw, (body) => work(body, encoding));
  } catch (error) {
    if (error instanceof OtlpError) return failure(c, encoding, 400, error.message);
    if (error instanceof ApiError) {
      await pipeline.note(finding('refused', 'body', UNREAD[error.code] ?? 'the body cannot be read'));
      return failure(c, encoding, error.status, error.message);
    }
    const overloaded = error instanceof StoreError && error.code === 'overloaded';
    // Overload is said once, where it begins; a line for each request would make it worse.
    if (!overloaded) log.error('an export was not taken', { path: c.req.path, error });
    c.header('retry-after', '5');
    const message = overloaded ? OVERLOADED : error instanceof StoreError ? SILENT : FAILED;
    return failure(c, encoding, 503, message);
  }
}

const OVERLOADED = 'more is waiting to be stored than may; send again later';
const SILENT = 'the store does not answer; send again';
const FAILED = 'the export could not be stored; send again';

function success(
  c: Context,
  encoding: Encoding,
  signal: keyof typeof REJECTED,
  rejected: number,
  errorMessage: string,
): Response {
  if (encoding === 'json') {
    return c.json(
      rejected > 0
        ? { partialSuccess: { [REJECTED[signal]]: String(rejected), errorMessage } }
        : { partialSuccess: {} },
    );
  }
  const message = rejected > 0 ? { partialSuccess: { rejected, errorMessage } } : {};
  return protobuf(c, 200, responseType.encode(responseType.fromObject(message)).finish());
}

/** google.rpc.Status, in the encoding the request came in. */
function failure(c: Context, encoding: Encoding, status: ContentfulStatusCode, message: string): Response {
  const code = status === 503 ? 14 : status === 413 ? 8 : 3; // UNAVAILABLE, RESOURCE_EXHAUSTED, INVALID_ARGUMENT
  return encoding === 'json'
    ? c.json({ code, message }, status)
    : protobuf(c, status, statusType.encode({ code, message }).finish());
}

function protobuf(c: Context, status: ContentfulStatusCode, bytes: Uint8Array): Response {
  // Copied: protobufjs writes into Node's shared pool, and the buffer behind the bytes holds what others wrote.
  return c.body(new Uint8Array(bytes).buffer, status, { 'content-type': 'application/x-protobuf' });
}
