// A process that prices history again, settles hours and asks for the total is killed at random instants and started again: it
// goes on, every total it saw and every total it left is wholly the old one or wholly the new one, and at the end it is the new.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, test } from 'vitest';
import { formatPico, LIST_PRICES, priceBook } from '@spanledger/instrumentation/pricing';
import type { Repricing } from '../contract/repricings.ts';
import { temporaryPlace } from '../store/fakes.ts';
import { expectedCost } from './many-calls.ts';
import { onDisk } from '../store/run-folders.ts';

const CALLS = 20_000;
const KILLS = 4;
/** A random instant is within as many milliseconds of when it says that it runs: about as long as it takes. */
const WITHIN_MS = 1_500;
/** SPANLEDGER_TEST_SEED runs the instants of an earlier run again. */
const SEED = Number(process.env['SPANLEDGER_TEST_SEED'] ?? Date.now() % 1_000_000);

const place = temporaryPlace(onDisk());
afterAll(() => place.remove());

interface Run {
  /** In the order they were seen. */
  totals: string[];
  /** Null when it was killed before its end. */
  finished: Repricing | null;
}

/** Runs the child to its end, or kills it so many milliseconds after it says that it runs. */
async function child(task: 'fill' | 'reprice', killAfterMs: number | null): Promise<Run> {
  const file = join(import.meta.dirname, 'kill-child.ts');
  const running = spawn(process.execPath, [file, JSON.stringify(place.config), task, String(CALLS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(running, 'close');
  const run: Run = { totals: [], finished: null };
  let kill: NodeJS.Timeout | undefined;
  for await (const line of createInterface({ input: running.stdout })) {
    const said = parsed(line);
    if (said === 'running' && killAfterMs !== null) kill = setTimeout(() => running.kill('SIGKILL'), killAfterMs);
    if (said?.total !== undefined) run.totals.push(said.total);
    if (said?.finished !== undefined) run.finished = said.finished;
  }
  clearTimeout(kill);
  const [code, signal] = (await closed) as [number | null, string | null];
  expect(signal === 'SIGKILL' || code === 0, `the child ended with ${code ?? signal}`).toBe(true);
  return run;
}

// oxlint-disable-next-line typescript/no-explicit-any -- what a test looks into, it asserts
function parsed(line: string): any {
  try {
    return JSON.parse(line);
  } catch {
    return null; // cut by the kill
  }
}

/** Instants that a seed decides. */
function instants(seed: number): number[] {
  let state = seed >>> 0;
  return Array.from({ length: KILLS }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * WITHIN_MS);
  });
}

test('killed at any moment, a re-pricing goes on, and no total is ever half old and half new', async () => {
  const killedAfter = instants(SEED);
  console.info(`kill.test.ts: seed ${SEED}, killed after ${killedAfter.join(', ')} ms`);
  await child('fill', null);
  const before = formatPico(expectedCost(CALLS, LIST_PRICES));
  const agreed = priceBook([{ model: '*', since: '2026-01-01', until: null, percentOff: '12.5', source: 'contract' }]);
  const after = formatPico(expectedCost(CALLS, agreed));
  expect(before).not.toBe(after);

  const runs: Run[] = [];
  for (const killAfterMs of killedAfter) runs.push(await child('reprice', killAfterMs));
  const last = await child('reprice', null);
  const totals = [...runs, last].flatMap((run) => run.totals);
  // Old ones, then new ones, and nothing else: the first look after a kill is at what the kill left.
  const switched = totals.indexOf(after);
  expect(totals).toEqual(totals.map((_, index) => (switched === -1 || index < switched ? before : after)));
  expect(last.totals.at(-1)).toBe(after);
  expect(last.finished).toMatchObject({
    status: 'applied',
    differences: { calls: CALLS, beforeUsd: before, afterUsd: after },
  });
});
