// The tour: a call made through the packed instrumentation, in a plain app outside the repository, becomes a bar on the real
// page and a signed webhook; and a collector that is killed on the way loses nothing and repeats nothing.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { onDisk } from '../collector/src/store/run-folders.ts';
import { complaintsOf, startBrowser } from './browser.ts';
import {
  createApp,
  eventually,
  freePort,
  removeFolder,
  startApi,
  startCollector,
  startReceiver,
  temporaryFolder,
  type App,
  type Collector,
  type Receiver,
} from './processes.ts';

// What the stand-in answers, and what each call costs, by hand, in USD:
//   Opus 5.5    1,200 x 4/M + 800 x 20/M                                                    = 0.0048 + 0.016   = 0.0208
//   Sonnet 5.5  21 x 2/M + 2,000 x 2.5/M + 3,000 x 4/M + 50,000 x 0.1/M + 1,500 x 10/M      = 0.000042 + 0.005 + 0.012 + 0.005 + 0.015 = 0.037042
//   Haiku 5.5   (1,000 + 4,000 + 95,000 = 100,000: the low band)
//               1,000 x 0.1/M + 4,000 x 0.125/M + 95,000 x 0.01/M + 500 x 0.5/M             = 0.0001 + 0.0005 + 0.00095 + 0.00025 = 0.0018
const ANSWERS = [
  { model: 'claude-opus-5-5', limitedOnce: true, usage: usage(1_200, 0, 0, 0, 800) },
  { model: 'claude-sonnet-5-5', usage: usage(21, 2_000, 3_000, 50_000, 1_500) },
  { model: 'claude-haiku-5-5', usage: usage(1_000, 4_000, 0, 95_000, 500) },
];
const SEARCH = '0.057842000000'; // Opus 0.0208 + Sonnet 0.037042
const SUPPORT = '0.022600000000'; // Opus 0.0208 + Haiku 0.0018
const TOTAL = '0.080442000000'; // 58 %, then 80 % of a budget of 0.10

function usage(input: number, write5m: number, write1h: number, read: number, output: number) {
  return {
    input_tokens: input,
    cache_creation_input_tokens: write5m + write1h,
    cache_read_input_tokens: read,
    cache_creation: { ephemeral_5m_input_tokens: write5m, ephemeral_1h_input_tokens: write1h },
    output_tokens: output,
    service_tier: 'standard',
  };
}

const SEARCH_APP = `
import '@spanledger/instrumentation/register';
import { withTags } from '@spanledger/instrumentation';
import Anthropic from '@anthropic-ai/sdk';
const client = new Anthropic();
const messages = [{ role: 'user', content: 'a secret question' }];
await withTags({ feature: 'search', userId: 'ada', promptVersion: 'v7' }, async () => {
  const message = await client.messages.create({ model: 'claude-opus-5-5', max_tokens: 1000, messages });
  const stream = client.messages.stream({ model: 'claude-sonnet-5-5', max_tokens: 2000, messages });
  const final = await stream.finalMessage();
  console.log(message.content[0].text, final.content[0].text);
});
`;
const SUPPORT_APP = `
require('@spanledger/instrumentation/register');
const { withTags } = require('@spanledger/instrumentation');
const Anthropic = require('@anthropic-ai/sdk');
const client = new Anthropic();
const messages = [{ role: 'user', content: 'a secret question' }];
withTags({ feature: 'support', customerId: 'acme' }, async () => {
  const message = await client.messages.create({ model: 'claude-opus-5-5', max_tokens: 1000, messages });
  const stream = await client.messages.create({ model: 'claude-haiku-5-5', max_tokens: 2000, messages, stream: true });
  let events = 0;
  for await (const event of stream) events += 1;
  console.log(message.content[0].text, events);
});
`;

let folder: string;
let api: Awaited<ReturnType<typeof startApi>>;
let receiver: Receiver;
let collector: Collector;
let browser: Browser;
let page: Page;
let searchApp: App;
let supportApp: App;
let collectorEnv: Record<string, string>;
const complaints: string[] = [];

beforeAll(async () => {
  folder = await temporaryFolder(onDisk());
  const folders = { search: join(folder, 'search'), support: join(folder, 'support') };
  await Promise.all(Object.values(folders).map((path) => mkdir(path)));
  [searchApp, supportApp, api, receiver] = await Promise.all([
    createApp({ folder: folders.search, sdk: '1.12.0', file: 'app.mjs', code: SEARCH_APP }),
    createApp({ folder: folders.support, sdk: '0.60.0', file: 'app.cjs', code: SUPPORT_APP }),
    startApi(ANSWERS),
    startReceiver(),
  ]);
  collectorEnv = {
    SPANLEDGER_PORT: String(await freePort()),
    SPANLEDGER_DATA_DIR: join(folder, 'data'),
    SPANLEDGER_WEBHOOK_ALLOW: '127.0.0.1',
  };
  collector = await startCollector(collectorEnv);
  browser = await startBrowser();
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  // While the collector is killed and started again.
  complaintsOf(page, complaints, /ERR_CONNECTION_REFUSED/);
}, 240_000);

afterAll(async () => {
  await browser?.close();
  await collector?.end('SIGTERM');
  await Promise.all([api?.close(), receiver?.close()]);
  if (folder) await removeFolder(folder);
});

const getJson = async (path: string): Promise<Record<string, unknown>> =>
  (await fetch(`${collector.url}${path}`)).json() as Promise<Record<string, unknown>>;
const postJson = async (path: string, body: unknown): Promise<Record<string, unknown>> => {
  const response = await fetch(`${collector.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(201);
  return response.json() as Promise<Record<string, unknown>>;
};
const appEnv = () => ({
  ANTHROPIC_BASE_URL: api.url,
  OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  OTEL_SERVICE_NAME: 'plain-app',
});
/** Sum of the bars of one feature, in pico-USD: the page shows a bar a bucket. */
const barsOf = async (feature: string): Promise<bigint> => {
  const values = await page
    .locator(`[data-testid="spend-bar"][data-series="${feature}"]`)
    .evaluateAll((bars) => bars.map((bar) => bar.getAttribute('data-value') ?? ''));
  return values.reduce((sum, value) => sum + BigInt(value.replace('.', '')), 0n);
};

/** What an empty ledger tells a newcomer to set and to import, as it stands there to be copied. */
async function readGuide(): Promise<{ endpoint: string; line: string }> {
  await page.goto(collector.url);
  const guide = page.getByTestId('first-run');
  await guide.waitFor();
  const snippets = await guide.locator('code').allInnerTexts();
  const find = (start: string) => snippets.find((text) => text.startsWith(start)) ?? `nothing begins with ${start}`;
  expect(snippets).toContain('npm i @spanledger/instrumentation');
  return { endpoint: find('OTEL_EXPORTER_OTLP_ENDPOINT=').split('=')[1] ?? '', line: find('import ') };
}

test('while no call has come in, every page of calls leads to how to connect', { timeout: 60_000 }, async () => {
  for (const path of ['/spend', '/latency', '/cache', '/errors', '/calls', '/coverage', '/prices/unpriced']) {
    await page.goto(`${collector.url}${path}`);
    await page.getByRole('link', { name: 'Connect an app' }).waitFor();
  }
});

test(
  'a newcomer does what the empty ledger says, and it fills by itself; the call becomes a signed webhook, and survives a kill',
  { timeout: 120_000 },
  async () => {
    const webhook = await postJson('/api/webhooks', { url: receiver.url });
    await postJson('/api/budgets', {
      name: 'All of it',
      limit: { usd: '0.10' },
      period: 'month',
      thresholds: [50, 80, 100],
      webhookIds: [webhook['id']],
    });
    const verify = (delivery: Receiver['received'][number]) =>
      new Webhook(String(webhook['secret'])).verify(delivery.body, delivery.headers) as {
        data: { threshold: number; spentUsd: string };
      };

    // Nothing yet: the page says so, and how to begin. The app has the line it shows, and is sent where it says.
    const guide = await readGuide();
    expect(SEARCH_APP).toContain(guide.line);
    // SDK 1.12.0, ESM, spans of its own, enriched.
    expect(await searchApp.run({ ...appEnv(), OTEL_EXPORTER_OTLP_ENDPOINT: guide.endpoint })).toBe('Hello. Hello.\n');
    await page.locator(`[data-testid="spend-total"][data-value="${SEARCH}"]`).waitFor(); // by itself, without a reload
    expect(await page.getByTestId('first-run').count()).toBe(0);
    expect(
      await eventually(
        () => barsOf('search'),
        (sum) => sum > 0n,
      ),
    ).toBe(57_842_000_000n);

    // 58 % of the budget: the first threshold, signed.
    const [first] = await eventually(
      () => receiver.received,
      (all) => all.length > 0,
    );
    expect(verify(first!)).toMatchObject({
      type: 'budget.threshold_reached',
      data: { threshold: 50, spentUsd: SEARCH },
    });

    // Killed without warning, started again on the same data.
    await collector.end('SIGKILL');
    collector = await startCollector(collectorEnv);
    expect(await getJson('/api/status')).toMatchObject({ calls: 2 });

    // SDK 0.60.0, CommonJS, no spans of its own. Its first attempt would have met a 429 had the other app not had it.
    expect(await supportApp.run(appEnv())).toBe('Hello. 6\n');
    await page.reload();
    await page.locator(`[data-testid="spend-total"][data-value="${TOTAL}"]`).waitFor();
    expect(
      await eventually(
        () => barsOf('support'),
        (sum) => sum > 0n,
      ),
    ).toBe(22_600_000_000n);
    for (const [feature, cost] of [
      ['search', SEARCH],
      ['support', SUPPORT],
    ]) {
      const row = page.locator(`[data-testid="spend-by-feature"][data-key="${feature}"]`);
      expect(await row.getAttribute('data-value')).toBe(cost);
    }

    // 80 %: the second threshold; the first is not repeated, neither by the restart nor by the second app.
    await eventually(
      () => receiver.received,
      (all) => all.length > 1,
    );
    expect(receiver.received.map((delivery) => verify(delivery).data.threshold)).toEqual([50, 80]);
    expect(
      ((await getJson('/api/alerts'))['alerts'] as { threshold: number }[]).map((alert) => alert.threshold).toSorted(),
    ).toEqual([50, 80]);

    // Each call as it was: tags, attempts, usage, cost at call time, and not a word of what was said.
    const { calls } = (await getJson('/api/calls')) as { calls: { callId: string; model: string; feature: string }[] };
    expect(calls.map(({ model, feature }) => `${feature} ${model}`).toSorted()).toEqual([
      'search claude-opus-5-5',
      'search claude-sonnet-5-5',
      'support claude-haiku-5-5',
      'support claude-opus-5-5',
    ]);
    const details = await Promise.all(calls.map(({ callId }) => getJson(`/api/calls/${encodeURIComponent(callId)}`)));
    expect(JSON.stringify(details)).not.toContain('secret question');
    const limited = details.find((call) => call['feature'] === 'search' && call['model'] === 'claude-opus-5-5')!;
    expect(limited).toMatchObject({
      userId: 'ada',
      promptVersion: 'v7',
      service: 'plain-app',
      retries: 1,
      costUsd: '0.020800000000',
      outcome: 'ok',
      stopReason: 'end_turn',
    });
    expect((limited['attempts'] as { httpStatus: number }[]).map((attempt) => attempt.httpStatus)).toEqual([429, 200]);
    for (const call of details)
      expect((call['reports'] as { appCostUsd: string }[])[0]?.appCostUsd).toBe(call['costUsd']);
    expect(complaints).toEqual([]);
  },
);
