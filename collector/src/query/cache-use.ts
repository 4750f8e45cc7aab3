// "How well is the prompt cache used, and how well could it be": calls of one feature, prompt version and model one after
// another. Looks at each call, unlike panels of sums, so that a long window is looked at from its end back only.
import { formatPico, parseUsd, type PriceBook } from '@spanledger/instrumentation/pricing';
import {
  CACHE_TTL_S,
  GAP_BOUNDS_S,
  type CacheAnswer,
  type CacheGroup,
  type CacheTtl,
  type SliceQuery,
} from '../contract.ts';
import type { Store } from '../store/store.ts';
import { adviceOf, breakEvenOf, promptRates, surchargeOf } from './cache-advice.ts';
import { latestStretch } from './latest-stretch.ts';
import { instantOf, mergedCalls, microsOf } from './merged-calls.ts';
import { toldOnce } from './told-once.ts';
import { columnsOfFilters, whereClause } from './where.ts';

const MOST_CALLS = 100_000;
const MOST_GROUPS = 200;
/** Reads are looked up by slots of so many seconds, so that a busy prompt costs no more than a quiet one. */
const SLOT_S = 10;
/** A write counts as read when at least this part of it was. */
const READ_PART = 0.9;
/** The stable part is what all but this share of the caching calls had cached. */
const EXCEPTIONS = 0.1;

const GROUP = 'feature, prompt_version, model';
/** One number to sort a group's calls by: three names take twice as long. */
const NUMBER = `sipHash128(tuple(${GROUP}))`;
const callsOf = (merged: string, where: string): string => `
  SELECT ${GROUP}, ${NUMBER} AS grp, call_key, toUnixTimestamp64Milli(started_at) / 1000 AS at, toInt64(assumeNotNull(input_tokens)) AS input,
    toInt64(ifNull(cache_read_tokens, 0)) AS read, toInt64(ifNull(cache_write_5m_tokens, 0)) AS write_5m, toInt64(ifNull(cache_write_1h_tokens, 0)) AS write_1h,
    input + read + write_5m + write_1h AS prompt, read + write_5m + write_1h AS cached,
    cache_write_5m_usd, cache_write_1h_usd
  FROM (${merged}) WHERE ${where} AND batch_id IS NULL AND input_tokens IS NOT NULL`;

/** Of each group its sums, its gaps, and its stable part by how it came. */
const groupsSql = (calls: string): string => `
SELECT ${GROUP}, toString(any(grp)) AS number, count() AS calls, sum(prompt) AS promptTokens, sum(read) AS readTokens, sum(write_5m) AS write5mTokens, sum(write_1h) AS write1hTokens,
  [${gapCounts().join(', ')}] AS gaps, countIf(in_5m) AS within5m, countIf(in_1h) AS within1h, any(stable) AS stableTokens,
  sum(as_read) AS stableRead, sum(as_5m) AS stable5m, sum(as_1h) AS stable1h, sum(part - as_read - as_5m - as_1h) AS stableInput,
  sumIf(part, in_5m) AS partWithin5m, sumIf(part, in_1h) AS partWithin1h,
  sum(greatest(read, if(in_5m, part, 0))) AS attainable5m, sum(greatest(read, if(in_1h, part, 0))) AS attainable1h
FROM (
  SELECT *, ifNull(gap < ${CACHE_TTL_S['5m']}, 0) AS in_5m, ifNull(gap < ${CACHE_TTL_S['1h']}, 0) AS in_1h, least(stable, prompt) AS part,
    least(part, read) AS as_read, least(part - as_read, write_5m) AS as_5m, least(part - as_read - as_5m, write_1h) AS as_1h
  FROM (
    SELECT *, at - lagInFrame(toNullable(at)) OVER (PARTITION BY grp ORDER BY at, call_key ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS gap,
      toInt64(quantileExactLowIf(${EXCEPTIONS})(cached, cached > 0) OVER (PARTITION BY ${GROUP})) AS stable
    FROM (${calls})
  )
)
GROUP BY ${GROUP} ORDER BY promptTokens DESC, ${GROUP} LIMIT ${MOST_GROUPS + 1}`;

function gapCounts(): string[] {
  const bounds = [0, ...GAP_BOUNDS_S];
  return bounds.map((from, index) => {
    const to = bounds[index + 1];
    return `countIf(ifNull(gap >= ${from}${to === undefined ? '' : ` AND gap < ${to}`}, 0))`;
  });
}

/**
 * Of each group, by its number, the writes that nothing read again while they lived. A call that writes both is judged by the longer
 * life.
 */
const unreadSql = (calls: string): string => `
SELECT toString(grp) AS number, sum(length(unread)) AS writes, sum(arraySum(w -> w.2, unread)) AS tokens, sum(arrayCount(w -> w.6, unread)) AS priced,
  toDecimalString(sum(arraySum(w -> w.3, unread)), 12) AS usd5m, toDecimalString(sum(arraySum(w -> w.4, unread)), 12) AS usd1h
FROM (
  SELECT grp, arrayFilter(w -> if(w.5, best_1h, best_5m) < w.1, writes) AS unread
  FROM (
    SELECT grp, writes,
      max(best) OVER (PARTITION BY grp ORDER BY slot RANGE BETWEEN CURRENT ROW AND ${CACHE_TTL_S['5m'] / SLOT_S} FOLLOWING) AS best_5m,
      max(best) OVER (PARTITION BY grp ORDER BY slot RANGE BETWEEN CURRENT ROW AND ${CACHE_TTL_S['1h'] / SLOT_S} FOLLOWING) AS best_1h
    FROM (
      SELECT grp, toUInt32(intDiv(at, ${SLOT_S})) AS slot, max(read) AS best,
        groupArrayIf((read + ${READ_PART} * (write_5m + write_1h), write_5m + write_1h, ifNull(cache_write_5m_usd, 0), ifNull(cache_write_1h_usd, 0), write_1h > 0, cache_write_5m_usd IS NOT NULL),
          write_5m + write_1h > 0 AND at + if(write_1h > 0, ${CACHE_TTL_S['1h']}, ${CACHE_TTL_S['5m']}) <= {judgedTo:Float64}) AS writes
      FROM (${calls}) GROUP BY grp, slot
    )
  )
)
GROUP BY grp`;

interface GroupName {
  feature: string | null;
  prompt_version: string | null;
  model: string | null;
}
interface GroupRow extends GroupName, Record<NumberColumn, number> {
  number: string;
  gaps: number[];
}
type NumberColumn =
  | 'calls'
  | 'promptTokens'
  | 'readTokens'
  | 'write5mTokens'
  | 'write1hTokens'
  | 'within5m'
  | 'within1h'
  | 'stableTokens'
  | 'stableRead'
  | 'stable5m'
  | 'stable1h'
  | 'stableInput'
  | 'partWithin5m'
  | 'partWithin1h'
  | 'attainable5m'
  | 'attainable1h';
interface UnreadRow {
  number: string;
  writes: number;
  tokens: number;
  priced: number;
  usd5m: string;
  usd1h: string;
}

export async function queryCacheUse(
  store: Store,
  query: SliceQuery,
  { prices, now }: { prices: () => PriceBook; now: () => number },
): Promise<CacheAnswer> {
  const begin = await latestStretch(store, query, MOST_CALLS, now());
  const window = { fromMicros: microsOf(begin), toMicros: microsOf(query.to) };
  const where = whereClause(query.where);
  const columns = ['batch_id', 'feature', 'prompt_version', ...columnsOfFilters(query.where)];
  const calls = callsOf(await mergedCalls(store, window, { ...(await toldOnce(store, window)), columns }), where.sql);
  const judgedTo = Math.min(Date.parse(query.to), now()) / 1000;
  const parameters = { ...where.parameters, ...window };
  const [rows, unread] = await Promise.all([
    store.query<GroupRow>(groupsSql(calls), parameters),
    store.query<UnreadRow>(unreadSql(calls), { ...parameters, judgedTo }),
  ]);
  const unreadOf = new Map(unread.map((row) => [row.number, row]));
  const { from, to } = query;
  return {
    from,
    to,
    lookedFrom: instantOf(window.fromMicros),
    groups: rows
      .slice(0, MOST_GROUPS)
      .map((row) => groupOf(row, unreadOf.get(row.number), { prices: prices(), atMs: judgedTo * 1000 })),
    isCut: rows.length > MOST_GROUPS,
  };
}

function groupOf(
  row: GroupRow,
  unread: UnreadRow | undefined,
  { prices, atMs }: { prices: PriceBook; atMs: number },
): CacheGroup {
  const { calls, promptTokens, readTokens, write5mTokens, write1hTokens } = row;
  const rates = promptRates(row.model, promptTokens / calls, atMs, prices);
  const ttl: CacheTtl | null = write5mTokens + write1hTokens === 0 ? null : write1hTokens > write5mTokens ? '1h' : '5m';
  const isStable = row.stableTokens > 0;
  const advised =
    isStable && rates !== null
      ? adviceOf(
          {
            read: row.stableRead,
            written: { '5m': row.stable5m, '1h': row.stable1h },
            input: row.stableInput,
            within: { '5m': row.partWithin5m, '1h': row.partWithin1h },
          },
          rates,
          ttl,
        )
      : null;
  const attainable = { '5m': row.attainable5m, '1h': row.attainable1h, none: 0 };
  return {
    feature: row.feature,
    promptVersion: row.prompt_version,
    model: row.model,
    calls,
    promptTokens,
    readTokens,
    write5mTokens,
    write1hTokens,
    ttl,
    hitRate: promptTokens === 0 ? null : readTokens / promptTokens,
    gaps: row.gaps,
    within: { '5m': row.within5m, '1h': row.within1h },
    unread: unreadFigures(unread, rates),
    stableTokens: isStable ? row.stableTokens : null,
    breakEven: breakEvenOf(rates),
    advice: advised?.advice ?? null,
    attainableHitRate: advised === null || promptTokens === 0 ? null : attainable[advised.advice] / promptTokens,
    attainableSavingsUsd: advised?.savingsUsd ?? null,
  };
}

function unreadFigures(row: UnreadRow | undefined, rates: ReturnType<typeof promptRates>): CacheGroup['unread'] {
  const writes = row?.writes ?? 0;
  if (row === undefined || writes === 0)
    return { writes, tokens: 0, costUsd: formatPico(0n), surchargeUsd: formatPico(0n) };
  if (row.priced === 0) return { writes, tokens: row.tokens, costUsd: null, surchargeUsd: null };
  const written = { '5m': parseUsd(row.usd5m), '1h': parseUsd(row.usd1h) };
  const surcharge = surchargeOf(written, rates);
  return {
    writes,
    tokens: row.tokens,
    costUsd: formatPico(written['5m'] + written['1h']),
    surchargeUsd: surcharge === null ? null : formatPico(surcharge),
  };
}
