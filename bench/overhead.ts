// What the instrumentation adds to a call and to a stream of 500 events: the SDK alone, its own spans, ours, and two others. In
// one process with an in-process fetch, taking turns, so that whatever else the machine does falls on all of them alike.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { AnthropicInstrumentation as OpenInference } from '@arizeai/openinference-instrumentation-anthropic';
import { node, type tracing } from '@opentelemetry/sdk-node';
import { AnthropicInstrumentation as OpenLLMetry } from '@traceloop/instrumentation-anthropic';
import { instrument } from '../instrumentation/src/index.ts';
import { print, quantile, type Result } from './bench.ts';

const ROUNDS = Number(process.argv[2] ?? 40);
const CALLS = 50;
const EVENTS = 500;
const MODEL = 'claude-haiku-4-5';

interface Client {
  messages: {
    create(request: object): Promise<AsyncIterable<unknown>>;
  };
}
type SdkClass = new (options: object) => Client;

const usage = { input_tokens: 25, output_tokens: 57, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
const message = {
  id: 'msg_bench',
  type: 'message',
  role: 'assistant',
  model: MODEL,
  content: [{ type: 'text', text: 'Hello.' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage,
};
const plain = JSON.stringify(message);
const event = (data: { type: string }): string => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
const start = { ...message, content: [], stop_reason: null };
const delta = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'a word ' } };
const streamed = new TextEncoder().encode(
  [
    { type: 'message_start', message: start },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    ...Array.from({ length: EVENTS - 5 }, () => delta),
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: EVENTS } },
    { type: 'message_stop' },
  ]
    .map(event)
    .join(''),
);

async function answer(_url: unknown, init: { body?: unknown } = {}): Promise<Response> {
  const { stream } = JSON.parse(String(init.body)) as { stream?: boolean };
  const headers = { 'request-id': 'req_bench', 'content-type': stream ? 'text/event-stream' : 'application/json' };
  return new Response(stream ? streamed : plain, { headers });
}

/** A copy of the SDK of its own for each way, since each patches what it finds. 0.134.0: a newer one OpenLLMetry cannot patch. */
function loadSdk(): { Anthropic: SdkClass } {
  const require = createRequire(join(import.meta.dirname, '../instrumentation/package.json'));
  for (const file of Object.keys(require.cache)) if (file.includes('@anthropic-ai+sdk')) delete require.cache[file];
  return require('sdk-0.134.0') as { Anthropic: SdkClass };
}

const spans = { count: 0 };
const counting: tracing.SpanProcessor = {
  onStart: () => {},
  onEnd: () => void spans.count++,
  forceFlush: async () => {},
  shutdown: async () => {},
};
new node.NodeTracerProvider({ spanProcessors: [counting] }).register();

// All are loaded before any is patched: the others' instrumentations hook what is required after them.
const copies = Array.from({ length: 5 }, loadSdk);
const ways: Record<string, { client: Client; spansPerCall: number }> = {
  none: { client: clientOf(copies.pop()!, { openTelemetry: false }), spansPerCall: 0 },
  'native spans': { client: clientOf(copies.pop()!), spansPerCall: 1 },
  spanledger: { client: clientOf(patched((sdk) => instrument(sdk.Anthropic))), spansPerCall: 1 },
  '@traceloop/instrumentation-anthropic': {
    client: clientOf(
      patched((sdk) => new OpenLLMetry().manuallyInstrument(sdk as never)),
      { openTelemetry: false },
    ),
    spansPerCall: 1,
  },
  '@arizeai/openinference-instrumentation-anthropic': {
    client: clientOf(
      patched((sdk) => new OpenInference().manuallyInstrument(sdk as never)),
      { openTelemetry: false },
    ),
    spansPerCall: 1,
  },
};

function clientOf({ Anthropic }: { Anthropic: SdkClass }, options: object = {}): Client {
  return new Anthropic({ apiKey: 'not-a-key', fetch: answer, maxRetries: 0, ...options });
}

function patched(patch: (sdk: { Anthropic: SdkClass }) => unknown): { Anthropic: SdkClass } {
  const sdk = copies.pop()!;
  patch(sdk);
  return sdk;
}

const request = { model: MODEL, max_tokens: 64, messages: [{ role: 'user', content: 'Hello?' }] };
const kinds: Record<string, { perTurn: number; work: (client: Client) => Promise<void> }> = {
  call: { perTurn: CALLS, work: async (client) => void (await client.messages.create(request)) },
  'stream of 500 events': {
    perTurn: 2,
    async work(client) {
      let events = 0;
      for await (const _ of await client.messages.create({ ...request, stream: true })) events++;
      if (events !== EVENTS) throw new Error(`a stream of ${EVENTS} events had ${events}`);
    },
  },
};

const results: Result[] = [];
for (const [kind, { perTurn, work }] of Object.entries(kinds)) {
  const times: Record<string, number[]> = {};
  for (let round = -2; round < ROUNDS; round++) {
    for (const [way, { client, spansPerCall }] of Object.entries(ways)) {
      spans.count = 0;
      const begun = process.cpuUsage();
      for (let n = 0; n < perTurn; n++) await work(client);
      const { user, system } = process.cpuUsage(begun);
      await new Promise((resolve) => setImmediate(resolve)); // some end their spans after the caller has its answer
      if (round >= 0 && spans.count !== perTurn * spansPerCall)
        throw new Error(`${way}: ${spans.count} spans for ${perTurn} calls (${kind})`);
      if (round >= 0) (times[way] ??= []).push((user + system) / perTurn);
    }
  }
  const none = quantile(times['none'] ?? [], 0.5);
  for (const [way, micros] of Object.entries(times)) {
    const median = quantile(micros, 0.5);
    results.push({ name: `${kind}, ${way}`, value: median, unit: 'µs of CPU' });
    if (way !== 'none') results.push({ name: `${kind}, ${way}, added`, value: median - none, unit: 'µs of CPU' });
  }
}
print('overhead', results);
