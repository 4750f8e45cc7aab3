// Rows of the API -> lines of the latency page. Pure.
import type { Bucket, Measure, MetricsRow } from '@spanledger/collector/contract';
import { type Part, partsOf, type Point, type Series } from '../../charts/points.ts';
import { formatDuration, formatValue } from '../../format.ts';
import { numberOf, textOf } from '../../ui/rows.ts';
import { bucketStarts } from '../../url/buckets.ts';

interface Answer {
  from: string;
  to: string;
  bucket: Bucket;
  rows: readonly MetricsRow[];
}

const startsOf = ({ from, to, bucket }: Answer, timezone: string) =>
  bucketStarts(Date.parse(from), Date.parse(to), bucket, timezone);
const partOf = (ms: number): Part => ({ size: ms, label: formatDuration(ms), exact: String(ms) });

/** What a line of the window before is called. */
export const BEFORE = 'before';

/** Several measures of all calls, one line each, and one of them as it was in the window before, bucket for bucket. */
export function measureCourses(
  now: Answer,
  before: { answer: Answer; measure: Measure } | null,
  measures: readonly Measure[],
  timezone: string,
): Point[] {
  const rowsAt = new Map(now.rows.map((row) => [Date.parse(textOf(row, 'bucket') ?? ''), row]));
  const earlier = before && new Map(before.answer.rows.map((row) => [Date.parse(textOf(row, 'bucket') ?? ''), row]));
  const earlierStarts = before ? startsOf(before.answer, timezone) : [];
  return startsOf(now, timezone).map((at, index): Point => {
    const parts: Record<string, Part> = {};
    for (const measure of measures) {
      const ms = numberOf(rowsAt.get(at), measure);
      if (ms !== null) parts[measure] = partOf(ms);
    }
    const was = before && numberOf(earlier?.get(earlierStarts[index] ?? Number.NaN), before.measure);
    if (was !== null) parts[BEFORE] = partOf(was);
    return { at, parts, totalLabel: null };
  });
}

const MOST_LINES = 7;

/** One measure by the values of a dimension: a line for each of those with the most calls. */
export function valueCourses(
  answer: Answer,
  measure: Measure,
  dimension: string,
  timezone: string,
  colour: (value: string | null) => string,
): { series: Series[]; points: Point[]; leftOut: number } {
  const calls = new Map<string, number>();
  for (const row of answer.rows) {
    // Results of a batch have calls and no latency: there is no line of them.
    if (numberOf(row, measure) === null) continue;
    const key = textOf(row, dimension) ?? '';
    calls.set(key, (calls.get(key) ?? 0) + (numberOf(row, 'calls') ?? 0));
  }
  const ranked = [...calls].toSorted(([a, one], [b, other]) => other - one || a.localeCompare(b)).map(([key]) => key);
  const shown = ranked.slice(0, MOST_LINES);
  const points = new Map(startsOf(answer, timezone).map((at) => [at, partsOf([])]));
  for (const row of answer.rows) {
    const key = textOf(row, dimension) ?? '';
    const ms = numberOf(row, measure);
    const parts = points.get(Date.parse(textOf(row, 'bucket') ?? ''));
    if (parts && ms !== null && shown.includes(key)) parts[key] = partOf(ms);
  }
  return {
    series: shown.map((key) => ({ key, label: formatValue(key), colour: colour(key === '' ? null : key) })),
    points: [...points].map(([at, parts]) => ({ at, parts, totalLabel: null })),
    leftOut: ranked.length - shown.length,
  };
}
