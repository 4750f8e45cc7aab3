// Calls of one prompt after another, at times and with sizes whose answers can be worked out by hand.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LIST_PRICES } from '@spanledger/instrumentation/pricing';
import { blankReport, type Report } from '../calls/report.ts';
import type { CacheGroup } from '../contract.ts';
import { createPipeline } from '../pipeline.ts';
import { openTemporaryStore } from '../store/fakes.ts';
import type { Store } from '../store/store.ts';
import { adviceOf, breakEvenOf, promptRates } from './cache-advice.ts';
import { queryCacheUse } from './cache-use.ts';
import { latestStretch } from './latest-stretch.ts';

const NINE = Date.parse('2026-11-10T09:00:00Z');
const NOW = NINE + 86_400_000;
let n = 0;
/** A call so many seconds after nine, with tokens of each kind. */
const call = (
  feature: string,
  atS: number,
  {
    input = 100,
    write5m = 0,
    write1h = 0,
    read = 0,
  }: { input?: number; write5m?: number; write1h?: number; read?: number },
  more: Partial<Report> = {},
): Report => ({
  ...blankReport('spanledger', (NINE + atS * 1000) * 1000),
  messageId: `msg_${++n}`,
  traceId: 't',
  spanId: `s${n}`,
  outcome: 'ok',
  model: 'claude-haiku-4-5-20251001',
  tags: { ...blankReport('spanledger', 0).tags, feature, promptVersion: 'v1' },
  usage: {
    input_tokens: input,
    cache_creation_input_tokens: write5m + write1h,
    cache_creation: { ephemeral_5m_input_tokens: write5m, ephemeral_1h_input_tokens: write1h },
    cache_read_input_tokens: read,
    output_tokens: 1,
  },
  usageAssumesStandard: false,
  ...more,
});

// Haiku 4.5, USD a million: input 1, 5-minute write 1.25, 1-hour write 2, read 0.10.
const CALLS: Report[] = [
  // A prompt of 1,000 tokens used every 60 s, as it should be: one write, nine reads.
  call('steady', 0, { write5m: 1_000 }),
  ...Array.from({ length: 9 }, (_, index) => call('steady', 60 * (index + 1), { read: 1_000 })),
  // Used every 10 minutes with the 5-minute lifetime: written each time, read never.
  ...Array.from({ length: 6 }, (_, index) => call('seldom', 600 * index, { write5m: 1_000 })),
  // Used every two hours: no lifetime is long enough.
  ...Array.from({ length: 3 }, (_, index) => call('rare', 7_200 * index, { write1h: 1_000 })),
  // A conversation: each turn reads the last and writes on; its last turn is read by nobody.
  call('chat', 0, { write5m: 1_000 }),
  call('chat', 30, { read: 1_000, write5m: 500 }),
  call('chat', 90, { read: 1_500, write5m: 500 }),
  // Caches nothing.
  call('plain', 0, {}),
  call('plain', 20, {}),
  // A result of a batch has no time of its own; a call without an answer has no prompt.
  call('steady', 61, { write5m: 9_000 }, { batchId: 'b', customId: 'c' }),
  call(
    'steady',
    62,
    {},
    {
      messageId: null,
      requestId: 'req_x',
      usage: null,
      outcome: 'error',
      httpStatus: 529,
      errorType: 'overloaded_error',
    },
  ),
];

let store: Store;
const ask = (more: { to?: string; where?: string[] } = {}) =>
  queryCacheUse(
    store,
    { from: '2026-11-10T00:00:00Z', to: '2026-11-11T00:00:00Z', where: [], ...more },
    { prices: () => LIST_PRICES, now: () => NOW },
  );
const groupOf = async (feature: string): Promise<CacheGroup> => {
  const found = (await ask()).groups.find((group) => group.feature === feature);
  if (!found) throw new Error(`no group of ${feature}`);
  return found;
};
beforeAll(async () => {
  store = await openTemporaryStore();
  await createPipeline({ store, now: () => NOW }).ingestReports(CALLS);
});
afterAll(() => store?.close());

test('a cache that is read as often as it could be has nothing to gain', async () => {
  expect(await groupOf('steady')).toEqual({
    feature: 'steady',
    promptVersion: 'v1',
    model: 'claude-haiku-4-5-20251001',
    calls: 10,
    promptTokens: 11_000,
    readTokens: 9_000,
    write5mTokens: 1_000,
    write1hTokens: 0,
    ttl: '5m',
    hitRate: 9 / 11,
    // Nine gaps of 60 s: at least 60 s and less than 5 minutes.
    gaps: [0, 0, 9, 0, 0, 0, 0, 0],
    within: { '5m': 9, '1h': 9 },
    unread: { writes: 0, tokens: 0, costUsd: '0.000000000000', surchargeUsd: '0.000000000000' },
    stableTokens: 1_000,
    // (1.25 - 1) / (1.25 - 0.1) and (2 - 1) / (2 - 0.1).
    breakEven: { '5m': 25 / 115, '1h': 100 / 190 },
    advice: '5m',
    attainableHitRate: 9 / 11,
    attainableSavingsUsd: '0.000000000000',
  } satisfies CacheGroup);
});

test('a prompt used every ten minutes with the lifetime of five is told to take the hour, and what that would have saved', async () => {
  const { ttl, gaps, within, unread, hitRate, advice, attainableHitRate, attainableSavingsUsd } =
    await groupOf('seldom');
  expect({ ttl, gaps, within, hitRate }).toEqual({
    ttl: '5m',
    gaps: [0, 0, 0, 5, 0, 0, 0, 0],
    within: { '5m': 0, '1h': 5 },
    hitRate: 0,
  });
  // Six writes of 1,000 at 1.25; plain input would have cost 1.
  expect(unread).toEqual({ writes: 6, tokens: 6_000, costUsd: '0.007500000000', surchargeUsd: '0.001500000000' });
  expect(advice).toBe('1h');
  expect(attainableHitRate).toBe(5_000 / 6_600);
  // It cost 6 x 1,250; an hour costs one write of 2,000 and five reads of 100: 2,500. 5,000 micro-USD less.
  expect(attainableSavingsUsd).toBe('0.005000000000');
});

test('where no lifetime is long enough the advice is no cache', async () => {
  const { ttl, unread, advice, attainableHitRate, attainableSavingsUsd } = await groupOf('rare');
  expect([ttl, advice, attainableHitRate]).toEqual(['1h', 'none', 0]);
  // Three writes of 1,000 at 2, which as input cost 1.
  expect(unread).toEqual({ writes: 3, tokens: 3_000, costUsd: '0.006000000000', surchargeUsd: '0.003000000000' });
  expect(attainableSavingsUsd).toBe('0.003000000000');
});

test('of a conversation only what nobody read on is unread, and a write whose time is not over is not judged', async () => {
  const { unread, stableTokens } = await groupOf('chat');
  // 500 at 1.25 of the last turn; the two before it were read within the minute.
  expect(unread).toEqual({ writes: 1, tokens: 500, costUsd: '0.000625000000', surchargeUsd: '0.000125000000' });
  expect(stableTokens).toBe(1_000);
  const short = await ask({ to: '2026-11-10T09:06:00Z', where: ['feature:chat'] });
  expect(short.groups.map((group) => group.unread.writes)).toEqual([0]);
});

test('of calls that cache nothing, nobody knows what they could', async () => {
  const { ttl, stableTokens, advice, attainableHitRate, attainableSavingsUsd, gaps } = await groupOf('plain');
  expect({ ttl, stableTokens, advice, attainableHitRate, attainableSavingsUsd }).toEqual({
    ttl: null,
    stableTokens: null,
    advice: null,
    attainableHitRate: null,
    attainableSavingsUsd: null,
  });
  expect(gaps).toEqual([0, 1, 0, 0, 0, 0, 0, 0]);
});

test('groups with the largest prompts come first, and the whole window is looked at', async () => {
  const answer = await ask();
  expect(answer.groups.map(({ feature }) => feature)).toEqual(['steady', 'seldom', 'chat', 'rare', 'plain']);
  expect([answer.lookedFrom, answer.isCut]).toEqual(['2026-11-10T00:00:00.000Z', false]);
});

test('a read is not a tenth of the input everywhere: rates are those of the card', () => {
  // Opus 5.5 reads at a twentieth: the share that must read to pay is lower.
  const rates = promptRates('claude-opus-5-5', 10_000, NINE, LIST_PRICES);
  expect(rates).toEqual({ input: 4_000_000n, read: 200_000n, '5m': 5_000_000n, '1h': 8_000_000n });
  expect(breakEvenOf(rates)).toEqual({ '5m': 100 / 480, '1h': 400 / 780 });
  expect(promptRates('claude-nova-9', 10_000, NINE, LIST_PRICES)).toBeNull();
  if (!rates) throw new Error('Opus 5.5 has a price');
  const read = { read: 900, written: { '5m': 100, '1h': 0 }, input: 0, within: { '5m': 900, '1h': 900 } };
  expect(adviceOf(read, rates, '5m')).toEqual({ advice: '5m', savingsUsd: '0.000000000000' });
});

test('of a window with too many calls the end is looked at, and nothing from before what is kept', async () => {
  const window = { from: '2026-11-10T00:00:00Z', to: '2026-11-11T00:00:00Z', where: [] };
  expect(await latestStretch(store, window, 26, NOW)).toBe('2026-11-10T00:00:00Z');
  // 5 of its 26 calls: 24 h x 5 / 26 are 4.6 h, begun with a whole hour.
  expect(await latestStretch(store, window, 5, NOW)).toBe('2026-11-10T19:00:00.000Z');
  await store.insert('dropped', [{ kind: 'reports', before: Date.parse('2026-11-10T09:30:00Z') / 1000 }]);
  expect(await latestStretch(store, window, 1_000, NOW)).toBe('2026-11-10T09:30:00.000Z');
  expect((await ask()).lookedFrom).toBe('2026-11-10T09:30:00.000Z');
});
