// What is added up over calls, once for both ways of reading them: `raw` over merged calls, or read from a roll-up that holds
// the same sums by hour. Every measure is worked out from these sums, so both ways answer alike.
import { SERVER_SOURCE } from '../calls/believed.ts';
import { BANDED_DIMENSIONS, TOLD_DIMENSIONS, type Dimension, type Measure } from '../contract.ts';
import { PROMPT_TOKENS } from './bands.ts';
import { isStored } from './merged-calls.ts';

/** Name of a sum -> how it is added up over merged calls. The roll-up has a column of each name. */
export const SUMS = {
  calls: 'count()',
  errors: `countIf(outcome = 'error')`,
  priced: 'count(cost_usd)',
  cost: 'sum(ifNull(cost_usd, 0))',
  saving_calls: 'count(cache_savings_usd)',
  savings: 'sum(ifNull(cache_savings_usd, 0))',
  cache_priced: 'count(cache_read_usd)',
  cache_read_cost: 'sum(ifNull(cache_read_usd, 0))',
  cache_write_5m_cost: 'sum(ifNull(cache_write_5m_usd, 0))',
  cache_write_1h_cost: 'sum(ifNull(cache_write_1h_usd, 0))',
  input: 'sum(ifNull(input_tokens, 0))',
  cache_write_5m: 'sum(ifNull(cache_write_5m_tokens, 0))',
  cache_write_1h: 'sum(ifNull(cache_write_1h_tokens, 0))',
  cache_read: 'sum(ifNull(cache_read_tokens, 0))',
  output: 'sum(ifNull(output_tokens, 0))',
  thinking: 'sum(ifNull(thinking_tokens, 0))',
  searches: 'sum(ifNull(web_searches, 0))',
  retried: 'sum(ifNull(retries, 0))',
  output_told: 'count(output_tokens)',
  thinking_told: 'count(thinking_tokens)',
  searches_told: 'count(web_searches)',
  retries_told: 'count(retries)',
} as const;
const SUM_NAMES = Object.keys(SUMS) as (keyof typeof SUMS)[];

/** How large a call is, by what a list can be ordered by; unknown is smallest. */
export const SIZES = {
  costUsd: 'ifNull(cost_usd, toDecimal128(-1, 12))',
  durationMs: 'ifNull(duration_ms, -1)',
  ttftMs: 'ifNull(ttft_ms, -1)',
  promptTokens: `ifNull(toInt64(${PROMPT_TOKENS}), -1)`,
  outputTokens: 'ifNull(toInt64(output_tokens), -1)',
} as const;
/** Column of an hour's roll-up that says how large a call of it is at most. */
export const MAXIMA: Record<keyof typeof SIZES, { column: string; type: string }> = {
  costUsd: { column: 'max_cost', type: 'Decimal(38, 12)' },
  durationMs: { column: 'max_duration', type: 'Float64' },
  ttftMs: { column: 'max_ttft', type: 'Float64' },
  promptTokens: { column: 'max_prompt', type: 'Int64' },
  outputTokens: { column: 'max_output', type: 'Int64' },
};

/** What the app waited beyond the servers' own time; unknown unless both sides told. */
// Of a number and an unknown, `greatest` takes the number.
const OUTSIDE_MS = `if(source = '${SERVER_SOURCE}' OR isNull(duration_ms) OR isNull(server_ms), NULL, greatest(duration_ms - server_ms, 0))`;
/** What the servers say a call took of which the app told too, so that it can be set beside the time outside. */
const BOTH_TOLD_SERVER_MS = `if(source = '${SERVER_SOURCE}' OR isNull(duration_ms), NULL, server_ms)`;
/** Of answers that have a length and took a time. */
const OUTPUT_PER_SECOND = `if(duration_ms > 0 AND output_tokens > 0, output_tokens * 1000 / duration_ms, NULL)`;
const LEVELS = [0.5, 0.95, 0.99] as const;
/** Within 1 % of the value, mergeable. Name of a sketch -> what it is of. */
export const SKETCHES = {
  duration_sketch: 'duration_ms',
  ttft_sketch: 'ttft_ms',
  outside_sketch: OUTSIDE_MS,
  server_sketch: BOTH_TOLD_SERVER_MS,
  speed_sketch: OUTPUT_PER_SECOND,
} as const;
export type Sketch = keyof typeof SKETCHES;
const [SKETCH_NAME, SKETCH_LEVELS] = ['quantilesDD', `(0.01, ${LEVELS.join(', ')})`];
export const sketchState = (sketch: Sketch): string =>
  `${SKETCH_NAME}StateIf${SKETCH_LEVELS}(assumeNotNull(${SKETCHES[sketch]}), isNotNull(${SKETCHES[sketch]}))`;
/** The sketch of several rows of a roll-up. */
export const mergedSketch = (sketch: Sketch): string => `${SKETCH_NAME}MergeState${SKETCH_LEVELS}(${sketch})`;

const PROMPT = 'sum(input) + sum(cache_write_5m) + sum(cache_write_1h) + sum(cache_read)';
/** A sum of money is unknown where no call of the row has a price; a row without calls cost nothing. */
const money = (sum: string, known: string): string =>
  `if(sum(calls) > 0 AND sum(${known}) = 0, NULL, toDecimalString(sum(${sum}), 12))`;
/** Tokens are unknown where no call of the row has a price and none tells a token of any kind: nobody told their usage. */
const tokens = (sum: string): string =>
  `if(sum(calls) > 0 AND sum(priced) = 0 AND ${PROMPT} + sum(output) = 0, NULL, sum(${sum}))`;

/** What not every source tells is unknown where no call of the row tells it. */
const told = (sum: string, by: string): string => `if(sum(calls) > 0 AND sum(${by}) = 0, NULL, sum(${sum}))`;

/** Measures that are sums, or made of sums: exact, over rows that have the columns of {@link SUMS}. */
const OF_SUMS: Partial<Record<Measure, string>> = {
  calls: 'sum(calls)',
  errors: 'sum(errors)',
  errorRate: 'if(sum(calls) = 0, NULL, sum(errors) / sum(calls))',
  costUsd: money('cost', 'priced'),
  unpricedCalls: 'sum(calls) - sum(priced)',
  inputTokens: tokens('input'),
  cacheWrite5mTokens: tokens('cache_write_5m'),
  cacheWrite1hTokens: tokens('cache_write_1h'),
  cacheReadTokens: tokens('cache_read'),
  outputTokens: told('output', 'output_told'),
  thinkingTokens: told('thinking', 'thinking_told'),
  webSearches: told('searches', 'searches_told'),
  cacheHitRate: `if(${PROMPT} = 0, NULL, sum(cache_read) / (${PROMPT}))`,
  cacheSavingsUsd: money('savings', 'saving_calls'),
  cacheReadUsd: money('cache_read_cost', 'cache_priced'),
  cacheWrite5mUsd: money('cache_write_5m_cost', 'cache_priced'),
  cacheWrite1hUsd: money('cache_write_1h_cost', 'cache_priced'),
  retries: told('retried', 'retries_told'),
};

/** Measures that are quantiles: of which sketch, at which level. */
const OF_SKETCHES: Partial<Record<Measure, { sketch: Sketch; level: (typeof LEVELS)[number] }>> = {
  p50LatencyMs: { sketch: 'duration_sketch', level: 0.5 },
  p95LatencyMs: { sketch: 'duration_sketch', level: 0.95 },
  p99LatencyMs: { sketch: 'duration_sketch', level: 0.99 },
  p50TtftMs: { sketch: 'ttft_sketch', level: 0.5 },
  p95TtftMs: { sketch: 'ttft_sketch', level: 0.95 },
  p99TtftMs: { sketch: 'ttft_sketch', level: 0.99 },
  p50OutsideMs: { sketch: 'outside_sketch', level: 0.5 },
  p95OutsideMs: { sketch: 'outside_sketch', level: 0.95 },
  p50ServerMs: { sketch: 'server_sketch', level: 0.5 },
  p95ServerMs: { sketch: 'server_sketch', level: 0.95 },
  p50OutputTokensPerSecond: { sketch: 'speed_sketch', level: 0.5 },
};

export const sketchOf = (measure: Measure): Sketch | null => OF_SKETCHES[measure]?.sketch ?? null;

/** Which sums these measures are made of. */
export function sumsIn(measures: readonly Measure[]): (keyof typeof SUMS)[] {
  const text = measures.map((measure) => OF_SUMS[measure] ?? '').join(' ');
  const named = new Set([...text.matchAll(/sum\((\w+)\)/g)].map(([, name]) => name));
  return SUM_NAMES.filter((name) => named.has(name));
}

/** A measure over rows with the columns of SUMS, and of its sketch where it is a quantile. */
export function measureOfSums(measure: Measure): string {
  const quantile = OF_SKETCHES[measure];
  if (!quantile) return OF_SUMS[measure] ?? 'NULL';
  const merged = `${SKETCH_NAME}Merge${SKETCH_LEVELS}(${quantile.sketch})`;
  return `ifNotFinite(arrayElement(${merged}, ${LEVELS.indexOf(quantile.level) + 1}), NULL)`;
}

/** A measure that is no quantile, straight over merged calls. */
export const measureOfCalls = (measure: Measure): string =>
  (OF_SUMS[measure] ?? 'NULL').replace(/sum\((\w+)\)/g, (_, name: keyof typeof SUMS) => `(${SUMS[name]})`);

/** A quantile over merged calls, exact; null for a measure that is none. */
export function exactQuantile(measure: Measure): string | null {
  const quantile = OF_SKETCHES[measure];
  return quantile ? `quantileExactOrNull(${quantile.level})(${SKETCHES[quantile.sketch]})` : null;
}

/** Too many values to be combined with others, or seldom asked about with others; by one of them alone there is a roll-up. */
const ALONE: readonly Dimension[] = ['userId', 'conversationId', 'serviceVersion'];
export const ROLLUP_DIMENSIONS: readonly Dimension[] = TOLD_DIMENSIONS.filter(
  (dimension) => !ALONE.includes(dimension) && isStored(dimension),
);
/** What there is a roll-up of by it alone; all else is worked out from these or from the calls. */
export const SINGLE_DIMENSIONS: readonly Dimension[] = [...ROLLUP_DIMENSIONS, ...ALONE, ...BANDED_DIMENSIONS];
/** Of people, who are many, no more; the others came with the bands. */
export const SKETCHES_OF_PEOPLE: readonly Sketch[] = ['duration_sketch', 'ttft_sketch', 'outside_sketch'];
/**
 * What there is a roll-up of by it and the band of latency: what may be different in calls that are slow. People and conversations
 * are left out: one of them is seldom the reason.
 */
export const PAIR_DIMENSIONS: readonly Dimension[] = [
  'feature',
  'model',
  'promptVersion',
  'customer',
  'environment',
  'service',
  'serviceVersion',
  'stopReason',
  'failure',
  'promptLength',
  'outputLength',
  'cacheUse',
  'retried',
  'streaming',
];
/** The sums of such a pair. */
export const PAIR_SUMS = { calls: SUMS.calls, priced: SUMS.priced } as const;
/** Sketches are much larger than sums, and merging them costs by their number: fewer dimensions. */
export const SKETCH_DIMENSIONS: readonly Dimension[] = ['feature', 'model', 'promptVersion', 'environment', 'service'];
