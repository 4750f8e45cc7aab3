// The other ways in, as a person goes them: the connection guide in a browser waits for a call and says when it has come, an
// attribute name is mapped with a preview of real calls, a key is made that sends and does not read, files are imported by command.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callAttributes, exportBody, OWN } from '../collector/src/ingest/fakes.ts';
import { startBrowser } from './browser.ts';
import { removeFolder, startCollector, temporaryLedger, type Collector } from './processes.ts';

const root = join(import.meta.dirname, '..');
const TOKEN = 'a-token-of-many-characters';
const ADMIN = { authorization: `Bearer ${TOKEN}` };

let folder: string;
let collector: Collector;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  folder = await temporaryLedger();
  collector = await startCollector({ SPANLEDGER_DATA_DIR: folder, SPANLEDGER_ADMIN_TOKEN: TOKEN });
  browser = await startBrowser();
  page = await browser.newPage({ baseURL: collector.url });
  await page.goto('/connect/api');
  await page.getByLabel('Token').fill(TOKEN);
  await page.getByRole('button', { name: 'Open' }).click();
});
afterAll(async () => {
  await browser?.close();
  await collector?.end('SIGTERM');
  await removeFolder(folder);
});

const json = { 'content-type': 'application/json' };
const sendSpan = (id: string, tenant: string) => {
  const at = new Date().toISOString();
  const attributes = callAttributes(id, { input_tokens: 1000, output_tokens: 100 }, { 'acme.tenant': tenant });
  const body = exportBody([{ id, at, attributes }], { scope: OWN }) as NonNullable<RequestInit['body']>;
  return fetch(`${collector.url}/v1/traces`, { method: 'POST', headers: { ...json, ...ADMIN }, body });
};

test('the guide waits for a call by its way, shows a key once in what is to be copied, and says when the call has come', async () => {
  const arrival = page.getByTestId('arrival');
  await arrival.getByText('Waiting for the first call by this way').waitFor();
  await page.getByRole('button', { name: 'Create an ingest key' }).click();
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  const shown = await page.getByTestId('new-key').locator('code').textContent();
  await page.getByRole('button', { name: 'Done' }).click();
  const snippet = (await page.locator('.steps pre').first().textContent()) ?? '';
  expect(snippet).toContain(`${collector.url}/api/calls`);
  expect(snippet).toContain(`x-spanledger-key: ${shown}`);

  // What the page says to run, as it stands there.
  const run = await promisify(execFile)('bash', ['-c', snippet]);
  expect(JSON.parse(run.stdout)).toEqual({ accepted: 1 });
  await arrival.getByText('We received your first call by this way').waitFor();

  // On a phone too: what the light says to a screen reader only does not widen the page.
  const desk = page.viewportSize()!;
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  await page.setViewportSize(desk);

  const withKey = { headers: { 'x-spanledger-key': shown ?? '' } };
  expect((await fetch(`${collector.url}/api/calls`, withKey)).status).toBe(401);
  const { calls } = (await (await fetch(`${collector.url}/api/calls`, { headers: ADMIN })).json()) as {
    calls: { feature: string; costUsd: string }[];
  };
  // 1,200 x 1 + 340 x 5 micro-USD
  expect(calls).toEqual([expect.objectContaining({ feature: 'search', costUsd: '0.002900000000' })]);
});

test('an attribute name is mapped with a preview of real calls, and the next call has the dimension', async () => {
  await sendSpan('before', 'north');
  await page.goto('/settings');
  await page.getByRole('button', { name: 'Map an attribute' }).click();
  await page.getByPlaceholder('acme.tenant').fill('acme.tenant');
  const preview = page.getByTestId('mapping-preview');
  await preview.getByText('The last call has it.').waitFor();
  await sendSpan('previewed', 'south');
  await preview.getByText('south').waitFor();
  await page.getByRole('button', { name: 'Map it' }).click();
  await page.getByTestId('mapping-row').getByText('acme.tenant').waitFor();
  await sendSpan('after', 'east');
  const customerOf = async (id: string) => {
    const call = await fetch(`${collector.url}/api/calls/msg_${id}`, { headers: ADMIN });
    return ((await call.json()) as { customer: string | null }).customer;
  };
  expect([await customerOf('before'), await customerOf('previewed'), await customerOf('after')]).toEqual([
    null,
    null,
    'east',
  ]);
});

test('transcripts are imported by one command, and each line that was left out is named', async () => {
  const fixtures = join(root, 'collector/src/import/fixtures/projects');
  const command = [join(root, 'collector/src/import/main.ts'), fixtures, '--token', TOKEN];
  const env = { ...process.env, SPANLEDGER_ENDPOINT: collector.url };
  // Exit code 1: lines were skipped.
  const failed = await promisify(execFile)(process.execPath, command, { env }).catch((error: unknown) => error);
  expect(failed).toMatchObject({ code: 1, stderr: '' });
  const { stdout } = failed as { stdout: string };
  expect(stdout).toContain(`4 reports sent to ${collector.url}`);
  expect(stdout).toContain('5e55-1.jsonl:10: is no JSON');
  await page.goto('/connect/import');
  await page.getByTestId('arrival').getByText('Calls come in by this way: 4 reports').waitFor();
});
