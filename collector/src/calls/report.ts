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
  errorCode: string | null;
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
  /** Which deploy of the service. */
  serviceVersion: string | null;
  workspace: string | null;
  project: string | null;
}

/** What the API's usage object says, verbatim; fields this code does not know yet are kept. */
export type RawUsage = Record<string, unknown>;

/** What the headers of an answer said of one limit; null where they did not. `resetAt` is an ISO 8601 instant. */
export interface RateLimit {
  limit: number | null;
  remaining: number | null;
  resetAt: string | null;
}

/** One emitter's account of one call. */
export interface Report {
  source: string;
  /** Supplement: tells only what the call's main report could not (the body was read after its span had ended).
   *  Submit: a batch was handed in; tells the tags of the batch's calls and is no call itself. */
  role: 'main' | 'supplement' | 'submit';
  scope: string | null;
  spanName: string | null;
  traceId: string | null;
  spanId: string | null;
  parentSpanId: string | null;
  messageId: string | null;
  requestId: string | null;
  /** The message batch this call is a result of, and its id within it; null for a call of its own. */
  batchId: string | null;
  customId: string | null;
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
  /** The API's code within the type: tells a spend limit from a rate limit. */
  errorCode: string | null;
  httpStatus: number | null;
  retries: number | null;
  /** By kind (requests, tokens, input_tokens, output_tokens): what the answer's headers said was left. */
  rateLimits: Readonly<Record<string, RateLimit>>;
  usage: RawUsage | null;
  /** False for a stream that was cut: the usage is a lower bound. */
  usageComplete: boolean;
  /** True when the source cannot know speed, geography and server tools: a price from it assumes the standard ones. */
  usageAssumesStandard: boolean;
  /** Why the usage cannot be priced although there is one, in a sentence (the source leaves out a token kind); else null. */
  unpriceable: string | null;
  /** True when the answer had no output at all; null when the source did not look. */
  outputEmpty: boolean | null;
  /** The anthropic-beta values of the request; null when the source does not say. */
  betas: readonly string[] | null;
  /** Who pays, by the request's billing policy; null when it had none. */
  billTo: 'self' | 'user_profile' | null;
  /** Who served the call (`anthropic`, `aws.bedrock`, `gcp.vertex_ai`); null when the source does not say. */
  platform: string | null;
  attempts: readonly Attempt[];
  /** True when another call has the ids that this one was told under: its span is its identity. */
  setApart: boolean;
  /** What the app computed at call time, USD; null when it did not. */
  appCostUsd: string | null;
  /** The version of the price table the app computed it with; null when not said. */
  appPriceTable: string | null;
  attributes: Record<string, unknown>;
}

/** Reports of one call can be this far apart on when it started, in microseconds: clocks differ, a server hears of it later. */
export const JOIN_SLACK_MICROS = 600_000_000;

/** By what a report can be joined to others of its call; `span`: by its place in the trace only; `apart`: by nothing. */
export type Identity = 'message' | 'batch' | 'refused' | 'request' | 'span' | 'apart';

type Ids = Pick<Report, 'messageId' | 'requestId' | 'batchId' | 'customId' | 'traceId' | 'spanId' | 'httpStatus'> &
  Partial<Pick<Report, 'setApart'>>;

/** What names the call in this report, strongest first. A refused request made no message, so its id names the call. */
export function identityOf({ messageId, requestId, batchId, customId, httpStatus, setApart }: Ids): Identity {
  if (setApart === true) return 'apart';
  if (messageId !== null) return 'message';
  if (batchId !== null && customId !== null) return 'batch';
  if (requestId !== null) return httpStatus !== null && httpStatus >= 400 ? 'refused' : 'request';
  return 'span';
}

/** The key under which reports of the same call meet: message id, else place in a batch, else request id, else the span itself. */
export function callKey(report: Ids): string {
  switch (identityOf(report)) {
    case 'message':
      return report.messageId ?? '';
    case 'batch':
      return `${report.batchId}/${report.customId}`;
    case 'refused':
    case 'request':
      return report.requestId ?? '';
    case 'span':
    case 'apart':
      return `${report.traceId ?? 'none'}-${report.spanId ?? 'none'}`;
  }
}

const NO_TAGS: Tags = {
  feature: null,
  userId: null,
  customer: null,
  promptVersion: null,
  conversationId: null,
  environment: null,
  service: null,
  serviceVersion: null,
  workspace: null,
  project: null,
};

/** A report that says nothing but its source and time: a dialect adds what its emitter tells, and the rest stays unknown. */
export function blankReport(source: string, startedAtMicros: number): Report {
  return {
    source,
    role: 'main',
    scope: null,
    spanName: null,
    traceId: null,
    spanId: null,
    parentSpanId: null,
    messageId: null,
    requestId: null,
    batchId: null,
    customId: null,
    startedAtMicros,
    durationMs: null,
    ttftMs: null,
    stream: null,
    requestModel: null,
    model: null,
    tags: NO_TAGS,
    stopReason: null,
    outcome: null,
    errorType: null,
    errorCode: null,
    httpStatus: null,
    retries: null,
    rateLimits: {},
    usage: null,
    usageComplete: true,
    usageAssumesStandard: true,
    unpriceable: null,
    outputEmpty: null,
    betas: null,
    billTo: null,
    platform: null,
    attempts: [],
    setApart: false,
    appCostUsd: null,
    appPriceTable: null,
    attributes: {},
  };
}
