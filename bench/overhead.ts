// What tracing adds to the CPU time of a call and of a stream of 500 events: the SDK's own spans, ours (made by us, or the SDK's
// enriched), and two others. Measured by overhead/measure.ts in a process of its own for each Node, 24 and 20; here the figures
// become costs, and answers to what the instrumentation promises.
// `npm run bench -- overhead [rounds]`; `--small` is a short run on this Node alone, for ratios.
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { Measured } from './overhead/measure.ts';
import { print, quantile, type Result } from './report/results.ts';

const root = join(import.meta.dirname, '..');
const small = process.argv.includes('--small');
const [rounds = 60] = process.argv.slice(2).map(Number).filter(Number.isInteger);
/** Rounds, calls a turn, streams a turn. */
const SIZE = small ? [12, 50, 3] : [rounds, 100, 6];

const NATIVE = 'native spans';
const ENRICHED = 'spanledger, native span enriched';
const OWN = 'spanledger, own span';
const MOST_MICROS_MORE = 20;
const MOST_PERCENT_MORE = 2;

/** The part of the bundler that is used; it is a dependency of the package that it makes, not of this one. */
interface Bundler {
  rolldown(options: object): Promise<{ write(options: object): Promise<unknown>; close(): Promise<void> }>;
}

/** Node 20 cannot run TypeScript, and what an application runs is JavaScript: so it is measured. */
async function bundled(): Promise<string> {
  const require = createRequire(join(root, 'instrumentation/package.json'));
  const { rolldown } = require('rolldown') as Bundler;
  const file = join(root, '.cache/overhead/measure.mjs');
  const bundle = await rolldown({
    input: join(root, 'bench/overhead/measure.ts'),
    external: [/^[^./]/],
    platform: 'node',
    logLevel: 'silent',
  });
  await bundle.write({ file, format: 'esm' });
  await bundle.close();
  return file;
}

/** One on PATH, or one from the registry of npm; undefined where neither is to be had. */
function findNode20(): string | undefined {
  const folder = join(root, '.cache/node-20');
  const fetched = join(folder, 'node_modules/node/bin/node');
  const names = (process.env['PATH'] ?? '').split(delimiter).map((each) => join(each, 'node'));
  const is20 = (file: string) =>
    existsSync(file) && spawnSync(file, ['--version'], { encoding: 'utf8' }).stdout.startsWith('v20.');
  const there = [...names, fetched].find(is20);
  if (there !== undefined) return there;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
  spawnSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', 'node@20'], { stdio: 'ignore' });
  return is20(fetched) ? fetched : undefined;
}

async function measureOn(node: string, file: string): Promise<Measured> {
  const options = ['--expose-gc', '--no-warnings', file, ...SIZE.map(String)];
  const { stdout } = await promisify(execFile)(node, options, { cwd: root, maxBuffer: 2 ** 26 });
  return JSON.parse(stdout) as Measured;
}

/** What else the machine does only ever adds, so the least disturbed turns say most: the first decile. */
const cost = (micros: readonly number[] = []): number => quantile(micros, 0.1);

/** What is asked of the figures of one kind of call, in microseconds. */
interface Figures {
  none: number;
  native: number;
  /** Enriching a native span, more than the native span. */
  enriching: number;
  /** Way -> what it adds to no tracing. */
  added: Readonly<Record<string, number>>;
  /** Way -> attributes of its span. */
  attributes: Readonly<Record<string, number>>;
}

function figuresOf(
  ways: Readonly<Record<string, number[]>>,
  attributes: Readonly<Record<string, number>> = {},
): Figures {
  const none = cost(ways['none']);
  const native = cost(ways[NATIVE]);
  const added = Object.fromEntries(
    Object.entries(ways)
      .filter(([way]) => way !== 'none')
      .map(([way, micros]) => [way, cost(micros) - none]),
  );
  return { none, native, enriching: cost(ways[ENRICHED]) - native, added, attributes };
}

const MICROS = 'µs of CPU';

function resultsOf(on: string, { none, enriching, native, added, attributes }: Figures): Result[] {
  const own = added[OWN] ?? Number.NaN;
  const others = Object.entries(added).filter(([way]) => way !== OWN && way !== ENRICHED);
  return [
    { name: `${on}, none`, value: none, unit: MICROS },
    ...Object.entries(added).map(([way, micros]) => ({ name: `${on}, ${way}, added`, value: micros, unit: MICROS })),
    ...Object.keys(added).map((way) => ({
      name: `${on}, ${way}, the span`,
      value: attributes[way] ?? Number.NaN,
      unit: 'attributes',
    })),
    { name: `${on}, enriching, more than the native span`, value: enriching, unit: MICROS },
    { name: `${on}, enriching, more, of all that the native call takes`, value: (100 * enriching) / native, unit: '%' },
    ...others.map(([way, micros]) => ({ name: `${on}, own span against ${way}`, value: own / micros, unit: 'times' })),
  ];
}

/** Each promise of the instrumentation, with what was measured. */
function targetsOf(on: string, isStream: boolean, { enriching, native, added }: Figures): Result[] {
  const own = added[OWN] ?? Number.NaN;
  const percent = (100 * enriching) / native;
  const cheaper = Object.keys(added).filter((way) => way !== OWN && way !== ENRICHED && !((added[way] ?? 0) > own));
  const result = (name: string, met: boolean, figure: string): Result => ({
    name: `${on}, ${name}`,
    value: `${met ? 'met' : 'NOT met'}: ${figure}`,
    unit: '',
  });
  return [
    isStream
      ? result('enriching costs at most 2 % more', percent <= MOST_PERCENT_MORE, `${percent.toFixed(1)} %`)
      : result('enriching costs at most 20 µs more', enriching <= MOST_MICROS_MORE, `${enriching.toFixed(1)} µs`),
    result(
      'our own span costs less than any other',
      cheaper.length === 0,
      `${own.toFixed(1)} µs${cheaper.length === 0 ? '' : `; less: ${cheaper.join(', ')}`}`,
    ),
  ];
}

const file = await bundled();
const node20 = small ? undefined : findNode20();
if (!small && node20 === undefined) console.error('overhead: no Node 20 on PATH, and none could be fetched');
for (const node of [process.execPath, ...(node20 === undefined ? [] : [node20])]) {
  const { node: version, micros, attributes } = await measureOn(node, file);
  const kinds = Object.entries(micros).map(([kind, ways]) => ({
    kind,
    on: `Node ${version.split('.')[0]}, ${kind}`,
    figures: figuresOf(ways, attributes[kind]),
  }));
  print('overhead', [
    ...kinds.flatMap(({ on, figures }) => resultsOf(on, figures)),
    ...kinds.flatMap(({ kind, on, figures }) => targetsOf(on, kind !== 'call', figures)),
  ]);
}
