import { expect, test } from 'vitest';
import { PRICED_MODELS } from './cards.ts';
import { cardsFor, resolveModel } from './model-id.ts';

test('every canonical id is its own model', () => {
  for (const model of PRICED_MODELS) {
    expect(resolveModel(model)).toEqual({ model, cloud: null, region: null, longContext: false, fast: false });
  }
});

test.each([
  ['claude-opus-4-5', 'claude-opus-4-5-20251101'],
  ['claude-haiku-4-5', 'claude-haiku-4-5-20251001'],
  ['claude-sonnet-4-5', 'claude-sonnet-4-5-20250929'],
  ['claude-opus-4-1', 'claude-opus-4-1-20250805'],
  ['claude-opus-4-0', 'claude-opus-4-20250514'],
  ['claude-sonnet-4-0', 'claude-sonnet-4-20250514'],
  ['claude-3-7-sonnet-latest', 'claude-3-7-sonnet-20250219'],
  ['claude-3-5-haiku-latest', 'claude-3-5-haiku-20241022'],
  ['claude-3-opus-latest', 'claude-3-opus-20240229'],
  ['claude-sonnet-5-5[1m]', 'claude-sonnet-5-5'],
  ['anthropic.claude-opus-5-5', 'claude-opus-5-5'],
  ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5-20250929'],
  ['eu.anthropic.claude-opus-4-6-v1', 'claude-opus-4-6'],
  ['jp.anthropic.claude-haiku-4-5-20251001-v1:0', 'claude-haiku-4-5-20251001'],
  ['au.anthropic.claude-haiku-4-5-20251001-v1:0', 'claude-haiku-4-5-20251001'],
  ['apac.anthropic.claude-sonnet-4-20250514-v1:0', 'claude-sonnet-4-20250514'],
  ['global.anthropic.claude-opus-4-5-20251101-v1:0', 'claude-opus-4-5-20251101'],
  ['us.anthropic.claude-opus-4-6-v1[1m]', 'claude-opus-4-6'],
  ['anthropic.claude-3-5-sonnet-20241022-v2:0', 'claude-3-5-sonnet-20241022'],
  [
    'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-1-20250805-v1:0',
    'claude-opus-4-1-20250805',
  ],
  ['claude-sonnet-4-5@20250929', 'claude-sonnet-4-5-20250929'],
  ['claude-3-5-sonnet-v2@20241022', 'claude-3-5-sonnet-20241022'],
  ['claude-opus-4@20250514', 'claude-opus-4-20250514'],
  ['claude-3-5-sonnet@20240620', 'claude-3-5-sonnet-20240620'],
  ['claude-3-haiku@20240307', 'claude-3-haiku-20240307'],
  ['claude-opus-4-6@default', 'claude-opus-4-6'],
  ['claude-haiku-4-5@default', 'claude-haiku-4-5-20251001'],
  ['claude-3-5-sonnet-v2@default', 'claude-3-5-sonnet-20241022'],
  ['claude-3-5-sonnet@default', 'claude-3-5-sonnet-20240620'],
  ['claude-3-7-sonnet@default', 'claude-3-7-sonnet-20250219'],
  ['claude-3-opus@default', 'claude-3-opus-20240229'],
  ['claude-opus-5-5-fast', 'claude-opus-5-5'],
])('%s is %s', (id, model) => {
  expect(resolveModel(id)?.model).toBe(model);
});

test.each([
  'claude-sonnet-5-7',
  'claude-sonnet-5-5-20260928',
  'claude-sonnet-5-',
  'claude-opus',
  'claude-haiku-5-5-fast',
  'claude-sonnet-4-5@20991231',
  'claude-opus-4-5-20251101@20991231',
  'claude-3-5-sonnet@20241022',
  'claude-3-5-sonnet',
  'claude-opus-4-5-20251102',
  'us.anthropic.claude-sonnet-5-7-v1:0',
  'mars.anthropic.claude-opus-5-5',
  'CLAUDE-OPUS-5-5',
  ' claude-opus-5-5',
  'anthropic/claude-opus-5-5',
  'gpt-5',
  'constructor',
  '__proto__',
  '',
])('"%s" is no model with a price', (id) => {
  expect(resolveModel(id)).toBeNull();
  expect(cardsFor(id)).toEqual([]);
});

test('the rows of a model are found by any of its ids', () => {
  expect(cardsFor('anthropic.claude-haiku-5-5').map((card) => card.band?.label)).toEqual(['<=100000', '>100000']);
});
