// "Alert on this" of a chart that is no spend: its measure and the filters of the page as the beginnings of a monitor, carried in
// the URL to its form. Pure.
import {
  isMoneyMeasure,
  type Monitor,
  MONITORED_MEASURES,
  type MonitoredMeasure,
} from '@spanledger/collector/contract';
import { type ScopeDraft, scopeSearch, scopeOfSearch } from './alert-on.ts';
import type { Filters } from './filters.ts';

export interface MonitorDraft {
  measure: MonitoredMeasure;
  scope: ScopeDraft;
  comparison: Monitor['comparison'];
  /** In the measure's unit, money as a decimal string; null: nothing is proposed. */
  threshold: Monitor['threshold'] | null;
}

/** What a chart draws, for who wants to be told of it. */
export interface Watched {
  measure: MonitoredMeasure;
  /** To begin with; null: none. Without it, a little worse than the worst that is drawn. */
  threshold?: Monitor['threshold'] | null;
}

/** Of these less is worse. */
const BELOW: readonly MonitoredMeasure[] = [
  'cacheHitRate',
  'cacheSavingsUsd',
  'p50OutputTokensPerSecond',
  'rateLimitHeadroom',
];
export const worseSide = (measure: MonitoredMeasure): Monitor['comparison'] =>
  BELOW.includes(measure) ? 'below' : 'above';

/** The worst of what was seen, with two digits, rounded away from what is well; null when that is nothing to hold a measure to. */
export function proposedThreshold(measure: MonitoredMeasure, seen: readonly number[]): number | null {
  const isBelow = worseSide(measure) === 'below';
  const worst = isBelow ? Math.min(...seen) : Math.max(...seen);
  if (!Number.isFinite(worst) || worst <= 0) return null;
  const step = 10 ** (Math.floor(Math.log10(worst)) - 1);
  // What is two digits already stays: a quotient of floats is a little off.
  const steps = Number((worst / step).toPrecision(12));
  return Number(((isBelow ? Math.floor(steps) : Math.ceil(steps)) * step).toPrecision(2));
}

const OF_FAILURES: readonly Filters['where'][number]['dimension'][] = ['failure', 'outcome', 'errorType', 'errorCode'];

/** The link to the form; undefined when a monitor cannot say these filters: it takes one value of a dimension, and no range. */
export function monitorHref(
  filters: Filters,
  { measure, threshold }: Watched,
  seen: readonly number[],
): string | undefined {
  const search = scopeSearch(filters);
  if (search === null) return undefined;
  // Of calls that failed all failed: how many there are can be wrong, and not their share.
  if (measure === 'errorRate' && filters.where.some(({ dimension }) => OF_FAILURES.includes(dimension)))
    return monitorHref(filters, { measure: 'calls', threshold: null }, []);
  search.set('new', 'monitor');
  search.set('measure', measure);
  const proposed = threshold === undefined ? proposedThreshold(measure, seen) : threshold;
  if (proposed !== null) search.set('threshold', String(proposed));
  return `/budgets?${search}`;
}

/** What `monitorHref` wrote; null when the search asks for no new monitor. */
export function readMonitorDraft(search: URLSearchParams): MonitorDraft | null {
  if (search.get('new') !== 'monitor') return null;
  const measure = MONITORED_MEASURES.find((name) => name === search.get('measure')) ?? 'p95LatencyMs';
  const threshold = search.get('threshold') ?? '';
  const isNumber = /^\d{1,15}(\.\d{1,12})?$/.test(threshold);
  return {
    measure,
    scope: scopeOfSearch(search),
    comparison: worseSide(measure),
    threshold: !isNumber ? null : isMoneyMeasure(measure) ? threshold : Number(threshold),
  };
}
