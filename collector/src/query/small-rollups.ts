// Roll-ups of an hour, and of days, that are made for one page each, few rows however many calls: the same expressions over
// calls, for settling and for hours that are open.
import type { Store } from '../store/store.ts';
import { attemptsSql, lostByCall } from './attempts.ts';
import { inReach, inWindow, windowParameters, type Window } from './joined-reports.ts';
import { SHAPE_WITH_BANDS, type Look } from './ledger-state.ts';
import { mergedCalls } from './merged-calls.ts';
import { callsOf, type CallRows } from './open-calls.ts';
import { daysRead, hoursRead, readingOf, readParameters } from './settled-hours.ts';

export interface SmallRollup {
  table: string;
  /** Column -> expression over calls. What rows are grouped by comes first. */
  by: Readonly<Record<string, string>>;
  values: Readonly<Record<string, string>>;
  /** Which calls. */
  where: string;
  /** Hours that were settled in an earlier shape have no rows of it. */
  shape?: number;
  /** A subquery of what is added up instead of calls, with a `started_at`; its parameters are those of the window. */
  rowsOf?: (window: Window, store: Store) => string | Promise<string>;
}

/** How rows of a roll-up are added up further: what is no first or last moment, and no most, is a sum. */
export const addedUp = ({ values }: SmallRollup): string[] =>
  Object.keys(values).map(
    (name) => `${{ first_at: 'min', last_at: 'max', most_lost_ms: 'max' }[name] ?? 'sum'}(${name})`,
  );

export const UNPRICED: SmallRollup = {
  table: 'rollup_unpriced',
  by: {
    called_model: `ifNull(nullIf(model, ''), nullIf(request_model, ''))`,
    reason: `ifNull(unpriced_reason, '')`,
  },
  values: {
    calls: 'count()',
    input: 'sum(ifNull(input_tokens, 0))',
    cache_write_5m: 'sum(ifNull(cache_write_5m_tokens, 0))',
    cache_write_1h: 'sum(ifNull(cache_write_1h_tokens, 0))',
    cache_read: 'sum(ifNull(cache_read_tokens, 0))',
    output: 'sum(ifNull(output_tokens, 0))',
    first_at: 'min(started_at)',
    last_at: 'max(started_at)',
  },
  where: 'cost_usd IS NULL',
};

export const TOLD: SmallRollup = {
  table: 'rollup_told',
  by: {
    service: 'service',
    workspace: 'workspace',
    source: 'source',
    sources: 'sources',
    is_tagged: `ifNull(feature, '') != ''`,
  },
  values: {
    calls: 'count()',
    priced: 'count(cost_usd)',
    cost: 'sum(ifNull(cost_usd, 0))',
    last_at: 'max(started_at)',
  },
  where: '1',
};

const WHOLE_USAGE = [
  'input_tokens',
  'cache_read_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'output_tokens',
];
/** Whether known values do: without a set of them for each of all the ids. */
const differs = (value: string): string => `min(${value}) != max(${value})`;

/**
 * What was set apart when it came; and, where the id had been forgotten by then, reports of one source under one id whose spans
 * tell different whole usages, as far as they are near enough to be taken for one call.
 */
export const APART: SmallRollup = {
  table: 'rollup_apart',
  by: { key: 'key', told_by: 'told_by', called_by: 'called_by', start_at: 'started_at', is_apart: 'is_apart' },
  values: { found: 'count()' },
  where: '1',
  rowsOf: (window) => `
  SELECT key, told_by, called_by, first_at AS started_at, is_apart
  FROM (
    SELECT call_key AS key, source AS told_by, any(nullIf(service, '')) AS called_by, min(started_at) AS first_at, max(identity = 'apart') AS is_apart
    FROM reports
    WHERE ${inReach(window)} AND (identity = 'apart'
      OR identity IN ('message', 'request') AND role = 'main' AND usage_complete AND usage_rank > 0 AND batch_id IS NULL
        AND trace_id IS NOT NULL AND span_id IS NOT NULL)
    GROUP BY key, told_by, scope, span_name
    HAVING is_apart OR ${differs(`sipHash64(ifNull(trace_id, ''), ifNull(span_id, ''))`)} AND (${WHOLE_USAGE.map(differs).join(' OR ')})
  )`,
};

export const SCOPES: SmallRollup = {
  table: 'rollup_scopes',
  by: { told_by: 'told_by', called_by: 'called_by', scope: 'said_scope' },
  values: { reports: 'count()' },
  where: '1',
  rowsOf: (window) => `
  SELECT source AS told_by, nullIf(service, '') AS called_by, ifNull(scope, '') AS said_scope, started_at
  FROM reports WHERE ${inReach(window)} AND ifNull(feature, '') = ''`,
};

/** When reports first told of a version of a service, and of a model. */
export const FIRSTS: SmallRollup = {
  table: 'rollup_firsts',
  by: { told_service: 'told_service', told_version: 'told_version', told_model: 'told_model' },
  values: { first_at: 'min(started_at)' },
  where: '1',
  shape: SHAPE_WITH_BANDS,
  rowsOf: (window) => `
  SELECT service AS told_service, service_version AS told_version, model AS told_model, started_at
  FROM reports WHERE ${inReach(window)} AND role != 'submit'`,
};

/** Where nothing was tried again: rows as of attempts, without taking as long to plan. */
const NO_ATTEMPTS = `
  SELECT '' AS failure, toDateTime64(0, 6, 'UTC') AS started_at, toUInt64(0) AS failed_attempts, toFloat64(0) AS failed, toFloat64(0) AS waited WHERE 0`;

/** What trying again cost, by what failed; the row of the failure '' is of all, since a call that failed in two ways is one call. */
export const RETRIES: SmallRollup = {
  table: 'rollup_retries',
  by: { failure: 'failure' },
  values: {
    calls: 'count()',
    attempts: 'sum(failed_attempts)',
    failed_ms: 'sum(failed)',
    waited_ms: 'sum(waited)',
    most_lost_ms: 'max(failed + waited)',
  },
  where: '1',
  shape: SHAPE_WITH_BANDS,
  rowsOf: async (window, store) => {
    const [row] = await store.query<{ retried: number }>(
      `SELECT count() AS retried FROM reports WHERE ${inReach(window)} AND retries > 0`,
      windowParameters(window),
    );
    if (Number(row?.retried ?? 0) === 0) return NO_ATTEMPTS;
    const merged = await mergedCalls(store, window, {
      columns: ['feature', 'retries'],
      extra: ['attempts'],
      retried: true,
    });
    return lostByCall(attemptsSql(`SELECT * FROM (${merged}) WHERE retries > 0`));
  },
};
export const SMALL_ROLLUPS: readonly SmallRollup[] = [UNPRICED, TOLD, APART, SCOPES, FIRSTS, RETRIES];

const named = (columns: Readonly<Record<string, string>>): string =>
  Object.entries(columns)
    .map(([name, sql]) => (name === sql ? name : `${sql} AS ${name}`))
    .join(', ');

/** Of the calls in `open_calls` under {version}, or of the reports of the window's hours. */
export async function settleSmall(
  store: Store,
  { table, by, values, where, rowsOf }: SmallRollup,
  window: Window,
): Promise<string> {
  const [hour, from] = rowsOf
    ? ['toStartOfHour(started_at)', `(${await rowsOf(window, store)}) WHERE ${inWindow('started_at', window)}`]
    : ['hour', 'open_calls WHERE version = {version:UInt64}'];
  return `INSERT INTO ${table} (hour, version, ${[...Object.keys(by), ...Object.keys(values)].join(', ')})
SELECT ${hour} AS of_hour, {version:UInt64} AS of, ${Object.values(by).join(', ')}, ${Object.values(values).join(', ')}
FROM ${from} AND ${where} GROUP BY of_hour, ${Object.values(by).join(', ')}`;
}

/** Rows of the roll-up for a window, as a subquery: settled hours as they are, other calls added up by the same expressions. */
export async function smallRollup(
  store: Store,
  rollup: SmallRollup,
  window: Pick<Window, 'fromMicros' | 'toMicros'>,
): Promise<{ rows: string; parameters: Record<string, unknown> }> {
  const { table, by, values, where, rowsOf, shape = 0 } = rollup;
  const reading = await readingOf(store, window, { bucket: 'none', timezone: 'UTC', days: true, shape });
  const columns = [...Object.keys(by), ...Object.keys(values)].join(', ');
  const isSettled =
    reading.rollup !== null && reading.rawHours.length === 0 && reading.hours.length + reading.blocks.length > 0;
  const calls = isSettled
    ? null
    : await rowsIn(store, rowsOf, reading.rollup ? { ...window, hours: reading.rawHours } : window, reading.look);
  const parts = [
    ...(calls === null
      ? []
      : [
          `SELECT ${named(by)}, ${named(values)} FROM ${calls.from} WHERE ${calls.condition} AND ${where} GROUP BY ${Object.keys(by).join(', ')}`,
        ]),
    ...(reading.blocks.length === 0 ? [] : [`SELECT ${columns} FROM ${table}_days WHERE ${daysRead(reading)}`]),
    ...(reading.hours.length === 0 ? [] : [`SELECT ${columns} FROM ${table} WHERE ${hoursRead(reading)}`]),
  ];
  return { rows: parts.join('\nUNION ALL '), parameters: { ...calls?.parameters, ...readParameters(reading) } };
}

const rowsIn = async (store: Store, rowsOf: SmallRollup['rowsOf'], window: Window, look: Look): Promise<CallRows> =>
  rowsOf === undefined
    ? callsOf(store, window, look)
    : {
        from: `(${await rowsOf(window, store)})`,
        condition: inWindow('started_at', window),
        parameters: windowParameters(window),
      };
