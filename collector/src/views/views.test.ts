// Saved views over HTTP on the real embedded engine.
import { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { View } from '../contract.ts';
import { onError } from '../http/errors.ts';
import { createLog } from '../log.ts';
import { openTemporaryStore } from '../store/fakes.ts';
import type { Store } from '../store/store.ts';
import { createFakeClock } from '../webhooks/fakes.ts';
import { createViewRepository } from './repository.ts';
import { viewRoutes } from './routes.ts';

let store: Store;
beforeAll(async () => {
  store = await openTemporaryStore();
});
afterAll(() => store?.close());

function serving() {
  const clock = createFakeClock('2026-11-21T12:00:00Z');
  const app = new Hono().route('/api', viewRoutes({ repository: createViewRepository(store), clock }));
  app.onError(onError(createLog(() => {})));
  return (method: string, path: string, body?: unknown) =>
    app.request(path, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
}

test('a view is saved, listed by name, and gone once deleted', async () => {
  const ask = serving();
  const saved = await ask('POST', '/api/views', { name: ' search, weekly ', path: '/', search: 'range=7d' });
  expect(saved.status).toBe(201);
  const view = (await saved.json()) as View;
  expect(view).toEqual({
    id: expect.stringMatching(/^view_/),
    name: 'search, weekly',
    path: '/',
    search: 'range=7d',
    createdAt: '2026-11-21T12:00:00.000Z',
  });
  const all = (await (await ask('POST', '/api/views', { name: 'all calls', path: '/calls' })).json()) as View;
  expect(await (await ask('GET', '/api/views')).json()).toEqual({ views: [all, view] });
  expect((await ask('DELETE', `/api/views/${view.id}`)).status).toBe(204);
  expect((await ask('DELETE', `/api/views/${view.id}`)).status).toBe(404);
  expect(await (await ask('GET', '/api/views')).json()).toEqual({ views: [all] });
});

test.each(['https://elsewhere.example', '//elsewhere.example', 'calls', '/calls?x=1'])(
  'a view of %s is refused by field: it leads to a page of this dashboard',
  async (path) => {
    const response = await serving()('POST', '/api/views', { name: 'x', path });
    expect([response.status, ((await response.json()) as { error: { field: string } }).error.field]).toEqual([
      400,
      'path',
    ]);
  },
);
