// Webhooks and deliveries in the store. The latest version of a row counts; FINAL is cheap here, the tables are small.
import type { Delivery } from '../contract.ts';
import { createVersionedInsert, toDateTime, toInstant } from '../store/kept-rows.ts';
import type { SqlParameters, Store } from '../store/store.ts';
import type { QueuedDelivery, WebhookRepository, WebhookWithSecret } from './ports.ts';

const SELECT_WEBHOOKS = `
SELECT id, url, description, secret, toUnixTimestamp64Milli(created_at) AS createdAtMs
FROM webhooks FINAL
WHERE deleted = 0`;

const SELECT_DELIVERIES = `
SELECT id, webhook_id AS webhookId, alert_id AS alertId, type, status, body, attempts,
  toUnixTimestamp64Milli(next_attempt_at) AS nextAttemptAtMs, toUnixTimestamp64Milli(created_at) AS createdAtMs
FROM deliveries FINAL`;

interface WebhookRow {
  id: string;
  url: string;
  description: string;
  secret: string;
  createdAtMs: number;
}
interface DeliveryRow extends Omit<QueuedDelivery, 'attempts' | 'nextAttemptAt' | 'createdAt'> {
  attempts: string;
  nextAttemptAtMs: number | null;
  createdAtMs: number;
}

export function createWebhookRepository(store: Store): WebhookRepository {
  const insertWebhooks = createVersionedInsert(store, 'webhooks');
  const insertDeliveries = createVersionedInsert(store, 'deliveries');

  const webhooks = async (where: string, parameters: SqlParameters = {}): Promise<WebhookWithSecret[]> => {
    const rows = await store.query<WebhookRow>(`${SELECT_WEBHOOKS}${where}\nORDER BY created_at, id`, parameters);
    return rows.map(({ createdAtMs, ...row }) => ({ ...row, createdAt: toInstant(createdAtMs) }));
  };
  const deliveries = async (rest: string, parameters: SqlParameters): Promise<QueuedDelivery[]> => {
    const rows = await store.query<DeliveryRow>(`${SELECT_DELIVERIES}\n${rest}`, parameters);
    return rows.map(({ attempts, nextAttemptAtMs, createdAtMs, ...row }) => ({
      ...row,
      attempts: JSON.parse(attempts) as Delivery['attempts'],
      nextAttemptAt: nextAttemptAtMs === null ? null : toInstant(nextAttemptAtMs),
      createdAt: toInstant(createdAtMs),
    }));
  };

  return {
    listWebhooks: () => webhooks(''),
    findWebhook: async (id) => (await webhooks(' AND id = {id: String}', { id }))[0] ?? null,
    saveWebhook: ({ id, url, description, secret, createdAt }) =>
      insertWebhooks([{ id, url, description, secret, created_at: toDateTime(createdAt) }]),
    // The secret goes with the webhook: the row that says deleted carries none.
    deleteWebhook: (id) => insertWebhooks([{ id, deleted: 1 }]),
    listDeliveries: (webhookId, limit) =>
      deliveries('WHERE webhook_id = {webhookId: String}\nORDER BY created_at DESC, id\nLIMIT {limit: UInt32}', {
        webhookId,
        limit,
      }),
    findDeliveries: async (ids) => (ids.length === 0 ? [] : deliveries('WHERE id IN {ids: Array(String)}', { ids })),
    pendingDeliveries: () => deliveries("WHERE status = 'pending'\nORDER BY next_attempt_at, id", {}),
    saveDeliveries: (changed) =>
      insertDeliveries(
        changed.map((one) => ({
          id: one.id,
          webhook_id: one.webhookId,
          alert_id: one.alertId,
          type: one.type,
          status: one.status,
          body: one.body,
          attempts: JSON.stringify(one.attempts),
          next_attempt_at: one.nextAttemptAt === null ? null : toDateTime(one.nextAttemptAt),
          created_at: toDateTime(one.createdAt),
        })),
      ),
  };
}
