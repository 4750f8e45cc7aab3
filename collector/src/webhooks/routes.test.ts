import { Hono } from 'hono';
import { Webhook } from 'standardwebhooks';
import { afterEach, expect, test } from 'vitest';
import { deliverySchema, webhookSchema } from '../contract.ts';
import { onError } from '../http/errors.ts';
import { systemClock } from '../ports.ts';
import { createAddressGuard } from './allow.ts';
import { createDeliverer } from './deliver.ts';
import { createMemoryWebhooks, createReceiver, silentLog } from './fakes.ts';
import { webhookRoutes } from './routes.ts';
import { createSender } from './send.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

function serving({ allow = ['127.0.0.0/8'], used = [] as string[] } = {}) {
  const repository = createMemoryWebhooks();
  const guard = createAddressGuard({ allow, resolve: async () => [{ address: '10.0.0.1', family: 4 }] });
  const deliverer = createDeliverer({
    repository,
    sender: createSender({ guard }),
    clock: systemClock,
    log: silentLog,
  });
  ends.push(() => deliverer.stop());
  const app = new Hono().route(
    '/api',
    webhookRoutes({ repository, deliverer, guard, alertedBy: async () => used, clock: systemClock }),
  );
  app.onError(onError(silentLog));
  const call = async (method: string, path: string, body?: unknown) => {
    const init =
      body === undefined
        ? { method }
        : { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await app.request(path, init);
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text) };
  };
  return { call, repository };
}

async function receiving(...answers: Parameters<typeof createReceiver>) {
  const receiver = await createReceiver(...answers);
  ends.push(receiver.close);
  return receiver;
}

test('the secret is shown when the webhook is made and never again', async () => {
  const { call } = serving();
  const made = await call('POST', '/api/webhooks', { url: 'http://127.0.0.1:1/a' });
  expect(made.status).toBe(201);
  expect(webhookSchema.parse(made.body)).toMatchObject({
    url: 'http://127.0.0.1:1/a',
    description: '',
    secret: expect.stringMatching(/^whsec_.{44}$/),
  });
  expect((await call('GET', '/api/webhooks')).body.webhooks).toEqual([{ ...made.body, secret: null }]);
  const changed = await call('PUT', `/api/webhooks/${made.body.id}`, {
    url: 'http://127.0.0.1:1/b',
    description: 'ops',
  });
  expect(changed).toEqual({
    status: 200,
    body: { ...made.body, url: 'http://127.0.0.1:1/b', description: 'ops', secret: null },
  });
});

test.each([
  'http://127.0.0.1/',
  'http://[::1]:8080/',
  'http://inside.example/',
  'ftp://example.com/',
  'https://user:pass@1.1.1.1/',
  'nonsense',
])('refuses %s, naming the field', async (url) => {
  const { call, repository } = serving({ allow: [] });
  expect(await call('POST', '/api/webhooks', { url })).toEqual({
    status: 400,
    body: { error: { code: 'invalid_request', message: expect.any(String), field: 'url' } },
  });
  expect(repository.webhooks.size).toBe(0);
});

test('a test is sent signed and answered after its one attempt', async () => {
  const receiver = await receiving(200, 500);
  const { call } = serving();
  const { body: webhook } = await call('POST', '/api/webhooks', { url: receiver.url });
  const sent = await call('POST', `/api/webhooks/${webhook.id}/test`);
  expect(deliverySchema.strict().parse(sent.body)).toMatchObject({
    type: 'webhook.test',
    status: 'delivered',
    alertId: null,
    attempts: [{ httpStatus: 200 }],
  });
  const [request] = receiver.received;
  expect(
    new Webhook(webhook.secret).verify(request?.body ?? '', request?.headers as Record<string, string>),
  ).toMatchObject({ type: 'webhook.test', data: { webhookId: webhook.id } });
  const failed = await call('POST', `/api/webhooks/${webhook.id}/test`);
  expect(failed.body).toMatchObject({
    status: 'failed',
    nextAttemptAt: null,
    attempts: [{ httpStatus: 500, error: 'answered 500' }],
  });
  expect((await call('GET', `/api/webhooks/${webhook.id}/deliveries`)).body.deliveries).toHaveLength(2);
});

test('a failed delivery can be sent again by hand, a delivered one not', async () => {
  const receiver = await receiving(500, 200);
  const { call } = serving();
  const { body: webhook } = await call('POST', '/api/webhooks', { url: receiver.url });
  const { body: failed } = await call('POST', `/api/webhooks/${webhook.id}/test`);
  const retry = `/api/webhooks/${webhook.id}/deliveries/${failed.id}/retry`;
  expect((await call('POST', retry)).body).toMatchObject({
    id: failed.id,
    status: 'delivered',
    attempts: [{ httpStatus: 500 }, { httpStatus: 200 }],
  });
  expect(await call('POST', retry)).toMatchObject({ status: 409, body: { error: { code: 'already_delivered' } } });
  expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([failed.id, failed.id]);
});

test('a webhook that budgets alert is not deleted, and the answer names them', async () => {
  const used = ['Support bot'];
  const { call, repository } = serving({ used });
  const { body } = await call('POST', '/api/webhooks', { url: 'http://127.0.0.1:1/' });
  expect(await call('DELETE', `/api/webhooks/${body.id}`)).toMatchObject({
    status: 409,
    body: { error: { code: 'in_use', message: expect.stringContaining('Support bot') } },
  });
  used.length = 0;
  expect((await call('DELETE', `/api/webhooks/${body.id}`)).status).toBe(204);
  expect(repository.webhooks.size).toBe(0);
});

test('what is not there is 404', async () => {
  const { call } = serving();
  const { body } = await call('POST', '/api/webhooks', { url: 'http://127.0.0.1:1/' });
  for (const [method, path] of [
    ['DELETE', 'x'],
    ['POST', 'x/test'],
    ['GET', 'x/deliveries'],
    ['POST', `${body.id}/deliveries/x/retry`],
  ] as const) {
    expect((await call(method, `/api/webhooks/${path}`)).status).toBe(404);
  }
});
