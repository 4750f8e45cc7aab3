// What the tests of the whole way run beside themselves: the real collector process, a plain app outside the repository with
// the packed instrumentation, a stand-in for the Claude API (the one part that is not real), and a webhook receiver.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { placeEmptyLedger } from '../collector/src/store/prepared-ledger.ts';
import { installed } from './installed.ts';

const root = join(import.meta.dirname, '..');
const run = promisify(execFile);

export const temporaryFolder = (under = tmpdir()): Promise<string> => mkdtemp(join(under, 'spanledger-test-'));
/** With an empty ledger in it, where a collector begins sooner than in an empty folder: for tests that are not about that. */
export const temporaryLedger = async (): Promise<string> => placeEmptyLedger(await temporaryFolder());
export const removeFolder = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });

/** What every process of ours has in its environment; nothing else of this one's. What it loads was compiled before, as a rule. */
export const bare = (): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
});

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export interface Collector {
  url: string;
  process: ChildProcess;
  /** All it wrote so far. */
  output(): string;
  /** Resolves when the process is gone. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/**
 * Starts a collector and resolves when it says it is ready. Rejects with its output when it ends before that.
 * `launched` is told of the process at once: who wants to kill it while it starts must not wait.
 * `until` are the words to wait for, where it is not to become ready.
 */
export async function startCollector(
  env: Record<string, string>,
  launched: (child: ChildProcess) => void = () => {},
  until = 'is ready',
): Promise<Collector> {
  const port = env['SPANLEDGER_PORT'] ?? String(await freePort());
  const { child, output, exited } = launch({ ...env, SPANLEDGER_PORT: port });
  launched(child);
  await new Promise<void>((resolve, reject) => {
    const look = () => void (output().includes(until) && resolve());
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    void exited.then((code) => reject(new Error(`the collector ended with ${code}: ${output()}`)));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    process: child,
    output,
    async end(signal) {
      child.kill(signal);
      await exited;
    },
  };
}

/** Runs a collector that cannot start, to its end. */
export async function failToStart(env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const { output, exited } = launch(env);
  return { code: await exited, output: output() };
}

function launch(env: Record<string, string>) {
  const child = spawn(process.execPath, ['--max-semi-space-size=16', join(root, 'collector/src/main.ts')], {
    env: { ...bare(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const exited = once(child, 'close').then(([code]) => code as number | null);
  return { child, output: () => text, exited };
}

export interface App {
  /** Runs the file to its end; answers its output. Rejects when it fails. */
  run(env: Record<string, string>): Promise<string>;
}

/** A plain app outside the repository: package.json, what npm installed, one file. */
export async function createApp(options: {
  folder: string;
  sdk: string;
  file: string;
  code: string;
  /** Further packages and their versions. */
  packages?: Record<string, string>;
}): Promise<App> {
  const { folder, sdk, file, code, packages = {} } = options;
  const from = await installed({ '@anthropic-ai/sdk': sdk, ...packages });
  await copyFile(join(from, 'package.json'), join(folder, 'package.json'));
  await symlink(join(from, 'node_modules'), join(folder, 'node_modules'), 'junction');
  await writeFile(join(folder, file), code);
  return {
    async run(env) {
      const { stdout, stderr } = await run(process.execPath, [file], {
        cwd: folder,
        env: { ...bare(), ANTHROPIC_API_KEY: 'not-a-key', ...env },
        timeout: 60_000,
      });
      return stdout + stderr;
    },
  };
}

export interface Receiver {
  url: string;
  /** Bodies with their headers, as they came. */
  received: { headers: Record<string, string>; body: string }[];
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const received: Receiver['received'] = [];
  const server = createServer((request, response) => {
    void readAll(request).then((body) => {
      received.push({
        headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
        body,
      });
      response.writeHead(204).end();
    });
  });
  return { url: `${await listening(server)}/hook`, received, close: () => closed(server) };
}

/** What the stand-in answers to a request for this model. */
export interface Answer {
  model: string;
  usage: Record<string, unknown>;
  /** Only to a request whose first message says exactly this. */
  asked?: string;
  /** The model that the message names; else the one asked for. */
  answeredBy?: string;
  stopReason?: string;
  content?: readonly unknown[];
  /** Not asked for, but the one result of a message batch that was made and has ended at this instant. */
  batch?: { id: string; at: string };
  /** Answer the first attempt of the call with 429. */
  limitedOnce?: boolean;
  /** A stream stops before its end and stays open until the app leaves. */
  unfinished?: boolean;
  /** Answer every attempt with this error instead of a message. */
  refusedWith?: { status: number; type: string };
}

/** What the stand-in did with one request, as the API's own servers would tell it. */
export interface Served {
  requestId: string;
  /** null when it was refused. */
  messageId: string | null;
  answer: Answer;
  /** Why it was refused; null when it was not. */
  errorType: string | null;
  status: number;
  stream: boolean;
  /** The trace that the request says it is a part of; null when it says none. */
  traceparent: string | null;
  /** Milliseconds since the epoch. */
  at: number;
}

export interface Api {
  url: string;
  /** Requests for a message, in the order they came. */
  served: Served[];
  close(): Promise<void>;
}

/** The Claude API as far as the tours need it: a message, plain or streamed, with usage that is fixed beforehand. */
export async function startApi(answers: readonly Answer[]): Promise<Api> {
  let requests = 0;
  const limited = new Set<Answer>();
  const served: Served[] = [];
  const server = createServer((request, response) => {
    const at = Date.now();
    void readAll(request).then((body) => {
      if (request.method === 'GET') return answerBatch(answers, request, response);
      const { model, stream, messages } = JSON.parse(body) as {
        model: string;
        stream?: boolean;
        messages: { content: unknown }[];
      };
      const answer = answers.find(
        (candidate) =>
          candidate.model === model && (candidate.asked === undefined || candidate.asked === messages[0]?.content),
      );
      const id = String(++requests).padStart(6, '0');
      const headers = { 'request-id': `req_tour_${process.pid}_${id}` };
      if (!answer)
        return void response
          .writeHead(404, headers)
          .end('{"type":"error","error":{"type":"not_found_error","message":"model"}}');
      const serve = (status: number, messageId: string | null, errorType: string | null) =>
        served.push({
          requestId: headers['request-id'],
          messageId,
          answer,
          errorType,
          status,
          stream: stream === true,
          traceparent: request.headers['traceparent']?.toString() ?? null,
          at,
        });
      const refuse = (status: number, type: string) => {
        serve(status, null, type);
        response.writeHead(status, { ...headers, 'retry-after-ms': '1', 'content-type': 'application/json' });
        response.end(JSON.stringify({ type: 'error', error: { type, message: 'not now' } }));
      };
      if (answer.limitedOnce && !limited.has(answer)) {
        limited.add(answer);
        return refuse(429, 'rate_limit_error');
      }
      if (answer.refusedWith) return refuse(answer.refusedWith.status, answer.refusedWith.type);
      const message = messageOf(answer, id);
      serve(200, message.id, null);
      if (!stream)
        return void response
          .writeHead(200, { ...headers, 'content-type': 'application/json' })
          .end(JSON.stringify(message));
      response.writeHead(200, { ...headers, 'content-type': 'text/event-stream' });
      const { output_tokens: outputTokens } = answer.usage;
      const events = [
        {
          type: 'message_start',
          message: { ...message, content: [], stop_reason: null, usage: { ...answer.usage, output_tokens: 1 } },
        },
        { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
        { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello.' } },
        { type: 'content_block_stop', index: 0 },
        {
          type: 'message_delta',
          delta: { stop_reason: 'end_turn', stop_sequence: null },
          usage: { output_tokens: outputTokens },
        },
        { type: 'message_stop' },
      ];
      for (const event of answer.unfinished ? events.slice(0, 3) : events) {
        response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
      }
      if (!answer.unfinished) response.end();
    });
  });
  return { url: await listening(server), served, close: () => closed(server) };
}

const messageOf = (answer: Answer, id: string) => ({
  id: `msg_tour_${process.pid}_${id}`,
  type: 'message',
  role: 'assistant',
  model: answer.answeredBy ?? answer.model,
  content: answer.content ?? [{ type: 'text', text: 'Hello.' }],
  stop_reason: answer.stopReason ?? 'end_turn',
  stop_sequence: null,
  usage: answer.usage,
});

/** A batch that has ended, and the download of its results. */
function answerBatch(answers: readonly Answer[], request: IncomingMessage, response: ServerResponse): void {
  const [, id, results] = /^\/v1\/messages\/batches\/([^/]+)(\/results)?$/.exec(request.url ?? '') ?? [];
  const answer = answers.find(({ batch }) => batch?.id === id);
  const headers = { 'request-id': `req_tour_${process.pid}_${id}` };
  if (answer?.batch === undefined) return void response.writeHead(404, headers).end('{}');
  if (results !== undefined) {
    const line = { custom_id: 'only', result: { type: 'succeeded', message: messageOf(answer, answer.batch.id) } };
    response.writeHead(200, { ...headers, 'content-type': 'application/x-jsonl' });
    return void response.end(`${JSON.stringify(line)}\n`);
  }
  response.writeHead(200, { ...headers, 'content-type': 'application/json' });
  const { at } = answer.batch;
  const batch = {
    id,
    type: 'message_batch',
    processing_status: 'ended',
    request_counts: { processing: 0, succeeded: 1, errored: 0, canceled: 0, expired: 0 },
    created_at: at,
    ended_at: at,
    expires_at: at,
    results_url: `http://${request.headers.host}${request.url}/results`,
  };
  response.end(JSON.stringify(batch));
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

/** Long, since machines that run tests are busy at times; what holds is seen at once. */
const WAITS_MS = 45_000;

/** Asks again every 50 ms until the answer is there; fails in the end with what it last saw. */
export async function eventually<T>(ask: () => Promise<T> | T, holds: (value: T) => boolean): Promise<T> {
  const end = Date.now() + WAITS_MS;
  let last: T = await ask();
  while (!holds(last)) {
    if (Date.now() > end)
      throw new Error(`not within ${WAITS_MS / 1000} s; last seen: ${JSON.stringify(last)?.slice(0, 2_000)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    last = await ask();
  }
  return last;
}
