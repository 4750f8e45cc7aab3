import { Webhook } from 'standardwebhooks';
import { afterEach, expect, test } from 'vitest';
import { createAddressGuard } from './allow.ts';
import { createDeliverer } from './deliver.ts';
import { createFakeClock, createMemoryWebhooks, createReceiver, silentLog, webhookAt, whsec } from './fakes.ts';
import type { NewDelivery } from './ports.ts';
import { createSender, type Outcome, type Sender } from './send.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const START = '2026-11-21T12:00:00.000Z';
const alertDelivery = (id = 'msg_1'): NewDelivery => ({
  id,
  webhookId: 'wh_1',
  alertId: 'alert_1',
  type: 'budget.threshold_reached',
  body: '{"type":"budget.threshold_reached"}',
});

async function receiving(...answers: Parameters<typeof createReceiver>) {
  const receiver = await createReceiver(...answers);
  ends.push(receiver.close);
  return receiver;
}

function set({
  url = 'http://127.0.0.1:9/',
  sender,
  timeoutMs = 10_000,
  repository = createMemoryWebhooks(),
  clock = createFakeClock(START),
}: {
  url?: string;
  sender?: Sender;
  timeoutMs?: number;
  repository?: ReturnType<typeof createMemoryWebhooks>;
  clock?: ReturnType<typeof createFakeClock>;
} = {}) {
  repository.webhooks.set('wh_1', webhookAt(url));
  const deliverer = createDeliverer({
    repository,
    sender: sender ?? createSender({ guard: createAddressGuard({ allow: ['127.0.0.1'] }), timeoutMs }),
    clock,
    log: silentLog,
    random: () => 0,
  });
  ends.push(() => deliverer.stop());
  return { repository, clock, deliverer };
}

/** A sender that answers as told and remembers what it was given. */
function answering(...outcomes: (Partial<Outcome> & { httpStatus: number | null })[]) {
  const sent: string[] = [];
  const sender: Sender = {
    send: async ({ id }) => {
      sent.push(id);
      const outcome = outcomes.length > 1 ? outcomes.shift() : outcomes[0];
      const httpStatus = outcome?.httpStatus ?? null;
      return {
        httpStatus,
        error: httpStatus === 200 ? null : `answered ${httpStatus}`,
        retryAfterMs: null,
        ...outcome,
      };
    },
    close: async () => {},
  };
  return { sender, sent };
}

test('a receiver can verify the signature over the exact body', async () => {
  const receiver = await receiving(204);
  const { deliverer, repository } = set({ url: receiver.url, clock: createFakeClock(new Date().toISOString()) });
  await deliverer.enqueue([alertDelivery()]);
  await deliverer.deliverDue();
  const [request] = receiver.received;
  expect(new Webhook(whsec).verify(request?.body ?? '', request?.headers as Record<string, string>)).toEqual({
    type: 'budget.threshold_reached',
  });
  expect(request?.headers).toMatchObject({ 'webhook-id': 'msg_1', 'content-type': 'application/json' });
  expect(repository.deliveries.get('msg_1')).toMatchObject({
    status: 'delivered',
    nextAttemptAt: null,
    attempts: [{ httpStatus: 204, error: null }],
  });
});

test('is tried eight times with growing pauses, always under the same id, then has failed', async () => {
  const { sender, sent } = answering({ httpStatus: 500 });
  const { deliverer, repository, clock } = set({ sender });
  await deliverer.enqueue([alertDelivery()]);
  const pauses: (number | null)[] = [];
  for (let attempt = 1; attempt <= 8; attempt += 1) {
    await deliverer.deliverDue();
    const next = repository.deliveries.get('msg_1')?.nextAttemptAt;
    pauses.push(next == null ? null : (Date.parse(next) - clock.now()) / 1000);
    await deliverer.deliverDue();
    expect(sent).toHaveLength(attempt);
    await clock.advance((pauses.at(-1) ?? 0) * 1000);
  }
  expect(pauses).toEqual([5, 30, 120, 600, 3_600, 21_600, 86_400, null]);
  expect(new Set(sent)).toEqual(new Set(['msg_1']));
  expect(repository.deliveries.get('msg_1')).toMatchObject({ status: 'failed', attempts: { length: 8 } });
});

test('goes on by itself on its clock once started', async () => {
  const { sender, sent } = answering({ httpStatus: 503 }, { httpStatus: 200 });
  const { deliverer, clock } = set({ sender });
  deliverer.start();
  await deliverer.enqueue([alertDelivery()]);
  await clock.advance(0);
  expect(sent).toHaveLength(1);
  expect(clock.planned()).toEqual([5_000]);
  await clock.advance(5_000);
  expect(sent).toHaveLength(2);
});

test('410 Gone ends it, and a receiver that asks for more time gets it', async () => {
  const gone = set(answering({ httpStatus: 410 }));
  await gone.deliverer.enqueue([alertDelivery()]);
  await gone.deliverer.deliverDue();
  expect(gone.repository.deliveries.get('msg_1')).toMatchObject({ status: 'failed', nextAttemptAt: null });

  const busy = set(answering({ httpStatus: 429, retryAfterMs: 60_000 }));
  await busy.deliverer.enqueue([alertDelivery()]);
  await busy.deliverer.deliverDue();
  expect(busy.repository.deliveries.get('msg_1')).toMatchObject({
    status: 'pending',
    nextAttemptAt: '2026-11-21T12:01:00.000Z',
  });
});

test('what a run left pending, the next run sends; what it delivered, it does not', async () => {
  const first = set(answering({ httpStatus: 500 }));
  await first.deliverer.enqueue([alertDelivery()]);
  await first.deliverer.deliverDue();
  await first.deliverer.stop();
  await first.clock.advance(5_000);
  for (const expected of [1, 0]) {
    const { sender, sent } = answering({ httpStatus: 200 });
    const next = set({ sender, repository: first.repository, clock: first.clock });
    next.deliverer.start();
    await next.deliverer.enqueue([alertDelivery()]);
    await next.clock.advance(0);
    await next.deliverer.stop();
    expect(sent).toHaveLength(expected);
  }
});

test('an outcome the store could not take is recorded later, and not sent again meanwhile', async () => {
  const { sender, sent } = answering({ httpStatus: 200 });
  const { deliverer, repository, clock } = set({ sender });
  await deliverer.enqueue([alertDelivery()]);
  const { saveDeliveries } = repository;
  repository.saveDeliveries = () => Promise.reject(new Error('disk full'));
  await deliverer.deliverDue();
  await clock.advance(60_000);
  await deliverer.deliverDue();
  expect(repository.deliveries.get('msg_1')?.status).toBe('pending');
  repository.saveDeliveries = saveDeliveries;
  await deliverer.deliverDue();
  expect(repository.deliveries.get('msg_1')?.status).toBe('delivered');
  expect(sent).toHaveLength(1);
});

test('asked for by hand while the queue sends it, it is sent once', async () => {
  const { sender, sent } = answering({ httpStatus: 200 });
  const { deliverer } = set({ sender });
  await deliverer.enqueue([alertDelivery()]);
  await Promise.all([deliverer.attempt('msg_1'), deliverer.deliverDue(), deliverer.attempt('msg_1')]);
  expect(sent).toHaveLength(1);
});

test('a delivery whose webhook was deleted has failed, and says so', async () => {
  const { deliverer, repository } = set(answering({ httpStatus: 200 }));
  repository.webhooks.clear();
  await deliverer.enqueue([alertDelivery()]);
  await deliverer.deliverDue();
  expect(repository.deliveries.get('msg_1')).toMatchObject({
    status: 'failed',
    attempts: [{ error: 'the webhook was deleted' }],
  });
});

test('a redirect is not followed: it would lead past the guard', async () => {
  const target = await receiving(200);
  const receiver = await receiving((response) => response.writeHead(307, { location: target.url }).end());
  const { deliverer } = set({ url: receiver.url });
  expect(await deliverer.deliverNow(alertDelivery())).toMatchObject({
    status: 'pending',
    attempts: [{ httpStatus: 307, error: 'answered 307; redirects are not followed' }],
  });
  expect(target.received).toEqual([]);
});

test('a receiver that never answers, one that is not there and one that hangs up are failed attempts', async () => {
  const silent = await receiving(() => {});
  const waiting = set({ url: silent.url, timeoutMs: 60 });
  expect((await waiting.deliverer.deliverNow(alertDelivery())).attempts).toMatchObject([
    { httpStatus: null, error: 'no answer within 0.06 s' },
  ]);
  const gone = await createReceiver(200);
  await gone.close();
  expect((await set({ url: gone.url }).deliverer.deliverNow(alertDelivery())).attempts[0]?.error).toContain(
    'ECONNREFUSED',
  );
  const rude = await receiving((response) => response.destroy());
  expect((await set({ url: rude.url }).deliverer.deliverNow(alertDelivery())).attempts).toMatchObject([
    { httpStatus: null, error: expect.any(String) },
  ]);
});

test('a name that has come to resolve to a private address is not connected to', async () => {
  const receiver = await receiving(200);
  const guard = createAddressGuard({ allow: [], resolve: async () => [{ address: '127.0.0.1', family: 4 }] });
  for (const url of [`http://rebound.example:${receiver.port}/`, receiver.url]) {
    const { deliverer } = set({ url, sender: createSender({ guard }) });
    expect((await deliverer.deliverNow(alertDelivery())).attempts[0]?.error).toContain('is not a public address');
  }
  expect(receiver.received).toEqual([]);
});

test('stopping cuts off an attempt that would take too long, and leaves it pending', async () => {
  const silent = await receiving(() => {});
  const { deliverer, repository, clock } = set({ url: silent.url });
  await deliverer.enqueue([alertDelivery()]);
  const round = deliverer.deliverDue();
  while (silent.received.length === 0) await new Promise(setImmediate);
  const stopped = deliverer.stop();
  await clock.advance(3_000);
  await Promise.all([stopped, round]);
  expect(repository.deliveries.get('msg_1')).toMatchObject({ status: 'pending', attempts: [] });
});
