// What a re-pricing found -> what its panels show. Pure.
import type { Differences, Repricing } from '@spanledger/collector/contract';
import type { Difference } from '../../charts/difference-bars.tsx';
import {
  differenceUsd,
  formatCalls,
  formatCount,
  formatDate,
  formatUsdAtLeast,
  formatUsdSigned,
  picoUsd,
  sumUsd,
  usdOfPico,
} from '../../format.ts';

export type Part = Differences['byDay'][number];

const DAY = 86_400_000;
const MOST_DAYS = 400;

/** One bar a day from the first to the last that is named; days between in which nothing changed are there too, at zero. */
export function differenceChart(byDay: readonly Part[]): Difference[] {
  const parts = new Map<number, Part>();
  for (const part of byDay) {
    const at = Date.parse(`${part.key ?? ''}`.slice(0, 10));
    if (!Number.isNaN(at)) parts.set(at, part);
  }
  const days = [...parts.keys()].toSorted((one, other) => one - other);
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return [];
  const count = (last - first) / DAY + 1;
  const all = count > MOST_DAYS ? days : Array.from({ length: count }, (_, index) => first + index * DAY);
  return all.map((at): Difference => {
    const part = parts.get(at);
    const exact = part ? (differenceUsd(part.beforeUsd, part.afterUsd) ?? usdOfPico(0n)) : usdOfPico(0n);
    return {
      at,
      size: Number(exact),
      label: formatUsdSigned(exact),
      exact,
      lines: part
        ? [
            { name: 'before', label: formatUsdAtLeast(part.beforeUsd, part.unpricedBefore) },
            { name: 'after', label: formatUsdAtLeast(part.afterUsd, part.unpricedAfter) },
            { name: 'changed', label: formatCalls(part.changedCalls) },
          ]
        : [{ name: 'changed', label: formatCount(0) }],
    };
  });
}

/** What the listed parts leave out of the whole: those without a difference, and all but the largest. null when nothing. */
export function remainder(parts: readonly Part[], whole: Differences): Part | null {
  const rest = (name: 'beforeUsd' | 'afterUsd') =>
    picoUsd(whole[name]) - picoUsd(sumUsd(parts.map((part) => part[name])) ?? '0');
  const [before, after] = [rest('beforeUsd'), rest('afterUsd')];
  const unpriced = (name: 'unpricedBefore' | 'unpricedAfter') =>
    Math.max(0, (whole[name] ?? 0) - parts.reduce((sum, part) => sum + (part[name] ?? 0), 0));
  const changedCalls = whole.changedCalls - parts.reduce((sum, part) => sum + part.changedCalls, 0);
  return before === 0n && after === 0n && changedCalls === 0 && unpriced('unpricedBefore') === 0
    ? null
    : {
        key: null,
        changedCalls,
        beforeUsd: usdOfPico(before),
        afterUsd: usdOfPico(after),
        unpricedBefore: unpriced('unpricedBefore'),
        unpricedAfter: unpriced('unpricedAfter'),
      };
}

/** "all calls", "calls from 1 Nov 2026", in UTC days: what a re-pricing looks at. */
export function windowWords({ from, to }: Pick<Repricing, 'from' | 'to'>): string {
  if (to === null) return from === null ? 'all calls' : `calls from ${formatDate(from)}`;
  return from === null ? `calls before ${formatDate(to)}` : `calls from ${formatDate(from)}, before ${formatDate(to)}`;
}
