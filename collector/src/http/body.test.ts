// The bound over all bodies that are being read at once.
import { expect, test } from 'vitest';
import { MOST_READING_BYTES, readBody } from './body.ts';

const PIECE = 15 * 1024 * 1024;

/** A body of one large piece, whose end comes when the test says so. */
function unended() {
  let end = (): void => {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new Uint8Array(PIECE));
      end = () => controller.close();
    },
  });
  return {
    request: new Request('http://x', { method: 'POST', body, duplex: 'half' } as RequestInit),
    end: () => end(),
  };
}

test('bodies that are being read have a bound together, and there is room again when one has been read', async () => {
  const bodies = Array.from({ length: Math.floor(MOST_READING_BYTES / PIECE) }, unended);
  const read = bodies.map(({ request }) => readBody(request));
  await new Promise((resolve) => setImmediate(resolve));
  await expect(readBody(unended().request)).rejects.toMatchObject({ code: 'overloaded' });
  for (const { end } of bodies) end();
  expect((await Promise.all(read)).map(({ length }) => length)).toEqual(bodies.map(() => PIECE));
  const later = unended();
  later.end();
  expect(await readBody(later.request)).toHaveLength(PIECE);
});
