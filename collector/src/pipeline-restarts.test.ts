// The ledger over real restarts: whatever sources told of a call, in whatever order, with the engine closed or killed in between,
// every way of asking gives what one clean report a call would.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Report } from './calls/report.ts';
import type { Answers } from './pipeline-restarts-child.ts';
import { shuffledBatches, toldCalls, type ToldCall } from './query/told-calls.ts';
import { temporaryPlace, type Place } from './store/fakes.ts';
import { onDisk } from './store/run-folders.ts';

async function restarted({ config }: Place, batches: Report[][], ending: 'close' | 'fall'): Promise<Answers> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'pipeline-restarts-child.ts'), JSON.stringify(config), ending],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  child.stdin.end(JSON.stringify(batches));
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return JSON.parse(output) as Answers;
}

const usd = (micros: bigint) => `${micros / 1_000_000n}.${String(micros % 1_000_000n).padStart(6, '0')}000000`;
const sorted = (rows: unknown[]) => rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** By hand, of one clean report a call. */
function totalsBy(calls: readonly ToldCall[], dimension: 'feature' | 'model') {
  return [...new Set(calls.map((call) => call[dimension]))].map((value) => {
    const group = calls.filter((call) => call[dimension] === value);
    const known = group.filter(({ cost }) => cost !== null);
    return {
      [dimension]: value,
      calls: group.length,
      costUsd: known.length === 0 ? null : usd(known.reduce((sum, { cost }) => sum + cost!, 0n)),
      unpricedCalls: group.length - known.length,
      outputTokens: known.length === 0 ? null : known.reduce((sum, { output }) => sum + output!, 0),
    };
  });
}

test('over restarts and kills, totals, list and budgets say what one clean report a call would', async () => {
  await fc.assert(
    fc.asyncProperty(toldCalls, fc.infiniteStream(fc.nat(1_000_000)), async (calls, seed) => {
      const place = temporaryPlace(onDisk());
      try {
        const batches = shuffledBatches(calls, () => seed.next().value as number, 4);
        const middle = Math.ceil(batches.length / 2);
        await restarted(place, batches.slice(0, middle), 'fall');
        await restarted(place, batches.slice(middle), 'close');
        const answers = await restarted(place, [], 'close');
        expect(sorted(answers.byFeature)).toEqual(sorted(totalsBy(calls, 'feature')));
        expect(sorted(answers.byModel)).toEqual(sorted(totalsBy(calls, 'model')));
        expect(sorted(answers.list)).toEqual(
          sorted(
            calls.map(({ feature, model, cost }) => ({ feature, model, costUsd: cost === null ? null : usd(cost) })),
          ),
        );
        const spentOn = (feature: string) =>
          calls.reduce((sum, call) => sum + (call.feature === feature ? (call.cost ?? 0n) : 0n), 0n) * 1_000_000n;
        expect(answers.spent).toEqual(
          ['chat', 'search'].map((feature) => ({ feature, usdPico: String(spentOn(feature)) })),
        );
      } finally {
        await place.remove();
      }
    }),
    { numRuns: 2, endOnFailure: true }, // six processes,
  );
});
