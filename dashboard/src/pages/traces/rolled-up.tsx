// What a span and all beneath it cost and used: a figure each, exact in the title, unknown in words.
import type { RolledUp } from '@spanledger/collector/contract';
import { formatCalls, formatCompact, formatCount, formatUsd, formatUsdExact } from '../../format.ts';

export const tokensOf = (sum: RolledUp): number =>
  sum.inputTokens + sum.cacheWriteTokens + sum.cacheReadTokens + sum.outputTokens;

/** "$0.02", "≥ $0.02" where some of its calls have no price, "unknown" where none has. */
export function costWords({ costUsd, unpricedCalls }: RolledUp): string {
  return unpricedCalls > 0 && costUsd !== null ? `≥ ${formatUsd(costUsd)}` : formatUsd(costUsd);
}

function costTitle({ calls, costUsd, unpricedCalls }: RolledUp): string {
  const known = costUsd === null ? 'No price is known' : formatUsdExact(costUsd);
  const lacking = unpricedCalls > 0 ? `; ${formatCount(unpricedCalls)} of them without a known price` : '';
  return `${known}, ${formatCalls(calls)}${lacking}`;
}

export function Cost({ sum, testId }: { sum: RolledUp; testId?: string }) {
  return (
    <span
      className={sum.costUsd === null ? 'figure is-unknown' : 'figure'}
      title={costTitle(sum)}
      data-testid={testId}
      data-value={testId ? (sum.costUsd ?? 'unknown') : undefined}
    >
      {costWords(sum)}
    </span>
  );
}

export function tokensTitle(sum: RolledUp): string {
  const parts = [
    `${formatCount(sum.inputTokens)} input`,
    `${formatCount(sum.cacheWriteTokens)} written to a cache`,
    `${formatCount(sum.cacheReadTokens)} read from it`,
    `${formatCount(sum.outputTokens)} output`,
  ];
  const untold = sum.callsWithoutUsage > 0 ? `; ${formatCalls(sum.callsWithoutUsage)} did not say` : '';
  return `${parts.join(', ')}${untold}`;
}

export function Tokens({ sum }: { sum: RolledUp }) {
  const unknown = sum.calls > 0 && sum.callsWithoutUsage === sum.calls;
  return (
    <span className={unknown ? 'figure is-unknown' : 'figure'} title={tokensTitle(sum)}>
      {formatCompact(unknown ? null : tokensOf(sum))}
    </span>
  );
}
