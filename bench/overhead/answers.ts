// What the API would answer, from within the process: a message, or 500 events of a stream, in one piece or each in a chunk of
// its own, which is how they come when they are made one after the other.
export const EVENTS = 500;
export const MODEL = 'claude-haiku-4-5';
export const INPUT_TOKENS = 25;

const message = {
  id: 'msg_bench',
  type: 'message',
  role: 'assistant',
  model: MODEL,
  content: [{ type: 'text', text: 'Hello.' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: {
    input_tokens: INPUT_TOKENS,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
    output_tokens: 57,
    service_tier: 'standard',
    inference_geo: 'not_available',
  },
};
const delta = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'a word ' } };
const events = [
  { type: 'message_start', message: { ...message, content: [], stop_reason: null } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  ...Array.from({ length: EVENTS - 5 }, () => delta),
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: EVENTS } },
  { type: 'message_stop' },
].map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);

const plain = JSON.stringify(message);
const chunks = events.map((event) => new TextEncoder().encode(event));
const whole = new TextEncoder().encode(events.join(''));

const HEADERS = {
  'request-id': 'req_bench',
  'anthropic-organization-id': 'org_bench',
  'anthropic-ratelimit-requests-limit': '4000',
  'anthropic-ratelimit-requests-remaining': '3999',
  'anthropic-ratelimit-requests-reset': '2026-11-21T12:00:00Z',
  'anthropic-ratelimit-input-tokens-limit': '2000000',
  'anthropic-ratelimit-input-tokens-remaining': '1999000',
  'anthropic-ratelimit-input-tokens-reset': '2026-11-21T12:00:00Z',
};
const JSON_HEADERS = { ...HEADERS, 'content-type': 'application/json' };
const STREAM_HEADERS = { ...HEADERS, 'content-type': 'text/event-stream; charset=utf-8' };

export const answerPlain = async (): Promise<Response> => new Response(plain, { headers: JSON_HEADERS });
export const answerInOnePiece = async (): Promise<Response> => new Response(whole, { headers: STREAM_HEADERS });
export const answerByEvents = async (): Promise<Response> => {
  let next = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = chunks[next++];
      // The reader may keep or change what it gets.
      if (chunk) controller.enqueue(chunk.slice());
      else controller.close();
    },
  });
  return new Response(body, { headers: STREAM_HEADERS });
};
