// How the API says no: an ApiError thrown anywhere becomes one answer in the shape of the contract's errorSchema.
// What is not an ApiError tells the caller nothing but a request id; the log has the rest under the same id.
import { randomUUID } from 'node:crypto';
import type { Context, ErrorHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Log } from '../ports.ts';
import { StoreError } from '../store/store.ts';

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: ContentfulStatusCode;
  /** Stable, snake_case, for programs. The message is for people. */
  readonly code: string;
  /** The input at fault, dotted: `limit.usd`, `webhookIds.1`. */
  readonly field: string | undefined;
  /** Of a text that was sent, the line at fault, from 1. */
  readonly line: number | undefined;
  constructor(status: ContentfulStatusCode, code: string, message: string, field?: string, line?: number) {
    super(message);
    this.status = status;
    this.code = code;
    this.field = field;
    this.line = line;
  }
}

export const invalidRequest = (message: string, field?: string): ApiError =>
  new ApiError(400, 'invalid_request', message, field);
export const notFound = (what: string): ApiError => new ApiError(404, 'not_found', `There is no such ${what}.`);

/** The one error handler of the app; give it to `app.onError`. Uses the context's `requestId` when a middleware set one. */
export function onError(log: Log): ErrorHandler {
  return (error, c) => {
    if (error instanceof ApiError) return answer(c, error.status, error);
    if (error instanceof HTTPException && error.status < 500) {
      const code = error.status === 400 ? 'invalid_request' : 'refused';
      return answer(c, error.status as ContentfulStatusCode, {
        code,
        message: error.message || 'The request was refused.',
      });
    }
    if (error instanceof StoreError && error.code === 'overloaded') {
      c.header('retry-after', '5');
      return answer(c, 503, {
        code: 'overloaded',
        message: 'More is waiting to be stored than may. Send it again later.',
      });
    }
    const requestId = requestIdOf(c);
    log.error('request failed', { requestId, method: c.req.method, path: c.req.path, error });
    if (error instanceof StoreError && error.code !== 'rejected') {
      c.header('retry-after', '5');
      const message = 'The store does not answer at the moment; nothing is known to be lost. Try again shortly.';
      return answer(c, 503, { code: 'store_unavailable', message, requestId });
    }
    return answer(c, 500, {
      code: 'internal',
      message: 'Something went wrong here; the log has the request id.',
      requestId,
    });
  };
}

function answer(
  c: Context,
  status: ContentfulStatusCode,
  {
    code,
    message,
    field,
    line,
    requestId,
  }: { code: string; message: string; field?: string | undefined; line?: number | undefined; requestId?: string },
): Response {
  return c.json(
    {
      error: {
        code,
        message,
        ...(field === undefined ? {} : { field }),
        ...(line === undefined ? {} : { line }),
        ...(requestId === undefined ? {} : { requestId }),
      },
    },
    status,
  );
}

function requestIdOf(c: Context): string {
  const given: unknown = c.get('requestId');
  return typeof given === 'string' ? given : randomUUID();
}
