// Several sources at once, for real: two plain apps in which the SDK's own spans, our instrumentation and a third-party wrapper
// (OpenLLMetry, OpenInference) all see the same calls; then the same calls as Anthropic's servers would tell of them, twice
// and in another order, with a kill in between. As many calls as were made, each at its exact cost, under its feature.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { placeEmptyLedger } from '../collector/src/store/prepared-ledger.ts';
import {
  createApp,
  eventually,
  freePort,
  removeFolder,
  startApi,
  startCollector,
  temporaryFolder,
  type Answer,
  type Api,
  type App,
  type Collector,
  type Served,
} from './processes.ts';
import { toldByServers } from './told-by-servers.ts';

const usage = (input: number, output: number, write5m = 0, write1h = 0, read = 0) => ({
  input_tokens: input,
  cache_creation_input_tokens: write5m + write1h,
  cache_read_input_tokens: read,
  cache_creation: { ephemeral_5m_input_tokens: write5m, ephemeral_1h_input_tokens: write1h },
  output_tokens: output,
  service_tier: 'standard',
});
const [OPUS, SONNET, HAIKU] = ['claude-opus-5-5', 'claude-sonnet-5-5', 'claude-haiku-5-5'];

// What each call costs, by hand, in micro-USD:
//   create    1,200 x 4 + 800 x 20                                                   = 20,800
//   stream    21 x 2 + 2,000 x 2.5 + 3,000 x 4 + 50,000 x 0.1 + 1,500 x 10           = 37,042
//   helper    (100,000 in all: the low band) 1,000 x 0.1 + 4,000 x 0.125 + 95,000 x 0.01 + 500 x 0.5 = 1,800
//   script    2,000 x 0.1 + 400 x 0.5                                                = 400
//   limited   300 x 4 + 100 x 20                                                     = 3,200
//   refused   nothing
//   twins     10,000 x 0.1 + 200 x 0.5 = 1,100, three times                          = 3,300
//   left      500 x 2 + 70 x 10 = 1,700; the app, which left before the end, knows the input only: 1,000
//   raw       50 x 4 + 10 x 20                                                       = 400
const ANSWERS: Answer[] = [
  { asked: 'create', model: OPUS!, usage: usage(1_200, 800) },
  { asked: 'stream', model: SONNET!, usage: usage(21, 1_500, 2_000, 3_000, 50_000) },
  { asked: 'helper', model: HAIKU!, usage: usage(1_000, 500, 4_000, 0, 95_000) },
  { asked: 'script', model: HAIKU!, usage: usage(2_000, 400) },
  { asked: 'limited', model: OPUS!, usage: usage(300, 100), limitedOnce: true },
  { asked: 'refused', model: OPUS!, usage: {}, refusedWith: { status: 400, type: 'invalid_request_error' } },
  { asked: 'twins', model: HAIKU!, usage: usage(10_000, 200) },
  { asked: 'left', model: SONNET!, usage: usage(500, 70), unfinished: true },
  { asked: 'raw', model: OPUS!, usage: usage(50, 10) },
];
/** Of both apps together. */
const ROWS = [
  { feature: 'create', calls: 2, errors: 0, costUsd: '0.041600000000' },
  { feature: 'helper', calls: 2, errors: 0, costUsd: '0.003600000000' },
  { feature: 'left', calls: 1, errors: 0, costUsd: '0.001700000000' },
  { feature: 'limited', calls: 1, errors: 0, costUsd: '0.003200000000' },
  { feature: 'raw', calls: 1, errors: 0, costUsd: '0.000400000000' },
  { feature: 'refused', calls: 2, errors: 2, costUsd: '0.000000000000' },
  { feature: 'script', calls: 2, errors: 0, costUsd: '0.000800000000' },
  { feature: 'stream', calls: 2, errors: 0, costUsd: '0.074084000000' },
  { feature: 'twins', calls: 6, errors: 0, costUsd: '0.006600000000' },
].map((row) => ({ ...row, unpricedCalls: 0 }));
const CALLS = 19;

const APP = `
const { registerSpanledger, withTags } = require('@spanledger/instrumentation');
const { NodeSDK } = require('@opentelemetry/sdk-node');
const { trace } = require('@opentelemetry/api');
const { AnthropicInstrumentation } = require(process.env.WRAPPER);
const telemetry = new NodeSDK({ instrumentations: [new AnthropicInstrumentation()] });
telemetry.start();
registerSpanledger();
const { Anthropic } = require('@anthropic-ai/sdk');

const { messages } = new Anthropic();
const [OPUS, SONNET, HAIKU] = ['claude-opus-5-5', 'claude-sonnet-5-5', 'claude-haiku-5-5'];
const ask = (model, content, more) => ({ model, max_tokens: 2000, messages: [{ role: 'user', content }], ...more });
const readAll = async (stream) => { for await (const event of stream); };
const calls = {
  create: () => messages.create(ask(OPUS, 'create')),
  stream: async () => readAll(await messages.create(ask(SONNET, 'stream', { stream: true }))),
  helper: () => messages.stream(ask(HAIKU, 'helper')).finalMessage(),
  script: () => messages.stream(ask(HAIKU, 'script')).finalMessage(),
  limited: () => messages.create(ask(OPUS, 'limited')),
  refused: () => messages.create(ask(OPUS, 'refused')).catch((error) => error),
  twins: () => Promise.all([1, 2, 3].map(() => messages.create(ask(HAIKU, 'twins')))),
  left: async () => {
    for await (const event of await messages.create(ask(SONNET, 'left', { stream: true })))
      if (event.type === 'content_block_delta') break;
  },
  raw: async () => (await messages.create(ask(OPUS, 'raw')).asResponse()).json(),
};
const outsideOfAnySpan = ['script'];
(async () => {
  for (const feature of process.env.CALLS.split(',')) {
    const call = () => withTags({ feature }, calls[feature]);
    if (outsideOfAnySpan.includes(feature)) await call();
    else
      await trace.getTracer('app').startActiveSpan('job', async (span) => {
        await call();
        span.end();
      });
  }
  await telemetry.shutdown();
})();
`;

let folder: string;
let api: Api;
let collector: Collector;
let collectorEnv: Record<string, string>;
let apps: App[];
const OPENLLMETRY = '@traceloop/instrumentation-anthropic';
const OPENINFERENCE = '@arizeai/openinference-instrumentation-anthropic';
// OpenLLMetry cannot be loaded beside SDK 1.0 and later, takes asResponse() away, and has no answer to a 400 of a stream.
// OpenInference reads a stream on that the app has left, and so would never end.
const APPS = [
  { name: 'shop', sdk: '0.137.0', wrapper: OPENLLMETRY, version: '0.27.0', calls: 'create,stream,helper,script,limited,refused,twins,left' },
  { name: 'office', sdk: '1.12.0', wrapper: OPENINFERENCE, version: '0.2.8', calls: 'create,stream,helper,script,refused,twins,raw' },
]; // prettier-ignore

beforeAll(async () => {
  folder = await temporaryFolder();
  const install = async ({ name, sdk, wrapper, version }: (typeof APPS)[number]) => {
    await mkdir(join(folder, name));
    return createApp({
      folder: join(folder, name),
      sdk,
      file: 'app.cjs',
      code: APP,
      packages: { '@opentelemetry/sdk-node': '0.223.0', '@opentelemetry/api': '^1.9.0', [wrapper]: version },
    });
  };
  collectorEnv = {
    SPANLEDGER_PORT: String(await freePort()),
    SPANLEDGER_DATA_DIR: await placeEmptyLedger(join(folder, 'data')),
  };
  [apps, api, collector] = await Promise.all([
    Promise.all(APPS.map(install)),
    startApi(ANSWERS),
    startCollector(collectorEnv),
  ]);
}, 240_000);
afterAll(async () => {
  await collector?.end('SIGTERM');
  await api?.close();
  if (folder) await removeFolder(folder);
});

const runApps = () =>
  Promise.all(
    APPS.map(({ name, wrapper, calls }, index) =>
      apps[index]!.run({
        WRAPPER: wrapper,
        CALLS: calls,
        ANTHROPIC_BASE_URL: api.url,
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_LOGS_EXPORTER: 'none',
        OTEL_SERVICE_NAME: name,
      }),
    ),
  );
const getJson = async <T>(path: string): Promise<T> => (await fetch(`${collector.url}${path}`)).json() as Promise<T>;
async function tell(served: readonly Served[]): Promise<void> {
  const response = await fetch(`${collector.url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body: toldByServers(served),
  });
  expect(response.status).toBe(200);
}
const day = () => {
  const from = new Date(Date.now() - 3_600_000).toISOString();
  return `from=${from}&to=${new Date(Date.now() + 3_600_000).toISOString()}`;
};
const metrics = async (by: string, measures: string) =>
  (await getJson<{ rows: Record<string, unknown>[] }>(`/api/metrics?${day()}&measures=${measures}&by=${by}`)).rows;
const byFeature = async () =>
  (await metrics('feature', 'calls,errors,costUsd,unpricedCalls')).toSorted((a, b) =>
    String(a['feature']).localeCompare(String(b['feature'])),
  );
interface Call {
  callId: string;
  feature: string;
  service: string;
  sources: string[];
  outcome: string;
  errorType: string | null;
  retries: number;
  serverMs: number | null;
  workspace: string | null;
}
const list = async () => (await getJson<{ calls: Call[] }>('/api/calls?limit=100')).calls;

test(
  'calls that the SDK, our instrumentation, a wrapper and Anthropic’s servers all tell of count once each, at their exact cost',
  { timeout: 60_000 },
  async () => {
    expect(await runApps()).toEqual(['', '']);

    // The app's side alone: all there; of the stream that was left, what had come by then.
    const before = ROWS.map((row) => (row.feature === 'left' ? { ...row, costUsd: '0.001000000000' } : row));
    expect(await eventually(byFeature, (rows) => rows.length === ROWS.length)).toEqual(before);

    // The servers' side: the later half first, then, after a kill, all of it in reverse, and the first half once more.
    const half = api.served.slice(Math.floor(api.served.length / 2));
    await tell(half);
    await collector.end('SIGKILL');
    collector = await startCollector(collectorEnv);
    await tell(api.served.toReversed());
    await tell(api.served.slice(0, -half.length));
    expect(await byFeature()).toEqual(ROWS);
    const byModel = await metrics('model', 'calls,costUsd');
    expect(byModel.toSorted((a, b) => Number(b['calls']) - Number(a['calls']))).toEqual([
      { model: HAIKU, calls: 10, costUsd: '0.011000000000' },
      { model: OPUS, calls: 6, costUsd: '0.045200000000' },
      { model: SONNET, calls: 3, costUsd: '0.075784000000' },
    ]);

    const calls = await list();
    expect(calls).toHaveLength(CALLS);
    expect(api.served).toHaveLength(CALLS + 1); // one was limited first
    const wrapperOf: Record<string, string> = { shop: 'openllmetry', office: 'openinference' };
    for (const call of calls) {
      const { feature, service, retries, errorType, workspace } = call;
      const serverMs = Math.round(call.serverMs ?? -1); // the encoder's numbers end above a nanosecond
      const unseen = feature === 'left'; // OpenLLMetry never ends the span of a stream that is left
      const supplement = feature === 'raw' ? ['spanledger'] : []; // the SDK's span had ended when the body was read
      expect({ feature, service, retries, errorType, workspace, serverMs, sources: call.sources }).toEqual({
        feature,
        service,
        retries: feature === 'limited' ? 1 : 0,
        errorType: feature === 'refused' ? 'invalid_request_error' : null,
        workspace: 'wrkspc_1',
        serverMs: 1,
        sources: [
          'anthropic-sdk+spanledger',
          'claude-platform',
          ...(unseen ? [] : [wrapperOf[service]]),
          ...supplement,
        ].toSorted(),
      });
    }
    const left = calls.find(({ feature }) => feature === 'left')!;
    const stream = calls.find(({ feature }) => feature === 'stream')!;
    const detail = (id: string) => getJson<{ provenance: object; reports: object[] }>(`/api/calls/${id}`);
    expect((await detail(left.callId)).provenance).toMatchObject({
      feature: 'anthropic-sdk+spanledger',
      usage: 'claude-platform',
      outcome: 'anthropic-sdk+spanledger',
      serverMs: 'claude-platform',
      workspace: 'claude-platform',
    });
    const whole = await detail(stream.callId);
    expect(whole.provenance).toMatchObject({ usage: 'anthropic-sdk+spanledger', serverMs: 'claude-platform' });
    expect(whole.reports).toHaveLength(3); // what was told twice is one report

    // A restart changes nothing.
    await collector.end('SIGTERM');
    collector = await startCollector(collectorEnv);
    expect(await byFeature()).toEqual(ROWS);
    expect(await list()).toEqual(calls);
  },
);
