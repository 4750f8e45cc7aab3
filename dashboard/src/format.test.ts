import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  changeOf,
  differenceUsd,
  divideUsd,
  formatBucket,
  formatCompact,
  formatDate,
  formatRange,
  formatWanted,
  formatDatedMinute,
  formatDuration,
  formatShare,
  formatShareTick,
  formatStretch,
  formatUsd,
  formatUsdColumn,
  formatUsdExact,
  formatUsdSigned,
  formatUsdTick,
  picoUsd,
  placesOf,
  ratioUsd,
  sumUsd,
  usdOfPico,
  formatValue,
} from './format.ts';

describe('money', () => {
  it.each([
    ['0.020800000000', '$0.0208'],
    ['0.000000000001', '$0.000000000001'],
    ['0.000312456000', '$0.000312'],
    ['0.000000000000', '$0.00'],
    ['0.500000000000', '$0.50'],
    ['0.999900000000', '$1.00'],
    ['1.005000000000', '$1.01'],
    ['12.344999999999', '$12.34'],
    ['1234567.895000000000', '$1,234,567.90'],
    ['-0.020800000000', '−$0.0208'],
  ])('reads %s as %s', (usd, text) => expect(formatUsd(usd)).toBe(text));

  it('says unknown for an unknown amount, never zero', () => {
    expect(formatUsd(null)).toBe('unknown');
    expect(formatUsdExact(null)).toBe('unknown');
    expect(sumUsd([null, null])).toBeNull();
  });

  it('says a difference with its sign, and unknown where one side is unknown', () => {
    expect(differenceUsd('1.500000000000', '1.250000000000')).toBe('-0.250000000000');
    expect(differenceUsd(null, '1.250000000000')).toBeNull();
    expect(['-0.250000000000', '0.000000000000', '0.250000000000', null].map(formatUsdSigned)).toEqual([
      '−$0.25',
      '$0.00',
      '+$0.25',
      'unknown',
    ]);
  });

  it('adds without a float: a tenth and two tenths are three tenths', () => {
    expect(sumUsd(['0.100000000000', '0.200000000000', null])).toBe('0.300000000000');
  });

  it('keeps amounts that no float can hold', () => {
    const usd = '9007199254740993.000000000001';
    expect(usdOfPico(picoUsd(usd))).toBe(usd);
    expect(formatUsdExact(usd)).toBe('$9,007,199,254,740,993.000000000001');
  });

  it('refuses what is no decimal amount', () => {
    expect(() => picoUsd('1e3')).toThrow(TypeError);
    expect(() => picoUsd('0.0000000000001')).toThrow(TypeError);
  });

  it('divides to the pico-dollar, half away from zero', () => {
    expect(divideUsd('0.100000000000', 3)).toBe('0.033333333333');
    expect(divideUsd('-0.000000000005', 2)).toBe('-0.000000000003');
    expect(divideUsd('1.000000000000', 0)).toBeNull();
  });

  it('says a share of nothing is unknown', () => {
    expect(ratioUsd('1.000000000000', '4.000000000000')).toBe(0.25);
    expect(ratioUsd('0.000000000000', '0.000000000000')).toBeNull();
  });

  it('lines a column up at the point without losing a digit', () => {
    const amounts = ['0.001200000000', '0.003535500000', '1.000000000000'];
    expect(amounts.map((usd) => formatUsdColumn(usd, placesOf(amounts)))).toEqual([
      '$0.0012000',
      '$0.0035355',
      '$1.0000000',
    ]);
  });

  it('keeps the zeros of a round tick', () => {
    expect([0, 0.05, 1.5, 100, 2500, -2].map(formatUsdTick)).toEqual(['$0', '$0.05', '$1.5', '$100', '$2.5K', '−$2']);
  });
});

describe('other numbers', () => {
  it('says durations in the unit a reader would use', () => {
    expect([0.2, 840, 1240, 61_000, 3_700_000, null].map(formatDuration)).toEqual([
      '< 1 ms',
      '840 ms',
      '1.24 s',
      '1 min 1 s',
      '1 h 1 min',
      'unknown',
    ]);
  });
  it('says shares with the digits that matter', () => {
    expect([0, 0.0004, 0.4231, 1, null].map(formatShare)).toEqual(['0 %', '0.04 %', '42.3 %', '100 %', 'unknown']);
    expect([0, 0.0004, 0.025, 0.2, 0.6000000000000001, 1].map(formatShareTick)).toEqual([
      '0 %',
      '0.04 %',
      '2.5 %',
      '20 %',
      '60 %',
      '100 %',
    ]);
  });
  it('shortens large counts only', () => {
    expect([0, 9999, 12_400, 3_200_000].map(formatCompact)).toEqual(['0', '9,999', '12.4K', '3.2M']);
  });
  it('knows no change from nothing', () => {
    expect(changeOf(3, 0)).toBeNull();
    expect(changeOf(3, null)).toBeNull();
    expect(changeOf(3, 2)).toBe(0.5);
  });
  it('reads a bucket in the asked time zone', () => {
    expect(formatBucket(Date.parse('2026-11-20T23:00:00Z'), 'hour', 'Europe/Berlin')).toBe('21 Nov');
    expect(formatBucket(Date.parse('2026-11-20T22:00:00Z'), 'hour', 'Europe/Berlin')).toBe('23:00');
    expect(formatBucket(Date.parse('2026-11-20T23:00:00Z'), 'day', 'Europe/Berlin')).toBe('21 Nov');
  });
});

it('says a day with its year, in UTC', () => {
  expect(formatDate('2026-10-07')).toBe('7 Oct 2026');
  expect(formatDate('2026-12-31T23:59:59Z')).toBe('31 Dec 2026');
});

it('an instant that may be years back has its year, and at midnight no clock', () => {
  expect(formatDatedMinute('2025-10-01T00:00:00.000Z', 'UTC')).toBe('1 Oct 2025');
  expect(formatDatedMinute('2025-10-01T00:00:00.000Z', 'Europe/Berlin')).toBe('1 Oct 2025, 02:00');
  expect(formatDatedMinute('2025-09-30T22:00:00.000Z', 'Europe/Berlin')).toBe('1 Oct 2025');
});

it.each([
  ['2026-11-01T00:00Z', '2026-11-08T00:00Z', '1 Nov, 00:00 – 8 Nov, 00:00'],
  ['2025-11-01T00:00Z', '2025-11-08T00:00Z', '1 Nov, 00:00 – 8 Nov 2025, 00:00'],
  ['2025-12-30T00:00Z', '2026-01-02T00:00Z', '30 Dec 2025, 00:00 – 2 Jan 2026, 00:00'],
])('a stretch from %s to %s, looked at in 2026, is %s', (from, to, words) =>
  expect(formatStretch(from, to, 'UTC', Date.parse('2026-11-20T00:00Z'))).toBe(words),
);

it('which year a stretch is of is asked in the time zone of the page', () => {
  const now = Date.parse('2026-11-20T00:00Z');
  expect(formatStretch('2025-12-31T23:00Z', '2026-01-01T23:00Z', 'Europe/Berlin', now)).toBe(
    '1 Jan, 00:00 – 2 Jan, 00:00',
  );
});

it('bytes are said in the largest unit that leaves a whole number before the point', () => {
  expect([0, 999, 1_000, 52_430, 1_254_000_000, 7e15].map(formatBytes)).toEqual(
    ['0 B', '999 B', '1 kB', '52.4 kB', '1.25 GB', '7,000 TB'].map((text) => text.replace(' ', '\u00a0')),
  );
});

it('says a range as a reader would, and a filter by its value or its range', () => {
  expect(formatRange('costUsd', '0.01..0.05')).toBe('$0.01 – $0.05');
  expect(formatRange('durationMs', '10000..')).toBe('10.0 s or more');
  expect(formatRange('promptTokens', '..4000')).toBe('under 4,000');
  expect(formatWanted({ dimension: 'feature', value: '' })).toBe('not set');
  expect(formatWanted({ dimension: 'outputTokens', value: '100..200' })).toBe('100 – 200');
});

it('says what a call cost as all money is said, and a name as it is', () => {
  expect(
    ['under 0.0001 USD', '0.001-0.003 USD', '0.3-1 USD', '3 USD or more', ''].map((band) =>
      formatValue(band, 'callCost'),
    ),
  ).toEqual(['under $0.0001', '$0.001 – $0.003', '$0.30 – $1.00', '$3.00 or more', 'not set']);
  expect(formatValue('0.3-1 USD', 'feature')).toBe('0.3-1 USD');
});
