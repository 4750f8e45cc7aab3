// The company's app: its features make calls through the real SDK, each within `withTags`. It has no idea of spans,
// prices or the collector; that is the instrumentation's work, loaded before this module.
import Anthropic from '@anthropic-ai/sdk';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { withTags } from '@spanledger/instrumentation';
import { CUSTOMERS, FEATURES, ofVersion, versionsAt, type Feature } from './features.ts';
import type { Random } from './random.ts';

const tracer = trace.getTracer('acme');

/** A system prompt of about so many tokens; the same one each time, or the cache would be of no use. */
const promptOf = (feature: Feature, version: string): string =>
  `You work for Acme on ${feature.name}, prompt ${version}. ` +
  'Answer shortly and in the language of the question. '.repeat(Math.ceil(feature.systemTokens / 13));

/** What a user writes: about so many tokens, never the same twice. */
const question = (random: Random, tokens: number): string =>
  `Case ${random.id(8)}: ` + 'the parcel has not come and I want to know why. '.repeat(Math.ceil(tokens / 12));

/** One request of one user to one feature: one call or several. Errors of the API end there, as an app would handle them. */
export async function serveRequest(client: Anthropic, random: Random): Promise<void> {
  const feature = random.weighted(FEATURES.map((it) => ({ ...it, share: it.callsPerDay })));
  const customer = random.weighted(CUSTOMERS);
  const version = random.weighted(versionsAt(feature, Date.now()));
  const tags = {
    feature: feature.name,
    userId: `${customer.name}-user-${random.between(1, customer.users)}`,
    customerId: customer.name,
    promptVersion: version.name,
    environment: 'production',
    ...(feature.turns > 1 ? { conversationId: `conv_${random.id(16)}` } : {}),
  };
  await withTags(tags, () =>
    tracer.startActiveSpan(`${feature.name} request`, async (span) => {
      try {
        await converse(client, random, ofVersion(feature, version), version.name, version.breaksCache === true);
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR });
        if (!(error instanceof Anthropic.APIError)) throw error;
      } finally {
        span.end();
      }
    }),
  );
}

async function converse(
  client: Anthropic,
  random: Random,
  feature: Feature,
  version: string,
  breaksCache: boolean,
): Promise<void> {
  const prompt = breaksCache
    ? `It is ${new Date().toISOString()}. ${promptOf(feature, version)}`
    : promptOf(feature, version);
  const request: Anthropic.MessageCreateParamsNonStreaming = {
    model: feature.model,
    // Now and then somebody forgets a setting, and the API says no.
    max_tokens: random.chance(0.006) ? 0 : feature.maxTokens,
    system: [
      {
        type: 'text',
        text: prompt,
        ...(feature.cacheTtl ? { cache_control: { type: 'ephemeral', ttl: feature.cacheTtl } } : {}),
      },
    ],
    messages: [{ role: 'user', content: question(random, random.around(feature.inputTokens, 0.4)) }],
    ...(feature.thinking > 0 ? { thinking: { type: 'adaptive' } } : {}),
    ...(feature.toolShare > 0
      ? {
          tools: [
            {
              name: feature.turns > 1 ? 'find_order' : 'store_invoice',
              description: 'Looks it up',
              input_schema: { type: 'object' },
            },
          ],
        }
      : {}),
    ...(feature.toolShare === 1 ? { tool_choice: { type: 'tool', name: 'store_invoice' } } : {}),
  };
  const turns = feature.turns > 1 ? random.between(1, feature.turns) : 1;
  for (let turn = 0; turn < turns; turn++) {
    const message = await ask(client, random, feature, request);
    if (message === null) return;
    const toolUse = message.content.find((block) => block.type === 'tool_use');
    request.messages.push({
      role: 'assistant',
      content: message.content.length > 0 ? message.content : 'I cannot help with that.',
    });
    request.messages.push({
      role: 'user',
      content: toolUse
        ? [{ type: 'tool_result', tool_use_id: toolUse.id, content: 'Order found: left the warehouse yesterday.' }]
        : question(random, 40),
    });
  }
}

/** The answer; null when the user left before it was there. */
async function ask(
  client: Anthropic,
  random: Random,
  feature: Feature,
  request: Anthropic.MessageCreateParamsNonStreaming,
): Promise<Anthropic.Message | null> {
  if (!feature.stream) return client.messages.create(request);
  const stream = client.messages.stream(request);
  const leavesAfter = random.chance(0.03) ? random.between(2, 6) : Infinity;
  try {
    let seen = 0;
    for await (const _event of stream) {
      if (++seen > leavesAfter) stream.abort();
    }
    return await stream.finalMessage();
  } catch (error) {
    if (error instanceof Anthropic.APIUserAbortError) return null;
    throw error;
  }
}
