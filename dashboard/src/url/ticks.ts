// Which buckets are named below a chart: at places of the clock and the calendar that a reader looks for, as many as have room. Pure.
import type { Bucket } from '@spanledger/collector/contract';
import { localMs } from './buckets.ts';

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
/** Monday, 5 January 1970. */
const MONDAY = 4;

/** How many buckets a bucket is from one that is always named, and every how many can be, the closest first. */
const PLACES: Record<Exclude<Bucket, 'none'>, { numberOf: (local: number) => number; steps: readonly number[] }> = {
  minute: { numberOf: (local) => Math.floor(local / MINUTE), steps: [1, 2, 5, 10, 15, 30, 60, 120, 360, 720, 1440] },
  // Midnights say which day begins; further apart than that, days do.
  hour: { numberOf: (local) => Math.floor(local / HOUR), steps: [1, 2, 3, 6, 12, 24, 48, 96, 168] },
  day: { numberOf: (local) => Math.floor(local / DAY) - MONDAY, steps: [1, 2, 7, 14, 28] },
  week: { numberOf: (local) => Math.floor((local / DAY - MONDAY) / 7), steps: [1, 2, 4, 8, 13, 26, 52] },
  month: {
    numberOf: (local) => new Date(local).getUTCFullYear() * 12 + new Date(local).getUTCMonth(),
    steps: [1, 2, 3, 6, 12, 24, 60, 120, 600],
  },
};

/** The starts to be named, `most` or fewer. */
export function ticksOf(starts: readonly number[], bucket: Bucket, timezone: string, most: number): number[] {
  if (starts.length <= most || bucket === 'none') return [...starts];
  const { numberOf, steps } = PLACES[bucket];
  const numbers = starts.map((at) => numberOf(localMs(at, timezone)));
  for (const step of steps) {
    const named = starts.filter((_, index) => (numbers[index] ?? 0) % step === 0);
    if (named.length <= most && named.length * 3 >= most) return named;
    if (named.length < most) break;
  }
  // Where a chart draws a stretch of buckets at one place, few places begin at one of these.
  const every = Math.ceil(starts.length / most);
  return starts.filter((_, index) => index % every === 0);
}
