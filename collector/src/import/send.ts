// Calls -> POST /api/calls of a running collector, so many at a time. A collector that does not answer at once is asked again;
// one that refuses a call by name gets the others without it. Sending twice is harmless: a message id is one call.
import { Agent, fetch, RetryAgent } from 'undici';
import { errorSchema } from '../contract.ts';
import type { PostedCall } from '../ingest/posted-call.ts';

export interface SentCall {
  /** `file:line` it was read from. */
  at: string;
  call: PostedCall;
}
export interface Skipped {
  at: string;
  reason: string;
}
/** What was answered to one POST. */
export interface Answer {
  status: number;
  body: unknown;
}
export type Post = (calls: readonly PostedCall[]) => Promise<Answer>;

/** Nothing more can be sent, and why. */
export class SendingStopped extends Error {
  override readonly name = 'SendingStopped';
}

/** Resolves with what the collector refused; everything else is durable there. Throws SendingStopped. */
export async function sendBatch(post: Post, batch: readonly SentCall[]): Promise<Skipped[]> {
  const skipped: Skipped[] = [];
  let left = [...batch];
  while (left.length > 0) {
    const { status, body } = await post(left.map(({ call }) => call));
    if (status === 201) break;
    const error = errorSchema.safeParse(body).data?.error;
    if (status === 401)
      throw new SendingStopped('the collector wants a token: give the admin token or an ingest key with --token');
    const index = /^(\d+)\./.exec(error?.field ?? '')?.[1] ?? (left.length === 1 && status === 400 ? '0' : undefined);
    const refused = index === undefined ? undefined : left[Number(index)];
    if (status !== 400 || error === undefined || refused === undefined)
      throw new SendingStopped(`the collector answered ${status}${error ? `: ${error.message}` : ''}`);
    const reason = error.message.replace(/^\d+\./, '');
    const dropped = left.filter((sent) => sent === refused || sharesFate(sent, refused, error.field));
    skipped.push(...dropped.map(({ at }) => ({ at, reason })));
    left = left.filter((sent) => !dropped.includes(sent));
  }
  return skipped;
}

/** What is too old for the collector is so too for whatever is older: refused at once, not one POST each. */
function sharesFate(sent: SentCall, refused: SentCall, field: string | undefined): boolean {
  if (field?.endsWith('startedAt') !== true) return false;
  const [one, other] = [Date.parse(sent.call.startedAt), Date.parse(refused.call.startedAt)];
  return other < Date.now() ? one <= other : one >= other;
}

/** Asks again after 0.5, 1 and 2 s when the collector is not there or says 503. */
export function poster(endpoint: string, token: string | undefined): Post {
  const dispatcher = new RetryAgent(new Agent(), {
    maxRetries: 3,
    methods: ['POST'],
    statusCodes: [429, 502, 503, 504],
  });
  return async (calls) => {
    const response = await fetch(new URL('/api/calls', endpoint), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(calls),
      redirect: 'error',
      dispatcher,
    }).catch((error: unknown) => {
      const { cause } = error as { cause?: { code?: string; message?: string } };
      throw new SendingStopped(
        `no collector answers at ${endpoint} (${cause?.code ?? cause?.message ?? 'no answer'}); start one, or name it in SPANLEDGER_ENDPOINT`,
      );
    });
    return { status: response.status, body: await response.json().catch(() => null) };
  };
}
