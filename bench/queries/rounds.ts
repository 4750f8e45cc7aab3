// How long questions take: each once with empty caches, then all of them in rounds, one after the other, as pages ask them; so
// that what else the machine does for a while is not all put down to one question.
import type { Store } from '../../collector/src/store/store.ts';
import { quantile, timed } from '../bench.ts';

/** Milliseconds. `CPU`: of all threads, the median. */
export type Timing = Record<'cold' | 'p50' | 'p95' | 'CPU', number>;
export type Questions = Readonly<Record<string, () => Promise<unknown>>>;

/** Asked before it counts: what is compiled, and what is read from the disk, is there then. */
const WARM_UP_ROUNDS = 2;

export async function askAll(
  store: Store,
  questions: Questions,
  rounds: number,
  say: (what: string) => void,
): Promise<Record<string, Timing>> {
  const cold = await askCold(store, questions);
  say('asked each with empty caches');
  const asked: Record<string, { ms: number; cpuMs: number }[]> = {};
  for (let round = 1 - WARM_UP_ROUNDS; round <= rounds; round++) {
    for (const [name, question] of Object.entries(questions)) {
      const { seconds, cpuSeconds } = await timed(question);
      if (round > 0) (asked[name] ??= []).push({ ms: seconds * 1000, cpuMs: cpuSeconds * 1000 });
    }
    if (round > 0 && round % 10 === 0) say(`asked all, ${round} of ${rounds} rounds`);
  }
  return Object.fromEntries(
    Object.entries(asked).map(([name, turns]) => {
      const ms = turns.map((turn) => turn.ms);
      const cpuMs = turns.map((turn) => turn.cpuMs);
      const timing = { cold: cold[name] ?? Number.NaN, p50: quantile(ms, 0.5), p95: quantile(ms, 0.95) };
      return [name, { ...timing, CPU: quantile(cpuMs, 0.5) }];
    }),
  );
}

async function askCold(store: Store, questions: Questions): Promise<Record<string, number>> {
  const cold: Record<string, number> = {};
  for (const [name, question] of Object.entries(questions)) {
    for (const cache of ['MARK', 'UNCOMPRESSED', 'QUERY CONDITION']) await store.command(`SYSTEM DROP ${cache} CACHE`);
    await store.command('TRUNCATE TABLE open_calls');
    // So that it is seen that they are gone, as after a restart.
    await store.command('OPTIMIZE TABLE dropped');
    cold[name] = (await timed(question)).seconds * 1000;
  }
  return cold;
}
