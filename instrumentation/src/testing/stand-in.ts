/**
 * A small stand-in for the Messages API. The scenario of a request is the first part of its path, so that a client
 * chooses it by its base URL. Every answer is remembered, so that a test can compare a span with what was really sent.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Sent {
  requestId: string;
  usage: Record<string, unknown> | null;
  headers: Record<string, unknown>;
}
export interface StandIn {
  readonly sent: Sent[];
  url(scenario: string): string;
  close(): Promise<void>;
}

const PLAIN = {
  input_tokens: 25,
  output_tokens: 57,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
  service_tier: 'standard',
};
const CACHED = {
  ...PLAIN,
  input_tokens: 13,
  output_tokens: 409,
  cache_read_input_tokens: 20011,
  cache_creation_input_tokens: 3508,
  cache_creation: { ephemeral_5m_input_tokens: 3001, ephemeral_1h_input_tokens: 507 },
};
const ERRORS: Record<number, string> = {
  400: 'invalid_request_error',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};

export async function startStandIn(): Promise<StandIn> {
  const sent: Sent[] = [];
  const tries = new Map<string, number>();
  const server = createServer(async (request, response) => {
    let raw = '';
    for await (const chunk of request) raw += chunk;
    const [, scenario = '', key = ''] = (request.url ?? '').split('/');
    const body = JSON.parse(raw || '{}') as { model: string; stream?: boolean; messages: { content: unknown }[] };
    const requestId = `req_${sent.length + 1}`;
    const record: Sent = { requestId, usage: null, headers: request.headers };
    sent.push(record);
    const headers = {
      'request-id': requestId,
      'anthropic-ratelimit-requests-limit': '50',
      'anthropic-ratelimit-requests-remaining': '49',
    };
    const refuse = (status: number, details?: object) => {
      response.writeHead(status, { ...headers, 'content-type': 'application/json', 'retry-after-ms': '1' });
      response.end(
        JSON.stringify({
          type: 'error',
          error: { type: ERRORS[status], message: 'no', ...(details && { details }) },
          request_id: requestId,
        }),
      );
    };
    const attempt = (tries.get(scenario + key) ?? 0) + 1;
    tries.set(scenario + key, attempt);
    if (scenario === 'limited' && attempt === 1) return refuse(429);
    if (scenario === 'overloaded') return refuse(529);
    if (scenario === 'invalid') return refuse(400, { error_code: 'enforced_spend_limit_reached' });

    const toolAsked = scenario === 'tool' && !JSON.stringify(body.messages).includes('tool_result');
    const usage = scenario === 'cached' ? CACHED : PLAIN;
    record.usage = usage;
    const content = toolAsked
      ? [{ type: 'tool_use', id: 'toolu_1', name: 'weather', input: {} }]
      : [{ type: 'text', text: 'Paris.' }];
    const message = {
      id: `msg_${sent.length}`,
      type: 'message',
      role: 'assistant',
      model: body.model,
      content,
      stop_reason: toolAsked ? 'tool_use' : 'end_turn',
      stop_sequence: null,
      usage,
    };
    if (!body.stream) {
      response.writeHead(200, { ...headers, 'content-type': 'application/json' });
      return response.end(JSON.stringify(message));
    }
    response.writeHead(200, { ...headers, 'content-type': 'text/event-stream' });
    const event = (type: string, rest: object) =>
      response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`);
    event('message_start', {
      message: { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 2 } },
    });
    event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } });
    event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'Par' } });
    // The application ends this one. Old decoders hold an event back until the next one begins.
    if (scenario === 'endless') return event('ping', {});
    if (scenario === 'cut') return setImmediate(() => response.destroy());
    event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'is.' } });
    event('content_block_stop', { index: 0 });
    event('message_delta', {
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: usage.output_tokens, input_tokens: usage.input_tokens, cache_read_input_tokens: null },
    });
    event('message_stop', {});
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    sent,
    url: (scenario) => `http://127.0.0.1:${port}/${scenario}`,
    close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(() => resolve()))),
  };
}
