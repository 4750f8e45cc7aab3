// The one merging expression: reports -> calls. Every number of every page is read through it, so that no two disagree.
// Identity, time and tags come from the report of the highest rank that says them; model, usage, price and receipt come
// together from the report of the highest usage rank, never mixed from two. Its price is the one of its latest applied
// re-pricing, else the one it arrived with, which `prices` names the price book of.
import { SERVER_SOURCE } from '../calls/believed.ts';
import { BANDED_DIMENSIONS, type BandedDimension, type Dimension, type ToldDimension } from '../contract.ts';
import { FAILURE_SQL } from './failure.ts';
import { ledgerState } from './ledger-state.ts';
import type { Store } from '../store/store.ts';
import { BANDED } from './bands.ts';
import {
  inReach,
  inWindow,
  joining,
  lackingIds,
  windowParameters,
  type Joining,
  type Reach,
  type Window,
} from './joined-reports.ts';

const TOLD_COLUMNS: Record<ToldDimension, string> = {
  feature: 'feature',
  model: 'model',
  userId: 'user_id',
  customer: 'customer',
  promptVersion: 'prompt_version',
  conversationId: 'conversation_id',
  environment: 'environment',
  service: 'service',
  serviceVersion: 'service_version',
  workspace: 'workspace',
  stopReason: 'stop_reason',
  errorType: 'error_type',
  errorCode: 'error_code',
  outcome: 'outcome',
  failure: FAILURE_SQL,
  source: 'source',
  project: 'project',
};
/** Of what sources tell: dimensions that no table holds, and which they are worked out from. */
const WORKED_OUT_FROM: Partial<Record<Dimension, readonly Dimension[]>> = {
  failure: ['outcome', 'errorType', 'errorCode', 'stopReason'],
};
export const isStored = (dimension: Dimension): boolean => WORKED_OUT_FROM[dimension] === undefined;
/** The dimension itself, or those it is worked out from. */
export const storedOf = (dimension: Dimension): readonly Dimension[] => WORKED_OUT_FROM[dimension] ?? [dimension];
export const isBanded = (dimension: Dimension): dimension is BandedDimension =>
  (BANDED_DIMENSIONS as readonly Dimension[]).includes(dimension);

/** Dimension -> its column of a merged call, or an expression over such. A closed map: no name from outside reaches the SQL text. */
export const DIMENSION_COLUMNS: Record<Dimension, string> = {
  ...TOLD_COLUMNS,
  ...(Object.fromEntries(BANDED_DIMENSIONS.map((name) => [name, BANDED[name].sql])) as Record<BandedDimension, string>),
};
/** Which columns a question about the dimension needs of its calls. */
export const columnsBehind = (dimension: Dimension): readonly string[] =>
  isBanded(dimension) ? BANDED[dimension].columns : storedOf(dimension).map((stored) => DIMENSION_COLUMNS[stored]);

/** Columns that are each from the report believed for it. */
export const BY_RANK = [
  'source', 'duration_ms', 'ttft_ms', 'stream', 'trace_id', 'span_id', 'message_id', 'request_id', 'request_model',
  'feature', 'user_id', 'customer', 'prompt_version', 'conversation_id', 'environment', 'service', 'service_version', 'workspace',
  'project', 'outcome', 'error_type', 'error_code', 'http_status', 'retries', 'batch_id', 'custom_id', 'platform', 'bill_to',
]; // prettier-ignore
const BY_USAGE = [
  'model', 'stop_reason', 'input_tokens', 'cache_write_5m_tokens', 'cache_write_1h_tokens', 'cache_read_tokens', 'output_tokens',
  'thinking_tokens', 'web_searches',
]; // prettier-ignore
const PRICE = [
  'cost_usd', 'cache_savings_usd', 'unpriced_reason', 'cache_read_usd', 'cache_write_5m_usd', 'cache_write_1h_usd',
]; // prettier-ignore
/** Of a merged call, those too heavy for every question aside. */
export const MERGED_COLUMNS: readonly string[] = [
  'call_key',
  'started_at',
  'sources',
  'server_ms',
  'usage_report',
  'price_version',
  ...BY_RANK,
  ...BY_USAGE,
  ...PRICE,
];

// Both orders stand in the text once, under a name: a question of a few rows takes as long as its text.
// Reports of equal rank that do not agree: a digest of who they are from decides, so that the order in which they came does not.
const DIGEST = `sipHash64(call_key, ifNull(trace_id, ''), ifNull(span_id, ''), started_at)`;
const BELIEVED = `bitShiftLeft(toUInt64(rank), 48) + bitShiftRight(${DIGEST}, 16)`;
/** 80 bits that a report and its repeats share and no other report has. Under them a report is priced again (`repriced.report`). */
export const REPORT_ID = `(bitShiftLeft(toUInt128(usage_rank) * 100 + rank, 64) + ${DIGEST})`;
// A report that came twice can have come with two prices (a card changed in between): the one received first holds. All in one
// number: with a tuple as the key, argMax takes a tenth longer. A time in milliseconds has 42 bits until the year 2109.
const BELIEVED_USAGE = `bitShiftLeft(${REPORT_ID}, 48) + toUInt64(281474976710655 - toUnixTimestamp64Milli(received_at))`;
/** Where the usage's report does not say these, another report may: no price hangs on them then. */
const FALLBACK = ['model', 'stop_reason'];
/** A call that ended well has none, whatever its refused attempts had. */
const OF_FAILURES = ['error_type', 'error_code'];
/** How long the API took, as its own servers say. */
const SERVER_MS = `if(source = '${SERVER_SOURCE}', duration_ms, NULL)`;
/** Of several attempts the one that was answered, else the last. */
const ANSWERED = `bitShiftLeft(toUInt64(usage_rank), 56) + toUnixTimestamp64Micro(started_at)`;
const ORIGINS = [
  `argMaxIf(source, believed_usage, usage_rank > 0) AS from_usage`,
  `argMaxIf(source, believed, isNotNull(${SERVER_MS})) AS from_server_ms`,
  ...BY_RANK.map((column) => `argMaxIf(source, believed, isNotNull(${column})) AS from_${column}`),
].join(', ');
/** Of a call told once. */
const ORIGINS_TOLD_ONCE = [
  `if(usage_rank > 0, source, '') AS from_usage`,
  `if(isNotNull(${SERVER_MS}), source, '') AS from_server_ms`,
  ...BY_RANK.map((column) => `if(isNotNull(${column}), source, '') AS from_${column}`),
].join(', ');
/** Evaluated within each query, so that an answer is wholly before or wholly after a re-pricing was applied. */
export const APPLIED = `price_version IN (SELECT number FROM repricings FINAL WHERE status = 'applied')`;

export interface MergeOptions {
  /** Only the call that the report with the key `{callKey:String}` belongs to. */
  one?: boolean;
  /** It is known that one report tells of each call. */
  toldOnce?: boolean;
  /** Only calls that a report with the trace id `{traceId:String}` tells of, though others of them be elsewhere. */
  ofTrace?: boolean;
  /** Only calls of which a report tells that they were tried again: few, so that the rest need not be merged. */
  retried?: boolean;
  /** Prices as of this re-pricing, though a later one be applied by now: those of the roll-up the answer is added to. Else of the last. */
  pricesUpTo?: number;
  /** Of identity, times and tags only these columns: planning all of them takes longer than a small question's answer. */
  columns?: readonly string[];
  /** Columns too heavy for every question, from the report believed for them. */
  extra?: readonly ('receipt' | 'prices' | 'attempts')[];
  /** Where the window has more reports, calls told once are read apart from the others, which then are merged. */
  manyReports?: number;
  /** What reports of the window lack, and how many there are, where that was looked up. */
  reach?: Reach;
  /** Adds `from_<column>`: the source that each field came from, '' where no report says it. */
  provenance?: boolean;
}

/** What a result of a batch takes from the submit where no report of its own says it. */
const FROM_SUBMIT = [
  'feature',
  'user_id',
  'customer',
  'prompt_version',
  'conversation_id',
  'environment',
  'project',
] as const;

// As for reports: two tellings of one submit that do not agree are told apart by who they are from.
const BELIEVED_SUBMIT = `bitShiftLeft(toUInt64(rank), 48)
      + bitShiftRight(sipHash64(ifNull(trace_id, ''), ifNull(span_id, ''), started_at), 16)`;

/** A subquery of one row a batch, or of the batch {batchId}. */
export function submits(options: { batch?: boolean } = {}): string {
  return `
    SELECT batch_id AS submit_batch_id,
      ${[...FROM_SUBMIT, 'source', 'trace_id', 'span_id', 'started_at'].map((column) => `argMax(${column}, ${BELIEVED_SUBMIT}) AS submit_${column}`).join(', ')}
    FROM batch_submits ${options.batch ? 'WHERE batch_id = {batchId:String} ' : ''}GROUP BY batch_id`;
}

/**
 * A subquery of merged calls of a window; its parameters are `windowParameters(window)`. Reports shortly outside are read
 * too, since reports of one call need not agree on when it started.
 * `usage_report` is the identity of the report that usage and price are from, `price_version` the number of the re-pricing
 * that the price is from, 0 for the price at arrival.
 */
export async function mergedCalls(store: Store, window: Window, options: MergeOptions = {}): Promise<string> {
  const lacking = options.reach ?? (await lackingIds(store, window));
  const toldOnce = options.toldOnce ?? (await hasEachKeyOnce(store, window, lacking, options));
  // Where no re-pricing was ever applied, none has to be planned for.
  const pricesUpTo = options.pricesUpTo ?? (await ledgerState(store, () => [])).look.prices;
  return mergedCallsSql(window, joining(lacking, inReach(window)), lacking, { ...options, toldOnce, pricesUpTo });
}

/**
 * Most calls are told once, and need no state of 60 columns to choose a value in. Telling them apart takes longer to plan than so
 * many reports take to merge.
 */
const MANY_REPORTS = 5_000;
/** Of more, to look at all their keys would take longer than it saves. */
const MOST_LOOKED_AT = 500_000;

/** Whether there is nothing to merge, out of the reports' keys: for hours that no roll-up has yet, where told-once.ts cannot count. */
async function hasEachKeyOnce(store: Store, window: Window, reach: Reach, options: MergeOptions): Promise<boolean> {
  const { one = false, ofTrace = false, retried = false, manyReports = MANY_REPORTS } = options;
  if (one || ofTrace || retried || reach.reports <= manyReports || reach.reports > MOST_LOOKED_AT) return false;
  if (reach.message || reach.attempt || reach.placed) return false;
  const [row] = await store.query<{ apart: boolean }>(
    `SELECT count() = uniqExact(call_key) AS apart FROM reports WHERE ${inReach(window)} AND role != 'submit'`,
    windowParameters(window),
  );
  return Boolean(row?.apart);
}

/** Reports of which calls are made: `key` is their call's, `conditions` may name it so. */
interface From {
  key: string;
  conditions: readonly string[];
  rankColumns: readonly string[];
  usageColumns: readonly string[];
  provenance: boolean;
}

/** Calls that several reports tell of, or one: each field from the report that is believed for it. */
const toldOften = ({ key, conditions, rankColumns, usageColumns, provenance }: From): string => `
    SELECT ${key} AS key,
      argMax(started_at, ${BELIEVED} AS believed) AS call_started_at,
      arraySort(groupUniqArray(source)) AS sources,
      ${rankColumns.map((column) => `argMax(${column}, believed) AS merged_${column}`).join(', ')},
      ${FALLBACK.map((column) => `argMax(${column}, believed_usage) AS said_${column}`).join(', ')},
      argMax(${SERVER_MS}, ${ANSWERED}) AS server_ms,
      argMax(tuple(${usageColumns.join(', ')}), ${BELIEVED_USAGE} AS believed_usage) AS usage_group,
      bitShiftRight(max(believed_usage), 48) AS usage_report
      ${provenance ? `, ${ORIGINS}` : ''}
    FROM reports WHERE ${conditions.join(' AND ')} GROUP BY key`;

/** The same of calls that one report tells of: there is nothing to choose. */
const eachOnce = ({ key, conditions, rankColumns, usageColumns, provenance }: From): string => `
    SELECT ${key} AS key, started_at AS call_started_at, [source] AS sources,
      ${rankColumns.map((column) => `${column} AS merged_${column}`).join(', ')},
      ${FALLBACK.map((column) => `${column} AS said_${column}`).join(', ')},
      ${SERVER_MS} AS server_ms, tuple(${usageColumns.join(', ')}) AS usage_group, bitShiftRight(${BELIEVED_USAGE}, 48) AS usage_report
      ${provenance ? `, ${ORIGINS_TOLD_ONCE}` : ''}
    FROM reports WHERE ${conditions.join(' AND ')}`;

/** Calls as the one report of each tells them, priced as it arrived: what is left when nothing has to be merged, joined or looked up. */
const asTold = ({ key, conditions, columns }: { key: string; conditions: string[]; columns: string[] }): string => `
  SELECT ${key} AS key, call_key, started_at, [source] AS sources, ${SERVER_MS} AS server_ms, ${REPORT_ID} AS usage_report, toUInt32(0) AS price_version,
    ${columns.map((column) => (OF_FAILURES.includes(column) ? `if(outcome = 'ok', NULL, ${column}) AS ${column}` : column)).join(', ')}
  FROM reports WHERE ${conditions.join(' AND ')}`;

/** `inBatch`: calls of the window are results of batches, and may take tags from a submit. */
function mergedCallsSql(
  window: Window,
  join: Joining,
  { inBatch, reports }: Pick<Reach, 'inBatch' | 'reports'>,
  {
    one = false,
    toldOnce = false,
    ofTrace = false,
    retried = false,
    manyReports = MANY_REPORTS,
    columns,
    extra = [],
    provenance = false,
    pricesUpTo,
  }: MergeOptions,
): string {
  // Where no re-pricing counts, none is looked for.
  const asArrived = pricesUpTo === 0;
  const ofPrice = extra.filter((column) => column !== 'attempts');
  const usageColumns = [...BY_USAGE, ...PRICE, ...ofPrice];
  const wanted = (column: string) =>
    columns === undefined || columns.includes(column) || column === 'outcome' || (inBatch && column === 'batch_id');
  const rankColumns = [...BY_RANK.filter(wanted), ...extra.filter((column) => column === 'attempts')];
  const takes = (column: string) => inBatch && FROM_SUBMIT.some((name) => name === column);
  const saidOf = (column: string) => {
    if (OF_FAILURES.includes(column)) return `if(merged_outcome = 'ok', NULL, merged_${column})`;
    return takes(column) ? `ifNull(merged_${column}, submit_${column})` : `merged_${column}`;
  };
  const originOf = (column: string) => {
    if (OF_FAILURES.includes(column)) return `if(merged_outcome = 'ok', '', merged.from_${column})`;
    return takes(column)
      ? `if(merged_${column} IS NULL AND submit_${column} IS NOT NULL, submit_source, merged.from_${column})`
      : `merged.from_${column}`;
  };
  const key = join.key('call_key');
  const ofWindow = `${inReach(window)} AND role != 'submit'`;
  const keysOf = (condition: string) => `(SELECT ${key} FROM reports WHERE ${ofWindow} AND ${condition})`;
  const only = [
    ...(one ? [`key = ${join.key('{callKey:String}')}`] : []),
    ...(ofTrace ? [`key IN ${keysOf('trace_id = {traceId:String}')}`] : []),
    ...(retried ? [toldOnce ? 'retries > 0' : `key IN ${keysOf('retries > 0')}`] : []),
  ];
  if (toldOnce && asArrived && !inBatch && !provenance) {
    const conditions = [ofWindow, ...only, inWindow('started_at', window)];
    return asTold({ key, conditions, columns: [...rankColumns, ...usageColumns] });
  }
  const from = { key, conditions: [ofWindow, ...only], rankColumns, usageColumns, provenance };
  const severalTimes = `(SELECT ${key} AS told FROM reports WHERE ${ofWindow} GROUP BY told HAVING count() > 1)`;
  const calls = toldOnce
    ? eachOnce(from)
    : only.length > 0 || reports <= manyReports
      ? toldOften(from)
      : `${toldOften({ ...from, conditions: [ofWindow, `key IN ${severalTimes}`] })}
    UNION ALL ${eachOnce({ ...from, conditions: [ofWindow, `key NOT IN ${severalTimes}`] })}`;
  const place = (column: string) => `usage_group.${usageColumns.indexOf(column) + 1}`;
  const usageOf = (column: string) =>
    FALLBACK.includes(column) ? `ifNull(${place(column)}, said_${column})` : place(column);
  return `
  SELECT key AS call_key, call_started_at AS started_at, sources, server_ms, usage_report, ${asArrived ? 'toUInt32(0)' : 'latest_version'} AS price_version,
    ${rankColumns.map((column) => `${saidOf(column)} AS ${column}`).join(', ')},
    ${BY_USAGE.map((column) => `${usageOf(column)} AS ${column}`).join(', ')},
    ${ofPrice.map((column) => `${place(column)} AS ${column},`).join('')}
    ${PRICE.map((column, index) =>
      asArrived
        ? `${place(column)} AS ${column}`
        : `if(latest_version = 0, ${place(column)}, repriced_group.${index + 1}) AS ${column}`,
    ).join(',\n    ')}
    ${provenance ? `, ${['usage', 'server_ms', ...BY_RANK].map((column) => `${originOf(column)} AS from_${column}`).join(', ')}` : ''}
  FROM (
    ${join.withs}
    ${calls}
  ) AS merged
  ${
    asArrived
      ? ''
      : `LEFT JOIN (
    SELECT report AS repriced_report, max(price_version) AS latest_version,
      argMax(tuple(${PRICE.join(', ')}), price_version) AS repriced_group
    FROM repriced
    WHERE ${inReach(window)} AND ${APPLIED} ${pricesUpTo === undefined ? '' : `AND price_version <= ${Number(pricesUpTo)}`}
    GROUP BY report
  ) AS prices ON merged.usage_report = prices.repriced_report`
  }
  ${inBatch ? `LEFT JOIN (${submits()}) AS submits ON merged_batch_id = submit_batch_id` : ''}
  WHERE ${inWindow('call_started_at', window)}`;
}

export const microsOf = (instant: string): number => Date.parse(instant) * 1000;
export const instantOf = (micros: number): string => new Date(Math.floor(micros / 1000)).toISOString();
