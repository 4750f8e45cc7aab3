// Watches every budget: after each append and on a clock it asks what was spent, raises an alert for each threshold newly
// reached, and hands its webhooks to the queue. Order makes it safe to die anywhere: first the alert is durable, then its
// deliveries, then the note that they are; whatever is missing is made up on the next check, under the same ids.
import { createChecks, type Watcher } from '../checks.ts';
import type { Budget } from '../contract.ts';
import type { Clock, Log } from '../ports.ts';
import { alertId, deliveriesOf, raiseAlert } from './alert.ts';
import { evaluateBudget } from './evaluate.ts';
import { periodAt, periodBefore, type Period } from './period.ts';
import type { BudgetRepository, DeliveryQueue, SpendOf } from './ports.ts';

/** A period is watched this long after its end, for calls that were reported late. */
const LATE_MS = 15 * 60_000;
const MAX_REMEMBERED = 10_000;

export function createBudgetWatcher({
  repository,
  spend,
  webhooks,
  urlOf,
  clock,
  log,
  held = () => true,
  everyMs = 60_000,
  restMs = 250,
}: {
  repository: Pick<BudgetRepository, 'listBudgets' | 'knownAlerts' | 'unannouncedAlerts' | 'saveAlerts'>;
  spend: SpendOf;
  webhooks: DeliveryQueue;
  /** Where a person looks at the budget: the dashboard's address of it. */
  urlOf: (budget: Budget) => string;
  clock: Clock;
  log: Log;
  /** Of several collectors one watches. Two at once raise an alert under the same id, and its webhooks too. */
  held?: () => boolean;
  everyMs?: number;
  /** The least time from one check to the next: a stream of appends must not become a stream of queries. */
  restMs?: number;
}): Watcher {
  /** Ids known to stand in the store, so that a budget over its limit costs no look-up at every append. */
  const known = new Set<string>();
  /** After a start or a failure there may be alerts whose deliveries were never made. */
  let mayBeUnannounced = true;

  async function checkAll(): Promise<void> {
    try {
      if (mayBeUnannounced) {
        await announce(await repository.unannouncedAlerts());
        mayBeUnannounced = false;
      }
      for (const budget of await repository.listBudgets()) {
        try {
          for (const period of periodsToWatch(budget, new Date(clock.now()))) await checkBudget(budget, period);
        } catch (error) {
          log.error('budget could not be checked', { budgetId: budget.id, error });
        }
      }
    } catch (error) {
      log.error('budgets could not be checked', { error });
    }
  }

  async function checkBudget(budget: Budget, period: Period): Promise<void> {
    const spent = await spend(budget, period.start, period.end);
    const fresh = await notYetAlerted(budget, period, evaluateBudget(budget, spent).reached);
    if (fresh.length === 0) return;
    const about = { at: new Date(clock.now()), url: urlOf(budget) };
    const alerts = fresh.map((threshold) => raiseAlert(budget, threshold, period, spent, about));
    try {
      await repository.saveAlerts(alerts);
      for (const { id } of alerts) known.add(id);
      log.info('budget threshold reached', { budgetId: budget.id, thresholds: fresh });
      await announce(alerts);
    } catch (error) {
      mayBeUnannounced = true;
      throw error;
    }
  }

  async function notYetAlerted(budget: Budget, period: Period, reached: readonly number[]): Promise<number[]> {
    const idOf = (threshold: number): string => alertId(budget.id, threshold, period.start);
    const unknown = reached.map(idOf).filter((id) => !known.has(id));
    if (unknown.length === 0) return [];
    if (known.size > MAX_REMEMBERED) known.clear();
    for (const id of await repository.knownAlerts(unknown)) known.add(id);
    return reached.filter((threshold) => !known.has(idOf(threshold)));
  }

  async function announce(alerts: Awaited<ReturnType<typeof repository.unannouncedAlerts>>): Promise<void> {
    if (alerts.length === 0) return;
    await webhooks.enqueue(alerts.flatMap(deliveriesOf));
    await repository.saveAlerts(alerts.map((alert) => ({ ...alert, announced: true })));
  }

  return createChecks({
    checkAll,
    held,
    // Whoever watches meanwhile may die before an alert's deliveries are made.
    onNotHeld: () => (mayBeUnannounced = true),
    clock,
    everyMs,
    restMs,
  });
}

/** The current period and, shortly after its end, the one before it, unless the budget is younger than that. */
export function periodsToWatch(
  { period: kind, timezone, createdAt }: Pick<Budget, 'period' | 'timezone' | 'createdAt'>,
  now: Date,
): Period[] {
  const current = periodAt(now, kind, timezone);
  const late = now.getTime() - current.start.getTime() < LATE_MS && Date.parse(createdAt) < current.start.getTime();
  return late ? [periodBefore(current, kind, timezone), current] : [current];
}
