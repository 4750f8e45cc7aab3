// How long a reader waits: from opening the overview to the first bar, with a processor a quarter as fast, and the longest time
// that an interaction holds the page up, also over a chart of 5,000 points. In the system's Chromium, over a ledger of a million
// calls (or as many as the first argument says) that a collector process serves. The ledger is settled before: a collector that has
// just been given a million calls at once is another thing.
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
import { answerMinutes, firstChart, longestTask, watchFirstChart, workOf } from '../test/look/first-chart.ts';
import { standsStill } from '../test/look/pages.ts';
import { removeFolder, startCollector, temporaryFolder } from '../test/processes.ts';
import { print, quantile, type Result } from './bench.ts';

const CALLS = Number(process.argv[2] ?? 1_000_000);
const OPENINGS = 5;
const POINTS = 5000;
// The twenty days that fillLedger tells.
const WINDOW = 'from=2026-10-16T00:00Z&to=2026-11-05T00:00Z&refresh=off';

/** The longest task while something is done, milliseconds; 0 when none was longer than 50. */
async function longestOf(page: Page, act: () => Promise<unknown>): Promise<number> {
  await longestTask(page);
  await act();
  await standsStill(page);
  return longestTask(page);
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

const folder = await temporaryFolder();
try {
  const store = await openStore({ kind: 'embedded', dataDir: folder });
  await migrate(store);
  await fillLedger(store, CALLS, LIST_PRICES);
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
    const measure = async (name: string, act: () => Promise<unknown>, on = page) =>
      interactions.push({ name: `longest task: ${name}`, value: await longestOf(on, act), unit: 'ms' });
    await measure('moving over the chart', () => moveOver(page, at));
    await measure('choosing a stretch of it', () => choose(page, at));
    await measure('filtering by a feature', () => page.locator('.legend a').first().click());
    await measure('another page', () => page.getByRole('link', { name: 'Spend', exact: true }).click());
    await measure('sorting', () => page.locator('button.order-by').first().click());
    await measure('the calls', () => page.getByRole('link', { name: 'Calls', exact: true }).click());

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
  await removeFolder(folder);
}
