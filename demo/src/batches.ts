// What nobody waits for: every night the day's messages are sorted into topics as one message batch, at half the price.
import { attributes as names } from '@spanledger/instrumentation';
import { priceCall } from '@spanledger/instrumentation/pricing';
import { CUSTOMERS, modelAt } from './features.ts';
import { batchResultSpan, type ServiceSpan } from './otlp.ts';
import { createRandom } from './random.ts';

const SUBMITTED_MS = 2 * 3_600_000;
const FEATURE = 'sort-messages';
const MODEL = 'claude-haiku-5-5';

/** The results of the night's batch of a day. `size` need not be whole. */
export function drawBatches({ day, midnight, size }: { day: number; midnight: number; size: number }): ServiceSpan[] {
  // Chance of its own, so that the rest of the day is what it would be without batches.
  const random = createRandom(`spanledger batches ${day}`);
  const startMs = midnight + SUBMITTED_MS;
  const endMs = startMs + random.between(9, 40) * 60_000;
  const batchId = `msgbatch_01${random.id(22)}`;
  const model = modelAt(MODEL, startMs);
  return Array.from({ length: Math.round((size * random.between(80, 120)) / 100) }, (_, index) => {
    const usage = {
      input_tokens: random.around(1_450, 0.4),
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
      output_tokens: random.around(40, 0.4),
      output_tokens_details: { thinking_tokens: 0 },
      service_tier: 'batch',
    };
    return batchResultSpan({
      traceId: random.hex(32),
      spanId: random.hex(16),
      service: 'acme-jobs',
      batchId,
      customId: `message-${index}`,
      startMs,
      endMs,
      tags: {
        [names.FEATURE]: FEATURE,
        [names.PROMPT_VERSION]: 'sort-v2',
        [names.CUSTOMER_ID]: random.weighted(CUSTOMERS).name,
        [names.ENVIRONMENT]: 'production',
      },
      model,
      messageId: `msg_01${random.id(22)}`,
      usage,
      costUsd: priceCall({ model, at: startMs, usage, stopReason: 'end_turn' }).costUsd,
      ...(random.chance(0.01) ? { errorType: 'expired' } : {}),
    });
  });
}
