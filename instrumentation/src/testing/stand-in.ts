/**
 * A small stand-in for the Messages API. The scenario of a request is the first part of its path, so that a client
 * chooses it by its base URL. Every answer is remembered, so that a test can compare a span with what was really sent.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
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
  402: 'billing_error',
  403: 'permission_error',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};

const BATCH_ID = 'msgbatch_01HkcTjaV5uDC8jWR4ZsDV8d';
/** Other than the clock says, so that a span must have them from the answer. */
export const BATCH_TIMES = { created_at: '2026-11-20T08:00:00.000Z', ended_at: '2026-11-20T09:30:15.250Z' };

const batchMessage = (id: string, usage: object) => ({
  type: 'succeeded',
  message: {
    id,
    type: 'message',
    role: 'assistant',
    model: 'claude-opus-5-5',
    content: [{ type: 'text', text: 'Zwölf\u2028Boxkämpfer.' }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage,
  },
});
/** As a download has them: every type, in no order. */
export const BATCH_RESULTS = [
  {
    custom_id: 'a',
    result: batchMessage('msg_batch_a', {
      input_tokens: 1_000,
      cache_creation_input_tokens: 10_000,
      cache_read_input_tokens: 40_000,
      cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 10_000 },
      output_tokens: 2_000,
      service_tier: 'batch',
      inference_geo: 'global',
    }),
  },
  {
    custom_id: 'refused',
    result: {
      type: 'errored',
      error: {
        type: 'error',
        error: { type: 'invalid_request_error', message: 'max_tokens: too many', details: { error_code: 'too_many' } },
        request_id: 'req_inner',
      },
    },
  },
  { custom_id: 'stopped', result: { type: 'canceled' } },
  { custom_id: 'late', result: { type: 'expired' } },
  { custom_id: 'b', result: batchMessage('msg_batch_b', { input_tokens: 100, output_tokens: 10, service_tier: null }) },
] as const;

/** Submit, retrieve and results. Scenario `batch-open`: the download stays open after its third line. */
function answerBatch(
  request: IncomingMessage,
  response: ServerResponse,
  headers: Record<string, string>,
  body: object,
): void {
  const url = request.url ?? '';
  const [, scenario] = url.split('/');
  if (/\/results(\?|$)/.test(url)) {
    response.writeHead(200, { ...headers, 'content-type': 'application/binary' });
    const lines = BATCH_RESULTS.map((result) => JSON.stringify(result));
    if (scenario === 'batch-open') return void response.write(`${lines.slice(0, 3).join('\n')}\n`);
    // Cut in the middle of a line and of a character; without a line break at the end.
    const bytes = Buffer.from(lines.join('\n'));
    const cut = bytes.indexOf('ö') + 1;
    response.write(bytes.subarray(0, cut));
    return void setImmediate(() => response.end(bytes.subarray(cut)));
  }
  if (scenario === 'batch-refused') {
    response.writeHead(429, { ...headers, 'content-type': 'application/json', 'x-should-retry': 'false' });
    const error = { type: 'rate_limit_error', message: 'no' };
    return void response.end(JSON.stringify({ type: 'error', error }));
  }
  response.writeHead(200, { ...headers, 'content-type': 'application/json' });
  const submitted = request.method === 'POST';
  response.end(
    JSON.stringify({
      id: BATCH_ID,
      type: 'message_batch',
      processing_status: submitted ? 'in_progress' : 'ended',
      created_at: BATCH_TIMES.created_at,
      ended_at: submitted ? null : BATCH_TIMES.ended_at,
      expires_at: '2026-11-21T08:00:00.000Z',
      request_counts: { processing: 'requests' in body ? 2 : 0, succeeded: 0, errored: 0, canceled: 0, expired: 0 },
      results_url: submitted ? null : `http://${request.headers.host}${url.replace(/(\?.*)?$/, '/results')}`,
    }),
  );
}

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
      'anthropic-ratelimit-requests-reset': '2026-11-21T10:00:59Z',
    };
    if (request.url?.includes('/v1/messages/batches')) return answerBatch(request, response, headers, body);
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
    const coded = /^refused-(\d+)-(\w+)$/.exec(scenario);
    if (coded) return refuse(Number(coded[1]), { error_code: coded[2] });
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
