import { expect, test } from 'vitest';
import { splitUsage } from './usage.ts';

test('splits a usage with both kinds of cache writes', () => {
  const usage = {
    input_tokens: 21,
    cache_creation_input_tokens: 5_000,
    cache_read_input_tokens: 50_000,
    cache_creation: { ephemeral_5m_input_tokens: 2_000, ephemeral_1h_input_tokens: 3_000 },
    output_tokens: 1_500,
    output_tokens_details: { thinking_tokens: 900 },
    server_tool_use: { web_search_requests: 2, web_fetch_requests: 1 },
  };
  expect(splitUsage(usage)).toEqual({
    inputTokens: 21,
    cacheWrite5mTokens: 2_000,
    cacheWrite1hTokens: 3_000,
    cacheReadTokens: 50_000,
    outputTokens: 1_500,
    thinkingTokens: 900,
    webSearches: 2,
  });
});

test('counts writes without a time to live as 5-minute writes', () => {
  const usage = {
    input_tokens: 1,
    output_tokens: 1,
    cache_creation_input_tokens: 700,
    cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 200 },
  };
  expect(splitUsage(usage)).toMatchObject({ cacheWrite5mTokens: 500, cacheWrite1hTokens: 200 });
});

test('sums the iterations and not the top level when there are iterations', () => {
  const usage = {
    input_tokens: 23_000,
    output_tokens: 1_000,
    iterations: [
      { type: 'compaction', input_tokens: 180_000, output_tokens: 3_500 },
      { type: 'message', input_tokens: 23_000, output_tokens: 1_000, cache_read_input_tokens: 7 },
    ],
  };
  expect(splitUsage(usage)).toEqual({
    inputTokens: 203_000,
    cacheWrite5mTokens: null,
    cacheWrite1hTokens: null,
    cacheReadTokens: 7,
    outputTokens: 4_500,
    thinkingTokens: null,
    webSearches: null,
  });
});

const NOTHING = {
  inputTokens: null,
  cacheWrite5mTokens: null,
  cacheWrite1hTokens: null,
  cacheReadTokens: null,
  outputTokens: null,
  thinkingTokens: null,
  webSearches: null,
};

test('says nothing of a usage that is not there, and nothing of counts that cannot be', () => {
  expect(splitUsage(null)).toEqual(NOTHING);
  expect(splitUsage({})).toEqual(NOTHING);
  expect(splitUsage({ input_tokens: -1, output_tokens: 1.5, cache_read_input_tokens: Number.NaN })).toEqual(NOTHING);
});

test('no server tools, said by the API as null, are no web searches; an absent field says nothing', () => {
  expect(splitUsage({ input_tokens: 1, output_tokens: 1, server_tool_use: null }).webSearches).toBe(0);
  expect(splitUsage({ input_tokens: 1, output_tokens: 1 }).webSearches).toBeNull();
});
