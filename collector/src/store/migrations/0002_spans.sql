-- Every span of every trace, calls included, for the waterfall. A span that came twice is folded by its id when read.
CREATE TABLE IF NOT EXISTS spans
(
    trace_id String,
    span_id String,
    parent_span_id Nullable(String),
    name LowCardinality(String),
    scope LowCardinality(String),
    service LowCardinality(Nullable(String)),
    kind LowCardinality(String),
    started_at DateTime64(6, 'UTC'),
    duration_ms Float64,
    status LowCardinality(String),
    call_key Nullable(String),
    attributes String CODEC(ZSTD(3)),
    received_at DateTime64(6, 'UTC'),
    INDEX trace_index trace_id TYPE bloom_filter(0.01) GRANULARITY 4
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(started_at)
ORDER BY (toStartOfHour(started_at), trace_id, started_at, span_id)
