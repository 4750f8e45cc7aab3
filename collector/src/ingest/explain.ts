// What ingest makes of an export and why, without storing it: which dialect takes each span, log record and metric point, the
// report it becomes or why it is none, and what becomes of every attribute. What an attribute sets is found by reading again
// without it and comparing. Knows no price: the caller hands one in.
import type { Report } from '../calls/report.ts';
import type { ExplainAnswer, Explanation } from '../contract/explain.ts';
import { fateOf } from './content.ts';
import { isReport, type Reading } from './dialects/dialect.ts';
import { readInput } from './explain-input.ts';
import { takeLog, takeMetric, takeSpan, type Taken } from './normalise.ts';
import type { Attributes, Encoding } from './otlp.ts';

const MOST_EXPLAINED = 50;
const MOST_ATTRIBUTES = 200;

/** What pricing says of a report: the caller's to give, since ingest knows no price. */
export type PriceOf = (report: Report) => { costUsd: string | null; unpricedReason: string | null; receipt: unknown };
/** What the mappings in force add to a report; likewise the caller's. */
export type Tag = (report: Report, told: Pick<Readable, 'attributes' | 'resource'>) => Report;
/** What has attributes and can be read: a span, a log record, a metric point. */
interface Readable {
  attributes: Attributes;
  resource: Attributes;
  scope: string;
}

/** Throws OtlpError when the body is neither an export nor a span. */
export function explain(
  body: Uint8Array,
  encoding: Encoding,
  priceOf: PriceOf,
  tag: Tag = (report) => report,
): ExplainAnswer {
  const tagging =
    <T extends Readable>(take: (item: T) => Taken) =>
    (item: T): Taken => {
      const taken = take(item);
      return isReport(taken.reading) ? { ...taken, reading: tag(taken.reading, item) } : taken;
    };
  const { spans, records, points, refused } = readInput(body, encoding);
  const explained = [
    ...spans.map((span) => () => explainOne('span', span.name, span, tagging(takeSpan), priceOf)),
    ...records.map(
      (record) => () =>
        explainOne('log record', record.eventName ?? 'without a name', record, tagging(takeLog), priceOf),
    ),
    ...points.map((point) => () => explainOne('metric point', point.name, point, takeMetric, priceOf)),
  ];
  return {
    explanations: explained.slice(0, MOST_EXPLAINED).map((work) => work()),
    leftOut: Math.max(0, explained.length - MOST_EXPLAINED),
    refused,
  };
}

function explainOne<T extends Readable>(
  what: Explanation['what'],
  name: string,
  item: T,
  take: (item: T) => Taken,
  priceOf: PriceOf,
): Explanation {
  const { dialect, reading } = take(item);
  const report = isReport(reading) ? reading : null;
  const read = (changed: Partial<Readable>) => take({ ...item, ...changed }).reading;
  const own = Object.keys(item.attributes);
  const shared = Object.keys(item.resource);
  const attributes = [
    ...own.slice(0, MOST_ATTRIBUTES).map((key) => {
      const without = read({ attributes: omit(item.attributes, key) });
      return attributeOf(key, key, item.attributes[key], reading, without, report);
    }),
    ...shared.slice(0, MOST_ATTRIBUTES).map((key) => {
      const without = read({ resource: omit(item.resource, key) });
      return attributeOf(`resource: ${key}`, key, item.resource[key], reading, without, null);
    }),
  ];
  return {
    what,
    name,
    scope: item.scope,
    dialect,
    noCall: report ? null : reasonOf(reading, what),
    report: report ? shown(report) : null,
    price: report ? priceShown(priceOf(report)) : null,
    attributes,
    attributesLeftOut: own.length + shared.length - attributes.length,
  };
}

function attributeOf(
  shownName: string,
  name: string,
  value: unknown,
  reading: Reading,
  without: Reading,
  report: Report | null,
): Explanation['attributes'][number] {
  const said = fateOf(name);
  // A dialect may keep names of its own that have no namespace.
  const fate = said === 'unknown' && report !== null && Object.hasOwn(report.attributes, name) ? 'kept' : said;
  return { name: shownName, value: fate === 'content' ? null : value, fate, sets: differences(reading, without) };
}

function reasonOf(reading: Reading, what: Explanation['what']): string {
  if (reading !== null && 'noCall' in reading) return reading.noCall;
  return what === 'span'
    ? 'no dialect knows it: it is kept as a span of its trace'
    : 'no dialect knows it: it is not kept';
}

/** The fields that differ; tags and usage one by one. */
function differences(reading: Reading, without: Reading): string[] {
  if (isReport(reading) !== isReport(without)) return ['call'];
  if (!isReport(reading) || !isReport(without)) return [];
  const [a, b] = [flat(reading), flat(without)];
  return [...new Set([...a.keys(), ...b.keys()])].filter((field) => a.get(field) !== b.get(field)).toSorted();
}

function flat(report: Report): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [field, value] of Object.entries(report)) {
    if (field === 'attributes') continue;
    if (field === 'tags' || (field === 'usage' && value !== null)) {
      for (const [name, inner] of Object.entries(value as object))
        fields.set(`${field}.${name}`, JSON.stringify(inner));
    } else fields.set(field, JSON.stringify(value));
  }
  return fields;
}

function priceShown({ costUsd, unpricedReason, receipt }: ReturnType<PriceOf>): Explanation['price'] {
  const flags = (receipt as { flags?: { flag: string; message: string }[] } | null)?.flags ?? [];
  return { costUsd, unpricedReason, flags: flags.map(({ flag, message }) => `${flag}: ${message}`) };
}

/** The report as it reads: times as instants, what is stored beside it left to the list of attributes. */
function shown(report: Report): Record<string, unknown> {
  const fields = Object.entries(report).filter(([field]) => field !== 'attributes' && field !== 'startedAtMicros');
  const at = new Date(report.startedAtMicros / 1000);
  return { ...Object.fromEntries(fields), startedAt: Number.isNaN(at.getTime()) ? null : at.toISOString() };
}

function omit(attributes: Attributes, key: string): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => name !== key));
}
