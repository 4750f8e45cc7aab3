import { expect, test } from 'vitest';
import type { Budget } from '../contract.ts';
import { createFakeClock, silentLog } from '../webhooks/fakes.ts';
import type { NewDelivery } from '../webhooks/ports.ts';
import { budgetOf, createMemoryBudgets, spent } from './fakes.ts';
import type { Spend } from './ports.ts';
import { createBudgetWatcher } from './watch.ts';

const NOON = '2026-11-21T12:00:00.000Z';

function watching({ repository = createMemoryBudgets(budgetOf()), clock = createFakeClock(NOON) } = {}) {
  const queued: NewDelivery[] = [];
  const world = {
    repository,
    clock,
    queued,
    queueDown: false,
    asked: [] as string[],
    spend: async (_budget: Budget, _start: Date): Promise<Spend> => spent('0'),
    /** A watcher as after a start of the process: it remembers nothing. */
    start: () =>
      createBudgetWatcher({
        repository,
        clock,
        log: silentLog,
        urlOf: ({ id }) => `http://ledger/budgets/${id}`,
        spend: (budget, start) => {
          world.asked.push(`${budget.id} ${start.toISOString().slice(0, 10)}`);
          return world.spend(budget, start);
        },
        webhooks: {
          enqueue: async (deliveries) => {
            if (world.queueDown) throw new Error('died here');
            for (const one of deliveries) if (!queued.some(({ id }) => id === one.id)) queued.push(one);
          },
        },
      }),
    thresholds: () => [...repository.alerts.values()].map(({ threshold }) => threshold),
  };
  return world;
}

test('the body of an alert says what was crossed, by how much, and by whom', async () => {
  const world = watching();
  world.spend = async () =>
    spent('50.000000000001', {
      contributors: [
        { dimension: 'model', value: 'claude-opus-4-5', usdPico: 40_000_000_000_000n, tokens: 9 },
        { dimension: 'model', value: null, usdPico: 1n, tokens: 1 },
      ],
    });
  await world.start().check();
  expect(world.queued.map(({ webhookId, type }) => ({ webhookId, type }))).toEqual([
    { webhookId: 'wh_1', type: 'budget.threshold_reached' },
    { webhookId: 'wh_2', type: 'budget.threshold_reached' },
  ]);
  expect(JSON.parse(world.queued[0]?.body ?? '')).toEqual({
    type: 'budget.threshold_reached',
    timestamp: NOON,
    data: {
      budget: { id: 'bud_1', name: 'Support bot', scope: { feature: 'support' }, period: 'day', timezone: 'UTC' },
      threshold: 50,
      spentUsd: '50.000000000001',
      limit: { usd: '100.00' },
      periodStart: '2026-11-21T00:00:00.000Z',
      periodEnd: '2026-11-22T00:00:00.000Z',
      topContributors: [
        { dimension: 'model', value: 'claude-opus-4-5', spentUsd: '40.000000000000' },
        { dimension: 'model', value: null, spentUsd: '0.000000000001' },
      ],
      url: 'http://ledger/budgets/bud_1',
    },
  });
});

test('a budget of tokens tells tokens', async () => {
  const world = watching({ repository: createMemoryBudgets(budgetOf({ limit: { tokens: 1000 } })) });
  world.spend = async () => spent('0', { tokens: 500 });
  await world.start().check();
  expect(JSON.parse(world.queued[0]?.body ?? '').data).toMatchObject({ spentTokens: 500, limit: { tokens: 1000 } });
  expect([...world.repository.alerts.values()]).toMatchObject([{ spentUsd: null, spentTokens: 500, announced: true }]);
});

test('each threshold alerts once, across restarts between 50 % and 80 %', async () => {
  const world = watching();
  world.spend = async () => spent('60');
  const first = world.start();
  await first.check();
  await first.check();
  expect(world.thresholds()).toEqual([50]);
  await world.start().check();
  world.spend = async () => spent('130');
  await world.start().check();
  await world.start().check();
  expect(world.thresholds()).toEqual([50, 80, 100]);
  expect(world.queued).toHaveLength(6);
  expect(new Set(world.queued.map(({ id }) => id)).size).toBe(6);
});

test('the next period alerts anew', async () => {
  const world = watching();
  world.spend = async () => spent('50');
  const watcher = world.start();
  await watcher.check();
  await world.clock.advance(24 * 3_600_000);
  await watcher.check();
  expect([...world.repository.alerts.values()].map(({ periodStart }) => periodStart.slice(0, 10))).toEqual([
    '2026-11-21',
    '2026-11-22',
  ]);
});

test('a changed limit repeats no threshold, and a new threshold alerts', async () => {
  const world = watching();
  world.spend = async () => spent('60');
  const watcher = world.start();
  await watcher.check();
  world.repository.budgets.set('bud_1', budgetOf({ limit: { usd: '110' }, thresholds: [50, 54, 90] }));
  await watcher.check();
  expect(world.thresholds()).toEqual([50, 54]);
});

test('a process that died between the alert and its deliveries makes them up on the next start, once', async () => {
  const world = watching();
  world.spend = async () => spent('50');
  world.queueDown = true;
  await world.start().check();
  expect(world.thresholds()).toEqual([50]);
  expect(world.queued).toEqual([]);
  world.queueDown = false;
  await world.start().check();
  await world.start().check();
  expect(world.queued.map(({ webhookId }) => webhookId)).toEqual(['wh_1', 'wh_2']);
});

test('a queue that failed for one budget is asked again by the same watcher, whatever went well since', async () => {
  const world = watching({ repository: createMemoryBudgets(budgetOf({ id: 'bud_a' }), budgetOf({ id: 'bud_b' })) });
  world.spend = async ({ id }) => {
    if (id === 'bud_b') world.queueDown = false;
    return spent('50');
  };
  world.queueDown = true;
  const watcher = world.start();
  await watcher.check();
  expect(world.queued).toHaveLength(2);
  await watcher.check();
  expect(world.queued).toHaveLength(4);
});

test('one budget that cannot be asked about does not keep the others from alerting, nor does a store that was away', async () => {
  const world = watching({
    repository: createMemoryBudgets(budgetOf({ id: 'bud_bad' }), budgetOf({ id: 'bud_good' })),
  });
  world.spend = async ({ id }) => (id === 'bud_bad' ? Promise.reject(new Error('no')) : spent('50'));
  const watcher = world.start();
  world.repository.down = true;
  await watcher.check();
  expect(world.thresholds()).toEqual([]);
  world.repository.down = false;
  await watcher.check();
  expect([...world.repository.alerts.values()].map(({ budgetId }) => budgetId)).toEqual(['bud_good']);
});

test('calls that are reported shortly after the period ended still count, but not for a younger budget', async () => {
  const repository = createMemoryBudgets(
    budgetOf({ id: 'bud_old' }),
    budgetOf({ id: 'bud_new', createdAt: '2026-11-22T00:05:00.000Z' }),
  );
  const world = watching({ repository, clock: createFakeClock('2026-11-22T00:10:00.000Z') });
  const watcher = world.start();
  await watcher.check();
  expect(world.asked).toEqual(['bud_old 2026-11-21', 'bud_old 2026-11-22', 'bud_new 2026-11-22']);
  await world.clock.advance(10 * 60_000);
  world.asked.length = 0;
  await watcher.check();
  expect(world.asked).toEqual(['bud_old 2026-11-22', 'bud_new 2026-11-22']);
});

test('checks asked for during a check share one more', async () => {
  const world = watching();
  let open = (_spend: Spend): void => {};
  const gate = new Promise<Spend>((resolve) => (open = resolve));
  world.spend = () => gate;
  const watcher = world.start();
  const checks = [watcher.check(), watcher.check(), watcher.check(), watcher.check()];
  open(spent('0'));
  await checks[0];
  await new Promise(setImmediate);
  checks.push(watcher.check());
  await world.clock.advance(250);
  await Promise.all(checks);
  expect(world.asked).toHaveLength(2);
});

test('started, it checks on the clock until it is stopped', async () => {
  const world = watching();
  const watcher = world.start();
  watcher.start();
  await new Promise(setImmediate);
  await world.clock.advance(60_000);
  expect(world.asked).toHaveLength(2);
  await watcher.stop();
  await world.clock.advance(60_000);
  expect(world.asked).toHaveLength(2);
});
