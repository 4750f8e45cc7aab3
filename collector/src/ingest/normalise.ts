// Spans, log records, metric points -> reports: asks each dialect in turn; the first that knows it takes it. A span no dialect
// knows is no call (it stays a span of its trace). A time that cannot be is refused here, by name.
import { anthropicSdk } from './dialects/anthropic-sdk.ts';
import { claudeCode } from './dialects/claude-code.ts';
import { claudePlatform } from './dialects/claude-platform.ts';
import type { Dialect, NoCall, Reading } from './dialects/dialect.ts';
import { genAi } from './dialects/gen-ai.ts';
import { langfuse } from './dialects/langfuse.ts';
import { langsmith } from './dialects/langsmith.ts';
import { logfire } from './dialects/logfire.ts';
import { openinference } from './dialects/openinference.ts';
import { openlit } from './dialects/openlit.ts';
import { openllmetry } from './dialects/openllmetry.ts';
import { sentry } from './dialects/sentry.ts';
import { vercelAi } from './dialects/vercel-ai.ts';
import type { LogRecord } from './otlp-logs.ts';
import type { MetricPoint } from './otlp-metrics.ts';
import type { Refusal, Span } from './otlp.ts';

/** In the order they are asked: the most specific first. */
export const DIALECTS: readonly Dialect[] = [
  anthropicSdk,
  claudePlatform,
  claudeCode,
  vercelAi,
  openllmetry,
  openinference,
  openlit,
  sentry,
  logfire,
  langfuse,
  langsmith,
  genAi, // last: it knows a call by the conventions' names alone
];
/** A clock may be a little ahead; a call may not be from tomorrow. */
const FUTURE_SLACK_MICROS = 10 * 60 * 1_000_000;
const OLDEST_MICROS = Date.UTC(2023, 0, 1) * 1000; // before the first Claude model: a clock that was never set

/** Which dialect took it, and what it says; both null when none knows it. */
export interface Taken<R extends Reading = Reading> {
  dialect: string | null;
  reading: R | null;
}
export const takeSpan = (span: Span): Taken => first((dialect) => dialect.readSpan?.(span));
export const takeLog = (record: LogRecord): Taken => first((dialect) => dialect.readLog?.(record));
export const takeMetric = (point: MetricPoint): Taken<NoCall> => first((dialect) => dialect.readMetric?.(point));

/** What the first dialect that knows it says of it; null when none does. */
export const normaliseSpan = (span: Span): Reading => takeSpan(span).reading;
export const normaliseLog = (record: LogRecord): Reading => takeLog(record).reading;
export const normaliseMetric = (point: MetricPoint): NoCall | null => takeMetric(point).reading;

function first<R extends Reading>(ask: (dialect: Dialect) => R | null | undefined): Taken<R> {
  for (const dialect of DIALECTS) {
    const reading = ask(dialect) ?? null;
    if (reading) return { dialect: dialect.name, reading };
  }
  return { dialect: null, reading: null };
}

/** null when the time can be. */
export function refuseTime(span: Span, nowMs: number, tooOld: TooOld = () => null): Refusal | null {
  const what = `span ${span.name} (${span.spanId})`;
  const start = problemOf(span.startMicros, 'startTimeUnixNano', nowMs, tooOld);
  if (start !== null) return { what, reason: start };
  if (span.endMicros > nowMs * 1000 + FUTURE_SLACK_MICROS) {
    return { what, reason: "endTimeUnixNano: is in the future; is the sender's clock right?" };
  }
  return null;
}

/** null when the time can be. */
export function refuseLogTime(record: LogRecord, nowMs: number, tooOld: TooOld = () => null): Refusal | null {
  const reason = problemOf(record.timeMicros, 'timeUnixNano', nowMs, tooOld);
  return reason === null ? null : { what: `log record ${record.eventName ?? 'without a name'}`, reason };
}

/** Why a call that started then is not kept; null when it is. */
type TooOld = (atMs: number) => string | null;

function problemOf(micros: number, field: string, nowMs: number, tooOld: TooOld): string | null {
  const at = new Date(micros / 1000);
  if (micros > nowMs * 1000 + FUTURE_SLACK_MICROS) {
    const said = Number.isNaN(at.getTime()) ? 'a date out of range' : at.toISOString();
    return `${field}: ${said} is in the future; is the sender's clock right?`;
  }
  if (micros < OLDEST_MICROS) return `${field}: ${at.toISOString()} is before 2023; is the unit nanoseconds?`;
  const old = tooOld(micros / 1000);
  return old === null ? null : `${field}: ${at.toISOString()} ${old}`;
}
