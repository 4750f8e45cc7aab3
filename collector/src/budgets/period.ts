// Which period an instant falls in: the day, week (from Monday) or month as the wall clock of a time zone counts them.
// Pure. Where clocks change at midnight a day starts at its first instant, so that periods neither overlap nor leave gaps.
import { DateTime } from 'luxon';
import type { Budget } from '../contract.ts';

/** `start` inclusive, `end` exclusive. */
export interface Period {
  start: Date;
  end: Date;
}

/** The period that contains `at`. Throws RangeError for a time zone that does not exist. */
export function periodAt(at: Date, kind: Budget['period'], timezone: string): Period {
  const local = DateTime.fromJSDate(at, { zone: timezone });
  if (!local.isValid)
    throw new RangeError(
      `no period at ${at.getTime()} in ${timezone}: ${local.invalidExplanation ?? local.invalidReason}`,
    );
  // The calendar is counted in UTC, where every day exists and has 24 hours; only the edges are taken to the zone.
  let first: DateTime = DateTime.utc(local.year, local.month, local.day).startOf(kind);
  let start = firstInstant(first, timezone);
  let end = firstInstant(following(first, kind), timezone);
  // Clocks set back across midnight show the old date again after the new day has begun.
  while (at >= end) {
    first = following(first, kind);
    start = end;
    end = firstInstant(following(first, kind), timezone);
  }
  return { start, end };
}

/** The period before `period`. */
export function periodBefore(period: Period, kind: Budget['period'], timezone: string): Period {
  return periodAt(new Date(period.start.getTime() - 1), kind, timezone);
}

const following = (date: DateTime, kind: Budget['period']): DateTime => date.plus({ [kind]: 1 }) as DateTime;

/** Midnight of the date, or the first instant after it where clocks skip midnight, or the first of two midnights. */
function firstInstant(date: DateTime, timezone: string): Date {
  const midnight = DateTime.fromObject({ year: date.year, month: date.month, day: date.day }, { zone: timezone });
  return new Date(Math.min(...midnight.getPossibleOffsets().map((candidate) => candidate.toMillis())));
}
