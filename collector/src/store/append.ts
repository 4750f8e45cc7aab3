// Priced reports and spans -> rows, each a line of text, as they are read: what the group commit makes durable.
import type { PriceBook } from '@spanledger/instrumentation/pricing';
import { rankOf, usageRankOf } from '../calls/believed.ts';
import { keepAttributes } from '../calls/kept-attributes.ts';
import { callKey, identityOf, type Report, type Usage } from '../calls/report.ts';
import { TABLES, type NamedRows, type Table } from './group-commit.ts';
import type { Poisoned } from './set-apart.ts';

/** USD with 12 places, by kind of cached token. */
export interface CacheUsd {
  read: string;
  write5m: string;
  write1h: string;
}

/** A report with its price: what the store keeps. Money is decimal strings in USD; null is unknown. */
export interface PricedReport {
  report: Report;
  usage: Usage;
  costUsd: string | null;
  cacheSavingsUsd: string | null;
  /** What of the cost was for cached tokens; null when unpriced. */
  cacheUsd: CacheUsd | null;
  unpricedReason: string | null;
  /** What it was priced with. */
  book: PriceBook;
  /** What of the span that told it the report itself does not say; null where no span did, or that span is kept for itself. */
  span: Pick<SpanRow, 'kind' | 'status'> | null;
}

export interface SpanRow {
  traceId: string;
  spanId: string;
  parentSpanId: string | null;
  name: string;
  scope: string;
  service: string | null;
  kind: string;
  startMicros: number;
  endMicros: number;
  status: string;
  callKey: string | null;
  attributes: unknown;
}

/** Whether a span is told by its report to the last field, so that it need not be kept twice. Both keep attributes by one list. */
export const isToldBy = (report: Report, span: SpanRow): boolean =>
  report.role !== 'submit' &&
  report.spanId === span.spanId &&
  report.traceId === span.traceId &&
  report.parentSpanId === span.parentSpanId &&
  report.spanName === span.name &&
  report.scope === span.scope &&
  report.tags.service === span.service &&
  report.startedAtMicros === span.startMicros &&
  report.durationMs === durationMsOf(span);

const durationMsOf = ({ startMicros, endMicros }: SpanRow): number => Math.max(0, endMicros - startMicros) / 1000;

/** How many reports of one source came by one scope. */
export interface ReportsOfSource {
  source: string;
  scope: string | null;
  reports: number;
}

/** The rows of one request: text as soon as they are told of, so that nothing else is held until they are durable. */
export interface RowsOfRequest {
  report(priced: PricedReport): void;
  span(span: SpanRow): void;
  rows(): NamedRows[];
  /** When each report says that its call started. */
  readonly startedAtMicros: readonly number[];
  /** What the reports were priced with. */
  readonly books: ReadonlySet<PriceBook>;
  sources(): ReportsOfSource[];
  /** Calls and spans, less those that were set apart; a report that tells all of its span is both. */
  count(poisoned: readonly Poisoned[]): { calls: number; spans: number };
}

export function gatherRows(nowMs: number): RowsOfRequest {
  const receivedAt = clickhouseTime(nowMs * 1000);
  const tables = {
    spans: { columns: [], lines: [] } as Gathering,
    batch_submits: { columns: [], lines: [] } as Gathering,
    reports: { columns: [], lines: [] } as Gathering,
  };
  const startedAtMicros: number[] = [];
  const books = new Set<PriceBook>();
  const sources = new Map<string, ReportsOfSource>();
  /** Places among the reports of those that tell all of their span. */
  const told = new Set<number>();
  return {
    startedAtMicros,
    books,
    report(priced) {
      const { report, book, span } = priced;
      startedAtMicros.push(report.startedAtMicros);
      books.add(book);
      seeSource(sources, report);
      if (report.role === 'submit') return addRow(tables.batch_submits, submitRow(report, receivedAt));
      if (span !== null) told.add(tables.reports.lines.length);
      addRow(tables.reports, reportRow(priced, receivedAt));
    },
    span: (span) => addRow(tables.spans, spanRow(span, receivedAt)),
    rows: () =>
      TABLES.filter((table) => tables[table].lines.length > 0).map((table) => {
        const { columns, lines } = tables[table];
        return { table, columns, lines, nameOf: (index) => nameOfLine(columns, lines[index]) };
      }),
    sources: () => [...sources.values()],
    count(poisoned) {
      const lost = (table: Table): number => poisoned.filter((one) => one.table === table).length;
      const toldAndLost = poisoned.filter(({ table, index }) => table === 'reports' && told.has(index)).length;
      return {
        calls: tables.reports.lines.length - lost('reports'),
        spans: tables.spans.lines.length - lost('spans') + told.size - toldAndLost,
      };
    },
  };
}

interface Gathering {
  columns: readonly string[];
  lines: string[];
}

function addRow(to: Gathering, row: Record<string, unknown>): void {
  if (to.lines.length === 0) to.columns = Object.keys(row);
  to.lines.push(lineOf(Object.values(row)));
}

function seeSource(sources: Map<string, ReportsOfSource>, { source, scope }: Report): void {
  const key = `${source} ${scope}`;
  const known = sources.get(key);
  if (known) known.reports += 1;
  else sources.set(key, { source, scope, reports: 1 });
}

/** What the sender knows the row by. Asked for only where the store would not take it. */
function nameOfLine(columns: readonly string[], line = '[]'): string {
  const values = JSON.parse(line) as unknown[];
  const said = (column: string): unknown => values[columns.indexOf(column)] ?? null;
  return said('span_id') === null ? `call ${String(said('call_key'))}` : `span ${String(said('span_id'))}`;
}

/** What the calls of a batch take from its submit. */
function submitRow(report: Report, receivedAt: string): Record<string, unknown> {
  const { tags } = report;
  return {
    batch_id: report.batchId,
    source: report.source,
    rank: rankOf(report),
    trace_id: report.traceId,
    span_id: report.spanId,
    started_at: clickhouseTime(report.startedAtMicros),
    received_at: receivedAt,
    feature: tags.feature,
    user_id: tags.userId,
    customer: tags.customer,
    prompt_version: tags.promptVersion,
    conversation_id: tags.conversationId,
    environment: tags.environment,
    project: tags.project,
  };
}

function spanRow(span: SpanRow, receivedAt: string): Record<string, unknown> {
  return {
    trace_id: span.traceId,
    span_id: span.spanId,
    parent_span_id: span.parentSpanId,
    name: span.name,
    scope: span.scope,
    service: span.service,
    kind: span.kind,
    started_at: clickhouseTime(span.startMicros),
    duration_ms: durationMsOf(span),
    status: span.status,
    call_key: span.callKey,
    attributes: JSON.stringify(span.attributes),
    received_at: receivedAt,
  };
}

function reportRow(
  { report, usage, costUsd, cacheSavingsUsd, cacheUsd, unpricedReason, book, span }: PricedReport,
  receivedAt: string,
): Record<string, unknown> {
  const row = {
    call_key: callKey(report),
    identity: identityOf(report),
    source: report.source,
    scope: report.scope,
    span_name: report.spanName,
    span_kind: span?.kind ?? '',
    span_status: span?.status ?? '',
    rank: rankOf(report),
    usage_rank: usageRankOf(report),
    received_at: receivedAt,
    started_at: clickhouseTime(report.startedAtMicros),
    duration_ms: report.durationMs,
    ttft_ms: report.ttftMs,
    stream: report.stream,
    trace_id: report.traceId,
    span_id: report.spanId,
    parent_span_id: report.parentSpanId,
    message_id: report.messageId,
    request_id: report.requestId,
    request_model: report.requestModel,
    model: report.model ?? report.requestModel,
    model_answered: report.model !== null,
    feature: report.tags.feature,
    user_id: report.tags.userId,
    customer: report.tags.customer,
    prompt_version: report.tags.promptVersion,
    conversation_id: report.tags.conversationId,
    environment: report.tags.environment,
    service: report.tags.service,
    service_version: report.tags.serviceVersion,
    workspace: report.tags.workspace,
    project: report.tags.project,
    stop_reason: report.stopReason,
    outcome: report.outcome,
    error_type: report.errorType,
    http_status: smallCount(report.httpStatus),
    retries: smallCount(report.retries),
    input_tokens: usage.inputTokens,
    cache_write_5m_tokens: usage.cacheWrite5mTokens,
    cache_write_1h_tokens: usage.cacheWrite1hTokens,
    cache_read_tokens: usage.cacheReadTokens,
    output_tokens: usage.outputTokens,
    thinking_tokens: usage.thinkingTokens,
    web_searches: usage.webSearches,
    cost_usd: costUsd,
    cache_savings_usd: cacheSavingsUsd,
    cache_read_usd: cacheUsd?.read ?? null,
    cache_write_5m_usd: cacheUsd?.write5m ?? null,
    cache_write_1h_usd: cacheUsd?.write1h ?? null,
    unpriced_reason: unpricedReason,
    prices: book.version,
    raw_usage: JSON.stringify(report.usage),
    usage_complete: report.usageComplete,
    usage_assumes_standard: report.usageAssumesStandard,
    unpriceable: report.unpriceable,
    output_empty: report.outputEmpty,
    betas_known: report.betas !== null,
    betas: report.betas ?? [],
    bill_to: report.billTo,
    platform: report.platform,
    role: report.role,
    batch_id: report.batchId,
    custom_id: report.customId,
    error_code: report.errorCode,
    rate_limits: isEmpty(report.rateLimits) ? '{}' : JSON.stringify(report.rateLimits),
    app_price_table: report.appPriceTable,
    attempts: report.attempts.length === 0 ? '[]' : JSON.stringify(report.attempts),
    app_cost_usd: report.appCostUsd,
    attributes: '{}',
    attributes_told: '{}',
  };
  const { rest, told } = keepAttributes(report.attributes, row);
  row.attributes = JSON.stringify(rest);
  row.attributes_told = JSON.stringify(told);
  return row;
}

function isEmpty(values: object): boolean {
  for (const _ in values) return false;
  return true;
}

/** Half a surrogate pair is no text to ClickHouse, which would refuse the whole batch for it; JSON shows it escaped. */
function lineOf(values: readonly unknown[]): string {
  const line = JSON.stringify(values);
  if (!line.includes('\\ud')) return line;
  return JSON.stringify(
    values.map((value) => (typeof value === 'string' ? value.replace(/\p{Surrogate}/gu, '\ufffd') : value)),
  );
}

/** What a UInt16 column holds; a number beyond it cannot be meant, and is unknown. */
const smallCount = (value: number | null): number | null =>
  value !== null && value >= 0 && value <= 65_535 ? value : null;

/** `2026-11-01 09:30:00.123456`, UTC, as DateTime64(6) takes it. */
export function clickhouseTime(micros: number): string {
  const second = Math.floor(micros / 1_000_000);
  if (second !== lastSecond.second) {
    lastSecond = { second, text: new Date(second * 1000).toISOString().slice(0, 19).replace('T', ' ') };
  }
  return `${lastSecond.text}.${String(micros - second * 1_000_000).padStart(6, '0')}`;
}

/** Rows that come together are mostly of the same seconds, and a date costs more than the rest of its text. */
let lastSecond = { second: Number.NaN, text: '' };
