import { expect, test } from 'vitest';
import { MONITORED_MEASURES } from '../contract.ts';
import { pageOf } from './page-of.ts';

const WINDOW = { from: new Date('2026-11-21T11:45:00.000Z'), to: new Date('2026-11-21T12:00:00.000Z') };

test('the address has the window and the scope, also a value with signs of its own, and one that is not set', () => {
  const url = new URL(pageOf('http://ledger:4318', { measure: 'p95LatencyMs', scope: { feature: 'a&b', customer: '' } }, WINDOW)); // prettier-ignore
  expect(url.pathname).toBe('/latency');
  expect([...url.searchParams]).toEqual([
    ['from', '2026-11-21T11:45:00.000Z'],
    ['to', '2026-11-21T12:00:00.000Z'],
    ['where', 'feature:a&b'],
    ['where', 'customer:'],
  ]);
});

test('each measure has the page that shows it', () => {
  const pathOf = (measure: (typeof MONITORED_MEASURES)[number]) => new URL(pageOf('http://x', { measure, scope: {} }, WINDOW)).pathname; // prettier-ignore
  const on = (path: string) => MONITORED_MEASURES.filter((measure) => pathOf(measure) === path);
  expect(on('/errors')).toEqual(['errorRate', 'rateLimitHeadroom', 'retries']);
  expect(on('/cache')).toEqual(['cacheHitRate', 'cacheSavingsUsd']);
  expect([...on('/spend'), ...on('/calls')]).toEqual(['costUsd', 'calls']);
  expect(on('/latency')).toHaveLength(11);
});
