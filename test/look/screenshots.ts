// `npm run screenshots`: every page as it looks on a day of the demo, in light and dark, on a desk, a phone and a wall; empty,
// with the API failing, and out of date. Into .cache/screenshots, the good ones into docs/screenshots. Fails, naming each,
// when a page is wider than its window, says something on the console, or shuts somebody out (axe).
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startBrowser } from '../browser.ts';
import { removeFolder, startCollector, startReceiver, temporaryFolder } from '../processes.ts';
import { placesOf, tellMonth, tellTheRest } from './ledger.ts';
import { light, overflowOf, pagesOf, type PageToLookAt, standsStill } from './pages.ts';
import { violationsOf } from './violations.ts';

/** A Friday afternoon: the second day on which code reviews are sent whole files. */
const AT = '2026-11-20T15:30:00Z';
/** The month, and the one before to compare it with. */
const DAYS = 60;
const SEARCH = '?range=30d&refresh=off';
const ROOT = join(import.meta.dirname, '..', '..');
const ALL = join(ROOT, '.cache', 'screenshots');
const KEPT = join(ROOT, 'docs', 'screenshots');
const WIDTHS = { 1440: 1000, 390: 844 } as const;
const SCHEMES = ['light', 'dark'] as const;
/** What the README and the docs show; all else can be made again. */
const GOOD = [
  'overview-light-1440',
  'overview-dark-1440',
  'overview-light-390',
  'spend-light-1440',
  'latency-light-1440',
  'cache-dark-1440',
  'errors-light-1440',
  'calls-light-1440',
  'trace-dark-1440',
  'budgets-light-1440',
  'repricing-light-1440',
  'coverage-light-1440',
  'overview-empty-light-1440',
];
/** Only these pages, by name, when some are named. */
const wanted = process.argv.slice(2);

const faults: string[] = [];
let shots = 0;

interface State {
  name: 'full' | 'empty' | 'error' | 'old';
  url: string;
  /** What the API says that the page cannot show. */
  expected?: RegExp;
}

async function open(browser: Browser, width: number, height: number): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width, height },
    timezoneId: 'UTC',
    locale: 'en-GB',
    reducedMotion: 'reduce',
  });
  await context.clock.setFixedTime(AT);
  return context;
}

function listenTo(page: Page, what: () => string, expected?: RegExp): void {
  const hear = (words: string) => {
    if (!expected?.test(words)) faults.push(`${what()}: console: ${words}`);
  };
  page.on('pageerror', (error) => hear(error.message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) hear(message.text());
  });
}

async function take(page: Page, name: string, schemes: readonly (typeof SCHEMES)[number][], width: number) {
  for (const scheme of schemes) {
    await light(page, scheme);
    const file = `${name}-${scheme}-${width}`;
    const wider = await overflowOf(page);
    if (wider > 0) faults.push(`${file}: ${wider} px wider than its window`);
    for (const violation of await violationsOf(page)) faults.push(`${file}: ${violation}`);
    await page.screenshot({ path: join(ALL, `${file}.png`), fullPage: true });
    if (GOOD.includes(file)) await page.screenshot({ path: join(KEPT, `${file}.png`) });
    shots++;
  }
}

/** Each page once a width; the colours change while it is open. */
async function walk(browser: Browser, pages: readonly PageToLookAt[], state: State, widths: readonly (1440 | 390)[]) {
  for (const width of widths) {
    const context = await open(browser, width, WIDTHS[width]);
    for (const { name, path } of pages) {
      const page = await context.newPage();
      const title = state.name === 'full' ? name : `${name}-${state.name}`;
      listenTo(page, () => `${title}-${width}`, state.expected);
      if (state.name === 'error') {
        const body = { error: { code: 'internal', message: 'The ledger could not answer. Request id req_8f21.' } };
        await page.route('**/api/**', (route) => route.fulfill({ status: 500, json: body }));
      }
      try {
        await page.goto(`${state.url}${path(state.name === 'old' ? '?range=30d&refresh=5s' : SEARCH)}`);
        await standsStill(page);
        if (state.name === 'old') {
          await page.route('**/api/**', (route) => route.abort());
          await page.locator('.note-bad').first().waitFor();
        }
        await take(page, title, state.name === 'full' || width === 1440 ? SCHEMES : ['light'], width);
      } catch (error) {
        faults.push(`${title}-${width}: ${(error as Error).message.split('\n')[0]}`);
      }
      await page.close();
    }
    await context.close();
  }
}

async function onTheWall(browser: Browser, url: string, pages: readonly PageToLookAt[]) {
  const context = await open(browser, 2560, 1440);
  for (const { name, path } of pages) {
    const page = await context.newPage();
    listenTo(page, () => `${name}-2560`);
    await page.goto(`${url}${path(SEARCH)}`);
    await take(page, name, ['dark'], 2560);
    await page.close();
  }
  await context.close();
}

const folders = [await temporaryFolder(), await temporaryFolder()];
const receiver = await startReceiver();
const env = (folder: string) => ({
  SPANLEDGER_DATA_DIR: folder,
  SPANLEDGER_WEBHOOK_ALLOW: '127.0.0.1',
  SPANLEDGER_RETAIN_SPANS: 'forever',
  SPANLEDGER_SETTLE_AFTER_MS: '1000',
  SPANLEDGER_LOOK_AT: AT,
  NODE_OPTIONS: `--import ${pathToFileURL(join(import.meta.dirname, 'clock.mjs')).href}`,
});
const [full, empty, browser] = await Promise.all([
  startCollector(env(folders[0] ?? '')),
  startCollector(env(folders[1] ?? '')),
  startBrowser(),
]);
try {
  await rm(ALL, { recursive: true, force: true });
  await mkdir(ALL, { recursive: true });
  await mkdir(KEPT, { recursive: true });
  const now = Date.parse(AT);
  console.log(`telling ${DAYS} days ...`);
  await tellMonth(full.url, now, DAYS);
  await tellTheRest(full.url, now, receiver.url);
  const every = pagesOf(await placesOf(full.url));
  const pages = wanted.length === 0 ? every : every.filter(({ name }) => wanted.includes(name));
  // What the browser itself says of an answer that is none.
  const unanswered = /Failed to load resource/;
  console.log('looking ...');
  await walk(browser, pages, { name: 'full', url: full.url }, [1440, 390]);
  const own = pages.filter(({ name }) => name !== 'call' && name !== 'trace');
  await walk(browser, own, { name: 'empty', url: empty.url }, [1440, 390]);
  await walk(browser, pages, { name: 'error', url: full.url, expected: unanswered }, [1440, 390]);
  const old = pages.filter(({ name }) => name === 'overview' || name === 'calls');
  await walk(browser, old, { name: 'old', url: full.url, expected: unanswered }, [1440]);
  await onTheWall(browser, full.url, pages);
} finally {
  await browser.close();
  await Promise.all([full.end('SIGTERM'), empty.end('SIGTERM'), receiver.close()]);
  await Promise.all(folders.map(removeFolder));
}
console.log(`${shots} pictures in .cache/screenshots, ${GOOD.length} of them in docs/screenshots`);
for (const fault of faults) console.error(fault);
if (faults.length > 0) {
  console.error(`${faults.length} faults`);
  process.exitCode = 1;
}
