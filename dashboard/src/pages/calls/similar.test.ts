import { expect, it } from 'vitest';
import { promptTokensOf, similarTo } from './similar.ts';

const USAGE = {
  inputTokens: 100,
  cacheWrite5mTokens: 20,
  cacheWrite1hTokens: null,
  cacheReadTokens: 880,
  outputTokens: 5,
  thinkingTokens: null,
  webSearches: null,
};
const CALL = {
  startedAt: '2026-11-10T13:47:12Z',
  feature: 'search',
  promptVersion: null,
  model: 'claude-opus-5-5',
  usage: USAGE,
};

it('similar are calls of the same feature, prompt version and model, half to twice the prompt, in the day around', () => {
  expect(similarTo(CALL)).toEqual({
    range: { kind: 'custom', from: '2026-11-10T01:00:00.000Z', to: '2026-11-11T02:00:00.000Z' },
    where: [
      { dimension: 'feature', value: 'search' },
      { dimension: 'promptVersion', value: '' },
      { dimension: 'model', value: 'claude-opus-5-5' },
      { dimension: 'promptTokens', value: '500..2001' },
    ],
  });
});

it('a call whose prompt is not known is like calls of any length', () => {
  const usage = { ...USAGE, inputTokens: null };
  expect(promptTokensOf({ usage })).toBeNull();
  expect(similarTo({ ...CALL, usage }).where.map(({ dimension }) => dimension)).toEqual([
    'feature',
    'promptVersion',
    'model',
  ]);
});
