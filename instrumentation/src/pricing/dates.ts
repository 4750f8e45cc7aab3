// When a row of the price table holds: from the start of `since` to before the start of `until`, UTC days.

export interface Dated {
  since: string | null;
  until: string | null;
}

/** The days of the tables are few and compared for every call. */
const starts = new Map<string, number>();
const MOST_STARTS = 1000;

/** The first instant of a UTC day, epoch ms. */
export function startOfDay(day: string): number {
  let start = starts.get(day);
  if (start === undefined) {
    start = Date.parse(`${day}T00:00:00Z`);
    if (starts.size >= MOST_STARTS) starts.clear();
    starts.set(day, start);
  }
  return start;
}

export function validAt(row: Dated, at: number): boolean {
  return (row.since === null || at >= startOfDay(row.since)) && (row.until === null || at < startOfDay(row.until));
}
