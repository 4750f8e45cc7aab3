import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { raiseAlert } from '../budgets/alert.ts';
import { budgetOf, createMemoryBudgets, spent } from '../budgets/fakes.ts';
import { periodAt } from '../budgets/period.ts';
import { alertSchema } from '../contract.ts';
import { beginEpisode } from '../monitors/episode.ts';
import { windowAt } from '../monitors/evaluate.ts';
import { createMemoryMonitors, monitorOf } from '../monitors/fakes.ts';
import { alertRoutes } from './routes.ts';

async function serving() {
  const [budgets, monitors] = [createMemoryBudgets(), createMemoryMonitors()];
  const raised = (id: string, threshold: number, at: string) =>
    raiseAlert(budgetOf({ id }), threshold, periodAt(new Date(at), 'day', 'UTC'), spent('90'), { at: new Date(at), url: '' }); // prettier-ignore
  const begun = (id: string, at: string) =>
    beginEpisode(monitorOf({ id }), { value: 12_000, calls: 30, window: windowAt(Date.parse(at), 15), at: new Date(at), url: '' }); // prettier-ignore
  await budgets.saveAlerts([raised('bud_1', 50, '2026-11-21T10:00:00Z'), raised('bud_2', 50, '2026-11-21T12:00:00Z')]);
  await monitors.saveEpisodes([begun('mon_1', '2026-11-21T11:00:00Z'), begun('mon_2', '2026-11-21T13:00:00Z')]);
  const app = new Hono().route('/api', alertRoutes({ budgets, monitors }));
  return async (query: string): Promise<string[]> => {
    const { alerts } = (await (await app.request(`/api/alerts${query}`)).json()) as { alerts: unknown[] };
    const read = alertSchema.array().parse(alerts);
    expect(JSON.stringify(read)).not.toContain('wh_1');
    return read.map((alert) => (alert.kind === 'budget' ? alert.budgetId : alert.monitorId));
  };
}

test('alerts of budgets and monitors are one list, newest first, without who is told', async () => {
  const list = await serving();
  expect(await list('')).toEqual(['mon_2', 'bud_2', 'mon_1', 'bud_1']);
});

test('those of one budget or one monitor are of that alone', async () => {
  const list = await serving();
  expect(await list('?budgetId=bud_1')).toEqual(['bud_1']);
  expect(await list('?monitorId=mon_2')).toEqual(['mon_2']);
  expect(await list('?monitorId=mon_x')).toEqual([]);
  expect(await list('?monitorId=mon_1&budgetId=bud_2')).toEqual(['bud_2', 'mon_1']);
});
