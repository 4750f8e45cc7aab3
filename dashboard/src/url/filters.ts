// The URL is the state: what window is asked about, which calls, sliced by what. Parsing never fails; what makes no
// sense falls back to the default, so that a link from elsewhere always opens. Knows nothing of React.
import { type Bucket, type Dimension, DIMENSIONS } from '@spanledger/collector/contract';
import { bucketStart } from './buckets.ts';

export const RANGES = ['1h', '24h', '7d', 'mtd', '30d'] as const;
export type RangeName = (typeof RANGES)[number];
export type Range = { kind: 'relative'; name: RangeName } | { kind: 'custom'; from: string; to: string };

export interface Where {
  dimension: Dimension;
  /** Empty means: the call does not say. */
  value: string;
}
export interface Filters {
  range: Range;
  where: Where[];
  by: Dimension;
  timezone: string;
}
/** Milliseconds since the epoch; `to` exclusive. */
export interface Window {
  from: number;
  to: number;
}

const DEFAULTS = { range: '24h', by: 'feature', timezone: 'UTC' } as const;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const isDimension = (text: string | null): text is Dimension => DIMENSIONS.includes(text as Dimension);

export function parseFilters(search: URLSearchParams): Filters {
  const by = search.get('by');
  const where: Where[] = [];
  for (const text of search.getAll('where')) {
    const colon = text.indexOf(':');
    const dimension = text.slice(0, Math.max(0, colon));
    const value = text.slice(colon + 1);
    if (isDimension(dimension) && !where.some((one) => one.dimension === dimension && one.value === value))
      where.push({ dimension, value });
  }
  return {
    range: parseRange(search),
    where,
    by: isDimension(by) ? by : DEFAULTS.by,
    timezone: parseTimezone(search.get('tz')),
  };
}

function parseRange(search: URLSearchParams): Range {
  const from = Date.parse(search.get('from') ?? '');
  const to = Date.parse(search.get('to') ?? '');
  if (from < to) return { kind: 'custom', from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  const name = search.get('range');
  return { kind: 'relative', name: RANGES.includes(name as RangeName) ? (name as RangeName) : DEFAULTS.range };
}

function parseTimezone(name: string | null): string {
  if (name === null) return DEFAULTS.timezone;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return name;
  } catch {
    return DEFAULTS.timezone;
  }
}

/** Writes filters into a copy of the search; defaults are left out, other parameters stay. */
export function writeFilters(search: URLSearchParams, filters: Filters): URLSearchParams {
  const next = new URLSearchParams(search);
  for (const name of ['range', 'from', 'to', 'where', 'by', 'tz']) next.delete(name);
  if (filters.range.kind === 'custom') {
    next.set('from', filters.range.from);
    next.set('to', filters.range.to);
  } else if (filters.range.name !== DEFAULTS.range) next.set('range', filters.range.name);
  for (const { dimension, value } of filters.where) next.append('where', `${dimension}:${value}`);
  if (filters.by !== DEFAULTS.by) next.set('by', filters.by);
  if (filters.timezone !== DEFAULTS.timezone) next.set('tz', filters.timezone);
  return next;
}

export function toggleWhere(filters: Filters, one: Where): Filters {
  const rest = filters.where.filter((other) => other.dimension !== one.dimension || other.value !== one.value);
  return { ...filters, where: rest.length === filters.where.length ? [...rest, one] : rest };
}

/** The instants a range means now. Relative windows end at the next 5 s mark, so that all panels ask about the same one. */
export function windowOf(range: Range, now: number, timezone: string): Window {
  if (range.kind === 'custom') return { from: Date.parse(range.from), to: Date.parse(range.to) };
  const to = Math.ceil((now + 1) / 5000) * 5000;
  switch (range.name) {
    case '1h':
      return { from: to - HOUR, to };
    case '24h':
      return { from: to - DAY, to };
    case '7d':
      return { from: to - 7 * DAY, to };
    case '30d':
      return { from: to - 30 * DAY, to };
    case 'mtd':
      return { from: bucketStart(now, 'month', timezone), to };
  }
}

/** The window just before. Month to date is compared with the same stretch of the month before. */
export function previousWindow(range: Range, window: Window, timezone: string): Window {
  const length = window.to - window.from;
  if (range.kind === 'relative' && range.name === 'mtd') {
    const from = bucketStart(window.from, 'month', timezone, -1);
    return { from, to: Math.min(from + length, window.from) };
  }
  return { from: window.from - length, to: window.from };
}

/** The grain that gives a window some dozens of bars. */
export function bucketFor({ from, to }: Window): Bucket {
  const length = to - from;
  if (length <= 2 * HOUR) return 'minute';
  if (length <= 3 * DAY) return 'hour';
  if (length <= 93 * DAY) return 'day';
  if (length <= 400 * DAY) return 'week';
  return 'month';
}
