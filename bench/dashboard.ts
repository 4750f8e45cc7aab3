// How long a reader waits: from opening the overview to the first bar, with a processor a quarter as fast, and the longest time
// that an interaction holds the page up. In the system's Chromium, over a ledger of a million calls (or as many as the first
// argument says) that a collector process serves.
import type { Page } from 'playwright-core';
import { LIST_PRICES } from '../instrumentation/src/pricing/index.ts';
import { fillLedger } from '../collector/src/repricing/many-calls.ts';
import { openStore } from '../collector/src/store/connect.ts';
import { migrate } from '../collector/src/store/migrate.ts';
import { startBrowser } from '../test/browser.ts';
import { standsStill } from '../test/look/pages.ts';
import { removeFolder, startCollector, temporaryFolder } from '../test/processes.ts';
import { print, quantile, type Result } from './bench.ts';

const CALLS = Number(process.argv[2] ?? 1_000_000);
const OPENINGS = 5;
// The twenty days that fillLedger tells.
const WINDOW = 'from=2026-10-16T00:00Z&to=2026-11-05T00:00Z&refresh=off';

// Runs in the page before anything else. A bar counts when it has been painted: in the frame after it was drawn.
const WATCH = `
  window.longestMs = 0;
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) window.longestMs = Math.max(window.longestMs, task.duration);
  }).observe({ type: 'longtask' });
  window.firstBarMs = new Promise((painted) =>
    new MutationObserver((_, watch) => {
      if (!document.querySelector('[data-testid="first-mark"], [data-testid="spend-bar"]')) return;
      watch.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(() => painted(performance.now())));
    }).observe(document, { childList: true, subtree: true }));`;

/** The longest task while something is done, milliseconds; 0 when none was longer than 50, which is where they begin to count. */
async function longestOf(page: Page, act: () => Promise<unknown>): Promise<number> {
  await page.evaluate('window.longestMs = 0');
  await act();
  await standsStill(page);
  return page.evaluate<number>('window.longestMs');
}

const folder = await temporaryFolder();
try {
  const store = await openStore({ kind: 'embedded', dataDir: folder });
  await migrate(store);
  await fillLedger(store, CALLS, LIST_PRICES);
  await store.close();
  const [collector, browser] = await Promise.all([
    startCollector({ SPANLEDGER_DATA_DIR: folder, SPANLEDGER_SETTLE_AFTER_MS: '0' }),
    startBrowser(),
  ]);
  try {
    const overview = `${collector.url}/?${WINDOW}`;
    const open = async (slower: number) => {
      // A context of its own: nothing is cached, neither files nor answers.
      const page = await (await browser.newContext({ viewport: { width: 1440, height: 1000 } })).newPage();
      await page.addInitScript(WATCH);
      const devtools = await page.context().newCDPSession(page);
      await devtools.send('Emulation.setCPUThrottlingRate', { rate: slower });
      await page.goto(overview);
      await page.evaluate('window.firstBarMs');
      await standsStill(page);
      return page;
    };
    const firstBars: number[] = [];
    for (let opening = 0; opening < OPENINGS; opening++) {
      const page = await open(4);
      firstBars.push(await page.evaluate<number>('window.firstBarMs'));
      await page.context().close();
    }

    const page = await open(1);
    const chart = await page.locator('#spend .recharts-wrapper').boundingBox();
    if (!chart) throw new Error('the chart of the spend is not drawn');
    const at = (part: number) => [chart.x + chart.width * part, chart.y + chart.height * 0.4] as const;
    const interactions: Result[] = [];
    const measure = async (name: string, act: () => Promise<unknown>) =>
      interactions.push({ name: `longest task: ${name}`, value: await longestOf(page, act), unit: 'ms' });
    await measure('moving over the chart', async () => {
      for (let step = 0; step <= 60; step++) await page.mouse.move(...at(0.1 + (step / 60) * 0.8));
    });
    await measure('choosing a stretch of it', async () => {
      await page.mouse.move(...at(0.3));
      await page.mouse.down();
      await page.mouse.move(...at(0.6), { steps: 12 });
      await page.mouse.up();
    });
    await measure('filtering by a feature', () => page.locator('.legend a').first().click());
    await measure('another page', () => page.getByRole('link', { name: 'Spend', exact: true }).click());
    await measure('sorting', () => page.locator('button.sort').first().click());
    await measure('the calls', () => page.getByRole('link', { name: 'Calls', exact: true }).click());

    print('dashboard', [
      { name: 'calls', value: CALLS, unit: 'calls' },
      { name: 'first bar, processor slowed 4 times, median of 5', value: quantile(firstBars, 0.5), unit: 'ms' },
      { name: 'first bar, fastest', value: Math.min(...firstBars), unit: 'ms' },
      ...interactions,
    ]);
  } finally {
    await browser.close();
    await collector.end('SIGTERM');
  }
} finally {
  await removeFolder(folder);
}
