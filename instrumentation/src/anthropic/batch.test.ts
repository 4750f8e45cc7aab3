/**
 * Message batches through the real SDK: the submit is one span, each result that is read one call at the batch price,
 * and what the application gets is what it gets without us.
 */
import { ROOT_CONTEXT, SpanStatusCode } from '@opentelemetry/api';
import { node, tracing } from '@opentelemetry/sdk-node';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { state } from '../state.ts';
import { withTags } from '../tags.ts';
import { BATCH_RESULTS, startStandIn, type StandIn } from '../testing/stand-in.ts';
import { instrument, uninstrument } from './patch.ts';
import { resultReader, resultsDelivered } from './batch-results.ts';

/** The oldest with the stable namespace, the last one before spans of the SDK's own, the first with them, the latest. */
const VERSIONS = ['0.30.1', '0.39.0', '0.133.0', '0.134.0', '1.12.0'] as const;
const NATIVE: ReadonlySet<string> = new Set(['0.134.0', '1.12.0']);
// The SDK's types differ from version to version; what is used here does not.
// oxlint-disable-next-line typescript/no-explicit-any
type Client = any;
type Span = tracing.ReadableSpan;

const exporter = new tracing.InMemorySpanExporter();
const provider = new node.NodeTracerProvider({ spanProcessors: [new tracing.SimpleSpanProcessor(exporter)] });
let api: StandIn;

beforeAll(async () => {
  provider.register();
  api = await startStandIn();
});
afterAll(() => api.close());
afterEach(() => {
  exporter.reset();
  state.batches.clear();
});

const REQUESTS = {
  requests: ['a', 'b'].map((custom_id) => ({
    custom_id,
    params: { model: 'claude-opus-5-5', max_tokens: 64, messages: [{ role: 'user', content: 'Pangram?' }] },
  })),
};
const ID = 'msgbatch_01HkcTjaV5uDC8jWR4ZsDV8d';
const named = (name: string) => exporter.getFinishedSpans().filter((span) => span.name === name);
const results = () => named('anthropic.messages.create');
const byCustomId = (spans: readonly Span[]): Record<string, Span> =>
  Object.fromEntries(spans.map((span) => [String(span.attributes['spanledger.batch.custom_id']), span]));
const millis = ([seconds, nanos]: [number, number]) => new Date(seconds * 1000 + nanos / 1e6).toISOString();

async function read(decoder: Promise<AsyncIterable<unknown>>, most = Infinity): Promise<unknown[]> {
  const lines: unknown[] = [];
  for await (const line of await decoder) {
    lines.push(line);
    if (lines.length === most) break;
  }
  return lines;
}

for (const version of VERSIONS) {
  for (const namespace of version === '0.30.1' ? (['beta'] as const) : (['stable', 'beta'] as const)) {
    describe(`sdk ${version}, ${namespace} namespace`, () => {
      let Anthropic: Client;
      beforeAll(async () => {
        Anthropic = (await import(`sdk-${version}`)).default;
      });
      afterEach(() => uninstrument(Anthropic));
      const batches = (scenario = 'batch'): Client => {
        const client = new Anthropic({ apiKey: 'x', baseURL: api.url(`${scenario}/1`), maxRetries: 1 });
        return namespace === 'beta' ? client.beta.messages.batches : client.messages.batches;
      };

      it('makes one call of each result, at the batch price and times, tagged and linked as submitted', async () => {
        const without = await read(batches().results(ID));
        exporter.reset();
        instrument(Anthropic);
        const submitted = await withTags({ feature: 'nightly', userId: 'u-7' }, () => batches().create(REQUESTS));
        expect(submitted.id).toBe(ID);
        expect(await read(batches().results(ID))).toEqual(without);
        expect(without).toEqual(BATCH_RESULTS);

        const [submit, ...more] = named('anthropic.messages.batches.create');
        expect(more).toEqual([]);
        expect(submit?.instrumentationScope.name).toBe(
          NATIVE.has(version) ? 'com.anthropic.sdk.typescript' : '@spanledger/instrumentation',
        );
        expect(submit?.status.code).toBe(SpanStatusCode.OK);
        expect(submit?.attributes).toMatchObject({
          'spanledger.batch.id': ID,
          'spanledger.feature': 'nightly',
          'spanledger.user.id': 'u-7',
          'anthropic.message.batch.request_count': 2,
        });

        const spans = results();
        expect(spans.map((span) => span.attributes['spanledger.batch.custom_id']).toSorted()).toEqual([
          'a',
          'b',
          'late',
          'refused',
          'stopped',
        ]);
        for (const span of spans) {
          expect(span.instrumentationScope.name).toBe('@spanledger/instrumentation');
          expect(millis(span.startTime)).toBe('2026-11-20T08:00:00.000Z');
          expect(millis(span.endTime)).toBe('2026-11-20T09:30:15.250Z');
          expect(span.parentSpanContext).toBeUndefined();
          expect(span.links.map((link) => link.context.spanId)).toEqual([submit?.spanContext().spanId]);
          expect(span.attributes).toMatchObject({
            'spanledger.batch.id': ID,
            'spanledger.feature': 'nightly',
            'spanledger.user.id': 'u-7',
          });
          // The id of the download is not the call's.
          expect(span.attributes['anthropic.request.id']).toBeUndefined();
        }
        const { a, b, refused, stopped, late } = byCustomId(spans);
        expect(JSON.parse(String(a?.attributes['spanledger.usage']))).toEqual(BATCH_RESULTS[0].result.message.usage);
        expect(a?.status.code).toBe(SpanStatusCode.OK);
        expect(a?.attributes).toMatchObject({
          'gen_ai.response.id': 'msg_batch_a',
          'gen_ai.response.model': 'claude-opus-5-5',
          'anthropic.message.stop_reason': 'end_turn',
          'anthropic.response.service_tier': 'batch',
          'spanledger.usage.complete': true,
          // (1,000 x 4 + 10,000 x 8 + 40,000 x 0.20 + 2,000 x 20) x 0.5 = 66,000 micro-USD
          'spanledger.cost.usd': '0.066000000000',
        });
        // The line says no tier; that it was read from a batch says it. (100 x 4 + 10 x 20) x 0.5 = 300 micro-USD
        expect(JSON.parse(String(b?.attributes['spanledger.usage']))).toEqual({
          input_tokens: 100,
          output_tokens: 10,
          service_tier: 'batch',
        });
        expect(b?.attributes['spanledger.cost.usd']).toBe('0.000300000000');

        expect([refused, stopped, late].map((span) => [span?.status.code, span?.attributes['error.type']])).toEqual([
          [SpanStatusCode.ERROR, 'invalid_request_error'],
          [SpanStatusCode.UNSET, 'cancelled'],
          [SpanStatusCode.ERROR, 'expired'],
        ]);
        expect(refused?.attributes['spanledger.error.code']).toBe('too_many');
        expect(stopped?.attributes['spanledger.cancelled']).toBe(true);
        for (const span of [refused, stopped, late]) {
          expect(span?.attributes['spanledger.usage']).toBeUndefined();
          expect(span?.attributes['spanledger.cost.usd']).toBeUndefined();
        }
      });

      it('tells the same calls when the results are read twice, and without having seen the submit', async () => {
        instrument(Anthropic);
        await read(batches().results(ID));
        const once = results().map((span) => [span.attributes['gen_ai.response.id'], millis(span.startTime)]);
        exporter.reset();
        await withTags({ feature: 'reader' }, () => read(batches().results(ID)));
        expect(results().map((span) => [span.attributes['gen_ai.response.id'], millis(span.startTime)])).toEqual(once);
        expect(results().map((span) => [span.attributes['spanledger.feature'], span.links])).toEqual(
          BATCH_RESULTS.map(() => ['reader', []]),
        );
      });

      it('tells only of what was received when the application stops in the middle', async () => {
        instrument(Anthropic);
        expect(await read(batches('batch-open').results(ID), 2)).toEqual(BATCH_RESULTS.slice(0, 2));
        expect(Object.keys(byCustomId(results()))).toEqual(['a', 'refused', 'stopped']);
      });

      it.each(['its chunks', 'its text'])('makes the same calls when the raw download is read by %s', async (way) => {
        instrument(Anthropic);
        const client = new Anthropic({ apiKey: 'x', baseURL: api.url('batch/1') });
        const path = `/v1/messages/batches/${ID}/results`;
        const response = await client.get(path, { __binaryResponse: true }).asResponse();
        let text = '';
        const decoder = new TextDecoder();
        if (way === 'its text') text = await response.text();
        else for await (const chunk of response.body) text += decoder.decode(chunk, { stream: true });
        expect(text.split('\n').map((line) => JSON.parse(line))).toEqual(BATCH_RESULTS);
        expect(Object.keys(byCustomId(results()))).toEqual(BATCH_RESULTS.map(({ custom_id }) => custom_id));
      });

      it('leaves a refused submit to the application, as one span', async () => {
        instrument(Anthropic);
        const refused = await batches('batch-refused')
          .create(REQUESTS)
          .catch((error: { status: number }) => error.status);
        expect(refused).toBe(429);
        const spans = named('anthropic.messages.batches.create');
        expect(spans.map((span) => [span.status.code, span.attributes['error.type']])).toEqual([
          [SpanStatusCode.ERROR, 'rate_limit_error'],
        ]);
        expect(results()).toEqual([]);
      });
    });
  }
}

describe('a download', () => {
  const line = (n: number) => `${JSON.stringify({ ...BATCH_RESULTS[0], custom_id: `c${n}` })}\n`;
  const download = { batchId: ID, tags: {}, client: {}, platform: 'anthropic' };

  it('of many results is made spans piece by piece, so that a queue of 2,048 loses none', async () => {
    let inQueue = 0;
    let most = 0;
    let made = 0;
    const tracer = provider.getTracer('t');
    const counting = {
      getTracer: () => ({
        startSpan: (...given: Parameters<typeof tracer.startSpan>) => {
          made += 1;
          inQueue += 1;
          most = Math.max(most, inQueue);
          return tracer.startSpan(given[0], given[1], ROOT_CONTEXT);
        },
      }),
      forceFlush: async () => void (inQueue = 0),
    };
    const before = state.settings;
    state.settings = { ...before, tracerProvider: counting as never };
    try {
      const reader = resultReader(download, undefined);
      for (let n = 0; n < 6_000; n += 1_000)
        reader.chunk(Buffer.from(Array.from({ length: 1_000 }, (_, at) => line(n + at)).join('')));
      reader.end({ done: true });
      await resultsDelivered();
    } finally {
      state.settings = before;
    }
    expect({ made, most }).toEqual({ made: 6_000, most: 400 });
    expect(new Set(results().map((span) => span.attributes['spanledger.batch.custom_id'])).size).toBe(6_000);
  });

  it('that could not be delivered is told again, until it is', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const tracer = provider.getTracer('t');
    let flushes = 0;
    const slow = {
      getTracer: () => tracer,
      forceFlush: async () => {
        flushes += 1;
        if (flushes <= 2) throw new Error('timed out');
      },
    };
    const before = state.settings;
    state.settings = { ...before, tracerProvider: slow as never };
    try {
      const reader = resultReader(download, undefined);
      reader.chunk(Buffer.from(Array.from({ length: 600 }, (_, at) => line(at)).join('')));
      reader.end({ done: true });
      while (state.results.draining) {
        await vi.advanceTimersByTimeAsync(1_000);
        await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      state.settings = before;
      vi.useRealTimers();
    }
    const ids = results().map((span) => span.attributes['spanledger.batch.custom_id']);
    // The first piece of 400 three times, the last 200 once: the ledger counts each once, by its message's id.
    expect([ids.length, new Set(ids).size, flushes]).toEqual([1_400, 600, 4]);
  });

  it('with lines that are no results tells of the others', async () => {
    const reader = resultReader(download, undefined);
    reader.chunk(Buffer.from(`\n{"custom_id":\nnull\n[]\n{"result":{"type":"novel"}}\n${line(1)}{"custom_id":"cut`));
    reader.end({ done: true });
    expect(Object.keys(byCustomId(results()))).toEqual(['c1']);
  });
});
