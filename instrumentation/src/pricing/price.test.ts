import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PRICED_MODELS, PRICE_CARDS } from './cards.ts';
import { priceCall, type PriceInput } from './price.ts';
import { TOKEN_KINDS } from './receipt.ts';
import { splitUsage, type ClaudeUsage } from './usage.ts';
import { parseUsd } from './usd.ts';

const utc = (text: string): number => Date.parse(text.includes('T') ? text : `${text}T12:00:00Z`);
const NOVEMBER = utc('2026-11-20');
const call = (model: string | null, usage: ClaudeUsage | null, rest: Partial<PriceInput> = {}): PriceInput => ({
  model,
  at: NOVEMBER,
  usage,
  ...rest,
});
/** The cost in millionths of a dollar as a decimal text, exact. */
const microUsd = (input: PriceInput): string | null => {
  const { costPico } = priceCall(input);
  if (costPico === null) return null;
  const fraction = (costPico % 1_000_000n).toString().padStart(6, '0').replace(/0+$/, '');
  return `${costPico / 1_000_000n}${fraction === '' ? '' : `.${fraction}`}`;
};
const flagsOf = (input: PriceInput): string[] => priceCall(input).receipt.flags.map((flag) => flag.flag);
const reasonOf = (input: PriceInput): string | null => priceCall(input).receipt.unpricedReason;

/** Opus 5.5 with 1,000 tokens in and 1,000 out: 4,000 + 20,000 micro-USD. */
const plain: ClaudeUsage = { input_tokens: 1_000, output_tokens: 1_000 };

describe('worked examples', () => {
  test('prices a plain call', () => {
    expect(microUsd(call('claude-opus-5-5', { input_tokens: 1_200, output_tokens: 800 }))).toBe('20800');
  });

  const cached: ClaudeUsage = {
    input_tokens: 21,
    cache_creation_input_tokens: 5_000,
    cache_creation: { ephemeral_5m_input_tokens: 2_000, ephemeral_1h_input_tokens: 3_000 },
    cache_read_input_tokens: 50_000,
    output_tokens: 1_500,
  };
  test('prices a cached call without charging the cache twice, at the rates of its day', () => {
    expect(microUsd(call('claude-sonnet-5-5', cached))).toBe('37042');
    expect(microUsd(call('claude-sonnet-5-5', cached, { at: utc('2026-10-01') }))).toBe('42042');
  });

  test('prices the whole request by the border of 100,000 prompt tokens', () => {
    const usage = (input: number): ClaudeUsage => ({
      input_tokens: input,
      cache_creation_input_tokens: 4_000,
      cache_creation: { ephemeral_5m_input_tokens: 4_000, ephemeral_1h_input_tokens: 0 },
      cache_read_input_tokens: 95_000,
      output_tokens: 500,
    });
    expect(microUsd(call('claude-haiku-5-5', usage(1_000)))).toBe('1800');
    expect(microUsd(call('claude-haiku-5-5', usage(1_001)))).toBe('9000.5');
  });

  test('halves every token rate in a batch', () => {
    const usage: ClaudeUsage = {
      input_tokens: 1_000,
      cache_creation_input_tokens: 10_000,
      cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 10_000 },
      cache_read_input_tokens: 40_000,
      output_tokens: 2_000,
      service_tier: 'batch',
    };
    expect(microUsd(call('claude-opus-5-5', usage))).toBe('66000');
  });

  test('doubles every token rate in fast mode, and adds a tenth for US inference', () => {
    const usage: ClaudeUsage = {
      input_tokens: 1_000,
      cache_creation_input_tokens: 2_000,
      cache_creation: { ephemeral_5m_input_tokens: 2_000 },
      cache_read_input_tokens: 30_000,
      output_tokens: 1_000,
      speed: 'fast',
    };
    expect(microUsd(call('claude-opus-5-5', usage))).toBe('80000');
    expect(microUsd(call('claude-opus-5-5', { ...usage, inference_geo: 'us' }))).toBe('88000');
  });

  test('adds web searches without multiplying their fee', () => {
    const usage: ClaudeUsage = {
      input_tokens: 10_000,
      output_tokens: 1_000,
      inference_geo: 'us',
      server_tool_use: { web_search_requests: 3 },
    };
    expect(microUsd(call('claude-sonnet-4-6', usage))).toBe('79500');
  });

  test('bills the compaction that the top level leaves out', () => {
    const usage: ClaudeUsage = {
      input_tokens: 23_000,
      output_tokens: 1_000,
      iterations: [
        { type: 'compaction', input_tokens: 180_000, output_tokens: 3_500 },
        { type: 'message', input_tokens: 23_000, output_tokens: 1_000 },
      ],
    };
    expect(microUsd(call('claude-opus-5', usage))).toBe('1127500');
    expect(microUsd(call('claude-opus-5', { ...usage, iterations: [] }))).toBe('140000');
  });

  test('bills a fallback at its own model and the declined hop not at all', () => {
    const usage: ClaudeUsage = {
      input_tokens: 412,
      output_tokens: 264,
      iterations: [
        { type: 'message', model: 'claude-fable-5', input_tokens: 535, output_tokens: 0 },
        { type: 'fallback_message', model: 'claude-opus-4-8', input_tokens: 412, output_tokens: 264 },
      ],
    };
    const priced = priceCall(call('claude-opus-4-8', usage, { requestModel: 'claude-fable-5' }));
    expect(priced.costUsd).toBe('0.008660000000');
    expect(
      priced.receipt.lines.map(({ kind, model, quantity, amountUsd }) => [kind, model, quantity, amountUsd]),
    ).toEqual([
      ['input', 'claude-fable-5', 535, '0.000000000000'],
      ['input', 'claude-opus-4-8', 412, '0.002060000000'],
      ['output', 'claude-opus-4-8', 264, '0.006600000000'],
    ]);
    expect(priced.receipt.flags.map((flag) => flag.flag)).toEqual(['not-billed']);
  });

  test('a refusal before any output costs nothing, one in the middle of it costs what was used', () => {
    const usage = (output: number): ClaudeUsage => ({ input_tokens: 5_000, output_tokens: output });
    expect(microUsd(call('claude-fable-5-2', usage(0), { stopReason: 'refusal', outputEmpty: true }))).toBe('0');
    expect(microUsd(call('claude-fable-5-2', usage(0), { stopReason: 'refusal' }))).toBe('0');
    expect(microUsd(call('claude-fable-5-2', usage(3), { stopReason: 'refusal', outputEmpty: true }))).toBe('0');
    expect(microUsd(call('claude-fable-5-2', usage(40), { stopReason: 'refusal' }))).toBe('41600');
    expect(microUsd(call('claude-fable-5-2', usage(0), { stopReason: 'end_turn' }))).toBe('40000');
  });

  test('keeps the smallest unit exact', () => {
    const usage: ClaudeUsage = {
      input_tokens: 0,
      cache_read_input_tokens: 1,
      output_tokens: 0,
      service_tier: 'batch',
      inference_geo: 'us',
    };
    expect(priceCall(call('claude-haiku-5-5', usage)).costPico).toBe(5_500n);
  });
});

describe('rates by day and by prompt', () => {
  test('every row of the price table is used for its model, day and prompt', () => {
    for (const card of PRICE_CARDS) {
      const at = card.since === null ? utc('2024-07-01') : Date.parse(`${card.since}T00:00:00Z`);
      for (const kind of TOKEN_KINDS) {
        const rate = card.usdPerMtok[kind];
        if (rate === null) continue;
        // The prompt is put into the row's band with cache reads, then 1,000 tokens of the kind asked about are added.
        const filler = card.band === null || card.band.label === '<=100000' ? 0 : card.band.overTokens + 1;
        const count = 1_000;
        const usage: ClaudeUsage = {
          input_tokens: kind === 'input' ? count : 0,
          cache_creation_input_tokens: kind.startsWith('cacheWrite') ? count : 0,
          cache_creation: {
            ephemeral_5m_input_tokens: kind === 'cacheWrite5m' ? count : 0,
            ephemeral_1h_input_tokens: kind === 'cacheWrite1h' ? count : 0,
          },
          cache_read_input_tokens: filler + (kind === 'cacheRead' ? count : 0),
          output_tokens: kind === 'output' ? count : 0,
        };
        const { receipt } = priceCall(call(card.model, usage, { at, betas: ['context-1m-2025-08-07'] }));
        expect(receipt.unpricedReason).toBeNull();
        const line = receipt.lines.find((each) => each.kind === kind);
        expect([card.model, line?.card.band, line?.card.since, line?.rateUsd, line?.multipliers]).toEqual([
          card.model,
          card.band?.label ?? null,
          card.since,
          rate,
          [],
        ]);
      }
    }
  });

  test('the cut of the cache read of Sonnet 5.5 holds from 2026-10-07 00:00 UTC', () => {
    const usage: ClaudeUsage = { input_tokens: 0, output_tokens: 0, cache_read_input_tokens: 1_000_000 };
    expect(microUsd(call('claude-sonnet-5-5', usage, { at: utc('2026-10-06T23:59:59.999Z') }))).toBe('200000');
    expect(microUsd(call('claude-sonnet-5-5', usage, { at: utc('2026-10-07T00:00:00Z') }))).toBe('100000');
  });

  test('100,000 prompt tokens are the low band of Haiku 5.5, one more is the high band', () => {
    const at = (input: number): ClaudeUsage => ({ input_tokens: input, output_tokens: 0 });
    expect(microUsd(call('claude-haiku-5-5', at(100_000)))).toBe('10000');
    expect(microUsd(call('claude-haiku-5-5', at(100_001)))).toBe('50000.5');
  });

  test('judges the band of each sampling by itself and says when their sum would pass the border', () => {
    const hop = { type: 'message', input_tokens: 60_000, output_tokens: 0 };
    const input = call('claude-haiku-5-5', { input_tokens: 120_000, output_tokens: 0, iterations: [hop, hop] });
    expect(microUsd(input)).toBe('12000');
    expect(flagsOf(input)).toEqual(['estimated']);
    expect(flagsOf(call('claude-haiku-5-5', { ...plain, iterations: [{ ...plain }, { ...plain }] }))).toEqual([]);
  });

  test('says when a tool loop without iterations may have passed the border only as a sum', () => {
    const usage: ClaudeUsage = { input_tokens: 150_000, output_tokens: 0 };
    expect(flagsOf(call('claude-haiku-5-5', usage))).toEqual([]);
    expect(flagsOf(call('claude-haiku-5-5', { ...usage, server_tool_use: { web_search_requests: 2 } }))).toEqual([
      'estimated',
    ]);
  });

  test('the long-context price of Sonnet 4.5 needs its beta header and ended on 2026-04-30', () => {
    const usage: ClaudeUsage = { input_tokens: 200_001, output_tokens: 0 };
    const at = utc('2026-04-29');
    const model = 'claude-sonnet-4-5';
    expect(microUsd(call(model, usage, { at, betas: ['context-1m-2025-08-07'] }))).toBe('1200006');
    expect(microUsd(call(model, usage, { at, betas: [] }))).toBe('600003');
    expect(microUsd(call(model, usage, { at, requestModel: 'claude-sonnet-4-5[1m]', betas: [] }))).toBe('1200006');
    expect(microUsd(call(model, usage, { at: utc('2026-04-30'), betas: ['context-1m-2025-08-07'] }))).toBe('600003');
    expect(flagsOf(call(model, usage, { at }))).toContain('estimated');
  });

  test('a call dated before its model was released is priced at the first rates and flagged', () => {
    const input = call(
      'claude-sonnet-5-5',
      { input_tokens: 0, output_tokens: 0, cache_read_input_tokens: 10 },
      { at: utc('2026-09-01') },
    );
    expect(microUsd(input)).toBe('2');
    expect(flagsOf(input)).toEqual(['estimated']);
  });
});

describe('modifiers', () => {
  test('fast mode has a price only for the models and days it is listed for', () => {
    const fast: ClaudeUsage = { ...plain, speed: 'fast' };
    expect(microUsd(call('claude-fable-5-2', fast))).toBe('96000');
    expect(flagsOf(call('claude-fable-5-2', fast))).toContain('quoted');
    expect(flagsOf(call('claude-mythos-5-2', fast))).toContain('inferred');
    expect(microUsd(call('claude-opus-4-7', fast, { at: utc('2026-07-23') }))).toBe('180000');
    expect(reasonOf(call('claude-opus-4-7', fast))).toBe(
      'No fast-mode price is known for claude-opus-4-7 at that time.',
    );
    expect(reasonOf(call('claude-opus-4-8', fast, { at: utc('2026-11-30') }))).toMatch(/fast-mode/);
    expect(reasonOf(call('claude-sonnet-5-5', fast))).toMatch(/fast-mode/);
    expect(microUsd(call('claude-opus-4-6', fast, { at: utc('2026-03-20') }))).toBe('180000');
    expect(microUsd(call('claude-opus-4-6', fast))).toBe('30000');
    expect(reasonOf(call('claude-opus-5-5', { ...fast, service_tier: 'batch' }))).toMatch(/not offered/);
  });

  test('fast Opus 4.6 over 200,000 tokens costs six times the long-context price', () => {
    const usage: ClaudeUsage = { input_tokens: 200_001, output_tokens: 1_000, speed: 'fast' };
    // 200,001 x 60 + 1,000 x 225
    expect(microUsd(call('claude-opus-4-6', usage, { at: utc('2026-02-20') }))).toBe('12225060');
  });

  test('a deployment for fast mode is fast, unless the response says that it ran at standard speed', () => {
    const deployed = (usage: ClaudeUsage): PriceInput =>
      call('claude-opus-5-5', usage, { requestModel: 'claude-opus-5-5-fast', platform: 'azure' });
    expect(microUsd(deployed(plain))).toBe('48000');
    expect(microUsd(deployed({ ...plain, speed: 'fast' }))).toBe('48000');
    expect(microUsd(deployed({ ...plain, speed: 'standard' }))).toBe('24000');
    expect(flagsOf(deployed({ ...plain, speed: 'standard' }))).toEqual(['estimated']);
  });

  test('only "us" exactly adds a tenth, and only from Claude 4.6 on', () => {
    const geo = (model: string, place: string | null): string | null =>
      microUsd(call(model, { ...plain, inference_geo: place }));
    expect(geo('claude-opus-5-5', 'us')).toBe('26400');
    for (const place of ['global', 'not_available', null, 'US', 'us-east'])
      expect(geo('claude-opus-5-5', place)).toBe('24000');
    expect(geo('claude-haiku-4-5', 'us')).toBe('6000');
    expect(flagsOf(call('claude-haiku-4-5', { ...plain, inference_geo: 'us' }))).toEqual(['estimated']);
    expect(flagsOf(call('claude-opus-5-5', { ...plain, inference_geo: 'eu' }))).toEqual(['estimated']);
  });

  test('a priority call shows its list price and says that a contract pays it', () => {
    const input = call('claude-opus-4-8', { ...plain, service_tier: 'priority' });
    expect(microUsd(input)).toBe('30000');
    expect(flagsOf(input)).toEqual(['contract-priced']);
  });

  test('a web search costs the same in a batch', () => {
    const usage: ClaudeUsage = { ...plain, service_tier: 'batch', server_tool_use: { web_search_requests: 1 } };
    expect(microUsd(call('claude-opus-5-5', usage))).toBe('22000');
  });

  test("a call billed to the user's organisation costs nothing here", () => {
    const { costUsd, receipt } = priceCall(call('claude-opus-5-5', plain, { billTo: 'user_profile' }));
    expect([costUsd, receipt.flags.map((flag) => flag.flag)]).toEqual(['0.000000000000', ['not-billed']]);
    expect(microUsd(call('claude-opus-5-5', plain, { billTo: 'self' }))).toBe('24000');
  });

  test("a cloud's call is an estimate, with a tenth more where the id names a regional profile of Claude 4.5 or later", () => {
    expect(microUsd(call('us.anthropic.claude-opus-5-5', plain))).toBe('26400');
    expect(microUsd(call('claude-opus-5-5', plain, { requestModel: 'eu.anthropic.claude-opus-5-5' }))).toBe('26400');
    expect(microUsd(call('global.anthropic.claude-opus-5-5', plain))).toBe('24000');
    expect(microUsd(call('anthropic.claude-opus-5-5', plain))).toBe('24000');
    expect(microUsd(call('us.anthropic.claude-opus-4-1-20250805-v1:0', plain))).toBe('90000');
    for (const id of ['us.anthropic.claude-opus-5-5', 'claude-opus-5-5@default'])
      expect(flagsOf(call(id, plain))).toEqual(['estimated']);
    for (const platform of ['aws.bedrock', 'gcp.vertex_ai', 'openrouter']) {
      expect(flagsOf(call('claude-opus-5-5', plain, { platform }))).toEqual(['estimated']);
    }
    for (const platform of ['anthropic', 'azure', null])
      expect(flagsOf(call('claude-opus-5-5', plain, { platform }))).toEqual([]);
  });

  test('an advisor is billed at its own model', () => {
    const usage: ClaudeUsage = {
      ...plain,
      iterations: [
        { type: 'message', ...plain },
        { type: 'advisor_message', model: 'claude-fable-5-1', input_tokens: 100, output_tokens: 10 },
      ],
    };
    // Opus 5.5: 24,000; Fable 5.1: 1,000 + 500
    expect(microUsd(call('claude-opus-5-5', usage))).toBe('25500');
  });

  test('of a fallback that refused too, the last hop is free as well', () => {
    const usage: ClaudeUsage = {
      input_tokens: 10,
      output_tokens: 0,
      iterations: [
        { type: 'message', model: 'claude-fable-5', input_tokens: 10, output_tokens: 0 },
        { type: 'fallback_message', model: 'claude-opus-4-8', input_tokens: 10, output_tokens: 0 },
      ],
    };
    expect(microUsd(call('claude-opus-4-8', usage, { stopReason: 'refusal' }))).toBe('0');
    expect(microUsd(call('claude-opus-4-8', usage, { stopReason: 'end_turn' }))).toBe('50');
  });

  test('of a fallback that refused after the first model had spoken, the silent last hop is free', () => {
    const usage: ClaudeUsage = {
      input_tokens: 10,
      output_tokens: 0,
      iterations: [
        { type: 'message', model: 'claude-fable-5', input_tokens: 10, output_tokens: 20 },
        { type: 'fallback_message', model: 'claude-opus-4-8', input_tokens: 10, output_tokens: 0 },
      ],
    };
    // Fable 5: 10 x 10 + 20 x 50. There is content, the first model's.
    const refused = call('claude-opus-4-8', usage, { stopReason: 'refusal', outputEmpty: false });
    expect(microUsd(refused)).toBe('1100');
  });

  test('a model that declined needs no fast price for its fallback to have one', () => {
    const usage: ClaudeUsage = {
      input_tokens: 10,
      output_tokens: 10,
      speed: 'fast',
      iterations: [
        { type: 'message', model: 'claude-fable-5', input_tokens: 10, output_tokens: 0 },
        { type: 'fallback_message', model: 'claude-opus-4-8', input_tokens: 10, output_tokens: 10 },
      ],
    };
    // Opus 4.8 fast: (10 x 5 + 10 x 25) x 2
    expect(microUsd(call('claude-opus-4-8', usage, { requestModel: 'claude-fable-5' }))).toBe('600');
  });

  test('a silent sampling of a tool loop is billed when the next one is of the same model', () => {
    const usage: ClaudeUsage = {
      input_tokens: 300,
      output_tokens: 10,
      iterations: [
        { type: 'message', model: 'claude-fable-5', input_tokens: 100, output_tokens: 0 },
        { type: 'message', model: 'claude-opus-4-8', input_tokens: 100, output_tokens: 0 },
        { type: 'fallback_message', model: 'claude-opus-4-8', input_tokens: 200, output_tokens: 10 },
      ],
    };
    // Fable 5 declined: 0; Opus 4.8: 100 x 5 + 200 x 5 + 10 x 25
    expect(microUsd(call('claude-opus-4-8', usage, { requestModel: 'claude-fable-5' }))).toBe('1750');
  });
});

describe('what is known badly', () => {
  test('cache writes without a time to live are priced as 5-minute writes and flagged', () => {
    const usage: ClaudeUsage = { input_tokens: 0, output_tokens: 0, cache_creation_input_tokens: 1_000 };
    expect(microUsd(call('claude-opus-5-5', usage))).toBe('5000');
    expect(flagsOf(call('claude-opus-5-5', usage))).toEqual(['unsplit-cache-write']);
  });

  test('a cut stream is priced as a lower bound', () => {
    const input = call('claude-opus-5-5', { input_tokens: 1_000, output_tokens: null }, { partial: true });
    expect(microUsd(input)).toBe('4000');
    expect(flagsOf(input)).toEqual(['partial']);
    expect(reasonOf(call('claude-opus-5-5', {}, { partial: true }))).toBe('The usage has no input tokens.');
  });

  test('the requested model stands in for a response that names none, and is flagged', () => {
    const input = call(null, plain, { requestModel: 'claude-opus-5-5' });
    expect(microUsd(input)).toBe('24000');
    expect(flagsOf(input)).toEqual(['estimated']);
  });

  test('rates that are not first-party say so', () => {
    expect(flagsOf(call('claude-fable-5-2', plain))).toEqual([]);
    expect(flagsOf(call('claude-fable-5-2', { ...plain, cache_read_input_tokens: 1 }))).toEqual(['quoted']);
    expect(flagsOf(call('claude-mythos-5-2', { ...plain, cache_read_input_tokens: 1 }))).toEqual(['inferred']);
  });

  const bad: ClaudeUsage = { input_tokens: 1, output_tokens: 1 };
  test.each<[string, PriceInput]>([
    ['The call reported no usage.', call('claude-opus-5-5', null)],
    ['The call named no model.', call(null, plain)],
    ['The time of the call is unknown.', call('claude-opus-5-5', plain, { at: Number.NaN })],
    ['No price is known for the model "claude-sonnet-5-7".', call('claude-sonnet-5-7', plain)],
    ['The usage has no input tokens.', call('claude-opus-5-5', { output_tokens: 1 })],
    ['The usage has no output tokens.', call('claude-opus-5-5', { input_tokens: 1 })],
    ['usage.input_tokens is not a whole number of 0 or more.', call('claude-opus-5-5', { ...bad, input_tokens: -1 })],
    [
      'usage.output_tokens is not a whole number of 0 or more.',
      call('claude-opus-5-5', { ...bad, output_tokens: 1.5 }),
    ],
    [
      'usage.cache_read_input_tokens is not a whole number of 0 or more.',
      call('claude-opus-5-5', { ...bad, cache_read_input_tokens: 2 ** 53 }),
    ],
    ['No price is known for service_tier "flex".', call('claude-opus-5-5', { ...bad, service_tier: 'flex' })],
    ['No price is known for speed "ludicrous".', call('claude-opus-5-5', { ...bad, speed: 'ludicrous' })],
    [
      'No cacheWrite1h price of claude-3-sonnet-20240229 was ever published.',
      call('claude-3-sonnet-20240229', { ...bad, cache_creation: { ephemeral_1h_input_tokens: 5 } }),
    ],
    [
      'A hop of type "advisor_message" names no model.',
      call('claude-opus-5-5', { ...bad, iterations: [{ ...bad, type: 'advisor_message' }] }),
    ],
  ])('is unpriced: %s', (reason, input) => {
    expect(priceCall(input)).toEqual({
      costPico: null,
      costUsd: null,
      savingsPico: null,
      cachedPico: null,
      receipt: { lines: [], totalUsd: null, flags: [], unpricedReason: reason },
    });
  });
});

test('a receipt names the row, the rate and the multipliers of each line', () => {
  const usage: ClaudeUsage = { input_tokens: 2, output_tokens: 0, service_tier: 'batch', inference_geo: 'us' };
  expect(priceCall(call('claude-sonnet-5-5', usage)).receipt).toEqual({
    lines: [
      {
        kind: 'input',
        model: 'claude-sonnet-5-5',
        quantity: 2,
        unit: 'token',
        rateUsd: '2',
        per: 'million',
        multipliers: [
          { name: 'batch', factor: '0.5' },
          { name: 'us-inference', factor: '1.1' },
        ],
        amountUsd: '0.000002200000',
        card: {
          model: 'claude-sonnet-5-5',
          band: null,
          since: '2026-10-07',
          until: null,
          source: 'Anthropic pricing page (platform.claude.com/docs/en/about-claude/pricing), Oct 2026',
          confidence: 'first-party',
        },
      },
    ],
    totalUsd: '0.000002200000',
    flags: [],
    unpricedReason: null,
  });
});

test('savings are net of what the writes cost more', () => {
  const usage: ClaudeUsage = {
    input_tokens: 7,
    output_tokens: 9,
    cache_read_input_tokens: 1_000,
    cache_creation_input_tokens: 100,
    cache_creation: { ephemeral_5m_input_tokens: 100 },
    speed: 'fast',
  };
  // Opus 5.5 fast: 2 x (1,000 x (4 - 0.20) + 100 x (4 - 5)) = 7,400 micro-USD
  expect(priceCall(call('claude-opus-5-5', usage)).savingsPico).toBe(7_400_000_000n);
  expect(priceCall(call('claude-opus-5-5', { ...usage, cache_read_input_tokens: 0 })).savingsPico).toBe(-200_000_000n);
  // Of the cost: 2 x 1,000 x 0.20 = 400 and 2 x 100 x 5 = 1,000 micro-USD.
  expect(priceCall(call('claude-opus-5-5', usage)).cachedPico).toEqual({
    cacheRead: 400_000_000n,
    cacheWrite5m: 1_000_000_000n,
    cacheWrite1h: 0n,
  });
});

describe('for any usage', () => {
  const count = fc.nat({ max: 3_000_000 });
  const usageOf = fc
    .record({ input: count, write5m: count, write1h: count, read: count, output: count, searches: fc.nat({ max: 50 }) })
    .map(({ input, write5m, write1h, read, output, searches }): ClaudeUsage => ({
      input_tokens: input,
      cache_creation_input_tokens: write5m + write1h,
      cache_creation: { ephemeral_5m_input_tokens: write5m, ephemeral_1h_input_tokens: write1h },
      cache_read_input_tokens: read,
      output_tokens: output,
      server_tool_use: { web_search_requests: searches },
    }));
  const model = fc.constantFrom(...PRICED_MODELS.filter((each) => each !== 'claude-3-sonnet-20240229'));
  const serving = fc.record({
    service_tier: fc.constantFrom('standard', 'batch', null),
    inference_geo: fc.constantFrom('us', 'global', null),
  });
  const hops = fc.array(
    fc.tuple(fc.constantFrom('message', 'compaction', 'advisor_message', 'fallback_message'), model, usageOf),
    { maxLength: 4 },
  );

  test('the cost is the exact sum of the lines, and the usage is the sum of their quantities', () => {
    fc.assert(
      fc.property(model, usageOf, serving, hops, (id, usage, how, entries) => {
        const iterations = entries.map(([type, hopModel, tokens]) => ({ ...tokens, type, model: hopModel }));
        const full = { ...usage, ...how, iterations };
        const { costPico, costUsd, receipt } = priceCall(call(id, full));
        expect(receipt.unpricedReason).toBeNull();
        expect(receipt.lines.reduce((sum, line) => sum + parseUsd(line.amountUsd), 0n)).toBe(costPico);
        expect(receipt.totalUsd).toBe(costUsd);
        const split = splitUsage(full);
        for (const kind of TOKEN_KINDS) {
          const sum = receipt.lines
            .filter((line) => line.kind === kind)
            .reduce((total, line) => total + line.quantity, 0);
          expect(sum).toBe(split[`${kind}Tokens`] ?? 0);
        }
        for (const line of receipt.lines) {
          // Line by line in integers scaled to whole: amount x 10^36 = quantity x rate x factors.
          const factors = line.multipliers.reduce((product, { factor }) => product * parseUsd(factor), 1n);
          const scale = 10n ** BigInt(12 * line.multipliers.length) * (line.per === 'million' ? 1_000_000n : 1n);
          expect(parseUsd(line.amountUsd) * scale).toBe(BigInt(line.quantity) * parseUsd(line.rateUsd) * factors);
        }
      }),
    );
  });

  test('more tokens of any kind never cost less', () => {
    const field = fc.constantFrom(
      'input_tokens',
      'cache_read_input_tokens',
      'output_tokens',
      'cache_creation_input_tokens',
    );
    fc.assert(
      fc.property(model, usageOf, field, fc.nat({ max: 500_000 }), (id, usage, name, more) => {
        const less = priceCall(call(id, usage)).costPico;
        const greater = priceCall(call(id, { ...usage, [name]: (usage[name] as number) + more })).costPico;
        expect(greater! >= less!).toBe(true);
      }),
    );
  });

  test('twice the usage costs twice as much where the price has no border', () => {
    fc.assert(
      fc.property(model, usageOf, (id, usage) => {
        fc.pre(id !== 'claude-haiku-5-5');
        const twice: ClaudeUsage = {
          input_tokens: usage.input_tokens! * 2,
          cache_creation_input_tokens: usage.cache_creation_input_tokens! * 2,
          cache_creation: {
            ephemeral_5m_input_tokens: usage.cache_creation!.ephemeral_5m_input_tokens! * 2,
            ephemeral_1h_input_tokens: usage.cache_creation!.ephemeral_1h_input_tokens! * 2,
          },
          cache_read_input_tokens: usage.cache_read_input_tokens! * 2,
          output_tokens: usage.output_tokens! * 2,
          server_tool_use: { web_search_requests: usage.server_tool_use!.web_search_requests! * 2 },
        };
        expect(priceCall(call(id, twice)).costPico).toBe(priceCall(call(id, usage)).costPico! * 2n);
      }),
    );
  });

  test('no JSON makes it throw, and it answers either a cost or a reason', () => {
    const names = [
      'input_tokens',
      'output_tokens',
      'cache_creation',
      'server_tool_use',
      'iterations',
      'speed',
      'service_tier',
      'inference_geo',
    ];
    const usage = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom(...names, 'cache_read_input_tokens'), fc.jsonValue()),
    );
    const anything = fc.record({
      model: fc.oneof(model, fc.jsonValue()),
      requestModel: fc.jsonValue(),
      at: fc.oneof(fc.double(), fc.constant(NOVEMBER)),
      usage,
      stopReason: fc.jsonValue(),
      outputEmpty: fc.jsonValue(),
      partial: fc.boolean(),
      betas: fc.jsonValue(),
      platform: fc.jsonValue(),
    });
    fc.assert(
      fc.property(anything, (input) => {
        const { costPico, receipt } = priceCall(input as unknown as PriceInput);
        expect(costPico === null).toBe(receipt.unpricedReason !== null);
        expect(JSON.parse(JSON.stringify(receipt))).toEqual(receipt);
        splitUsage(input.usage as ClaudeUsage);
      }),
      { numRuns: 2_000 },
    );
  });
});
