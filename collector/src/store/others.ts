// What other collectors of one server do: looked at on a clock, since nobody tells it. A new mark of dirty_hours says that calls
// came in; keys, mappings and prices are read again.
import type { Clock, Log } from '../ports.ts';
import type { Store } from './store.ts';

/** Calls are on a page within two seconds; what people change may take a little longer. */
const [CALLS_MS, CHANGES_MS] = [700, 3_000];
/** From a change of prices until every call that comes in elsewhere is priced by it, and durable. */
export const KNOWN_ELSEWHERE_MS = 5_000;

export interface Others {
  start(): void;
  stop(): Promise<void>;
}

export function watchOthers(options: {
  store: Store;
  /** Calls came in, here or elsewhere. */
  onCalls: () => void;
  /** Reads again what is held in memory; what fails is tried again the next time. */
  refresh: readonly (() => Promise<void>)[];
  clock: Clock;
  log: Log;
}): Others {
  const { store, onCalls, refresh, clock, log } = options;
  let stopped = false;
  let last: string | null = null;
  let failing = false;
  const loops = [
    createLoop(CALLS_MS, async () => {
      const [row] = await store.query<{ mark: string }>('SELECT toString(max(marked_at)) AS mark FROM dirty_hours');
      const mark = row?.mark ?? null;
      if (last !== null && mark !== last) onCalls();
      last = mark;
    }),
    createLoop(CHANGES_MS, async () => {
      for (const again of refresh) await again();
    }),
  ];

  function createLoop(everyMs: number, work: () => Promise<void>) {
    let cancel = (): void => {};
    let running: Promise<unknown> = Promise.resolve();
    const schedule = (): void => {
      cancel = clock.after(everyMs, () => {
        running = work()
          .then(() => (failing = false))
          .catch((error: unknown) => {
            if (!failing) log.warn('what other collectors do could not be looked at', { error });
            failing = true;
          })
          .finally(() => {
            if (!stopped) schedule();
          });
      });
    };
    return {
      start: schedule,
      async stop() {
        cancel();
        await running;
      },
    };
  }
  return {
    start: () => loops.forEach((loop) => loop.start()),
    async stop() {
      stopped = true;
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}
