// Whether there is anything to merge: where a stretch of time has as many reports as calls, one report tells of each, and questions
// that look at calls read the reports as they are.
import { JOIN_SLACK_MICROS } from '../calls/report.ts';
import type { Store } from '../store/store.ts';
import type { Window } from './joined-reports.ts';
import type { MergeOptions } from './merged-calls.ts';
import { callsOf, MOST_OPEN_HOURS } from './open-calls.ts';
import { daysRead, hoursRead, readingOf, readParameters } from './settled-hours.ts';

const HOUR_MICROS = 3_600_000_000;

/** Options of the merging expression; none where it has to find out by itself. */
export type ToldOnce = Pick<MergeOptions, 'toldOnce' | 'reach'>;

/**
 * Calls are counted out of roll-ups, of all hours in which a call of the window can be told. Each of them has a report there, so
 * that as many reports as calls are one each.
 */
export async function toldOnce(store: Store, window: Window): Promise<ToldOnce> {
  const slack = 2 * JOIN_SLACK_MICROS;
  const hours = {
    fromMicros: Math.floor((window.fromMicros - slack) / HOUR_MICROS) * HOUR_MICROS,
    toMicros: Math.ceil((window.toMicros + slack) / HOUR_MICROS) * HOUR_MICROS,
  };
  // Before the reports: one that comes in between makes them more, and then they are merged.
  const calls = await callsIn(store, hours);
  if (calls === null) return {};
  const [row] = await store.query<{ reports: number; submits: number }>(
    `SELECT count() AS reports, (SELECT count() FROM batch_submits) AS submits FROM reports WHERE ${STARTED}`,
    hours,
  );
  const reports = Number(row?.reports);
  if (reports !== calls) return { toldOnce: false };
  // Results of batches need their submits, where there are any. To look for such results would be to read all reports.
  const inBatch = Number(row?.submits) > 0;
  return { toldOnce: true, reach: { reports, message: false, attempt: false, placed: false, alone: false, inBatch } };
}

const STARTED = `started_at >= fromUnixTimestamp64Micro({fromMicros:Int64}, 'UTC') AND started_at < fromUnixTimestamp64Micro({toMicros:Int64}, 'UTC')`;

/** Null where too many of the hours are not settled: to count their calls would be to merge them. */
async function callsIn(store: Store, window: Window): Promise<number | null> {
  const reading = await readingOf(store, window);
  if (reading.rollup === null || reading.rawHours.length > MOST_OPEN_HOURS) return null;
  const open = await callsOf(store, { ...window, hours: reading.rawHours }, reading.look, { columns: [] });
  const settled = (table: string, versions: string): string =>
    `SELECT sum(calls) AS calls FROM ${table} WHERE dimension = 'outcome' AND ${versions}`;
  const parts = [
    ...(reading.rawHours.length === 0 ? [] : [`SELECT count() AS calls FROM ${open.from} WHERE ${open.condition}`]),
    ...(reading.blocks.length === 0 ? [] : [settled('rollup_by_days', daysRead(reading))]),
    ...(reading.hours.length === 0 ? [] : [settled('rollup_by', hoursRead(reading))]),
  ];
  if (parts.length === 0) return null;
  const [row] = await store.query<{ calls: number }>(`SELECT sum(calls) AS calls FROM (${parts.join(' UNION ALL ')})`, {
    ...open.parameters,
    ...readParameters(reading),
  });
  return Number(row?.calls);
}
