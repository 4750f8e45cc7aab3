// A stand-in for the Claude API on this machine, so that the demo needs no key and costs nothing. It answers
// POST /v1/messages as the API does, plain and streamed: usage with a prompt cache that remembers, tool use, thinking,
// answers cut at max_tokens, refusals, rate limits, overload, bad requests. What it writes is filler.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ANSWERING_MODEL, speedOf } from './features.ts';
import { PromptCache, tokensOf } from './prompt-cache.ts';
import type { Random } from './random.ts';

export interface StandIn {
  readonly url: string;
  close(): Promise<void>;
}

export interface StandInOptions {
  readonly random: Random;
  /** 1 takes as long as the API would; 20 is twenty times as fast; Infinity does not wait at all. */
  readonly fastForward?: number;
  readonly faults?: Faults;
}

/** How often a first attempt fails in each way, 0 to 1. */
export interface Faults {
  readonly rateLimited: number;
  readonly overloaded: number;
  readonly refused: number;
}

const USUAL_FAULTS: Faults = { rateLimited: 0.03, overloaded: 0.015, refused: 0.005 };

/** The part of a request that the stand-in looks at. */
interface MessagesRequest {
  model: string;
  max_tokens: number;
  stream?: boolean;
  system?: string | ContentBlock[];
  messages: { role: string; content: string | ContentBlock[] }[];
  tools?: { name: string; cache_control?: CacheControl }[];
  tool_choice?: { type: string };
  thinking?: { type: string };
}
interface CacheControl {
  type: 'ephemeral';
  ttl?: '5m' | '1h';
}
type ContentBlock = { type: string; text?: string; cache_control?: CacheControl | null };
type Json = Record<string, unknown>;

interface Message extends Json {
  content: Json[];
  usage: Json;
}

export async function startStandIn(options: StandInOptions): Promise<StandIn> {
  const { random, fastForward = 1, faults = USUAL_FAULTS } = options;
  const cache = new PromptCache();
  const wait = (ms: number) => (Number.isFinite(fastForward) ? sleep(ms / fastForward) : Promise.resolve());

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      // The client went away in the middle of its stream; anything else is a mistake of this file and may be seen.
      if (!response.destroyed) response.destroy(error instanceof Error ? error : undefined);
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = `req_011C${random.id(20)}`;
    const headers = { 'request-id': requestId, ...ORGANIZATION, ...rateLimits(random) };
    const send = (status: number, body: unknown, more: Record<string, string> = {}): void => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers, ...more });
      response.end(JSON.stringify(body));
    };
    const fail = (status: number, type: string, message: string, more?: Record<string, string>): void =>
      send(status, { type: 'error', error: { type, message }, request_id: requestId }, more);

    const text = await bodyOf(request);
    const path = request.url?.split('?')[0];
    if (request.method !== 'POST' || path !== '/v1/messages') return fail(404, 'not_found_error', 'Not found');
    if (!request.headers['x-api-key'] && !request.headers.authorization) {
      return fail(401, 'authentication_error', 'x-api-key header is required');
    }
    const body = parse(text);
    const problem = body === null ? 'the request body is not valid JSON' : problemOf(body);
    if (body === null || problem !== null) return fail(400, 'invalid_request_error', problem ?? '');

    const firstAttempt = Number(request.headers['x-stainless-retry-count'] ?? 0) === 0;
    if (firstAttempt && random.chance(faults.rateLimited)) {
      await wait(90);
      const ms = String(random.between(200, 900));
      return fail(429, 'rate_limit_error', 'This request would exceed the rate limit of your organization', {
        'retry-after-ms': ms,
        'retry-after': '1',
      });
    }
    if (random.chance(firstAttempt ? faults.overloaded : faults.overloaded * 20)) {
      await wait(120);
      return fail(529, 'overloaded_error', 'Overloaded', { 'retry-after-ms': String(random.between(200, 600)) });
    }

    const message = compose(body, requestId);
    const { firstTokenMs, tokensPerSecond } = speedOf(message['model'] as string);
    const output = message.usage['output_tokens'] as number;
    await wait(random.around(firstTokenMs, 0.3));
    if (body.stream !== true) {
      await wait((output / tokensPerSecond) * 1000);
      return send(200, message);
    }
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      ...headers,
    });
    const events = eventsOf(message);
    const pauseMs = ((output / tokensPerSecond) * 1000) / events.length;
    for (const event of events) {
      if (response.destroyed) return;
      response.write(`event: ${event['type']}\ndata: ${JSON.stringify(event)}\n\n`);
      await wait(pauseMs);
    }
    response.end();
  }

  function compose(body: MessagesRequest, requestId: string): Message {
    const input = cache.read(body.model, blocksOf(body), Date.now());
    const refused = random.chance(faults.refused);
    const lastIsResult = blocksIn(body.messages.at(-1)?.content ?? '').some((block) => block.type === 'tool_result');
    const tool = body.tools?.[0];
    const usesTool =
      !refused && tool !== undefined && !lastIsResult && (body.tool_choice?.type === 'tool' || random.chance(0.5));
    const wanted = random.around(body.max_tokens * 0.32, 0.55);
    const output = refused ? 1 : Math.min(wanted, body.max_tokens);
    const thinks = !refused && body.thinking !== undefined && body.thinking.type !== 'disabled';
    const thinking = thinks ? Math.round(output * (0.3 + 0.5 * random.next())) : 0;
    const words = filler(random, Math.min(output - thinking, 60));
    const content: Json[] = [
      ...(thinks ? [{ type: 'thinking', thinking: filler(random, 20), signature: random.id(40) }] : []),
      ...(refused ? [] : [{ type: 'text', text: words }]),
      ...(usesTool
        ? [{ type: 'tool_use', id: `toolu_01${random.id(22)}`, name: tool.name, input: { id: random.id(8) } }]
        : []),
    ];
    return {
      id: `msg_01${random.id(22)}`,
      type: 'message',
      role: 'assistant',
      model: ANSWERING_MODEL[body.model] ?? body.model,
      content,
      stop_reason: refused ? 'refusal' : wanted >= body.max_tokens ? 'max_tokens' : usesTool ? 'tool_use' : 'end_turn',
      stop_sequence: null,
      ...(refused
        ? { stop_details: { type: 'refusal', category: null, explanation: `Declined (${requestId}).` } }
        : {}),
      usage: {
        input_tokens: input.uncached,
        cache_creation_input_tokens: input.written5m + input.written1h,
        cache_read_input_tokens: input.read,
        cache_creation: { ephemeral_5m_input_tokens: input.written5m, ephemeral_1h_input_tokens: input.written1h },
        output_tokens: output,
        output_tokens_details: { thinking_tokens: thinking },
        server_tool_use: null,
        service_tier: 'standard',
        inference_geo: body.model.includes('-4-5') ? 'not_available' : 'global',
        speed: 'standard',
      },
    };
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

const ORGANIZATION = {
  'anthropic-organization-id': '00000000-0000-4000-8000-0000000000de',
  'anthropic-workspace-id': 'wrkspc_demo',
};

/** What is left of the limits; they refill every minute. */
function rateLimits(random: Random): Record<string, string> {
  const reset = new Date(Math.ceil(Date.now() / 60_000) * 60_000).toISOString().replace('.000', '');
  const headers: Record<string, string> = {};
  for (const [kind, limit] of [
    ['requests', 4_000],
    ['input-tokens', 2_000_000],
    ['output-tokens', 400_000],
  ] as const) {
    headers[`anthropic-ratelimit-${kind}-limit`] = String(limit);
    headers[`anthropic-ratelimit-${kind}-remaining`] = String(random.between(limit / 2, limit - 1));
    headers[`anthropic-ratelimit-${kind}-reset`] = reset;
  }
  return headers;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): MessagesRequest | null {
  try {
    return JSON.parse(text) as MessagesRequest;
  } catch {
    return null;
  }
}

/** What the API would say is wrong; null when nothing is. */
function problemOf(body: MessagesRequest): string | null {
  if (typeof body.model !== 'string') return 'model: Field required';
  if (!Number.isInteger(body.max_tokens) || body.max_tokens < 1)
    return 'max_tokens: Input should be greater than or equal to 1';
  if (!Array.isArray(body.messages) || body.messages.length === 0) return 'messages: at least one message is required';
  return null;
}

const blocksIn = (content: string | ContentBlock[]): ContentBlock[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : content;

/** Everything the model reads, in the order in which it is cached: tools, system, messages. */
function blocksOf(body: MessagesRequest): { text: string; ttl: '5m' | '1h' | null }[] {
  const all = [
    ...(body.tools ?? []),
    ...blocksIn(body.system ?? []),
    ...body.messages.flatMap((message) => blocksIn(message.content)),
  ];
  return all.map((block) => ({
    text: 'text' in block && typeof block.text === 'string' ? block.text : JSON.stringify(block),
    ttl: block.cache_control ? (block.cache_control.ttl ?? '5m') : null,
  }));
}

const WORDS = [
  'the',
  'order',
  'ships',
  'tomorrow',
  'and',
  'your',
  'account',
  'is',
  'ready',
  'please',
  'check',
  'this',
  'summary',
] as const;

/** Text of about so many tokens. */
function filler(random: Random, tokens: number): string {
  let text = '';
  while (tokensOf(text) < tokens) text += `${text === '' ? '' : ' '}${random.pick(WORDS)}`;
  return text;
}

/** The events a message is streamed as. The start knows the input; what the output came to is said at the end. */
function eventsOf(message: Message): Json[] {
  const { usage, content } = message;
  const events: Json[] = [
    {
      type: 'message_start',
      message: {
        ...message,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { ...usage, output_tokens: 1, output_tokens_details: null },
      },
    },
  ];
  for (const [index, block] of content.entries()) {
    const { empty, deltas } = partsOf(block);
    events.push({ type: 'content_block_start', index, content_block: empty });
    if (index === 0) events.push({ type: 'ping' });
    for (const delta of deltas) events.push({ type: 'content_block_delta', index, delta });
    events.push({ type: 'content_block_stop', index });
  }
  const { stop_reason, stop_sequence, stop_details = null } = message;
  events.push(
    {
      type: 'message_delta',
      delta: { stop_reason, stop_sequence, stop_details },
      usage: {
        input_tokens: usage['input_tokens'],
        cache_creation_input_tokens: usage['cache_creation_input_tokens'],
        cache_read_input_tokens: usage['cache_read_input_tokens'],
        output_tokens: usage['output_tokens'],
        output_tokens_details: usage['output_tokens_details'],
        server_tool_use: usage['server_tool_use'],
      },
    },
    { type: 'message_stop' },
  );
  return events;
}

/** A content block as the stream opens it, and the deltas that fill it. */
function partsOf(block: Json): { empty: Json; deltas: Json[] } {
  const pieces = (text: unknown): string[] => String(text).match(/[\s\S]{1,24}/g) ?? [];
  switch (block['type']) {
    case 'thinking':
      return {
        empty: { ...block, thinking: '', signature: '' },
        deltas: [
          ...pieces(block['thinking']).map((thinking) => ({ type: 'thinking_delta', thinking })),
          { type: 'signature_delta', signature: block['signature'] },
        ],
      };
    case 'tool_use':
      return {
        empty: { ...block, input: {} },
        deltas: pieces(JSON.stringify(block['input'])).map((partial_json) => ({
          type: 'input_json_delta',
          partial_json,
        })),
      };
    default:
      return {
        empty: { ...block, text: '' },
        deltas: pieces(block['text']).map((text) => ({ type: 'text_delta', text })),
      };
  }
}
