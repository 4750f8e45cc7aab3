// Ranges as conditions over merged calls. A closed map; the ends travel as parameters, money as a decimal.
import type { RangedField } from '../contract/ranges.ts';
import { readRange } from '../contract/ranges.ts';
import { PROMPT_TOKENS } from './bands.ts';

interface Ranged {
  sql: string;
  type: 'Decimal(38, 12)' | 'Float64' | 'Int64';
  /** What of identity, times and tags it is worked out from. */
  columns: readonly string[];
}
export const RANGED: Record<RangedField, Ranged> = {
  costUsd: { sql: 'cost_usd', type: 'Decimal(38, 12)', columns: [] },
  durationMs: { sql: 'duration_ms', type: 'Float64', columns: ['duration_ms'] },
  ttftMs: { sql: 'ttft_ms', type: 'Float64', columns: ['ttft_ms'] },
  promptTokens: { sql: PROMPT_TOKENS, type: 'Int64', columns: [] },
  outputTokens: { sql: 'output_tokens', type: 'Int64', columns: [] },
};

/** Calls in any of the ranges; what is not known is in none. `name` begins the parameters'. */
export function rangesClause(
  field: RangedField,
  texts: readonly string[],
  name: string,
): { sql: string; parameters: Record<string, string> } {
  const { sql, type } = RANGED[field];
  const parameters: Record<string, string> = {};
  const ranges = texts.map((text, index) => {
    const range = readRange(field, text);
    // The contract has refused it before.
    if ('wrong' in range) throw new TypeError(range.wrong);
    const ends = (['from', 'to'] as const).flatMap((end) => {
      const value = range[end];
      if (value === null) return [];
      parameters[`${name}${end}${index}`] = value;
      return [`${sql} ${end === 'from' ? '>=' : '<'} {${name}${end}${index}:${type}}`];
    });
    return `(${ends.join(' AND ')})`;
  });
  return { sql: `ifNull(${ranges.join(' OR ')}, 0)`, parameters };
}
