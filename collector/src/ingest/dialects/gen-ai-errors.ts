// How a call failed, in the API's words, from what emitters put on a span: a class name of an SDK, an HTTP status, or the
// text of an exception, which is `<status> <envelope>` with the envelope as JSON (JavaScript) or as Python writes it.
import type { Report } from '../../calls/report.ts';
import type { Attributes, Span } from '../otlp.ts';
import { errorTypeOf } from './api-errors.ts';
import { readCount, readText } from './read.ts';

const ABORTED = /APIUserAbortError|AbortError|CancelledError|^(\w+: )?Request was aborted/;
/** Named by JavaScript or Python, not by what went wrong. */
const NO_NAME: ReadonlySet<string> = new Set([
  'Error',
  'Exception',
  'TypeError',
  'APIError',
  'APIStatusError',
  '_OTHER',
]);
const LONGEST_TEXT = 4_000;

export type Failure = Pick<Report, 'outcome' | 'errorType' | 'httpStatus'> & { requestId: string | null };

/** `outcome` is null when the span has no error. Never throws. */
export function readFailure(span: Span): Failure {
  const a = span.attributes;
  const exceptions = span.events.filter(({ name }) => name === 'exception').map(({ attributes }) => attributes);
  const texts = [span.statusMessage, ...exceptions.map((e) => readText(e, 'exception.message'))].flatMap((text) =>
    text === null ? [] : [text.slice(0, LONGEST_TEXT)],
  );
  const classes = [readText(a, 'error.type'), ...exceptions.map((e) => readText(e, 'exception.type'))].flatMap((name) =>
    name === null ? [] : [name.slice(name.lastIndexOf('.') + 1)],
  );
  const httpStatus = statusOf(a, texts, classes);
  const requestId = firstMatch(texts, /['"]request_id['"]\s*:\s*['"](req_\w{1,200})['"]/);
  if (span.status !== 'error') return { outcome: null, errorType: null, httpStatus, requestId };
  if ([...classes, ...texts].some((said) => ABORTED.test(said))) {
    return { outcome: 'cancelled', errorType: null, httpStatus, requestId };
  }
  return { outcome: 'error', errorType: typeOf(texts, classes, httpStatus), httpStatus, requestId };
}

function typeOf(texts: readonly string[], classes: readonly string[], httpStatus: number | null): string {
  // Already in the API's words, as some write `error.type`.
  const api = classes.find((name) => /^[a-z]+(_[a-z]+)+$/.test(name));
  const said = [
    ...texts.map((message) => errorTypeOf({ message })),
    ...(api === undefined ? [] : [api]),
    ...classes.map((className) => errorTypeOf({ className })),
    errorTypeOf({ httpStatus }),
  ];
  const named = classes.find((name) => !NO_NAME.has(name) && /^[A-Za-z]\w{0,99}$/.test(name));
  return (
    said.find((type) => type !== 'unknown_error') ?? named ?? (classes.length > 0 ? 'client_error' : 'unknown_error')
  );
}

function statusOf(a: Attributes, texts: readonly string[], classes: readonly string[]): number | null {
  const said = readCount(a, 'http.response.status_code', 'http.status_code');
  if (said !== null && said >= 100 && said < 600) return said;
  const text = firstMatch(texts, /^(?:\w+: )?(?:Error code: )?([1-5]\d\d) (?:- )?\{/);
  return Number(text ?? classes.find((name) => /^[45]\d\d$/.test(name))) || null;
}

const firstMatch = (texts: readonly string[], pattern: RegExp): string | null =>
  texts.map((text) => pattern.exec(text)?.[1]).find((match) => match !== undefined) ?? null;
