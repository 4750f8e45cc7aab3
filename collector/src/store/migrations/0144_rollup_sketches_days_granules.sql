-- As rollup_by_days.
CREATE OR REPLACE TABLE rollup_sketches_days
(
    hour DateTime('UTC'),
    version UInt64,
    feature LowCardinality(Nullable(String)),
    model LowCardinality(Nullable(String)),
    prompt_version LowCardinality(Nullable(String)),
    environment LowCardinality(Nullable(String)),
    service LowCardinality(Nullable(String)),
    calls UInt64,
    errors UInt64,
    priced UInt64,
    cost Decimal(38, 12),
    saving_calls UInt64,
    savings Decimal(38, 12),
    cache_priced UInt64,
    cache_read_cost Decimal(38, 12),
    cache_write_5m_cost Decimal(38, 12),
    cache_write_1h_cost Decimal(38, 12),
    input UInt64,
    cache_write_5m UInt64,
    cache_write_1h UInt64,
    cache_read UInt64,
    output UInt64,
    thinking UInt64,
    searches UInt64,
    retried UInt64,
    output_told UInt64,
    thinking_told UInt64,
    searches_told UInt64,
    retries_told UInt64,
    duration_sketch AggregateFunction(quantilesDD(0.01, 0.5, 0.95, 0.99), Float64),
    ttft_sketch AggregateFunction(quantilesDD(0.01, 0.5, 0.95, 0.99), Float64),
    outside_sketch AggregateFunction(quantilesDD(0.01, 0.5, 0.95, 0.99), Float64)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(hour)
ORDER BY (hour, version)
SETTINGS index_granularity = 256
AS SELECT * FROM rollup_sketches_days
