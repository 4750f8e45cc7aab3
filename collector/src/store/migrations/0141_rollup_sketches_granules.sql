-- As rollup_by.
CREATE OR REPLACE TABLE rollup_sketches
(
    hour DateTime('UTC'),
    version UInt64,
    feature LowCardinality(Nullable(String)),
    model LowCardinality(Nullable(String)),
    prompt_version LowCardinality(Nullable(String)),
    environment LowCardinality(Nullable(String)),
    service LowCardinality(Nullable(String)),
    duration_sketch AggregateFunction(quantilesDD(0.01, 0.5, 0.95, 0.99), Float64),
    ttft_sketch AggregateFunction(quantilesDD(0.01, 0.5, 0.95, 0.99), Float64),
    outside_sketch AggregateFunction(quantilesDD(0.01, 0.5, 0.95, 0.99), Float64),
    calls UInt64 DEFAULT 0,
    errors UInt64 DEFAULT 0,
    priced UInt64 DEFAULT 0,
    cost Decimal(38, 12) DEFAULT 0,
    saving_calls UInt64 DEFAULT 0,
    savings Decimal(38, 12) DEFAULT 0,
    cache_priced UInt64 DEFAULT 0,
    cache_read_cost Decimal(38, 12) DEFAULT 0,
    cache_write_5m_cost Decimal(38, 12) DEFAULT 0,
    cache_write_1h_cost Decimal(38, 12) DEFAULT 0,
    input UInt64 DEFAULT 0,
    cache_write_5m UInt64 DEFAULT 0,
    cache_write_1h UInt64 DEFAULT 0,
    cache_read UInt64 DEFAULT 0,
    output UInt64 DEFAULT 0,
    thinking UInt64 DEFAULT 0,
    searches UInt64 DEFAULT 0,
    retried UInt64 DEFAULT 0,
    output_told UInt64 DEFAULT 0,
    thinking_told UInt64 DEFAULT 0,
    searches_told UInt64 DEFAULT 0,
    retries_told UInt64 DEFAULT 0,
    max_cost Decimal(38, 12) DEFAULT -1,
    max_duration Float64 DEFAULT -1,
    max_ttft Float64 DEFAULT -1,
    max_prompt Int64 DEFAULT -1,
    max_output Int64 DEFAULT -1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(hour)
ORDER BY (hour, version)
SETTINGS index_granularity = 1024
AS SELECT * FROM rollup_sketches
