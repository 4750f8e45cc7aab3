// What a dialect is: one source's way of telling of a call. Span or log record -> Report, or a word on why it is none (of a
// metric point always that). Pure: knows no store, no price and no other dialect.
import type { Report } from '../../calls/report.ts';
import type { LogRecord } from '../otlp-logs.ts';
import type { MetricPoint } from '../otlp-metrics.ts';
import type { Span } from '../otlp.ts';

/** The dialect knows it, and it is no call of its own: a wrapper around other calls, a tool, another provider's model. */
export interface NoCall {
  /** In a sentence, for the coverage page and `explain`. */
  noCall: string;
  /** What the sender can do so that its calls are counted; said in the answer to the export, once. Absent: nothing. */
  advice?: string;
  /** It is a call of a model, and the model is not Claude. */
  otherProvider?: true;
}
/** null: not this dialect's; the next one is asked. */
export type Reading = Report | NoCall | null;

export interface Dialect {
  /** As it stands in `source`, unless the dialect tells several sources apart. */
  readonly name: string;
  readSpan?(span: Span): Reading;
  readLog?(record: LogRecord): Reading;
  /** A point is a sum and cannot tell which calls it is of: there is no report to be had from it. */
  readMetric?(point: MetricPoint): NoCall | null;
}

export const isReport = (reading: Reading): reading is Report => reading !== null && !('noCall' in reading);
