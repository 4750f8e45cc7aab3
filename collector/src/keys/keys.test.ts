// Ingest keys against the whole HTTP face on the real embedded engine: what they open, what they do not, what is kept of them.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Hono } from 'hono';
import type { IngestKey } from '../contract.ts';
import { access } from '../http/access.ts';
import { onError } from '../http/errors.ts';
import { createLog } from '../log.ts';
import { openTemporaryStore } from '../store/fakes.ts';
import type { Store } from '../store/store.ts';
import { createFakeClock } from '../webhooks/fakes.ts';
import { openKeys, type IngestKeys } from './keys.ts';
import { createKeyRepository } from './repository.ts';
import { keyRoutes } from './routes.ts';

const TOKEN = 'a-token-of-many-characters';
const clock = createFakeClock('2026-11-21T12:00:00Z');
const log = createLog(() => {});

let store: Store;
let keys: IngestKeys;
beforeAll(async () => {
  store = await openTemporaryStore();
});
afterAll(() => store?.close());
beforeEach(async () => {
  await store.command('TRUNCATE TABLE ingest_keys');
  keys = await open();
});
/** How often a key was written. Rows do not tell: the engine merges them when it likes. */
let saved = 0;
const open = () => {
  const repository = createKeyRepository(store);
  const save: typeof repository.save = async (key) => {
    await repository.save(key);
    saved++;
  };
  return openKeys({ repository: { ...repository, save }, clock, log });
};

/** The keys' own routes, and behind the same door stand-ins for what takes calls in and what reads. */
function serving(adminToken: string | null = TOKEN) {
  const app = new Hono()
    .use(access({ adminToken, loopback: false }, keys))
    .route('/api', keyRoutes(keys))
    .all('*', (c) => c.text('in'));
  app.onError(onError(log));
  const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: unknown) =>
    app.request(path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const admin = { authorization: `Bearer ${TOKEN}` };
  const make = async (name: string): Promise<IngestKey & { key: string }> => {
    const response = await ask('POST', '/api/keys', admin, { name });
    expect(response.status).toBe(201);
    return (await response.json()) as IngestKey & { key: string };
  };
  return { ask, admin, make };
}

test('a key is shown once, and the store has only its hash', async () => {
  const { ask, admin, make } = serving();
  const made = await make('  staging ');
  expect(made).toEqual({
    id: expect.stringMatching(/^key_/),
    name: 'staging',
    key: expect.stringMatching(/^slk_[\w-]{43}$/),
    hint: made.key.slice(-4),
    createdAt: '2026-11-21T12:00:00.000Z',
    lastUsedAt: null,
  });
  expect(await (await ask('GET', '/api/keys', admin)).json()).toEqual({ keys: [{ ...made, key: null }] });
  expect(JSON.stringify(await store.query('SELECT * FROM ingest_keys'))).not.toContain(made.key);
});

test('a key sends calls, as a bearer token or in a header of its own, and reads nothing', async () => {
  const { ask, make } = serving();
  const { key } = await make('staging');
  for (const headers of [{ authorization: `Bearer ${key}` }, { 'x-spanledger-key': key }]) {
    for (const path of ['/v1/traces', '/v1/logs', '/v1/metrics', '/api/calls']) {
      expect([path, (await ask('POST', path, headers)).status]).toEqual([path, 200]);
    }
    for (const [method, path] of [
      ['GET', '/api/calls'],
      ['GET', '/api/calls/x'],
      ['GET', '/api/metrics'],
      ['GET', '/api/keys'],
      ['POST', '/api/keys'],
      ['POST', '/api/explain'],
      ['POST', '/api/calls/x'],
      ['DELETE', '/api/budgets/x'],
      ['GET', '/v1/traces'],
      ['GET', '/metrics'],
    ] as const) {
      expect([method, path, (await ask(method, path, headers)).status]).toEqual([method, path, 401]);
    }
  }
});

test('where a token is set, sending wants it or a key, and the refusal says so', async () => {
  const { ask, admin } = serving();
  const refused = await ask('POST', '/v1/traces', { 'x-spanledger-key': 'slk_nonsense' });
  expect(refused.status).toBe(401);
  expect(await refused.json()).toEqual({
    error: {
      code: 'unauthorized',
      message: 'Send an ingest key or the admin token: Authorization: Bearer <key>, or x-spanledger-key: <key>.',
    },
  });
  expect((await ask('POST', '/v1/traces', admin)).status).toBe(200);
});

test('a deleted key is refused at once and after a restart; the others are not', async () => {
  const { ask, admin, make } = serving();
  const [gone, kept] = [await make('gone'), await make('kept')];
  expect((await ask('POST', '/v1/traces', { 'x-spanledger-key': gone.key })).status).toBe(200); // its use is written
  expect((await ask('DELETE', `/api/keys/${gone.id}`, admin)).status).toBe(204);
  expect((await ask('DELETE', `/api/keys/${gone.id}`, admin)).status).toBe(404);
  const statuses = async (from: IngestKeys) => [from.accepts(gone.key), from.accepts(kept.key)];
  expect(await statuses(keys)).toEqual([false, true]);
  expect(await statuses(await open())).toEqual([false, true]);
});

test('the last use of a key is known, also where no token is set, and written once a minute at most', async () => {
  const { make } = serving();
  const { id, key } = await make('staging');
  const { ask } = serving(null);
  const send = () => ask('POST', '/v1/traces', { authorization: `Bearer ${key}` });
  const made = saved;
  const lastUse = (from: IngestKeys) => from.list().find((listed) => listed.id === id)?.lastUsedAt;
  await send();
  await send();
  await clock.advance(59_000);
  await send();
  expect(lastUse(keys)).toBe('2026-11-21T12:00:00.000Z');
  await clock.advance(1_000);
  await send();
  expect(lastUse(keys)).toBe('2026-11-21T12:01:00.000Z');
  await expect.poll(() => saved - made, { timeout: 20_000 }).toBe(2); // used, used a minute later
  expect(lastUse(await open())).toBe('2026-11-21T12:01:00.000Z');
});

test('a key without a name is refused by field', async () => {
  const { ask, admin } = serving();
  const response = await ask('POST', '/api/keys', admin, { name: ' ' });
  expect([response.status, ((await response.json()) as { error: { field: string } }).error.field]).toEqual([
    400,
    'name',
  ]);
});
