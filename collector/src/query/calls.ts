// "Which calls": the explorer's list, newest or largest first with a cursor, and one call with its receipt and reports.
import { type CallDetailJson, type CallJson, type CallsAnswer, type CallsQuery, LATEST } from '../contract.ts';
import type { Store } from '../store/store.ts';
import { costDifference } from './cost-difference.ts';
import { inReach, joining, lackingIds, type Reach } from './joined-reports.ts';
import { FAILURE_SQL } from './failure.ts';
import { ledgerState } from './ledger-state.ts';
import { instantOf, mergedCalls, microsOf, BY_RANK, submits } from './merged-calls.ts';
import { asItArrived, queryPriceVersions } from './price-versions.ts';
import { attributesOf } from './attributes.ts';
import { queryReceipt } from './call-receipt.ts';
import { queryReportsOf, type CallReport } from './call-reports.ts';
import { attemptsOf, USAGE_COLUMNS, usageOf, type UsageRow } from './usage-row.ts';
import { type CallRows } from './open-calls.ts';
import { MAXIMA, SIZES } from './sums.ts';
import { firstCalls, type Placed } from './top-calls.ts';
import { whereClause } from './where.ts';

/** Order -> (sort expression, its type as a parameter). Unknown sorts last. */
const ORDER_SQL: Record<CallsQuery['order'], { sql: string; type: string }> = {
  startedAt: { sql: 'toUnixTimestamp64Micro(started_at)', type: 'Int64' },
  oldest: { sql: '-toUnixTimestamp64Micro(started_at)', type: 'Int64' },
  costUsd: { sql: SIZES.costUsd, type: MAXIMA.costUsd.type },
  durationMs: { sql: SIZES.durationMs, type: MAXIMA.durationMs.type },
  ttftMs: { sql: SIZES.ttftMs, type: MAXIMA.ttftMs.type },
  promptTokens: { sql: SIZES.promptTokens, type: MAXIMA.promptTokens.type },
  outputTokens: { sql: SIZES.outputTokens, type: MAXIMA.outputTokens.type },
};

const WHOLE = /^-?\d{1,18}$/;
const FLOAT = /^-?\d{1,20}(\.\d{1,20})?(e[+-]?\d{1,3})?$/;
/** What a cursor may hold: a value of the order's type, or ClickHouse would refuse the query. */
const CURSOR_VALUE: Record<CallsQuery['order'], RegExp> = {
  startedAt: WHOLE,
  oldest: WHOLE,
  costUsd: /^-?\d{1,26}(\.\d{1,12})?$/,
  durationMs: FLOAT,
  ttftMs: FLOAT,
  promptTokens: WHOLE,
  outputTokens: WHOLE,
};

/** All time, for the list without a window. */
const ALL = { from: '2000-01-01T00:00:00Z', to: LATEST };

/** A sum of money as the decimal string with 12 places that the contract has. */
const usd = (column: string): string => `if(${column} IS NULL, NULL, toDecimalString(assumeNotNull(${column}), 12))`;

const COLUMNS = `call_key, message_id, request_id, trace_id, span_id, toUnixTimestamp64Micro(started_at) AS started_micros, duration_ms, server_ms, ttft_ms,
  stream, request_model, model, feature, user_id, customer, prompt_version, conversation_id, environment, service, service_version, workspace, project,
  stop_reason, error_type, error_code, batch_id, custom_id, platform, bill_to, source, sources, outcome, ${FAILURE_SQL} AS failure, http_status, retries, ${USAGE_COLUMNS},
  ${usd('cost_usd')} AS cost, unpriced_reason`;

interface CallRow extends UsageRow {
  call_key: string;
  message_id: string | null;
  request_id: string | null;
  trace_id: string | null;
  span_id: string | null;
  started_micros: number;
  duration_ms: number | null;
  server_ms: number | null;
  ttft_ms: number | null;
  stream: boolean | null;
  request_model: string | null;
  model: string | null;
  feature: string | null;
  user_id: string | null;
  customer: string | null;
  prompt_version: string | null;
  conversation_id: string | null;
  environment: string | null;
  service: string | null;
  service_version: string | null;
  workspace: string | null;
  project: string | null;
  stop_reason: string | null;
  error_type: string | null;
  error_code: string | null;
  batch_id: string | null;
  custom_id: string | null;
  platform: string | null;
  bill_to: CallJson['billTo'];
  source: string;
  sources: string[];
  outcome: CallJson['outcome'];
  failure: CallJson['failure'];
  http_status: number | null;
  retries: number | null;
  cost: string | null;
  unpriced_reason: string | null;
}

export class CursorError extends Error {
  override readonly name = 'CursorError';
}

export async function queryCalls(store: Store, query: CallsQuery): Promise<CallsAnswer> {
  const order = ORDER_SQL[query.order];
  const where = whereClause(query.where);
  const window = { fromMicros: microsOf(query.from ?? ALL.from), toMicros: microsOf(query.to ?? ALL.to) };
  const after = query.cursor === undefined ? null : readCursor(query.cursor, query.order);
  const wanted = query.limit + 1;
  const read = ({ from, condition, parameters }: CallRows): Promise<PlacedRow[]> =>
    store.query(
      `SELECT ${COLUMNS}, toString(${order.sql}) AS value, toUnixTimestamp64Micro(started_at) AS startedMicros, call_key AS key FROM ${from}
WHERE ${condition} AND ${where.sql} ${after ? `AND (${order.sql}, toUnixTimestamp64Micro(started_at), call_key) < ({afterValue:${order.type}}, {afterStart:Int64}, {afterKey:String})` : ''}
ORDER BY ${order.sql} DESC, started_at DESC, call_key DESC LIMIT {limit:UInt32}`,
      {
        ...where.parameters,
        ...parameters,
        limit: wanted,
        ...(after ? { afterValue: after.value, afterStart: after.startedMicros, afterKey: after.key } : {}),
      },
    );
  const { rows, missingBefore } = await firstCalls(store, query, window, { wanted, after, read });
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  const nextCursor =
    rows.length > query.limit && last
      ? Buffer.from(JSON.stringify([query.order, last.value, last.startedMicros, last.key])).toString('base64url')
      : null;
  // Who names no beginning asks for what there is.
  const missing = query.from === undefined || missingBefore === null ? null : instantOf(missingBefore * 1_000_000);
  return { calls: page.map(callOf), nextCursor, missingBefore: missing };
}

type PlacedRow = CallRow & Placed;

function readCursor(cursor: string, order: CallsQuery['order']): Placed {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (
      Array.isArray(parsed) &&
      parsed.length === 4 &&
      parsed[0] === order &&
      CURSOR_VALUE[order].test(String(parsed[1])) &&
      Number.isSafeInteger(parsed[2]) &&
      typeof parsed[3] === 'string'
    ) {
      return { value: String(parsed[1]), startedMicros: Number(parsed[2]), key: parsed[3] };
    }
  } catch {
    // falls through to the one error
  }
  throw new CursorError('cursor: must be one that an earlier answer with this order gave as nextCursor');
}

interface DetailColumns {
  receipt: string;
  prices: string;
  attempts: string;
  priced_report: string;
  price_version: number;
}
type DetailRow = CallRow & DetailColumns & Partial<Record<`from_${string}`, string>>;
const HEAVY = ['receipt', 'prices', 'attempts'] as const;
/** The call with this id; also found by its request id, or by the key of any of its reports. Null when there is none. */
export async function queryCall(store: Store, id: string): Promise<CallDetailJson | null> {
  const found =
    (await findReports(store, 'call_key', id, Date.now() - RECENT_MS)) ??
    (await findReports(store, 'call_key', id)) ??
    (await findReports(store, 'request_id', id));
  if (!found) return null;
  const window = { fromMicros: found.from_micros - HOUR, toMicros: found.to_micros + HOUR };
  const { look } = await ledgerState(store, () => []);
  const merged = async (reach: Reach, toldOnce: boolean): Promise<DetailRow[]> => {
    const provenance = !toldOnce;
    const options = { one: true, toldOnce, reach, pricesUpTo: look.prices, extra: HEAVY, provenance } as const;
    return store.query<DetailRow>(
      `SELECT ${COLUMNS}, receipt, prices, attempts, toString(usage_report) AS priced_report, price_version ${provenance ? `, COLUMNS('^from_')` : ''} FROM (${await mergedCalls(store, window, options)})`,
      { callKey: found.key, ...window },
    );
  };
  const askOnce = (reach: Reach) =>
    Promise.all([merged(reach, true), queryReportsOf(store, found.key, window, joining(reach, inReach(window)))]);
  // Most calls are told once, and then there is nothing to merge, which would take longer to plan than all else; and nothing to
  // ask where each field is from. That no report lacks an id is asked at the same time.
  const [lacking, guessed] = await Promise.all([
    lackingIds(store, window),
    found.reports === 1 ? askOnce(NOTHING_LACKS) : null,
  ]);
  const isToldOnce = guessed !== null && !lacking.message && !lacking.attempt && !lacking.placed && !lacking.inBatch;
  const once = isToldOnce ? guessed[0] : [];
  const { reports, keys } = isToldOnce
    ? guessed[1]
    : await queryReportsOf(store, found.key, window, joining(lacking, inReach(window)));
  // A report of it that came meanwhile is a second row.
  const [row] = once.length === 1 && reports.length === 1 ? once : await merged(lacking, false);
  if (!row) return null;
  const call = callOf(row);
  const pricedFrom = reports.find(({ report_id }) => report_id === row.priced_report);
  const receipt = await queryReceipt(
    store,
    { inputs: pricedFrom, repricing: row.price_version, prices: row.prices, written: row.receipt },
    call,
  );
  const priceVersions =
    look.prices === 0 && pricedFrom !== undefined
      ? [asItArrived(instantOf(pricedFrom.received_micros), call.costUsd)]
      : await queryPriceVersions(store, {
          report: row.priced_report,
          keys,
          startedMicros: { from: window.fromMicros, to: window.toMicros },
          current: row.price_version,
        });
  return {
    ...call,
    receipt,
    attempts: attemptsOf(row.attempts),
    priceVersions,
    provenance: row === once[0] ? provenanceOfOne(row, reports) : provenanceOf(row),
    rateLimits: rateLimitsOf(reports),
    submit: call.batchId === null ? null : await querySubmit(store, call.batchId),
    costDifference: costDifference(
      { costUsd: call.costUsd, unpricedReason: call.unpricedReason, receipt, repriced: row.price_version > 0 },
      reports.map((report) => ({
        appCostUsd: report.app_cost,
        appPriceTable: report.app_table,
        arrivalCostUsd: report.arrival_cost,
        usageRank: report.usage_rank,
      })),
    ),
    reports: reports.map((report) => ({
      source: report.source,
      scope: report.scope,
      spanName: report.span_name,
      traceId: report.trace_id,
      spanId: report.span_id,
      receivedAt: instantOf(report.received_micros),
      appCostUsd: report.app_cost,
      attributes: attributesOf(report.kept_attributes),
    })),
  };
}

const NOTHING_LACKS: Reach = {
  reports: 1,
  message: false,
  attempt: false,
  placed: false,
  alone: false,
  inBatch: false,
};

/** Around the reports first found: others of the same call are within minutes. Microseconds. */
const HOUR = 3_600_000_000;

/** Most calls that are looked at are younger; to find an old one takes as long as there are calls. */
const RECENT_MS = 32 * 86_400_000;

/** When the reports with this id were made, and the key of one of them; of all there are, or since a moment. */
async function findReports(store: Store, column: 'call_key' | 'request_id', id: string, sinceMs?: number) {
  const [row] = await store.query<{ key: string; from_micros: number; to_micros: number; reports: number }>(
    `SELECT any(call_key) AS key, toUnixTimestamp64Micro(min(started_at)) AS from_micros,
  toUnixTimestamp64Micro(max(started_at)) AS to_micros, count() AS reports FROM reports
WHERE ${column} = {id:String} ${sinceMs === undefined ? '' : `AND started_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')`}`,
    sinceMs === undefined ? { id } : { id, since: sinceMs },
  );
  return row && row.reports > 0 ? row : null;
}

/** Field of a call -> the source it was taken from; fields that no report says are left out. */
function provenanceOf(row: DetailRow): Record<string, string> {
  const provenance: Record<string, string> = {};
  for (const [column, source] of Object.entries(row)) {
    if (column.startsWith('from_') && typeof source === 'string' && source !== '')
      provenance[camel(column.slice('from_'.length))] = source;
  }
  return provenance;
}

const camel = (column: string): string => column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The same of a call that one report tells of: whatever is known is from it. */
function provenanceOfOne(row: CallRow, reports: readonly CallReport[]): Record<string, string> {
  const known = [...BY_RANK, 'server_ms'].filter((column) => row[column as keyof CallRow] !== null);
  const columns = [...(reports.some(({ usage_rank }) => usage_rank > 0) ? ['usage'] : []), ...known];
  return Object.fromEntries(columns.map((column) => [camel(column), row.source]));
}

/** Of the report that is believed most among those that say any. */
function rateLimitsOf(reports: readonly CallReport[]): CallDetailJson['rateLimits'] {
  const [first] = reports.filter(({ rate_limits }) => rate_limits !== '{}').toSorted((a, b) => b.rank - a.rank);
  return first ? JSON.parse(first.rate_limits) : {};
}

/** null when no submit of the batch was seen. */
async function querySubmit(store: Store, batchId: string): Promise<CallDetailJson['submit']> {
  const [row] = await store.query<{ trace: string | null; span: string | null; started_micros: number }>(
    `SELECT submit_trace_id AS trace, submit_span_id AS span, toUnixTimestamp64Micro(submit_started_at) AS started_micros
FROM (${submits({ batch: true })})`,
    { batchId },
  );
  return row ? { traceId: row.trace, spanId: row.span, startedAt: instantOf(row.started_micros) } : null;
}

function callOf(row: CallRow): CallJson {
  return {
    callId: row.call_key,
    messageId: row.message_id,
    requestId: row.request_id,
    traceId: row.trace_id,
    spanId: row.span_id,
    startedAt: instantOf(row.started_micros),
    durationMs: row.duration_ms,
    serverMs: row.server_ms,
    ttftMs: row.ttft_ms,
    stream: row.stream,
    requestModel: row.request_model,
    model: row.model,
    feature: row.feature,
    userId: row.user_id,
    customer: row.customer,
    promptVersion: row.prompt_version,
    conversationId: row.conversation_id,
    environment: row.environment,
    service: row.service,
    serviceVersion: row.service_version,
    workspace: row.workspace,
    project: row.project,
    stopReason: row.stop_reason,
    errorType: row.error_type,
    errorCode: row.error_code,
    batchId: row.batch_id,
    customId: row.custom_id,
    platform: row.platform,
    billTo: row.bill_to,
    source: row.source,
    outcome: row.outcome,
    failure: row.failure,
    httpStatus: row.http_status,
    retries: row.retries,
    usage: usageOf(row),
    costUsd: row.cost,
    unpricedReason: row.unpriced_reason,
    sources: row.sources,
  };
}
