-- What was refused, set apart or mended at ingest, counted by the hour: for the coverage page. No value that a sender sent is
-- in it, but its scope or source, its service and names of attributes. `largest_ms` is the largest distance of two clocks.
CREATE TABLE IF NOT EXISTS refusals
(
    hour DateTime('UTC'),
    kind LowCardinality(String),
    signal LowCardinality(String),
    reason LowCardinality(String),
    source LowCardinality(String),
    service LowCardinality(String),
    count SimpleAggregateFunction(sum, UInt64),
    last_at SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
    example SimpleAggregateFunction(anyLast, String),
    example_call SimpleAggregateFunction(anyLast, String),
    largest_ms SimpleAggregateFunction(max, Float64)
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(hour)
ORDER BY (hour, kind, signal, reason, source, service)
TTL hour + INTERVAL 90 DAY
