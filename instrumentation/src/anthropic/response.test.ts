/** What a stream says of its call must not depend on how the network cuts its bytes. */
import { node, tracing } from '@opentelemetry/sdk-node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { instrument, uninstrument } from './patch.ts';

const exporter = new tracing.InMemorySpanExporter();
const provider = new node.NodeTracerProvider({ spanProcessors: [new tracing.SimpleSpanProcessor(exporter)] });
// oxlint-disable-next-line typescript/no-explicit-any
let Anthropic: any;
beforeAll(async () => {
  ({ default: Anthropic } = await import('sdk-1.12.0'));
  instrument(Anthropic, { tracerProvider: provider });
});
afterAll(() => uninstrument(Anthropic));
afterEach(() => exporter.reset());

const block = (index: number, content_block: object) => ({ type: 'content_block_start', index, content_block });
const says = (index: number, text: string) => ({
  type: 'content_block_delta',
  index,
  delta: { type: 'text_delta', text },
});
const usage = {
  input_tokens: 25,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 7,
  service_tier: 'standard',
};
const EVENTS = [
  {
    type: 'message_start',
    message: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-opus-5-5',
      content: [],
      stop_reason: null,
      usage: { ...usage, output_tokens: 1 },
    },
  },
  { type: 'ping' },
  block(0, { type: 'text', text: '' }),
  says(0, ''),
  says(0, 'Zwölf '),
  says(0, 'Boxkämpfer 🥊 \n\nevent: message_delta'),
  { type: 'content_block_stop', index: 0 },
  // Another model goes on from here.
  block(1, { type: 'fallback', from: { model: 'claude-opus-5-5' }, to: { model: 'claude-haiku-4-5' } }),
  { type: 'content_block_stop', index: 1 },
  block(2, { type: 'text', text: '' }),
  says(2, 'jagen'),
  says(2, ' Viktor.'),
  { type: 'content_block_stop', index: 2 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 57 } },
  { type: 'message_stop' },
];
const textOf = (events: readonly { type: string }[], end = '\n') =>
  events.map((event) => `event: ${event.type}${end}data: ${JSON.stringify(event)}${end}${end}`).join('');
const bytesOf = (text: string) => new TextEncoder().encode(text);

function pieces(bytes: Uint8Array, size: number): Uint8Array[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, n) => bytes.slice(n * size, (n + 1) * size));
}

/** The attributes of the span of a call that is answered with these chunks; without those that tell the time. */
async function attributesOf(chunks: readonly Uint8Array[], read = readAll) {
  const fetch = async () => {
    const left = [...chunks];
    const body = new ReadableStream({
      pull: (controller) => {
        const next = left.shift();
        if (next) controller.enqueue(next);
        else controller.close();
      },
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream', 'request-id': 'req_1' } });
  };
  const client = new Anthropic({ apiKey: 'x', fetch, maxRetries: 0, openTelemetry: false });
  const request = { model: 'claude-opus-5-5', max_tokens: 64, messages: [{ role: 'user', content: 'Hello?' }] };
  const seen = await read(await client.messages.create({ ...request, stream: true }));
  const [span] = exporter.getFinishedSpans();
  const {
    'spanledger.attempts': _attempts,
    'gen_ai.response.time_to_first_chunk': firstChunk,
    ...attributes
  } = span?.attributes ?? {};
  expect(exporter.getFinishedSpans()).toHaveLength(1);
  exporter.reset();
  return { seen, attributes, toldFirstChunk: typeof firstChunk === 'number' };
}
async function readAll(stream: AsyncIterable<unknown>): Promise<unknown> {
  const events = [];
  for await (const event of stream) events.push(event);
  return events;
}

describe('a stream', () => {
  const whole = bytesOf(textOf(EVENTS));
  const expected = {
    seen: EVENTS.filter(({ type }) => type !== 'ping'),
    toldFirstChunk: true,
    attributes: expect.objectContaining({
      'gen_ai.response.id': 'msg_1',
      // The one that took over.
      'gen_ai.response.model': 'claude-haiku-4-5',
      // 25 + 7
      'gen_ai.usage.input_tokens': 32,
      'gen_ai.usage.output_tokens': 57,
      'anthropic.message.stop_reason': 'end_turn',
      'spanledger.usage': JSON.stringify({ ...usage, output_tokens: 57 }),
      'spanledger.usage.complete': true,
      'spanledger.output.empty': false,
    }),
  };

  it('says the same in one piece, by events, and cut into pieces of any size', async () => {
    expect(await attributesOf([whole])).toEqual(expected);
    expect(await attributesOf(EVENTS.map((event) => bytesOf(textOf([event]))))).toEqual(expected);
    for (const size of [1, 2, 3, 5, 7, 11, 28, 64, 100, 333, 1000])
      expect(await attributesOf(pieces(whole, size)), `pieces of ${size}`).toEqual(expected);
  });

  it('says the same when its events are cut or joined with their neighbours', async () => {
    const all = textOf(EVENTS);
    for (const [index] of EVENTS.entries()) {
      const at = textOf(EVENTS.slice(0, index)).length;
      for (const cut of [at - 1, at + 1, at + 30].filter((each) => each > 0 && each < all.length))
        expect(
          await attributesOf([bytesOf(all.slice(0, cut)), bytesOf(all.slice(cut))]),
          `event ${index}, cut at ${cut}`,
        ).toEqual(expected);
    }
  });

  it('may end its lines with carriage returns', async () => {
    const { attributes } = await attributesOf(pieces(bytesOf(textOf(EVENTS, '\r\n')), 50));
    expect(attributes).toEqual(expected.attributes);
  });

  it('that is left in the middle has its input, and is cancelled', async () => {
    const { attributes } = await attributesOf(
      EVENTS.map((event) => bytesOf(textOf([event]))),
      async (stream) => {
        for await (const event of stream as AsyncIterable<{ type: string; index?: number }>)
          if (event.type === 'content_block_delta' && event.index === 2) break;
      },
    );
    expect(attributes).toMatchObject({
      'gen_ai.usage.input_tokens': 32,
      'spanledger.usage': JSON.stringify(usage),
      'spanledger.usage.complete': false,
      'spanledger.cancelled': true,
    });
    expect(attributes).not.toHaveProperty('gen_ai.usage.output_tokens');
  });

  it('that ends with an error, whatever came before, has failed with its type', async () => {
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'no' } };
    for (const chunks of [
      [bytesOf(textOf([...EVENTS.slice(0, 6), error]))],
      [...EVENTS.slice(0, 6), error].map((event) => bytesOf(textOf([event]))),
    ]) {
      const { attributes } = await attributesOf(chunks, (stream) => readAll(stream).catch(() => 'failed'));
      expect(attributes).toMatchObject({ 'error.type': 'overloaded_error', 'spanledger.usage.complete': false });
    }
  });
});
