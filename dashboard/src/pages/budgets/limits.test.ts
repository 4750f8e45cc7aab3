import { expect, test } from 'vitest';
import { thresholdWords } from './limits.ts';

const BUDGET = { thresholds: [50, 80, 100], timezone: 'UTC' };
const alert = (threshold: number) => ({
  kind: 'budget' as const,
  id: `alert ${threshold}`,
  budgetId: 'bud_1',
  budgetName: 'All',
  threshold,
  spentUsd: '96.00',
  spentTokens: null,
  limit: { usd: '100.00' },
  periodStart: '2026-11-01T00:00:00.000Z',
  periodEnd: '2026-12-01T00:00:00.000Z',
  raisedAt: '2026-11-20T14:30:00.000Z',
});

test.each([
  ['nothing is reached', [], [], 'Tells at 50 %, 80 %, 100 %; none reached in this period.'],
  ['it was saved just now, over its thresholds', [50, 80], [], 'Reached: 50 %, 80 % (alert within a minute).'],
  ['one was told and another will be', [50, 80], [50], 'Reached: 50 % on 20 Nov, 14:30; 80 % (alert within a minute).'],
  ['its limit was raised after an alert', [], [50], 'Reached: 50 % on 20 Nov, 14:30.'],
])('a budget says of its thresholds what the figures say, also before the alerts: %s', (_, reached, told, words) => {
  expect(thresholdWords(BUDGET, { reached, alerts: told.map(alert) })).toBe(words);
});
