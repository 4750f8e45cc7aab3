// The month and the four weeks before today, from daily rows to what the month panel says. Pure.
import type { MetricsRow } from '@spanledger/collector/contract';
import { sumUsd } from '../format.ts';
import { numberOf, textOf } from '../ui/rows.ts';
import { bucketStart, bucketStarts } from '../url/buckets.ts';
import type { Window } from '../url/filters.ts';
import { forecastMonth, type Forecast } from './forecast.ts';

const LATELY_DAYS = 28;

/** What must be asked: whole days, the same question all day long. */
export function monthWindow(now: number, timezone: string): Window {
  const month = bucketStart(now, 'month', timezone);
  const lately = bucketStart(now, 'day', timezone, -LATELY_DAYS);
  const tomorrow = bucketStart(now, 'day', timezone, 1);
  return { from: Math.min(month, lately), to: tomorrow };
}

export function monthAhead(
  rows: readonly MetricsRow[],
  now: number,
  timezone: string,
): { spentUsd: string | null; unpricedCalls: number; forecast: Forecast | null } {
  const month = bucketStart(now, 'month', timezone);
  const nextMonth = bucketStart(now, 'month', timezone, 1);
  const today = bucketStart(now, 'day', timezone);
  const days = rows.map((row) => ({
    at: Date.parse(textOf(row, 'bucket') ?? ''),
    usd: textOf(row, 'costUsd'),
    unpriced: numberOf(row, 'unpricedCalls') ?? 0,
  }));
  const ofMonth = days.filter(({ at }) => at >= month);
  const spentUsd = ofMonth.length === 0 ? '0.000000000000' : sumUsd(ofMonth.map(({ usd }) => usd));
  // Days before the first call are no days without spend: nobody was counting.
  const first = Math.min(...days.map(({ at }) => at));
  const spentOn = new Map(days.map(({ at, usd }) => [at, Number(usd ?? 0)]));
  const whole = bucketStarts(Math.max(first, bucketStart(now, 'day', timezone, -LATELY_DAYS)), today, 'day', timezone);
  const lately = (Number.isFinite(first) ? whole : [])
    .filter((at) => at > first || at === bucketStart(first, 'day', timezone))
    .map((at) => ({ weekday: weekdayOf(at, timezone), usd: spentOn.get(at) ?? 0 }));
  const toCome = bucketStarts(today, nextMonth, 'day', timezone).map((at) => {
    const end = bucketStart(at, 'day', timezone, 1);
    return { weekday: weekdayOf(at, timezone), part: at <= now ? (end - now) / (end - at) : 1 };
  });
  return {
    spentUsd,
    unpricedCalls: ofMonth.reduce((sum, { unpriced }) => sum + unpriced, 0),
    forecast: forecastMonth(Number(spentUsd ?? 0), lately, toCome),
  };
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const weekdayOf = (at: number, timezone: string): number =>
  WEEKDAYS.indexOf(new Intl.DateTimeFormat('en-US', { weekday: 'short', timeZone: timezone }).format(at));
