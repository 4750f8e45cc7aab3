// What the palette offers for what was typed, and where each leads. Pure.
import type { Dimension } from '@spanledger/collector/contract';
import { type Filters, narrowed, parseFilters, type RangeName, RANGES, writeFilters } from '../../url/filters.ts';

export interface PageLink {
  to: string;
  label: string;
  /** Whether the window and the filters of the bar go along. */
  sliced: boolean;
}
export interface Command {
  id: string;
  label: string;
  /** Path and search. */
  to: string;
}
/** Where the reader is. */
export interface Place {
  pathname: string;
  search: string;
}

/** Whose values are looked through: what people have names for. */
export const SEARCHED: readonly Dimension[] = [
  'feature',
  'model',
  'promptVersion',
  'customer',
  'userId',
  'service',
  'environment',
];

const RANGE_WORDS: Record<RangeName, string> = {
  '1h': 'Last hour',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  mtd: 'Month to date',
  'last-month': 'Last month',
  '30d': 'Last 30 days',
  '90d': 'Last 90 days',
};

const matches = (label: string, typed: string): boolean =>
  typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => label.toLowerCase().includes(word));

export function pageCommands(pages: readonly PageLink[], typed: string, place: Place): Command[] {
  return pages
    .filter(({ label }) => matches(label, typed))
    .map(({ to, label, sliced }) => ({ id: `page ${to}`, label, to: sliced ? withFilters(to, place, {}) : to }));
}

/** On the page where one is, or on the overview where that has no time range. */
export function rangeCommands(pages: readonly PageLink[], typed: string, place: Place): Command[] {
  return RANGES.map((name) => ({ name, label: RANGE_WORDS[name] }))
    .filter(({ label }) => matches(label, typed))
    .map(({ name, label }) => ({
      id: `range ${name}`,
      label,
      to: here(pages, place, { range: { kind: 'relative', name } }),
    }));
}

/** The page where one is, or the overview, with only the calls of this value. */
export function valueHref(
  pages: readonly PageLink[],
  dimension: Dimension,
  value: string | null,
  place: Place,
): string {
  const { where } = parseFilters(new URLSearchParams(place.search));
  return here(pages, place, { where: narrowed(where, dimension, [value ?? '']) });
}

/** "feature: sea" asks for values of one dimension, "sea" for those of all that are searched. */
export function readTyped(typed: string): { dimensions: readonly Dimension[]; text: string } {
  const colon = typed.indexOf(':');
  const name = typed.slice(0, Math.max(0, colon)).trim().toLowerCase();
  const dimension = SEARCHED.find((one) => one.toLowerCase() === name.replaceAll(' ', ''));
  return dimension
    ? { dimensions: [dimension], text: typed.slice(colon + 1).trim() }
    : { dimensions: SEARCHED, text: typed.trim() };
}

/** Whether it can be an id of a call, a message, a request or a trace: one long word. */
export const canBeId = (typed: string): boolean => /^[\w\-/.:]{10,200}$/.test(typed.trim());

function here(pages: readonly PageLink[], place: Place, changes: Partial<Filters>): string {
  const page = pages.find(({ to, sliced }) => sliced && to === place.pathname);
  if (!page) return withFilters('/', place, changes);
  const now = new URLSearchParams(place.search);
  const search = writeFilters(now, { ...parseFilters(now), ...changes });
  // Another list has other calls.
  search.delete('call');
  return withSearch(page.to, search);
}

function withFilters(to: string, place: Place, changes: Partial<Filters>): string {
  const filters = parseFilters(new URLSearchParams(place.search));
  return withSearch(to, writeFilters(new URLSearchParams(), { ...filters, ...changes }));
}

const withSearch = (path: string, search: URLSearchParams): string =>
  search.size === 0 ? path : `${path}?${search.toString()}`;
