import { expect, test } from 'vitest';
import { instantAt, wallClockAt } from './buckets.ts';

// Tokyo is 9 h ahead; Los Angeles 7 h behind in summer and 8 h in winter, its clock turned on 1 November 2026 at 09:00 UTC.
test.each([
  ['2026-11-01 00:00:00', 'UTC', '2026-11-01T00:00:00Z'],
  ['2026-11-01 09:00:00', 'Asia/Tokyo', '2026-11-01T00:00:00Z'],
  ['2026-10-31 17:00:00', 'America/Los_Angeles', '2026-11-01T00:00:00Z'],
  ['2026-12-01 00:00:00', 'America/Los_Angeles', '2026-12-01T08:00:00Z'],
])('%s in %s is %s, and back', (wallClock, timezone, instant) => {
  expect(new Date(instantAt(wallClock, timezone)).toISOString()).toBe(instant.replace('Z', '.000Z'));
  expect(wallClockAt(Date.parse(instant), timezone)).toBe(wallClock);
});

test('a time that a zone’s clock skips is an instant beside the gap, and what is no time is none', () => {
  // Los Angeles went from 2:00 to 3:00 on 8 March 2026, at 10:00 UTC.
  const skipped = instantAt('2026-03-08 02:30:00', 'America/Los_Angeles');
  expect(Math.abs(skipped - Date.parse('2026-03-08T10:00:00Z'))).toBeLessThanOrEqual(1_800_000);
  expect(instantAt('soon', 'UTC')).toBeNaN();
});
