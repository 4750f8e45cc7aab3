// Journeys of people who ask the ledger something, on a month of the demo's and some days beside it: what they read on the page is what the
// API answers, and the figure they follow leads to the calls that add up to it. One collector for all of them.
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { drawDay } from '../demo/src/history.ts';
import { postSpans } from '../demo/src/otlp.ts';
import { complaintsOf, startBrowser } from './browser.ts';
import { removeFolder, startCollector, temporaryLedger, type Collector } from './processes.ts';

/** What the browser takes for now: the pages' months are those of the demo's days. */
const NOW = new Date('2026-11-21T12:00:00Z');
const DAYS = [
  '2026-09-15',
  '2026-09-16',
  ...Array.from({ length: 31 }, (_, index) => `2026-10-${String(index + 1).padStart(2, '0')}`),
  '2026-11-16',
  '2026-11-17',
  '2026-11-18',
];
const RATE = 0.25;
const NOVEMBER = { from: '2026-11-16T00:00:00Z', to: '2026-11-19T00:00:00Z' };
const IN_NOVEMBER = 'from=2026-11-16T00:00Z&to=2026-11-19T00:00Z&refresh=off';

let folder: string;
let collector: Collector;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  folder = await temporaryLedger();
  [collector, browser] = await Promise.all([startCollector({ SPANLEDGER_DATA_DIR: folder }), startBrowser()]);
  // Calls only: of days long past a collector keeps no other spans.
  const calls = DAYS.flatMap((day) => drawDay(Date.parse(day), Date.parse(day) + 86_400_000, RATE)).filter(
    ({ json }) => json['name'] === 'anthropic.messages.create',
  );
  for (let from = 0; from < calls.length; from += 500)
    await postSpans(collector.url, undefined, calls.slice(from, from + 500));
}, 180_000);

afterEach(async () => {
  await page?.close();
  expect(complaints.splice(0)).toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  await collector?.end('SIGTERM');
  if (folder) await removeFolder(folder);
});

/** One for each kind of device: a new one would compile the pages' sources again. */
const contexts = new Map<string, BrowserContext>();
async function open(path: string, options: BrowserContextOptions = { viewport: { width: 1440, height: 1000 } }) {
  const key = JSON.stringify(options);
  const context = contexts.get(key) ?? (await browser.newContext(options));
  contexts.set(key, context);
  page = await context.newPage();
  await page.clock.setFixedTime(NOW);
  complaintsOf(page, complaints);
  await page.goto(`${collector.url}${path}`);
}

type Row = Record<string, string | number | null>;
async function metrics(
  window: { from: string; to: string },
  { measures, by = '', where = [] }: { measures: string; by?: string; where?: string[] },
): Promise<Row[]> {
  const search = new URLSearchParams({ ...window, measures, by });
  for (const one of where) search.append('where', one);
  const response = await fetch(`${collector.url}/api/metrics?${search}`);
  return ((await response.json()) as { rows: Row[] }).rows;
}

/** The page of calls is open: how many they are and what they cost. */
async function callsAre({ calls, costUsd }: Row) {
  await page
    .locator(`[data-testid="calls-total"][data-key="${calls}"][data-value="${costUsd ?? 'unknown'}"]`)
    .waitFor();
}

const valuesOf = (testId: string): Promise<[string | null, string | null][]> =>
  page
    .getByTestId(testId)
    .evaluateAll((all) => all.map((one) => [one.getAttribute('data-key'), one.getAttribute('data-value')]));

test('a product manager reads what a feature costs each customer', { timeout: 90_000 }, async () => {
  await open(`/spend?${IN_NOVEMBER}`);
  await page.getByRole('link', { name: 'Filter by feature support-chat' }).click();
  await page.getByRole('combobox', { name: 'Rows' }).click();
  await page.getByRole('option', { name: 'customer', exact: true }).click();
  await page.locator('[data-testid="pivot-row"][data-key="northwind"]').waitFor();

  const where = ['feature:support-chat'];
  const rows = await metrics(NOVEMBER, { measures: 'costUsd,calls', by: 'customer', where });
  expect(rows.length).toBeGreaterThan(3);
  const costs = rows.map(({ customer, costUsd }) => [customer, costUsd]);
  expect(new Map(await valuesOf('pivot-row'))).toEqual(new Map(costs as [string, string][]));
  const [total] = await metrics(NOVEMBER, { measures: 'costUsd', where });
  expect((await valuesOf('pivot-total'))[0]?.[1]).toBe(total?.['costUsd']);

  const [first] = rows.filter(({ customer }) => customer === 'northwind');
  if (!first) throw new Error('northwind is the largest customer');
  await page.locator('[data-testid="pivot-row"][data-key="northwind"] td.strong a').click();
  await callsAre(first);
});

test('a finance partner compares last month with the month before, on a phone', { timeout: 90_000 }, async () => {
  await open('/?refresh=off', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await page.getByText('Last month', { exact: true }).tap();
  const [october] = await metrics({ from: '2026-10-01T00:00:00Z', to: '2026-11-01T00:00:00Z' }, { measures: 'costUsd,calls' }); // prettier-ignore
  const [september] = await metrics({ from: '2026-09-01T00:00:00Z', to: '2026-10-01T00:00:00Z' }, { measures: 'costUsd' }); // prettier-ignore
  if (!october || !september) throw new Error('both months have calls');
  const spend = page.locator(`[data-testid="spend-total"][data-value="${october['costUsd']}"]`);
  await spend.waitFor();

  const [now, before] = [Number(october['costUsd']), Number(september['costUsd'])];
  const change = Math.abs(now - before) / before;
  expect(change).toBeGreaterThan(0.01);
  const headline = await page.locator('.headline', { has: spend }).innerText();
  expect(headline).toContain(`from $${before.toFixed(2)}`);
  expect(headline).toContain(change >= 10 ? `${Math.round(change + 1)}×` : `${(change * 100).toFixed(1)} %`);
  expect(headline).toContain(now > before ? '▲' : '▼');
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);

  await spend.tap();
  await callsAre(october);
});

test(
  'whoever asks why caching costs money finds the prompt whose cache is never read',
  { timeout: 90_000 },
  async () => {
    await open(`/cache?${IN_NOVEMBER}`);
    const [all] = await metrics(NOVEMBER, { measures: 'cacheHitRate,cacheSavingsUsd,cacheReadUsd,cacheWrite5mUsd,cacheWrite1hUsd' }); // prettier-ignore
    for (const panel of ['cache-version', 'cache-hit-rate']) await page.getByTestId(panel).first().waitFor();
    expect((await valuesOf('cache-hit-rate'))[0]?.[1]).toBe(String(all?.['cacheHitRate']));
    expect((await valuesOf('cache-savings'))[0]?.[1]).toBe(all?.['cacheSavingsUsd']);
    for (const measure of ['cacheReadUsd', 'cacheWrite5mUsd', 'cacheWrite1hUsd'])
      expect((await valuesOf(measure))[0]?.[1]).toBe(all?.[measure]);

    // What loses money stands first: a prompt with the date at its top, written every time.
    const rows = await metrics(NOVEMBER, { measures: 'cacheSavingsUsd,calls,costUsd', by: 'feature,promptVersion' });
    const losses = rows
      .filter(({ cacheSavingsUsd }) => String(cacheSavingsUsd).startsWith('-'))
      .toSorted((one, other) => Number(one['cacheSavingsUsd']) - Number(other['cacheSavingsUsd']));
    const shown = await valuesOf('cache-version');
    expect(shown.slice(0, losses.length)).toEqual(
      losses.map(({ feature, promptVersion, cacheSavingsUsd }) => [`${feature} ${promptVersion}`, cacheSavingsUsd]),
    );
    const broken = rows.find(({ promptVersion }) => promptVersion === 'summary-v6');
    expect(String(broken?.['cacheSavingsUsd'])).toMatch(/^-/);

    const search = new URLSearchParams(NOVEMBER);
    const use = (await (await fetch(`${collector.url}/api/cache?${search}`)).json()) as { groups: { promptVersion: string; advice: string | null; unread: { costUsd: string } }[] }; // prettier-ignore
    const group = use.groups.find(({ promptVersion }) => promptVersion === 'summary-v6');
    const key = 'summarise summary-v6 claude-haiku-5-5';
    await page.getByTestId('unread-writes').first().waitFor();
    expect(new Map(await valuesOf('unread-writes')).get(key)).toBe(group?.unread.costUsd);
    expect(new Map(await valuesOf('cache-uses')).get(key)).toBe(group?.advice);

    await page.locator('[data-testid="cache-version"][data-key="summarise summary-v6"] th a').click();
    await callsAre(broken ?? {});
  },
);

test('whoever is told of errors finds what went wrong, and exactly those calls', { timeout: 90_000 }, async () => {
  await open(`/?${IN_NOVEMBER}`);
  const [all] = await metrics(NOVEMBER, { measures: 'errors,errorRate' });
  const [failed] = await metrics(NOVEMBER, { measures: 'calls,costUsd', where: ['outcome:error'] });
  expect(failed?.['calls']).toBe(all?.['errors']);
  const rate = page.locator(`[data-testid="error-rate"][data-value="${all?.['errorRate']}"]`);
  await rate.waitFor();
  await rate.getByRole('link').click();
  await callsAre(failed ?? {});

  await page.getByRole('link', { name: 'Errors', exact: true }).click();
  await page.getByTestId('failure').first().waitFor();
  const byFailure = await metrics(NOVEMBER, { measures: 'calls,costUsd', by: 'failure', where: ['outcome:error'] });
  expect(new Map(await valuesOf('failure'))).toEqual(
    new Map(byFailure.map(({ failure, calls }) => [String(failure), String(calls)])),
  );

  // Without the filter that led here: what the model declined and the app cut off is there too, and what was cut short.
  await page.goto(`${collector.url}/errors?${IN_NOVEMBER}`);
  const [cutShort] = await metrics(NOVEMBER, { measures: 'costUsd', where: ['stopReason:max_tokens'] });
  await page.locator(`[data-testid="truncated-cost"][data-value="${cutShort?.['costUsd']}"]`).waitFor();
  const [retried] = await metrics(NOVEMBER, { measures: 'calls', where: ['retried:yes'] });
  await page.locator(`[data-testid="retried-calls"][data-value="${retried?.['calls']}"]`).waitFor();
  await page.locator('[data-testid="limit"][data-key^="claude-opus-5-5"]').first().waitFor();
  const [capped] = await metrics(NOVEMBER, { measures: 'calls,costUsd', where: ['failure:spend_cap'] });
  expect(Number(capped?.['calls'])).toBeGreaterThan(0);
  const row = page.locator(`[data-testid="failure"][data-key="spend_cap"][data-value="${capped?.['calls']}"]`);
  await row.getByRole('link', { name: /calls/ }).click();
  await callsAre(capped ?? {});
});

test(
  'while the answer to another filter is awaited, the month says what it said before, and that it waits',
  { timeout: 90_000 },
  async () => {
    await open(`/?${IN_NOVEMBER}`);
    const panel = page.locator('section', { has: page.getByRole('heading', { name: 'This month' }) });
    const month = panel.getByTestId('month-to-date');
    await month.waitFor();
    const [amount, forecast] = [
      await month.getAttribute('data-value'),
      await panel.getByTestId('forecast').innerText(),
    ];
    expect(forecast).toMatch(/^About \$/);

    let answer = () => {};
    const held = new Promise<void>((go) => (answer = go));
    // A question that is asked no longer by then cannot go on.
    await page.route(/\/api\/metrics\?.*support-chat/, (route) => held.then(() => route.continue()).catch(() => {}));
    await Promise.all([
      page.waitForRequest(/\/api\/metrics\?from=2026-10.*support-chat/),
      page.locator('.spend .legend').getByRole('link', { name: 'Filter by feature support-chat' }).click(),
    ]);
    await panel.and(page.locator('[aria-busy="true"]')).waitFor();
    expect(await month.getAttribute('data-value')).toBe(amount);
    expect(await panel.getByTestId('forecast').innerText()).toBe(forecast);

    answer();
    await panel.and(page.locator('[aria-busy="false"]')).waitFor();
    const where = ['feature:support-chat'];
    const [chats] = await metrics({ from: '2026-11-01T00:00:00Z', to: '2026-11-22T00:00:00Z' }, { measures: 'costUsd', where }); // prettier-ignore
    expect(await month.getAttribute('data-value')).toBe(chats?.['costUsd']);
  },
);

test(
  'in another time zone last month is another one, for the most expensive calls too',
  { timeout: 90_000 },
  async () => {
    await open('/spend?range=last-month&refresh=off', { viewport: { width: 1440, height: 1000 }, timezoneId: 'America/Los_Angeles' }); // prettier-ignore
    await page.getByTestId('pivot-total').waitFor();
    const asked = page.waitForRequest(/\/api\/calls\?from=2026-10-01T07.*order=costUsd/);
    await page.getByRole('combobox', { name: 'Time zone' }).click();
    await page.getByRole('option', { name: 'America/Los Angeles' }).click();
    const search = new URL((await asked).url()).searchParams;
    expect(search.get('to')).toBe('2026-11-01T07:00:00.000Z');
  },
);

test(
  'a page that is opened while the collector is away says so, and opens when it is back',
  { timeout: 90_000 },
  async () => {
    await open(`/spend?${IN_NOVEMBER}`);
    await page.getByTestId('pivot-total').waitFor();
    const away = /\/(api|assets)\//;
    await page.route(away, (route) => route.abort('connectionrefused'));
    await page.getByRole('link', { name: 'Coverage' }).click();
    await page.getByRole('heading', { name: 'The collector does not answer' }).waitFor();
    await page.unroute(away);
    await page.getByRole('heading', { name: 'Coverage', exact: true }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/coverage');
    expect(complaints.splice(0).filter((words) => !/ERR_CONNECTION_REFUSED|dynamically imported/.test(words))).toEqual(
      [],
    );
  },
);

test(
  'what cannot be loaded while the collector is away is said, the page stays, and it can be tried again',
  { timeout: 90_000 },
  async () => {
    await open(`/spend?${IN_NOVEMBER}`);
    await page.getByTestId('pivot-total').waitFor();
    const bar = page.getByRole('group', { name: 'Time range and filters' });
    await bar.waitFor();
    const away = /\/(api|assets)\//;
    await page.route(away, (route) => route.abort('connectionrefused'));
    await page.keyboard.press('Control+k');
    const notice = page.getByRole('alert').filter({ hasText: 'The search could not be loaded.' });
    await notice.first().waitFor();
    await bar.getByRole('button', { name: /^1[56] Nov/ }).click();
    const calendar = page.getByRole('alert').filter({ hasText: 'The calendar could not be loaded.' });
    await calendar.first().waitFor();
    expect(await page.getByTestId('pivot-total').count()).toBe(1);
    await page.unroute(away);
    await calendar.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('button', { name: 'Show this range' }).waitFor();
    await page.keyboard.press('Escape');
    await notice.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('textbox', { name: 'Page, time range, value or id' }).waitFor();
    await notice.first().waitFor({ state: 'detached' });
    expect(complaints.splice(0).filter((words) => !/ERR_CONNECTION_REFUSED|dynamically imported/.test(words))).toEqual(
      [],
    );
  },
);

test(
  'while the collector is away the page says so once, its panels shortly, and all come back when it does',
  { timeout: 90_000 },
  async () => {
    await open('/coverage');
    await page.getByRole('heading', { name: 'Coverage', exact: true }).waitFor();
    await page.route('**/api/**', (route) => route.abort('connectionrefused'));
    await page.getByRole('link', { name: 'Latency' }).click();
    const line = page.getByText('The collector does not answer');
    await line.waitFor();
    await page.locator('main [aria-busy="true"], main .mantine-Skeleton-root').first().waitFor({ state: 'detached' });
    const panels = await page.locator('main section').count();
    expect(await line.count()).toBe(1);
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBeGreaterThanOrEqual(panels);
    await page.unroute('**/api/**');
    // By itself.
    await line.waitFor({ state: 'detached' });
    await page.locator('main .panel-failure').first().waitFor({ state: 'detached' });
    expect(complaints.splice(0).filter((words) => !words.includes('ERR_CONNECTION_REFUSED'))).toEqual([]);
  },
);
