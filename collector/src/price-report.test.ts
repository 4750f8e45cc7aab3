// What one report costs, from what it says.
import { expect, test } from 'vitest';
import { blankReport } from './calls/report.ts';
import { priceReport } from './price-report.ts';

const report = {
  ...blankReport('gen-ai', Date.parse('2026-11-10T00:00:00Z') * 1000),
  usage: { input_tokens: 10, output_tokens: 5 },
  unpriceable: 'The span has no cache counts.',
};

test('a usage that leaves a kind out is unpriced, and says which', () => {
  expect(priceReport({ ...report, model: 'claude-opus-5-5' })).toMatchObject({
    costUsd: null,
    unpricedReason: 'The span has no cache counts.',
    usage: { inputTokens: 10, outputTokens: 5 },
  });
});

test('where the model has no price card either, that is said first: somebody can mend it', () => {
  expect(priceReport({ ...report, model: 'claude-nova-9' }).unpricedReason).toBe(
    'No price is known for the model "claude-nova-9".',
  );
});
