// Budgets as a resource, and where each stands now.
import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { formatPico } from '@spanledger/instrumentation/pricing';
import { budgetInputSchema, type Budget, type BudgetInput } from '../contract.ts';
import { invalidRequest, notFound } from '../http/errors.ts';
import { validate, wantsJson } from '../http/validate.ts';
import type { Clock } from '../ports.ts';
import { evaluateBudget } from './evaluate.ts';
import { periodAt } from './period.ts';
import type { BudgetRepository, SpendOf } from './ports.ts';

const LISTED_ALERTS = 500;

export interface BudgetRoutesOptions {
  repository: BudgetRepository;
  spend: SpendOf;
  /** Those of the ids that are no webhook. */
  unknownWebhooks: (ids: readonly string[]) => Promise<string[]>;
  /** A budget was made or changed: time to look whether it is crossed already. Not waited for. */
  onChange: () => void;
  clock: Clock;
}

export function budgetRoutes({ repository, spend, unknownWebhooks, onChange, clock }: BudgetRoutesOptions) {
  const find = async (id: string): Promise<Budget> => {
    const budget = await repository.findBudget(id);
    if (budget === null) throw notFound('budget');
    return budget;
  };
  const settle = async (input: BudgetInput): Promise<BudgetInput> => {
    const webhookIds = [...new Set(input.webhookIds)];
    const [unknown] = webhookIds.length === 0 ? [] : await unknownWebhooks(webhookIds);
    if (unknown !== undefined) throw invalidRequest(`webhookIds: there is no webhook ${unknown}`, 'webhookIds');
    return { ...input, webhookIds, thresholds: [...new Set(input.thresholds)].toSorted((a, b) => a - b) };
  };
  const now = (): string => new Date(clock.now()).toISOString();

  return (
    new Hono()
      .get('/budgets', async (c) => c.json({ budgets: await repository.listBudgets() }, 200))
      .post('/budgets', wantsJson, validate('json', budgetInputSchema), async (c) => {
        const input = await settle(c.req.valid('json'));
        const budget: Budget = {
          ...input,
          id: `bud_${randomBytes(12).toString('hex')}`,
          createdAt: now(),
          updatedAt: now(),
        };
        await repository.saveBudget(budget);
        onChange();
        return c.json(budget, 201);
      })
      .get('/budgets/:id', async (c) => c.json(await find(c.req.param('id')), 200))
      // Thresholds already alerted in this period stay alerted, whatever the new limit.
      .put('/budgets/:id', wantsJson, validate('json', budgetInputSchema), async (c) => {
        const before = await find(c.req.param('id'));
        const input = await settle(c.req.valid('json'));
        const budget: Budget = { ...input, id: before.id, createdAt: before.createdAt, updatedAt: now() };
        await repository.saveBudget(budget);
        onChange();
        return c.json(budget, 200);
      })
      // Its alerts stay in the list: they happened.
      .delete('/budgets/:id', async (c) => {
        const { id } = await find(c.req.param('id'));
        await repository.deleteBudget(id);
        return c.body(null, 204);
      })
      .get('/budgets/:id/status', async (c) => {
        const budget = await find(c.req.param('id'));
        const period = periodAt(new Date(clock.now()), budget.period, budget.timezone);
        const [spent, alerts] = await Promise.all([
          spend(budget, period.start, period.end),
          repository.listAlerts({ budgetId: budget.id, periodStart: period.start, limit: LISTED_ALERTS }),
        ]);
        const inUsd = 'usd' in budget.limit;
        const inUnit = ({ usdPico, tokens }: { usdPico: bigint; tokens: number }) => ({
          spentUsd: inUsd ? formatPico(usdPico) : null,
          spentTokens: inUsd ? null : tokens,
        });
        return c.json(
          {
            budgetId: budget.id,
            periodStart: period.start.toISOString(),
            periodEnd: period.end.toISOString(),
            ...inUnit(spent),
            ...evaluateBudget(budget, spent),
            unpricedCalls: spent.unpricedCalls,
            burn: spent.burn.map((point) => ({ at: point.at.toISOString(), ...inUnit(point) })),
            alerts,
          },
          200,
        );
      })
  );
}
