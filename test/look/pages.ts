// Every page of the dashboard, and how to know that it stands still. A new page is added here: then it is photographed, and
// looked at for what shuts people out.
import type { Page } from 'playwright-core';

export interface PageToLookAt {
  name: string;
  /** With the window and the filters, which begin with a question mark. */
  path: (search: string) => string;
  /** What a reader does on it first. */
  act?: (page: Page) => Promise<void>;
  /** What the browser may say of that on its console. */
  expected?: RegExp;
}

const plain = (path: string) => () => path;
const sliced = (path: string) => (search: string) => `${path}${search}`;

/** The call and the trace are of the ledger that is looked at. */
export const pagesOf = ({ callId, traceId }: { callId: string; traceId: string }): PageToLookAt[] => [
  { name: 'overview', path: sliced('/') },
  { name: 'spend', path: sliced('/spend') },
  { name: 'latency', path: sliced('/latency') },
  { name: 'cache', path: sliced('/cache') },
  { name: 'errors', path: sliced('/errors') },
  { name: 'calls', path: sliced('/calls') },
  { name: 'call', path: plain(`/calls/${encodeURIComponent(callId)}`) },
  { name: 'trace', path: plain(`/traces/${encodeURIComponent(traceId)}`) },
  { name: 'budgets', path: plain('/budgets') },
  { name: 'price-cards', path: plain('/prices') },
  { name: 'own-prices', path: plain('/prices/own') },
  { name: 'unpriced', path: sliced('/prices/unpriced') },
  { name: 'repricing', path: plain('/prices/repricing') },
  { name: 'explain', path: plain('/explain') },
  { name: 'coverage', path: sliced('/coverage') },
  { name: 'connect', path: plain('/connect') },
  { name: 'settings', path: plain('/settings') },
];

// What runs in the page is text: these sources know no browser.
const TWO_FRAMES = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))';
/** Of what moves and will end. */
const MOVED = `Promise.allSettled(document.getAnimations()
  .filter((one) => Number.isFinite(one.effect?.getComputedTiming().endTime)).map((one) => one.finished)).then(() => {})`;

/** Resolves when no panel waits for an answer and the charts are the real ones, at their size. */
export async function standsStill(page: Page): Promise<void> {
  await page.locator('main h1, main h2').first().waitFor({ state: 'attached' });
  await page.locator('[aria-busy="true"], .mantine-Skeleton-root').first().waitFor({ state: 'detached' });
  await page.evaluate(TWO_FRAMES);
  await page.evaluate(MOVED);
}

/** Turns the lights on or off, and waits until all of the page has the colours. */
export async function light(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor({ state: 'attached' });
  await standsStill(page);
}

/** By how many pixels the page is wider than its window. */
export const overflowOf = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
