// The ways of an engineer and of whoever is on call on the real pages, over a month of the demo's history: a cost that doubled
// is found, and a latency that did; and whatever figure is clicked, the calls it leads to add up to it.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawDay } from '../demo/src/history.ts';
import { postSpans } from '../demo/src/otlp.ts';
import { complaintsOf, startBrowser } from './browser.ts';
import { placesOf } from './look/ledger.ts';
import { light, overflowOf, pagesOf, standsStill } from './look/pages.ts';
import { violationsOf } from './look/violations.ts';
import { eventually, removeFolder, startCollector, temporaryLedger, type Collector } from './processes.ts';

// A month of the demo's. Code reviews are sent whole files from 19 November on; 17 to 20 November are working days without a
// backlog. Summaries are slow since the release of 16 November, 9:20; the 13th is a Friday, and each day counts before it whole.
const DAY_MS = 86_400_000;
const LAST_DAY = Date.UTC(2026, 10, 20);
const DAYS = Array.from({ length: 30 }, (_, index) => LAST_DAY - (29 - index) * DAY_MS);
const SLOW = 'from=2026-11-16T00:00Z&to=2026-11-19T00:00Z&refresh=off';
const AFTER = 'from=2026-11-19T00:00Z&to=2026-11-21T00:00Z&refresh=off';

let folder: string;
let collector: Collector;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  folder = await temporaryLedger();
  // Spans of any age, whenever this is run.
  const env = { SPANLEDGER_DATA_DIR: folder, SPANLEDGER_RETAIN_SPANS: 'forever' };
  [collector, browser] = await Promise.all([startCollector(env), startBrowser()]);
  page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
  complaintsOf(page, complaints);
  for (const day of DAYS) {
    const spans = drawDay(day, day + DAY_MS);
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
    expect(complaints).toEqual([]);
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
  await page.goBack();
  // Those of the chart: the bars that are shown until it has come lead nowhere.
  const bars = page.locator('.recharts-wrapper [data-testid="spend-bar"][data-series="code-review"]');
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
  expect(await page.getByTestId('pivot-total').getAttribute('data-value')).toBe(total);
  const inCell = await pivotCell.locator('xpath=..').getAttribute('data-value');
  await pivotCell.click();
  await callsAddUpTo(inCell);
  expect(complaints).toEqual([]);
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
  'a chart has a name, and what the arrow keys read is said; what the pointer reads is not',
  { timeout: 60_000 },
  async () => {
    await page.goto(`${collector.url}/?${AFTER}`);
    const chart = page.getByRole('group', { name: 'Spend by feature, one bar an hour' });
    const drawing = chart.getByRole('application', {
      name: 'Spend by feature, one bar an hour. Arrow keys read its values.',
    });
    await drawing.waitFor();
    const said = chart.locator('[aria-live="polite"]');
    await page.keyboard.press('Tab');
    await drawing.focus();
    const hours: string[] = [];
    for (const hour of ['01', '02']) {
      await page.keyboard.press('ArrowRight');
      await said.getByText(new RegExp(`^19 Nov, ${hour}:00: `)).waitFor();
      hours.push((await said.textContent()) ?? '');
    }
    const bar = chart.locator('[data-testid="spend-bar"]').first();
    expect(hours[0]).toMatch(/^19 Nov, 01:00: \$[\d.]+\. [\w-]+ \$[\d.]+/);
    await bar.hover();
    await chart.locator('.reading').waitFor();
    expect(await said.textContent()).toBe('');
  },
);

test('the charts of a page are read together: the others follow the one that the hand is over', async () => {
  await page.goto(`${collector.url}/?${AFTER}`);
  // What comes late moves what is below it, and the hand would be over something else.
  await standsStill(page);
  await page.locator('#spend [data-testid="spend-bar"]').first().hover();
  await page.locator('#spend .reading').waitFor();
  // P95, the cache hit rate and the error rate are beside it.
  await expect.poll(() => page.locator('.reading').count(), { timeout: 10_000 }).toBe(4);
  const instants = await page.locator('.reading-head > span:first-child').allTextContents();
  expect(new Set(instants).size).toBe(1);
  await page.mouse.move(1, 1);
  await expect.poll(() => page.locator('.reading').count(), { timeout: 10_000 }).toBe(0);
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

test(
  'what is open in the bar stays open when the answer comes, also where a window holds nothing and the ledger has not said whether it does',
  { timeout: 60_000 },
  async () => {
    const held: Record<'metrics' | 'status', () => void> = { metrics: () => {}, status: () => {} };
    for (const name of ['metrics', 'status'] as const) {
      const released = new Promise<void>((release) => (held[name] = release));
      await page.route(`**/api/${name}*`, async (route) => {
        await released;
        await route.continue();
      });
    }
    await page.goto(`${collector.url}/?from=2026-01-01T00:00Z&to=2026-01-02T00:00Z&refresh=off`);
    await page.getByRole('button', { name: 'Views' }).click();
    const name = page.getByLabel('Save this view as');
    await name.fill('New Year');
    const answered = page.waitForResponse((answer) => answer.url().includes('/api/metrics'));
    held.metrics();
    await (await answered).finished();
    held.status();
    await page.getByText('No calls in this window').first().waitFor();
    expect(await name.inputValue()).toBe('New Year');
  },
);

test(
  'from the chart of percentiles who is on call makes a monitor of what it draws, over the same calls',
  { timeout: 90_000 },
  async () => {
    await page.goto(`${collector.url}/latency?${AFTER}&where=feature:search`);
    await page.getByRole('button', { name: /^More of Percentiles of latency/ }).click();
    await page.getByRole('menuitem', { name: 'Alert on this' }).click();
    const form = page.getByRole('dialog');
    expect(await form.getByLabel('Name').inputValue()).toBe('P95 latency, search');
    expect(await form.getByLabel('Value of feature').inputValue()).toBe('search');
    // A little worse than the worst hour that is drawn: two digits, in seconds.
    const asked = new URLSearchParams({ from: '2026-11-19T00:00:00Z', to: '2026-11-21T00:00:00Z', bucket: 'hour' });
    asked.append('measures', 'p95LatencyMs');
    asked.append('where', 'feature:search');
    const { rows } = (await (await fetch(`${collector.url}/api/metrics?${asked}`)).json()) as { rows: { p95LatencyMs: number }[] }; // prettier-ignore
    const worst = Math.max(...rows.map((row) => row.p95LatencyMs)) / 1000;
    const proposed = Number(await form.getByLabel('Threshold, seconds').inputValue());
    expect(proposed).toBeGreaterThanOrEqual(worst);
    expect(proposed).toBeLessThan(worst * 1.1);
    expect(String(proposed)).toMatch(/^\d\.?\d?$|^\d\d$/);
    expect(await violationsOf(page)).toEqual([]);
    await light(page, 'dark');
    expect(await violationsOf(page, ['color-contrast'])).toEqual([]);
    await light(page, 'light');
    await form.getByRole('button', { name: 'Create monitor' }).click();

    const card = page.getByTestId('monitor-card');
    await card.getByText('too few calls').waitFor();
    expect(await card.getByRole('heading').innerText()).toBe('P95 latency, search');
    expect(await card.innerText()).toContain('over 15 min · feature search');
    const { monitors } = (await (await fetch(`${collector.url}/api/monitors`)).json()) as { monitors: unknown[] };
    expect(monitors).toMatchObject([
      { measure: 'p95LatencyMs', scope: { feature: 'search' }, comparison: 'above', threshold: proposed * 1000 },
    ]);

    // The figure leads to the calls of its window and scope.
    await card.getByTestId('monitor-value').getByRole('link').click();
    await page.waitForURL(/\/calls\?.*where=feature%3Asearch/);
    const { searchParams } = new URL(page.url());
    expect(Date.parse(searchParams.get('to') ?? '') - Date.parse(searchParams.get('from') ?? '')).toBe(15 * 60_000);
    expect(complaints).toEqual([]);
  },
);

test(
  'every chart over time offers an alert, and says why not where the filters are none of one',
  { timeout: 90_000 },
  async () => {
    const offered: Record<string, boolean> = {};
    for (const path of ['/', '/?stack=tokens', '/latency', '/cache', '/errors']) {
      await page.goto(`${collector.url}${path}${path.includes('?') ? '&' : '?'}${AFTER}`);
      await standsStill(page);
      for (const menu of await page.getByRole('button', { name: /^More of / }).all()) {
        const label = (await menu.getAttribute('aria-label')) ?? '';
        await menu.click();
        await page.getByRole('menuitem', { name: 'Copy link' }).waitFor();
        const item = page.getByRole('menuitem', { name: 'Alert on this' });
        offered[`${path} ${label.split(',')[0]?.replace('More of ', '')}`] = await item.isEnabled();
        await page.keyboard.press('Escape');
        await page.getByRole('menu').waitFor({ state: 'detached' });
      }
    }
    expect(Object.keys(offered).length).toBeGreaterThanOrEqual(10);
    expect(Object.keys(offered).filter((chart) => !offered[chart])).toEqual([]);
    await page.goto(`${collector.url}/latency?${AFTER}&where=feature:search&where=feature:chat`);
    await page.getByRole('button', { name: /^More of Percentiles of latency/ }).click();
    const item = page.getByRole('menuitem', { name: 'Alert on this' });
    expect(await item.isDisabled()).toBe(true);
    expect(await item.innerText()).toContain('one value of each filter');
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

interface Told {
  durationMs: number | null;
  promptVersion: string | null;
}

let slowDays: Promise<Told[]> | undefined;
/** All calls from 16 to 18 November, asked of the API once. */
const callsOfSlowDays = (): Promise<Told[]> => (slowDays ??= askForSlowDays());
async function askForSlowDays(): Promise<Told[]> {
  const told: Told[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const asked = new URLSearchParams({ from: '2026-11-16T00:00:00Z', to: '2026-11-19T00:00:00Z', limit: '500' });
    if (cursor) asked.set('cursor', cursor);
    const response = await fetch(`${collector.url}/api/calls?${asked}`);
    const answer = (await response.json()) as { calls: Told[]; nextCursor: string | null };
    told.push(...answer.calls);
    cursor = answer.nextCursor;
  }
  return told;
}

/** Sketches are within 1 % of a call at that rank, and there is more than one way to say which of two neighbours has it. */
function isPercentile(value: string | null, calls: readonly Told[], level: number) {
  const durations = calls.flatMap(({ durationMs }) => durationMs ?? []).toSorted((one, other) => one - other);
  const rank = Math.round((durations.length - 1) * level);
  const near = durations.slice(Math.max(0, rank - 2), rank + 3);
  const isNear = near.some((exact) => Math.abs(Number(value) / exact - 1) <= 0.01);
  expect(isNear, `${value} is within 1 % of one of ${near.join(', ')}`).toBe(true);
}

test(
  'who is on call finds in two clicks why the P95 jumped: a prompt version that came with a deploy',
  { timeout: 150_000 },
  async () => {
    const calls = await callsOfSlowDays();
    await page.goto(`${collector.url}/?${SLOW}`);
    const p95 = page.getByTestId('p95-latency');
    await p95.waitFor();
    isPercentile(await p95.getAttribute('data-value'), calls, 0.95);
    const vital = page.locator('.vital', { hasText: 'P95 latency' });
    await vital.locator('.change.is-bad', { hasText: '%' }).waitFor();

    // The first click: the slow calls, and what is different in them.
    await vital.getByRole('link', { name: 'what is slow?' }).click();
    const difference = page.getByTestId('contrast').first();
    await difference.waitFor();
    expect(await difference.getAttribute('data-dimension')).toBe('promptVersion');
    expect(await difference.getAttribute('data-key')).toBe('summary-v6');
    const found = Number(await difference.getAttribute('data-value'));
    await page.locator('.marks', { hasText: 'acme-jobs 2.60.0 deployed' }).waitFor();

    // The second: its calls, as many as the page said. The first band among the filters says from when on a call is slow.
    await difference.getByRole('link', { name: /calls of prompt version summary-v6/ }).click();
    await page.locator(`[data-testid="calls-total"][data-key="${found}"]`).waitFor();
    const where = new URL(page.url()).searchParams.getAll('where');
    expect(where).toContain('promptVersion:summary-v6');
    const fromSeconds = Number(
      /^latency:(\d+)(?:-\d+)?s/.exec(where.find((one) => one.startsWith('latency:')) ?? '')?.[1],
    );
    const ofVersion = calls.filter(({ promptVersion }) => promptVersion === 'summary-v6');
    expect(found).toBe(ofVersion.filter(({ durationMs }) => (durationMs ?? 0) >= fromSeconds * 1000).length);
    expect(found / ofVersion.length).toBeGreaterThan(0.5);
    expect(complaints).toEqual([]);
  },
);

test(
  'a rectangle over the heat map leads to exactly its calls, and figures are those of the API',
  { timeout: 150_000 },
  async () => {
    const calls = await callsOfSlowDays();
    const told = calls.filter(({ durationMs }) => durationMs !== null);
    await page.goto(`${collector.url}/latency?${SLOW}`);
    const ten = page.getByTestId('ten-seconds');
    await ten.waitFor();
    expect(Number(await ten.getAttribute('data-value'))).toBe(
      told.filter(({ durationMs }) => durationMs! >= 10_000).length,
    );
    for (const [measure, level] of [
      ['p50LatencyMs', 0.5],
      ['p95LatencyMs', 0.95],
      ['p99LatencyMs', 0.99],
    ] as const) {
      await page.getByTestId(measure).waitFor();
      isPercentile(await page.getByTestId(measure).getAttribute('data-value'), calls, level);
    }

    // The upper half of the second day, by mouse.
    await page.getByTestId('contrast').first().waitFor();
    const box = await page.locator('.heat svg').boundingBox();
    if (!box) throw new Error('the heat map is not drawn');
    await page.mouse.move(box.x + box.width * 0.45, box.y + box.height * 0.1);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.65, box.y + box.height * 0.45, { steps: 5 });
    await page.mouse.up();
    await page.waitForURL(/slow=/);
    const [from = '', to = '', low = ''] = (new URL(page.url()).searchParams.get('slow') ?? '').split(',');
    expect(Date.parse(to) - Date.parse(from)).toBeGreaterThan(3_600_000);
    expect(low).toMatch(/^\d/);
    const chosen = page.getByTestId('slow-part');
    await page.locator('.latency-part', { hasText: 'from 17 Nov' }).waitFor();
    const count = await chosen.getAttribute('data-value');
    expect(Number(count)).toBeGreaterThan(0);
    await chosen.click();
    await page.locator(`[data-testid="calls-total"][data-key="${count}"]`).waitFor();

    // The same without a mouse: the map as a table, its values as links.
    await page.goto(`${collector.url}/latency?${SLOW}&table=latency-heat`);
    const cell = page.locator('#latency-heat td a').first();
    await cell.waitFor();
    const inCell = await cell.innerText();
    await cell.focus();
    await page.keyboard.press('Enter');
    await page.locator(`[data-testid="calls-total"][data-key="${inCell}"]`).waitFor();
    expect(complaints).toEqual([]);
  },
);

test(
  'when the ledger cannot answer, no panel waits in vain: each says so, and asking again brings what it shows',
  { timeout: 120_000 },
  async () => {
    const body = { error: { code: 'internal', message: 'The ledger could not answer.' } };
    for (const path of ['/', '/spend', '/latency', '/cache', '/errors', '/calls']) {
      await page.route('**/api/**', (route) => route.fulfill({ status: 500, json: body }));
      await page.goto(`${collector.url}${path}?${SLOW}`);
      await page.getByRole('alert').first().waitFor();
      await page.locator('main [aria-busy="true"], main .mantine-Skeleton-root').first().waitFor({ state: 'detached' });
      const failed = page.locator('main section', { has: page.getByRole('alert') });
      expect(await failed.count(), path).toBe(await page.locator('main section').count());
      expect(await page.getByRole('button', { name: 'Try again' }).count(), path).toBeGreaterThanOrEqual(
        await failed.count(),
      );
      await page.unroute('**/api/**');
    }
    // A panel that cannot know its own question until another has been answered asks that one again.
    await page.route('**/api/**', (route) => route.fulfill({ status: 500, json: body }));
    await page.goto(`${collector.url}/latency?${SLOW}`);
    const difference = page.locator('.latency-contrast');
    await difference.getByRole('alert').waitFor();
    await page.unroute('**/api/**');
    await difference.getByRole('button', { name: 'Try again' }).click();
    await difference.getByTestId('contrast').first().waitFor();
    // A browser says of each answer of 500 that it was one.
    expect(complaints.splice(0).filter((words) => !words.includes('status of 500'))).toEqual([]);
  },
);

test(
  'no page shuts anybody out, in light or dark, and none is wider than its window',
  { timeout: 600_000 },
  async () => {
    const faults: string[] = [];
    const titles = new Map<string, string>();
    await page.emulateMedia({ reducedMotion: 'reduce' });
    for (const { name, path } of pagesOf(await placesOf(collector.url))) {
      await page.emulateMedia({ colorScheme: 'light' });
      await page.goto(`${collector.url}${path(`?${AFTER}`)}`);
      await light(page, 'light');
      for (const fault of await violationsOf(page)) faults.push(`${name}: ${fault}`);
      if ((await overflowOf(page)) > 0) faults.push(`${name}: wider than its window`);
      titles.set(name, await page.title());
      // In the dark only colours are others.
      await light(page, 'dark');
      for (const fault of await violationsOf(page, ['color-contrast'])) faults.push(`${name}, dark: ${fault}`);
    }
    expect([...faults, ...complaints]).toEqual([]);
    // Tabs side by side are told apart.
    expect(new Set(titles.values()).size).toBe(titles.size);
    expect([...titles.values()].filter((title) => !title.endsWith(' · Spanledger'))).toEqual([]);
    expect(titles.get('spend')).toBe('Spend · Spanledger');
    expect(titles.get('call')).toMatch(/^Call of \d+ \w+, [\d:]+, claude-/);
  },
);
