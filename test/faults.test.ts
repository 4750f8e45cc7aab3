// Killed at any instant, nothing that was acknowledged is lost, nothing counts twice and every total is the senders' own sum: a
// few kills here, 200 with `npm run faults`.
import { expect, test } from 'vitest';
import { formatPico } from '../instrumentation/src/pricing/index.ts';
import { torment, type Torment } from './faults.ts';

const asked = Number(process.env['SPANLEDGER_FAULTS_KILLS'] ?? 0);
const seed = Number(process.env['SPANLEDGER_FAULTS_SEED'] ?? 20_261_121);
const runs: readonly Torment[] = [
  { mode: 'embedded', kills: asked ? Math.ceil(asked / 2) : 3, seed },
  { mode: 'server', kills: asked ? Math.floor(asked / 2) : 3, seed: seed + 1 },
];

test.each(runs)(
  'in $mode mode, killed $kills times, the ledger is the books of the senders',
  async (run) => {
    const { books, listed, totals, byHour, applied, wrongLooks } = await torment(run);
    const cost = [...books.values()].reduce((sum, pico) => sum + pico, 0n);
    expect(wrongLooks).toEqual([]);
    expect(new Map(listed.map(({ callId, costUsd }) => [callId, costUsd]))).toEqual(
      new Map([...books].map(([id, pico]) => [id, formatPico(pico)])),
    );
    expect(listed).toHaveLength(books.size);
    expect(totals).toEqual({ calls: books.size, costUsd: formatPico(cost) });
    expect(byHour.reduce((sum, { calls }) => sum + calls, 0)).toBe(books.size);
    expect(byHour.reduce((sum, { costUsd }) => sum + picoOf(costUsd), 0n)).toBe(cost);
    expect(applied).toBeGreaterThan(0);
    console.log(
      `${run.mode}: ${run.kills} kills, ${books.size} calls, seed ${run.seed}, ${applied} re-pricings applied`,
    );
  },
  // A kill takes seconds on a free machine; half a minute on one that is busy with other work.
  asked ? Math.max(600_000, asked * 30_000) : 240_000,
);

const picoOf = (usd: string | null): bigint => BigInt((usd ?? '0.000000000000').replace('.', ''));
