import { describe, expect, it, test } from 'vitest';
import { readDraft } from './alert-on.ts';
import { parseFilters } from './filters.ts';
import { monitorHref, proposedThreshold, readMonitorDraft } from './monitor-on.ts';

const filters = (search: string) => parseFilters(new URLSearchParams(search));
const searchOf = (href: string | undefined) => new URL(href ?? '', 'http://ledger.example').searchParams;

describe('an alert on a chart of no money', () => {
  const href = monitorHref(
    filters('range=7d&where=feature:search&where=model:m'),
    { measure: 'p95LatencyMs' },
    [800, 12_431],
  );

  it('is a monitor of what is drawn over the same calls, a little worse than the worst that is seen', () => {
    expect(readMonitorDraft(searchOf(href))).toEqual({
      measure: 'p95LatencyMs',
      scope: [
        { dimension: 'feature', value: 'search' },
        { dimension: 'model', value: 'm' },
      ],
      comparison: 'above',
      threshold: 13_000,
    });
  });

  it('is no budget, and a budget is no monitor', () => {
    expect(readDraft(searchOf(href))).toBeNull();
    expect(readMonitorDraft(searchOf('/budgets?new='))).toBeNull();
  });

  it('takes what the chart says, money as it is written, and proposes nothing where nothing is said', () => {
    const of = (watched: Parameters<typeof monitorHref>[1]) =>
      readMonitorDraft(searchOf(monitorHref(filters(''), watched, [5])))?.threshold;
    expect(of({ measure: 'cacheSavingsUsd', threshold: '0.00' })).toBe('0.00');
    expect(of({ measure: 'p95LatencyMs', threshold: 10_000 })).toBe(10_000);
    expect(of({ measure: 'errorRate', threshold: null })).toBeNull();
  });

  it('is not offered where a monitor could not say it: a range, or two values of one dimension', () => {
    const of = (search: string) => monitorHref(filters(search), { measure: 'errorRate' }, []);
    expect(of('where=feature:a&where=feature:b')).toBeUndefined();
    expect(of('where=durationMs:10..20')).toBeUndefined();
  });

  it('of calls that all failed watches how many there are: their error rate is 100 % always', () => {
    const href = monitorHref(filters('where=failure:rate_limit&where=feature:a'), { measure: 'errorRate' }, [1, 1]);
    expect(readMonitorDraft(searchOf(href ?? ''))).toMatchObject({
      measure: 'calls',
      comparison: 'above',
      threshold: null,
    });
  });

  it('falls back to a measure there is', () => {
    expect(readMonitorDraft(searchOf('/budgets?new=monitor&measure=outputTokens&threshold=x'))).toMatchObject({
      measure: 'p95LatencyMs',
      threshold: null,
    });
  });
});

test.each([
  ['the slowest, up', 'p95LatencyMs', [900, 12_431, 8], 13_000],
  ['two digits stay as they are', 'p95LatencyMs', [1_300], 1_300],
  ['a small share, up', 'errorRate', [0, 0.0312], 0.032],
  ['no more than all', 'errorRate', [0.995], 1],
  ['the lowest hit rate, down', 'cacheHitRate', [0.83, 0.789, 0.9], 0.78],
  ['no errors are no threshold', 'errorRate', [0, 0], null],
  ['nothing seen is none', 'cacheHitRate', [], null],
] as const)('what is proposed: %s', (_title, measure, seen, threshold) => {
  expect(proposedThreshold(measure, seen)).toBe(threshold);
});
