import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { monitorSchema, monitorStatusSchema } from '../contract.ts';
import { onError } from '../http/errors.ts';
import { createFakeClock, silentLog } from '../webhooks/fakes.ts';
import { beginEpisode, recover } from './episode.ts';
import { createMemoryMonitors, monitorOf } from './fakes.ts';
import type { Reading } from './ports.ts';
import { monitorRoutes } from './routes.ts';

const NOON = '2026-11-21T12:00:30.000Z';
const WINDOW = { from: new Date('2026-11-21T11:45:00.000Z'), to: new Date('2026-11-21T12:00:00.000Z') };

function serving(repository = createMemoryMonitors(), reading: Reading = { value: 12_400, calls: 40 }) {
  const world = { repository, changes: 0, reading };
  const app = new Hono().route(
    '/api',
    monitorRoutes({
      repository,
      clock: createFakeClock(NOON),
      unknownWebhooks: async (ids) => ids.filter((id) => id !== 'wh_1'),
      onChange: () => (world.changes += 1),
      read: async () => world.reading,
      course: async (_question, to) => ({
        pointMinutes: 15,
        points: [
          { at: '2026-11-21T11:45:00.000Z', value: 900, calls: 7 },
          { at: to.toISOString(), value: 1, calls: 1 },
        ],
      }),
    }),
  );
  app.onError(onError(silentLog));
  const call = async (method: string, path: string, body?: unknown) => {
    const headers = { 'content-type': 'application/json' };
    const response = await app.request(
      path,
      body === undefined ? { method } : { method, headers, body: JSON.stringify(body) },
    );
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text) };
  };
  return Object.assign(world, { call });
}

const INPUT = { name: 'Slow', measure: 'p95LatencyMs', comparison: 'above', threshold: 10_000 };

test('a monitor is made with what was left out filled in, read, changed and deleted, and each time it is looked at', async () => {
  const { call, ...world } = serving();
  const made = await call('POST', '/api/monitors', { ...INPUT, webhookIds: ['wh_1', 'wh_1'] });
  expect(made).toEqual({
    status: 201,
    body: {
      ...INPUT,
      scope: {},
      windowMinutes: 15,
      minCalls: 20,
      webhookIds: ['wh_1'],
      id: expect.stringMatching(/^mon_/),
      createdAt: NOON,
      updatedAt: NOON,
    },
  });
  monitorSchema.parse(made.body);
  const path = `/api/monitors/${made.body.id}`;
  expect(await call('GET', path)).toEqual({ status: 200, body: made.body });
  const changed = { ...INPUT, name: 'Costly', measure: 'costUsd', threshold: '25.00', windowMinutes: 60 };
  expect((await call('PUT', path, changed)).body).toMatchObject({ ...changed, id: made.body.id, webhookIds: [] });
  expect((await call('GET', '/api/monitors')).body.monitors).toHaveLength(1);
  expect(await call('DELETE', path)).toEqual({ status: 204, body: null });
  expect(await call('GET', path)).toEqual({
    status: 404,
    body: { error: { code: 'not_found', message: 'There is no such monitor.' } },
  });
  expect(world.repository.monitors.size).toBe(0);
});

test('what is asked of the watcher is asked after each change', async () => {
  const world = serving(createMemoryMonitors(monitorOf()));
  await world.call('POST', '/api/monitors', INPUT);
  await world.call('PUT', '/api/monitors/mon_1', INPUT);
  await world.call('DELETE', '/api/monitors/mon_1');
  expect(world.changes).toBe(3);
});

test.each([
  ['an empty name', { ...INPUT, name: ' ' }, 'name'],
  ['a measure without a level', { ...INPUT, measure: 'outputTokens' }, 'measure'],
  ['no side', { ...INPUT, comparison: 'beside' }, 'comparison'],
  ['no threshold', { ...INPUT, threshold: undefined }, 'threshold'],
  ['a threshold below nothing', { ...INPUT, threshold: -1 }, 'threshold'],
  ['money as a float', { ...INPUT, measure: 'costUsd', threshold: 25 }, 'threshold'],
  ['milliseconds as money', { ...INPUT, threshold: '10' }, 'threshold'],
  ['a rate in percent', { ...INPUT, measure: 'errorRate', threshold: 5 }, 'threshold'],
  ['a window of a length of its own', { ...INPUT, windowMinutes: 7 }, 'windowMinutes'],
  ['no calls at all', { ...INPUT, minCalls: 0 }, 'minCalls'],
  ['an unknown dimension', { ...INPUT, scope: { colour: 'red' } }, 'scope.colour'],
  ['an unknown webhook', { ...INPUT, webhookIds: ['wh_1', 'wh_x'] }, 'webhookIds'],
  ['an unknown field', { ...INPUT, colour: 'red' }, 'colour'],
] as const)('refuses %s by name', async (_title, input, field) => {
  const { call, ...world } = serving();
  expect(await call('POST', '/api/monitors', input)).toEqual({
    status: 400,
    body: { error: { code: 'invalid_request', message: expect.any(String), field } },
  });
  expect(world.repository.monitors.size).toBe(0);
});

const episode = beginEpisode(monitorOf(), { value: 11_000, calls: 25, window: WINDOW, at: new Date(NOON), url: '' });
const ended = recover(episode, monitorOf(), 'recovered', {
  value: 800,
  calls: 25,
  window: WINDOW,
  at: new Date(NOON),
  url: '',
});
const statusOf = async (reading: Reading, ...episodes: (typeof episode)[]) => {
  const repository = createMemoryMonitors(monitorOf());
  await repository.saveEpisodes(episodes);
  const { body } = await serving(repository, reading).call('GET', '/api/monitors/mon_1/status');
  return monitorStatusSchema.parse(body);
};

test('the status says the measure of now and of the last day, whose last point is now', async () => {
  expect(await statusOf({ value: 12_400, calls: 40 }, episode)).toEqual({
    monitorId: 'mon_1',
    state: 'alerting',
    since: NOON,
    value: 12_400,
    calls: 40,
    windowFrom: '2026-11-21T11:44:00.000Z',
    windowTo: '2026-11-21T11:59:00.000Z',
    points: [
      { at: '2026-11-21T11:45:00.000Z', value: 900, calls: 7 },
      { at: '2026-11-21T11:59:00.000Z', value: 12_400, calls: 40 },
    ],
    pointMinutes: 15,
  });
});

test.each([
  ['it was found crossed only just now', { value: 12_400, calls: 40 }, [], 'alerting', null],
  ['it is well', { value: 800, calls: 40 }, [], 'ok', null],
  ['it is well again', { value: 800, calls: 40 }, [ended], 'ok', NOON],
  ['it lasts, and now there are too few calls to tell', { value: 800, calls: 3 }, [episode], 'alerting', NOON],
  ['there are too few calls', { value: 90_000, calls: 3 }, [], 'too-few-calls', null],
  ['there are no calls any more', { value: null, calls: 0 }, [episode], 'too-few-calls', null],
  [
    'what lasts was about another threshold',
    { value: 800, calls: 3 },
    [{ ...episode, threshold: 5 }],
    'too-few-calls',
    null,
  ],
] as const)('the state when %s', async (_title, reading, episodes, state, since) => {
  expect(await statusOf(reading, ...episodes)).toMatchObject({ state, since });
});

test('a store that is away is said so, with a request id and nothing internal', async () => {
  const { call, ...world } = serving();
  world.repository.down = true;
  expect(await call('GET', '/api/monitors')).toEqual({
    status: 503,
    body: { error: { code: 'store_unavailable', message: expect.any(String), requestId: expect.any(String) } },
  });
});
