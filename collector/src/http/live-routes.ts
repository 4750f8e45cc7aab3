// GET /api/live: server-sent events. `calls` says that so many calls came in since the event before; at most one a second,
// so that a page asks its questions again no faster than it can draw the answers.
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { Live } from '../live.ts';
import type { Clock } from '../ports.ts';

const NEXT_AFTER_MS = 1_000;
/** A comment line now and then, so that a proxy does not take the silence for the end. */
const STILL_HERE_MS = 20_000;

export function liveRoutes({ live, clock }: { live: Live; clock: Clock }) {
  return new Hono().get('/live', (c) =>
    streamSSE(c, async (stream) => {
      let calls = 0;
      let over = false;
      let wake = () => {};
      const end = () => {
        over = true;
        wake();
      };
      const stopListening = live.listen({
        hear(more) {
          calls += more;
          wake();
        },
        ended: end,
      });
      stream.onAbort(() => {
        stopListening();
        end();
      });
      const wait = (ms: number, untilTold: boolean) =>
        new Promise<void>((resolve) => {
          const cancel = clock.after(ms, resolve);
          wake = () => {
            if (!untilTold && !over) return;
            cancel();
            resolve();
          };
        });
      await stream.writeSSE({ event: 'ready', data: '{}' });
      while (!over) {
        if (calls === 0) await wait(STILL_HERE_MS, true);
        if (over) break;
        if (calls === 0) {
          await stream.write(': still here\n\n');
          continue;
        }
        const told = calls;
        calls = 0;
        await stream.writeSSE({ event: 'calls', data: JSON.stringify({ calls: told }) });
        await wait(NEXT_AFTER_MS, false);
      }
    }),
  );
}
