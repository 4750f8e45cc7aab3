// The crossing of one threshold in one period, and the webhook body that tells of it. Pure.
import { formatPico } from '@spanledger/instrumentation/pricing';
import type { Budget } from '../contract.ts';
import { digestOf } from '../digest.ts';
import type { Period } from './period.ts';
import type { RaisedAlert, Spend } from './ports.ts';
import type { NewDelivery } from '../webhooks/ports.ts';

const TOP_CONTRIBUTORS = 5;

/**
 * One per budget, threshold and period, whoever computes it and however often. The limit is no part of it: a budget that
 * is raised or lowered within a period does not repeat the thresholds it has alerted; new thresholds alert as they are
 * reached. Another period kind or time zone has other period starts, and so alerts anew.
 */
export const alertId = (budgetId: string, threshold: number, periodStart: Date): string =>
  `alert_${digestOf([budgetId, threshold, periodStart.toISOString()])}`;

/** Also the `webhook-id` header, by which a receiver recognises a repetition. */
export const deliveryId = (alert: string, webhookId: string): string => `msg_${digestOf([alert, webhookId])}`;

export function raiseAlert(
  budget: Budget,
  threshold: number,
  period: Period,
  spend: Spend,
  { at, url }: { at: Date; url: string },
): RaisedAlert {
  const inUsd = 'usd' in budget.limit;
  const spent = inUsd ? { spentUsd: formatPico(spend.usdPico) } : { spentTokens: spend.tokens };
  const [periodStart, periodEnd, raisedAt] = [period.start.toISOString(), period.end.toISOString(), at.toISOString()];
  const body = {
    type: 'budget.threshold_reached',
    timestamp: raisedAt,
    data: {
      budget: {
        id: budget.id,
        name: budget.name,
        scope: budget.scope,
        period: budget.period,
        timezone: budget.timezone,
      },
      threshold,
      ...spent,
      limit: budget.limit,
      periodStart,
      periodEnd,
      topContributors: spend.contributors.slice(0, TOP_CONTRIBUTORS).map(({ dimension, value, usdPico, tokens }) => ({
        dimension,
        value,
        ...(inUsd ? { spentUsd: formatPico(usdPico) } : { spentTokens: tokens }),
      })),
      url,
    },
  };
  return {
    kind: 'budget',
    id: alertId(budget.id, threshold, period.start),
    budgetId: budget.id,
    budgetName: budget.name,
    threshold,
    spentUsd: null,
    spentTokens: null,
    ...spent,
    limit: budget.limit,
    periodStart,
    periodEnd,
    raisedAt,
    webhookIds: budget.webhookIds,
    body: JSON.stringify(body),
    announced: false,
  };
}

export const deliveriesOf = ({ id, webhookIds, body }: RaisedAlert): NewDelivery[] =>
  webhookIds.map((webhookId) => ({
    id: deliveryId(id, webhookId),
    webhookId,
    alertId: id,
    type: 'budget.threshold_reached',
    body,
  }));
