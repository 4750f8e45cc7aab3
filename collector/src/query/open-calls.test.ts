import { LIST_PRICES } from '@spanledger/instrumentation/pricing';
import { expect, onTestFinished, test } from 'vitest';
import { fillLedger, LAST_MS } from '../repricing/many-calls.ts';
import { openTemporaryStore } from '../store/fakes.ts';
import { queryMetrics } from './metrics.ts';

const HOUR_MS = 3_600_000;
const DAYS = 20;

test('a question keeps the merged hours that it reads itself, however long ago they were used and however many are kept', async () => {
  const store = await openTemporaryStore();
  onTestFinished(() => store.close());
  // One every 7.2 minutes: in sixty hours five hundred.
  await fillLedger(store, 4000, LIST_PRICES, DAYS);
  const firstMs = LAST_MS - DAYS * 24 * HOUR_MS;
  const instant = (hour: number) => new Date(firstMs + hour * HOUR_MS).toISOString();
  /** Nothing has these by band of latency but the calls themselves. */
  const ask = async (from: number, to: number): Promise<number> => {
    const window = { from: instant(from), to: instant(to), bucket: 'none', timezone: 'UTC', where: [] } as const;
    const { rows } = await queryMetrics(store, { ...window, where: [], measures: ['calls'], by: ['latency'] });
    return rows.reduce((sum, row) => sum + Number(row['calls']), 0);
  };
  // A hundred and eighty hours are merged and kept, of a hundred and ninety-two that may be; the first of them are the oldest.
  expect([await ask(120, 180), await ask(180, 240), await ask(240, 300)]).toEqual([500, 500, 500]);
  // Thirty more make room by what was used longest ago: that is what this question reads beside them.
  expect(await ask(90, 150)).toBe(500);
  expect(await Promise.all([ask(60, 120), ask(300, 360), ask(120, 180), ask(360, 420)])).toEqual([500, 500, 500, 500]);
});
