// Who told what of a call: sources in words, and the fields of a call by the source each was taken from. Pure.
import type { CallDetailJson } from '@spanledger/collector/contract';

const SOURCE_WORDS: Readonly<Record<string, string>> = {
  spanledger: 'our instrumentation',
  'anthropic-sdk+spanledger': 'our instrumentation, on the SDK’s span',
  'anthropic-sdk': 'the SDK’s own span',
  'claude-platform': 'Anthropic’s servers',
  'claude-code': 'Claude Code',
  api: 'POST /api/calls',
  'gen-ai': 'a span with OpenTelemetry’s GenAI names',
  openllmetry: 'OpenLLMetry',
  openinference: 'OpenInference',
  openlit: 'OpenLIT',
  'vercel-ai': 'the Vercel AI SDK',
  sentry: 'Sentry',
  langfuse: 'Langfuse',
  langsmith: 'LangSmith',
  logfire: 'Logfire',
};
export const sourceWords = (source: string): string => SOURCE_WORDS[source] ?? source;

/** Field of `provenance` -> its words. `usage` stands for what comes from one report together. */
const FIELD_WORDS: Readonly<Record<string, string>> = {
  usage: 'tokens, model, stop reason and price',
  feature: 'feature',
  userId: 'user',
  customer: 'customer',
  promptVersion: 'prompt version',
  conversationId: 'conversation',
  environment: 'environment',
  service: 'service',
  serviceVersion: 'service version',
  workspace: 'workspace',
  project: 'project',
  durationMs: 'how long the app waited',
  ttftMs: 'time to the first token',
  serverMs: 'time at Anthropic’s servers',
  stream: 'whether it streamed',
  requestModel: 'model asked for',
  outcome: 'outcome',
  errorType: 'error type',
  errorCode: 'error code',
  httpStatus: 'HTTP status',
  retries: 'retries',
  messageId: 'message id',
  requestId: 'request id',
  traceId: 'trace id',
  spanId: 'span id',
  batchId: 'batch',
  customId: 'id within the batch',
  platform: 'platform',
  billTo: 'who pays',
};

export interface FieldOrigin {
  field: string;
  words: string;
  source: string;
}

/** In a fixed order, what matters first; what no report says is left out. */
export function originsOf({ provenance }: Pick<CallDetailJson, 'provenance'>): FieldOrigin[] {
  return Object.entries(FIELD_WORDS).flatMap(([field, words]) => {
    const source = Object.hasOwn(provenance, field) ? provenance[field] : undefined;
    return source === undefined ? [] : [{ field, words, source }];
  });
}

/** "feature from our instrumentation, usage from Anthropic's servers": one clause a source, by the field that matters most. */
export function originsInShort(origins: readonly FieldOrigin[]): string {
  const first = new Map<string, string>();
  for (const { field, words, source } of origins)
    if (!first.has(source)) first.set(source, field === 'usage' ? 'usage' : words);
  return [...first].map(([source, words]) => `${words} from ${sourceWords(source)}`).join(', ');
}
