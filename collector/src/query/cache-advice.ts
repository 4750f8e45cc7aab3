// What a prompt's stable part would have cost with another lifetime, or without a cache: tokens by how they came, times the
// price card. Pure: knows no SQL.
import { formatPico, priceCall, type PriceBook } from '@spanledger/instrumentation/pricing';
import { CACHE_TTL_S, type CacheGroup, type CacheTtl } from '../contract.ts';

/** pico-USD for a token of a prompt of that length; null where there is no price. */
export interface PromptRates {
  input: bigint;
  read: bigint;
  '5m': bigint;
  '1h': bigint;
}

/** Tokens of the stable part of all calls of a group. */
export interface StableTokens {
  /** As they came: read, written, or sent as plain input. */
  read: number;
  written: Readonly<Record<CacheTtl, number>>;
  input: number;
  /** Of calls that began before what the call before them used would have expired. */
  within: Readonly<Record<CacheTtl, number>>;
}

const TTLS = Object.keys(CACHE_TTL_S) as CacheTtl[];

/** By the list and own prices at that instant, at standard speed, not batched; null where a rate is missing. */
export function promptRates(
  model: string | null,
  promptTokens: number,
  atMs: number,
  book: PriceBook,
): PromptRates | null {
  const tokens = Math.max(1, Math.round(promptTokens));
  const written = (ttl: CacheTtl) => ({
    cache_creation_input_tokens: tokens,
    cache_creation: {
      ephemeral_5m_input_tokens: ttl === '5m' ? tokens : 0,
      ephemeral_1h_input_tokens: ttl === '1h' ? tokens : 0,
    },
  });
  const rateOf = (prompt: Record<string, unknown>): bigint | null => {
    const usage = { input_tokens: 0, output_tokens: 0, ...prompt };
    const { costPico } = priceCall({ model, at: atMs, usage, betas: [] }, book);
    return costPico === null ? null : costPico / BigInt(tokens);
  };
  const [input, read, short, long] = [
    rateOf({ input_tokens: tokens }),
    rateOf({ cache_read_input_tokens: tokens }),
    rateOf(written('5m')),
    rateOf(written('1h')),
  ];
  return input === null || read === null || short === null || long === null
    ? null
    : { input, read, '5m': short, '1h': long };
}

/** The share of calls that must read for a cache to cost less than none: where h × read + (1 − h) × write = input. */
export function breakEvenOf(rates: PromptRates | null): CacheGroup['breakEven'] {
  const of = (ttl: CacheTtl): number | null =>
    rates === null || rates[ttl] <= rates.read
      ? null
      : Math.min(1, Math.max(0, Number(rates[ttl] - rates.input) / Number(rates[ttl] - rates.read)));
  return { '5m': of('5m'), '1h': of('1h') };
}

/** With what the stable part would have cost least, and by how much less than it did. Of equals, what costs no change first. */
export function adviceOf(
  stable: StableTokens,
  rates: PromptRates,
  ttl: CacheTtl | null,
): { advice: NonNullable<CacheGroup['advice']>; savingsUsd: string } {
  const times = (tokens: number, rate: bigint): bigint => BigInt(tokens) * rate;
  const all = stable.read + stable.written['5m'] + stable.written['1h'] + stable.input;
  const did =
    times(stable.read, rates.read) +
    TTLS.reduce((sum, each) => sum + times(stable.written[each], rates[each]), 0n) +
    times(stable.input, rates.input);
  const ways = [
    ...TTLS.map((each) => ({
      advice: each,
      cost: times(stable.within[each], rates.read) + times(all - stable.within[each], rates[each]),
    })),
    { advice: 'none' as const, cost: times(all, rates.input) },
  ].toSorted((one, other) =>
    one.cost === other.cost
      ? Number(other.advice === (ttl ?? 'none')) - Number(one.advice === (ttl ?? 'none'))
      : one.cost < other.cost
        ? -1
        : 1,
  );
  const [best] = ways;
  if (best === undefined) throw new Error('there is always the way without a cache');
  const saved = did - best.cost;
  return { advice: best.advice, savingsUsd: formatPico(saved > 0n ? saved : 0n) };
}

/** What of the cost of writes the same tokens would not have cost as plain input; pico-USD, null where nothing is known. */
export function surchargeOf(writtenPico: Readonly<Record<CacheTtl, bigint>>, rates: PromptRates | null): bigint | null {
  if (rates === null) return null;
  return TTLS.reduce((sum, ttl) => {
    const rate = rates[ttl];
    return rate === 0n ? sum : sum + (writtenPico[ttl] * (rate - rates.input)) / rate;
  }, 0n);
}
