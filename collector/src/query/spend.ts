// "What has this budget's scope spent": the sum, its largest parts and its course, from the same merged calls as every page.
import { DateTime } from 'luxon';
import { parseUsd } from '@spanledger/instrumentation/pricing';
import type { SpendOf } from '../budgets/ports.ts';
import { whereOfScope, type Dimension, type Measure, type MetricsQuery, type MetricsRow } from '../contract.ts';
import type { Store } from '../store/store.ts';
import { queryMetrics } from './metrics.ts';

const CONTRIBUTORS: readonly Dimension[] = ['feature', 'model', 'customer', 'service', 'userId'];
const MOST_CONTRIBUTORS = 5;
const TOKENS: readonly Measure[] = [
  'inputTokens',
  'cacheWrite5mTokens',
  'cacheWrite1hTokens',
  'cacheReadTokens',
  'outputTokens',
];

export function spendOf(store: Store, now: () => number = Date.now): SpendOf {
  return async (budget, periodStart, periodEnd) => {
    const window = { from: periodStart.toISOString(), to: periodEnd.toISOString(), timezone: budget.timezone };
    const where = whereOfScope(budget.scope);
    const measures: Measure[] = ['costUsd', 'unpricedCalls', ...TOKENS];
    const ask = (by: Dimension[], bucket: MetricsQuery['bucket']) =>
      queryMetrics(store, { ...window, measures, by, bucket, where });
    const dimension = CONTRIBUTORS.find((candidate) => budget.scope[candidate] === undefined) ?? 'conversationId';
    const [parts, course] = await Promise.all([
      ask([dimension], 'none'),
      ask([], budget.period === 'day' ? 'hour' : 'day'),
    ]);

    const contributors = parts.rows
      .map((row) => ({
        dimension,
        value: row[dimension] === null ? null : String(row[dimension]),
        usdPico: picoOf(row),
        tokens: tokensOf(row),
      }))
      .toSorted((a, b) => (a.usdPico === b.usdPico ? b.tokens - a.tokens : a.usdPico < b.usdPico ? 1 : -1));
    return {
      usdPico: contributors.reduce((sum, part) => sum + part.usdPico, 0n),
      tokens: contributors.reduce((sum, part) => sum + part.tokens, 0),
      unpricedCalls: parts.unpricedCalls,
      contributors: contributors.slice(0, MOST_CONTRIBUTORS),
      burn: burnOf(
        course.rows,
        periodStart,
        new Date(Math.min(now(), periodEnd.getTime())),
        budget.timezone,
        budget.period === 'day' ? 'hours' : 'days',
      ),
    };
  };
}

/** What was spent by the end of every bucket up to now, those without calls too: the line of a quiet hour is flat, not missing. */
function burnOf(rows: readonly MetricsRow[], start: Date, until: Date, timezone: string, step: 'hours' | 'days') {
  const byBucket = new Map(rows.map((row) => [Date.parse(String(row['bucket'])), row]));
  let usdPico = 0n;
  let tokens = 0;
  const burn = [{ at: start, usdPico, tokens }];
  for (let at = DateTime.fromJSDate(start, { zone: timezone }); at.toMillis() < until.getTime();) {
    const row = byBucket.get(at.toMillis());
    if (row) {
      usdPico += picoOf(row);
      tokens += tokensOf(row);
    }
    at = at.plus({ [step]: 1 });
    burn.push({ at: new Date(Math.min(at.toMillis(), until.getTime())), usdPico, tokens });
  }
  return burn;
}

const picoOf = (row: MetricsRow): bigint => (typeof row['costUsd'] === 'string' ? parseUsd(row['costUsd']) : 0n);
const tokensOf = (row: MetricsRow): number => TOKENS.reduce((sum, measure) => sum + Number(row[measure] ?? 0), 0);
