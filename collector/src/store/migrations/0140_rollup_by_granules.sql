-- Hours of roll-ups in smaller granules: an edge of a window is a few rows of a table that has thousands to an hour.
CREATE OR REPLACE TABLE rollup_by
(
    hour DateTime('UTC'),
    version UInt64,
    dimension LowCardinality(String),
    value Nullable(String),
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
    outside_sketch AggregateFunction(quantilesDD(0.01, 0.5, 0.95, 0.99), Float64),
    max_cost Decimal(38, 12) DEFAULT -1,
    max_duration Float64 DEFAULT -1,
    max_ttft Float64 DEFAULT -1,
    max_prompt Int64 DEFAULT -1,
    max_output Int64 DEFAULT -1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(hour)
ORDER BY (dimension, hour, version)
SETTINGS index_granularity = 1024
AS SELECT * FROM rollup_by
