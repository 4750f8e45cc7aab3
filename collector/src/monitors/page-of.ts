// Where a person looks at what a monitor saw: the page of the dashboard that shows its measure, of the same window and scope.
import { HEADROOM, type MonitoredMeasure, whereOfScope } from '../contract.ts';
import type { MonitorQuestion, Window } from './ports.ts';

export function pageOf(
  base: string,
  { measure, scope }: Pick<MonitorQuestion, 'measure' | 'scope'>,
  { from, to }: Window,
): string {
  const search = new URLSearchParams({ from: from.toISOString(), to: to.toISOString() });
  for (const filter of whereOfScope(scope)) search.append('where', filter);
  return `${base}${pathOf(measure)}?${search}`;
}

function pathOf(measure: MonitoredMeasure): string {
  if (measure.endsWith('Ms') || measure === 'p50OutputTokensPerSecond') return '/latency';
  if (measure === 'errorRate' || measure === 'retries' || measure === HEADROOM) return '/errors';
  if (measure === 'cacheHitRate' || measure === 'cacheSavingsUsd') return '/cache';
  return measure === 'costUsd' ? '/spend' : '/calls';
}
