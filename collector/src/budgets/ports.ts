// What budgets need from the rest: what was spent (a question to the calls), a place to keep budgets and alerts,
// and somebody who sends webhooks. The stages meet in main.ts; nothing here knows ClickHouse or HTTP.
import type { Budget, BudgetAlert, Dimension } from '../contract.ts';
import type { NewDelivery } from '../webhooks/ports.ts';

/** What the calls in a budget's scope, started in [periodStart, periodEnd), cost. */
export interface Spend {
  /** The exact sum of the priced calls, in 10^-12 USD. */
  usdPico: bigint;
  /** input + cacheWrite5m + cacheWrite1h + cacheRead + output. */
  tokens: number;
  /** Calls in scope whose cost is unknown; `usdPico` is at least what is said. */
  unpricedCalls: number;
  /** The largest parts, largest first, of one dimension that the scope leaves open (`feature`, else another). */
  contributors: readonly { dimension: Dimension; value: string | null; usdPico: bigint; tokens: number }[];
  /** Cumulative spend, oldest first: one point an hour (period "day") or a day (week, month), up to now. */
  burn: readonly { at: Date; usdPico: bigint; tokens: number }[];
}

/** Rejects when the store does not answer; never answers 0 for unknown. */
export type SpendOf = (budget: Budget, periodStart: Date, periodEnd: Date) => Promise<Spend>;

/** An alert with what it takes to announce it again, should the process end in the middle. */
export interface RaisedAlert extends BudgetAlert {
  webhookIds: readonly string[];
  /** The webhook body, as it is signed and sent. */
  body: string;
  /** A delivery stands for each of `webhookIds`. */
  announced: boolean;
}

/** Writes resolve when they are durable. */
export interface BudgetRepository {
  /** Oldest first. */
  listBudgets(): Promise<Budget[]>;
  findBudget(id: string): Promise<Budget | null>;
  saveBudget(budget: Budget): Promise<void>;
  deleteBudget(id: string): Promise<void>;
  /** Newest first. */
  listAlerts(filter: { budgetId?: string; periodStart?: Date; limit: number }): Promise<BudgetAlert[]>;
  /** Those of the ids that are alerts already. */
  knownAlerts(ids: readonly string[]): Promise<string[]>;
  unannouncedAlerts(): Promise<RaisedAlert[]>;
  saveAlerts(alerts: readonly RaisedAlert[]): Promise<void>;
}

/** The sender of webhooks, as far as budgets know it. */
export interface DeliveryQueue {
  /** Resolves when every delivery is durable; one that stands already (same id) is left as it is. */
  enqueue(deliveries: readonly NewDelivery[]): Promise<void>;
}
