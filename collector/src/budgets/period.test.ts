import fc from 'fast-check';
import { expect, test } from 'vitest';
import { periodAt, periodBefore } from './period.ts';

const KINDS = ['day', 'week', 'month'] as const;
// Among them: clocks that change at midnight (Cairo, Santiago, Havana, Beirut), by half an hour (Lord Howe), far offsets.
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Havana',
  'America/Santiago',
  'Africa/Cairo',
  'Asia/Beirut',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
  'America/Nuuk',
];

test.each([
  ['a day in UTC', '2026-11-21T14:00:00Z', 'day', 'UTC', '2026-11-21T00:00:00Z', '2026-11-22T00:00:00Z'],
  [
    'a week from Monday, asked on a Sunday',
    '2026-11-22T23:59:59.999Z',
    'week',
    'UTC',
    '2026-11-16T00:00:00Z',
    '2026-11-23T00:00:00Z',
  ],
  [
    'a week from Monday, asked on that Monday',
    '2026-11-23T00:00:00Z',
    'week',
    'UTC',
    '2026-11-23T00:00:00Z',
    '2026-11-30T00:00:00Z',
  ],
  [
    'a month across a change of offset',
    '2026-10-10T00:00:00Z',
    'month',
    'Europe/Berlin',
    '2026-09-30T22:00:00Z',
    '2026-10-31T23:00:00Z',
  ],
  ['the month of a leap year', '2028-02-29T12:00:00Z', 'month', 'UTC', '2028-02-01T00:00:00Z', '2028-03-01T00:00:00Z'],
  ['a day of 23 hours', '2026-03-29T12:00:00Z', 'day', 'Europe/Berlin', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'],
  ['a day of 25 hours', '2026-10-25T12:00:00Z', 'day', 'Europe/Berlin', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'],
  [
    'a day without a midnight',
    '2026-04-24T12:00:00Z',
    'day',
    'Africa/Cairo',
    '2026-04-23T22:00:00Z',
    '2026-04-24T21:00:00Z',
  ],
  [
    'a day with two midnights, asked after the second',
    '2026-11-01T05:30:00Z',
    'day',
    'America/Havana',
    '2026-11-01T04:00:00Z',
    '2026-11-02T05:00:00Z',
  ],
  [
    'a date that the zone skipped belongs to nobody',
    '2011-12-30T09:59:59Z',
    'day',
    'Pacific/Apia',
    '2011-12-29T10:00:00Z',
    '2011-12-30T10:00:00Z',
  ],
] as const)('%s', (_title, at, kind, zone, start, end) => {
  expect(periodAt(new Date(at), kind, zone)).toEqual({ start: new Date(start), end: new Date(end) });
});

test('periods contain their instant, and follow each other without gap or overlap', () => {
  const instants = fc.date({ min: new Date('2000-01-01'), max: new Date('2040-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(instants, fc.constantFrom(...KINDS), fc.constantFrom(...ZONES), (at, kind, zone) => {
      const period = periodAt(at, kind, zone);
      expect(period.start <= at && at < period.end).toBe(true);
      expect(periodAt(period.start, kind, zone)).toEqual(period);
      expect(periodAt(new Date(period.end.getTime() - 1), kind, zone)).toEqual(period);
      expect(periodAt(period.end, kind, zone).start).toEqual(period.end);
      expect(periodBefore(period, kind, zone).end).toEqual(period.start);
    }),
    { numRuns: 1_500 },
  );
});

test('a zone that does not exist is an error, not UTC', () => {
  expect(() => periodAt(new Date(0), 'day', 'Mars/Olympus')).toThrow(RangeError);
});
