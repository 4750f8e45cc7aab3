// The lease on what one collector at a time does: settling, watching budgets, sending webhooks, dropping what is too old, going
// on with re-pricings. Any number of collectors look for it; the one that has it keeps it as long as it can say so in time.
// With the embedded engine there is one process a folder, and it has the lease from the start.
import type { Clock, Log } from '../ports.ts';
import type { Claims } from './claims.ts';

export interface Lease {
  /** Asked before every step: another collector may be at it from the moment this is false. */
  held(): boolean;
  /** Unlike that of any holder before or after. */
  term(): number;
  start(): void;
  /** Gives it back. To be called when what it allows has ended. */
  stop(): Promise<void>;
}

/** Looks at a claim so often in its life. */
const LOOKS = 6;

export function createLease(options: {
  claims: Claims;
  expireMs: number;
  /** It has just become this process's. */
  onHeld: () => void;
  clock: Clock;
  log: Log;
}): Lease {
  const { claims, expireMs, onHeld, clock, log } = options;
  let cancel = (): void => {};
  let stopped = false;
  let running: Promise<unknown> = Promise.resolve();
  let had = false;

  async function look(): Promise<void> {
    // Nothing to be done where the store does not answer: a lease that cannot be kept ends by itself.
    const has = await claims.claim().catch(() => claims.held());
    if (has && !had) {
      log.info('this collector settles and watches budgets from now on', { term: claims.term() });
      onHeld();
    }
    if (!has && had) log.warn('this collector no longer settles and watches budgets: the lease is not its own');
    had = has;
  }

  const schedule = (afterMs: number): void => {
    cancel = clock.after(afterMs, () => {
      running = look().finally(() => {
        if (!stopped) schedule(expireMs / LOOKS);
      });
    });
  };
  return {
    held: () => claims.held(),
    term: () => claims.term(),
    start: () => schedule(0),
    async stop() {
      stopped = true;
      cancel();
      await running;
      await claims.release().catch(() => {});
    },
  };
}

/** Where no other process can be. */
export function ownLease(onHeld: () => void): Lease {
  return { held: () => true, term: () => 1, start: onHeld, stop: async () => {} };
}
