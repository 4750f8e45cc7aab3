// When a watcher looks: at once, then on a clock, and when it is told that something changed, but no two times at once and with a
// rest between them. What is looked at is the watcher's own business.
import type { Clock } from './ports.ts';

export interface Watcher {
  /**
   * Resolves when everything that was in the ledger at the time of the call has been looked at. Never rejects: what fails
   * is logged and tried again. Calls during a check share one further check.
   */
  check(): Promise<void>;
  /** Calls came in: checks at once where the last check has rested, else when it has. Not waited for. */
  soon(): void;
  /** Checks at once, then on the clock. */
  start(): void;
  /** Resolves when the check under way has ended. */
  stop(): Promise<void>;
}

export function createChecks({
  checkAll,
  held,
  onNotHeld,
  clock,
  everyMs,
  restMs,
}: {
  /** Never rejects. */
  checkAll: () => Promise<void>;
  /** Whether it is this collector that watches. */
  held: () => boolean;
  /** Another one watches now. */
  onNotHeld: () => void;
  clock: Clock;
  everyMs: number;
  /** The least time from one check to the next: a stream of appends must not become a stream of queries. */
  restMs: number;
}): Watcher {
  let running: Promise<void> | null = null;
  let trailing: Promise<void> | null = null;
  let stopped = false;
  let cancelTimer = () => {};
  let endedAt = -Infinity;
  let cancelSoon: (() => void) | null = null;

  function check(): Promise<void> {
    if (stopped) return Promise.resolve();
    if (!held()) {
      onNotHeld();
      return Promise.resolve();
    }
    if (running === null && trailing === null) {
      running = checkAll().finally(() => {
        running = null;
        endedAt = clock.now();
      });
      return running;
    }
    trailing ??= (running ?? Promise.resolve())
      .then(() => new Promise<void>((rested) => clock.after(restMs, rested)))
      .then(() => {
        trailing = null;
        return check();
      });
    return trailing;
  }

  function soon(): void {
    if (stopped || cancelSoon !== null) return;
    const restsFor = endedAt + restMs - clock.now();
    if (restsFor <= 0) return void check();
    cancelSoon = clock.after(restsFor, () => {
      cancelSoon = null;
      void check();
    });
  }

  function tick(): void {
    void check().then(() => {
      if (!stopped) cancelTimer = clock.after(everyMs, tick);
    });
  }

  return {
    check,
    soon,
    start: tick,
    async stop() {
      stopped = true;
      cancelTimer();
      cancelSoon?.();
      await running;
    },
  };
}
