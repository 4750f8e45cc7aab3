// A line's object -> the call it tells of, as POST /api/calls takes it, or why it tells of none. Picks the fields that describe
// a call and leaves everything else behind: no text of a prompt, an answer or a tool gets past this file.
//
// Lines it knows: one of Claude Code's transcripts (~/.claude/projects/**/*.jsonl), a Message as the API returned it, what
// POST /api/calls takes, a result of a message batch.
import { basename } from 'node:path';
import type { PostedCall } from '../ingest/posted-call.ts';
import { isRecord } from './lines.ts';

/** What the files themselves do not say. */
export interface Unsaid {
  /** When a Message or a batch result was made, ISO 8601: neither carries a time. */
  at?: string | undefined;
  /** The batch that results belong to; else its id is looked for in the file's name. */
  batch?: string | undefined;
}

export type Reading =
  | { call: PostedCall; /** Lines of one message while it streamed: the last one counts. */ key: string | null }
  | { noCall: string }
  | { problem: string };

export function readCall(object: Record<string, unknown>, file: string, unsaid: Unsaid): Reading {
  if (object['type'] === 'assistant' && isRecord(object['message'])) return transcriptLine(object, object['message']);
  if (typeof object['custom_id'] === 'string') return batchResult(object, object['custom_id'], file, unsaid);
  if (object['response'] !== undefined || object['startedAt'] !== undefined) return postedCall(object);
  if (isRecord(object['usage']) && object['model'] !== undefined) return message(object, unsaid);
  // The other lines of a transcript: what was asked, tool results, summaries, snapshots.
  if (typeof object['type'] === 'string') return { noCall: `lines of type ${safeWord(object['type'])}` };
  return { problem: 'is neither a line of a transcript, nor a Message, nor a call, nor a result of a batch' };
}

const NOT_FROM_THE_API = '<synthetic>';

function transcriptLine(line: Record<string, unknown>, message: Record<string, unknown>): Reading {
  if (message['model'] === NOT_FROM_THE_API || line['isApiErrorMessage'] === true) {
    return { noCall: 'messages that Claude Code wrote itself' };
  }
  if (!isRecord(message['usage'])) return { noCall: 'assistant lines without usage' };
  const startedAt = text(line['timestamp']);
  if (startedAt === null) return { problem: 'timestamp: is missing' };
  const requestId = text(line['requestId']);
  const cwd = text(line['cwd']);
  const sessionId = text(line['sessionId']);
  const costUsd = typeof line['costUSD'] === 'number' && line['costUSD'] >= 0 ? line['costUSD'].toFixed(12) : null;
  const durationMs = typeof line['durationMs'] === 'number' && line['durationMs'] >= 0 ? line['durationMs'] : null;
  const stopReason = text(message['stop_reason']);
  const id = text(message['id']);
  return {
    key: id === null ? null : `${id} ${requestId ?? ''}`,
    call: {
      source: 'claude-code-transcript',
      startedAt,
      response: responseOf(message),
      ...(requestId !== null && { requestId }),
      ...(durationMs !== null && { durationMs }),
      // Before its stop reason is known, a message has the output count of its beginning only.
      ...(stopReason === null && { partial: true }),
      ...(costUsd !== null && { appCostUsd: costUsd }),
      ...(sessionId !== null && { conversationId: sessionId }),
      // The folder's name tells the repository; the path before it would tell who works on it.
      ...(cwd !== null && nameOf(cwd) !== '' && { project: nameOf(cwd) }),
      service: 'claude-code',
    },
  };
}

/** Of the lines of one message: the usage of the last, the time of the first, a stop reason where one said it. */
export function laterLine(before: PostedCall, after: PostedCall): PostedCall {
  const [first, last] = [before.response, after.response];
  const stopReason = last?.stop_reason ?? first?.stop_reason ?? null;
  const { partial: _, ...merged } = { ...before, ...after, startedAt: before.startedAt };
  return {
    ...merged,
    ...(last && { response: { ...last, stop_reason: stopReason, ...withContent([first, last]) } }),
    ...(stopReason === null && { partial: true }),
  };
}

function message(object: Record<string, unknown>, unsaid: Unsaid): Reading {
  if (unsaid.at === undefined) return { problem: 'says no time; give it with --at, or as { startedAt, response }' };
  return { key: null, call: { source: 'import', startedAt: unsaid.at, response: responseOf(object) } };
}

function batchResult(
  object: Record<string, unknown>,
  customId: string,
  file: string,
  { at, batch = /msgbatch_[A-Za-z0-9]+/.exec(basename(file))?.[0] }: Unsaid,
): Reading {
  if (batch === undefined) return { problem: 'says no batch; give its id with --batch' };
  if (at === undefined) return { problem: 'says no time; give when the batch was created with --at' };
  const result = object['result'];
  const type = isRecord(result) ? text(result['type']) : null;
  if (!isRecord(result) || type === null) return { problem: 'result.type: is missing' };
  const call = { source: 'import', startedAt: at, batchId: batch, customId } as const;
  if (type === 'succeeded') {
    return isRecord(result['message'])
      ? { key: null, call: { ...call, response: responseOf(result['message']) } }
      : { problem: 'result.message: is missing' };
  }
  const envelope = isRecord(result['error']) ? result['error'] : {};
  const inner = isRecord(envelope['error']) ? envelope['error'] : envelope;
  return { key: null, call: { ...call, error: { type: type === 'errored' ? (text(inner['type']) ?? type) : type } } };
}

/** Fields of POST /api/calls that are not the answer itself; what is not among them is refused there, by name. */
function postedCall({ response, ...said }: Record<string, unknown>): Reading {
  const call = {
    source: 'import',
    ...said,
    ...(response !== undefined && { response: isRecord(response) ? responseOf(response) : response }),
  };
  return { key: null, call: call as PostedCall };
}

/** Of a Message what a price and a page need. Of its content only whether there was any. */
function responseOf(said: Record<string, unknown>): NonNullable<PostedCall['response']> {
  const { id, model, stop_reason, usage } = said;
  const content = Array.isArray(said['content']) ? { content: said['content'].slice(0, 1).map(() => ({})) } : {};
  const picked = { ...(id != null && { id }), model, stop_reason: stop_reason ?? null, usage, ...content };
  return picked as NonNullable<PostedCall['response']>;
}

function withContent(lines: readonly (Record<string, unknown> | undefined)[]): { content?: unknown[] } {
  const said = lines.map((line) => line?.['content']).filter((content) => Array.isArray(content));
  return said.length === 0 ? {} : { content: said.some((content) => content.length > 0) ? [{}] : [] };
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const nameOf = (path: string): string => path.split(/[\\/]/).findLast((part) => part !== '') ?? '';
/** A type goes into the summary: only where it is a word, not whatever somebody wrote there. */
const safeWord = (word: string): string => (/^[\w-]{1,40}$/.test(word) ? word : 'unknown');
