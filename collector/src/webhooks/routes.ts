// The webhooks a company has told us to call, and what became of each call. The signing secret is shown once, at creation.
import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { webhookInputSchema, type Delivery, type Webhook } from '../contract.ts';
import { ApiError, invalidRequest, notFound } from '../http/errors.ts';
import { validate, wantsJson } from '../http/validate.ts';
import type { Clock } from '../ports.ts';
import { AddressRefused, type AddressGuard } from './allow.ts';
import type { Deliverer } from './deliver.ts';
import type { QueuedDelivery, WebhookRepository, WebhookWithSecret } from './ports.ts';

const LISTED_DELIVERIES = 200;

export interface WebhookRoutesOptions {
  repository: WebhookRepository;
  deliverer: Pick<Deliverer, 'deliverNow' | 'attempt'>;
  guard: Pick<AddressGuard, 'check'>;
  /** Names of the budgets and monitors that alert this webhook: while there are any it cannot be deleted. */
  alertedBy: (webhookId: string) => Promise<string[]>;
  clock: Clock;
}

export function webhookRoutes({ repository, deliverer, guard, alertedBy, clock }: WebhookRoutesOptions) {
  const find = async (id: string): Promise<WebhookWithSecret> => {
    const webhook = await repository.findWebhook(id);
    if (webhook === null) throw notFound('webhook');
    return webhook;
  };
  const refuseUnreachable = async (url: string): Promise<void> => {
    const { username, password } = new URL(url);
    if (username !== '' || password !== '') throw invalidRequest('url: must not carry a user name or password', 'url');
    try {
      await guard.check(url);
    } catch (error) {
      if (error instanceof AddressRefused) throw invalidRequest(`url: ${error.message}`, 'url');
      throw error;
    }
  };
  const now = (): string => new Date(clock.now()).toISOString();

  return (
    new Hono()
      .get('/webhooks', async (c) => c.json({ webhooks: (await repository.listWebhooks()).map(withoutSecret) }, 200))
      .post('/webhooks', wantsJson, validate('json', webhookInputSchema), async (c) => {
        const input = c.req.valid('json');
        await refuseUnreachable(input.url);
        const secret = `whsec_${randomBytes(32).toString('base64')}`;
        const webhook: WebhookWithSecret = {
          ...input,
          id: `wh_${randomBytes(12).toString('hex')}`,
          secret,
          createdAt: now(),
        };
        await repository.saveWebhook(webhook);
        return c.json(webhook satisfies Webhook, 201);
      })
      .put('/webhooks/:id', wantsJson, validate('json', webhookInputSchema), async (c) => {
        const input = c.req.valid('json');
        const webhook = await find(c.req.param('id'));
        await refuseUnreachable(input.url);
        const changed = { ...webhook, ...input };
        await repository.saveWebhook(changed);
        return c.json(withoutSecret(changed), 200);
      })
      .delete('/webhooks/:id', async (c) => {
        const { id } = await find(c.req.param('id'));
        const names = await alertedBy(id);
        if (names.length > 0) {
          throw new ApiError(
            409,
            'in_use',
            `Budgets or monitors alert this webhook: ${names.join(', ')}. Take it out of them first.`,
          );
        }
        await repository.deleteWebhook(id);
        return c.body(null, 204);
      })
      // Answers after the first attempt, which for a test is also the last.
      .post('/webhooks/:id/test', async (c) => {
        const { id: webhookId } = await find(c.req.param('id'));
        const id = `msg_${randomBytes(16).toString('hex')}`;
        const body = JSON.stringify({ type: 'webhook.test', timestamp: now(), data: { webhookId } });
        const delivery = await deliverer.deliverNow({ id, webhookId, alertId: null, type: 'webhook.test', body });
        return c.json(withoutBody(delivery), 200);
      })
      .get('/webhooks/:id/deliveries', async (c) => {
        const { id } = await find(c.req.param('id'));
        return c.json({ deliveries: (await repository.listDeliveries(id, LISTED_DELIVERIES)).map(withoutBody) }, 200);
      })
      .post('/webhooks/:id/deliveries/:deliveryId/retry', async (c) => {
        const { id } = await find(c.req.param('id'));
        const [delivery] = await repository.findDeliveries([c.req.param('deliveryId')]);
        if (delivery === undefined || delivery.webhookId !== id) throw notFound('delivery');
        if (delivery.status === 'delivered')
          throw new ApiError(409, 'already_delivered', 'This delivery has arrived already.');
        const after = await deliverer.attempt(delivery.id);
        if (after === null) throw notFound('delivery');
        return c.json(withoutBody(after), 200);
      })
  );
}

const withoutSecret = (webhook: WebhookWithSecret): Webhook => ({ ...webhook, secret: null });
const withoutBody = ({
  id,
  webhookId,
  alertId,
  type,
  status,
  attempts,
  nextAttemptAt,
  createdAt,
}: Delivery | QueuedDelivery): Delivery => ({
  id,
  webhookId,
  alertId,
  type,
  status,
  attempts,
  nextAttemptAt,
  createdAt,
});
