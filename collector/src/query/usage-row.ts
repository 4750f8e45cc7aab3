// Token counts and attempts of a merged call as a question reads them -> as the contract has them.
import type { CallDetailJson, CallJson } from '../contract.ts';

export const USAGE_COLUMNS =
  'input_tokens, cache_write_5m_tokens, cache_write_1h_tokens, cache_read_tokens, output_tokens, thinking_tokens, web_searches';

/** null where no report of the call says it. */
export interface UsageRow {
  input_tokens: number | null;
  cache_write_5m_tokens: number | null;
  cache_write_1h_tokens: number | null;
  cache_read_tokens: number | null;
  output_tokens: number | null;
  thinking_tokens: number | null;
  web_searches: number | null;
}

export const usageOf = (row: UsageRow): CallJson['usage'] => ({
  inputTokens: row.input_tokens,
  cacheWrite5mTokens: row.cache_write_5m_tokens,
  cacheWrite1hTokens: row.cache_write_1h_tokens,
  cacheReadTokens: row.cache_read_tokens,
  outputTokens: row.output_tokens,
  thinkingTokens: row.thinking_tokens,
  webSearches: row.web_searches,
});

/** Of the column `attempts`, JSON. Those of earlier versions do not say the error's code. */
export const attemptsOf = (column: string): CallDetailJson['attempts'] =>
  (JSON.parse(column) as CallDetailJson['attempts']).map((attempt) => ({
    ...attempt,
    errorCode: attempt.errorCode ?? null,
  }));
