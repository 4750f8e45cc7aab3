// Spans -> reports: asks each dialect in turn; the first that knows the span takes it. A span no dialect knows is no call
// (it stays a span of its trace). A time that cannot be is refused here, by name.
import { anthropicSdk } from './dialects/anthropic-sdk.ts';
import type { Dialect, Reading } from './dialects/dialect.ts';
import type { Refusal, Span } from './otlp.ts';

/** In the order they are asked: the most specific first. */
export const DIALECTS: readonly Dialect[] = [anthropicSdk];
/** A clock may be a little ahead; a call may not be from tomorrow. */
const FUTURE_SLACK_MICROS = 10 * 60 * 1_000_000;
const OLDEST_MICROS = Date.UTC(2023, 0, 1) * 1000; // before the first Claude model: a clock that was never set

/** What the first dialect that knows the span says of it; null when none does. */
export function normaliseSpan(span: Span): Reading {
  for (const dialect of DIALECTS) {
    const reading = dialect.readSpan?.(span) ?? null;
    if (reading) return reading;
  }
  return null;
}

/** null when the time can be. */
export function refuseTime(span: Span, nowMs: number): Refusal | null {
  const at = new Date(span.startMicros / 1000);
  const what = `span ${span.name} (${span.spanId})`;
  if (span.startMicros > nowMs * 1000 + FUTURE_SLACK_MICROS) {
    const said = Number.isNaN(at.getTime()) ? 'a date out of range' : at.toISOString();
    return { what, reason: `startTimeUnixNano: ${said} is in the future; is the sender's clock right?` };
  }
  if (span.endMicros > nowMs * 1000 + FUTURE_SLACK_MICROS) {
    return { what, reason: "endTimeUnixNano: is in the future; is the sender's clock right?" };
  }
  if (span.startMicros < OLDEST_MICROS) {
    return { what, reason: `startTimeUnixNano: ${at.toISOString()} is before 2023; is the unit nanoseconds?` };
  }
  return null;
}
