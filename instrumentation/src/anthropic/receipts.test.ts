/**
 * The same message, however the application takes it: created or streamed, stable or beta, through a helper, event by event or
 * as a raw response, on the oldest and the newest SDK. Its span must lead to the same receipt, byte for byte.
 */
import { node, tracing } from '@opentelemetry/sdk-node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { priceCall, splitUsage, type ClaudeUsage } from '../pricing/index.ts';
import { startScripted, type ScriptedMessage } from '../testing/scripted.ts';
import { instrument, uninstrument } from './patch.ts';

const OLDEST = '0.30.1';
const NEWEST = '1.12.0';
// The SDK's types differ from version to version; what is used here does not.
// oxlint-disable-next-line typescript/no-explicit-any
type Client = any;

const text = (said: string) => ({ type: 'text', text: said });
const plain = {
  input_tokens: 1_000,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
  output_tokens: 100,
  server_tool_use: null,
  service_tier: 'standard',
  speed: 'standard',
  inference_geo: 'global',
};
const iteration = (type: string, input: number, output: number, rest: object = {}) => ({
  type,
  input_tokens: input,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
  output_tokens: output,
  ...rest,
});
const FALLBACK = {
  type: 'fallback',
  from: { model: 'claude-fable-5' },
  to: { model: 'claude-opus-4-8' },
  trigger: { type: 'refusal' },
};
const HOPS = [
  iteration('message', 1_000, 0, { model: 'claude-fable-5' }),
  iteration('fallback_message', 1_000, 100, { model: 'claude-opus-4-8' }),
];

interface Scripted extends Partial<ScriptedMessage> {
  model: string;
  /** The model that is asked for, when another one answers. */
  asked?: string;
  /** More of the request. */
  request?: object;
  /** By hand, at the prices of today. */
  costUsd: string;
}
const MESSAGES: Readonly<Record<string, Scripted>> = {
  // 1,000 x 4 + 100 x 20
  plain: { model: 'claude-opus-5-5', costUsd: '0.006000000000' },
  // 1,000 x 2 + 300 x 2.5 + 200 x 4 + 5,000 x 0.1 + 100 x 10
  'a cache split by time to live': {
    model: 'claude-sonnet-5-5',
    usage: {
      ...plain,
      cache_creation_input_tokens: 500,
      cache_read_input_tokens: 5_000,
      cache_creation: { ephemeral_5m_input_tokens: 300, ephemeral_1h_input_tokens: 200 },
    },
    costUsd: '0.005050000000',
  },
  // 4,000 + 2,000 + 2 searches
  'web search': {
    model: 'claude-opus-5-5',
    usage: { ...plain, server_tool_use: { web_search_requests: 2, web_fetch_requests: 1 } },
    costUsd: '0.026000000000',
  },
  // 6,000 x 1.1
  'inference in the US': {
    model: 'claude-opus-5-5',
    usage: { ...plain, inference_geo: 'us' },
    costUsd: '0.006600000000',
  },
  // 6,000 x 2
  'fast mode': { model: 'claude-opus-5-5', usage: { ...plain, speed: 'fast' }, costUsd: '0.012000000000' },
  thinking: {
    model: 'claude-opus-5-5',
    content: [{ type: 'thinking', thinking: 'Is it?', signature: 'c2ln' }, text('It is.')],
    usage: { ...plain, output_tokens_details: { thinking_tokens: 60 } },
    costUsd: '0.006000000000',
  },
  // 180,000 x 5 + 3,500 x 25 + 1,000 x 5 + 400 x 5 written + 100 x 25, of which 400 x 6.25
  compaction: {
    model: 'claude-opus-5',
    content: [{ type: 'compaction', content: 'Before.', encrypted_content: null, signature: 's' }, text('Now.')],
    usage: {
      ...plain,
      iterations: [
        iteration('compaction', 180_000, 3_500),
        iteration('message', 1_000, 100, {
          model: 'claude-opus-5',
          cache_creation_input_tokens: 400,
          cache_creation: { ephemeral_5m_input_tokens: 400, ephemeral_1h_input_tokens: 0 },
        }),
      ],
    },
    costUsd: '0.997500000000', // 900,000 + 87,500 + 5,000 + 2,500 + 2,500
  },
  "a message that the user's organisation pays": {
    model: 'claude-opus-5-5',
    request: { billing_policy: { type: 'billing_policy', bill_to: 'user_profile' } },
    costUsd: '0.000000000000',
  },
  'a refusal before any output': {
    model: 'claude-fable-5-1',
    content: [],
    stop_reason: 'refusal',
    usage: { ...plain, output_tokens: 0 },
    costUsd: '0.000000000000',
  },
  'a refusal with an empty text': {
    model: 'claude-fable-5-1',
    content: [text('')],
    stop_reason: 'refusal',
    usage: { ...plain, output_tokens: 3 },
    costUsd: '0.000000000000',
  },
  // 1,000 x 10 + 100 x 50
  'a refusal in the middle of its output': {
    model: 'claude-fable-5-1',
    stop_reason: 'refusal',
    costUsd: '0.015000000000',
  },
  // Fable 5 declined: 0; Opus 4.8: 1,000 x 5 + 100 x 25 + a search
  'a fallback that searched the web': {
    asked: 'claude-fable-5',
    model: 'claude-opus-4-8',
    content: [FALLBACK, text('Paris.')],
    usage: { ...plain, server_tool_use: { web_search_requests: 1, web_fetch_requests: 0 }, iterations: HOPS },
    costUsd: '0.017500000000',
  },
  'a fallback that refused too': {
    asked: 'claude-fable-5',
    model: 'claude-opus-4-8',
    content: [FALLBACK],
    stop_reason: 'refusal',
    usage: {
      ...plain,
      output_tokens: 2,
      iterations: [HOPS[0], iteration('fallback_message', 1_000, 2, { model: 'claude-opus-4-8' })],
    },
    costUsd: '0.000000000000',
  },
};

/** What an application can do to get a message. The oldest SDK has no stream helper in beta. */
const WAYS: readonly { name: string; notIn?: string; run: (client: Client, request: object) => Promise<unknown> }[] = [
  { name: 'create', run: (c, r) => c.messages.create(r) },
  { name: 'create, streamed', run: async (c, r) => drain(await c.messages.create({ ...r, stream: true })) },
  { name: 'stream helper', run: (c, r) => c.messages.stream(r).finalMessage() },
  { name: 'stream helper, event by event', run: (c, r) => drain(c.messages.stream(r)) },
  { name: 'withResponse', run: (c, r) => c.messages.create(r).withResponse() },
  {
    name: 'withResponse, streamed',
    run: async (c, r) => drain((await c.messages.create({ ...r, stream: true }).withResponse()).data),
  },
  { name: 'asResponse, json', run: async (c, r) => (await c.messages.create(r).asResponse()).json() },
  { name: 'asResponse, text', run: async (c, r) => (await c.messages.create(r).asResponse()).text() },
  {
    name: 'asResponse, streamed',
    run: async (c, r) => drain((await c.messages.create({ ...r, stream: true }).asResponse()).body),
  },
  {
    name: 'asResponse, streamed, as one text',
    run: async (c, r) => (await c.messages.create({ ...r, stream: true }).asResponse()).text(),
  },
  { name: 'beta create', run: (c, r) => c.beta.messages.create(r) },
  { name: 'beta create, streamed', run: async (c, r) => drain(await c.beta.messages.create({ ...r, stream: true })) },
  { name: 'beta stream helper', notIn: OLDEST, run: (c, r) => c.beta.messages.stream(r).finalMessage() },
  { name: 'beta asResponse', run: async (c, r) => (await c.beta.messages.create(r).asResponse()).json() },
];
async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}

/** The price of a call, from what its span says and nothing else: as a collector reads it. */
function billOf({ attributes, startTime }: tracing.ReadableSpan): string {
  const usage = JSON.parse(String(attributes['spanledger.usage'])) as ClaudeUsage;
  const textAt = (name: string) => (typeof attributes[name] === 'string' ? attributes[name] : null);
  const { costUsd, savingsPico, receipt } = priceCall({
    model: textAt('gen_ai.response.model'),
    requestModel: textAt('gen_ai.request.model'),
    at: startTime[0] * 1_000,
    usage,
    stopReason: textAt('anthropic.message.stop_reason'),
    partial: attributes['spanledger.usage.complete'] !== true,
    platform: textAt('gen_ai.provider.name'),
    billTo: attributes['spanledger.bill_to'] === 'user_profile' ? 'user_profile' : null,
    betas: (attributes['anthropic.beta'] as string[] | undefined) ?? [],
    ...(typeof attributes['spanledger.output.empty'] === 'boolean' && {
      outputEmpty: attributes['spanledger.output.empty'],
    }),
  });
  return JSON.stringify({
    costUsd,
    onSpan: attributes['spanledger.cost.usd'],
    savings: String(savingsPico),
    receipt,
    tokens: splitUsage(usage),
  });
}

const exporter = new tracing.InMemorySpanExporter();
let api: Awaited<ReturnType<typeof startScripted>>;
beforeAll(async () => {
  new node.NodeTracerProvider({ spanProcessors: [new tracing.SimpleSpanProcessor(exporter)] }).register();
  api = await startScripted(
    Object.fromEntries(
      Object.entries(MESSAGES).map(([name, { asked: _asked, request: _request, costUsd: _costUsd, ...message }]) => [
        name,
        { content: [text('Paris.')], stop_reason: 'end_turn', usage: plain, ...message },
      ]),
    ),
  );
});
afterAll(() => api.close());
afterEach(() => exporter.reset());

describe.each([OLDEST, NEWEST])('sdk %s', (version) => {
  let Anthropic: Client;
  beforeAll(async () => {
    Anthropic = ((await import(`sdk-${version}`)) as Client).default;
    instrument(Anthropic);
  });
  afterAll(() => uninstrument(Anthropic));

  it.each(Object.keys(MESSAGES))('%s: one receipt, however it is taken', async (name) => {
    const { asked, model, costUsd, request: more } = MESSAGES[name]!;
    const client = new Anthropic({ apiKey: 'x', baseURL: api.url(name), maxRetries: 0 });
    const request = { model: asked ?? model, max_tokens: 64, messages: [{ role: 'user', content: 'Where?' }], ...more };
    const bills: Record<string, string> = {};
    for (const { name: way, run } of WAYS.filter(({ notIn }) => notIn !== version)) {
      exporter.reset();
      await run(client, request);
      // A raw response has two spans of one call: the SDK's own, which ended before the body was read, and its supplement.
      const telling = exporter.getFinishedSpans().filter((span) => span.attributes['spanledger.usage'] !== undefined);
      expect(telling, way).toHaveLength(1);
      bills[way] = billOf(telling[0]!);
    }
    const first = bills['create'] ?? '';
    expect(JSON.parse(first)).toMatchObject({ costUsd, onSpan: costUsd, receipt: { totalUsd: costUsd } });
    expect(bills).toEqual(Object.fromEntries(Object.keys(bills).map((way) => [way, first])));
  });
});
