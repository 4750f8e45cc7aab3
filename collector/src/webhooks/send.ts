// One attempt at one delivery: signs the body as Standard Webhooks says, posts it, says what came of it. Never throws.
// Follows no redirect, reads no body, and connects only where the guard lets it.
import { Webhook } from 'standardwebhooks';
import { Agent, request } from 'undici';
import { AddressRefused, type AddressGuard } from './allow.ts';

export interface Outcome {
  /** null when no answer came. */
  httpStatus: number | null;
  /** In a few words, for whoever looks at the delivery; null when it was delivered. */
  error: string | null;
  /** What the receiver asked for by Retry-After; null when it did not. */
  retryAfterMs: number | null;
}

export interface Sender {
  send(message: {
    id: string;
    url: string;
    secret: string;
    body: string;
    at: Date;
    signal?: AbortSignal;
  }): Promise<Outcome>;
  close(): Promise<void>;
}

export function createSender({ guard, timeoutMs = 10_000 }: { guard: AddressGuard; timeoutMs?: number }): Sender {
  const agent = new Agent({
    // A connection is made for one attempt: the address is checked each time, and a closed receiver is seen at once.
    pipelining: 0,
    connect: { lookup: guard.lookup, timeout: timeoutMs },
  });

  return {
    async send({ id, url, secret, body, at, signal }) {
      const tooLong = AbortSignal.timeout(timeoutMs);
      try {
        guard.checkLiteral(url);
        const response = await request(url, {
          method: 'POST',
          dispatcher: agent,
          signal: signal === undefined ? tooLong : AbortSignal.any([tooLong, signal]),
          headers: {
            'content-type': 'application/json',
            'user-agent': 'Spanledger-Webhooks/1',
            'webhook-id': id,
            'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
            'webhook-signature': new Webhook(secret).sign(id, at, body),
          },
          body,
        });
        response.body.on('error', () => {}).destroy();
        const { statusCode } = response;
        if (statusCode >= 200 && statusCode < 300) return { httpStatus: statusCode, error: null, retryAfterMs: null };
        const redirected = statusCode >= 300 && statusCode < 400 ? '; redirects are not followed' : '';
        return {
          httpStatus: statusCode,
          error: `answered ${statusCode}${redirected}`,
          retryAfterMs: retryAfter(response.headers['retry-after'], at),
        };
      } catch (error) {
        const message = tooLong.aborted ? `no answer within ${timeoutMs / 1000} s` : reason(error);
        return { httpStatus: null, error: message, retryAfterMs: null };
      }
    },
    close: () => agent.destroy(),
  };
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return 'could not be sent';
  if (error instanceof AddressRefused) return error.message;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return error.message !== ''
    ? code === undefined || error.message.includes(code)
      ? error.message
      : `${error.message} (${code})`
    : (code ?? 'could not be sent');
}

/** Seconds or an HTTP date. */
function retryAfter(header: string | string[] | undefined, now: Date): number | null {
  const text = Array.isArray(header) ? header[0] : header;
  if (text === undefined) return null;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now.getTime();
  return Number.isFinite(ms) && ms > 0 ? ms : null;
}
