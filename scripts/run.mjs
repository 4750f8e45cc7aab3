// The one launcher behind `npm start`, `npm test`, `npm run test:server`, `npm run test:shards`, `npm run check`,
// `npm run demo`, `npm run build`, `npm run explain`, `npm run faults`, `npm run import`, `npm run move`,
// `npm run pack:instrumentation`, `npm run prices` and `npm run screenshots`.
// In: a clean clone and any Node from 20.19 on with npm. It brings what is missing (a newer Node, pnpm, the packages,
// the dashboard's build, Chromium), says so in one line each, and then runs the command. Where nothing is missing it
// reads a few small files and starts the command directly, so the second start costs milliseconds.
// Plain JavaScript without dependencies, because it runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const windows = process.platform === 'win32';
const at = (...parts) => join(root, ...parts);
const say = (line) => console.error(`spanledger: ${line}`);

/** Ends the launcher with what went wrong and what to do about it. */
class StepFailed extends Error {}

const commands = {
  start,
  test,
  'test:server': () => testStore('server'),
  'test:shards': () => testStore('shards'),
  check,
  demo,
  build,
  bench,
  explain,
  faults,
  import: importCalls,
  prices,
  backup,
  restore,
  screenshots,
  move,
  pack,
};
/** Node's young objects may take 16 MB twice, not 64 MB twice: the same throughput with 100 MB less of memory. */
const COLLECTOR_FLAGS = ['--max-semi-space-size=16'];

/** The root and every workspace of pnpm-workspace.yaml. */
const packageFolders = ['.', 'instrumentation', 'collector', 'dashboard', 'demo'];

const [name = 'start', ...given] = process.argv.slice(2);
// npm takes the `--` before the arguments away; whoever starts this file directly may still write it.
const args = given[0] === '--' ? given.slice(1) : given;
try {
  if (!Object.hasOwn(commands, name))
    throw new StepFailed(`unknown command "${name}": one of ${Object.keys(commands).join(', ')}`);
  process.exitCode = await commands[name]();
} catch (error) {
  if (!(error instanceof StepFailed)) throw error;
  say(error.message);
  process.exitCode = 1;
}

async function start() {
  const node = prepare({ dashboard: true });
  return run(node, [...COLLECTOR_FLAGS, at('collector', 'src', 'main.ts'), ...args]);
}

async function demo() {
  const node = prepare({ dashboard: true });
  return run(node, [at('demo', 'src', 'main.ts'), ...args]);
}

async function explain() {
  const node = prepare({ dashboard: false });
  return run(node, [at('collector', 'src', 'explain.ts'), ...args]);
}

/**
 * `npm run bench -- <name>`: one file of bench/; without a name, all of them, one after the other. `--write` puts the results
 * into docs/benchmarks.md.
 */
async function bench() {
  const first = args.find((arg) => !arg.startsWith('-'));
  const node = prepare({ dashboard: first === undefined || first === 'dashboard' });
  const names = readdirSync(at('bench'))
    .filter((file) => file.endsWith('.ts') && file !== 'bench.ts')
    .map((file) => file.slice(0, -'.ts'.length));
  const writes = args.includes('--write');
  const [wanted, ...options] = args.filter((arg) => arg !== '--write');
  if (wanted !== undefined && !names.includes(wanted))
    throw new StepFailed(`there is no bench "${wanted}": one of ${names.join(', ')}`);
  const results = at('.cache', 'bench.jsonl');
  mkdirSync(at('.cache'), { recursive: true });
  rmSync(results, { force: true });
  for (const each of wanted === undefined ? names : [wanted]) {
    const code = await run(node, [at('bench', `${each}.ts`), ...options], { SPANLEDGER_BENCH_RESULTS: results });
    if (code !== 0) return code;
  }
  return writes ? run(node, [at('bench', 'report', 'write.ts'), results]) : 0;
}

async function build() {
  prepare({ dashboard: true });
  return 0;
}

async function importCalls() {
  const node = prepare({ dashboard: false });
  return run(node, [at('collector', 'src', 'import', 'main.ts'), ...args]);
}

async function backup() {
  const node = prepare({ dashboard: false });
  return run(node, [at('collector', 'src', 'backup', 'backup-main.ts'), ...args]);
}

async function restore() {
  const node = prepare({ dashboard: false });
  return run(node, [at('collector', 'src', 'backup', 'restore-main.ts'), ...args]);
}

async function move() {
  const node = prepare({ dashboard: false });
  return run(node, [at('collector', 'src', 'move', 'main.ts'), ...args]);
}

/** The instrumentation as npm would publish it, as a file that an app can install. */
async function pack() {
  const node = prepare({ dashboard: false });
  for (const file of packedFiles()) rmSync(at(file));
  pnpm(
    node,
    ['--filter', '@spanledger/instrumentation', 'pack', '--pack-destination', root],
    'the instrumentation could not be packed; the lines above say why',
  );
  for (const file of packedFiles()) say(`in your app: npm install ${at(file)}`);
  return 0;
}
function packedFiles() {
  return readdirSync(root).filter((file) => /^spanledger-instrumentation-.*\.tgz$/.test(file));
}

async function prices() {
  const node = prepare({ dashboard: false });
  return run(node, [at('collector', 'src', 'prices', 'check.ts'), ...args]);
}

async function test() {
  const node = prepare({ dashboard: true });
  const chromium = findChromium() ?? installChromium(node);
  return run(node, [at('node_modules', 'vitest', 'vitest.mjs'), 'run', ...args], { SPANLEDGER_CHROMIUM: chromium });
}

/** Every test of the collector that uses the store, on a ClickHouse server, or on two shards of a cluster; minutes. */
async function testStore(where) {
  const node = prepare({ dashboard: false });
  return run(node, [at('node_modules', 'vitest', 'vitest.mjs'), 'run', ...args], { SPANLEDGER_TEST_STORE: where });
}

/** `npm run screenshots -- overview calls`: these pages; without a name, every one. */
async function screenshots() {
  const node = prepare({ dashboard: true });
  const chromium = findChromium() ?? installChromium(node);
  return run(node, [at('test', 'look', 'screenshots.ts'), ...args], { SPANLEDGER_CHROMIUM: chromium });
}

/** `npm run faults -- 50 --mode server`: the collector is killed that many times; without a number 200 times in each mode. */
async function faults() {
  const node = prepare({ dashboard: false });
  return run(node, [at('test', 'faults-main.ts'), ...args]);
}

/** Format, lint, types, unused: every one of them runs, so that one round shows all there is to mend. */
async function check() {
  const node = prepare({ dashboard: false });
  const tools = [
    ['format', 'node_modules/.bin/oxfmt', at('node_modules', 'oxfmt', 'bin', 'oxfmt'), '--check'],
    ['lint', 'the rule named above', at('node_modules', 'oxlint', 'bin', 'oxlint'), '--deny-warnings'],
    ...packageFolders.map((project) => typesOf(project)),
    ['unused', 'the export or dependency named above', at('node_modules', 'knip', 'bin', 'knip.js')],
  ];
  let failed = 0;
  for (const [title, remedy, script, ...options] of tools) {
    const begun = Date.now();
    const { status, stdout, stderr } = spawnSync(node, [script, ...options], {
      cwd: root,
      encoding: 'utf8',
      env: environment(node),
    });
    const seconds = ((Date.now() - begun) / 1000).toFixed(1);
    if (status === 0) {
      say(`${title}: ok (${seconds} s)`);
      continue;
    }
    failed++;
    process.stderr.write(stdout + stderr);
    say(`${title}: failed (${seconds} s); to mend: ${remedy}`);
  }
  return failed === 0 ? 0 : 1;
}

function typesOf(project) {
  const options = ['--noEmit', '--composite', 'false', '--incremental', 'false', '-p', project];
  const title = `types of ${project === '.' ? 'test' : project}`;
  return [title, 'the line named above', at('node_modules', 'typescript', 'bin', 'tsc'), ...options];
}

// ---- what a command needs ------------------------------------------------------------------------------------------

/** Makes Node, the packages and (where asked) the dashboard ready; answers with the Node to run on. */
function prepare({ dashboard }) {
  const node = findNode();
  installPackages(node);
  if (dashboard) buildDashboard(node);
  return node;
}

/** 22.15 is the first with everything the collector uses; odd versions lack it or are out of support. */
function nodeIsNewEnough() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major >= 24 || (major === 22 && minor >= 15);
}

function findNode() {
  if (nodeIsNewEnough()) return process.execPath;
  if (localNode() === undefined) installTool('node@24', `Node 24, because this is Node ${process.versions.node}`);
  const node = localNode();
  if (node === undefined)
    throw new StepFailed('npm did not bring Node 24; install Node 24 from nodejs.org and try again');
  return node;
}

function localNode() {
  const folder = at('.tools', 'node_modules', 'node', 'bin');
  return [join(folder, 'node'), join(folder, 'node.exe')].find((file) => existsSync(file));
}

/** Tools live in .tools/, not in npx's cache: there the second use costs nothing and needs no network. */
function installTool(spec, what) {
  say(`fetching ${what} into .tools/ ...`);
  mkdirSync(at('.tools'), { recursive: true });
  if (!existsSync(at('.tools', 'package.json'))) writeFileSync(at('.tools', 'package.json'), '{"private":true}\n');
  const options = [
    'install',
    '--prefix',
    at('.tools'),
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--ignore-scripts=false',
    spec,
  ];
  const npmCli = process.env.npm_execpath;
  const useCli = npmCli !== undefined && npmCli.endsWith('npm-cli.js');
  step(useCli ? process.execPath : 'npm', useCli ? [npmCli, ...options] : options, {
    failed: `npm could not install ${spec}; is the npm registry reachable (npm ping)?`,
  });
}

function installPackages(node) {
  const inputs = [
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    ...packageFolders.map((folder) => join(folder, 'package.json')),
  ];
  const hash = createHash('sha1').update(`${process.platform} ${process.arch}`);
  for (const file of inputs) hash.update(`\0${file}\0`).update(readFileSync(at(file)));
  const state = hash.digest('hex');
  if (existsSync(at('node_modules', '.modules.yaml')) && stampOf('packages') === state) return;
  say('installing the packages (about half a minute the first time) ...');
  pnpm(node, ['install', '--frozen-lockfile'], 'pnpm could not install the packages; the lines above say why');
  stamp('packages', state);
}

function buildDashboard(node) {
  const hash = createHash('sha1').update(process.platform);
  // Sizes and times, not contents: it is the same answer in a tenth of the time, and a needless build costs seconds only.
  for (const path of [
    'dashboard',
    'collector/src/contract.ts',
    'collector/src/contract',
    'collector/src/client.ts',
    'pnpm-lock.yaml',
  ]) {
    for (const file of filesUnder(at(path))) {
      const { size, mtimeMs } = statSync(file);
      hash.update(`${file} ${size} ${mtimeMs}\n`);
    }
  }
  const state = hash.digest('hex');
  if (existsSync(at('dashboard', 'dist', 'index.html')) && stampOf('dashboard') === state) return;
  say('building the dashboard ...');
  pnpm(node, ['--filter', '@spanledger/dashboard', 'build'], 'the dashboard did not build; the lines above say why');
  stamp('dashboard', state);
}

function filesUnder(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !['node_modules', 'dist'].includes(entry.name) && !entry.name.endsWith('.tsbuildinfo'))
    .flatMap((entry) => (entry.isDirectory() ? filesUnder(join(path, entry.name)) : [join(path, entry.name)]))
    .sort();
}

/** Chromium for the tests that read the real page: an installed one, wherever it usually is. */
function findChromium() {
  if (process.env.CHROME_PATH) {
    if (existsSync(process.env.CHROME_PATH)) return process.env.CHROME_PATH;
    throw new StepFailed(`CHROME_PATH names ${process.env.CHROME_PATH}, which is not there`);
  }
  const programs = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA].filter(
    Boolean,
  );
  return [
    ...['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map((file) => `/usr/bin/${file}`),
    '/snap/bin/chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    ...programs.map((folder) => join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe')),
  ].find((file) => existsSync(file));
}

function installChromium(node) {
  const remedy = 'install Chrome or Chromium and name it in CHROME_PATH';
  if (existsSync('/usr/bin/apt-get') && process.getuid?.() === 0) {
    say('installing Chromium with apt-get, for the tests of the dashboard ...');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    step('apt-get', ['update'], { env, failed: `apt-get update failed; ${remedy}` });
    step('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], {
      env,
      failed: `apt-get found no Chromium; ${remedy}`,
    });
  } else {
    const playwright = at('node_modules', 'playwright-core');
    const where = () => {
      const script = `import('playwright-core').then((it) => console.log(it.chromium.executablePath()))`;
      return spawnSync(node, ['-e', script], { cwd: root, encoding: 'utf8' }).stdout.trim();
    };
    if (!existsSync(where())) {
      say('fetching Chromium with Playwright, for the tests of the dashboard ...');
      step(node, [join(playwright, 'cli.js'), 'install', 'chromium'], {
        failed: `Playwright could not fetch Chromium; ${remedy}`,
      });
    }
    if (existsSync(where())) return where();
  }
  const found = findChromium();
  if (found === undefined) throw new StepFailed(`no Chromium was found after installing it; ${remedy}`);
  return found;
}

// ---- processes and stamps ------------------------------------------------------------------------------------------

function pnpm(node, options, failed) {
  const file = at('.tools', 'node_modules', '.bin', windows ? 'pnpm.cmd' : 'pnpm');
  if (!existsSync(file)) installTool('pnpm@12', 'pnpm 12');
  step(file, options, { env: { ...environment(node), CI: 'true' }, failed });
}

/** Runs one step silently; when it fails, shows all it said and stops. */
function step(file, options, { env = process.env, failed }) {
  // A .cmd can only be started through the shell, which wants its own quotes.
  const quote = (text) => (windows ? `"${text}"` : text);
  const needsShell = windows && !file.endsWith('.exe');
  const { status, error, stdout, stderr } = spawnSync(
    needsShell ? quote(file) : file,
    needsShell ? options.map(quote) : options,
    {
      cwd: root,
      env,
      encoding: 'utf8',
      shell: needsShell,
      maxBuffer: 256 * 1024 * 1024,
    },
  );
  if (status === 0) return;
  process.stderr.write(`${stdout ?? ''}${stderr ?? ''}${error ? `${error.message}\n` : ''}`);
  throw new StepFailed(failed);
}

/** The environment of what is run: the chosen Node comes first on PATH, then the tools. */
function environment(node) {
  const key = Object.keys(process.env).find((variable) => variable.toUpperCase() === 'PATH') ?? 'PATH';
  const path = [dirname(node), at('.tools', 'node_modules', '.bin'), process.env[key] ?? ''].join(delimiter);
  return { ...process.env, [key]: path };
}

/** Runs the command itself: same terminal, signals passed on, its exit code the launcher's. */
function run(node, options, env = {}) {
  const child = spawn(node, [...typeStripping(node), ...options], {
    cwd: root,
    stdio: 'inherit',
    env: {
      // A source is compiled when it is first run, and not again until it changes: a third of what a start takes.
      NODE_COMPILE_CACHE: at('.cache', 'compiled'),
      ...environment(node),
      SPANLEDGER_LAUNCHED_AT: String(Math.round(performance.timeOrigin)),
      ...env,
    },
  });
  // Ctrl-C in a terminal reaches the child by itself; passing it on would make it two.
  const inTerminal = process.stdin.isTTY === true;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (!(signal === 'SIGINT' && inTerminal)) child.kill(signal);
    });
  }
  // A SIGTERM to npm ends npm and its shell but not what they run: an orphan stops its child.
  const parent = process.ppid;
  const orphaned = () => process.ppid !== parent && child.kill('SIGTERM');
  if (process.env.npm_lifecycle_event !== undefined) setInterval(orphaned, 500).unref();
  return new Promise((resolve) => {
    child.on('error', (error) => {
      say(`could not run ${node}: ${error.message}`);
      resolve(1);
    });
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : signal === 'SIGTERM' ? 143 : 1)));
  });
}

/** TypeScript runs as it is from Node 22.18 on; 22.15 to 22.17 want a flag. */
function typeStripping(node) {
  const [major, minor] = node === process.execPath ? process.versions.node.split('.').map(Number) : [24, 0];
  return major === 22
    ? [...(minor < 18 ? ['--experimental-strip-types'] : []), '--disable-warning=ExperimentalWarning']
    : [];
}

function stampOf(what) {
  const file = at('.cache', what);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function stamp(what, state) {
  mkdirSync(at('.cache'), { recursive: true });
  rmSync(at('.cache', what), { force: true });
  writeFileSync(at('.cache', what), state);
}
