// Refusals and oddities -> findings. A finding outlives the process, so no value that was sent is repeated in it: a refusal's
// sentence is matched against those that can be, and a name is repeated only where it has the form of one.
import { finding, type Finding, type Signal } from '../calls/finding.ts';
import { LARGEST_COUNT, type Report } from '../calls/report.ts';
import type { Reading } from './dialects/dialect.ts';
import { judgedOnce } from './judged.ts';
import type { Attributes, Refusal, Span } from './otlp.ts';

/** A name as programs give them; anything else could be a value, and is not repeated. */
const nameOr = (said: string, otherwise: string): string => (/^[\w.\-/:@]{1,100}$/.test(said) ? said : otherwise);

// ---- refusals ------------------------------------------------------------------------------------------------------------

/** The sentences of refusals, less what was sent: `<field>: <sentence>`. What matches none is not repeated. */
const SENTENCES: readonly [RegExp, string][] = [
  [/is missing/, 'is missing'],
  [/is in the future/, "is in the future; is the sender's clock right?"],
  [/is before 2023/, 'is before 2023; is the unit nanoseconds?'],
  [/must be nanoseconds/, 'must be nanoseconds since the epoch'],
  [/must be (\d+) bytes/, 'must be bytes of the right number, not all zero'],
  [/must be a string/, 'must be a string'],
  [/must be an array|arrayValue/, 'must be an array'],
  [/must be a finite number/, 'must be a finite number'],
  [/a key is not a string/, 'a key is not a string'],
  [/is nested deeper/, 'is nested deeper than can be read'],
  [/(string|bool)Value holds/, 'holds another type than it says'],
  [/(int|double)Value is not/, 'holds another type than it says'],
];
const FIELDS =
  /^(resource: )?(startTimeUnixNano|endTimeUnixNano|timeUnixNano|observedTimeUnixNano|traceId|spanId|parentSpanId|name|value|attributes|dataPoints)\b/;

/** The finding of a refusal: `reason` names the field and why, the example the attribute too. */
export function findingOfRefusal(signal: Signal, { what, reason, scope, service }: Refusal): Finding {
  const attribute = /^(resource: )?attribute (.*?): /s.exec(reason);
  const field = attribute ? 'attribute' : (FIELDS.exec(reason)?.[2] ?? signal);
  const resource = reason.startsWith('resource: ') ? 'resource: ' : '';
  const sentence = SENTENCES.find(([pattern]) => pattern.test(reason))?.[1] ?? 'cannot be read';
  const subject = attribute ? `attribute ${nameOr(attribute[2] ?? '', 'with an unusual name')}` : field;
  return finding('refused', signal, `${resource}${field}: ${sentence}`, {
    source: scope,
    service,
    example: `${subjectOf(signal, what)}: ${resource}${subject}: ${sentence}`,
  });
}

/** `span GET /x (id)` -> `span`, unless its name is one of a program's. */
function subjectOf(signal: Signal, what: string): string {
  const name = what.replace(/^(span|log record|point of) ?/, '').replace(/ \([\da-f]{16}\)$/, '');
  return nameOr(name, '') === '' ? signal : `${signal} ${name}`;
}

// ---- what is odd about a span that is taken ----------------------------------------------------------------------------------

/** More than an emitter has need of, and few enough to be kept with every call. */
export const MOST_KEPT_ATTRIBUTES = 256;

/** The first of them, where there are more. The same object where there are not. */
export function trimmed<T extends Record<string, unknown>>(attributes: T): T {
  const names = Object.keys(attributes);
  if (names.length <= MOST_KEPT_ATTRIBUTES) return attributes;
  return Object.fromEntries(names.slice(0, MOST_KEPT_ATTRIBUTES).map((name) => [name, attributes[name]])) as T;
}

const isCountName = judgedOnce((name) => /(^|[._])(tokens|token_count\.\w+|web_search_requests)$/.test(name));
const DEEPEST_COUNT = 5;

/** The first count that cannot be, by its name and why; null when all can. Looked for in the usage and the attributes. */
export function oddCount(report: Pick<Report, 'usage'>, attributes: Attributes): { name: string; why: string } | null {
  return oddWithin(report.usage ?? {}, 0) ?? oddWithin(attributes, DEEPEST_COUNT);
}

function oddWithin(values: object, depth: number): { name: string; why: string } | null {
  for (const name of Object.keys(values)) {
    const value = (values as Record<string, unknown>)[name];
    if (isCountName(name)) {
      const why = whyOdd(value);
      if (why !== null) return { name: nameOr(name, 'a count'), why };
    } else if (typeof value === 'object' && value !== null && depth < DEEPEST_COUNT) {
      const odd = oddWithin(value, depth + 1);
      if (odd) return odd;
    }
  }
  return null;
}

function whyOdd(said: unknown): string | null {
  // null is how the API says "none"; some emitters send counts as text.
  if (said === null || said === undefined) return null;
  const value = typeof said === 'string' && /^-?\d+(\.\d+)?$/.test(said) ? Number(said) : said;
  if (typeof value !== 'number') return 'is no number';
  if (value < 0) return 'is negative';
  if (!Number.isInteger(value)) return 'is no whole number';
  return value > LARGEST_COUNT ? `is beyond ${LARGEST_COUNT.toLocaleString('en')}` : null;
}

const CALL_NAME = /^(gen_ai\.usage\.|llm\.(token_count|usage)\.|ai\.usage\.)/;
/** Ours: what says tokens there and is no call is known to be none. */
const KNOWN_SCOPES = /^@spanledger\//;

/** Whether a span that no dialect knows says tokens of a model, and so may be a call that is missed. */
const looksLikeCall = (scope: string, attributes: Attributes): boolean =>
  !KNOWN_SCOPES.test(scope) && Object.keys(attributes).some((name) => CALL_NAME.test(name));

/** Of a span that is no call only what may be a call that is missed: another provider's, or one that no dialect knows. */
export function findingsOfNoCall(reading: Reading, span: Span): Finding[] {
  if (reading !== null && 'otherProvider' in reading) {
    return [finding('other-provider', 'span', 'a call of a model that is not Claude, or that somebody else serves: kept in its trace, not priced', senderNamed(span))]; // prettier-ignore
  }
  if (reading !== null || !looksLikeCall(span.scope, span.attributes)) return [];
  const reason =
    'it says tokens of a model, and no source that is known here tells calls so: kept in its trace, not priced';
  return [finding('unknown', 'span', reason, senderNamed(span))];
}

interface Sent {
  scope: string;
  resource: Attributes;
}
export function senderOf({ scope, resource }: Sent): { scope: string; service?: string } {
  const service = resource['service.name'];
  return { scope, ...(typeof service === 'string' ? { service } : {}) };
}
export const senderNamed = (sent: Sent) => ({ source: sent.scope, service: senderOf(sent).service ?? null });
