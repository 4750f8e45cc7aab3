// For tests: budgets and alerts in memory, and a spend that is whatever the test says.
import { parseUsd } from '@spanledger/instrumentation/pricing';
import type { Budget } from '../contract.ts';
import { StoreError } from '../store/store.ts';
import type { BudgetRepository, RaisedAlert, Spend } from './ports.ts';

export function createMemoryBudgets(
  ...initial: Budget[]
): BudgetRepository & { down: boolean; alerts: Map<string, RaisedAlert>; budgets: Map<string, Budget> } {
  const budgets = new Map(initial.map((budget) => [budget.id, budget]));
  const alerts = new Map<string, RaisedAlert>();
  const up = (): void => {
    if (repository.down) throw new StoreError('unavailable', 'down');
  };
  const repository = {
    down: false,
    alerts,
    budgets,
    listBudgets: async () => (up(), [...budgets.values()]),
    findBudget: async (id: string) => (up(), budgets.get(id) ?? null),
    saveBudget: async (budget: Budget) => (up(), void budgets.set(budget.id, budget)),
    deleteBudget: async (id: string) => (up(), void budgets.delete(id)),
    listAlerts: async ({ budgetId, periodStart, limit }: { budgetId?: string; periodStart?: Date; limit: number }) => {
      up();
      return [...alerts.values()]
        .filter(
          (alert) =>
            (budgetId === undefined || alert.budgetId === budgetId) &&
            (periodStart === undefined || alert.periodStart === periodStart.toISOString()),
        )
        .map(({ webhookIds: _webhookIds, body: _body, announced: _announced, ...alert }) => alert)
        .toReversed()
        .slice(0, limit);
    },
    knownAlerts: async (ids: readonly string[]) => (up(), ids.filter((id) => alerts.has(id))),
    unannouncedAlerts: async () => (up(), [...alerts.values()].filter((alert) => !alert.announced)),
    saveAlerts: async (changed: readonly RaisedAlert[]) => {
      up();
      for (const alert of changed) alerts.set(alert.id, alert);
    },
  };
  return repository;
}

export const spent = (usd: string, more: Partial<Spend> = {}): Spend => ({
  usdPico: parseUsd(usd),
  tokens: 0,
  unpricedCalls: 0,
  contributors: [],
  burn: [],
  ...more,
});

export const budgetOf = (changes: Partial<Budget> = {}): Budget => ({
  id: 'bud_1',
  name: 'Support bot',
  scope: { feature: 'support' },
  limit: { usd: '100.00' },
  period: 'day',
  timezone: 'UTC',
  thresholds: [50, 80, 100],
  webhookIds: ['wh_1', 'wh_2'],
  createdAt: '2026-11-01T00:00:00.000Z',
  updatedAt: '2026-11-01T00:00:00.000Z',
  ...changes,
});
