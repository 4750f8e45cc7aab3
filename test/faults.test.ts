// Killed at any instant, nothing that was acknowledged is lost, nothing counts twice and every total is the senders' own sum: a
// few kills here, 200 with `npm run faults`.
import { expect, test } from 'vitest';
import { torment, type Torment } from './faults.ts';

const SEED = 20_261_121;
const runs: readonly Torment[] = [
  { mode: 'embedded', kills: 3, seed: SEED },
  { mode: 'server', kills: 3, seed: SEED + 1 },
];

test.each(runs)(
  'in $mode mode, killed $kills times, the ledger is the books of the senders',
  async (run) => {
    const { done, differences } = await torment(run);
    expect(differences).toEqual([]);
    expect(done.collector).toBeGreaterThanOrEqual(run.kills);
    expect(done.calls).toBeGreaterThan(0);
  },
  240_000,
);
