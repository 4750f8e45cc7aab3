// Chance that repeats: the same seed gives the same demo, so that running it twice tells the ledger the same history.

export interface Random {
  /** 0 (inclusive) to 1 (exclusive). */
  next(): number;
  /** An integer from `low` to `high`, both possible. */
  between(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly [T, ...T[]]): T;
  /** One of `items`, in proportion to `share`; throws when there are none. */
  weighted<T extends { readonly share: number }>(items: readonly T[]): T;
  /** A positive integer whose median is `median`, with a long tail to the right: `spread` 0.3 is narrow, 1 is wide. */
  around(median: number, spread: number): number;
  hex(digits: number): string;
  /** As the ids of the API look: letters and digits without the ones that are easily mistaken. */
  id(length: number): string;
}

const ID_LETTERS = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** mulberry32 over a hash of the seed: small, fast, good enough for a demo. */
export function createRandom(seed: string): Random {
  let state = 2166136261;
  for (const letter of seed) state = Math.imul(state ^ letter.charCodeAt(0), 16777619);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  const letters = (alphabet: string, length: number): string =>
    Array.from({ length }, () => alphabet[Math.floor(next() * alphabet.length)]).join('');
  return {
    next,
    between,
    chance: (probability) => next() < probability,
    pick: (items) => items[Math.floor(next() * items.length)] ?? items[0],
    weighted(items) {
      let left = next() * items.reduce((sum, item) => sum + item.share, 0);
      for (const item of items) {
        left -= item.share;
        if (left < 0) return item;
      }
      const last = items.at(-1);
      if (last === undefined) throw new RangeError('there is nothing to choose from');
      return last; // rounding left a trace of the sum
    },
    around(median, spread) {
      const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      return Math.max(1, Math.round(median * Math.exp(spread * normal)));
    },
    hex: (digits) => letters('0123456789abcdef', digits),
    id: (length) => letters(ID_LETTERS, length),
  };
}
