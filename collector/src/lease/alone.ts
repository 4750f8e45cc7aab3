// Work that one collector at a time does when it is asked to, such as pricing history again: under a lease of its own, which is
// taken for the work and given back after it.
import type { Clock } from '../ports.ts';
import type { Claims } from './claims.ts';

export interface Alone {
  /** Null where another collector is at it. Who is at it already is not kept out: work within work is one work. */
  during<T>(work: () => Promise<T>): Promise<{ done: T } | null>;
}

const KEEPS = 6;

export function createAlone({ claims, expireMs, clock }: { claims: Claims; expireMs: number; clock: Clock }): Alone {
  let within = 0;
  let cancel = (): void => {};
  const keep = (): void => {
    cancel = clock.after(expireMs / KEEPS, () => {
      void claims
        .claim()
        .catch(() => {})
        .then(() => {
          if (within > 0) keep();
        });
    });
  };
  // Entering and leaving one after the other: nobody must enter while the last one is leaving.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work);
    last = next.catch(() => {});
    return next;
  };
  const enter = (): Promise<boolean> =>
    inTurn(async () => {
      if (!(await claims.claim())) return false;
      if (++within === 1) keep();
      return true;
    });
  const leave = (): Promise<void> =>
    inTurn(async () => {
      if (--within > 0) return;
      cancel();
      await claims.release().catch(() => {});
    });
  return {
    async during(work) {
      if (!(await enter())) return null;
      try {
        return { done: await work() };
      } finally {
        await leave();
      }
    },
  };
}

/** Where no other process can be. */
export const ALONE: Alone = { during: async (work) => ({ done: await work() }) };
