// `npm run screenshots`: every page as it looks on a day of the demo, in light and dark, on a desk, a phone and a wall; empty,
// with the API failing, and out of date. Into .cache/screenshots, the good ones into docs/screenshots. Fails, naming each,
// when a page is wider than its window, says something on the console, shuts somebody out (axe), has a blank panel, or shows a
// number that leads to no calls.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startBrowser } from '../browser.ts';
import { removeFolder, startCollector, startReceiver, temporaryFolder } from '../processes.ts';
import { EXPLAINED } from './explained.ts';
import { placesOf, tellMonth, tellTheRest } from './ledger.ts';
import { leadingNowhere, numbersOn } from './numbers.ts';
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
const HEIGHTS = { 1440: 1000, 390: 844, 2560: 1440 } as const;
type Width = keyof typeof HEIGHTS;
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

/** Stands in the folder of a ledger that was told whole. */
const TOLD = 'told-whole';
/** Of all that makes the month what it is. */
async function fingerprint(): Promise<string> {
  const demo = join(ROOT, 'demo', 'src');
  const files = [
    join(import.meta.dirname, 'ledger.ts'),
    ...(await readdir(demo)).toSorted().map((name) => join(demo, name)),
  ];
  const hash = createHash('sha256').update(`${AT} ${DAYS}`);
  for (const file of files) hash.update(await readFile(file));
  return hash.digest('hex').slice(0, 12);
}

/** A busy machine is waited for. */
const PATIENCE_MS = 180_000;

const faults: string[] = [];
let shots = 0;
let kept = 0;

interface State {
  name: 'full' | 'empty' | 'error' | 'old';
  url: string;
  /** What the API says that the page cannot show. */
  expected?: RegExp;
}

type Kept = Awaited<ReturnType<BrowserContext['storageState']>>;

async function open(browser: Browser, width: Width, kept?: Kept): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width, height: HEIGHTS[width] },
    timezoneId: 'UTC',
    locale: 'en-GB',
    reducedMotion: 'reduce',
    ...(kept && { storageState: kept }),
  });
  await context.clock.setFixedTime(AT);
  return context;
}

/** What a browser keeps that has seen the overview: all pictures are one reader's, in whose browser a name has one colour. */
async function seen(browser: Browser, url: string): Promise<Kept> {
  const context = await open(browser, 1440);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(`${url}/${SEARCH}`);
  await standsStill(page);
  const kept = await context.storageState();
  await context.close();
  return kept;
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

/** One page in one state at one width: it is opened once, and the colours change while it is open. */
interface Job {
  page: PageToLookAt;
  state: State;
  width: Width;
  schemes: readonly (typeof SCHEMES)[number][];
  /** Whether it is looked at for what shuts people out, and for numbers that lead nowhere: of each page in some of its looks. */
  thorough: boolean;
}

/**
 * In a window as high as the page: for a picture beyond its window the browser lays the page out anew, at another width for a
 * moment, and charts that measure themselves would be in it at that width.
 */
async function wholePage(page: Page, width: Width, path: string): Promise<void> {
  const height = Math.max(HEIGHTS[width], await page.evaluate<number>('document.documentElement.scrollHeight'));
  await page.setViewportSize({ width, height });
  await standsStill(page);
  await page.screenshot({ path, fullPage: true });
  await page.setViewportSize({ width, height: HEIGHTS[width] });
}

async function take(page: Page, { width, schemes, thorough }: Job, title: string, path: string) {
  for (const scheme of schemes) {
    await light(page, scheme);
    const file = `${title}-${scheme}-${width}`;
    const wider = await overflowOf(page);
    if (wider > 0) faults.push(`${file}: ${wider} px wider than its window`);
    if (thorough) for (const violation of await violationsOf(page)) faults.push(`${file}: ${violation}`);
    if (GOOD.includes(file)) {
      await page.screenshot({ path: join(KEPT, `${file}.png`) });
      kept++;
    }
    await wholePage(page, width, join(ALL, `${file}.png`));
    shots++;
  }
  if (thorough) faults.push(...leadingNowhere(path, await numbersOn(page)));
  const blank: string[] = await page.evaluate(BLANK);
  faults.push(...blank.map((panel) => `${title}-${width}: the panel "${panel}" is blank`));
}

/** Panels in which there is nothing to see: no words, no picture, nothing to press. */
const BLANK = `[...document.querySelectorAll('main section')]
  .filter((panel) => [...panel.children].every((part) => part.matches('header') || (part.innerText.trim() === '' && !part.querySelector('svg, input, button'))))
  .map((panel) => panel.querySelector('h2, h3')?.textContent ?? '')`;

async function look(context: BrowserContext, job: Job): Promise<void> {
  const { page: what, state, width } = job;
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const title = state.name === 'full' ? what.name : `${what.name}-${state.name}`;
  const path = what.path(state.name === 'old' ? '?range=30d&refresh=5s' : SEARCH);
  listenTo(page, () => `${title}-${width}`, what.expected ?? state.expected);
  // Some notes come with an answer that no panel waits for.
  const answers: Promise<unknown>[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/api/')) answers.push(request.response().catch(() => null));
  });
  if (state.name === 'error') {
    const body = { error: { code: 'internal', message: 'The ledger could not answer. Request id req_8f21.' } };
    await page.route('**/api/**', (route) => route.fulfill({ status: 500, json: body }));
  }
  try {
    await page.goto(`${state.url}${path}`);
    await standsStill(page);
    await Promise.all(answers);
    await what.act?.(page);
    await standsStill(page);
    if (state.name === 'old') {
      await page.route('**/api/**', (route) => route.abort());
      // Each panel asks in its own time.
      await page.locator('main section.panel:not(:has(.note-bad))').first().waitFor({ state: 'detached' });
    }
    await take(page, job, title, path.split('?')[0] ?? path);
  } catch (error) {
    faults.push(`${title}-${width}: ${(error as Error).message.split('\n')[0]}`);
  }
  await page.close();
}

/** Some at once: while one waits for an answer another is drawn. */
const AT_ONCE = 3;
async function lookAt(browser: Browser, kept: Kept, jobs: readonly Job[]): Promise<void> {
  const left = [...jobs];
  const pictures = jobs.reduce((sum, { schemes }) => sum + schemes.length, 0);
  const begun = performance.now();
  const work = async () => {
    const contexts = new Map<Width, BrowserContext>();
    for (let job = left.shift(); job; job = left.shift()) {
      const context = contexts.get(job.width) ?? (await open(browser, job.width, kept));
      contexts.set(job.width, context);
      await look(context, job);
      const seconds = Math.round((performance.now() - begun) / 1000);
      console.log(`${shots} of ${pictures} pictures, ${seconds} s: ${job.page.name} ${job.state.name} ${job.width}`);
    }
    for (const context of contexts.values()) await context.close();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

// The month takes minutes to tell and is always the same: told once, it is kept for the next time.
const told = join(ROOT, '.cache', `look-ledger-${await fingerprint()}`);
const isTold = existsSync(join(told, TOLD));
if (!isTold) await rm(told, { recursive: true, force: true });
const nothing = await temporaryFolder();
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
  startCollector(env(told)),
  startCollector(env(nothing)),
  startBrowser(),
]);
try {
  await rm(ALL, { recursive: true, force: true });
  await mkdir(ALL, { recursive: true });
  await mkdir(KEPT, { recursive: true });
  if (!isTold) {
    console.log(`telling ${DAYS} days ...`);
    await tellMonth(full.url, Date.parse(AT), DAYS);
    await tellTheRest(full.url, Date.parse(AT), receiver.url);
    await writeFile(join(told, TOLD), '');
  }
  const named = (every: readonly PageToLookAt[]) =>
    wanted.length === 0 ? every : every.filter(({ name }) => wanted.includes(name));
  const pages = named(pagesOf(await placesOf(full.url)));
  const own = pages.filter(({ name }) => name !== 'call' && name !== 'trace');
  const old = pages.filter(({ name }) => name === 'overview' || name === 'calls');
  // What the browser itself says of an answer that is none.
  const unanswered = /Failed to load resource/;
  const states = {
    full: { name: 'full', url: full.url },
    empty: { name: 'empty', url: empty.url },
    error: { name: 'error', url: full.url, expected: unanswered },
    old: { name: 'old', url: full.url, expected: unanswered },
  } as const satisfies Record<string, State>;
  const both = (among: readonly PageToLookAt[], state: State, thorough: boolean): Job[] =>
    among.flatMap((page) => [
      { page, state, width: 1440, schemes: SCHEMES, thorough },
      { page, state, width: 390, schemes: state.name === 'full' ? SCHEMES : ['light'], thorough: false },
    ]);
  await lookAt(browser, await seen(browser, full.url), [
    ...both([...pages, ...named(EXPLAINED)], states.full, true),
    ...both(own, states.empty, true),
    ...both(pages, states.error, false),
    ...old.map((page): Job => ({ page, state: states.old, width: 1440, schemes: SCHEMES, thorough: false })),
    ...pages.map((page): Job => ({ page, state: states.full, width: 2560, schemes: ['dark'], thorough: false })),
  ]);
} finally {
  await browser.close();
  await Promise.all([full.end('SIGTERM'), empty.end('SIGTERM'), receiver.close()]);
  await removeFolder(nothing);
}
console.log(`${shots} pictures in .cache/screenshots, ${kept} of them in docs/screenshots`);
for (const fault of faults) console.error(fault);
if (faults.length > 0) {
  console.error(`${faults.length} faults`);
  process.exitCode = 1;
}
