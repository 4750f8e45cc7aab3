// A third opinion: the price list of ai-sdk-cost-calculator, which is typed in by hand from the pricing page, also for the
// restricted models. Every difference is listed with its reason, so that a new one, on either side, fails here.
// Not used, when they were looked at in November 2026: tokenlens, aicost and llm-info know no Claude 5; ccusage keeps its
// prices inside a binary; @llmgateway/models knows less of Claude 5 than this one and comes without its licence.
import { anthropicPricing } from 'ai-sdk-cost-calculator';
import { expect, test } from 'vitest';
import { PRICED_MODELS, WEB_SEARCH_FEE } from './cards.ts';
import { resolveModel } from './model-id.ts';
import { priceCall } from './price.ts';
import type { ClaudeUsage } from './usage.ts';

const AT = Date.parse('2026-11-20T12:00:00Z');
/** They know one price of a cache write: the one for 5 minutes. */
const THEIR_RATE = {
  input: 'inputPer1MTokens',
  cacheWrite5m: 'cacheWritePer1MTokens',
  cacheRead: 'cacheReadPer1MTokens',
  output: 'outputPer1MTokens',
} as const;
const THEIR_LONG_RATE = {
  input: 'longContextInputPer1MTokens',
  cacheWrite5m: 'longContextCacheWritePer1MTokens',
  cacheRead: 'longContextCacheReadPer1MTokens',
  output: 'longContextOutputPer1MTokens',
} as const;
type Kind = keyof typeof THEIR_RATE;
const KINDS = Object.keys(THEIR_RATE) as Kind[];

/** USD per million tokens, or null. The prompt is made long with cache reads, whose own line is left out. */
function ourRate(model: string, kind: Kind, prompt: number): number | null {
  const usage: ClaudeUsage = {
    input_tokens: kind === 'input' ? 1_000 : 0,
    cache_creation_input_tokens: kind === 'cacheWrite5m' ? 1_000 : 0,
    cache_read_input_tokens: prompt,
    output_tokens: kind === 'output' ? 1_000 : 0,
  };
  const { receipt } = priceCall({ model, at: AT, usage, betas: [] });
  const rate = receipt.lines.find((line) => line.kind === kind)?.rateUsd;
  return rate === undefined ? null : Number(rate);
}

/** `model kind: ours / theirs`, USD per million tokens -> why they differ. */
const LATER = 'released after their list of September 2026';
const RETIRED = 'retired, not in their list';
const BETA_ENDED = 'they still list the long-context price, whose beta ended on 2026-04-30';
const KNOWN_DIFFERENCES: Readonly<Record<string, string>> = {
  'claude-fable-5-2: theirs none': LATER,
  'claude-mythos-5-2: theirs none': LATER,
  'claude-haiku-5-5: theirs none': LATER,
  'claude-sonnet-5-5: theirs none': LATER,
  'claude-mythos-preview: theirs none': RETIRED,
  'claude-3-5-sonnet-20241022: theirs none': RETIRED,
  'claude-3-5-sonnet-20240620: theirs none': RETIRED,
  'claude-3-opus-20240229: theirs none': RETIRED,
  'claude-3-sonnet-20240229: theirs none': RETIRED,
  'claude-3-haiku-20240307: theirs none': RETIRED,
  'claude-sonnet-4-5-20250929 input of a long prompt: 3 / 6': BETA_ENDED,
  'claude-sonnet-4-5-20250929 cacheWrite5m of a long prompt: 3.75 / 7.5': BETA_ENDED,
  'claude-sonnet-4-5-20250929 cacheRead of a long prompt: 0.3 / 0.6': BETA_ENDED,
  'claude-sonnet-4-5-20250929 output of a long prompt: 15 / 22.5': BETA_ENDED,
};

test('differs from ai-sdk-cost-calculator only where it is known why', () => {
  const differences: string[] = [];
  const list = new Map(Object.entries(anthropicPricing).map(([id, row]) => [resolveModel(id)?.model ?? id, row]));
  for (const id of list.keys()) if (!PRICED_MODELS.includes(id)) differences.push(`${id}: ours none`);
  for (const model of PRICED_MODELS) {
    const theirs = list.get(model);
    if (theirs === undefined) {
      differences.push(`${model}: theirs none`);
      continue;
    }
    for (const kind of KINDS) {
      const short = ourRate(model, kind, 10_000);
      if (short !== theirs[THEIR_RATE[kind]])
        differences.push(`${model} ${kind}: ${short} / ${theirs[THEIR_RATE[kind]]}`);
      const long = ourRate(model, kind, 300_000);
      const theirLong = theirs[THEIR_LONG_RATE[kind]] ?? theirs[THEIR_RATE[kind]];
      if (long !== theirLong) differences.push(`${model} ${kind} of a long prompt: ${long} / ${theirLong}`);
    }
    if (theirs.webSearchPer1kRequests !== Number(WEB_SEARCH_FEE.usdPerRequest) * 1_000) {
      differences.push(
        `${model} webSearch: ${WEB_SEARCH_FEE.usdPerRequest} / ${theirs.webSearchPer1kRequests} per 1,000`,
      );
    }
  }
  expect(differences.toSorted()).toEqual(Object.keys(KNOWN_DIFFERENCES).toSorted());
});
