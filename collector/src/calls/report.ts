// The nouns of the ledger. A report is what one emitter said about one call; reports with the same call key are one call.
// Imports nothing: dialects make reports, the pipeline prices them, the store keeps them, queries merge them.

/** Token counts of one call by disjoint kind; null means the source did not say. */
export interface Usage {
  inputTokens: number | null;
  cacheWrite5mTokens: number | null;
  cacheWrite1hTokens: number | null;
  cacheReadTokens: number | null;
  outputTokens: number | null;
  thinkingTokens: number | null;
  webSearches: number | null;
}

/** No count of one call comes near; what is above it is a mistake of the sender's, and unknown. */
export const LARGEST_COUNT = 10_000_000_000;

/** One HTTP request within a call. */
export interface Attempt {
  startedAt: string | null;
  durationMs: number | null;
  httpStatus: number | null;
  requestId: string | null;
  errorType: string | null;
  retryAfter: string | null;
}

/** The dimensions a source can name; null means it did not. */
export interface Tags {
  feature: string | null;
  userId: string | null;
  customer: string | null;
  promptVersion: string | null;
  conversationId: string | null;
  environment: string | null;
  service: string | null;
  workspace: string | null;
  project: string | null;
}

/** What the API's usage object says, verbatim; fields this code does not know yet are kept. */
export type RawUsage = Record<string, unknown>;

/** One emitter's account of one call. */
export interface Report {
  source: string;
  /** Supplement: tells only what the call's main report could not (the body was read after its span had ended). */
  role: 'main' | 'supplement';
  scope: string | null;
  spanName: string | null;
  traceId: string | null;
  spanId: string | null;
  messageId: string | null;
  requestId: string | null;
  /** Microseconds since the epoch. */
  startedAtMicros: number;
  durationMs: number | null;
  ttftMs: number | null;
  stream: boolean | null;
  requestModel: string | null;
  /** The model that answered; null when no answer said. */
  model: string | null;
  tags: Tags;
  stopReason: string | null;
  outcome: 'ok' | 'error' | 'cancelled' | null;
  errorType: string | null;
  httpStatus: number | null;
  retries: number | null;
  usage: RawUsage | null;
  /** False for a stream that was cut: the usage is a lower bound. */
  usageComplete: boolean;
  /** True when the source cannot know speed, geography and server tools: a price from it assumes the standard ones. */
  usageAssumesStandard: boolean;
  /** True when the answer had no output at all; null when the source did not look. */
  outputEmpty: boolean | null;
  betas: readonly string[];
  attempts: readonly Attempt[];
  /** What the app computed at call time, USD; null when it did not. */
  appCostUsd: string | null;
  attributes: Record<string, unknown>;
}

/** The key under which reports of the same call meet: request id, else message id, else the span itself. */
export function callKey(report: Pick<Report, 'requestId' | 'messageId' | 'traceId' | 'spanId'>): string {
  return report.requestId ?? report.messageId ?? `${report.traceId ?? 'none'}-${report.spanId ?? 'none'}`;
}
