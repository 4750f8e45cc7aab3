// The engineer's way on the real pages, over four days of the demo's history: a cost that doubled is found, and whatever
// figure is clicked, the calls it leads to add up to it.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawDay } from '../demo/src/history.ts';
import { postSpans } from '../demo/src/otlp.ts';
import { startBrowser } from './browser.ts';
import { eventually, removeFolder, startCollector, temporaryFolder, type Collector } from './processes.ts';

// Code reviews are sent whole files from 19 November on; 17 to 20 November are working days without a backlog.
const DAYS = [17, 18, 19, 20].map((day) => Date.UTC(2026, 10, day));
const AFTER = 'from=2026-11-19T00:00Z&to=2026-11-21T00:00Z&refresh=off';

let folder: string;
let collector: Collector;
let browser: Browser;
let page: Page;
const pageErrors: string[] = [];

beforeAll(async () => {
  folder = await temporaryFolder();
  [collector, browser] = await Promise.all([startCollector({ SPANLEDGER_DATA_DIR: folder }), startBrowser()]);
  page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
  page.on('pageerror', (error) => pageErrors.push(error.message));
  for (const day of DAYS) {
    const spans = drawDay(day, day + 86_400_000);
    for (let from = 0; from < spans.length; from += 500)
      await postSpans(collector.url, undefined, spans.slice(from, from + 500));
  }
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await collector?.end('SIGTERM');
  if (folder) await removeFolder(folder);
});

/** What the calls under the page's own filters cost, call by call, exactly: asked of the API, not read off the page. */
async function sumOfCalls(url: string): Promise<string> {
  const search = new URL(url).searchParams;
  const instant = (name: string) => new Date(search.get(name) ?? '').toISOString();
  let pico = 0n;
  for (let cursor: string | null = ''; cursor !== null;) {
    const asked = new URLSearchParams({ from: instant('from'), to: instant('to'), limit: '500' });
    for (const where of search.getAll('where')) asked.append('where', where);
    if (cursor) asked.set('cursor', cursor);
    const response = await fetch(`${collector.url}/api/calls?${asked}`);
    const answer = (await response.json()) as { calls: { costUsd: string | null }[]; nextCursor: string | null };
    for (const { costUsd } of answer.calls) if (costUsd !== null) pico += BigInt(costUsd.replace('.', ''));
    cursor = answer.nextCursor;
  }
  return `${pico / 10n ** 12n}.${String(pico % 10n ** 12n).padStart(12, '0')}`;
}

/** The page of calls is open: what it says they cost, and what they do cost. */
async function callsAddUpTo(value: string | null) {
  expect(value).toMatch(/^\d+\.\d{12}$/);
  await page.locator(`[data-testid="calls-total"][data-value="${value}"]`).waitFor();
  expect(await sumOfCalls(page.url())).toBe(value);
}

test(
  'an engineer finds in two clicks what made the cost of reviews double: whole files since a new prompt version',
  { timeout: 90_000 },
  async () => {
    await page.goto(`${collector.url}/?${AFTER}`);
    const driver = page.getByTestId('driver').first();
    await driver.waitFor();
    expect(await driver.getAttribute('data-key')).toBe('code-review');
    expect(await driver.innerText()).toMatch(/of the rise|more than the whole rise/);
    expect(await driver.innerText()).toMatch(/prompts [23]\.\d× longer/);

    // The first click: only these calls, by prompt version. One version took the place of the other.
    await driver.getByRole('link').first().click();
    const version = page.locator('[data-testid="spend-by-promptVersion"][data-key="review-v8"]');
    await version.waitFor();
    expect(await page.locator('[data-testid="spend-by-promptVersion"]').count()).toBe(1);
    const cost = await version.getAttribute('data-value');

    // The second: the calls.
    await version.getByRole('link', { name: 'Calls of review-v8' }).click();
    await callsAddUpTo(cost);
    expect(pageErrors).toEqual([]);
  },
);

test('figures lead to the calls that add up to them', { timeout: 90_000 }, async () => {
  const overview = `${collector.url}/?${AFTER}`;
  await page.goto(overview);
  const spend = page.getByTestId('spend-total');
  await spend.waitFor();
  const total = await spend.getAttribute('data-value');
  await spend.click();
  await callsAddUpTo(total);

  // A part of a bar: one feature in one hour. The largest, so that the mouse can meet it.
  await page.goto(overview);
  const bars = page.locator('[data-testid="spend-bar"][data-series="code-review"]');
  await bars.first().waitFor();
  const values = await bars.evaluateAll((all) => all.map((bar) => Number(bar.getAttribute('data-value'))));
  const bar = bars.nth(values.indexOf(Math.max(...values)));
  const inBar = await bar.getAttribute('data-value');
  await bar.click();
  await callsAddUpTo(inBar);

  // The same by keyboard: the chart as a table, its values as links.
  await page.goto(`${overview}&table=spend`);
  const cell = page.locator('.chart-table td a').first();
  await cell.waitFor();
  await cell.focus();
  await page.keyboard.press('Enter');
  await page.getByTestId('calls-total').waitFor();
  await callsAddUpTo(await page.getByTestId('calls-total').getAttribute('data-value'));

  await page.goto(`${collector.url}/spend?${AFTER}`);
  const pivotCell = page
    .locator('[data-testid="pivot-row"][data-key="support-chat"] [data-testid="pivot-cell"] a')
    .first();
  await pivotCell.waitFor();
  const inCell = await pivotCell.locator('xpath=..').getAttribute('data-value');
  await pivotCell.click();
  await callsAddUpTo(inCell);

  await page.goto(`${collector.url}/spend?${AFTER}`);
  const pivotTotal = page.getByTestId('pivot-total');
  await pivotTotal.waitFor();
  expect(await pivotTotal.getAttribute('data-value')).toBe(total);
  expect(pageErrors).toEqual([]);
});

test('a drag over a chart zooms, and the way back leads back', { timeout: 60_000 }, async () => {
  await page.goto(`${collector.url}/?${AFTER}`);
  const chart = page.locator('#spend .recharts-wrapper');
  await page.getByTestId('spend-bar').first().waitFor();
  const box = await chart.boundingBox();
  if (!box) throw new Error('the chart is not drawn');
  await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.3);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.3, { steps: 5 });
  await page.mouse.up();
  await eventually(
    () => page.url(),
    (url) => !url.includes('to=2026-11-21T00'),
  );
  const zoomed = new URL(page.url()).searchParams;
  const hours = (Date.parse(zoomed.get('to') ?? '') - Date.parse(zoomed.get('from') ?? '')) / 3_600_000;
  // A fifth of 48 hours, and whole ones.
  expect(hours).toBeGreaterThanOrEqual(8);
  expect(hours).toBeLessThanOrEqual(13);
  expect(Number.isInteger(hours)).toBe(true);
  await page.goBack();
  expect(new URL(page.url()).searchParams.get('to')).toBe('2026-11-21T00:00Z');
});

test(
  'a view is saved and found again, and an alert begins with the filters of the page',
  { timeout: 60_000 },
  async () => {
    await page.goto(`${collector.url}/spend?range=7d&where=feature:search&down=customer&refresh=off`);
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByLabel('Save this view as').fill('Search by customer');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByLabel('Save this view as').waitFor({ state: 'detached' });
    await page.goto(collector.url);
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('link', { name: 'Search by customer' }).click();
    await page.waitForURL(/\/spend\?/);
    const view = new URL(page.url()).searchParams;
    expect([view.get('range'), view.get('down'), view.get('where')]).toEqual(['7d', 'customer', 'feature:search']);

    await page.goto(`${collector.url}/?${AFTER}&where=feature:search`);
    await page.getByTestId('spend-bar').first().waitFor();
    await page.getByRole('button', { name: /^More of Spend/ }).click();
    await page.getByRole('menuitem', { name: 'Alert on this' }).click();
    const form = page.getByRole('dialog');
    expect(await form.getByLabel('Name').inputValue()).toBe('search');
    expect(await form.getByLabel('Value of feature').inputValue()).toBe('search');
  },
);

test('in live mode a call that comes in is on the page without asking', { timeout: 60_000 }, async () => {
  await page.goto(`${collector.url}/?range=1h&refresh=live&where=feature:live-one`);
  await page.locator('[data-testid="live"][data-value="live"]').waitFor();
  const posted = await fetch(`${collector.url}/api/calls`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      startedAt: new Date(Date.now() - 60_000).toISOString(),
      durationMs: 900,
      feature: 'live-one',
      response: {
        id: 'msg_live_one',
        model: 'claude-opus-5-5',
        stop_reason: 'end_turn',
        usage: { input_tokens: 1_200, output_tokens: 800, service_tier: 'standard' },
      },
    }),
  });
  expect(posted.status).toBe(201);
  // 1,200 x 4/M + 800 x 20/M; sooner than the questions of live mode are asked again by themselves.
  await page.locator('[data-testid="spend-total"][data-value="0.020800000000"]').waitFor({ timeout: 8_000 });
});
