// Dimensions that no source tells and every call has: bands of what was measured of it, and yes or no. With them a part of a
// heat map, and whatever is found to be different in it, is a filter like any other. Imports nothing.

/** `null` as a value means: not known of the call. */
export const BANDED_DIMENSIONS = [
  'latency',
  'promptLength',
  'outputLength',
  'cacheUse',
  'retried',
  'streaming',
  'serverTime',
  'callCost',
] as const;
export type BandedDimension = (typeof BANDED_DIMENSIONS)[number];

/** From `from` (inclusive) to `to` (exclusive; null: no end). `value` is what filters and answers call it. */
export interface Band {
  value: string;
  from: number;
  to: number | null;
}

/** Of what the application waited, in milliseconds; six to a decade, so that ten seconds are a border. */
export const LATENCY_BANDS: readonly Band[] = bandsBetween(
  [
    100, 150, 200, 300, 500, 700, 1_000, 1_500, 2_000, 3_000, 5_000, 7_000, 10_000, 15_000, 20_000, 30_000, 50_000,
    70_000, 100_000, 150_000, 200_000, 300_000,
  ],
  (ms) => (ms < 1000 ? [`${ms}`, 'ms'] : [`${ms / 1000}`, 's']),
);
const thousands = (tokens: number): [string, string] => (tokens < 1000 ? [`${tokens}`, ''] : [`${tokens / 1000}`, 'k']);
/** Of all tokens of the prompt, cached or not. */
export const PROMPT_BANDS: readonly Band[] = bandsBetween([1_000, 4_000, 16_000, 64_000, 200_000], thousands);
/** Of the tokens of the answer, thinking included. */
export const OUTPUT_BANDS: readonly Band[] = bandsBetween([100, 300, 1_000, 3_000, 10_000], thousands);

/** Of what one call cost, in USD. */
export const COST_BANDS: readonly Band[] = bandsBetween(
  [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3],
  (usd) => [`${usd}`, ' USD'],
);

/** "under 1k", "1-4k", "200k or more": a unit that both ends share is said once. */
function bandsBetween(borders: readonly number[], say: (border: number) => [size: string, unit: string]): Band[] {
  const named = borders.map((border) => ({ border, words: say(border) }));
  const middle = named.slice(1).map(({ border: to, words: [size, unit] }, index) => {
    const { border: from, words: low } = named[index] as (typeof named)[number];
    return { value: `${low[0]}${low[1] === unit ? '' : low[1]}-${size}${unit}`, from, to };
  });
  const [first, last] = [named[0], named.at(-1)];
  if (!first || !last) return [];
  return [
    { value: `under ${first.words.join('')}`, from: 0, to: first.border },
    ...middle,
    { value: `${last.words.join('')} or more`, from: last.border, to: null },
  ];
}
