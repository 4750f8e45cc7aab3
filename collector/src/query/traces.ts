// "What happened around it": every span of one trace with what it and all beneath it cost. A span that came twice is one;
// a call that several spans tell of is counted on one of them. Which reports are one call, merged-calls.ts says.
import { JOIN_SLACK_MICROS } from '../calls/report.ts';
import type { TraceCall, TraceJson } from '../contract.ts';
import type { Store } from '../store/store.ts';
import { attributesOf, NO_ATTRIBUTES, REPORT_ATTRIBUTES, SPAN_ATTRIBUTES } from './attributes.ts';
import { inReach, joining, lackingIds, type Window, windowParameters } from './joined-reports.ts';
import { instantOf, mergedCalls } from './merged-calls.ts';
import { agentRuns } from './trace-agents.ts';
import { partOf } from './trace-parts.ts';
import { add, inJson, nothing, placesOf, rollUp, sumOf, type Sum } from './trace-tree.ts';
import { attemptsOf, USAGE_COLUMNS, usageOf, type UsageRow } from './usage-row.ts';

/** So many spans are answered; what is beyond them is counted and summed up to the second bound. */
const SHOWN = 10_000;
const SUMMED = 100_000;

interface SpanRow {
  span_id: string;
  parent: string | null;
  span_name: string;
  span_scope: string;
  span_service: string | null;
  span_kind: string;
  started_micros: number;
  duration: number;
  span_status: 'unset' | 'ok' | 'error';
  key: string | null;
  span_attributes: string;
  span_count: number;
}

const SPAN_COLUMNS = [
  'span_id', 'parent_span_id', 'name', 'scope', 'service', 'kind', 'started_at', 'duration_ms', 'status', 'call_key', 'received_at',
]; // prettier-ignore
/** The span that told of a call is kept as its report. */
const AS_SPAN: Readonly<Record<string, string>> = {
  span_id: 'assumeNotNull(span_id)',
  name: 'assumeNotNull(span_name)',
  scope: 'assumeNotNull(scope)',
  kind: 'span_kind',
  duration_ms: 'assumeNotNull(duration_ms)',
  status: 'span_status',
};

/** Of two tellings of one span the longer one holds (the other may have been sent before its end), else the one received first. */
const SPANS = `
SELECT span_id, span.1 AS parent, span.2 AS span_name, span.3 AS span_scope, span.4 AS span_service, span.5 AS span_kind,
  span.6 AS started_micros, span.7 AS duration, span.8 AS span_status, span.9 AS key,
  if(row_number() OVER (ORDER BY started_micros, span_id) <= ${SHOWN}, span.10, '${NO_ATTRIBUTES}') AS span_attributes, count() OVER () AS span_count
FROM (
  SELECT span_id, argMax(tuple(parent_span_id, name, scope, service, kind, toUnixTimestamp64Micro(started_at), duration_ms, status, call_key, kept_attributes),
    (duration_ms, -toUnixTimestamp64Micro(received_at))) AS span
  FROM (
    SELECT ${SPAN_COLUMNS.join(', ')}, ${SPAN_ATTRIBUTES} AS kept_attributes FROM spans WHERE trace_id = {traceId:String}
    UNION ALL
    SELECT ${SPAN_COLUMNS.map((column) => AS_SPAN[column] ?? column).join(', ')}, ${REPORT_ATTRIBUTES} FROM reports WHERE trace_id = {traceId:String} AND span_kind != ''
  )
  GROUP BY span_id
)
ORDER BY started_micros, span_id LIMIT ${SUMMED}`;

/** A span that tells of a call; span_id null where a log record does. */
interface Telling {
  key: string;
  span_id: string | null;
  parent: string | null;
  telling_name: string | null;
  best: number;
}

interface CallRow extends UsageRow {
  call_key: string;
  trace_id: string | null;
  span_id: string | null;
  started_micros: number;
  duration_ms: number | null;
  server_ms: number | null;
  service: string | null;
  model: string | null;
  feature: string | null;
  outcome: TraceCall['outcome'];
  stop_reason: string | null;
  error_type: string | null;
  cost: string | null;
  unpriced_reason: string | null;
  sources: string[];
  attempts: string;
}

/** null when no span has this trace id. */
export async function queryTrace(store: Store, traceId: string): Promise<TraceJson | null> {
  const rows = await store.query<SpanRow>(SPANS, { traceId });
  if (rows.length === 0) return null;
  const starts = rows.map((row) => row.started_micros);
  const { tellings, calls } = await callsOf(store, traceId, {
    fromMicros: starts[0]! - JOIN_SLACK_MICROS,
    toMicros: starts.at(-1)! + JOIN_SLACK_MICROS,
  });
  return traceOf(traceId, rows, tellings, calls);
}

/** The calls that reports of this trace tell of, and which span tells of which. */
async function callsOf(
  store: Store,
  traceId: string,
  window: Window,
): Promise<{ tellings: Telling[]; calls: CallRow[] }> {
  const join = joining(await lackingIds(store, window), inReach(window));
  const parameters = { traceId, ...windowParameters(window) };
  const tellings = await store.query<Telling>(
    `${join.withs}
SELECT ${join.key('call_key')} AS key, span_id, any(parent_span_id) AS parent, any(span_name) AS telling_name, max(rank) AS best
FROM reports WHERE ${inReach(window)} AND role != 'submit' AND trace_id = {traceId:String} GROUP BY key, span_id ORDER BY best DESC, key, span_id`,
    parameters,
  );
  if (tellings.length === 0) return { tellings, calls: [] };
  const calls = await store.query<CallRow>(
    `SELECT call_key, trace_id, span_id, toUnixTimestamp64Micro(started_at) AS started_micros, duration_ms, server_ms, service, model, feature, outcome,
  stop_reason, error_type, ${USAGE_COLUMNS},
  if(cost_usd IS NULL, NULL, toDecimalString(assumeNotNull(cost_usd), 12)) AS cost, unpriced_reason, sources, attempts
FROM (${await mergedCalls(store, window, { ofTrace: true, extra: ['attempts'] })}) ORDER BY started_micros, call_key`,
    parameters,
  );
  return { tellings, calls };
}

function traceOf(
  traceId: string,
  rows: readonly SpanRow[],
  tellings: readonly Telling[],
  calls: readonly CallRow[],
): TraceJson {
  const came = new Set(rows.map(({ span_id }) => span_id));
  const ofSpan = new Map<string, string>();
  const countedOn = new Map<string, string>();
  const unsent: SpanRow[] = [];
  // The source believed most comes first, and its span is where the call is counted.
  for (const { key, span_id } of tellings) {
    if (span_id === null || !came.has(span_id)) continue;
    if (!ofSpan.has(span_id)) ofSpan.set(span_id, key);
    if (!countedOn.has(key)) countedOn.set(key, span_id);
  }
  for (const call of calls) {
    const { call_key: key, span_id } = call;
    // The merged call's own span where it is one of this trace's.
    if (call.trace_id === traceId && span_id !== null && ofSpan.get(span_id) === key) countedOn.set(key, span_id);
    if (countedOn.has(key) || rows.length === SUMMED) continue;
    const row = unsentSpan(call, tellings.find((telling) => telling.key === key) ?? null, rows[0]!.span_count);
    unsent.push(row);
    ofSpan.set(row.span_id, key);
    countedOn.set(key, row.span_id);
  }
  const all = [...rows, ...unsent].toSorted((a, b) => a.started_micros - b.started_micros);
  const spans = all.map((row) => ({
    row,
    spanId: row.span_id,
    parentSpanId: row.parent,
    startMicros: row.started_micros,
    durationMs: row.duration,
    name: row.span_name,
    status: row.span_status,
    callId: ofSpan.get(row.span_id) ?? row.key,
    attributes: attributesOf(row.span_attributes),
  }));
  const indexOf = new Map(spans.map(({ spanId }, index) => [spanId, index]));
  const places = placesOf(spans);
  const own = new Map<number, Sum>();
  const told = calls.flatMap((call) => {
    const spanId = countedOn.get(call.call_key);
    return spanId === undefined ? [] : [tracedCall(call, spanId)];
  });
  for (const call of told) {
    const index = indexOf.get(call.spanId)!;
    const sum = own.get(index) ?? nothing();
    add(sum, sumOf(call));
    own.set(index, sum);
  }
  const sums = rollUp(places, own);
  const parted = spans.map((span, index) => {
    const { parent } = places[index]!;
    const inCall = parent !== null && spans[parent]!.callId !== null;
    return { ...span, part: partOf({ ...span, scope: span.row.span_scope, isCall: span.callId !== null, inCall }) };
  });
  const total = nothing();
  for (const sum of own.values()) add(total, sum);
  const startMicros = spans[0]!.startMicros;
  const endMicros = spans.reduce((end, span) => Math.max(end, span.startMicros + span.durationMs * 1000), startMicros);
  const counted = new Set(countedOn.values());
  const spanCount = rows[0]!.span_count;
  return {
    traceId,
    startedAt: instantOf(startMicros),
    durationMs: (endMicros - startMicros) / 1000,
    spanCount,
    note: noteOf(spanCount),
    services: [...new Set(all.flatMap(({ span_service }) => (span_service === null ? [] : [span_service])))].toSorted(),
    total: inJson(total),
    spans: parted.slice(0, SHOWN + unsent.length).map(({ row, ...span }, index) => ({
      spanId: span.spanId,
      parentSpanId: span.parentSpanId,
      orphan: places[index]!.orphan,
      name: span.name,
      scope: row.span_scope,
      service: row.span_service,
      kind: row.span_kind,
      part: span.part,
      startedAt: instantOf(span.startMicros),
      offsetMs: (span.startMicros - startMicros) / 1000,
      durationMs: span.durationMs,
      status: span.status,
      callId: span.callId,
      counted: counted.has(span.spanId),
      sent: came.has(span.spanId),
      rolledUp: inJson(sums[index]!),
      attributes: span.attributes,
    })),
    calls: told,
    agents: agentRuns(parted, places, sums),
  };
}

/** Stands in the trace for a call that no span told of: beneath the span that its log record names. */
function unsentSpan(call: CallRow, telling: Telling | null, spanCount: number): SpanRow {
  return {
    span_id: `call:${call.call_key}`,
    parent: telling?.parent ?? null,
    span_name: telling?.telling_name ?? 'call',
    span_scope: '',
    span_service: call.service,
    span_kind: 'client',
    started_micros: call.started_micros,
    duration: call.duration_ms ?? 0,
    span_status: call.outcome === 'error' ? 'error' : call.outcome === 'ok' ? 'ok' : 'unset',
    key: call.call_key,
    span_attributes: NO_ATTRIBUTES,
    span_count: spanCount,
  };
}

function tracedCall(row: CallRow, spanId: string): TraceCall {
  return {
    callId: row.call_key,
    spanId,
    model: row.model,
    feature: row.feature,
    outcome: row.outcome,
    stopReason: row.stop_reason,
    errorType: row.error_type,
    serverMs: row.server_ms,
    usage: usageOf(row),
    costUsd: row.cost,
    unpricedReason: row.unpriced_reason,
    sources: row.sources,
    attempts: attemptsOf(row.attempts),
  };
}

function noteOf(spanCount: number): string | null {
  if (spanCount <= SHOWN) return null;
  const count = (number: number) => number.toLocaleString('en');
  return spanCount <= SUMMED
    ? `Of ${count(spanCount)} spans the first ${count(SHOWN)} are shown; costs, calls and tokens are those of all.`
    : `Of ${count(spanCount)} spans the first ${count(SHOWN)} are shown, and sums are those of the calls told so far as ${count(SUMMED)} spans reach.`;
}
