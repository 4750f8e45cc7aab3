// The exact bill, the whole way: every worked example of docs/exact-bill.md is a message of the stand-in, answered to the
// real SDK in a plain app on the day of the example, and comes out of the collector's API to the last digit.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { placeEmptyLedger } from '../collector/src/store/prepared-ledger.ts';
import {
  createApp,
  eventually,
  removeFolder,
  startApi,
  startCollector,
  temporaryFolder,
  type Answer,
  type Collector,
} from './processes.ts';

interface Example {
  /** As the table in docs/exact-bill.md names it; it is the call's feature too. */
  name: string;
  /** When the app makes the call. */
  at: string;
  answer: Omit<Answer, 'asked'>;
  /** Millionths of a dollar, line by line of the receipt, worked out by hand. */
  lines: readonly string[];
  /** The sum of the lines. */
  microUsd: string;
  flags?: readonly string[];
}

const NOON = '2026-11-20T12:00:00Z';
const whole = (input: number, write5m: number, write1h: number, read: number, output: number) => ({
  input_tokens: input,
  cache_creation_input_tokens: write5m + write1h,
  cache_read_input_tokens: read,
  cache_creation: { ephemeral_5m_input_tokens: write5m, ephemeral_1h_input_tokens: write1h },
  output_tokens: output,
  server_tool_use: null,
  service_tier: 'standard',
  speed: 'standard',
  inference_geo: 'global',
});
const iteration = (type: string, input: number, output: number, model?: string) => ({
  type,
  input_tokens: input,
  output_tokens: output,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
  ...(model !== undefined && { model }),
});
const cachedSonnet = { model: 'claude-sonnet-5-5', usage: whole(21, 2_000, 3_000, 50_000, 1_500) };
const fastOpus = { ...whole(1_000, 2_000, 0, 30_000, 1_000), speed: 'fast' };

const EXAMPLES: readonly Example[] = [
  {
    name: '1',
    at: NOON,
    answer: { model: 'claude-opus-5-5', usage: whole(1_200, 0, 0, 0, 800) },
    lines: ['4800', '16000'], // 1,200 x 4 + 800 x 20
    microUsd: '20800',
  },
  {
    name: '2a',
    at: '2026-10-07T00:00:00Z',
    answer: cachedSonnet,
    lines: ['42', '5000', '12000', '5000', '15000'], // the read at 0.10
    microUsd: '37042',
  },
  {
    name: '2b',
    at: '2026-10-01T12:00:00Z',
    answer: cachedSonnet,
    lines: ['42', '5000', '12000', '10000', '15000'], // the read at 0.20
    microUsd: '42042',
  },
  {
    name: '3a',
    at: NOON,
    answer: { model: 'claude-haiku-5-5', usage: whole(1_000, 4_000, 0, 95_000, 500) }, // a prompt of 100,000
    lines: ['100', '500', '950', '250'],
    microUsd: '1800',
  },
  {
    name: '3b',
    at: NOON,
    answer: { model: 'claude-haiku-5-5', usage: whole(1_001, 4_000, 0, 95_000, 500) }, // one token more
    lines: ['500.5', '2500', '4750', '1250'],
    microUsd: '9000.5',
  },
  {
    name: '4',
    at: NOON,
    answer: {
      model: 'claude-opus-5-5',
      usage: { ...whole(1_000, 0, 10_000, 40_000, 2_000), service_tier: 'batch' },
      batch: { id: 'msgbatch_4', at: NOON },
    },
    lines: ['2000', '40000', '4000', '20000'], // half of 4,000 + 80,000 + 8,000 + 40,000
    microUsd: '66000',
  },
  {
    name: '5a',
    at: NOON,
    answer: { model: 'claude-opus-5-5', usage: fastOpus },
    lines: ['8000', '20000', '12000', '40000'], // twice 4,000 + 10,000 + 6,000 + 20,000
    microUsd: '80000',
  },
  {
    name: '5b',
    at: NOON,
    answer: { model: 'claude-opus-5-5', usage: { ...fastOpus, inference_geo: 'us' } },
    lines: ['8800', '22000', '13200', '44000'], // and a tenth more
    microUsd: '88000',
  },
  {
    name: '6',
    at: NOON,
    answer: {
      model: 'claude-sonnet-4-6',
      usage: {
        ...whole(10_000, 0, 0, 0, 1_000),
        inference_geo: 'us',
        server_tool_use: { web_search_requests: 3, web_fetch_requests: 0 },
      },
    },
    lines: ['33000', '16500', '30000'], // (30,000 + 15,000) x 1.1; the fee of the searches is not multiplied
    microUsd: '79500',
  },
  {
    name: '7',
    at: NOON,
    answer: {
      model: 'claude-opus-5',
      usage: {
        ...whole(23_000, 0, 0, 0, 1_000),
        iterations: [iteration('compaction', 180_000, 3_500), iteration('message', 23_000, 1_000, 'claude-opus-5')],
      },
    },
    lines: ['900000', '87500', '115000', '25000'],
    microUsd: '1127500',
  },
  {
    name: '8',
    at: NOON,
    answer: {
      model: 'claude-fable-5',
      answeredBy: 'claude-opus-4-8',
      usage: {
        ...whole(412, 0, 0, 0, 264),
        iterations: [
          iteration('message', 535, 0, 'claude-fable-5'),
          iteration('fallback_message', 412, 264, 'claude-opus-4-8'),
        ],
      },
    },
    lines: ['0', '2060', '6600'],
    microUsd: '8660',
    flags: ['not-billed'],
  },
  {
    name: '9a',
    at: NOON,
    answer: { model: 'claude-fable-5-2', usage: whole(5_000, 0, 0, 0, 0), stopReason: 'refusal', content: [] },
    lines: ['0'],
    microUsd: '0',
    flags: ['not-billed'],
  },
  {
    name: '9b',
    at: NOON,
    answer: { model: 'claude-fable-5-2', usage: whole(5_000, 0, 0, 0, 40), stopReason: 'refusal' },
    lines: ['40000', '1600'],
    microUsd: '41600',
  },
  {
    name: '10',
    at: NOON,
    answer: {
      model: 'claude-haiku-5-5',
      usage: { ...whole(0, 0, 0, 1, 0), service_tier: 'batch', inference_geo: 'us' },
      batch: { id: 'msgbatch_10', at: NOON },
    },
    lines: ['0.0055'], // 0.01 x 0.5 x 1.1
    microUsd: '0.0055',
  },
];
/** 20,800 + 37,042 + 42,042 + 1,800 + 9,000.5 + 66,000 + 80,000 + 88,000 + 79,500 + 1,127,500 + 8,660 + 41,600 + 0.0055 */
const TOTAL_USD = '1.601944505500';

const APP = `
import '@spanledger/instrumentation/register';
import { withTags } from '@spanledger/instrumentation';
import Anthropic from '@anthropic-ai/sdk';
const client = new Anthropic();
for (const { name, at, model, beta, batch } of JSON.parse(process.env.CALLS)) {
  pinClock(at);
  const { messages } = beta ? client.beta : client;
  await withTags({ feature: name }, async () => {
    if (batch) for await (const result of await messages.batches.results(batch.id)) if (result.result.type !== 'succeeded') throw result;
    if (!batch) await messages.create({ model, max_tokens: 4096, messages: [{ role: 'user', content: name }] });
  });
}
`;

interface CallDetail {
  callId: string;
  feature: string;
  startedAt: string;
  costUsd: string | null;
  receipt: { totalUsd: string; lines: { amountUsd: string }[]; flags: { flag: string }[] };
  reports: { appCostUsd: string | null }[];
}

/** USD with 12 places, without a float in between. */
function usd(microUsd: string): string {
  const [millionths = '', places = ''] = microUsd.split('.');
  const pico = `${millionths}${places.padEnd(6, '0')}`.padStart(13, '0');
  return `${pico.slice(0, -12)}.${pico.slice(-12)}`;
}
const picoOf = (text: string): bigint => BigInt(text.replace('.', ''));

let folder: string;
let api: Awaited<ReturnType<typeof startApi>>;
let collector: Collector;
const WINDOW = 'from=2026-09-01T00:00:00Z&to=2026-12-01T00:00:00Z';
const getJson = async <T>(path: string): Promise<T> => (await fetch(`${collector.url}${path}`)).json() as Promise<T>;

beforeAll(async () => {
  folder = await temporaryFolder();
  const [app, answers, started] = await Promise.all([
    createApp({ folder, sdk: '1.12.0', file: 'app.mjs', code: APP }),
    startApi(EXAMPLES.map(({ name, answer }) => ({ ...answer, asked: name }))),
    startCollector({ SPANLEDGER_DATA_DIR: await placeEmptyLedger(join(folder, 'data')) }),
  ]);
  api = answers;
  collector = started;
  const output = await app.run({
    NODE_OPTIONS: `--import ${pathToFileURL(join(import.meta.dirname, 'pinned-clock.mjs')).href}`,
    ANTHROPIC_BASE_URL: api.url,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    CALLS: JSON.stringify(
      EXAMPLES.map(({ name, at, answer: { model, usage, batch } }) => {
        return { name, at, model, beta: 'iterations' in usage, batch };
      }),
    ),
  });
  expect(output).toBe('');
}, 240_000);

afterAll(async () => {
  await collector?.end('SIGTERM');
  await api?.close();
  if (folder) await removeFolder(folder);
});

test(
  'every worked example costs what it should, on the day it was made, from the SDK to the receipt',
  { timeout: 60_000 },
  async () => {
    const { calls } = await eventually(
      () => getJson<{ calls: CallDetail[] }>(`/api/calls?${WINDOW}&limit=100`),
      (answer) => answer.calls.length >= EXAMPLES.length,
    );
    const details = await Promise.all(
      calls.map(({ callId }) => getJson<CallDetail>(`/api/calls/${encodeURIComponent(callId)}`)),
    );
    const bills = details.map(({ feature, startedAt, costUsd, receipt, reports }) => ({
      name: feature,
      day: startedAt.slice(0, 10),
      lines: receipt.lines.map((line) => line.amountUsd),
      sum: receipt.lines.reduce((sum, line) => sum + picoOf(line.amountUsd), 0n),
      totals: [costUsd, receipt.totalUsd, ...reports.map((report) => report.appCostUsd)],
      flags: receipt.flags.map(({ flag }) => flag),
    }));
    const byName = (one: { name: string }, other: { name: string }) => one.name.localeCompare(other.name);
    expect(bills.toSorted(byName)).toEqual(
      EXAMPLES.map(({ name, at, lines, microUsd, flags = [] }) => ({
        name,
        day: at.slice(0, 10),
        lines: lines.map(usd),
        sum: picoOf(usd(microUsd)),
        // The collector's price, the receipt's, and the one that the app's own span carries.
        totals: [usd(microUsd), usd(microUsd), usd(microUsd)],
        flags,
      })).toSorted(byName),
    );
  },
);

test('the metrics add them up to the last digit', async () => {
  const measures = 'measures=calls,costUsd,unpricedCalls';
  const { rows } = await getJson<{ rows: object[] }>(`/api/metrics?${WINDOW}&${measures}`);
  expect(rows).toEqual([{ calls: EXAMPLES.length, costUsd: TOTAL_USD, unpricedCalls: 0 }]);

  const byFeature = await getJson<{ rows: { feature: string; costUsd: string }[] }>(
    `/api/metrics?${WINDOW}&measures=costUsd&by=feature`,
  );
  expect(new Map(byFeature.rows.map(({ feature, costUsd }) => [feature, costUsd]))).toEqual(
    new Map(EXAMPLES.map(({ name, microUsd }) => [name, usd(microUsd)])),
  );
});

test('the table in docs/exact-bill.md says the same figures', async () => {
  const page = await readFile(join(import.meta.dirname, '../docs/exact-bill.md'), 'utf8');
  const rows = [...page.matchAll(/^\| (\d+[ab]?) \|.*\| \*\*([\d,.]+)\*\* \|$/gm)];
  expect(new Map(rows.map(([, name = '', figure = '']) => [name, figure.replaceAll(',', '')]))).toEqual(
    new Map(EXAMPLES.map(({ name, microUsd }) => [name, microUsd])),
  );
});
