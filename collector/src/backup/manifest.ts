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
  /** Name of a piece -> SHA-256 of its bytes. */
  pieces: z.record(z.string(), z.string()),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** Of what was received before; without it, of all. */
export async function ledgerSums(
  store: Store,
  beforeMs?: number,
): Promise<Pick<Manifest, 'reports' | 'spans' | 'reportsCostUsd'>> {
  const where = beforeMs === undefined ? '' : `WHERE received_at < fromUnixTimestamp64Milli(${beforeMs}, 'UTC')`;
  const [row] = await store.query<{ reports: number; spans: number; cost: string }>(
    `SELECT count() AS reports, toDecimalString(sum(ifNull(cost_usd, 0)), 12) AS cost, (SELECT count() FROM spans ${where}) AS spans FROM reports ${where}`,
  );
  return { reports: Number(row?.reports), spans: Number(row?.spans), reportsCostUsd: String(row?.cost) };
}
