// Budgets, monitors, webhooks, alerts and deliveries on the real engine.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { budgetOf, spent } from '../budgets/fakes.ts';
import { raiseAlert } from '../budgets/alert.ts';
import { periodAt } from '../budgets/period.ts';
import type { BudgetRepository, RaisedAlert } from '../budgets/ports.ts';
import { createBudgetRepository } from '../budgets/repository.ts';
import { beginEpisode, recover } from '../monitors/episode.ts';
import { windowAt } from '../monitors/evaluate.ts';
import { monitorOf } from '../monitors/fakes.ts';
import { createMonitorRepository } from '../monitors/repository.ts';
import { webhookAt } from '../webhooks/fakes.ts';
import type { QueuedDelivery } from '../webhooks/ports.ts';
import { createWebhookRepository } from '../webhooks/repository.ts';
import { openTemporaryStore } from './fakes.ts';
import type { Store } from './store.ts';

let store: Store;
let budgets: BudgetRepository;
beforeAll(async () => {
  store = await openTemporaryStore();
  budgets = createBudgetRepository(store);
});
afterAll(() => store?.close());

test('a budget comes back as it was saved, last change first, and is gone when deleted', async () => {
  const budget = budgetOf({
    name: `O'Brien's "50 %" {x: String} \\ ü`,
    thresholds: [33.3, 100],
    limit: { usd: '999999999999.999999999999' },
  });
  const other = budgetOf({
    id: 'bud_2',
    scope: {},
    limit: { tokens: 9_007_199_254_740_991 },
    webhookIds: [],
    createdAt: '2026-11-02T00:00:00.123Z',
  });
  await budgets.saveBudget(budgetOf());
  await budgets.saveBudget(budget);
  await budgets.saveBudget(other);
  expect(await budgets.listBudgets()).toEqual([budget, other]);
  expect(await budgets.findBudget('bud_2')).toEqual(other);
  await budgets.deleteBudget('bud_1');
  expect(await budgets.listBudgets()).toEqual([other]);
  expect(await createBudgetRepository(store).findBudget('bud_1')).toBeNull();
});

test('a change counts after a restart under a clock that was set back', async () => {
  const later = createBudgetRepository(store);
  await store.insert('budgets', [{ id: 'bud_3', version: 8_000_000_000_000_000, timezone: 'UTC' }]);
  await later.saveBudget(budgetOf({ id: 'bud_3', name: 'newest' }));
  expect((await later.findBudget('bud_3'))?.name).toBe('newest');
});

test('alerts are known by id, listed newest first, and announced once', async () => {
  const period = periodAt(new Date('2026-11-21T12:00:00Z'), 'day', 'Europe/Berlin');
  const raise = (threshold: number, at: string): RaisedAlert =>
    raiseAlert(budgetOf(), threshold, period, spent('55.5'), { at: new Date(at), url: 'http://x/' });
  const [first, second] = [raise(50, '2026-11-21T12:00:00.001Z'), raise(80, '2026-11-21T12:00:00.002Z')];
  await budgets.saveAlerts([first, second]);
  expect(await budgets.unannouncedAlerts()).toEqual([first, second]);
  await budgets.saveAlerts([{ ...first, announced: true }]);
  expect(await budgets.unannouncedAlerts()).toEqual([second]);
  expect(await budgets.knownAlerts([first.id, 'alert_x'])).toEqual([first.id]);
  const shown = [second, first].map(({ webhookIds: _ids, body: _body, announced: _announced, ...alert }) => alert);
  expect(await budgets.listAlerts({ limit: 10 })).toEqual(shown);
  expect(await budgets.listAlerts({ budgetId: 'bud_1', periodStart: period.start, limit: 1 })).toEqual(
    shown.slice(0, 1),
  );
  expect(await budgets.listAlerts({ budgetId: 'bud_1', periodStart: period.end, limit: 1 })).toEqual([]);
});

test('a monitor comes back as it was saved, with money as money, and is gone when deleted', async () => {
  const monitors = createMonitorRepository(store);
  const [latency, spend] = [
    monitorOf({ threshold: 10_000.5, scope: { feature: `it's "chat"`, customer: '' } }),
    monitorOf({ id: 'mon_2', measure: 'costUsd', threshold: '25.10', windowMinutes: 1440, webhookIds: [] }),
  ];
  await monitors.saveMonitor(monitorOf({ name: 'before' }));
  await monitors.saveMonitor(latency);
  await monitors.saveMonitor(spend);
  expect(await monitors.listMonitors()).toEqual([latency, spend]);
  await monitors.deleteMonitor('mon_1');
  expect(await monitors.listMonitors()).toEqual([spend]);
  expect(await createMonitorRepository(store).findMonitor('mon_1')).toBeNull();
});

test('episodes are listed newest first, the last of each monitor is found, and each end is announced once', async () => {
  const monitors = createMonitorRepository(store);
  const begin = (id: string, at: string, value: number | string | null) =>
    beginEpisode(monitorOf({ id }), { value, calls: 40, window: windowAt(Date.parse(at), 15), at: new Date(at), url: '' }); // prettier-ignore
  const first = begin('mon_1', '2026-11-21T12:00:00.001Z', 12_400.25);
  const other = begin('mon_2', '2026-11-21T12:01:00.000Z', '0.000000000001');
  const second = begin('mon_1', '2026-11-21T12:02:00.000Z', null);
  await monitors.saveEpisodes([first, second, other]);
  expect(await monitors.unannouncedEpisodes()).toEqual([first, other, second]);
  await monitors.saveEpisodes([first, second, other].map((episode) => ({ ...episode, announced: true })));
  expect(await monitors.unannouncedEpisodes()).toEqual([]);
  expect(await monitors.lastEpisodes()).toEqual([
    { ...second, announced: true },
    { ...other, announced: true },
  ]);
  const sight = { value: 1, calls: 2, window: windowAt(0, 15), at: new Date('2026-11-21T12:05:00Z'), url: '' };
  const over = recover(second, monitorOf(), 'recovered', sight);
  await monitors.saveEpisodes([over]);
  expect(await monitors.unannouncedEpisodes()).toEqual([over]);
  const shown = [over, other, first].map(
    ({ webhookIds: _ids, body: _body, endBody: _endBody, announced: _announced, ...alert }) => alert,
  );
  expect(await monitors.listAlerts({ limit: 10 })).toEqual(shown);
  expect(await monitors.listAlerts({ monitorId: 'mon_1', limit: 1 })).toEqual(shown.slice(0, 1));
});

test('webhooks and deliveries come back as they were saved', async () => {
  const webhooks = createWebhookRepository(store);
  await webhooks.saveWebhook(webhookAt('https://example.com/a'));
  await webhooks.saveWebhook(webhookAt('https://example.com/b'));
  expect(await webhooks.listWebhooks()).toEqual([webhookAt('https://example.com/b')]);
  const pending: QueuedDelivery = {
    id: 'msg_1',
    webhookId: 'wh_1',
    alertId: null,
    type: 'webhook.test',
    status: 'pending',
    attempts: [],
    body: '{"a":"\\u0000 ü"}',
    nextAttemptAt: '2026-11-21T12:00:00.500Z',
    createdAt: '2026-11-21T12:00:00.000Z',
  };
  const failed: QueuedDelivery = {
    ...pending,
    id: 'msg_2',
    alertId: 'alert_1',
    status: 'failed',
    attempts: [{ at: '2026-11-21T12:00:00.000Z', httpStatus: null, error: 'it\'s "down"', durationMs: 1.5 }],
    nextAttemptAt: null,
    createdAt: '2026-11-21T12:00:01.000Z',
  };
  await webhooks.saveDeliveries([pending, { ...failed, status: 'pending' }]);
  await webhooks.saveDeliveries([failed]);
  expect(await webhooks.pendingDeliveries()).toEqual([pending]);
  expect(await webhooks.listDeliveries('wh_1', 10)).toEqual([failed, pending]);
  expect(await webhooks.findDeliveries(['msg_2', 'msg_x'])).toEqual([failed]);
  await webhooks.deleteWebhook('wh_1');
  expect(await webhooks.findWebhook('wh_1')).toBeNull();
});
