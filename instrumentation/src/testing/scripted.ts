/**
 * A stand-in for the Messages API that answers with the messages it is given, whole or as the events the API would send of
 * them. The name of a message is the first part of the path, so that a client chooses it by its base URL.
 *
 * A stream says of the usage what the API says when: at its start the prompt, the tier, the speed and the place, with a
 * placeholder for the output; at its end the cumulative counts, the server's tools and the iterations, and neither the split of
 * the cache writes nor anything of how the call was served.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ScriptedMessage {
  /** The one that answered; when it is another than the one asked for, only the end of a stream knows it. */
  model: string;
  content: readonly Record<string, unknown>[];
  stop_reason: string;
  usage: Readonly<Record<string, unknown>>;
}
type Event = { type: string } & Record<string, unknown>;

export async function startScripted(messages: Readonly<Record<string, ScriptedMessage>>) {
  let answered = 0;
  const server = createServer(async (request, response) => {
    let raw = '';
    for await (const chunk of request) raw += chunk;
    const asked = JSON.parse(raw) as { model: string; stream?: boolean };
    const scripted = messages[decodeURIComponent((request.url ?? '').split('/')[1] ?? '')];
    answered += 1;
    const headers = { 'request-id': `req_scripted_${answered}` };
    if (scripted === undefined) return response.writeHead(404, headers).end();
    const message = {
      id: `msg_scripted_${answered}`,
      type: 'message',
      role: 'assistant',
      ...scripted,
      stop_sequence: null,
    };
    if (!asked.stream) {
      return response.writeHead(200, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(message));
    }
    response.writeHead(200, { ...headers, 'content-type': 'text/event-stream' });
    for (const event of eventsOf(message, asked.model)) {
      response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    }
    return response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: (name: string) => `http://127.0.0.1:${port}/${encodeURIComponent(name)}`,
    close: () => new Promise<void>((resolve) => (server.closeAllConnections(), server.close(() => resolve()))),
  };
}

function eventsOf(message: ScriptedMessage, model: string): Event[] {
  const { content, stop_reason, usage } = message;
  const { iterations, server_tool_use, output_tokens_details, output_tokens, ...atStart } = usage;
  return [
    {
      type: 'message_start',
      message: {
        ...message,
        model,
        content: [],
        stop_reason: null,
        usage: { ...atStart, server_tool_use: null, output_tokens: 1 },
      },
    },
    ...content.flatMap(blockEvents),
    {
      type: 'message_delta',
      delta: { stop_reason, stop_sequence: null },
      usage: {
        input_tokens: usage['input_tokens'],
        cache_creation_input_tokens: usage['cache_creation_input_tokens'],
        cache_read_input_tokens: usage['cache_read_input_tokens'],
        output_tokens,
        ...(output_tokens_details !== undefined && { output_tokens_details }),
        ...(server_tool_use !== undefined && { server_tool_use }),
        ...(iterations !== undefined && { iterations }),
      },
    },
    { type: 'message_stop' },
  ];
}

/** Text and thinking come in pieces after an empty block, every other block as a whole. */
function blockEvents(block: Record<string, unknown>, index: number): Event[] {
  const start = (content_block: object): Event => ({ type: 'content_block_start', index, content_block });
  const delta = (piece: object): Event => ({ type: 'content_block_delta', index, delta: piece });
  const stop: Event = { type: 'content_block_stop', index };
  if (block['type'] === 'text') {
    return [start({ type: 'text', text: '' }), delta({ type: 'text_delta', text: block['text'] }), stop];
  }
  if (block['type'] === 'thinking') {
    return [
      start({ type: 'thinking', thinking: '', signature: '' }),
      delta({ type: 'thinking_delta', thinking: block['thinking'] }),
      delta({ type: 'signature_delta', signature: block['signature'] }),
      stop,
    ];
  }
  return [start(block), stop];
}
