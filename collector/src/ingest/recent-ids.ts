// The ids of calls told lately, bounded: so that an id used twice for different calls, and a client and a server whose clocks
// are far apart, are found when the report comes. What is forgotten is not lost: it is stored as it was sent.
import { LRUCache } from 'lru-cache';
import { JOIN_SLACK_MICROS, type Report, type Usage } from '../calls/report.ts';
import { judgedOnce } from './judged.ts';

/** Of messages, and as many of requests. Each costs memory, so what is known of it is kept small. */
const MOST_IDS = 50_000;
/** More kinds of spans than tell of one call. */
const MOST_KINDS = 8;
/** Where a report says in its attributes what its emitter said and is not stored as such. */
const SAID_STARTED_AT = 'spanledger.said_started_at';
const SAID_MESSAGE_ID = 'spanledger.said_message_id';
const SAID_REQUEST_ID = 'spanledger.said_request_id';

/** What is remembered of a report. `usage` is null where it is not the whole usage of a call that has a span of its own. */
type Told = Pick<
  Report,
  'source' | 'scope' | 'spanName' | 'traceId' | 'spanId' | 'messageId' | 'requestId' | 'startedAtMicros'
> & { service: string | null; usage: Usage | null };

type Counts = readonly (number | null)[];
interface Whole {
  kind: string;
  traceId: string | null;
  spanId: string | null;
  counts: Counts;
}
interface Known {
  messageId: string | null;
  startedAtMicros: number;
  /** The first that told of it, and whether another did too. */
  source: string;
  isOfSeveral: boolean;
  service: string | null;
  /** Of each kind of span that told the whole usage, the first; null where none did. */
  wholes: Whole[] | null;
}

/** What a report becomes, and what was found: nothing, an id of another call, or clocks apart. */
export interface Settled {
  report: Report;
  found: { kind: 'set-apart' } | { kind: 'skewed'; byMs: number; service: string | null } | null;
}

export interface RecentIds {
  settle(report: Report): Settled;
  /** As if these had come; for what was stored before the process began. */
  recall(told: Iterable<Told>): void;
}

/** `countsOf`: the token counts of a usage object by kind. */
export function createRecentIds(countsOf: (usage: Report['usage']) => Usage, most = MOST_IDS): RecentIds {
  const messages = new LRUCache<string, Known>({ max: most });
  const requests = new LRUCache<string, Known>({ max: most });
  const remember = ({ messageId, requestId }: Told, known: Known): void => {
    if (messageId !== null) messages.set(messageId, known);
    if (requestId !== null) requests.set(requestId, known);
  };
  const find = ({ messageId, requestId }: Told): Known | null => {
    const byMessage = messageId === null ? undefined : messages.get(messageId);
    const known = byMessage ?? (requestId === null ? undefined : requests.get(requestId));
    // A request id shared by two messages: two calls.
    const other =
      known !== undefined && messageId !== null && known.messageId !== null && known.messageId !== messageId;
    return known === undefined || other ? null : known;
  };
  /** What was known before it; 'apart' where it is another call's id, and then it is not remembered. */
  const tell = (told: Told): Known | 'apart' | null => {
    const known = find(told);
    const whole = wholeOf(told);
    if (known === null) {
      const { messageId, startedAtMicros, source, service } = told;
      const wholes = whole ? [whole] : null;
      remember(told, { messageId, startedAtMicros, source, isOfSeveral: false, service, wholes });
      return null;
    }
    const same = whole && known.wholes?.find(({ kind }) => kind === whole.kind);
    if (whole && same && !isSameSpan(same, whole) && disagree(same.counts, whole.counts)) return 'apart';
    if (whole && !same && (known.wholes?.length ?? 0) < MOST_KINDS) (known.wholes ??= []).push(whole);
    known.messageId ??= told.messageId;
    known.isOfSeveral ||= known.source !== told.source;
    remember(told, known);
    return known;
  };
  return {
    settle(report) {
      if (report.role === 'submit' || (report.messageId === null && report.requestId === null)) {
        return { report, found: null };
      }
      // A result of a batch has its place in the batch, and may be read as often as the app likes.
      // A posted call has no span: one told again with another usage is corrected.
      const { traceId, spanId, batchId } = report;
      const whole =
        report.usageComplete && report.role === 'main' && traceId !== null && spanId !== null && batchId === null;
      const known = tell(toldBy(report, whole && report.usage !== null ? countsOf(report.usage) : null));
      if (known === null) return { report, found: null };
      return known === 'apart' ? { report: setApart(report), found: { kind: 'set-apart' } } : aligned(report, known);
    },
    recall(all) {
      for (const told of all) tell(told);
    },
  };
}

const toldBy = (
  { source, scope, spanName, traceId, spanId, messageId, requestId, startedAtMicros, tags }: Report,
  usage: Usage | null,
): Told => ({
  source,
  scope,
  spanName,
  traceId,
  spanId,
  messageId,
  requestId,
  startedAtMicros,
  service: tags.service,
  usage,
});

function wholeOf({ source, scope, spanName, traceId, spanId, usage }: Told): Whole | null {
  if (usage === null) return null;
  const { inputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens, outputTokens } = usage;
  const written =
    cacheWrite5mTokens === null && cacheWrite1hTokens === null
      ? null
      : (cacheWrite5mTokens ?? 0) + (cacheWrite1hTokens ?? 0);
  return {
    kind: kindOf(`${source} ${scope} ${spanName}`),
    traceId,
    spanId,
    counts: [inputTokens, cacheReadTokens, written, outputTokens],
  };
}

/** One text for all calls of a kind. */
const kindOf = judgedOnce((kind) => kind);

const isSameSpan = (one: Whole, other: Whole): boolean => one.traceId === other.traceId && one.spanId === other.spanId;

const disagree = (one: Counts, other: Counts): boolean =>
  one.some((count, index) => count !== null && (other[index] ?? null) !== null && count !== other[index]);

/** Its span is its identity from here on; the ids it was told under stay in its attributes. */
function setApart(report: Report): Report {
  const attributes = { ...report.attributes };
  if (report.messageId !== null) attributes[SAID_MESSAGE_ID] = report.messageId;
  if (report.requestId !== null) attributes[SAID_REQUEST_ID] = report.requestId;
  return { ...report, setApart: true, messageId: null, requestId: null, attributes };
}

/** Of two emitters whose clocks are too far apart to be joined, the later report takes the time of the first. */
function aligned(report: Report, { startedAtMicros, isOfSeveral, service }: Known): Settled {
  const byMicros = Math.abs(report.startedAtMicros - startedAtMicros);
  if (!isOfSeveral || byMicros <= JOIN_SLACK_MICROS) return { report, found: null };
  const said = new Date(report.startedAtMicros / 1000).toISOString();
  return {
    report: { ...report, startedAtMicros, attributes: { ...report.attributes, [SAID_STARTED_AT]: said } },
    found: { kind: 'skewed', byMs: byMicros / 1000, service: report.tags.service ?? service },
  };
}
