// One process of the overhead bench: the CPU time that each way of tracing takes for a call and for a stream, on the Node that runs
// it. All ways take turns in one process, in an order drawn anew for each round. Behind the span all are alike: a batch processor,
// an exporter that does nothing, and a flush within the measured time, which ends when every span has been exported and the garbage
// of the turn has been collected.
// In: how many rounds, and calls and streams a turn, as arguments. Out: one JSON line of `Measured`.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { AnthropicInstrumentation as OpenInference } from '@arizeai/openinference-instrumentation-anthropic';
import { core, node, tracing } from '@opentelemetry/sdk-node';
import { AnthropicInstrumentation as OpenLLMetry } from '@traceloop/instrumentation-anthropic';
import { instrument } from '../../instrumentation/src/index.ts';
import { answerByEvents, answerInOnePiece, answerPlain, EVENTS, INPUT_TOKENS, MODEL } from './answers.ts';

/** Kind of call -> way -> microseconds of CPU a call, one figure for each round. */
export interface Measured {
  node: string;
  micros: Record<string, Record<string, number[]>>;
  /** Kind of call -> way -> attributes of its span: what the time was spent on. Ways without a span have none. */
  attributes: Record<string, Record<string, number>>;
}

const [rounds = 60, callsPerTurn = 100, streamsPerTurn = 5] = process.argv.slice(2).map(Number);
const WARM_UP_ROUNDS = Math.max(5, Math.ceil(rounds / 3));
const SDK = process.env['SPANLEDGER_BENCH_SDK'] ?? 'sdk-0.134.0';

interface Client {
  messages: { create(request: object): Promise<AsyncIterable<unknown>> };
}
interface Sdk {
  Anthropic: new (options: object) => Client;
}

/** A copy of the SDK for each way, since each patches what it finds. 0.134.0 has spans, and OpenLLMetry can patch it. */
function loadSdk(): Sdk {
  const require = createRequire(join(import.meta.dirname, '../../instrumentation/package.json'));
  for (const file of Object.keys(require.cache)) if (file.includes('@anthropic-ai+sdk')) delete require.cache[file];
  return require(SDK) as Sdk;
}

// ---- the way behind the span: the same for all ----------------------------------------------------------------------

type Span = tracing.ReadableSpan;
const exported = { count: 0, looked: null as ((span: Span) => void) | null };
const nowhere: tracing.SpanExporter = {
  export(spans, done) {
    exported.count += spans.length;
    if (exported.looked) spans.forEach(exported.looked);
    done({ code: core.ExportResultCode.SUCCESS });
  },
  shutdown: async () => {},
};
const provider = new node.NodeTracerProvider({ spanProcessors: [new tracing.BatchSpanProcessor(nowhere)] });
provider.register();

/** Some end their spans after the caller has its answer: that time is theirs too. */
async function allExported(spans: number): Promise<void> {
  for (let turn = 0; turn < 100; turn++) {
    await provider.forceFlush();
    if (exported.count >= spans) break;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

// ---- the ways ---------------------------------------------------------------------------------------------------------

interface Way {
  sdk: Sdk;
  /** Whether the SDK makes spans of its own. */
  native: boolean;
  patch?: (sdk: Sdk) => unknown;
  /** The attribute that has the input tokens; none where there is no span. */
  inputTokens?: string;
}
const NATIVE_OFF = { native: false };
const GEN_AI = { inputTokens: 'gen_ai.usage.input_tokens' };
// All copies are loaded before any is patched: the others' instrumentations hook what is required after them.
const ways: Record<string, Way> = {
  none: { sdk: loadSdk(), ...NATIVE_OFF },
  'native spans': { sdk: loadSdk(), native: true, ...GEN_AI },
  'spanledger, native span enriched': {
    sdk: loadSdk(),
    native: true,
    patch: (sdk) => instrument(sdk.Anthropic),
    ...GEN_AI,
  },
  'spanledger, own span': { sdk: loadSdk(), ...NATIVE_OFF, patch: (sdk) => instrument(sdk.Anthropic), ...GEN_AI },
  ...(SDK === 'sdk-0.134.0' && {
    '@traceloop/instrumentation-anthropic': {
      sdk: loadSdk(),
      ...NATIVE_OFF,
      patch: (sdk: Sdk) => new OpenLLMetry().manuallyInstrument(sdk as never),
      ...GEN_AI,
    },
  }),
  '@arizeai/openinference-instrumentation-anthropic': {
    sdk: loadSdk(),
    ...NATIVE_OFF,
    patch: (sdk) => new OpenInference().manuallyInstrument(sdk as never),
    inputTokens: 'llm.token_count.prompt',
  },
};
for (const { sdk, patch } of Object.values(ways)) patch?.(sdk);

// ---- the calls --------------------------------------------------------------------------------------------------------

interface Kind {
  perTurn: number;
  answer: () => Promise<Response>;
  call: (client: Client) => Promise<void>;
}
const request = { model: MODEL, max_tokens: 64, messages: [{ role: 'user', content: 'Hello?' }] };
async function readStream(client: Client): Promise<void> {
  let events = 0;
  for await (const _ of await client.messages.create({ ...request, stream: true })) events++;
  if (events !== EVENTS) throw new Error(`a stream of ${EVENTS} events had ${events}`);
}
const kinds: Record<string, Kind> = {
  call: {
    perTurn: callsPerTurn,
    answer: answerPlain,
    call: async (client) => void (await client.messages.create(request)),
  },
  'stream of 500 events': { perTurn: streamsPerTurn, answer: answerByEvents, call: readStream },
  'stream of 500 events in one piece': { perTurn: streamsPerTurn, answer: answerInOnePiece, call: readStream },
};

// ---- measuring --------------------------------------------------------------------------------------------------------

/** Microseconds of CPU a call: of all threads, so that compiling and collecting garbage count. */
async function turn(client: Client, kind: Kind, spans: number): Promise<number> {
  exported.count = 0;
  const begun = process.cpuUsage();
  for (let n = 0; n < kind.perTurn; n++) await kind.call(client);
  await allExported(spans);
  globalThis.gc?.({ type: 'minor' });
  const { user, system } = process.cpuUsage(begun);
  if (exported.count !== spans) throw new Error(`${exported.count} spans where ${spans} were expected`);
  return (user + system) / kind.perTurn;
}

/** The same order every time, so that two runs can be compared. */
let seed = 1;
function shuffled<T>(list: readonly T[]): T[] {
  const left = [...list];
  const drawn: T[] = [];
  while (left.length > 0) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    drawn.push(...left.splice(Math.floor((seed / 2 ** 32) * left.length), 1));
  }
  return drawn;
}

/**
 * While warming up each span is looked at: one without the usage would make the comparison worthless. How much else it says is
 * counted, since that differs.
 */
function lookingAt(way: string, { inputTokens }: Way, count: Record<string, number>): (span: Span) => void {
  return ({ attributes }) => {
    if (inputTokens === undefined || attributes[inputTokens] !== INPUT_TOKENS)
      throw new Error(`${way}: the span says ${String(inputTokens && attributes[inputTokens])} input tokens`);
    count[way] = Object.keys(attributes).length;
  };
}

const measured: Measured = { node: process.versions.node, micros: {}, attributes: {} };
for (const [name, kind] of Object.entries(kinds)) {
  const micros: Record<string, number[]> = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
  measured.micros[name] = micros;
  const attributes = (measured.attributes[name] = {});
  const clients = new Map(
    Object.entries(ways).map(([way, { sdk, native }]) => [
      way,
      new sdk.Anthropic({
        apiKey: 'not-a-key',
        fetch: kind.answer,
        maxRetries: 0,
        ...(native ? {} : { openTelemetry: false }),
      }),
    ]),
  );
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (const [way, client] of shuffled([...clients])) {
      const each = ways[way]!;
      const spans = each.inputTokens === undefined ? 0 : kind.perTurn;
      exported.looked = round < 0 ? lookingAt(way, each, attributes) : null;
      const spent = await turn(client, kind, spans);
      if (round >= 0) micros[way]?.push(spent);
    }
  }
}
console.log(JSON.stringify(measured));
