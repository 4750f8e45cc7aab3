// What reports of the last hours said, for a process that starts: so that it knows the ids the one before it knew.
import type { Usage } from '../calls/report.ts';
import type { Store } from './store.ts';

const MOST = 50_000;
const HOURS = 26;

export interface RecentReport {
  source: string;
  scope: string | null;
  spanName: string | null;
  traceId: string | null;
  spanId: string | null;
  messageId: string | null;
  requestId: string | null;
  startedAtMicros: number;
  service: string | null;
  /** null where it is not the whole usage of a call of its own. */
  usage: Usage | null;
}

interface Row {
  source: string;
  scope: string | null;
  span_name: string | null;
  trace_id: string | null;
  span_id: string | null;
  message_id: string | null;
  request_id: string | null;
  start_micros: number;
  service: string | null;
  input_tokens: number | null;
  cache_write_5m_tokens: number | null;
  cache_write_1h_tokens: number | null;
  cache_read_tokens: number | null;
  output_tokens: number | null;
  whole: number;
}

/** In the order in which they came, each once. */
export async function recentReports(store: Store, nowMs: number): Promise<RecentReport[]> {
  const rows = await store.query<Row>(
    `SELECT source, scope, span_name, trace_id, span_id, message_id, request_id, toUnixTimestamp64Micro(started_at) AS start_micros,
  service, input_tokens, cache_write_5m_tokens, cache_write_1h_tokens, cache_read_tokens, output_tokens,
  usage_complete AND usage_rank > 0 AND role = 'main' AND trace_id IS NOT NULL AND span_id IS NOT NULL AND batch_id IS NULL AS whole
FROM reports
WHERE started_at >= fromUnixTimestamp64Milli({sinceMs:Int64}, 'UTC') AND role != 'submit' AND identity IN ('message', 'refused', 'request')
ORDER BY received_at DESC LIMIT ${MOST}`,
    { sinceMs: nowMs - HOURS * 3_600_000 },
  );
  return rows.toReversed().map((row) => ({
    source: row.source,
    scope: row.scope,
    spanName: row.span_name,
    traceId: row.trace_id,
    spanId: row.span_id,
    messageId: row.message_id,
    requestId: row.request_id,
    startedAtMicros: Number(row.start_micros),
    service: row.service,
    usage: row.whole
      ? {
          inputTokens: row.input_tokens,
          cacheWrite5mTokens: row.cache_write_5m_tokens,
          cacheWrite1hTokens: row.cache_write_1h_tokens,
          cacheReadTokens: row.cache_read_tokens,
          outputTokens: row.output_tokens,
          thinkingTokens: null,
          webSearches: null,
        }
      : null,
  }));
}
