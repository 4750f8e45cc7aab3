// A collector that is offered more than it can take, in every way at once: many connections, protobuf by gzip, JSON as large as
// is taken, bodies that unpack to many times their size, senders that trickle, readers that do not read. Its memory is what the
// kernel says it was at most; its books are kept here: each body is exports of calls of a feature of its own, so that what was
// acknowledged can be counted one by one.
import { readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { Agent, request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { callAttributes, exportBody, type FakeSpan } from '../collector/src/ingest/fakes.ts';
import { traceRequestType } from '../collector/src/ingest/otlp-schema.ts';
import { startCollector, type Collector } from './processes.ts';
import { onDisk } from '../collector/src/store/run-folders.ts';

export interface Load {
  /** Of each of two waves. */
  seconds: number;
  /** Senders that wait for nothing but the answer. */
  connections: number;
  /** Of 1: what is sent are 54 bodies of 108,048 calls; of less, so many fewer calls in each. */
  size: number;
  env?: Record<string, string>;
}

/** Megabytes are of a million bytes, resident. */
export interface Endured {
  idleMb: number;
  /** At most, from the start to the end. */
  mostMb: number;
  /** When nothing was offered any more, after each wave. */
  afterMb: readonly [number, number];
  /** HTTP status, or `none` where the connection ended without one -> how many answers. */
  answers: ReadonlyMap<string, number>;
  /** Answers of 503 that did not say when to come again. */
  withoutRetryAfter: number;
  /** From the end of a wave to the first 200 of a plain export. */
  recoveredMs: readonly [number, number];
  /** Features of which a body was acknowledged and not all of its calls are there, or more than all. */
  wrong: readonly string[];
  /** Calls of the bodies that were acknowledged under load. */
  acknowledgedCalls: number;
  /** What it says when each body was taken once at last, and what was sent. */
  counted: number;
  sent: number;
}

interface Body {
  feature: string;
  calls: number;
  headers: Record<string, string>;
  bytes: Uint8Array;
  acknowledged: boolean;
}

const PROTOBUF = { 'content-type': 'application/x-protobuf' };
const JSON_TYPE = { 'content-type': 'application/json' };
const GZIP = { 'content-encoding': 'gzip' };

export async function overload({ seconds, connections, size, env = {} }: Load): Promise<Endured> {
  const folder = await mkdtemp(join(onDisk(), 'spanledger-overload-'));
  const startMs = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 6 * 3_600_000;
  const bodies = makeBodies(startMs, size);
  const collector = await startCollector({ SPANLEDGER_DATA_DIR: join(folder, 'data'), ...env });
  const answers = new Map<string, number>();
  let withoutRetryAfter = 0;
  const told = ({ status, retryAfter }: Answer): void => {
    answers.set(status, (answers.get(status) ?? 0) + 1);
    if (status === '503' && retryAfter === null) withoutRetryAfter++;
  };

  async function wave(): Promise<number> {
    const end = performance.now() + seconds * 1000;
    const agent = new Agent({ keepAlive: true, maxSockets: connections });
    let next = 0;
    const send = async (): Promise<void> => {
      while (performance.now() < end) {
        const body = bodies[next++ % bodies.length] as Body;
        const answer = await post(collector.url, body, agent);
        told(answer);
        if (answer.status === '200') body.acknowledged = true;
        else await wait(5);
      }
    };
    const idlers = [...trickle(collector, 40), ...readNothing(collector, 40, startMs)];
    await Promise.all(Array.from({ length: connections }, send));
    for (const socket of idlers) socket.destroy();
    agent.destroy();
    const over = performance.now();
    while ((await post(collector.url, bodies[0] as Body)).status !== '200') await wait(10);
    return performance.now() - over;
  }

  try {
    const idleMb = memoryMb(collector, 'VmRSS');
    const first = await wave();
    const afterFirst = memoryMb(collector, 'VmRSS');
    const second = await wave();
    const afterSecond = memoryMb(collector, 'VmRSS');
    const mostMb = memoryMb(collector, 'VmHWM');
    const acknowledged = bodies.filter((body) => body.acknowledged);
    const counts = await countByFeature(collector.url, startMs);
    const wrong = acknowledged
      .filter(({ feature, calls }) => counts.get(feature) !== calls)
      .map(({ feature, calls }) => `${feature}: ${counts.get(feature) ?? 0} of ${calls} calls`);
    for (const body of bodies) {
      while (!body.acknowledged) body.acknowledged = (await post(collector.url, body)).status === '200';
    }
    const all = await countByFeature(collector.url, startMs);
    return {
      idleMb,
      mostMb,
      afterMb: [afterFirst, afterSecond],
      answers,
      withoutRetryAfter,
      recoveredMs: [first, second],
      wrong,
      acknowledgedCalls: acknowledged.reduce((sum, { calls }) => sum + calls, 0),
      counted: [...all.values()].reduce((sum, calls) => sum + calls, 0),
      sent: bodies.reduce((sum, { calls }) => sum + calls, 0),
    };
  } finally {
    await collector.end('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What exporters send, and the worst that is taken: as large as may be, and as large as may be when unpacked. */
function makeBodies(startMs: number, size: number): Body[] {
  const plain = Array.from({ length: 40 }, (_, index) => {
    const calls = Math.ceil(500 * size);
    const feature = `plain-${index}`;
    return { feature, calls, headers: { ...PROTOBUF, ...GZIP }, bytes: gzipSync(protobufOf(feature, calls, startMs)) };
  });
  const json = Array.from({ length: 6 }, (_, index) => {
    const calls = Math.ceil(8_000 * size); // about 10 MB
    const feature = `json-${index}`;
    return { feature, calls, headers: JSON_TYPE, bytes: exportBody(spansOf(feature, calls, startMs)) };
  });
  const packed = Array.from({ length: 4 }, (_, index) => {
    const calls = Math.ceil(10_000 * size);
    const feature = `packed-${index}`;
    const bytes = gzipSync(exportBody(spansOf(feature, calls, startMs)), { level: 1 });
    return { feature, calls, headers: { ...JSON_TYPE, ...GZIP }, bytes };
  });
  // Attributes that nobody keeps: 12 MB in a few kilobytes.
  const padded = Array.from({ length: 4 }, (_, index) => {
    const calls = 12;
    const feature = `padded-${index}`;
    const spans = spansOf(feature, calls, startMs).map((span) => ({
      ...span,
      attributes: { ...span.attributes, 'app.note': 'x'.repeat(1_000_000) },
    }));
    return { feature, calls, headers: { ...JSON_TYPE, ...GZIP }, bytes: gzipSync(exportBody(spans)) };
  });
  return [...plain.slice(0, 20), ...json, ...packed, ...padded, ...plain.slice(20)].map((body) => ({
    ...body,
    acknowledged: false,
  }));
}

function spansOf(feature: string, calls: number, startMs: number): FakeSpan[] {
  return Array.from({ length: calls }, (_, n) => ({
    id: `${feature}-${n}`,
    at: new Date(startMs + ((n * 37) % 18_000) * 1000).toISOString(),
    durationMs: 200 + (n % 900),
    attributes: callAttributes(
      `req_${feature}_${n}`,
      { input_tokens: n % 6_000, output_tokens: n % 3_000, service_tier: 'standard' },
      {
        'gen_ai.response.id': `msg_${feature}_${n}`,
        'spanledger.feature': feature,
        'spanledger.user.id': `user-${n % 500}`,
      },
    ),
  }));
}

function protobufOf(feature: string, calls: number, startMs: number): Uint8Array {
  const json = JSON.parse(new TextDecoder().decode(exportBody(spansOf(feature, calls, startMs)))) as {
    resourceSpans: { scopeSpans: { spans: { traceId: string; spanId: string }[] }[] }[];
  };
  // JSON has ids in hex, protobuf in bytes.
  for (const span of json.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans))) {
    span.traceId = Buffer.from(span.traceId, 'hex').toString('base64');
    span.spanId = Buffer.from(span.spanId, 'hex').toString('base64');
  }
  return traceRequestType.encode(traceRequestType.fromObject(json)).finish();
}

interface Answer {
  status: string;
  retryAfter: string | null;
}

function post(url: string, { headers, bytes }: Body, agent?: Agent): Promise<Answer> {
  return new Promise((resolve) => {
    const options = {
      method: 'POST',
      headers: { ...headers, 'content-length': bytes.length },
      ...(agent ? { agent } : {}),
    };
    const sending = httpRequest(`${url}/v1/traces`, options, (response) => {
      response.resume();
      const answer = { status: String(response.statusCode), retryAfter: response.headers['retry-after'] ?? null };
      response.once('close', () => resolve(answer));
    });
    sending.once('error', () => resolve({ status: 'none', retryAfter: null }));
    sending.end(bytes);
  });
}

/** Senders that say they will send megabytes, and send a little of it now and then. */
function trickle(collector: Collector, count: number): Socket[] {
  return Array.from({ length: count }, () => {
    const socket = connect({ port: Number(new URL(collector.url).port), host: '127.0.0.1' }).on('error', () => {});
    socket.write(
      'POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 12000000\r\n\r\n',
    );
    const timer = setInterval(() => socket.write('x'.repeat(10_000)), 100);
    socket.once('close', () => clearInterval(timer));
    return socket;
  });
}

/** Readers that ask for the most there is, again and again on one connection, and read none of it. */
function readNothing(collector: Collector, count: number, startMs: number): Socket[] {
  const window = `from=${new Date(startMs).toISOString()}&to=${new Date(startMs + 8 * 3_600_000).toISOString()}`;
  const asking = [
    `GET /api/calls?limit=500&${window} HTTP/1.1\r\nhost: x\r\n\r\n`,
    `GET /api/metrics?measures=calls,costUsd,p95LatencyMs&by=feature&bucket=hour&${window} HTTP/1.1\r\nhost: x\r\n\r\n`,
    'POST /api/backups HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n',
  ];
  return Array.from({ length: count }, (_, index) => {
    const socket = connect({ port: Number(new URL(collector.url).port), host: '127.0.0.1' }).on('error', () => {});
    socket.pause();
    socket.write((asking[index % asking.length] ?? '').repeat(index % asking.length === 2 ? 1 : 20));
    return socket;
  });
}

/** What the kernel counts, resident: `VmRSS` now, `VmHWM` at most so far. Linux only. */
function memoryMb(collector: Collector, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${collector.process.pid}/status`, 'utf8');
  return Math.round((Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) * 1024) / 1e6);
}

async function countByFeature(url: string, startMs: number): Promise<Map<string, number>> {
  const window = `from=${new Date(startMs).toISOString()}&to=${new Date(startMs + 8 * 3_600_000).toISOString()}`;
  const response = await fetch(`${url}/api/metrics?${window}&measures=calls&by=feature`);
  if (!response.ok) throw new Error(`the ledger was not counted: ${response.status} ${await response.text()}`);
  const { rows } = (await response.json()) as { rows: { feature: string; calls: number }[] };
  return new Map(rows.map(({ feature, calls }) => [feature, calls]));
}
