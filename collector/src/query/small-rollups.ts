// Roll-ups of an hour that are made for one page each, few rows however many calls: the same expressions over calls, for settling
// and for hours that are open.
import type { Store } from '../store/store.ts';
import type { Window } from './joined-reports.ts';
import { callsOf } from './open-calls.ts';
import { hoursRead, readingOf, readParameters } from './settled-hours.ts';

export interface SmallRollup {
  table: string;
  /** Column -> expression over calls. What rows are grouped by comes first. */
  by: Readonly<Record<string, string>>;
  values: Readonly<Record<string, string>>;
  /** Which calls. */
  where: string;
}

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
export const SMALL_ROLLUPS: readonly SmallRollup[] = [UNPRICED, TOLD];

const named = (columns: Readonly<Record<string, string>>): string =>
  Object.entries(columns)
    .map(([name, sql]) => (name === sql ? name : `${sql} AS ${name}`))
    .join(', ');

/** Of the calls in `open_calls` under {version}. */
export function settleSmall({ table, by, values, where }: SmallRollup): string {
  return `INSERT INTO ${table} (hour, version, ${[...Object.keys(by), ...Object.keys(values)].join(', ')})
SELECT hour, version, ${Object.values(by).join(', ')}, ${Object.values(values).join(', ')}
FROM open_calls WHERE version = {version:UInt64} AND ${where} GROUP BY hour, version, ${Object.values(by).join(', ')}`;
}

/** Rows of the roll-up for a window, as a subquery: settled hours as they are, other calls added up by the same expressions. */
export async function smallRollup(
  store: Store,
  rollup: SmallRollup,
  window: Pick<Window, 'fromMicros' | 'toMicros'>,
): Promise<{ rows: string; parameters: Record<string, unknown> }> {
  const { table, by, values, where } = rollup;
  const reading = await readingOf(store, window, { bucket: 'none', timezone: 'UTC', days: false, ofPeople: false });
  const isSettled = reading.rollup !== null && reading.rawHours.length === 0 && reading.hours.length > 0;
  const calls = isSettled
    ? null
    : await callsOf(store, reading.rollup ? { ...window, hours: reading.rawHours } : window, reading.look);
  const parts = [
    ...(calls === null
      ? []
      : [
          `SELECT ${named(by)}, ${named(values)} FROM ${calls.from} WHERE ${calls.condition} AND ${where} GROUP BY ${Object.keys(by).join(', ')}`,
        ]),
    ...(reading.hours.length === 0
      ? []
      : [
          `SELECT ${[...Object.keys(by), ...Object.keys(values)].join(', ')} FROM ${table} WHERE ${hoursRead(reading)}`,
        ]),
  ];
  return { rows: parts.join('\nUNION ALL '), parameters: { ...calls?.parameters, ...readParameters(reading) } };
}
