// Which reports tell of the same call, as SQL. Most reports carry the message's id, and that is their call key. What does not
// finds its call here: by request id, or by its place in the trace beside or around a report that has an id. Worked out
// anew within every question's window, so that neither order nor lateness of arrival can matter.
// docs/decisions/0005-joining-reports.md says why this way.

import { SERVER_SOURCE } from '../calls/believed.ts';
import { JOIN_SLACK_MICROS } from '../calls/report.ts';
import type { Store } from '../store/store.ts';

/** Calls that started in [fromMicros, toMicros), and within `hours` (seconds since the epoch) where given. */
export interface Window {
  fromMicros: number;
  toMicros: number;
  hours?: readonly number[];
}

const HOUR = 3600;
const SLACK = `toIntervalMicrosecond(${JOIN_SLACK_MICROS})`;

/** Reports that calls of the window may be made of: those near it too, since reports of one call need not agree on its start. */
export function inReach({ hours }: Window): string {
  const near = `started_at >= fromUnixTimestamp64Micro({fromMicros:Int64}, 'UTC') - ${SLACK}
      AND started_at < fromUnixTimestamp64Micro({toMicros:Int64}, 'UTC') + ${SLACK}`;
  if (!hours) return near;
  const among = (names: string) => `IN (SELECT toDateTime(arrayJoin({${names}:Array(UInt32)}), 'UTC'))`;
  return `${near} AND toStartOfHour(started_at) ${among('hoursRead')}
      AND (toStartOfHour(started_at - ${SLACK}) ${among('hours')} OR toStartOfHour(started_at + ${SLACK}) ${among('hours')})`;
}

/** Whether a call that started at `start` is one of the window's. */
export function inWindow(start: string, { hours }: Window): string {
  return `${start} >= fromUnixTimestamp64Micro({fromMicros:Int64}, 'UTC') AND ${start} < fromUnixTimestamp64Micro({toMicros:Int64}, 'UTC')
    ${hours ? `AND toStartOfHour(${start}) IN (SELECT toDateTime(arrayJoin({hours:Array(UInt32)}), 'UTC'))` : ''}`;
}

export function windowParameters({ fromMicros, toMicros, hours }: Window): Record<string, unknown> {
  if (!hours) return { fromMicros, toMicros };
  const hoursRead = [...new Set(hours.flatMap((hour) => [hour - HOUR, hour, hour + HOUR]))];
  return { fromMicros, toMicros, hours, hoursRead };
}

/** A request id alone (the answer's body was not seen) -> the key of the report that knows the message too. */
const byRequest = (reach: string) => `
    SELECT lone.call_key AS from_key, min(known.call_key) AS to_key
    FROM (SELECT DISTINCT call_key, request_id FROM reports WHERE ${reach} AND identity = 'request') AS lone
    INNER JOIN (
      SELECT request_id, call_key FROM reports
      WHERE ${reach} AND identity = 'message'
        AND request_id IN (SELECT request_id FROM reports WHERE ${reach} AND identity = 'request')
    ) AS known ON lone.request_id = known.request_id
    GROUP BY from_key`;

/** Requests of which the servers tell no message: attempts that were refused, mostly. */
const ATTEMPT = `source = '${SERVER_SOURCE}' AND message_id IS NULL AND request_id IS NOT NULL`;

/** What the servers say of one attempt -> the key of the call that knows its request id, or whose span it is directly within. */
const byAttempt = (reach: string) => `
    SELECT from_key, min(call) AS to_key
    FROM (
      SELECT lone.call_key AS from_key, known.call_key AS call
      FROM (SELECT DISTINCT call_key, request_id FROM reports WHERE ${reach} AND ${ATTEMPT}) AS lone
      INNER JOIN (
        SELECT DISTINCT call_key, JSONExtractString(arrayJoin(JSONExtractArrayRaw(attempts)), 'requestId') AS request
        FROM reports WHERE ${reach} AND retries > 0
      ) AS known ON lone.request_id = known.request
      UNION ALL
      SELECT lone.call_key AS from_key, around.call_key AS call
      FROM (SELECT DISTINCT call_key, trace_id, parent_span_id FROM reports WHERE ${reach} AND ${ATTEMPT}) AS lone
      INNER JOIN (
        SELECT DISTINCT call_key, trace_id, span_id FROM reports
        WHERE ${reach} AND role != 'submit' AND source != '${SERVER_SOURCE}'
          AND trace_id IN (SELECT trace_id FROM reports WHERE ${reach} AND ${ATTEMPT})
      ) AS around ON lone.trace_id = around.trace_id AND lone.parent_span_id = around.span_id
    )
    WHERE from_key != call
    GROUP BY from_key`;

/** A report without a message id, by which it would be found: it may stand around, within or beside one that has one. */
const UNPLACED = `identity IN ('span', 'request') AND span_id IS NOT NULL`;

/** A wrapper's span without any id that stands in a trace alone: its call's own span may be the root of another trace. */
const ALONE = `identity = 'span' AND span_id IS NOT NULL AND parent_span_id IS NULL AND output_tokens IS NOT NULL`;

/** The call spans of the traces in which a report lacks an id, one row a span. `strength`: 0 knows the message, 1 a request id, 2 nothing. */
const spansOf = (reach: string, alone: boolean) => `
      SELECT assumeNotNull(trace_id) AS trace, assumeNotNull(span_id) AS span, any(parent_span_id) AS parent, any(service) AS of_service, min(call_key) AS key,
        min(transform(identity, ['span', 'request'], [2, 1], 0)) AS strength, max(request_id) AS request, min(source) AS source,
        max(model) AS said_model, max(request_model) AS asked_model, max(output_tokens) AS output,
        min(started_at) AS start, max(started_at + toIntervalMicrosecond(ifNull(duration_ms, 0) * 1000)) AS end
      FROM reports
      WHERE ${reach} AND role != 'submit' AND span_id IS NOT NULL
        AND (trace_id IN (SELECT trace_id FROM reports WHERE ${reach} AND ${UNPLACED})
          ${alone ? `OR parent_span_id IS NULL AND service IN (SELECT service FROM reports WHERE ${reach} AND ${ALONE})` : ''})
      GROUP BY trace, span`;
/** By what answered, or by what was asked for: who saw no answer knows only the alias, which is not the answer's dated id. */
const sameModel = (a: string, b: string) =>
  `(ifNull(${a}.said_model = ${b}.said_model, true) OR ifNull(${a}.asked_model = ${b}.asked_model, false))`;

/** Call spans with the outermost call span around them, up to three deep: one call, told at each depth. */
const nestedIn = (reach: string, alone: boolean) => `
            SELECT own.trace AS trace, own.span AS span, own.key AS key, own.strength AS strength, own.request AS request, own.source AS source,
              coalesce(own.said_model, own.asked_model) AS model_name, own.output AS output, own.start AS start, own.end AS end, own.of_service AS of_service,
              one.span != '' AND ${sameModel('one', 'own')} AS within_one,
              within_one AND two.span != '' AND ${sameModel('two', 'own')} AS within_two,
              within_two AND three.span != '' AND ${sameModel('three', 'own')} AS within_three,
              multiIf(within_three, three.span, within_two, two.span, within_one, one.span, own.span) AS top,
              multiIf(within_three, three.parent, within_two, two.parent, within_one, one.parent, own.parent) AS top_parent
            FROM (${spansOf(reach, alone)}) AS own
            LEFT JOIN (${spansOf(reach, alone)}) AS one ON own.trace = one.trace AND own.parent = one.span
            LEFT JOIN (${spansOf(reach, alone)}) AS two ON one.trace = two.trace AND one.parent = two.span
            LEFT JOIN (${spansOf(reach, alone)}) AS three ON two.trace = three.trace AND two.parent = three.span`;

/**
 * A report that lacks an id -> the key of the call it stands around, within, or beside.
 * Nested: a call's span directly within another call's span, for the same model, is the same call told twice. Beside: spans
 * under one parent with the same model and output that overlap in time, the first of one source with the first of another
 * and so on. Roots of traces of one service stand beside each other too: what `messages.stream()` outside of any span makes. Only reports that lack an id move; of two that know their message, both stay.
 */
const byPlace = (reach: string, alone: boolean) => `
    SELECT from_key, to_key
    FROM (
      SELECT key AS from_key, strength, group_strength, group_request,
        if(group_strength = 2, argMin(group_key, (group_strength, group_start, group_key)) OVER beside, group_key) AS to_key
      FROM (
        SELECT *, dense_rank() OVER (PARTITION BY place, group_model, group_output, overlap, told_twice, if(group_strength = 2, group_source, '')
          ORDER BY key_start, group_key) AS nth
        FROM (
          SELECT *, min(group_start) OVER (PARTITION BY group_key) AS key_start, sum(opens) OVER (PARTITION BY place, group_model, group_output ORDER BY group_start, top) AS overlap
          FROM (
            SELECT *, group_start > max(group_end) OVER (PARTITION BY place, group_model, group_output
              ORDER BY group_start, top ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS opens
            FROM (
              SELECT *, multiIf(isNotNull(top_parent), concat(trace, ' ', assumeNotNull(top_parent)),
                  isNull(max(output) OVER nested) OR isNull(of_service), concat(trace, ' ', top), assumeNotNull(toString(of_service))) AS place,
                argMin(key, (strength, if(strength = 2, span != top, false), start, key)) OVER nested AS group_key, argMin(tuple(request), (strength, if(strength = 2, span != top, false), start, key)) OVER nested AS group_request,
                min(strength) OVER nested AS group_strength, argMin(source, (span != top, source)) OVER nested AS group_source,
                min(strength) OVER nested < max(strength) OVER nested AS told_twice,
                max(model_name) OVER nested AS group_model, max(output) OVER nested AS group_output,
                min(start) OVER nested AS group_start, max(end) OVER nested AS group_end
              FROM (${nestedIn(reach, alone)})
              WINDOW nested AS (PARTITION BY trace, top)
            )
          )
        )
      )
      WINDOW beside AS (PARTITION BY place, group_model, group_output, overlap, nth, told_twice)
    )
    WHERE from_key != to_key AND (strength = 2 OR strength = 1 AND group_strength = 0 AND group_request.1 IS NULL)`;

/** Which ids reports of a window lack; where none does, nothing needs to be joined and a report's own key is its call's. */
export interface Lacking {
  /** Some know a request id only. */
  message: boolean;
  /** Some are of single attempts, told by the servers. */
  attempt: boolean;
  /** Some of those, or some without any id, have a place in a trace. */
  placed: boolean;
  /** Some without any id are the roots of their traces. */
  alone: boolean;
  /** Some are results of a message batch: what tags they lack, its submit may tell. */
  inBatch: boolean;
}
export interface Reach extends Lacking {
  /** How many reports there are. */
  reports: number;
}

type Told = 'reports' | 'requests' | 'attempts_told' | 'placed' | 'alone' | 'in_batch';

/** Looked up before a question, since planning the joins costs more than a small question itself. */
export async function lackingIds(store: Store, window: Window): Promise<Reach> {
  const [row] = await store.query<Record<Told, number>>(
    `SELECT count() AS reports, countIf(identity = 'request') AS requests, countIf(${ATTEMPT}) AS attempts_told, countIf(${UNPLACED}) AS placed, countIf(${ALONE}) AS alone,
  countIf(batch_id IS NOT NULL) AS in_batch FROM reports WHERE ${inReach(window)}`,
    windowParameters(window),
  );
  const some = (name: Told) => Number(row?.[name]) > 0;
  return {
    reports: Number(row?.reports),
    message: some('requests'),
    attempt: some('attempts_told'),
    placed: some('placed'),
    alone: some('alone'),
    inBatch: some('in_batch'),
  };
}

/** What joins reports: `withs` stands before a SELECT over `reports`, `key` makes of a report's own key its call's. */
export interface Joining {
  withs: string;
  key(own: string): string;
}

export function joining({ message, attempt, placed, alone }: Omit<Lacking, 'inBatch'>, reach: string): Joining {
  const maps = [
    ...(attempt ? [{ name: 'by_attempt', links: byAttempt(reach) }] : []),
    ...(placed ? [{ name: 'by_place', links: byPlace(reach, alone) }] : []),
    ...(message ? [{ name: 'by_request', links: byRequest(reach) }] : []),
  ];
  const withs = maps.map(
    ({ name, links }) => `(SELECT (groupArray(from_key), groupArray(to_key)) FROM (${links})) AS ${name}`,
  );
  return {
    withs: withs.length === 0 ? '' : `WITH ${withs.join(',\n')}`,
    key: (own) => maps.reduce((key, { name }) => `transform(${key}, ${name}.1, ${name}.2, ${key})`, own),
  };
}
