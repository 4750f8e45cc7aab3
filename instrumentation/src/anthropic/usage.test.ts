import { describe, expect, it } from 'vitest';
import { priceCall } from '../pricing/index.ts';
import { factsOfStart, mergeDelta } from './usage.ts';

const START = {
  id: 'msg_1',
  model: 'claude-sonnet-4-6',
  content: [],
  usage: {
    input_tokens: 1_000,
    cache_creation_input_tokens: 500,
    cache_read_input_tokens: 0,
    cache_creation: { ephemeral_5m_input_tokens: 300, ephemeral_1h_input_tokens: 200 },
    output_tokens: 3,
    service_tier: 'standard',
    speed: 'standard',
    inference_geo: 'us',
    server_tool_use: null,
  },
};

describe('the usage of a stream', () => {
  it('has speed, geography, tier and cache split from the start, totals from the last delta', () => {
    const start = factsOfStart(START);
    if (!start) throw new Error('is a message');
    expect(start.usage['output_tokens']).toBeUndefined();
    const first = mergeDelta(start, { usage: { output_tokens: 10, input_tokens: 1_500 } });
    const last = mergeDelta(first, {
      delta: { stop_reason: 'end_turn' },
      usage: {
        output_tokens: 100,
        input_tokens: 2_000,
        cache_creation_input_tokens: 900,
        cache_read_input_tokens: null,
        server_tool_use: { web_search_requests: 2 },
      },
    });
    expect(last.usage).toEqual({
      input_tokens: 2_000,
      cache_creation_input_tokens: 900,
      cache_read_input_tokens: 0,
      cache_creation: { ephemeral_5m_input_tokens: 300, ephemeral_1h_input_tokens: 200 },
      output_tokens: 100,
      service_tier: 'standard',
      speed: 'standard',
      inference_geo: 'us',
      server_tool_use: { web_search_requests: 2 },
    });
    expect(last.stop_reason).toBe('end_turn');
  });

  it('of a server-tool loop prices the cache writes beyond the split of the start as 5-minute ones, and flags it', () => {
    const start = factsOfStart(START);
    if (!start) throw new Error('is a message');
    const { usage } = mergeDelta(start, {
      usage: { output_tokens: 100, input_tokens: 2_000, cache_creation_input_tokens: 900 },
    });
    const { costUsd, receipt } = priceCall({ model: START.model, at: Date.UTC(2026, 10, 1), usage });
    // 2,000 x 3 + (300 + 400) x 3.75 + 200 x 6 + 100 x 15 = 11,325; x 1.1 in the US = 12,457.5 micro-USD
    expect(costUsd).toBe('0.012457500000');
    expect(receipt.flags.map(({ flag }) => flag)).toEqual(['unsplit-cache-write']);
  });
});
