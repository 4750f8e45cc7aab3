// The queue of deliveries: what stands in the store as pending is sent, again and again with growing pauses, until it is
// delivered or given up. Every attempt is recorded. The store is the queue, so a restart goes on where the last run ended:
// a delivery can be sent twice (the process may die between answer and record), always with the same webhook-id.
import type { Delivery } from '../contract.ts';
import type { Clock, Log } from '../ports.ts';
import type { NewDelivery, QueuedDelivery, WebhookRepository } from './ports.ts';
import type { Outcome, Sender } from './send.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** The pause before each attempt after the first; when they are used up the delivery has failed. Jitter of 20 % is added. */
const PAUSES_MS = [5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, 24 * HOUR];
const LONGEST_RETRY_AFTER_MS = 24 * HOUR;
/** How long a failing store is left alone, and how long at most until the queue is looked at again. */
const STORE_PAUSE_MS = 5 * SECOND;
const LONGEST_SLEEP_MS = 5 * MINUTE;
const STOP_WITHIN_MS = 3 * SECOND;

export interface Deliverer {
  /** Resolves when every delivery is durable; one that stands already (same id) is left as it is. They are sent soon after. */
  enqueue(deliveries: readonly NewDelivery[]): Promise<void>;
  /** Stores one delivery, makes its first attempt at once, and answers the delivery after it. */
  deliverNow(delivery: NewDelivery): Promise<Delivery>;
  /** Makes one attempt now, whatever the schedule says, and answers the delivery after it. Null when there is no such delivery. */
  attempt(deliveryId: string): Promise<Delivery | null>;
  /** Sends what is due; resolves when every attempt made is recorded. `start` does this by itself. */
  deliverDue(): Promise<void>;
  /** Takes up what an earlier run left, and goes on by itself. */
  start(): void;
  /** Ends within a few seconds; an attempt cut off counts for nothing and is made again after the next start. */
  stop(): Promise<void>;
}

export function createDeliverer({
  repository,
  sender,
  clock,
  log,
  held = () => true,
  random = Math.random,
  concurrency = 8,
}: {
  repository: Pick<WebhookRepository, 'findWebhook' | 'findDeliveries' | 'pendingDeliveries' | 'saveDeliveries'>;
  sender: Sender;
  clock: Clock;
  log: Log;
  /** Of several collectors one sends what is due. Two at once send the same webhook-id, which the receiver takes once. */
  held?: () => boolean;
  random?: () => number;
  concurrency?: number;
}): Deliverer {
  const stopping = new AbortController();
  const inFlight = new Map<string, Promise<Delivery | null>>();
  /** Outcomes that the store has not taken yet: they go before what it says, or a delivered webhook would be sent again. */
  const unrecorded = new Map<string, QueuedDelivery>();
  let started = false;
  let cancelTimer = () => {};
  let round: Promise<void> | null = null;
  let again = false;

  const iso = (ms: number): string => new Date(ms).toISOString();

  const pendingFrom = (one: NewDelivery): QueuedDelivery => {
    const now = iso(clock.now());
    return { ...one, status: 'pending', attempts: [], nextAttemptAt: now, createdAt: now };
  };

  async function enqueue(deliveries: readonly NewDelivery[]): Promise<void> {
    const standing = new Set((await repository.findDeliveries(deliveries.map(({ id }) => id))).map(({ id }) => id));
    const fresh = deliveries.filter(({ id }) => !standing.has(id)).map(pendingFrom);
    if (fresh.length > 0) await repository.saveDeliveries(fresh);
    wake(0);
  }

  /** Two who ask for the same delivery at once get the same attempt. */
  function attemptOnce(id: string, work: () => Promise<Delivery | null>): Promise<Delivery | null> {
    const running = inFlight.get(id);
    if (running !== undefined) return running;
    const fresh = work().finally(() => inFlight.delete(id));
    inFlight.set(id, fresh);
    return fresh;
  }

  const stored = async (id: string): Promise<QueuedDelivery | null> =>
    unrecorded.get(id) ?? (await repository.findDeliveries([id]))[0] ?? null;

  async function attempt(id: string): Promise<Delivery | null> {
    return attemptOnce(id, async () => {
      const delivery = await stored(id);
      return delivery === null ? null : makeAttempt(delivery);
    });
  }

  /** Asks the store again: since the queue was read somebody may have made the attempt by hand. */
  const attemptIfPending = (id: string): Promise<Delivery | null> =>
    attemptOnce(id, async () => {
      const delivery = await stored(id);
      return delivery?.status === 'pending' ? makeAttempt(delivery) : delivery;
    });

  async function deliverNow(one: NewDelivery): Promise<Delivery> {
    const delivery = pendingFrom(one);
    const work = async (): Promise<Delivery> => {
      await repository.saveDeliveries([delivery]);
      return makeAttempt(delivery);
    };
    return (await attemptOnce(one.id, work)) ?? delivery;
  }

  async function makeAttempt(delivery: QueuedDelivery): Promise<Delivery> {
    const webhook = await repository.findWebhook(delivery.webhookId);
    const startedAt = clock.now();
    const outcome: Outcome =
      webhook === null
        ? { httpStatus: null, error: 'the webhook was deleted', retryAfterMs: null }
        : await sender.send({
            ...webhook,
            id: delivery.id,
            body: delivery.body,
            at: new Date(startedAt),
            signal: stopping.signal,
          });
    if (stopping.signal.aborted && outcome.httpStatus === null) return delivery;
    const attempts = [
      ...delivery.attempts,
      { at: iso(startedAt), httpStatus: outcome.httpStatus, error: outcome.error, durationMs: clock.now() - startedAt },
    ];
    const after = { ...delivery, attempts, ...verdict(delivery, attempts.length, outcome, webhook === null) };
    if (after.status === 'failed')
      log.warn('webhook delivery failed', { deliveryId: after.id, webhookId: after.webhookId, error: outcome.error });
    unrecorded.set(after.id, after);
    await repository.saveDeliveries([after]);
    if (unrecorded.get(after.id) === after) unrecorded.delete(after.id);
    if (after.status === 'pending') wake(Date.parse(after.nextAttemptAt ?? '') - clock.now());
    return after;
  }

  function verdict(
    delivery: Delivery,
    attempts: number,
    outcome: Outcome,
    orphaned: boolean,
  ): Pick<Delivery, 'status' | 'nextAttemptAt'> {
    if (outcome.error === null) return { status: 'delivered', nextAttemptAt: null };
    const pause = PAUSES_MS[attempts - 1];
    // 410 Gone is the receiver's way to say never again; a test is asked for by somebody who is waiting for its answer.
    if (pause === undefined || orphaned || outcome.httpStatus === 410 || delivery.type === 'webhook.test')
      return { status: 'failed', nextAttemptAt: null };
    const asked = Math.min(outcome.retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS);
    return {
      status: 'pending',
      nextAttemptAt: iso(clock.now() + Math.max(Math.round(pause * (1 + 0.2 * random())), asked)),
    };
  }

  function deliverDue(): Promise<void> {
    again = true;
    round ??= (async () => {
      while (again && !stopping.signal.aborted) {
        again = false;
        await deliverRound();
      }
    })().finally(() => (round = null));
    return round;
  }

  async function deliverRound(): Promise<void> {
    try {
      const waiting = [...unrecorded.values()];
      if (waiting.length > 0) {
        await repository.saveDeliveries(waiting);
        for (const one of waiting) if (unrecorded.get(one.id) === one) unrecorded.delete(one.id);
      }
      if (!held()) return wake(LONGEST_SLEEP_MS);
      const pending = await repository.pendingDeliveries();
      const dueAt = ({ nextAttemptAt }: Delivery): number => (nextAttemptAt === null ? 0 : Date.parse(nextAttemptAt));
      const due = pending.filter((one) => dueAt(one) <= clock.now() && !inFlight.has(one.id));
      const lane = async (): Promise<void> => {
        for (let next = due.shift(); next !== undefined && !stopping.signal.aborted && held(); next = due.shift())
          await attemptIfPending(next.id);
      };
      await Promise.all(Array.from({ length: concurrency }, lane));
      const later = pending.map(dueAt).filter((at) => at > clock.now());
      wake(Math.min(LONGEST_SLEEP_MS, ...later.map((at) => at - clock.now())));
    } catch (error) {
      log.error('deliveries wait for the store', { error });
      wake(STORE_PAUSE_MS);
    }
  }

  let timerAt = Infinity;
  /** Looks at the queue after `ms`, or earlier when that was planned already. */
  function wake(ms: number): void {
    if (!started || stopping.signal.aborted) return;
    const at = clock.now() + Math.max(0, ms);
    if (at >= timerAt) return;
    cancelTimer();
    timerAt = at;
    cancelTimer = clock.after(Math.max(0, ms), () => {
      timerAt = Infinity;
      void deliverDue();
    });
  }

  return {
    enqueue,
    deliverNow,
    attempt,
    deliverDue,
    start() {
      started = true;
      wake(0);
    },
    async stop() {
      started = false;
      cancelTimer();
      const cancel = clock.after(STOP_WITHIN_MS, () => stopping.abort());
      again = false;
      await Promise.allSettled([...inFlight.values(), round ?? Promise.resolve()]);
      cancel();
      stopping.abort();
      await sender.close();
    },
  };
}
