-- The span that told of a call is kept once, as its report, where the report says all that the span did: then span_kind is not
-- empty, and the waterfall reads it from here. Random ids do not compress by their repeats, only by their alphabet.
ALTER TABLE reports
    ADD COLUMN IF NOT EXISTS span_kind LowCardinality(String) DEFAULT '' AFTER span_name,
    ADD COLUMN IF NOT EXISTS span_status LowCardinality(String) DEFAULT '' AFTER span_kind,
    ADD INDEX IF NOT EXISTS trace_id_index trace_id TYPE bloom_filter(0.01) GRANULARITY 4,
    MODIFY COLUMN trace_id Nullable(String) CODEC(ZSTD(1)),
    MODIFY COLUMN span_id Nullable(String) CODEC(ZSTD(1)),
    MODIFY COLUMN parent_span_id Nullable(String) CODEC(ZSTD(1)),
    MODIFY COLUMN message_id Nullable(String) CODEC(ZSTD(1)),
    MODIFY COLUMN request_id Nullable(String) CODEC(ZSTD(1)),
    MODIFY COLUMN call_key String CODEC(ZSTD(1))
