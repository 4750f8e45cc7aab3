// Which hours got reports since they were last settled. An append marks the hours it touched once its rows are durable, and
// before the sender is told so; the settler reads the marks, clears them, and reads the reports, in this order. So an hour without
// a newer mark has a roll-up that knows every acknowledged report of it.
// On a server other collectors append too, and one of them settles: nobody knows which marks were settled meanwhile, so every
// append marks, and the server gives the time of the mark.
import { JOIN_SLACK_MICROS } from '../calls/report.ts';
import type { Store } from './store.ts';

const HOUR_MICROS = 3_600_000_000;

export interface DirtyHours {
  /** Resolves when the hours of these instants (microseconds) are marked, durably. */
  mark(startedAtMicros: Iterable<number>): Promise<void>;
  /** From now on an append marks these hours (seconds) again. */
  clear(hours: readonly number[]): void;
  /**
   * Marks what was received since shortly before the last mark: a process that was killed may have died between an insert and
   * its mark. Counted from the mark and not from now, since nobody knows how long ago that was.
   */
  markLately(): Promise<void>;
}

/**
 * Later than every mark that was there when the statement began, whatever the clocks of servers and collectors say. So a
 * settler that knows a mark this late has asked after this append was durable, and read what it added.
 */
const MARK_ON_SERVER = `INSERT INTO dirty_hours (hour, marked_at)
SELECT toDateTime(arrayJoin({hours:Array(UInt32)}), 'UTC'), greatest(now64(6, 'UTC'), (SELECT max(marked_at) FROM dirty_hours) + toIntervalMicrosecond(1))`;

export function createDirtyHours(store: Store, now: () => number = Date.now): DirtyHours {
  const marked = new Set<number>();
  /** Hours of marks that are being written. A settler may have read such a mark, and settled what it stands for, before its writer goes on. */
  const underway = new Set<Set<number>>();
  let last = 0;
  const insert = async (hours: readonly number[]): Promise<void> => {
    if (store.storage === 'server') return store.command(MARK_ON_SERVER, { hours });
    last = Math.max(last + 1, now() * 1000);
    const markedAt = `${new Date(Math.floor(last / 1000)).toISOString().slice(0, 23).replace('T', ' ')}${String(last % 1000).padStart(3, '0')}`;
    const uncleared = new Set(hours);
    underway.add(uncleared);
    try {
      await store.insert(
        'dirty_hours',
        hours.map((hour) => ({ hour, marked_at: markedAt })),
      );
      // Only now: whoever finds an hour in the set may rely on the mark.
      for (const hour of uncleared) marked.add(hour);
    } finally {
      underway.delete(uncleared);
    }
  };
  return {
    async mark(startedAtMicros) {
      const hours = new Set<number>();
      for (const micros of startedAtMicros) {
        // Near the hour's border, a report may be of a call of the hour beside.
        for (const at of [micros - JOIN_SLACK_MICROS, micros + JOIN_SLACK_MICROS]) {
          hours.add(Math.floor(at / HOUR_MICROS) * 3600);
        }
      }
      const unmarked = [...hours].filter((hour) => !marked.has(hour));
      if (unmarked.length > 0) await insert(unmarked);
    },
    clear(hours) {
      for (const known of [marked, ...underway]) for (const hour of hours) known.delete(hour);
    },
    async markLately() {
      const rows = await store.query<{ hour: number }>(
        `SELECT DISTINCT toUnixTimestamp(arrayJoin([toStartOfHour(started_at - toIntervalMicrosecond(${JOIN_SLACK_MICROS})), toStartOfHour(started_at + toIntervalMicrosecond(${JOIN_SLACK_MICROS}))])) AS hour
FROM reports WHERE received_at > (SELECT max(marked_at) FROM dirty_hours) - toIntervalHour(1)`,
      );
      if (rows.length > 0) await insert(rows.map(({ hour }) => hour));
    },
  };
}
