// The tree of a trace, and what each part of it cost: spans and calls in, roll-ups out. Pure. Spans come in any order,
// without some parents, and from broken emitters with parents that go round in a circle; every one of them has a place.
import { formatPico, parseUsd } from '@spanledger/instrumentation/pricing';
import type { RolledUp } from '../contract.ts';

export interface Node {
  spanId: string;
  parentSpanId: string | null;
  startMicros: number;
}

/** Each span's place: the index of its parent, or why it has none. */
export interface Placed {
  /** Index into the spans; null at the top. */
  parent: number | null;
  orphan: boolean;
  /** 0 at the top. */
  depth: number;
}

export function placesOf(spans: readonly Node[]): Placed[] {
  const indexOf = new Map(spans.map(({ spanId }, index) => [spanId, index]));
  const parents = spans.map(({ parentSpanId }) => (parentSpanId === null ? null : (indexOf.get(parentSpanId) ?? null)));
  const orphans = spans.map(({ parentSpanId }, index) => parentSpanId !== null && parents[index] === null);
  const depths = Array.from<number | undefined>({ length: spans.length });
  for (let from = 0; from < spans.length; from++) {
    const way: number[] = [];
    const onWay = new Set<number>();
    let at: number | null = from;
    while (at !== null && depths[at] === undefined && !onWay.has(at)) {
      way.push(at);
      onWay.add(at);
      at = parents[at] ?? null;
    }
    if (at !== null && onWay.has(at)) {
      // A circle: cut above the span of it that began first, wherever the walk began.
      const circle = way.slice(way.indexOf(at));
      const first = circle.reduce((one, other) => (isBefore(spans[other]!, spans[one]!) ? other : one));
      parents[first] = null;
      orphans[first] = true;
      from--; // again, now that the way ends
      continue;
    }
    let depth = at === null ? -1 : depths[at]!;
    for (const index of way.toReversed()) depths[index] = ++depth;
  }
  return spans.map((_, index) => ({
    parent: parents[index] ?? null,
    orphan: orphans[index]!,
    depth: depths[index] ?? 0,
  }));
}

const isBefore = (one: Node, other: Node): boolean =>
  one.startMicros < other.startMicros || (one.startMicros === other.startMicros && one.spanId < other.spanId);

/** What one call adds. Tokens null: no source told them. */
export interface Spent {
  costUsd: string | null;
  usage: {
    inputTokens: number | null;
    cacheWrite5mTokens: number | null;
    cacheWrite1hTokens: number | null;
    cacheReadTokens: number | null;
    outputTokens: number | null;
  };
}

/** A sum in the making; money in pico-USD. */
export interface Sum {
  calls: number;
  unpricedCalls: number;
  callsWithoutUsage: number;
  pico: bigint;
  inputTokens: number;
  cacheWriteTokens: number;
  cacheReadTokens: number;
  outputTokens: number;
}

export const nothing = (): Sum => ({
  calls: 0,
  unpricedCalls: 0,
  callsWithoutUsage: 0,
  pico: 0n,
  inputTokens: 0,
  cacheWriteTokens: 0,
  cacheReadTokens: 0,
  outputTokens: 0,
});

export function sumOf({ costUsd, usage }: Spent): Sum {
  return {
    calls: 1,
    unpricedCalls: costUsd === null ? 1 : 0,
    callsWithoutUsage: Object.values(usage).every((count) => count === null) ? 1 : 0,
    pico: costUsd === null ? 0n : parseUsd(costUsd),
    inputTokens: usage.inputTokens ?? 0,
    cacheWriteTokens: (usage.cacheWrite5mTokens ?? 0) + (usage.cacheWrite1hTokens ?? 0),
    cacheReadTokens: usage.cacheReadTokens ?? 0,
    outputTokens: usage.outputTokens ?? 0,
  };
}

/** `times` -1 takes away. */
export function add(to: Sum, more: Sum, times: 1 | -1 = 1): void {
  to.calls += times * more.calls;
  to.unpricedCalls += times * more.unpricedCalls;
  to.callsWithoutUsage += times * more.callsWithoutUsage;
  to.pico += BigInt(times) * more.pico;
  to.inputTokens += times * more.inputTokens;
  to.cacheWriteTokens += times * more.cacheWriteTokens;
  to.cacheReadTokens += times * more.cacheReadTokens;
  to.outputTokens += times * more.outputTokens;
}

export const inJson = ({ pico, ...counts }: Sum): RolledUp => ({
  ...counts,
  costUsd: counts.calls > 0 && counts.unpricedCalls === counts.calls ? null : formatPico(pico),
});

/** For each span, the sum of its own calls and of all beneath it. `own`: index of a span -> what is counted on it. */
export function rollUp(places: readonly Placed[], own: ReadonlyMap<number, Sum>): Sum[] {
  const sums = places.map((_, index) => {
    const sum = nothing();
    const mine = own.get(index);
    if (mine) add(sum, mine);
    return sum;
  });
  const deepestFirst = places.map((_, index) => index).sort((a, b) => places[b]!.depth - places[a]!.depth);
  for (const index of deepestFirst) {
    const { parent } = places[index]!;
    if (parent !== null) add(sums[parent]!, sums[index]!);
  }
  return sums;
}
