// What the headers of an answer say is left of the limits: they refill every minute, and the busy hours use most of them.
import { attributes as names } from '@spanledger/instrumentation';
import type { Random } from './random.ts';

/** Tokens a minute, by the family in a model's id. */
const INPUT_TOKENS: Readonly<Record<string, number>> = { opus: 400_000, sonnet: 800_000, haiku: 2_000_000 };

/** The part of a limit that is used by hour, UTC; at the middle of the day little is left. */
const usedAt = (atMs: number): number => {
  const hour = new Date(atMs).getUTCHours();
  return hour >= 8 && hour < 17 ? 0.55 : 0.2;
};

export function rateLimitsAt(random: Random, model: string, atMs: number): Record<string, unknown> {
  const family = Object.keys(INPUT_TOKENS).find((name) => model.includes(name)) ?? 'haiku';
  const inputTokens = INPUT_TOKENS[family] ?? 0;
  const resetAt = new Date(Math.ceil(atMs / 60_000) * 60_000).toISOString().replace('.000', '');
  const said: Record<string, unknown> = {};
  for (const [kind, limit, weight] of [
    ['requests', 4_000, 0.5],
    ['input_tokens', inputTokens, family === 'opus' ? 1.15 : 0.8],
    ['output_tokens', inputTokens / 5, 0.6],
  ] as const) {
    const used = Math.min(0.99, usedAt(atMs) * weight * (0.5 + random.next()));
    said[`${names.RATE_LIMIT}.${kind}.limit`] = limit;
    said[`${names.RATE_LIMIT}.${kind}.remaining`] = Math.round(limit * (1 - used));
    said[`${names.RATE_LIMIT}.${kind}.reset`] = resetAt;
  }
  return said;
}
