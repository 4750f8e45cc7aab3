// Every question behind every panel, on a ledger of a year of as many calls as asked for (1 million), and on one of a tenth of them
// before, for what ten times the calls cost. Made inside ClickHouse from fixed seeds, settled by the real settler; the last hour
// is open. Cold: the engine's caches were emptied, and so were the merged calls of open hours; the operating system's were not.
// A hundred million calls take the better part of two hours and some 30 GB: what goes on is said on stderr. With
// SPANLEDGER_BENCH_LEDGERS the ledgers are kept in that folder: the next run goes on where this one ended, and asks anew.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LIST_PRICES } from '../instrumentation/src/pricing/index.ts';
import { createLog } from '../collector/src/log.ts';
import { systemClock } from '../collector/src/ports.ts';
import { SHAPE } from '../collector/src/query/ledger-state.ts';
import { fillLedger, LAST_MS } from '../collector/src/repricing/many-calls.ts';
import { createSettler } from '../collector/src/settle/settler.ts';
import { createDirtyHours } from '../collector/src/store/dirty-hours.ts';
import type { Store } from '../collector/src/store/store.ts';
import { fillOnce, KEPT_LEDGERS, print, timed, withStore, type Result } from './bench.ts';
import { DAYS, questions } from './queries/questions.ts';
import { askAll, type Timing } from './queries/rounds.ts';

const CALLS = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = Number(process.argv[3] ?? 40);
const [MOST_MS, MOST_TIMES] = [50, 1.3];
/** A call on disk with its roll-ups, and as much again while parts of a table are merged. */
const BYTES_A_CALL = 300;
const SAY_EVERY_MS = 30_000;
/** Of this run's ledger; what making it took stands beside it once it is made. */
const KEPT = KEPT_LEDGERS === null ? undefined : join(KEPT_LEDGERS, String(CALLS));
const MADE = KEPT === undefined ? undefined : `${KEPT}-shape-${SHAPE}.json`;
const begun = performance.now();
const say = (what: string): void =>
  console.error(`${((performance.now() - begun) / 1000).toFixed(0).padStart(5)} s  ${what}`);

/** Says every half minute how far it is. */
async function followed<T>(work: () => Promise<T>, howFar: () => Promise<string>): Promise<T> {
  const timer = setInterval(() => void howFar().then(say, () => {}), SAY_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** Throws where the disk has not the room. */
function checkRoom(calls: number): void {
  const folder = KEPT_LEDGERS ?? tmpdir();
  mkdirSync(folder, { recursive: true });
  const { bavail, bsize } = statfsSync(folder);
  const [needed, free] = [(calls * BYTES_A_CALL) / 1e9, (Number(bavail) * Number(bsize)) / 1e9];
  say(
    `${calls.toLocaleString('en')} calls take up to ${needed.toFixed(1)} GB in ${folder}, which has ${free.toFixed(0)} GB`,
  );
  if (needed > free)
    throw new Error(`${folder} has too little room; TMPDIR or SPANLEDGER_BENCH_LEDGERS names another folder`);
}

/** What the tables' settings (store/table-settings.ts) would do ten minutes later: each month but the newest is one part. */
async function mergeMonths(store: Store): Promise<void> {
  const months = await store.query<{ table: string; month: string }>(
    `SELECT table, partition_id AS month FROM system.parts
WHERE active AND database = currentDatabase() AND startsWith(table, 'rollup')
GROUP BY table, month HAVING count() > 1 AND month < formatDateTime(fromUnixTimestamp64Milli({last:Int64}, 'UTC'), '%Y%m')`,
    { last: LAST_MS },
  );
  for (const { table, month } of months) await store.command(`OPTIMIZE TABLE ${table} PARTITION ID '${month}' FINAL`);
}

interface Measured {
  results: Result[];
  timings: Record<string, Timing>;
}

/** Fills and settles the ledger, or what an earlier run left to do of it; what that took. */
async function make(store: Store): Promise<Result[]> {
  const counted = async (sql: string) => Number((await store.query<{ n: number }>(sql))[0]?.n);
  const fill = async () => {
    checkRoom(CALLS);
    await followed(
      () => fillLedger(store, CALLS, LIST_PRICES, DAYS),
      async () => `made: ${(await counted('SELECT count() AS n FROM reports')).toLocaleString('en')} calls`,
    );
  };
  const made = await timed(() => fillOnce(store, CALLS, fill));
  say(`made ${CALLS.toLocaleString('en')} calls`);
  const settler = createSettler({
    store,
    dirtyHours: createDirtyHours(store),
    clock: systemClock,
    log: createLog(() => {}),
  });
  const settled = () => counted('SELECT uniqExact(hour) AS n FROM settled');
  const settling = await timed(() =>
    followed(
      () => settler.settleAll({ quietMs: 0 }),
      async () => `settled: ${(await settled()).toLocaleString('en')} of ${DAYS * 24} hours`,
    ),
  );
  say('settled');
  const merging = await timed(() => mergeMonths(store));
  say('months merged');
  const [disk] = await store.query<{ rollups: number; reports: number }>(
    `SELECT sumIf(bytes_on_disk, startsWith(table, 'rollup')) AS rollups, sumIf(bytes_on_disk, table = 'reports') AS reports
FROM system.parts WHERE active AND database = currentDatabase()`,
  );
  const results: Result[] = [
    { name: 'calls', value: CALLS, unit: 'calls' },
    // What an earlier run did of it, nobody timed.
    ...(made.result
      ? [
          { name: 'making the ledger', value: made.seconds, unit: 's' },
          { name: 'settling', value: settling.seconds, unit: 's' },
          { name: 'settling, CPU a call', value: (settling.cpuSeconds / CALLS) * 1e6, unit: 'µs' },
          { name: 'merging the roll-ups of months that are over', value: merging.seconds, unit: 's' },
        ]
      : []),
    { name: 'hours settled', value: await settled(), unit: 'hours' },
    { name: 'roll-ups on disk', value: Number(disk?.rollups) / CALLS, unit: 'bytes a call' },
    { name: 'reports on disk', value: Number(disk?.reports) / CALLS, unit: 'bytes a call' },
  ];
  if (MADE !== undefined) writeFileSync(MADE, JSON.stringify(results));
  return results;
}

async function measure(store: Store): Promise<Measured> {
  const results =
    MADE !== undefined && existsSync(MADE) ? (JSON.parse(readFileSync(MADE, 'utf8')) as Result[]) : await make(store);
  const asked = questions(store);
  // As a ledger in use: the hour that runs is open.
  await store.command(
    `INSERT INTO dirty_hours SELECT toStartOfHour(max(started_at)), now64(6, 'UTC') FROM reports WHERE started_at > now() - toIntervalYear(9)`,
  );
  const timings = await askAll(store, asked, ROUNDS, say);
  const memory = { name: 'memory, at most', value: process.resourceUsage().maxRSS / 1024, unit: 'MB' };
  return { results: [...results, memory], timings };
}

/** What was to be reached: by the clock, and in CPU time, which says more where other work runs. */
function targets(timings: Measured['timings'], tenth: Measured['timings']): Result[] {
  const names = Object.keys(timings);
  const slow = (aspect: 'p95' | 'CPU') => names.filter((name) => (timings[name]?.[aspect] ?? 0) > MOST_MS);
  const times = (name: string, aspect: 'p50' | 'CPU') => (timings[name]?.[aspect] ?? 0) / (tenth[name]?.[aspect] ?? 1);
  const grown = (aspect: 'p50' | 'CPU') => names.filter((name) => times(name, aspect) > MOST_TIMES);
  const said = (few: readonly string[], show: (name: string) => string): string =>
    few.length === 0
      ? `met by all ${names.length}`
      : `NOT met by ${few.length} of ${names.length}, such as ${few
          .slice(0, 2)
          .map((name) => `${name} (${show(name)})`)
          .join(' and ')}`;
  const ms = (aspect: 'p95' | 'CPU') => (name: string) => `${timings[name]?.[aspect].toFixed(0)} ms`;
  const by = (aspect: 'p50' | 'CPU') => (name: string) => `${times(name, aspect).toFixed(1)} times`;
  return [
    { name: `p95 at most ${MOST_MS} ms`, value: said(slow('p95'), ms('p95')), unit: '' },
    { name: `median CPU time at most ${MOST_MS} ms`, value: said(slow('CPU'), ms('CPU')), unit: '' },
    {
      name: `ten times the calls at most ${MOST_TIMES} times the median`,
      value: said(grown('p50'), by('p50')),
      unit: '',
    },
    {
      name: `ten times the calls at most ${MOST_TIMES} times the CPU time`,
      value: said(grown('CPU'), by('CPU')),
      unit: '',
    },
  ];
}

if (process.env['SPANLEDGER_BENCH_PART'] === '1') {
  await withStore(async (store) => console.log(JSON.stringify(await measure(store))), KEPT);
} else {
  const part = (calls: number): Measured =>
    JSON.parse(
      execFileSync(process.execPath, [...process.execArgv, import.meta.filename, String(calls), String(ROUNDS)], {
        env: { ...process.env, SPANLEDGER_BENCH_PART: '1' },
        stdio: ['ignore', 'pipe', 'inherit'],
        encoding: 'utf8',
      }),
    ) as Measured;
  const tenth = part(Math.floor(CALLS / 10));
  const { results, timings } = part(CALLS);
  print(`queries, ${CALLS.toLocaleString('en')} calls`, [
    ...results,
    ...targets(timings, tenth.timings),
    ...Object.entries(timings).flatMap(([name, timing]) =>
      Object.entries(timing).map(([aspect, value]) => ({ name: `${name}, ${aspect}`, value, unit: 'ms' })),
    ),
  ]);
}
