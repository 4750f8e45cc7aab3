// The list of calls and the palette in a real browser, over a day of the demo's history: what is scrolled, filtered, ordered,
// opened and taken along is what the API says of the same calls. And whatever figure a page of panels links, on every one of
// them, is a figure of exactly the calls it leads to.
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawDay } from '../demo/src/history.ts';
import { postSpans } from '../demo/src/otlp.ts';
import { complaintsOf, startBrowser } from './browser.ts';
import { figuresOf, inApiWords } from './figures.ts';
import { leadingNowhere, numbersOn, ofTheirCalls } from './look/numbers.ts';
import { standsStill } from './look/pages.ts';
import { eventually, removeFolder, startCollector, temporaryLedger, type Collector } from './processes.ts';

const DAY = Date.UTC(2026, 10, 17);
const SLICE = 'from=2026-11-17T00:00Z&to=2026-11-18T00:00Z';

interface CallJson {
  callId: string;
  requestId: string | null;
  traceId: string | null;
  costUsd: string | null;
}

let folder: string;
let collector: Collector;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  folder = await temporaryLedger();
  [collector, browser] = await Promise.all([startCollector({ SPANLEDGER_DATA_DIR: folder }), startBrowser()]);
  page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
  // An id that is pasted may be a trace's: then there is no call of it.
  complaintsOf(page, complaints, /status of 404/);
  const spans = drawDay(DAY, DAY + 86_400_000);
  for (let from = 0; from < spans.length; from += 500)
    await postSpans(collector.url, undefined, spans.slice(from, from + 500));
  // What only some pages have: a call that no price is known for, a budget, and a monitor that alerts.
  await send('/api/calls', {
    ...POSTED,
    startedAt: new Date(DAY + 3_600_000).toISOString(),
    response: { ...POSTED.response, id: 'msg_unpriced', model: 'claude-nova-9' },
  });
  // A service that was heard of in the last day, and in the last hour no more.
  await send('/api/calls', {
    ...POSTED,
    feature: 'nightly',
    service: 'nightly-jobs',
    startedAt: new Date(Date.now() - 7_200_000).toISOString(),
    response: { ...POSTED.response, id: 'msg_silent' },
  });
  const thresholds = [50, 100];
  await send('/api/budgets', { name: 'All', limit: { usd: '400' }, period: 'month', timezone: 'UTC', thresholds });
  const monitor = { name: 'Slow', measure: 'p95LatencyMs', comparison: 'above', threshold: 500 };
  await send('/api/monitors', { ...monitor, windowMinutes: 1440, minCalls: 1 });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await collector?.end('SIGTERM');
  if (folder) await removeFolder(folder);
});

const POSTED = {
  durationMs: 900,
  feature: 'tail',
  response: {
    model: 'claude-opus-5-5',
    stop_reason: 'end_turn',
    usage: { input_tokens: 1_200, output_tokens: 800, service_tier: 'standard' },
  },
};
async function send(path: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${collector.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(answer.status).toBe(201);
}
const getJson = async <Answer>(path: string): Promise<Answer> =>
  (await (await fetch(`${collector.url}${path}`)).json()) as Answer;
async function callsOf(search: string): Promise<CallJson[]> {
  const calls: CallJson[] = [];
  const asked = inApiWords(new URLSearchParams(search));
  asked.set('limit', '500');
  for (;;) {
    const answer = await getJson<{ calls: CallJson[]; nextCursor: string | null }>(`/api/calls?${asked}`);
    calls.push(...answer.calls);
    if (answer.nextCursor === null) return calls;
    asked.set('cursor', answer.nextCursor);
  }
}
const picoOf = (usd: string | null): bigint => (usd === null ? 0n : BigInt(usd.replace('.', '')));
const sumOf = (calls: readonly CallJson[]) => calls.reduce((sum, { costUsd }) => sum + picoOf(costUsd), 0n);
/** What stands above the list, once it is about so many calls. */
async function totalOf(calls: number): Promise<bigint> {
  const total = page.locator(`[data-testid="calls-total"][data-key="${calls}"]`);
  await total.waitFor();
  return picoOf(await total.getAttribute('data-value'));
}
const rows = () => page.getByTestId('call-row');
const keyOf = (index: number) => rows().nth(index).getAttribute('data-key');
const drawer = () => page.getByTestId('call-drawer');

test('a list is scrolled to its end, though only the rows in view are drawn', { timeout: 120_000 }, async () => {
  const calls = await callsOf(`${SLICE}&where=feature:search`);
  expect(calls.length).toBeGreaterThan(200);
  await page.goto(`${collector.url}/calls?${SLICE}&where=feature:search`);
  expect(await totalOf(calls.length)).toBe(sumOf(calls));
  expect(await keyOf(0)).toBe(calls[0]?.callId);
  await rows().first().getByRole('link').focus();
  await eventually(
    async () => {
      await page.keyboard.press('End');
      return page.getByText('That is all of this window.').count();
    },
    (ended) => ended === 1,
  );
  await page.keyboard.press('End');
  await page.locator(`[data-testid="call-row"][data-key="${calls.at(-1)?.callId}"]`).waitFor();
  expect(await rows().count()).toBeLessThan(80);
  expect(complaints).toEqual([]);
});

test(
  'a range, an order and columns are chosen on the page, and the address holds them',
  { timeout: 120_000 },
  async () => {
    await page.goto(`${collector.url}/calls?${SLICE}`);
    await rows().first().waitFor();
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByRole('combobox', { name: 'Where' }).fill('cost');
    await page.getByRole('option', { name: 'cost', exact: true }).click();
    await page.getByLabel('At least, USD').fill('0.02');
    await page.keyboard.press('Enter');
    const dear = await callsOf(`${SLICE}&where=costUsd:0.02..`);
    expect(dear.length).toBeGreaterThan(5);
    expect(dear.every(({ costUsd }) => picoOf(costUsd) >= 20_000_000_000n)).toBe(true);
    expect(await totalOf(dear.length)).toBe(sumOf(dear));

    await page.getByRole('columnheader', { name: 'Cost' }).getByRole('button').click();
    const [costliest] = await callsOf(`${SLICE}&where=costUsd:0.02..&order=costUsd`);
    await page.locator(`[data-testid="call-row"][data-key="${costliest?.callId}"][aria-rowindex="2"]`).waitFor();

    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('checkbox', { name: 'Model' }).click();
    await page.getByRole('checkbox', { name: 'Customer' }).click();
    await page.getByRole('button', { name: 'Move Cost up' }).click();
    await page.keyboard.press('Escape');
    const search = new URL(page.url()).searchParams;
    expect([search.getAll('where'), search.get('order')]).toEqual([['costUsd:0.02..'], 'costUsd']);
    expect(search.get('cols')).toBe('cost,feature,prompt,cached,out,duration,ttft,ended,user,customer');
    await eventually(
      () => page.getByRole('columnheader').allInnerTexts(),
      (heads) => heads[1]?.startsWith('Cost') === true && heads.at(-1) === 'Customer',
    );

    // What is filtered is taken along, every call of it and to the last place.
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'CSV' }).click(),
    ]);
    const [head, ...lines] = (await readFile(await file.path(), 'utf8')).trimEnd().split('\r\n');
    expect(head).toMatch(/^startedAt,callId,costUsd,feature,/);
    expect(lines.map((line) => line.split(',')[2])).toEqual(
      (await callsOf(`${SLICE}&where=costUsd:0.02..&order=costUsd`)).map(({ costUsd }) => costUsd),
    );
    expect(complaints).toEqual([]);
  },
);

test(
  'whoever chose by mouse what to filter by types its value, and not on in the name',
  { timeout: 60_000 },
  async () => {
    await page.goto(`${collector.url}/calls?${SLICE}`);
    await rows().first().waitFor();
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByRole('combobox', { name: 'Where' }).click();
    await page.getByRole('option', { name: 'customer', exact: true }).click();
    await page.locator('[data-autofocus]:focus').waitFor();
    await page.keyboard.type('glo');
    expect(await page.getByRole('combobox', { name: 'Where' }).inputValue()).toBe('customer');
    const values = page.getByRole('listbox', { name: 'Values' }).getByRole('option');
    await eventually(
      () => values.allInnerTexts(),
      (names) => names.length > 0 && names.every((name) => name.startsWith('glo')),
    );
    await page.keyboard.press('Escape');
    expect(complaints).toEqual([]);
  },
);

test('a range of one’s own is in the time zone of the page, wherever the reader is', { timeout: 60_000 }, async () => {
  const away = await browser.newPage({ timezoneId: 'Asia/Tokyo' });
  for (const [zone, from] of [
    ['', '17 Nov 2026 00:00'],
    ['&tz=America/Los_Angeles', '16 Nov 2026 16:00'],
  ] as const) {
    await away.goto(`${collector.url}/calls?${SLICE}${zone}`);
    await away.locator('.filter-bar button[data-variant="filled"]').click();
    const begins = away.getByLabel(zone ? 'From (America/Los Angeles)' : 'From (UTC)');
    await begins.waitFor();
    expect(await begins.innerText()).toBe(from);
    await away.getByRole('button', { name: 'Show this range' }).click();
    await begins.waitFor({ state: 'detached' });
    expect(new URL(away.url()).searchParams.get('from')).toBe('2026-11-17T00:00Z');
  }
  await away.close();
});

test(
  'names of any length leave the figures beside them in view, and are whole for who asks',
  { timeout: 60_000 },
  async () => {
    const [feature, model] = ['f'.repeat(250), 'claude-'.repeat(30)];
    for (const [id, name] of [
      ['msg_wide_1', 'claude-opus-5-5'],
      ['msg_wide_2', model],
    ])
      await send('/api/calls', {
        ...POSTED,
        feature,
        startedAt: '2026-11-16T12:00:00Z',
        response: { ...POSTED.response, id, model: name },
      });
    await page.goto(`${collector.url}/spend?from=2026-11-16T00:00Z&to=2026-11-17T00:00Z&refresh=off`);
    await page.getByTestId('call-row').first().waitFor();
    await standsStill(page);
    const tables = await page.locator('.scroll-table').evaluateAll((all) => all.map((one) => one.scrollWidth - one.clientWidth)); // prettier-ignore
    expect(tables).toEqual(tables.map(() => 0));
    expect(await page.locator(`.scroll-table [title="${feature}"]`).count()).toBe(3);
    expect(await page.locator(`.scroll-table [title="${model}"]`).count()).toBe(2);
    expect(await page.getByRole('columnheader', { name: model }).count()).toBe(1);
  },
);

test('a sum that lacks the price of one of its calls says so, wherever it stands', { timeout: 60_000 }, async () => {
  const window = `${SLICE}&refresh=off`;
  // One call of the day is of a model without a price; it ended well.
  await page.goto(`${collector.url}/spend?${window}&across=outcome`);
  const cells = page.locator('[data-testid="pivot-total"] [data-testid="pivot-cell"]');
  await cells.first().waitFor();
  expect(await cells.and(page.locator('[data-key="ok"]')).innerText()).toMatch(/^\$[\d.]+ \+\?$/);
  await page.goto(`${collector.url}/?${window}`);
  const total = page.locator('tfoot td').first();
  await total.waitFor();
  expect(await total.innerText()).toMatch(/^\$[\d.]+ \+\?$/);
  expect(await page.locator('.headline', { has: page.getByTestId('spend-total') }).innerText()).toContain('+?');
});

test('on a wall the panels stand in more columns, up to its edge', { timeout: 60_000 }, async () => {
  const wall = await browser.newPage({ viewport: { width: 2560, height: 1440 } });
  await wall.goto(`${collector.url}/errors?${SLICE}&refresh=off`);
  await standsStill(wall);
  const boxes = await Promise.all((await wall.locator('main section').all()).map((panel) => panel.boundingBox()));
  const [first] = boxes;
  const besides = boxes.filter((box) => box?.y === first?.y);
  expect([boxes.length, besides.length]).toEqual([6, 3]);
  expect(Math.max(...besides.map((box) => (box?.x ?? 0) + (box?.width ?? 0)))).toBeGreaterThan(2500);
  await wall.close();
});

test('a call is opened beside the list and the arrows go on to the next', { timeout: 120_000 }, async () => {
  const calls = await callsOf(`${SLICE}&where=feature:search`);
  await page.goto(`${collector.url}/calls?${SLICE}&where=feature:search`);
  await rows().first().waitFor();
  await rows().first().getByRole('link').focus();
  await page.keyboard.press('Enter');
  for (const call of calls.slice(0, 2)) {
    await page.locator(`[data-testid="call-drawer"][data-key="${call.callId}"]`).waitFor();
    await drawer().locator(`[data-testid="receipt-total"][data-value="${call.costUsd}"]`).waitFor();
    await page.keyboard.press('ArrowDown');
  }
  await page.locator(`[data-testid="call-drawer"][data-key="${calls[2]?.callId}"]`).waitFor();
  const similar = drawer().getByTestId('similar-calls');
  await similar.waitFor();
  const href = new URL((await similar.getAttribute('href')) ?? '', collector.url);
  expect((await callsOf(href.search.slice(1))).map(({ callId }) => callId)).toContain(calls[2]?.callId);
  expect(await similar.getAttribute('data-value')).toBe(String((await callsOf(href.search.slice(1))).length));
  await page.keyboard.press('Escape');
  await drawer().waitFor({ state: 'detached' });
  expect(new URL(page.url()).searchParams.has('call')).toBe(false);
  // What was closed does not come back with Back, which leads to where one was before the list.
  await page.goBack();
  await drawer().waitFor({ state: 'detached' });
  expect(new URL(page.url()).searchParams.has('call')).toBe(false);
  expect(complaints).toEqual([]);
});

const post = (id: string) =>
  send('/api/calls', { ...POSTED, startedAt: new Date().toISOString(), response: { ...POSTED.response, id } });

test(
  'what comes in is on top at once and marked; a paused list says how many it lacks',
  { timeout: 120_000 },
  async () => {
    await post('msg_tail_1');
    await page.goto(`${collector.url}/calls?range=1h&refresh=live&where=feature:tail`);
    await page.locator('[data-testid="live"][data-value="live"]').waitFor();
    await page.locator('[data-key="msg_tail_1"]').waitFor();
    await post('msg_tail_2');
    await page.locator('tr.is-fresh[data-key="msg_tail_2"][aria-rowindex="2"]').waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await post('msg_tail_3');
    await page.locator('[data-testid="newer-calls"][data-value="1"]').waitFor();
    expect(await page.locator('tr[data-key="msg_tail_3"]').count()).toBe(0);
    await page.getByTestId('newer-calls').click();
    // Sooner than the list is asked again by itself.
    await page.locator('tr[data-key="msg_tail_3"][aria-rowindex="2"]').waitFor({ timeout: 8_000 });
    expect(complaints).toEqual([]);
  },
);

test(
  'the palette leads to pages, values, ranges and the call of an id, by keyboard alone',
  { timeout: 120_000 },
  async () => {
    const [call] = await callsOf(`${SLICE}&where=feature:search`);
    await page.goto(`${collector.url}/calls?${SLICE}`);
    await rows().first().waitFor();
    const go = async (typed: string, first: string | RegExp) => {
      await page.keyboard.press('Control+k');
      const field = page.getByLabel('Page, time range, value or id');
      await field.waitFor();
      await field.fill(typed);
      await page.locator('[data-selected]', { hasText: first }).waitFor();
      await page.keyboard.press('Enter');
      await field.waitFor({ state: 'detached' });
    };
    await go('feature: sear', 'feature: search');
    await page.waitForURL(/\/calls\?.*where=feature%3Asearch/);
    await go('spend', 'Spend');
    await page.waitForURL(/\/spend\?.*where=feature%3Asearch/);
    await go('last 30', 'Last 30 days');
    await page.waitForURL(/\/spend\?.*range=30d/);
    for (const id of [call?.callId, call?.requestId]) {
      await go(id ?? '', 'claude-');
      await page.waitForURL(`${collector.url}/calls/${call?.callId}`);
      await page.goBack();
    }
    await go(call?.traceId ?? '', /claude-|Trace/);
    await page.waitForURL(/\/(traces|calls)\//);
    await page.keyboard.press('Control+k');
    const field = page.getByLabel('Page, time range, value or id');
    for (const typed of ['no such thing', 'no-such-id-either']) {
      await field.fill(typed);
      await page.getByText(`Nothing matches “${typed}”`).waitFor();
    }
    await field.fill('spend');
    await page.locator('[data-selected]', { hasText: 'Spend' }).waitFor();
    expect(await page.getByText('Nothing matches').count()).toBe(0);
    expect(complaints).toEqual([]);
  },
);

/** The day's calls stay as they are: what one number was held against is not asked again for another. */
const answers = new Map<string, Promise<unknown>>();
function askOnce<Answer>(path: string): Promise<Answer> {
  const answer = answers.get(path) ?? getJson<Answer>(path);
  answers.set(path, answer);
  return answer as Promise<Answer>;
}
/** So many lists of calls are compared with the numbers that lead to them, of a long page some from all over it. */
const MOST_LISTS = 20;
/** Numbers on a page that lead nowhere, and numbers that no figure of the calls behind them is. */
async function strayNumbers(path: string): Promise<{ compared: number; strays: string[] }> {
  await page.goto(`${collector.url}${path}`);
  await standsStill(page);
  const numbers = await numbersOn(page);
  const strays = leadingNowhere(path, numbers);
  const lists = Map.groupBy(ofTheirCalls(path, numbers), ({ href }) => href);
  const apart = Math.ceil(lists.size / MOST_LISTS);
  const all = await figuresOf(askOnce, new URL(path, collector.url).searchParams, null).then(({ row }) => row);
  let compared = 0;
  for (const [href, those] of [...lists].filter((_, index) => index % apart === 0)) {
    const { matches } = await figuresOf(askOnce, new URL(href, collector.url).searchParams, all);
    for (const { text, panel, words } of those) {
      compared++;
      if (!(await matches(text))) strays.push(`${path} "${panel}": ${text} in "${words}" is no figure of ${href}`);
    }
  }
  return { compared, strays };
}

test.each([
  ['/', 20],
  ['/?table=spend', 20],
  ['/spend', 20],
  ['/latency', 20],
  ['/cache', 20],
  ['/errors', 20],
  ['/coverage', 10],
  ['/prices/unpriced', 1],
  ['/budgets', 4],
  ['/calls', 0],
  ['/connect', 0],
  ['/settings', 0],
])('every number on %s leads to calls, and is a figure of exactly those', { timeout: 120_000 }, async (path, least) => {
  const { compared, strays } = await strayNumbers(`${path}${path.includes('?') ? '&' : '?'}${SLICE}&refresh=off`);
  expect(strays).toEqual([]);
  expect(compared).toBeGreaterThanOrEqual(least);
  expect(complaints).toEqual([]);
});

test(
  'a point of a line leads to its calls, and a cell of the heat map is chosen by keys',
  { timeout: 120_000 },
  async () => {
    await page.goto(`${collector.url}/latency?${SLICE}&refresh=off`);
    await standsStill(page);
    await page.getByRole('application', { name: /^Calls by latency/ }).focus();
    for (const key of ['ArrowLeft', 'ArrowUp', 'Shift+ArrowLeft', 'Enter']) await page.keyboard.press(key);
    await page.waitForURL(/slow=/);
    const chart = page.getByRole('group', { name: /^Percentiles of latency/ });
    await chart.hover();
    await chart.locator('a circle').first().click();
    await page.waitForURL(/\/calls\?/);
    const { searchParams } = new URL(page.url());
    const calls = await callsOf(searchParams.toString());
    expect(Date.parse(searchParams.get('to') ?? '') - Date.parse(searchParams.get('from') ?? '')).toBe(3_600_000);
    expect(await totalOf(calls.length)).toBe(sumOf(calls));
    expect(complaints).toEqual([]);
  },
);
