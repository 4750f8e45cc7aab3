// The alerts of budgets and of monitors, in one list.
import { Hono } from 'hono';
import { z } from 'zod';
import type { Alert } from '../contract.ts';
import type { BudgetRepository } from '../budgets/ports.ts';
import { validate } from '../http/validate.ts';
import type { MonitorRepository } from '../monitors/ports.ts';

const LISTED_ALERTS = 500;

export interface AlertRoutesOptions {
  budgets: Pick<BudgetRepository, 'listAlerts'>;
  monitors: Pick<MonitorRepository, 'listAlerts'>;
}

/** Newest first; of one budget or one monitor where one is named, of all where none is. */
export function alertRoutes({ budgets, monitors }: AlertRoutesOptions) {
  const asked = z.object({ budgetId: z.string().optional(), monitorId: z.string().optional() });
  return new Hono().get('/alerts', validate('query', asked), async (c) => {
    const { budgetId, monitorId } = c.req.valid('query');
    const limit = LISTED_ALERTS;
    const isAll = budgetId === undefined && monitorId === undefined;
    const lists: Alert[][] = await Promise.all([
      isAll || budgetId !== undefined
        ? budgets.listAlerts({ limit, ...(budgetId === undefined ? {} : { budgetId }) })
        : [],
      isAll || monitorId !== undefined
        ? monitors.listAlerts({ limit, ...(monitorId === undefined ? {} : { monitorId }) })
        : [],
    ]);
    // Each is newest first, and stays in its order where instants are the same.
    const alerts = lists.flat().toSorted((one, other) => Date.parse(other.raisedAt) - Date.parse(one.raisedAt));
    return c.json({ alerts: alerts.slice(0, limit) }, 200);
  });
}
