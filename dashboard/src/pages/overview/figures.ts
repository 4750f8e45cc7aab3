// Rows of the API -> what the overview's panels show. Pure.
import type { Bucket, MetricsRow } from '@spanledger/collector/contract';
import { type Part, partsOf, type Point, type Series } from '../../charts/points.ts';
import { formatCount, formatUsdExact, picoUsd, usdOfPico } from '../../format.ts';
import { numberOf, textOf } from '../../ui/rows.ts';
import { bucketStarts } from '../../url/buckets.ts';

const OTHERS = '\u0000others';
const SHOWN = 7;
const keyOf = (value: string | null) => value ?? '';

export interface SpendChart {
  /** `values` are those of the dimension that the series stands for; empty text is "not set". */
  series: (Series & { values: string[]; isOthers: boolean })[];
  points: Point[];
}

/** The seven largest values as series, the rest folded into one; every bucket of the window as a point, empty ones too. */
export function spendChart(
  rows: readonly MetricsRow[],
  dimension: string,
  window: { from: string; to: string; bucket: Bucket },
  timezone: string,
  draw: { name: (value: string | null) => string; colour: (value: string | null) => string },
): SpendChart {
  const { totals, amounts } = amountsOf(rows, dimension);
  const ranked = [...totals]
    .filter((entry): entry is [string, bigint] => entry[1] !== null && entry[1] > 0n)
    .toSorted(([one, less], [other, more]) => (more === less ? (one < other ? -1 : 1) : more > less ? 1 : -1));
  const shown = new Set(ranked.slice(0, ranked.length === SHOWN + 1 ? SHOWN + 1 : SHOWN).map(([key]) => key));
  const series: SpendChart['series'] = [...shown].map((key) => {
    const value = key === '' ? null : key;
    return { key, values: [key], label: draw.name(value), colour: draw.colour(value), isOthers: false };
  });
  const folded = ranked.length - shown.size;
  if (folded > 0)
    series.push({
      key: OTHERS,
      // Also those without a price or a cost: their calls are in none of the series above.
      values: [...totals.keys()].filter((key) => !shown.has(key)),
      label: `${folded} others`,
      colour: 'var(--sl-others)',
      isOthers: true,
    });

  for (const start of bucketStarts(Date.parse(window.from), Date.parse(window.to), window.bucket, timezone))
    if (!amounts.has(start)) amounts.set(start, []);
  const points = [...amounts].toSorted(([one], [other]) => one - other).map(([at, costs]) => pointOf(at, costs, shown));
  return { series, points };
}

/** What a value of the dimension cost in a bucket: pico-dollars, and the same as it was told; null for a sum. */
interface Cost {
  key: string;
  pico: bigint;
  usd: string | null;
}

/**
 * What each value cost in all, pico-dollars, null where it is not known; and by the start of each bucket what cost something in it.
 * Rows can be tens of thousands: each amount is read once, and each bucket's start, since they come in the order of their buckets.
 */
function amountsOf(rows: readonly MetricsRow[], dimension: string) {
  const totals = new Map<string, bigint | null>();
  const amounts = new Map<number, Cost[]>();
  const costsAt = (at: number): Cost[] => {
    const costs = amounts.get(at) ?? [];
    // What says no instant is in no bucket.
    if (!Number.isNaN(at)) amounts.set(at, costs);
    return costs;
  };
  let [bucket, costs]: [string | null, Cost[]] = [null, []];
  for (const row of rows) {
    const key = keyOf(textOf(row, dimension));
    const total = totals.get(key) ?? null;
    const usd = textOf(row, 'costUsd');
    const pico = usd === null ? null : picoUsd(usd);
    totals.set(key, pico === null ? total : (total ?? 0n) + pico);
    if (usd === null || pico === null) continue;
    const start = textOf(row, 'bucket');
    if (start !== bucket) [bucket, costs] = [start, costsAt(Date.parse(start ?? ''))];
    costs.push({ key, pico, usd });
  }
  return { totals, amounts };
}

function pointOf(at: number, costs: readonly Cost[], shown: ReadonlySet<string>): Point {
  let total = 0n;
  const drawn: Cost[] = [];
  for (const cost of costs) {
    total += cost.pico;
    const key = shown.has(cost.key) ? cost.key : OTHERS;
    const index = drawn.findIndex((one) => one.key === key);
    const same = drawn[index];
    if (same) drawn[index] = { key, pico: same.pico + cost.pico, usd: null };
    else drawn.push(key === cost.key ? cost : { ...cost, key });
  }
  return {
    at,
    parts: partsOf(drawn.map(({ key, pico, usd }) => [key, partOf(usd ?? usdOfPico(pico))])),
    totalLabel: formatUsdExact(usdOfPico(total)),
  };
}
const partOf = (usd: string): Part => ({ size: Number(usd), label: formatUsdExact(usd), exact: usd });

/** Largest first; unknown amounts last. */
export function compareUsd(one: string | null, other: string | null): number {
  if (one === null || other === null) return (one === null ? 0 : 1) - (other === null ? 0 : 1);
  const difference = picoUsd(one) - picoUsd(other);
  return difference > 0n ? 1 : difference < 0n ? -1 : 0;
}

/** One measure through time as a series of points; no part where the API says nothing. */
export function coursePoints(
  rows: readonly MetricsRow[],
  measure: string,
  window: { from: string; to: string; bucket: Bucket },
  timezone: string,
  format: (value: number) => string,
): Point[] {
  const values = new Map(rows.map((row) => [Date.parse(textOf(row, 'bucket') ?? ''), numberOf(row, measure)]));
  return bucketStarts(Date.parse(window.from), Date.parse(window.to), window.bucket, timezone).map((at): Point => {
    const value = values.get(at) ?? null;
    const part = value === null ? {} : { [measure]: { size: value, label: format(value), exact: String(value) } };
    return { at, parts: part, totalLabel: null };
  });
}

/** The kinds of tokens: disjoint, so that they can be stacked. */
export const TOKEN_MEASURES = [
  'inputTokens',
  'cacheWrite5mTokens',
  'cacheWrite1hTokens',
  'cacheReadTokens',
  'outputTokens',
] as const;

/** Tokens through time, a part for each kind that was told of. */
export function tokenPoints(
  rows: readonly MetricsRow[],
  window: { from: string; to: string; bucket: Bucket },
  timezone: string,
): Point[] {
  const byStart = new Map(rows.map((row) => [Date.parse(textOf(row, 'bucket') ?? ''), row]));
  return bucketStarts(Date.parse(window.from), Date.parse(window.to), window.bucket, timezone).map((at): Point => {
    const counts = TOKEN_MEASURES.map((kind) => [kind, numberOf(byStart.get(at), kind)] as const);
    const told = counts.filter((entry): entry is [(typeof TOKEN_MEASURES)[number], number] => entry[1] !== null);
    return {
      at,
      parts: Object.fromEntries(
        told.map(([kind, count]): [string, Part] => [
          kind,
          { size: count, label: formatCount(count), exact: String(count) },
        ]),
      ),
      totalLabel: told.length === 0 ? null : formatCount(told.reduce((sum, [, count]) => sum + count, 0)),
    };
  });
}
