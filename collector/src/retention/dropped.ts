// Until when calls were dropped, as ingest has to know it where they are kept for longer now than they were then. Their hours are
// never settled again (query/ledger-state.ts): a call that came for one would be taken, and be in no number.
import type { Store } from '../store/store.ts';

const HOUR_MS = 3_600_000;

export interface Dropped {
  /** Why a call that started then is not taken, for the end of a sentence that names it; null when it is. */
  refuses(atMs: number): string | null;
  /** Reads again what was dropped, by whichever collector. Throws StoreError. */
  refresh(store: Store): Promise<void>;
}

/** Until the first refresh nothing is known to be dropped. */
export function createDropped(): Dropped {
  let beforeMs = 0;
  return {
    refuses: (atMs) =>
      atMs >= beforeMs
        ? null
        : `is older than calls are kept here: those of before ${new Date(beforeMs).toISOString()} were dropped`,
    async refresh(store) {
      const [row] = await store.query<{ before: number }>(
        `SELECT toUnixTimestamp(max(before)) AS before FROM dropped WHERE kind = 'reports'`,
      );
      const seconds = Number(row?.before ?? 0);
      // The first hour that stayed has the roll-up that it has, like those that went.
      beforeMs = seconds === 0 ? 0 : seconds * 1000 + HOUR_MS;
    },
  };
}

export const NOTHING_DROPPED: Pick<Dropped, 'refuses'> = { refuses: () => null };
