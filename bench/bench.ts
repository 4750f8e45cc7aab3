// What every bench is made of: a store in a folder of its own, the time something takes, and results (report/results.ts).
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../collector/src/store/connect.ts';
import { migrate } from '../collector/src/store/migrate.ts';
import type { Store } from '../collector/src/store/store.ts';

export { print, quantile, type Result } from './report/results.ts';

/** `kept`: a folder that stays, with what an earlier run left in it; without it a new one, that is gone afterwards. */
export async function withStore(work: (store: Store) => Promise<void>, kept?: string): Promise<void> {
  const dataDir = kept ?? mkdtempSync(join(tmpdir(), 'spanledger-bench-'));
  mkdirSync(dataDir, { recursive: true });
  const store = await openStore({ kind: 'embedded', dataDir });
  try {
    await migrate(store);
    await work(store);
  } finally {
    await store.close();
    if (kept === undefined) rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Where ledgers stay from one run to the next; null: they are gone when the run ends. */
export const KEPT_LEDGERS = process.env['SPANLEDGER_BENCH_LEDGERS'] ?? null;

/** Fills an empty ledger with so many calls; false where an earlier run did. Throws where that one was ended while it did. */
export async function fillOnce(store: Store, calls: number, fill: () => Promise<unknown>): Promise<boolean> {
  const [row] = await store.query<{ reports: number }>('SELECT count() AS reports FROM reports');
  const there = Number(row?.reports);
  if (there !== 0 && there !== calls)
    throw new Error(`a ledger in ${KEPT_LEDGERS} has ${there} of ${calls} calls: remove it, and it is made anew`);
  if (there === 0) await fill();
  return there === 0;
}

/** `cpuSeconds`: of all threads of this process, the engine's too; it says more than the clock on a machine that is shared. */
export async function timed<T>(work: () => Promise<T>): Promise<{ result: T; seconds: number; cpuSeconds: number }> {
  const begun = performance.now();
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { result, seconds: (performance.now() - begun) / 1000, cpuSeconds: (user + system) / 1e6 };
}
