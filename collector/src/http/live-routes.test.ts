import { expect, test } from 'vitest';
import { createLive } from '../live.ts';
import { createFakeClock } from '../webhooks/fakes.ts';
import { liveRoutes } from './live-routes.ts';

async function listening() {
  const live = createLive();
  const clock = createFakeClock('2026-11-21T12:00:00Z');
  const response = await liveRoutes({ live, clock }).request('/live');
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const next = async () => new TextDecoder().decode((await reader.read()).value);
  expect(await next()).toBe('event: ready\ndata: {}\n\n');
  return { live, clock, reader, next, type: response.headers.get('content-type') };
}

test('calls that come in are told at once, and those of the next second together', async () => {
  const { live, clock, reader, next, type } = await listening();
  expect(type).toContain('text/event-stream');
  live.tell(3);
  expect(await next()).toBe('event: calls\ndata: {"calls":3}\n\n');
  live.tell(1);
  live.tell(4);
  await expect.poll(clock.planned).toEqual([1_000]);
  await clock.advance(1_000);
  expect(await next()).toBe('event: calls\ndata: {"calls":5}\n\n');
  await reader.cancel();
});

test('silence is broken by a comment, which no listener hears', async () => {
  const { clock, reader, next } = await listening();
  await expect.poll(clock.planned).toEqual([20_000]);
  await clock.advance(20_000);
  expect(await next()).toBe(': still here\n\n');
  await reader.cancel();
});

test('a stream ends when nothing will be told any more, so that the process can stop', async () => {
  const { live, reader } = await listening();
  live.end();
  expect((await reader.read()).done).toBe(true);
});
