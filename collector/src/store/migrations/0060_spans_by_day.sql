-- Spans are dropped by age, a day at a time: their table is made anew with a partition a day. One statement that takes the old
-- table's place when every row is copied, so that one that was interrupted can be run again.
CREATE OR REPLACE TABLE spans
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
PARTITION BY toYYYYMMDD(started_at)
ORDER BY (toStartOfHour(started_at), trace_id, started_at, span_id)
AS SELECT * FROM spans
