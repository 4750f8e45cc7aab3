// Results as JSON lines (files named as arguments) -> docs/benchmarks.md: each bench of this run becomes its section, with the
// machine and the day; the sections of others stay as they are.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Result } from './results.ts';

const lines = process.argv
  .slice(2)
  .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Result & { bench: string });
const page = join(import.meta.dirname, '../../docs/benchmarks.md');
const ABOUT: Record<string, string> = {
  ingest:
    'OTLP protobuf, gzip, 500 spans a request, 16 connections, to a collector process with the embedded engine that has taken 10,000 calls before: until the last request is acknowledged and a question counts every call. The bare insert writes the same rows as lines of text, as many at a time as the collector put into one insert, one insert after the other, with nothing else. Bytes are compressed, parts merged.',
  queries:
    'The questions of the pages, over a year of calls, all settled but the last hour; 5,000 people. Cold: the caches of the engine and the calls of open hours were emptied (not the caches of the operating system). Then forty rounds of all questions, one after the other: p50 and p95 are of these. CPU: of all threads, median. A ledger of a tenth of the calls is asked the same, for what ten times the calls cost.',
  overhead:
    'Microseconds of CPU of a call and of a stream of 500 events (each in a chunk of its own, as the API sends them, or all in one), with a fetch that answers in the process. All ways take turns in one process in random order; a cost is the first decile of its turns, since what else the machine does only ever adds. Behind the span all are alike: a batch processor, an exporter that does nothing, a flush and a collection of the garbage within the measured time. Content is captured as each package does by default: the two others record prompts and answers. How much each span says is counted: OpenLLMetry reads no headers, attempts, status or price, and its span has little more than a third of the attributes of ours. Version 0.134.0 of the SDK, since not all others can patch a newer one.',
  repricing: 'History priced again with 12.5 % off.',
  dashboard:
    'The overview in Chromium, by the clock, nothing cached: from opening it to its first bar with a processor slowed four times, and the longest time that an interaction holds the page up, not slowed unless it says so; 0 is less than 50. What the page itself works until its first bar is in CPU time. A page weighs at most 250 kB of JavaScript before its first chart, by test.',
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

const [minute = 0] = loadavg();
const busy =
  minute > cpus().length
    ? `, **busy with other work** (load ${minute.toFixed(0)}): times by the clock are far too long, ratios and CPU time say more`
    : '';
const day = new Date().toISOString().slice(0, 10);
const measured = `Measured on ${day}: ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}, ${process.platform}${busy}.`;

function sectionOf(bench: string): string {
  const about = ABOUT[bench.split(',')[0] ?? ''];
  const table = tableOf(lines.filter((line) => line.bench === bench));
  return [titleOf(bench), ...(about === undefined ? [] : [about]), measured, table].join('\n\n');
}
const titleOf = (bench: string): string => `## ${bench[0]?.toUpperCase()}${bench.slice(1)}`;

const [intro = '', ...sections] = readFileSync(page, 'utf8')
  .trimEnd()
  .split(/\n+(?=## )/);
for (const bench of new Set(lines.map((line) => line.bench))) {
  const at = sections.findIndex((section) => section.startsWith(`${titleOf(bench)}\n`));
  sections.splice(at < 0 ? sections.length : at, 1, sectionOf(bench));
}
writeFileSync(page, `${[intro, ...sections].join('\n\n')}\n`);
