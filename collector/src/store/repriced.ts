// The table of prices worked out again: written under a re-pricing's number, dropped by it. Nothing here makes them count;
// that is a row of `repricings` that says `applied`.
import type { RepricedPrices } from '../repricing/ports.ts';
import { clickhouseTime } from './append.ts';
import type { Store } from './store.ts';

export function createRepricedPrices(store: Store): RepricedPrices {
  return {
    write: (number, prices) =>
      store.insert(
        'repriced',
        prices.map(({ report, callKey, startedAtMicros, costUsd, cacheSavingsUsd, cacheUsd, unpricedReason }) => ({
          report,
          call_key: callKey,
          started_at: clickhouseTime(startedAtMicros),
          price_version: number,
          cost_usd: costUsd,
          cache_savings_usd: cacheSavingsUsd,
          cache_read_usd: cacheUsd?.read ?? null,
          cache_write_5m_usd: cacheUsd?.write5m ?? null,
          cache_write_1h_usd: cacheUsd?.write1h ?? null,
          unpriced_reason: unpricedReason,
        })),
      ),
    async dropAllBut(kept) {
      const rows = await store.query<{ number: number }>(
        'SELECT DISTINCT price_version AS number FROM repriced WHERE price_version NOT IN ({kept:Array(UInt32)})',
        { kept },
      );
      for (const { number } of rows) await store.command(`ALTER TABLE repriced DROP PARTITION ${Number(number)}`);
    },
  };
}
