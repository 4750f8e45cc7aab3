// A run of an agent can have thousands of steps: of many, the dearest are shown, and what the others cost is one line. Pure.
import type { AgentRun } from '@spanledger/collector/contract';
import { picoUsd, sumUsd } from '../../format.ts';

type Step = AgentRun['steps'][number];

export interface Dearest {
  /** In order of time. */
  steps: Step[];
  /** Null when all are shown. `costUsd` null: no cost of any is known. */
  others: { steps: number; calls: number; unpricedCalls: number; costUsd: string | null } | null;
}

export function dearestOf(steps: readonly Step[], most: number): Dearest {
  if (steps.length <= most) return { steps: [...steps], others: null };
  const costOf = ({ rolledUp }: Step): bigint => (rolledUp.costUsd === null ? 0n : picoUsd(rolledUp.costUsd));
  const byCost = steps.toSorted((one, other) =>
    costOf(one) === costOf(other) ? 0 : costOf(one) < costOf(other) ? 1 : -1,
  );
  const shown = new Set(byCost.slice(0, most));
  const others = steps.filter((step) => !shown.has(step));
  return {
    steps: steps.filter((step) => shown.has(step)),
    others: {
      steps: others.length,
      calls: others.reduce((calls, { rolledUp }) => calls + rolledUp.calls, 0),
      unpricedCalls: others.reduce((calls, { rolledUp }) => calls + rolledUp.unpricedCalls, 0),
      costUsd: sumUsd(others.map(({ rolledUp }) => rolledUp.costUsd)),
    },
  };
}
