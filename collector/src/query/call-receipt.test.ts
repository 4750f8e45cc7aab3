// Receipts that are worked out when a call is opened, on the real embedded engine.
import { LIST_PRICES, priceBook } from '@spanledger/instrumentation/pricing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createPipeline } from '../pipeline.ts';
import { emptyLedger } from '../retention/fakes.ts';
import { openTemporaryStore } from '../store/fakes.ts';
import type { Store } from '../store/store.ts';
import { queryCall } from './calls.ts';
import { report } from './told-calls.ts';

let store: Store;
let prices = LIST_PRICES;
beforeAll(async () => {
  store = await openTemporaryStore();
});
afterAll(() => store?.close());
beforeEach(async () => {
  await emptyLedger(store);
  await store.command('TRUNCATE TABLE price_books');
});

const NOW = Date.parse('2026-11-21T18:00:00Z');
const OWN = priceBook([
  { model: 'claude-opus-5-5', since: '2026-01-01', until: null, usdPerMtok: { input: '3' }, source: 'contract 7' },
]);
const take = async (messageId: string): Promise<void> => {
  const pipeline = createPipeline({ store, prices: () => prices, now: () => NOW });
  await pipeline.ingestReports([report('api', { messageId })]);
};
const receiptOf = async (id: string) => (await queryCall(store, id))?.receipt;

test('a receipt is of the prices at arrival, also when these are no longer in force', async () => {
  prices = OWN;
  await take('msg_own');
  prices = LIST_PRICES;
  await take('msg_listed');
  // 1,200 input and 800 output tokens of Opus 5.5: at 3 by contract, at 4 by the list, and 20 USD a million.
  const amounts = async (id: string) =>
    (await receiptOf(id))?.lines.map(({ amountUsd, card }) => [amountUsd, card.source]);
  expect(await amounts('msg_own')).toEqual([
    ['0.003600000000', 'contract 7'],
    ['0.016000000000', expect.stringMatching(/^Anthropic/)],
  ]);
  expect(await amounts('msg_listed')).toMatchObject([
    ['0.004800000000', expect.any(String)],
    ['0.016000000000', expect.any(String)],
  ]);
});

test('a book is kept once, however many calls it prices, and the list needs no keeping', async () => {
  prices = OWN;
  await take('msg_1');
  await take('msg_2');
  prices = LIST_PRICES;
  await take('msg_3');
  expect(await store.query('SELECT version FROM price_books FINAL')).toEqual([{ version: OWN.version }]);
});

test('a receipt that was written out by an earlier version is shown as it was written', async () => {
  prices = LIST_PRICES;
  await take('msg_old');
  const written = {
    lines: [],
    totalUsd: '0.020800000000',
    flags: [{ flag: 'estimated', message: 'as then' }],
    unpricedReason: null,
  };
  await store.command(
    `ALTER TABLE reports UPDATE receipt = {written:String}, prices = '' WHERE 1 SETTINGS mutations_sync = 1`,
    { written: JSON.stringify(written) },
  );
  expect(await receiptOf('msg_old')).toEqual(written);
});

test('where the book is not known any more, the cost stands without lines and says why', async () => {
  prices = OWN;
  await take('msg_lost');
  await store.command('TRUNCATE TABLE price_books');
  expect(await receiptOf('msg_lost')).toMatchObject({
    lines: [],
    totalUsd: '0.019600000000',
    flags: [{ flag: 'lines-unknown' }],
    unpricedReason: null,
  });
});
