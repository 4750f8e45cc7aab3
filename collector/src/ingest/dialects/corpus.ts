// For the table test: what emitters really sent while calling a stand-in for the API, and what that stand-in really answered.
// A corpus is one file per emitter under fixtures/corpus: the export requests as they came, and the truth of every scenario.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { priceCall, splitUsage, type ClaudeUsage, type Receipt } from '@spanledger/instrumentation/pricing';
import type { RawUsage, Report } from '../../calls/report.ts';
import { priceReport } from '../../price-report.ts';
import { keptAttributes } from '../content.ts';
import { normaliseLog, normaliseSpan } from '../normalise.ts';
import { decodeLogs } from '../otlp-logs.ts';
import { decodeTraces, type Encoding } from '../otlp.ts';
import { isReport } from './dialect.ts';

/** One HTTP request that reached the stand-in. A stream that was slow or cut has its usage at the start and if complete. */
interface Served {
  request: string;
  stream?: boolean;
  status: number | null;
  requestId?: string;
  messageId?: string;
  requestModel?: string;
  model?: string;
  stop?: string | null;
  usage?: RawUsage | { atStart: RawUsage; ifComplete: RawUsage };
  /** `finished`, or cut by either side. */
  closed?: string;
}
interface Body {
  /** Which scenario ran when it was sent; a span that ended late belongs to another. */
  scenario: string;
  signal: 'traces' | 'logs';
  encoding: Encoding;
  gzipBase64: string;
}
export interface Corpus {
  emitter: string;
  truth: Record<string, Served[]>;
  bodies: Body[];
}

/** A call as the application made it, all retries in one. */
export interface MadeCall {
  scenario: string;
  /** The scenario; of one that makes both kinds of calls, the kind too. */
  label: string;
  stream: boolean;
  /** The answer to the last attempt; null when none reached the server. */
  served: Served | null;
  /** null where the application gave up or the answer broke before its final usage. */
  usage: RawUsage | null;
  /** What was known when it broke: the input, not the output. */
  usageAtStart: RawUsage | null;
  outcome: 'ok' | 'error' | 'cancelled';
  errorType: string | null;
}

export function loadCorpus(name: string): Corpus {
  return JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/corpus', `${name}.json`), 'utf8')) as Corpus;
}
export const bytesOf = (body: Body): Uint8Array => gunzipSync(Buffer.from(body.gzipBase64, 'base64'));

/** What the store gets of every span and log record of a corpus, as text. */
export function keptOf(corpus: Corpus): string[] {
  return corpus.bodies.flatMap((body) =>
    body.signal === 'traces'
      ? decodeTraces(bytesOf(body), body.encoding).spans.map((span) =>
          JSON.stringify([span.name, keptAttributes(span.attributes), normaliseSpan(span)]),
        )
      : decodeLogs(bytesOf(body), body.encoding).records.map((record) => JSON.stringify(normaliseLog(record))),
  );
}

/** Every report of a corpus, by the scenario that made the call: the root span of its trace is `app <scenario>`. */
export function reportsByScenario(corpus: Corpus, signal?: Body['signal']): Map<string, Report[]> {
  const scenarioOfTrace = new Map<string, string>();
  const found: { scenario: string; report: Report }[] = [];
  for (const body of corpus.bodies) {
    if (signal !== undefined && body.signal !== signal) continue;
    if (body.signal === 'logs') {
      const readings = decodeLogs(bytesOf(body), body.encoding).records.map(normaliseLog);
      found.push(...readings.filter(isReport).map((report) => ({ scenario: body.scenario, report })));
      continue;
    }
    for (const span of decodeTraces(bytesOf(body), body.encoding).spans) {
      const root = /^app (\w+)$/.exec(span.name)?.[1];
      if (root !== undefined) scenarioOfTrace.set(span.traceId, root);
      const reading = normaliseSpan(span);
      if (isReport(reading)) found.push({ scenario: body.scenario, report: reading });
    }
  }
  const byScenario = new Map<string, Report[]>();
  for (const { scenario, report } of found) {
    const at = scenarioOfTrace.get(report.traceId ?? '') ?? scenario;
    byScenario.set(at, [...(byScenario.get(at) ?? []), report]);
  }
  for (const reports of byScenario.values()) reports.sort((a, b) => a.startedAtMicros - b.startedAtMicros);
  return byScenario;
}

/** How calls end that do not end well, which the server cannot know: what the scenario does to them. */
const BROKEN: Readonly<Record<string, Pick<MadeCall, 'outcome' | 'errorType'>>> = {
  abort_before_response: { outcome: 'cancelled', errorType: null },
  abort_helper: { outcome: 'cancelled', errorType: null },
  abort_stream_break: { outcome: 'cancelled', errorType: null },
  abort_stream_controller: { outcome: 'cancelled', errorType: null },
  stream_unread: { outcome: 'cancelled', errorType: null },
  timeout: { outcome: 'error', errorType: 'client_timeout_error' },
  conn_refused: { outcome: 'error', errorType: 'connection_error' },
  mid_error: { outcome: 'error', errorType: 'overloaded_error' },
  mid_cut: { outcome: 'error', errorType: 'connection_error' },
  mid_end: { outcome: 'error', errorType: 'api_error' },
};
const ERROR_OF_STATUS: Readonly<Record<number, string>> = { 400: 'invalid_request_error', 529: 'overloaded_error' };

/** The calls of a scenario: requests for a message, where one after a failure is the retry of it. */
export function callsMade(scenario: string, requests: readonly Served[]): MadeCall[] {
  const messages = requests.filter(({ request }) => /^POST \/v1\/messages(\?|$)/.test(request));
  const last = messages.filter((served, index) => {
    const failed = served.status === null || served.status >= 400;
    return !failed || index === messages.length - 1;
  });
  if (scenario === 'conn_refused') return [madeCall(scenario, null, false)];
  const mixed = last.some((served) => served.stream) && last.some((served) => !served.stream);
  return last.map((served) => madeCall(scenario, served, mixed));
}

function madeCall(scenario: string, served: Served | null, mixed: boolean): MadeCall {
  const { usage } = served ?? {};
  const staged = usage && 'atStart' in usage ? (usage as { atStart: RawUsage; ifComplete: RawUsage }) : null;
  const failed = served === null || served.status === null || served.status >= 400;
  // An instrumentation may read to the end what the application gave up: then there is a whole usage to tell.
  // A client may ask again without a stream where one broke: that answer is whole.
  const broken = scenario.startsWith('mid_') && staged !== null;
  const whole = !failed && served.closed === 'finished' && !broken;
  const stream = served?.stream === true;
  const ending = (scenario.startsWith('mid_') && !broken ? undefined : BROKEN[scenario]) ?? {
    outcome: failed ? ('error' as const) : ('ok' as const),
    errorType: failed ? (ERROR_OF_STATUS[served?.status ?? 0] ?? 'unknown') : null,
  };
  return {
    scenario,
    label: mixed && stream ? `${scenario} (streams)` : scenario,
    stream,
    served,
    usage: !whole ? null : ((staged?.ifComplete ?? usage ?? null) as RawUsage | null),
    usageAtStart: failed || whole ? null : (staged?.atStart ?? null),
    ...ending,
  };
}

export interface Verdicts {
  calls: readonly MadeCall[];
  /** `<field> <verdict>` -> labels of the calls; fields that agree are not in it. */
  gaps: ReadonlyMap<string, readonly string[]>;
  /** field -> labels of the calls it was compared for. */
  compared: ReadonlyMap<string, readonly string[]>;
}

/** How the reports of one source differ from the truth, by field. */
export function verdictsOf(corpus: Corpus, isOfSource: (report: Report) => boolean, signal?: Body['signal']): Verdicts {
  const reports = reportsByScenario(corpus, signal);
  const gaps = new Map<string, string[]>();
  const compared = new Map<string, string[]>();
  const calls: MadeCall[] = [];
  const put = (map: Map<string, string[]>, key: string, label: string) => {
    const labels = map.get(key) ?? [];
    if (!labels.includes(label)) map.set(key, [...labels, label]);
  };
  for (const [scenario, requests] of Object.entries(corpus.truth)) {
    const made = callsMade(scenario, requests);
    calls.push(...made);
    const own = (reports.get(scenario) ?? []).filter((report) => isOfSource(report) && report.role !== 'submit');
    for (const [call, report] of paired(made, own)) {
      put(compared, 'call', call.label);
      if (report === null) put(gaps, 'call missing', call.label);
      else {
        for (const [field, [truth, said]] of Object.entries(fieldsOf(call, report))) {
          put(compared, field, call.label);
          const off = said === null ? 'unknown' : field === 'cost' && isFlagged(report) ? 'estimated' : 'wrong';
          if (truth !== said) put(gaps, `${field} ${off}`, call.label);
        }
      }
    }
    if (own.length > made.length) put(gaps, 'call too many', scenario);
  }
  for (const scenario of reports.keys()) if (!(scenario in corpus.truth)) put(gaps, 'call too many', scenario);
  return { calls, gaps, compared };
}

/** The receipt says that its sum may not be exact. */
const isFlagged = (report: Report): boolean =>
  (priceReport(report).receipt as Receipt).flags.some(({ flag }) => ['estimated', 'partial', 'unsplit'].includes(flag));

/** By id where the report has one, the others in the order they began. */
function paired(made: readonly MadeCall[], reports: readonly Report[]): [MadeCall, Report | null][] {
  const left = new Set(reports);
  const take = (report: Report | undefined): Report | null => {
    if (report !== undefined) left.delete(report);
    return report ?? null;
  };
  const byId = made.map((call) =>
    take(
      [...left].find(
        (report) =>
          (report.requestId !== null && report.requestId === call.served?.requestId) ||
          (report.messageId !== null && report.messageId === call.served?.messageId),
      ),
    ),
  );
  return made.map((call, index) => [call, byId[index] ?? take([...left][0])]);
}

/** Of a connection that was cut the SDKs for TypeScript and Python have words of their own. */
const sameError = (truth: string | null, said: string | null): string | null =>
  said === 'unknown_error' ? null : truth === 'connection_error' && said === 'client_error' ? truth : said;

type Fact = string | number | null;

/** field -> [the truth, what the report says]; only fields that have a truth for this call. */
function fieldsOf(call: MadeCall, report: Report): Record<string, [Fact, Fact]> {
  const { served } = call;
  const fields: Record<string, [Fact, Fact]> = {
    'model asked for': [served?.requestModel ?? 'claude-haiku-4-5', report.requestModel],
    outcome: [call.outcome, report.outcome],
    'error type': [call.errorType, sameError(call.errorType, report.errorType)],
  };
  // What the client never heard, its spans cannot tell.
  if (served && served.status !== null && served.requestId !== undefined)
    fields['request id'] = [served.requestId, report.requestId];
  if (served && served.status !== null) fields['HTTP status'] = [served.status, report.httpStatus];
  if (served?.messageId !== undefined && served.status === 200) {
    fields['message id'] = [served.messageId, report.messageId];
    fields['model'] = [served.model ?? null, report.model];
  }
  if (served?.stream !== undefined && report.stream !== null) {
    fields['stream'] = [String(call.stream), String(report.stream)];
  }
  if (call.usage !== null) fields['stop reason'] = [served?.stop ?? null, report.stopReason];
  const usage = call.usage ?? call.usageAtStart;
  if (usage !== null) Object.assign(fields, tokensOf(usage, call.usage !== null, report));
  if (call.usage !== null && served) {
    const truth = priceCall({
      ...served,
      model: served.model ?? null,
      at: report.startedAtMicros / 1000,
      usage: call.usage,
    });
    // The stand-in's fullest answer says both fast mode and the priority tier, which has no price.
    if (truth.costUsd !== null) fields['cost'] = [truth.costUsd, priceReport(report).costUsd];
  }
  return fields;
}

function tokensOf(usage: RawUsage, whole: boolean, report: Report): Record<string, [Fact, Fact]> {
  const truth = splitUsage(usage as ClaudeUsage);
  const said = splitUsage(report.usage as ClaudeUsage | null);
  const written = (split: typeof truth): Fact =>
    split.cacheWrite5mTokens === null && split.cacheWrite1hTokens === null
      ? null
      : (split.cacheWrite5mTokens ?? 0) + (split.cacheWrite1hTokens ?? 0);
  const fields: Record<string, [Fact, Fact]> = {
    'input tokens': [truth.inputTokens, said.inputTokens],
    'cache reads': [truth.cacheReadTokens, said.cacheReadTokens],
    'cache writes': [written(truth), written(said)],
    // Of a broken stream nobody knows the output: a number would be the placeholder of message_start.
    'output tokens': [whole ? truth.outputTokens : null, said.outputTokens],
  };
  if (truth.cacheWrite1hTokens !== null && written(truth) !== 0) {
    const splits = report.usage?.['cache_creation'] !== undefined && written(said) === written(truth);
    fields['1-hour cache writes'] = [truth.cacheWrite1hTokens, splits ? said.cacheWrite1hTokens : null];
  }
  if (whole) {
    fields['thinking tokens'] = [truth.thinkingTokens, said.thinkingTokens];
    fields['web searches'] = [truth.webSearches, said.webSearches];
  }
  return fields;
}
