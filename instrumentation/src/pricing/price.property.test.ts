// 100,000 calls of any model, day and modifier, priced here and by a second implementation that shares nothing with this
// one: the same to the last digit. And what no price list says, but every bill must hold: two halves cost what the whole costs.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { costUsdOf } from './cost.ts';
import { priceCall, type PriceInput } from './price.ts';
import {
  BORDERS,
  MODELS,
  oracle,
  rowFor,
  usdOf,
  WRITTEN,
  type OracleCall,
  type Sampling,
  type Tokens,
} from './testing/oracle.ts';
import type { ClaudeUsage } from './usage.ts';
import { parseUsd } from './usd.ts';

const SEED = 20261121;
const RUNS = 100_000;

// Most counts are small, and some reach past the borders of 100,000 and 200,000.
const count = fc.oneof(
  { weight: 5, arbitrary: fc.nat(2_000) },
  { weight: 2, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.nat(300_000) },
  { weight: 1, arbitrary: fc.constantFrom(1, 99_999, 100_000, 100_001, 199_999, 200_000, 200_001) },
);
const rarely = fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(5_000) });
const tokens: fc.Arbitrary<Tokens> = fc.record({
  input: count,
  write5m: count,
  write1h: count,
  writeUnsaid: rarely,
  read: count,
  output: count,
});
/** A prompt of exactly a border's length, one token less or one more: counts that are drawn alone hardly ever sum up to it. */
const atBorder = fc
  .tuple(tokens, fc.constantFrom(100_000, 200_000), fc.constantFrom(-1, 0, 1))
  .map(([counts, border, by]): Tokens => {
    const rest = { write5m: counts.write5m % 20_000, write1h: counts.write1h % 20_000, read: counts.read % 40_000 };
    const writeUnsaid = counts.writeUnsaid % 5_000;
    const input = border + by - rest.write5m - rest.write1h - rest.read - writeUnsaid;
    return { ...counts, ...rest, writeUnsaid, input };
  });
const ofAnyLength = fc.oneof({ weight: 3, arbitrary: tokens }, { weight: 1, arbitrary: atBorder });
const day = 86_400_000;
const at = fc.oneof(
  fc.integer({ min: Date.parse('2024-03-01'), max: Date.parse('2027-01-01') }),
  fc.tuple(fc.constantFrom(...BORDERS), fc.constantFrom(-day, -1, 0, 1, day - 1, day)).map(([when, by]) => when + by),
);
const model = fc.constantFrom(...MODELS);
const sampling: fc.Arbitrary<Sampling> = fc
  .record({
    tokens: ofAnyLength,
    silent: fc.boolean(),
    type: fc.constantFrom(
      'message' as const,
      'compaction' as const,
      'advisor_message' as const,
      'fallback_message' as const,
    ),
    model: fc.oneof(model, fc.constantFrom('claude-fable-5', 'claude-opus-4-8')),
    named: fc.boolean(),
  })
  .map(({ tokens: counts, silent, type, model: id, named }) => ({
    ...counts,
    output: silent ? 0 : counts.output,
    type,
    model: type === 'advisor_message' || named ? id : null,
  }));
const sometimes = <T>(value: T): fc.Arbitrary<T | null> => fc.constantFrom<(T | null)[]>(value, null, null, null);

const call: fc.Arbitrary<OracleCall> = fc
  .record({
    requested: fc.constantFrom(...WRITTEN),
    how: fc.constantFrom('answered', 'unnamed', 'other'),
    other: model,
    at,
    tokens: ofAnyLength,
    samplings: fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(sampling, { minLength: 1, maxLength: 4 }) },
    ),
    searches: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(40) }),
    tier: fc.constantFrom('standard' as const, 'standard' as const, 'batch' as const, 'priority' as const, null),
    speed: fc.constantFrom('standard' as const, 'standard' as const, 'fast' as const, null),
    geo: fc.constantFrom('us' as const, 'global' as const, 'not_available' as const, null),
    betas: fc.constantFrom([], ['context-1m-2025-08-07'], ['another-2026-01-01'], null),
    refused: fc.boolean(),
    outputEmpty: fc.constantFrom(true, false, null),
    cut: fc.nat(9).map((tenth) => tenth === 0),
    billTo: sometimes('user_profile' as const),
  })
  .map(({ how, other, cut, ...rest }) => ({
    ...rest,
    answered: how === 'unnamed' ? null : how === 'other' ? other : rest.requested.model,
    // A cut stream: the output was not said.
    tokens: cut && rest.samplings.length === 0 ? { ...rest.tokens, output: null } : rest.tokens,
  }));

const usageOf = (counts: Tokens): ClaudeUsage => ({
  input_tokens: counts.input,
  cache_creation_input_tokens: counts.write5m + counts.write1h + counts.writeUnsaid,
  cache_creation: { ephemeral_5m_input_tokens: counts.write5m, ephemeral_1h_input_tokens: counts.write1h },
  cache_read_input_tokens: counts.read,
  ...(counts.output === null ? {} : { output_tokens: counts.output }),
});
const inputOf = (each: OracleCall): PriceInput => ({
  model: each.answered,
  requestModel: each.requested.id,
  at: each.at,
  usage: {
    ...usageOf(each.tokens),
    iterations: each.samplings.map((entry) => ({ ...usageOf(entry), type: entry.type, model: entry.model })),
    server_tool_use: each.searches === 0 ? null : { web_search_requests: each.searches },
    service_tier: each.tier,
    speed: each.speed,
    inference_geo: each.geo,
  },
  stopReason: each.refused ? 'refusal' : 'end_turn',
  partial: each.tokens.output === null,
  billTo: each.billTo,
  ...(each.betas === null ? {} : { betas: each.betas }),
  ...(each.outputEmpty === null ? {} : { outputEmpty: each.outputEmpty }),
});

test(`${RUNS} calls cost what a second implementation says, to the last digit (seed ${SEED})`, () => {
  const seen = { priced: 0, unpriced: 0 };
  fc.assert(
    fc.property(call, (each) => {
      const expected = oracle(each);
      const { costUsd, costPico, receipt } = priceCall(inputOf(each));
      expect(costUsd).toBe(expected === null ? null : usdOf(expected));
      if (costPico === null) return void (seen.unpriced += 1);
      seen.priced += 1;
      expect(receipt.lines.reduce((sum, line) => sum + parseUsd(line.amountUsd), 0n)).toBe(costPico);
    }),
    { numRuns: RUNS, seed: SEED },
  );
  // The generator must not wander off into calls without a price.
  expect(seen.priced).toBeGreaterThan(RUNS / 2);
  expect(seen.unpriced).toBeGreaterThan(RUNS / 100);
});

test(`a call split in two costs the same, unless a part falls into another band (seed ${SEED})`, () => {
  const kinds = ['input', 'write5m', 'write1h', 'writeUnsaid', 'read', 'output'] as const;
  const seen = { same: 0, crossed: 0 };
  fc.assert(
    fc.property(call, fc.integer({ min: 0, max: 1_000 }), (each, permille) => {
      const whole: OracleCall = { ...each, samplings: [], refused: false, billTo: null };
      const part = { ...whole.tokens };
      const rest = { ...whole.tokens };
      for (const kind of kinds) {
        part[kind] = Math.floor(((whole.tokens[kind] ?? 0) * permille) / 1_000);
        rest[kind] = (whole.tokens[kind] ?? 0) - (part[kind] ?? 0);
      }
      const searches = Math.floor((whole.searches * permille) / 1_000);
      const costOf = (counts: Tokens, webSearches: number): bigint | null =>
        priceCall(inputOf({ ...whole, tokens: counts, searches: webSearches })).costPico;
      const total = costOf(whole.tokens, whole.searches);
      if (total === null) return;
      const sum = (costOf(part, searches) ?? 0n) + (costOf(rest, whole.searches - searches) ?? 0n);

      const id = whole.answered ?? whole.requested.model;
      const rows = new Set([whole.tokens, part, rest].map((counts) => rowFor(id, counts, whole)));
      seen[rows.size === 1 ? 'same' : 'crossed'] += 1;
      if (rows.size === 1) expect(sum).toBe(total);
      else expect(sum).toBeLessThanOrEqual(total); // a higher band is never the cheaper one
    }),
    { numRuns: RUNS / 10, seed: SEED },
  );
  expect(seen.same).toBeGreaterThan(RUNS / 20);
  expect(seen.crossed).toBeGreaterThan(0);
});

test('the cost without the receipt is the cost of the receipt, for a call like one before too', () => {
  fc.assert(
    fc.property(call, ofAnyLength, (each, counts) => {
      const input = inputOf(each);
      // The same call with a thousand times fewer tokens: most of them are short enough to be priced by known rates.
      const short = (value: number) => value % 1_009;
      const few: Tokens = {
        input: short(counts.input),
        write5m: short(counts.write5m),
        write1h: short(counts.write1h),
        writeUnsaid: short(counts.writeUnsaid),
        read: short(counts.read),
        output: counts.output === null ? null : short(counts.output),
      };
      const usage = { ...input.usage, ...usageOf(few), iterations: null, server_tool_use: null };
      const like = { ...input, usage, stopReason: 'end_turn', billTo: null };
      const others: readonly PriceInput[] = [
        input,
        like,
        { ...like, usage: { ...input.usage, ...usageOf(counts) } },
        { ...like, usage: { ...usage, ...usageOf(counts) } },
        ...['us', 'global', null].map((geo) => ({ ...like, usage: { ...usage, inference_geo: geo } })),
        ...['fast', 'standard', null].map((speed) => ({ ...like, usage: { ...usage, speed } })),
        ...['batch', 'standard', null].map((tier) => ({ ...like, usage: { ...usage, service_tier: tier } })),
        ...[...BORDERS, ...BORDERS.map((border) => border - 1)].map((when) => ({ ...like, at: when })),
        { ...like, model: null },
        { ...like, requestModel: null },
        { ...like, platform: 'aws.bedrock' },
      ];
      for (const other of others) expect(costUsdOf(other)).toBe(priceCall(other).costUsd);
    }),
    { seed: SEED, numRuns: 500 },
  );
});
