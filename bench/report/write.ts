// Results as JSON lines (files named as arguments) -> docs/benchmarks.md: what was measured in this run, on which machine, when.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Result } from '../bench.ts';

const lines = process.argv
  .slice(2)
  .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Result & { bench: string });
const page = join(import.meta.dirname, '../../docs/benchmarks.md');
const ABOUT: Record<string, string> = {
  ingest:
    'OTLP protobuf, gzip, 500 spans a request, 4 connections, to a collector process with the embedded engine: until the last request is acknowledged and a question counts every call. The bare insert writes the same rows of reports and spans, as many at a time, with nothing else. Bytes are compressed, parts merged.',
  queries:
    'The questions of the pages, over three weeks of calls, nearly all settled. Cold: the caches of the engine were emptied (not those of the operating system). CPU: of all threads, median.',
  overhead:
    'CPU time of a call and of a stream of 500 events, with a fetch that answers in the process, taking turns; median. Version 0.134.0 of the SDK, since not all others can patch a newer one.',
  repricing: 'History priced again with 12.5 % off.',
};

/** `name, p50` and `name, p95` and so on stand in one row where a bench says all of them. */
const ASPECTS = ['cold', 'p50', 'p95', 'CPU'] as const;

function tableOf(results: readonly Result[]): string {
  const rows = new Map<string, Partial<Record<(typeof ASPECTS)[number], string>>>();
  const plain: string[] = [];
  for (const { name, value, unit } of results) {
    const aspect = ASPECTS.find((one) => name.endsWith(`, ${one}`) && unit === 'ms');
    const text = typeof value === 'number' ? value.toLocaleString('en', { maximumFractionDigits: 2 }) : value;
    if (aspect === undefined) plain.push(`| ${name} | ${text} ${unit} |`);
    else {
      const question = name.slice(0, -aspect.length - 2);
      rows.set(question, { ...rows.get(question), [aspect]: text });
    }
  }
  const wide = [...rows].map(
    ([name, row]) => `| ${name} | ${ASPECTS.map((aspect) => row[aspect] ?? '').join(' | ')} |`,
  );
  return [
    ...(plain.length > 0 ? ['| | |', '| --- | ---: |', ...plain] : []),
    ...(wide.length > 0
      ? ['', `| milliseconds | ${ASPECTS.join(' | ')} |`, '| --- | ---: | ---: | ---: | ---: |', ...wide]
      : []),
  ].join('\n');
}

const benches = [...new Set(lines.map(({ bench }) => bench))];
const [minute = 0] = loadavg();
const busy =
  minute > cpus().length
    ? `, **busy with other work** (load ${minute.toFixed(0)}): times by the clock are far too long, ratios and CPU time say more`
    : '';
writeFileSync(
  page,
  `# Benchmarks

Written by the runs themselves (\`npm run bench -- --write\`) on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}, ${process.platform}${busy}. Seeds are fixed. \`npm run bench -- queries 10000000\` asks a ledger of ten million calls.
${benches
  .map((bench) => {
    const about = ABOUT[bench.split(',')[0] ?? ''];
    return `\n## ${bench[0]?.toUpperCase()}${bench.slice(1)}\n\n${about === undefined ? '' : `${about}\n\n`}${tableOf(lines.filter((line) => line.bench === bench))}\n`;
  })
  .join('')}`,
);
