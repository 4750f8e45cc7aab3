// `npm run faults`: the collector is killed under load as often as asked, in one mode after the other, and the ledger is compared
// with the books of the senders. Says how far it is after each kill, and takes as long as it takes.
import { parseArgs } from 'node:util';
import { torment, type Done, type Torment } from './faults.ts';

const USAGE = 'npm run faults -- [<kills in each mode>] [--mode embedded|server] [--seed <number>]';
const SEED = 20_261_121;
const MODES = ['embedded', 'server'] as const;

const duration = (sinceMs: number): string => {
  const seconds = Math.round((Date.now() - sinceMs) / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
};
const said = ({ collector, starting, server, calls }: Done): string =>
  `the collector killed ${collector} times (${starting} while it started), its server ${server} times, ${calls} calls`;

const runs = readRuns();
let failed = 0;
for (const run of runs) {
  const begun = Date.now();
  console.log(`${run.mode}: ${run.kills} kills, seed ${run.seed}`);
  try {
    const onKill = (done: Done) => console.log(`${run.mode}: ${said(done)}, ${duration(begun)}`);
    const { done, applied, differences } = await torment({ ...run, onKill });
    for (const difference of differences) console.log(`${run.mode}: ${difference}`);
    const verdict = differences.length === 0 ? 'the ledger is the books of the senders' : 'THE LEDGER IS WRONG';
    console.log(
      `${run.mode}: ${verdict}: ${said(done)}, ${applied} re-pricings applied, seed ${run.seed}, ${duration(begun)}`,
    );
    if (differences.length > 0) failed++;
  } catch (error) {
    failed++;
    console.log(`${run.mode}: seed ${run.seed} did not come to its end: ${(error as Error).message}`);
  }
}
process.exit(failed === 0 ? 0 : 1);

function readRuns(): Torment[] {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { mode: { type: 'string' }, seed: { type: 'string', default: String(SEED) } },
    });
    const [kills = '200', ...more] = positionals;
    const modes = MODES.filter((mode) => values.mode === undefined || mode === values.mode);
    if (more.length > 0) throw new Error(`"${more[0]}" is too much`);
    if (!/^[1-9]\d{0,5}$/.test(kills)) throw new Error(`"${kills}" is no number of kills`);
    if (!/^\d{1,9}$/.test(values.seed)) throw new Error(`--seed: "${values.seed}" is no whole number`);
    if (modes.length === 0) throw new Error(`--mode: "${values.mode}" is neither embedded nor server`);
    return modes.map((mode) => ({ mode, kills: Number(kills), seed: Number(values.seed) }));
  } catch (error) {
    console.error(`faults: ${(error as Error).message}\n${USAGE}`);
    return process.exit(2);
  }
}
