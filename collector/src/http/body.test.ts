// The bounds of bodies, each and together.
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { MOST_BODY_BYTES, MOST_HELD_BYTES, withBody } from './body.ts';

const PIECE = 7 * 1024 * 1024;

/** A request that is answered when the test says so. */
function held(bytes: Uint8Array, headers: Record<string, string> = {}) {
  let answer = (): void => {};
  const answered = new Promise<void>((resolve) => (answer = resolve));
  let done = Promise.resolve();
  const read = new Promise<number>((resolve, reject) => {
    const request = new Request('http://x', {
      method: 'POST',
      body: new Blob([bytes as Uint8Array<ArrayBuffer>]),
      headers,
    });
    done = withBody(request, async (body) => {
      resolve(body.length);
      await answered;
    });
    done.catch(reject);
  });
  return { read, answer: () => answer(), done };
}

test('bodies of requests that are not answered have a bound together, and there is room again when one is answered', async () => {
  const requests = Array.from({ length: Math.floor(MOST_HELD_BYTES / PIECE) }, () => held(new Uint8Array(PIECE)));
  expect(await Promise.all(requests.map(({ read }) => read))).toEqual([PIECE, PIECE, PIECE]);
  await expect(held(new Uint8Array(PIECE)).read).rejects.toMatchObject({ code: 'overloaded' });
  for (const { answer } of requests) answer();
  await Promise.all(requests.map(({ done }) => done));
  const later = held(new Uint8Array(PIECE));
  expect(await later.read).toBe(PIECE);
  later.answer();
  await later.done;
});

test('what a body unpacks to counts, and not what it was packed in', async () => {
  const packed = gzipSync(new Uint8Array(10 * 1024 * 1024));
  const gzip = { 'content-encoding': 'gzip' };
  const first = held(packed, gzip);
  const second = held(packed, gzip);
  expect([await first.read, await second.read]).toEqual([10 * 1024 * 1024, 10 * 1024 * 1024]);
  await expect(held(packed, gzip).read).rejects.toMatchObject({ code: 'overloaded' });
  first.answer();
  second.answer();
  await Promise.all([first.done, second.done]);
});

test('gzip that understates its length is read all the same, up to the bound of a body', async () => {
  const twoMembers = Buffer.concat([gzipSync(new Uint8Array(2_000_000)), gzipSync(new Uint8Array(10))]);
  const gzip = { 'content-encoding': 'gzip' };
  const request = held(twoMembers, gzip);
  expect(await request.read).toBe(2_000_010);
  request.answer();
  await request.done;
  const bomb = Buffer.concat([gzipSync(new Uint8Array(MOST_BODY_BYTES)), gzipSync(new Uint8Array(10))]);
  await expect(held(bomb, gzip).read).rejects.toMatchObject({ status: 413 });
});

test('a body as large as may be is taken where nothing else is held', async () => {
  const request = held(gzipSync(new Uint8Array(MOST_BODY_BYTES)), { 'content-encoding': 'gzip' });
  expect(await request.read).toBe(MOST_BODY_BYTES);
  request.answer();
  await request.done;
});
