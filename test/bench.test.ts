// The benches, small, as ratios: a machine may be slow, but one way must not become many times as slow as the other.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { LIST_PRICES } from '../instrumentation/src/pricing/index.ts';
import { systemClock } from '../collector/src/ports.ts';
import { queryMetrics } from '../collector/src/query/metrics.ts';
import { fillLedger } from '../collector/src/repricing/many-calls.ts';
import { createSettler } from '../collector/src/settle/settler.ts';
import { createDirtyHours } from '../collector/src/store/dirty-hours.ts';
import { quantile, timed, withStore } from '../bench/bench.ts';

const run = promisify(execFile);

test('the instrumentation costs a call, and a stream of 500 events, a few times what the SDK alone does at the most', async () => {
  const bench = join(import.meta.dirname, '../bench/overhead.ts');
  const { stdout } = await run(process.execPath, [bench, '6']);
  const results = stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { name: string; value: number });
  const microsOf = (name: string): number => results.find((result) => result.name === name)?.value ?? Number.NaN;
  expect(microsOf('call, spanledger') / microsOf('call, none')).toBeLessThan(8);
  expect(microsOf('stream of 500 events, spanledger') / microsOf('stream of 500 events, none')).toBeLessThan(4);
}, 120_000);

test('what is settled is answered in less than the reports would take, and the same', async () => {
  await withStore(async (store) => {
    await fillLedger(store, 30_000, LIST_PRICES);
    const window = { from: '2026-10-01T00:00:00Z', to: '2026-12-01T00:00:00Z', timezone: 'UTC', where: [] };
    const ask = () =>
      timed(() => queryMetrics(store, { ...window, measures: ['costUsd'], by: ['model'], bucket: 'day' }));
    const askThrice = async () => [await ask(), await ask(), await ask()];
    const fromReports = await askThrice();
    const log = { info: () => {}, warn: () => {}, error: () => {} };
    const settler = createSettler({ store, dirtyHours: createDirtyHours(store), clock: systemClock, log });
    await settler.settleAll({ quietMs: 0 });
    const settled = await askThrice();
    expect(settled[0]?.result.rows).toEqual(fromReports[0]?.result.rows);
    const cpuOf = (asked: typeof settled) =>
      quantile(
        asked.map(({ cpuSeconds }) => cpuSeconds),
        0.5,
      );
    expect(cpuOf(settled)).toBeLessThan(cpuOf(fromReports));
  });
}, 120_000);
