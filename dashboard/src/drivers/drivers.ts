// Why the spend is another than before: for each group of calls (a feature on a model), how much of its change comes from
// the number of calls, the length of prompts, the length of answers, and the price of a token (prices, and how much of the
// prompt was cached). Pure; knows nothing of React or HTTP.
//
// The cost of a group is calls x (prompt tokens a call x cost of a prompt token + output tokens a call x cost of an output
// token). Its change is split by logarithmic means (LMDI): each factor's part is L(after, before) x ln(its ratio), with
// L(a, b) = (a - b) / ln(a / b). The parts add up to the change without a rest, whatever the order of the factors.
import { picoUsd, usdOfPico } from '../format.ts';

/** What is known of a group of calls in one window. */
export interface GroupTotals {
  /** Calls with a known price. */
  calls: number;
  costUsd: string;
  inputTokens: number;
  cacheWrite5mTokens: number;
  cacheWrite1hTokens: number;
  cacheReadTokens: number;
  outputTokens: number;
}
/** What tokens cost in proportion to each other; the unit does not matter. */
export interface RelativeRates {
  input: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
  cacheRead: number;
  output: number;
}
export type Factor = 'calls' | 'promptLength' | 'outputLength' | 'tokenPrice';

export interface Driver<Group> {
  group: Group;
  before: GroupTotals | null;
  after: GroupTotals | null;
  /** Exact. */
  changeUsd: string;
  /** Of the change of all groups together; null when that is nothing. */
  share: number | null;
  /** What the change is made of, in USD, largest first; empty for a group that is new or gone. A float: for words and bars. */
  parts: { factor: Factor; usd: number; ratio: number }[];
}

/** Every group that changed, the largest change first. */
export function driversOf<Group>(
  groups: readonly {
    group: Group;
    before: GroupTotals | null;
    after: GroupTotals | null;
    rates: RelativeRates | null;
  }[],
): Driver<Group>[] {
  const changes = groups.map((one) => ({
    ...one,
    pico: picoUsd(one.after?.costUsd ?? '0') - picoUsd(one.before?.costUsd ?? '0'),
  }));
  const total = changes.reduce((sum, { pico }) => sum + pico, 0n);
  return changes
    .filter(({ pico }) => pico !== 0n)
    .toSorted((one, other) => compare(size(other.pico), size(one.pico)))
    .map(({ group, before, after, rates, pico }) => ({
      group,
      before,
      after,
      changeUsd: usdOfPico(pico),
      share: total === 0n ? null : Number((pico * 1_000_000n) / total) / 1_000_000,
      parts: before && after ? partsOf(before, after, rates) : [],
    }));
}

const size = (pico: bigint) => (pico < 0n ? -pico : pico);
const compare = (one: bigint, other: bigint) => (one > other ? 1 : one < other ? -1 : 0);

export const promptTokens = (totals: GroupTotals): number =>
  totals.inputTokens + totals.cacheWrite5mTokens + totals.cacheWrite1hTokens + totals.cacheReadTokens;

function partsOf(before: GroupTotals, after: GroupTotals, rates: RelativeRates | null): Driver<unknown>['parts'] {
  const [costBefore, costAfter] = [Number(before.costUsd), Number(after.costUsd)];
  if (!(costBefore > 0 && costAfter > 0 && before.calls > 0 && after.calls > 0)) return [];
  const [splitBefore, splitAfter] = [split(before, rates), split(after, rates)];
  const usd: Record<Factor, number> = { calls: 0, promptLength: 0, outputLength: 0, tokenPrice: 0 };
  const perCall = (tokens: number, { calls }: GroupTotals) => tokens / calls;
  const side = (length: Factor, share: 'prompt' | 'output', tokens: (totals: GroupTotals) => number) => {
    const [was, is] = [costBefore * splitBefore[share], costAfter * splitAfter[share]];
    const lengths = ratioOf(perCall(tokens(after), after), perCall(tokens(before), before));
    if (was <= 0 || is <= 0 || lengths === null) {
      usd[length] += is - was; // a side that begins or ends: there is no ratio, and it is all of its length
      return;
    }
    const mean = logarithmicMean(is, was);
    const calls = after.calls / before.calls;
    usd.calls += mean * Math.log(calls);
    usd[length] += mean * Math.log(lengths);
    usd.tokenPrice += mean * Math.log(is / was / calls / lengths);
  };
  side('promptLength', 'prompt', promptTokens);
  side('outputLength', 'output', ({ outputTokens }) => outputTokens);
  const calls = after.calls / before.calls;
  const prompts = ratioOf(perCall(promptTokens(after), after), perCall(promptTokens(before), before)) ?? 1;
  const outputs = ratioOf(perCall(after.outputTokens, after), perCall(before.outputTokens, before)) ?? 1;
  // One number for both kinds of tokens: what the cost would be had nothing but the price of tokens changed.
  const asBefore = costBefore * calls * (splitBefore.prompt * prompts + splitBefore.output * outputs);
  const ratio: Record<Factor, number> = {
    calls,
    promptLength: prompts,
    outputLength: outputs,
    tokenPrice: costAfter / asBefore,
  };
  return (Object.keys(usd) as Factor[])
    .map((factor) => ({ factor, usd: usd[factor], ratio: ratio[factor] }))
    .toSorted((one, other) => Math.abs(other.usd) - Math.abs(one.usd));
}

/** Which share of the cost is the prompt's and which the output's. */
function split(totals: GroupTotals, rates: RelativeRates | null): { prompt: number; output: number } {
  // Without a price list all tokens count alike.
  const rate = rates ?? { input: 1, cacheWrite5m: 1, cacheWrite1h: 1, cacheRead: 1, output: 1 };
  const prompt =
    totals.inputTokens * rate.input +
    totals.cacheWrite5mTokens * rate.cacheWrite5m +
    totals.cacheWrite1hTokens * rate.cacheWrite1h +
    totals.cacheReadTokens * rate.cacheRead;
  const output = totals.outputTokens * rate.output;
  const all = prompt + output;
  return all === 0 ? { prompt: 1, output: 0 } : { prompt: prompt / all, output: output / all };
}

const ratioOf = (after: number, before: number) => (after > 0 && before > 0 ? after / before : null);

const logarithmicMean = (one: number, other: number): number =>
  Math.abs(one - other) < 1e-12 * one ? one : (one - other) / Math.log(one / other);
