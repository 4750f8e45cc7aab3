// The starts of buckets in a time zone, so that a chart shows the empty ones too. Pure; mirrors what the API answers.
import type { Bucket } from '@spanledger/collector/contract';

const formats = new Map<string, Intl.DateTimeFormat>();

/** How far the zone's clock is ahead of UTC at that instant, in milliseconds. */
function offsetMs(at: number, timezone: string): number {
  if (timezone === 'UTC') return 0;
  let format = formats.get(timezone);
  if (!format) {
    const parts = {
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    } as const;
    formats.set(
      timezone,
      (format = new Intl.DateTimeFormat('en-US', { ...parts, timeZone: timezone, hourCycle: 'h23' })),
    );
  }
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(at)) part[type] = Number(value);
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}

/** The instant at which the zone's clock shows `local` (given as if it were UTC). */
function instantOf(local: number, timezone: string): number {
  const guess = local - offsetMs(local, timezone);
  return local - offsetMs(guess, timezone);
}

/** What the zone's clock shows at an instant, to the minute: "2026-11-01 09:30:00", as date pickers write it. */
export const wallClockAt = (at: number, timezone: string): string =>
  `${new Date(localMs(at, timezone)).toISOString().slice(0, 16).replace('T', ' ')}:00`;

/** The instant at which the zone's clock shows that; where it skips an hour, one beside the gap. NaN for no such text. */
export const instantAt = (wallClock: string, timezone: string): number => {
  const local = Date.parse(`${wallClock.replace(' ', 'T')}Z`);
  return Number.isNaN(local) ? NaN : instantOf(local, timezone);
};

/** What the zone's clock shows at an instant, as if it were UTC. */
export const localMs = (at: number, timezone: string): number => at + offsetMs(at, timezone);

/** The start of the bucket that holds the instant, `steps` buckets later. */
export function bucketStart(at: number, bucket: Bucket, timezone: string, steps = 0): number {
  const offset = offsetMs(at, timezone);
  const local = new Date(at + offset);
  if (bucket === 'none') return at;
  if (bucket === 'minute' || bucket === 'hour') {
    const size = bucket === 'minute' ? 60_000 : 3_600_000;
    return Math.floor(local.getTime() / size) * size - offset + steps * size;
  }
  const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()];
  if (bucket === 'month') return instantOf(Date.UTC(year, month + steps, 1), timezone);
  // ISO weeks begin on Monday.
  const first = bucket === 'week' ? day - ((local.getUTCDay() + 6) % 7) : day;
  return instantOf(Date.UTC(year, month, first + steps * (bucket === 'week' ? 7 : 1)), timezone);
}

/** What a chart can be asked to draw and still follows the hand. Windows have less by far: see `bucketFor`. */
const MOST_POINTS = 5000;

/** Every bucket start that a window touches, oldest first. */
export function bucketStarts(from: number, to: number, bucket: Bucket, timezone: string): number[] {
  const starts: number[] = [];
  let start = bucketStart(from, bucket, timezone);
  while (start < to && starts.length < MOST_POINTS) {
    starts.push(start);
    const next = bucketStart(start, bucket, timezone, 1);
    if (next <= start) break;
    start = next;
  }
  return starts;
}
