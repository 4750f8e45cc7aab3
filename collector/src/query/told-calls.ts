// For tests of joining: calls told by any subset of sources, as reports, and what the ledger must say of them.
import fc from 'fast-check';
import { blankReport, type RawUsage, type Report } from '../calls/report.ts';

export const AT = Date.parse('2026-11-10T12:00:00Z') * 1000;
// Opus 5.5: 1,200 x 4 + 800 x 20 = 20,800 micro-USD.
const USAGE: RawUsage = { input_tokens: 1200, output_tokens: 800, service_tier: 'standard' };
export const report = (source: string, more: Partial<Report>): Report => ({
  ...blankReport(source, AT),
  durationMs: 1000,
  outcome: 'ok',
  requestModel: 'claude-opus-5-5',
  model: 'claude-opus-5-5',
  stopReason: 'end_turn',
  usage: USAGE,
  ...more,
});

/** What each kind of source says of call `n`. */
const SOURCES: Record<string, (n: number) => Partial<Report> & { source: string }> = {
  own: (n) => ({ source: 'spanledger', spanId: `own${n}`, messageId: `msg_${n}`, requestId: `req_${n}`, usageAssumesStandard: false }),
  native: (n) => ({ source: 'anthropic-sdk', spanId: `nat${n}`, messageId: `msg_${n}`, requestId: `req_${n}` }),
  raw: (n) => ({ source: 'anthropic-sdk', spanId: `raw${n}`, requestId: `req_${n}`, usage: null, stopReason: null }),
  server: (n) => ({ source: 'claude-platform', spanId: `srv${n}`, parentSpanId: `nat${n}`, messageId: `msg_${n}`, requestId: `req_${n}` }),
  messageOnly: (n) => ({ source: 'openlit', spanId: `lit${n}`, messageId: `msg_${n}` }),
  requestOnly: (n) => ({ source: 'claude-code', spanId: null, requestId: `req_${n}` }),
  around: (n) => ({ source: 'openllmetry', spanId: `llm${n}` }),
}; // prettier-ignore

/**
 * What has nothing in common cannot be joined: a request id alone and a message id alone, no id and a span of another service, and
 * roots of traces of which one does not know its output (the servers' span is no root).
 */
const joinable = ({ sources, apart }: { sources: string[]; apart: boolean }): boolean => {
  const has = (...names: string[]) => names.some((name) => sources.includes(name));
  if (has('around') && has('server', 'requestOnly') && !has('own', 'native', 'raw')) return false;
  if (apart && has('around') && !has('own', 'native', 'messageOnly')) return sources.length === 1;
  return !has('raw', 'requestOnly') || !has('messageOnly') || has('own', 'native', 'server');
};

export interface ToldCall {
  sources: string[];
  /** Nothing is within anything: each span is the root of a trace of its own. */
  apart: boolean;
  trace: string;
  model: string;
  /** The tag of the app's side; null where only others tell of the call. */
  feature: string | null;
  /** null where nobody says it. */
  output: number | null;
  /** In micro-USD; null where nobody says the usage. */
  cost: bigint | null;
  reports: Report[];
}

/** Micro-USD a million tokens: input, output. */
const RATES: Record<string, [number, number]> = { 'claude-opus-5-5': [4, 20], 'claude-sonnet-5-5': [2, 10] };
const APP_SIDE = ['own', 'native', 'raw', 'around'];

interface Drawn {
  sources: string[];
  apart: boolean;
  trace: string;
  model: string;
  feature: string;
  tokens: number;
  startMs: number;
}

function toldCall(drawn: Drawn, n: number): ToldCall {
  const { sources, apart, trace, model, tokens, startMs } = drawn;
  const nested = sources.includes('around');
  const reports = sources.map((name) => {
    const said = SOURCES[name]!(n);
    const inner = nested && name !== 'around' && name !== 'server';
    return report(said.source, {
      traceId: name === 'requestOnly' ? null : apart ? `${name}${n}` : trace,
      parentSpanId: apart ? null : inner ? `llm${n}` : `app${n}`,
      startedAtMicros: AT + startMs * 1000 + (name === 'server' ? 20_000 : 0),
      requestModel: model,
      model,
      usage: { ...USAGE, output_tokens: tokens },
      tags: {
        ...blankReport('', 0).tags,
        feature: APP_SIDE.includes(name) ? drawn.feature : null,
        service: name === 'server' ? null : 'shop',
      },
      ...said,
    });
  });
  const [input, output] = RATES[model]!;
  const known = sources.some((name) => name !== 'raw');
  return {
    sources, apart, trace, model, reports,
    feature: sources.some((name) => APP_SIDE.includes(name)) ? drawn.feature : null,
    output: known ? tokens : null,
    cost: known ? BigInt(1200 * input + tokens * output) : null,
  }; // prettier-ignore
}

export const toldCalls: fc.Arbitrary<ToldCall[]> = fc
  .array(
    fc
      .record({
        sources: fc.uniqueArray(fc.constantFrom(...Object.keys(SOURCES)), { minLength: 1 }),
        apart: fc.boolean(),
        trace: fc.constantFrom('t1', 't2'),
        model: fc.constantFrom(...Object.keys(RATES)),
        feature: fc.constantFrom('search', 'chat'),
        tokens: fc.integer({ min: 1, max: 3 }),
        startMs: fc.integer({ min: 0, max: 60_000 }),
      })
      .filter(joinable),
    { minLength: 1, maxLength: 5 },
  )
  .map((drawn) => drawn.map(toldCall));

/** Every report at least once, some twice, in any order, cut into batches. */
export function shuffledBatches(calls: readonly ToldCall[], next: () => number, largest: number): Report[][] {
  const reports = calls.flatMap((call) => call.reports);
  const sent = [...reports, ...reports.filter(() => next() % 3 === 0)].toSorted(() => (next() % 2 === 0 ? 1 : -1));
  const batches: Report[][] = [];
  for (let at = 0; at < sent.length; at += batches.at(-1)!.length)
    batches.push(sent.slice(at, at + 1 + (next() % largest)));
  return batches;
}
