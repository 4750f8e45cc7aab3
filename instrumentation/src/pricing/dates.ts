// When a row of the price table holds: from the start of `since` to before the start of `until`, UTC days.

export interface Dated {
  since: string | null;
  until: string | null;
}

/** The first instant of a UTC day, epoch ms. */
export const startOfDay = (day: string): number => Date.parse(`${day}T00:00:00Z`);

export function validAt(row: Dated, at: number): boolean {
  return (row.since === null || at >= startOfDay(row.since)) && (row.until === null || at < startOfDay(row.until));
}
