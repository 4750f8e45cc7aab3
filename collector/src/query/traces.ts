// "What happened around it": every span of one trace, oldest first. A span that came twice is one.
import type { z } from 'zod';
import type { tracesAnswerSchema } from '../contract.ts';
import type { Store } from '../store/store.ts';
import { instantOf } from './merged-calls.ts';

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
  call: string | null;
  span_attributes: string;
}

/** null when no span has this trace id. */
export async function queryTrace(store: Store, traceId: string): Promise<z.infer<typeof tracesAnswerSchema> | null> {
  const rows = await store.query<SpanRow>(
    `SELECT span_id, any(parent_span_id) AS parent, any(name) AS span_name, any(scope) AS span_scope, any(service) AS span_service,
  any(kind) AS span_kind, toUnixTimestamp64Micro(min(started_at)) AS started_micros, max(duration_ms) AS duration, any(status) AS span_status,
  any(call_key) AS call, any(attributes) AS span_attributes
FROM spans WHERE trace_id = {traceId:String} GROUP BY span_id ORDER BY started_micros, span_id LIMIT 10000`,
    { traceId },
  );
  if (rows.length === 0) return null;
  return {
    traceId,
    spans: rows.map((row) => ({
      spanId: row.span_id,
      parentSpanId: row.parent,
      name: row.span_name,
      scope: row.span_scope,
      service: row.span_service,
      kind: row.span_kind,
      startedAt: instantOf(row.started_micros),
      durationMs: row.duration,
      status: row.span_status,
      callId: row.call,
      attributes: JSON.parse(row.span_attributes),
    })),
  };
}
