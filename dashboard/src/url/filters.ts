// The URL is the state: what window is asked about, which calls, sliced by what. Parsing never fails; what makes no
// sense falls back to the default, so that a link from elsewhere always opens. Knows nothing of React.
import type { Bucket } from '@spanledger/collector/contract';
import { type Dimension, DIMENSIONS } from '@spanledger/collector/contract/dimensions';
import { canBeAsked } from '@spanledger/collector/contract/instants';
import { isRangedField, type RangedField, readRange } from '@spanledger/collector/contract/ranges';
import { bucketStart } from './buckets.ts';

export const RANGES = ['1h', '24h', '7d', 'mtd', 'last-month', '30d', '90d'] as const;
export type RangeName = (typeof RANGES)[number];
export type Range = { kind: 'relative'; name: RangeName } | { kind: 'custom'; from: string; to: string };

/** How the page keeps up: by itself every so often, on every call that comes in (live), or not at all. */
export const REFRESHES = ['live', '5s', '30s', '5m', 'off'] as const;
export type Refresh = (typeof REFRESHES)[number];

export interface Where {
  dimension: Dimension | RangedField;
  /** Of a dimension; empty means: the call does not say. Of a number from one value to before another: "0.01..0.05". */
  value: string;
}
export interface Filters {
  range: Range;
  where: Where[];
  by: Dimension;
  timezone: string;
  /** Whether numbers are to be shown beside those of the window before; see `isCompared`. */
  compare: boolean;
  refresh: Refresh;
}
/** Milliseconds since the epoch; `to` exclusive. */
export interface Window {
  from: number;
  to: number;
}

const DEFAULTS = { range: '24h', by: 'feature', timezone: 'UTC', refresh: '5s' } as const;
/** What of a search is the filters'; the rest belongs to its page. */
const NAMES = ['range', 'from', 'to', 'where', 'by', 'tz', 'compare', 'refresh'] as const;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const isDimension = (text: string | null): text is Dimension => DIMENSIONS.includes(text as Dimension);

/** What a filter says; null when it makes no sense. */
function readWhere(text: string): Where | null {
  const colon = text.indexOf(':');
  const [name, value] = [text.slice(0, Math.max(0, colon)), text.slice(colon + 1)];
  if (isDimension(name)) return { dimension: name, value };
  return isRangedField(name) && !('wrong' in readRange(name, value)) ? { dimension: name, value } : null;
}

export function parseFilters(search: URLSearchParams): Filters {
  const by = search.get('by');
  const where: Where[] = [];
  for (const text of search.getAll('where')) {
    const read = readWhere(text);
    if (read && !where.some((one) => one.dimension === read.dimension && one.value === read.value)) where.push(read);
  }
  return {
    range: parseRange(search),
    where,
    by: isDimension(by) ? by : DEFAULTS.by,
    timezone: parseTimezone(search.get('tz')),
    compare: search.get('compare') !== 'off',
    refresh: REFRESHES.find((name) => name === search.get('refresh')) ?? DEFAULTS.refresh,
  };
}

/** What of a search makes no sense here and was left out, as it stands there: a reader of a link must know. */
export function leftOut(search: URLSearchParams): string[] {
  const filters = parseFilters(search);
  const kept: Record<string, boolean> = {
    range: filters.range.kind === 'custom' || filters.range.name === search.get('range'),
    from: filters.range.kind === 'custom',
    to: filters.range.kind === 'custom',
    by: filters.by === search.get('by'),
    tz: filters.timezone === search.get('tz'),
    refresh: filters.refresh === search.get('refresh'),
  };
  return [...search]
    .filter(([name, value]) => (name === 'where' ? readWhere(value) === null : kept[name] === false))
    .map(([name, value]) => `${name}=${value}`);
}

function parseRange(search: URLSearchParams): Range {
  const from = Date.parse(search.get('from') ?? '');
  const to = Date.parse(search.get('to') ?? '');
  if (from < to && canBeAsked(from) && canBeAsked(to))
    return { kind: 'custom', from: new Date(from).toISOString(), to: new Date(to).toISOString() };
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
  for (const name of NAMES) next.delete(name);
  if (filters.range.kind === 'custom') {
    next.set('from', shortInstant(filters.range.from));
    next.set('to', shortInstant(filters.range.to));
  } else if (filters.range.name !== DEFAULTS.range) next.set('range', filters.range.name);
  for (const { dimension, value } of filters.where) next.append('where', `${dimension}:${value}`);
  if (filters.by !== DEFAULTS.by) next.set('by', filters.by);
  if (filters.timezone !== DEFAULTS.timezone) next.set('tz', filters.timezone);
  if (!filters.compare) next.set('compare', 'off');
  if (filters.refresh !== DEFAULTS.refresh) next.set('refresh', filters.refresh);
  return next;
}

/** What of any search describes a view: everything but how the page keeps up, and no empty names. */
export function viewSearch(search: URLSearchParams): string {
  const view = writeFilters(search, { ...parseFilters(search), refresh: DEFAULTS.refresh });
  return view.toString();
}

/** An instant without the seconds it does not have, so that a link stays short: "2026-11-01T00:00Z". */
export const shortInstant = (instant: string): string => instant.replace(/:00\.000Z$/, 'Z').replace(/\.000Z$/, 'Z');

export function toggleWhere(filters: Filters, one: Where): Filters {
  const rest = filters.where.filter((other) => other.dimension !== one.dimension || other.value !== one.value);
  return { ...filters, where: rest.length === filters.where.length ? [...rest, one] : rest };
}

/** The filters with exactly these values of a dimension, whatever was chosen of it before. */
export function narrowed(where: readonly Where[], dimension: Where['dimension'], values: readonly string[]): Where[] {
  return [...where.filter((one) => one.dimension !== dimension), ...values.map((value) => ({ dimension, value }))];
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
    case '90d':
      return { from: to - 90 * DAY, to };
    case 'mtd':
      return { from: bucketStart(now, 'month', timezone), to };
    case 'last-month':
      return { from: bucketStart(now, 'month', timezone, -1), to: bucketStart(now, 'month', timezone) };
  }
}

/** The window just before. Month to date is compared with the same stretch of the month before, a month with a month. */
export function previousWindow(range: Range, window: Window, timezone: string): Window {
  const length = window.to - window.from;
  if (range.kind === 'relative' && range.name === 'last-month')
    return { from: bucketStart(window.from, 'month', timezone, -1), to: window.from };
  if (range.kind === 'relative' && range.name === 'mtd') {
    const from = bucketStart(window.from, 'month', timezone, -1);
    return { from, to: Math.min(from + length, window.from) };
  }
  return { from: window.from - length, to: window.from };
}

/** Whether there is a window before to ask about: that of three centuries begins before all that can be asked. */
export const hasPrevious = (range: Range): boolean =>
  range.kind === 'relative' || canBeAsked(2 * Date.parse(range.from) - Date.parse(range.to));
/** Whether numbers are shown beside those of the window before: that is wanted, and there is one. */
export const isCompared = ({ range, compare }: Filters): boolean => compare && hasPrevious(range);

/** The grain that gives a window some dozens of bars. */
export function bucketFor({ from, to }: Window): Bucket {
  const length = to - from;
  if (length <= 2 * HOUR) return 'minute';
  if (length <= 3 * DAY) return 'hour';
  if (length <= 93 * DAY) return 'day';
  if (length <= 400 * DAY) return 'week';
  return 'month';
}

/** As fine as leaves a column some pixels. */
export function fineBucketFor(window: Window): Bucket {
  return window.to - window.from > 2 * HOUR && window.to - window.from <= 8 * DAY ? 'hour' : bucketFor(window);
}
