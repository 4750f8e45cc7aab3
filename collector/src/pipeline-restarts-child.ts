// For pipeline-restarts.test.ts: a process of its own that opens the ledger, takes the batches it is given, settles, and answers from all
// sides. Told to `fall`, it goes without closing anything.
import { text } from 'node:stream/consumers';
import { periodAt } from './budgets/period.ts';
import { budgetOf } from './budgets/fakes.ts';
import type { Report } from './calls/report.ts';
import { createPipeline } from './pipeline.ts';
import { systemClock } from './ports.ts';
import { createSettler } from './settle/settler.ts';
import { openStore, type StoreConfig } from './store/connect.ts';
import { createDirtyHours } from './store/dirty-hours.ts';
import { migrate } from './store/migrate.ts';
import { queryCalls } from './query/calls.ts';
import { queryMetrics } from './query/metrics.ts';
import { spendOf } from './query/spend.ts';
import { AT } from './query/told-calls.ts';

/** What is asked after each restart; sums of money in pico-USD. */
export interface Answers {
  byFeature: unknown[];
  byModel: unknown[];
  list: { feature: string | null; model: string | null; costUsd: string | null }[];
  spent: { feature: string; usdPico: string }[];
}

const [place = '', ending = ''] = process.argv.slice(2);
const batches = JSON.parse(await text(process.stdin)) as Report[][];
const now = () => Date.parse('2026-11-20T00:00:00Z');
const silent = { info: () => {}, warn: () => {}, error: () => {} };

const store = await openStore(JSON.parse(place) as StoreConfig);
await migrate(store);
const dirtyHours = createDirtyHours(store);
await dirtyHours.markLately();
for (const batch of batches) await createPipeline({ store, dirtyHours, now }).ingestReports(batch);
await createSettler({ store, dirtyHours, clock: systemClock, log: silent }).settleAll({ quietMs: 0 });

const window = { from: '2026-11-10T00:00:00Z', to: '2026-11-11T00:00:00Z' };
const totals = async (by: 'feature' | 'model') =>
  (
    await queryMetrics(store, {
      ...window,
      measures: ['calls', 'costUsd', 'unpricedCalls', 'outputTokens'],
      by: [by],
      bucket: 'none',
      timezone: 'UTC',
      where: [],
    })
  ).rows;
const spent = async (feature: string) => {
  const budget = budgetOf({ scope: { feature } });
  const { start, end } = periodAt(new Date(AT / 1000), budget.period, budget.timezone);
  return { feature, usdPico: String((await spendOf(store, now)(budget, start, end)).usdPico) };
};
const { calls } = await queryCalls(store, { ...window, where: [], order: 'startedAt', limit: 500 });
const answers: Answers = {
  byFeature: await totals('feature'),
  byModel: await totals('model'),
  list: calls.map(({ feature, model, costUsd }) => ({ feature, model, costUsd })),
  spent: [await spent('chat'), await spent('search')],
};
process.stdout.write(`${JSON.stringify(answers)}\n`, () => {
  if (ending === 'fall') process.kill(process.pid, 'SIGKILL');
});
await store.close();
