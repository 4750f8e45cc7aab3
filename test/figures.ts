// Whether a figure on a page is one of a slice of calls: every measure of the slice as the API tells it, said as the pages say it.
import { type Measure, MEASURES } from '../collector/src/contract.ts';
import {
  divideUsd,
  formatCalls,
  formatCompact,
  formatCount,
  formatDuration,
  formatShare,
  formatUsd,
  formatUsdExact,
  ratioUsd,
} from '../dashboard/src/format.ts';
import { parseFilters, windowOf } from '../dashboard/src/url/filters.ts';

type Ask = <Answer>(path: string) => Promise<Answer>;
type Row = Record<string, string | number | null>;

export interface Figures {
  row: Row;
  matches(text: string): Promise<boolean>;
}

/** Quantiles that no roll-up holds: asked together with the others, they would have all of them read call by call. */
const CALL_BY_CALL: readonly Measure[] = ['p50ServerMs', 'p95ServerMs', 'p50OutputTokensPerSecond'];
const SUMMED = MEASURES.filter((measure) => !CALL_BY_CALL.includes(measure));

/** The filters of an address of the dashboard, as the API asks for them. */
export function inApiWords(search: URLSearchParams): URLSearchParams {
  const { range, timezone } = parseFilters(search);
  const { from, to } = windowOf(range, Date.now(), timezone);
  const asked = new URLSearchParams({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });
  for (const name of ['where', 'order']) for (const value of search.getAll(name)) asked.append(name, value);
  return asked;
}

/** Of the calls under the filters of an address; `all` are those of the whole page, for shares. */
export async function figuresOf(ask: Ask, search: URLSearchParams, all: Row | null): Promise<Figures> {
  const row = await rowOf(ask, inApiWords(search), SUMMED);
  const said = new Set(MEASURES.flatMap((measure) => wordsOf(measure, row[measure] ?? null)));
  const calls = Number(row['calls']);
  const priced = calls - Number(row['unpricedCalls']);
  for (const count of [calls, priced]) said.add(formatUsd(divideUsd(usdOf(row['costUsd']), count)));
  said.add(formatCalls(calls));
  for (const whole of [...(all ? [all] : []), ...(await wholesOf(ask, search))]) {
    said.add(formatShare(calls / Number(whole['calls'])));
    said.add(formatShare(ratioUsd(usdOf(row['costUsd']), usdOf(whole['costUsd']))));
  }
  let callByCall: Promise<Row> | null = null;
  return {
    row,
    async matches(text) {
      if (said.has(text) || isQuantile(row, text)) return true;
      callByCall ??= rowOf(ask, inApiWords(search), CALL_BY_CALL);
      return isQuantile(await callByCall, text);
    },
  };
}

async function rowOf(ask: Ask, asked: URLSearchParams, measures: readonly string[]): Promise<Row> {
  asked.set('measures', measures.join(','));
  const { rows } = await ask<{ rows: Row[] }>(`/api/metrics?${asked}`);
  return rows[0] ?? {};
}

/** What these calls can be a share of: those of all filters but the last one's. */
async function wholesOf(ask: Ask, search: URLSearchParams): Promise<Row[]> {
  const asked = inApiWords(search);
  const where = asked.getAll('where');
  const last = where.at(-1)?.split(':')[0];
  if (last === undefined) return [];
  asked.delete('where');
  for (const filter of where) if (!filter.startsWith(`${last}:`)) asked.append('where', filter);
  return [await rowOf(ask, asked, ['calls', 'costUsd'])];
}

const usdOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function wordsOf(measure: string, value: string | number | null): string[] {
  if (value === null) return [];
  if (typeof value === 'string') return [formatUsd(value), formatUsdExact(value), formatUsd(value.replace('-', ''))];
  if (measure.endsWith('Rate')) return [formatShare(value)];
  if (measure.endsWith('Ms')) return [formatDuration(value)];
  return [formatCount(value), formatCompact(value)];
}

/** A quantile of a roll-up is within 1 %, and so may stand a little beside the exact one. */
function isQuantile(row: Row, text: string): boolean {
  const [size, kind] = sizeOf(text);
  return MEASURES.some((measure) => {
    const value = row[measure];
    return measure.endsWith(kind) && typeof value === 'number' && Math.abs(value - size) <= Math.max(1, 0.021 * value);
  });
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 };
/** "1 min 15 s" as milliseconds; a plain number is a rate a second. */
function sizeOf(text: string): [size: number, measures: 'Ms' | 'PerSecond'] {
  const parts = [...text.matchAll(/([\d.,]+) (ms|s|min|h)\b/g)];
  if (parts.length === 0) return [Number(text), 'PerSecond'];
  const size = parts.reduce(
    (sum, [, n = '', unit = '']) => sum + Number(n.replaceAll(',', '')) * (UNIT_MS[unit] ?? 0),
    0,
  );
  return [size, 'Ms'];
}
