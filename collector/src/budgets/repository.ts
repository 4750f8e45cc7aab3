// Budgets and alerts in the store. The latest version of a row counts; FINAL is cheap here, the tables are small.
import type { Budget, BudgetAlert } from '../contract.ts';
import { createVersionedInsert, toDateTime, toInstant } from '../store/kept-rows.ts';
import type { SqlParameters, Store } from '../store/store.ts';
import type { BudgetRepository, RaisedAlert } from './ports.ts';

const SELECT_BUDGETS = `
SELECT id, name, scope, limit_usd AS limitUsd, limit_tokens AS limitTokens, period, timezone, thresholds,
  webhook_ids AS webhookIds, toUnixTimestamp64Milli(created_at) AS createdAtMs, toUnixTimestamp64Milli(updated_at) AS updatedAtMs
FROM budgets FINAL
WHERE deleted = 0`;

const SELECT_ALERTS = `
SELECT id, budget_id AS budgetId, budget_name AS budgetName, threshold, spent_usd AS spentUsd, spent_tokens AS spentTokens,
  limit_usd AS limitUsd, limit_tokens AS limitTokens, toUnixTimestamp64Milli(period_start) AS periodStartMs,
  toUnixTimestamp64Milli(period_end) AS periodEndMs, toUnixTimestamp64Milli(raised_at) AS raisedAtMs,
  webhook_ids AS webhookIds, body
FROM alerts FINAL`;

interface LimitColumns {
  limitUsd: string | null;
  limitTokens: number | null;
}
interface BudgetRow extends Omit<Budget, 'scope' | 'limit' | 'createdAt' | 'updatedAt'>, LimitColumns {
  scope: string;
  createdAtMs: number;
  updatedAtMs: number;
}
interface AlertRow
  extends Omit<RaisedAlert, 'kind' | 'limit' | 'periodStart' | 'periodEnd' | 'raisedAt' | 'announced'>, LimitColumns {
  periodStartMs: number;
  periodEndMs: number;
  raisedAtMs: number;
}

export function createBudgetRepository(store: Store): BudgetRepository {
  const insertBudgets = createVersionedInsert(store, 'budgets');
  const insertAlerts = createVersionedInsert(store, 'alerts');

  const budgets = async (where: string, parameters: SqlParameters = {}): Promise<Budget[]> => {
    const rows = await store.query<BudgetRow>(`${SELECT_BUDGETS}${where}\nORDER BY created_at, id`, parameters);
    return rows.map(({ scope, limitUsd, limitTokens, createdAtMs, updatedAtMs, ...row }) => ({
      ...row,
      scope: JSON.parse(scope) as Budget['scope'],
      limit: limitOf({ limitUsd, limitTokens }),
      createdAt: toInstant(createdAtMs),
      updatedAt: toInstant(updatedAtMs),
    }));
  };

  return {
    listBudgets: () => budgets(''),
    findBudget: async (id) => (await budgets(' AND id = {id: String}', { id }))[0] ?? null,
    saveBudget: (budget) =>
      insertBudgets([
        {
          id: budget.id,
          name: budget.name,
          scope: JSON.stringify(budget.scope),
          ...limitColumns(budget.limit),
          period: budget.period,
          timezone: budget.timezone,
          thresholds: budget.thresholds,
          webhook_ids: budget.webhookIds,
          created_at: toDateTime(budget.createdAt),
          updated_at: toDateTime(budget.updatedAt),
        },
      ]),
    deleteBudget: (id) => insertBudgets([{ id, deleted: 1 }]),
    async listAlerts({ budgetId, periodStart, limit }) {
      const conditions = [
        ...(budgetId === undefined ? [] : ['budget_id = {budgetId: String}']),
        ...(periodStart === undefined ? [] : ['toUnixTimestamp64Milli(period_start) = {periodStartMs: Int64}']),
      ];
      const where = conditions.length === 0 ? '' : `\nWHERE ${conditions.join(' AND ')}`;
      const rows = await store.query<AlertRow>(
        `${SELECT_ALERTS}${where}\nORDER BY raised_at DESC, threshold DESC, id\nLIMIT {limit: UInt32}`,
        {
          limit,
          ...(budgetId === undefined ? {} : { budgetId }),
          ...(periodStart === undefined ? {} : { periodStartMs: periodStart.getTime() }),
        },
      );
      return rows.map(alertOf).map(({ webhookIds: _webhookIds, body: _body, ...alert }): BudgetAlert => alert);
    },
    async knownAlerts(ids) {
      if (ids.length === 0) return [];
      const rows = await store.query<{ id: string }>(
        'SELECT DISTINCT id FROM alerts WHERE id IN {ids: Array(String)}',
        { ids },
      );
      return rows.map(({ id }) => id);
    },
    async unannouncedAlerts() {
      const rows = await store.query<AlertRow>(
        `${SELECT_ALERTS}\nWHERE announced = 0\nORDER BY raised_at, threshold, id`,
      );
      return rows.map((row) => ({ ...alertOf(row), announced: false }));
    },
    saveAlerts: (alerts) =>
      insertAlerts(
        alerts.map((alert) => ({
          id: alert.id,
          budget_id: alert.budgetId,
          budget_name: alert.budgetName,
          threshold: alert.threshold,
          spent_usd: alert.spentUsd,
          spent_tokens: alert.spentTokens,
          ...limitColumns(alert.limit),
          period_start: toDateTime(alert.periodStart),
          period_end: toDateTime(alert.periodEnd),
          raised_at: toDateTime(alert.raisedAt),
          webhook_ids: alert.webhookIds,
          body: alert.body,
          announced: alert.announced ? 1 : 0,
        })),
      ),
  };
}

function alertOf({
  limitUsd,
  limitTokens,
  periodStartMs,
  periodEndMs,
  raisedAtMs,
  ...row
}: AlertRow): Omit<RaisedAlert, 'announced'> {
  return {
    ...row,
    kind: 'budget',
    limit: limitOf({ limitUsd, limitTokens }),
    periodStart: toInstant(periodStartMs),
    periodEnd: toInstant(periodEndMs),
    raisedAt: toInstant(raisedAtMs),
  };
}

const limitOf = ({ limitUsd, limitTokens }: LimitColumns): Budget['limit'] =>
  limitUsd === null ? { tokens: Number(limitTokens) } : { usd: limitUsd };
const limitColumns = (limit: Budget['limit']) => ({
  limit_usd: 'usd' in limit ? limit.usd : null,
  limit_tokens: 'tokens' in limit ? limit.tokens : null,
});
