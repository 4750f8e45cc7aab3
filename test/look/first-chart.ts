// What the first chart of a page takes, for its budget (test/first-chart.test.ts) and its bench (bench/dashboard.ts): when it is
// painted, what was fetched until then, and the time the page's own thread worked, which does not count what other programs of the
// machine do meanwhile.
import type { Page } from 'playwright-core';

// A chart counts when it has been painted: in the frame after its marks were drawn.
const WATCH = `
  window.longestMs = 0;
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) window.longestMs = Math.max(window.longestMs, task.duration);
  }).observe({ type: 'longtask' });
  window.firstChart = new Promise((painted) =>
    new MutationObserver((_, watch) => {
      if (!document.querySelector('[data-testid="first-mark"], [data-testid="spend-bar"]')) return;
      watch.disconnect();
      const fetched = performance.getEntriesByType('resource').map(({ name }) => name);
      requestAnimationFrame(() => requestAnimationFrame(() => painted({ ms: performance.now(), fetched })));
    }).observe(document, { childList: true, subtree: true }));`;

/** What was asked for until its marks were drawn, as URLs; from opening the address to its paint, by the clock. */
export interface FirstChart {
  ms: number;
  fetched: string[];
}

export const watchFirstChart = (page: Page): Promise<unknown> => page.addInitScript(WATCH);
export const firstChart = (page: Page): Promise<FirstChart> => page.evaluate<FirstChart>('window.firstChart');

/** The longest task since the last time this was asked, milliseconds; 0 when none was longer than 50, which is where they begin to count. */
export const longestTask = (page: Page): Promise<number> =>
  page.evaluate<number>('(([ms]) => ((window.longestMs = 0), ms))([window.longestMs])');

interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  /** Of the thread itself, microseconds. */
  tdur?: number;
  args?: { name?: string };
}

/** The longest that anything at one go kept a page's thread working while something was done, milliseconds of CPU. */
export async function longestWork(page: Page, act: () => Promise<unknown>): Promise<number> {
  const devtools = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  devtools.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await devtools.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel'] },
  });
  await act();
  const complete = new Promise((told) => devtools.once('Tracing.tracingComplete', told));
  await devtools.send('Tracing.end');
  await complete;
  await devtools.detach();
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const pages = new Set(
    events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain').map(threadOf),
  );
  const tasks = events.filter((event) => event.name.endsWith('RunTask') && pages.has(threadOf(event)));
  if (tasks.length === 0) throw new Error('the trace tells of no task of the page');
  return tasks.reduce((most, { tdur = 0 }) => Math.max(most, tdur / 1000), 0);
}

/** How long the page's thread has worked, milliseconds; of a page opened after this was called. */
export async function workOf(page: Page): Promise<() => Promise<number>> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000;
  };
}

/** Answers what the chart of the spend asks with as many minutes as wanted, of three features; everything else is asked as ever. */
export async function answerMinutes(page: Page, minutes: number): Promise<void> {
  const from = Date.UTC(2026, 10, 1);
  const instant = (minute: number) => new Date(from + minute * 60_000).toISOString();
  const rows = Array.from({ length: minutes }, (_, minute) =>
    [0, 1, 2].map((feature) => ({
      bucket: instant(minute),
      feature: `feature-${feature}`,
      costUsd: (1 + Math.abs(Math.sin(minute / 97 + feature)) + ((minute * 7919 + feature * 31) % 13) / 40).toFixed(12),
      calls: 3,
    })),
  ).flat();
  await page.route(
    ({ pathname, searchParams }) =>
      pathname === '/api/metrics' && searchParams.get('bucket') !== 'none' && searchParams.get('by') === 'feature',
    (route) =>
      route.fulfill({
        json: { from: instant(0), to: instant(minutes), bucket: 'minute', rows, unpricedCalls: 0, missingBefore: null },
      }),
  );
}
