import { MONITORED_MEASURES } from '@spanledger/collector/contract';
import { expect, test } from 'vitest';
import { formatMeasure, readThreshold, thresholdWords, typedThreshold } from './measures.ts';

test.each([
  ['p95LatencyMs', 12_400, '12.4 s'],
  ['errorRate', 0.032, '3.2 %'],
  ['costUsd', '25.000000000000', '$25.00'],
  ['calls', 12, '12'],
  ['p50OutputTokensPerSecond', 41.237, '41.2 tokens/s'],
  ['cacheHitRate', null, 'unknown'],
] as const)('%s of %s is said as %s', (measure, value, words) => {
  expect(formatMeasure(measure, value)).toBe(words);
});

test('a monitor says when it tells', () => {
  expect(thresholdWords({ measure: 'p95LatencyMs', comparison: 'above', threshold: 10_000, windowMinutes: 15 })).toBe(
    'told above 10 s, over 15 min',
  );
});

test('a threshold is typed in seconds, percent or dollars, and comes back as it was', () => {
  const typed = { p95LatencyMs: '12.5', errorRate: '0.07', costUsd: '25.10', calls: '7' } as const;
  const read = { p95LatencyMs: 12_500, errorRate: 0.0007, costUsd: '25.10', calls: 7 };
  for (const [measure, text] of Object.entries(typed) as [keyof typeof typed, string][]) {
    expect(readThreshold(measure, text)).toEqual({ threshold: read[measure] });
    expect(typedThreshold(measure, read[measure])).toBe(text);
  }
});

test('what is no number of the unit is refused in words, for every measure', () => {
  for (const measure of MONITORED_MEASURES)
    for (const text of ['', 'ten', '-1', '1e3']) expect(readThreshold(measure, text)).toHaveProperty('wrong');
  expect(readThreshold('errorRate', '101')).toEqual({ wrong: 'Percent, from 0 to 100' });
  expect(readThreshold('calls', '1.5')).toEqual({ wrong: 'A whole number' });
});
