// How old what is kept may be, and what is said of what is older.

export const DAY_MS = 86_400_000;

/** For how many days each kind is kept; null: forever. */
export interface RetainDays {
  spans: number | null;
  reports: number | null;
  /** Not shorter than reports: hours of reports whose roll-up is gone would answer nothing. */
  rollups: number | null;
}
export const KEEP_ALL: RetainDays = { spans: null, reports: null, rollups: null };

/** Why what started then is not taken, for the end of a sentence that names it; null when it is. */
export function tooOld(atMs: number, nowMs: number, days: number | null, what: 'calls' | 'spans'): string | null {
  if (days === null || atMs >= nowMs - days * DAY_MS) return null;
  return `is older than ${what} are kept here (${days} days)`;
}
