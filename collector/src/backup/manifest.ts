// What a backup says of itself, and what both ends count.
import { z } from 'zod';
import type { Store } from '../store/store.ts';

export const MANIFEST = 'manifest.json';

export const manifestSchema = z.object({
  format: z.literal(1),
  /** Of the collector that took it. */
  version: z.string(),
  takenAt: z.string(),
  reports: z.int(),
  spans: z.int(),
  /** Of all reports, repeats included: for comparing, not for reading. */
  reportsCostUsd: z.string(),
  /** Of all kinds, thinking being a part of output; absent in backups of before it was counted. */
  reportsTokens: z.int().optional(),
  /** Name of a piece -> SHA-256 of its bytes. */
  pieces: z.record(z.string(), z.string()),
});
export type Manifest = z.infer<typeof manifestSchema>;
export type LedgerSums = Required<Pick<Manifest, 'reports' | 'spans' | 'reportsCostUsd' | 'reportsTokens'>>;

const TOKENS = ['input', 'cache_write_5m', 'cache_write_1h', 'cache_read', 'output']
  .map((kind) => `ifNull(${kind}_tokens, 0)`)
  .join(' + ');

/** Of what was received before; without it, of all. */
export async function ledgerSums(store: Store, beforeMs?: number): Promise<LedgerSums> {
  const where = beforeMs === undefined ? '' : `WHERE received_at < fromUnixTimestamp64Milli(${beforeMs}, 'UTC')`;
  const [row] = await store.query<{ reports: number; spans: number; cost: string; tokens: number }>(
    `SELECT count() AS reports, toDecimalString(sum(ifNull(cost_usd, 0)), 12) AS cost, sum(${TOKENS}) AS tokens,
(SELECT count() FROM spans ${where}) AS spans FROM reports ${where}`,
  );
  return {
    reports: Number(row?.reports),
    spans: Number(row?.spans),
    reportsCostUsd: String(row?.cost),
    reportsTokens: Number(row?.tokens),
  };
}

/** What two ledgers count differently, in words; empty: nothing. What `expected` does not say is not compared. */
export function differences(found: LedgerSums, expected: Pick<Manifest, keyof LedgerSums>): string[] {
  const { reports, spans, reportsCostUsd, reportsTokens = found.reportsTokens } = expected;
  return [
    ...(found.reports === reports ? [] : [`${found.reports} reports of ${reports}`]),
    ...(found.spans === spans ? [] : [`${found.spans} spans of ${spans}`]),
    ...(found.reportsCostUsd === reportsCostUsd ? [] : [`${found.reportsCostUsd} USD of ${reportsCostUsd}`]),
    ...(found.reportsTokens === reportsTokens ? [] : [`${found.reportsTokens} tokens of ${reportsTokens}`]),
  ];
}
