// The token attributes of Anthropic's own spans, the SDK's and the API's: `gen_ai.usage.input_tokens` INCLUDES cached tokens.
import type { RawUsage } from '../../calls/report.ts';
import type { Attributes } from '../otlp.ts';
import { readCount, readText } from './read.ts';

/** The API's usage object, as far as the attributes tell it; null when they tell nothing. */
export function usageFromAttributes(a: Attributes): RawUsage | null {
  const inclusive = readCount(a, 'gen_ai.usage.input_tokens');
  const output = readCount(a, 'gen_ai.usage.output_tokens');
  if (inclusive === null && output === null) return null;
  const read = readCount(a, 'gen_ai.usage.cache_read.input_tokens') ?? 0;
  const write = readCount(a, 'gen_ai.usage.cache_write.input_tokens', 'gen_ai.usage.cache_creation.input_tokens') ?? 0;
  const write5m = readCount(a, 'anthropic.usage.cache_creation.ephemeral_5m_input_tokens');
  const write1h = readCount(a, 'anthropic.usage.cache_creation.ephemeral_1h_input_tokens');
  const thinking = readCount(a, 'gen_ai.usage.reasoning.output_tokens');
  const usage: RawUsage = { cache_read_input_tokens: read, cache_creation_input_tokens: write };
  // Below 0 when more was cached than there was, which cannot be: pricing refuses it by name.
  if (inclusive !== null) usage['input_tokens'] = inclusive - read - write;
  if (output !== null) usage['output_tokens'] = output;
  if (write5m !== null || write1h !== null) {
    usage['cache_creation'] = { ephemeral_5m_input_tokens: write5m ?? 0, ephemeral_1h_input_tokens: write1h ?? 0 };
  }
  if (thinking !== null) usage['output_tokens_details'] = { thinking_tokens: thinking };
  const tier = readText(a, 'anthropic.response.service_tier');
  if (tier !== null) usage['service_tier'] = tier;
  return usage;
}
