// Files -> calls -> a collector: reads every line, sends what it tells of, and counts what became of all of it.
import { postedCallSchema, type PostedCall } from '../ingest/posted-call.ts';
import { refusal } from '../http/validate.ts';
import { filesOf, linesOf } from './lines.ts';
import { laterLine, readCall, type Unsaid } from './read-call.ts';
import { sendBatch, type Post, type SentCall, type Skipped } from './send.ts';

const BATCH = 500;
const OLDEST_MS = Date.UTC(2023, 0, 1); // before the first Claude model, as for everything that comes in
const FUTURE_SLACK_MS = 10 * 60_000;

export interface ImportOptions extends Unsaid {
  paths: readonly string[];
  /** For calls that name no feature themselves. */
  feature?: string | undefined;
  /** Calls that began before it are left out; ISO 8601. */
  since?: string | undefined;
  /** null: nothing is sent. */
  post: Post | null;
  onProgress?: (summary: Summary) => void;
}

export interface Summary {
  files: number;
  lines: number;
  /** Different calls: lines of one message are one. */
  calls: number;
  sent: number;
  beforeSince: number;
  /** Lines that tell of no call, by what they are. */
  noCall: Map<string, number>;
  skipped: Skipped[];
}

/** Throws SendingStopped, or what the file system says; `summary` then has what was done until then. */
export async function runImport(options: ImportOptions, summary: Summary = emptySummary()): Promise<Summary> {
  const seen = new Set<string>();
  let batch: SentCall[] = [];
  const flush = async (): Promise<void> => {
    if (options.post !== null && batch.length > 0) {
      const refused = await sendBatch(options.post, batch);
      summary.skipped.push(...refused);
      summary.sent += batch.length - refused.length;
    }
    batch = [];
    options.onProgress?.(summary);
  };
  for (const file of await filesOf(options.paths)) {
    summary.files++;
    for await (const { at, said } of callsOf(file, options, summary)) {
      const known = checked(said, options, summary, at);
      if (known === null) continue;
      const messageId = known.response?.id;
      if (messageId === undefined || !seen.has(messageId)) summary.calls++;
      if (messageId !== undefined) seen.add(messageId);
      batch.push({ at, call: known });
      if (batch.length === BATCH) await flush();
    }
  }
  await flush();
  return summary;
}

export const emptySummary = (): Summary => ({
  files: 0,
  lines: 0,
  calls: 0,
  sent: 0,
  beforeSince: 0,
  noCall: new Map(),
  skipped: [],
});

/** The calls of one file. Those told in several lines come at its end, when the last line is known. */
async function* callsOf(file: string, unsaid: Unsaid, summary: Summary) {
  const streamed = new Map<string, { at: string; said: PostedCall }>();
  for await (const { at, content } of linesOf(file)) {
    summary.lines++;
    const reading = 'problem' in content ? content : readCall(content.object, file, unsaid);
    if ('problem' in reading) summary.skipped.push({ at, reason: reading.problem });
    else if ('noCall' in reading) summary.noCall.set(reading.noCall, (summary.noCall.get(reading.noCall) ?? 0) + 1);
    else if (reading.key === null) yield { at, said: reading.call };
    else {
      const before = streamed.get(reading.key);
      streamed.set(reading.key, { at, said: before ? laterLine(before.said, reading.call) : reading.call });
    }
  }
  yield* streamed.values();
}

/** The call as the collector will take it; null, and counted, when it will not or is not wanted. */
function checked(said: PostedCall, { feature, since }: ImportOptions, summary: Summary, at: string) {
  const skip = (reason: string): null => {
    summary.skipped.push({ at, reason });
    return null;
  };
  const parsed = postedCallSchema.safeParse(feature === undefined ? said : { feature, ...said });
  if (!parsed.success) return skip(refusal(parsed.error.issues).message);
  const startedMs = Date.parse(parsed.data.startedAt);
  if (startedMs < OLDEST_MS) return skip('startedAt: is before 2023');
  if (startedMs > Date.now() + FUTURE_SLACK_MS) return skip('startedAt: is in the future');
  if (since !== undefined && startedMs < Date.parse(since)) {
    summary.beforeSince++;
    return null;
  }
  return parsed.data;
}
