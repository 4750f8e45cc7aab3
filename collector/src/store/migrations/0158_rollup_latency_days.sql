-- As rollup_latency, by day (UTC) and by blocks of days: `hour` is the first.
CREATE TABLE IF NOT EXISTS rollup_latency_days
(
    hour DateTime('UTC'),
    version UInt64,
    dimension LowCardinality(String),
    value Nullable(String),
    latency LowCardinality(Nullable(String)),
    calls UInt64,
    priced UInt64
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(hour)
ORDER BY (dimension, hour, version)
SETTINGS index_granularity = 256
