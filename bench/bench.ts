// What every bench is made of: a store in a folder of its own, and results as a table for people and JSON lines for programs.
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../collector/src/store/connect.ts';
import { migrate } from '../collector/src/store/migrate.ts';
import type { Store } from '../collector/src/store/store.ts';

export async function withStore(work: (store: Store) => Promise<void>): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'spanledger-bench-'));
  const store = await openStore({ kind: 'embedded', dataDir });
  try {
    await migrate(store);
    await work(store);
  } finally {
    await store.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** `cpuSeconds`: of all threads of this process, the engine's too; it says more than the clock on a machine that is shared. */
export async function timed<T>(work: () => Promise<T>): Promise<{ result: T; seconds: number; cpuSeconds: number }> {
  const begun = performance.now();
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { result, seconds: (performance.now() - begun) / 1000, cpuSeconds: (user + system) / 1e6 };
}

export interface Result {
  name: string;
  value: number | string;
  unit: string;
}

/** With SPANLEDGER_BENCH_RESULTS the JSON lines go to that file too: what the page of results is written from. */
export function print(bench: string, results: readonly Result[]): void {
  const rounded = (value: number | string) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value);
  console.table(Object.fromEntries(results.map(({ name, value, unit }) => [name, { value: rounded(value), unit }])));
  const lines = results.map(({ name, value, unit }) => JSON.stringify({ bench, name, value: rounded(value), unit }));
  console.log(lines.join('\n'));
  const file = process.env['SPANLEDGER_BENCH_RESULTS'];
  if (file !== undefined) appendFileSync(file, `${lines.join('\n')}\n`);
}

/** The value that this part of the numbers (0 to 1) is not above. */
export function quantile(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}
