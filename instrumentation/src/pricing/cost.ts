// The cost of a call without its receipt, for the span of a call that has just ended: exactly what `priceCall` answers, for a
// fraction of its work. A call like one priced before (same model, day and way of serving) costs its tokens times rates that are
// known from that receipt. Whatever more a cost can depend on is left to `priceCall`.
import { PRICE_CARDS } from './cards.ts';
import { priceCall, type PriceInput } from './price.ts';
import { TOKEN_KINDS, type ReceiptLine } from './receipt.ts';
import { asRecord, type ClaudeUsage } from './usage.ts';
import { formatPico, parseUsd, PICO_PER_USD } from './usd.ts';

/** Up to so many tokens of prompt a rate depends on no border. */
const SHORT_PROMPT = Math.min(
  ...(PRICE_CARDS.flatMap(({ band }) => [band?.overTokens, band?.upToTokens]).filter(
    (border) => border != null && border > 0,
  ) as number[]),
);
const DAY_MS = 86_400_000;
/** Calls of a process differ in few ways; others may push them out. */
const MOST_KNOWN = 1000;

/** Pico-USD a token, in the order of the kinds; undefined for a kind that no call like this has had yet. */
type TokenRates = (number | undefined)[];
const known = new Map<string, TokenRates>();

/** USD with 12 places by the list prices; null when unpriced. Never throws. */
export function costUsdOf(input: PriceInput): string | null {
  const tokens = plainTokens(input);
  if (tokens === null) return priceCall(input).costUsd;
  const key = keyOf(input);
  const rates = known.get(key);
  let costPico = rates === undefined ? Number.NaN : 0;
  for (let kind = 0; kind < tokens.length; kind++) {
    const quantity = tokens[kind] ?? 0;
    if (quantity > 0) costPico += quantity * (rates?.[kind] ?? Number.NaN);
  }
  return Number.isSafeInteger(costPico) ? formatPico(BigInt(costPico)) : pricedAndLearned(input, key);
}

/** The counts in the order of the kinds; null where the cost may depend on more than counts, rates and the day. */
function plainTokens({ usage, at, stopReason, partial, billTo }: PriceInput): number[] | null {
  if (usage === null || partial === true || billTo === 'user_profile' || stopReason === 'refusal') return null;
  if (!Number.isFinite(at) || !isServedPlainly(usage)) return null;
  const split = usage.cache_creation;
  if (split != null && asRecord(split) === null) return null;
  if (usage.input_tokens == null || usage.output_tokens == null) return null;
  const input = countOf(usage.input_tokens);
  const output = countOf(usage.output_tokens);
  const read = countOf(usage.cache_read_input_tokens);
  const written = countOf(usage.cache_creation_input_tokens);
  const write1h = countOf(split?.ephemeral_1h_input_tokens);
  const split5m = countOf(split?.ephemeral_5m_input_tokens);
  // What is written without a time to live counts as a 5-minute write, as it does in a receipt.
  const write5m = split5m + Math.max(0, written - split5m - write1h);
  // A count that cannot be has made the sum NaN.
  if (!(input + read + write5m + write1h <= SHORT_PROMPT && output >= 0)) return null;
  return [input, write5m, write1h, read, output];
}

/** No other samplings and no fees: what is left besides the counts is in {@link keyOf}. */
function isServedPlainly({
  iterations,
  server_tool_use: tools,
  service_tier,
  speed,
  inference_geo,
}: ClaudeUsage): boolean {
  if (iterations != null && !(Array.isArray(iterations) && iterations.length === 0)) return false;
  if (tools != null && (asRecord(tools) === null || (tools.web_search_requests ?? 0) !== 0)) return false;
  return isText(service_tier) && isText(speed) && isText(inference_geo);
}

const isText = (value: unknown): boolean => value == null || typeof value === 'string';

/** NaN for what cannot be a count. */
const countOf = (value: unknown): number =>
  value == null ? 0 : Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : Number.NaN;

/** All that a rate can depend on. */
function keyOf({ model, requestModel, at, usage, betas, platform }: PriceInput): string {
  const tier = usage?.service_tier ?? NONE;
  const speed = usage?.speed ?? NONE;
  const geo = usage?.inference_geo ?? NONE;
  const asked = Array.isArray(betas) ? betas.join() : NONE;
  const day = Math.floor(at / DAY_MS);
  return `${model ?? NONE}\n${requestModel ?? NONE}\n${platform ?? NONE}\n${tier}\n${speed}\n${geo}\n${asked}\n${day}`;
}
/** No text of the API's, so that what is absent is not taken for what is said. */
const NONE = '\0';

function pricedAndLearned(input: PriceInput, key: string): string | null {
  const { costUsd, receipt } = priceCall(input);
  if (costUsd === null) return null;
  const rates: TokenRates = known.get(key) ?? [];
  for (const line of receipt.lines) {
    if (line.kind !== 'webSearch') rates[TOKEN_KINDS.indexOf(line.kind)] = perToken(line);
  }
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, rates);
  return costUsd;
}

/** Pico-USD for one token of a line; undefined where that is no whole number, and so not exact. */
function perToken({ rateUsd, multipliers }: ReceiptLine): number | undefined {
  let numerator = parseUsd(rateUsd);
  let denominator = 1_000_000n;
  for (const { factor } of multipliers) {
    numerator *= parseUsd(factor);
    denominator *= PICO_PER_USD;
  }
  return numerator % denominator === 0n ? Number(numerator / denominator) : undefined;
}
