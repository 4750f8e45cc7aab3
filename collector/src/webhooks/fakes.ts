// For tests: the ports in memory, a clock that stands still until it is moved, and a receiver on 127.0.0.1.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock, Log } from '../ports.ts';
import { StoreError } from '../store/store.ts';
import type { QueuedDelivery, WebhookRepository, WebhookWithSecret } from './ports.ts';

/** Time that moves only by `advance`, which runs what falls due, and lets what they started settle. */
export function createFakeClock(start: string): Clock & { advance(ms: number): Promise<void>; planned(): number[] } {
  let now = Date.parse(start);
  const timers = new Set<{ at: number; task: () => void }>();
  return {
    now: () => now,
    after(ms, task) {
      const timer = { at: now + ms, task };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    planned: () => [...timers].map(({ at }) => at - now).toSorted((a, b) => a - b),
    async advance(ms) {
      now += ms;
      for (const timer of [...timers].filter(({ at }) => at <= now)) {
        timers.delete(timer);
        timer.task();
      }
      await new Promise(setImmediate);
    },
  };
}

export const silentLog: Log = {
  info: () => {},
  warn: () => {},
  error: () => {},
};

/** `down` makes every call fail as an absent store does. */
export function createMemoryWebhooks(): WebhookRepository & {
  down: boolean;
  deliveries: Map<string, QueuedDelivery>;
  webhooks: Map<string, WebhookWithSecret>;
} {
  const webhooks = new Map<string, WebhookWithSecret>();
  const deliveries = new Map<string, QueuedDelivery>();
  const up = (): void => {
    if (repository.down) throw new StoreError('unavailable', 'down');
  };
  const repository = {
    down: false,
    webhooks,
    deliveries,
    listWebhooks: async () => (up(), [...webhooks.values()]),
    findWebhook: async (id: string) => (up(), webhooks.get(id) ?? null),
    saveWebhook: async (webhook: WebhookWithSecret) => (up(), void webhooks.set(webhook.id, webhook)),
    deleteWebhook: async (id: string) => (up(), void webhooks.delete(id)),
    listDeliveries: async (webhookId: string, limit: number) => (
      up(),
      [...deliveries.values()].filter((one) => one.webhookId === webhookId).slice(0, limit)
    ),
    findDeliveries: async (ids: readonly string[]) => (up(), ids.flatMap((id) => deliveries.get(id) ?? [])),
    pendingDeliveries: async () => (up(), [...deliveries.values()].filter((one) => one.status === 'pending')),
    saveDeliveries: async (changed: readonly QueuedDelivery[]) => {
      up();
      for (const one of changed) deliveries.set(one.id, one);
    },
  };
  return repository;
}

export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

/** Answers each request with the next of `answers` (a status, or a function), then with the last one for ever. */
export async function createReceiver(...answers: (number | ((response: ServerResponse) => void))[]) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? 200;
      if (typeof answer === 'function') answer(response);
      else response.writeHead(answer).end('thank you');
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    port,
    received,
    close: () =>
      new Promise<void>((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

export const whsec = `whsec_${Buffer.from('a signing secret of thirty-two b').toString('base64')}`;
export const webhookAt = (url: string, id = 'wh_1'): WebhookWithSecret => ({
  id,
  url,
  description: '',
  secret: whsec,
  createdAt: '2026-11-01T00:00:00.000Z',
});
