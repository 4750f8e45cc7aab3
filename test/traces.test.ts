// From a call to its trace in a real browser: the waterfall around the call, the whole trace with cost rolled up its tree, by
// mouse, by keyboard and on a phone.
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { placeEmptyLedger } from '../collector/src/store/prepared-ledger.ts';
import { complaintsOf, startBrowser } from './browser.ts';
import { eventually, removeFolder, startCollector, temporaryFolder, type Collector } from './processes.ts';

let folder: string;
let collector: Collector;
let browser: Browser;
const complaints: string[] = [];

beforeAll(async () => {
  folder = await temporaryFolder();
  collector = await startCollector({ SPANLEDGER_DATA_DIR: await placeEmptyLedger(join(folder, 'data')) });
  browser = await startBrowser();
  await send(TRACE, agentTrace());
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await collector?.end('SIGTERM');
  if (folder) await removeFolder(folder);
});

const TRACE = 'a'.repeat(32);
const LARGE = 'b'.repeat(32);
const STARTED = Date.now() - 3_600_000;
const idOf = (name: string): string => Buffer.from(name).toString('hex').padEnd(16, '0').slice(-16);

interface Told {
  name: string;
  id: string;
  in?: string;
  atMs: number;
  ms: number;
  scope?: string;
  kind?: number;
  attributes?: Record<string, string | number>;
}
async function send(traceId: string, spans: readonly Told[]): Promise<void> {
  const nanos = (ms: number) => `${STARTED + ms}000000`;
  const values = (attributes: Record<string, string | number> = {}) =>
    Object.entries(attributes).map(([key, value]) => ({
      key,
      value: typeof value === 'number' ? { intValue: value } : { stringValue: value },
    }));
  const scopeSpans = spans.map(({ id, in: parent, atMs, ms, scope = 'acme', name, kind = 1, attributes }) => ({
    scope: { name: scope },
    spans: [
      {
        traceId,
        spanId: idOf(id),
        ...(parent === undefined ? {} : { parentSpanId: idOf(parent) }),
        name,
        kind,
        startTimeUnixNano: nanos(atMs),
        endTimeUnixNano: nanos(atMs + ms),
        attributes: values(attributes),
      },
    ],
  }));
  const resource = { attributes: values({ 'service.name': 'shop' }) };
  const response = await fetch(`${collector.url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans: [{ resource, scopeSpans }] }),
  });
  expect([response.status, await response.json()]).toEqual([200, { partialSuccess: {} }]);
}

const call = (n: number, input: number, output: number) => ({
  'gen_ai.request.model': 'claude-haiku-4-5',
  'gen_ai.response.model': 'claude-haiku-4-5-20251001',
  'http.response.status_code': 200,
  'anthropic.request.id': `req_${n}`,
  'gen_ai.response.id': `msg_${n}`,
  'spanledger.feature': 'support',
  'spanledger.usage': JSON.stringify({ input_tokens: input, output_tokens: output, service_tier: 'standard' }),
});
const NATIVE = { scope: 'com.anthropic.sdk.typescript', name: 'anthropic.messages.create', kind: 3 };

/** Haiku 4.5, 1 and 5 USD a million: 1,000 + 200 x 5 = 2,000 micro-USD; 3,000 + 100 x 5 = 3,500. Together 5,500. */
function agentTrace(): Told[] {
  const tool = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'find_order' };
  const attempts = [
    { startedAt: new Date(STARTED + 5_100).toISOString(), durationMs: 100, httpStatus: 429, errorType: 'rate_limit_error' },
    { startedAt: new Date(STARTED + 6_200).toISOString(), durationMs: 1_400, httpStatus: 200 },
  ]; // prettier-ignore
  return [
    { id: 'req', name: 'POST /chat', kind: 2, atMs: 0, ms: 10_000, attributes: { 'http.route': '/chat' } },
    { id: 'run', in: 'req', name: 'invoke_agent support', atMs: 10, ms: 9_000, attributes: { 'gen_ai.agent.name': 'support', 'gen_ai.operation.name': 'invoke_agent' } },
    { id: 'step1', in: 'run', name: 'step 1', atMs: 20, ms: 4_000 },
    { ...NATIVE, id: 'call1', in: 'step1', atMs: 30, ms: 2_000, attributes: call(1, 1_000, 200) },
    { ...NATIVE, id: 'srv1', in: 'call1', scope: 'com.anthropic.claude-platform', kind: 2, atMs: 130, ms: 1_700, attributes: call(1, 1_000, 200) },
    { id: 'tool1', in: 'step1', name: 'execute_tool find_order', atMs: 2_100, ms: 900, attributes: tool },
    { id: 'step2', in: 'run', name: 'step 2', atMs: 5_000, ms: 4_000 },
    { ...NATIVE, id: 'call2', in: 'step2', atMs: 5_100, ms: 2_500, attributes: { ...call(2, 3_000, 100), 'spanledger.attempts': JSON.stringify(attempts) } },
  ]; // prettier-ignore
}

/** By width; in a new one the pages' sources would be compiled again. */
const contexts = new Map<number, BrowserContext>();
async function openPage(path: string, width: number): Promise<Page> {
  const context = contexts.get(width) ?? (await browser.newContext({ viewport: { width, height: 900 } }));
  contexts.set(width, context);
  const page = await context.newPage();
  complaintsOf(page, complaints);
  await page.goto(`${collector.url}${path}`);
  return page;
}
const costOf = (page: Page, id: string) =>
  page.locator(`[data-testid="span-row"][data-key="${idOf(id)}"] [data-testid="row-cost"]`).getAttribute('data-value');
/** The row that the grid says it is on. */
const activeKey = async (page: Page): Promise<string | null> => {
  const id = await page.getByRole('treegrid').getAttribute('aria-activedescendant');
  const row = page.locator(`[id="${id}"]`);
  return (await row.count()) === 0 ? null : row.getAttribute('data-key');
};

test('from a call one comes to the waterfall around it and to the whole trace, whose root has what all its calls cost', async () => {
  const page = await openPage('/calls', 1440);
  await page.locator('[data-testid="call-row"][data-key^="msg_1"]').first().getByRole('link').click();
  await page.getByTestId('call-drawer').waitFor();
  await page.locator('[data-testid="around-cost"][data-value="0.005500000000"]').waitFor();
  // Its own spans are marked, what is beside its way is folded, and who told what is said in words.
  expect(await page.locator('.wf-row.is-highlighted').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-key')))).toEqual([idOf('call1'), idOf('srv1')]); // prettier-ignore
  expect(await page.locator(`[data-key="${idOf('step2')}"]`).getAttribute('aria-expanded')).toBe('false');
  expect(await page.getByTestId('provenance').innerText()).toMatch(/from our instrumentation, on the SDK’s span/);
  expect(await page.getByTestId('waiting').innerText()).toMatch(/300 ms/); // 2,000 less 1,700

  await page.getByRole('link', { name: 'The whole trace' }).click();
  await page.locator('[data-testid="trace-cost"][data-value="0.005500000000"]').waitFor();
  expect(await Promise.all(['req', 'run', 'step1', 'call1', 'step2', 'call2'].map((id) => costOf(page, id)))).toEqual([
    '0.005500000000',
    '0.005500000000',
    '0.002000000000',
    '0.002000000000',
    '0.003500000000',
    '0.003500000000',
  ]);
  expect(await page.locator(`[data-key="${idOf('srv1')}"]`).innerText()).toContain('told again');
  expect(await page.locator(`[data-key="${idOf('call2')}"] [data-testid="attempt"]`).count()).toBe(2);
  expect(await page.getByTestId('run-cost').getAttribute('data-value')).toBe('0.005500000000');
  expect(await page.getByTestId('run-step').allInnerTexts()).toEqual([
    expect.stringMatching(/step 1.*\$0\.002/s),
    expect.stringMatching(/step 2.*\$0\.0035/s),
  ]);
  expect(await page.getByTestId('run-tool').allInnerTexts()).toEqual([expect.stringMatching(/find_order.*no calls/s)]);
  await page.close();
});

test('the arrow keys move, fold and unfold, Enter opens a span with its receipt, and the address leads back to it', async () => {
  const page = await openPage(`/traces/${TRACE}`, 1440);
  const grid = page.getByRole('treegrid', { name: 'Waterfall of the trace' });
  await grid.focus();
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  expect(await activeKey(page)).toBe(idOf('req'));
  await press('ArrowDown', 'ArrowRight', 'ArrowDown');
  expect(await activeKey(page)).toBe(idOf('call1'));
  await press('ArrowLeft', 'ArrowLeft'); // folds the call, then goes to its step
  expect(await activeKey(page)).toBe(idOf('step1'));
  await page.locator(`[data-key="${idOf('srv1')}"]`).waitFor({ state: 'detached' });
  await press('ArrowLeft', 'ArrowDown'); // folds the step, and goes on to the next
  expect(await activeKey(page)).toBe(idOf('step2'));
  expect(await page.getByRole('row', { expanded: false }).count()).toBe(1);
  await press('ArrowRight', 'Enter');
  const detail = page.getByTestId('span-detail');
  await detail.getByRole('link', { name: 'To the call and its receipt' }).waitFor();
  await detail.locator('.is-total').waitFor();
  expect(await detail.innerText()).toMatch(
    /Input 3,000\s+\$0\.003[\s\S]+Output 100\s+\$0\.0005[\s\S]+Cost\s+\$0\.0035/,
  );
  expect(await detail.innerText()).toContain('anthropic.request.id');

  await page.goto(page.url());
  await detail.waitFor();
  expect(await page.getByRole('row', { selected: true }).getAttribute('data-key')).toBe(idOf('call2'));
  await page.close();
});

test('on a phone nothing is wider than the screen, and a span opens over the page', async () => {
  const page = await openPage(`/traces/${TRACE}`, 390);
  await page.locator(`[data-key="${idOf('call1')}"]`).click();
  await page.getByRole('dialog').getByTestId('span-detail').waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(new URL(page.url()).search).toBe('');
  await page.close();
});

test('of a trace of thousands of spans only the rows in view are drawn, and the last one is a key away', async () => {
  const steps = Array.from({ length: 1_000 }, (_, n): Told[] => [
    { id: `s${n}`, in: 'run', name: `step ${n}`, atMs: 1 + n * 10, ms: 9 },
    { id: `t${n}`, in: `s${n}`, name: 'execute_tool look', atMs: 2 + n * 10, ms: 5 },
    { id: `u${n}`, in: `s${n}`, name: 'execute_tool look', atMs: 3 + n * 10, ms: 5 },
  ]).flat();
  await send(LARGE, [{ id: 'run', name: 'invoke_agent long', atMs: 0, ms: 10_000 }, ...steps]);
  const page = await openPage(`/traces/${LARGE}`, 1440);
  const grid = page.getByRole('treegrid');
  await grid.focus();
  expect(await grid.getAttribute('aria-rowcount')).toBe('1002'); // the heading, the run, its folded steps
  expect(await page.getByTestId('span-row').count()).toBeLessThan(80);
  await page.keyboard.press('End');
  await eventually(
    () => activeKey(page),
    (key) => key === idOf('s999'),
  );
  await page.keyboard.press('ArrowRight');
  await page.locator(`[data-key="${idOf('u999')}"]`).waitFor({ state: 'attached' });
  expect(complaints).toEqual([]);
  await page.close();
});
