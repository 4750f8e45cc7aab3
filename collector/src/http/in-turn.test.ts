import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { expect, onTestFinished, test, vi } from 'vitest';
import { inTurn } from './in-turn.ts';

/** A server whose questions are answered when the test says so; what happened to each, in order. */
async function questions() {
  const happened: string[] = [];
  const answers = new Map<string, () => void>();
  const app = new Hono()
    .use('/:name', async (c, next) => {
      const name = c.req.param('name');
      happened.push(`${name} came`);
      c.req.raw.signal.addEventListener('abort', () => happened.push(`${name} left`));
      await next();
    })
    .use(inTurn('embedded'))
    .get('/:name', async (c) => {
      const name = c.req.param('name');
      happened.push(`${name} is asked`);
      await new Promise<void>((answer) => answers.set(name, answer));
      return c.text(name);
    });
  const server = await new Promise<ReturnType<typeof serve>>((listening) => {
    const starting = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () => listening(starting));
  });
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    happened,
    ask: (name: string, signal?: AbortSignal) => fetch(`${url}/${name}`, signal ? { signal } : {}),
    answer: (name: string) => answers.get(name)?.(),
    until: (what: string) => vi.waitUntil(() => happened.includes(what), { interval: 2, timeout: 10_000 }),
  };
}

test('three questions are answered at a time, the next in its turn; one whose reader has left by then is not asked', async () => {
  const { happened, ask, answer, until } = await questions();
  const first = ['a', 'b', 'c'].map((name) => ask(name));
  for (const name of ['a', 'b', 'c']) await until(`${name} is asked`);
  const leaving = new AbortController();
  const left = ask('left', leaving.signal).catch((error: Error) => error.name);
  await until('left came');
  const last = ask('last');
  await until('last came');
  leaving.abort();
  await until('left left');
  expect(await left).toBe('AbortError');
  expect(happened).not.toContain('last is asked');
  answer('b');
  await until('last is asked');
  for (const name of ['a', 'c', 'last']) answer(name);
  const texts = await Promise.all([...first, last].map(async (one) => (await one).text()));
  expect(texts).toEqual(['a', 'b', 'c', 'last']);
  expect(happened).not.toContain('left is asked');
});

test('a question that fails gives its turn to the next', async () => {
  let asked = 0;
  const app = new Hono().use(inTurn('embedded')).get('/', () => {
    asked++;
    throw new Error('the store is away');
  });
  app.onError((_, c) => c.text('sorry', 503));
  for (let round = 0; round < 10; round++) expect((await app.request('/')).status).toBe(503);
  expect(asked).toBe(10);
});
