import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { budgetSchema, budgetStatusSchema } from '../contract.ts';
import { onError } from '../http/errors.ts';
import { createFakeClock, silentLog } from '../webhooks/fakes.ts';
import { budgetOf, createMemoryBudgets, spent } from './fakes.ts';
import { raiseAlert } from './alert.ts';
import { periodAt } from './period.ts';
import { budgetRoutes } from './routes.ts';

const NOON = '2026-11-21T12:00:00.000Z';

function serving(repository = createMemoryBudgets()) {
  const world = { repository, changes: 0 };
  const app = new Hono().route(
    '/api',
    budgetRoutes({
      repository,
      clock: createFakeClock(NOON),
      unknownWebhooks: async (ids) => ids.filter((id) => id !== 'wh_1'),
      onChange: () => (world.changes += 1),
      spend: async (_budget, start) =>
        spent('25.5', { unpricedCalls: 2, tokens: 77, burn: [{ at: start, usdPico: 1n, tokens: 3 }] }),
    }),
  );
  app.onError(onError(silentLog));
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = { 'content-type': 'application/json' },
  ) => {
    const init =
      body === undefined
        ? { method }
        : { method, headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
    const response = await app.request(path, init);
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text) };
  };
  return Object.assign(world, { call });
}

const INPUT = { name: 'All', limit: { usd: '100.00' }, period: 'month' };

test('a budget is made with what was left out filled in, read, changed and deleted', async () => {
  const { call, ...world } = serving();
  const made = await call('POST', '/api/budgets', {
    ...INPUT,
    thresholds: [100, 50, 50],
    webhookIds: ['wh_1', 'wh_1'],
  });
  expect(made).toEqual({
    status: 201,
    body: {
      ...INPUT,
      scope: {},
      timezone: 'UTC',
      thresholds: [50, 100],
      webhookIds: ['wh_1'],
      id: expect.stringMatching(/^bud_/),
      createdAt: NOON,
      updatedAt: NOON,
    },
  });
  budgetSchema.parse(made.body);
  const path = `/api/budgets/${made.body.id}`;
  expect(await call('GET', path)).toEqual({ status: 200, body: made.body });
  expect((await call('PUT', path, { ...INPUT, name: 'Renamed' })).body).toMatchObject({
    id: made.body.id,
    name: 'Renamed',
    webhookIds: [],
  });
  expect((await call('GET', '/api/budgets')).body.budgets).toHaveLength(1);
  expect(await call('DELETE', path)).toEqual({ status: 204, body: null });
  expect(await call('GET', path)).toEqual({
    status: 404,
    body: { error: { code: 'not_found', message: 'There is no such budget.' } },
  });
  expect(world.repository.budgets.size).toBe(0);
});

test('making and changing a budget has it checked', async () => {
  const world = serving();
  const { body } = await world.call('POST', '/api/budgets', INPUT);
  await world.call('PUT', `/api/budgets/${body.id}`, INPUT);
  expect(world.changes).toBe(2);
});

test.each([
  ['an empty name', { ...INPUT, name: ' ' }, 'name'],
  ['a limit of nothing', { ...INPUT, limit: { usd: '0.00' } }, 'limit.usd'],
  ['a limit as a float', { ...INPUT, limit: { usd: 100 } }, 'limit.usd'],
  ['a negative number of tokens', { ...INPUT, limit: { tokens: -1 } }, 'limit.tokens'],
  ['two limits', { ...INPUT, limit: { usd: '1', tokens: 1 } }, 'limit.tokens'],
  ['an unknown period', { ...INPUT, period: 'year' }, 'period'],
  ['an unknown zone', { ...INPUT, timezone: 'Mars/Olympus' }, 'timezone'],
  ['no thresholds', { ...INPUT, thresholds: [] }, 'thresholds'],
  ['a threshold of zero', { ...INPUT, thresholds: [50, 0] }, 'thresholds.1'],
  ['an unknown dimension', { ...INPUT, scope: { colour: 'red' } }, 'scope.colour'],
  ['an unknown webhook', { ...INPUT, webhookIds: ['wh_1', 'wh_x'] }, 'webhookIds'],
  ['an unknown field', { ...INPUT, colour: 'red' }, 'colour'],
] as const)('refuses %s by name', async (_title, input, field) => {
  const { call, ...world } = serving();
  expect(await call('POST', '/api/budgets', input)).toEqual({
    status: 400,
    body: { error: { code: 'invalid_request', message: expect.any(String), field } },
  });
  expect(world.repository.budgets.size).toBe(0);
});

test('refuses what is not JSON, and JSON under another name', async () => {
  const { call } = serving();
  expect(await call('POST', '/api/budgets', '{')).toMatchObject({
    status: 400,
    body: { error: { code: 'invalid_request' } },
  });
  expect(await call('POST', '/api/budgets', INPUT, { 'content-type': 'text/plain' })).toMatchObject({
    status: 415,
    body: { error: { code: 'unsupported_media_type' } },
  });
});

test('the status says what is spent, in the unit of the limit, and what is unknown', async () => {
  const alert = raiseAlert(budgetOf(), 50, periodAt(new Date(NOON), 'day', 'UTC'), spent('51'), {
    at: new Date(NOON),
    url: '',
  });
  const earlier = raiseAlert(budgetOf(), 50, periodAt(new Date('2026-11-20T00:00:00Z'), 'day', 'UTC'), spent('51'), {
    at: new Date(NOON),
    url: '',
  });
  const repository = createMemoryBudgets(budgetOf(), budgetOf({ id: 'bud_2', limit: { tokens: 100 } }));
  await repository.saveAlerts([earlier, alert]);
  const { call } = serving(repository);
  const { body } = await call('GET', '/api/budgets/bud_1/status');
  const { webhookIds: _ids, body: _body, announced: _announced, ...shown } = alert;
  expect(body).toEqual({
    budgetId: 'bud_1',
    periodStart: '2026-11-21T00:00:00.000Z',
    periodEnd: '2026-11-22T00:00:00.000Z',
    spentUsd: '25.500000000000',
    spentTokens: null,
    percent: 25.5,
    reached: [],
    unpricedCalls: 2,
    burn: [{ at: '2026-11-21T00:00:00.000Z', spentUsd: '0.000000000001', spentTokens: null }],
    alerts: [shown],
  });
  budgetStatusSchema.parse(body);
  expect((await call('GET', '/api/budgets/bud_2/status')).body).toMatchObject({
    spentUsd: null,
    spentTokens: 77,
    percent: 77,
    reached: [50],
    alerts: [],
  });
});

test('a store that is away is said so, with a request id and nothing internal', async () => {
  const { call, ...world } = serving();
  world.repository.down = true;
  expect(await call('GET', '/api/budgets')).toEqual({
    status: 503,
    body: { error: { code: 'store_unavailable', message: expect.any(String), requestId: expect.any(String) } },
  });
});
