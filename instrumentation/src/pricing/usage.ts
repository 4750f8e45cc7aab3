// Reading the API's raw usage object: counts per token kind, and the hops a call is billed by.
// Trusts nothing: whatever JSON comes, a reading comes out, with the problem named where a count is impossible.
import { TOKEN_KINDS, type TokenKind } from './receipt.ts';

/** `usage` as the Messages API returns it (stable and beta). `input_tokens` excludes what was written to or read from the cache. */
export interface ClaudeUsage {
  input_tokens?: number | null | undefined;
  cache_creation_input_tokens?: number | null | undefined;
  cache_read_input_tokens?: number | null | undefined;
  cache_creation?:
    | {
        ephemeral_5m_input_tokens?: number | null | undefined;
        ephemeral_1h_input_tokens?: number | null | undefined;
        [key: string]: unknown;
      }
    | null
    | undefined;
  output_tokens?: number | null | undefined;
  output_tokens_details?: { thinking_tokens?: number | null | undefined; [key: string]: unknown } | null | undefined;
  server_tool_use?: { web_search_requests?: number | null | undefined; [key: string]: unknown } | null | undefined;
  service_tier?: string | null | undefined;
  speed?: string | null | undefined;
  inference_geo?: string | null | undefined;
  /** One entry per sampling; when not empty, these are what is billed, and the top-level counts are not. */
  iterations?: readonly ClaudeUsageIteration[] | null | undefined;
  [key: string]: unknown;
}

export interface ClaudeUsageIteration {
  /** message, compaction, advisor_message or fallback_message. */
  type?: string | null | undefined;
  model?: string | null | undefined;
  input_tokens?: number | null | undefined;
  cache_creation_input_tokens?: number | null | undefined;
  cache_read_input_tokens?: number | null | undefined;
  cache_creation?: ClaudeUsage['cache_creation'];
  output_tokens?: number | null | undefined;
  [key: string]: unknown;
}

/** The usage of a call in token kinds; null where the usage does not say. `thinkingTokens` is a part of `outputTokens`. */
export interface SplitUsage {
  inputTokens: number | null;
  cacheWrite5mTokens: number | null;
  cacheWrite1hTokens: number | null;
  cacheReadTokens: number | null;
  outputTokens: number | null;
  thinkingTokens: number | null;
  webSearches: number | null;
}

/** One sampling's counts; null where not said. */
export interface Reading {
  tokens: Record<TokenKind, number | null>;
  /** Some cache writes have no time to live; they are counted as 5-minute writes. */
  unsplit: boolean;
  /** The split adds up to more than the total; the split was believed. */
  oversplit: boolean;
  /** A count that cannot be, in a sentence; null when all can. */
  problem: string | null;
}

/** One billed sampling of a call. */
export interface Hop extends Reading {
  type: string;
  /** null when the entry names none. */
  model: string | null;
}

/** JSON object or null: everything else has no fields to read. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

/** A count at `path`: the number, null when absent, or a problem. */
export function readCount(value: unknown, path: string): { count: number | null; problem: string | null } {
  if (value === undefined || value === null) return { count: null, problem: null };
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return { count: value, problem: null };
  return { count: null, problem: `${path} is not a whole number of 0 or more.` };
}

/** The counts of a usage object or of one entry of its iterations. `path` names it in problems. */
export function readTokens(entry: Readonly<Record<string, unknown>>, path: string): Reading {
  const problems: string[] = [];
  const count = (value: unknown, at: string): number | null => {
    const read = readCount(value, `${path}.${at}`);
    if (read.problem !== null) problems.push(read.problem);
    return read.count;
  };
  const input = count(entry['input_tokens'], 'input_tokens');
  const output = count(entry['output_tokens'], 'output_tokens');
  const cacheRead = count(entry['cache_read_input_tokens'], 'cache_read_input_tokens');
  const total = count(entry['cache_creation_input_tokens'], 'cache_creation_input_tokens');
  const split = entry['cache_creation'];
  const splitRecord = asRecord(split);
  if (split !== undefined && split !== null && splitRecord === null)
    problems.push(`${path}.cache_creation is not an object.`);
  const split5m = count(splitRecord?.['ephemeral_5m_input_tokens'], 'cache_creation.ephemeral_5m_input_tokens');
  const split1h = count(splitRecord?.['ephemeral_1h_input_tokens'], 'cache_creation.ephemeral_1h_input_tokens');

  const splitSum = (split5m ?? 0) + (split1h ?? 0);
  const remainder = Math.max(0, (total ?? 0) - splitSum);
  const written = total !== null || split5m !== null || split1h !== null;
  return {
    tokens: {
      input,
      cacheWrite5m: written ? (split5m ?? 0) + remainder : null,
      cacheWrite1h: written ? (split1h ?? 0) : null,
      cacheRead,
      output,
    },
    unsplit: remainder > 0,
    oversplit: total !== null && splitSum > total,
    problem: problems[0] ?? null,
  };
}

/** What is billed: the entries of a non-empty `iterations`, else the top level as one message. */
export function readHops(usage: Readonly<Record<string, unknown>>): {
  hops: Hop[];
  iterated: boolean;
  problem: string | null;
} {
  const iterations = usage['iterations'];
  if (iterations === undefined || iterations === null || (Array.isArray(iterations) && iterations.length === 0)) {
    return {
      hops: [{ ...readTokens(usage, 'usage'), type: 'message', model: null }],
      iterated: false,
      problem: null,
    };
  }
  if (!Array.isArray(iterations)) return { hops: [], iterated: false, problem: 'usage.iterations is not a list.' };
  const hops: Hop[] = [];
  for (const [index, entry] of iterations.entries()) {
    const path = `usage.iterations[${index}]`;
    const record = asRecord(entry);
    if (record === null) return { hops: [], iterated: true, problem: `${path} is not an object.` };
    const type = typeof record['type'] === 'string' ? record['type'] : 'message';
    const model = typeof record['model'] === 'string' && record['model'] !== '' ? record['model'] : null;
    hops.push({ ...readTokens(record, path), type, model });
  }
  return { hops, iterated: true, problem: null };
}

/**
 * The usage of a call in token kinds, over the same samplings its cost is the sum of, so that the kinds are the sums of
 * the receipt's quantities. Null where the usage does not say or says something impossible. Never throws.
 */
export function splitUsage(usage: ClaudeUsage | null | undefined): SplitUsage {
  const record = asRecord(usage);
  const { hops } = record === null ? { hops: [] } : readHops(record);
  const sums = Object.fromEntries(
    TOKEN_KINDS.map((kind) => [kind, sum(hops.map((hop) => hop.tokens[kind]))]),
  ) as Record<TokenKind, number | null>;
  return {
    inputTokens: sums.input,
    cacheWrite5mTokens: sums.cacheWrite5m,
    cacheWrite1hTokens: sums.cacheWrite1h,
    cacheReadTokens: sums.cacheRead,
    outputTokens: sums.output,
    thinkingTokens: readCount(asRecord(record?.['output_tokens_details'])?.['thinking_tokens'], '').count,
    // The API says null where no server tool was used.
    webSearches:
      record?.['server_tool_use'] === null
        ? 0
        : readCount(asRecord(record?.['server_tool_use'])?.['web_search_requests'], '').count,
  };
}

/** Null when no part is known, or when the sum is beyond exact numbers. */
function sum(parts: readonly (number | null)[]): number | null {
  const known = parts.filter((part) => part !== null);
  const total = known.reduce((all, part) => all + part, 0);
  return known.length > 0 && Number.isSafeInteger(total) ? total : null;
}
