// The nouns of sending: a webhook with its secret, a delivery with its body, and the place both are kept.
import type { Delivery, Webhook } from '../contract.ts';

export interface WebhookWithSecret extends Webhook {
  /** `whsec_` and 32 random bytes in base64. */
  secret: string;
}

/** A delivery as the queue holds it. Its id is the `webhook-id` header, the same in every attempt. */
export interface QueuedDelivery extends Delivery {
  /** The exact bytes that are signed and sent. */
  body: string;
}
export type NewDelivery = Pick<QueuedDelivery, 'id' | 'webhookId' | 'alertId' | 'type' | 'body'>;

/** Writes resolve when they are durable. */
export interface WebhookRepository {
  /** Oldest first. */
  listWebhooks(): Promise<WebhookWithSecret[]>;
  findWebhook(id: string): Promise<WebhookWithSecret | null>;
  saveWebhook(webhook: WebhookWithSecret): Promise<void>;
  deleteWebhook(id: string): Promise<void>;
  /** Newest first. */
  listDeliveries(webhookId: string, limit: number): Promise<QueuedDelivery[]>;
  findDeliveries(ids: readonly string[]): Promise<QueuedDelivery[]>;
  /** Everything not yet delivered or failed, the next due first. */
  pendingDeliveries(): Promise<QueuedDelivery[]>;
  saveDeliveries(deliveries: readonly QueuedDelivery[]): Promise<void>;
}
