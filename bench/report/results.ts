// The results of a bench: as a table for people, and as JSON lines for programs and for docs/benchmarks.md.
import { appendFileSync } from 'node:fs';

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
