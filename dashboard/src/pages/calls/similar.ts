// Which calls are similar to one, as filters. Pure.
import type { CallJson } from '@spanledger/collector/contract';
import type { Filters, Where } from '../../url/filters.ts';

const HOUR = 3_600_000;
const HALF_A_DAY = 12 * HOUR;

/** All tokens of its prompt; null when the uncached part is not known. */
export function promptTokensOf({ usage }: Pick<CallJson, 'usage'>): number | null {
  if (usage.inputTokens === null) return null;
  return (
    usage.inputTokens + (usage.cacheWrite5mTokens ?? 0) + (usage.cacheWrite1hTokens ?? 0) + (usage.cacheReadTokens ?? 0)
  );
}

/** Same feature, prompt version and model, half to twice the prompt, in the whole hours of the day around it. */
export function similarTo(
  call: Pick<CallJson, 'startedAt' | 'feature' | 'promptVersion' | 'model' | 'usage'>,
): Pick<Filters, 'range' | 'where'> {
  const hour = Math.floor(Date.parse(call.startedAt) / HOUR) * HOUR;
  const where: Where[] = (['feature', 'promptVersion', 'model'] as const).map((dimension) => ({
    dimension,
    value: call[dimension] ?? '',
  }));
  const prompt = promptTokensOf(call);
  if (prompt !== null && prompt > 0)
    where.push({ dimension: 'promptTokens', value: `${Math.floor(prompt / 2)}..${prompt * 2 + 1}` });
  return {
    range: {
      kind: 'custom',
      from: new Date(hour - HALF_A_DAY).toISOString(),
      to: new Date(hour + HALF_A_DAY + HOUR).toISOString(),
    },
    where,
  };
}
