// How long a reader waits: from opening the overview to the first bar, with a processor a quarter as fast, and the longest time
// that an interaction holds the page up, also over a chart of 5,000 points. In the system's Chromium, over a ledger of a million
// calls (or as many as the first argument says) that a collector process serves. The ledger is settled before: a collector that has
// just been given a million calls at once is another thing.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { LIST_PRICES } from '../instrumentation/src/pricing/index.ts';
import { createLog } from '../collector/src/log.ts';
import { systemClock } from '../collector/src/ports.ts';
import { fillLedger } from '../collector/src/repricing/many-calls.ts';
import { createSettler } from '../collector/src/settle/settler.ts';
import { openStore } from '../collector/src/store/connect.ts';
import { createDirtyHours } from '../collector/src/store/dirty-hours.ts';
import { migrate } from '../collector/src/store/migrate.ts';
import { startBrowser } from '../test/browser.ts';
import {
  answerMinutes,
  firstChart,
  longestTask,
  longestWork,
  watchFirstChart,
  workOf,
} from '../test/look/first-chart.ts';
import { standsStill } from '../test/look/pages.ts';
import { removeFolder, startCollector, temporaryFolder } from '../test/processes.ts';
import { fillOnce, KEPT_LEDGERS, print, quantile, type Result } from './bench.ts';

const CALLS = Number(process.argv[2] ?? 1_000_000);
const OPENINGS = 5;
const POINTS = 5000;
// The twenty days that fillLedger tells.
const WINDOW = 'from=2026-10-16T00:00Z&to=2026-11-05T00:00Z&refresh=off';

const QUIET_MS = 1000;
/** Resolves when nothing is asked any more: what a page does after it was acted upon comes bit by bit. */
async function settles(page: Page): Promise<void> {
  const asked = () => page.evaluate<number>("performance.getEntriesByType('resource').length");
  for (let before = -1, now = await asked(); now !== before;) {
    await page.waitForTimeout(QUIET_MS);
    [before, now] = [now, await asked()];
  }
  await standsStill(page);
}

/** The longest task while something is done, by the clock, 0 when none was longer than 50; and in the thread's own time. */
async function longestOf(page: Page, act: () => Promise<unknown>): Promise<{ ms: number; workMs: number }> {
  await longestTask(page);
  const workMs = await longestWork(page, async () => {
    await act();
    await settles(page);
  });
  return { ms: await longestTask(page), workMs };
}

const PAGES = { Overview: '', Spend: 'spend', Latency: 'latency', Cache: 'cache', Errors: 'errors', Calls: 'calls' };
const inBar = (page: Page) => page.getByRole('group', { name: 'Time range and filters' });
const compare = (page: Page) => inBar(page).getByRole('switch', { name: 'Compare' }).press('Space');
/** What a reader does on each of the pages of calls: first what opens, then what writes into the address. */
const OPENING: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  'filter opened': (page) => inBar(page).getByRole('button', { name: 'Filter', exact: true }).click(),
  'typed in it': (page) => page.getByLabel('is', { exact: true }).pressSequentially('e'),
};
const CHANGING: typeof OPENING = {
  'filter chosen': (page) => page.getByRole('option').first().click(),
  'filter removed': (page) =>
    inBar(page)
      .getByRole('button', { name: /^Remove the filter/ })
      .click(),
  'compared no longer': compare,
  'compared again': compare,
  'range changed': (page) => inBar(page).getByText('90 d', { exact: true }).click(),
};
async function change(page: Page, act: (page: Page) => Promise<unknown>): Promise<void> {
  const before = page.url();
  await act(page);
  await page.waitForURL(({ href }) => href !== before);
}

type At = (part: number) => readonly [x: number, y: number];
async function chartOf(page: Page): Promise<At> {
  const chart = page.locator('#spend .recharts-wrapper');
  await chart.waitFor();
  const box = await chart.boundingBox();
  if (!box) throw new Error('the chart of the spend is not drawn');
  return (part) => [box.x + box.width * part, box.y + box.height * 0.4];
}
async function moveOver(page: Page, at: At): Promise<void> {
  for (let step = 0; step <= 60; step++) await page.mouse.move(...at(0.1 + (step / 60) * 0.8));
}
async function choose(page: Page, at: At): Promise<void> {
  await page.mouse.move(...at(0.3));
  await page.mouse.down();
  await page.mouse.move(...at(0.6), { steps: 12 });
  await page.mouse.up();
}

const folder = KEPT_LEDGERS === null ? await temporaryFolder() : join(KEPT_LEDGERS, `dashboard-${CALLS}`);
await mkdir(folder, { recursive: true });
try {
  const store = await openStore({ kind: 'embedded', dataDir: folder });
  await migrate(store);
  await fillOnce(store, CALLS, () => fillLedger(store, CALLS, LIST_PRICES));
  const dirtyHours = createDirtyHours(store);
  await createSettler({ store, dirtyHours, clock: systemClock, log: createLog(() => {}) }).settleAll({ quietMs: 0 });
  await store.close();
  const [collector, browser] = await Promise.all([
    startCollector({ SPANLEDGER_DATA_DIR: folder, SPANLEDGER_SETTLE_AFTER_MS: '0' }),
    startBrowser(),
  ]);
  try {
    const overview = `${collector.url}/?${WINDOW}`;
    const open = async (slower: number, prepare: (page: Page) => Promise<unknown> = async () => {}) => {
      // A context of its own: nothing is cached, neither files nor answers.
      const page = await (await browser.newContext({ viewport: { width: 1440, height: 1000 } })).newPage();
      // A busy machine is waited for.
      page.setDefaultTimeout(120_000);
      await watchFirstChart(page);
      const work = await workOf(page);
      await prepare(page);
      const devtools = await page.context().newCDPSession(page);
      await devtools.send('Emulation.setCPUThrottlingRate', { rate: slower });
      await page.goto(overview, { waitUntil: 'commit' });
      const { ms, fetched } = await firstChart(page);
      const first = { ms, files: fetched.length, workMs: await work() };
      await standsStill(page);
      return { page, first };
    };
    const firsts: Awaited<ReturnType<typeof open>>['first'][] = [];
    const works: number[] = [];
    for (let opening = 0; opening < OPENINGS; opening++) {
      for (const slower of [4, 1]) {
        const { page, first } = await open(slower);
        if (slower === 4) firsts.push(first);
        else works.push(first.workMs);
        await page.context().close();
      }
    }

    const { page } = await open(1);
    const at = await chartOf(page);
    const interactions: Result[] = [];
    const measure = async (name: string, act: () => Promise<unknown>, on = page) => {
      const { ms, workMs } = await longestOf(on, act);
      interactions.push({ name: `longest task: ${name}`, value: ms, unit: 'ms' });
      interactions.push({ name: `longest task: ${name}, work`, value: workMs, unit: 'ms of CPU' });
    };
    await measure('moving over the chart', () => moveOver(page, at));
    await measure('choosing a stretch of it', () => choose(page, at));
    await measure('filtering by a feature', () => page.locator('.legend a').first().click());
    await measure('another page', () => page.getByRole('link', { name: 'Spend', exact: true }).click());
    await measure('sorting', () => page.locator('button.order-by').first().click());
    await measure('the calls', () => page.getByRole('link', { name: 'Calls', exact: true }).click());

    for (const [name, path] of Object.entries(PAGES)) {
      await page.goto(`${collector.url}/${path}?${WINDOW}`);
      await settles(page);
      const longest: { act: string; ms: number; workMs: number }[] = [];
      for (const [act, doIt] of Object.entries(OPENING))
        longest.push({ act, ...(await longestOf(page, () => doIt(page))) });
      for (const [act, doIt] of Object.entries(CHANGING))
        longest.push({ act, ...(await longestOf(page, () => change(page, doIt))) });
      const most = longest.reduce((one, other) => (other.workMs > one.workMs ? other : one));
      const ms = Math.max(...longest.map((one) => one.ms));
      interactions.push({ name: `longest task of seven things done on ${name}`, value: ms, unit: 'ms' });
      interactions.push({ name: `... its work (${most.act})`, value: most.workMs, unit: 'ms of CPU' });
    }

    const many = (await open(4, (one) => answerMinutes(one, POINTS))).page;
    const over = await chartOf(many);
    const name = `${POINTS} points, slowed 4 times`;
    await measure(`${name}: moving over the chart`, () => moveOver(many, over), many);
    await measure(`${name}: choosing a stretch of it`, () => choose(many, over), many);

    print('dashboard', [
      { name: 'calls', value: CALLS, unit: 'calls' },
      {
        name: 'first bar, processor slowed 4 times, median of 5',
        value: quantile(
          firsts.map(({ ms }) => ms),
          0.5,
        ),
        unit: 'ms',
      },
      { name: 'first bar, fastest', value: Math.min(...firsts.map(({ ms }) => ms)), unit: 'ms' },
      { name: 'files and questions before it', value: Math.max(...firsts.map(({ files }) => files)), unit: 'requests' },
      { name: 'work of the page until then, not slowed, median of 5', value: quantile(works, 0.5), unit: 'ms of CPU' },
      ...interactions,
    ]);
  } finally {
    await browser.close();
    await collector.end('SIGTERM');
  }
} finally {
  if (KEPT_LEDGERS === null) await removeFolder(folder);
}
