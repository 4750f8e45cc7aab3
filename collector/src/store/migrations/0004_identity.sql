-- What names the call in a report: a message id, a place in a batch, a refused or an answered request id, or the span only.
-- Reports kept before this column have the request id as their key where there is one.
ALTER TABLE reports
    ADD COLUMN IF NOT EXISTS identity LowCardinality(String)
        DEFAULT multiIf(call_key = ifNull(message_id, ''), 'message', request_id IS NOT NULL, 'request', 'span') AFTER call_key,
    ADD INDEX IF NOT EXISTS request_id_index request_id TYPE bloom_filter(0.01) GRANULARITY 4
