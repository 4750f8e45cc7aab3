/**
 * The same application run with and without the instrumentation, over versions of the SDK, ESM and CommonJS: what the
 * application gets must not differ, and every call must have exactly one span with what was really sent.
 */
import { createRequire } from 'node:module';
import {
  context,
  propagation,
  SpanStatusCode,
  type Attributes,
  type Span,
  type SpanStatus,
  type Tracer,
} from '@opentelemetry/api';
import { node, tracing } from '@opentelemetry/sdk-node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startStandIn, type Sent, type StandIn } from '../testing/stand-in.ts';
import { instrument, uninstrument } from './patch.ts';
import { withTags } from '../tags.ts';

const VERSIONS = [
  '0.30.1',
  '0.39.0',
  '0.50.4',
  '0.60.0',
  '0.91.1',
  '0.112.5',
  '0.133.0',
  '0.134.0',
  '1.0.0',
  '1.12.0',
] as const;
/** The versions that make spans of their own. */
const NATIVE: ReadonlySet<string> = new Set(['0.134.0', '1.0.0', '1.12.0']);
const require = createRequire(import.meta.url);
// The SDK's types differ from version to version; what is used here does not.
// oxlint-disable-next-line typescript/no-explicit-any
type Client = any;

const exporter = new tracing.InMemorySpanExporter();
const provider = new node.NodeTracerProvider({ spanProcessors: [new tracing.SimpleSpanProcessor(exporter)] });
let api: StandIn;
let runs = 0;

beforeAll(async () => {
  provider.register();
  api = await startStandIn();
});
afterAll(() => api.close());
afterEach(() => exporter.reset());

const REQUEST = {
  model: 'claude-haiku-4-5',
  max_tokens: 64,
  messages: [{ role: 'user', content: 'The capital of France?' }],
};

async function caught(work: () => unknown): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    const { constructor, status, name } = error as Error & { status?: number };
    return { thrown: constructor.name, name, status };
  }
}
async function events(stream: AsyncIterable<{ type: string }>): Promise<string[]> {
  const types: string[] = [];
  for await (const event of stream) types.push(event.type);
  return types;
}

interface Scenario {
  readonly name: string;
  readonly path: string;
  readonly spans?: number;
  readonly outcome?: 'completed' | 'failed' | 'cancelled';
  readonly run: (client: Client) => unknown;
  /** The first version of the matrix that has what the scenario uses. */
  readonly since?: (typeof VERSIONS)[number];
}

const SCENARIOS: readonly Scenario[] = [
  { name: 'create', path: 'plain', run: (c) => c.messages.create(REQUEST) },
  { name: 'create with a cache', path: 'cached', run: (c) => c.messages.create(REQUEST) },
  {
    name: 'streamed create',
    path: 'cached',
    run: async (c) => events(await c.messages.create({ ...REQUEST, stream: true })),
  },
  { name: 'stream helper', path: 'cached', run: (c) => c.messages.stream(REQUEST).finalMessage() },
  { name: 'beta create', path: 'plain', run: (c) => c.beta.messages.create(REQUEST) },
  {
    name: 'tool runner',
    path: 'tool',
    spans: 2,
    since: '0.91.1',
    run: (c) =>
      c.beta.messages.toolRunner({
        ...REQUEST,
        tools: [
          {
            name: 'weather',
            type: 'custom',
            input_schema: { type: 'object', properties: {} },
            run: () => 'sunny',
            parse: (input: unknown) => input,
          },
        ],
      }),
  },
  { name: 'refused once, then answered', path: 'limited', run: (c) => c.messages.create(REQUEST) },
  { name: 'overloaded to the end', path: 'overloaded', outcome: 'failed', run: (c) => c.messages.create(REQUEST) },
  { name: 'invalid', path: 'invalid', outcome: 'failed', run: (c) => c.messages.create(REQUEST) },
  {
    name: 'stream cut by the server',
    path: 'cut',
    outcome: 'failed',
    run: async (c) => events(await c.messages.create({ ...REQUEST, stream: true })),
  },
  {
    name: 'stream left by the application',
    path: 'endless',
    outcome: 'cancelled',
    run: async (c) => {
      for await (const event of await c.messages.create({ ...REQUEST, stream: true }))
        if (event.type === 'content_block_delta') break;
    },
  },
  {
    name: 'stream aborted by the application',
    path: 'endless',
    outcome: 'cancelled',
    run: async (c) => {
      const stream = await c.messages.create({ ...REQUEST, stream: true });
      for await (const event of stream) if (event.type === 'content_block_delta') stream.controller.abort();
    },
  },
  {
    name: 'withResponse',
    path: 'plain',
    run: async (c) => {
      const { data, response } = await c.messages.create(REQUEST).withResponse();
      return { data, status: response.status };
    },
  },
  { name: 'asResponse', path: 'plain', run: async (c) => (await c.messages.create(REQUEST).asResponse()).json() },
  {
    name: 'tee',
    path: 'plain',
    run: async (c) => {
      const [left, right] = (await c.messages.create({ ...REQUEST, stream: true })).tee();
      return Promise.all([events(left), events(right)]);
    },
  },
];

const plain = (result: unknown): unknown =>
  JSON.parse(
    JSON.stringify(result ?? null, (key, value) => (key === 'id' || key === '_request_id' ? undefined : value)),
  );

for (const version of VERSIONS) {
  for (const format of ['esm', 'cjs'] as const) {
    describe(`sdk ${version} ${format}`, () => {
      let Anthropic: Client;
      beforeAll(async () => {
        const loaded = format === 'esm' ? await import(`sdk-${version}`) : require(`sdk-${version}`);
        Anthropic = loaded.default;
      });
      afterEach(() => uninstrument(Anthropic));

      const has = ({ since }: Scenario) => since === undefined || VERSIONS.indexOf(version) >= VERSIONS.indexOf(since);
      for (const scenario of SCENARIOS.filter(has)) {
        it(`${scenario.name}: one span a call, nothing changed for the application`, async () => {
          const client = () =>
            new Anthropic({ apiKey: 'x', baseURL: api.url(`${scenario.path}/${(runs += 1)}`), maxRetries: 1 });
          const without = await caught(() => scenario.run(client()));
          exporter.reset();
          const from = api.sent.length;

          expect(instrument(Anthropic)).toBe(true);
          const traced = client();
          const result = await withTags({ feature: 'atlas', userId: 'u-7' }, () => caught(() => scenario.run(traced)));

          expect(plain(result)).toEqual(plain(without));
          const sent = api.sent.slice(from);
          const spans = exporter.getFinishedSpans().filter((span) => span.name === 'anthropic.messages.create');
          const calls = spans.filter((span) => span.attributes['spanledger.supplement_of'] === undefined);
          expect(calls).toHaveLength(scenario.spans ?? 1);
          expect(calls.map((span) => span.instrumentationScope.name)).toEqual(
            calls.map(() => (NATIVE.has(version) ? 'com.anthropic.sdk.typescript' : '@spanledger/instrumentation')),
          );
          for (const span of spans) checkSpan(span, scenario, sent);
          // The API does not learn whose call it is.
          expect(sent.map(({ headers }) => headers['baggage'])).toEqual(sent.map(() => undefined));
        });
      }

      it('leaves a failed call that nobody awaits unhandled, once', async () => {
        instrument(Anthropic);
        const unhandled: unknown[] = [];
        const listeners = process.listeners('unhandledRejection');
        process.removeAllListeners('unhandledRejection');
        const seen = new Promise<void>((resolve) =>
          process.on('unhandledRejection', (error) => (unhandled.push(error), resolve())),
        );
        const client = new Anthropic({ apiKey: 'x', baseURL: api.url('invalid'), maxRetries: 0 });
        void client.messages.create(REQUEST).then((message: unknown) => message);
        await client.messages.create(REQUEST).catch(() => undefined);
        await seen;
        await new Promise((resolve) => setImmediate(resolve));
        process.removeAllListeners('unhandledRejection');
        for (const listener of listeners) process.on('unhandledRejection', listener);
        expect(unhandled).toHaveLength(1);
      });
    });
  }
}

function checkSpan(span: tracing.ReadableSpan, scenario: Scenario, sent: readonly Sent[]): void {
  const { attributes } = span;
  const outcome = scenario.outcome ?? 'completed';
  expect(attributes['spanledger.feature']).toBe('atlas');
  expect(attributes['spanledger.user.id']).toBe('u-7');
  if (attributes['spanledger.supplement_of'] === undefined) {
    const status = { completed: SpanStatusCode.OK, failed: SpanStatusCode.ERROR, cancelled: SpanStatusCode.UNSET }[
      outcome
    ];
    // The SDK ends its span of a raw response before the body is read; its supplement says how it went.
    if (scenario.name !== 'asResponse') expect(span.status.code).toBe(status);
    expect(attributes['spanledger.cancelled']).toBe(outcome === 'cancelled' ? true : undefined);
  }
  const attempts = JSON.parse(String(attributes['spanledger.attempts'])) as {
    requestId: string;
    errorType: string | null;
  }[];
  const last = sent.find(({ requestId }) => requestId === attempts.at(-1)?.requestId);
  expect(attributes['anthropic.request.id']).toBe(last?.requestId);
  if (scenario.spans === undefined)
    expect(attempts.map(({ requestId }) => requestId)).toEqual(sent.map(({ requestId }) => requestId));
  if (attributes['spanledger.usage'] === undefined) {
    expect(outcome === 'failed' || scenario.name === 'asResponse').toBe(true);
    return;
  }
  const usage = JSON.parse(String(attributes['spanledger.usage']));
  const complete = outcome === 'completed';
  expect(attributes['spanledger.usage.complete']).toBe(complete);
  const { output_tokens: output, ...input } = last?.usage ?? {};
  expect(usage).toEqual(complete ? { ...input, output_tokens: output } : input);
  expect(attributes['spanledger.cost.usd'] !== undefined).toBe(complete);
  expect(attributes['gen_ai.usage.output_tokens']).toBe(complete ? output : undefined);
}

describe('a whole span', () => {
  it('of our own says what the SDK does not say', async () => {
    const { default: Anthropic } = (await import('sdk-0.60.0')) as Client;
    instrument(Anthropic);
    const from = api.sent.length;
    await withTags(
      { feature: 'atlas', customerId: 'acme', tier: 'gold', promptVersion: 'v3', conversationId: 'c-1' },
      () =>
        new Anthropic({ apiKey: 'x', baseURL: api.url('cached') }).messages.create({
          ...REQUEST,
          metadata: { user_id: 'u-9' },
        }),
    );
    uninstrument(Anthropic);
    const [span] = exporter.getFinishedSpans();
    const requestId = api.sent[from]?.requestId;
    const { 'spanledger.attempts': attempts, 'spanledger.usage': usage, ...attributes } = span?.attributes ?? {};
    expect(JSON.parse(String(attempts))).toEqual([
      {
        startedAt: expect.any(String),
        durationMs: expect.any(Number),
        httpStatus: 200,
        requestId,
        errorType: null,
        errorCode: null,
        retryAfter: null,
      },
    ]);
    expect(JSON.parse(String(usage))).toEqual(api.sent[from]?.usage);
    expect(attributes).toEqual({
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'claude-haiku-4-5',
      'gen_ai.request.max_tokens': 64,
      'gen_ai.response.model': 'claude-haiku-4-5',
      'gen_ai.response.id': expect.stringMatching(/^msg_/),
      'gen_ai.conversation.id': 'c-1',
      // 13 + 20011 + 3508
      'gen_ai.usage.input_tokens': 23532,
      'gen_ai.usage.output_tokens': 409,
      'gen_ai.usage.cache_read.input_tokens': 20011,
      'gen_ai.usage.cache_write.input_tokens': 3508,
      'anthropic.usage.cache_creation.ephemeral_5m_input_tokens': 3001,
      'anthropic.usage.cache_creation.ephemeral_1h_input_tokens': 507,
      'anthropic.message.stop_reason': 'end_turn',
      'anthropic.response.service_tier': 'standard',
      'anthropic.request.id': requestId,
      'http.request.method': 'POST',
      'http.route': '/v1/messages',
      'http.response.status_code': 200,
      'server.address': '127.0.0.1',
      'server.port': expect.any(Number),
      'spanledger.usage.complete': true,
      'spanledger.output.empty': false,
      // 13 x 1 + 20011 x 0.10 + 3001 x 1.25 + 507 x 2 + 409 x 5 = 8824.35 micro-USD
      'spanledger.cost.usd': '0.008824350000',
      'spanledger.cost.cards': '2026-11-21',
      'spanledger.feature': 'atlas',
      'spanledger.customer.id': 'acme',
      'spanledger.prompt.version': 'v3',
      'spanledger.user.id': 'u-9',
      'spanledger.tag.tier': 'gold',
      'spanledger.ratelimit.requests.remaining': 49,
      'spanledger.ratelimit.requests.limit': 50,
      'spanledger.ratelimit.requests.reset': '2026-11-21T10:00:59Z',
    });
  });

  it("of the SDK's says as much where its end cannot be watched: each thing as it is known", async () => {
    const { default: Anthropic } = (await import('sdk-1.12.0')) as Client;
    instrument(Anthropic);
    const sealed = (span: Span): Span =>
      Object.freeze({
        spanContext: () => span.spanContext(),
        isRecording: () => span.isRecording(),
        setAttribute: (name: string, value: string) => span.setAttribute(name, value),
        setAttributes: (attributes: Attributes) => span.setAttributes(attributes),
        setStatus: (status: SpanStatus) => span.setStatus(status),
        end: (time?: number) => span.end(time),
      }) as unknown as Span;
    const tracer = provider.getTracer('sealed');
    const tracerProvider = {
      getTracer: () => ({ startSpan: (...args: Parameters<Tracer['startSpan']>) => sealed(tracer.startSpan(...args)) }),
    };
    const messages = [];
    for (const path of ['plain', 'overloaded']) {
      const client = new Anthropic({
        apiKey: 'x',
        baseURL: api.url(path),
        maxRetries: 0,
        openTelemetry: { tracerProvider },
      });
      messages.push(await client.messages.create(REQUEST).catch(() => 'refused'));
    }
    uninstrument(Anthropic);
    expect(messages).toEqual([expect.objectContaining({ type: 'message' }), 'refused']);
    const statuses = exporter.getFinishedSpans().map(({ attributes }) => {
      const [attempt] = JSON.parse(String(attributes['spanledger.attempts'])) as { httpStatus: number }[];
      return [attempt?.httpStatus, attributes['spanledger.cost.usd']];
    });
    // 25 x 1 + 57 x 5 = 310 micro-USD
    expect(statuses).toEqual([
      [200, '0.000310000000'],
      [529, undefined],
    ]);
  });

  for (const version of ['0.30.1', '0.133.0', '1.12.0'] as const) {
    it(`of ${version} says who pays, by the billing policy`, async () => {
      const { default: Anthropic } = (await import(`sdk-${version}`)) as Client;
      instrument(Anthropic);
      const client = new Anthropic({ apiKey: 'x', baseURL: api.url('plain') });
      for (const bill_to of ['self', 'user_profile', undefined])
        await client.beta.messages.create({ ...REQUEST, ...(bill_to && { billing_policy: { bill_to } }) });
      uninstrument(Anthropic);
      // 25 x 1 + 57 x 5 = 310 micro-USD; nothing when the user profile's organisation pays.
      expect(
        exporter
          .getFinishedSpans()
          .map(({ attributes }) => [attributes['spanledger.bill_to'], attributes['spanledger.cost.usd']]),
      ).toEqual([
        ['self', '0.000310000000'],
        ['user_profile', '0.000000000000'],
        [undefined, '0.000310000000'],
      ]);
    });

    for (const [status, type, code] of [
      [402, 'billing_error', 'linked_organization_billing_unavailable'],
      [402, 'billing_error', 'linked_organization_spend_limit_reached'],
      [403, 'permission_error', 'user_profile_billing_not_authorized'],
      [429, 'rate_limit_error', 'contract_spend_limit_reached'],
      [429, 'rate_limit_error', 'enforced_spend_limit_reached'],
      [429, 'rate_limit_error', 'ramp_limit_exceeded'],
    ] as const) {
      it(`of ${version} tells a ${status} ${code} from other refusals, in every attempt that was read`, async () => {
        const { default: Anthropic } = (await import(`sdk-${version}`)) as Client;
        instrument(Anthropic);
        await new Anthropic({ apiKey: 'x', baseURL: api.url(`refused-${status}-${code}`), maxRetries: 1 }).messages
          .create(REQUEST)
          .catch(() => undefined);
        uninstrument(Anthropic);
        const [span] = exporter.getFinishedSpans();
        expect(span?.attributes).toMatchObject({
          'error.type': type,
          'http.response.status_code': status,
          'spanledger.error.code': code,
        });
        const attempts = JSON.parse(String(span?.attributes['spanledger.attempts'])) as Record<string, unknown>[];
        expect(attempts.map(({ httpStatus, errorType }) => [httpStatus, errorType])).toEqual(
          attempts.map(() => [status, type]),
        );
        // The SDK tries a 429 again and throws the first answer's body away unread.
        expect(attempts.map(({ errorCode }) => errorCode)).toEqual(status === 429 ? [null, code] : [code]);
      });
    }
  }
});

describe('tags', () => {
  it('of another service arrive as baggage, and ours win', async () => {
    const { default: Anthropic } = (await import('sdk-0.60.0')) as Client;
    instrument(Anthropic);
    const incoming = propagation.setBaggage(
      context.active(),
      propagation.createBaggage({ 'spanledger.feature': { value: 'far' }, 'spanledger.user.id': { value: 'u-1' } }),
    );
    await context.with(incoming, () =>
      withTags({ feature: 'near' }, () =>
        new Anthropic({ apiKey: 'x', baseURL: api.url('plain') }).messages.create(REQUEST),
      ),
    );
    uninstrument(Anthropic);
    const [span] = exporter.getFinishedSpans();
    expect(span?.attributes['spanledger.feature']).toBe('near');
    expect(span?.attributes['spanledger.user.id']).toBe('u-1');
  });
});
