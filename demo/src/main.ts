// `npm run demo`: a month of history, then live calls through the real SDK and the real instrumentation until Ctrl-C.
// In: flags and SPANLEDGER_ENDPOINT. Out: calls in the ledger, and the address to look at them.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { findOrStartCollector } from './collector.ts';
import { serviceVersionAt } from './features.ts';
import { drawDay } from './history.ts';
import { postSpans, type ServiceSpan } from './otlp.ts';
import { createRandom } from './random.ts';
import { startStandIn } from './stand-in.ts';

const USAGE = `npm run demo -- [options]
  --days N      days of history to tell first (30; 0 for none)
  --rate N      live requests a second (2); more than one call can be in a request
  --seconds N   stop after so many seconds (until Ctrl-C)
  --once        the history and a few live requests, then stop`;

const DAY_MS = 86_400_000;
/** How long a collector keeps spans unless it is told otherwise, less the day that has begun. */
const SPAN_DAYS = 29;
const BATCH_SPANS = 500;
const ONCE_REQUESTS = 24;

interface Options {
  days: number;
  rate: number;
  seconds: number;
  once: boolean;
}

class UsageError extends Error {}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      days: { type: 'string' },
      rate: { type: 'string' },
      seconds: { type: 'string' },
      once: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) throw new UsageError('');
  const number = (name: 'days' | 'rate' | 'seconds', otherwise: number, least: number, most: number): number => {
    const value = values[name] === undefined ? otherwise : Number(values[name]);
    if (Number.isNaN(value) || value < least || value > most)
      throw new UsageError(`--${name} must be a number from ${least} to ${most}`);
    return value;
  };
  return {
    days: number('days', 30, 0, 365),
    rate: number('rate', 2, 0.01, 100),
    seconds: number('seconds', Infinity, 0, Infinity),
    once: values.once === true,
  };
}

async function main(options: Options): Promise<void> {
  const endpoint = (
    process.env['SPANLEDGER_ENDPOINT'] || `http://127.0.0.1:${process.env['SPANLEDGER_PORT'] || '4318'}`
  ).replace(/\/+$/, '');
  const token = process.env['SPANLEDGER_ADMIN_TOKEN'];
  const collector = await findOrStartCollector(endpoint);
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort());
  void collector.ended.then(() => stopping.abort());
  console.log(`${collector.own ? 'A collector was started' : 'The collector answers'} at ${endpoint}`);
  try {
    await tellHistory(endpoint, token, options.days, stopping.signal);
    console.log(`Dashboard: ${endpoint}/?range=30d`);
    if (!stopping.signal.aborted) await live(endpoint, token, options, stopping.signal);
  } finally {
    await collector.stop();
  }
}

async function tellHistory(
  endpoint: string,
  token: string | undefined,
  days: number,
  stop: AbortSignal,
): Promise<void> {
  if (days === 0) return;
  const now = Date.now();
  const begun = performance.now();
  let told = 0;
  let calls = 0;
  for (let back = Math.ceil(days) - 1; back >= 0 && !stop.aborted; back--) {
    const drawn = drawDay(now - back * DAY_MS, now);
    // Of older days a collector keeps the calls, and refuses spans that are none.
    const spans = back < SPAN_DAYS ? drawn : drawn.filter(isCall);
    for (let from = 0; from < spans.length; from += BATCH_SPANS)
      await postSpans(endpoint, token, spans.slice(from, from + BATCH_SPANS));
    told += spans.length;
    calls += spans.filter(isCall).length;
    progress(`History: ${Math.ceil(days) - back} of ${Math.ceil(days)} days, ${calls} calls, ${told} spans`);
  }
  console.log(
    `${process.stdout.isTTY ? '\n' : ''}History told: ${calls} calls in ${((performance.now() - begun) / 1000).toFixed(1)} s`,
  );
}

const isCall = (span: ServiceSpan): boolean => span.json['name'] === 'anthropic.messages.create';

function progress(line: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${line}`);
}

async function live(endpoint: string, token: string | undefined, options: Options, stop: AbortSignal): Promise<void> {
  // As any app would be told where its spans go; the instrumentation reads these when the SDK is loaded.
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] ??= endpoint;
  process.env['OTEL_SERVICE_NAME'] ??= 'acme-web';
  process.env['OTEL_RESOURCE_ATTRIBUTES'] ??= `service.version=${serviceVersionAt('acme-web', Date.now())}`;
  process.env['OTEL_BSP_SCHEDULE_DELAY'] ??= '1000';
  if (token) process.env['OTEL_EXPORTER_OTLP_HEADERS'] ??= `authorization=Bearer%20${encodeURIComponent(token)}`;
  await import('@spanledger/instrumentation/register');
  const { default: Anthropic } = await import('@anthropic-ai/sdk');
  const { serveRequest } = await import('./app.ts');
  const { flushSpans } = await import('./flush.ts');

  const random = createRandom(`live ${Date.now()}`);
  const standIn = await startStandIn({ random, fastForward: options.once ? 8 : 1 });
  const client = new Anthropic({ apiKey: 'demo', baseURL: standIn.url, logLevel: 'off' });
  console.log(
    options.once ? `Live: ${ONCE_REQUESTS} requests` : `Live: ${options.rate} requests a second, until Ctrl-C`,
  );

  const running = new Set<Promise<void>>();
  const until = Date.now() + options.seconds * 1000;
  let served = 0;
  while (!stop.aborted && Date.now() < until && !(options.once && served >= ONCE_REQUESTS)) {
    const request = serveRequest(client, random).finally(() => running.delete(request));
    running.add(request);
    served++;
    progress(`Live: ${served} requests, ${running.size} running`);
    const pauseMs = options.once ? 20 : (-Math.log(1 - random.next()) / options.rate) * 1000;
    await sleep(pauseMs, undefined, { signal: stop }).catch(() => {});
  }
  await Promise.race([Promise.allSettled(running), sleep(options.once ? 30_000 : 1_000, undefined, { ref: false })]);
  await flushSpans();
  await standIn.close();
  console.log(`${process.stdout.isTTY ? '\n' : ''}Live requests served: ${served}`);
}

try {
  await main(readOptions());
} catch (error) {
  const wrongFlag =
    error instanceof UsageError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true;
  console.error([(error as Error).message, ...(wrongFlag ? [USAGE] : [])].filter((line) => line !== '').join('\n'));
  process.exitCode = 1;
}
// All is sent, and the collector may be gone: without this the instrumentation would try once more and warn.
process.exit();
